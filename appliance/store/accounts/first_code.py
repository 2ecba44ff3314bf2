"""The code that makes the first administrator: on paper or a terminal, once, for half an hour and a few tries."""

from __future__ import annotations

import hmac
import secrets
import sqlite3
from typing import Final

from appliance.store.accounts import people_table
from appliance.store.accounts.hashing import hash_of
from appliance.store.accounts.kept import NotAccepted
from appliance.units import MINUTE

LASTS_MS: Final = 30 * MINUTE
TRIES: Final = 5
LETTERS: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without those that look alike on a slip of paper."""
GROUPS: Final = 3
IN_GROUP: Final = 4
_MEANT: Final = str.maketrans("", "", " -.")


def make(db: sqlite3.Connection, now: int) -> str:
    """Return a new code, in whose place the one before opens nothing any more.

    Raises:
        NotAccepted: if there is an administrator.
    """
    if people_table.has_administrator(db):
        raise NotAccepted("code", "has_administrator")
    groups = ("".join(secrets.choice(LETTERS) for _ in range(IN_GROUP)) for _ in range(GROUPS))
    code = "-".join(groups)
    db.execute("DELETE FROM first_code")
    db.execute("INSERT INTO first_code VALUES (?, ?, ?)", (_hash(code), now + LASTS_MS, TRIES))
    return code


def fits(db: sqlite3.Connection, code: str, now: int) -> bool:
    """Tell whether this is the code, while it holds. Each try is counted; keep the transaction whatever comes out."""
    found = db.execute("SELECT hash, ends, left FROM first_code").fetchone()
    if found is None or now >= found[1] or found[2] <= 0 or people_table.has_administrator(db):
        return False
    if hmac.compare_digest(found[0], _hash(code)):
        return True
    db.execute("UPDATE first_code SET left = left - 1")
    return False


def spend(db: sqlite3.Connection) -> None:
    """Have the code open nothing any more."""
    db.execute("DELETE FROM first_code")


def _hash(code: str) -> bytes:
    return hash_of(code.translate(_MEANT).upper())
