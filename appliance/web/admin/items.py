"""Services, counters, journeys: lists of what the office has, with a form for each."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from starlette.exceptions import HTTPException
from starlette.responses import Response

from appliance.web.access import Page
from appliance.web.admin.changes import Office
from appliance.web.admin.keeper import Shown
from appliance.web.admin.section import CHANGE, LOOK, Section
from appliance.web.browser import Browser

Item = dict[str, Any]
UP: Final = "up"


class Items(Section):
    """The pages of one kind of thing; what is particular to it is in its own class.

    ``kind``: its key in the definition, and its place below ``/admin``. ``one_name``: of a single one, in paths and
    templates. ``new_item``: what an empty form shows. ``ordered``: whether staff set the order.
    """

    kind: ClassVar[str]
    one_name: ClassVar[str]
    new_item: ClassVar[Item]
    ordered: ClassVar[bool] = True

    def pages(self) -> list[Page]:
        """Return what is answered here."""
        here, one = self.here, f"{self.here}/{{{self.one_name}}}"
        moving = [Page("POST", f"{one}/move", CHANGE, self.move)] if self.ordered else []
        return [
            Page("GET", here, LOOK, self.index),
            Page("GET", f"{here}/new", LOOK, self.new),
            Page("POST", f"{here}/new", CHANGE, self.save),
            Page("GET", one, LOOK, self.one),
            Page("POST", one, CHANGE, self.save),
            *moving,
            Page("POST", f"{one}/remove", CHANGE, self.remove),
        ]

    # -- what each kind says ---------------------------------------------------------------------------------------

    def typed_item(self, browser: Browser, office: Office) -> Item:
        """Return what a form describes."""
        raise NotImplementedError

    def beside_list(self, shown: Shown) -> dict[str, Any]:  # noqa: ARG002  # for those whose list shows more
        """Return what the list shows beside the items."""
        return {}

    def beside_form(self, browser: Browser, shown: Shown, item: Item) -> dict[str, Any]:
        """Return what a form shows beside its item."""
        raise NotImplementedError

    def fresh(self, shown: Shown) -> Item:  # noqa: ARG002  # for those that are named after their place
        """Return what an empty form begins with."""
        return self.new_item

    def put_elsewhere(self, browser: Browser, office: Office, key: str) -> None:
        """Change what else of the office a form chose for its item."""

    def forget_elsewhere(self, office: Office, key: str) -> None:
        """Take a removed item out of what names it."""

    # -- what is the same for all ----------------------------------------------------------------------------------

    @property
    def here(self) -> str:
        """The list's path."""
        return f"/admin/{self.kind}"

    def key(self, browser: Browser) -> str:
        """Return the id in a path; empty on the page of a new one."""
        return str(browser.request.path_params.get(self.one_name, ""))

    async def index(self, browser: Browser) -> Response:
        """Show all of them."""
        return await self._list(browser, self.keeper.shown())

    async def new(self, browser: Browser) -> Response:
        """Show an empty form."""
        shown = self.keeper.shown()
        return await self._form(browser, shown, self.fresh(shown))

    async def one(self, browser: Browser) -> Response:
        """Show one."""
        shown = self.keeper.shown()
        item = self.find(shown.office, self.key(browser))
        if item is None:
            raise HTTPException(404)
        return await self._form(browser, shown, item)

    async def save(self, browser: Browser) -> Response:
        """Save one, a new one with a new id."""
        made: Item = {}

        def change(office: Office) -> None:
            made.update(self.typed_item(browser, office))
            _put(office[self.kind], made)
            self.put_elsewhere(browser, office, made["id"])

        return await self.keeper.save(browser, change, lambda shown: self._form(browser, shown, made), self.here)

    async def move(self, browser: Browser) -> Response:
        """Move one up or down the list."""
        places = -1 if browser.form["to"] == UP else 1

        def change(office: Office) -> None:
            _move(office[self.kind], self.key(browser), places)

        return await self.keeper.save(browser, change, lambda shown: self._list(browser, shown), self.here, "moved")

    async def remove(self, browser: Browser) -> Response:
        """Take one away."""
        key = self.key(browser)

        def change(office: Office) -> None:
            office[self.kind] = [item for item in office[self.kind] if item["id"] != key]
            self.forget_elsewhere(office, key)

        return await self.keeper.save(browser, change, lambda shown: self._list(browser, shown), self.here, "removed")

    def find(self, office: Office, key: str) -> Item | None:
        """Return the item of this id."""
        return next((item for item in office[self.kind] if item["id"] == key), None)

    async def _list(self, browser: Browser, shown: Shown) -> Response:
        return self.page(browser, f"admin_{self.kind}.html", shown, **self.beside_list(shown))

    async def _form(self, browser: Browser, shown: Shown, item: Item) -> Response:
        is_new = not self.key(browser)
        frame = {
            self.one_name: item,
            "at": f"{self.kind}.{item['id']}",
            "is_new": is_new,
            "action": f"{self.here}/new" if is_new else f"{self.here}/{item['id']}",
        }
        return self.page(
            browser, f"admin_{self.one_name}.html", shown, **frame, **self.beside_form(browser, shown, item)
        )


def _move(items: list[Item], key: str, places: int) -> None:
    """Move one item up (negative) or down a list, as far as it goes."""
    at = next((place for place, item in enumerate(items) if item["id"] == key), None)
    if at is not None:
        item = items.pop(at)
        items.insert(max(0, min(len(items), at + places)), item)


def _put(items: list[Item], item: Item) -> None:
    """Put an item in the place of the one with its id, or behind all."""
    at = next((place for place, other in enumerate(items) if other["id"] == item["id"]), None)
    if at is None:
        items.append(item)
    else:
        items[at] = item
