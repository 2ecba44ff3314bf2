"""``/reports``: yesterday at a glance, any span beside others, and the way from each figure to what is behind it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec
from starlette.exceptions import HTTPException
from starlette.responses import Response

from appliance.people import Permission
from appliance.reports import tables, words
from appliance.reports.files import exports
from appliance.reports.report import BY, Gatherer, Office
from appliance.store.database import StorageFault
from appliance.store.reports import spans
from appliance.store.reports.history import History
from appliance.store.reports.spans import Span
from appliance.web.access import Page
from appliance.web.browser import Browser
from appliance.web.reports.asked import Asked, asked, link
from appliance.web.reports.behind import Behind
from appliance.web.reports.looking import Look, Looking
from appliance.web.reports.shown import DEFINED, DEFINITIONS, amount, number
from appliance.web.site import Site
from appliance.web.stream import Regions, View

log = logging.getLogger(__name__)

READ: Final = Permission.REPORTS_READ
COMPARE: Final = Permission.OFFICERS_COMPARE
AT_ONCE: Final = 2
"""Pages that may look into the past at a time; others wait for them."""
T = TypeVar("T")


class Reports:
    """The pages of the past.

    Args:
        site: what they stand on.
    """

    def __init__(self, site: Site) -> None:
        self._site = site
        self._room = asyncio.Semaphore(AT_ONCE)

    def pages(self) -> list[Page]:
        """Return what is answered here."""
        own = Permission.COUNTER_SERVE
        return [
            Page("GET", "/reports", READ, self.overview),
            Page("GET", "/reports/live", READ, self.live),
            Page("GET", "/reports/tickets", READ, self.tickets),
            Page("GET", "/reports/mine", own, self.mine),
            Page("GET", "/reports/mine/tickets", own, self.my_tickets),
            Page("GET", "/reports/definitions", "anybody", self.definitions),
            Page("GET", "/reports.csv", READ, self.csv),
            Page("GET", "/reports.json", READ, self.json),
        ]

    @property
    def history(self) -> History:
        """The past."""
        return History(self._hub, self._site.sums.file)

    # -- a span ----------------------------------------------------------------------------------------------------

    async def overview(self, browser: Browser) -> Response:
        """Show a span; without one the last business day, and the week before."""
        question = self._allowed(browser, asked(dict(browser.request.query_params)))
        self._site.sums.refresh()

        nothing: tuple[Look | None, Look | None] = (None, None)

        def look(past: Looking) -> tuple[Look | None, Look | None]:
            span = question.span or past.default(self.today)
            if span is None:
                return nothing
            week = spans.of("week", self.today or span.last).before() if question.span is None else None
            return past.look(question, span), past.glance(week) if week else None

        (found, week), problem = await self._ask(browser, look, nothing)
        return self._page(browser, "reports.html", question, found, problem, week=week)

    async def mine(self, browser: Browser) -> Response:
        """Show officers what they did themselves."""
        question = asked(dict(browser.request.query_params))
        self._site.sums.refresh()

        def look(past: Looking) -> Look | None:
            span = question.span or past.default(self.today)
            return past.own(span, browser.name) if span else None

        found, problem = await self._ask(browser, look, None)
        return self._page(browser, "reports_mine.html", question, found, problem)

    def _page(
        self, browser: Browser, template: str, question: Asked, found: Look | None, problem: str, **more: Any
    ) -> Response:
        compares = browser.may(COMPARE)
        language = browser.language
        return self._site.page(
            browser,
            template,
            asked=question,
            look=found,
            problem=problem,
            dimensions=[by for by in BY if by != "officer" or compares],
            compares=compares,
            link=link,
            short=lambda span: words.short(span, language),
            cell=lambda value, unit: number(value, unit, language),
            amount=lambda value, unit: amount(value, unit, language),
            defined=DEFINED,
            measures=tables.MEASURES,
            as_of=self._site.sums.as_of,
            today=self.today.isoformat() if self.today else "",
            regions=self._site.streams.regions(self._view(browser)),
            **more,
        )

    # -- what is behind it -----------------------------------------------------------------------------------------

    async def tickets(self, browser: Browser) -> Response:
        """Show the tickets of a day, or the days of a longer span."""
        question = self._allowed(browser, asked(dict(browser.request.query_params)))
        return await self._tickets(browser, question, "/reports/tickets")

    async def my_tickets(self, browser: Browser) -> Response:
        """Show officers whom they served."""
        question = asked(dict(browser.request.query_params))
        question = msgspec.structs.replace(question, only={"officer": browser.name})
        return await self._tickets(browser, question, "/reports/mine/tickets")

    async def _tickets(self, browser: Browser, question: Asked, path: str) -> Response:
        names_people = path != "/reports/tickets" or browser.may(COMPARE)

        def look(past: Looking) -> Behind | None:
            span = question.span or past.default(self.today)
            return past.behind(msgspec.structs.replace(question, span=span), path) if span else None

        found, problem = await self._ask(browser, look, None)
        return self._site.page(
            browser,
            "reports_tickets.html",
            asked=question,
            behind=found,
            problem=problem,
            names_people=names_people,
            back=path.removesuffix("/tickets"),
            link=link,
        )

    async def definitions(self, browser: Browser) -> Response:
        """Show what each figure means."""
        return self._site.page(browser, "reports_definitions.html", definitions=DEFINITIONS)

    # -- taking it away --------------------------------------------------------------------------------------------

    async def csv(self, browser: Browser) -> Response:
        """Hand out the table that the page shows."""
        table, span, by = await self._exported(browser)
        headers = {"content-disposition": f'attachment; filename="giliran-{_plain(span)}-{by}.csv"'}
        return Response(exports.as_csv(table), media_type="text/csv; charset=utf-8", headers=headers)

    async def json(self, browser: Browser) -> Response:
        """Hand out the same for programs: minutes as numbers, shares of one, and nothing where nothing was measured."""
        table, span, by = await self._exported(browser)
        keys = [column.key for column in table.columns]
        body = {
            "span": str(span),
            "first": span.first.isoformat(),
            "last": span.last.isoformat(),
            "by": by,
            "as_of": self._site.sums.as_of,
            "units": {column.key: column.unit for column in table.columns},
            "rows": [dict(zip(keys, row, strict=True)) for row in table.rows],
        }
        headers = {"content-disposition": f'attachment; filename="giliran-{_plain(span)}-{by}.json"'}
        return Response(msgspec.json.encode(body), media_type="application/json", headers=headers)

    async def _exported(self, browser: Browser) -> tuple[tables.Table, Span, str]:
        given = dict(browser.request.query_params)
        question = asked(given)
        if question.by == "officer" and not browser.may(COMPARE):
            raise HTTPException(403)
        step = given.get("step", "")
        by = step if step in ("day", "week", "month", "year") else question.by
        gatherer = Gatherer(self.history, Office(zone=self._site.live.now.zone), browser.language)

        def gather() -> tuple[tables.Table, Span]:
            span = question.span or self._looking(browser).default(self.today)
            if question.wrong or span is None:
                raise HTTPException(404)
            return gatherer.table(by, span), span

        async with self._room:
            table, span = await asyncio.to_thread(gather)
        return table, span, by

    # -- how far the sums are --------------------------------------------------------------------------------------

    async def live(self, browser: Browser) -> Response:
        """Tell how far the sums are."""
        return self._site.stream(browser, self._view(browser))

    def _view(self, browser: Browser) -> View:
        language = browser.language

        def regions() -> Regions:
            return {"sums": self._site.piece("reports_sums.html", language, sums=self._site.sums)}

        return View(("reports", language), regions)

    # -- inside ----------------------------------------------------------------------------------------------------

    @property
    def today(self) -> date | None:
        """The present business day; None if the hub has told of none."""
        board = self._site.live.now.board
        return date.fromisoformat(board.day) if board and board.day else None

    @property
    def _hub(self) -> Path:
        return Path(self._site.settings.database)

    def _looking(self, browser: Browser) -> Looking:
        return Looking(self.history, self._hub, self._site.live.now.zone, browser.language)

    async def _ask(self, browser: Browser, look: Callable[[Looking], T], nothing: T) -> tuple[T, str]:
        """Look into the past on a thread; return what was found, or ``nothing`` and why."""
        try:
            async with self._room:
                return await asyncio.to_thread(look, self._looking(browser)), ""
        except StorageFault as error:
            log.warning("%s", error)
            return nothing, str(error)

    @staticmethod
    def _allowed(browser: Browser, question: Asked) -> Asked:
        """Return a question without what tells single officers apart, unless that may be seen."""
        if browser.may(COMPARE):
            return question
        only = {name: value for name, value in question.only.items() if name != "officer"}
        by = BY[0] if question.by == "officer" else question.by
        return msgspec.structs.replace(question, by=by, only=only)


def _plain(span: Span) -> str:
    return str(span).replace("..", "_")
