"""Several services one after the other, under one number."""

from __future__ import annotations

from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.responses import Response

from appliance.web.access import Page
from appliance.web.admin import typed
from appliance.web.admin.changes import Office
from appliance.web.admin.keeper import Shown
from appliance.web.admin.section import CHANGE, LOOK, Section, item_of, named, put
from appliance.web.browser import Browser

HERE: Final = "/admin/journeys"
STEPS: Final = 8
"""So many a form asks for; what has more keeps them."""
NEW: Final[dict[str, Any]] = {"id": "", "names": {}, "services": []}


class Journeys(Section):
    """The pages of journeys."""

    def pages(self) -> list[Page]:
        """Return what is answered here."""
        return [
            Page("GET", HERE, LOOK, self.index),
            Page("GET", f"{HERE}/new", LOOK, self.new),
            Page("POST", f"{HERE}/new", CHANGE, self.save),
            Page("GET", HERE + "/{journey}", LOOK, self.one),
            Page("POST", HERE + "/{journey}", CHANGE, self.save),
            Page("POST", HERE + "/{journey}/remove", CHANGE, self.remove),
        ]

    async def index(self, browser: Browser) -> Response:
        """Show all journeys."""
        return await self._list(browser, self.keeper.shown())

    async def _list(self, browser: Browser, shown: Shown) -> Response:
        return self.page(browser, "admin_journeys.html", shown)

    async def new(self, browser: Browser) -> Response:
        """Show an empty form."""
        return await self._form(browser, self.keeper.shown(), NEW)

    async def one(self, browser: Browser) -> Response:
        """Show one journey."""
        shown = self.keeper.shown()
        journey = item_of(shown.office, "journeys", browser.request.path_params["journey"])
        if journey is None:
            raise HTTPException(404)
        return await self._form(browser, shown, journey)

    async def save(self, browser: Browser) -> Response:
        """Save one journey, a new one with a new id."""
        made: dict[str, Any] = {}

        def change(office: Office) -> None:
            key = browser.request.path_params.get("journey", "")
            before = item_of(office, "journeys", key) or NEW
            names = named(browser, "names", before["names"])
            taken = {item["id"] for kind in ("services", "journeys") for item in office[kind]}
            new_id = typed.new_id(names.get("id", ""), taken, "journey")
            steps = [service for service in browser.form.all("step") if service]
            made.update({**before, "id": before["id"] or new_id, "names": names, "services": steps})
            put(office["journeys"], made)

        async def again(shown: Shown) -> Response:
            return await self._form(browser, shown, made)

        return await self.keeper.save(browser, change, again, HERE)

    async def remove(self, browser: Browser) -> Response:
        """Take a journey away."""
        key = browser.request.path_params["journey"]

        def change(office: Office) -> None:
            office["journeys"] = [journey for journey in office["journeys"] if journey["id"] != key]

        return await self.keeper.save(browser, change, lambda shown: self._list(browser, shown), HERE, "removed")

    async def _form(self, browser: Browser, shown: Shown, journey: dict[str, Any]) -> Response:
        is_new = "journey" not in browser.request.path_params
        return self.page(
            browser,
            "admin_journey.html",
            shown,
            journey=journey,
            at=f"journeys.{journey['id']}",
            is_new=is_new,
            steps=max(STEPS, len(journey["services"])),
            action=f"{HERE}/new" if is_new else f"{HERE}/{journey['id']}",
        )
