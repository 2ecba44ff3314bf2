"""Where officers serve: what each counter serves and helps with, its roster, its keypads."""

from __future__ import annotations

from typing import Any

from appliance.web.admin import typed
from appliance.web.admin.changes import Office
from appliance.web.admin.items import Item, Items
from appliance.web.admin.keeper import Shown
from appliance.web.admin.section import named
from appliance.web.browser import Browser
from appliance.wire import topics


class Counters(Items):
    """The pages of counters."""

    kind = "counters"
    one_name = "counter"
    new_item = {  # noqa: RUF012  # a constant of the class
        "id": "",
        "names": {},
        "services": [],
        "helps": [],
        "open_with_day": True,
        "roster": {},
        "keypads": [],
    }

    def fresh(self, shown: Shown) -> Item:
        """Return an empty counter, named after the next number."""
        place = len(shown.office["counters"]) + 1
        return {**self.new_item, "names": {"id": f"Loket {place}", "en": f"Counter {place}"}}

    def beside_form(self, browser: Browser, shown: Shown, item: Item) -> dict[str, Any]:  # noqa: ARG002  # as all have it
        """Return the keypads to choose from: those that are there, and its own."""
        known = {node for node in self.site.live.now.nodes if topics.role_of(node) == "keypad"}
        return {"keypads": sorted(known | set(item.get("keypads", ())))}

    def typed_item(self, browser: Browser, office: Office) -> Item:
        """Return the counter that a form describes."""
        form = browser.form
        before = self.find(office, self.key(browser)) or self.new_item
        names = named(browser, "names", before["names"])
        does = {service["id"]: form[f"does.{service['id']}"] for service in office["services"]}
        serves = [key for key, how in does.items() if how == "serves"]
        helps = [key for key, how in does.items() if how == "helps"]
        roster = {weekday: typed.spans(form[f"roster.{weekday}"]) for weekday in typed.WEEKDAYS}
        keypads = [*form.all("keypad"), *form["keypad_other"].replace(",", " ").split()]
        return {
            **before,
            "id": before["id"] or _new_id(names, {counter["id"] for counter in office["counters"]}),
            "names": names,
            "services": typed.in_old_order(serves, before["services"]),
            "helps": typed.in_old_order(helps, before.get("helps", ())),
            "open_with_day": form["open_with_day"] == "yes",
            "roster": {weekday: spans for weekday, spans in roster.items() if spans},
            "keypads": typed.in_old_order(dict.fromkeys(keypads), before.get("keypads", ())),
        }


def _new_id(names: dict[str, Any], taken: set[str]) -> str:
    """Return the number in a counter's name, if nobody has it: keypads and voices go by short ids."""
    digits = "".join(sign for sign in names.get("id", "") if sign.isdigit() and sign.isascii())[:4]
    return digits if digits and digits not in taken else typed.new_id(names.get("id", ""), taken, "counter")
