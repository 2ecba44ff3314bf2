"""Staff sign what they ask for: who only tests a rule need not think of a name."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from appliance.node.asker import Asker


def signed(node: str, body: Any) -> Any:
    """Return ``body`` with an officer's name if it comes from a console of staff and has none."""
    return replace(body, officer="siti") if node.startswith("web") and getattr(body, "officer", None) == "" else body


class SigningAsker(Asker):
    """A node whose staff sign what they ask for."""

    def __init__(self, node: str, *arguments: Any) -> None:
        super().__init__(node, *arguments)
        self.node = node

    def send(self, body: Any, request_id: str | None = None) -> Any:
        return super().send(signed(self.node, body), request_id)
