"""What a scanner has read (pure): a ticket, a booking, or something else; and scanners that type like a keyboard."""

from __future__ import annotations

import re
from typing import Final, Literal

import msgspec

from appliance.wire import topics

SLOWEST_MS: Final = 200
"""A scanner types a sign every few milliseconds; whoever is slower than this is a person."""
LONGEST: Final = 512
_BOOKING: Final = re.compile(r"(?:^|[/=])([A-Z0-9]{4,16})\Z")


class Scan(msgspec.Struct, frozen=True):
    """What was read: ``value`` is a ticket's number or a booking's code, empty for anything else."""

    kind: Literal["ticket", "booking", "other"]
    value: str = ""


def read(scanned: str) -> Scan:
    """Return what a scanned text means: a ticket's code or address, a booking's code or an address that ends in it."""
    scanned = scanned.strip()
    number = topics.number_in_token(scanned)
    if number is not None:
        return Scan("ticket", number)
    code = _BOOKING.search(scanned if "/" in scanned else scanned.upper())
    return Scan("booking", code[1]) if code else Scan("other")


class Wedge:
    """Puts together what a scanner types, and leaves single keys to whoever minds them."""

    def __init__(self) -> None:
        self._typed = ""
        self._last_ms = 0

    def sign(self, sign: str, now: int) -> None:
        """Take one printable sign, typed at ``now`` (milliseconds of a monotonic clock)."""
        if now - self._last_ms > SLOWEST_MS:
            self._typed = ""
        self._typed = (self._typed + sign)[-LONGEST:]
        self._last_ms = now

    def enter(self, now: int) -> str:
        """Return what was typed quickly before this Enter; empty if the Enter stands for itself."""
        typed, self._typed = self._typed, ""
        return typed if len(typed) > 1 and now - self._last_ms <= SLOWEST_MS else ""
