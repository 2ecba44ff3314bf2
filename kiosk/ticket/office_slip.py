"""Slips for staff (pure): what the hub has a kiosk print beside its tickets, as lines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from appliance.wire.messages import Slip, SlipLine
from kiosk.ticket.slip import CHARACTER_DOTS, DOTS_PER_MM, Cut, Feed, Line, Qr, Text
from kiosk.ticket.template import LARGEST

AIR: Final = 2 * DOTS_PER_MM
"""Between two things on a slip."""
SQUARES: Final = 73
"""Along the edge of the largest code that 300 bytes make."""
LARGEST_SQUARE: Final = 6


def lines(slip: Slip, width: int) -> list[Line]:
    """Lay out a slip.

    Args:
        slip: as the hub sent it.
        width: printable dots of the paper.
    """
    return [*(line for one in slip.lines for line in _with_air(one, width)), Cut()]


def _with_air(one: SlipLine, width: int) -> Iterator[Line]:
    match one.show:
        case "title":
            yield Text(one.text, 1, 2, bold=True)
        case "text":
            yield Text(one.text, align="left")
        case "large":
            yield _large(one.text, width)
        case "qr":
            yield Qr(one.text, min(LARGEST_SQUARE, width // SQUARES))
    yield Feed(AIR)


def _large(text: str, width: int) -> Text:
    """Make a text as large as fits in one row, but no taller than twice as wide."""
    across = max(1, min(LARGEST, width // (max(1, len(text)) * CHARACTER_DOTS)))
    return Text(text, across, min(LARGEST, across + 1), bold=True)
