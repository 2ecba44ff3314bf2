"""Reading the log while the hub writes it: a connection that can change nothing, and never holds the writer up."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import msgspec

from appliance.engine.upcast import upcast
from appliance.store.database import Damaged, StorageFault, fault
from appliance.store.event_log import SELECT
from appliance.store.hash_chain import GENESIS, Row, wrong_with
from appliance.units import DEFAULT_ZONE

CHUNK: Final = 5_000
"""Records read at a time: between two chunks no lock is held, so the hub's write-ahead log can be folded away."""
LAST: Final = 1 << 62
_CHUNK: Final = f"{SELECT} WHERE seq BETWEEN ? AND ? ORDER BY seq LIMIT ?"
_ANNOUNCED: Final = "SELECT max(seq) FROM cursor WHERE typeof(seq) = 'integer'"
"""A cursor that is no number any more says nothing; the hub takes it for none as well."""
_NEWEST: Final = f"{SELECT} ORDER BY seq DESC LIMIT 1"
# The condition of the index stands here letter by letter, else SQLite would look through the whole log.
_NEWEST_DEFINITION: Final = """SELECT json_extract(body, '$.definition.zone')
    FROM event INDEXED BY event_milestone
    WHERE type IN ('OfficeDefined', 'DayOpened') AND type = 'OfficeDefined' ORDER BY seq DESC LIMIT 1"""
_DEFINITIONS: Final = f"""{SELECT} INDEXED BY event_milestone
    WHERE type IN ('OfficeDefined', 'DayOpened') AND type = 'OfficeDefined' AND seq <= ? ORDER BY seq DESC LIMIT ?"""
_OPENINGS: Final = """SELECT seq FROM event INDEXED BY event_milestone
    WHERE type IN ('OfficeDefined', 'DayOpened') AND type = 'DayOpened' AND day = ? ORDER BY seq"""
NEXT_OPENING: Final = """SELECT seq FROM event INDEXED BY event_milestone
    WHERE type IN ('OfficeDefined', 'DayOpened') AND type = 'DayOpened' AND seq > ? ORDER BY seq LIMIT 1"""


class Proof(msgspec.Struct, frozen=True):
    """What proving the chain came to: how many records hold, the last one's hash, and the first bad one, if any."""

    records: int
    last_hash: str
    bad: int | None = None
    problem: str = ""


class Defined(msgspec.Struct, frozen=True):
    """The office as somebody defined it.

    ``seq``: of the event, which names this version. ``at``: office time, ms since 1970. ``officer``: who did; empty for
    the configuration file. ``office`` has the keys of ``[office]`` in docs/rules.md.
    """

    seq: int
    at: int
    officer: str
    office: dict[str, Any]


