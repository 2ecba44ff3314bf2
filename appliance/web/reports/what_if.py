"""``/reports/what-if``: the office's own days in another office, asked in a form and played in the background."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import OrderedDict, defaultdict
from collections.abc import Sequence
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl

import msgspec
from starlette.responses import Response

from appliance.people import Permission
from appliance.reports import words
from appliance.reports.what_if import lines
from appliance.reports.what_if.advice import Advice
from appliance.reports.what_if.answer import PLAYS, Answer
from appliance.reports.what_if.lines import Failed, Told
from appliance.reports.what_if.past import WEEKDAYS
from appliance.store.database import StorageFault
from appliance.store.past_days import PastDays
from appliance.texts import pick, text
from appliance.web.access import Page
from appliance.web.browser import Browser
from appliance.web.jobs import Job, Kind
from appliance.web.office_view import OfficeView
from appliance.web.reports.outcome import Names, asked_in_words, outcome
from appliance.web.reports.scenario import CHANGES, DEFAULTS, FIELD_OF, Known, Scenario, read
from appliance.web.site import Said, Site
from appliance.web.stream import Regions, View

log = logging.getLogger(__name__)

READ: Final = Permission.REPORTS_READ
HERE: Final = "/reports/what-if"
PLAYING: Final = Kind("appliance.verbs.what_if", lines.decoder, (Answer, Advice, Failed), Failed)
KEPT: Final = 8
"""So many answers are kept, for whoever may see reports."""
AT_ONCE: Final = 2
"""Pages that may look for past days at a time; others wait for them."""


class Kept(msgspec.Struct, frozen=True):
    """What came of a question. ``as_of``: the business day, and whether it was over; later there are other days."""

    told: Answer | Advice | Failed
    as_of: tuple[str, bool]


class WhatIf:
    """The page, and the one question that is played at a time.

    Args:
        site: what it stands on.
    """

    def __init__(self, site: Site) -> None:
        self._site = site
        self._room = asyncio.Semaphore(AT_ONCE)
        self._playing = ""
        self._as_of = ("", False)
        self._kept: OrderedDict[str, Kept] = OrderedDict()

    def pages(self) -> list[Page]:
        """Return what is answered here."""
        return [
            Page("GET", HERE, READ, self.show),
            Page("POST", HERE, READ, self.ask),
            Page("GET", f"{HERE}/live", READ, self.live),
            Page("POST", f"{HERE}/stop", READ, self.stop),
        ]

    @cached_property
    def _job(self) -> Job[Told]:
        return Job(PLAYING, self._site.live)

    # -- pages -----------------------------------------------------------------------------------------------------

    async def show(self, browser: Browser) -> Response:
        """Show the form, filled in as the address says, and what came of the question if that is known."""
        pairs = browser.request.query_params.multi_items()
        if not pairs:
            return await self._page(browser, Scenario({}, {}))
        scenario = self._read(pairs)
        return await self._page(browser, scenario, 400 if scenario.wrong else 200)

    async def ask(self, browser: Browser) -> Response:
        """Play a question, unless its answer is known or another one is being played."""
        scenario = self._read([pair for pair in browser.form.pairs() if pair[0] not in ("csrf", "id")])
        if scenario.wrong:
            return await self._page(browser, scenario, 400)
        found = self._known_answer(scenario.query)
        if (found is None or isinstance(found, Failed)) and not self._job.running:
            self._kept.pop(scenario.query, None)
            self._playing, self._as_of = scenario.query, self._day
            self._job.start(browser.name, *scenario.arguments(self._site.settings.database, PLAYS))
        return self._site.go(browser, f"{HERE}?{scenario.query}")

    async def live(self, browser: Browser) -> Response:
        """Tell how far it is."""
        return self._site.stream(browser, self._view(browser, self._read(browser.request.query_params.multi_items())))

    async def stop(self, browser: Browser) -> Response:
        """Stop playing."""
        ok = self._job.stop()
        said = Said(ok=ok, text=text(f"what_if.page.{'stopped' if ok else 'not_running'}", browser.language))
        back = f"{HERE}?{self._playing}" if self._playing else HERE
        if ok and not browser.wants_json:
            await self._job.over()
            return self._site.go(browser, back)
        return self._site.answer(said) if ok else self._site.refused(browser, said, back)

    async def _page(self, browser: Browser, scenario: Scenario, status: int = 200) -> Response:
        language = browser.language
        days, problem = await self._days()
        found = self._known_answer(scenario.query)
        names = self._names(language)
        wrong = {field: text(f"what_if.wrong.{key}", language) for field, key in scenario.wrong.items()}
        if isinstance(found, Failed) and found.key in FIELD_OF:
            wrong[FIELD_OF[found.key]] = found.sentence(language)
        return self._site.page(
            browser,
            "reports_what_if.html",
            status,
            asked=scenario,
            fields=defaultdict(list, {name: [value] for name, value in DEFAULTS.items()} | scenario.fields),
            wrong=defaultdict(str, wrong),
            phrases=asked_in_words(scenario.changes, names, language),
            failed=found.sentence(language) if isinstance(found, Failed) else "",
            outcome=outcome(found, names, language) if isinstance(found, Answer | Advice) else None,
            changes=CHANGES,
            weekdays=WEEKDAYS,
            days=[(day, words.day(date.fromisoformat(day), language)) for day in days],
            problem=problem,
            view=OfficeView(self._site.live.now),
            earlier=self._earlier(scenario.query, language),
            waits=found is None,
            regions=self._site.streams.regions(self._view(browser, scenario)),
        )

    # -- what is played, and what is known -------------------------------------------------------------------------

    def _view(self, browser: Browser, scenario: Scenario) -> View:
        language = browser.language

        def regions() -> Regions:
            found = self._known_answer(scenario.query)
            run = self._job.last if self._job.running or self._playing == scenario.query else None
            values = {
                "run": run,
                "mine": bool(scenario.query) and self._playing == scenario.query,
                "ready": found is not None,
                "address": f"{HERE}?{scenario.query}",
                "other": f"{HERE}?{self._playing}",
                "asks": bool(scenario.query),
            }
            return {"playing": self._site.piece("reports_what_if_state.html", language, **values)}

        return View(("what-if", scenario.query, language), regions)

    def _known_answer(self, query: str) -> Answer | Advice | Failed | None:
        """Return what came of a question; None if nothing did, or on another day."""
        self._take()
        found = self._kept.get(query)
        return found.told if found and found.as_of == self._day else None

    def _take(self) -> None:
        """Keep what the last run came to."""
        run = self._job.last
        if run is None or run.running or not isinstance(run.told, Answer | Advice | Failed):
            return
        query, self._playing = self._playing, ""
        if query:
            self._kept[query] = Kept(run.told, self._as_of)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)

    def _earlier(self, query: str, language: str) -> list[tuple[str, str]]:
        """Return the other questions whose answers are known, the newest first: address and words."""
        names, found = self._names(language), []
        for one in reversed(self._kept):
            if one != query and isinstance(self._known_answer(one), Answer | Advice):
                asked = self._read(parse_qsl(one, keep_blank_values=True))
                found.append((f"{HERE}?{one}", self._in_words(asked, names, language)))
        return found

    def _in_words(self, asked: Scenario, names: Names, language: str) -> str:
        phrases = [_days_in_words(asked, language), *asked_in_words(asked.changes, names, language)]
        if asked.percent is not None:
            phrases.append(text("what_if.page.asks.advice", language, percent=asked.percent))
        return " · ".join(phrases)

    # -- what there is ---------------------------------------------------------------------------------------------

    @property
    def _day(self) -> tuple[str, bool]:
        board = self._site.live.now.board
        return (board.day, board.office.phase == "closed") if board else ("", False)

    def _read(self, pairs: Sequence[tuple[str, str]]) -> Scenario:
        view = OfficeView(self._site.live.now)
        counters = [counter["id"] for counter in view.definition.get("counters", ())]
        return read(pairs, Known(list(view.services), counters))

    def _names(self, language: str) -> Names:
        view = OfficeView(self._site.live.now)
        counters = {one["id"]: one["names"] for one in view.definition.get("counters", ())}
        return Names(
            lambda service: pick(view.service_names(service), language) or service,
            lambda counter: pick(counters.get(counter, {}), language) or counter,
        )

    async def _days(self) -> tuple[list[str], str]:
        """Return the days that can be played, the newest first, and why they cannot be told."""
        day, over = self._day

        def look() -> list[str]:
            with contextlib.closing(PastDays(Path(self._site.settings.database))) as past:
                return past.days("0000-00-00", "9999-99-99")

        try:
            async with self._room:
                found = await asyncio.to_thread(look)
        except StorageFault as error:
            log.warning("%s", error)
            return [], str(error)
        return [one for one in found if one != day or over], ""


def _days_in_words(asked: Scenario, language: str) -> str:
    """Return which days a question is about, in few words."""
    told = dict(zip(asked.days[::2], asked.days[1::2], strict=True))
    if "--day" in told:
        return ", ".join(asked.days[1::2])
    if "--from" in told:
        return text("what_if.page.asks.span", language, first=told["--from"], last=told["--to"])
    if "--weekday" not in told:
        return text("what_if.page.asks.latest", language, count=told["--last"])
    weekday = text(f"what_if.{told['--weekday']}", language)
    return text("what_if.page.asks.latest_on", language, count=told["--last"], weekday=weekday)
