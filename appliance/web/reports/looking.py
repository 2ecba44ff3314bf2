"""Looks into the past for one page: everything that it shows, gathered at once, on a thread of its own."""

from __future__ import annotations

import contextlib
from datetime import date, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

from appliance.reports import tables, words
from appliance.reports.report import hour_name
from appliance.reports.tables import Table
from appliance.store import diary
from appliance.store.database import StorageFault
from appliance.store.reader import LogReader
from appliance.store.reports import spans
from appliance.store.reports.figures import Figures
from appliance.store.reports.history import History
from appliance.store.reports.spans import ONE, Span
from appliance.store.reports.summary import ALL, Pick, Special, Summary
from appliance.texts import find, pick, text
from appliance.web.reports.asked import KINDS, Asked, around, link
from appliance.web.reports.behind import Behind, Tickets
from appliance.web.reports.drawings import Drawer, Drawing
from appliance.web.reports.shown import HEROES, IN_TABLE, OWN, Shown, shown

MOST_DAYS: Final = 62
"""A longer span of days is drawn in months."""
MOST_SPECIAL: Final = 40
MOST_PICKS: Final = 100
LOOKED_BACK: Final = timedelta(days=14)
"""A business day is compared with the last one before it, if that is not longer ago."""


class Remark(msgspec.Struct, frozen=True):
    """Something special: of which day, when, and what. ``seq``: its record in the log, 0 if there is none."""

    day: str
    when: str
    said: str
    seq: int


class Picked(msgspec.Struct, frozen=True):
    """Somebody who was called by hand."""

    day: str
    when: str
    pick: Pick
    service: str
    counter: str
    reason: str


class Look(msgspec.Struct, frozen=True):
    """What a page of one span shows.

    ``switch``: the same time as a day, week, month and year. ``others``: the spans that it stands beside. ``rows``:
    where each row of ``table`` leads. ``more``: so many things were special that are not told.
    """

    span: Span
    title: str
    heroes: list[Shown]
    others: list[tuple[Span, Figures]]
    earlier: Span | None
    later: Span | None
    switch: list[tuple[str, Span]]
    figures: Figures
    summary: Summary | None = None
    drawings: list[Drawing] = []
    by_drawings: list[Drawing] = []
    heat: list[Drawing] = []
    compared: Table | None = None
    table: Table | None = None
    rows: list[str] = []
    remarks: list[Remark] = []
    picks: list[Picked] = []

    @property
    def is_there(self) -> bool:
        """Whether there is anything to tell."""
        return tables.is_there(self.figures) or self.summary is not None

    @property
    def is_open(self) -> bool:
        """Whether the day goes on."""
        return self.summary is not None and self.summary.is_open


