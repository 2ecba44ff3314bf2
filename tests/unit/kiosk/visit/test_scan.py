"""What a scanner reads, and how its typing is told from a person's keys."""

from __future__ import annotations

import os
import pty
import threading
import time
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from pytestqt.qtbot import QtBot

from kiosk.visit.keys import KeyWatch
from kiosk.visit.scan import ALONE_MS, SLOWEST_MS, Scan, Wedge, read
from kiosk.visit.scanner import SerialScanner


@pytest.mark.parametrize(
    ("scanned", "meaning"),
    [
        ("A012-0123456789ab", Scan("ticket", "A012")),
        ("http://antrean.kantor.local/t/AX01-0123456789ab\r", Scan("ticket", "AX01")),
        ("XK42", Scan("booking", "XK42")),
        ("xk42ab", Scan("booking", "XK42AB")),
        ("https://janji.go.id/b/XK42", Scan("booking", "XK42")),
        ("https://janji.go.id/some/page", Scan("other")),
        ("A12", Scan("other")),
        ("8991234567890123456", Scan("other")),
        ("", Scan("other")),
        ("'; DROP TABLE", Scan("other")),
    ],
)
def test_a_scan_is_a_ticket_a_booking_or_nothing_of_ours(scanned: str, meaning: Scan) -> None:
    assert read(scanned) == meaning


def typed(text: str, gap_ms: int) -> str | None:
    wedge, now = Wedge(), 1_000
    for sign in text:
        wedge.sign(sign, now)
        now += gap_ms
    return wedge.enter(now)


def test_what_is_typed_as_fast_as_a_scanner_does_is_a_scan() -> None:
    assert typed("A012-0123456789ab", 8) == "A012-0123456789ab"


def test_what_a_person_types_is_not() -> None:
    assert typed("XK42", SLOWEST_MS + 50) is None
    assert typed("", 8) is None


def test_signs_from_before_do_not_get_into_a_scan() -> None:
    wedge = Wedge()
    wedge.sign("Z", 0)
    for at, sign in enumerate("XK42"):
        wedge.sign(sign, 1_000 + 5 * at)
    assert wedge.enter(1_030) == "XK42"
    assert wedge.enter(1_040) == ""


class Keyboard:
    """A window's keys, on a clock of their own."""

    def __init__(self) -> None:
        self.now = 1_000
        self.scans: list[str] = []
        self.actions: list[str] = []
        self.watch = KeyWatch(self.scans.append, lambda: self.now)
        self.watch.pressed.connect(self.actions.append)

    def press(self, key: Qt.Key, text: str = "", *, repeats: bool = False) -> None:
        event = QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier, text, repeats)
        self.watch.eventFilter(self.watch, event)

    def type(self, text: str, gap_ms: int = 8) -> None:
        for sign in text:
            self.press(SIGNS.get(sign, Qt.Key.Key_A), sign)
            self.now += gap_ms

    def wait(self, qtbot: QtBot) -> None:
        """Let a scanner's silence pass, in both clocks."""
        self.now += 10_000
        qtbot.wait(2 * ALONE_MS)


SIGNS = {"\t": Qt.Key.Key_Tab, "\r": Qt.Key.Key_Return, "\n": Qt.Key.Key_Enter, " ": Qt.Key.Key_Space,
         "\x1b": Qt.Key.Key_Escape, "\b": Qt.Key.Key_Backspace}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "scans"),
    [
        ("XK42\r", ["XK42"]),
        ("XK42\r\n", ["XK42"]),
        (" XK42 \r", ["XK42"]),
        ("\tXK42\t\r", ["XK42"]),
        ("NAMA LENGKAP\tXK42\r", ["NAMA LENGKAP\tXK42"]),
        ("\r\rXK42\r\r", ["XK42"]),
        ("\x1b\bXK42\r", ["XK42"]),
        ("   \r", []),
        ("\t\t\t", []),
        ("\r\r", []),
        ("XK42\t", []),
        ("X\r", []),
    ],
)
def test_whatever_a_scanner_types_chooses_nothing_and_moves_nothing(qtbot: QtBot, text: str, scans: list[str]) -> None:
    keyboard = Keyboard()
    keyboard.type(text)
    keyboard.wait(qtbot)
    assert (keyboard.scans, keyboard.actions) == (scans, [])


