"""What passwords and PINs must be, and how they are kept: hashed with Argon2id, one at a time."""

from __future__ import annotations

import hashlib
import re
import secrets
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from appliance.people import same_for
from appliance.store.accounts.kept import NotAccepted

MEMORY_KIB: Final = 19 * 1024
ROUNDS: Final = 2
"""With one lane: OWASP's least memory for Argon2id. A tenth of a second on a Pi, for each guess."""
SHORTEST_PASSWORD: Final = 10
LONGEST_PASSWORD: Final = 128
FEWEST_SIGNS: Final = 5
"""Different ones in a password."""
TOKEN_BYTES: Final = 32
_NOBODYS: Final = "$argon2id$v=19$m=19456,t=2,p=1$2UvlV4QgTIpMmtyLSf68lQ$HjeBFny5BCIuHMDMF0hFjPrkzEocWSiYeWIn0JLBSok"
"""Made of 256 random bits that nobody has: what is compared where there is nothing to compare with."""
_PIN: Final = re.compile("[0-9]{6,12}")
_REPEATED: Final = re.compile(r"([0-9]{1,4})\1+[0-9]?")
_RUNS: Final = ("01234567890123", "98765432109876")


def is_pin(secret: str) -> bool:
    """Tell whether this has a PIN's shape: 6 to 12 digits. No password has it, so that one guess is one hash."""
    return bool(_PIN.fullmatch(secret))


def check_password(password: str, name: str) -> None:
    """Raise ``NotAccepted`` unless ``password`` may be the one of whoever is called ``name``."""
    password = unicodedata.normalize("NFC", password)
    if len(password) < SHORTEST_PASSWORD:
        raise NotAccepted("password", "too_short")
    if len(password) > LONGEST_PASSWORD:
        raise NotAccepted("password", "too_long")
    if not password.isprintable():
        raise NotAccepted("password", "unseen")
    if is_pin(password) or len(set(password)) < FEWEST_SIGNS or same_for(password) == same_for(name):
        raise NotAccepted("password", "too_simple")


def check_pin(pin: str) -> None:
    """Raise ``NotAccepted`` unless ``pin`` may be somebody's PIN: not the first that everybody would try."""
    if not is_pin(pin):
        raise NotAccepted("pin", "shape")
    if _REPEATED.fullmatch(pin) or any(pin in run for run in _RUNS):
        raise NotAccepted("pin", "too_simple")


def new_token() -> str:
    """Return a secret of 256 bits that nobody has to type."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def hash_of(token: str) -> bytes:
    """Return what is kept of a token; one that cannot be guessed needs no slow hash."""
    return hashlib.sha256(_bytes(token)).digest()


class Hasher:
    """Argon2id, one hash at a time and on one thread: each takes 19 MiB, which the allocator keeps for its thread."""

    def __init__(self) -> None:
        self._argon2 = PasswordHasher(time_cost=ROUNDS, memory_cost=MEMORY_KIB, parallelism=1)
        self._one = ThreadPoolExecutor(1, "hash")

    def close(self) -> None:
        """End the thread, when what it is at is done."""
        self._one.shutdown(wait=False)

    def hashed(self, secret: str) -> str:
        """Return what is kept of a password or PIN."""
        return self._one.submit(self._argon2.hash, _bytes(secret)).result()

    def kept_password(self, password: str, name: str) -> str | None:
        """Return what is kept of the password of ``name``; None of an empty one. Raises ``NotAccepted``."""
        if not password:
            return None
        check_password(password, name)
        return self.hashed(password)

    def kept_pin(self, pin: str) -> str | None:
        """Return what is kept of a PIN; None of an empty one. Raises ``NotAccepted``."""
        if not pin:
            return None
        check_pin(pin)
        return self.hashed(pin)

    def fits(self, secret: str, kept: str | None) -> bool:
        """Tell whether ``kept`` was made from ``secret``. It takes as long if nothing is kept.

        Raises:
            ValueError: if ``kept`` is not what ``hashed`` returns.
        """
        try:
            return self._one.submit(self._argon2.verify, kept or _NOBODYS, _bytes(secret)).result()
        except VerifyMismatchError:
            return False


def _bytes(secret: str) -> bytes:
    """Return the same bytes for all ways to write one text; of what is longer than any secret, the beginning."""
    return unicodedata.normalize("NFC", secret[: LONGEST_PASSWORD + 1]).encode("utf-8", "replace")
