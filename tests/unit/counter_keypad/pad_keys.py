"""What a number pad's kernel driver sends."""

from __future__ import annotations

import struct

EVENT = struct.Struct("llHHi")
CODES = {
    **dict(zip("1234567890", (79, 80, 81, 75, 76, 77, 71, 72, 73, 82), strict=True)),
    "Enter": 96, "NumLock": 69, "+": 78, "-": 74, "/": 98, "A": 30, "B": 48, "X": 45, "Backspace": 14,
}  # fmt: skip
SYN = EVENT.pack(0, 0, 0, 0, 0)


def key(name, value, at=(1_772_000_000, 0)):
    """Return what is sent when a key goes down (1), repeats itself (2) or up (0)."""
    code = CODES[name]
    scan = EVENT.pack(*at, 4, 4, 0x70000 + code)
    return scan + EVENT.pack(*at, 1, code, value) + SYN


def strokes(*names):
    return b"".join(key(name, value) for name in names for value in (1, 0))
