"""Fingers and eyes for a keypad: moves the contacts of its mock pins and reads what they light."""

from __future__ import annotations

import socket
import time
from pathlib import Path
from typing import Final

from appliance.node.polling import limit

CONNECT_SECONDS: Final = 20.0
ANSWER_SECONDS: Final = 5.0
FIRM_SECONDS: Final = 0.05
"""How long a finger stays on a button: longer than the debounce time."""


def number_port(socket: Path) -> Path:
    """Return the serial line of the number display that a front panel has beside the keypad at ``socket``."""
    return socket.with_suffix(".number")


class PanelClient:
    """Connects to the front panel socket of one keypad, waiting for it to appear.

    Raises:
        TimeoutError: if no keypad serves it.
    """

    def __init__(self, path: Path) -> None:
        deadline = time.monotonic() + limit(CONNECT_SECONDS)
        while True:
            self._socket = socket.socket(socket.AF_UNIX)
            self._socket.settimeout(limit(ANSWER_SECONDS))
            try:
                self._socket.connect(str(path))
                break
            except OSError as error:
                self._socket.close()
                if time.monotonic() > deadline:
                    raise TimeoutError(f"no keypad answers on {path}") from error
                time.sleep(0.05)
        self._stream = self._socket.makefile("rw", encoding="utf-8")
        self.buttons = self._say("buttons").split()
        """What a press of each button does, in their order."""

    def push(self, button: str, seconds: float = FIRM_SECONDS) -> None:
        """Press a button (a name of ``buttons``) and let it go after ``seconds``."""
        self.contact(button, closed=True)
        time.sleep(seconds)
        self.contact(button, closed=False)

    def bounce(self, button: str) -> None:
        """Have a contact bounce, as one does before it closes; it ends up open."""
        answer = self._say(f"bounce {self.buttons.index(button)}")
        if answer != "ok":
            raise ValueError(answer)

    def contact(self, button: str, *, closed: bool) -> None:
        """Close or open the contact of a button."""
        answer = self._say(f"{'press' if closed else 'release'} {self.buttons.index(button)}")
        if answer != "ok":
            raise ValueError(answer)

    def lamp(self) -> tuple[float, ...]:
        """Return the lamp's levels from 0 to 1: red, green and blue, or the one of a lamp of one colour."""
        return tuple(float(value) for value in self._say("lamp").split())

    def shown(self) -> list[tuple[float, ...]]:
        """Return all that the lamp has shown since this was asked last, however short it was; see ``lamp``."""
        return [tuple(float(value) for value in colour.split()) for colour in self._say("shown").split(";") if colour]

    def answers(self) -> int:
        """Return how many presses the lamp has answered; while one waits for its answer, no other is taken."""
        return int(self._say("answers"))

    def buzzer(self) -> bool:
        """Tell whether the buzzer sounds."""
        return self._say("buzzer") == "1"

    def number(self) -> str:
        """Return what the digits on pins show."""
        return self._say("number")

    def close(self) -> None:
        """Let go."""
        self._stream.close()
        self._socket.close()

    def _say(self, line: str) -> str:
        self._stream.write(f"{line}\n")
        self._stream.flush()
        return self._stream.readline().rstrip("\n")
