"""What came of each call: one visit of a citizen at a counter after the other (pure), a fold over the log.

A ticket stands for a citizen's whole day: a transfer, or the next step of a journey, overwrites what was there before.
Reports count visits: who was served where, by whom, after what wait, for how long, and how it ended.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from appliance.commands import CounterId, ServiceId, TicketNumber
from appliance.engine import events as e

Ending = Literal["", "served", "no_show", "parked", "transferred", "returned", "voided"]
"""How a visit ended; empty while it lasts. ``returned``: the counter closed before the citizen came."""


class Visit(msgspec.Struct):
    """One citizen at one counter, from the first call on. ``seq``: of the event of that call.

    ``officer``: whose session it was, or who asked; empty where only keypads are used. ``reason``: why this one was
    called. ``waited_ms``: from the citizen's arrival to the call. ``outcomes``: what was done, as officers noted it.
    """

    seq: int
    number: TicketNumber
    service: ServiceId
    counter: CounterId
    officer: str
    reason: str
    waited_ms: int
    called_at: int
    calls: int = 1
    started_at: int | None = None
    ended_at: int | None = None
    ending: Ending = ""
    outcomes: tuple[str, ...] = ()


class Changes(msgspec.Struct):
    """What entries changed, by the ``seq`` of each visit: those to be written, and those that never were."""

    written: dict[int, Visit] = {}
    gone: set[int] = set()


class Visits:
    """Follows one business day after the other, entry by entry."""

    def __init__(self) -> None:
        self.date = ""
        """The business day that was opened last; empty before the first."""
        self._of: dict[TicketNumber, list[Visit]] = {}
        self._officers: dict[CounterId, str] = {}
        self._started_by_finish: set[int] = set()
        self._noted_before: dict[int, tuple[str, ...]] = {}
        """What had been noted when a visit was finished."""

    def today(self) -> Changes:
        """Return all visits of the day so far."""
        return Changes({visit.seq: visit for visits in self._of.values() for visit in visits})

    def take(self, entry: e.Entry, officer: str, changes: Changes) -> None:
        """Take in the next entry.

        Args:
            entry: in the order of the log.
            officer: who asked for it, by name; empty if nobody has said so.
            changes: gets what it changed.
        """
        event = entry.event
        match event:
            case e.DayOpened():
                self.date = event.date
                self._of, self._officers, self._started_by_finish, self._noted_before = {}, {}, set(), {}
            case e.CounterOpened():
                self._officers[event.counter] = event.officer
            case e.CounterClosed():
                self._officers.pop(event.counter, None)
            case e.TicketCalled():
                self._begin(entry, event, officer or self._officers.get(event.counter, ""), changes)
            case e.CallUndone():
                self._forget(event.number, changes)
                if event.finished is not None:
                    self._reopen(event.finished, event.counter, changes)
            case e.FinishUndone():
                self._reopen(event.number, event.counter, changes)
            case e.OutcomesNoted():
                self._note(event, changes)
            case _:
                self._go_on(entry, changes)

    def _begin(self, entry: e.Entry, event: e.TicketCalled, officer: str, changes: Changes) -> None:
        visit = Visit(
            entry.seq, event.number, event.service, event.counter, officer, event.reason, event.waited_ms, entry.at
        )
        self._of.setdefault(event.number, []).append(visit)
        changes.written[visit.seq] = visit

    def _go_on(self, entry: e.Entry, changes: Changes) -> None:
        number = getattr(entry.event, "number", None)
        visits = self._of.get(number) if number is not None else None
        if not visits or visits[-1].ending:
            return
        visit = visits[-1]
        match event := entry.event:
            case e.TicketRecalled():
                visit.calls = event.times
            case e.ServiceStarted():
                visit.started_at = entry.at
            case e.ServiceFinished():
                self._end(visit, entry, "served")
                self._noted_before[visit.seq], visit.outcomes = visit.outcomes, event.outcomes
                if not event.started:
                    self._started_by_finish.add(visit.seq)
            case e.TicketNotShown():
                self._end(visit, entry, "no_show")
            case e.TicketParked():
                self._end(visit, entry, "parked")
            case e.TicketTransferred():
                self._end(visit, entry, "transferred")
            case e.TicketReturned():
                self._end(visit, entry, "returned")
            case e.TicketVoided():
                self._end(visit, entry, "voided")
            case _:
                return
        changes.written[visit.seq] = visit

    @staticmethod
    def _end(visit: Visit, entry: e.Entry, ending: Ending) -> None:
        visit.ended_at, visit.ending = entry.at, ending

    def _forget(self, number: TicketNumber, changes: Changes) -> None:
        visits = self._of.get(number)
        if visits:
            gone = visits.pop().seq
            changes.written.pop(gone, None)
            changes.gone.add(gone)

    def _note(self, event: e.OutcomesNoted, changes: Changes) -> None:
        visit = self._latest(event.number, event.counter)
        if visit is not None:
            visit.outcomes = event.outcomes
            changes.written[visit.seq] = visit

    def _latest(self, number: TicketNumber, counter: CounterId) -> Visit | None:
        visits = self._of.get(number, [])
        return next((visit for visit in reversed(visits) if visit.counter == counter), None)

    def _reopen(self, number: TicketNumber, counter: CounterId, changes: Changes) -> None:
        visit = self._latest(number, counter)
        if visit is None:
            return
        visits = self._of[number]
        # On a journey another counter may have called the citizen meanwhile, and closed: that visit is over, and stays.
        visits.remove(visit)
        visits.append(visit)
        visit.ended_at, visit.ending = None, ""
        visit.outcomes = self._noted_before.pop(visit.seq, visit.outcomes)
        if visit.seq in self._started_by_finish:
            self._started_by_finish.discard(visit.seq)
            visit.started_at = None
        changes.written[visit.seq] = visit
