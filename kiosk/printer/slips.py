"""Slips that the hub has this kiosk print: each once, behind the tickets that wait."""

from __future__ import annotations

import logging
from collections import deque
from typing import Final

from appliance.wire.messages import SlipToPrint
from kiosk.printer.spooler import PrintDesk
from kiosk.ticket import office_slip

log = logging.getLogger(__name__)

REMEMBERED: Final = 50
"""Slips by their ids. The broker may deliver one twice, but none of before this start: nothing is kept for a kiosk."""


class Slips:
    """Takes slips, on one thread.

    Args:
        desk: prints.
        width: printable dots of the paper.
    """

    def __init__(self, desk: PrintDesk, width: int) -> None:
        self._desk = desk
        self._width = width
        self._seen: deque[str] = deque(maxlen=REMEMBERED)

    def take(self, order: SlipToPrint) -> None:
        """Print a slip, unless it came before. Its words are in no log."""
        if order.id in self._seen:
            return
        self._seen.append(order.id)
        log.info("a slip is printed: %s", order.slip.kind)
        self._desk.slip(f"a slip ({order.slip.kind})", office_slip.lines(order.slip, self._width))
