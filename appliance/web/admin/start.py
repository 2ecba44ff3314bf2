"""The administration's first page, and what is done to the office's day: stopping, resuming, practice."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

import msgspec
from starlette.responses import Response

from appliance.people import Permission
from appliance.texts.parts import of_part
from appliance.web.access import Page
from appliance.web.admin.keeper import Keeper
from appliance.web.admin.section import LOOK, Section
from appliance.web.browser import Browser
from appliance.web.office_view import OfficeView
from appliance.web.site import Site
from appliance.web.stream import Regions, View
from appliance.wire import messages as m

DAY: Final = "/admin/day"
KEPT: Final = ("log", "storage", "office", "reports")
"""Parts of the hub that say how what is kept is kept."""


class Card(msgspec.Struct, frozen=True):
    """One card of the first page: where it leads, its name's key below ``admin.card``, its icon, and who may."""

    path: str
    name: str
    icon: str
    need: Permission = Permission.OFFICE_READ


GROUPS: Final[dict[str, tuple[Card, ...]]] = {
    "office": (
        Card("/admin/services", "services", "ticket"),
        Card("/admin/counters", "counters", "desk"),
        Card("/admin/journeys", "journeys", "arrow"),
        Card("/admin/hours", "hours", "clock"),
        Card("/admin/holidays", "holidays", "calendar"),
        Card("/admin/rules", "rules", "list"),
        Card("/admin/office", "office", "folder"),
        Card("/admin/kiosks", "kiosks", "printer"),
    ),
    "lobby": (
        Card("/admin/texts", "texts", "letters"),
        Card("/admin/lobby", "lobby", "note", Permission.LOBBY_POST),
        Card(DAY, "day", "power"),
    ),
    "people": (
        Card("/admin/people", "people", "people", Permission.PEOPLE_MANAGE),
        Card("/admin/tokens", "tokens", "lock", Permission.TOKENS_MANAGE),
        Card("/admin/webhooks", "webhooks", "bell", Permission.TOKENS_MANAGE),
    ),
    "keeping": (
        Card("/admin/versions", "versions", "undo"),
        Card("/admin/file", "file", "download"),
    ),
}


class Start(Section):
    """The first page, and the page of the day.

    Args:
        site: what pages stand on.
        keeper: of the office's definition.
        known: the paths of all pages that there are.
    """

    def __init__(self, site: Site, keeper: Keeper, known: Collection[str]) -> None:
        super().__init__(site, keeper)
        self._known = {*known, DAY}

    def pages(self) -> list[Page]:
        """Return what is answered here."""
        return [
            Page("GET", "/admin", LOOK, self.start),
            Page("GET", DAY, LOOK, self.day),
            Page("GET", f"{DAY}/live", LOOK, self.day_live),
            Page("POST", f"{DAY}/stop", Permission.QUEUE_STOP, self.stop),
            Page("POST", f"{DAY}/resume", Permission.QUEUE_STOP, self.resume),
            Page("POST", f"{DAY}/practise", Permission.OFFICE_PRACTISE, self.practise),
            Page("POST", f"{DAY}/end-practice", Permission.OFFICE_PRACTISE, self.end_practice),
        ]

    async def start(self, browser: Browser) -> Response:
        """Show everything that can be set."""
        shown = self.keeper.shown()
        groups = {
            name: [card for card in cards if browser.may(card.need) and card.path in self._known]
            for name, cards in GROUPS.items()
        }
        return self.page(
            browser, "admin.html", shown, groups=groups, by=self.keeper.current(), kept=self._kept(browser.language)
        )

    def _kept(self, language: str) -> list[dict[str, Any]]:
        """Return what the hub says of its log, its backups and its storage."""
        hubs = [node for node in self.site.live.now.nodes.values() if node.node.startswith("hub")]
        parts = [part for hub in hubs for part in hub.parts if part.name in KEPT]
        return [{"name": part.name, "state": part.state, "text": of_part(part, language)} for part in parts]

    # -- the day ---------------------------------------------------------------------------------------------------

    async def day(self, browser: Browser) -> Response:
        """Show what is stopped, and whether staff practise."""
        return self.page(
            browser, "admin_day.html", self.keeper.shown(), regions=self.site.streams.regions(self._day(browser))
        )

    async def day_live(self, browser: Browser) -> Response:
        """Tell what changes of it."""
        return self.site.stream(browser, self._day(browser))

    def _day(self, browser: Browser) -> View:
        language = browser.language
        csrf = browser.session.csrf if browser.session else ""
        rights = browser.may(Permission.QUEUE_STOP), browser.may(Permission.OFFICE_PRACTISE)

        def regions() -> Regions:
            now = self.site.live.now
            values = {"view": OfficeView(now), "csrf": csrf, "may_stop": rights[0], "may_practise": rights[1]}
            board = now.board
            stopped = {one.id: one.stopped for one in now.queue.services if one.stopped} if now.queue else {}
            values |= {"stopped": stopped, "office": board.office if board else None}
            return {"day": self.site.piece("admin_day_state.html", language, **values)}

        return View(("admin day", language, csrf, rights), regions)

    async def stop(self, browser: Browser) -> Response:
        """Give no more numbers, of one service or of any."""
        service = browser.form["service"] or None
        body = self.site.made(m.Stop, browser, reason=browser.form["reason"], service=service)
        return await self.site.act(browser, body, DAY, "stopped")

    async def resume(self, browser: Browser) -> Response:
        """Give numbers again."""
        body = self.site.made(m.Resume, browser, service=browser.form["service"] or None)
        return await self.site.act(browser, body, DAY, "resumed")

    async def practise(self, browser: Browser) -> Response:
        """Begin to practise."""
        return await self.site.act(browser, self.site.made(m.Train, browser), DAY, "practice_began")

    async def end_practice(self, browser: Browser) -> Response:
        """Go back to the real queue."""
        return await self.site.act(browser, self.site.made(m.EndTraining, browser), DAY, "practice_ended")
