"""The folder of backups: one whole copy of the database for each business day, the newest few of them.

A copy gets its name only when it is on the medium and its chain has been proven there, so whatever has a name is good.
"""

from __future__ import annotations

import contextlib
import os
import re
import shlex
import shutil
import sqlite3
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from appliance.node import durable_file
from appliance.store.database import StorageFault
from appliance.store.hash_chain import Row
from appliance.store.reader import LogReader, Proof

RESERVE: Final = 64 << 20
"""Bytes that a backup leaves free where it lies: on the hub's own card the queue needs them to go on."""
SUFFIX: Final = ".db"
PART: Final = ".part"
ASIDE: Final = ".set-aside"
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class BackupFault(Exception):
    """No backup could be made; the newest good one has not been touched."""


class Backups:
    """The backups of one database.

    Args:
        database: the hub's file.
        folder: where they lie; None if none are to be made. A folder beside the database is made if it is absent, any
            other one has to be there: a stick that is not plugged in must not be mistaken for an empty one.
        keep: how many are kept.
    """

    def __init__(self, database: Path, folder: Path | None, keep: int) -> None:
        self.database = database
        self.folder = folder
        self.keep = keep

    def files(self) -> list[Path]:
        """Return the backups, the one of the latest business day first; none if the folder cannot be read."""
        if self.folder is None:
            return []
        name = re.compile(re.escape(self.database.stem) + "-" + _DAY.pattern + re.escape(SUFFIX))
        try:
            found = (file for file in self.folder.iterdir() if name.fullmatch(file.name) and file.is_file())
            return sorted(found, reverse=True)
        except OSError:
            return []

    def make(self, proof: Proof) -> Path:
        """Make a backup of the database, or return the newest one if nothing has happened since.

        Args:
            proof: of the database, which must be whole. What is written meanwhile gets into the backup as well.

        Raises:
            BackupFault: naming what is in the way.
            StorageFault: if the database itself cannot be read.
        """
        folder = self._ready_folder()
        with contextlib.closing(LogReader(self.database)) as log:
            last = log.last()
            if last is None or not _DAY.fullmatch(last[2]):
                raise BackupFault("the log has no business day yet")
            newest = self._continued_by(log)
            if newest is not None and newest[1] == proof.last_hash:
                return newest[0]
        with _told(folder):
            for rest in folder.glob(f"{self.database.stem}-*{PART}*"):  # SQLite's side files with it
                rest.unlink()
            self._make_room(folder, newest[0] if newest else None)
            final = folder / f"{self.database.stem}-{last[2]}{SUFFIX}"
            part = final.with_name(final.name + PART)
            with durable_file.replacing(final, part):
                _copy(self.database, part)
                _prove(part, proof.records)
            self._drop_void(final)
            for old in [file for file in self.files() if file != final][self.keep - 1 :]:
                old.unlink()
        return final

    def set_aside(self, log: LogReader, bad: Iterable[Path] = ()) -> list[Path]:
        """Take out of the row what is ``bad``, and every backup whose end ``log`` does not have; return the new names.

        After going back to an older backup, the newer ones are of a past that is not this log's any more.
        """
        strangers = [file for file in self.files() if file in bad or not _contains(log, _end_of(file))]
        return [file.replace(free_name(file.with_name(file.name + ASIDE))) for file in strangers]

    def _ready_folder(self) -> Path:
        if self.folder is None:
            raise BackupFault("no folder for backups is set ([hub] backups)")
        with _told(self.folder):
            if self.folder.parent == self.database.parent:
                with contextlib.suppress(FileExistsError):
                    self.folder.mkdir()
                    own_like(self.folder, self.folder.parent, 0o700)
        if not self.folder.is_dir():
            raise BackupFault(f"{self.folder}: no such folder; plug the stick in and mount it")
        return self.folder

    def _continued_by(self, log: LogReader) -> tuple[Path, str] | None:
        """Return the newest readable backup and its last hash.

        Raises:
            BackupFault: if the log does not contain it. A log that was exchanged or rewritten from some record on has a
                chain that holds, and would push the true backups out one by one.
        """
        for file in self.files():
            if (end := _end_of(file)) is None:
                continue
            if not _contains(log, end):
                raise BackupFault(
                    f"the log does not go on from {file}: it was exchanged or rewritten after {end[2]}. No backup is "
                    "made or deleted until somebody has looked; to go on with this log, move the backups away"
                )
            return file, end[9].hex()
        return None

    def _drop_void(self, final: Path) -> None:
        """Delete the backups of days that a mistyped time had opened, and that come after ``final`` by name alone.

        All that they hold is in ``final``. Left there, they would be taken for the newest ones until their day comes.
        """
        with contextlib.closing(LogReader(final)) as log:
            for file in self.files():
                if file.name > final.name and _contains(log, _end_of(file)):
                    file.unlink()

    def _make_room(self, folder: Path, newest: Path | None) -> None:
        """Delete the oldest backups if, and only if, the new one then fits. The ``newest`` readable one stays anyway.

        Raises:
            BackupFault: if it does not fit; nothing was deleted then, unless the disk did not give the room back.
        """
        size = sum(file.stat().st_size for file in (self.database, wal_of(self.database)) if file.exists())
        older = [file for file in self.files() if file != newest] if newest else []
        free = shutil.disk_usage(folder).free
        enough = free + sum(_room_of(file) for file in older) >= size + RESERVE
        while free < size + RESERVE:
            if enough and older:
                before, oldest = free, older.pop()
                oldest.unlink()
                free = shutil.disk_usage(folder).free
                enough = free > before
            else:
                raise BackupFault(
                    f"{folder}: too little room: {_mb(free)} are free, and a backup of {_mb(size)} needs "
                    f"{_mb(size + RESERVE)}; make room or take a larger disk"
                )


