"""A finger on a running screen: the client of ``appliance.ui.driver``, for tests, pictures and the demonstration."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from appliance.node.polling import limit

START_SECONDS: Final = 20.0
ANSWER_SECONDS: Final = 10.0
LOOK_SECONDS: Final = 0.02


class FingerError(Exception):
    """The screen did not do or show what was expected; the sentence says what it shows instead."""


class Finger:
    """Taps on and looks at one screen.

    Args:
        path: of the socket that the process was given in $GILIRAN_UI_DRIVER.
        deadline: real seconds in which the process must be there.

    Raises:
        FingerError: if it is not.
    """

    def __init__(self, path: Path, deadline: float = START_SECONDS) -> None:
        self._path = path
        self._socket = self._connect(time.monotonic() + limit(deadline))
        self._lines = self._socket.makefile("rb")

    def __enter__(self) -> Self:
        """Return the finger itself."""
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        """Let go."""
        self.close()

    def close(self) -> None:
        """Let go of the screen."""
        self._lines.close()
        self._socket.close()

    def find(self, name: str) -> Mapping[str, float] | None:
        """Return the rectangle (x, y, w, h) of what has this name and can be touched, or None."""
        found: Mapping[str, float] | None = self._ask(op="find", name=name)
        return found

    def wait_for(self, name: str, deadline: float = ANSWER_SECONDS) -> Mapping[str, float]:
        """Wait until something of this name can be touched; return its rectangle."""
        end = time.monotonic() + limit(deadline)
        while (box := self.find(name)) is None:
            if time.monotonic() > end:
                raise FingerError(f"there is no {name!r} to touch on {self.screen()}")
            time.sleep(LOOK_SECONDS)
        return box

    def wait_for_one(self, *names: str, deadline: float = ANSWER_SECONDS) -> str:
        """Wait until something of one of these names can be touched; return the first that can."""
        end = time.monotonic() + deadline
        while (found := next((name for name in names if self.find(name)), "")) == "":
            if time.monotonic() > end:
                raise FingerError(f"there is none of {', '.join(names)} to touch on {self.screen()}")
            time.sleep(LOOK_SECONDS)
        return found

    def tap(self, name: str, deadline: float = ANSWER_SECONDS) -> None:
        """Tap on the middle of what has this name, as soon as it can be touched."""
        box = self.wait_for(name, deadline)
        self.tap_at(box["x"] + box["w"] / 2, box["y"] + box["h"] / 2)

    def tap_at(self, x: float, y: float) -> None:
        """Tap on a place of the window, in pixels."""
        self._ask(op="tap", x=x, y=y)

    def rest_palm(self, x: float, y: float, *, down: bool) -> None:
        """Rest a palm on a place of the window, or take it off."""
        self._ask(op="hold", x=x, y=y, down=down)

    def key(self, name: str) -> None:
        """Press a key: Right, Left, Return, Escape, …"""
        self._ask(op="key", name=name)

    def scan(self, code: str) -> None:
        """Type a code and Enter, as fast as a scanner does."""
        self._ask(op="type", text=code)
        self.key("Return")

    def screen(self) -> dict[str, Any]:
        """Return the name and the language of the present screen, and the window's size."""
        found: dict[str, Any] = self._ask(op="screen")
        return found

    def wait_screen(self, *names: str, deadline: float = ANSWER_SECONDS) -> str:
        """Wait until one of these screens is shown; return its name."""
        end = time.monotonic() + limit(deadline)
        while (shown := str(self.screen()["screen"])) not in names:
            if time.monotonic() > end:
                raise FingerError(f"the screen is {shown}, not {' or '.join(names)}")
            time.sleep(LOOK_SECONDS)
        return shown

    def wait_slip(self, outcome: str, deadline: float = ANSWER_SECONDS) -> None:
        """Wait until a kiosk's ticket is ``printed``, or has ``failed`` to be."""
        end = time.monotonic() + limit(deadline)
        while self.screen()["slip"] != outcome:
            if time.monotonic() > end:
                raise FingerError(f"the ticket is {self.screen()['slip']!r}, not {outcome}")
            time.sleep(LOOK_SECONDS)

    def items(self) -> list[dict[str, Any]]:
        """Return everything visible that has a name or is a text, the topmost first."""
        found: list[dict[str, Any]] = self._ask(op="list")
        return found

    def texts(self) -> list[str]:
        """Return every text on the screen."""
        return [item["text"] for item in self.items() if item.get("text")]

    def wait_text(self, text: str, deadline: float = ANSWER_SECONDS) -> None:
        """Wait until a text that contains ``text`` is shown."""
        end = time.monotonic() + limit(deadline)
        while not any(text in shown for shown in self.texts()):
            if time.monotonic() > end:
                raise FingerError(f"{text!r} is not among {self.texts()}")
            time.sleep(LOOK_SECONDS)

    def grab(self, path: Path) -> None:
        """Save the window as a PNG."""
        self._ask(op="grab", path=str(path))

    def resize(self, width: int, height: int, inches: float | None = None) -> None:
        """Give the window another size, in pixels, and the panel another diagonal."""
        self._ask(op="resize", w=width, h=height, inches=inches)

    def _connect(self, end: float) -> socket.socket:
        while True:
            connection = socket.socket(socket.AF_UNIX)
            connection.settimeout(limit(ANSWER_SECONDS))
            try:
                connection.connect(str(self._path))
            except OSError as error:
                connection.close()
                if time.monotonic() > end:
                    raise FingerError(f"no screen at {self._path}: {error}") from error
                time.sleep(LOOK_SECONDS)
            else:
                return connection

    def _ask(self, **request: object) -> Any:
        try:
            self._socket.sendall(json.dumps(request).encode() + b"\n")
            line = self._lines.readline()
        except OSError as error:
            raise FingerError(f"{self._path}: {error}") from error
        if not line:
            raise FingerError(f"{self._path}: the screen has gone")
        answer = json.loads(line)
        if not answer["ok"]:
            raise FingerError(f"{request}: {answer['error']}")
        return answer["result"]
