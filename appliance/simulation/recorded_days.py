"""Past days of an office as they can be played again: who came, what it took, and who sat where (pure).

Only what officers and citizens brought along is kept: arrivals, the time at counters, absences, shifts. Waits come out
of the rules when the day is played.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from appliance.commands import CounterId, ServiceId
from appliance.engine.model import Counter, Definition, Rules, Service, Span, Weekday
from appliance.simulation.morning import Applicant
from appliance.simulation.office import ABSENT_MS, RULES, SERVICE
from appliance.simulation.world import NEVER
from appliance.units import DAY, MINUTE, SECOND

AWAY_MS: Final = 5 * MINUTE
"""A counter that calls nobody for longer, though somebody waits whom it serves, is open in name only."""
LONGEST_VISIT_MS: Final = 4 * 60 * MINUTE
"""A visit that lasted longer was not finished when it ended: somebody forgot the button."""


class Leg(msgspec.Struct, frozen=True):
    """One stay at a counter. ``busy_ms``: from the call until the counter could call again; None if nobody knows."""

    service: ServiceId
    busy_ms: int | None = None


class Came(msgspec.Struct, frozen=True):
    """Somebody who took a number at ``at`` (ms since 1970). ``due_at``: of their booking."""

    at: int
    legs: tuple[Leg, ...]
    priority: bool = False
    shows: bool = True
    due_at: int | None = None


class RecordedDay(msgspec.Struct, frozen=True):
    """One past day. ``opens``, ``closes``: when numbers are given out; ``shifts``: when each counter really called.

    ``weekday``: None for a day that has none. ``midnight``: its first moment, from which times of day are counted.
    ``absent_ms``: how long somebody who does not come keeps a counter. ``waited``: how many waits were measured, and
    their mean in minutes. ``left_out``: stays that could not be used.
    """

    date: str
    weekday: Weekday | None
    midnight: int
    opens: int
    closes: int
    definition: Definition
    shifts: dict[CounterId, tuple[Span, ...]]
    people: tuple[Came, ...]
    absent_ms: float = float(ABSENT_MS)
    waited: tuple[int, float] = (0, 0.0)
    left_out: int = 0


class Stay(msgspec.Struct, frozen=True):
    """A visit as the hub's rows have it."""

    number: str
    service: str
    counter: str
    waited_ms: int
    called_at: int
    ended_at: int | None
    ending: str


class Arrival(msgspec.Struct, frozen=True):
    """A ticket as the hub's rows have it."""

    number: str
    service: str
    priority: bool
    state: str
    arrived_at: int
    channel: str
    due_at: int | None = None


class Opened(msgspec.Struct, frozen=True):
    """The office of one day, from its log. ``open``: when each counter was open and not paused."""

    date: str
    weekday: Weekday
    midnight: int
    spans: tuple[Span, ...]
    definition: Definition
    open: dict[str, tuple[Span, ...]]


def recorded_day(office: Opened, arrivals: Sequence[Arrival], stays: Sequence[Stay]) -> RecordedDay:
    """Return a day that can be played, from what its rows and its log tell."""
    opens, closes = office.spans[0].opens, office.spans[-1].closes
    known = {service.id for service in office.definition.services}
    usable = [s for s in stays if s.service in known and s.ended_at is not None and not _forgotten(s)]
    usable.sort(key=lambda stay: stay.called_at)
    busy = _busy(usable)
    of: dict[str, list[int]] = {}
    for place, stay in enumerate(usable):
        of.setdefault(stay.number, []).append(place)
    people = []
    for arrival in arrivals:
        if arrival.service in known and arrival.state != "voided":
            legs, shows = _legs(arrival, [(usable[place], busy[place]) for place in of.get(arrival.number, ())])
            at = min(max(arrival.arrived_at, opens), closes - 1)
            people.append(Came(at, legs, arrival.priority, shows, arrival.due_at))
    absences = [busy[place] for place, stay in enumerate(usable) if stay.ending == "no_show"]
    waits = [stay.waited_ms for stay in usable]
    return RecordedDay(
        office.date,
        office.weekday,
        office.midnight,
        opens,
        closes,
        office.definition,
        _staying(_present(office, usable), office.definition, closes),
        tuple(sorted(people, key=lambda came: came.at)),
        sum(absences) / len(absences) if absences else float(ABSENT_MS),
        (len(waits), sum(waits) / len(waits) / MINUTE if waits else 0.0),
        len(stays) - len(usable),
    )


def recorded_morning(applicants: Sequence[Applicant], counters: int, opens_s: int, date: str = "") -> RecordedDay:
    """Return a day from a file: counters all alike, first come, first served, and all are served.

    Args:
        applicants: in the order of arrival.
        counters: how many there are.
        opens_s: when they begin to call, in seconds since midnight.
        date: what the day is called.
    """
    services = sorted({ServiceId(a.service) if a.service else SERVICE for a in applicants})
    definition = Definition(
        {"en": "Recorded office"},
        tuple(Service(name, chr(ord("A") + place), {"en": name}) for place, name in enumerate(services)),
        tuple(Counter(str(n), {"en": str(n)}, tuple(services)) for n in range(1, counters + 1)),
        RULES,
    )
    people = tuple(
        Came(
            a.arrived_s * SECOND,
            (Leg(ServiceId(a.service) if a.service else SERVICE, round(a.service_minutes * MINUTE)),),
        )
        for a in applicants
    )
    calling = (Span(opens_s * SECOND, NEVER),)
    shifts: dict[CounterId, tuple[Span, ...]] = {CounterId(x.id): calling for x in definition.counters}
    return RecordedDay(date, None, 0, 0, DAY, definition, shifts, people)


