"""Files that outlive their process: replaced whole and durably, and read with suspicion.

A power cut leaves the old content or the new one, never a part of either. A card wears out, a stick is pulled, somebody
copies a folder over: whatever stands there may be torn, empty, of another kind or no file at all. None of that may keep
a box from starting, so readers get one error to mind.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final, TypeVar

import msgspec

T = TypeVar("T")
LARGEST: Final = 8 << 20
"""Bytes; a state file that is larger is none of ours."""


class Unreadable(Exception):
    """There is something in the file's place, but not what was written. The sentence says what is wrong with it."""


def load(file: Path, kind: type[T]) -> T | None:
    """Return what ``file`` holds, as JSON of ``kind``; None if there is no such file.

    Raises:
        Unreadable: whatever else stands there.
    """
    content = read(file)
    try:
        return None if content is None else msgspec.json.decode(content, type=kind)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise Unreadable(f"{file}: is not what was written ({error})") from error


def read(file: Path) -> bytes | None:
    """Return what ``file`` holds; None if there is no such file.

    Raises:
        Unreadable: if something else stands there, or it is larger than ``LARGEST``.
    """
    try:
        if not file.is_file():
            if file.is_symlink() or file.exists():
                raise Unreadable(f"{file}: is not a file")
            return None
        with file.open("rb") as stream:
            content = stream.read(LARGEST + 1)
        if len(content) > LARGEST:
            raise Unreadable(f"{file}: is larger than anything that was written there")
    except (OSError, ValueError) as error:
        raise Unreadable(f"{file}: {getattr(error, 'strerror', None) or error}") from error
    return content


def save(file: Path, content: bytes) -> None:
    """Replace ``file``, which only its owner may read. On return it is on the medium; a failure leaves the old one.

    Raises:
        OSError: if the disk refuses.
    """
    with replacing(file) as fresh:
        opened = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            write(opened, content, 0)
        finally:
            os.close(opened)


@contextlib.contextmanager
def replacing(file: Path, fresh: Path | None = None, *, durable: bool = True) -> Iterator[Path]:
    """Yield a name beside ``file``, to be filled: at the end of the block that has taken the place of ``file``.

    If the block raises, ``file`` stays as it was and the other is gone.

    Args:
        file: to be replaced, or made.
        fresh: the name beside it, in the same folder; None for the usual one.
        durable: whether it must be on the medium when the block has ended; not, for what can be made again.

    Raises:
        OSError: if the disk refuses.
    """
    fresh = fresh or _fresh(file)
    try:
        # What stands there may be another user's, a link to somewhere or a pipe that waits for a reader: it goes first.
        fresh.unlink(missing_ok=True)
        yield fresh
        if durable:
            sync_file(fresh)
        fresh.rename(file)
    except BaseException:
        with contextlib.suppress(OSError):
            fresh.unlink(missing_ok=True)
        raise
    if durable:
        sync_folder(file.parent)


def write(opened: int, content: bytes, at: int) -> None:
    """Write all of ``content`` to a file that is open, from ``at`` on.

    Raises:
        OSError: if it cannot be written; a part of it may be.
    """
    while content:
        written = os.pwrite(opened, content, at)
        content, at = content[written:], at + written


def erase(file: Path) -> None:
    """Remove ``file`` and whatever an interrupted ``save`` left beside it, for good.

    What cannot be removed is at least emptied, so that a folder which lost its rights keeps no secrets.

    Raises:
        OSError: if something is still there.
    """
    refused: OSError | None = None
    for one in (file, _fresh(file)):
        try:
            one.unlink(missing_ok=True)
        except OSError as error:
            refused = refused or error
            with contextlib.suppress(OSError):
                os.truncate(one, 0)
    if refused is not None:
        raise refused
    sync_folder(file.parent)


def sync_file(file: Path) -> None:
    """Have ``file`` written to the medium."""
    _sync(file, os.O_RDONLY | os.O_CLOEXEC)


def sync_folder(folder: Path) -> None:
    """Have the names in ``folder`` written to the medium."""
    _sync(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)


def _fresh(file: Path) -> Path:
    return file.with_name(f"{file.name}.new")


def _sync(path: Path, flags: int) -> None:
    handle = os.open(path, flags)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
