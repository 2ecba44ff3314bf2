"""Tokens of other systems: shown once, kept as hashes, with an end if they have one."""

from __future__ import annotations

import secrets
import sqlite3
from typing import Any, Final

import msgspec

from appliance.people import LONGEST_NAME, Permission, is_name
from appliance.store.accounts.hashing import hash_of, new_token
from appliance.store.accounts.kept import ApiToken, NotAccepted
from appliance.units import DAY, MINUTE

BEGINS: Final = "giliran_"
"""So that a token which lies about somewhere is known for one."""
MOST: Final = 100
"""Tokens that are not revoked."""
MOST_REVOKED: Final = 100
MOST_DAYS: Final = 3_650
USED_EVERY_MS: Final = MINUTE
_SELECT: Final = "SELECT hash, id, label, scopes, made_by, made, ends, revoked, used FROM token"
_KNOWN: Final = frozenset(permission.value for permission in Permission)


class Kept(msgspec.Struct, frozen=True):
    """One token as kept."""

    hash: bytes
    id: str
    label: str
    scopes: frozenset[Permission]
    by: str
    made: int
    ends: int | None
    revoked: bool
    used: int | None

    def holds(self, now: int) -> bool:
        """Tell whether it opens anything at ``now``."""
        return not self.revoked and (self.ends is None or now < self.ends)

    def told(self, now: int) -> ApiToken:
        """Return what others may know."""
        left = None if self.ends is None else max(0, self.ends - now)
        used = None if self.used is None else max(0, now - self.used)
        return ApiToken(self.id, self.label, self.scopes, self.by, left, self.revoked, used)


def make(
    db: sqlite3.Connection, label: str, scopes: frozenset[Permission], days: int | None, by: str, now: int
) -> tuple[ApiToken, str]:
    """Make a token; return what is kept of it, and the token itself, which is kept nowhere.

    Raises:
        NotAccepted: if a field is wrong, or there are too many.
    """
    if not is_name(label) or len(label) > LONGEST_NAME:
        raise NotAccepted("label", "shape")
    if not scopes:
        raise NotAccepted("scopes", "none")
    if days is not None and not 1 <= days <= MOST_DAYS:
        raise NotAccepted("days", "range")
    if sum(not kept.revoked for kept in every(db)) >= MOST:
        raise NotAccepted("label", "too_many")
    plain = f"{BEGINS}{new_token()}"
    ends = None if days is None else now + days * DAY
    kept = Kept(hash_of(plain), secrets.token_hex(8), label, scopes, by, now, ends, revoked=False, used=None)
    db.execute(
        "INSERT INTO token VALUES (?, ?, ?, ?, ?, ?, ?, 0, NULL)",
        (kept.hash, kept.id, label, " ".join(sorted(scopes)), by, now, ends),
    )
    return kept.told(now), plain


def find(db: sqlite3.Connection, presented: str, now: int) -> Kept | None:
    """Return the token that was presented, if it holds."""
    found = db.execute(f"{_SELECT} WHERE hash = ?", (hash_of(presented),)).fetchone()
    kept = None if found is None else _kept(found)
    return kept if kept is not None and kept.holds(now) else None


def every(db: sqlite3.Connection) -> list[Kept]:
    """Return all tokens, the newest first."""
    return [_kept(found) for found in db.execute(f"{_SELECT} ORDER BY made DESC, label")]


def use(db: sqlite3.Connection, kept: Kept, now: int) -> None:
    """Note that a token was presented."""
    db.execute("UPDATE token SET used = ? WHERE hash = ?", (now, kept.hash))


def revoke(db: sqlite3.Connection, id_: str) -> None:
    """Let a token open nothing any more; forget the oldest revoked ones if they are too many.

    Raises:
        NotAccepted: if there is none of this id.
    """
    if not id_.isascii() or not db.execute("UPDATE token SET revoked = 1 WHERE id = ?", (id_,)).rowcount:
        raise NotAccepted("id", "unknown")
    db.execute(
        "DELETE FROM token WHERE hash IN"
        " (SELECT hash FROM token WHERE revoked ORDER BY id = ? DESC, made DESC LIMIT -1 OFFSET ?)",
        (id_, MOST_REVOKED),
    )


def _kept(found: tuple[Any, ...]) -> Kept:
    # What a newer release lets tokens do, this one does not know.
    scopes = frozenset(Permission(scope) for scope in found[3].split() if scope in _KNOWN)
    return Kept(found[0], found[1], found[2], scopes, found[4], found[5], found[6], bool(found[7]), found[8])
