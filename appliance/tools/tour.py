"""Pictures of a running office: taken while the morning goes on, and of the rest after hours."""

from __future__ import annotations

import threading
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from appliance.tools.finger import Finger, FingerError
from appliance.tools.observer import Observer
from appliance.tools.sample_office import SERVICES, OfficeTime, SampleOffice
from kiosk.fake_printer import PtyPrinter

LANGUAGES: Final = ("id", "en")
SEVERAL: Final = 4
LATE: Final = 16 * 3600
MORNING: Final = 9 * 3600
SETTLE_SECONDS: Final = 0.4
FADE_SECONDS: Final = 0.04
"""A new screen fades in; at high speeds it does not stay much longer than that."""


class KioskWatcher:
    """Takes the picture of the ticket screen, which only a real visit shows, in both languages.

    Args:
        finger: on the kiosk.
        out: where pictures go.
    """

    def __init__(self, finger: Finger, out: Path) -> None:
        self._finger = finger
        self._out = out
        self._missing = list(LANGUAGES)

    def look(self, screen: str) -> None:
        """Take a picture if ``screen`` is one that is still missing."""
        if screen != "ticket" or not self._missing:
            return
        for language in list(self._missing):
            try:
                if language != self._finger.screen()["language"]:
                    self._finger.tap(f"language-{language}", deadline=0.2)
                threading.Event().wait(FADE_SECONDS)
                path = self._out / f"kiosk-ticket-{language}.png"
                self._finger.grab(path)
                if self._finger.screen()["screen"] != "ticket":
                    path.unlink()  # the time-out was quicker; the next visit is another chance
                    return
            except FingerError:
                return
            self._missing.remove(language)


class BoardWatcher:
    """Takes pictures of the board: idle, with one call, with several.

    Args:
        finger: on the display.
        observer: sees the calls.
        out: where pictures go.
    """

    def __init__(self, finger: Finger, observer: Observer, out: Path) -> None:
        self._finger = finger
        self._observer = observer
        self._out = out
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        """Take the idle picture and begin to watch."""
        self._finger.wait_screen("welcome")
        self._finger.grab(self._out / "board-idle.png")
        self._thread.start()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        """Stop watching."""
        self.finish()

    def finish(self) -> None:
        """Stop watching."""
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        for name, count in (("one-call", 1), ("several-calls", SEVERAL)):
            while not self._observer.wait(lambda least=count: len(self._observer.calls) >= least, 0.5):  # type: ignore[misc]
                if self._over.is_set():
                    return
            self._over.wait(SETTLE_SECONDS)
            self._finger.grab(self._out / f"board-{name}.png")


def after_hours(office: SampleOffice, kiosk: Finger, board: Finger, printer: PtyPrinter, out: Path) -> None:
    """Photograph what a good morning does not show, on a hub with an empty log of its own.

    The printer is unplugged, so nothing that happens here is on paper.
    """
    printer.unplug()
    office.rig.process("hub-1").stop()
    kiosk.wait_screen("trouble")
    _both(kiosk, out, "trouble")
    office.restart_hub("after-hours", OfficeTime.starting(MORNING, 1.0))
    kiosk.wait_screen("attract")
    for language in LANGUAGES:
        kiosk.tap(f"language-{language}")
        _picture(kiosk, out, "attract", language)
        kiosk.tap("begin")
        kiosk.wait_screen("services")
        _picture(kiosk, out, "services", language)
        kiosk.tap(f"service-{SERVICES[0]['id']}")
        kiosk.wait_screen("confirm")
        _picture(kiosk, out, "confirm", language)
        kiosk.tap("back")
        kiosk.wait_screen("services")
        kiosk.tap("back")
        kiosk.wait_screen("attract")
    kiosk.tap("begin")
    kiosk.tap(f"service-{SERVICES[0]['id']}")
    kiosk.wait_screen("confirm")
    kiosk.tap("take")
    kiosk.wait_screen("ticket")
    _both(kiosk, out, "not-printed")
    office.rig.process("hub-1").stop()
    office.restart_hub("after-hours", OfficeTime.starting(LATE, 1.0))
    kiosk.wait_screen("closed", "ticket")
    if kiosk.screen()["screen"] == "ticket":
        kiosk.tap("done")
    kiosk.wait_screen("closed")
    _both(kiosk, out, "closed")
    board.grab(out / "board-closed.png")


def _both(finger: Finger, out: Path, name: str) -> None:
    for language in LANGUAGES:
        finger.tap(f"language-{language}")
        _picture(finger, out, name, language)


def _picture(finger: Finger, out: Path, name: str, language: str) -> None:
    threading.Event().wait(SETTLE_SECONDS)  # motion on the screen takes at most a quarter of a second
    finger.grab(out / f"kiosk-{name}-{language}.png")
