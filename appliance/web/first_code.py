"""The first administrator's code on paper: whoever stands at a kiosk of the office can read it, and nobody else."""

from __future__ import annotations

import asyncio
from typing import Final

from starlette.responses import Response

from appliance import texts
from appliance.people import HOUSE
from appliance.store.accounts import NotAccepted
from appliance.web.access import Page
from appliance.web.browser import Browser
from appliance.web.live import Present
from appliance.web.site import Said, Site
from appliance.wire import messages as m
from appliance.wire import slips, topics

EVERY_SECONDS: Final = 60.0
"""Each new code ends the one before: nobody may keep the paper in an administrator's hand from opening anything."""


class FirstCode:
    """Has the code printed.

    Args:
        site: what pages stand on.
    """

    def __init__(self, site: Site) -> None:
        self._site = site
        self._again_at = 0.0

    def pages(self) -> list[Page]:
        """Return what is answered here."""
        return [Page("POST", "/first/print", "anybody", self.print)]

    async def print(self, browser: Browser) -> Response:
        """Have a kiosk print a new code, while there is no administrator; at most one a minute."""
        kiosk, now = browser.form["kiosk"], asyncio.get_running_loop().time()
        if kiosk not in kiosks(self._site.live.now):
            return self._no(browser, "no_kiosk")
        if now < self._again_at:
            return self._no(browser, "wait", seconds=int(self._again_at - now) + 1)
        self._again_at = now + EVERY_SECONDS
        try:
            code = await asyncio.to_thread(self._site.accounts.first_code)
        except NotAccepted:
            return self._site.go(browser, "/sign-in")
        body = m.PrintSlip(kiosk, slips.first_code(code, f"{self._address(browser)}/first"), HOUSE)
        said = self._site.told(browser, await self._site.ask(browser, body))
        if not said.ok:
            self._again_at = 0.0  # nothing was printed
            return self._site.refused(browser, said, "/first")
        return self._site.go(browser, "/first", "first_printed")

    def _address(self, browser: Browser) -> str:
        """Return where this box is found. What a browser calls it is believed only if the office knows that name.

        Or anybody could have a paper printed that leads whoever holds the code to a machine of theirs.
        """
        url, scope = browser.request.url, browser.request.scope
        if self._site.settings.addresses:
            return f"{url.scheme}://{url.netloc}"  # one of them, or the form had not been taken
        host, port = scope["server"]
        return f"{url.scheme}://{f'[{host}]' if ':' in host else host}:{port}"

    def _no(self, browser: Browser, reason: str, **values: object) -> Response:
        text = texts.text(f"admin.first.{reason}", browser.language, **values)
        return self._site.refused(browser, Said(ok=False, text=text), "/first")


def kiosks(now: Present) -> list[str]:
    """Return the kiosks that are there and could print."""
    if not now.hub_is_there:
        return []
    online = [node.node for node in now.nodes.values() if node.state == "online"]
    return sorted(node for node in online if topics.role_of(node) == "kiosk")
