"""Every box of the office, for the technician: what is wrong with it, since when, and what to do; trouble first."""

from __future__ import annotations

from functools import cached_property
from typing import Final, Literal

import msgspec
from starlette.exceptions import HTTPException
from starlette.responses import Response

from appliance import texts
from appliance.people import Permission
from appliance.texts.parts import name_of_part, of_part
from appliance.web.access import Page
from appliance.web.browser import Browser
from appliance.web.live import Present
from appliance.web.office_view import OfficeView
from appliance.web.site import Site
from appliance.web.stream import Regions, View
from appliance.web.watch import Box, Watch
from appliance.wire import messages as m
from appliance.wire.messages import Part

READ: Final = Permission.NODES_READ
SICK: Final = ("fault", "missing")
ORDER: Final = ("fault", "missing", "unknown", "ok")


class BoxRow(msgspec.Struct, frozen=True):
    """One box.

    ``state``: ``never`` came, though the office's definition names it; ``away``; ``sick``, if a part is not well;
    ``old`` or newer than the hub; ``well``. ``since``: when it came or went, None if that was never seen.
    """

    node: str
    role: str
    state: Literal["never", "away", "sick", "other", "well"]
    version: str
    since: int | None
    parts: list[Part]
    counters: list[dict[str, str]]
    letter: str
    box: Box | None


STATES: Final = ("never", "away", "sick", "other", "well")


class NodesView(OfficeView):
    """One look at all boxes.

    Args:
        now: the present.
        watch: remembers when each came and went.
    """

    def __init__(self, now: Present, watch: Watch) -> None:
        super().__init__(now)
        self._watch = watch

    @cached_property
    def rows(self) -> list[BoxRow]:
        """Every box that has come or is named: trouble first, then by name."""
        named = {*self.definition.get("kiosks", ()), *self._keypads}
        rows = [self._row(node) for node in {*named, *self.now.nodes}]
        return sorted(rows, key=lambda row: (STATES.index(row.state), row.role, len(row.node), row.node))

    def count(self, state: str) -> int:
        """Return how many boxes are in a state."""
        return sum(row.state == state for row in self.rows)

    @cached_property
    def _keypads(self) -> dict[str, list[dict[str, str]]]:
        """The counters' names by the keypads that the definition gives to them."""
        found: dict[str, list[dict[str, str]]] = {}
        for counter in self.definition.get("counters", ()):
            for keypad in counter.get("keypads", ()):
                found.setdefault(keypad, []).append(counter["names"])
        return found

    @cached_property
    def _hub_version(self) -> str:
        hubs = [told.version for node, told in self.now.nodes.items() if node.startswith("hub-") and told.version]
        return hubs[0] if hubs else ""

    def _row(self, node: str) -> BoxRow:
        told, box = self.now.nodes.get(node), self._watch.kept.boxes.get(node)
        parts = sorted(told.parts, key=lambda part: (ORDER.index(part.state), part.name)) if told else []
        state: Literal["never", "away", "sick", "other", "well"] = "well"
        if told is None:
            state = "never"
        elif told.state == "offline":
            state = "away"
        elif any(part.state in SICK for part in parts):
            state = "sick"
        elif told.version and self._hub_version and told.version != self._hub_version:
            state = "other"
        letters = self.definition.get("kiosks", {})
        return BoxRow(
            node,
            node.rpartition("-")[0],
            state,
            told.version if told else "",
            box.since if box and told else None,
            parts,
            self._keypads.get(node, []),
            letters.get(node, ""),
            box,
        )

    @staticmethod
    def role_name(row: BoxRow, language: str) -> str:
        """Return what kind of box it is."""
        return texts.find(f"nodes.role.{row.role}", language) or row.role

    @staticmethod
    def part_name(part: Part, language: str) -> str:
        """Return what a part is called."""
        return name_of_part(part.name, language)

    @staticmethod
    def sentence(part: Part, language: str) -> str:
        """Return what there is to say about a part, and what to do."""
        return of_part(part, language)

    @staticmethod
    def sick(row: BoxRow) -> list[Part]:
        """Return the parts that are not well."""
        return [part for part in row.parts if part.state in SICK]


class Nodes:
    """The pages of the boxes.

    Args:
        site: what they stand on.
    """

    def __init__(self, site: Site) -> None:
        self._site = site

    def pages(self) -> list[Page]:
        """Return what is answered here."""
        return [
            Page("GET", "/nodes", READ, self.all),
            Page("GET", "/nodes/live", READ, self.all_live),
            Page("GET", "/nodes/{node}", READ, self.one),
            Page("GET", "/nodes/{node}/live", READ, self.one_live),
            Page("POST", "/nodes/{node}/test-print", Permission.NODES_MANAGE, self.test_print),
        ]

    async def all(self, browser: Browser) -> Response:
        """Show every box."""
        return self._site.page(browser, "nodes.html", regions=self._site.streams.regions(self._list(browser)))

    async def all_live(self, browser: Browser) -> Response:
        """Tell what changes among the boxes."""
        return self._site.stream(browser, self._list(browser))

    async def one(self, browser: Browser) -> Response:
        """Show one box."""
        node = self._known(browser)
        return self._site.page(
            browser, "node.html", node=node, regions=self._site.streams.regions(self._detail(browser, node))
        )

    async def one_live(self, browser: Browser) -> Response:
        """Tell what changes about one box."""
        return self._site.stream(browser, self._detail(browser, self._known(browser)))

    async def test_print(self, browser: Browser) -> Response:
        """Have a kiosk print a slip, to see whether its printer does."""
        node, language = self._known(browser), browser.language
        lines = [
            {"show": "title", "text": texts.text("nodes.test.title", language)},
            {"show": "large", "text": node},
            {"show": "text", "text": texts.text("nodes.test.text", language, name=browser.name)},
        ]
        body = self._site.made(m.PrintSlip, browser, kiosk=node, slip={"kind": "test", "lines": lines})
        return await self._site.act(browser, body, f"/nodes/{node}", "test_printed")

    def _list(self, browser: Browser) -> View:
        language = browser.language

        def regions() -> Regions:
            view = NodesView(self._site.live.now, self._site.watch)
            return {"boxes": self._site.piece("nodes_list.html", language, view=view)}

        return View(("nodes", language), regions)

    def _detail(self, browser: Browser, node: str) -> View:
        language = browser.language

        def regions() -> Regions:
            view = NodesView(self._site.live.now, self._site.watch)
            row = next((row for row in view.rows if row.node == node), None)
            return {"box": self._site.piece("node_box.html", language, view=view, row=row)}

        return View(("node", node, language), regions)

    def _known(self, browser: Browser) -> str:
        node: str = browser.request.path_params["node"]
        if all(row.node != node for row in NodesView(self._site.live.now, self._site.watch).rows):
            raise HTTPException(404)
        return node
