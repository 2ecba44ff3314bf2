"""Which charts a document has: the course of a day, or the steps of a longer span and its heat map (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal
from xml.sax.saxutils import escape

from appliance.reports import charts, words
from appliance.reports.charts import Chart, Series
from appliance.reports.report import Report, curve_of
from appliance.reports.tables import measure
from appliance.store.reports.figures import Figures
from appliance.texts import text
from appliance.units import MINUTE

ALONE: Final = 620
BESIDE: Final = 420
"""The width of a chart with another one at its side."""
HEAD: Final = 26
Kind = Literal["line", "bar", "range", "heat"]


def charts_of(report: Report) -> list[Chart]:
    """Return the charts of a report; none of a span without figures."""
    found = _of_the_day(report) if report.span.kind == "day" else _of_the_span(report) if report.steps else []
    return [chart for chart in found if not chart.empty]


def titled(chart: Chart, width: int) -> str:
    """Return the drawing of a chart with its title above it, as SVG that stands by itself."""
    drawn = charts.svg(chart, width)
    height = int(drawn.partition(' height="')[2].partition('"')[0])
    title = f'<text x="2" y="16" font-size="14" font-weight="700" fill="#14292d">{escape(chart.title)}</text>'
    inner = drawn.replace("<svg ", f'<svg y="{HEAD}" ', 1)
    size = f'viewBox="0 0 {width} {height + HEAD}" width="{width}" height="{height + HEAD}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="Noto Sans, sans-serif">{title}{inner}</svg>'


def drawn(report: Report) -> list[str]:
    """Return the charts of a report as SVG, as wide as a document needs them."""
    return [titled(chart, BESIDE if report.span.kind == "day" else ALONE) for chart in charts_of(report)]


def _of_the_day(report: Report) -> list[Chart]:
    points, language = curve_of(report), report.language
    labels = [words.clock(point.at, report.office.zone, language) for point in points]
    promise = report.day.promise_minutes if report.day else 0
    limit = (float(promise), _said("promise", language, minutes=promise)) if promise else None
    waiting = Series("", [float(point.waiting) for point in points])
    longest = Series("", [point.longest_ms / MINUTE for point in points])
    return [
        _chart("line", "curve", labels, [waiting], language),
        _chart("line", "longest", labels, [longest], language, limit),
    ]


def _of_the_span(report: Report) -> list[Chart]:
    language = report.language
    labels = [_label(report, place) for place in range(len(report.steps))]
    figures = [of_it for _, of_it in report.steps]
    counts = [_series(name, figures, language) for name in ("arrived", "served")]
    waits = [_series(name, figures, language) for name in ("wait_median", "wait_nine")]
    found = [
        _chart("bar", "counts", labels, counts, language),
        _chart("range", "waits", labels, waits, language),
    ]
    return [*found, _heat(report)] if report.heat else found


def _heat(report: Report) -> Chart:
    heat, language = report.heat, report.language
    days = sorted({weekday for weekday, _ in heat})
    hours = sorted({hour for (_, hour), figures in heat.items() if figures.wait.count})
    rows = [
        Series(
            text(f"common.weekday_{day + 1}", language),
            [_number(measure("wait_nine", heat[day, hour])) if (day, hour) in heat else None for hour in hours],
        )
        for day in days
    ]
    return _chart("heat", "heat_waits", [f"{hour:02}" for hour in hours], rows, language)


def _series(name: str, figures: Sequence[Figures], language: str) -> Series:
    return Series(_said(f"series.{name}", language), [_number(measure(name, one)) for one in figures])


def _chart(
    kind: Kind,
    title: str,
    labels: Sequence[str],
    series: Sequence[Series],
    language: str,
    limit: tuple[float, str] | None = None,
) -> Chart:
    def say(value: float) -> str:
        return words.number(value, 0 if value == int(value) or value >= 10 else 1, language)

    return Chart(
        kind,
        _said(title, language),
        labels,
        series,
        y=_said(f"unit.{title}", language),
        source=_said("source", language),
        say=say,
        limit=limit,
    )


def _label(report: Report, place: int) -> str:
    step = report.steps[place][0]
    if step.kind == "month":
        return words.month(step.first, report.language)[:3]
    return f"{step.first.day}/{step.first.month}"


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None


def _said(key: str, language: str, **values: object) -> str:
    return text(f"reports.chart.{key}", language, **values)
