"""What the new way did on the days of a parallel running: the hub's rows, one line a citizen, read beside the hub."""

from __future__ import annotations

import contextlib
import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from appliance.store.database import StorageFault, fault
from appliance.store.trial.kept import Line

MOST: Final = 50_000
LEFT: Final = ("no_show", "cancelled", "expired", "parked")
"""States of which it is known that the citizen went unserved."""
# A contingency sheet knows no walk: its row of a visit begins service with the call. Nor does whoever presses one key
# for "came" and "done", so that both are one instant: then all of it was service.
# Whoever was being served when the day closed was ended by it: nobody said when they went.
# The visits' key does not have the number, so the first ones of the days are found once, and then joined.
_QUERY: Final = """WITH first AS MATERIALIZED (SELECT day, number, min(seq) AS seq FROM visit
    WHERE day BETWEEN :first AND :last GROUP BY day, number),
    closed AS MATERIALIZED (SELECT day, (SELECT at FROM event WHERE event.seq > latest.seq AND type = 'DayClosed'
        ORDER BY event.seq LIMIT 1) AS at FROM (SELECT day, max(seq) AS seq FROM first GROUP BY day) AS latest)
    SELECT ticket.day, ticket.number, ticket.arrived_at, visit.called_at,
        CASE WHEN ticket.channel <> 'paper' AND visit.started_at IS NOT visit.ended_at THEN visit.started_at END,
        CASE WHEN visit.ending IN ('served', 'transferred') AND visit.ended_at IS NOT closed.at THEN visit.ended_at END,
        ticket.state
    FROM ticket LEFT JOIN first ON first.day = ticket.day AND first.number = ticket.number
        LEFT JOIN visit ON visit.day = first.day AND visit.seq = first.seq
        LEFT JOIN closed ON closed.day = ticket.day
    WHERE ticket.day BETWEEN :first AND :last AND ticket.state <> 'voided'
    ORDER BY ticket.day, ticket.seq LIMIT :most"""


class TooMany(Exception):
    """The days have more citizens than one comparison can take."""


def new_way(file: Path, first: str, last: str, zone: str) -> list[Line]:
    """Return a line for each citizen of the days from ``first`` to ``last``: their first stay at a counter.

    Args:
        file: the hub's database, which is only read.
        first: YYYY-MM-DD.
        last: likewise.
        zone: of the office's wall clock (IANA name).

    Raises:
        StorageFault: if it cannot be read.
        TooMany: than one comparison can take; of a part of them nothing true could be told.
    """
    if not file.is_file():
        raise StorageFault(f"{file}: no such file")
    try:
        place = f"{file.absolute().as_uri()}?mode=ro"
        with contextlib.closing(sqlite3.connect(place, uri=True, timeout=2)) as connection:
            rows = connection.execute(_QUERY, {"first": first, "last": last, "most": MOST + 1}).fetchall()
    except sqlite3.Error as error:
        raise fault(file, error) from error
    if len(rows) > MOST:
        raise TooMany(f"{first} to {last}: more than {MOST} citizens")
    local = ZoneInfo(zone)
    return [_line(row, local) for row in rows]


def _line(row: Any, zone: ZoneInfo) -> Line:
    day, number, *times, state = row
    midnight = int(datetime.fromisoformat(day).replace(tzinfo=zone).astimezone(UTC).timestamp())
    arrived, called, started, served = (None if at is None else at // 1000 - midnight for at in times)
    # Served, but not at the first call, or nobody said until when: of them as well it is known what became.
    known = state in LEFT or (state == "served" and served is None)
    return Line(day, number, arrived, called, started, served, known)
