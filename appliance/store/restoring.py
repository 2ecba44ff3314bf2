"""Putting a backup in the place of a damaged database: proven first, nothing deleted, nothing guessed.

The backup is copied beside the database and proven there. Then what the damaged file holds after the backup's last
record is taken over, as far as its chain goes on from that record: a fault in an old day costs nothing of today.
"""

from __future__ import annotations

import contextlib
import fcntl
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

from appliance.engine.evolve import evolve
from appliance.engine.model import Day
from appliance.node import durable_file
from appliance.store.backup import (
    Backups,
    free_name,
    own_like,
    read_afresh,
)
from appliance.store.checkup import outcome_file
from appliance.store.database import Database, StorageFault, told
from appliance.store.event_log import INSERT, EventLog
from appliance.store.hash_chain import GENESIS, Row
from appliance.store.projections import Projection
from appliance.store.reader import LogReader
from appliance.store.store import RELAY, Store

SIDE_FILES: Final = ("-wal", "-shm")
_SHARED_FIRST: Final = 0x4000_0002
_SHARED_SIZE: Final = 510
"""Whoever has a database in WAL mode open holds a lock on these bytes (https://www.sqlite.org/lockingv3.html)."""


class RestoreFault(Exception):
    """Nothing was restored and nothing was changed; the sentence says why and what can be done."""


class NoBackup(RestoreFault):
    """There is none, or none that is whole."""


class Plan(msgspec.Struct, frozen=True):
    """A proven file, ready to be put in the database's place."""

    fresh: Path
    backup: Path | None
    """What it was made from; None if from the damaged file alone."""
    backup_end: Row | None
    """The backup's last record."""
    taken_over: int
    """So many records of the damaged file were proven to follow it."""
    end: Row | None
    """The last record of the new file."""
    lost: int | None
    """So many more records the damaged file shows, which are not to be had; None if that cannot be told."""
    bad: dict[Path, str]
    """Newer backups that are not whole, and why."""


def prepare(backups: Backups, chosen: Path | None, *, take_over: bool) -> Plan:
    """Make the new file beside the database, from the newest backup that is whole.

    Args:
        backups: of the database.
        chosen: a particular backup instead, wherever it lies.
        take_over: whether what the damaged file proves to have after the backup is taken over.

    Raises:
        RestoreFault: if the hub runs, or there is no good backup, or no room.
    """
    with _new_file(backups.database) as fresh:
        bad: dict[Path, str] = {}
        for backup in [chosen] if chosen else backups.files():
            with _told(backup):
                bad[backup] = _fetch(backup, fresh)
            if not bad[backup]:
                del bad[backup]
                return _finish(backups.database, backup, bad, take_over=take_over)
        if bad:
            raise NoBackup("no backup is whole: " + "; ".join(f"{file}: {problem}" for file, problem in bad.items()))
        raise NoBackup(f"there is no backup of {backups.database.name} in {backups.folder or 'any folder'}")


def prepare_without(backups: Backups) -> Plan:
    """Make the new file from what the damaged one proves from its first record on, which may be nothing.

    Raises:
        RestoreFault: if the hub runs, or there is no room.
    """
    with _new_file(backups.database) as fresh:
        with _told(fresh):
            Database(fresh).close()
        return _finish(backups.database, None, {}, take_over=True)


def place(plan: Plan, backups: Backups, stamp: str) -> list[Path]:
    """Put the new file in the database's place; return where the old files are now.

    Args:
        plan: of ``prepare``.
        backups: of the database; those that the new log does not go on from are set aside as well.
        stamp: a moment for the names of the files that are set aside.

    Raises:
        RestoreFault: if the hub has been started meanwhile, or the disk refuses.
    """
    database = backups.database
    with _told(database):
        own_like(plan.fresh, database.parent)
        with _alone(database):
            aside = _set_aside(database, stamp)
            outcome_file(database).unlink(missing_ok=True)  # it proves another log than the one that comes
            durable_file.sync_folder(database.parent)
            plan.fresh.replace(database)
        durable_file.sync_folder(database.parent)
        with contextlib.closing(LogReader(database)) as log:
            aside += backups.set_aside(log, plan.bad)
    return aside


def discard(plan: Plan) -> None:
    """Forget a plan."""
    _remove(plan.fresh)


def _fetch(backup: Path, fresh: Path) -> str:
    """Copy a backup and prove the copy; return what is wrong with it."""
    _remove(fresh)
    shutil.copyfile(backup, fresh)
    durable_file.sync_file(fresh)
    read_afresh(fresh)
    try:
        with contextlib.closing(LogReader(fresh)) as log:
            return log.prove().problem or log.damage()
    except StorageFault as error:
        return str(error)


