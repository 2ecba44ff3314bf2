"""The hub's view of its memory: load the day, commit a batch, find an old answer, remember what was sent."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Final

import msgspec

from appliance.engine.events import Entry
from appliance.engine.evolve import evolve
from appliance.engine.kinds import KINDS
from appliance.engine.model import Day
from appliance.engine.numbering import PAPER, paper_parts
from appliance.store.backfill import Backfill
from appliance.store.database import Database, StorageFault, told
from appliance.store.event_log import EventLog, Record, Source
from appliance.store.projections import Projection, write_origins

log = logging.getLogger(__name__)

RELAY: Final = "relay"
TO_ANNOUNCE: Final = tuple(kind.__name__ for kind, meaning in KINDS.items() if meaning.announced)


class Happened(msgspec.Struct, frozen=True):
    """What one command caused: its entries, who asked, and the request's id (None for the hub's own doing)."""

    entries: list[Entry]
    actor: str
    request_id: str | None


class Store:
    """One SQLite file, one writer.

    Args:
        file: the database.

    Raises:
        StorageFault: if it cannot be opened; ``BrokenChain`` from ``load_day`` if today's log was altered.
    """

    def __init__(self, file: Path) -> None:
        self._database = Database(file)
        with told(file):
            self.log = EventLog(self._database)
        self.projection = Projection()
        self.backfill: Backfill | None = None
        """Makes rows of past days that are still missing; None if none are, or before ``begin_backfill``."""

    def load_day(self) -> Day:
        """Rebuild the present state from the log. Raises ``BrokenChain``, or ``StorageFault`` if it cannot be read."""
        day, self.projection = Day(), Projection()
        with told(self._database.file):
            for record in self.log.current_day():
                evolve(day, record.entry)
                self.projection.follow(record)
        day.seq = self.log.seq
        return day

    def begin_backfill(self) -> None:
        """Find out whether rows of past days are missing; those of the current day are made at once.

        Raises:
            StorageFault: if the disk refuses; call it again later.
        """
        with told(self._database.file):
            backfill = Backfill.of(self._database, self.log)
        if backfill is not None:
            with self._database.transaction() as connection:
                self.projection.write_today(connection)
                write_origins(connection, self.projection.date, self.log.current_day())
        self.backfill = backfill

    def commit(self, batch: list[Happened], day: Day, sent_up_to: int | None = None) -> None:
        """Write what several commands caused in one durable transaction.

        Args:
            batch: in the order in which they happened; ``day`` has evolved through all of them.
            day: the state after the batch.
            sent_up_to: the relay's cursor, saved along if given.

        Raises:
            StorageFault: nothing was kept; call ``load_day`` for the state on the disk.
        """
        try:
            with self._database.transaction() as connection:
                for happened in batch:
                    self.log.append(happened.entries, day.date, happened.actor, happened.request_id)
                records = (Record(entry, happened.actor) for happened in batch for entry in happened.entries)
                self.projection.project(connection, day, records)
                if sent_up_to is not None:
                    self._save_cursor(sent_up_to)
        except BaseException:
            self.log.forget_uncommitted()
            raise

    def answer_of(self, request_id: str) -> tuple[str, list[Entry]] | None:
        """Return the business day and the entries of a request carried out earlier, however long ago."""
        with told(self._database.file):
            found = self.log.of_request(request_id)
        return (found[0][0], [entry for _, entry in found]) if found else None

    def has_paper(self, date: str, number: str) -> bool:
        """Tell whether a contingency sheet's number of a business day has its row, however many noughts it has.

        Raises:
            StorageFault: if the file cannot be read.
        """
        with told(self._database.file):
            rows = self._database.connection.execute(
                "SELECT number FROM ticket WHERE day = ? AND number >= ? AND number < ?", (date, PAPER, f"{PAPER}~")
            ).fetchall()
        return paper_parts(number) in {paper_parts(row[0]) for row in rows}

    def source_of(self, seq: int) -> Source | None:
        """Return one entry with the request that caused it, None if there is none. Raises ``StorageFault``."""
        with told(self._database.file):
            return self.log.source_of(seq)

    def unsent(self) -> tuple[int, list[Entry]]:
        """Return the relay's cursor and the calls behind it, which the broker has not acknowledged, oldest first."""
        with told(self._database.file):
            row = self._database.connection.execute("SELECT seq FROM cursor WHERE reader = ?", (RELAY,)).fetchone()
            cursor = row[0] if row else 0
            if not isinstance(cursor, int):
                log.warning("which calls were sent cannot be read; none of before is announced")
                cursor = self.log.seq
            return cursor, list(self.log.since(cursor, TO_ANNOUNCE))

    def save_sent(self, seq: int) -> None:
        """Remember that all calls up to ``seq`` were sent.

        On a disk that takes nothing this is only logged: the next commit saves the cursor as well, and until then a
        restarted hub would send some calls again, which receivers drop.
        """
        try:
            with self._database.transaction():
                self._save_cursor(seq)
        except StorageFault as error:
            log.warning("that calls were sent could not be noted: %s", error)

    def _save_cursor(self, seq: int) -> None:
        self._database.connection.execute("INSERT OR REPLACE INTO cursor VALUES (?, ?)", (RELAY, seq))

    def close(self) -> None:
        """Close the file."""
        self._database.close()
