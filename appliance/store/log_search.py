"""Looking something up in the log beside a running hub, at the same cost in a log of years.

There is no index by number or person, which would have to be kept at every press. It is looked backwards from the
newest record, or through one day, a bounded piece at a time: an answer says how far it has looked, and the next
question goes on from there.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import msgspec

from appliance.people import same_for
from appliance.store.event_log import SELECT
from appliance.store.hash_chain import Row
from appliance.store.reader import LAST, NEXT_OPENING, LogReader

PIECE: Final = 5_000
"""Records that are looked at in one query."""
SECONDS: Final = 0.5
"""A question that finds nothing is answered after so long, with how far it has looked."""
_LAST_DAY: Final = """SELECT day, seq FROM event INDEXED BY event_milestone
    WHERE type IN ('OfficeDefined', 'DayOpened') AND type = 'DayOpened' AND seq < ? ORDER BY seq DESC LIMIT 1"""
_OPENED_BETWEEN: Final = """SELECT seq FROM event INDEXED BY event_milestone
    WHERE type IN ('OfficeDefined', 'DayOpened') AND type = 'DayOpened' AND day BETWEEN ? AND ?"""


class Wanted(msgspec.Struct, frozen=True):
    """What is looked for; empty fields fit everything.

    ``day``: a business day (YYYY-MM-DD). ``person``: an officer's name, or a box's. ``kind``: the event's.
    """

    day: str = ""
    number: str = ""
    person: str = ""
    kind: str = ""


class Page(msgspec.Struct, frozen=True):
    """What was found, the newest first.

    ``before``: to go on from, None if there is nothing older. ``looked_to``: the business day up to which was looked.
    """

    rows: list[Row]
    before: int | None
    looked_to: str


class LogSearch(LogReader):
    """The log of one file, to look things up in.

    Args:
        file: the hub's database; the hub may be running.
        threads: whether several threads use it, one at a time.

    Raises:
        StorageFault: if there is no such file, or it is no database of Giliran's; also from every method.
    """

    def __init__(self, file: Path, *, threads: bool = False) -> None:
        super().__init__(file, threads=threads)
        self._connection.create_function("whose", 1, _whose, deterministic=True)

    def find(self, wanted: Wanted, before: int = LAST, most: int = 50, seconds: float = SECONDS) -> Page:
        """Look for records older than ``before``.

        Args:
            wanted: what for.
            before: number of a record.
            most: so many at most.
            seconds: after which the question is answered with what was found by then.
        """
        end = time.monotonic() + seconds
        found: list[Row] = []
        where, values = _condition(wanted)
        for first, last in self._pieces(wanted.day, before):
            query = f"{SELECT} WHERE seq BETWEEN ? AND ?{where} ORDER BY seq DESC LIMIT ?"  # ours
            # Of a number's candidates some may be none, so all of a piece are looked at.
            limit = PIECE if wanted.number else most + 1 - len(found)
            rows = self._all(query, first, last, *values, limit)
            found += [row for row in rows if not wanted.number or _names(row, wanted.number)]
            if len(found) > most:
                return Page(found[:most], found[most - 1][0], str(found[most - 1][2]))
            if time.monotonic() >= end:
                return Page(found, first, self._day_of(first)) if first > 1 else Page(found, None, "")
        return Page(found, None, "")

    def span(self, first_day: str, last_day: str) -> tuple[int, int] | None:
        """Return the first and the last record of business days from one to another; None if there is none of them."""
        openings = [int(seq) for (seq,) in self._all(_OPENED_BETWEEN, first_day, last_day)]
        newest = self.last()
        if not openings or newest is None:
            return None
        following = self._all(NEXT_OPENING, max(openings))
        return min(openings), int(following[0][0]) - 1 if following else newest[0]

    def _pieces(self, day: str, before: int) -> Iterator[tuple[int, int]]:
        """Yield spans of records, the newest first, each no longer than ``PIECE``."""
        newest = self.last()
        top = min(before - 1, newest[0] if newest else 0)
        spans = reversed(list(self._spans(day))) if day else iter([(1, LAST)])
        for begin, end in spans:
            last = min(end, top)
            while last >= begin:
                first = max(begin, last - PIECE + 1)
                yield first, last
                last = first - 1

    def _day_of(self, seq: int) -> str:
        rows = self._all(_LAST_DAY, seq + 1)
        return str(rows[0][0]) if rows else ""


def _condition(wanted: Wanted) -> tuple[str, list[Any]]:
    """Return the SQL that a record must fulfil, and its values; a number's must be looked at once more."""
    where, values = "", []
    if wanted.kind:
        where, values = " AND type = ?", [wanted.kind]
    if wanted.person:
        where += " AND (whose(actor) = ? OR actor = ?)"
        values += [same_for(wanted.person), wanted.person]
    if wanted.number:
        where += " AND instr(body, ?) > 0"
        values.append(f'"{wanted.number}"')
    return where, values


@functools.lru_cache(maxsize=4096)
def _whose(actor: object) -> str:
    """Return the officer's name of an actor (``web-1 Siti``), the same for all ways to write it; else the box's."""
    text = str(actor)
    return same_for(text.partition(" ")[2] or text)


def _names(row: Row, number: str) -> bool:
    """Tell whether a record is about a ticket; one press may finish somebody and call the next."""
    try:
        body = msgspec.json.decode(row[8])
        return number in (body.get("number"), body.get("finished"), body.get("instead_of"))
    except (msgspec.MsgspecError, ValueError, TypeError, AttributeError):
        return True  # altered so that nobody can tell
