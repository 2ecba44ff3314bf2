"""Parallel running of paper and queue: a plan of six steps, and the old way's register, typed or read from a file."""

from __future__ import annotations

import asyncio
import base64
import binascii
import re
from pathlib import Path
from typing import Final

import msgspec
from starlette.responses import Response

from appliance import texts
from appliance.node.local import local_time
from appliance.people import Permission
from appliance.reports.trial import register as registers
from appliance.reports.trial import typed
from appliance.store.trial import STEP_FIELDS, STEPS, Line, Trial
from appliance.store.trial.trial import Full
from appliance.web.access import Page
from appliance.web.browser import Browser
from appliance.web.reports.apart import Apart, NotDone
from appliance.web.reports.asked import link
from appliance.web.site import Said, Site

READ: Final = Permission.REPORTS_READ
TYPE: Final = Permission.DESK_ISSUE
LEAD: Final = Permission.OFFICE_DEFINE
HERE: Final = "/reports/trial"
REGISTER: Final = f"{HERE}/register"
IMPORT: Final = f"{HERE}/import"
FILE: Final = "trial.db"
LONGEST: Final = 2_000
SHOWN: Final = 12
TIMES: Final = ("arrived", "called", "served")
_TABLE: Final = msgspec.json.Decoder(list[list[str]])
_TAIL: Final = re.compile(r"(.*?)([0-9]{1,9})\Z")


class TrialDesk:
    """What the pages of parallel running share: the file, opened when it is first needed, and the worker.

    Args:
        site: what they stand on.
    """

    def __init__(self, site: Site) -> None:
        self.site = site
        self.apart = Apart()
        self._trial: Trial | None = None

    @property
    def trial(self) -> Trial:
        """What the office records. Raises ``StorageFault``."""
        if self._trial is None:
            self._trial = Trial(Path(self.site.settings.accounts).with_name(FILE))
        return self._trial

    def now(self) -> int:
        """Return the office's time, 0 while nobody knows it."""
        return self.site.live.clock.office_ms() or 0

    def today(self) -> str:
        """Return the office's date, empty while nobody knows it."""
        now = self.now()
        return local_time(now, self.site.live.now.zone).date().isoformat() if now else ""


