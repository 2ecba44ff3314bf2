"""``evolve(day, entry)``: the only place where the state of a business day changes."""

from __future__ import annotations

from bisect import insort
from collections.abc import Callable
from typing import Any, Final

from appliance.commands import CounterId, ServiceId, TicketNumber
from appliance.engine import events as e
from appliance.engine import learning, undoing
from appliance.engine.kinds import KINDS
from appliance.engine.model import (
    AT_COUNTER,
    CounterNow,
    Day,
    LastCall,
    Place,
    Ticket,
    TicketState,
)
from appliance.engine.numbering import parts
from appliance.engine.office_changes import OFFICE_CHANGES, reach, release
from appliance.engine.undoing import CALLS_KEPT, leave_queue


def evolve(day: Day, entry: e.Entry) -> None:
    """Apply what happened. Entries come in the order of the log; nothing is checked here, ``decide`` did that."""
    day.seq, day.at = entry.seq, entry.at
    if not KINDS[type(entry.event)].of_office:
        day.before_vouch = None
    change: Callable[[Day, Any, e.Entry], None] = _CHANGES[type(entry.event)]
    change(day, entry.event, entry)


def _booking_made(day: Day, event: e.BookingMade, entry: e.Entry) -> None:
    day.bookings[event.booking.code] = event.booking


def _booking_cancelled(day: Day, event: e.BookingCancelled, entry: e.Entry) -> None:
    del day.bookings[event.code]


def _issued(day: Day, event: e.TicketIssued, entry: e.Entry) -> None:
    place = Place(entry.at if event.due_at is None else event.due_at, entry.seq)
    ticket = Ticket(event.number, event.service, entry.at, entry.seq, place, event.priority, event.due_at, event.steps)
    ticket.told = event.told
    if event.booking is not None:
        del day.bookings[event.booking]
    _enter(day, ticket, by_word=False)


def _merged(day: Day, event: e.TicketMerged, entry: e.Entry) -> None:
    place = Place(event.arrived_at, entry.seq)
    ticket = Ticket(event.number, event.service, event.arrived_at, entry.seq, place, event.priority)
    _enter(day, ticket, by_word=True)
    if event.instead_of is not None:
        day.replaced.add(event.instead_of)


def _voided(day: Day, event: e.TicketVoided, entry: e.Entry) -> None:
    _end(day, event.number, "voided", entry)


def _called(day: Day, event: e.TicketCalled, entry: e.Entry) -> None:
    ticket = day.tickets[event.number]
    counter = day.counters[event.counter]
    undoing.remember_call(day, counter, ticket, event, entry)
    leave_queue(day, ticket)
    _learn_call(day, ticket, counter, event, entry)
    ticket.state, ticket.counter, ticket.only = "called", event.counter, None
    ticket.called_at = ticket.last_call_at = ticket.changed_at = entry.at
    ticket.calls += 1
    ticket.outcomes = ()
    counter.ticket, counter.called_at = event.number, entry.at
    if event.mixed:
        counter.mix = (counter.mix + 1) % (day.rules.priority_share + day.rules.regular_share)
    undoing.note_lessons(day, counter)
    _touch(counter, entry)
    _remember_call(day, event.number, event.counter, event.service, entry, recall=False)


def _recalled(day: Day, event: e.TicketRecalled, entry: e.Entry) -> None:
    ticket = day.tickets[event.number]
    ticket.calls, ticket.last_call_at = event.times, entry.at
    _touch(day.counters[event.counter], entry)
    _remember_call(day, event.number, event.counter, event.service, entry, recall=True)


def _started(day: Day, event: e.ServiceStarted, entry: e.Entry) -> None:
    ticket = day.tickets[event.number]
    ticket.state = "serving"
    ticket.started_at = ticket.changed_at = entry.at
    _touch(day.counters[event.counter], entry)


def _finished(day: Day, event: e.ServiceFinished, entry: e.Entry) -> None:
    ticket, counter = day.tickets[event.number], day.counters[event.counter]
    undoing.remember_finish(day, counter, ticket, event, entry)
    _learn_service(day, ticket, entry)
    ticket.outcomes, ticket.served_at = event.outcomes, (*ticket.served_at, event.counter)
    if event.next_service is None or event.place is None:
        _leave_counter(day, ticket, "served", entry)
        counter.just_served = ticket.number
    else:
        counter.just_served = None
        ticket.steps = ticket.steps[1:]
        _leave_counter(day, ticket, "waiting", entry)
        ticket.service = event.next_service
        _wait_again(day, ticket, event.place)
    undoing.note_lessons(day, counter)


