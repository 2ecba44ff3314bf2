"""A PIN of the staff, kept as a salted hash, and slow to guess.

scrypt (C. Percival, "Stronger key derivation via sequential memory-hard functions", 2009; RFC 7914) with n=2^14, r=8,
p=1: some 50 ms and 16 MB a try on a small computer.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import Final

from appliance.node.daemon import Clock

SHORTEST: Final = 4
TRIES: Final = 5
"""So many wrong PINs in a row, then one a ``WAIT_MS``."""
WAIT_MS: Final = 60_000
_SCHEME: Final = "scrypt"


def hash_of(pin: str, salt: bytes | None = None) -> str:
    """Return what stands in a configuration for ``pin``: ``scrypt$salt$hash``, in hexadecimal digits."""
    salt = salt if salt is not None else secrets.token_bytes(16)
    digest = hashlib.scrypt(pin.encode(), salt=salt, n=1 << 14, r=8, p=1)
    return f"{_SCHEME}${salt.hex()}${digest.hex()}"


def is_hash(text: str) -> bool:
    """Tell whether ``text`` is a hash that this module made."""
    parts = text.split("$")
    return len(parts) == 3 and parts[0] == _SCHEME and all(_is_hex(part) for part in parts[1:])


class PinGuard:
    """Checks PINs, and slows down whoever guesses.

    Args:
        stored: the hash, or empty if no PIN was set: then none is right.
        clock: for the waiting time.
    """

    def __init__(self, stored: str, clock: Clock) -> None:
        self._stored = stored
        self._clock = clock
        self._wrong = 0
        self._wrong_at = 0

    @property
    def is_set(self) -> bool:
        """Tell whether there is a PIN at all."""
        return bool(self._stored)

    @property
    def seconds_to_wait(self) -> int:
        """Return how long nothing will be accepted, because of too many wrong ones."""
        if self._wrong < TRIES:
            return 0
        return max(0, -(-(self._wrong_at + WAIT_MS - self._clock.monotonic_ms()) // 1000))

    def accepts(self, pin: str) -> bool:
        """Tell whether ``pin`` is right. While ``seconds_to_wait`` is not 0, none is."""
        if not self._stored or self.seconds_to_wait:
            return False
        salt = bytes.fromhex(self._stored.split("$")[1])
        if hmac.compare_digest(hash_of(pin, salt), self._stored):
            self._wrong = 0
            return True
        self._wrong += 1
        self._wrong_at = self._clock.monotonic_ms()
        return False


def _is_hex(text: str) -> bool:
    try:
        return bool(bytes.fromhex(text))
    except ValueError:
        return False
