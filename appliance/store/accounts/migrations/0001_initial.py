"""People, their sessions, tokens of other systems, wrong tries, the first code, and the running time they go by."""

from __future__ import annotations

from typing import Any, Final

STATEMENTS: Final = (
    """CREATE TABLE person (
        id INTEGER PRIMARY KEY, same TEXT NOT NULL UNIQUE, name TEXT NOT NULL, number TEXT NOT NULL UNIQUE,
        role TEXT NOT NULL, active INTEGER NOT NULL, password TEXT, pin TEXT)""",
    """CREATE TABLE session (
        hash BLOB PRIMARY KEY, id TEXT NOT NULL UNIQUE, person INTEGER NOT NULL REFERENCES person (id),
        address TEXT NOT NULL, begun INTEGER NOT NULL, seen INTEGER NOT NULL, confirmed INTEGER) WITHOUT ROWID""",
    "CREATE INDEX session_person ON session (person)",
    """CREATE TABLE token (
        hash BLOB PRIMARY KEY, id TEXT NOT NULL UNIQUE, label TEXT NOT NULL, scopes TEXT NOT NULL,
        made_by TEXT NOT NULL, made INTEGER NOT NULL, ends INTEGER, revoked INTEGER NOT NULL,
        used INTEGER) WITHOUT ROWID""",
    """CREATE TABLE try (
        who BLOB PRIMARY KEY, wrong INTEGER NOT NULL, last INTEGER NOT NULL,
        shut_until INTEGER NOT NULL) WITHOUT ROWID""",
    "CREATE TABLE first_code (hash BLOB NOT NULL, ends INTEGER NOT NULL, left INTEGER NOT NULL)",
    "CREATE TABLE running (ms INTEGER NOT NULL)",
    "INSERT INTO running VALUES (0)",
)


def up(migrator: Any, db: Any) -> None:  # noqa: ARG001  # peewee's runner passes both
    """Make the tables."""
    for statement in STATEMENTS:
        db.execute_sql(statement)