def _outcomes_noted(day: Day, event: e.OutcomesNoted, entry: e.Entry) -> None:
    ticket = day.tickets[event.number]
    if ticket.counter in (None, event.counter):
        ticket.outcomes = event.outcomes
    else:  # it is at another one, for something else
        undoing.note_outcomes(day, event.number, event.counter, event.outcomes)


def _not_shown(day: Day, event: e.TicketNotShown, entry: e.Entry) -> None:
    ticket = day.tickets[event.number]
    day.learnt = learning.seen_absence(day.learnt, ticket.service, entry.at - (ticket.called_at or entry.at))
    _leave_counter(day, ticket, "no_show", entry)
    day.counters[event.counter].presses.clear()


def _parked(day: Day, event: e.TicketParked, entry: e.Entry) -> None:
    ticket = day.tickets[event.number]
    _learn_service(day, ticket, entry)
    _leave_counter(day, ticket, "parked", entry)
    day.counters[event.counter].just_served = None
    day.counters[event.counter].presses.clear()


def _call_undone(day: Day, event: e.CallUndone, entry: e.Entry) -> None:
    if event.reverses is not None:
        undoing.take_back(day, event.counter, entry, restored=event.finished is not None)
        return
    ticket = day.tickets[event.number]
    _leave_counter(day, ticket, "waiting", entry)
    counter = day.counters[event.counter]
    counter.called_at = counter.free_since = None
    counter.presses.clear()
    _wait_again(day, ticket, ticket.place)
    undoing.forget_call(day, ticket.number)


def _finish_undone(day: Day, event: e.FinishUndone, entry: e.Entry) -> None:
    undoing.take_back(day, event.counter, entry, restored=True)


def _transferred(day: Day, event: e.TicketTransferred, entry: e.Entry) -> None:
    ticket = day.tickets[event.number]
    _learn_service(day, ticket, entry)
    _leave_counter(day, ticket, "waiting", entry)
    ticket.service = event.service
    if event.steps is not None:
        ticket.steps = event.steps
    ticket.only = event.to
    _wait_again(day, ticket, event.place)
    undoing.forget_call(day, ticket.number)
    day.counters[event.counter].just_served = None
    day.counters[event.counter].presses.clear()


def _returned(day: Day, event: e.TicketReturned, entry: e.Entry) -> None:
    ticket = day.tickets[event.number]
    _leave_counter(day, ticket, "waiting", entry)
    _wait_again(day, ticket, event.place)
    undoing.forget_call(day, ticket.number)


def _changed(day: Day, event: e.TicketChanged, entry: e.Entry) -> None:
    ticket = day.tickets[event.number]
    waits = ticket.state == "waiting"
    if waits:
        leave_queue(day, ticket)
    if event.service != ticket.service:
        ticket.only = None  # one counter was to serve them in what they came for before
    ticket.service, ticket.priority, ticket.place, ticket.steps = (
        event.service, event.priority, event.place, event.steps,
    )  # fmt: skip
    ticket.told = None  # it was of another queue: their wait teaches nothing about it
    if waits:
        insort(day.queue_of(ticket).of(ticket), (ticket.place, ticket.number))


def _reprinted(day: Day, event: e.TicketReprinted, entry: e.Entry) -> None:
    ticket = day.tickets[event.number]
    if event.kiosk and ticket.paper is None:
        ticket.paper = entry.seq


def _cancelled(day: Day, event: e.TicketCancelled, entry: e.Entry) -> None:
    _end(day, event.number, "cancelled", entry)


def _expired(day: Day, event: e.TicketExpired, entry: e.Entry) -> None:
    _end(day, event.number, "expired", entry)


def _counter_opened(day: Day, event: e.CounterOpened, entry: e.Entry) -> None:
    counter = day.counters[event.counter]
    counter.open, counter.paused, counter.officer, counter.free_since = True, "", event.officer, None
    _touch(counter, entry)


def _counter_paused(day: Day, event: e.CounterPaused, entry: e.Entry) -> None:
    counter = day.counters[event.counter]
    counter.paused, counter.free_since = event.reason, None
    _touch(counter, entry)


