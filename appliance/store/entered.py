"""Which contingency sheets of a day have been entered: read beside the running hub, which alone writes."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path
from typing import Final

import msgspec

from appliance.store.database import StorageFault, fault
from appliance.store.projections import ON_PAPER

MOST: Final = 2_000


class Entered(msgspec.Struct, frozen=True):
    """One sheet. Instants are milliseconds since 1970; None for what never came."""

    number: str
    service: str
    priority: bool
    arrived_at: int
    called_at: int | None
    served_at: int | None


def entered(file: Path, day: str) -> list[Entered]:
    """Return the sheets of a business day, the one that was entered last first.

    Args:
        file: the hub's database.
        day: YYYY-MM-DD.

    Raises:
        StorageFault: if it cannot be read.
    """
    if not file.is_file():
        raise StorageFault(f"{file}: no such file")
    try:
        place = f"{file.absolute().as_uri()}?mode=ro"
        with contextlib.closing(sqlite3.connect(place, uri=True, timeout=2)) as connection:
            connection.execute("PRAGMA query_only = ON")
            rows = connection.execute(
                "SELECT number, service, priority, arrived_at, called_at, ended_at FROM ticket"
                " WHERE day = ? AND channel = ? ORDER BY seq DESC LIMIT ?",
                (day, ON_PAPER, MOST),
            ).fetchall()
    except sqlite3.Error as error:
        raise fault(file, error) from error
    return [Entered(row[0], row[1], bool(row[2]), row[3], row[4], row[5]) for row in rows]
