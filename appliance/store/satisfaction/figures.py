"""What the answers come to, counted by SQLite beside the hub; only answers that count (``answers``) are read."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Literal

import msgspec

from appliance.commands import ELEMENTS
from appliance.store.database import StorageFault, fault, told
from appliance.store.satisfaction.answers import NAME
from appliance.store.satisfaction.tally import MARKS, NONE, Counts, Tally

By = Literal["service", "source", "sex", "age", "schooling", "occupation", "month"]
BY: Final[dict[By, str]] = {
    "service": "service",
    "source": "source",
    "sex": "sex",
    "age": "age",
    "schooling": "schooling",
    "occupation": "occupation",
    "month": "substr(day, 1, 7)",
}
"""By what respondents are told apart, and where that stands."""
_ASKED: Final = (*ELEMENTS, "overall")
_COUNTED: Final = ", ".join(f"COALESCE(SUM({asked} = {mark}), 0)" for asked in _ASKED for mark in MARKS)
_IN_SPAN: Final = "FROM answer WHERE request IS NULL AND day BETWEEN ? AND ?"


class Comment(msgspec.Struct, frozen=True):
    """What somebody wrote freely. ``service``: empty if nobody knows."""

    day: str
    service: str
    text: str


class SatisfactionFigures:
    """The answers beside one log, to read.

    Args:
        log: the hub's database; the answers lie beside it.
    """

    def __init__(self, log: Path) -> None:
        self._log = log
        self._file = log.with_name(NAME)

    def tallies(self, first: str, last: str, by: By) -> dict[str, Tally]:
        """Count the answers of the business days from ``first`` to ``last`` (YYYY-MM-DD), both included.

        Args:
            first: the first day.
            last: the last one.
            by: what the groups are.

        Returns:
            Each group with its answers; those who did not say are under the empty text.

        Raises:
            StorageFault: if the file cannot be read. One that is absent has no answers.
        """
        if not self._file.exists():
            return {}
        with _reading(self._file) as db:
            query = f"SELECT {BY[by]}, COUNT(*), {_COUNTED} {_IN_SPAN} GROUP BY 1 ORDER BY 1"  # names of ours
            return {str(row[0]): _tally(row[1:]) for row in db.execute(query, (first, last))}

    def comments(self, first: str, last: str, most: int) -> list[Comment]:
        """Return what was written freely, the latest first, at most so many. Raises ``StorageFault``."""
        if not self._file.exists():
            return []
        with _reading(self._file) as db:
            query = f"SELECT day, service, comment {_IN_SPAN} AND comment != '' ORDER BY day DESC, id DESC LIMIT ?"
            return [Comment(*row) for row in db.execute(query, (first, last, most))]

    def served(self, first: str, last: str) -> dict[str, int]:
        """Return how many tickets were served in those days, by service. Raises ``StorageFault``."""
        if not self._log.exists():
            raise StorageFault(f"{self._log}: no such file")
        with _reading(self._log) as db:
            query = (
                "SELECT service, COUNT(*) FROM ticket WHERE day BETWEEN ? AND ? AND state = 'served' GROUP BY service"
            )
            return dict(db.execute(query, (first, last)).fetchall())


def _tally(counted: tuple[int, ...]) -> Tally:
    respondents, *marks = counted
    groups = [tuple(marks[at : at + len(MARKS)]) for at in range(0, len(marks), len(MARKS))]
    by_name: dict[str, Counts] = {name: _counts(group) for name, group in zip(_ASKED, groups, strict=True)}
    return Tally(respondents, {element: by_name[element] for element in ELEMENTS}, by_name["overall"])


def _counts(group: tuple[int, ...]) -> Counts:
    one, two, three, four = group or NONE
    return one, two, three, four


@contextmanager
def _reading(file: Path) -> Iterator[sqlite3.Connection]:
    try:
        db = sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)
    except sqlite3.Error as error:
        raise fault(file, error) from error
    with contextlib.closing(db), told(file):
        db.execute("PRAGMA query_only = ON")
        db.execute("PRAGMA busy_timeout = 2000")
        yield db
