"""The hash-chained event log (``hash_chain``): audit, outbox and replay in one table."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from typing import Any, Final

import msgspec

from appliance.engine.events import VERSION, Entry, Event
from appliance.engine.upcast import upcast
from appliance.store.database import Database, StorageFault
from appliance.store.hash_chain import GENESIS, chained, wrong_with

_decoder: msgspec.json.Decoder[Event] = msgspec.json.Decoder(Event)
_fields: msgspec.json.Decoder[dict[str, Any]] = msgspec.json.Decoder(dict[str, Any])
INSERT: Final = "INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
SELECT: Final = "SELECT seq, at, day, type, version, actor, request_id, part, body, hash FROM event"
"""The fields of a ``Row``, in its order."""
# SQLite takes the partial index only where the query repeats the index's own condition; without it, it would walk back
# through years of records at each start. INDEXED BY turns an index that does not serve into an error.
_LATEST: Final = """SELECT max(seq) FROM event INDEXED BY event_milestone
    WHERE type IN ('OfficeDefined', 'DayOpened') AND type = ? AND seq < ?"""


class Record(msgspec.Struct, frozen=True):
    """An entry, and who caused it: a node, and behind a space an officer's name."""

    entry: Entry
    actor: str


class Source(msgspec.Struct, frozen=True):
    """An entry with who asked for it, and the request's id (empty for the hub's own doing)."""

    entry: Entry
    actor: str
    request_id: str


class BrokenChain(StorageFault):
    """A record of the log is not what was written. The sentence names the first bad one."""


class EventLog:
    """Appends to the log and reads it.

    Args:
        database: already migrated.
    """

    def __init__(self, database: Database) -> None:
        self._connection = database.connection
        self.seq, self.hash = self._last()

    def append(self, entries: list[Entry], day: str, actor: str, request_id: str | None) -> None:
        """Add entries inside the caller's transaction. ``request_id``: 32 hex digits, or None for the hub's own.

        Raises:
            sqlite3.IntegrityError: if this request is in the log already.
        """
        rows = chained(self.hash, entries, day, actor, request_id)
        if rows:
            self.seq, self.hash = rows[-1][0], rows[-1][9]
            self._connection.executemany(INSERT, rows)

    def forget_uncommitted(self) -> None:
        """Go back to the last record that is on the disk, after a rollback."""
        self.seq, self.hash = self._last()

    def of_request(self, request_id: str) -> list[tuple[str, Entry]]:
        """Return what a request caused, each with its business day; empty if it is not in the log."""
        rows = self._connection.execute(SELECT + " WHERE request_id = ? ORDER BY part", (bytes.fromhex(request_id),))
        return [(row[2], _entry(row)) for row in rows]

    def source_of(self, seq: int) -> Source | None:
        """Return one record with whoever asked for it and under which id; None if there is none of this number."""
        row = self._rows("seq = ?", seq).fetchone()
        return Source(_entry(row), row[5], bytes(row[6]).hex() if row[6] else "") if row else None

    def since(self, seq: int, types: Iterable[str] = ()) -> Iterator[Entry]:
        """Yield entries after ``seq`` in order, only of ``types`` if any are given."""
        for row in self._rows("seq > ? ORDER BY seq", seq):
            if not types or row[3] in types:
                yield _entry(row)

    def current_day(self) -> Iterator[Record]:
        """Yield what rebuilds the present state: the office's definition, and all since the day opened.

        Raises:
            BrokenChain: if any of today's records was altered.
        """
        opened = self._latest("DayOpened")
        defined = self._latest("OfficeDefined", before=opened or None)
        if defined:
            yield from (record_of(row) for row in self._rows("seq = ?", defined))
        yield from self.verified(opened or defined + 1)

    def verified(self, first: int = 1) -> Iterator[Record]:
        """Yield records from ``first`` on, proving the chain link by link.

        Raises:
            BrokenChain: naming the first record that does not follow from the one before.
        """
        before = self._rows("seq = ?", first - 1).fetchone()
        previous, expected_seq = (before[9] if before else GENESIS), first
        for row in self._rows("seq >= ? ORDER BY seq", first):
            if wrong_with(row, expected_seq, previous):
                raise BrokenChain(f"event {expected_seq} of the log was altered or is missing; restore a backup")
            previous = row[9]
            expected_seq += 1
            yield record_of(row)

    def piece(self, after: int, up_to: int, most: int) -> list[Record]:
        """Return at most so many records after ``after``, none behind ``up_to``."""
        return [record_of(row) for row in self._rows("seq > ? AND seq <= ? ORDER BY seq LIMIT ?", after, up_to, most)]

    def opened_at(self) -> int:
        """Return the number of the record that opened the current business day, 0 if there is none."""
        return self._latest("DayOpened")

    def _rows(self, where: str, *values: int) -> sqlite3.Cursor:
        return self._connection.execute(f"{SELECT} WHERE {where}", values)

    def _latest(self, kind: str, before: int | None = None) -> int:
        limit = before if before is not None else 1 << 62
        found = self._connection.execute(_LATEST, (kind, limit)).fetchone()[0]
        return int(found or 0)

    def _last(self) -> tuple[int, bytes]:
        row = self._connection.execute("SELECT seq, hash FROM event ORDER BY seq DESC LIMIT 1").fetchone()
        if row is None:
            return 0, GENESIS
        if not isinstance(row[1], bytes):
            raise BrokenChain(f"event {row[0]} of the log was altered; restore a backup")
        return row[0], row[1]


def event_of(kind: str, version: int, body: str) -> Event:
    """Return an event as it is understood today, whatever version it was written with. Raises ``MsgspecError``."""
    if version == VERSION:
        event: Event = _decoder.decode(body)
        return event
    older: Event = msgspec.convert(upcast(kind, version, _fields.decode(body)), Event)
    return older


def record_of(row: Any) -> Record:
    """Return a row as a record, unproven. Raises ``BrokenChain`` if it cannot be read."""
    return Record(_entry(row), row[5])


def _entry(row: Any) -> Entry:
    try:
        return Entry(row[0], row[1], event_of(row[3], row[4], row[8]))
    except (msgspec.MsgspecError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BrokenChain(f"event {row[0]} of the log cannot be read ({error}); restore a backup") from error
