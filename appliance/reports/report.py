"""One report: everything that stands in it, gathered from the office's past, in one language."""

from __future__ import annotations

import contextlib
from datetime import date
from pathlib import Path
from typing import Any, Final

import msgspec

from appliance.reports import tables, words
from appliance.reports.tables import Column, Table
from appliance.store.database import Damaged
from appliance.store.reader import LogReader
from appliance.store.reports.figures import Figures
from appliance.store.reports.history import History
from appliance.store.reports.spans import Kind, Span
from appliance.store.reports.summary import Pick, Point, Special, Summary
from appliance.texts import find, pick, text
from appliance.units import DEFAULT_ZONE

BY: Final = ("service", "counter", "officer", "channel", "class", "hour", "weekday")
STEPS: Final[dict[str, tuple[Kind, ...]]] = {
    "day": (),
    "week": ("day",),
    "month": ("day",),
    "year": ("month",),
    "span": ("day", "month"),
}
"""In what steps a span is told; one of a hundred days and more in months alone."""
MOST_DAYS: Final = 100
MOST_SPECIAL: Final = 200
MOST_PICKS: Final = 1_000
DEFINED: Final = (
    "arrived", "served", "wait", "median", "call", "walk", "service", "gap", "idle", "open", "promise", "told",
    "abandoned", "left", "picked", "channel",
)  # fmt: skip
"""Keys of the definitions, ``reports.define`` in the catalogues, in the order in which a document tells them."""


class Office(msgspec.Struct, frozen=True):
    """What the office is called, and its zone (IANA name)."""

    names: dict[str, str] = {}
    zone: str = DEFAULT_ZONE


class Report(msgspec.Struct, frozen=True):
    """Everything of one report.

    ``days``: business days with figures. ``is_open``: the last of them still goes on. ``made_at``: office time (ms).
    ``heat``: by weekday (0 is Monday) and hour. ``steps``: the span in steps, for its curve; none of a day.
    """

    span: Span
    language: str
    office: Office
    made_at: int
    days: int
    is_open: bool
    total: Figures
    compared: Table
    tables: tuple[Table, ...]
    definitions: Table
    remarks: tuple[str, ...]
    day: Summary | None = None
    heat: dict[tuple[int, int], Figures] = {}
    steps: tuple[tuple[Span, Figures], ...] = ()

    @property
    def title(self) -> str:
        """What kind of report it is."""
        return text(f"forms.title.{self.span.kind}", self.language)

    @property
    def when(self) -> str:
        """The span in words."""
        return words.span(self.span, self.language)

    @property
    def all_tables(self) -> tuple[Table, ...]:
        """Every table, as files have them."""
        return (self.compared, *self.tables, self.definitions)


def office_of(hub: Path) -> Office:
    """Return what the office is called by its latest definition.

    Raises:
        StorageFault: if the hub's database cannot be read.
    """
    with contextlib.closing(LogReader(hub)) as log:
        try:
            found = log.definitions(1)
        except Damaged:
            found = []  # figures can be told all the same
        return Office(dict(found[0].office.get("names", {})), log.zone()) if found else Office()


