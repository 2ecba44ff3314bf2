"""Tables of figures, described once: pages, CSV, XLSX, PDF and the terminal all show the same (pure)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Final, Literal

import msgspec

from appliance.store.reports.figures import Figures
from appliance.texts import text
from appliance.units import MINUTE

Unit = Literal["text", "date", "count", "minutes", "share"]
"""Of a column's cells. ``share``: of one, so that 0.5 is a half; people read it as per cent."""
Cell = str | int | float | date | None
"""None: there was nothing to measure, which is not a zero."""


class Column(msgspec.Struct, frozen=True):
    """One column. ``key`` is the same in every language; ``title`` is what people read."""

    key: str
    title: str
    unit: Unit


class Table(msgspec.Struct, frozen=True):
    """A table. ``key`` names it in files; each row has a cell for each column."""

    key: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    row_units: tuple[Unit, ...] = ()
    """Where each row is another figure: its unit, which then is that of its numbers."""

    def unit(self, row: int, place: int) -> Unit:
        """Return the unit of one cell."""
        own = self.columns[place].unit
        return self.row_units[row] if self.row_units and own not in ("text", "date") else own

    def only(self, keys: Sequence[str]) -> Table:
        """Return the table with these columns alone, in their order; those that it does not have are left out."""
        places = {column.key: place for place, column in enumerate(self.columns)}
        chosen = [places[key] for key in keys if key in places]
        rows = tuple(tuple(row[place] for place in chosen) for row in self.rows)
        return msgspec.structs.replace(self, columns=tuple(self.columns[place] for place in chosen), rows=rows)


def _minutes(name: str) -> Callable[[Figures], Cell]:
    return lambda figures: getattr(figures, name) / MINUTE


def _part(name: str) -> Callable[[Figures], Cell]:
    return lambda figures: getattr(figures, name) / figures.told if figures.told else None


def _count(name: str) -> Callable[[Figures], Cell]:
    return lambda figures: int(getattr(figures, name))


MEASURES: Final[dict[str, tuple[Unit, Callable[[Figures], Cell]]]] = {
    "arrived": ("count", _count("arrived")),
    "priority": ("count", _count("priority")),
    "quick": ("count", _count("quick")),
    "served": ("count", _count("served")),
    "abandoned": ("count", _count("abandoned")),
    "no_show": ("count", _count("no_show")),
    "cancelled": ("count", _count("cancelled")),
    "left": ("count", _count("left")),
    "calls": ("count", _count("calls")),
    "recalls": ("count", _count("recalls")),
    "wait_median": ("minutes", lambda figures: figures.wait.within(0.5)),
    "wait_nine": ("minutes", lambda figures: figures.wait.within(0.9)),
    "wait_mean": ("minutes", lambda figures: figures.wait.mean),
    "wait_longest": ("minutes", lambda figures: figures.wait.longest),
    "within_promise": ("share", lambda figures: figures.share_kept),
    "walk_mean": ("minutes", lambda figures: figures.walk.mean),
    "service_mean": ("minutes", lambda figures: figures.service.mean),
    "gap_mean": ("minutes", lambda figures: figures.gap.mean),
    "told": ("count", _count("told")),
    "told_inside": ("share", lambda figures: figures.share_inside),
    "told_below": ("share", _part("below")),
    "told_above": ("share", _part("above")),
    "told_error": ("minutes", lambda figures: figures.told_error),
    "picked": ("count", _count("picked")),
    "overtaken": ("count", _count("overtaken")),
    "open": ("minutes", _minutes("open_ms")),
    "paused": ("minutes", _minutes("paused_ms")),
    "idle": ("minutes", _minutes("idle_ms")),
}
"""Every figure that reports show, with its unit; what they mean is told by the definitions."""
AT_COUNTERS: Final = frozenset({"counter", "officer"})
_NOT_AT_COUNTERS: Final = frozenset({"arrived", "priority", "served", "abandoned", "no_show", "cancelled", "left"})
_ONLY_AT_COUNTERS: Final = frozenset({"open", "paused", "idle"})
"""Nobody can tell for which service a counter was open."""


def measures_of(dimension: str) -> list[str]:
    """Return which figures there are by a dimension, in their order; empty text for the whole office."""
    left_out = _NOT_AT_COUNTERS if dimension in AT_COUNTERS else frozenset()
    if dimension in ("service", "channel", "class"):
        left_out |= _ONLY_AT_COUNTERS
    if dimension in ("channel", "class"):
        left_out |= {"quick"}
    return [name for name in MEASURES if name not in left_out]


def measure(name: str, figures: Figures) -> Cell:
    """Return one figure."""
    return MEASURES[name][1](figures)


def column(name: str, language: str) -> Column:
    """Return the column of a figure."""
    return Column(name, text(f"forms.figure.{name}", language), MEASURES[name][0])


def by_dimension(dimension: str, figures: Mapping[str, Figures], names: Mapping[str, str], language: str) -> Table:
    """Return the figures of a span by a dimension.

    Args:
        dimension: service, counter, officer, channel, class, hour or weekday.
        figures: by the keys of it, in the order of the rows.
        names: what people call those keys.
        language: of the titles.
    """
    chosen = measures_of(dimension)
    first = Column(dimension, text(f"forms.by.{dimension}", language), "text")
    rows = [(names.get(key, key), *(measure(name, of_it) for name in chosen)) for key, of_it in figures.items()]
    title = text(f"forms.table.{dimension}", language)
    return Table(dimension, title, (first, *(column(name, language) for name in chosen)), tuple(rows))


def over_time(step: str, steps: Iterable[tuple[date, str, Figures]], language: str) -> Table:
    """Return the figures of a span step by step.

    Args:
        step: day, week, month or year.
        steps: each with its first day, its name, and its figures.
        language: of the titles.
    """
    chosen = measures_of("")
    first = Column("first", text("forms.by.first", language), "date")
    named = Column(step, text(f"forms.by.{step}", language), "text")
    rows = [(begins, name, *(measure(one, figures) for one in chosen)) for begins, name, figures in steps]
    title = text(f"forms.table.{step}", language)
    return Table(step, title, (first, named, *(column(name, language) for name in chosen)), tuple(rows))


def is_there(figures: Figures) -> bool:
    """Tell whether anybody came, was called or served; of a span without anybody nothing is compared."""
    return bool(figures.arrived or figures.quick or figures.calls or figures.open_ms)


def compared(now: Figures, before: Figures, year_before: Figures, titles: Sequence[str], language: str) -> Table:
    """Return every figure of a span beside that of two others.

    Args:
        now: of the span.
        before: of the one before.
        year_before: of the same one last year.
        titles: of the three columns.
        language: of the figures' names.
    """
    columns = [
        Column("figure", text("forms.by.figure", language), "text"),
        Column("unit", text("forms.by.unit", language), "text"),
        *(Column(key, title, "count") for key, title in zip(("now", "before", "year_before"), titles, strict=True)),
    ]
    spans = [figures if is_there(figures) else None for figures in (now, before, year_before)]
    rows = []
    for name, (unit, of) in MEASURES.items():
        cells = [of(figures) if figures else None for figures in spans]
        rows.append((text(f"forms.figure.{name}", language), text(f"forms.unit.{unit}", language), *cells))
    units = tuple(unit for unit, _ in MEASURES.values())
    return Table("compared", text("forms.table.compared", language), tuple(columns), tuple(rows), units)
