"""Pictures of a running office: taken while the morning goes on, and of the rest after hours."""

from __future__ import annotations

import threading
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from appliance.node.polling import until
from appliance.tools.office.finger import Finger, FingerError
from appliance.tools.office.observer import Observer
from appliance.tools.office.sample_office import SERVICES, OfficeTime, SampleOffice
from kiosk.workshop.fake_printer import PtyPrinter

LANGUAGES: Final = ("id", "en")
SEVERAL: Final = 4
LATE: Final = 16 * 3600
MORNING: Final = 9 * 3600
SETTLE_SECONDS: Final = 0.4


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
            while not self._observer.wait(lambda least=count: len(self._observer.calls) >= least, 0.5):  # type: ignore[misc]  # default
                if self._over.is_set():
                    return
            self._over.wait(SETTLE_SECONDS)
            self._finger.grab(self._out / f"board-{name}.png")


def after_hours(office: SampleOffice, kiosk: Finger, board: Finger, device: Path, out: Path) -> None:
    """Photograph every screen in peace, on a hub with an empty log and a printer of their own.

    Nothing that happens here is part of the morning: its log, its tickets and its figures are complete.

    Args:
        office: whose morning is over.
        kiosk: a finger on its glass.
        board: an eye on the display.
        device: the link that the kiosk knows as its printer.
        out: where pictures go.
    """
    office.rig.process("hub-1").stop()
    board.wait_text("Data terakhir", deadline=20.0)
    kiosk.wait_screen("attract")  # it goes on giving numbers, of its own series
    _both(kiosk, out, "hub-away")
    with PtyPrinter(office.rig.directory / "after-hours-paper") as printer:
        _point(device, printer)
        office.restart_hub("after-hours", OfficeTime.starting(MORNING, 1.0))
        _wait_for_the_hour(kiosk, MORNING)  # before, it gives numbers alone, and its screens run at the morning's speed
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
            kiosk.tap("take")
            kiosk.wait_screen("ticket")
            _picture(kiosk, out, "ticket", language)
            kiosk.tap("done")
            kiosk.wait_screen("attract")
    kiosk.tap("begin")
    kiosk.tap(f"service-{SERVICES[0]['id']}")
    kiosk.tap("take")
    kiosk.wait_screen("ticket")
    _both(kiosk, out, "not-printed")
    kiosk.tap("done")
    office.rig.process("hub-1").stop()
    office.restart_hub("after-hours", OfficeTime.starting(LATE, 1.0))
    kiosk.wait_screen("closed")
    _both(kiosk, out, "closed")
    board.grab(out / "board-closed.png")


def _wait_for_the_hour(finger: Finger, seconds_since_midnight: float) -> None:
    """Wait until a kiosk shows the time of a hub that has just started at this time."""
    hour, minute = divmod(int(seconds_since_midnight) // 60, 60)
    times = {f"{hour:02}{sign}{minute + late:02}" for sign in ".:" for late in (0, 1)}
    if not until(lambda: any(time in shown for time in times for shown in finger.texts())):
        raise FingerError(f"the kiosk did not find the hub again; it shows {finger.texts()}")


def connect_printer(office: SampleOffice, printer: PtyPrinter) -> Path:
    """Return the device that the kiosk is told: a link, so that another printer can be put in its place."""
    device = office.rig.directory / "printer"
    _point(device, printer)
    return device


def _point(device: Path, printer: PtyPrinter) -> None:
    link = device.with_name("printer.new")
    link.symlink_to(Path(printer.path).absolute())
    link.replace(device)


def _both(finger: Finger, out: Path, name: str) -> None:
    for language in LANGUAGES:
        finger.tap(f"language-{language}")
        _picture(finger, out, name, language)


def _picture(finger: Finger, out: Path, name: str, language: str) -> None:
    threading.Event().wait(SETTLE_SECONDS)  # motion on the screen takes at most a quarter of a second
    finger.grab(out / f"kiosk-{name}-{language}.png")
