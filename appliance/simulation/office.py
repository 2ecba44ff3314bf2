"""One office day through the real engine, as fast as it can decide: visitors, counters, a virtual clock (pure)."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from typing import Final

import msgspec

from appliance.engine import commands as c
from appliance.engine.decide import Refusal, decide
from appliance.engine.events import Entry, Event, TicketCalled, TicketIssued
from appliance.engine.evolve import evolve
from appliance.engine.model import SECOND, Counter, CounterId, Day, Definition, Rules, Service, ServiceId, Span

MOST_COUNTERS: Final = 500
SERVICE: Final = ServiceId("service")
RULES: Final = Rules(seconds_between_calls=0)
"""The defaults, but for slips of the finger: a virtual officer makes none."""
PATIENCE_MS: Final = RULES.no_show_min_seconds * SECOND
"""So long an officer waits after each call for somebody who does not come."""
ABSENT_MS: Final = RULES.no_show_min_calls * PATIENCE_MS
"""So long somebody who does not come keeps a counter busy."""
_NEVER: Final = 1 << 60
_WRITE_OFF, _FREE = 0, -1
"""What a counter does next. A positive number: it calls again, so many times, and then writes off who did not come."""


class EngineRefused(RuntimeError):
    """The engine refused what a real office may do: the simulation, or a rule, is wrong."""


class Visitor(msgspec.Struct, frozen=True):
    """Somebody who will come. Milliseconds; ``arrives`` on the virtual clock; ``shows``: hears the call and comes."""

    arrives: int
    service_ms: int
    shows: bool = True
    service: ServiceId = SERVICE


class Visit(msgspec.Struct, frozen=True):
    """What became of one visitor. ``place``: in the list of visitors. ``called``, ``ended``: ms, virtual clock.

    ``served`` is False for somebody who did not come when called; ``ended`` is then when they were written off.
    """

    place: int
    number: str
    counter: CounterId
    waited_ms: int
    called: int
    ended: int
    served: bool


class Office:
    """Counters that are all alike and serve every service, first come, first served.

    Args:
        counters: how many.
        services: their ids; every one has a series of numbers of its own.
    """

    def __init__(self, counters: int, services: Sequence[ServiceId] = (SERVICE,)) -> None:
        self._day = Day()
        self._counters = [CounterId(str(n)) for n in range(1, counters + 1)]
        self._do(
            c.DefineOffice(
                Definition(
                    {"en": "Simulated office"},
                    tuple(Service(i, chr(ord("A") + place), {"en": i}) for place, i in enumerate(services)),
                    tuple(Counter(i, {"en": f"Counter {i}"}, tuple(services)) for i in self._counters),
                    RULES,
                )
            ),
            0,
        )

    def play(self, date: str, begins: int, visitors: Sequence[Visitor], calls_from: int | None = None) -> list[Visit]:
        """Open, let everybody come, serve them all, and close.

        Of an arrival and a counter becoming free in the same millisecond, the arrival comes first. Of several free
        counters, the one with the lowest number calls.

        Args:
            date: later than that of the day before (YYYY-MM-DD).
            begins: when numbers begin to be given out; not before the end of the day before.
            visitors: in the order of arrival, none before ``begins``.
            calls_from: when the counters begin to call, if later.

        Returns:
            One visit a visitor, in the order of the calls.

        Raises:
            EngineRefused: a rule forbade what the office did.
        """
        self._do(c.OpenDay(date, (Span(begins, _NEVER),), _NEVER), begins)
        visits = self._serve(visitors, begins if calls_from is None else calls_from)
        self._do(c.CloseDay(), self._day.at)
        return visits

    @property
    def now(self) -> int:
        """Return the virtual time of the last thing that happened."""
        return self._day.at

    def _serve(self, visitors: Sequence[Visitor], calls_from: int) -> list[Visit]:
        steps = [(calls_from, place, _FREE) for place in range(len(self._counters))]  # sorted, so a heap
        idle: list[int] = []
        places: dict[str, int] = {}
        visits: list[Visit] = []
        came, coming = 0, len(visitors)

        def call(counter: int, now: int) -> None:
            called = self._call_next(counter, now)
            place = places[called.number]
            free_at = self._expect(counter, visitors[place], now, steps)
            shows = visitors[place].shows
            visits.append(Visit(place, called.number, called.counter, called.waited_ms, now, free_at, served=shows))

        while came < coming or steps:
            arrival = visitors[came].arrives if came < coming else _NEVER
            if not steps or arrival <= steps[0][0]:
                places[self._issue(visitors[came].service, arrival)] = came
                came += 1
                if came < coming and visitors[came].arrives == arrival:
                    continue
                while idle and len(visits) < came:
                    call(heapq.heappop(idle), arrival)
                continue
            now, counter, step = heapq.heappop(steps)
            if step > 0:
                self._do(c.Recall(self._counters[counter]), now)
                heapq.heappush(steps, (now + PATIENCE_MS, counter, step - 1))
                continue
            if step == _WRITE_OFF:
                self._do(c.NoShow(self._counters[counter]), now)
            if len(visits) < came:
                call(counter, now)
            else:
                if self._day.counters[self._counters[counter]].ticket:
                    self._do(c.Finish(self._counters[counter]), now)
                heapq.heappush(idle, counter)
        return visits

    def _issue(self, service: ServiceId, now: int) -> str:
        issued = self._do(c.IssueTicket(service), now)[0]
        assert isinstance(issued, TicketIssued)  # noqa: S101  # that is what issuing is
        return issued.number

    def _call_next(self, counter: int, now: int) -> TicketCalled:
        called = self._do(c.CallNext(self._counters[counter]), now)[-1]
        if not isinstance(called, TicketCalled):
            raise EngineRefused(f"counter {counter + 1} called nobody, though people wait")
        return called

    def _expect(self, counter: int, visitor: Visitor, now: int, steps: list[tuple[int, int, int]]) -> int:
        """Plan the next step at a counter that has just called; return when it will be free."""
        if visitor.shows:
            self._do(c.StartService(self._counters[counter]), now)
            free_at = now + visitor.service_ms
            heapq.heappush(steps, (free_at, counter, _FREE))
            return free_at
        heapq.heappush(steps, (now + PATIENCE_MS, counter, RULES.no_show_min_calls - 1))
        return now + ABSENT_MS

    def _do(self, command: c.Command, now: int) -> list[Event]:
        day = self._day
        decision = decide(day, command, now)
        if isinstance(decision, Refusal):
            raise EngineRefused(f"{type(command).__name__} at {now} ms: {decision.advice}")
        for event in decision:
            evolve(day, Entry(day.seq + 1, now, event))
        return decision
