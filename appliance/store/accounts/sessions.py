"""Where people are signed in: tokens that are kept as hashes, and end by themselves."""

from __future__ import annotations

import hashlib
import secrets
import sqlite3
from typing import Final

import msgspec

from appliance.people import Role
from appliance.store.accounts import people_table
from appliance.store.accounts.hashing import hash_of, new_token
from appliance.store.accounts.kept import WHOSE, Session
from appliance.store.accounts.people_table import Row
from appliance.units import HOUR, MINUTE

CONFIRMED_MS: Final = 5 * MINUTE
SEEN_EVERY_MS: Final = MINUTE
"""A session that is used is written down no more often than this."""
MOST_OF_ONE: Final = 20
"""Sessions of one person; the next one ends the one that was used longest ago."""


class Ends(msgspec.Struct, frozen=True):
    """After how many milliseconds without use a session ends, and after how many in any case."""

    idle_ms: int
    whole_ms: int


_AT_WORK: Final = Ends(4 * HOUR, 12 * HOUR)
_CAREFUL: Final = Ends(30 * MINUTE, 12 * HOUR)
ENDS: Final[dict[Role, Ends]] = {
    Role.ADMINISTRATOR: _CAREFUL,
    Role.HEAD: _CAREFUL,
    Role.TECHNICIAN: _CAREFUL,
    Role.OFFICER: _AT_WORK,
    Role.DESK: _AT_WORK,
    Role.VIEWER: _AT_WORK,
}
_SELECT: Final = "SELECT hash, id, person, address, begun, seen, confirmed FROM session"


class Kept(msgspec.Struct, frozen=True):
    """One session as kept, with its person."""

    hash: bytes
    id: str
    row: Row
    address: str
    begun: int
    seen: int
    confirmed: int | None

    def holds(self, now: int) -> bool:
        """Tell whether it has not ended at ``now``."""
        return self.stands(now) and now - self.seen < ENDS[self.row.role].idle_ms

    def stands(self, now: int) -> bool:
        """Tell whether nobody has ended it and its longest time has not passed, however long ago it was used."""
        return self.row.active and now - self.begun < ENDS[self.row.role].whole_ms

    def told(self, now: int, token: str = "") -> Session:
        """Return what others may know; with ``csrf`` for whoever presented the token."""
        confirmed = self.confirmed is not None and now - self.confirmed < CONFIRMED_MS
        return Session(self.id, self.row.person, csrf_of(token, self.row) if token else "", confirmed, self.address)


def csrf_of(token: str, row: Row) -> str:
    """Return what the pages of a session send along: a secret that follows from the token, and then whose it is."""
    whose = hashlib.sha256(f"whose {row.id}".encode()).hexdigest()[:WHOSE]
    return hashlib.sha256(b"csrf " + hash_of(token)).hexdigest() + whose


def begin(db: sqlite3.Connection, row: Row, address: str, now: int) -> tuple[str, Session]:
    """Sign ``row`` in; return the new session's token, which is kept nowhere, and the session."""
    for other in of(db, row)[MOST_OF_ONE - 1 :]:
        _end(db, other)
    token = new_token()
    kept = Kept(hash_of(token), secrets.token_hex(8), row, address, now, now, None)
    db.execute(
        "INSERT INTO session VALUES (?, ?, ?, ?, ?, ?, NULL)", (kept.hash, kept.id, row.id, kept.address, now, now)
    )
    _tidy(db, now)
    return token, kept.told(now, token)


def find(db: sqlite3.Connection, token: str, now: int) -> Kept | None:
    """Return the session that ``token`` opens, if it has not ended."""
    kept = _opened_by(db, token)
    return kept if kept is not None and kept.holds(now) else None


def stands(db: sqlite3.Connection, token: str, now: int) -> bool:
    """Tell whether the session that ``token`` opened has not been ended, and is not older than any may be."""
    kept = _opened_by(db, token)
    return kept is not None and kept.stands(now)


def of(db: sqlite3.Connection, row: Row) -> list[Kept]:
    """Return somebody's sessions, the one that was used last first; also those that have ended."""
    found = db.execute(f"{_SELECT} WHERE person = ? ORDER BY seen DESC, begun DESC", (row.id,)).fetchall()
    return [kept for one in found if (kept := _kept(db, one)) is not None]


def touch(db: sqlite3.Connection, kept: Kept, now: int) -> None:
    """Note that a session is used."""
    db.execute("UPDATE session SET seen = ? WHERE hash = ?", (now, kept.hash))


def confirm(db: sqlite3.Connection, kept: Kept, now: int) -> Kept:
    """Note that the person of a session has proved themselves anew."""
    db.execute("UPDATE session SET seen = ?, confirmed = ? WHERE hash = ?", (now, now, kept.hash))
    return msgspec.structs.replace(kept, seen=now, confirmed=now)


class Unwritten:
    """Sessions that were ended while the disk took nothing: they open nothing any more, and are written down later."""

    def __init__(self) -> None:
        self._hashes: set[bytes] = set()

    def __contains__(self, token: str) -> bool:
        """Tell whether a session has ended, though the file does not know of it."""
        return hash_of(token) in self._hashes

    def add(self, token: str) -> None:
        """Note the end of the session that ``token`` opens."""
        self._hashes.add(hash_of(token))

    def hide(self, kept: list[Kept]) -> list[Kept]:
        """Return those that have not ended."""
        return [one for one in kept if one.hash not in self._hashes]

    def write(self, db: sqlite3.Connection) -> None:
        """Write down what has ended; forget it (``clear``) when that is on the disk."""
        db.executemany("DELETE FROM session WHERE hash = ?", [(one,) for one in self._hashes])

    def clear(self) -> None:
        """Forget what has been written down."""
        self._hashes.clear()


def end_all(db: sqlite3.Connection, row: Row) -> None:
    """End all sessions of somebody."""
    db.execute("DELETE FROM session WHERE person = ?", (row.id,))


def _opened_by(db: sqlite3.Connection, token: str) -> Kept | None:
    found = db.execute(f"{_SELECT} WHERE hash = ?", (hash_of(token),)).fetchone()
    return None if found is None else _kept(db, found)


def _end(db: sqlite3.Connection, kept: Kept) -> None:
    db.execute("DELETE FROM session WHERE hash = ?", (kept.hash,))


def _tidy(db: sqlite3.Connection, now: int) -> None:
    """Remove what has long ended."""
    longest = max(ends.whole_ms for ends in ENDS.values())
    db.execute("DELETE FROM session WHERE begun < ?", (now - longest,))


def _kept(db: sqlite3.Connection, found: tuple[bytes, str, int, str, int, int, int | None]) -> Kept | None:
    row = people_table.with_id(db, found[2])
    return None if row is None else Kept(found[0], found[1], row, *found[3:])
