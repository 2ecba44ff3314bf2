"""The rows of people: who there is, and what must hold for all of them."""

from __future__ import annotations

import sqlite3
import unicodedata
from typing import Any, Final

import msgspec

from appliance.people import HOUSE, LONGEST_NAME, Role, is_name, same_for
from appliance.store.accounts.hashing import is_pin
from appliance.store.accounts.kept import NotAccepted, Person

FIRST_NUMBER: Final = 10
LAST_NUMBER: Final = 9_999
_SELECT: Final = "SELECT id, name, number, role, active, password, pin FROM person"


class Row(msgspec.Struct, frozen=True):
    """One person as kept; ``password`` and ``pin`` are hashed."""

    id: int
    name: str
    number: str
    role: Role
    active: bool
    password: str | None
    pin: str | None

    @property
    def person(self) -> Person:
        """What others may know."""
        return Person(self.name, self.role, self.active, bool(self.password), bool(self.pin), self.number)

    def kept_for(self, secret: str) -> str | None:
        """Return the hash to compare ``secret`` with: it is a PIN or a password by its shape alone."""
        return self.pin if is_pin(secret) else self.password


def everybody(db: sqlite3.Connection) -> list[Row]:
    """Return all, by name."""
    return [_row(row) for row in db.execute(f"{_SELECT} ORDER BY same")]


def called(db: sqlite3.Connection, name: str) -> Row | None:
    """Return who is called ``name``, if anybody."""
    if not is_name(name):
        return None
    return _only(db.execute(f"{_SELECT} WHERE same = ?", (same_for(name[: 2 * LONGEST_NAME]),)))


def numbered(db: sqlite3.Connection, number: str) -> Row | None:
    """Return who has ``number``, if anybody."""
    return _only(db.execute(f"{_SELECT} WHERE number = ?", (number,)))


def with_id(db: sqlite3.Connection, id_: int) -> Row | None:
    """Return the person of a session."""
    return _only(db.execute(f"{_SELECT} WHERE id = ?", (id_,)))


def has_administrator(db: sqlite3.Connection) -> bool:
    """Tell whether somebody can sign in who runs the system."""
    rows = db.execute(
        "SELECT 1 FROM person WHERE role = ? AND active AND (password IS NOT NULL OR pin IS NOT NULL) LIMIT 1",
        (Role.ADMINISTRATOR.value,),
    )
    return rows.fetchone() is not None


def insert(db: sqlite3.Connection, name: str, role: Role, password: str | None, pin: str | None) -> Row:
    """Write down somebody new, under the next free number.

    Raises:
        NotAccepted: if the name is no name, or somebody's.
    """
    name = checked(name)
    if called(db, name) or same_for(name) == HOUSE:
        raise NotAccepted("name", "taken")
    # Nobody is ever removed, so a number that stands in the log means one person for good.
    number = (db.execute("SELECT max(CAST(number AS INTEGER)) FROM person").fetchone()[0] or FIRST_NUMBER - 1) + 1
    if number > LAST_NUMBER:
        raise NotAccepted("name", "too_many")
    db.execute(
        "INSERT INTO person (same, name, number, role, active, password, pin) VALUES (?, ?, ?, ?, 1, ?, ?)",
        (same_for(name), name, str(number), role.value, password, pin),
    )
    return known(db, name)


def update(db: sqlite3.Connection, row: Row) -> Row:
    """Write down what is new about somebody.

    Raises:
        NotAccepted: if nobody were left who runs the system.
    """
    before = has_administrator(db)
    db.execute(
        "UPDATE person SET role = ?, active = ?, password = ?, pin = ? WHERE id = ?",
        (row.role.value, row.active, row.password, row.pin, row.id),
    )
    if before and not has_administrator(db):
        raise NotAccepted("role", "last_administrator")
    return row


def checked(name: str) -> str:
    """Return ``name`` as it is kept.

    Raises:
        NotAccepted: if it is none.
    """
    name = unicodedata.normalize("NFC", name)
    if not is_name(name) or len(name) > LONGEST_NAME:
        raise NotAccepted("name", "shape")
    return name


def known(db: sqlite3.Connection, name: str) -> Row:
    """Return who is called ``name``.

    Raises:
        NotAccepted: if nobody is.
    """
    row = called(db, name)
    if row is None:
        raise NotAccepted("name", "unknown")
    return row


def _only(rows: sqlite3.Cursor) -> Row | None:
    row = rows.fetchone()
    return None if row is None else _row(row)


def _row(row: tuple[Any, ...]) -> Row:
    return Row(row[0], row[1], row[2], Role(row[3]), bool(row[4]), row[5], row[6])
