"""``reports.db``: the sums of each business day and each month.

It holds nothing that the log does not tell. A file that is damaged, or of an older release, is thrown away and made
anew; so nothing here is synced as the log is.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterable, Iterator
from datetime import date as calendar_date
from pathlib import Path
from typing import Any, Final

import msgspec

from appliance.engine.definition import Names
from appliance.store.database import Damaged, StorageFault, fault
from appliance.store.reports.figures import Figures
from appliance.store.reports.summary import DIMENSIONS, Pick, Special, Summary, Sums

VERSION: Final = 2
"""Of what is summed and how; raise it with any change, and all is summed anew."""
_TABLES: Final = """
    CREATE TABLE day (date TEXT PRIMARY KEY, mark TEXT NOT NULL, body BLOB NOT NULL) WITHOUT ROWID;
    CREATE TABLE sums (dimension TEXT NOT NULL, period TEXT NOT NULL, key TEXT NOT NULL, body BLOB NOT NULL,
        PRIMARY KEY (dimension, period, key)) WITHOUT ROWID;
    CREATE TABLE special (date TEXT NOT NULL, place INTEGER NOT NULL, kind TEXT NOT NULL, seq INTEGER NOT NULL,
        at INTEGER NOT NULL, PRIMARY KEY (date, place)) WITHOUT ROWID;
    CREATE TABLE pick (date TEXT NOT NULL, seq INTEGER NOT NULL, body BLOB NOT NULL,
        PRIMARY KEY (date, seq)) WITHOUT ROWID;
    CREATE TABLE name (kind TEXT NOT NULL, id TEXT NOT NULL, last TEXT NOT NULL, names TEXT NOT NULL,
        PRIMARY KEY (kind, id)) WITHOUT ROWID;
    CREATE TABLE log (seq INTEGER NOT NULL, hash BLOB NOT NULL);