def _counter_closed(day: Day, event: e.CounterClosed, entry: e.Entry) -> None:
    counter = day.counters[event.counter]
    counter.open, counter.paused, counter.officer, counter.free_since = False, "", "", None
    counter.presses.clear()
    release(day, counter)
    _touch(counter, entry)


def _enter(day: Day, ticket: Ticket, *, by_word: bool) -> None:
    ticket.changed_at = ticket.arrived_at
    day.tickets[ticket.number] = ticket
    reach(day, *parts(ticket.number), by_word=by_word)
    day.issued[ticket.service] = day.issued.get(ticket.service, 0) + 1
    insort(day.queue_of(ticket).of(ticket), (ticket.place, ticket.number))


def _touch(counter: CounterNow, entry: e.Entry) -> None:
    counter.changed_at, counter.seq = entry.at, entry.seq


def _leave_counter(day: Day, ticket: Ticket, state: TicketState, entry: e.Entry) -> None:
    if ticket.counter is not None and ticket.state in AT_COUNTER:
        counter = day.counters[ticket.counter]
        counter.ticket, counter.free_since = None, entry.at
        _touch(counter, entry)
    ticket.state, ticket.changed_at = state, entry.at
    if state == "waiting":
        ticket.counter = ticket.called_at = ticket.last_call_at = ticket.started_at = ticket.ended_at = None
        ticket.calls = 0
    else:
        ticket.ended_at = None if state == "parked" else entry.at


def _learn_service(day: Day, ticket: Ticket, entry: e.Entry) -> None:
    if ticket.counter is not None and ticket.called_at is not None:
        took = entry.at - ticket.called_at
        day.learnt = learning.seen_service(day.learnt, ticket.service, ticket.counter, took)


def _learn_call(day: Day, ticket: Ticket, counter: CounterNow, event: e.TicketCalled, entry: e.Entry) -> None:
    if counter.free_since is not None and ticket.place.at <= counter.free_since:
        day.learnt = learning.seen_gap(day.learnt, entry.at - counter.free_since)
    by_rule = not event.reason.startswith("picked_")
    if ticket.told is not None and by_rule and ticket.place.at == (ticket.due_at or ticket.arrived_at):
        day.learnt = learning.seen_wait(day.learnt, ticket.told, event.waited_ms)
        ticket.told = None  # once is enough: who comes back waits by other rules


def _wait_again(day: Day, ticket: Ticket, place: Place) -> None:
    ticket.place = place
    if ticket.due_at != place.at:
        ticket.due_at = None  # back in the queue like a walk-in; the booked time is spent
    insort(day.queue_of(ticket).of(ticket), (place, ticket.number))


def _end(day: Day, number: TicketNumber, state: TicketState, entry: e.Entry) -> None:
    ticket = day.tickets[number]
    if ticket.state == "waiting":
        leave_queue(day, ticket)
    _leave_counter(day, ticket, state, entry)


def _remember_call(
    day: Day, number: TicketNumber, counter: CounterId, service: ServiceId, entry: e.Entry, *, recall: bool
) -> None:
    others = [call for call in day.last_calls if call.number != number]
    day.last_calls = [LastCall(entry.seq, entry.at, number, counter, service, recall), *others][:CALLS_KEPT]


_CHANGES: Final[dict[type, Callable[[Day, Any, e.Entry], None]]] = {
    **OFFICE_CHANGES,
    e.BookingMade: _booking_made,
    e.BookingCancelled: _booking_cancelled,
    e.TicketIssued: _issued,
    e.TicketMerged: _merged,
    e.TicketVoided: _voided,
    e.TicketCalled: _called,
    e.CallUndone: _call_undone,
    e.FinishUndone: _finish_undone,
    e.TicketRecalled: _recalled,
    e.ServiceStarted: _started,
    e.ServiceFinished: _finished,
    e.OutcomesNoted: _outcomes_noted,
    e.TicketNotShown: _not_shown,
    e.TicketParked: _parked,
    e.TicketReturned: _returned,
    e.TicketTransferred: _transferred,
    e.TicketChanged: _changed,
    e.TicketReprinted: _reprinted,
    e.TicketCancelled: _cancelled,
    e.TicketExpired: _expired,
    e.CounterOpened: _counter_opened,
    e.CounterPaused: _counter_paused,
    e.CounterClosed: _counter_closed,
}
