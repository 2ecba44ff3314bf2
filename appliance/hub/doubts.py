"""Boxes whose word about their own numbers cannot be true: said in the presence until the next day opens."""

from __future__ import annotations

from collections.abc import Callable

from appliance.engine.refusal import Refusal
from appliance.wire.messages import Part


class Doubts:
    """What boxes said today that no paper would have been enough for.

    Args:
        blame: told of a node, and what it said.
    """

    def __init__(self, blame: Callable[[str, str], None]) -> None:
        self._blame = blame
        self._nodes: set[str] = set()

    def look(self, node: str, refusal: Refusal) -> None:
        """Note whom a refusal concerns, if it is of that kind."""
        if refusal.code == "beyond_paper":
            self._nodes.add(node)
            self._blame(node, refusal.advice)

    def forget(self) -> None:
        """Begin a new day: its numbers begin anew."""
        self._nodes.clear()

    def part(self) -> Part:
        """Return the presence's part."""
        if not self._nodes:
            return Part("numbers", "ok")
        return Part("numbers", "fault", "beyond_paper", {"nodes": ", ".join(sorted(self._nodes))})
