"""A scanner on a serial line: each line that it sends is one code."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Final

import serial

from appliance.node.plugged import Plugged
from appliance.wire.messages import Part

log = logging.getLogger(__name__)

LONGEST_LINE: Final = 512
LOOK_SECONDS: Final = 0.5
"""How long a read waits before it looks whether the kiosk is ending."""


class SerialScanner(Plugged):
    """Listens on a thread of its own, and waits for a scanner that is unplugged to come back.

    Args:
        device: its file.
        baud: of the line; a USB scanner does not mind.
        scanned: told every line, on this thread.
    """

    def __init__(self, device: str, baud: int, scanned: Callable[[str], None]) -> None:
        super().__init__("scanner", device)
        self._baud = baud
        self._scanned = scanned
        self._line: serial.Serial | None = None
        self._gathered = b""

    def parts(self) -> list[Part]:
        """Return its health."""
        return [self.part]

    def stop(self) -> None:
        """Stop listening."""
        self.close()

    def _open(self) -> None:
        self._line = serial.Serial(self._where, self._baud, timeout=LOOK_SECONDS)
        self._gathered = b""

    def _serve(self) -> None:
        assert self._line is not None  # noqa: S101  # for the type checker: it was opened
        got = self._line.read(max(1, min(self._line.in_waiting, LONGEST_LINE)))
        gathered = (self._gathered + got).replace(b"\r", b"\n")
        *complete, rest = gathered.split(b"\n")
        self._gathered = rest[-LONGEST_LINE:]
        for code in complete:
            self._tell(code.decode("ascii", "ignore").strip())

    def _shut(self) -> None:
        line, self._line = self._line, None
        if line is not None:
            line.close()

    def _there(self) -> Part:
        return Part("scanner", "ok", "listens", {"device": self._where})

    def _gone(self, _error: str) -> Part:
        return Part("scanner", "missing", "not_there", {"device": self._where})

    def _failed(self, error: str) -> Part:
        return Part("scanner", "fault", "cannot_be_used", {"device": self._where, "error": error})

    def _tell(self, code: str) -> None:
        if not code:
            return
        try:
            self._scanned(code)
        except Exception:  # the next code must be heard
            log.exception("a scanned code could not be handed over")
