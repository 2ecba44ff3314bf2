"""The names of keys (pure): those of a number pad, and the two that every keypad has."""

from __future__ import annotations

from typing import Final

ENTER: Final = "ENTER"
CLEAR: Final = "CLEAR"

KEYS: Final[dict[int, str]] = {
    **dict(zip((79, 80, 81, 75, 76, 77, 71, 72, 73, 82), "1234567890", strict=True)),  # KEY_KP1 … KEY_KP0
    **dict(zip(range(2, 12), "1234567890", strict=True)),  # KEY_1 … KEY_0
    **dict(zip(range(16, 26), "QWERTYUIOP", strict=True)),
    **dict(zip(range(30, 39), "ASDFGHJKL", strict=True)),
    **dict(zip(range(44, 51), "ZXCVBNM", strict=True)),
    **{code: f"F{n}" for n, code in enumerate((*range(59, 69), 87, 88), 1)},
    28: ENTER, 96: ENTER, 1: CLEAR, 14: CLEAR, 83: CLEAR, 111: CLEAR,  # Enter; Esc, Backspace, KP-dot, Delete
    55: "KPASTERISK", 74: "KPMINUS", 78: "KPPLUS", 98: "KPSLASH", 117: "KPEQUAL", 121: "KPCOMMA",
    15: "TAB", 57: "SPACE", 103: "UP", 105: "LEFT", 106: "RIGHT", 108: "DOWN",
    102: "HOME", 104: "PAGEUP", 107: "END", 109: "PAGEDOWN", 110: "INSERT",
}  # fmt: skip
"""Key codes (uapi/linux/input-event-codes.h) by the name that a configuration gives them."""
