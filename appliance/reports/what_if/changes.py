"""What may be changed of an office in a question "what if", and the office that comes of it (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Annotated, Final

import msgspec
from msgspec.structs import replace

from appliance.commands import CounterId, ServiceId
from appliance.engine.definition import Counter, Definition, TimeOfDay, Weekday
from appliance.engine.model import Span
from appliance.simulation.recorded_days import RecordedDay, playable
from appliance.simulation.world import NEVER
from appliance.texts import text
from appliance.units import HOUR, MINUTE

MOST_COUNTERS: Final = 60
NEW: Final = "new"
"""Counters that the office does not have are called ``new-1``, ``new-2`` …"""


class BadQuestion(ValueError):
    """A question cannot be answered as it was put. ``key``: of the sentence, in ``what_if.bad``."""

    def __init__(self, key: str, **values: object) -> None:
        self.key, self.values = key, values
        super().__init__(self.sentence("en"))

    def sentence(self, language: str) -> str:
        """Return what to correct."""
        values = {
            name: text(f"what_if.{value}", language) if name == "weekday" else value
            for name, value in self.values.items()
        }
        return text(f"what_if.bad.{self.key}", language, **values)


class _Change(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="change"):
    pass


class MoreOfficers(_Change, frozen=True, tag="officer"):
    """One more officer, at a counter of their own, from one time of day to another. ``services``: all if empty."""

    opens: TimeOfDay
    closes: TimeOfDay
    services: tuple[str, ...] = ()


class Counters(_Change, frozen=True, tag="counters"):
    """So many counters for as long as any was open; on one ``weekday`` only, or on all days."""

    number: Annotated[int, msgspec.Meta(ge=1, le=MOST_COUNTERS)]
    weekday: Weekday | None = None


class OwnQueue(_Change, frozen=True, tag="own_queue"):
    """A service in a queue of its own: at ``counter`` alone, which serves nothing else; at a new one if it is empty."""

    service: str
    counter: str = ""


class Bookings(_Change, frozen=True, tag="bookings"):
    """So many per cent of those who came without a booking book a time, spread evenly over the day."""

    percent: Annotated[float, msgspec.Meta(ge=0, le=100)]


class Turns(_Change, frozen=True, tag="turns"):
    """Other rules of priority, and another promise; None leaves one as it is."""

    priority_share: Annotated[int, msgspec.Meta(ge=1, le=9)] | None = None
    regular_share: Annotated[int, msgspec.Meta(ge=1, le=9)] | None = None
    promise_minutes: Annotated[int, msgspec.Meta(ge=0, le=1440)] | None = None


class LastNumbers(_Change, frozen=True, tag="last_numbers"):
    """No numbers from this time of day on; whoever came later is sent away."""

    at: TimeOfDay


class Roster(_Change, frozen=True, tag="roster"):
    """Which counters call in each hour of the day, and no others. Counters that there are not are new ones.

    Hours go on behind midnight, for an office that is open then: 25 is one o'clock.
    """

    hours: dict[Annotated[int, msgspec.Meta(ge=0, lt=48)], tuple[Annotated[str, msgspec.Meta(min_length=1)], ...]]


Change = MoreOfficers | Counters | OwnQueue | Bookings | Turns | LastNumbers | Roster


class Staged(msgspec.Struct, frozen=True):
    """The office of one past day, changed.

    ``closes``: no more numbers. ``booked_share``: of those without a booking, who book: times from ``begins``, when the
    first counter calls, to ``lasts``, when the last citizen came.
    """

    definition: Definition
    shifts: dict[CounterId, tuple[Span, ...]]
    opens: int
    closes: int
    begins: int
    lasts: int
    booked_share: float = 0.0


def staged(day: RecordedDay, changes: Iterable[Change] = ()) -> Staged:
    """Return the office of a day as it was, but for ``changes``, which are made one after the other.

    Raises:
        BadQuestion: a change cannot be made.
    """
    services = tuple(replace(service, quota=None, last_ticket=None) for service in day.definition.services)
    counters = tuple(replace(counter, open_with_day=False, roster={}) for counter in day.definition.counters)
    rules = playable(replace(day.definition.rules, outcome_required=False, stop_when_full=False))
    definition = replace(day.definition, services=services, counters=counters, rules=rules, hours={}, holidays=())
    office = Staged(definition, day.shifts, day.opens, day.closes, _begins(day), _lasts(day))
    for change in changes:
        office = _changed(office, day, change)
    return office


def check(days: Sequence[RecordedDay], changes: Sequence[Change], *, wished: bool = True) -> None:
    """Refuse a question that cannot be answered, before anything is played. ``wished``: something has to change.

    Raises:
        BadQuestion: saying what to correct.
    """
    if not days:
        raise BadQuestion("no_days")
    if wished and not changes:
        raise BadQuestion("no_change")
    for change in changes:
        wanted = change.weekday if isinstance(change, Counters) else None
        if wanted is not None and all(day.weekday != wanted for day in days):
            raise BadQuestion("no_such_weekday", weekday=wanted)
        if isinstance(change, Roster) and not any(change.hours.values()):
            raise BadQuestion("nobody_calls")
    for day in days:
        staged(day, changes)


def _changed(office: Staged, day: RecordedDay, change: Change) -> Staged:
    match change:
        case MoreOfficers():
            return _one_more(office, day, change)
        case Counters():
            return office if change.weekday not in (None, day.weekday) else _counters(office, change.number)
        case OwnQueue():
            return _own_queue(office, change)
        case Bookings():
            return replace(office, booked_share=change.percent / 100)
        case Turns():
            wanted = {name: getattr(change, name) for name in Turns.__struct_fields__}
            rules = replace(office.definition.rules, **{k: v for k, v in wanted.items() if v is not None})
            return replace(office, definition=replace(office.definition, rules=rules))
        case LastNumbers():
            at = day.midnight + minutes_of(change.at) * MINUTE
            if at <= office.opens:
                raise BadQuestion("closes_before", at=change.at)
            return replace(office, closes=min(office.closes, at))
        case Roster():
            return _rostered(office, day, change)


def minutes_of(clock: str) -> int:
    """Return the minutes since midnight of a time of day (``09:30``)."""
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


def _begins(day: RecordedDay) -> int:
    starts = [spans[0].opens for spans in day.shifts.values() if spans]
    return max(day.opens, min(starts, default=day.opens))


def _lasts(day: RecordedDay) -> int:
    return max((came.at for came in day.people), default=day.closes)


def _one_more(office: Staged, day: RecordedDay, change: MoreOfficers) -> Staged:
    opens, closes = (day.midnight + minutes_of(clock) * MINUTE for clock in (change.opens, change.closes))
    if closes <= opens:
        raise BadQuestion("ends_before_it_begins", opens=change.opens, closes=change.closes)
    for service in change.services:
        _known_service(office, service)
    span = Span(opens, NEVER if closes >= office.closes else closes)
    return _with_new(office, (span,), change.services)


def _with_new(office: Staged, spans: tuple[Span, ...], services: Sequence[str] = ()) -> Staged:
    """Add a counter that the office does not have."""
    taken = {counter.id for counter in office.definition.counters}
    name = next(f"{NEW}-{n}" for n in range(1, 2 + len(taken)) if f"{NEW}-{n}" not in taken)
    everything = tuple(service.id for service in office.definition.services)
    counter = Counter(name, {"en": name}, tuple(services) or everything, open_with_day=False)
    definition = replace(office.definition, counters=(*office.definition.counters, counter))
    return replace(office, definition=definition, shifts={**office.shifts, CounterId(name): spans})


def _counters(office: Staged, number: int) -> Staged:
    """Keep the counters that were open longest, and add others until there are so many."""
    whole = _together(office)
    worked = {x: sum(min(s.closes, office.closes) - s.opens for s in spans) for x, spans in office.shifts.items()}
    ids = [CounterId(counter.id) for counter in office.definition.counters]
    ranked = sorted(ids, key=lambda x: (-worked.get(x, 0), ids.index(x)))
    office = replace(office, shifts=dict.fromkeys(ranked[:number], whole))
    for _ in range(number - len(ranked)):
        office = _with_new(office, whole)
    return office


def _together(office: Staged) -> tuple[Span, ...]:
    """Return when at least one counter called."""
    spans = sorted((s for spans in office.shifts.values() for s in spans), key=lambda s: s.opens)
    joined: list[Span] = []
    for span in spans:
        if joined and span.opens <= joined[-1].closes:
            joined[-1] = Span(joined[-1].opens, max(joined[-1].closes, span.closes))
        else:
            joined.append(span)
    return tuple(joined) or (Span(office.opens, NEVER),)


def _own_queue(office: Staged, change: OwnQueue) -> Staged:
    _known_service(office, change.service)
    counter = change.counter
    if counter and all(known.id != counter for known in office.definition.counters):
        raise BadQuestion("unknown_counter", counter=counter)
    if not counter:
        office = _with_new(office, _together(office), (change.service,))
        counter = office.definition.counters[-1].id
    counters = tuple(
        replace(x, services=(change.service,), helps=()) if x.id == counter else _without(x, change.service)
        for x in office.definition.counters
    )
    shifts = office.shifts if office.shifts.get(CounterId(counter)) else {
        **office.shifts, CounterId(counter): _together(office)
    }  # fmt: skip
    return replace(office, definition=replace(office.definition, counters=counters), shifts=shifts)


def _without(counter: Counter, service: str) -> Counter:
    """Take a service away from a counter; who serves nothing else keeps it."""
    others = tuple(name for name in counter.services if name != service)
    helps = tuple(name for name in counter.helps if name != service)
    return replace(counter, services=others, helps=helps) if others else counter


def _rostered(office: Staged, day: RecordedDay, change: Roster) -> Staged:
    last = max(change.hours, default=0)
    shifts: dict[CounterId, list[Span]] = {}
    for hour in sorted(change.hours):
        begins = max(day.midnight + hour * HOUR, office.begins) if hour == min(change.hours) else (
            day.midnight + hour * HOUR
        )  # fmt: skip
        ends = NEVER if hour == last else day.midnight + (hour + 1) * HOUR
        for name in change.hours[hour]:
            spans = shifts.setdefault(CounterId(name), [])
            if spans and spans[-1].closes == begins:
                spans[-1] = Span(spans[-1].opens, ends)
            else:
                spans.append(Span(begins, ends))
    known = {counter.id for counter in office.definition.counters}
    everything = tuple(service.id for service in office.definition.services)
    new = tuple(Counter(x, {"en": x}, everything, open_with_day=False) for x in shifts if x not in known)
    definition = replace(office.definition, counters=(*office.definition.counters, *new))
    return replace(office, definition=definition, shifts={x: tuple(spans) for x, spans in shifts.items()})


def _known_service(office: Staged, service: str) -> None:
    if ServiceId(service) not in {known.id for known in office.definition.services}:
        raise BadQuestion("unknown_service", service=service)
