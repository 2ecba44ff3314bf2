"""What citizens think: the index of Permenpan-RB 14/2017 as a page, as a printed report, and for other programs."""

from __future__ import annotations

import asyncio
import logging
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Final

import msgspec
from starlette.responses import Response

from appliance.node.local import local_time
from appliance.people import Permission
from appliance.reports.satisfaction.index import rounded
from appliance.reports.satisfaction.survey_report import Report, Span, as_csv, as_json, gather, span_of, usual_spans
from appliance.store.database import StorageFault
from appliance.store.satisfaction.figures import SatisfactionFigures
from appliance.web.access import Page
from appliance.web.browser import Browser
from appliance.web.office_view import OfficeView
from appliance.web.site import Site

log = logging.getLogger(__name__)

READ: Final = Permission.REPORTS_READ
HERE: Final = "/reports/satisfaction"
AT_ONCE: Final = 2
"""Reports that may read the disk at a time; others wait for them."""


class SatisfactionPages:
    """The pages of the index.

    Args:
        site: what they stand on.
    """

    def __init__(self, site: Site) -> None:
        self._site = site
        self._room = asyncio.Semaphore(AT_ONCE)

    def pages(self) -> list[Page]:
        """Return what is answered here."""
        return [
            Page("GET", HERE, READ, self.show),
            Page("GET", f"{HERE}.csv", READ, self.as_csv),
            Page("GET", f"{HERE}.json", READ, self.as_json),
        ]

    async def show(self, browser: Browser) -> Response:
        """Show what came of a span; the browser prints it as a report."""
        today = self._today()
        spans = usual_spans(today)
        span = _asked(browser, today)
        report, problem = await self._report(span or spans["quarter"])
        view = OfficeView(self._site.live.now)
        language = browser.language

        def figure(value: Fraction | None, decimals: int = 2) -> str:
            shown = "–" if value is None else f"{float(rounded(value, decimals)):.{decimals}f}"
            return shown.replace(".", ",") if language == "id" else shown

        return self._site.page(
            browser,
            "satisfaction.html",
            200 if span else 400,
            report=report,
            problem=problem,
            span=span or spans["quarter"],
            wrong=span is None,
            spans=spans,
            view=view,
            figure=figure,
            asks=dict(view.rules.get("satisfaction", {})),
            shows_comments=browser.may(Permission.SURVEYS_READ),
        )

    async def as_csv(self, browser: Browser) -> Response:
        """Hand it out for a spreadsheet."""
        return await self._file(browser, "csv")

    async def as_json(self, browser: Browser) -> Response:
        """Hand it out for another program."""
        return await self._file(browser, "json")

    async def _file(self, browser: Browser, kind: str) -> Response:
        span = _asked(browser, self._today())
        report, problem = await self._report(span) if span else (None, "")
        if span is None or report is None:
            return Response(problem or "from, to", 400 if span is None else 503, media_type="text/plain")
        name = f"giliran-satisfaction-{span.days[0]}-{span.days[1]}.{kind}"
        content = as_csv(report) if kind == "csv" else msgspec.json.encode(as_json(report))
        media = "text/csv" if kind == "csv" else "application/json"
        return Response(content, headers={"content-disposition": f'attachment; filename="{name}"'}, media_type=media)

    async def _report(self, span: Span) -> tuple[Report | None, str]:
        figures = SatisfactionFigures(Path(self._site.settings.database))
        try:
            async with self._room:
                return await asyncio.to_thread(gather, figures, span), ""
        except StorageFault as error:
            log.warning("%s", error)
            return None, str(error)

    def _today(self) -> date:
        """Return the date by the office's clock; while nobody knows the time, of the last business day."""
        live = self._site.live
        at = live.clock.office_ms()
        if at is not None:
            return local_time(at, live.now.zone).date()
        last = live.now.queue.day if live.now.queue else ""
        return date.fromisoformat(last) if last else date(2026, 1, 1)


def _asked(browser: Browser, today: date) -> Span | None:
    """Return the span that an address names: this quarter if none, None if it is wrong."""
    query = browser.request.query_params
    if not query.get("from") and not query.get("to"):
        return usual_spans(today)["quarter"]
    return span_of(query.get("from", ""), query.get("to", ""))
