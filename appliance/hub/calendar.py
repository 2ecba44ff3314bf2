"""The office's calendar: opening hours become instants, and a definition is tried out before it is believed (pure)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from appliance.commands import CounterId, ServiceId
from appliance.engine import soundness
from appliance.engine.commands import DefineOffice, IssueTicket, OpenDay
from appliance.engine.decide import decide
from appliance.engine.events import Entry
from appliance.engine.evolve import evolve
from appliance.engine.model import Day, Definition, Span, Told, Weekday
from appliance.engine.refusal import Refusal
from appliance.engine.soundness import Problem
from appliance.hub import snapshots, staff_snapshots
from appliance.texts import office_words
from appliance.units import DAY
from appliance.wire.messages import MAX_PAYLOAD, encode

LOOK_AHEAD_DAYS: Final = 15
"""So far ahead the next opening is looked for: longer than any run of holidays."""
TRIED_DAYS: Final = 7
NOON: Final = "12:00"
_WEEKDAYS: Final[tuple[Weekday, ...]] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def problems(definition: Definition, now: int) -> list[Problem]:
    """Return what is wrong with an office; an empty list if it could open tomorrow.

    The same for the configuration file and for what is set on the bus. A definition that looks right is tried out: the
    next seven days are opened with it, and a number of each service is taken.

    Args:
        definition: of the office.
        now: about the time of day, milliseconds since 1970 (UTC).
    """
    wrong = soundness.problems(definition) or [*_dates(definition), *_texts(definition)]
    return wrong or list(_tried(definition, now))


def _dates(definition: Definition) -> Iterator[Problem]:
    zone = definition.zone
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        known = "Asia/Jakarta, Asia/Makassar, Asia/Jayapura"
        yield Problem("zone", "no_such_zone", f"there is no time zone {zone!r}; Indonesia has {known}", {"zone": zone})
    for holiday in definition.holidays:
        if not _is_date(holiday):
            advice = f"{holiday!r} is no date; write it like 2026-08-17"
            yield Problem("holidays", "no_date", advice, {"date": holiday})
    ends = definition.day_closes_at
    for weekday, spans in definition.hours.items():
        if spans and spans[-1][1] > ends:
            values = {"ends": ends, "weekday": weekday, "closes": spans[-1][1]}
            advice = f"the day ends at {ends}, before hours.{weekday} does ({spans[-1][1]})"
            yield Problem("day_closes_at", "ends_too_early", advice, values)
    if not definition.hours and ends < NOON:
        advice = f"without hours the office is open from 00:00 to {ends} only; choose a later hour"
        yield Problem("day_closes_at", "ends_before_noon", advice, {"ends": ends})


def _texts(definition: Definition) -> Iterator[Problem]:
    for fault in office_words.faults(definition.texts):
        yield Problem(fault.path, fault.code, fault.advice, fault.values)


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _tried(definition: Definition, now: int) -> Iterator[Problem]:
    """Open the days to come, holidays apart, and see whether citizens could come."""
    usual = replace(definition, holidays=())
    day = Day()
    open_at_all = False
    never = {service.id for service in definition.services}
    _happen(day, DefineOffice(usual))
    for ahead in range(TRIED_DAYS):
        opening = opening_of(usual, now + ahead * DAY)
        _happen(day, replace(opening, date=f"{ahead}"))
        for span in opening.spans:
            open_at_all = True
            never -= {i for i in never if not isinstance(decide(day, IssueTicket(ServiceId(i)), span.opens), Refusal)}
        day.is_open = False
    if not open_at_all:
        yield Problem("hours", "never_open", "the office is open on no day of the week")
    elif never:
        advice = "it is before the office opens, on every day"
        yield from (Problem(f"services.{i}.last_ticket", "before_opening", advice) for i in sorted(never))
    day.is_open = True
    told = Told(0)
    longest = max(
        len(encode(snapshots.catalogue(day, now, lambda _: told))),
        len(encode(snapshots.board(day, now, lambda _: told))),
        len(encode(staff_snapshots.office(day))),
    )
    if longest > MAX_PAYLOAD // 2:
        advice = f"names and documents take {longest} bytes, more than kiosks and boards can read; shorten them"
        yield Problem("services", "too_long", advice)


def _happen(day: Day, command: DefineOffice | OpenDay) -> None:
    decision = decide(day, command, 0)
    for event in decision if isinstance(decision, list) else ():
        evolve(day, Entry(day.seq + 1, 0, event))


def opening_of(definition: Definition, now: int) -> OpenDay:
    """Return the command that opens the business day of the instant ``now`` (milliseconds since 1970).

    Opening hours are turned into instants here, in the office's zone, so that the engine needs no calendar and a
    daylight change in the middle of the day does no harm.
    """
    zone = ZoneInfo(definition.zone)
    today = date_of(now, zone)
    ends_at = instant(today, definition.day_closes_at, zone)
    spans = _spans(definition, today, zone)
    last_tickets = {
        ServiceId(service.id): instant(today, service.last_ticket, zone)
        for service in definition.services
        if service.last_ticket is not None
    }
    rosters = {
        CounterId(counter.id): _instants(counter.roster.get(_WEEKDAYS[today.weekday()], ()), today, zone)
        for counter in definition.counters
        if counter.roster
    }
    coming = (_spans(definition, today + timedelta(days=ahead), zone) for ahead in range(1, LOOK_AHEAD_DAYS))
    next_opens_at = next((spans[0].opens for spans in coming if spans), None)
    return OpenDay(today.isoformat(), spans, ends_at, last_tickets, next_opens_at, rosters)


def date_of(at: int, zone: ZoneInfo) -> date:
    """Return the date at ``at`` (milliseconds since 1970) in ``zone``."""
    return datetime.fromtimestamp(at / 1000, zone).date()


def _spans(definition: Definition, day: date, zone: ZoneInfo) -> tuple[Span, ...]:
    if day.isoformat() in definition.holidays:
        return ()
    if not definition.hours:
        return (Span(instant(day, "00:00", zone), instant(day, definition.day_closes_at, zone)),)
    return _instants(definition.hours.get(_WEEKDAYS[day.weekday()], ()), day, zone)


def _instants(hours: tuple[tuple[str, str], ...], day: date, zone: ZoneInfo) -> tuple[Span, ...]:
    return tuple(Span(instant(day, opens, zone), instant(day, closes, zone)) for opens, closes in hours)


def instant(day: date, clock: str, zone: ZoneInfo) -> int:
    """Return the instant (milliseconds since 1970) of a time of ``day`` on the wall clock, written ``HH:MM``."""
    return int(datetime.combine(day, time.fromisoformat(clock), zone).timestamp() * 1000)
