"""Keys of the kiosk: four that move, choose and go back, and a scanner that types what it reads."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent

from kiosk.scan import Wedge

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


class KeyWatch(QObject):
    """Listens to all keys of a window.

    Args:
        scanned: told what a scanner has typed; None if the kiosk has no such scanner.
    """

    pressed = Signal(str)
    """``next``, ``previous``, ``choose`` or ``back``."""

    def __init__(self, scanned: Callable[[str], None] | None) -> None:
        super().__init__()
        self._scanned = scanned
        self._wedge = Wedge()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802  # Qt's name
        """Take key presses; leave everything else."""
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        now = time.monotonic_ns() // 1_000_000
        key = Qt.Key(event.key())
        if self._scanned is not None:
            if key in _ENTER and (text := self._wedge.enter(now)):
                self._scanned(text)
                return True
            if event.text().isprintable() and event.text() and key != Qt.Key.Key_Space:
                self._wedge.sign(event.text(), now)
                return True
        action = ACTIONS.get(key)
        # A key that is held down goes on by itself from one control to the next; it does not choose by itself.
        if action and not (event.isAutoRepeat() and action in {"choose", "back"}):
            self.pressed.emit(action)
        return action is not None
