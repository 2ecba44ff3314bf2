"""Questionnaires on paper: typed at the desk with the keyboard alone, and printed empty."""

from __future__ import annotations

import re
from datetime import date
from typing import Any, Final
from urllib.parse import urlencode

from starlette.responses import Response

from appliance.commands import ABOUT, ELEMENTS
from appliance.node.local import local_time
from appliance.people import Permission
from appliance.web.access import Page
from appliance.web.browser import Browser
from appliance.web.office_view import OfficeView
from appliance.web.site import Site
from appliance.wire import messages as m

ISSUE: Final = Permission.DESK_ISSUE
HERE: Final = "/desk/satisfaction"
_MARKS: Final = re.compile(f"[0-4]{{{len(ELEMENTS)}}}")


class DeskSurvey:
    """The pages of the questionnaire on paper.

    Args:
        site: what they stand on.
    """

    def __init__(self, site: Site) -> None:
        self._site = site

    def pages(self) -> list[Page]:
        """Return what is answered here."""
        return [
            Page("GET", HERE, ISSUE, self.show),
            Page("POST", HERE, ISSUE, self.enter),
            Page("GET", f"{HERE}/sheet", ISSUE, self.sheet),
        ]

    async def show(self, browser: Browser) -> Response:
        """Show the form; date and service are those of the form before."""
        query = browser.request.query_params
        return self._form(browser, {"date": query.get("date", ""), "service": query.get("service", "")})

    def _form(self, browser: Browser, typed: dict[str, str], problem: int | None = None) -> Response:
        today = self._today()
        return self._site.page(
            browser,
            "desk_satisfaction.html",
            200 if problem is None else 422,
            typed={**typed, "date": typed.get("date") or today},
            today=today,
            wrong=problem,
            view=OfficeView(self._site.live.now),
            about=ABOUT,
        )

    async def enter(self, browser: Browser) -> Response:
        """Take a form in."""
        form = browser.form
        marks = re.sub(r"[\s.,;-]", "", form["marks"])
        if not _MARKS.fullmatch(marks):
            return self._form(browser, dict(form.pairs()), len(marks))
        elements = {element: int(mark) for element, mark in zip(ELEMENTS, marks, strict=True) if mark != "0"}
        survey: dict[str, Any] = {"elements": elements, "comment": form["comment"]}
        survey |= {asked: form[asked] or None for asked in ABOUT}
        day, service = form["date"] or self._today(), form["service"]
        body = self._site.made(m.EnterForm, browser, survey=survey, date=day, service=service or None)
        back = f"{HERE}?{urlencode({'date': day, 'service': service})}"
        return await self._site.act(browser, body, back, "form_entered")

    async def sheet(self, browser: Browser) -> Response:
        """Show an empty questionnaire for the desk's printer."""
        view = OfficeView(self._site.live.now)
        return self._site.page(browser, "survey_sheet.html", elements=ELEMENTS, about=ABOUT, view=view)

    def _today(self) -> str:
        live = self._site.live
        at = live.clock.office_ms()
        if at is not None:
            return local_time(at, live.now.zone).date().isoformat()
        return live.now.queue.day if live.now.queue else date(2026, 1, 1).isoformat()
