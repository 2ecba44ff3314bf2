"""Reports as files, made in the background and handed out at once if that takes but a moment; and the daily ones."""

from __future__ import annotations

import asyncio
import re
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Final

import msgspec
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, Response

from appliance.people import Permission
from appliance.reports import words
from appliance.reports.files import orders
from appliance.reports.files.orders import Failed, Form, Made, Request, Told
from appliance.store.reports.spans import parse
from appliance.texts import text
from appliance.web.access import Page
from appliance.web.browser import Browser
from appliance.web.jobs import Job, Kind
from appliance.web.reports.daily import DayDone, why_in_words
from appliance.web.site import Said, Site
from appliance.web.stream import Regions, View

READ: Final = Permission.REPORTS_READ
MAKING: Final = Kind("appliance.reports.files.making", orders.decoder, (Made, Failed), Failed)
PATIENCE_SECONDS: Final = 1.0
FRESH_SECONDS: Final = 60.0
"""So long a file is handed out again as it is."""
MOST_KEPT: Final = 24
LISTED: Final = 60
"""Daily reports on one page; older ones are there by their address."""
FORMS: Final[dict[str, tuple[Form, str]]] = {
    "pdf": ("pdf", "application/pdf"),
    "xlsx": ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}
_DAY: Final = re.compile(r"(\d{4}-\d\d-\d\d)\.pdf")


class Wanted(msgspec.Struct, frozen=True):
    """One file that somebody wants; who may see officers gets another one."""

    span: str
    form: str
    language: str
    officers: bool

    @property
    def path(self) -> str:
        """The address under which it is asked for."""
        return f"/reports/download/{self.span}.{self.form}"

    @property
    def name(self) -> str:
        """The file's name in the folder."""
        return f"{self.span}-{self.language}{'-officers' if self.officers else ''}.{self.form}"


