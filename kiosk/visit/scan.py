"""What a scanner has read (pure): a ticket, a booking, or something else; and scanners that type like a keyboard."""

from __future__ import annotations

import re
from typing import Final, Literal

import msgspec

from appliance.wire import topics

SLOWEST_MS: Final = 200
"""A scanner types a sign every few milliseconds; whoever is slower than this is a person."""
ALONE_MS: Final = 100
"""A key after which nothing follows for so long was pressed by a person."""
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
    """Tells a scanner's typing from a person's keys: what comes faster than a hand is one scan, whatever it types.

    Times are milliseconds of a monotonic clock.
    """

    def __init__(self) -> None:
        self._typed = ""
        self._first = False
        self._last_ms = -SLOWEST_MS - 1

    def sign(self, sign: str, now: int) -> None:
        """Take a printable sign, which only a scanner types."""
        self._begin(now)
        self._first = False
        self._typed = (self._typed + sign)[-LONGEST:]

    def key(self, sign: str, now: int) -> bool:
        """Take a key that a scanner may type as well as a person may press; ``sign`` is what it types.

        Returns:
            Whether it may be a person's. Then it counts if ``alone`` says so after ``ALONE_MS``.
        """
        self._first = self._begin(now)
        self._typed = (self._typed + sign)[-LONGEST:]
        return self._first

    def enter(self, now: int) -> str | None:
        """Take an Enter; return what was typed quickly before it, or None if it may be a person's, as for ``key``."""
        self._first = self._begin(now)
        typed, self._typed = self._typed.strip(), ""
        if self._first:
            return None
        return typed if len(typed) > 1 else ""

    def alone(self) -> bool:
        """Tell whether nothing has followed the key that was taken last: it was a person's, and no scan has begun."""
        if self._first:
            self._first, self._typed, self._last_ms = False, "", -SLOWEST_MS - 1
            return True
        return False

    def _begin(self, now: int) -> bool:
        """Tell whether something new begins; what was typed before is then forgotten."""
        new = now - self._last_ms > SLOWEST_MS
        self._last_ms = now
        if new:
            self._typed = ""
        return new
