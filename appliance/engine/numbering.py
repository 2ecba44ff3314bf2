"""Ticket numbers: a prefix per service, and digits that start at 1 each business day."""

from __future__ import annotations

from appliance.commands import TicketNumber
from appliance.engine.model import Day, Service


def next_number(day: Day, service: Service) -> TicketNumber:
    """Return the number that follows the last one given out for this service today.

    Past the last number of its digits the series goes on with one more digit (A999, A1000): it never wraps.
    """
    return TicketNumber(f"{service.prefix}{day.last_numbers.get(service.prefix, 0) + 1:0{service.digits}d}")


def parts(number: str) -> tuple[str, int]:
    """Split a number into its prefix and its count: ``A012`` into ``A`` and 12."""
    prefix = number.rstrip("0123456789")
    return prefix, int(number[len(prefix) :])