class Downloads:
    """Has files made and hands them out.

    Args:
        site: what pages stand on.
    """

    def __init__(self, site: Site) -> None:
        self._site = site
        self._making: Wanted | None = None
        self._made: dict[Wanted, float] = {}

    def pages(self) -> list[Page]:
        """Return what is answered here."""
        return [
            Page("GET", "/reports/download/{file}", READ, self.download),
            Page("GET", "/reports/download/{file}/live", READ, self.live),
            Page("POST", "/reports/download/stop", READ, self.stop),
            Page("GET", "/reports/daily", READ, self.daily),
            Page("GET", "/reports/daily/{file}", READ, self.daily_file),
        ]

    @cached_property
    def _folder(self) -> Path:
        return Path(self._site.settings.accounts).with_name("made")

    @cached_property
    def _job(self) -> Job[Told]:
        return Job(MAKING, self._site.live)

    # -- files on demand -------------------------------------------------------------------------------------------

    async def download(self, browser: Browser) -> Response:
        """Hand a report out; one that takes longer than a moment has a page that tells how far it is."""
        wanted = self._wanted(browser)
        if wanted is None:
            sentence = text("forms.making.no_span", browser.language, text=browser.request.path_params["file"][:40])
            return self._site.page(browser, "refused.html", 404, why=sentence, said_again=False, back="/reports")
        if not self._is_fresh(wanted):
            if not self._job.running:
                self._begin(wanted, browser)
            if self._making == wanted:
                await asyncio.wait([asyncio.ensure_future(self._job.over())], timeout=PATIENCE_SECONDS)
                self._take()
        if self._is_fresh(wanted):
            return self._hand_out(wanted)
        status = 202 if self._making == wanted and self._job.running else 503
        return self._site.page(
            browser,
            "reports_making.html",
            status,
            wanted=wanted,
            regions=self._site.streams.regions(self._view(browser, wanted)),
        )

    async def live(self, browser: Browser) -> Response:
        """Tell how far a file is."""
        wanted = self._wanted(browser)
        if wanted is None:
            raise HTTPException(404)
        return self._site.stream(browser, self._view(browser, wanted))

    async def stop(self, browser: Browser) -> Response:
        """Stop making a file."""
        ok = self._job.stop()
        if ok and not browser.wants_json:
            return self._site.go(browser, "/reports")
        said = Said(ok=ok, text=text("forms.making.stopped", browser.language))
        return self._site.answer(said) if ok else self._site.refused(browser, said, "/reports")

    def _begin(self, wanted: Wanted, browser: Browser) -> None:
        settings = self._site.settings
        request = Request(
            settings.database,
            str(Path(settings.accounts).with_name("reports.db")),
            wanted.span,
            FORMS[wanted.form][0],
            str(self._folder / wanted.name),
            self._site.live.clock.office_ms() or 0,
            wanted.language,
            wanted.officers,
            logo=settings.daily.logo,
        )
        self._making = wanted
        self._made.pop(wanted, None)
        self._sweep()
        self._job.start(browser.name, msgspec.json.encode(request).decode())

    def _sweep(self) -> None:
        """Throw away what a process made that was restarted or killed since: nobody hands it out any more."""
        names = {one.name for one in self._made}
        for file in self._folder.glob("*"):
            if file.name not in names and file.is_file():
                file.unlink(missing_ok=True)

    def _take(self) -> None:
        """Note what the last run came to."""
        run = self._job.last
        if run is None or run.running or self._making is None or not isinstance(run.told, Made):
            return
        self._made.setdefault(self._making, self._job.ended)  # and not when it is first asked for
        while len(self._made) > MOST_KEPT:
            oldest = min(self._made, key=self._made.__getitem__)
            del self._made[oldest]
            (self._folder / oldest.name).unlink(missing_ok=True)

    def _is_fresh(self, wanted: Wanted) -> bool:
        self._take()
        made_at = self._made.get(wanted)
        fresh = made_at is not None and asyncio.get_running_loop().time() - made_at < FRESH_SECONDS
        return fresh and (self._folder / wanted.name).is_file()

    def _hand_out(self, wanted: Wanted) -> Response:
        name = f"giliran-{wanted.span}.{wanted.form}"
        return _file(self._folder / wanted.name, name, FORMS[wanted.form][1])

    def _wanted(self, browser: Browser) -> Wanted | None:
        """Return what an address asks for; None if it is no span, or no form of ours."""
        span, _, form = str(browser.request.path_params["file"]).rpartition(".")
        if form not in FORMS or parse(span) is None:
            return None
        return Wanted(span, form, browser.language, browser.may(Permission.OFFICERS_COMPARE))

    def _view(self, browser: Browser, wanted: Wanted) -> View:
        language = browser.language

        def regions() -> Regions:
            run = self._job.last if self._making == wanted else None
            told = run.told if run else None
            values = {
                "wanted": wanted,
                "run": run,
                "told": told,
                "why": why_in_words(told, language) if isinstance(told, Failed) else "",
            }
            return {"making": self._site.piece("reports_making_state.html", language, **values)}

        return View(("making", wanted), regions)

    # -- the daily ones --------------------------------------------------------------------------------------------

    async def daily(self, browser: Browser) -> Response:
        """List the daily reports, the newest first."""
        daily, language = self._site.daily, browser.language
        days = await asyncio.to_thread(daily.days)
        return self._site.page(
            browser,
            "reports_daily.html",
            days=[
                (one.day, words.day(date.fromisoformat(one.day), language), _notes(one, language))
                for one in days[:LISTED]
            ],
            keep_days=self._site.settings.daily.keep_days,
            making=daily.making,
            problem=self._problem(language),
        )

    async def daily_file(self, browser: Browser) -> Response:
        """Hand the report of one day out, as it was made when the day closed."""
        found = _DAY.fullmatch(str(browser.request.path_params["file"]))
        file = self._site.daily.file(found[1]) if found else None
        if file is None:
            raise HTTPException(404)
        return _file(file, f"giliran-{file.name}", "application/pdf")

    def _problem(self, language: str) -> str:
        failed = self._site.daily.problem
        if failed is None:
            return ""
        day = failed.values.get("day", "")
        named = words.day(date.fromisoformat(day), language) if day else ""
        return text("forms.daily.failed", language, day=named, why=why_in_words(failed, language))


def _notes(one: DayDone, language: str) -> list[str]:
    """Return what there is to say of a day's mail and slip."""
    found = []
    if one.mail in ("done", "unknown") or one.why:
        state = "waiting" if one.mail == "sending" else one.mail
        found.append(text(f"forms.daily.mail_{state}", language, why=one.why))
        if one.mail == "done" and one.why:
            found.append(text("forms.daily.mail_partly", language, why=one.why))
    if one.slip_why:
        found.append(text(f"forms.daily.slip_{one.slip}", language))
    return found


def _file(file: Path, name: str, kind: str) -> Response:
    return FileResponse(file, media_type=kind, filename=name, headers={"cache-control": "no-store"})
