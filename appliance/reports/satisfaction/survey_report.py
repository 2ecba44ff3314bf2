"""Everything that the report of Permenpan-RB 14/2017 says about a time, gathered from the answers and the log."""

from __future__ import annotations

import calendar
import csv
import io
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, Final

import msgspec

from appliance.commands import ABOUT, ELEMENTS
from appliance.reports.satisfaction.index import Result, respondents_needed, result, rounded
from appliance.store.reports.spans import YEARS
from appliance.store.satisfaction.figures import By, Comment, SatisfactionFigures
from appliance.store.satisfaction.tally import together

GROUPS: Final[tuple[By, ...]] = ("service", "month", "sex", "age", "schooling", "occupation", "source")
MOST_COMMENTS: Final = 500
LONGEST: Final = timedelta(days=3660)


class Span(msgspec.Struct, frozen=True):
    """Days from ``first`` to ``last``, both included."""

    first: date
    last: date

    @property
    def before(self) -> Span:
        """The span before it, of as many whole months if this is of whole months, else of as many days."""
        end = self.first - timedelta(days=1)
        next_day = self.last + timedelta(days=1)
        if self.first.day == 1 and next_day.day == 1:
            months = (next_day.year - self.first.year) * 12 + next_day.month - self.first.month
            return Span(month_after(self.first, -months), end)
        return Span(end - (self.last - self.first), end)

    @property
    def days(self) -> tuple[str, str]:
        """Its ends, as the log writes them."""
        return self.first.isoformat(), self.last.isoformat()


class Group(msgspec.Struct, frozen=True):
    """Some of the respondents. ``key``: of what they have in common; empty for those who did not say."""

    key: str
    result: Result


class Report(msgspec.Struct, frozen=True):
    """What citizens thought in a span, and in the one before.

    ``served``: how many tickets were served. ``groups``: respondents by what is asked about them, and by service.
    """

    span: Span
    whole: Result
    before: Result
    served: int
    groups: dict[By, list[Group]]
    comments: list[Comment]

    @property
    def needed(self) -> int:
        """How many respondents speak for everybody who was served."""
        return respondents_needed(self.served)

    @property
    def missing(self) -> int:
        """How many respondents fewer there are than that."""
        return max(0, self.needed - self.whole.respondents)


def gather(figures: SatisfactionFigures, span: Span) -> Report:
    """Read and count everything. Raises ``StorageFault``."""
    first, last = span.days
    groups: dict[By, list[Group]] = {}
    counted = figures.groups(first, last)
    for by in GROUPS:
        tallies = counted[by]
        groups[by] = [Group(key, result(tallies[key])) for key in sorted(tallies, key=lambda key: _place(by, key))]
    whole = result(together(counted["source"].values()))
    before = result(together(figures.tallies(*span.before.days, "source").values()))
    served = sum(figures.served(first, last).values())
    return Report(span, whole, before, served, groups, figures.comments(first, last, MOST_COMMENTS))


def _place(by: By, key: str) -> tuple[bool, int, str]:
    """Return where a group stands: in the form's order, and who did not say last."""
    order = ABOUT.get(by, ())
    return not key, order.index(key) if key in order else 0, key


def span_of(first: str, last: str) -> Span | None:
    """Return the days from ``first`` to ``last`` (YYYY-MM-DD), None if that is no span, or one of too many years."""
    try:
        span = Span(date.fromisoformat(first), date.fromisoformat(last))
    except ValueError:
        return None
    in_calendar = span.first.year in YEARS and span.last.year in YEARS
    return span if in_calendar and timedelta() <= span.last - span.first <= LONGEST else None


def usual_spans(today: date) -> dict[str, Span]:
    """Return the spans that offices report, by name: this quarter, the last one, this half-year, this year."""
    quarter = date(today.year, (today.month - 1) // 3 * 3 + 1, 1)
    half = date(today.year, 1 if today.month < 7 else 7, 1)
    return {
        "quarter": _months(quarter, 3),
        "last_quarter": _months(month_after(quarter, -3), 3),
        "semester": _months(half, 6),
        "year": _months(date(today.year, 1, 1), 12),
    }


def _months(first: date, count: int) -> Span:
    return Span(first, month_after(first, count) - timedelta(days=1))


def month_after(day: date, months: int) -> date:
    """Return the first of a month so many months after that of ``day``."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(1, calendar.monthrange(year, month + 1)[1]))


def number(value: Fraction | None, decimals: int = 2) -> float | None:
    """Return a value as it is published."""
    return None if value is None else float(rounded(value, decimals))


def as_csv(report: Report) -> bytes:
    """Return one line for all and one for each group, for a spreadsheet (UTF-8 with its mark, decimal points)."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(["by", "key", "respondents", *ELEMENTS, "overall", "index", "class"])
    groups: list[tuple[str, Group]] = [("all", Group("", report.whole))]
    groups += [(by, group) for by, found in report.groups.items() for group in found]
    for by, group in groups:
        found = group.result
        means = [number(one.mean) for one in found.elements]
        row = [by, group.key, found.respondents, *means, number(found.overall), number(found.index), found.grade]
        writer.writerow(["" if cell is None else cell for cell in row])
    return file.getvalue().encode("utf-8-sig")


def as_json(report: Report) -> dict[str, Any]:
    """Return everything but what was written freely, for other programs."""
    first, last = report.span.days
    return {
        "from": first,
        "to": last,
        "served": report.served,
        "needed": report.needed,
        "all": _plain(report.whole),
        "before": {"from": report.span.before.days[0], "to": report.span.before.days[1], **_plain(report.before)},
        "groups": {by: {group.key: _plain(group.result) for group in found} for by, found in report.groups.items()},
    }


def _plain(found: Result) -> dict[str, Any]:
    return {
        "respondents": found.respondents,
        "index": number(found.index),
        "class": found.grade,
        "overall": number(found.overall),
        "elements": {
            one.element: {"mean": number(one.mean, 4), "class": one.grade, "answers": list(one.counts)}
            for one in found.elements
        },
    }
