"""Devices of a desk that a test can pull out: a pseudo terminal and a pipe under fixed names."""

from __future__ import annotations

import contextlib
import os
import select
import struct
import tty

EVENT = struct.Struct("llHHi")
CODES = {
    **dict(zip("1234567890", (79, 80, 81, 75, 76, 77, 71, 72, 73, 82), strict=True)),
    "Enter": 96, "NumLock": 69, "+": 78, "-": 74, "/": 98, "A": 30, "B": 48, "X": 45, "Backspace": 14,
}  # fmt: skip
SYN = EVENT.pack(0, 0, 0, 0, 0)


def key(name, value, at=(1_772_000_000, 0)):
    """What a number pad's kernel driver sends when a key goes down (1), repeats itself (2) or up (0)."""
    code = CODES[name]
    scan = EVENT.pack(*at, 4, 4, 0x70000 + code)
    return scan + EVENT.pack(*at, 1, code, value) + SYN


def strokes(*names):
    return b"".join(key(name, value) for name in names for value in (1, 0))


class SerialLine:
    """One end of a serial line; the other is the device file ``path``, present while it is plugged in."""

    def __init__(self, path):
        self.path = path
        self.received = b""
        self._master = -1
        self.plug_in()

    def plug_in(self):
        self._master, slave = os.openpty()
        tty.setraw(slave)
        self._name = os.ttyname(slave)
        os.close(slave)
        self.received = b""
        self.path.symlink_to(self._name)

    def pull_out(self):
        self.path.unlink()
        os.close(self._master)
        self._master = -1

    def send(self, data):
        os.write(self._master, data)

    def read(self):
        """Take in what has arrived; return everything since it was plugged in."""
        while self._master >= 0 and select.select([self._master], [], [], 0)[0]:
            try:
                self.received += os.read(self._master, 4096)
            except OSError:  # nobody has opened the other end
                break
        return self.received

    def close(self):
        if self._master >= 0:
            with contextlib.suppress(OSError):
                os.close(self._master)
