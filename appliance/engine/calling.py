"""Which ticket a counter gets next, and why."""

from __future__ import annotations

import msgspec

from appliance.engine.model import CounterId, Day, ServiceId, Ticket, TicketNumber


class Choice(msgspec.Struct, frozen=True):
    """The ticket chosen for a counter, and the reason, a key of the message catalogues (``reason.…``)."""

    number: TicketNumber
    reason: str


def choose(day: Day, counter: CounterId) -> Choice | None:
    """Return the ticket that ``counter`` should call now: first come, first served over all its services.

    Returns None if nobody waits for it.
    """
    heads = [
        queue[0]
        for service in day.counter_definitions[counter].services
        if (queue := day.waiting.get(ServiceId(service)))
    ]
    return Choice(min(heads)[2], "first_come") if heads else None


def waiting_for(day: Day, counter: CounterId) -> int:
    """Return how many people the counter could call."""
    return sum(len(day.waiting.get(ServiceId(s), ())) for s in day.counter_definitions[counter].services)


def open_ticket(day: Day, counter: CounterId) -> Ticket | None:
    """Return the ticket that is at the counter, called or being served."""
    number = day.counters[counter].ticket
    return day.tickets[number] if number else None
