"""What somebody asks of the past, as it stands in an address: a span, by what, and of whom (pure)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final
from urllib.parse import urlencode

import msgspec

from appliance.reports.report import BY
from appliance.store.reports import spans
from appliance.store.reports.spans import Kind, Span

KINDS: Final[tuple[Kind, ...]] = ("day", "week", "month", "year")
FILTERS: Final = ("service", "counter", "officer", "channel", "number")
LONGEST: Final = 80


class Asked(msgspec.Struct, frozen=True):
    """One question.

    ``span``: None if none was named, or none that can be understood; then ``wrong`` holds what was typed. ``by``: the
    dimension. ``only``: what the tickets are of. ``after``: the call behind which they are told.
    """

    span: Span | None
    by: str = "service"
    only: dict[str, str] = {}
    after: int = 0
    wrong: str = ""


def asked(given: Mapping[str, str]) -> Asked:
    """Return what an address asks for."""
    span, wrong = _span(given)
    by = given.get("by", "")
    after = given.get("after", "")
    only = {name: given[name][:LONGEST] for name in FILTERS if given.get(name)}
    return Asked(
        span,
        by if by in BY else BY[0],
        only,
        int(after) if after.isdecimal() and after.isascii() and len(after) < 19 else 0,
        wrong,
    )


def link(path: str, span: Span | None = None, **more: str | int) -> str:
    """Return an address; what is empty is left out."""
    values = {"span": str(span) if span else "", **more}
    query = urlencode({name: value for name, value in values.items() if value})
    return f"{path}?{query}" if query else path


def around(kind: Kind, span: Span) -> Span:
    """Return the day, week, month or year in which a span ends: what a switch to another kind leads to."""
    return spans.of(kind, span.last)


def _span(given: Mapping[str, str]) -> tuple[Span | None, str]:
    first, last = given.get("from", ""), given.get("to", "")
    text = given.get("span", "") or given.get("day", "")
    if first or last:
        text = f"{first or last}..{last or first}"
    span = spans.parse(text) if text else None
    if span is not None and span.kind == "span" and span.first == span.last:
        span = spans.of("day", span.first)
    return span, "" if span or not text else text[:LONGEST]


def is_over(span: Span, today: date) -> bool:
    """Tell whether a span lies before today."""
    return span.last < today
