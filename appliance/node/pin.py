"""The staff's PIN: kept as a salted hash, and a door that makes guessing slow.

``giliran staff-pin`` makes the hash; there is no PIN as long as nobody has run it.
"""

from __future__ import annotations

import argparse
import base64
import getpass
import hashlib
import hmac
import logging
import secrets
import sys
from pathlib import Path
from typing import Final, Literal

import msgspec

from appliance.node import durable_file
from appliance.node.durable_file import Unreadable

log = logging.getLogger(__name__)

LOG_N: Final = 14
BLOCK: Final = 8
"""scrypt with N = 2^14, r = 8, p = 1 (RFC 7914): 16 MB and about a quarter of a second on a Pi, for each guess."""
SALT_BYTES: Final = 16
KEY_BYTES: Final = 32
SHORTEST: Final = 6
LONGEST: Final = 12
FREE_TRIES: Final = 3
FIRST_WAIT_MS: Final = 30_000
LONGEST_WAIT_MS: Final = 15 * 60_000
MOST: Final = 100
"""Nobody counts further: the longest wait has long been reached."""
MEMORY: Final = "wrong-pins.json"
"""The file in a box's own folder in which its door remembers how often it was tried."""


def hashed(pin: str) -> str:
    """Return what the configuration keeps instead of the PIN.

    Raises:
        ValueError: if it is not ``SHORTEST`` to ``LONGEST`` digits.
    """
    if not (pin.isascii() and pin.isdigit() and SHORTEST <= len(pin) <= LONGEST):
        raise ValueError(f"a PIN has {SHORTEST} to {LONGEST} digits: it is typed on the kiosk's screen")
    salt = secrets.token_bytes(SALT_BYTES)
    return "$".join(["scrypt", str(LOG_N), str(BLOCK), _text(salt), _text(_key(pin, salt, LOG_N, BLOCK))])


def matches(pin: str, kept: str) -> bool:
    """Tell whether this is the PIN that was hashed.

    Raises:
        ValueError: if ``kept`` is not what ``hashed`` returns.
    """
    log_n, block, salt, key = _parts(kept)
    return hmac.compare_digest(_key(pin, salt, log_n, block), key)


def check(kept: str) -> None:
    """Raise ``ValueError`` unless ``kept`` is empty (no staff screen) or what ``hashed`` returns."""
    if kept:
        _parts(kept)


class _Tries(msgspec.Struct):
    wrong: int


class Door:
    """Lets staff in. After a few wrong PINs each further one costs time, twice as much each time.

    The count outlives the process, and the box: each try is on the disk before it is looked at, so that neither a
    restart nor a pulled plug gives a free one. How much of a wait had passed is not known after that; it begins anew.

    Args:
        kept: the hashed PIN.
        memory: file of the count; None if it need not outlive the process.
        now: milliseconds of the monotonic clock that ``knock`` goes by.
    """

    def __init__(self, kept: str, memory: Path | None = None, now: int = 0) -> None:
        self._kept = kept
        self._memory = memory
        self._wrong = self._remembered()
        self._shut_until = now + _wait_after(self._wrong)

    @property
    def wrong(self) -> int:
        """How many wrong PINs in a row there have been."""
        return self._wrong

    def wait_ms(self, now: int) -> int:
        """Return for how long no PIN is looked at."""
        return max(0, self._shut_until - now)

    def knock(self, pin: str, now: int) -> Literal["open", "wrong", "wait"]:
        """Try a PIN at ``now`` (milliseconds of a monotonic clock)."""
        if self.wait_ms(now):
            return "wait"
        self._count(min(MOST, self._wrong + 1))
        if matches(pin, self._kept):
            self._count(0)
            return "open"
        self._shut_until = now + _wait_after(self._wrong)
        return "wrong"

    def _remembered(self) -> int:
        if self._memory is None:
            return 0
        try:
            tries = durable_file.load(self._memory, _Tries) or _Tries(0)
        except Unreadable as error:
            log.warning("%s; wrong PINs are counted from %d on", error, FREE_TRIES)
            tries = _Tries(FREE_TRIES)  # who can spoil the file gains nothing by it, and staff lose half a minute
        return min(MOST, max(0, tries.wrong))

    def _count(self, wrong: int) -> None:
        self._wrong = wrong
        if self._memory is None:
            return
        try:
            durable_file.save(self._memory, msgspec.json.encode(_Tries(wrong)))
        except OSError as error:
            log.warning("%s: %s; a restart forgets how many wrong PINs there were", self._memory, error.strerror)


def _wait_after(wrong: int) -> int:
    """Return for how long the door is shut after so many wrong PINs, in milliseconds."""
    return min(LONGEST_WAIT_MS, FIRST_WAIT_MS << (wrong - FREE_TRIES)) if wrong >= FREE_TRIES else 0


def main(argv: list[str]) -> int:
    """Ask for a PIN twice and print the line for a configuration; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="giliran staff-pin",
        description="Make the line with the staff's PIN: for [kiosk], where it opens the staff screen, and for [hub], "
        "where it lets staff say what time it is.",
    )
    parser.parse_args(argv)
    pin, again = _ask("PIN: "), _ask("again: ")
    try:
        if pin != again:
            raise ValueError("the two are not the same; nothing was made")  # noqa: TRY301  # one way out
        line = f'staff_pin = "{hashed(pin)}"'
    except ValueError as error:
        sys.stderr.write(f"giliran staff-pin: {error}\n")
        return 1
    sys.stdout.write(f"{line}\n")
    return 0


def _ask(prompt: str) -> str:
    return getpass.getpass(prompt) if sys.stdin.isatty() else sys.stdin.readline().strip()


def _key(pin: str, salt: bytes, log_n: int, block: int) -> bytes:
    return hashlib.scrypt(pin.encode(), salt=salt, n=1 << log_n, r=block, p=1, maxmem=128 << 20, dklen=KEY_BYTES)


def _parts(kept: str) -> tuple[int, int, bytes, bytes]:
    try:
        kind, log_n, block, salt, key = kept.split("$")
        parts = int(log_n), int(block), base64.b64decode(salt, validate=True), base64.b64decode(key, validate=True)
    except ValueError as error:
        raise ValueError("it is not what `giliran staff-pin` prints") from error
    # A line that lost some letters on its way would open to no PIN at all.
    whole = len(parts[2]) == SALT_BYTES and len(parts[3]) == KEY_BYTES
    if kind != "scrypt" or not 10 <= parts[0] <= 16 or not 1 <= parts[1] <= 8 or not whole:
        raise ValueError("it is not what `giliran staff-pin` prints")
    return parts


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
