"""What is kept of webhooks and their deliveries (pure)."""

from __future__ import annotations

from typing import Final, Literal
from urllib.parse import urlsplit

import msgspec

from appliance.people import LONGEST_NAME, is_name
from appliance.units import DAY, HOUR, MINUTE, SECOND

DAY_MS: Final = DAY
"""For so long it is tried to tell something, from the first try on."""
BACKOFF: Final = (5 * SECOND, 30 * SECOND, 2 * MINUTE, 10 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR)
"""How long is waited after each failure; the last one again and again."""
LONGEST_ADDRESS: Final = 500
State = Literal["waiting", "done", "given_up"]


class Hook(msgspec.Struct, frozen=True):
    """One webhook. ``kinds``: of events; all of them if empty. ``cursor``: the last event that it was given to tell."""

    id: str
    label: str
    address: str
    kinds: frozenset[str]
    secret: str
    active: bool
    by: str
    cursor: int

    def wants(self, kind: str) -> bool:
        """Tell whether it is told of events of this kind."""
        return not self.kinds or kind in self.kinds


class Due(msgspec.Struct, frozen=True):
    """One thing to be told now. ``seq``: the event's; below 0 for a test."""

    hook: Hook
    seq: int
    kind: str
    tries: int


class Fate(msgspec.Struct, frozen=True):
    """What came of one delivery.

    ``at``: the office's time of the last try, None if there was none or nobody knew it. ``status``: what the other side
    answered. ``reason``: why not, a key of the catalogues. ``due_ms``: in how much running time it is tried again.
    """

    hook: str
    seq: int
    kind: str
    subject: str
    state: State
    tries: int
    at: int | None
    status: int | None
    reason: str
    due_ms: int


class NotAccepted(Exception):
    """What was typed cannot be kept: ``field`` names which, ``code`` says why. Nothing was changed."""

    def __init__(self, field: str, code: str) -> None:
        super().__init__(f"{field}: {code}")
        self.field = field
        self.code = code


def check(label: str, address: str) -> None:
    """Raise ``NotAccepted`` if a webhook cannot be called or reached so."""
    if not is_name(label) or len(label) > LONGEST_NAME:
        raise NotAccepted("label", "shape")
    if not is_address(address):
        raise NotAccepted("address", "shape")


def is_address(address: str) -> bool:
    """Tell whether something can be sent to an address: http or https, without a name and a password in it."""
    if len(address) > LONGEST_ADDRESS or not address.isascii() or not address.isprintable() or " " in address:
        return False
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc and not parts.fragment
