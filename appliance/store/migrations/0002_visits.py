"""A row for every visit at a counter; and in a ticket's row who gave it, on what way, and what the citizen was told.

The tables change at once; the rows of years that are there already are made later, in pieces (``store/backfill.py``).
"""

from __future__ import annotations

from typing import Any, Final

STATEMENTS: Final = (
    """CREATE TABLE visit (
        day TEXT NOT NULL, seq INTEGER NOT NULL, number TEXT NOT NULL, service TEXT NOT NULL, counter TEXT NOT NULL,
        officer TEXT NOT NULL, reason TEXT NOT NULL, waited_ms INTEGER NOT NULL, called_at INTEGER NOT NULL,
        calls INTEGER NOT NULL, started_at INTEGER, ended_at INTEGER, ending TEXT NOT NULL,
        PRIMARY KEY (day, seq)) WITHOUT ROWID""",
    "ALTER TABLE ticket ADD COLUMN channel TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE ticket ADD COLUMN node TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE ticket ADD COLUMN told_ahead INTEGER",
    "ALTER TABLE ticket ADD COLUMN told_low INTEGER",
    "ALTER TABLE ticket ADD COLUMN told_high INTEGER",
    # What stands in the log before this has no such rows yet.
    "INSERT INTO cursor SELECT 'backfill', 0 WHERE EXISTS (SELECT 1 FROM event)",
)


def up(migrator: Any, db: Any) -> None:  # noqa: ARG001  # peewee's runner passes both
    """Change the tables."""
    for statement in STATEMENTS:
        db.execute_sql(statement)
