"""Makes the rows of past days that an older release did not write: a piece at a time, while the office works.

A cursor beside the log tells up to which day they are made; a day that was cut off is made again. What is made is what
``projections`` would have written then.
"""

from __future__ import annotations

import sqlite3
from typing import Final, Self

from appliance.engine.events import DayOpened
from appliance.engine.visits import Changes, Visits
from appliance.store.database import Database, told
from appliance.store.event_log import EventLog, Record
from appliance.store.projections import officer, write_origins, write_visits

CURSOR: Final = "backfill"
PIECE: Final = 200
"""Records at a time: some milliseconds, so that no press waits for it."""


class Backfill:
    """What is left to be made.

    Args:
        database: open.
        log: of it.
        done: up to this record all rows are there.
    """

    def __init__(self, database: Database, log: EventLog, done: int) -> None:
        self._database = database
        self._log = log
        self._at = self._day_begins = done
        self._until = log.opened_at() - 1
        self._day = ""
        self._visits = Visits()

    @classmethod
    def of(cls, database: Database, log: EventLog) -> Self | None:
        """Return what is left to be made; None if all rows are there."""
        row = database.connection.execute("SELECT seq FROM cursor WHERE reader = ?", (CURSOR,)).fetchone()
        if row is None:
            return None
        return cls(database, log, row[0] if isinstance(row[0], int) else 0)

    @property
    def at(self) -> int:
        """Up to this record it has come."""
        return self._at

    @property
    def percent(self) -> int:
        """How much is made, in hundredths of the log."""
        return 100 if self._at >= self._until else 100 * self._at // self._until

    def step(self) -> bool:
        """Make one piece, durably; tell whether there is more.

        Raises:
            StorageFault: if the log cannot be read, or the disk refuses; the day is then made again from its beginning.
        """
        begun = self._day_begins
        try:
            with told(self._database.file):
                records = self._log.piece(self._at, self._until, PIECE)
            with self._database.transaction() as connection:
                self._make(connection, records)
                if not records:
                    connection.execute("DELETE FROM cursor WHERE reader = ?", (CURSOR,))
                elif self._day_begins != begun:
                    connection.execute("UPDATE cursor SET seq = ? WHERE reader = ?", (self._day_begins, CURSOR))
        except BaseException:
            self._at = self._day_begins = begun
            self._day, self._visits = "", Visits()
            raise
        self._at = records[-1].entry.seq if records else self._until
        return bool(records)

    def _make(self, connection: sqlite3.Connection, records: list[Record]) -> None:
        for day, part in self._by_day(records):
            changes = Changes()
            for record in part:
                self._visits.take(record.entry, officer(record.actor), changes)
            write_origins(connection, day, part)
            write_visits(connection, day, changes)

    def _by_day(self, records: list[Record]) -> list[tuple[str, list[Record]]]:
        parts: list[tuple[str, list[Record]]] = [(self._day, [])]
        for record in records:
            if isinstance(record.entry.event, DayOpened):
                self._day, self._day_begins = record.entry.event.date, record.entry.seq - 1
                parts.append((self._day, []))
            parts[-1][1].append(record)
        return parts
