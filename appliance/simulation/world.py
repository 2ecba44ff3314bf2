"""An office day with everything that makes waits hard to foretell, played through the real engine (pure).

Officers keep to rosters, more or less; citizens have appointments, priority, and sometimes do not come when called.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from functools import partial
from typing import Final

import msgspec

from appliance.engine import commands as c
from appliance.engine.decide import Refusal, decide
from appliance.engine.events import Entry, Event, TicketCalled, TicketIssued
from appliance.engine.evolve import evolve
from appliance.engine.expectation import Stream, Work
from appliance.engine.model import SECOND, Booking, CounterId, Day, Definition, ServiceId, Span, TicketNumber, Told
from appliance.simulation.office import EngineRefused


class Citizen(msgspec.Struct, frozen=True):
    """Somebody who comes at ``at`` (ms). ``shows``: comes when called. ``luck``: own service time over the mean."""

    at: int
    service: ServiceId
    priority: bool = False
    shows: bool = True
    luck: float = 1.0
    booking: str = ""


class Scenario(msgspec.Struct, frozen=True):
    """One day that is going to happen.

    ``work``: the true service times and absences. ``shifts``: when officers really call; ``rosters``: when they should.
    ``streams``: the true rates at which citizens come. ``bookings``: all that were made; some of them come.
    """

    kind: str
    date: str
    definition: Definition
    opens: int
    closes: int
    work: dict[tuple[ServiceId, CounterId], Work]
    shifts: dict[CounterId, tuple[Span, ...]]
    rosters: dict[CounterId, tuple[Span, ...]]
    streams: tuple[Stream, ...]
    citizens: tuple[Citizen, ...]
    bookings: tuple[Booking, ...] = ()


Observe = Callable[[Day, int, TicketNumber | None], None]
"""Told the day, the time and, after an arrival, the new ticket."""
Foretell = Callable[[Day, Citizen], Told]

LAST_HOUR_MS: Final = 6 * 3_600_000
"""So long after closing the day ends, served or not."""
_COME, _SHIFT, _STEP, _LOOK = 0, 1, 2, 3
LOOK_MS: Final = 20 * 60 * SECOND


class World:
    """Plays scenarios of one office, day after day: what a day teaches stays.

    Args:
        foretell: asked for what a new citizen is told.
        observe: shown the day after each arrival and every twenty minutes.
        called: told who was called when.
    """

    def __init__(self, foretell: Foretell, observe: Observe, called: Callable[[TicketCalled, int], None]) -> None:
        self.day = Day()
        self._foretell = foretell
        self._observe = observe
        self._called = called

    def play(self, scenario: Scenario) -> None:
        """Play one day from its opening until everybody has been called, or it ends."""
        self._scenario = scenario
        self._order = 0
        self._heap: list[tuple[int, int, int, Callable[[int], object]]] = []
        self._on_shift: set[CounterId] = set()
        self._who: dict[TicketNumber, Citizen] = {}
        ends = scenario.closes + LAST_HOUR_MS
        self._do(c.DefineOffice(scenario.definition), scenario.opens)
        spans = (Span(scenario.opens, scenario.closes),)
        self._do(c.OpenDay(scenario.date, spans, ends, rosters=scenario.rosters), scenario.opens)
        for booking in scenario.bookings:
            self._do(c.Book(booking.code, booking.service, booking.due_at, booking.priority), scenario.opens)
        self._plan(scenario)
        while self._heap:
            now, _, _, happen = heapq.heappop(self._heap)
            if now >= ends:
                break
            happen(now)
        self._do(c.CloseDay(), max(ends, self.day.at))

    def _plan(self, scenario: Scenario) -> None:
        for citizen in scenario.citizens:
            self._at(citizen.at, _COME, partial(self._come, citizen))
        for counter, spans in scenario.shifts.items():
            for span in spans:
                self._at(span.opens, _SHIFT, partial(self._begin_shift, counter))
                self._at(span.closes, _SHIFT, partial(self._end_shift, counter))
        for now in range(scenario.opens + LOOK_MS, scenario.closes, LOOK_MS):
            self._at(now, _LOOK, lambda now: self._observe(self.day, now, None))

    def _come(self, citizen: Citizen, now: int) -> None:
        told = self._foretell(self.day, citizen)
        command = (
            c.CheckIn(citizen.booking, told)
            if citizen.booking
            else c.IssueTicket(citizen.service, citizen.priority, told)
        )
        issued = self._do(command, now)[0]
        assert isinstance(issued, TicketIssued)  # noqa: S101  # that is what coming is
        self._who[issued.number] = citizen
        self._observe(self.day, now, issued.number)
        for counter in sorted(self._on_shift):
            if self.day.counters[counter].ticket is None:
                self._call(counter, now)

    def _begin_shift(self, counter: CounterId, now: int) -> None:
        self._on_shift.add(counter)
        if not self.day.counters[counter].open:
            self._do(c.OpenCounter(counter), now)
        if self.day.counters[counter].ticket is None:
            self._call(counter, now)

    def _end_shift(self, counter: CounterId, now: int) -> None:
        self._on_shift.discard(counter)
        if self.day.counters[counter].ticket is None:
            self._do(c.CloseCounter(counter), now)

    def _call(self, counter: CounterId, now: int) -> None:
        decision = decide(self.day, c.CallNext(counter), now)
        if isinstance(decision, Refusal):
            return
        for event in self._evolve(decision, now):
            if isinstance(event, TicketCalled):
                self._called(event, now)
                self._serve(event, counter, now)

    def _serve(self, event: TicketCalled, counter: CounterId, now: int) -> None:
        citizen = self._who[event.number]
        work = self._scenario.work[event.service, counter]
        if citizen.shows:
            self._do(c.StartService(counter), now)
            self._at(now + max(1, round(work.mean_ms * citizen.luck)), _STEP, partial(self._end, c.Finish(counter)))
        else:
            half = round(work.absent_ms / 2)
            self._at(now + half, _STEP, partial(self._do, c.Recall(counter)))
            self._at(now + 2 * half, _STEP, partial(self._end, c.NoShow(counter)))

    def _end(self, command: c.Finish | c.NoShow, now: int) -> None:
        self._do(command, now)
        if command.counter in self._on_shift:
            self._call(command.counter, now)
        else:
            self._do(c.CloseCounter(command.counter), now)

    def _at(self, at: int, kind: int, happen: Callable[[int], object]) -> None:
        self._order += 1
        heapq.heappush(self._heap, (at, kind, self._order, happen))

    def _do(self, command: c.Command, now: int) -> list[Event]:
        decision = decide(self.day, command, now)
        if isinstance(decision, Refusal):
            raise EngineRefused(f"{type(command).__name__} at {now} ms: {decision.advice}")
        return self._evolve(decision, now)

    def _evolve(self, decision: list[Event], now: int) -> list[Event]:
        for event in decision:
            evolve(self.day, Entry(self.day.seq + 1, max(now, self.day.at), event))
        return decision
