"""Which business days the log holds, and the records of each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

import msgspec

from appliance.engine.kinds import KINDS
from appliance.store.event_log import Record, record_of
from appliance.store.projections import ON_PAPER
from appliance.store.reader import LogReader
from appliance.store.reports.papers import Paper

_ALL_OPENINGS: Final = """SELECT day, seq FROM event INDEXED BY event_milestone
    WHERE type IN ('OfficeDefined', 'DayOpened') AND type = 'DayOpened' ORDER BY seq"""
_BY_WORD: Final = """SELECT CASE WHEN json_valid(body) THEN json_extract(body, '$.before_vouch') IS NOT NULL ELSE 0 END
    FROM event WHERE seq = ?"""
_SAID: Final = """SELECT type,
    CASE WHEN type = 'TimeVouched' AND json_valid(body) THEN json_extract(body, '$.unopens') ELSE 0 END
    FROM event WHERE seq BETWEEN ? AND ? ORDER BY seq"""
_OF_OFFICE: Final = frozenset(event.__name__ for event, kind in KINDS.items() if kind.of_office)
_LOOKED_AT: Final = 32
_PAPER_DAYS: Final = "SELECT day, count(*) FROM ticket WHERE day >= ? AND channel = ? GROUP BY day"
_PAPERS: Final = """SELECT service, priority, state, arrived_at, counter, called_at, ended_at FROM ticket
    WHERE day = ? AND channel = ? ORDER BY seq"""


class Opening(msgspec.Struct, frozen=True):
    """The records of one opening of a business day, both included."""

    first: int
    last: int


class DayReader(LogReader):
    """The log of one file, day by day."""

    def days(self, known: Callable[[str, Opening], bool] = lambda _day, _opening: False) -> dict[str, list[Opening]]:
        """Return every business day in the order of the log, each with its openings; more than one is rare.

        What a mistyped time opened, and staff took back before anybody came, was no day.

        Args:
            known: tells of which opening that need not be asked, so that years are not looked through.
        """
        newest = self.last()  # asked first: what begins meanwhile is none of the last day's
        openings = [(str(day), int(seq)) for day, seq in self._all(_ALL_OPENINGS)]
        ends = [seq - 1 for _, seq in openings[1:]]
        ends += [max(newest[0] if newest else 0, seq) for _, seq in openings[-1:]]
        found: dict[str, list[Opening]] = {}
        for (day, first), last in zip(openings, ends, strict=True):
            opening = Opening(first, last)
            if known(day, opening) or not self._taken_back(opening):
                found.setdefault(day, []).append(opening)
        return found

    def _taken_back(self, opening: Opening) -> bool:
        """Tell whether staff took the time back under which it was opened; once a citizen has come they cannot."""
        if not self._one(_BY_WORD, opening.first):
            return False
        for first in range(opening.first + 1, opening.last + 1, _LOOKED_AT):
            for kind, back in self._all(_SAID, first, min(first + _LOOKED_AT - 1, opening.last)):
                if back or kind not in _OF_OFFICE:
                    return bool(back)
        return False

    def paper_days(self, since: str) -> dict[str, int]:
        """Return how many numbers of contingency sheets each business day has, of those from ``since`` on."""
        return dict(self._all(_PAPER_DAYS, since, ON_PAPER))

    def papers(self, day: str) -> list[Paper]:
        """Return the numbers of contingency sheets of a business day."""
        rows = self._all(_PAPERS, day, ON_PAPER)
        return [Paper(service, bool(priority), *rest) for service, priority, *rest in rows]

    def defined_before(self, seq: int) -> Record | None:
        """Return the record that defined the office before this one; None if there is none."""
        found = self.definitions(1, seq)
        row = self.record(found[0].seq) if found else None
        return record_of(row) if row else None

    def of(self, opening: Opening) -> Iterator[tuple[Record, bytes]]:
        """Yield the records of an opening, each with its hash. Raises ``BrokenChain`` at one that cannot be read."""
        for row in self.between(opening.first, opening.last):
            yield record_of(row), row[9]
