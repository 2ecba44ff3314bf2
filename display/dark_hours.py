"""When the screen is dark, and what switches it off."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Final, Protocol

from PySide6.QtCore import QObject, QProcess, QTimer

from appliance.node.local import local_time
from appliance.texts.parts import LOGGED, of_part
from appliance.wire.messages import Part
from display.board_state import View
from display.settings import NightSettings

log = logging.getLogger(__name__)

DEADLINE_MS: Final = 10_000
AGAIN_MS: Final = {False: 60_000, True: 5_000}
"""A screen that did not answer is asked again after this. One that is to be on is needed by somebody."""


def is_dark(settings: NightSettings, view: View, office_ms: int | None, zone: str) -> bool:
    """Tell whether nothing need be shown now.

    Never while the time is not known, somebody is being called or served, the office is open, or there is an emergency.
    """
    if settings.begins is None or settings.ends is None or office_ms is None or view.emergency is not None:
        return False
    if view.hero.mode != "closed":
        return False
    clock = local_time(office_ms, zone).strftime("%H:%M")
    if settings.begins <= settings.ends:
        return settings.begins <= clock < settings.ends
    return clock >= settings.begins or clock < settings.ends


class ScreenPower(Protocol):
    """Switches the screen."""

    def set(self, *, on: bool) -> None:
        """Have it so; returns at once, and does nothing if it is."""

    def part(self) -> Part | None:
        """Return its health, None if nothing is fitted."""

    def close(self) -> None:
        """Leave the screen as it is; another takes over."""


class NothingFitted:
    """The screen cannot be switched; the board shows black at night."""

    def set(self, *, on: bool) -> None:
        """There is nothing to do."""

    def part(self) -> Part | None:
        """There is nothing to look after."""
        return None

    def close(self) -> None:
        """There is nothing to end."""


class CommandPower(QObject):
    """Runs a command, and again after a while if it failed.

    Args:
        commands: for off and on, program and arguments.
    """

    def __init__(self, commands: dict[bool, list[str]], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._commands = commands
        self._wanted: bool | None = None  # the screen may have been left off: the first wish is carried out in any case
        self._asked = True
        self._part = Part("screen power", "unknown", "not_tried_yet")
        self._process = QProcess(self)
        self._process.finished.connect(self._finished)
        self._process.errorOccurred.connect(self._failed)
        self._deadline = _timer(self, self._process.kill)
        self._again = _timer(self, self._run)

    def set(self, *, on: bool) -> None:
        """Have the screen on or off."""
        if on != self._wanted:
            self._wanted = on
            self._again.stop()
            self._run()

    def part(self) -> Part | None:
        """Return its health."""
        return self._part

    def close(self) -> None:
        """End; a command under way is ended with it."""
        self.deleteLater()

    def _run(self) -> None:
        if self._process.state() != QProcess.ProcessState.NotRunning:
            return  # what is wanted now is looked at when it has ended
        self._asked = bool(self._wanted)
        program, *arguments = self._commands[self._asked]
        self._deadline.start(DEADLINE_MS)
        self._process.start(program, arguments)

    def _finished(self, code: int, status: QProcess.ExitStatus) -> None:
        self._deadline.stop()
        if status != QProcess.ExitStatus.NormalExit or code != 0:
            complaint = bytes(self._process.readAllStandardError().data()).decode(errors="replace").strip()
            program = self._commands[self._asked][0]
            if complaint:
                said = {"program": program, "error": complaint.splitlines()[-1]}
                self._note(Part("screen power", "fault", "failed", said))
            else:
                self._note(Part("screen power", "fault", "ended", {"program": program, "exit_code": str(code)}))
            return
        self._part = Part("screen power", "ok", "on" if self._asked else "off")
        if self._asked != self._wanted:
            self._run()

    def _failed(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self._deadline.stop()
            program = self._commands[self._asked][0]
            self._note(Part("screen power", "fault", "not_installed", {"program": program}))

    def _note(self, fault: Part) -> None:
        if self._part.state != "fault":
            log.warning("%s", of_part(fault, LOGGED))
        self._part = fault
        # What was wished meanwhile has not been tried yet.
        self._again.start(AGAIN_MS[self._asked] if self._asked == self._wanted else 0)


def make_power(settings: NightSettings, parent: QObject | None = None) -> ScreenPower:
    """Return what the settings say is fitted."""
    if settings.power == "none":
        return NothingFitted()
    if settings.power == "cec":
        # cec-ctl of Debian's v4l-utils: a playback device asks the TV (logical address 0).
        ask = ["cec-ctl", "--device", settings.device, "--playback", "--to", "0"]
        return CommandPower({False: [*ask, "--standby"], True: [*ask, "--image-view-on"]}, parent)
    return CommandPower({False: list(settings.off), True: list(settings.on)}, parent)


def _timer(parent: QObject, call: Callable[[], None]) -> QTimer:
    timer = QTimer(parent)
    timer.setSingleShot(True)
    timer.timeout.connect(call)
    return timer
