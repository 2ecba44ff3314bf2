"""What an office records of its six steps, the old way's register, answers to questions, and decisions."""

from __future__ import annotations

from typing import Any, Final

STATEMENTS: Final = (
    """CREATE TABLE note (
        step TEXT NOT NULL, field TEXT NOT NULL, value TEXT NOT NULL, by TEXT NOT NULL, at INTEGER NOT NULL,
        PRIMARY KEY (step, field)) WITHOUT ROWID""",
    """CREATE TABLE line (
        seq INTEGER PRIMARY KEY, request TEXT UNIQUE, day TEXT NOT NULL, number TEXT NOT NULL, arrived INTEGER,
        called INTEGER, started INTEGER, served INTEGER, gone INTEGER NOT NULL, by TEXT NOT NULL,
        at INTEGER NOT NULL)""",
    "CREATE INDEX line_day ON line (day, seq)",
    """CREATE TABLE answer (
        seq INTEGER PRIMARY KEY, request TEXT UNIQUE, phase TEXT NOT NULL, speed INTEGER NOT NULL,
        sequence INTEGER NOT NULL, ease INTEGER NOT NULL, satisfaction INTEGER NOT NULL, at INTEGER NOT NULL)""",
    """CREATE TABLE decision (
        seq INTEGER PRIMARY KEY, request TEXT UNIQUE, decided TEXT NOT NULL, why TEXT NOT NULL, by TEXT NOT NULL,
        at INTEGER NOT NULL, figures TEXT NOT NULL)""",
)


def up(migrator: Any, db: Any) -> None:  # noqa: ARG001  # peewee's runner passes both
    """Make the tables."""
    for statement in STATEMENTS:
        db.execute_sql(statement)
