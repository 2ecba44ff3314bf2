"""Opening the file: pragmas, migrations with a backup first, one writer."""

from __future__ import annotations

import contextlib
import logging
import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import peewee
from playhouse.migrations import Runner

from appliance.node import durable_file

log = logging.getLogger(__name__)

PRAGMAS: Final[dict[str, str | int]] = {
    "journal_mode": "wal",
    # FULL syncs every commit: a ticket that was printed survives a pulled plug. NORMAL may lose the last commits.
    "synchronous": "full",
    "wal_autocheckpoint": 1000,
    "cache_size": -8000,
    "busy_timeout": 5000,
}
MIGRATIONS: Final = Path(__file__).with_name("migrations")
_DAMAGED: Final = ("malformed", "not a database", "no such table", "no such index", "unsupported file format")
_NO_TEXT: Final = "Could not decode to UTF-8"
"""How Python tells of a text column whose bytes are none; it quotes them, which helps nobody."""


class StorageFault(Exception):
    """The disk or the file failed us; nothing of the last transaction was kept."""


class Damaged(StorageFault):
    """The file is not what was written into it. ``reason`` is SQLite's word for it."""

    def __init__(self, file: Path, reason: str) -> None:
        super().__init__(
            f"{file}: {reason}: the file is damaged, and nothing in it is guessed; restore the newest backup with "
            "`giliran restore` (docs/backup.md)"
        )
        self.reason = reason


def fault(file: Path, error: Exception) -> StorageFault:
    """Return what is wrong with ``file`` and what to do, for a technician; ``Damaged`` if a backup is needed."""
    text = str(error)
    if text.startswith(_NO_TEXT):
        return Damaged(file, "a text in it is none")
    if any(sign in text for sign in _DAMAGED):
        return Damaged(file, text)
    return StorageFault(explain(file, error))


def explain(file: Path, error: Exception) -> str:
    """Return that the place of ``file`` failed and what to look at, for a technician."""
    return f"{file}: {error}; check that the disk is there, writable and not full"


@contextmanager
def told(file: Path) -> Iterator[None]:
    """Turn whatever SQLite says about ``file`` into a ``StorageFault``."""
    try:
        yield
    except (peewee.PeeweeException, sqlite3.Error) as error:
        raise fault(file, error) from error


class Database:
    """One writing connection; the hub's own, to the log, alone checkpoints.

    Args:
        file: the SQLite file; made, with its folder, if absent.
        migrations: folder of what makes and changes its tables; the hub's, if None.
        pragmas: how SQLite keeps it.
        threads: whether several threads use it, one at a time.

    Raises:
        StorageFault: if it cannot be opened, or was written by a newer Giliran.
    """

    def __init__(
        self,
        file: Path,
        migrations: Path | None = None,
        pragmas: Mapping[str, str | int] = PRAGMAS,
        *,
        threads: bool = False,
    ) -> None:
        self.file = file
        self._migrations = migrations or MIGRATIONS
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            with told(file):
                self._db = peewee.SqliteDatabase(
                    str(file), pragmas=dict(pragmas), thread_safe=False, check_same_thread=not threads
                )
                self._db.connect()
                self._migrate()
        except OSError as error:
            raise StorageFault(explain(file, error)) from error
        self.connection: sqlite3.Connection = self._db.connection()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Run one durable transaction: on return it is on the disk.

        Raises:
            StorageFault: nothing was kept.
        """
        with told(self.file):
            # The default would upgrade from a read lock and fail under load; IMMEDIATE waits its turn.
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield self.connection
                self.connection.execute("COMMIT")
            except BaseException:
                # On a full disk SQLite has rolled back by itself; a second time would hide the first error.
                if self.connection.in_transaction:
                    with contextlib.suppress(sqlite3.Error):
                        self.connection.execute("ROLLBACK")
                raise

    def close(self) -> None:
        """Close the connection, folding the write-ahead log into the file."""
        self._db.close()

    def _migrate(self) -> None:
        if not any(self._migrations.glob("[0-9]*.py")):
            raise StorageFault(
                f"{self._migrations}: cannot be read by this user; the program belongs where all may read it"
            )
        runner = Runner(self._db, str(self._migrations))
        try:
            status: list[Any] = runner.status()
        except (TypeError, ValueError, LookupError) as error:
            raise Damaged(self.file, f"the list of its migrations is unreadable: {error}") from error
        unknown = [m.name for m in status if m.path is None]
        if unknown:
            raise StorageFault(
                f"{self.file}: was written by a newer Giliran ({unknown[-1]}); install that version, "
                "or restore the backup that lies beside the file"
            )
        pending = [m.name for m in status if not m.applied]
        if pending and any(m.applied for m in status):
            backup = self.file.with_name(f"{self.file.name}.before-{pending[0]}")
            with durable_file.replacing(backup) as part:
                os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
                with contextlib.closing(sqlite3.connect(part)) as copy:
                    self._db.connection().backup(copy)
            log.info("backup before the migration: %s", backup)
        runner.up()
