"""Which charts pages show, and each as they need it: drawn wide and narrow, with the table behind it (pure)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from markupsafe import Markup

from appliance.reports import charts, tables, words
from appliance.reports.charts import Chart, Series
from appliance.store.reports.figures import Figures
from appliance.store.reports.spans import Span
from appliance.store.reports.summary import Summary
from appliance.texts import text
from appliance.units import MINUTE
from appliance.web.reports.asked import link

Steps = list[tuple[Span, Figures]]


class Drawing(msgspec.Struct, frozen=True):
    """A chart on a page. ``rows``: its values in words, each with its label and where that leads."""

    chart: Chart
    wide: Markup
    narrow: Markup
    rows: list[tuple[str, str, list[str]]]


def drawing(chart: Chart) -> Drawing | None:
    """Return a chart for a page; None if there is nothing to draw."""
    if chart.empty:
        return None
    rows = []
    for place, label in enumerate(chart.labels):
        where = chart.links[place] if chart.links else ""
        said = [series.said(place, chart.say) for series in chart.series]
        rows.append((label, where, [words.NOTHING if value is None else value for value in said]))
    wide, narrow = (Markup(charts.svg(chart, width)) for width in (charts.WIDE, charts.NARROW))  # noqa: S704  # ours
    return Drawing(chart, wide, narrow, rows)


class Drawer:
    """Makes charts.

    Args:
        language: of their words.
        zone: of their times, as IANA names it.
    """

    def __init__(self, language: str, zone: str) -> None:
        self._language = language
        self._zone = zone

    def day(self, summary: Summary) -> list[Drawing]:
        """Return the curves of one day: how many waited, and how long the first of them had."""
        busy = [place for place, point in enumerate(summary.curve) if point.waiting]
        points = summary.curve[max(0, busy[0] - 1) : busy[-1] + 2] if busy else []
        labels = [words.clock(point.at, self._zone, self._language) for point in points]
        waiting = [float(point.waiting) for point in points]
        longest = [point.longest_ms / MINUTE for point in points]
        promise = summary.promise_minutes
        limit = (float(promise), self._t("promise", minutes=promise)) if promise else None
        return _drawn(
            self._chart("line", "curve", labels, [("waiting", waiting)], x="time"),
            self._chart("line", "longest", labels, [("longest", longest)], x="time", limit=limit),
        )

    def steps(self, steps: Steps, path: str, counts: Sequence[str]) -> list[Drawing]:
        """Return a span step by step: how many, and how long they waited.

        Args:
            steps: of it.
            path: of the page on which each of them is told.
            counts: names of the figures that are counted.
        """
        labels = [self._label(span) for span, _ in steps]
        links = [link(path, span) for span, _ in steps]
        counted = [(name, [_value(name, figures) for _, figures in steps]) for name in counts]
        waits = self._waits([figures for _, figures in steps])
        return _drawn(
            self._chart("bar", "counts", labels, counted, links=links, x=self._step(steps)),
            self._chart("range", "waits", labels, waits, links=links, x=self._step(steps)),
        )

    def by(self, by: str, found: dict[str, Figures], names: dict[str, str], links: Sequence[str]) -> list[Drawing]:
        """Return the figures of a span by something: how many, and how long."""
        standing = by in ("hour", "weekday")
        counts = ("calls",) if by in tables.AT_COUNTERS else ("arrived", "served")
        labels = [names.get(key, key) for key in found]
        if by == "hour":
            labels = list(found)
        counted = [(name, [_value(name, figures) for figures in found.values()]) for name in counts]
        more: dict[str, Any] = {"links": links, "x": by if standing else ""}
        waits = self._waits(list(found.values()))
        return _drawn(
            self._chart("bar" if standing else "rows", "counts", labels, counted, **more),
            self._chart("range" if standing else "rows", "waits", labels, waits, **more),
        )

    def heat(self, heat: dict[tuple[int, int], Figures]) -> list[Drawing]:
        """Return who came and how long they waited, by weekday and hour."""
        hours = sorted({hour for _, hour in heat})
        days = sorted({day for day, _ in heat})
        labels = [f"{hour:02}" for hour in hours]
        drawn = []
        for title, name in (("heat_arrived", "arrived"), ("heat_waits", "wait_nine")):
            series = [
                (
                    text(f"common.weekday_{day + 1}", self._language),
                    [_value(name, heat[day, hour]) if (day, hour) in heat else None for hour in hours],
                )
                for day in days
            ]
            drawn.append(self._chart("heat", title, labels, series, x="hour", named=True))
        return _drawn(*drawn)

    # -- inside ----------------------------------------------------------------------------------------------------

    def _t(self, key: str, **values: object) -> str:
        return text(f"reports.chart.{key}", self._language, **values)

    def _waits(self, figures: list[Figures]) -> list[tuple[str, list[float | None]]]:
        return [(name, [_value(name, one) for one in figures]) for name in ("wait_median", "wait_nine")]

    def _say(self, value: float) -> str:
        return words.number(value, 0 if value == int(value) or value >= 10 else 1, self._language)

    def _label(self, span: Span) -> str:
        if span.kind == "month":
            return words.month(span.first, self._language)[:3]
        if span.kind in ("day", "week"):
            return f"{span.first.day}/{span.first.month}"
        return words.short(span, self._language)

    @staticmethod
    def _step(steps: Steps) -> str:
        return steps[0][0].kind if steps else ""

    def _chart(
        self,
        kind: Any,
        title: str,
        labels: Sequence[str],
        series: Sequence[tuple[str, Sequence[float | None]]],
        *,
        links: Sequence[str] = (),
        x: str = "",
        named: bool = False,
        limit: tuple[float, str] | None = None,
    ) -> Chart:
        name: Callable[[str], str] = str if named else lambda key: self._t(f"series.{key}")
        return Chart(
            kind,
            self._t(title),
            labels,
            [Series(name(key), values) for key, values in series],
            self._t(f"axis.{x}") if x else "",
            self._t(f"unit.{title}"),
            self._t("source"),
            links,
            self._say,
            limit,
        )


def _value(name: str, figures: Figures) -> float | None:
    value = tables.measure(name, figures)
    return float(value) if isinstance(value, int | float) else None


def _drawn(*described: Chart) -> list[Drawing]:
    return [drawn for chart in described if (drawn := drawing(chart)) is not None]
