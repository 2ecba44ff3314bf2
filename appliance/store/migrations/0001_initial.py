"""Event log, tickets, cursors."""

from __future__ import annotations

from typing import Any, Final

STATEMENTS: Final = (
    """CREATE TABLE event (
        seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, day TEXT NOT NULL, type TEXT NOT NULL,
        version INTEGER NOT NULL, actor TEXT NOT NULL, request_id BLOB, part INTEGER NOT NULL,
        body TEXT NOT NULL, hash BLOB NOT NULL)""",
    "CREATE UNIQUE INDEX event_request_id_part ON event (request_id, part) WHERE request_id IS NOT NULL",
    "CREATE INDEX event_milestone ON event (type, seq) WHERE type IN ('OfficeDefined', 'DayOpened')",
    """CREATE TABLE ticket (
        day TEXT NOT NULL, number TEXT NOT NULL, service TEXT NOT NULL, priority INTEGER NOT NULL,
        state TEXT NOT NULL, arrived_at INTEGER NOT NULL, seq INTEGER NOT NULL, counter TEXT,
        called_at INTEGER, started_at INTEGER, ended_at INTEGER, calls INTEGER NOT NULL,
        PRIMARY KEY (day, number)) WITHOUT ROWID""",
    "CREATE TABLE cursor (reader TEXT PRIMARY KEY, seq INTEGER NOT NULL)",
)


def up(migrator: Any, db: Any) -> None:  # noqa: ARG001  # peewee's runner passes both
    """Make the tables."""
    for statement in STATEMENTS:
        db.execute_sql(statement)
