"""Numbers, spans and cells as people read them (pure)."""

from __future__ import annotations

from datetime import date
from typing import Final

from appliance.node.local import local_time
from appliance.reports.tables import Cell, Unit
from appliance.store.reports.spans import Span
from appliance.texts import moments, text

NOTHING: Final = "–"


def number(value: float, decimals: int, language: str) -> str:
    """Return a number with the signs of a language: ``1.234,5`` in Indonesian."""
    plain = f"{value:,.{decimals}f}"
    return plain.translate({ord(","): ".", ord("."): ","}) if language == "id" else plain


def cell(value: Cell, unit: Unit, language: str) -> str:
    """Return a cell in words; a dash where there was nothing to measure."""
    if value is None:
        return NOTHING
    if isinstance(value, date):
        return f"{value:%d-%m-%Y}" if language == "id" else value.isoformat()
    if isinstance(value, str):
        return value
    match unit:
        case "share":
            return f"{number(100 * value, 1, language)} %"
        case "minutes":
            return number(value, 1, language)
        case _:
            return number(value, 0, language)


def span(of: Span, language: str) -> str:
    """Return a span in words: ``Pekan 48, 23 – 29 November 2026``."""
    match of.kind:
        case "day":
            return day(of.first, language)
        case "month":
            return f"{month(of.first, language)} {of.first.year}"
        case "year":
            return str(of.first.year)
        case "week":
            return text("forms.span.week", language, week=of.first.isocalendar().week, days=_days(of, language))
        case _:
            return _days(of, language)


def short(of: Span, language: str) -> str:
    """Return a span in few words, for a row or the head of a column."""
    match of.kind:
        case "day":
            return f"{text(f'common.weekday_{of.first.isoweekday()}', language)[:3]} {plain(of.first, language)}"
        case "week":
            return text(
                "forms.span.week_short", language, week=of.first.isocalendar().week, year=of.first.isocalendar().year
            )
        case "span":
            return f"{plain(of.first, language)} – {plain(of.last, language)}"
        case _:
            return span(of, language)


def day(of: date, language: str) -> str:
    """Return ``Senin, 6 April 2026``."""
    return text(
        "common.date",
        language,
        weekday=text(f"common.weekday_{of.isoweekday()}", language),
        day=of.day,
        month=month(of, language),
        year=of.year,
    )


def plain(of: date, language: str) -> str:
    """Return ``6 April 2026``."""
    return f"{of.day} {month(of, language)} {of.year}"


def month(of: date, language: str) -> str:
    """Return the name of a month."""
    return text(f"common.month_{of.month}", language)


def clock(at_ms: int, zone: str, language: str) -> str:
    """Return the time of day of an instant on the office's wall clock."""
    return moments.clock(local_time(at_ms, zone), language)


def on(at_ms: int, zone: str) -> date:
    """Return the day of an instant on the office's wall clock."""
    return local_time(at_ms, zone).date()


def _days(of: Span, language: str) -> str:
    first, last = of.first, of.last
    if first == last:
        return plain(first, language)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day} – {plain(last, language)}"
    if first.year == last.year:
        return f"{first.day} {month(first, language)} – {plain(last, language)}"
    return f"{plain(first, language)} – {plain(last, language)}"
