"""Figures of the past for other systems: of any span, whole or by something; the definitions are at /reports."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from appliance.people import Permission
from appliance.reports import tables
from appliance.store.database import StorageFault
from appliance.store.reports import spans
from appliance.store.reports.figures import Figures
from appliance.store.reports.history import History
from appliance.store.reports.spans import Kind, Span
from appliance.web.api.operation import Call, Operation
from appliance.web.api.problem import not_done
from appliance.web.site import Site

_P = Permission
DECIMALS = 3
By = Literal["", "service", "counter", "officer", "channel", "class", "hour", "day", "week", "month", "year"]


class ReportsQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which span: 2026-11-27, 2026-W48, 2026-11, 2026, or first..last (days, both included).

    ``by``: figures by something, or in steps of time; without it those of the whole office. ``officer`` needs the scope
    officers:compare as well.
    """

    span: Annotated[str, msgspec.Meta(min_length=4, max_length=22)]
    by: By = ""


class ReportRow(msgspec.Struct, frozen=True):
    """The figures of one thing, or of one step of time (then ``key`` is its span). ``names``: what it was called last.

    ``figures``: by their names; minutes, shares of one, or counts. None: there was nothing to measure.
    """

    key: str
    names: dict[str, str]
    figures: dict[str, float | None]


class Reports(msgspec.Struct, frozen=True):
    """Figures of a span. ``as_of``: instant of which those of today are; None if that is not known.

    ``units``: of the figures: count, minutes or share. Without business days there are no rows.
    """

    span: str
    first: str
    last: str
    by: str
    as_of: int | None
    units: dict[str, str]
    rows: list[ReportRow]


class ReportOperations:
    """Answers what is asked of the past.

    Args:
        site: whose sums they are.
    """

    def __init__(self, site: Site) -> None:
        self._site = site
        self._room = asyncio.Semaphore(1)

    def operations(self) -> list[Operation]:
        """Return the rows of the interface."""
        summary = "Figures of past days, as /reports shows them."
        need = (_P.REPORTS_READ,)
        return [Operation("GET", "/reports", need, "reports", summary, Reports, self.reports, query=ReportsQuery)]

    async def reports(self, call: Call) -> Reports:
        """Return the figures of a span."""
        query: ReportsQuery = call.query
        span = spans.parse(query.span)
        if span is None:
            raise not_done(422, "field", "span: a day, 2026-W48, a month, a year, or first..last")
        if query.by == "officer" and not call.may(_P.OFFICERS_COMPARE):
            raise not_done(403, "not_allowed", "figures of officers need the scope officers:compare")
        self._site.sums.refresh()
        try:
            async with self._room:
                rows = await asyncio.to_thread(self._rows, span, query.by)
        except StorageFault as error:
            raise not_done(503, "storage", str(error), 30) from error
        shown = tables.measures_of(
            query.by if query.by in ("service", "counter", "officer", "channel", "class") else ""
        )
        units = {name: tables.MEASURES[name][0] for name in shown}
        return Reports(
            str(span),
            span.first.isoformat(),
            span.last.isoformat(),
            query.by,
            self._site.sums.as_of,
            dict(units),
            [ReportRow(key, names, {name: _value(name, of_it) for name in shown}) for key, names, of_it in rows],
        )

    def _rows(self, span: Span, by: By) -> list[tuple[str, dict[str, str], Figures]]:
        history = History(Path(self._site.settings.database), self._site.sums.file)
        if by == "":
            total = history.total(span)
            return [("", {}, total)] if tables.is_there(total) else []
        if by in ("day", "week", "month", "year"):
            steps: dict[str, Kind] = {"day": "day", "week": "week", "month": "month", "year": "year"}
            return [(str(step), {}, figures) for step, figures in history.series(span, steps[by])]
        names = history.names(by) if by in ("service", "counter") else {}
        return [(key, dict(names.get(key, {})), figures) for key, figures in history.by(by, span).items()]


def _value(name: str, figures: Figures) -> float | None:
    value = tables.measure(name, figures)
    return round(float(value), DECIMALS) if isinstance(value, int | float) else None