class Gatherer:
    """Gathers reports.

    Args:
        history: the past.
        office: whose it is.
        language: of all texts.
        officers: whether figures of single officers may stand in it.
    """

    def __init__(self, history: History, office: Office, language: str, *, officers: bool = False) -> None:
        self._history = history
        self._office = office
        self._language = language
        self._officers = officers

    def gather(self, span: Span, made_at: int) -> Report:
        """Return the whole report of a span.

        Args:
            span: which; one without a business day gives a report that says so.
            made_at: office time, ms.

        Raises:
            StorageFault: if a file cannot be read.
        """
        history, language = self._history, self._language
        total = history.total(span)
        heat = history.heat(span)
        business_days = history.series(span, "day")
        summary = history.day(span.first) if span.kind == "day" else None
        last = summary or (history.day(business_days[-1][0].first) if business_days else None)
        titles = [words.short(one, language) for one in (span, span.before(), span.year_before())]
        before, year_before = history.total(span.before()), history.total(span.year_before())
        steps = self._steps(span, business_days)
        return Report(
            span,
            language,
            self._office,
            made_at,
            len(business_days),
            last is not None and last.is_open,
            total,
            tables.compared(total, before, year_before, titles, language),
            tuple(self._tables(span, heat)),
            definitions(language),
            tuple(self._remarks(span)),
            summary,
            heat,
            tuple(steps),
        )

    def table(self, by: str, span: Span) -> Table:
        """Return the figures of a span by one dimension (of ``BY``), or in steps of days, weeks, months or years."""
        if by not in BY:
            return self._over_time(span, _kind(by))
        if by == "weekday":
            return self._by_weekday(self._history.heat(span))
        found = self._history.by(by, span)
        return tables.by_dimension(by, found, self._names(by, found), self._language)

    def _tables(self, span: Span, heat: dict[tuple[int, int], Figures]) -> list[Table]:
        chosen = [by for by in BY if by != "weekday" and (by != "officer" or self._officers)]
        found = [self.table(by, span) for by in chosen]
        if span.kind != "day":
            found.append(self._by_weekday(heat))
            found += [
                self._over_time(span, step) for step in STEPS[span.kind] if step != "day" or span.days <= MOST_DAYS
            ]
            if heat:
                found.append(self._heat_table(heat))
        picks = self._history.picks(span, MOST_PICKS)
        if picks:
            found.append(self._picked(picks))
        return found

    def _steps(self, span: Span, days: list[tuple[Span, Figures]]) -> list[tuple[Span, Figures]]:
        if span.kind == "day":
            return []
        return days if span.days <= MOST_DAYS else self._history.series(span, "month")

    def _over_time(self, span: Span, step: Kind) -> Table:
        steps = self._history.series(span, step)
        named = [(one.first, words.short(one, self._language), figures) for one, figures in steps]
        return tables.over_time(step, named, self._language)

    def _by_weekday(self, heat: dict[tuple[int, int], Figures]) -> Table:
        sums: dict[str, Figures] = {}
        for (weekday, _), figures in heat.items():
            sums.setdefault(str(weekday), Figures()).add(figures)
        return tables.by_dimension("weekday", sums, self._names("weekday", sums), self._language)

    def _heat_table(self, heat: dict[tuple[int, int], Figures]) -> Table:
        language = self._language
        columns = (
            Column("weekday", text("forms.by.weekday", language), "text"),
            Column("hour", text("forms.by.hour", language), "text"),
            *(tables.column(name, language) for name in ("arrived", "wait_median", "wait_nine")),
        )
        rows = tuple(
            (
                text(f"common.weekday_{weekday + 1}", language),
                hour_name(hour, language),
                *(tables.measure(name, figures) for name in ("arrived", "wait_median", "wait_nine")),
            )
            for (weekday, hour), figures in heat.items()
        )
        return Table("weekday_hour", text("forms.table.weekday_hour", language), columns, rows)

    def _picked(self, picks: list[tuple[str, Pick]]) -> Table:
        language = self._language
        keys = ("date", "time", "number", "service", "counter", "officer", "reason", "overtook")
        shown = [key for key in keys if key != "officer" or self._officers]
        columns = tuple(
            Column(key, text(f"forms.by.{key}", language), "date" if key == "date" else "text") for key in shown
        )
        services, counters = self._history.names("service"), self._history.names("counter")
        rows = []
        for day, one in picks:
            cells: dict[str, Any] = {
                "date": date.fromisoformat(day),
                "time": words.clock(one.at, self._office.zone, language),
                "number": one.number,
                "service": pick(services.get(one.service, {}), language) or one.service,
                "counter": pick(counters.get(one.counter, {}), language) or one.counter,
                "officer": one.officer,
                "reason": find(f"web.pick.{one.reason}", language) or one.reason,
                "overtook": ", ".join(one.overtook),
            }
            rows.append(tuple(cells[key] for key in shown))
        return Table("picked", text("forms.table.picked", language), columns, tuple(rows))

    def _names(self, by: str, found: dict[str, Figures]) -> dict[str, str]:
        language = self._language
        match by:
            case "service" | "counter":
                return {key: pick(names, language) for key, names in self._history.names(by).items()}
            case "hour":
                return {key: hour_name(int(key), language) for key in found}
            case "weekday":
                return {key: text(f"common.weekday_{int(key) + 1}", language) for key in found}
            case "channel" | "class":
                return {key: find(f"forms.{by}.{key or 'unknown'}", language) or key for key in found}
            case _:
                return {}

    def _remarks(self, span: Span) -> list[str]:
        found = self._history.special(span, MOST_SPECIAL)
        return [self._remark(day, one, with_day=span.kind != "day") for day, one in found]

    def _remark(self, day: str, one: Special, *, with_day: bool) -> str:
        language = self._language
        sentence = find(f"reports.special.{one.kind}", language) or one.kind
        parts = [words.plain(date.fromisoformat(day), language)] if with_day else []
        parts += [words.clock(one.at, self._office.zone, language)] if one.at else []
        return f"{', '.join(parts)}: {sentence}" if parts else sentence


def definitions(language: str) -> Table:
    """Return what each figure means, with its formula."""
    columns = tuple(
        Column(key, text(f"forms.by.{key}", language), "text") for key in ("figure", "definition", "formula")
    )
    rows = tuple(
        tuple(text(f"reports.define.{key}.{part}", language) for part in ("name", "what", "formula")) for key in DEFINED
    )
    return Table("definitions", text("forms.table.definitions", language), columns, rows)


def hour_name(hour: int, language: str) -> str:
    """Return an hour of the day: ``09.00–10.00``."""
    sign = "." if language == "id" else ":"
    return f"{hour:02}{sign}00–{(hour + 1) % 24:02}{sign}00"


def curve_of(report: Report) -> list[Point]:
    """Return the day's curve, without the hours before anybody came and after the last one left."""
    points = report.day.curve if report.day else []
    busy = [place for place, point in enumerate(points) if point.waiting]
    return points[max(0, busy[0] - 1) : busy[-1] + 2] if busy else []


def _kind(step: str) -> Kind:
    kinds: dict[str, Kind] = {"day": "day", "week": "week", "month": "month", "year": "year"}
    return kinds[step]