def advice(backups: Backups, config: Path) -> str:
    """Return what to type when the database is damaged: the exact backup and command, or what can be done without."""
    newest = next(iter(backups.files()), None)
    if newest is not None:
        return f"The newest backup is {newest}; to restore it: {how_to_restore(config, str(newest))}"
    where = f" in {backups.folder}" if backups.folder else ", for [hub] backups is empty"
    return (
        f"There is no backup{where}. To go on with what the damaged file still proves, perhaps nothing: "
        + how_to_restore(config, "--without-backup")
    )


def how_to_restore(config: Path, what: str) -> str:
    """Return the commands that restore ``what`` (a backup or an option), to type as they are."""
    giliran = Path(sys.executable).with_name("giliran")
    command = shlex.join([str(giliran) if giliran.exists() else "giliran", "restore", what, "--config", str(config)])
    return f"sudo systemctl stop giliran-hub && sudo {command} && sudo systemctl start giliran-hub"


def wal_of(database: Path) -> Path:
    """Return SQLite's write-ahead log of a database."""
    return database.with_name(database.name + "-wal")


def read_afresh(file: Path) -> None:
    """Have the kernel forget what it holds of ``file``, so that reading it next reads the medium.

    Call it while this process has no connection to the file: closing any descriptor of it would drop SQLite's locks
    (https://www.sqlite.org/howtocorrupt.html, section 2.2).
    """
    with file.open("rb") as handle:
        os.posix_fadvise(handle.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def own_like(file: Path, example: Path, mode: int = 0o600) -> None:
    """Let ``file`` be private to the owner of ``example``, as far as we may and the file system knows owners."""
    with contextlib.suppress(OSError):
        file.chmod(mode)
        if os.geteuid() == 0:
            owner = example.stat()
            os.chown(file, owner.st_uid, owner.st_gid)


def free_name(wanted: Path) -> Path:
    """Return ``wanted``, or the first of its numbered variants that is not taken."""
    name, number = wanted, 2
    while name.exists():
        name, number = wanted.with_name(f"{wanted.name}-{number}"), number + 1
    return name


def _room_of(file: Path) -> int:
    """Return how many bytes of its disk a backup gives back when it is deleted."""
    about = file.stat()
    return about.st_blocks * 512 if about.st_nlink == 1 else 0


def _end_of(backup: Path) -> Row | None:
    """Return a backup's last record; None if it cannot be read or is empty."""
    try:
        with contextlib.closing(LogReader(backup)) as log:
            return log.last()
    except StorageFault:
        return None


def _contains(log: LogReader, end: Row | None) -> bool:
    return end is not None and log.record(end[0]) == end


def _copy(database: Path, part: Path) -> None:
    """Copy all pages of one moment. No lock keeps the writer waiting; only its write-ahead log grows meanwhile.

    The copy is one plain file: nobody writes it any more, and a read-only stick can hold it.
    """
    source = sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)
    with contextlib.closing(source):
        source.execute("PRAGMA query_only = ON")
        with contextlib.closing(sqlite3.connect(part, isolation_level=None)) as target:
            own_like(part, part.parent)
            for pragma in ("locking_mode = EXCLUSIVE", "journal_mode = OFF", "synchronous = OFF"):
                target.execute(f"PRAGMA {pragma}")
            source.backup(target)
            target.execute("PRAGMA journal_mode = DELETE")
    durable_file.sync_file(part)


def _prove(copy: Path, records: int) -> None:
    """Prove what the medium holds of a fresh copy, which must have at least so many records.

    Raises:
        BackupFault: if it is not whole.
    """
    read_afresh(copy)
    try:
        with contextlib.closing(LogReader(copy)) as log:
            proof = log.prove()
            problem = proof.problem or log.damage()
    except StorageFault as error:
        problem = str(error)
    if not problem and proof.records < records:
        problem = f"it ends with record {proof.records}"
    if problem:
        raise BackupFault(f"{copy.parent}: the copy is not what was written ({problem}); the disk may be worn out")


@contextlib.contextmanager
def _told(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise BackupFault(f"{error.filename or folder}: {error.strerror or error}") from error
    except sqlite3.Error as error:
        raise BackupFault(f"{folder}: {error}; it may be full or broken") from error


def _mb(size: int) -> str:
    return f"{size / 1e6:,.0f} MB"