def test_keys_that_a_person_presses_count_beside_such_a_scanner(qtbot: QtBot) -> None:
    keyboard = Keyboard()
    for key in (Qt.Key.Key_Tab, Qt.Key.Key_Space, Qt.Key.Key_Escape, Qt.Key.Key_Return):
        keyboard.press(key, " " if key == Qt.Key.Key_Space else "")
        keyboard.wait(qtbot)
    assert keyboard.actions == ["next", "choose", "back", "choose"]


def test_arrows_count_at_once_and_a_key_that_is_held_down_goes_on(qtbot: QtBot) -> None:
    keyboard = Keyboard()
    keyboard.press(Qt.Key.Key_Right)
    assert keyboard.actions == ["next"]
    keyboard.press(Qt.Key.Key_Tab)
    keyboard.wait(qtbot)
    for _ in range(3):
        keyboard.press(Qt.Key.Key_Tab, repeats=True)
    assert keyboard.actions == ["next"] * 5


def test_without_such_a_scanner_every_key_counts_at_once() -> None:
    keyboard = Keyboard()
    keyboard.watch = KeyWatch(None)
    keyboard.watch.pressed.connect(keyboard.actions.append)
    keyboard.type("\t\r ")
    assert keyboard.actions == ["next", "choose", "choose"]


class Line:
    """A scanner's end of a serial line that can be unplugged and plugged in again, under one name."""

    def __init__(self, name: Path) -> None:
        self.name = name
        self.plug_in()

    def plug_in(self) -> None:
        self._master, slave = pty.openpty()
        self._slave = slave
        self.name.symlink_to(os.ttyname(slave))

    def unplug(self) -> None:
        self.name.unlink()
        os.close(self._slave)
        os.close(self._master)

    def send(self, raw: bytes) -> None:
        os.write(self._master, raw)


def until(condition: object, seconds: float = 10.0) -> bool:
    end = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]  # a callable
        if time.monotonic() > end:
            return False
        threading.Event().wait(0.02)
    return True


@pytest.mark.expects_log("scanner")
def test_a_serial_scanner_is_heard_and_heard_again_after_it_was_unplugged(tmp_path: Path) -> None:
    line, heard = Line(tmp_path / "scanner"), list[str]()
    scanner = SerialScanner(str(line.name), 9600, heard.append)
    scanner.start()
    assert until(lambda: scanner.parts()[0].state == "ok")
    line.send(b"XK4")
    line.send(b"2\r\nA012-0123456789ab\r")
    assert until(lambda: len(heard) == 2)
    assert heard == ["XK42", "A012-0123456789ab"]
    line.unplug()
    assert until(lambda: scanner.parts()[0].state == "missing")
    line.plug_in()
    assert until(lambda: scanner.parts()[0].state == "ok")
    line.send(b"\xff\x00B7\n")
    assert until(lambda: len(heard) == 3)
    scanner.stop()
    assert scanner.dead_part() is None


@pytest.mark.expects_log("could not be handed over")
def test_a_code_that_cannot_be_handed_over_does_not_silence_the_next(tmp_path: Path) -> None:
    line, heard = Line(tmp_path / "scanner"), list[str]()

    def take(code: str) -> None:
        heard.append(code)
        if len(heard) == 1:
            raise ValueError(code)

    scanner = SerialScanner(str(line.name), 9600, take)
    scanner.start()
    assert until(lambda: scanner.parts()[0].state == "ok")
    line.send(b"ONE\nTWO\n")
    assert until(lambda: heard == ["ONE", "TWO"])
    scanner.stop()
