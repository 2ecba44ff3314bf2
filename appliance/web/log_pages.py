"""The log: searched, read as sentences, proven on demand, and taken away with its chain."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, get_args
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import msgspec
from starlette.responses import Response, StreamingResponse

from appliance import texts
from appliance.engine.events import Event
from appliance.node.local import local_time
from appliance.people import Permission
from appliance.store import diary, log_export
from appliance.store.database import StorageFault
from appliance.store.hash_chain import Row
from appliance.store.log_search import LogSearch, Wanted
from appliance.store.log_search import Page as Found
from appliance.store.reader import LAST
from appliance.texts.parts import of_part
from appliance.web.access import Page
from appliance.web.browser import Browser
from appliance.web.office_view import OfficeView
from appliance.web.prover import Prover
from appliance.web.site import Said, Site
from appliance.web.stream import Regions, View

log = logging.getLogger(__name__)

READ: Final = Permission.LOG_READ
KINDS: Final = tuple(kind.__name__ for kind in get_args(Event))
BACK: Final = "/log"
A_PAGE: Final = 60
AT_ONCE: Final = 2
"""Searches that may read the disk at a time; others wait for them."""
BLOCK: Final = 64 * 1024
DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
LONGEST: Final = 64


class Entry(msgspec.Struct, frozen=True):
    """One record as it is shown: what it says, up to the ticket's number, that number, and the rest.

    ``said`` is None if it was altered and nobody can tell what it was.
    """

    seq: int
    day: str
    time: str
    kind: str
    node: str
    person: str
    said: str | None
    number: str
    rest: str


class Log:
    """The pages of the log.

    Args:
        site: what they stand on.
    """

    def __init__(self, site: Site) -> None:
        self._site = site
        self._room = asyncio.Semaphore(AT_ONCE)
        self._made: Prover | None = None

    def pages(self) -> list[Page]:
        """Return what is answered here."""
        return [
            Page("GET", "/log", READ, self.search),
            Page("GET", "/log/live", READ, self.live),
            Page("POST", "/log/prove", READ, self.prove),
            Page("POST", "/log/prove/stop", READ, self.stop_proof),
            Page("POST", "/log/export", Permission.LOG_EXPORT, self.export, again=True),
        ]

    # -- looking something up --------------------------------------------------------------------------------------

    async def search(self, browser: Browser) -> Response:
        """Show what was asked for, the newest first."""
        asked = browser.request.query_params
        wanted = _wanted(dict(asked))
        before = int(asked["before"]) if asked.get("before", "").isdecimal() and len(asked["before"]) < 19 else LAST
        problem, found = "", Found([], None, "")
        if DAY.fullmatch(wanted.day or "2026-01-01"):
            try:
                async with self._room:
                    found = await asyncio.to_thread(self._find, wanted, before)
            except StorageFault as error:
                log.warning("%s", error)
                problem = str(error)
        language = browser.language
        return self._site.page(
            browser,
            "log.html",
            wanted=wanted,
            entries=self._entries(found.rows, language),
            older=_link(wanted, found.before) if found.before is not None else "",
            looked_to=found.looked_to if len(found.rows) < A_PAGE else "",
            problem=problem,
            newest=before == LAST,
            first=_link(wanted, None),
            kinds=sorted(KINDS, key=lambda kind: texts.find(f"diary.kind.{kind}", language).casefold()),
            today=self._site.live.now.queue.day if self._site.live.now.queue else "",
            regions=self._site.streams.regions(self._view(browser)),
        )

    def _find(self, wanted: Wanted, before: int) -> Found:
        # Opened for each question: a database that was restored meanwhile is another file.
        with contextlib.closing(LogSearch(self._file)) as opened:
            return opened.find(wanted, before, A_PAGE)

    def _entries(self, rows: list[Row], language: str) -> list[Entry]:
        view = OfficeView(self._site.live.now)
        services = {key: texts.pick(view.service_names(key), language) for key in view.services}
        zone = view.now.zone
        return [_entry(row, diary.told(row, ZoneInfo(zone), language, services), zone, language) for row in rows]

    # -- proving ---------------------------------------------------------------------------------------------------

    async def live(self, browser: Browser) -> Response:
        """Tell how far a proof is."""
        return self._site.stream(browser, self._view(browser))

    async def prove(self, browser: Browser) -> Response:
        """Begin to prove the chain, unless that is under way."""
        begun = self._prover.start(browser.name)
        return self._said(browser, ok=begun, key="proof_begun" if begun else "proof_running")

    async def stop_proof(self, browser: Browser) -> Response:
        """Stop it."""
        stopped = self._prover.stop()
        return self._said(browser, ok=stopped, key="proof_stopped" if stopped else "proof_none")

    def _view(self, browser: Browser) -> View:
        language = browser.language

        def regions() -> Regions:
            hubs = [told for node, told in self._site.live.now.nodes.items() if node.startswith("hub-")]
            nightly = [of_part(part, language) for told in hubs for part in told.parts if part.name == "log"]
            values = {"proving": self._prover.last, "nightly": nightly}
            return {"proof": self._site.piece("log_proof.html", language, **values)}

        return View(("log", language), regions)

    # -- taking it away --------------------------------------------------------------------------------------------

    async def export(self, browser: Browser) -> Response:
        """Hand the records of some business days out, as lines that prove themselves."""
        first, last = browser.form["from"], browser.form["to"] or browser.form["from"]
        if not DAY.fullmatch(first) or not DAY.fullmatch(last) or first > last:
            return self._said(browser, ok=False, key="no_days")
        try:
            opened = await asyncio.to_thread(LogSearch, self._file, threads=True)
            span = await asyncio.to_thread(opened.span, first, last)
        except StorageFault as error:
            log.warning("%s", error)
            return self._said(browser, ok=False, key="log_unreadable")
        if span is None:
            opened.close()
            return self._said(browser, ok=False, key="no_records")
        log.info("%s exported the log of %s to %s", browser.name, first, last)
        name = f"giliran-log-{first}.jsonl" if first == last else f"giliran-log-{first}-{last}.jsonl"
        headers = {"content-disposition": f'attachment; filename="{name}"'}
        return StreamingResponse(_blocks(opened, *span), media_type="application/x-ndjson", headers=headers)

    # -- inside ----------------------------------------------------------------------------------------------------

    @property
    def _file(self) -> Path:
        return Path(self._site.settings.database)

    @property
    def _prover(self) -> Prover:
        if self._made is None:
            self._made = Prover(self._site.settings.database, self._site.live)
        return self._made

    def _said(self, browser: Browser, *, ok: bool, key: str) -> Response:
        if ok and not browser.wants_json:
            return self._site.go(browser, BACK, key)
        said = Said(ok=ok, text=texts.text(f"web.said.{key}", browser.language))
        return self._site.refused(browser, said, BACK)


def _wanted(asked: dict[str, str]) -> Wanted:
    """Return what somebody looks for, as the log writes it."""
    typed = {name: diary.visible(asked.get(name, "")).strip()[:LONGEST] for name in ("day", "number", "person", "kind")}
    number = typed["number"].upper().replace(" ", "")
    return Wanted(typed["day"], number, typed["person"], typed["kind"] if typed["kind"] in KINDS else "")


def _link(wanted: Wanted, before: int | None) -> str:
    """Return the address of a search, from ``before`` on."""
    asked: dict[str, Any] = {name: value for name, value in msgspec.to_builtins(wanted).items() if value}
    if before is not None:
        asked["before"] = before
    return f"{BACK}?{urlencode(asked)}" if asked else BACK


def _entry(row: Row, said: str | None, zone: str, language: str) -> Entry:
    """Return a record as it is shown, of which ``said`` is the sentence."""
    number = _number(row[8]) if said is not None else ""
    before, number, rest = (said or "").partition(number) if number else (said or "", "", "")
    node, _, person = str(row[5]).partition(" ")
    return Entry(
        row[0],
        str(row[2]),
        _time(row[1], zone, language) if said is not None else "",
        str(row[3]),
        node,
        diary.visible(person),
        None if said is None else before,
        number,
        rest,
    )


def _time(at: int, zone: str, language: str) -> str:
    return local_time(at, zone).strftime(texts.text("log.time", language))


def _number(body: str) -> str:
    """Return the number that a record is about."""
    number = msgspec.json.decode(body).get("number", "")
    return number if isinstance(number, str) else ""


def _blocks(opened: LogSearch, first: int, last: int) -> Iterator[bytes]:
    """Yield an export in blocks: each is made in a thread, and a line for each would be a thread's turn too many."""
    block = bytearray()
    try:
        for line in log_export.write(opened, first, last):
            block += line
            if len(block) >= BLOCK:
                yield bytes(block)
                block.clear()
        yield bytes(block)
    finally:
        opened.close()
