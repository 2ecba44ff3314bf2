"""Which figures pages show, how they compare, and which definition each has (pure)."""

from __future__ import annotations

from typing import Final, Literal

import msgspec

from appliance.reports import tables, words
from appliance.reports.tables import Cell
from appliance.store.reports.figures import Figures
from appliance.store.reports.spans import Span
from appliance.texts import text

HEROES: Final = ("served", "wait_median", "wait_nine", "within_promise", "abandoned")
OWN: Final = ("calls", "service_mean", "walk_mean", "gap_mean", "idle")
"""Of an officer: what a head of office's first figures are not about."""
IN_TABLE: Final = (
    "arrived", "served", "calls", "abandoned", "left", "wait_median", "wait_nine", "within_promise", "walk_mean",
    "service_mean", "gap_mean", "idle", "told_inside", "picked",
)  # fmt: skip
"""Of all figures, those that a table by something shows; exports have all."""
DEFINED: Final = {
    "arrived": "arrived",
    "priority": "arrived",
    "quick": "served",
    "served": "served",
    "abandoned": "abandoned",
    "no_show": "abandoned",
    "cancelled": "abandoned",
    "left": "left",
    "calls": "call",
    "recalls": "call",
    "wait_median": "wait",
    "wait_nine": "wait",
    "wait_mean": "wait",
    "wait_longest": "wait",
    "within_promise": "promise",
    "walk_mean": "walk",
    "service_mean": "service",
    "gap_mean": "gap",
    "told": "told",
    "told_inside": "told",
    "told_below": "told",
    "told_above": "told",
    "told_error": "told",
    "picked": "picked",
    "overtaken": "picked",
    "open": "open",
    "paused": "open",
    "idle": "idle",
}
"""The definition of each figure, ``reports.define`` in the catalogues."""
DEFINITIONS: Final = (
    "wait", "walk", "service", "gap", "idle", "promise", "told", "abandoned", "picked", "channel", "left",
    "arrived", "served", "call", "open", "median",
)  # fmt: skip
"""All that are published, in their order."""
_GOOD: Final = {"within_promise": 1, "told_inside": 1, "served": 0, "calls": 0, "service_mean": 0, "arrived": 0}
"""1: more is better for citizens, 0: neither; of all others less is better."""
HOURS_FROM: Final = 180
"""Minutes."""
Mood = Literal["good", "bad", "same", "plain"]


class Beside(msgspec.Struct, frozen=True):
    """A figure beside that of another span: what differs in words, and whether that is good for citizens."""

    words: str
    mood: Mood


class Shown(msgspec.Struct, frozen=True):
    """One figure as it is read. ``unit`` is empty for counts; ``define`` is its definition's name."""

    name: str
    title: str
    value: str
    unit: str
    define: str
    beside: tuple[Beside, ...] = ()


def shown(
    name: str, figures: Figures, others: list[tuple[Span, Figures]], language: str, title: str = "reports.hero"
) -> Shown:
    """Return a figure beside those of other spans."""
    value, (unit, _) = tables.measure(name, figures), tables.MEASURES[name]
    beside = tuple(
        _beside(name, value, tables.measure(name, other), span, language)
        for span, other in others
        if tables.is_there(other)
    )
    return Shown(
        name,
        text(f"{title}.{name}", language),
        *amount(value, unit, language),
        DEFINED[name],
        tuple(one for one in beside if one is not None),
    )


def number(value: Cell, unit: tables.Unit, language: str) -> str:
    """Return a value as a large numeral: shares without a fraction, minutes with one only below ten."""
    if value is None or isinstance(value, str) or not isinstance(value, int | float):
        return words.cell(value, unit, language)
    if unit == "share":
        return f"{words.number(100 * value, 0, language)} %"
    fraction = unit == "minutes" and value < 10 and value != int(value)
    return words.number(value, 1 if fraction else 0, language)


def amount(value: Cell, unit: tables.Unit, language: str) -> tuple[str, str]:
    """Return a value and its unit in words; what takes many hours is told in hours."""
    if unit != "minutes" or not isinstance(value, int | float):
        return number(value, unit, language), ""
    if value >= HOURS_FROM:
        return words.number(value / 60, 0 if value >= 10 * HOURS_FROM else 1, language), text("reports.hours", language)
    return number(value, unit, language), text("reports.minutes", language)


def _beside(name: str, now: Cell, then: Cell, span: Span, language: str) -> Beside | None:
    if not isinstance(now, int | float) or not isinstance(then, int | float):
        return None
    unit = tables.MEASURES[name][0]
    difference = (now - then) * (100 if unit == "share" else 1)
    said = number(abs(difference), "minutes" if unit != "count" else unit, language)
    other = words.short(span, language)
    if said == "0" or abs(difference) < 0.05:
        return Beside(text("reports.beside.same", language, span=other), "same")
    way = "more" if difference > 0 else "less"
    good = _GOOD.get(name, -1) * difference
    mood: Mood = "plain" if good == 0 else "good" if good > 0 else "bad"
    return Beside(text(f"reports.beside.{unit}_{way}", language, by=said, span=other), mood)