def _finish(database: Path, backup: Path | None, bad: dict[Path, str], *, take_over: bool) -> Plan:
    fresh = _fresh(database)
    backup_end = _last(fresh)
    taken_over = _take_over(database, fresh, backup_end) if take_over and database.exists() else 0
    _make_plain(fresh)
    shown = _last_seq(database)
    lost = None if shown is None else max(0, shown - (backup_end[0] if backup_end else 0) - taken_over)
    return Plan(fresh, backup, backup_end, taken_over, _last(fresh), lost, bad)


def _take_over(damaged: Path, fresh: Path, backup_end: Row | None) -> int:
    """Append to ``fresh`` what the damaged file proves to have after ``backup_end``; return how many records.

    Raises:
        RestoreFault: if the new file does not take them.
    """
    seq, last_hash = (backup_end[0], backup_end[9]) if backup_end else (0, GENESIS)
    try:
        with contextlib.closing(Store(fresh)) as store:
            _remove_copies(fresh)
            day, projection = store.load_day(), store.projection
        with contextlib.closing(Database(fresh)) as database, contextlib.closing(LogReader(damaged)) as old:
            return _append(database, day, projection, old.after(seq, last_hash), seq)
    except StorageFault as error:
        raise RestoreFault(
            f"what the damaged file has after the backup could not be taken over ({error}); "
            "--backup-only restores the backup alone"
        ) from error


def _append(database: Database, day: Day, projection: Projection, rows: Iterator[Row], seq: int) -> int:
    with database.transaction() as connection:
        log = EventLog(database)
        taken = connection.executemany(INSERT, rows).rowcount
        for record in log.verified(seq + 1):
            evolve(day, record.entry)
            projection.project(connection, day, [record])
        # All these calls have been heard, or nobody waits for them any more.
        connection.execute("INSERT OR REPLACE INTO cursor VALUES (?, ?)", (RELAY, seq + taken))
    return taken


def _make_plain(fresh: Path) -> None:
    """Leave one file without a write-ahead log, so that moving it moves all of it."""
    with told(fresh), contextlib.closing(sqlite3.connect(fresh)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
    durable_file.sync_file(fresh)


def _last(database: Path) -> Row | None:
    with contextlib.closing(LogReader(database)) as log:
        return log.last()


def _last_seq(database: Path) -> int | None:
    """Return the number of the last record that a damaged file shows; None if it shows nothing."""
    try:
        last = _last(database)
        return last[0] if last else 0
    except StorageFault:
        return None


def _set_aside(database: Path, stamp: str) -> list[Path]:
    """Give the database and its side files other names. The database keeps its own name as well, until it is replaced.

    So no hub that is started now finds no file and begins a new one; and none finds a new file beside an old
    write-ahead log, which it would take for its own. That may be all that is left of the old one.
    """
    kept = free_name(database.with_name(f"{database.name}.damaged-{stamp}"))
    moved = []
    if database.exists():
        kept.hardlink_to(database)
        moved.append(kept)
    for suffix in SIDE_FILES:
        side = database.with_name(database.name + suffix)
        if side.exists():
            moved.append(side.replace(kept.with_name(kept.name + suffix)))
    return moved


@contextlib.contextmanager
def _alone(database: Path) -> Iterator[None]:
    """Hold the database against every other process, in SQLite's own way and without reading it.

    Raises:
        RestoreFault: if somebody has it open.
    """
    if not database.exists():
        yield
        return
    with database.open("r+b") as file:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, _SHARED_SIZE, _SHARED_FIRST)
        except BlockingIOError as error:
            raise RestoreFault(
                f"{database}: is in use by the hub or by another program; stop the hub first "
                "(sudo systemctl stop giliran-hub)"
            ) from error
        yield


@contextlib.contextmanager
def _told(place: Path) -> Iterator[None]:
    try:
        yield
    except PermissionError as error:
        raise RestoreFault(f"{place}: {error.strerror}; run it with sudo") from error
    except OSError as error:
        raise RestoreFault(f"{error.filename or place}: {error.strerror or error}") from error


@contextlib.contextmanager
def _new_file(database: Path) -> Iterator[Path]:
    """Give the place of the new file if the hub is stopped; leave nothing there if it does not come to be."""
    fresh = _fresh(database)
    with _told(database), _alone(database):
        _remove(fresh)
    try:
        yield fresh
    except BaseException:
        _remove(fresh)
        raise


def _fresh(database: Path) -> Path:
    return database.with_name(database.name + ".restoring")


def _remove(fresh: Path) -> None:
    for suffix in ("", *SIDE_FILES):
        fresh.with_name(fresh.name + suffix).unlink(missing_ok=True)
    _remove_copies(fresh)


def _remove_copies(fresh: Path) -> None:
    """Remove what was copied before the tables of an older release were changed: the backup itself is still there."""
    for copy in fresh.parent.glob(f"{fresh.name}.before-*"):
        copy.unlink()
