"""Whether it got better: old and new side by side, the questions to citizens, and the decision that is signed."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path
from typing import Any, Final

import msgspec
from starlette.exceptions import HTTPException
from starlette.responses import Response

from appliance import texts
from appliance.reports.trial import typed
from appliance.reports.trial.job import Asked, Found
from appliance.store.database import StorageFault
from appliance.store.trial import ASPECTS, PHASES, Answer, Line, TooMany, new_way
from appliance.store.trial.kept import BEST
from appliance.web.access import Page
from appliance.web.browser import Browser
from appliance.web.reports.apart import NotDone
from appliance.web.reports.parallel import HERE, LEAD, LONGEST, READ, TYPE, TrialDesk, row_of
from appliance.web.site import Said

log = logging.getLogger(__name__)

COMPARISON: Final = f"{HERE}/comparison"
QUESTIONS: Final = f"{HERE}/questions"
DECISION: Final = f"{HERE}/decision"
CONTENT: Final = 3
"""Whoever answers with at least this is content."""
SPANS: Final = ("old_from", "old_to", "new_from", "new_to")
LEAST_WHY: Final = 10
_FOUND: Final = msgspec.json.Decoder(Found)


Answers = dict[str, tuple[tuple[float, ...], tuple[float, ...]]]


class Weighed(msgspec.Struct, frozen=True):
    """What two spans came to. ``found`` is None, and ``why`` the key of a sentence, if nothing can be compared."""

    spans: dict[str, str]
    found: Found | None = None
    why: str = ""


class Weighing:
    """The pages of comparison, questions and decision.

    Args:
        desk: what they share with the others.
    """

    def __init__(self, desk: TrialDesk) -> None:
        self._desk = desk
        self._site = desk.site

    def pages(self) -> list[Page]:
        """Return what is answered here."""
        return [
            Page("GET", COMPARISON, READ, self.comparison),
            Page("GET", QUESTIONS, TYPE, self.questions),
            Page("GET", f"{QUESTIONS}/paper", TYPE, self.paper),
            Page("POST", QUESTIONS, TYPE, self.answer),
            Page("GET", DECISION, READ, self.decisions),
            Page("POST", DECISION, LEAD, self.decide, again=True),
            Page("GET", f"{DECISION}/{{seq}}", READ, self.decision),
        ]

    # -- side by side ----------------------------------------------------------------------------------------------

    async def comparison(self, browser: Browser) -> Response:
        """Show both ways side by side."""
        query = browser.request.query_params
        weighed = await self._weigh({name: query.get(name, "") for name in SPANS})
        return self._page(browser, "trial_comparison.html", weighed)

    def _page(self, browser: Browser, template: str, weighed: Weighed, status: int = 200, **values: Any) -> Response:
        def amount(value: float | None, digits: int = 1, factor: float = 1.0) -> str:
            return "–" if value is None else _amount(value * factor, digits, browser.language)

        return self._site.page(
            browser, template, status, weighed=weighed, found=weighed.found, amount=amount, aspects=ASPECTS, **values
        )

    async def _weigh(self, asked: dict[str, str]) -> Weighed:
        """Compare the registers of two spans; those that are not named are the days of the register."""
        days = [day for day, _ in self._desk.trial.days()]
        usual = {"from": days[0] if days else "", "to": days[-1] if days else ""}
        spans = {name: _day(asked[name]) or usual[name.partition("_")[2]] for name in SPANS}
        answers = self._answers()
        if not days and not any(before or after for before, after in answers.values()):
            return Weighed(spans, why="no_register")
        try:
            old = await asyncio.to_thread(self._desk.trial.lines, spans["old_from"], spans["old_to"])
            new = await asyncio.to_thread(
                new_way, self._database, spans["new_from"], spans["new_to"], self._site.live.now.zone
            )
        except StorageFault as error:
            log.warning("%s", error)
            return Weighed(spans, why="unreadable")
        except TooMany:
            return Weighed(spans, why="too_many")
        sent = await asyncio.to_thread(_sent, old, new, answers)
        try:
            found = _FOUND.decode(await self._desk.apart.run("compare", sent))
        except NotDone:
            return Weighed(spans, why="not_done")
        return Weighed(spans, found, "" if old and new else "one_side")

    def _answers(self) -> Answers:
        """Return for each aspect who was content (1) or not (0), before and after."""
        answers = self._desk.trial.answers()

        def of(aspect: str, phase: str) -> tuple[float, ...]:
            return tuple(float(getattr(one, aspect) >= CONTENT) for one in answers if one.phase == phase)

        return {aspect: (of(aspect, "before"), of(aspect, "after")) for aspect in ASPECTS}

    @property
    def _database(self) -> Path:
        return Path(self._site.settings.database)

    # -- questions -------------------------------------------------------------------------------------------------

    async def questions(self, browser: Browser) -> Response:
        """Show the form of one citizen's answers after the other."""
        return self._questions(browser, {"phase": browser.request.query_params.get("phase", "")})

    def _questions(self, browser: Browser, given: dict[str, str], wrong: tuple[str, str] = ("", "")) -> Response:
        answers = self._desk.trial.answers()
        counts = {phase: sum(one.phase == phase for one in answers) for phase in PHASES}
        status = 422 if wrong[0] else 200
        values = {"given": given, "wrong_field": wrong[0], "wrong": wrong[1], "phases": PHASES, "counts": counts}
        return self._site.page(browser, "trial_questions.html", status, aspects=ASPECTS, **values)

    async def paper(self, browser: Browser) -> Response:
        """Show the questions as a sheet to be printed and filled in by hand."""
        phase = browser.request.query_params.get("phase", "")
        return self._site.page(
            browser, "trial_questions_paper.html", aspects=ASPECTS, phase=phase if phase in PHASES else "", best=BEST
        )

    async def answer(self, browser: Browser) -> Response:
        """Keep one citizen's answers."""
        form, language = browser.form, browser.language
        phase = next((phase for phase in PHASES if phase == form["phase"]), None)
        wrong = next((aspect for aspect in ASPECTS if form[aspect] not in ("1", "2", "3", "4")), "")
        if phase is None or wrong:
            text = texts.text("trial.wrong.answer" if phase else "trial.wrong.phase", language)
            field = wrong if phase else ASPECTS[0]
            if browser.wants_json:
                return self._site.answer_with(Said(ok=False, text=text), field=field)
            return self._questions(browser, {name: form[name] for name in ("phase", *ASPECTS)}, (field, text))
        given = [int(form[aspect]) for aspect in ASPECTS]
        self._desk.trial.answer(Answer(phase, *given), self._site.id_of(browser), self._desk.now())
        if not browser.wants_json:
            return self._site.go(browser, f"{QUESTIONS}?phase={phase}", "trial_answered")
        row = self._site.piece("trial_answer.html", language, phase=phase, given=given)
        return self._site.answer_with(
            Said(ok=True, text=texts.text("web.said.trial_answered", language), big=row), next=""
        )

    # -- the decision ----------------------------------------------------------------------------------------------

    async def decisions(self, browser: Browser) -> Response:
        """Show what was decided, and the form for it."""
        return self._decisions(browser, {})

    def _decisions(self, browser: Browser, given: dict[str, str], wrong: str = "") -> Response:
        values = {"given": given, "wrong": wrong, "may_lead": browser.may(LEAD)}
        status = 422 if wrong else 200
        return self._site.page(
            browser, "trial_decisions.html", status, decisions=self._desk.trial.decisions(), **values
        )

    async def decide(self, browser: Browser) -> Response:
        """Keep a decision, with the figures on which it stands; the person's secret was asked for once more."""
        form = browser.form
        decided, why = form["decided"], form["why"][:LONGEST]
        if decided not in ("go", "stay") or len(why) < LEAST_WHY:
            text = texts.text("trial.wrong.decision", browser.language, least=LEAST_WHY)
            return self._decisions(browser, {"decided": decided, "why": why}, text)
        weighed = await self._weigh(dict.fromkeys(SPANS, ""))
        figures = msgspec.json.encode(weighed).decode()
        request = self._site.id_of(browser)
        seq = self._desk.trial.decide(decided, why, browser.name, self._desk.now(), figures, request)
        return self._site.go(browser, f"{DECISION}/{seq}", "trial_decided")

    async def decision(self, browser: Browser) -> Response:
        """Show one decision as a sheet to be signed."""
        wanted = browser.request.path_params["seq"]
        one = next((one for one in self._desk.trial.decisions() if str(one.seq) == wanted), None)
        if one is None:
            raise HTTPException(404)
        weighed = msgspec.json.decode(one.figures, type=Weighed)
        return self._page(browser, "trial_decision.html", weighed, one=one)


def _sent(old: list[Line], new: list[Line], answers: Answers) -> bytes:
    return msgspec.json.encode(Asked(tuple(row_of(x) for x in old), tuple(row_of(x) for x in new), answers))


def _amount(value: float, digits: int, language: str) -> str:
    text = f"{value:.{digits}f}"
    text = text.lstrip("-") if float(text) == 0 else text
    return (text.replace(".", ",") if language == "id" else text).replace("-", "−")


def _day(text: str) -> str:
    try:
        return typed.day(text)
    except typed.NotUnderstood:
        return ""
