"""What every page's handler stands on: the present, the hub, the people, and how an answer is made."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import msgspec
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, RedirectResponse, Response

from appliance import texts
from appliance.node import trace
from appliance.pages.shell import LANGUAGES, Shell
from appliance.store.accounts import Accounts
from appliance.store.database import StorageFault
from appliance.texts.office_words import CATALOGUES, OfficeWords
from appliance.web.browser import COOKIE, Browser, fresh_id
from appliance.web.bus import B, Bus, NoAnswer, command
from appliance.web.live import Live
from appliance.web.navigation import home_of, places_of
from appliance.web.reports.daily import DailyReports
from appliance.web.reports.sums import FILE as REPORTS
from appliance.web.reports.sums import Sums
from appliance.web.settings import WebSettings
from appliance.web.stream import MOST_STREAMS, Streams, View
from appliance.web.watch import FILE, Watch
from appliance.wire import messages as m

SAID: Final = "said"
"""The cookie that carries one sentence's key over a redirect."""
SAID_SECONDS: Final = 30
ID_LENGTH: Final = 32


class Said(msgspec.Struct, frozen=True):
    """What is said after an act: whether it was done, and the sentence."""

    ok: bool
    text: str
    code: str = ""
    """Of the hub's refusal."""
    again: bool = False
    """It may be asked again under the same id: nobody knows whether it was done."""
    wait: int = 0
    """Milliseconds of real time after which it may be asked again."""
    big: str = ""
    """HTML that is shown where the page has a place for what was given."""
    go: str = ""
    """Where the browser goes now; empty to stay."""


