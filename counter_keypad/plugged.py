"""Devices with a plug: opened again for as long as it takes, each on a thread of its own.

A keypad never waits for them: a stalled line costs its own device's thread, and nothing else.
"""

from __future__ import annotations

import logging
import termios
import threading
from abc import ABC, abstractmethod
from typing import Any, Final

import serial
from serial.rs485 import RS485Settings

from appliance.texts.parts import LOGGED, of_part
from appliance.wire.messages import Part

log = logging.getLogger(__name__)
RETRY_SECONDS: Final = 1.0
CLOSE_SECONDS: Final = 3.0


def open_line(path: str, baud: int, bits: int, parity: str, *, rs485: bool = False, **more: Any) -> serial.Serial:
    """Open a serial line for this program alone; ``more`` goes to pyserial.

    Raises:
        OSError: if it is not there, or cannot be set up so.
    """
    port: serial.Serial | None = None
    try:
        port = serial.Serial(path, baud, bits, parity, exclusive=True, **more)
        if rs485:
            port.rs485_mode = RS485Settings()
    except ValueError as error:  # so pyserial says what a driver cannot do: a speed, a transceiver's direction
        if port is not None:
            port.close()
        raise OSError(str(error)) from error
    return port


class Plugged(ABC):
    """One device that may be pulled out and put back at any time.

    Args:
        name: of the part, as the box's presence says it.
        where: the device's path, for the technician.
    """

    def __init__(self, name: str, where: str) -> None:
        self.part = Part(name, "unknown", "looked_for", {"device": where})
        self._name = name
        self._where = where
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Begin to look for the device."""
        self._thread.start()

    def dead_part(self) -> str | None:
        """Return the device's name if its thread has died, which must not happen."""
        return None if self._thread.is_alive() or self._stopping.is_set() else f"the thread of the {self._name}"

    def faults(self, _now: int) -> list[Part]:
        """Return what is wrong with the device beside its being there or not."""
        return []

    def close(self) -> None:
        """Let go of the device."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(CLOSE_SECONDS)

    @abstractmethod
    def _open(self) -> None:
        """Open the device; raises ``OSError`` if it is not there."""

    @abstractmethod
    def _serve(self) -> None:
        """Do some work, for half a second at most; raises ``OSError`` if the device has gone."""

    @abstractmethod
    def _shut(self) -> None:
        """Close the device, whatever state it is in."""

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._open()
                while not self._stopping.is_set():
                    self._serve()
                    self._note(Part(self._name, "ok", "there", {"device": self._where}))
            except (OSError, termios.error) as error:
                said = {"device": self._where, "error": str(error)}
                self._note(Part(self._name, "missing", "gone", said))
            except Exception as error:  # a mistake of ours must not end the thread, and with it the keypad
                if self.part.state != "fault":
                    log.exception("%s failed", self._name)
                said = {"device": self._where, "error": str(error)}
                self._note(Part(self._name, "fault", "failed", said))
            finally:
                self._shut()
            self._stopping.wait(RETRY_SECONDS)

    def _note(self, part: Part) -> None:
        before, self.part = self.part, part
        if before.state != part.state:
            level = logging.INFO if part.state == "ok" else logging.WARNING
            log.log(level, "%s: %s", self._name, of_part(part, LOGGED))
