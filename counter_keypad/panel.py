"""A front panel for a keypad without a Pi: a socket on which another program drives the mock pins.

It moves pins and reads what they light; it knows no commands. One line in, one line out: ``buttons`` answers with what
the buttons are called, ``press N`` and ``release N`` move the contact of button N, ``bounce N`` has it bounce, ``lamp``
answers with the lamp's levels from 0 to 1, ``shown`` with all that it has shown since the last ``shown``, ``buzzer``
with 0 or 1, ``number`` with what the digits show, ``answers`` with how many presses the lamp has answered.
"""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

from gpiozero.pins.mock import MockFactory

from counter_keypad.buttons import Pins
from counter_keypad.settings import ButtonSettings, KeypadSettings

BOUNCES: Final = 6
"""So often a bouncing contact closes and opens, in microseconds."""


class Panel:
    """Serves one front panel.

    Args:
        settings: pins and socket path.
        factory: gpiozero's mock pins of this process.
        pins: the devices on them.
        answers: counts the presses that were answered.
    """

    def __init__(self, settings: KeypadSettings, factory: MockFactory, pins: Pins, answers: Callable[[], int]) -> None:
        path = Path(settings.panel)
        path.unlink(missing_ok=True)

        class Connection(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                for line in self.rfile:
                    words = line.decode().split()
                    said = str(answers()) if words == ["answers"] else _obey(words, settings, factory, pins)
                    self.wfile.write(f"{said}\n".encode())

        self._server = socketserver.ThreadingUnixStreamServer(str(path), Connection)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, name="panel", daemon=True).start()

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()


def _obey(words: list[str], settings: KeypadSettings, factory: MockFactory, pins: Pins) -> str:
    match words:
        case ["buttons"]:
            return " ".join(button.press for button in settings.buttons)
        case ["press" | "release" as verb, index] if index.isdecimal() and int(index) < len(settings.buttons):
            _move(settings.buttons[int(index)], factory, closed=verb == "press")
            return "ok"
        case ["bounce", index] if index.isdecimal() and int(index) < len(settings.buttons):
            for closed in (True, False) * BOUNCES:
                _move(settings.buttons[int(index)], factory, closed=closed)
            return "ok"
        case ["lamp"]:
            dark = 0.0 if settings.lamp.active == "high" else 1.0
            return " ".join(f"{abs(float(factory.pin(pin).state) - dark):.2f}" for pin in settings.lamp.pins)
        case ["shown"]:
            colours = [pins.shown.popleft() for _ in range(len(pins.shown))]
            return ";".join(" ".join(f"{level:.2f}" for level in colour) for colour in colours)
        case ["buzzer"] if settings.buzzer:
            return str(int(bool(factory.pin(settings.buzzer.pin).state) == (settings.buzzer.active == "high")))
        case ["number"] if pins.digits:
            return pins.digits.text
        case _:
            return "error: buttons, press N, release N, bounce N, lamp, shown, buzzer, number or answers"


def _move(button: ButtonSettings, factory: MockFactory, *, closed: bool) -> None:
    pin = factory.pin(button.pin)
    if closed == (button.active_level == "high"):
        pin.drive_high()
    else:
        pin.drive_low()
