"""The files behind a kiosk's own numbers: a journal that survives a power cut at any point, and what the hub said last.

A journal is lines of a CRC-32 and a JSON record. A line is on the disk before ``append`` returns; one that was torn by
a power cut was never acted upon, and is dropped. One folder belongs to one process at a time.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import logging
import os
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import msgspec

from appliance.node import durable_file
from appliance.texts.parts import PartFault
from appliance.wire.messages import Catalogue
from kiosk.alone import journal_lines
from kiosk.alone.lease import Anchor
from kiosk.alone.ledger import AnyRecord, Issued, Unreadable

log = logging.getLogger(__name__)

JOURNAL: Final = "journal"
HUB: Final = "hub"
LEFT_OVER: Final = "left-over-"
DAMAGED: Final = "damaged-"
MOST_BYTES: Final = 4 << 20
"""A day of an office fills a tenth of this; with more, something is wrong."""
MOST_ASIDE: Final = 10
"""So many files of each kind are kept for whoever wants to look into it."""
_PROBE_BYTES: Final = 8192


class JournalFault(PartFault):
    """Nothing can be kept: where, and why."""

    name = "offline"


class Kept(msgspec.Struct, frozen=True):
    """What the hub said last, and when it told the time last."""

    catalogue: Catalogue
    anchor: Anchor | None = None


class Journal:
    """The folder of one kiosk. Use it from one thread.

    Args:
        directory: where the files are; it exists.

    Raises:
        JournalFault: if they cannot be opened, or belong to another process.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory.absolute()
        self.records: list[AnyRecord] = []
        """What was found; ``Unreadable`` stands for what the disk has lost."""
        self._file = -1
        self._end = 0
        self._dirty = False
        with self._faults():
            self._folder = os.open(self._directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            with self._faults():
                fcntl.flock(self._folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
                self._open()
        except JournalFault:
            self.close()
            raise

    def append(self, record: AnyRecord) -> None:
        """Keep one more record. It is durable when this returns.

        Raises:
            JournalFault: if it is not kept.
        """
        line = journal_lines.lines([record])
        if self._end + len(line) > MOST_BYTES:
            raise JournalFault("too_much", folder=str(self._directory), megabytes=str(MOST_BYTES >> 20))
        with self._faults():
            self._clean()
            self._dirty = True
            durable_file.write(self._file, line, self._end)
            os.fsync(self._file)
            self._dirty = False
        self._end += len(line)

    def probe(self) -> None:
        """Find out whether a disk that failed works again.

        Raises:
            JournalFault: if it does not.
        """
        with self._faults():
            self._clean()
            self._dirty = True
            durable_file.write(self._file, bytes(_PROBE_BYTES), self._end)
            os.fsync(self._file)
            self._clean()

    def replace(self, records: Sequence[AnyRecord]) -> None:
        """Begin the journal anew with these records, all or nothing.

        Raises:
            JournalFault: if that cannot be kept; the old one is then still there.
        """
        with self._faults():
            durable_file.save(self._directory / JOURNAL, journal_lines.lines(records))
            self._open()

    def leave_over(self, day: str, tickets: Sequence[Issued]) -> None:
        """Keep what never reached the hub on ``day``, beside the journal, for whoever looks into it.

        Raises:
            JournalFault: if it is not kept.
        """
        with self._faults():
            durable_file.save(self._directory / f"{LEFT_OVER}{day}", journal_lines.lines(tickets))
            self._forget(LEFT_OVER)

    def keep(self, kept: Kept) -> None:
        """Keep what the hub said last, in place of what it had said before.

        Raises:
            JournalFault: if it is not kept.
        """
        with self._faults():
            durable_file.save(self._directory / HUB, journal_lines.sealed(msgspec.json.encode(kept)))

    def kept(self) -> Kept | None:
        """Return what the hub said last, if it was kept and can be read."""
        file = self._directory / HUB
        try:
            sealed = durable_file.read(file)
            if sealed is None:
                return None
            content = journal_lines.unsealed(sealed.removesuffix(b"\n"))
            if content is not None:
                return msgspec.json.decode(content, type=Kept)
        except (durable_file.Unreadable, msgspec.MsgspecError, ValueError, RecursionError) as error:
            log.warning("%s: %s", file, error)
        log.warning("%s cannot be read: no numbers are given alone until the hub has spoken", file)
        return None

    def close(self) -> None:
        """Let go of the folder; once is enough, and a second time harms nobody."""
        self._close_file()
        folder, self._folder = self._folder, -1
        if folder >= 0:
            os.close(folder)

    # -- inside ----------------------------------------------------------------------------------------------------

    def _open(self) -> None:
        self._take(os.open(self._directory / JOURNAL, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        content = os.pread(self._file, os.fstat(self._file).st_size, 0)
        found = journal_lines.read(content)
        self.records, self._end = found.records, found.end
        # What a killed process had written need not be on the disk yet; the name of a new file neither.
        self._dirty = True
        self._clean()
        os.fsync(self._folder)
        if found.bad:
            self._renew(content, found.mended)

    def _renew(self, content: bytes, mended: int) -> None:
        """Put what can be read in the place of a damaged journal, and keep that one for whoever looks into it."""
        aside = self._directory / f"{DAMAGED}{zlib.crc32(content):08x}"
        lost = sum(record.lines for record in self.records if isinstance(record, Unreadable))
        said = "%s: the disk has damaged it: %d wrong bits were put right, %d records are lost; as it was: %s"
        level = logging.ERROR if mended or lost else logging.INFO  # a last line of which a part is there was torn
        log.log(level, said, self._directory / JOURNAL, mended, lost, aside.name)
        whole = journal_lines.lines(self.records)
        try:
            durable_file.save(aside, content)
            durable_file.save(self._directory / JOURNAL, whole)
            self._forget(DAMAGED)
            self._take(os.open(self._directory / JOURNAL, os.O_RDWR | os.O_CLOEXEC))
        except OSError as error:
            log.error("%s stays as it is: %s", self._directory / JOURNAL, error.strerror)  # noqa: TRY400
        else:
            self._end = len(whole)

    def _take(self, opened: int) -> None:
        self._close_file()
        self._file = opened

    def _forget(self, kind: str) -> None:
        """Keep the latest files of one kind only."""
        try:
            for old in sorted(self._directory.glob(f"{kind}*"), key=lambda file: file.stat().st_mtime)[:-MOST_ASIDE]:
                old.unlink()
        except OSError as error:  # one too many costs nobody a number
            log.warning("%s: old files stay: %s", self._directory, error)

    def _clean(self) -> None:
        """Take away what may stand behind the last good record: torn by a power cut, or written by halves."""
        if self._dirty:
            os.ftruncate(self._file, self._end)
            os.fsync(self._file)
            self._dirty = False

    def _close_file(self) -> None:
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    @contextlib.contextmanager
    def _faults(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise self._fault(error) from error
        except ValueError as error:
            raise JournalFault("cannot_keep", folder=str(self._directory), error=str(error)) from error

    def _fault(self, error: OSError) -> JournalFault:
        folder = str(self._directory)
        match error.errno:
            case errno.ENOSPC | errno.EDQUOT:
                return JournalFault("disk_full", folder=folder)
            case errno.EROFS:
                return JournalFault("read_only", folder=folder)
            case errno.EACCES | errno.EPERM:
                return JournalFault("not_ours", folder=folder)
            case errno.ENOENT | errno.ENOTDIR:
                return JournalFault("no_folder", folder=folder)
            case errno.EIO:
                return JournalFault("disk_broken", folder=folder)
            case errno.EWOULDBLOCK:
                return JournalFault("in_use", folder=folder)
            case _:
                return JournalFault("cannot_keep", folder=folder, error=error.strerror or str(error))
