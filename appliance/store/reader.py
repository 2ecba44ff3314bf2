"""Reading the log while the hub writes it: a connection that can change nothing, and never holds the writer up."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import msgspec

from appliance.store.database import StorageFault, explain
from appliance.store.event_log import GENESIS, Row, hash_of

CHUNK: Final = 5_000
"""Records read at a time: between two chunks no lock is held, so the hub's write-ahead log can be folded away."""
LAST: Final = 1 << 62
DEFAULT_ZONE: Final = "Asia/Jakarta"
_CHUNK: Final = """SELECT seq, at, day, type, version, actor, request_id, part, body, hash FROM event
    WHERE seq BETWEEN ? AND ? ORDER BY seq LIMIT ?"""
# The condition of the index stands here letter by letter, else SQLite would look through the whole log.
_NEWEST_DEFINITION: Final = """SELECT json_extract(body, '$.definition.zone')
    FROM event INDEXED BY event_milestone
    WHERE type IN ('OfficeDefined', 'DayOpened') AND type = 'OfficeDefined' ORDER BY seq DESC LIMIT 1"""
_OPENING: Final = """SELECT seq FROM event INDEXED BY event_milestone
    WHERE type IN ('OfficeDefined', 'DayOpened') AND type = 'DayOpened' AND day = ? LIMIT 1"""
_NEXT_OPENING: Final = """SELECT seq FROM event INDEXED BY event_milestone
    WHERE type IN ('OfficeDefined', 'DayOpened') AND type = 'DayOpened' AND seq > ? ORDER BY seq LIMIT 1"""


class Proof(msgspec.Struct, frozen=True):
    """What proving the chain came to: how many records hold, the last one's hash, and the first bad one, if any."""

    records: int
    last_hash: str
    bad: int | None = None
    problem: str = ""


class LogReader:
    """The log of one file, to read.

    Args:
        file: the hub's database; the hub may be running.

    Raises:
        StorageFault: if there is no such file, or it is no database of Giliran's; also from every method.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        if not file.is_file():
            raise StorageFault(f"{file}: no such file; name the hub's database with --database")
        try:
            self._connection = sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)
            self._connection.execute("PRAGMA query_only = ON")
            self._connection.execute("PRAGMA busy_timeout = 5000")
        except sqlite3.Error as error:
            raise StorageFault(explain(file, error)) from error

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def prove(self) -> Proof:
        """Prove the chain from the first record to the last that there is."""
        previous, proven = GENESIS, 0
        for row in self._chunks(1, LAST):
            if row[0] != proven + 1:
                problem = f"record {proven + 1} is missing; the next one is {row[0]}"
                return Proof(proven, previous.hex(), proven + 1, problem)
            right = _hash_of(row, previous)
            if right != row[9]:
                problem = f"record {row[0]} ({row[3]} of {row[2] or 'no day'}) is not what was written"
                return Proof(proven, previous.hex(), row[0], problem)
            previous, proven = row[9], row[0]
        announced = self._one("SELECT max(seq) FROM cursor") or 0
        if announced > proven:
            problem = f"record {proven + 1} is missing: the log ends before it, but calls up to {announced} were sent"
            return Proof(proven, previous.hex(), proven + 1, problem)
        return Proof(proven, previous.hex())

    def records(self, day: str = "", number: str = "") -> Iterator[Row]:
        """Yield the records in order, only those of one business day (YYYY-MM-DD) or one ticket number if asked."""
        first, last = self._bounds(day) if day else (1, LAST)
        for row in self._chunks(first, last):
            if not number or msgspec.json.decode(row[8]).get("number") == number:
                yield row

    def zone(self) -> str:
        """Return the office's time zone (IANA name), from the latest definition of the office."""
        newest = self._one(_NEWEST_DEFINITION)
        return str(newest) if newest else DEFAULT_ZONE

    def _bounds(self, day: str) -> tuple[int, int]:
        begin = self._one(_OPENING, day)
        if begin is None:
            return 1, 0
        end = self._one(_NEXT_OPENING, begin)
        return int(begin), int(end) - 1 if end else LAST

    def _chunks(self, first: int, last: int) -> Iterator[Row]:
        while rows := self._all(_CHUNK, first, last, CHUNK):
            yield from rows
            first = rows[-1][0] + 1

    def _one(self, query: str, *values: Any) -> Any:
        rows = self._all(query, *values)
        return rows[0][0] if rows else None

    def _all(self, query: str, *values: Any) -> list[Any]:
        try:
            return self._connection.execute(query, values).fetchall()
        except sqlite3.Error as error:
            raise StorageFault(explain(self._file, error)) from error


def _hash_of(row: Row, previous: bytes) -> bytes | None:
    try:
        return hash_of(row, previous)
    except (AttributeError, TypeError, ValueError):
        return None  # a field is not even of its kind
