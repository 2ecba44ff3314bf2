"""What reports ask of the past: figures of any span, by what they are of; and the tickets behind them.

Sums come from ``reports.db``, tickets from the hub's rows of one day at a time. Nothing here looks through years.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, Final

import msgspec

from appliance.engine.definition import Names
from appliance.store.database import fault
from appliance.store.reports.figures import Figures
from appliance.store.reports.spans import Kind, Span, of
from appliance.store.reports.summary import ALL, Pick, Special, Summary
from appliance.store.reports.sums import WEEKDAY_HOUR, SumsReader, weekday

MOST_ROWS: Final = 200
"""Tickets of one answer; the next ones are asked for by where these end."""
MOST_NOT_CALLED: Final = 2_000
"""Of a day; no kiosk gives so many."""
_BEHIND: Final = """SELECT v.seq, v.number, v.service, v.counter, v.officer, v.reason, v.waited_ms, v.called_at,
    v.calls, v.started_at, v.ended_at, v.ending, v.outcomes,
    t.channel, t.priority, t.arrived_at, t.told_low, t.told_high
    FROM visit v JOIN ticket t ON t.day = v.day AND t.number = v.number WHERE v.day = ?"""
_NOT_CALLED: Final = """SELECT number, service, channel, priority, arrived_at, state, ended_at FROM ticket
    WHERE day = ? AND NOT EXISTS (SELECT 1 FROM visit v WHERE v.day = ticket.day AND v.number = ticket.number)"""


class Behind(msgspec.Struct, frozen=True):
    """One visit behind a figure, with its ticket; times are office time (ms). ``seq``: the call's record in the log."""

    seq: int
    number: str
    service: str
    counter: str
    officer: str
    reason: str
    waited_ms: int
    called_at: int
    calls: int
    started_at: int | None
    ended_at: int | None
    ending: str
    outcomes: str
    channel: str
    priority: bool
    arrived_at: int
    told_low: int | None
    told_high: int | None


class NotCalled(msgspec.Struct, frozen=True):
    """A ticket that no counter called, and what became of it."""

    number: str
    service: str
    channel: str
    priority: bool
    arrived_at: int
    state: str
    ended_at: int | None


