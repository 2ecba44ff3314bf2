"""What the lobby reads beside the queue: the sentences of the bottom line, and pages shown while nobody is called."""

from __future__ import annotations

import asyncio
import hashlib
from typing import Any, Final

import msgspec
from starlette.responses import Response

from appliance import texts
from appliance.people import Permission
from appliance.web.access import Page
from appliance.web.admin import typed
from appliance.web.admin.keeper import Keeper
from appliance.web.admin.section import Section
from appliance.web.browser import Browser
from appliance.web.site import Site
from appliance.wire import messages as m

HERE: Final = "/admin/lobby"
MAY: Final = Permission.LOBBY_POST
EMPTY_ROWS: Final = 2
MOST: Final = 20
LONGEST: Final = 240


class Lobby(Section):
    """The page of what the lobby reads.

    Args:
        site: what pages stand on.
        keeper: of the office's definition.
    """

    def __init__(self, site: Site, keeper: Keeper) -> None:
        super().__init__(site, keeper)
        self._one_by_one = asyncio.Lock()

    def pages(self) -> list[Page]:
        """Return what is answered here."""
        return [Page("GET", HERE, MAY, self.show), Page("POST", HERE, MAY, self.save)]

    async def show(self, browser: Browser) -> Response:
        """Show what the lobby reads now."""
        now = self._now()
        return self._form(browser, now["running"], now["announcements"])

    async def save(self, browser: Browser) -> Response:
        """Set it. If somebody else has meanwhile, nothing is overwritten: both are shown first."""
        form = browser.form
        running = [names for names in _rows(browser, "running") if names]
        pages = [
            {"title": title, "body": body}
            for title, body in zip(_rows(browser, "title"), _rows(browser, "body"), strict=False)
            if title or body
        ]
        async with self._one_by_one:  # of two at once, the second one sees what the first one posted
            if form["base"] != self._mark():
                return self._form(browser, running, pages, "lobby.meanwhile", 409, others=True)
            problem = _wrong(running, pages)
            if problem:
                return self._form(browser, running, pages, problem, 422)
            body = self.site.made(m.Post, browser, running=running, announcements=pages)
            reply = await self.site.ask(browser, body)
            if isinstance(reply, m.Accepted):
                await self.site.live.reached(reply.seq)
                return self.site.go(browser, HERE, "posted")
        return self._form(browser, running, pages, said=self.site.told(browser, reply).text, status=409)

    def _form(
        self,
        browser: Browser,
        running: list[dict[str, Any]],
        pages: list[dict[str, Any]],
        problem: str = "",
        status: int = 200,
        said: str = "",
        *,
        others: bool = False,
    ) -> Response:
        note = texts.text(f"admin.{problem}", browser.language, most=MOST, longest=LONGEST) if problem else said
        empty: list[dict[str, Any]] = [{}] * EMPTY_ROWS
        return self.page(
            browser,
            "admin_lobby.html",
            msgspec.structs.replace(self.keeper.shown(), status=status),
            running=[*running, *empty][:MOST],
            announcements=[*pages, {"title": {}, "body": {}}][:MOST],
            note=note,
            mark=self._mark(),
            theirs=self._now() if others else None,
            longest=LONGEST,
        )

    def _now(self) -> dict[str, Any]:
        notices = self.site.live.now.notices
        found: dict[str, Any] = msgspec.to_builtins(notices) if notices else {}
        return {"running": found.get("running", []), "announcements": found.get("announcements", [])}

    def _mark(self) -> str:
        """Return what names the present notices: whoever began with others is told of these first."""
        return hashlib.sha256(msgspec.json.encode(self._now(), order="sorted")).hexdigest()[:16]


def _rows(browser: Browser, field: str) -> list[dict[str, str]]:
    columns = [browser.form.all(f"{field}.{language}") for language in typed.LANGUAGES]
    return [
        {language: text for language, text in zip(typed.LANGUAGES, row, strict=True) if text}
        for row in zip(*columns, strict=False)
    ]


def _wrong(running: list[dict[str, str]], pages: list[dict[str, Any]]) -> str:
    """Return what is wrong: a key of the catalogues; empty if nothing is."""
    if any(len(text) > LONGEST for names in running for text in names.values()):
        return "lobby.too_long"
    if any(not page["title"] for page in pages):
        return "lobby.no_title"
    return "lobby.too_long" if any(len(text) > LONGEST for page in pages for text in page["title"].values()) else ""
