"""The live wall: for the head of office, a tablet that is carried about, or a screen that hangs behind the counters."""

from __future__ import annotations

from typing import Final

import msgspec
from starlette.responses import Response

from appliance import texts
from appliance.people import Permission
from appliance.web.access import Page
from appliance.web.alerts import Limits
from appliance.web.browser import Browser
from appliance.web.desk import spoken
from appliance.web.site import Said, Site
from appliance.web.stream import Regions, View
from appliance.web.wall_view import WallView
from appliance.wire import messages as m

READ: Final = Permission.WALL_READ
PIECES: Final = ("figures", "alerts", "queues", "counters", "boxes")
BACK: Final = "/wall"
PRESSED: Final = (Permission.WALL_TAKE, Permission.QUEUE_STOP, Permission.DESK_ISSUE, Permission.LOBBY_SPEAK)
"""What the buttons within the regions need."""


class Wall:
    """The pages of the wall.

    Args:
        site: what they stand on.
    """

    def __init__(self, site: Site) -> None:
        self._site = site

    def pages(self) -> list[Page]:
        """Return what is answered here."""
        return [
            Page("GET", "/wall", READ, self.wall),
            Page("GET", "/wall/live", READ, self.wall_live),
            Page("GET", "/wall/limits", Permission.OFFICE_DEFINE, self.limits),
            Page("POST", "/wall/limits", Permission.OFFICE_DEFINE, self.set_limits),
            Page("POST", "/wall/take", Permission.WALL_TAKE, self.take),
            # No secret is asked for once more: in an emergency seconds count. The log names who did it.
            Page("POST", "/wall/emergency", Permission.LOBBY_EMERGENCY, self.raise_emergency),
            Page("POST", "/wall/emergency/end", Permission.LOBBY_EMERGENCY, self.end_emergency),
        ]

    async def wall(self, browser: Browser) -> Response:
        """Show everything at once."""
        return self._site.page(
            browser,
            "wall.html",
            regions=self._site.streams.regions(self._view(browser)),
            view=self._look(),
            bare="screen" in browser.request.query_params,
            stop_reason=texts.text("wall.stop.reason"),
        )

    async def wall_live(self, browser: Browser) -> Response:
        """Tell what changes."""
        return self._site.stream(browser, self._view(browser))

    async def take(self, browser: Browser) -> Response:
        """Let somebody take an alert, whose number the button brings."""
        typed = browser.form["alert"]
        number = int(typed) if typed.isdecimal() and len(typed) < 10 else 0
        holder = await self._site.watch.take(number, browser.name)
        if holder and holder != browser.name:
            said = Said(ok=False, text=texts.text("wall.taken_by_other", browser.language, name=holder))
            return self._site.refused(browser, said, BACK)
        return self._done(browser, "alert_taken" if holder else "alert_gone")

    async def limits(self, browser: Browser, problems: frozenset[str] = frozenset()) -> Response:
        """Show beyond what the office wants to be told."""
        kept = msgspec.to_builtins(self._site.watch.kept.limits)
        given = {name: browser.form[name] for name in kept} if problems else kept
        return self._site.page(
            browser, "wall_limits.html", 422 if problems else 200, given=given, problems=problems, numbers=NUMBERS
        )

    async def set_limits(self, browser: Browser) -> Response:
        """Change it."""
        form, problems = browser.form, set()
        numbers: dict[str, int] = {}
        for name, most in NUMBERS.items():
            text = form[name] or "0"
            if text.isdecimal() and len(text) < 6 and int(text) <= most:
                numbers[name] = int(text)
            else:
                problems.add(name)
        if problems:
            return await self.limits(browser, frozenset(problems))
        limits = msgspec.convert({**numbers, "paper": bool(form["paper"]), "sound": bool(form["sound"])}, Limits)
        await self._site.watch.set_limits(limits)
        return self._site.go(browser, BACK, "limits_kept")

    async def raise_emergency(self, browser: Browser) -> Response:
        """Let a text take over every screen and voice."""
        body = self._site.made(m.RaiseEmergency, browser, text=spoken(browser))
        return await self._site.act(browser, body, BACK, "wall_emergency")

    async def end_emergency(self, browser: Browser) -> Response:
        """Give screens and voices back to the queue."""
        return await self._site.act(browser, self._site.made(m.EndEmergency, browser), BACK, "wall_emergency_over")

    # -- inside ----------------------------------------------------------------------------------------------------

    def _look(self) -> WallView:
        return WallView(self._site.live.now, self._site.watch, self._site.live.clock.office_ms())

    def _view(self, browser: Browser) -> View:
        """Return the wall as everybody with the same rights and language sees it.

        The forms stand outside of the regions, so that no session's secret is in them: a hundred walls are made once.
        """
        language = browser.language
        rights = tuple(permission for permission in PRESSED if browser.may(permission))

        def regions() -> Regions:
            values = {"view": self._look(), "rights": rights}
            return {piece: self._site.piece(f"wall_{piece}.html", language, **values) for piece in PIECES}

        return View(("wall", language, rights), regions)

    def _done(self, browser: Browser, said: str) -> Response:
        if browser.wants_json:
            return self._site.answer(Said(ok=True, text=texts.text(f"web.said.{said}", browser.language)))
        return self._site.go(browser, BACK, said)


NUMBERS: Final = {"waiting": 1_000, "wait": 600, "idle": 600, "box": 600}
"""The most that each limit may be."""
