"""Spans of business days, as people ask for them, and those to compare them with (pure)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final, Literal

import msgspec

Kind = Literal["day", "week", "month", "year", "span"]
ONE: Final = timedelta(days=1)
LONGEST_DAYS: Final = 40 * 366
"""No office is older; a mistyped year is told as such."""
YEARS: Final = range(1970, 9900)
"""So that whatever lies before, after or beside a span is in the calendar as well."""
_FORMS: Final[tuple[tuple[Kind, str], ...]] = (
    ("day", r"\d{4}-\d\d-\d\d"),
    ("week", r"\d{4}-W\d\d"),
    ("month", r"\d{4}-\d\d"),
    ("year", r"\d{4}"),
    ("span", r"\d{4}-\d\d-\d\d\.\.\d{4}-\d\d-\d\d"),
)


class Span(msgspec.Struct, frozen=True):
    """From one day to another, both included. ``kind`` says how it is called and what is compared with it."""

    kind: Kind
    first: date
    last: date

    def __str__(self) -> str:
        """Return it as it is written in an address; ``parse`` reads it."""
        match self.kind:
            case "day":
                return self.first.isoformat()
            case "week":
                year, week, _ = self.first.isocalendar()
                return f"{year}-W{week:02}"
            case "month":
                return f"{self.first:%Y-%m}"
            case "year":
                return f"{self.first.year:04}"
            case _:
                return f"{self.first}..{self.last}"

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    def before(self) -> Span:
        """Return the span that ends where this one begins, of the same kind and length."""
        if self.kind == "span":
            return Span("span", self.first - timedelta(days=self.days), self.first - ONE)
        return of(self.kind, self.first - ONE)

    def after(self) -> Span:
        """Return the span that begins where this one ends."""
        if self.kind == "span":
            return Span("span", self.last + ONE, self.last + timedelta(days=self.days))
        return of(self.kind, self.last + ONE)

    def year_before(self) -> Span:
        """Return the same span of last year; of days and weeks the one that began on the same weekday."""
        if self.kind == "year":
            return of("year", date(self.first.year - 1, 1, 1))
        if self.kind == "month":
            return of("month", date(self.first.year - 1, self.first.month, 1))
        weeks = timedelta(weeks=52)
        return Span(self.kind, self.first - weeks, self.last - weeks)

    def months_and_days(self) -> Iterator[str]:
        """Yield what together makes it up: whole months (YYYY-MM) and, at its ends, days (YYYY-MM-DD)."""
        day = self.first
        while day <= self.last:
            month = of("month", day)
            if day == month.first and month.last <= self.last:
                yield f"{day:%Y-%m}"
                day = month.last + ONE
            else:
                yield day.isoformat()
                day += ONE


def of(kind: Kind, day: date) -> Span:
    """Return the day, week (from Monday), month or year that holds a day."""
    if kind == "week":
        first = day - timedelta(days=day.weekday())
        return Span(kind, first, first + 6 * ONE)
    if kind == "month":
        first = day.replace(day=1)
        return Span(kind, first, (first + timedelta(days=31)).replace(day=1) - ONE)
    if kind == "year":
        return Span(kind, date(day.year, 1, 1), date(day.year, 12, 31))
    return Span(kind, day, day)


def parse(text: str) -> Span | None:
    """Return a span as written: a day, ``2026-W48``, a month, a year, or ``first..last``; None if it is none."""
    span = _parsed(text)
    return span if span is not None and span.first.year in YEARS and span.last.year in YEARS else None


def _parsed(text: str) -> Span | None:
    kind = next((kind for kind, form in _FORMS if re.fullmatch(form, text)), None)
    try:
        match kind:
            case "day":
                return of("day", date.fromisoformat(text))
            case "week":
                return of("week", date.fromisocalendar(int(text[:4]), int(text[6:]), 1))
            case "month":
                return of("month", date.fromisoformat(f"{text}-01"))
            case "year":
                return of("year", date(int(text), 1, 1))
            case "span":
                first, _, last = text.partition("..")
                span = Span("span", date.fromisoformat(first), date.fromisoformat(last))
                return span if 1 <= span.days <= LONGEST_DAYS else None
            case _:
                return None
    except (ValueError, OverflowError):
        return None
