"""Past days of an office, from its database to what can be played again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from appliance.commands import TicketNumber
from appliance.engine import events as e
from appliance.engine.model import Definition, Span, Weekday
from appliance.reports.accuracy import LoggedDay
from appliance.simulation.recorded_days import Arrival, Opened, RecordedDay, Stay, recorded_day
from appliance.store.past_days import PastDays, TicketRow

WEEKDAYS: Final[tuple[Weekday, ...]] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
FEWEST: Final = 5
"""A day on which fewer people took a number tells nothing about waiting."""
_OFFICE: Final = ("DayOpened", "CounterOpened", "CounterPaused", "CounterClosed", "DayClosed")


def weekday_of(day: str) -> Weekday:
    """Return the weekday of a date (YYYY-MM-DD)."""
    return WEEKDAYS[date.fromisoformat(day).weekday()]


def chosen_days(
    past: PastDays, first: str, last: str, weekday: Weekday | None = None, most: int | None = None
) -> list[RecordedDay]:
    """Return the days of a span that can be played, in order.

    Args:
        past: the database.
        first: date (YYYY-MM-DD).
        last: date.
        weekday: only these, if given.
        most: only so many, the latest.

    Raises:
        StorageFault: if the file cannot be read.
    """
    found: list[RecordedDay] = []
    for day in past.days(first, last):
        if weekday not in (None, weekday_of(day)):
            continue
        recorded = read_day(past, day)
        if recorded is not None and len(recorded.people) >= FEWEST:
            found.append(recorded)
        if most is not None and len(found) == most:
            break
    return found[::-1]


def logged_days(
    past: PastDays, first: str, last: str, weekday: Weekday | None = None, most: int | None = None
) -> list[LoggedDay]:
    """Return whole days of the log on which a number was given out, in order; the rest as of ``chosen_days``."""
    found: list[LoggedDay] = []
    for day in past.days(first, last):
        if weekday not in (None, weekday_of(day)):
            continue
        entries = _of_the_day(past.entries(day))
        definition = past.definition(entries[0].seq) if entries else None
        if definition is not None and any(isinstance(entry.event, e.TicketIssued) for entry in entries):
            found.append(LoggedDay(day, _midnight(day, definition), definition, tuple(entries)))
        if most is not None and len(found) == most:
            break
    return found[::-1]


def read_day(past: PastDays, day: str) -> RecordedDay | None:
    """Return one day; None if it was never really opened, or is not over."""
    tickets = past.tickets(day)
    booked = any(ticket[5] == "booked" for ticket in tickets)
    entries = _of_the_day(past.entries(day, (*_OFFICE, "TicketIssued") if booked else _OFFICE))
    definition = past.definition(entries[-1].seq) if entries else None
    opening = next((entry.event for entry in entries if isinstance(entry.event, e.DayOpened)), None)
    over = any(isinstance(entry.event, e.DayClosed) for entry in entries)
    if definition is None or opening is None or not opening.spans or opening.training or not over:
        return None
    office = Opened(
        day, weekday_of(day), _midnight(day, definition), opening.spans, definition, _open(entries, opening)
    )
    due = {x.event.number: x.event.due_at for x in entries if isinstance(x.event, e.TicketIssued)}
    stays = [Stay(*visit) for visit in past.visits(day)]
    return recorded_day(office, [_arrival(ticket, due.get(TicketNumber(ticket[0]))) for ticket in tickets], stays)


def _of_the_day(entries: list[e.Entry]) -> list[e.Entry]:
    """Leave out what a mistyped date had opened before, and staff took back: a day comes once."""
    openings = [place for place, entry in enumerate(entries) if isinstance(entry.event, e.DayOpened)]
    return entries[openings[-1] :] if openings else entries


def _midnight(day: str, definition: Definition) -> int:
    return int(datetime.combine(date.fromisoformat(day), time(), ZoneInfo(definition.zone)).timestamp() * 1000)


def _arrival(ticket: TicketRow, due_at: int | None) -> Arrival:
    number, service, priority, state, arrived_at, channel = ticket
    return Arrival(number, service, bool(priority), state, arrived_at, channel, due_at)


def _open(entries: Iterable[e.Entry], opening: e.DayOpened) -> dict[str, tuple[Span, ...]]:
    """Return when each counter was open and not paused."""
    since: dict[str, int] = {}
    spans: dict[str, list[Span]] = {}
    for entry in entries:
        event = entry.event
        if isinstance(event, e.CounterOpened):
            since.setdefault(event.counter, entry.at)
        elif isinstance(event, (e.CounterPaused, e.CounterClosed)):
            began = since.pop(event.counter, None)
            if began is not None and entry.at > began:
                spans.setdefault(event.counter, []).append(Span(began, entry.at))
    for counter, began in since.items():
        spans.setdefault(counter, []).append(Span(began, max(opening.ends_at, began + 1)))
    return {counter: tuple(found) for counter, found in spans.items()}
