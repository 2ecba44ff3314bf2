"""Webhooks, what came of each delivery, keys of questions, and the running time they go by."""

from __future__ import annotations

from typing import Any, Final

STATEMENTS: Final = (
    """CREATE TABLE hook (
        id TEXT PRIMARY KEY, label TEXT NOT NULL, address TEXT NOT NULL, kinds TEXT NOT NULL, secret TEXT NOT NULL,
        active INTEGER NOT NULL, made_by TEXT NOT NULL, cursor INTEGER NOT NULL) WITHOUT ROWID""",
    """CREATE TABLE delivery (
        hook TEXT NOT NULL REFERENCES hook (id) ON DELETE CASCADE, seq INTEGER NOT NULL, kind TEXT NOT NULL,
        subject TEXT NOT NULL, state TEXT NOT NULL, tries INTEGER NOT NULL, begun INTEGER NOT NULL,
        due INTEGER NOT NULL, at INTEGER, status INTEGER, reason TEXT NOT NULL,
        PRIMARY KEY (hook, seq)) WITHOUT ROWID""",
    "CREATE INDEX delivery_lane ON delivery (hook, state, subject, seq)",
    # In the order in which they came, so that the oldest are forgotten.
    "CREATE TABLE question (number INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, what BLOB NOT NULL)",
    "CREATE TABLE running (ms INTEGER NOT NULL)",
    "INSERT INTO running VALUES (0)",
)


def up(migrator: Any, db: Any) -> None:  # noqa: ARG001  # peewee's runner passes both
    """Make the tables."""
    for statement in STATEMENTS:
        db.execute_sql(statement)
