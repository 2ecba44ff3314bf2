"""Office days on a virtual clock, played through the real engine (pure): citizens come, officers call and serve.

Officers keep to shifts; citizens have appointments, priority, and sometimes do not come when called.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable
from functools import partial
from typing import Final

import msgspec

from appliance.commands import CounterId, ServiceId, TicketNumber
from appliance.engine import commands as c
from appliance.engine.decide import Refusal, decide
from appliance.engine.events import Entry, Event, TicketCalled, TicketIssued
from appliance.engine.evolve import evolve
from appliance.engine.expected_times import Stream, Work
from appliance.engine.model import Booking, Day, Definition, Span, Told

NEVER: Final = 1 << 60
_COME, _SHIFT, _STEP, _LOOK = 0, 1, 2, 3
"""Of what happens in the same millisecond, citizens come first."""


class EngineRefused(RuntimeError):
    """The engine refused what a real office may do: the simulation, or a rule, is wrong."""


class Citizen(msgspec.Struct, frozen=True):
    """Somebody who comes at ``at`` (ms). ``shows``: comes when called. ``luck``: own service time over the mean.

    ``then``: the services to which they are sent afterwards, one after the other, each with its luck.
    """

    at: int
    service: ServiceId
    priority: bool = False
    shows: bool = True
    luck: float = 1.0
    booking: str = ""
    then: tuple[tuple[ServiceId, float], ...] = ()


class Scenario(msgspec.Struct, frozen=True):
    """One day that is going to happen.

    ``closes``: no more numbers; ``ends``: everybody goes home, served or not; at ``NEVER``, when all are served.
    ``work``: the true service times and absences. ``shifts``: when officers really call; ``rosters``: when they should.
    ``streams``: the true rates at which citizens come. ``bookings``: all that were made; some of them come.
    """

    kind: str
    date: str
    definition: Definition
    opens: int
    closes: int
    ends: int
    work: dict[tuple[ServiceId, CounterId], Work]
    shifts: dict[CounterId, tuple[Span, ...]]
    citizens: tuple[Citizen, ...]
    rosters: dict[CounterId, tuple[Span, ...]] = {}
    streams: tuple[Stream, ...] = ()
    bookings: tuple[Booking, ...] = ()


class Witness:
    """Sees what happens in the world; this one does not care."""

    def foretell(self, day: Day, citizen: Citizen) -> Told | None:  # noqa: ARG002  # others look at them
        """Return what a citizen who comes now is told."""
        return None

    def came(self, day: Day, now: int, number: TicketNumber, citizen: int) -> None:
        """Somebody has got a number; ``citizen``: the place in the scenario."""

    def moments(self, scenario: Scenario) -> Iterable[tuple[int, int]]:  # noqa: ARG002  # others want some
        """Return when to look at whom: moments, and places in the scenario."""
        return ()

    def looked(self, day: Day, now: int, number: TicketNumber, citizen: int) -> None:
        """Such a moment has come, and they have not been called yet."""

    def called(self, event: TicketCalled, citizen: int, now: int, free_at: int) -> None:
        """A counter has called; ``citizen``: the place in the scenario; ``free_at``: when the counter will be free."""


class World:
    """Plays scenarios of one office, day after day: what a day teaches stays.

    Args:
        witness: sees what happens.
        brisk: officers press one button, which finishes whom they have and calls the next one. The queue is the same,
            in two thirds of the time; but nobody is seen to be served.
    """

    def __init__(self, witness: Witness, *, brisk: bool = False) -> None:
        self.day = Day()
        self._witness = witness
        self._brisk = brisk

    def play(self, scenario: Scenario) -> None:
        """Play one day from its opening until everybody has been served, or it ends.

        Raises:
            EngineRefused: a rule forbade what the office did.
        """
        self._scenario = scenario
        self._heap: list[tuple[int, int, int, int, Callable[[int], object]]] = []
        self._planned = 0
        self._ranks = {CounterId(counter.id): rank for rank, counter in enumerate(scenario.definition.counters)}
        self._idle: set[CounterId] = set()
        self._on_shift: set[CounterId] = set()
        self._who: dict[TicketNumber, int] = {}
        self._number: dict[int, TicketNumber] = {}
        self._legs: dict[int, int] = {}
        if scenario.definition != self.day.definition:
            self._do(c.DefineOffice(scenario.definition), scenario.opens)
        spans = (Span(scenario.opens, scenario.closes),)
        self._do(c.OpenDay(scenario.date, spans, scenario.ends, rosters=scenario.rosters), scenario.opens)
        for booking in scenario.bookings:
            self._do(c.Book(booking.code, booking.service, booking.due_at, booking.priority), scenario.opens)
        self._plan(scenario)
        while self._heap and self._heap[0][0] < scenario.ends:
            now, _, _, _, happen = heapq.heappop(self._heap)
            happen(now)
        self._do(c.CloseDay(), self.day.at if scenario.ends == NEVER else scenario.ends)

    def _plan(self, scenario: Scenario) -> None:
        for place, citizen in enumerate(scenario.citizens):
            self._at(citizen.at, _COME, partial(self._come, place, citizen))
        for counter, spans in scenario.shifts.items():
            for span in spans:
                self._at(span.opens, _SHIFT, partial(self._begin_shift, counter), self._ranks[counter])
                self._at(span.closes, _SHIFT, partial(self._end_shift, counter), self._ranks[counter])
        for at, place in self._witness.moments(scenario):
            self._at(at, _LOOK, partial(self._look, place))

    def _come(self, place: int, citizen: Citizen, now: int) -> None:
        told = self._witness.foretell(self.day, citizen)
        command = (
            c.IssueBooked(citizen.booking, told)
            if citizen.booking
            else c.IssueTicket(citizen.service, citizen.priority, told)
        )
        issued = self._do(command, now)[0]
        assert isinstance(issued, TicketIssued)  # noqa: S101  # that is what coming is
        self._who[issued.number], self._number[place] = place, issued.number
        self._witness.came(self.day, now, issued.number, place)
        self._wake(now)

    def _wake(self, now: int) -> None:
        """Let free counters call whoever has just come, the one with the lowest rank first."""
        for counter in sorted(self._idle, key=self._ranks.__getitem__):
            if any(map(len, self.day.waiting.values())):
                self._call(counter, now)

    def _look(self, place: int, now: int) -> None:
        number = self._number[place]
        if self.day.tickets[number].state == "waiting":
            self._witness.looked(self.day, now, number, place)

    def _begin_shift(self, counter: CounterId, now: int) -> None:
        self._on_shift.add(counter)
        if not self.day.counters[counter].open:
            self._do(c.OpenCounter(counter), now)
        if self.day.counters[counter].ticket is None:
            self._call(counter, now)

    def _end_shift(self, counter: CounterId, now: int) -> None:
        self._on_shift.discard(counter)
        self._idle.discard(counter)
        if self.day.counters[counter].ticket is None:
            self._do(c.CloseCounter(counter), now)

    def _call(self, counter: CounterId, now: int) -> None:
        """Call the next one, or wait for somebody to come; whoever is still there is finished by the same press."""
        decision = decide(self.day, c.CallNext(counter), now)
        if isinstance(decision, Refusal):
            self._idle.add(counter)
            return
        self._evolve(decision, now)
        called = decision[-1]
        if isinstance(called, TicketCalled):
            self._idle.discard(counter)
            self._serve(called, counter, now)
        else:
            self._idle.add(counter)

    def _serve(self, event: TicketCalled, counter: CounterId, now: int) -> None:
        place = self._who[event.number]
        citizen, work = self._scenario.citizens[place], self._scenario.work[event.service, counter]
        rank = self._ranks[counter]
        if citizen.shows:
            if not self._brisk:
                self._do(c.Start(counter), now)
            leg = self._legs.get(place, 0)
            luck = citizen.then[leg - 1][1] if leg else citizen.luck
            free_at = now + max(1, round(work.mean_ms * luck))
            onwards = partial(self._send, place, leg) if leg < len(citizen.then) else self._end
            self._at(free_at, _STEP, partial(onwards, c.Finish(counter)), rank)
        else:
            half = round(work.absent_ms / 2)
            free_at = now + 2 * half
            self._at(now + half, _STEP, partial(self._do, c.Recall(counter)), rank)
            self._at(free_at, _STEP, partial(self._end, c.NoShow(counter)), rank)
        self._witness.called(event, place, now, free_at)

    def _send(self, place: int, leg: int, command: c.Finish, now: int) -> None:
        """Send a citizen on to the next service."""
        self._legs[place] = leg + 1
        service = self._scenario.citizens[place].then[leg][0]
        self._end(c.Transfer(command.counter, service=service), now)
        self._wake(now)

    def _end(self, command: c.Finish | c.NoShow | c.Transfer, now: int) -> None:
        counter = command.counter
        stays = counter in self._on_shift
        if not (stays and self._brisk and isinstance(command, c.Finish)):
            self._do(command, now)
        if stays:
            self._call(counter, now)
        else:
            self._do(c.CloseCounter(counter), now)

    def _at(self, at: int, kind: int, happen: Callable[[int], object], rank: int = 0) -> None:
        self._planned += 1
        heapq.heappush(self._heap, (at, kind, rank, self._planned, happen))

    def _do(self, command: c.Command, now: int) -> list[Event]:
        decision = decide(self.day, command, now)
        if isinstance(decision, Refusal):
            raise EngineRefused(f"{type(command).__name__} at {now} ms: {decision.advice}")
        return self._evolve(decision, now)

    def _evolve(self, decision: list[Event], now: int) -> list[Event]:
        for event in decision:
            evolve(self.day, Entry(self.day.seq + 1, max(now, self.day.at), event))
        return decision