def _forgotten(stay: Stay) -> bool:
    return stay.ended_at is not None and stay.ended_at - stay.called_at > LONGEST_VISIT_MS


def _busy(stays: Sequence[Stay]) -> list[int]:
    """Return how long each stay kept its counter: from the call to its end, and the gap after it.

    A gap is known where somebody waited whom the counter called next; elsewhere it is taken to be as long as those.
    """
    gaps: dict[int, int] = {}
    latest: dict[str, int] = {}
    for place, stay in enumerate(stays):
        before = latest.get(stay.counter)
        if before is not None:
            ended = stays[before].ended_at or 0
            if stay.called_at - stay.waited_ms <= ended and 0 <= stay.called_at - ended <= AWAY_MS:
                gaps[before] = stay.called_at - ended
        latest[stay.counter] = place
    usual = round(sum(gaps.values()) / len(gaps)) if gaps else 0
    return [max(1, (s.ended_at or 0) - s.called_at + gaps.get(place, usual)) for place, s in enumerate(stays)]


def _legs(arrival: Arrival, stays: Sequence[tuple[Stay, int]]) -> tuple[tuple[Leg, ...], bool]:
    """Return a citizen's way through the office, and whether they came when called.

    Several stays for the same service are one: somebody parked comes back to where they were.
    """
    legs: list[Leg] = []
    for stay, busy_ms in stays:
        service = ServiceId(stay.service)
        if legs and legs[-1].service == service:
            legs[-1] = Leg(service, (legs[-1].busy_ms or 0) + busy_ms)
        else:
            legs.append(Leg(service, busy_ms))
    if not legs:
        return (Leg(ServiceId(arrival.service)),), True  # never called: what it would have taken nobody knows
    shows = stays[-1][0].ending != "no_show"
    if not shows and len(legs) > 1:
        return tuple(legs[:-1]), True  # served, and gone before the next service called
    return tuple(legs), shows


def _present(office: Opened, stays: Sequence[Stay]) -> dict[CounterId, tuple[Span, ...]]:
    """Return when each counter called: as long as it was open, but for when it let people wait."""
    by_arrival = sorted((s.called_at - s.waited_ms, s.called_at, s.service) for s in stays)
    present = {}
    for counter in office.definition.counters:
        spans: list[Span] = []
        mine = [stay for stay in stays if stay.counter == counter.id]
        waiting = [(at, called) for at, called, service in by_arrival if service in counter.services]
        for span in office.open.get(counter.id, ()):
            spans += _working(span, mine, waiting)
        present[CounterId(counter.id)] = tuple(spans)
    return present


def _working(span: Span, stays: Sequence[Stay], waiting: Sequence[tuple[int, int]]) -> Iterable[Span]:
    """Cut away from an open span the free times at which somebody was kept waiting."""
    begins, last = span.opens, span.opens
    inside = [stay for stay in stays if span.opens <= stay.called_at < span.closes]
    for free_at, until in zip(
        [span.opens, *((s.ended_at or 0) for s in inside)], [*(s.called_at for s in inside), span.closes], strict=True
    ):
        last = max(last, free_at)
        left = _kept_waiting(last, until, waiting) if until - last > AWAY_MS else None
        if left is not None:
            if left > begins:
                yield Span(begins, left)
            begins = until
        last = max(last, until)
    if span.closes > begins:
        yield Span(begins, span.closes)


def _kept_waiting(free_at: int, until: int, waiting: Sequence[tuple[int, int]]) -> int | None:
    """Return from when on a free counter let somebody wait too long; None if it did not."""
    kept = [max(free_at, at) for at, called in waiting if min(until, called) - max(free_at, at) > AWAY_MS]
    return min(kept, default=None)


def _staying(
    shifts: dict[CounterId, tuple[Span, ...]], definition: Definition, closes: int
) -> dict[CounterId, tuple[Span, ...]]:
    """Let whoever is there at closing time stay until all are served; of each service at least the last who left."""
    stay = {counter for counter, spans in shifts.items() if spans and spans[-1].closes >= closes}
    for service in definition.services:
        ends = [
            (shifts[CounterId(x.id)][-1].closes, CounterId(x.id))
            for x in definition.counters
            if service.id in (*x.services, *x.helps) and shifts.get(CounterId(x.id))
        ]
        if ends:
            stay.add(max(ends)[1])
    return {
        counter: (*spans[:-1], Span(spans[-1].opens, NEVER)) if counter in stay else spans
        for counter, spans in shifts.items()
    }


def playable(rules: Rules) -> Rules:
    """Return an office's rules without those against slips of the finger: a virtual officer makes none."""
    return msgspec.structs.replace(rules, seconds_between_calls=0, no_show_min_calls=2, no_show_min_seconds=0)
