"""What the office is called, where it is, how citizens follow their ticket; and each kiosk's letter."""

from __future__ import annotations

from typing import Any, Final

from starlette.responses import Response

from appliance.web.access import Page
from appliance.web.admin.changes import Office
from appliance.web.admin.keeper import Shown
from appliance.web.admin.section import CHANGE, LOOK, Section, named
from appliance.web.browser import Browser
from appliance.wire import topics

HERE: Final = "/admin/office"
KIOSKS: Final = "/admin/kiosks"
ZONES: Final = ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura")


class General(Section):
    """The pages of what concerns all of the office."""

    def pages(self) -> list[Page]:
        """Return what is answered here."""
        return [
            Page("GET", HERE, LOOK, self.show),
            Page("POST", HERE, CHANGE, self.save),
            Page("GET", KIOSKS, LOOK, self.kiosks),
            Page("POST", KIOSKS, CHANGE, self.save_kiosks),
        ]

    async def show(self, browser: Browser) -> Response:
        """Show names, zone and the rest."""
        return await self._form(browser, self.keeper.shown())

    async def _form(self, browser: Browser, shown: Shown) -> Response:
        zone = str(shown.office["zone"])
        zones = ZONES if zone in ZONES else (*ZONES, zone)
        return self.page(browser, "admin_general.html", shown, zones=zones)

    async def save(self, browser: Browser) -> Response:
        """Save them."""
        form = browser.form

        def change(office: Office) -> None:
            office["names"] = named(browser, "names", office["names"])
            office["zone"] = form["zone"]
            office["follow_url"] = form["follow_url"]
            office["messages"] = form["messages"] == "yes"

        return await self.keeper.save(browser, change, lambda shown: self._form(browser, shown), HERE)

    async def kiosks(self, browser: Browser) -> Response:
        """Show each kiosk with its letter."""
        return await self._kiosks(browser, self.keeper.shown())

    async def _kiosks(self, browser: Browser, shown: Shown) -> Response:
        nodes = self.site.live.now.nodes
        there = {node for node in nodes if topics.role_of(node) == "kiosk"}
        rows: list[dict[str, Any]] = [
            {"kiosk": kiosk, "letter": shown.office["kiosks"].get(kiosk, ""), "node": nodes.get(kiosk)}
            for kiosk in sorted(there | shown.office["kiosks"].keys())
        ]
        example = shown.office["services"][0]["prefix"] if shown.office["services"] else "A"
        return self.page(browser, "admin_kiosks.html", shown, rows=rows, example=example)

    async def save_kiosks(self, browser: Browser) -> Response:
        """Save the letters; a kiosk without one prints nothing alone."""
        form = browser.form

        def change(office: Office) -> None:
            rows = zip(form.all("kiosk"), form.all("letter"), strict=False)
            office["kiosks"] = {kiosk: letter.upper() for kiosk, letter in rows if kiosk and letter}

        return await self.keeper.save(browser, change, lambda shown: self._kiosks(browser, shown), KIOSKS)
