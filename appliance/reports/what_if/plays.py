"""One play of a past day: who comes is drawn once, and served in the office as it was and as it would be (pure).

Both offices get the same citizens with the same times at counters (common random numbers), so that a difference comes
from the office and not from the draw.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from appliance.commands import CounterId, ServiceId
from appliance.engine.events import TicketCalled
from appliance.engine.expected_times import Work
from appliance.engine.model import Booking, Day, Told
from appliance.reports.what_if.changes import Change, Staged, staged
from appliance.simulation.days import Chance, exponential
from appliance.simulation.recorded_days import Came, Leg, RecordedDay
from appliance.simulation.world import Citizen, Scenario, Witness, World
from appliance.units import DAY, HOUR, MINUTE

BIN_MS: Final = 30 * MINUTE
"""Citizens are drawn from those who came in the same half hour."""
JITTER_MS: Final = 5 * MINUTE
"""Whoever is drawn comes up to this much earlier or later."""
EARLY_MS: Final = 15 * MINUTE
"""Those who book come between this long before and a third of it after their time."""
GOLDEN: Final = (5**0.5 - 1) / 2
LONGEST: Final = 600
"""Waits of this many minutes and more are counted together."""
_TOLD: Final = Told(0)


class Drawn(msgspec.Struct, frozen=True):
    """Somebody who comes in both offices. ``books``, ``early``: from 0 to 1, whether they would book, and how early."""

    at: int
    legs: tuple[tuple[ServiceId, int], ...]
    priority: bool
    shows: bool
    due_at: int | None
    books: float
    early: float


class Tally(msgspec.Struct):
    """What one play came to. Minutes.

    ``hours``: by hour of arrival, how many stays and the sum of their waits. ``histogram``: stays by minutes of wait,
    rounded up. ``kept``: how many waits within the promise. ``unserved``: had a number and were not called.
    ``sent_away``: came too late for one. ``overtime``: from the office's own closing time until the last was served.
    """

    hours: dict[int, tuple[int, float]] = {}
    histogram: dict[int, int] = {}
    kept: int = 0
    unserved: int = 0
    sent_away: int = 0
    overtime: float = 0.0

    @property
    def stays(self) -> int:
        """Return how many waits were counted."""
        return sum(count for count, _ in self.hours.values())

    @property
    def mean(self) -> float:
        """Return the mean wait in minutes; 0 if nobody waited."""
        stays = self.stays
        return sum(minutes for _, minutes in self.hours.values()) / stays if stays else 0.0

    @property
    def within(self) -> float:
        """Return the share of the promise kept: of all who had a number."""
        people = self.stays + self.unserved
        return self.kept / people if people else 1.0


class Pool(msgspec.Struct, frozen=True):
    """What is known of all chosen days together: times at counters of each service, and the share who do not come."""

    busy: dict[ServiceId, tuple[int, ...]]
    absent: dict[ServiceId, float]


def pool(days: Sequence[RecordedDay]) -> Pool:
    """Return what the days tell together."""
    busy: dict[ServiceId, list[int]] = {}
    came: dict[ServiceId, list[int]] = {}
    for day in days:
        for service in day.definition.services:
            busy.setdefault(ServiceId(service.id), [])
        for person in day.people:
            came.setdefault(person.legs[0].service, []).append(not person.shows)
            if person.shows:
                for leg in person.legs:
                    if leg.busy_ms is not None:
                        busy.setdefault(leg.service, []).append(leg.busy_ms)
    for day in days:
        for service in day.definition.services:
            busy[ServiceId(service.id)] = busy[ServiceId(service.id)] or [round(service.minutes * MINUTE)]
    absent = {service: sum(missing) / len(missing) for service, missing in came.items()}
    return Pool({service: tuple(times) for service, times in busy.items()}, absent)


def as_recorded(day: RecordedDay, known: Pool) -> list[Drawn]:
    """Return exactly those who came, each with their own times; what nobody knows is the service's mean."""
    return [
        Drawn(x.at, _own_legs(x, known), x.priority, x.shows, x.due_at, *_evenly(place))
        for place, x in enumerate(day.people)
    ]


