"""What was done in a visit, and a row for whoever was served without a number.

Nothing before this has noted either, so no row has to be made anew.
"""

from __future__ import annotations

from typing import Any, Final

STATEMENTS: Final = (
    "ALTER TABLE visit ADD COLUMN outcomes TEXT NOT NULL DEFAULT ''",
    """CREATE TABLE quick_serve (
        day TEXT NOT NULL, seq INTEGER NOT NULL, at INTEGER NOT NULL, service TEXT NOT NULL, counter TEXT NOT NULL,
        officer TEXT NOT NULL, PRIMARY KEY (day, seq)) WITHOUT ROWID""",
)


def up(migrator: Any, db: Any) -> None:  # noqa: ARG001  # peewee's runner passes both
    """Change the tables."""
    for statement in STATEMENTS:
        db.execute_sql(statement)
