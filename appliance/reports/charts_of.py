"""Which charts a report has: the course of a day, or the steps of a longer span and its heat map (pure)."""

from __future__ import annotations

from typing import Final

from appliance.reports import pictures, words
from appliance.reports.pictures import Line
from appliance.reports.report import Report, curve_of
from appliance.reports.tables import measure
from appliance.texts import text
from appliance.units import MINUTE

BESIDE: Final = 340
"""The width of a picture with another one at its side."""


def charts_of(report: Report) -> list[str]:
    """Return the pictures of a report as SVG; none of a span without figures."""
    if report.span.kind == "day":
        return _of_the_day(report)
    return _of_the_span(report) if report.steps else []


def _of_the_day(report: Report) -> list[str]:
    points, language = curve_of(report), report.language
    if len(points) < 2:
        return []
    labels = [words.clock(point.at, report.office.zone, language) for point in points]
    waiting = Line("", tuple(point.waiting for point in points))
    longest = Line("", tuple(point.longest_ms / MINUTE for point in points))
    return [
        pictures.curve(_said("waiting_curve", language), _said("waiting_axis", language), labels, [waiting], BESIDE),
        pictures.curve(_said("longest_curve", language), _said("longest_axis", language), labels, [longest], BESIDE),
    ]


def _of_the_span(report: Report) -> list[str]:
    language = report.language
    labels = [_label(report, place) for place in range(len(report.steps))]
    arrived = [figures.arrived for _, figures in report.steps]
    waits = [
        Line(
            text(f"forms.figure.{name}", language),
            tuple(_number(measure(name, figures)) for _, figures in report.steps),
        )
        for name in ("wait_median", "wait_nine")
    ]
    drawn = [
        pictures.bars(_said("arrived_curve", language), "", labels, arrived),
        pictures.curve(_said("wait_curve", language), _said("longest_axis", language), labels, waits),
    ]
    return [*drawn, _heat(report)] if report.heat else drawn


def _heat(report: Report) -> str:
    days = sorted({weekday for weekday, _ in report.heat})
    hours = sorted({hour for (_, hour), figures in report.heat.items() if figures.wait.count})
    values = {
        (days.index(weekday), hours.index(hour)): _number(measure("wait_nine", figures))
        for (weekday, hour), figures in report.heat.items()
        if hour in hours
    }
    names = [text(f"common.weekday_{weekday + 1}", report.language) for weekday in days]
    return pictures.heat(_said("heat", report.language), names, [f"{hour:02}" for hour in hours], values)


def _label(report: Report, place: int) -> str:
    step = report.steps[place][0]
    if step.kind == "month":
        return words.month(step.first, report.language)[:3]
    return f"{step.first.day}/{step.first.month}"


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None


def _said(key: str, language: str) -> str:
    return text(f"forms.page.{key}", language)