"""
_OF_A_DAY: Final = ("day", "special", "pick")
_ALL: Final = (*_OF_A_DAY, "sums", "name", "log")
WEEKDAY_HOUR: Final = "weekday hour"
"""Of months alone: the key is the weekday (0 is Monday) and the hour."""
_figures: Final = msgspec.msgpack.Decoder(Figures)
_summary: Final = msgspec.msgpack.Decoder(Summary)
_pick: Final = msgspec.msgpack.Decoder(Pick)


class BadSums(Damaged):
    """The file is damaged; it is of no use, and ``discard`` costs nothing but the time to sum up anew."""


class SumsFile:
    """The file, to write. There is one writer: ``summing``.

    Args:
        file: made if it is absent, of another version or damaged. A disk that fails or is full does not damage it.

    Raises:
        StorageFault: if it cannot be made; also from every method: ``BadSums`` if it turns out to be damaged.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        try:
            if _told_bad(file).exists():
                discard(file)
            try:
                with _told(file):
                    self._connection = _opened(file)
            except BadSums:
                discard(file)
                with _told(file):
                    self._connection = _opened(file)
        except OSError as error:
            raise StorageFault(f"{file}: {error}") from error

    def close(self) -> None:
        """Close it."""
        self._connection.close()

    def marks(self) -> dict[str, str]:
        """Return which days are summed, each with the mark of what it was summed from."""
        with _told(self._file):
            return dict(self._connection.execute("SELECT date, mark FROM day"))

    def log_end(self) -> tuple[int, bytes] | None:
        """Return number and hash of a record of the log that is summed; None if nothing is."""
        with _told(self._file):
            return next(iter(self._connection.execute("SELECT seq, hash FROM log")), None)

    def note_log(self, seq: int, digest: bytes, *, another: bool) -> None:
        """Keep how far the log goes that is summed now; of ``another`` log nothing stays."""
        with _told(self._file), self._connection as connection:
            connection.execute("BEGIN IMMEDIATE")
            for table in _ALL if another else ("log",):
                connection.execute(f"DELETE FROM {table}")  # noqa: S608  # ours
            connection.execute("INSERT INTO log VALUES (?, ?)", (seq, digest))

    def write(self, summary: Summary, sums: Sums, mark: str) -> None:
        """Keep a day's sums in place of what there was, and its month's."""
        date, month = summary.date, summary.date[:7]
        rows = [(dimension, date, key, msgspec.msgpack.encode(figures)) for (dimension, key), figures in sums.items()]
        with _told(self._file), self._connection as connection:
            connection.execute("BEGIN IMMEDIATE")
            for dimension in DIMENSIONS:
                connection.execute("DELETE FROM sums WHERE dimension = ? AND period = ?", (dimension, date))
            connection.executemany("INSERT INTO sums VALUES (?, ?, ?, ?)", rows)
            connection.execute(
                "INSERT OR REPLACE INTO day VALUES (?, ?, ?)", (date, mark, msgspec.msgpack.encode(summary))
            )
            self._write_words(connection, summary)
            self._sum_month(connection, month)

    @staticmethod
    def _write_words(connection: sqlite3.Connection, summary: Summary) -> None:
        """Keep what was special and who was picked by hand, and what things were called on the latest day."""
        date = summary.date
        for table in ("special", "pick"):
            connection.execute(f"DELETE FROM {table} WHERE date = ?", (date,))  # noqa: S608  # ours
        special = [(date, place, one.kind, one.seq, one.at) for place, one in enumerate(summary.special)]
        connection.executemany("INSERT INTO special VALUES (?, ?, ?, ?, ?)", special)
        picks = [(date, pick.seq, msgspec.msgpack.encode(pick)) for pick in summary.picks]
        connection.executemany("INSERT INTO pick VALUES (?, ?, ?)", picks)
        for kind, names in (("service", summary.services), ("counter", summary.counters)):
            connection.executemany(
                """INSERT INTO name VALUES (?, ?, ?, ?) ON CONFLICT (kind, id) DO UPDATE
                    SET last = excluded.last, names = excluded.names WHERE excluded.last >= last""",
                [(kind, key, date, msgspec.json.encode(of_it).decode()) for key, of_it in names.items()],
            )

    def forget(self, dates: Iterable[str]) -> None:
        """Drop days that the log does not know any more."""
        with _told(self._file), self._connection as connection:
            connection.execute("BEGIN IMMEDIATE")
            for date in dates:
                for table in _OF_A_DAY:
                    connection.execute(f"DELETE FROM {table} WHERE date = ?", (date,))  # noqa: S608  # ours
                for dimension in DIMENSIONS:
                    connection.execute("DELETE FROM sums WHERE dimension = ? AND period = ?", (dimension, date))
                self._sum_month(connection, date[:7])

    @staticmethod
    def _sum_month(connection: sqlite3.Connection, month: str) -> None:
        sums: dict[tuple[str, str], Figures] = {}
        for dimension in DIMENSIONS:
            days = connection.execute(
                "SELECT period, key, body FROM sums WHERE dimension = ? AND period BETWEEN ? AND ?",
                (dimension, f"{month}-01", f"{month}-31"),
            )
            for date, key, body in days:
                figures = _figures.decode(body)
                sums.setdefault((dimension, key), Figures()).add(figures)
                if dimension == "hour":
                    sums.setdefault((WEEKDAY_HOUR, f"{weekday(date)} {key}"), Figures()).add(figures)
        for dimension in (*DIMENSIONS, WEEKDAY_HOUR):
            connection.execute("DELETE FROM sums WHERE dimension = ? AND period = ?", (dimension, month))
        rows = [(dimension, month, key, msgspec.msgpack.encode(f)) for (dimension, key), f in sums.items()]
        connection.executemany("INSERT INTO sums VALUES (?, ?, ?, ?)", rows)