class Parallel:
    """The pages of the plan and of the register.

    Args:
        desk: what they share with the others.
    """

    def __init__(self, desk: TrialDesk) -> None:
        self._desk = desk
        self._site = desk.site

    def pages(self) -> list[Page]:
        """Return what is answered here."""
        return [
            Page("GET", HERE, READ, self.plan),
            Page("POST", f"{HERE}/step", LEAD, self.record),
            Page("GET", REGISTER, TYPE, self.register),
            Page("POST", REGISTER, TYPE, self.enter),
            Page("POST", f"{REGISTER}/remove", TYPE, self.remove),
            Page("GET", f"{REGISTER}.csv", TYPE, self.export),
            Page("GET", IMPORT, TYPE, self.import_form),
            Page("POST", IMPORT, TYPE, self.preview),
            Page("POST", f"{IMPORT}/save", TYPE, self.save),
        ]

    # -- the plan --------------------------------------------------------------------------------------------------

    async def plan(self, browser: Browser) -> Response:
        """Show the six steps, and what is recorded of each."""
        return self._plan(browser)

    def _plan(self, browser: Browser, step: str = "", wrong: str = "", status: int = 200) -> Response:
        trial = self._desk.trial
        notes = {key: note for key, note in trial.notes().items() if note.value}
        values = {(name, field): note.value for (name, field), note in notes.items()}
        if step:
            values |= {(step, field): browser.form[field] for field in STEP_FIELDS}
        return self._site.page(
            browser,
            "trial_plan.html",
            status,
            steps=STEPS,
            values=values,
            notes=notes,
            wrong_step=step,
            wrong=wrong,
            days=trial.days(),
            answers=len(trial.answers()),
            decisions=trial.decisions(),
            may_lead=browser.may(LEAD),
            may_type=browser.may(TYPE),
        )

    async def record(self, browser: Browser) -> Response:
        """Record what the office did in one step."""
        form = browser.form
        step = form["step"]
        if step not in STEPS:
            raise msgspec.ValidationError("step: there is no such")
        values = {field: form[field][:LONGEST] for field in STEP_FIELDS}
        for field in ("begins", "ends"):
            if values[field]:
                try:
                    values[field] = typed.day(values[field])
                except typed.NotUnderstood:
                    return self._plan(browser, step, texts.text("paper.wrong.day", browser.language), 422)
        if values["begins"] and values["ends"] and values["ends"] < values["begins"]:
            return self._plan(browser, step, texts.text("trial.wrong.span", browser.language), 422)
        self._desk.trial.record(step, values, browser.name, self._desk.now())
        return self._site.go(browser, f"{HERE}#{step}", "trial_recorded")

    # -- the register, typed ---------------------------------------------------------------------------------------

    async def register(self, browser: Browser) -> Response:
        """Show the form of one row after the other."""
        query = browser.request.query_params
        return self._register(
            browser, _day(query.get("date", "")) or self._desk.today(), {"number": query.get("next", "")}
        )

    def _register(
        self, browser: Browser, day: str, given: dict[str, str], wrong: tuple[str, str] = ("", "")
    ) -> Response:
        count, lines = self._desk.trial.latest(day, SHOWN)
        given = {**given, "number": given.get("number") or (_following(lines[0].number) if lines else "1")}
        return self._site.page(
            browser,
            "trial_register.html",
            422 if wrong[0] else 200,
            day=day,
            today=self._desk.today(),
            given=given,
            wrong_field=wrong[0],
            wrong=wrong[1],
            lines=lines,
            count=count,
            days=self._desk.trial.days(),
            clock_of=clock_of,
        )

    async def enter(self, browser: Browser) -> Response:
        """Add one row."""
        form, language = browser.form, browser.language
        day, times = _day(form["date"]), {}
        if day is None:
            return self._wrong(browser, "number", texts.text("paper.wrong.day", language))
        for field in TIMES:
            try:
                times[field] = typed.clock(form[field]) if form[field] else None
            except typed.NotUnderstood:
                return self._wrong(browser, field, texts.text("paper.wrong.time", language))
        number = " ".join(form["number"].upper().split())
        if not registers.may_be_number(number):
            return self._wrong(browser, "number", texts.text("trial.wrong.number", language))
        if not number and times["arrived"] is None:
            return self._wrong(browser, "number", texts.text("trial.wrong.nothing", language))
        row = registers.Row(day, number, times["arrived"], times["called"], None, times["served"], bool(form["left"]))
        if wrong := registers.order_wrong(row):
            return self._wrong(browser, wrong, texts.text("web.refusal.paper_order", language))
        line = _line(row)
        try:
            self._desk.trial.add(line, self._site.id_of(browser), browser.name, self._desk.now())
        except Full:
            return self._wrong(browser, "number", texts.text("trial.wrong.full", language))
        following = _following(number)
        if not browser.wants_json:
            return self._site.go(browser, link(REGISTER, date=day, next=following), "trial_entered")
        row_shown = self._site.piece("trial_row.html", language, one=line, csrf="", day=day, clock_of=clock_of)
        said = Said(ok=True, text=texts.text("web.said.trial_entered", language), big=row_shown)
        return self._site.answer_with(said, next=following)

    def _wrong(self, browser: Browser, field: str, text: str) -> Response:
        if browser.wants_json:
            return self._site.answer_with(Said(ok=False, text=text), field=field)
        form = browser.form
        given = {name: form[name] for name in ("number", *TIMES, "left")}
        return self._register(browser, _day(form["date"]) or self._desk.today(), given, (field, text))

    async def remove(self, browser: Browser) -> Response:
        """Take a row out that was mistyped."""
        seq, day = browser.form["seq"], _day(browser.form["date"]) or ""
        if seq.isascii() and seq.isdecimal() and len(seq) < 12:
            self._desk.trial.remove(int(seq))
        return self._site.go(browser, f"{REGISTER}?date={day}", "trial_removed")

    async def export(self, browser: Browser) -> Response:  # noqa: ARG002  # all handlers are alike
        """Hand the whole register out as a file that spreadsheets open, and that can be read in again."""
        lines = await asyncio.to_thread(self._desk.trial.lines)
        text = registers.csv_of(registers.HEADER, [registers.cells_of(row_of(line)) for line in lines])
        headers = {"content-disposition": 'attachment; filename="register.csv"'}
        return Response(text.encode("utf-8-sig"), media_type="text/csv", headers=headers)

    # -- the register, from a file ---------------------------------------------------------------------------------

    async def import_form(self, browser: Browser) -> Response:
        """Ask for a file, or for what stands in one."""
        return self._import(browser, "", self._desk.today())

    def _import(
        self,
        browser: Browser,
        text: str,
        day: str,
        got: registers.Read | None = None,
        note: str = "",
        status: int = 200,
    ) -> Response:
        return self._site.page(
            browser,
            "trial_import.html",
            status,
            text=text,
            day=day,
            got=got,
            note=note,
            shown=got.rows[:SHOWN] if got else (),
            clock_of=clock_of,
            most=registers.MOST_ROWS,
        )

    async def preview(self, browser: Browser) -> Response:
        """Show what would be taken over, and what is wrong with the rest."""
        form = browser.form
        day = _day(form["date"]) or self._desk.today()
        try:
            content = base64.b64decode(form["file"].encode(), validate=True) or form["text"].encode()
            table = _TABLE.decode(await self._desk.apart.run("table", content))
        except (binascii.Error, ValueError):
            return self._import(
                browser, form["text"], day, note=texts.text("trial.wrong.file", browser.language), status=422
            )
        except NotDone:
            return self._import(
                browser, form["text"], day, note=texts.text("trial.wrong.file", browser.language), status=422
            )
        got = await asyncio.to_thread(registers.read, table, day)
        return self._import(browser, _text(table), day, got, status=422 if got.problems else 200)

    async def save(self, browser: Browser) -> Response:
        """Take the good rows over; what is wrong stays in the form."""
        form, language = browser.form, browser.language
        day = _day(form["date"]) or self._desk.today()
        try:
            got = await asyncio.to_thread(lambda: registers.read(registers.table_of(form["text"]), day))
        except typed.NotUnderstood:
            note = texts.text("trial.wrong.file", language)
            return self._import(browser, form["text"], day, note=note, status=422)
        lines = [_line(row) for row in got.rows]
        try:
            added = await asyncio.to_thread(self._desk.trial.add_all, lines, browser.name, self._desk.now())
        except Full:
            note = texts.text("trial.wrong.full", language)
            return self._import(browser, form["text"], day, got, note, 409)
        note = texts.text("trial.taken", language, added=added, there=len(lines) - added)
        left = registers.csv_of(got.header, got.left) if got.left else ""
        rest = await asyncio.to_thread(lambda: registers.read(registers.table_of(left), day)) if left else None
        return self._import(browser, left, day, rest, note)


def _text(table: list[list[str]]) -> str:
    return registers.csv_of(table[0], table[1:]) if table else ""


def _line(row: registers.Row) -> Line:
    return Line(row.day, row.number, row.arrived, row.called, row.started, row.served, row.left)


def row_of(line: Line) -> registers.Row:
    """Return a line as it is compared."""
    return registers.Row(line.day, line.number, line.arrived, line.called, line.started, line.served, line.left)


def clock_of(seconds: int | None) -> str:
    """Return a time of day as it is shown; a dash for none."""
    return "–" if seconds is None else typed.clock_text(seconds).replace(":", ".")


def _following(number: str) -> str:
    """Return the number behind one: ``A09`` is followed by ``A10``; empty if it has no digits at its end."""
    found = _TAIL.fullmatch(number)
    return f"{found[1]}{int(found[2]) + 1:0{len(found[2])}d}" if found else ""


def _day(text: str) -> str | None:
    try:
        return typed.day(text)
    except typed.NotUnderstood:
        return None