def drawn(day: RecordedDay, known: Pool, chance: Chance) -> list[Drawn]:
    """Return those who come on another day like this one.

    In each half hour a number about as large as on the day (Poisson), drawn with replacement from those who came then;
    their times at counters are drawn from those of the service on all the days.
    """
    bins: dict[int, list[Came]] = {}
    for came in day.people:
        bins.setdefault((came.at - day.opens) // BIN_MS, []).append(came)
    people = []
    for these in bins.values():
        for _ in range(_poisson(chance, len(these))):
            came = these[int(chance.random() * len(these))]
            people.append(_another(day, came, known, chance))
    return sorted(people, key=lambda person: person.at)


def _another(day: RecordedDay, came: Came, known: Pool, chance: Chance) -> Drawn:
    moved = round((2 * chance.random() - 1) * JITTER_MS)
    legs = []
    for leg in came.legs:
        times = known.busy[leg.service]
        legs.append((leg.service, times[int(chance.random() * len(times))]))
    shows = chance.random() >= known.absent.get(came.legs[0].service, 0.0)
    at = min(max(came.at + moved, day.opens), day.closes - 1)
    return Drawn(at, tuple(legs), came.priority, shows, came.due_at, chance.random(), chance.random())


def _own_legs(came: Came, known: Pool) -> tuple[tuple[ServiceId, int], ...]:
    return tuple((leg.service, _own(leg, known)) for leg in came.legs)


def _own(leg: Leg, known: Pool) -> int:
    times = known.busy[leg.service]
    return leg.busy_ms if leg.busy_ms is not None else round(sum(times) / len(times))


def _evenly(place: int) -> tuple[float, float]:
    """Return where the ``place``-th citizen stands among all as to booking, without any chance: the golden ratio's way.

    Whatever share books, it is spread evenly over the day.
    """
    return (place + 1) * GOLDEN % 1.0, 0.5


def _poisson(chance: Chance, mean: float) -> int:
    """Draw a number of arrivals, by counting how many exponential gaps fit into one unit of time."""
    count, at = 0, exponential(chance, 1 / mean)
    while at < 1:
        count += 1
        at += exponential(chance, 1 / mean)
    return count


def play(day: RecordedDay, office: Staged, people: Sequence[Drawn], promise_minutes: float) -> Tally:
    """Serve them in an office, and return what came of it.

    Raises:
        EngineRefused: a rule forbade what the office did.
    """
    coming = [person for person in people if person.at < office.closes]
    citizens, bookings = _citizens(office, coming)
    tally = Tally(sent_away=len(people) - len(coming))
    witness = _Counting(day, citizens, tally, promise_minutes)
    counters = [CounterId(counter.id) for counter in office.definition.counters]
    work = Work(1.0, 0.0, 0.0, day.absent_ms)  # everybody's own time is given: the mean is one millisecond
    scenario = Scenario(
        "what_if",
        day.date or "2000-01-01",
        office.definition,
        office.opens,
        office.closes,
        office.opens + DAY,
        {(ServiceId(s.id), x): work for s in office.definition.services for x in counters},
        {x: office.shifts.get(x, ()) for x in counters},
        citizens,
        bookings=bookings,
    )
    World(witness, brisk=True).play(scenario)
    tally.unserved = len(citizens) - witness.called_once
    tally.overtime = max(0.0, (witness.last - day.closes) / MINUTE)
    return tally


def both(
    day: RecordedDay, changes: Sequence[Change], people: Sequence[Drawn], promise_minutes: float
) -> tuple[Tally, Tally]:
    """Serve the same people in the office as it was, and as it would be."""
    before, after = (play(day, staged(day, these), people, promise_minutes) for these in ((), changes))
    return before, after


def _citizens(office: Staged, people: Sequence[Drawn]) -> tuple[tuple[Citizen, ...], tuple[Booking, ...]]:
    """Return who comes when, with whatever they booked."""
    latest = office.closes - 1
    would = [person.due_at is None and person.books < office.booked_share for person in people]
    slots = iter(_slots(office, sum(would)))
    coming: list[Citizen] = []
    bookings: list[Booking] = []
    for person, books in zip(people, would, strict=True):
        first, *then = person.legs
        at, due_at = person.at, person.due_at
        if books:
            due_at = next(slots)
            at = min(max(office.opens, round(due_at + (4 / 3 * person.early - 1) * EARLY_MS)), latest)
        code = ""
        if due_at is not None and office.opens < due_at <= office.opens + DAY:
            code = f"B{len(bookings):05d}"
            bookings.append(Booking(code, first[0], due_at, person.priority))
        coming.append(
            Citizen(at, first[0], person.priority, person.shows, first[1], code, tuple((s, b) for s, b in then))
        )
    return tuple(sorted(coming, key=lambda citizen: citizen.at)), tuple(bookings)


def _slots(office: Staged, count: int) -> list[int]:
    """Return so many times, spread evenly from the first call to when the last citizen came on the day."""
    each = (min(office.lasts, office.closes) - office.begins) / (count + 1)
    return [round(office.begins + (place + 1) * each) for place in range(count)]


class _Counting(Witness):
    """Counts waits: of each stay in a queue, from coming, or from the end of the stay before, to the call."""

    def __init__(self, day: RecordedDay, citizens: Sequence[Citizen], tally: Tally, promise_minutes: float) -> None:
        self._midnight = day.midnight
        self._since = [citizen.at for citizen in citizens]
        self._called = [False] * len(citizens)
        self._tally = tally
        self._promise_ms = promise_minutes * MINUTE
        self.last = 0

    @property
    def called_once(self) -> int:
        return sum(self._called)

    def foretell(self, day: Day, citizen: Citizen) -> Told:  # noqa: ARG002  # nobody looks at it
        return _TOLD

    def called(self, event: TicketCalled, citizen: int, now: int, free_at: int) -> None:  # noqa: ARG002  # as told
        since, tally = self._since[citizen], self._tally
        waited = now - since
        hour = (since - self._midnight) // HOUR
        count, minutes = tally.hours.get(hour, (0, 0.0))
        tally.hours[hour] = (count + 1, minutes + waited / MINUTE)
        whole = min(-(-waited // MINUTE), LONGEST)
        tally.histogram[whole] = tally.histogram.get(whole, 0) + 1
        tally.kept += waited <= self._promise_ms
        self._since[citizen], self._called[citizen] = free_at, True
        self.last = max(self.last, free_at)
