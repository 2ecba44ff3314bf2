"""Following the log for others, page by page: what is asked is bounded, and nothing holds the writer up."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from appliance.store.event_log import SELECT
from appliance.store.hash_chain import Row
from appliance.store.reader import LAST, LogReader

PAGE: Final = 500
_PAGE: Final = f"{SELECT} WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?"
_LAST: Final = "SELECT max(seq) FROM event"
_TICKET: Final = """SELECT number, day, service, state, arrived_at, priority, counter, called_at, started_at, ended_at,
    calls FROM ticket WHERE day = ? AND number = ?"""
_FIELDS: Final = [
    "number",
    "day",
    "service",
    "state",
    "arrived_at",
    "priority",
    "counter",
    "called_at",
    "started_at",
    "ended_at",
    "calls",
]


class Follower(LogReader):
    """The log of one file, to follow."""

    def last_seq(self) -> int:
        """Return the number of the last record; 0 if there is none."""
        return int(self._one(_LAST) or 0)

    def page(self, after: int, most: int, day: str = "", number: str = "") -> list[Row]:
        """Return at most so many records behind ``after``, unproven.

        Args:
            after: the number of a record; 0 for all.
            most: how many.
            day: of this business day alone (YYYY-MM-DD).
            number: that concern this ticket alone; then with a ``day``, for all of it may have to be looked through.
        """
        found: list[Row] = []
        for first, last in self._spans(day) if day else [(1, LAST)]:
            at = max(after, first - 1)
            while len(found) < most and at < last:
                rows = self._all(_PAGE, at, last, PAGE if number else most - len(found))
                if not rows:
                    break
                at = rows[-1][0]
                found += [row for row in rows if not number or _names(row, number)]
        return found[:most]

    def ticket(self, day: str, number: str) -> dict[str, Any] | None:
        """Return how a ticket stands, by the names of its columns; None if it was never given."""
        rows = self._all(_TICKET, day, number)
        if not rows:
            return None
        told = dict(zip(_FIELDS, rows[0], strict=True))
        return {**told, "priority": bool(told["priority"])}

    def booking_of(self, day: str, number: str) -> str | None:
        """Return the code of the booking that a ticket was given for, if it was."""
        after = 0
        while rows := self.page(after, PAGE, day, number):
            for row in rows:
                if row[3] == "TicketIssued":
                    code = msgspec.json.decode(row[8]).get("booking")
                    return str(code) if code else None
            after = rows[-1][0]
        return None


def _names(row: Row, number: str) -> bool:
    """Tell whether a record is about a ticket; one press may finish somebody and call the next."""
    if f'"{number}"' not in row[8]:
        return False
    body = msgspec.json.decode(row[8])
    return number in (body.get("number"), body.get("finished"))
