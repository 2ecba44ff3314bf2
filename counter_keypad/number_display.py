"""The counter's number display, on a serial line or on pins. What is shown: ``frames``."""

from __future__ import annotations

import contextlib
import threading
from typing import Any, Final, Protocol

import gpiozero
import msgspec
import serial

from appliance.node.plugged import Plugged
from appliance.wire.messages import Part
from counter_keypad.frames import DASH, fit, render
from counter_keypad.serial_line import open_line
from counter_keypad.settings import PinDisplaySettings, SerialDisplaySettings

WRITE_SECONDS: Final = 1.0


class Sign(msgspec.Struct, frozen=True):
    """What citizens should read at the counter.

    ``calls`` grows with each call, and not when a number is merely there again; ``away``: the hub cannot be heard, so
    the number may be old.
    """

    number: str | None = None
    calls: int = 0
    away: bool = True


class NumberDisplay(Protocol):
    """Where a counter's number is shown. "Nothing fitted" is no display at all."""

    part: Part

    def show(self, sign: Sign) -> None:
        """Show it; returns at once."""

    def start(self) -> None:
        """Begin."""

    def dead_part(self) -> str | None:
        """Return the name of a thread that has died."""

    def close(self) -> None:
        """Let go of the display, dark or dashed."""


class SerialDisplay(Plugged):
    """A board on a serial line, that may be pulled out and put back.

    Args:
        settings: the line and the board's frame.
    """

    def __init__(self, settings: SerialDisplaySettings) -> None:
        super().__init__("number display", settings.port)
        self._settings = settings
        self._port: serial.Serial | None = None
        self._changed = threading.Event()
        self._sign = Sign()
        self._shown: Sign | None = None

    def show(self, sign: Sign) -> None:
        """Show it soon, on the display's own thread; a sign that is overtaken by another is left out."""
        if sign != self._sign:
            self._sign = sign
            self._changed.set()

    def close(self) -> None:
        """Show dashes and let go of the line."""
        self._thread.tell_to_end()
        self._changed.set()
        super().close()

    def frame(self, sign: Sign, before: Sign | None) -> bytes:
        """Return the bytes that show ``sign`` after ``before``."""
        line = self._settings
        called = before is not None and sign.number and sign.calls != before.calls
        template = line.call_frame if called and line.call_frame else line.frame
        shown = fit(sign.number, line.width, letters=line.letters)
        return render(template, shown, line.dot if sign.away else "", line.width, line.address)

    def open_port(self) -> serial.Serial:
        """Open the line; raises ``OSError`` if it is not there."""
        line = self._settings
        speed, stop = line.baud, line.stop_bits
        return open_line(
            line.port, speed, line.bits, line.parity, stopbits=stop, rs485=line.rs485, write_timeout=WRITE_SECONDS
        )

    def _open(self) -> None:
        self._shown = None
        self._port = self.open_port()
        self._changed.set()

    def _serve(self) -> None:
        assert self._port is not None  # noqa: S101  # opened
        self._changed.wait(self._settings.refresh_seconds)
        self._changed.clear()
        sign = self._sign
        self._port.write(self.frame(sign, self._shown))
        self._shown = sign

    def _shut(self) -> None:
        port, self._port = self._port, None
        if port is None:
            return
        with contextlib.closing(port):
            if self._thread.ending:  # nobody will change the number any more
                port.write(self.frame(Sign(), None))


class PinDisplay:
    """7-segment digits on the header's pins, through gpiozero.

    Args:
        settings: which pin is which.
        factory: of pins, gpiozero's or its mock's.

    Raises:
        gpiozero.GPIOZeroError, OSError: if the pins cannot be had.
    """

    def __init__(self, settings: PinDisplaySettings, factory: Any) -> None:
        self.part = Part("number display", "ok")
        self._letters = settings.letters
        self._width = max(1, len(settings.places))
        self._digit = gpiozero.LEDCharDisplay(
            *settings.segments, dp=settings.dot, active_high=settings.active == "high", pin_factory=factory
        )
        self._digit.font[DASH] = (0, 0, 0, 0, 0, 0, 1)
        self._display: Any = self._digit
        if settings.places:
            self._display = gpiozero.LEDMultiCharDisplay(
                self._digit, *settings.places, active_high=settings.places_active == "high", pin_factory=factory
            )
        self._has_dot = settings.dot is not None
        self._sign: Sign | None = None
        self.text = ""
        self.show(Sign())

    def show(self, sign: Sign) -> None:
        """Show it; a letter that seven segments cannot form stays dark."""
        if sign == self._sign:
            return
        self._sign = sign
        known = self._digit.font
        places = [letter if letter in known else " " for letter in fit(sign.number, self._width, letters=self._letters)]
        if sign.away and self._has_dot:
            places[-1] += "."
        self._display.value = places if self._display is not self._digit else places[0]
        self.text = "".join(places)

    def start(self) -> None:
        """Nothing is left to do."""

    def dead_part(self) -> str | None:
        """Return nothing: gpiozero's thread only multiplexes."""
        return None

    def close(self) -> None:
        """Darken the digits and let go of the pins."""
        self._display.close()
        self._digit.close()
