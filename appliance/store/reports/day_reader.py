"""Which business days the log holds, and the records of each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import msgspec

from appliance.store.event_log import Record, record_of
from appliance.store.projections import ON_PAPER
from appliance.store.reader import LogReader
from appliance.store.reports.papers import Paper

_ALL_OPENINGS: Final = """SELECT day, seq FROM event INDEXED BY event_milestone
    WHERE type IN ('OfficeDefined', 'DayOpened') AND type = 'DayOpened' ORDER BY seq"""


_PAPER_DAYS: Final = "SELECT day, count(*) FROM ticket WHERE day >= ? AND channel = ? GROUP BY day"
_PAPERS: Final = """SELECT service, priority, state, arrived_at, counter, called_at, ended_at FROM ticket
    WHERE day = ? AND channel = ? ORDER BY seq"""


class Opening(msgspec.Struct, frozen=True):
    """The records of one opening of a business day, both included."""

    first: int
    last: int


class DayReader(LogReader):
    """The log of one file, day by day."""

    def days(self) -> dict[str, list[Opening]]:
        """Return every business day in the order of the log, each with its openings; more than one is rare."""
        openings = [(str(day), int(seq)) for day, seq in self._all(_ALL_OPENINGS)]
        newest = self.last() if openings else None
        ends = [seq - 1 for _, seq in openings[1:]] + ([newest[0]] if newest else [])
        found: dict[str, list[Opening]] = {}
        for (day, first), last in zip(openings, ends, strict=True):
            found.setdefault(day, []).append(Opening(first, last))
        return found

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
