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
from appliance.store.satisfaction.tally import MARKS, Counts, Tally

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
BITS: Final = 32
"""Of the count of one mark: those of all questions stand side by side in one long number, which is quick to add up."""
_ONES: Final = [[0, *(1 << BITS * (len(MARKS) * place + mark - 1) for mark in MARKS)] for place in range(len(_ASKED))]
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
        """Return one of ``groups``."""
        return self.groups(first, last)[by]

    def groups(self, first: str, last: str) -> dict[By, dict[str, Tally]]:
        """Count the answers of the business days from ``first`` to ``last`` (YYYY-MM-DD), both included.

        They are read once, whatever they are told apart by.

        Returns:
            For each way to tell respondents apart, each group with its answers; those who did not say are under the
            empty text.

        Raises:
            StorageFault: if the file cannot be read. One that is absent has no answers.
        """
        counted: list[dict[str, list[int]]] = [{} for _ in BY]
        if self._file.exists():
            with _reading(self._file) as db:
                query = f"SELECT {', '.join((*BY.values(), *_ASKED))} {_IN_SPAN}"  # names of our own
                for row in db.execute(query, (first, last)):
                    marks = sum(ones[mark or 0] for ones, mark in zip(_ONES, row[len(BY) :], strict=True))
                    for groups, key in zip(counted, row, strict=False):
                        found = groups.setdefault(key, [0, 0])
                        found[0] += 1
                        found[1] += marks
        return {
            by: {key: _tally(*groups[key]) for key in sorted(groups)} for by, groups in zip(BY, counted, strict=True)
        }

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


def _tally(respondents: int, marks: int) -> Tally:
    by_name = {name: _counts(marks >> BITS * len(MARKS) * place) for place, name in enumerate(_ASKED)}
    return Tally(respondents, {element: by_name[element] for element in ELEMENTS}, by_name["overall"])


def _counts(marks: int) -> Counts:
    one, two, three, four = (marks >> BITS * place & (1 << BITS) - 1 for place in range(len(MARKS)))
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
