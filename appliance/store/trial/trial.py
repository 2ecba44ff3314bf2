"""All about a parallel running behind one lock, in one durable transaction each."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from appliance.store.database import Database, StorageFault, explain, told
from appliance.store.trial.kept import Answer, Decision, Line, Note

MIGRATIONS: Final = Path(__file__).with_name("migrations")
PRAGMAS: Final[dict[str, str | int]] = {"journal_mode": "wal", "synchronous": "full", "busy_timeout": 5000}
MOST_LINES: Final = 50_000
_LINE: Final = "day, number, arrived, called, started, served, gone"


class Full(StorageFault):
    """The register has as many lines as one comparison can take."""


class Trial:
    """What an office records of its parallel running. Any thread may call.

    Args:
        file: the SQLite file; made, with its folder, if absent.

    Raises:
        StorageFault: from every method as well: the file or its disk failed, and nothing of that call was kept.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lock = threading.RLock()
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        except OSError as error:
            raise StorageFault(explain(file, error)) from error
        self._database = Database(file, MIGRATIONS, PRAGMAS, threads=True)

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._database.close()

    # -- the plan --------------------------------------------------------------------------------------------------

    def notes(self) -> dict[tuple[str, str], Note]:
        """Return what was recorded, by step and field."""
        return {(row[0], row[1]): Note(*row[2:]) for row in self._rows("SELECT step, field, value, by, at FROM note")}

    def record(self, step: str, values: dict[str, str], by: str, at: int) -> None:
        """Set fields of a step; what stays as it is keeps the name of whoever wrote it."""
        with self._writing() as db:
            for field, value in values.items():
                db.execute(
                    "INSERT INTO note VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value,"
                    " by = excluded.by, at = excluded.at WHERE value <> excluded.value",
                    (step, field, value, by, at),
                )

    # -- the old way's register ------------------------------------------------------------------------------------

    def lines(self, first: str = "", last: str = "9999-99-99") -> list[Line]:
        """Return the register of the days from ``first`` to ``last`` (YYYY-MM-DD), as it was written."""
        where = "day BETWEEN ? AND ? ORDER BY day, seq"
        return [_line(row) for row in self._rows(f"SELECT {_LINE}, seq FROM line WHERE {where}", first, last)]  # noqa: S608

    def latest(self, day: str, most: int) -> tuple[int, list[Line]]:
        """Return how many lines a day has, and the latest of them, the newest first."""
        count = self._rows("SELECT count(*) FROM line WHERE day = ?", day)[0][0]
        query = f"SELECT {_LINE}, seq FROM line WHERE day = ? ORDER BY seq DESC LIMIT ?"  # noqa: S608
        return count, [_line(row) for row in self._rows(query, day, most)]

    def days(self) -> list[tuple[str, int]]:
        """Return the days that have lines, with how many."""
        return [(row[0], row[1]) for row in self._rows("SELECT day, count(*) FROM line GROUP BY day ORDER BY day")]

    def add(self, line: Line, request: str, by: str, at: int) -> bool:
        """Add one line, once for each ``request`` that says the same; tell whether it is new. Raises ``Full``."""
        values = _values(line)
        with self._writing() as db:
            self._room(db, 1)
            made = db.execute(_INSERT, (_once(request, values), *values, by, at))
            return made.rowcount > 0

    def add_all(self, lines: Sequence[Line], by: str, at: int) -> int:
        """Add what the register does not have yet, all or nothing; return how many those were.

        A file that is read in twice adds nothing the second time; lines that are in it twice stay so.

        Raises:
            Full: and nothing is added.
        """
        with self._writing() as db:
            days = sorted({line.day for line in lines})
            query = f"SELECT {_LINE} FROM line WHERE day = ?"  # noqa: S608
            there = Counter(tuple(row) for day in days for row in db.execute(query, (day,)))
            new = []
            for line in lines:
                values = _values(line)
                if there[values] > 0:
                    there[values] -= 1
                else:
                    new.append((None, *values, by, at))
            self._room(db, len(new))
            db.executemany(_INSERT, new)
            return len(new)

    def remove(self, seq: int) -> bool:
        """Take a line out; tell whether it was there."""
        with self._writing() as db:
            return db.execute("DELETE FROM line WHERE seq = ?", (seq,)).rowcount > 0

    # -- questions and decisions -----------------------------------------------------------------------------------

    def answer(self, answer: Answer, request: str, at: int) -> bool:
        """Keep one citizen's answers, once for each ``request`` that says the same; tell whether they are new."""
        values = (answer.phase, answer.speed, answer.sequence, answer.ease, answer.satisfaction)
        with self._writing() as db:
            return db.execute(_ANSWER, (_once(request, values), *values, at)).rowcount > 0

    def answers(self) -> list[Answer]:
        """Return all answers."""
        rows = self._rows("SELECT phase, speed, sequence, ease, satisfaction FROM answer ORDER BY seq")
        return [Answer(*row) for row in rows]

    def decide(self, decided: str, why: str, by: str, at: int, figures: str, request: str) -> int:
        """Keep a decision, once for each ``request``; return its number. None is ever changed."""
        with self._writing() as db:
            db.execute(_DECISION, (request, decided, why, by, at, figures))
            return int(db.execute("SELECT seq FROM decision WHERE request = ?", (request,)).fetchone()[0])

    def decisions(self) -> list[Decision]:
        """Return all decisions, the latest first."""
        rows = self._rows("SELECT seq, decided, why, by, at, figures FROM decision ORDER BY seq DESC")
        return [Decision(*row) for row in rows]

    # -- inside ----------------------------------------------------------------------------------------------------

    @staticmethod
    def _room(db: sqlite3.Connection, more: int) -> None:
        if db.execute("SELECT count(*) FROM line").fetchone()[0] + more > MOST_LINES:
            raise Full(f"the register has room for {MOST_LINES} lines")

    def _rows(self, query: str, *values: Any) -> list[Any]:
        with self._lock, told(self._file):
            return self._database.connection.execute(query, values).fetchall()

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._lock, self._database.transaction() as db:
            yield db


_INSERT: Final = f"INSERT OR IGNORE INTO line (request, {_LINE}, by, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608
_ANSWER: Final = """INSERT OR IGNORE INTO answer (request, phase, speed, sequence, ease, satisfaction, at)
    VALUES (?, ?, ?, ?, ?, ?, ?)"""
_DECISION: Final = "INSERT OR IGNORE INTO decision (request, decided, why, by, at, figures) VALUES (?, ?, ?, ?, ?, ?)"


def _once(request: str, values: tuple[Any, ...]) -> str:
    """Return under what something is kept once.

    A form that comes back with the browser's "back", or stays after an answer that was lost, is filled in anew under
    the id that it had: what it says then is another row, and must not be lost for the first.
    """
    return f"{request} {sha256(repr(values).encode()).hexdigest()[:16]}"


def _values(line: Line) -> tuple[Any, ...]:
    return line.day, line.number, line.arrived, line.called, line.started, line.served, int(line.left)


def _line(row: Any) -> Line:
    day, number, arrived, called, started, served, gone, seq = row
    return Line(day, number, arrived, called, started, served, bool(gone), seq)
