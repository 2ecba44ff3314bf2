"""Taking a press back: what it changed is kept at its counter until it can no longer be undone (pure).

A press may finish one citizen and call another. Both, the counter's turn of the classes, the lobby's list and what was
learnt are put back as they were; what others did meanwhile stays.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from copy import copy
from typing import Final

from msgspec.structs import replace

from appliance.commands import CounterId, TicketNumber
from appliance.engine import events as e
from appliance.engine.learning import unlearnt
from appliance.engine.model import CounterNow, Day, LastCall, Press, Ticket
from appliance.units import SECOND

CALLS_KEPT: Final = 24
"""How many latest calls the day remembers for the lobby, one a ticket: twice as many as it is told, for some
are undone."""


def remember_finish(day: Day, counter: CounterNow, ticket: Ticket, event: e.ServiceFinished, entry: e.Entry) -> None:
    """Keep how ``ticket`` stood at the counter, before ``event`` is applied."""
    finished = copy(ticket)
    if not event.started:
        finished.state, finished.started_at, finished.changed_at = "called", None, finished.called_at or entry.at
    _keep(day, counter, _press(day, counter, entry, finished=finished, went_on=event))


def remember_call(day: Day, counter: CounterNow, ticket: Ticket, event: e.TicketCalled, entry: e.Entry) -> None:
    """Keep how ``ticket`` stood in its queue, before ``event`` is applied."""
    if event.finished is not None and counter.presses:
        before = counter.presses.pop()
        _keep(day, counter, replace(before, seq=entry.seq, at=entry.at, called=copy(ticket)))
    else:
        _keep(day, counter, _press(day, counter, entry, called=copy(ticket)))


def note_lessons(day: Day, counter: CounterNow) -> None:
    """Keep what the counter's latest press taught, after its event was applied."""
    counter.presses[-1] = replace(counter.presses[-1], taught=day.learnt)


def note_outcomes(day: Day, number: TicketNumber, at: CounterId, outcomes: tuple[str, ...]) -> None:
    """Keep what was noted of a ticket's last visit while it is called elsewhere, should that call be taken back."""
    for counter in day.counters.values():
        for place, press in enumerate(counter.presses):
            called = press.called
            if called is not None and called.number == number and called.served_at[-1:] == (at,):
                counter.presses[place] = replace(press, called=replace(called, outcomes=outcomes))


def undoable(day: Day, counter: CounterId) -> tuple[Press | None, TicketNumber | None]:
    """Return the counter's latest press, and whom it finished if they have been left untouched since."""
    presses = day.counters[counter].presses
    if not presses:
        return None, None
    press = presses[-1]
    if press.finished is None:
        return press, None
    now = day.tickets[press.finished.number]
    if press.went_on is None:
        untouched = now.state == "served" and now.called_at == press.finished.called_at and now.counter == counter
    else:
        onwards = (now.service, *now.steps) == press.finished.steps  # sent elsewhere, it may wait at the same place
        same_class = now.priority == press.finished.priority  # the desk may have changed it since
        untouched = now.state == "waiting" and now.place == press.went_on and onwards and same_class
    return press, now.number if untouched else None


def take_back(day: Day, counter_id: CounterId, entry: e.Entry, *, restored: bool) -> None:
    """Put back what the counter's latest press changed.

    Args:
        day: changed.
        counter_id: whose press it was.
        entry: that takes it back.
        restored: whom the press had finished is at the counter again; they may have moved on instead.
    """
    counter = day.counters[counter_id]
    press = counter.presses.pop()
    counter.ticket, counter.changed_at, counter.seq = None, entry.at, entry.seq
    counter.mix, counter.called_at, counter.free_since = press.mix, press.called_at, press.free_since
    if press.called is not None:
        waiting = _as_before(day, press.called)
        if waiting.only is not None and not day.counters[waiting.only].open:
            waiting.only = None  # that counter has closed meanwhile
        insort(day.queue_of(waiting).of(waiting), (waiting.place, waiting.number))
    if press.finished is not None and restored:
        moved = day.tickets[press.finished.number]
        if moved.state == "waiting":
            leave_queue(day, moved)
        counter.ticket = _as_before(day, press.finished).number
        counter.changed_at = press.finished.started_at or press.finished.last_call_at or entry.at
    if press.finished is None or restored:
        counter.just_served = press.just_served
        day.learnt = unlearnt(day.learnt, press.learnt, press.taught)
    else:
        counter.free_since = None  # it has been free since it finished somebody, though it then called by mistake
        counter.presses.clear()  # what they would go back to is no more
    day.last_calls = _calls_again(day, press)


def _as_before(day: Day, kept: Ticket) -> Ticket:
    """Put a ticket back as it was before a press, but for its paper: what has been printed since is not taken back."""
    ticket = copy(kept)
    ticket.paper = day.tickets[kept.number].paper
    day.tickets[kept.number] = ticket
    return ticket


def forget_call(day: Day, number: TicketNumber) -> None:
    """Take a number off the lobby's list, for nobody is to follow its call. One that was served stays: it was right."""
    day.last_calls = [call for call in day.last_calls if call.number != number]
    _withdraw(day, number, 0)


def leave_queue(day: Day, ticket: Ticket) -> None:
    """Take a waiting ticket out of its queue."""
    standings = day.queue_of(ticket).of(ticket)
    del standings[bisect_left(standings, (ticket.place, ticket.number))]


def _press(
    day: Day,
    counter: CounterNow,
    entry: e.Entry,
    *,
    called: Ticket | None = None,
    finished: Ticket | None = None,
    went_on: e.ServiceFinished | None = None,
) -> Press:
    return Press(
        entry.seq,
        entry.at,
        called,
        finished,
        went_on.place if went_on and went_on.next_service is not None else None,
        counter.mix,
        counter.called_at,
        counter.free_since,
        counter.just_served,
        day.last_calls,
        day.learnt,
        day.learnt,
    )


def _keep(day: Day, counter: CounterNow, press: Press) -> None:
    """Add a press to those that can be taken back, and forget the ones for which it is too late."""
    presses = counter.presses
    while presses and press.at - presses[0].at > day.rules.undo_seconds * SECOND:
        del presses[0]
    presses.append(press)


def _calls_again(day: Day, press: Press) -> list[LastCall]:
    """Return the lobby's calls without the one that was taken back, and with those that it had pushed out."""
    there = list(day.last_calls)
    if press.called is not None:
        there = [call for call in there if call.number != press.called.number]
        _withdraw(day, press.called.number, press.seq)
    known = {call.number for call in there}
    gone = [call for call in press.calls if call.number not in known]
    return sorted([*there, *gone], key=lambda call: -call.seq)[:CALLS_KEPT]


def _withdraw(day: Day, number: TicketNumber, since: int) -> None:
    """Let no press bring calls of a number back to the lobby that were made by the event ``since`` or after it."""
    for counter in day.counters.values():
        for place, press in enumerate(counter.presses):
            calls = [call for call in press.calls if call.number != number or call.seq < since]
            if len(calls) != len(press.calls):
                counter.presses[place] = replace(press, calls=calls)
