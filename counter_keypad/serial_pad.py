"""Keypads on a serial line that send text: whole lines, or one character a key."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import serial

from appliance.node.daemon import Clock
from appliance.node.plugged import Plugged
from counter_keypad.key_codes import CLEAR, ENTER
from counter_keypad.serial_line import open_line
from counter_keypad.settings import SerialPadSettings
from counter_keypad.typed import Heard, Typed

WAIT_SECONDS: Final = 0.5
LONGEST_LINE: Final = 64
KEYS: Final = {"\r": ENTER, "\n": ENTER, "#": ENTER, "*": CLEAR, "\x1b": CLEAR, "\b": CLEAR, "\x7f": CLEAR}
"""What single characters mean, unless the configuration says otherwise."""


class Lines:
    """Bytes of a serial keypad -> what came of them.

    Args:
        settings: of the line protocol.
    """

    def __init__(self, settings: SerialPadSettings) -> None:
        self._settings = settings
        self._typed = Typed(settings)
        self._line = ""
        self._before = ""

    def feed(self, data: bytes, now: int) -> list[Heard]:
        """Take in what has arrived at ``now`` (milliseconds, monotonic)."""
        heard = []
        if data and not self._typed.goes_on(now):
            self._line = ""
        for sign in data.decode("latin-1"):
            before, self._before = self._before, sign
            if not self._settings.end:
                if before + sign == "\r\n":  # one key
                    continue
                name = sign if sign in self._settings.keys else KEYS.get(sign, sign)
                heard.append(self._typed.key(name, now))
            elif sign in self._settings.end:
                heard.append(self._finish())
            elif len(self._line) <= LONGEST_LINE:
                self._line += sign
        return [one for one in heard if one is not None]

    def _finish(self) -> Heard | None:
        line, self._line = self._line, ""
        if len(line) > LONGEST_LINE:
            return "mistake"
        return self._typed.line("".join(sign for sign in line if sign.isprintable()).strip(), self._settings.number)


class SerialPad(Plugged):
    """A serial keypad that may be pulled out and put back.

    Args:
        settings: which line, and what is sent on it.
        clock: for numbers that nobody finishes.
        heard: told what came of each key or line, on a thread of the pad's.
    """

    def __init__(self, settings: SerialPadSettings, clock: Clock, heard: Callable[[Heard], None]) -> None:
        super().__init__("serial keypad", settings.port)
        self._settings = settings
        self._clock = clock
        self._heard = heard
        self._port: serial.Serial | None = None
        self._lines = Lines(settings)

    def _open(self) -> None:
        line = self._settings
        self._lines = Lines(line)
        self._port = open_line(line.port, line.baud, line.bits, line.parity, timeout=WAIT_SECONDS)

    def _serve(self) -> None:
        assert self._port is not None  # noqa: S101  # opened
        data = self._port.read(1)
        if data:
            data += self._port.read(self._port.in_waiting)
        for heard in self._lines.feed(data, self._clock.monotonic_ms()):
            self._heard(heard)

    def _shut(self) -> None:
        port, self._port = self._port, None
        if port is not None:
            port.close()
