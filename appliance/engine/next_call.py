"""Which ticket a counter gets next, and why; and where a ticket that had left the queue comes back in.

The order of thought, for the counter's own services and then for those that it helps with:

1. A booked citizen whose time has come goes before walk-ins.
2. The promise: whoever has waited longer than the published maximum goes before all who came later.
3. Priority and regular take turns by the office's ratio while both wait.
4. Inside a class: first come, first served.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec
from msgspec.structs import replace

from appliance.commands import CounterId, ServiceId, TicketNumber
from appliance.engine.model import CounterNow, Day, Place, Queue, Reentry, Standing, Ticket
from appliance.units import MINUTE


class Choice(msgspec.Struct, frozen=True):
    """The ticket chosen for a counter, and the reason, a key of the message catalogues (``reason.…``)."""

    number: TicketNumber
    reason: str
    mixed: bool = False
    """Both classes waited, so the counter's turn moves on."""


def choose(day: Day, counter: CounterId, now: int) -> Choice | None:
    """Return the ticket that ``counter`` should call at ``now``, or None if nobody waits for it."""
    definition = day.counter_definitions[counter]
    own = [day.counters[counter].own, *_queues(day, definition.services)]
    helped = list(_queues(day, definition.helps))
    return (
        _due(own, now)
        or _promised(day, [*own, *helped], now)
        or _by_turns(day, counter, own)
        or _due(helped, now)
        or _by_turns(day, counter, helped)
        or _early([*own, *helped])
    )


def in_turn(day: Day, counter: CounterId, now: int, most: int) -> list[Choice]:
    """Return whom ``counter`` would call at ``now``, one after the other, if nobody else called; at most so many."""
    definition = day.counter_definitions[counter]
    mine = {ServiceId(service) for service in (*definition.services, *definition.helps)}
    ahead = replace(
        day,
        waiting={service: copied(queue) if service in mine else queue for service, queue in day.waiting.items()},
        counters={**day.counters, counter: copied_counter(day.counters[counter])},
    )
    choices: list[Choice] = []
    while len(choices) < most and (choice := choose(ahead, counter, now)) is not None:
        choices.append(choice)
        ticket = ahead.tickets[choice.number]
        ahead.queue_of(ticket).of(ticket).remove((ticket.place, ticket.number))
        ahead.counters[counter].mix += choice.mixed
    return choices


def copied(queue: Queue) -> Queue:
    """Return a queue that may be changed for itself."""
    return Queue(queue.regular[:], queue.priority[:], queue.booked[:])


def copied_counter(state: CounterNow) -> CounterNow:
    """Return a counter whose queue and turn may be changed for themselves."""
    return replace(state, own=copied(state.own))


def waiting_for(day: Day, counter: CounterId) -> int:
    """Return how many people the counter could call."""
    definition = day.counter_definitions[counter]
    everybody = sum(len(queue) for queue in _queues(day, (*definition.services, *definition.helps)))
    return everybody + len(day.counters[counter].own)


def waiting_by_service(day: Day) -> dict[ServiceId, int]:
    """Return how many people wait for each service, at whichever counter."""
    found = {service: len(queue) for service, queue in day.waiting.items()}
    for state in day.counters.values():
        for part in state.own.parts():
            for _, number in part:
                found[day.tickets[number].service] += 1
    return found


def open_ticket(day: Day, counter: CounterId) -> Ticket | None:
    """Return the ticket that is at the counter, called or being served."""
    number = day.counters[counter].ticket
    return day.tickets[number] if number else None


def onwards(ticket: Ticket, service: ServiceId) -> tuple[ServiceId, ...]:
    """Return what is still to come of a ticket's journey when it is sent to ``service``."""
    steps = list(ticket.steps)
    if service in steps and service != ticket.service:
        steps.remove(service)  # it is one of its journey's own: nobody is served there twice
    return tuple(steps)


def reentry(day: Day, ticket: Ticket, service: ServiceId, policy: Reentry, now: int) -> Place:
    """Return where ``ticket`` comes back in, in the queue of ``service``."""
    if policy.place == "arrival":
        return ticket.place if service == ticket.service else Place(ticket.arrived_at, ticket.order)
    end = Place(now, day.seq + 1)
    if policy.place == "end":
        return end
    queue = day.waiting[service]
    ahead = queue.priority if ticket.priority else queue.regular
    if len(ahead) < policy.calls:
        return end
    last = ahead[policy.calls - 1][0]
    behind_it = [place.rank for place, _ in ahead if (place.at, place.order) == (last.at, last.order)]
    return Place(last.at, last.order, max(behind_it) + 1)  # behind those who came back to the same place before


def _queues(day: Day, services: Iterable[str]) -> Iterator[Queue]:
    return (day.waiting[ServiceId(service)] for service in services)


def _due(queues: list[Queue], now: int) -> Choice | None:
    head = _first(queue.booked for queue in queues)
    return Choice(head[1], "booked") if head and head[0].at <= now else None


def _promised(day: Day, queues: list[Queue], now: int) -> Choice | None:
    if not day.rules.promise_minutes:
        return None
    head = _first(standing for queue in queues for standing in (queue.regular, queue.priority, queue.booked))
    overdue = head is not None and now - head[0].at > day.rules.promise_minutes * MINUTE
    return Choice(head[1], "promise") if head and overdue else None


def _by_turns(day: Day, counter: CounterId, queues: list[Queue]) -> Choice | None:
    priority, regular = _first(q.priority for q in queues), _first(q.regular for q in queues)
    if priority and regular:
        rules = day.rules
        turn = day.counters[counter].mix % (rules.priority_share + rules.regular_share)
        if turn < rules.priority_share:
            return Choice(priority[1], "priority_turn", mixed=True)
        return Choice(regular[1], "regular_turn", mixed=True)
    head = priority or regular
    return Choice(head[1], "first_come") if head else None


def _early(queues: list[Queue]) -> Choice | None:
    head = _first(queue.booked for queue in queues)
    return Choice(head[1], "early_booking") if head else None


def _first(lists: Iterable[list[Standing]]) -> Standing | None:
    return min((standings[0] for standings in lists if standings), default=None)
