"""Paper for when technology fails: sheets with numbers, printed ahead, and entered afterwards by the keyboard alone."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import msgspec
from starlette.responses import Response

from appliance import texts
from appliance.engine.numbering import PAPER, paper_number, paper_parts
from appliance.node.local import local_time
from appliance.people import Permission
from appliance.reports.trial import typed
from appliance.store.database import StorageFault
from appliance.store.entered import Entered, entered
from appliance.web import paper
from appliance.web.access import Page
from appliance.web.browser import Browser
from appliance.web.office_view import OfficeView
from appliance.web.site import ID_LENGTH, Said, Site
from appliance.wire import messages as m

log = logging.getLogger(__name__)

ISSUE: Final = Permission.DESK_ISSUE
HERE: Final = "/desk/contingency"
ENTRY: Final = f"{HERE}/entry"
USUAL: Final = 20
MOST: Final = 400
"""Slips of one print: forty pages."""
A_PAGE: Final = 10
MASK: Final = 3
"""Of the codes. Any is read; to try all eight for the best one takes most of the time."""
LAST_COUNT: Final = 99_999
OFTEN: Final = 8
"""So many of the latest entries are shown."""
SHEET: Final = re.compile(r"K-[A-Z]{1,2}[0-9]{1,6}")
FIELDS: Final = ("number", "arrived", "called", "served")
REFUSED_AT: Final = {
    "paper_series": "number",
    "paper_twice": "number",
    "paper_uncalled": "called",
    "paper_order": "called",
    "paper_future": "arrived",
    "paper_old": "arrived",
}
"""Beside which field the hub's refusal is said."""


class Slip(msgspec.Struct, frozen=True):
    """One number to tear off."""

    number: str
    names: dict[str, str]
    code: Any


class Wrong(Exception):
    """A field is not what it must be: which one, and the key of its sentence below ``paper.wrong``."""

    def __init__(self, field: str, key: str) -> None:
        super().__init__(key)
        self.field = field
        self.key = key


