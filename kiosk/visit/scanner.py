"""A scanner on a serial line: each line that it sends is one code."""

from __future__ import annotations

import logging
import termios
import threading
from collections.abc import Callable
from typing import Final

import serial

from appliance.wire.messages import Part

log = logging.getLogger(__name__)

LONGEST_LINE: Final = 512
LOOK_SECONDS: Final = 0.5
"""How long a read waits before it looks whether the kiosk is ending."""
RETRY_SECONDS: Final = 2.0
LEAVE_SECONDS: Final = 3.0


class SerialScanner:
    """Listens on a thread of its own, and waits for a scanner that is unplugged to come back.

    Args:
        device: its file.
        baud: of the line; a USB scanner does not mind.
        scanned: told every line, on this thread.
    """

    def __init__(self, device: str, baud: int, scanned: Callable[[str], None]) -> None:
        self._device = device
        self._baud = baud
        self._scanned = scanned
        self._stopping = threading.Event()
        self._part = Part("scanner", "unknown", "not_tried_yet")
        self._thread = threading.Thread(target=self._run, name="scanner", daemon=True)

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def stop(self) -> None:
        """Stop listening."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(LEAVE_SECONDS)

    def parts(self) -> list[Part]:
        """Return its health."""
        return [self._part]

    def dead_part(self) -> str | None:
        """Return the name of the part that has died, if any."""
        return None if self._thread.is_alive() or self._stopping.is_set() else "the thread that reads the scanner"

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                with serial.Serial(self._device, self._baud, timeout=LOOK_SECONDS) as line:
                    self._part = Part("scanner", "ok", "listens", {"device": self._device})
                    self._listen(line)
            except (OSError, termios.error, serial.SerialException) as error:
                # The terminal's own errors come when it is pulled while it is opened; they are no OSError.
                if self._part.state != "missing":
                    log.warning("no scanner at %s: %s", self._device, error)
                self._part = Part("scanner", "missing", "not_there", {"device": self._device})
            except Exception as error:  # a device can answer anything; the kiosk serves without it
                if self._part.state != "fault":
                    log.exception("the scanner at %s cannot be used", self._device)
                self._part = Part("scanner", "fault", "cannot_be_used", {"device": self._device, "error": str(error)})
            self._stopping.wait(RETRY_SECONDS)

    def _listen(self, line: serial.Serial) -> None:
        gathered = b""
        while not self._stopping.is_set():
            got = line.read(max(1, min(line.in_waiting, LONGEST_LINE)))
            gathered = (gathered + got).replace(b"\r", b"\n")
            *complete, gathered = gathered.split(b"\n")
            gathered = gathered[-LONGEST_LINE:]
            for code in complete:
                self._tell(code.decode("ascii", "ignore").strip())

    def _tell(self, code: str) -> None:
        if not code:
            return
        try:
            self._scanned(code)
        except Exception:  # the next code must be heard
            log.exception("a scanned code could not be handed over")
