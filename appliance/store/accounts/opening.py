"""The file of the accounts: how SQLite keeps it, and who may read it."""

from __future__ import annotations

import os
import sqlite3
import stat
from pathlib import Path
from typing import Final

from appliance.store.database import Database, StorageFault, explain, told

MIGRATIONS: Final = Path(__file__).with_name("migrations")
PRAGMAS: Final[dict[str, str | int]] = {
    # Not a write-ahead log: the hub reads this file from a folder in which it may write nothing.
    "journal_mode": "delete",
    "synchronous": "full",
    "busy_timeout": 5000,
    "foreign_keys": "on",
    # What was taken back must not be found in the file.
    "secure_delete": "on",
}


def to_write(file: Path) -> Database:
    """Return the file to write to; it is made if absent."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        opened = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            if os.fstat(opened).st_uid == os.geteuid():
                os.fchmod(opened, 0o640 if _is_of_a_group(file.parent) else 0o600)  # whatever the process's umask is
        finally:
            os.close(opened)
    except OSError as error:
        raise StorageFault(explain(file, error)) from error
    return Database(file, MIGRATIONS, PRAGMAS, threads=True)


def _is_of_a_group(folder: Path) -> bool:
    """Tell whether a folder was made for its owner and a group, and for nobody else."""
    mode = folder.stat().st_mode
    return bool(mode & stat.S_IXGRP) and not mode & stat.S_IRWXO


def to_read(file: Path) -> sqlite3.Connection:
    """Return the file to read; it must be there."""
    with told(file):
        db = sqlite3.connect(
            f"{file.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None, check_same_thread=False
        )
        db.execute("PRAGMA query_only = ON")
        db.execute("PRAGMA busy_timeout = 500")  # the hub has one thread, and people at counters
        return db