class SumsReader:
    """The file, to read.

    Args:
        file: which need not exist yet: then there is nothing in it.

    Raises:
        StorageFault: from every method, if it cannot be read.
    """

    def __init__(self, file: Path) -> None:
        self._file = file

    def dates(self) -> list[str]:
        """Return all days that are summed, in order."""
        return [date for (date,) in self._all("SELECT date FROM day ORDER BY date")]

    def ends(self) -> tuple[str, str] | None:
        """Return the first and the last day; None if there is none."""
        (row,) = self._all("SELECT min(date), max(date) FROM day") or [(None, None)]
        return (row[0], row[1]) if row[0] else None

    def summary(self, date: str) -> Summary | None:
        """Return one day; None if it was none."""
        rows = self._all("SELECT body FROM day WHERE date = ?", date)
        with self._noted():
            return _summary.decode(rows[0][0]) if rows else None

    def special(self, first: str, last: str, most: int) -> list[tuple[str, Special]]:
        """Return what was special from one day to another, each with its day, so many at most."""
        query = "SELECT date, kind, seq, at FROM special WHERE date BETWEEN ? AND ? ORDER BY date, place LIMIT ?"
        return [(date, Special(*special)) for date, *special in self._all(query, first, last, most)]

    def picks(self, first: str, last: str, most: int) -> list[tuple[str, Pick]]:
        """Return who was called by hand from one day to another, each with the day, so many at most."""
        query = "SELECT date, body FROM pick WHERE date BETWEEN ? AND ? ORDER BY date, seq LIMIT ?"
        rows = self._all(query, first, last, most)
        with self._noted():
            return [(date, _pick.decode(body)) for date, body in rows]

    def names(self, kind: str) -> dict[str, Names]:
        """Return what services (``service``) or counters (``counter``) were called when they were last there."""
        rows = self._all("SELECT id, names FROM name WHERE kind = ?", kind)
        with self._noted():
            return {key: msgspec.json.decode(names, type=Names) for key, names in rows}

    def of(self, dimension: str, periods: Iterable[str], key: str | None = None) -> Iterator[tuple[str, str, Figures]]:
        """Yield period, key and figures of days (YYYY-MM-DD) or months (YYYY-MM).

        Args:
            dimension: of ``DIMENSIONS``; of months also ``WEEKDAY_HOUR``.
            periods: which; those without figures yield nothing.
            key: only this one, if one is named.
        """
        periods = list(periods)
        for at in range(0, len(periods), 500):
            some = periods[at : at + 500]
            places = ", ".join("?" * len(some))
            query = f"SELECT period, key, body FROM sums WHERE dimension = ? AND period IN ({places})"  # noqa: S608  # ours
            values: list[Any] = [dimension, *some]
            if key is not None:
                query, values = f"{query} AND key = ?", [*values, key]
            for period, found, body in self._all(f"{query} ORDER BY period, key", *values):
                with self._noted():
                    figures = _figures.decode(body)
                yield period, found, figures

    def _all(self, query: str, *values: Any) -> list[Any]:
        if not self._file.exists():
            return []
        with (
            self._noted(),
            contextlib.closing(sqlite3.connect(f"{self._file.absolute().as_uri()}?mode=ro", uri=True)) as file,
        ):
            file.execute("PRAGMA busy_timeout = 5000")
            if file.execute("PRAGMA user_version").fetchone()[0] != VERSION:
                return []  # it is about to be made anew
            return file.execute(query, values).fetchall()

    @contextlib.contextmanager
    def _noted(self) -> Iterator[None]:
        """Have a damaged file made anew by whoever writes it next: that one need not meet with the damage itself."""
        try:
            with _told(self._file):
                yield
        except BadSums:
            with contextlib.suppress(OSError):
                _told_bad(self._file).touch()
            raise


def discard(file: Path) -> None:
    """Throw the file away. Raises ``StorageFault`` if it cannot be."""
    try:
        for end in ("", "-wal", "-shm"):
            file.with_name(file.name + end).unlink(missing_ok=True)
        _told_bad(file).unlink(missing_ok=True)
    except OSError as error:
        raise StorageFault(f"{file}: {error}") from error


def _told_bad(file: Path) -> Path:
    return file.with_name(f"{file.name}.damaged")


def weekday(date: str) -> int:
    """Return the weekday of a day (YYYY-MM-DD), 0 for Monday."""
    return calendar_date.fromisoformat(date).weekday()


def _opened(file: Path) -> sqlite3.Connection:
    file.parent.mkdir(parents=True, exist_ok=True)
    _give_to_owner(file)
    connection = sqlite3.connect(file, isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode = wal")
        connection.execute("PRAGMA synchronous = normal")
        connection.execute("PRAGMA busy_timeout = 5000")
        found = connection.execute("PRAGMA user_version").fetchone()[0]
        if found == VERSION:
            connection.execute("SELECT count(*) FROM day").fetchone()
            return connection
        with connection:
            connection.execute("BEGIN IMMEDIATE")
            for table in _ALL:
                connection.execute(f"DROP TABLE IF EXISTS {table}")
            for statement in filter(str.strip, _TABLES.split(";")):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {VERSION}")
    except BaseException:
        connection.close()
        raise
    return connection


def _give_to_owner(file: Path) -> None:
    """Make the file whosever its folder is: root takes it from no web. What lies beside it follows, by SQLite."""
    owner = file.parent.stat()
    if os.geteuid() == 0 and owner.st_uid != 0 and not file.exists():
        file.touch()
        with contextlib.suppress(OSError):  # a file system that knows no owners
            os.chown(file, owner.st_uid, owner.st_gid)


@contextlib.contextmanager
def _told(file: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        found = fault(file, error)
        raise (BadSums(file, found.reason) if isinstance(found, Damaged) else found) from error
    except msgspec.MsgspecError as error:
        raise BadSums(file, str(error)) from error
