"""When the office is open: the week, and a year's calendar of holidays."""

from __future__ import annotations

import calendar
from datetime import date
from typing import Any, Final

import msgspec
from starlette.responses import Response

from appliance.node.local import local_time
from appliance.web.access import Page
from appliance.web.admin import typed
from appliance.web.admin.changes import Office
from appliance.web.admin.keeper import Shown
from appliance.web.admin.section import CHANGE, LOOK, Section
from appliance.web.browser import Browser

HERE: Final = "/admin/hours"
HOLIDAYS: Final = "/admin/holidays"
FIRST_YEAR: Final = 2020
LAST_YEAR: Final = 2099


class DayOfYear(msgspec.Struct, frozen=True):
    """One day of the calendar. ``usual``: the office is open on this weekday."""

    date: str
    day: int
    holiday: bool
    usual: bool
    today: bool


class Hours(Section):
    """The pages of opening hours and holidays."""

    def pages(self) -> list[Page]:
        """Return what is answered here."""
        return [
            Page("GET", HERE, LOOK, self.week),
            Page("POST", HERE, CHANGE, self.save_week),
            Page("GET", HOLIDAYS, LOOK, self.year),
            Page("POST", HOLIDAYS, CHANGE, self.save_year),
        ]

    async def week(self, browser: Browser) -> Response:
        """Show the week."""
        return await self._week(browser, self.keeper.shown())

    async def _week(self, browser: Browser, shown: Shown) -> Response:
        return self.page(browser, "admin_hours.html", shown)

    async def save_week(self, browser: Browser) -> Response:
        """Save the week, and when the day ends."""
        form = browser.form

        def change(office: Office) -> None:
            hours = {weekday: typed.spans(form[f"hours.{weekday}"]) for weekday in typed.WEEKDAYS}
            office["hours"] = {weekday: spans for weekday, spans in hours.items() if spans}
            office["day_closes_at"] = typed.time_of_day(form["day_closes_at"]) or "23:00"

        return await self.keeper.save(browser, change, lambda shown: self._week(browser, shown), HERE)

    async def year(self, browser: Browser) -> Response:
        """Show a year's calendar."""
        return await self._year(browser, self.keeper.shown(), browser.request.query_params.get("year", ""))

    async def _year(self, browser: Browser, shown: Shown, asked: str) -> Response:
        today = self._today(shown.office)
        year = int(asked) if asked.isascii() and asked.isdigit() and len(asked) == 4 else today.year
        year = max(FIRST_YEAR, min(LAST_YEAR, year))
        holidays = set(shown.office["holidays"])
        return self.page(
            browser,
            "admin_holidays.html",
            shown,
            year=year,
            months=months(year, holidays, shown.office["hours"], today),
            count=sum(day.startswith(f"{year}-") for day in holidays),
        )

    async def save_year(self, browser: Browser) -> Response:
        """Save the holidays of one year; those of others stay."""
        form = browser.form
        year = form["year"]

        def change(office: Office) -> None:
            others = [day for day in office["holidays"] if not day.startswith(f"{year}-")]
            chosen = [day for day in form.all("holiday") if day.startswith(f"{year}-")]
            office["holidays"] = sorted({*others, *chosen})

        back = f"{HOLIDAYS}?year={year}" if year.isascii() and year.isdigit() else HOLIDAYS
        return await self.keeper.save(browser, change, lambda shown: self._year(browser, shown, year), back)

    def _today(self, office: Office) -> date:
        at = self.site.live.clock.office_ms()
        zone = self.site.live.now.zone or office.get("zone", "")
        return local_time(at, zone).date() if at is not None else date(FIRST_YEAR, 1, 1)


def months(year: int, holidays: set[str], hours: dict[str, Any], today: date) -> list[list[list[DayOfYear | None]]]:
    """Return the weeks of each month, from Monday; None for days of other months."""
    usual = [not hours or bool(hours.get(weekday)) for weekday in typed.WEEKDAYS]
    plan = calendar.Calendar()
    return [
        [
            [_day(day, usual, holidays, today) if day.month == month else None for day in week]
            for week in plan.monthdatescalendar(year, month)
        ]
        for month in range(1, 13)
    ]


def _day(day: date, usual: list[bool], holidays: set[str], today: date) -> DayOfYear:
    text = day.isoformat()
    return DayOfYear(text, day.day, text in holidays, usual[day.weekday()], day == today)