class Looking:
    """Looks into the past.

    Args:
        history: the past.
        hub: the hub's database, for what the log says of special events.
        zone: the office's, as IANA names it.
        language: of all words.
    """

    def __init__(self, history: History, hub: Path, zone: str, language: str) -> None:
        self._history = history
        self._hub = hub
        self._zone = zone
        self._language = language
        self._drawer = Drawer(language, zone)

    def default(self, today: date | None) -> Span | None:
        """Return the last business day before today, else the last there is; None if there is none."""
        ends = self._history.ends()
        if ends is None:
            return None
        if today is None or ends[1] < today:
            return spans.of("day", ends[1])
        return self._beside(spans.of("day", today)) or spans.of("day", ends[1])

    def look(self, asked: Asked, span: Span) -> Look:
        """Return everything of a span, by what was asked for."""
        history = self._history
        summary = history.day(span.first) if span.kind == "day" else None
        total = history.total(span)
        look = self._frame(span, total, HEROES)
        if not tables.is_there(total) and summary is None:
            return look
        found = self._found(asked.by, span)
        names = self._names(asked.by, found)
        rows = [self._leads(asked.by, key, span) for key in found]
        titles = [words.short(one, self._language) for one in (span, *self._two(span))]
        before, year = (history.total(one) for one in self._two(span))
        counts = ("arrived", "served")
        return msgspec.structs.replace(
            look,
            summary=summary,
            drawings=self._drawer.day(summary) if summary else self._drawer.steps(self.steps(span), "/reports", counts),
            by_drawings=self._drawer.by(asked.by, found, names, rows),
            heat=[] if summary else self._drawer.heat(history.heat(span)),
            compared=tables.compared(total, before, year, titles, self._language),
            table=self._shorter(tables.by_dimension(asked.by, found, names, self._language), asked.by),
            rows=rows,
            remarks=self._remarks(span),
            picks=self._picks(span),
        )

    def own(self, span: Span, officer: str) -> Look:
        """Return what an officer did in a span."""
        total = self._history.total(span, officer, "officer")
        look = self._frame(span, total, OWN, officer)
        if not tables.is_there(total):
            return look
        steps = self.steps(span, officer, "officer")
        drawn = self._drawer.steps(steps, "/reports/mine", ("calls",)) if span.kind != "day" else []
        return msgspec.structs.replace(look, drawings=drawn)

    def glance(self, span: Span) -> Look:
        """Return the first figures of a span alone."""
        return self._frame(span, self._history.total(span), HEROES)

    def steps(self, span: Span, key: str = "", dimension: str = ALL) -> list[tuple[Span, Figures]]:
        """Return a span in steps in which it can be drawn."""
        step: spans.Kind = "day" if span.kind != "year" and span.days <= MOST_DAYS else "month"
        if span.days > 4 * 366:
            step = "year"
        return self._history.series(span, step, key, dimension)

    def behind(self, asked: Asked, path: str) -> Behind:
        """Return the tickets behind a figure; ``path``: of the page that shows them."""
        span, only = asked.span, asked.only
        tickets = Tickets(self._history, lambda kind: self._names(kind, {}), self._clock, self._language)
        if span is None or span.kind == "day":
            return tickets.behind(asked, [], path)
        dimension, key = next(((name, value) for name, value in only.items() if name != "number"), (ALL, ""))
        return tickets.behind(asked, self.steps(span, key, dimension), path)

    # -- inside ----------------------------------------------------------------------------------------------------

    def _frame(self, span: Span, total: Figures, heroes: tuple[str, ...], officer: str = "") -> Look:
        dimension = "officer" if officer else ALL
        others = [(one, self._history.total(one, officer, dimension)) for one in self._two(span)]
        others = [(one, figures) for one, figures in others if tables.is_there(figures)]
        ends = self._history.ends()
        earlier, later = self._beside(span), span.after()
        return Look(
            span,
            words.span(span, self._language),
            [shown(name, total, others, self._language) for name in heroes],
            others,
            earlier if ends and earlier and earlier.last >= ends[0] else None,
            later if ends and later.first <= ends[1] else None,
            [(kind, around(kind, span)) for kind in KINDS],
            total,
        )

    def _two(self, span: Span) -> tuple[Span, Span]:
        """Return the span before, of a day the last business day, and the same span of last year."""
        return self._beside(span) or span.before(), span.year_before()

    def _beside(self, span: Span) -> Span | None:
        if span.kind != "day":
            return span.before()
        days = self._history.series(Span("span", span.first - LOOKED_BACK, span.first - ONE), "day")
        return days[-1][0] if days else None

    def _found(self, by: str, span: Span) -> dict[str, Figures]:
        if by != "weekday":
            return self._history.by(by, span)
        sums: dict[str, Figures] = {}
        for (weekday, _), figures in self._history.heat(span).items():
            sums.setdefault(str(weekday), Figures()).add(figures)
        return sums

    def _leads(self, by: str, key: str, span: Span) -> str:
        """Return where a row leads: to the tickets behind it, if they can be told apart by it."""
        if by in ("service", "counter", "officer", "channel") and key:
            return link("/reports/tickets", span, **{by: key})
        return link("/reports/tickets", span)

    def _shorter(self, table: Table, by: str) -> Table:
        return table.only([by, *IN_TABLE])

    def _names(self, by: str, found: dict[str, Figures]) -> dict[str, str]:
        language = self._language
        if by in ("service", "counter"):
            return {key: pick(names, language) or key for key, names in self._history.names(by).items()}
        if by == "hour":
            return {key: hour_name(int(key), language) for key in found}
        if by == "weekday":
            return {key: text(f"common.weekday_{int(key) + 1}", language) for key in found}
        if by == "officer":
            return {}
        return {key: find(f"forms.{by}.{key or 'unknown'}", language) or key for key in found}

    def _clock(self, at: int) -> str:
        return words.clock(at, self._zone, self._language) if at else ""

    def _remarks(self, span: Span) -> list[Remark]:
        found = self._history.special(span, MOST_SPECIAL)
        said = self._said([one for _, one in found])
        remarks = []
        for day, one in found:
            sentence = said.get(one.seq) or text(f"reports.special.{one.kind}", self._language)
            remarks.append(Remark(day, self._clock(one.at), sentence, one.seq))
        return remarks

    def _said(self, special: list[Special]) -> dict[int, str]:
        """Return what the log says of special events, by their records; nothing if it cannot be read."""
        services = self._names("service", {})
        said: dict[int, str] = {}
        with contextlib.suppress(StorageFault), contextlib.closing(LogReader(self._hub)) as log:
            for one in special:
                row = log.record(one.seq) if one.seq and one.kind != "reopened" else None
                sentence = diary.told(row, ZoneInfo(self._zone), self._language, services) if row else None
                if sentence:
                    said[one.seq] = sentence
        return said

    def _picks(self, span: Span) -> list[Picked]:
        services, counters = self._names("service", {}), self._names("counter", {})
        return [
            Picked(
                day,
                self._clock(one.at),
                one,
                services.get(one.service, one.service),
                counters.get(one.counter, one.counter),
                find(f"diary.reason.picked_{one.reason}", self._language) or one.reason.replace("_", " "),
            )
            for day, one in self._history.picks(span, MOST_PICKS)
        ]
