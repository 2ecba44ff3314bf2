"""A disk whose power can be cut before any of its operations, and which then keeps what was synced and nothing else."""

from __future__ import annotations

import contextlib
import os
import stat
from pathlib import Path
from unittest.mock import patch


class PowerCut(BaseException):
    """The process ends here."""


class FragileDisk:
    """Watches what this process does to one folder. Use it as a context manager.

    Args:
        folder: empty.
    """

    def __init__(self, folder):
        self._folder = folder
        self._left = None
        self._half = False
        self._descriptors = set()
        self._synced = {}
        self._names = {}
        self._patches = contextlib.ExitStack()

    def __enter__(self):
        open_, close, pwrite, fsync, ftruncate = os.open, os.close, os.pwrite, os.fsync, os.ftruncate
        rename = Path.rename
        self._really_close = close

        def opens(path, *arguments, **named):
            file = open_(path, *arguments, **named)
            if Path(path) == self._folder or Path(path).parent == self._folder:
                self._descriptors.add(file)
            return file

        def closes(file):
            self._descriptors.discard(file)
            close(file)

        def writes(file, content, at):
            self._step(lambda: pwrite(file, content[: len(content) // 2], at))
            return pwrite(file, content, at)

        def syncs(file):
            self._step()
            fsync(file)
            self._note(file)

        def truncates(file, length):
            self._step()
            ftruncate(file, length)

        def renames(path, target):
            self._step()
            return rename(path, target)

        patches = {"open": opens, "close": closes, "pwrite": writes, "fsync": syncs, "ftruncate": truncates}
        for name, replacement in patches.items():
            self._patches.enter_context(patch.object(os, name, replacement))
        self._patches.enter_context(patch.object(Path, "rename", renames))
        return self

    def __exit__(self, *_):
        self._patches.close()

    def cut_at(self, operation, *, half=False):
        """End the process before its n-th operation from now; ``half``: if that is a write, half of it is done."""
        self._left, self._half = operation, half

    def hold(self):
        """Let it live."""
        self._left = None

    def process_ended(self, *, power):
        """Let go of what the process had open; if the ``power`` has gone, forget what was not synced."""
        self.hold()
        while self._descriptors:
            self._really_close(self._descriptors.pop())
        if not power:
            return
        content = {name: self._synced.get(inode, b"") for name, inode in self._names.items()}
        for path in self._folder.iterdir():
            path.unlink()
        self._names, self._synced = {}, {}
        for name, data in content.items():
            (self._folder / name).write_bytes(data)
            inode = (self._folder / name).stat().st_ino
            self._names[name], self._synced[inode] = inode, data

    def _note(self, file):
        status = os.fstat(file)
        if stat.S_ISDIR(status.st_mode):
            self._names = {path.name: path.stat().st_ino for path in self._folder.iterdir()}
        else:
            self._synced[status.st_ino] = Path(f"/proc/self/fd/{file}").read_bytes()  # it may be open for writing only

    def _step(self, half=None):
        if self._left is None:
            return
        if self._left == 0:
            if self._half and half is not None:
                half()
            raise PowerCut
        self._left -= 1
