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

from appliance.wire.messages import Catalogue
from kiosk import files
from kiosk.ledger import AnyRecord, Issued
from kiosk.offline import Anchor

log = logging.getLogger(__name__)

JOURNAL: Final = "journal"
HUB: Final = "hub"
LEFT_OVER: Final = "left-over-"
MOST_BYTES: Final = 4 << 20
"""A day of an office fills a tenth of this; with more, something is wrong."""
MOST_LEFT_OVER: Final = 10
"""So many days' files of numbers that never reached the hub are kept for whoever wants to look into it."""
_CRC: Final = 8
_PROBE_BYTES: Final = 8192
_WORDS: Final = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk is full",
    errno.EROFS: "the disk is read-only",
    errno.EACCES: "the folder is not ours to write in",
    errno.EPERM: "the folder is not ours to write in",
    errno.ENOENT: "there is no such folder",
    errno.ENOTDIR: "there is no such folder",
    errno.EIO: "the disk does not work",
    errno.EWOULDBLOCK: "another process uses it",
}

_decoder: Final[msgspec.json.Decoder[AnyRecord]] = msgspec.json.Decoder(AnyRecord)


class JournalFault(Exception):
    """Nothing can be kept; the sentence says where and why."""


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
        self.damaged = 0
        """Lines that could not be read though later ones could: this is the disk's doing, not a power cut's."""
        self.records: list[AnyRecord] = []
        """What was found."""
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
        line = _line(record)
        if self._end + len(line) > MOST_BYTES:
            raise JournalFault(f"{self._directory / JOURNAL}: more than {MOST_BYTES >> 20} MB for one day")
        with self._faults():
            self._clean()
            self._dirty = True
            files.write(self._file, line, self._end)
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
            files.write(self._file, bytes(_PROBE_BYTES), self._end)
            os.fsync(self._file)
            self._clean()

    def replace(self, records: Sequence[AnyRecord]) -> None:
        """Begin the journal anew with these records, all or nothing.

        Raises:
            JournalFault: if that cannot be kept; the old one is then still there.
        """
        with self._faults():
            files.put(self._directory / JOURNAL, b"".join(map(_line, records)))
            self._open()

    def leave_over(self, day: str, tickets: Sequence[Issued]) -> None:
        """Keep what never reached the hub on ``day``, beside the journal, for whoever looks into it.

        Raises:
            JournalFault: if it is not kept.
        """
        with self._faults():
            files.put(self._directory / f"{LEFT_OVER}{day}", b"".join(map(_line, tickets)))
            for old in sorted(self._directory.glob(f"{LEFT_OVER}*"))[:-MOST_LEFT_OVER]:
                old.unlink()

    def keep(self, kept: Kept) -> None:
        """Keep what the hub said last, in place of what it had said before.

        Raises:
            JournalFault: if it is not kept.
        """
        with self._faults():
            files.put(self._directory / HUB, _sealed(msgspec.json.encode(kept)))

    def kept(self) -> Kept | None:
        """Return what the hub said last, if it was kept and can be read."""
        with contextlib.suppress(OSError, msgspec.DecodeError):
            content = _unsealed((self._directory / HUB).read_bytes().rstrip(b"\n"))
            return msgspec.json.decode(content, type=Kept) if content is not None else None
        return None

    def close(self) -> None:
        """Let go of the folder."""
        self._close_file()
        os.close(self._folder)

    # -- inside ----------------------------------------------------------------------------------------------------

    def _open(self) -> None:
        file = os.open(self._directory / JOURNAL, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self._close_file()
        self._file = file
        self.records, self._end, self.damaged = _read(file)
        # What a killed process had written need not be on the disk yet; the name of a new file neither.
        self._dirty = True
        self._clean()
        os.fsync(self._folder)

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
            words = _WORDS.get(error.errno or 0, error.strerror or str(error))
            raise JournalFault(f"{self._directory}: {words}") from error


def _read(file: int) -> tuple[list[AnyRecord], int, int]:
    """Return the records of a journal, where the last of them ends, and how many before it could not be read."""
    content = os.pread(file, os.fstat(file).st_size, 0)
    records: list[AnyRecord] = []
    end = at = bad = damaged = 0
    for line in content.split(b"\n")[:-1]:
        at += len(line) + 1
        record = _record(line)
        if record is None:
            bad += 1
            continue
        records.append(record)
        end, damaged = at, bad
    return records, end, damaged


def _line(record: AnyRecord) -> bytes:
    return _sealed(msgspec.json.encode(record))


def _record(line: bytes) -> AnyRecord | None:
    content = _unsealed(line)
    if content is None:
        return None
    try:
        return _decoder.decode(content)
    except msgspec.DecodeError:
        return None


def _sealed(content: bytes) -> bytes:
    return b"%0*x %s\n" % (_CRC, zlib.crc32(content), content)


def _unsealed(line: bytes) -> bytes | None:
    seal, _, content = line.partition(b" ")
    return content if seal == b"%0*x" % (_CRC, zlib.crc32(content)) else None
