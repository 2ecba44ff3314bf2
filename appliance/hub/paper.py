"""What one kiosk is told to print of a ticket that it need not have seen before: all that stood on its first paper."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Final

from msgspec.structs import replace

from appliance.engine.events import Entry, TicketIssued, TicketMerged, TicketReprinted
from appliance.engine.model import Day, Ticket
from appliance.hub import translate
from appliance.store.database import StorageFault
from appliance.store.event_log import Source
from appliance.units import DAY
from appliance.wire import messages as m
from appliance.wire import topics

log = logging.getLogger(__name__)

UNKNOWN: Final = -1
"""People ahead where nobody can know any more."""
SourceOf = Callable[[int], Source | None]
"""Returns an entry of the log by its number, with the request that caused it; raises ``StorageFault``."""


def to_print(day: Day, entry: Entry, source_of: SourceOf) -> tuple[str, m.TicketToPrint] | None:
    """Return what a kiosk is sent for ``entry``, and on which topic; None if that names no kiosk, or is of another day.

    Args:
        day: as it is.
        entry: with which staff had a ticket printed.
        source_of: looks into the log: the QR code is made from the id of the request that got the number.
    """
    event = entry.event
    if not isinstance(event, TicketReprinted) or not event.kiosk or entry.at < day.ends_at - DAY:
        return None
    ticket = day.tickets.get(event.number)
    try:
        given, asked = (source_of(ticket.order), source_of(entry.seq)) if ticket else (None, None)
    except StorageFault as error:
        log.critical("%s is not printed by %s: %s", event.number, event.kiosk, error)
        return None
    if ticket is None or given is None or asked is None:
        return None
    minted = getattr(given.entry.event, "minted_from", given.request_id)
    paper = _paper(day, ticket, given.entry)
    copy = _from_a_kiosk(given) or ticket.paper != entry.seq
    return topics.printing(event.kiosk), m.TicketToPrint(1, asked.request_id, paper, minted or asked.request_id, copy)


def _from_a_kiosk(given: Source) -> bool:
    """Tell whether a kiosk printed a ticket when the number was given."""
    return isinstance(given.entry.event, TicketMerged) or topics.role_of(given.actor) == "kiosk"


def _paper(day: Day, ticket: Ticket, given: Entry) -> m.IssuedTicket:
    """Return what stands on the paper: as when the number was given, but for what has changed since."""
    first = translate.accepted("", day.date, [given]).ticket if isinstance(given.event, TicketIssued) else None
    if first is None:
        first = m.IssuedTicket(ticket.number, ticket.service, day.date, ticket.arrived_at, UNKNOWN, ticket.priority)
    same_queue = (first.service, first.priority) == (ticket.service, ticket.priority)
    steps: list[str] = list(ticket.steps)
    now = replace(first, service=ticket.service, priority=ticket.priority, steps=steps)
    if same_queue:
        return now
    return replace(now, ahead=UNKNOWN, low=None, high=None)  # what was told was of another queue