class Site:
    """The office's pages, less the pages.

    Args:
        settings: of the web.
        live: the present.
        bus: the hub.
        accounts: the people.
        streams: open ones.
    """

    def __init__(self, settings: WebSettings, live: Live, bus: Bus, accounts: Accounts, streams: Streams) -> None:
        self.settings = settings
        self.live = live
        self.bus = bus
        self.accounts = accounts
        self.streams = streams
        self.shell = Shell("appliance.web")
        self.watch = Watch(Path(settings.accounts).with_name(FILE), live)
        """Has to be kept (``keep``) for as long as the pages are served."""
        self.daily = DailyReports(settings, live, bus)
        """Has to be kept as well."""
        self.sums = Sums(Path(settings.database), Path(settings.accounts).with_name(REPORTS), live)
        """Of the past; have to be kept as well."""

    def piece(self, template: str, language: str, **values: Any) -> str:
        """Return a piece of a page."""
        return self.shell.render(template, language, self.live.now.zone, values)

    def page(self, browser: Browser, template: str, status: int = 200, **values: Any) -> Response:
        """Return a whole page.

        Args:
            browser: that asked.
            template: its file.
            status: of HTTP.
            values: what it shows, beside what all pages do.
        """
        said = browser.request.cookies.get(SAID, "")
        frame = {
            "browser": browser,
            "places": places_of(browser),
            "here": browser.request.url.path,
            "csrf": browser.session.csrf if browser.session else "",
            "fresh_id": fresh_id,
            "languages": LANGUAGES,
            "office": self.office_names(),
            "now": self.live.clock.office_ms(),
            "rate": self.live.clock.rate,
            "present": self.live.now,
            "said": _kept_sentence(said, browser.language),
            "demonstration": self.settings.demonstration,
        }
        html = self.shell.render(template, browser.language, self.live.now.zone, {**frame, **values})
        response = HTMLResponse(html, status)
        if said:
            response.delete_cookie(SAID)
        return response

    def stream(self, browser: Browser, view: View) -> Response:
        """Return what a page listens to: it ends with the session of whoever opened it."""
        token = browser.request.cookies.get(COOKIE, "")

        def alive() -> bool:
            try:
                return self.accounts.stands(token)
            except StorageFault:
                return True  # as with every other page: a broken disk puts nobody out who is in

        if self.streams.open >= MOST_STREAMS:
            raise HTTPException(503)
        return self.streams.answer(view, alive)

    def office_names(self) -> Mapping[str, str]:
        """Return what the office is called; before the hub has told it, what the product is called."""
        board = self.live.now.board
        return board.office.names if board else {"id": "Giliran"}

    def office_words(self) -> OfficeWords:
        """Return what the office says, as far as the hub has told."""
        board = self.live.now.board
        return OfficeWords(board.office.texts) if board else CATALOGUES

    def go(self, browser: Browser, path: str, said: str = "", number: str = "") -> Response:
        """Have the browser go elsewhere after a form.

        Args:
            browser: that asked.
            path: of the page.
            said: a key of the catalogues below ``web.said``, to be shown there.
            number: of the ticket that the sentence names.
        """
        kept = f"{said}.{number}" if number else said
        if browser.wants_json:
            return self.answer(Said(ok=True, text=_kept_sentence(kept, browser.language), go=path))
        response = RedirectResponse(path, 303)
        if said:
            browser.keep(response, SAID, kept, SAID_SECONDS)
        return response

    def home(self, browser: Browser) -> str:
        """Return the page where somebody's work begins."""
        return home_of(browser)

    def answer(self, said: Said, status: int = 200) -> Response:
        """Return what the page's script reads."""
        return Response(msgspec.json.encode(said), status, media_type="application/json")

    def answer_with(self, said: Said, status: int = 200, **more: str) -> Response:
        """Return what the page's script reads, and ``more`` that only that page's own script knows."""
        told = {**msgspec.to_builtins(said), **more}
        return Response(msgspec.json.encode(told), status, media_type="application/json")

    def id_of(self, browser: Browser) -> str:
        """Return the id of a form: its own, or one that is made for it now."""
        given = browser.form["id"]
        fits = len(given) == ID_LENGTH and not set(given) - set("0123456789abcdef")
        if not fits:
            browser.form.set("id", given := fresh_id())
        return given

    async def ask(self, browser: Browser, body: m.AnyBody, request_id: str = "") -> m.AnyReply | NoAnswer:
        """Ask the hub in the name of whoever filled in the form, under the form's own id, or ``request_id``."""
        request_id = request_id or self.id_of(browser)
        trace.mark("click", request_id, browser.arrived)
        return await self.bus.ask(body, request_id)

    def made(self, kind: type[B], browser: Browser, **fields: Any) -> B:
        """Return a question of the person who is signed in, with its fields checked as the hub will.

        Raises:
            msgspec.ValidationError: if a field is not what it must be.
        """
        return command(kind, browser.name, **fields)

    async def act(self, browser: Browser, body: m.AnyBody, back: str, done: str = "") -> Response:
        """Ask the hub, and tell the browser what came of it.

        Args:
            browser: that asked, with a form.
            body: what for.
            back: the page that a browser without script goes back to.
            done: key of the sentence if it was done; the ticket's number may stand in it.
        """
        reply = await self.ask(browser, body)
        said = self.told(browser, reply, done)
        if not said.ok or browser.wants_json:
            return self.refused(browser, said, back)
        assert isinstance(reply, m.Accepted)  # noqa: S101  # or it would not be ``ok``
        await self.live.reached(reply.seq)
        return self.go(browser, back, done, reply.number or "")

    def refused(self, browser: Browser, said: Said, back: str) -> Response:
        """Tell a browser what came of its question; without script as a page, with the way ``back``."""
        if browser.wants_json:
            return self.answer(said)
        return self.page(browser, "refused.html", 409, why=said.text, said_again=said.again, back=back)

    def told(self, browser: Browser, reply: m.AnyReply | NoAnswer, done: str = "") -> Said:
        """Return what came of a question in words.

        Args:
            browser: whose language it is.
            reply: the hub's.
            done: key of the sentence below ``web.said`` if it was done.
        """
        language = browser.language
        if isinstance(reply, NoAnswer):
            key = "asked" if reply.asked else "away"
            return Said(ok=False, text=texts.text(f"web.no_answer.{key}", language), again=reply.asked)
        if isinstance(reply, m.Accepted):
            text = texts.text(f"web.said.{done}", language, number=reply.number or "") if done else ""
            return Said(ok=True, text=text)
        sentence = texts.find(f"web.refusal.{reply.code}", language) or texts.text("web.refusal.other", language)
        seconds = -(-reply.wait // 1000)
        wait = int(reply.wait / self.live.clock.rate)
        return Said(ok=False, text=sentence.format(seconds=seconds, advice=reply.advice), code=reply.code, wait=wait)


def _kept_sentence(kept: str, language: str) -> str:
    """Return the sentence that a cookie carries over a redirect: its key, and perhaps a ticket's number behind it."""
    key, _, number = kept.partition(".")
    sentence = texts.find(f"web.said.{key}", language) if key.replace("_", "").isalpha() else ""
    return sentence.replace("{number}", number if number.replace("-", "").isalnum() and number.isascii() else "")
