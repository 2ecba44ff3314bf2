"""Offices and days that differ in everything that matters for a wait, drawn from injected chance (pure).

*Steady* days: one queue, a steady stream, counters that stay; only load, number of counters and the distribution of
service times differ. *Varied* days add what real offices have: rosters with lunch dips and late officers, no-shows,
bookings, priority, several services, counters that help out.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final, Literal, TypeVar

from appliance.commands import CounterId, ServiceId
from appliance.engine.expected_times import Stream, Work
from appliance.engine.model import Booking, Counter, Definition, Rules, Service, Span, Weekday
from appliance.simulation.days import Chance, exponential, lognormal
from appliance.simulation.world import Citizen, Scenario
from appliance.units import DAY, HOUR, MINUTE

Kind = Literal["steady", "varied"]
T = TypeVar("T")
Roster = dict[Weekday, tuple[tuple[str, str], ...]]
DAYS_EACH: Final = 5
"""Days in a row of one office: it is judged while it learns."""
OVERTIME_MS: Final = 6 * HOUR
"""So long after closing everybody goes home, served or not."""
BOOKED_WHO_COME: Final = 0.85
_FIRST: Final = date(2001, 1, 1)
_RULES: Final = Rules(seconds_between_calls=0, no_show_min_seconds=10)


def offices(days: int, kind: Kind, chance: Chance) -> Iterator[Iterator[Scenario]]:
    """Yield offices with their days, ``days`` in all."""
    while days > 0:
        count = min(days, DAYS_EACH)
        yield _Office(kind, chance).days(count)
        days -= count


class _Office:
    """What stays the same from day to day."""

    def __init__(self, kind: Kind, chance: Chance) -> None:
        self._chance = chance
        self._kind = kind
        varied = kind == "varied"
        self._counters = [CounterId(str(n)) for n in range(1, self._count(1 if not varied else 2, 7) + 1)]
        self._services = [ServiceId(f"s{n}") for n in range(1, (self._count(1, 3) if varied else 1) + 1)]
        self._means = {s: self._between(2.5, 12) * MINUTE for s in self._services}
        self._share = {s: self._between(0.5, 1.5) for s in self._services}
        self._speed = {x: self._between(0.8, 1.25) if varied else 1.0 for x in self._counters}
        self._variation = self._pick((0.3, 0.5, 0.8, 1.0))
        self._load = self._between(0.75, 1.1)
        self._no_show = self._pick((0.0, 0.05, 0.12, 0.2)) if varied else 0.0
        self._priority = self._pick((0.0, 0.1, 0.25)) if varied else 0.0
        self._booked = self._pick((0.0, 0.15, 0.35)) if varied else 0.0
        self._definition = self._define()

    def days(self, count: int) -> Iterator[Scenario]:
        for number in range(count):
            yield self._day((_FIRST + timedelta(days=number)).isoformat(), number * DAY + 8 * HOUR)

    def _define(self) -> Definition:
        services = tuple(
            # What the office believes about its service times is wrong by some tenths.
            Service(s, chr(ord("A") + n), {"en": s}, minutes=self._means[s] / MINUTE * self._between(0.7, 1.4))
            for n, s in enumerate(self._services)
        )
        counters = []
        for place, counter in enumerate(self._counters):
            own: tuple[ServiceId, ...] = tuple(self._services)
            helps: tuple[ServiceId, ...] = ()
            if len(self._services) > 1 and self._chance.random() < 0.4:
                first = self._services[place % len(self._services)]
                own, helps = (first,), tuple(s for s in self._services if s != first)
            roster: Roster = {"mon": (("08:00", "15:00"),)} if self._kind == "varied" else {}
            counters.append(Counter(counter, {"en": counter}, own, helps, open_with_day=False, roster=roster))
        return Definition({"en": "Office"}, services, tuple(counters), _RULES)

    def _day(self, day: str, opens: int) -> Scenario:
        varied = self._kind == "varied"
        closes = opens + 7 * HOUR
        rosters = {x: self._roster(place, opens, closes) for place, x in enumerate(self._counters)}
        if not varied:
            rosters = {x: (Span(opens, closes + OVERTIME_MS),) for x in self._counters}
        shifts = {x: self._as_it_went(spans) if varied else spans for x, spans in rosters.items()}
        today = self._between(0.9, 1.1) if varied else 1.0
        work = {
            (s, x): Work(self._means[s] * self._speed[x] * today, self._variation, self._no_show, 80_000.0)
            for s in self._services
            for x in self._counters
        }
        capacity = sum(min(span.closes, closes) - span.opens for spans in rosters.values() for span in spans)
        shares = sum(self._share.values())
        mean = sum(self._means[s] * self._share[s] for s in self._services) / shares
        rate = self._load * capacity / (7 * HOUR) / (mean * (1 - self._no_show) + self._no_show * 80_000.0)
        walk_in = rate * (1 - self._booked)
        streams = tuple(
            Stream(s, priority, 1 / (walk_in * self._share[s] / shares * part), closes)
            for s in self._services
            for priority, part in ((False, 1 - self._priority), (True, self._priority))
            if part
        )
        citizens = [x for stream in streams for x in self._stream(stream, opens, closes)]
        bookings, booked = self._bookings(rate * self._booked, opens, closes)
        citizens = sorted((*citizens, *booked), key=lambda citizen: citizen.at)
        plans = rosters if varied else {}
        return Scenario(
            self._kind,
            day,
            self._definition,
            opens,
            closes,
            closes + OVERTIME_MS,
            work,
            shifts,
            tuple(citizens),
            plans,
            streams,
            bookings,
        )

    def _stream(self, stream: Stream, opens: int, closes: int) -> Iterator[Citizen]:
        at = opens + exponential(self._chance, stream.between_ms)
        while at < closes:
            yield self._citizen(int(at), stream.service, priority=stream.priority)
            at += exponential(self._chance, stream.between_ms)

    def _citizen(self, at: int, service: ServiceId, *, priority: bool = False, booking: str = "") -> Citizen:
        luck = lognormal(self._chance, 1.0, self._variation)
        return Citizen(at, service, priority, self._chance.random() >= self._no_show, luck, booking)

    def _bookings(self, rate: float, opens: int, closes: int) -> tuple[tuple[Booking, ...], list[Citizen]]:
        made: list[Booking] = []
        come: list[Citizen] = []
        if not rate:
            return (), []
        slot = 1 / rate
        due = opens + slot
        while due < closes - 30 * MINUTE:
            service = self._pick(tuple(self._services))
            code = f"B{len(made):04d}"
            made.append(Booking(code, service, int(due)))
            at = int(due - self._between(-8, 20) * MINUTE)
            if self._chance.random() < BOOKED_WHO_COME and at > opens:
                come.append(self._citizen(at, service, booking=code))
            due += slot
        return tuple(made), come

    def _roster(self, place: int, opens: int, closes: int) -> tuple[Span, ...]:
        """Some sit all day, some have lunch early or late, some come later or leave earlier."""
        style = self._pick(("lunch", "lunch", "morning", "late", "all"))
        if place == 0 or style == "all":
            return (Span(opens, closes + OVERTIME_MS),)
        lunch = opens + (4 if place % 2 else 5) * HOUR
        if style == "morning":
            return (Span(opens, lunch),)
        begins = opens + 2 * HOUR if style == "late" else opens
        return (Span(begins, lunch), Span(lunch + HOUR, closes + OVERTIME_MS))

    def _as_it_went(self, spans: tuple[Span, ...]) -> tuple[Span, ...]:
        """Officers come some minutes late, and leave some minutes early or late."""
        went = []
        for span in spans:
            begins = span.opens + round(max(0.0, exponential(self._chance, 4) - 2) * MINUTE)
            ends = span.closes + round(self._between(-5, 5) * MINUTE)
            went.append(Span(begins, max(ends, begins + MINUTE)))
        return tuple(went)

    def _between(self, low: float, high: float) -> float:
        return low + (high - low) * self._chance.random()

    def _count(self, low: int, high: int) -> int:
        return low + int(self._chance.random() * (high - low + 1))

    def _pick(self, choices: tuple[T, ...]) -> T:
        return choices[int(self._chance.random() * len(choices))]