class History:
    """The past of one office.

    Args:
        hub: the hub's database; read with connections that can change nothing.
        reports: ``reports.db``.

    Raises:
        StorageFault: from every method, if a file cannot be read.
    """

    def __init__(self, hub: Path, reports: Path) -> None:
        self._hub = hub
        self._sums = SumsReader(reports)

    def ends(self) -> tuple[date, date] | None:
        """Return the first and the last business day that is summed; None if there is none."""
        ends = self._sums.ends()
        return (date.fromisoformat(ends[0]), date.fromisoformat(ends[1])) if ends else None

    def total(self, span: Span, key: str = "", dimension: str = ALL) -> Figures:
        """Return the figures of one thing over a span; zeros if there are none."""
        found = Figures()
        for _, _, figures in self._sums.of(dimension, span.months_and_days(), key):
            found.add(figures)
        return found

    def by(self, dimension: str, span: Span) -> dict[str, Figures]:
        """Return the figures of a span by the keys of a dimension."""
        found: dict[str, Figures] = {}
        for _, key, figures in self._sums.of(dimension, span.months_and_days()):
            found.setdefault(key, Figures()).add(figures)
        return dict(sorted(found.items()))

    def series(self, span: Span, step: Kind, key: str = "", dimension: str = ALL) -> list[tuple[Span, Figures]]:
        """Return a span in steps of days, weeks, months or years, those without any day left out.

        Args:
            span: cut into steps; the first and last of them may hold less than a whole one.
            step: of what kind; one of ``span`` is a day.
            key: of the dimension.
            dimension: of what the figures are.
        """
        steps: dict[date, Figures] = {}
        periods = span.months_and_days() if step in ("month", "year") else _days(span)
        for period, _, figures in self._sums.of(dimension, periods, key):
            day = date.fromisoformat(period if len(period) > len("2026-11") else f"{period}-01")
            steps.setdefault(of(step, day).first, Figures()).add(figures)
        return [(of(step, first), figures) for first, figures in sorted(steps.items())]

    def heat(self, span: Span) -> dict[tuple[int, int], Figures]:
        """Return the figures of a span by weekday (0 is Monday) and hour."""
        found: dict[tuple[int, int], Figures] = {}
        periods = list(span.months_and_days())
        months = [period for period in periods if len(period) == len("2026-11")]
        for _, key, figures in self._sums.of(WEEKDAY_HOUR, months):
            day, hour = key.split(" ")
            found.setdefault((int(day), int(hour)), Figures()).add(figures)
        for period, hour, figures in self._sums.of("hour", [p for p in periods if p not in months]):
            found.setdefault((weekday(period), int(hour)), Figures()).add(figures)
        return dict(sorted(found.items()))

    def day(self, day: date) -> Summary | None:
        """Return what is known of one business day; None if it was none."""
        return self._sums.summary(day.isoformat())

    def names(self, kind: str) -> dict[str, Names]:
        """Return what services (``service``) or counters (``counter``) were called when they were last there."""
        return self._sums.names(kind)

    def special(self, span: Span, most: int) -> list[tuple[str, Special]]:
        """Return what was special on the days of a span, each with its day, so many at most."""
        return self._sums.special(span.first.isoformat(), span.last.isoformat(), most)

    def picks(self, span: Span, most: int) -> list[tuple[str, Pick]]:
        """Return who was called by hand in a span, each with the day, so many at most."""
        return self._sums.picks(span.first.isoformat(), span.last.isoformat(), most)

    def behind(self, day: date, after: int = 0, most: int = MOST_ROWS, **wanted: str) -> list[Behind]:
        """Return the visits of a business day, in the order of the calls.

        Args:
            day: which.
            after: behind this call; to go on where the last answer ended.
            most: so many at most.
            wanted: only those of a ``service``, ``counter``, ``officer``, ``channel`` or ``number``.
        """
        where, values = " AND v.seq > ?", [day.isoformat(), after]
        for name, value in wanted.items():
            where += f" AND {'t' if name == 'channel' else 'v'}.{_COLUMNS[name]} = ?"
            values.append(value)
        rows = self._ask(f"{_BEHIND}{where} ORDER BY v.seq LIMIT ?", *values, most)
        return [msgspec.convert(row, Behind, strict=False) for row in map(_as(Behind), rows)]

    def not_called(self, day: date, most: int = MOST_NOT_CALLED, **wanted: str) -> list[NotCalled]:
        """Return the tickets of a day that nobody called, in the order in which they were given.

        Args:
            day: which.
            most: so many at most.
            wanted: only those of a ``service``, ``channel`` or ``number``.
        """
        where = "".join(f" AND {_COLUMNS[name]} = ?" for name in wanted)
        rows = self._ask(f"{_NOT_CALLED}{where} ORDER BY seq LIMIT ?", day.isoformat(), *wanted.values(), most)
        return [msgspec.convert(row, NotCalled, strict=False) for row in map(_as(NotCalled), rows)]

    def _ask(self, query: str, *values: Any) -> list[Any]:
        try:
            with contextlib.closing(sqlite3.connect(f"{self._hub.absolute().as_uri()}?mode=ro", uri=True)) as file:
                file.execute("PRAGMA query_only = ON")
                file.execute("PRAGMA busy_timeout = 5000")
                return file.execute(query, values).fetchall()
        except sqlite3.Error as error:
            raise fault(self._hub, error) from error


_COLUMNS: Final = {name: name for name in ("service", "counter", "officer", "channel", "number")}


def _as(struct: type[msgspec.Struct]) -> Any:
    names = struct.__struct_fields__
    return lambda row: dict(zip(names, row, strict=True))


def _days(span: Span) -> Iterator[str]:
    day = span.first
    while day <= span.last:
        yield day.isoformat()
        day = date.fromordinal(day.toordinal() + 1)
