"""Several services one after the other, under one number."""

from __future__ import annotations

from typing import Any, Final

from appliance.web.admin import typed
from appliance.web.admin.changes import Office
from appliance.web.admin.items import Item, Items
from appliance.web.admin.keeper import Shown
from appliance.web.admin.section import named
from appliance.web.browser import Browser

STEPS: Final = 8
"""So many a form asks for; what has more keeps them."""


class Journeys(Items):
    """The pages of journeys."""

    kind = "journeys"
    one_name = "journey"
    new_item = {"id": "", "names": {}, "services": []}  # noqa: RUF012  # a constant of the class
    ordered = False

    def beside_form(self, browser: Browser, shown: Shown, item: Item) -> dict[str, Any]:  # noqa: ARG002  # as all have it
        """Return how many steps a form asks for."""
        return {"steps": max(STEPS, len(item["services"]))}

    def typed_item(self, browser: Browser, office: Office) -> Item:
        """Return the journey that a form describes."""
        before = self.find(office, self.key(browser)) or self.new_item
        names = named(browser, "names", before["names"])
        taken = {item["id"] for kind in ("services", "journeys") for item in office[kind]}
        steps = [service for service in browser.form.all("step") if service]
        new_id = before["id"] or typed.new_id(names.get("id", ""), taken, "journey")
        return {**before, "id": new_id, "names": names, "services": steps}
