"""``evolve(day, entry)``: the only place where the state of a business day changes."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable
from typing import Any, Final

from appliance.engine import events as e
from appliance.engine.model import (
    CounterId,
    CounterNow,
    Day,
    Definition,
    LastCall,
    ServiceId,
    Tally,
    Ticket,
    TicketNumber,
    TicketState,
)
from appliance.engine.numbering import parts

CALLS_KEPT: Final = 12
"""How many latest calls the day remembers for the lobby, one a ticket."""


def evolve(day: Day, entry: e.Entry) -> None:
    """Apply what happened. Entries come in the order of the log; nothing is checked here, ``decide`` did that."""
    day.seq, day.at = entry.seq, entry.at
    change: Callable[[Day, Any, e.Entry], None] = _CHANGES[type(entry.event)]
    change(day, entry.event, entry)


def _office_defined(day: Day, event: e.OfficeDefined, entry: e.Entry) -> None:
    definition: Definition = event.definition
    day.definition = definition
    day.services = {ServiceId(s.id): s for s in definition.services}
    day.counter_definitions = {CounterId(x.id): x for x in definition.counters}
    day.counters = {i: day.counters.get(i, CounterNow(changed_at=entry.at)) for i in day.counter_definitions}
    day.waiting = {i: day.waiting.get(i, []) for i in day.services}


def _day_opened(day: Day, event: e.DayOpened, entry: e.Entry) -> None:
    day.date, day.spans, day.ends_at, day.is_open = event.date, event.spans, event.ends_at, True
    day.tickets = {}
    day.waiting = {service: [] for service in day.services}
    day.counters = {counter: CounterNow(changed_at=entry.at) for counter in day.counter_definitions}
    day.last_numbers = {}
    day.last_calls = []
    day.tallies = {}


def _day_closed(day: Day, event: e.DayClosed, entry: e.Entry) -> None:
    day.is_open = False


def _issued(day: Day, event: e.TicketIssued, entry: e.Entry) -> None:
    ticket = Ticket(event.number, event.service, entry.at, entry.seq, event.priority)
    day.tickets[event.number] = ticket
    prefix, count = parts(event.number)
    day.last_numbers[prefix] = max(count, day.last_numbers.get(prefix, 0))
    insort(day.waiting[event.service], ticket.place)


def _called(day: Day, event: e.TicketCalled, entry: e.Entry) -> None:
    ticket = day.tickets[event.number]
    _leave_queue(day, ticket)
    ticket.state, ticket.counter, ticket.called_at, ticket.last_call_at = "called", event.counter, entry.at, entry.at
    ticket.calls += 1
    counter = day.counters[event.counter]
    counter.ticket, counter.called_at = event.number, entry.at
    _touch(counter, entry)
    _remember_call(day, event.number, event.counter, event.service, entry, recall=False)


def _recalled(day: Day, event: e.TicketRecalled, entry: e.Entry) -> None:
    ticket = day.tickets[event.number]
    ticket.calls, ticket.last_call_at = event.times, entry.at
    _touch(day.counters[event.counter], entry)
    _remember_call(day, event.number, event.counter, event.service, entry, recall=True)


def _started(day: Day, event: e.ServiceStarted, entry: e.Entry) -> None:
    ticket = day.tickets[event.number]
    ticket.state, ticket.started_at = "serving", entry.at
    _touch(day.counters[event.counter], entry)


def _finished(day: Day, event: e.ServiceFinished, entry: e.Entry) -> None:
    ticket = day.tickets[event.number]
    tally = day.tallies.setdefault(ticket.service, Tally())
    tally.served += 1
    tally.total_ms += entry.at - (ticket.called_at or entry.at)
    _leave_counter(day, ticket, "served", entry)


def _not_shown(day: Day, event: e.TicketNotShown, entry: e.Entry) -> None:
    _leave_counter(day, day.tickets[event.number], "no_show", entry)


def _transferred(day: Day, event: e.TicketTransferred, entry: e.Entry) -> None:
    ticket = day.tickets[event.number]
    _leave_counter(day, ticket, "waiting", entry)
    ticket.service = event.service
    _wait_again(day, ticket)


def _returned(day: Day, event: e.TicketReturned, entry: e.Entry) -> None:
    ticket = day.tickets[event.number]
    _leave_counter(day, ticket, "waiting", entry)
    _wait_again(day, ticket)


def _cancelled(day: Day, event: e.TicketCancelled, entry: e.Entry) -> None:
    _end_waiting(day, event.number, "cancelled", entry)


def _expired(day: Day, event: e.TicketExpired, entry: e.Entry) -> None:
    _end_waiting(day, event.number, "expired", entry)


def _counter_opened(day: Day, event: e.CounterOpened, entry: e.Entry) -> None:
    counter = day.counters[event.counter]
    counter.open = True
    _touch(counter, entry)


def _counter_closed(day: Day, event: e.CounterClosed, entry: e.Entry) -> None:
    counter = day.counters[event.counter]
    counter.open = False
    _touch(counter, entry)


def _touch(counter: CounterNow, entry: e.Entry) -> None:
    counter.changed_at, counter.seq = entry.at, entry.seq


def _leave_queue(day: Day, ticket: Ticket) -> None:
    queue = day.waiting[ticket.service]
    place = bisect_left(queue, ticket.place)
    del queue[place]


def _leave_counter(day: Day, ticket: Ticket, state: TicketState, entry: e.Entry) -> None:
    assert ticket.counter is not None  # noqa: S101  # only a ticket at a counter can leave one
    counter = day.counters[ticket.counter]
    counter.ticket = None
    _touch(counter, entry)
    ticket.state = state
    if state == "waiting":
        ticket.counter = ticket.called_at = ticket.last_call_at = ticket.started_at = None
        ticket.calls = 0
    else:
        ticket.ended_at = entry.at


def _wait_again(day: Day, ticket: Ticket) -> None:
    insort(day.waiting[ticket.service], ticket.place)
    day.last_calls = [call for call in day.last_calls if call.number != ticket.number]


def _end_waiting(day: Day, number: TicketNumber, state: TicketState, entry: e.Entry) -> None:
    ticket = day.tickets[number]
    _leave_queue(day, ticket)
    ticket.state, ticket.ended_at = state, entry.at


def _remember_call(
    day: Day, number: TicketNumber, counter: CounterId, service: ServiceId, entry: e.Entry, *, recall: bool
) -> None:
    others = [call for call in day.last_calls if call.number != number]
    day.last_calls = [LastCall(entry.seq, entry.at, number, counter, service, recall), *others][:CALLS_KEPT]


_CHANGES: Final[dict[type, Callable[[Day, Any, e.Entry], None]]] = {
    e.OfficeDefined: _office_defined,
    e.DayOpened: _day_opened,
    e.DayClosed: _day_closed,
    e.TicketIssued: _issued,
    e.TicketCalled: _called,
    e.TicketRecalled: _recalled,
    e.ServiceStarted: _started,
    e.ServiceFinished: _finished,
    e.TicketNotShown: _not_shown,
    e.TicketTransferred: _transferred,
    e.TicketReturned: _returned,
    e.TicketCancelled: _cancelled,
    e.TicketExpired: _expired,
    e.CounterOpened: _counter_opened,
    e.CounterClosed: _counter_closed,
}