class Contingency:
    """The pages of paper that comes back.

    Args:
        site: what they stand on.
    """

    def __init__(self, site: Site) -> None:
        self._site = site

    def pages(self) -> list[Page]:
        """Return what is answered here."""
        return [
            Page("GET", HERE, ISSUE, self.sheets),
            Page("GET", ENTRY, ISSUE, self.entry),
            Page("POST", ENTRY, ISSUE, self.enter),
        ]

    # -- printed ahead ---------------------------------------------------------------------------------------------

    async def sheets(self, browser: Browser) -> Response:
        """Show sheets to be printed, or ask which ones."""
        view, query = OfficeView(self._site.live.now), browser.request.query_params
        chosen = [key for key in query.getlist("service") if key in view.services]
        first = _whole(query.get("first", "1"), 1, LAST_COUNT)
        most = MOST // max(1, len(chosen))
        count = _whole(query.get("count", str(USUAL)), 1, most)
        values: dict[str, Any] = {
            "view": view,
            "chosen": chosen,
            "series": PAPER,
            "first": first or 1,
            "count": count or min(USUAL, MOST // max(1, len(view.services))),
            "most": most,
        }
        wrong = bool(query) and not (chosen and first and count)
        if not query or wrong or first is None or count is None:
            return self._site.page(browser, "contingency.html", 422 if wrong else 200, wrong=wrong, **values)
        slips = await asyncio.to_thread(_slips, [view.services[key] for key in chosen], first, count)
        pages = [slips[at : at + A_PAGE] for at in range(0, len(slips), A_PAGE)]
        return self._site.page(browser, "contingency_sheets.html", pages=pages, **values)

    # -- entered afterwards ----------------------------------------------------------------------------------------

    async def entry(self, browser: Browser) -> Response:
        """Show the form of one row after the other."""
        query = browser.request.query_params
        return await self._form(browser, _day(query.get("date", "")) or self._today(), {}, query.get("after", ""))

    async def _form(
        self,
        browser: Browser,
        day: str,
        given: dict[str, str],
        after: str = "",
        wrong: tuple[str, str] = ("", ""),
    ) -> Response:
        view, rows, unread = OfficeView(self._site.live.now), [], False
        try:
            rows = await asyncio.to_thread(entered, Path(self._site.settings.database), day)
        except StorageFault as error:
            log.warning("%s", error)
            unread = True
        return self._site.page(
            browser,
            "contingency_entry.html",
            422 if wrong[0] else 200,
            view=view,
            day=day,
            today=self._today(),
            given={"number": _next(view, rows, after), **given},
            wrong_field=wrong[0],
            wrong=wrong[1],
            rows=rows[:OFTEN],
            count=len(rows),
            unread=unread,
        )

    async def enter(self, browser: Browser) -> Response:
        """Enter one row."""
        form, view = browser.form, OfficeView(self._site.live.now)
        try:
            body = self._body(browser, view)
        except Wrong as wrong:
            return await self._refused(browser, wrong.field, texts.text(f"paper.wrong.{wrong.key}", browser.language))
        # Another row under the id of one that was sent (the browser's "back", a lost answer) is another question.
        what = f"{self._site.id_of(browser)} {body}"
        reply = await self._site.ask(browser, body, sha256(what.encode()).hexdigest()[:ID_LENGTH])
        said = self._site.told(browser, reply)
        if not isinstance(reply, m.Accepted):
            return await self._refused(browser, REFUSED_AT.get(said.code, "number"), said.text)
        number = reply.number or body.number
        if not browser.wants_json:
            return self._site.go(browser, f"{ENTRY}?date={body.date}&after={number}", "paper_entered", number)
        following = _following(view, number)
        row = self._site.piece("contingency_row.html", browser.language, one=self._shown(body, number), view=view)
        said = Said(ok=True, text=texts.text("web.said.paper_entered", browser.language, number=number), big=row)
        form.set("number", following)
        return self._site.answer_with(said, next=following)

    def _body(self, browser: Browser, view: OfficeView) -> m.RecordPaper:
        form = browser.form
        day = _day(form["date"])
        if day is None:
            raise Wrong("date", "day")
        number = meant(form["number"], form["after"], view)
        if number is None:
            raise Wrong("number", "number")
        times = {name: _clock(form[name], name) for name in FIELDS[1:]}
        if times["arrived"] is None:
            raise Wrong("arrived", "empty")
        return self._site.made(
            m.RecordPaper,
            browser,
            number=number,
            date=day,
            priority=bool(form["priority"]),
            counter=form["counter"] or None,
            **times,
        )

    async def _refused(self, browser: Browser, field: str, text: str) -> Response:
        if browser.wants_json:
            return self._site.answer_with(Said(ok=False, text=text), field=field)
        form = browser.form
        given = {name: form[name] for name in (*FIELDS, "priority", "counter", "after")}
        return await self._form(browser, _day(form["date"]) or self._today(), given, wrong=(field, text))

    def _shown(self, body: m.RecordPaper, number: str) -> Entered:
        """Return a row as it has just been entered."""
        at = [None if time is None else self._instant(body.date, time) for time in (body.arrived, body.called)]
        served = None if body.served is None else self._instant(body.date, body.served)
        service = service_of(OfficeView(self._site.live.now), number) or ""
        return Entered(number, service, body.priority, at[0] or 0, at[1], served)

    def _instant(self, day: str, time: str) -> int:
        return typed.instant(day, typed.clock(time), self._site.live.now.zone)

    def _today(self) -> str:
        now = self._site.live.clock.office_ms()
        return local_time(now, self._site.live.now.zone).date().isoformat() if now is not None else ""


def _slips(services: Iterable[dict[str, Any]], first: int, count: int) -> list[Slip]:
    return [
        Slip(number, service["names"], paper.drawn(number, mask=MASK))
        for service in services
        for number in (paper_number(service["prefix"], service["digits"], first + place) for place in range(count))
    ]


def service_of(view: OfficeView, number: str) -> str | None:
    """Return the id of the service whose sheet has ``number``, None if there is none."""
    if not SHEET.fullmatch(number):
        return None
    prefix, _ = paper_parts(number)
    return next((key for key, service in view.services.items() if service["prefix"] == prefix), None)


def meant(typed_number: str, after: str, view: OfficeView) -> str | None:
    """Return the sheet's number that somebody means; None if it is none.

    Args:
        typed_number: as typed or scanned; digits alone go on in the series of ``after``, and ``K-`` may be left out.
        after: a number of the series that is being entered.
        view: the office, whose services have the prefixes.
    """
    text = "".join(typed_number.upper().split())
    if not text.isascii():
        return None
    digits = text[len(text.rstrip("0123456789")) :]
    if not digits or len(digits) > 6:
        return None
    prefix = text[: -len(digits)]
    known = {service["prefix"] for service in view.services.values()}
    if not prefix:
        prefix = paper_parts(after)[0] if SHEET.fullmatch(after) else ""
        return _sheet(view, prefix, int(digits)) if prefix in known else None
    if prefix.startswith("K-"):
        prefix = prefix[2:]
    elif prefix.startswith("K") and prefix[1:] in known:
        if prefix in known:
            return None  # KA012 may be of A's sheets, or short for K-KA012
        prefix = prefix[1:]
    return _sheet(view, prefix, int(digits)) if prefix in known else None


def _sheet(view: OfficeView, prefix: str, count: int) -> str:
    digits = next(service["digits"] for service in view.services.values() if service["prefix"] == prefix)
    return str(paper_number(prefix, digits, count))


def _following(view: OfficeView, number: str) -> str:
    prefix, count = paper_parts(number)
    return _sheet(view, prefix, count + 1)


def _next(view: OfficeView, rows: list[Entered], after: str) -> str:
    """Return the number that is suggested: behind the last one, else the first of the office's first service."""
    last = after if service_of(view, after) else rows[0].number if rows else ""
    if last and service_of(view, last):
        return _following(view, last)
    first = next(iter(view.services.values()), None)
    return str(paper_number(first["prefix"], first["digits"], 1)) if first else ""


def _clock(text: str, field: str) -> str | None:
    if not text:
        return None
    try:
        return typed.clock_text(typed.clock(text))[:5]
    except typed.NotUnderstood as error:
        raise Wrong(field, "time") from error


def _day(text: str) -> str | None:
    try:
        return typed.day(text)
    except typed.NotUnderstood:
        return None


def _whole(text: str, low: int, high: int) -> int | None:
    found = int(text) if text.isascii() and text.isdecimal() and len(text) < 8 else 0
    return found if low <= found <= high else None
