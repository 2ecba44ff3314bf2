"""Files that a power cut leaves whole: the old content or the new one, never a part of either."""

from __future__ import annotations

import os
from pathlib import Path


def put(file: Path, content: bytes) -> None:
    """Put ``content`` in the place of whatever ``file`` has; it is durable when this returns, and so is its name.

    Raises:
        OSError: if that cannot be; the old content is then still there.
    """
    new = file.with_name(f"{file.name}.new")
    opened = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    try:
        write(opened, content, 0)
        os.fsync(opened)
    finally:
        os.close(opened)
    new.rename(file)
    folder = os.open(file.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def write(opened: int, content: bytes, at: int) -> None:
    """Write all of ``content`` to a file that is open, from ``at`` on.

    Raises:
        OSError: if it cannot be written; a part of it may be.
    """
    while content:
        written = os.pwrite(opened, content, at)
        content, at = content[written:], at + written
