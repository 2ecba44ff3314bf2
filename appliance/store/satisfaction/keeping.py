"""A copy of the answers beside the backups of the log: marks and who gave them, never what was written freely.

What was written freely is to be erased after some days, and nobody would erase it in a drawer full of sticks. There is
one copy: answers are only ever added, so the newest has all.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from appliance.node import durable_file
from appliance.store.backup import BackupFault, free_name, own_like
from appliance.store.database import Damaged, StorageFault, told
from appliance.store.satisfaction.answers import NAME

_SIDE_FILES: Final = ("-wal", "-shm", "-journal")


def keep_copy(database: Path, folder: Path) -> Path | None:
    """Renew the copy of the answers; return it, None if nobody has answered yet.

    Args:
        database: the hub's; the answers lie beside it.
        folder: of the backups.

    Raises:
        BackupFault: naming what is in the way; the copy of before has not been touched.
    """
    live, copy = database.with_name(NAME), folder / NAME
    if not live.exists() and not copy.exists():
        return None
    with _told(folder):
        have, had = _count(live), _count(copy)
        if have < had:
            raise BackupFault(
                f"{live} has {have} answers of citizens, its copy {copy} has {had}: the file was lost or replaced; "
                "stop the hub and put the copy in its place, or move the copy away"
            )
        with durable_file.replacing(copy) as part:
            part.unlink(missing_ok=True)
            _copy(live, part)
            own_like(part, folder)
    return copy


def put_back(database: Path, folder: Path | None) -> Path | None:
    """Put the copy of the answers into their place if they are not there, or damaged; return it if that was done.

    A damaged file is set aside under another name.

    Raises:
        BackupFault: naming what is in the way.
    """
    live = database.with_name(NAME)
    copy = folder / NAME if folder is not None else None
    if copy is None or not copy.exists() or (live.exists() and not _is_damaged(live)):
        return None
    with _told(live.parent), durable_file.replacing(live) as part:
        if live.exists():
            live.replace(free_name(live.with_name(f"{NAME}.damaged")))
        for suffix in _SIDE_FILES:  # of the file that is lost; SQLite would write them into the copy
            live.with_name(f"{NAME}{suffix}").unlink(missing_ok=True)
        part.unlink(missing_ok=True)
        part.write_bytes(copy.read_bytes())
        own_like(part, live.parent, 0o640)
    return copy


def _copy(live: Path, part: Path) -> None:
    with _opened(live) as source, contextlib.closing(sqlite3.connect(part, isolation_level=None)) as target:
        source.backup(target)
        target.execute("PRAGMA journal_mode = DELETE")
        target.execute("UPDATE answer SET comment = ''")
        target.execute("DELETE FROM answer WHERE request IS NOT NULL")
        target.execute("VACUUM")  # what was erased is not in the file's free pages either
    durable_file.sync_file(part)


def _is_damaged(file: Path) -> bool:
    """Tell whether answers cannot be read from a file because of what it holds, whatever else may be in the way."""
    try:
        with told(file), _opened(file) as db:
            db.execute("SELECT COUNT(*) FROM answer").fetchone()
            return bool(db.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok")
    except Damaged:
        return True
    except StorageFault:
        return False


def _count(file: Path) -> int:
    if not file.exists():
        return 0
    with _opened(file) as db:
        return int(db.execute("SELECT COUNT(*) FROM answer WHERE request IS NULL").fetchone()[0])


def _opened(file: Path) -> contextlib.closing[sqlite3.Connection]:
    return contextlib.closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None))


@contextlib.contextmanager
def _told(place: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise BackupFault(f"{error.filename or place}: {error.strerror or error}") from error
    except sqlite3.Error as error:
        raise BackupFault(f"{place}: {error}: the answers of citizens could not be copied") from error
