"""Where officers serve: what each counter serves and helps with, its roster, its keypads."""

from __future__ import annotations

from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.responses import Response

from appliance.web.access import Page
from appliance.web.admin import typed
from appliance.web.admin.changes import Office
from appliance.web.admin.keeper import Shown
from appliance.web.admin.section import CHANGE, LOOK, Section, item_of, move, named, put
from appliance.web.browser import Browser
from appliance.wire import topics

HERE: Final = "/admin/counters"
NEW: Final[dict[str, Any]] = {
    "id": "",
    "names": {},
    "services": [],
    "helps": [],
    "open_with_day": True,
    "roster": {},
    "keypads": [],
}


class Counters(Section):
    """The pages of counters."""

    def pages(self) -> list[Page]:
        """Return what is answered here."""
        return [
            Page("GET", HERE, LOOK, self.index),
            Page("GET", f"{HERE}/new", LOOK, self.new),
            Page("POST", f"{HERE}/new", CHANGE, self.save),
            Page("GET", HERE + "/{counter}", LOOK, self.one),
            Page("POST", HERE + "/{counter}", CHANGE, self.save),
            Page("POST", HERE + "/{counter}/move", CHANGE, self.move),
            Page("POST", HERE + "/{counter}/remove", CHANGE, self.remove),
        ]

    async def index(self, browser: Browser) -> Response:
        """Show all counters in their order."""
        return await self._list(browser, self.keeper.shown())

    async def _list(self, browser: Browser, shown: Shown) -> Response:
        return self.page(browser, "admin_counters.html", shown)

    async def new(self, browser: Browser) -> Response:
        """Show an empty form, named after the next number."""
        shown = self.keeper.shown()
        place = len(shown.office["counters"]) + 1
        return await self._form(browser, shown, {**NEW, "names": {"id": f"Loket {place}", "en": f"Counter {place}"}})

    async def one(self, browser: Browser) -> Response:
        """Show one counter."""
        shown = self.keeper.shown()
        counter = item_of(shown.office, "counters", _key(browser))
        if counter is None:
            raise HTTPException(404)
        return await self._form(browser, shown, counter)

    async def save(self, browser: Browser) -> Response:
        """Save one counter, a new one with a new id."""
        made: dict[str, Any] = {}

        def change(office: Office) -> None:
            made.update(_counter_of(browser, office))
            put(office["counters"], made)

        async def again(shown: Shown) -> Response:
            return await self._form(browser, shown, made)

        return await self.keeper.save(browser, change, again, HERE)

    async def move(self, browser: Browser) -> Response:
        """Move a counter up or down."""
        places = -1 if browser.form["to"] == "up" else 1

        def change(office: Office) -> None:
            move(office["counters"], _key(browser), places)

        return await self.keeper.save(browser, change, lambda shown: self._list(browser, shown), HERE, "moved")

    async def remove(self, browser: Browser) -> Response:
        """Take a counter away."""
        key = _key(browser)

        def change(office: Office) -> None:
            office["counters"] = [counter for counter in office["counters"] if counter["id"] != key]

        return await self.keeper.save(browser, change, lambda shown: self._list(browser, shown), HERE, "removed")

    async def _form(self, browser: Browser, shown: Shown, counter: dict[str, Any]) -> Response:
        is_new = "counter" not in browser.request.path_params
        known = {node for node in self.site.live.now.nodes if topics.role_of(node) == "keypad"}
        return self.page(
            browser,
            "admin_counter.html",
            shown,
            counter=counter,
            at=f"counters.{counter['id']}",
            is_new=is_new,
            keypads=sorted(known | set(counter.get("keypads", ()))),
            action=f"{HERE}/new" if is_new else f"{HERE}/{counter['id']}",
        )


def _counter_of(browser: Browser, office: Office) -> dict[str, Any]:
    form = browser.form
    before = item_of(office, "counters", browser.request.path_params.get("counter", "")) or NEW
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


def _key(browser: Browser) -> str:
    return str(browser.request.path_params["counter"])
