"""Keys of the kiosk: four that move, choose and go back, and a scanner that types what it reads."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent

from kiosk.visit.scan import ALONE_MS, Wedge

ACTIONS: Final = {
    Qt.Key.Key_Right: "next",
    Qt.Key.Key_Down: "next",
    Qt.Key.Key_Tab: "next",
    Qt.Key.Key_Left: "previous",
    Qt.Key.Key_Up: "previous",
    Qt.Key.Key_Backtab: "previous",
    Qt.Key.Key_Return: "choose",
    Qt.Key.Key_Enter: "choose",
    Qt.Key.Key_Space: "choose",
    Qt.Key.Key_Select: "choose",
    Qt.Key.Key_Escape: "back",
    Qt.Key.Key_Backspace: "back",
    Qt.Key.Key_Back: "back",
}
"""What a USB keypad or pins with the kernel's ``gpio-key`` overlay send."""
_ENTER: Final = {Qt.Key.Key_Return, Qt.Key.Key_Enter}
_TYPED: Final = {Qt.Key.Key_Tab: "\t", Qt.Key.Key_Space: " ", Qt.Key.Key_Backspace: "", Qt.Key.Key_Escape: ""}
"""Keys that a person presses and a scanner types as well, for signs of a code or around it."""


class KeyWatch(QObject):
    """Listens to all keys of a window.

    Beside a scanner that types, the keys that it may type count only when nothing follows them at once.

    Args:
        scanned: told what a scanner has typed; None if the kiosk has no such scanner.
        now: tells milliseconds of a monotonic clock.
    """

    pressed = Signal(str)
    """``next``, ``previous``, ``choose`` or ``back``."""

    def __init__(self, scanned: Callable[[str], None] | None, now: Callable[[], int] | None = None) -> None:
        super().__init__()
        self._scanned = scanned
        self._now = now or (lambda: time.monotonic_ns() // 1_000_000)
        self._wedge = Wedge()
        self._held = ""
        self._alone = QTimer(self)
        self._alone.setSingleShot(True)
        self._alone.setInterval(ALONE_MS)
        self._alone.timeout.connect(self._nothing_followed)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802  # Qt's name
        """Take key presses; leave everything else."""
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        key = Qt.Key(event.key())
        action = ACTIONS.get(key, "")
        if self._scanned is not None and not event.isAutoRepeat() and self._typed(key, event.text(), action):
            return True
        # A key that is held down goes on by itself from one control to the next; it does not choose by itself.
        if action and not (event.isAutoRepeat() and action in {"choose", "back"}):
            self.pressed.emit(action)
        return bool(action)

    def _typed(self, key: Qt.Key, sign: str, action: str) -> bool:
        """Take what a scanner may have typed; tell whether it is left to nobody else, at least for now."""
        now = self._now()
        if key in _ENTER:
            scan = self._wedge.enter(now)
            if scan is None:
                self._hold(action)
            elif scan and self._scanned is not None:
                self._scanned(scan)
            return True
        if key in _TYPED:
            if self._wedge.key(_TYPED[key], now):
                self._hold(action)
            return True
        if sign.isprintable() and sign:
            self._wedge.sign(sign, now)
            return True
        return False

    def _hold(self, action: str) -> None:
        self._held = action
        self._alone.start()

    def _nothing_followed(self) -> None:
        if self._wedge.alone():
            self.pressed.emit(self._held)
