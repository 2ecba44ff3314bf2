"""Past days as they stand in the hub's rows and log, to be played again; beside a running hub, and bounded."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from appliance.engine.events import Entry
from appliance.engine.model import Definition
from appliance.store.database import Damaged
from appliance.store.event_log import event_of
from appliance.store.reader import LogReader

MOST_DAYS: Final = 62
MOST_ROWS: Final = 20_000
"""Of one day; no office has so many."""
_DAYS: Final = """SELECT DISTINCT day FROM event INDEXED BY event_milestone
    WHERE type IN ('OfficeDefined', 'DayOpened') AND type = 'DayOpened' AND day BETWEEN ? AND ?
    ORDER BY seq DESC LIMIT ?"""
_TICKETS: Final = """SELECT number, service, priority, state, arrived_at, channel FROM ticket
    WHERE day = ? ORDER BY arrived_at, seq LIMIT ?"""
_VISITS: Final = """SELECT number, service, counter, waited_ms, called_at, ended_at, ending FROM visit
    WHERE day = ? ORDER BY seq LIMIT ?"""
TicketRow = tuple[str, str, int, str, int, str]
VisitRow = tuple[str, str, str, int, int, int | None, str]


class PastDays(LogReader):
    """The days of one file. Args and errors as of ``LogReader``."""

    def days(self, first: str, last: str) -> list[str]:
        """Return the business days from one date to another that were opened, the newest first, not of years."""
        return [str(day) for (day,) in self._all(_DAYS, first, last, MOST_DAYS)]

    def tickets(self, day: str) -> list[TicketRow]:
        """Return a day's tickets: number, service, priority, state, arrived_at, channel."""
        return self._all(_TICKETS, day, MOST_ROWS)

    def visits(self, day: str) -> list[VisitRow]:
        """Return a day's visits: number, service, counter, waited_ms, called_at, ended_at, ending."""
        return self._all(_VISITS, day, MOST_ROWS)

    def definition(self, up_to: int) -> Definition | None:
        """Return the office as it was defined at a record of the log; None if it was not yet.

        Raises:
            Damaged: if it cannot be read.
        """
        found = self.definitions(1, up_to)
        if not found:
            return None
        try:
            return msgspec.convert(found[0].office, Definition)
        except msgspec.MsgspecError as error:
            raise Damaged(self._file, f"record {found[0].seq} cannot be read ({error})") from error

    def entries(self, day: str, kinds: tuple[str, ...] = ()) -> list[Entry]:
        """Return what happened on a day, in order; only some types of events if ``kinds`` are given.

        Raises:
            Damaged: if a record cannot be read.
        """
        return [self._entry(row) for row in self.records(day) if not kinds or row[3] in kinds]

    def _entry(self, row: Any) -> Entry:
        try:
            return Entry(row[0], row[1], event_of(row[3], row[4], row[8]))
        except (msgspec.MsgspecError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise Damaged(self._file, f"record {row[0]} cannot be read ({error})") from error
