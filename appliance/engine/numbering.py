"""Ticket numbers: a prefix per service, and digits that start at 1 each business day."""

from __future__ import annotations

from typing import Final

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


PAPER: Final = "K-"
"""Begins the series of contingency sheets (*kertas*). No box gives a number with a hyphen, so it clashes with none."""


def paper_number(prefix: str, digits: int, count: int) -> TicketNumber:
    """Return a number of the contingency sheets of a service: ``K-A012``.

    Args:
        prefix: the service's.
        digits: the service's; longer counts take more.
        count: from 1 each business day.
    """
    return TicketNumber(f"{PAPER}{prefix}{count:0{digits}d}")


def paper_parts(number: str) -> tuple[str, int]:
    """Split a sheet's number into the service's prefix and the count: ``K-A012`` into ``A`` and 12."""
    return parts(number.removeprefix(PAPER))
