"""One row for each questionnaire."""

from __future__ import annotations

from typing import Any, Final

STATEMENTS: Final = (
    """CREATE TABLE answer (
        id INTEGER PRIMARY KEY, request TEXT UNIQUE, day TEXT NOT NULL, hour INTEGER, service TEXT NOT NULL,
        source TEXT NOT NULL, requirements INTEGER, procedure INTEGER, time INTEGER, fee INTEGER, product INTEGER,
        competence INTEGER, conduct INTEGER, complaints INTEGER, facilities INTEGER, overall INTEGER,
        sex TEXT NOT NULL, age TEXT NOT NULL, schooling TEXT NOT NULL, occupation TEXT NOT NULL,
        comment TEXT NOT NULL)""",
    "CREATE INDEX answer_day ON answer (day)",
)


def up(migrator: Any, db: Any) -> None:  # noqa: ARG001  # peewee's runner passes both
    """Make the table."""
    for statement in STATEMENTS:
        db.execute_sql(statement)