class LogReader:
    """The log of one file, to read.

    Args:
        file: the hub's database; the hub may be running.
        threads: whether several threads use it, one at a time.

    Raises:
        StorageFault: if there is no such file, or it is no database of Giliran's; also from every method.
    """

    def __init__(self, file: Path, *, threads: bool = False) -> None:
        self._file = file
        if not file.is_file():
            raise StorageFault(f"{file}: no such file; name the hub's database with --database")
        try:
            place = f"{file.absolute().as_uri()}?mode=ro"
            self._connection = sqlite3.connect(place, uri=True, isolation_level=None, check_same_thread=not threads)
            self._connection.execute("PRAGMA query_only = ON")
            self._connection.execute("PRAGMA busy_timeout = 5000")
        except sqlite3.Error as error:
            raise fault(file, error) from error

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def prove(self, tell: Callable[[int], None] = lambda _: None) -> Proof:
        """Prove the chain from the first record to the last that there is.

        Args:
            tell: is told now and then how many records are proven.
        """
        previous, proven = GENESIS, 0
        try:
            # Asked first: beside a hub that works, the cursor would run ahead of what was read before.
            announced = self.announced()
            for row in self._chunks(1, LAST):
                if problem := wrong_with(row, proven + 1, previous):
                    return Proof(proven, previous.hex(), proven + 1, problem)
                previous, proven = row[9], row[0]
                if not proven % CHUNK:
                    tell(proven)
        except Damaged as error:
            problem = f"record {proven + 1} cannot be read ({error.reason})"
            return Proof(proven, previous.hex(), proven + 1, problem)
        if announced > proven:
            problem = f"record {proven + 1} is missing: the log ends before it, but calls up to {announced} were sent"
            return Proof(proven, previous.hex(), proven + 1, problem)
        return Proof(proven, previous.hex())

    def records(self, day: str = "", number: str = "") -> Iterator[Row]:
        """Yield the records in order, only those of one business day (YYYY-MM-DD) or one ticket number if asked."""
        for first, last in self._spans(day) if day else [(1, LAST)]:
            for row in self._chunks(first, last):
                if not number or _concerns(row, number):
                    yield row

    def after(self, seq: int, last_hash: bytes) -> Iterator[Row]:
        """Yield the records behind ``seq``, whose hash is ``last_hash``, as far as they can be read and proven."""
        with contextlib.suppress(StorageFault):
            for row in self._chunks(seq + 1, LAST):
                if wrong_with(row, seq + 1, last_hash):
                    return
                yield row
                seq, last_hash = row[0], row[9]

    def between(self, first: int, last: int) -> Iterator[Row]:
        """Yield the records from ``first`` to ``last`` in order, unproven."""
        return self._chunks(first, last)

    def last(self) -> Row | None:
        """Return the last record, unproven, or None if there is none."""
        rows = self._all(_NEWEST)
        return rows[0] if rows else None

    def record(self, seq: int) -> Row | None:
        """Return one record, unproven, or None if it is not there."""
        rows = self._all(_CHUNK, seq, seq, 1)
        return rows[0] if rows else None

    def definitions(self, most: int, up_to: int = LAST) -> list[Defined]:
        """Return how the office was defined, the newest first, unproven: at most so many, none after ``up_to``.

        Raises:
            Damaged: if one of them cannot be read.
        """
        return [_defined(self._file, row) for row in self._all(_DEFINITIONS, up_to, most)]

    def announced(self) -> int:
        """Return the number of the last record up to which all calls are known to be sent; 0 if that is not known."""
        return int(self._one(_ANNOUNCED) or 0)

    def damage(self) -> str:
        """Return the first thing that SQLite finds wrong with the file's own structure; an empty text if nothing is.

        Reads every page of the file in one piece. Meanwhile the hub's write-ahead log grows and is not folded away.
        """
        try:
            found = " ".join(str(self._one("PRAGMA quick_check(1)")).split())
        except Damaged as error:
            return error.reason
        return "" if found == "ok" else found

    def zone(self) -> str:
        """Return the office's time zone (IANA name), from the latest definition of the office."""
        newest = self._one(_NEWEST_DEFINITION)
        return str(newest) if newest else DEFAULT_ZONE

    def _spans(self, day: str) -> Iterator[tuple[int, int]]:
        """Yield the first and last record of each opening of ``day``: one that a mistyped time opened comes again."""
        for (begin,) in self._all(_OPENINGS, day):
            end = self._one(NEXT_OPENING, begin)
            yield int(begin), int(end) - 1 if end else LAST

    def _chunks(self, first: int, last: int) -> Iterator[Row]:
        size = CHUNK
        while True:
            try:
                rows = self._all(_CHUNK, first, last, size)
            except Damaged:
                if size == 1:
                    raise
                size = 1  # one by one up to the record that cannot be read
                continue
            if not rows:
                return
            yield from rows
            first = rows[-1][0] + 1

    def _one(self, query: str, *values: Any) -> Any:
        rows = self._all(query, *values)
        return rows[0][0] if rows else None

    def _all(self, query: str, *values: Any) -> list[Any]:
        try:
            return self._connection.execute(query, values).fetchall()
        except sqlite3.Error as error:
            raise fault(self._file, error) from error


def _defined(file: Path, row: Row) -> Defined:
    try:
        fields = upcast(row[3], row[4], msgspec.json.decode(row[8]))
        return Defined(row[0], row[1], str(fields.get("officer", "")), dict(fields["definition"]))
    except (msgspec.MsgspecError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise Damaged(file, f"record {row[0]} cannot be read ({error})") from error


def _concerns(row: Row, number: str) -> bool:
    """Tell whether a record is about a ticket. One press may finish somebody and call the next, and be taken back."""
    try:
        body = msgspec.json.decode(row[8])
        return number in (body.get("number"), body.get("finished"))
    except (msgspec.MsgspecError, ValueError, TypeError, AttributeError):
        return True  # altered so that nobody can tell
