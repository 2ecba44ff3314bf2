"""A front panel for a keypad without a Pi: a socket on which another program drives the mock pins.

It moves pins and reads the lamp; it knows no commands. One line in, one line out: ``press N`` and ``release N`` move
the contact of button N, ``lamp`` answers with the colour as three numbers from 0 to 1.
"""

from __future__ import annotations

import socketserver
import threading
from pathlib import Path

from gpiozero.pins.mock import MockFactory

from counter_keypad.settings import KeypadSettings


class Panel:
    """Serves one front panel.

    Args:
        settings: pins and socket path.
        factory: gpiozero's mock pins of this process.
    """

    def __init__(self, settings: KeypadSettings, factory: MockFactory) -> None:
        path = Path(settings.panel)
        path.unlink(missing_ok=True)

        class Connection(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                for line in self.rfile:
                    self.wfile.write(f"{_obey(line.decode().split(), settings, factory)}\n".encode())

        self._server = socketserver.ThreadingUnixStreamServer(str(path), Connection)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, name="panel", daemon=True).start()

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()


def _obey(words: list[str], settings: KeypadSettings, factory: MockFactory) -> str:
    match words:
        case ["press" | "release" as verb, index] if index.isdigit() and int(index) < len(settings.buttons):
            button = settings.buttons[int(index)]
            pin = factory.pin(button.pin)
            if (verb == "press") == button.pull_up:
                pin.drive_low()
            else:
                pin.drive_high()
            return "ok"
        case ["lamp"]:
            return " ".join(f"{float(factory.pin(pin).state):.2f}" for pin in settings.lamp.pins)
        case _:
            return "error: press N, release N or lamp"
