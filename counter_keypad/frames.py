"""What a counter's number display shows, and the bytes that make a board show it (pure).

A board's protocol is a template in the configuration: ``"\\u0002{start}{address:02d}{text}\\u0003{xor:02X}\\r"``.
Everything outside braces is sent as it stands (Latin-1). Inside braces, with Python's format specifications:

========== ===========================================================================================================
text       the number, right-aligned to the display's width, and the dot
number     the number without alignment and dot
prefix     its letters
digits     its digits
dot        the dot, or nothing
segments   one byte for each place: bits 0 to 6 are the segments a to g, bit 7 the point (raw 7-segment boards)
address    the board's address, a number
start      nothing; check sums begin here (default: with the first byte)
sum, xor   over the bytes so far, of 8 bits: ``{xor:c}`` as a byte, ``{sum:02X}`` as two digits
========== ===========================================================================================================
"""

from __future__ import annotations

import re
from functools import reduce
from operator import xor
from string import Formatter
from typing import Final

LONGEST_FORMAT: Final = 4
"""Digits of the widths and lengths in a format."""
DASH: Final = "-"
SEGMENTS: Final = {
    **dict(zip("0123456789", (0x3F, 0x06, 0x5B, 0x4F, 0x66, 0x6D, 0x7D, 0x07, 0x7F, 0x6F), strict=True)),
    **dict(zip("ABCDEFGHIJLNOPRSTUY", (
        0x77, 0x7C, 0x39, 0x5E, 0x79, 0x71, 0x3D, 0x76, 0x30, 0x1E, 0x38, 0x54, 0x3F, 0x73, 0x50, 0x6D, 0x78,
        0x3E, 0x6E,
    ), strict=True)),
    DASH: 0x40,
    " ": 0x00,
}  # fmt: skip
"""Shapes that a 7-segment digit can show: a is bit 0, g is bit 6."""
POINT: Final = 0x80


def fit(number: str | None, width: int, *, letters: bool) -> str:
    """Return what ``width`` places show of a ticket's number, or dashes without one.

    Where the whole number has no room its letters are left out first; digits in front last of all.
    """
    if not number:
        return DASH * width
    shown = number if letters else _digits(number)
    if len(shown) > width:
        shown = _digits(number)
    return shown[-width:].rjust(width)


def render(template: str, shown: str, dot: str, width: int, address: int) -> bytes:
    """Return the bytes that ``template`` makes of ``shown`` (as ``fit`` returns it).

    Raises:
        ValueError: if the template cannot be filled; the sentence says why.
    """
    text = shown.rjust(width) + dot
    number = shown.strip()
    fields: dict[str, object] = {
        "text": text,
        "number": number,
        "prefix": number.rstrip("0123456789"),
        "digits": _digits(number),
        "dot": dot,
        "segments": _segments(shown.rjust(width), point=bool(dot)),
        "address": address,
        "start": "",
    }
    out, start = bytearray(), 0
    try:
        for literal, name, spec, conversion in Formatter().parse(template):
            out += literal.encode("latin-1")
            if name is None:
                continue
            if conversion or any(len(run) > LONGEST_FORMAT for run in re.findall("[0-9]+", spec or "")):
                raise ValueError(f"{template!r}: {{{name}}} has a format that no board needs")
            covered = out[start:]
            sums = {"sum": sum(covered) & 0xFF, "xor": reduce(xor, covered, 0)}
            if name not in {**fields, **sums}:
                raise ValueError(f"a frame has no {{{name}}}; it has {', '.join([*fields, *sums])}")
            # Whatever the hub calls a number, the board gets single bytes.
            out += format({**fields, **sums}[name], spec or "").encode("latin-1", "replace")
            start = len(out) if name == "start" else start
    except UnicodeEncodeError as error:
        raise ValueError(f"{template!r} has a sign that is no single byte (Latin-1)") from error
    return bytes(out)


def _digits(number: str) -> str:
    return number.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")


def _segments(shown: str, *, point: bool) -> str:
    codes = [SEGMENTS.get(sign, 0) for sign in shown]
    if point and codes:
        codes[-1] |= POINT
    return "".join(map(chr, codes))
