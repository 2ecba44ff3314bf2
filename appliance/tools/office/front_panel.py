"""A window that stands in for what a desk has no wires to: each keypad's parts, and the printed paper.

The buttons move the mock pins of the keypad processes; what follows from that is the keypads' business. The number over
the counter is drawn from the bytes that its board would get on its serial line.
"""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QPoint, QSize, Qt, QTimer
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import (
    QApplication,
    QGridLayout,
    QGroupBox,
    QHBoxLayout,
    QLabel,
    QLCDNumber,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from appliance.node.daemon import Stop
from appliance.texts import text
from appliance.tools.office import windows
from appliance.tools.office.panel_client import PanelClient, number_port
from appliance.ui.app import PROGRAM
from counter_keypad.fake_serial import FakeSerialLine

LOOK_MS: Final = 50
PAPER_WIDTH: Final = 300
NUMBER_PLACES: Final = 4
NEWEST_BYTES: Final = 64
"""The last frame is among these."""
UNLIT: Final = 40
"""How bright a lamp that is off is drawn, of 255."""


class NumberBoard(QLCDNumber):
    """A counter's number display: seven segments a place, behind a serial line.

    Args:
        port: the near end of the line; made here, with the far end.
    """

    def __init__(self, port: Path) -> None:
        super().__init__(NUMBER_PLACES)
        self._line = FakeSerialLine(port)
        self.setSegmentStyle(QLCDNumber.SegmentStyle.Flat)
        self.setSmallDecimalPoint(True)
        self.setFixedSize(150, 44)
        self.setStyleSheet("background: #1c1c1c; color: #ff5340;")

    def look(self) -> None:
        """Show the newest frame that has come whole."""
        frames = self._line.read()[-NEWEST_BYTES:].split(b"\r")
        if len(frames) > 1:
            self.display(frames[-2].decode("latin-1"))


class FrontPanel(QWidget):
    """One counter's keypad.

    Args:
        socket: of the keypad's mock pins.
    """

    def __init__(self, socket: Path) -> None:
        super().__init__()
        self._client = PanelClient(socket)
        counter = socket.stem.removeprefix("keypad-")
        box = QGroupBox(text("panel.counter", counter=counter))
        layout, grid = QVBoxLayout(self), QGridLayout(box)
        layout.addWidget(box)
        self._lamp = QLabel()
        self._lamp.setFixedSize(36, 36)
        self._number = NumberBoard(number_port(socket))
        grid.addWidget(self._lamp, 0, 0, Qt.AlignmentFlag.AlignCenter)
        grid.addWidget(self._number, 0, 1, Qt.AlignmentFlag.AlignCenter)
        for place, action in enumerate(self._client.buttons):
            about = action.partition(":")
            words = [text(f"lamp.action.{about[0]}", language, about=about[2]) for language in ("id", "en")]
            button = QPushButton("\n".join(words))
            button.setMinimumSize(150, 52)
            button.pressed.connect(partial(self._client.contact, action, closed=True))
            button.released.connect(partial(self._client.contact, action, closed=False))
            grid.addWidget(button, 1 + place // 2, place % 2)

    def look(self) -> None:
        """Show lamp and number as they are."""
        self._number.look()
        # The square root is about how the eye sees it: a dim lamp is still seen to be on.
        levels = self._client.lamp()
        lit = levels if len(levels) == 3 else levels[:1] * 3 or (0.0, 0.0, 0.0)  # a lamp of one colour is drawn white
        red, green, blue = (UNLIT + round(level**0.5 * (255 - UNLIT)) for level in lit)
        self._lamp.setStyleSheet(f"background: rgb({red},{green},{blue}); border-radius: 18px; border: 2px solid #555;")


class Paper(QLabel):
    """The ticket that was printed last.

    Args:
        directory: in which each ticket is a picture.
    """

    def __init__(self, directory: Path) -> None:
        super().__init__(text("panel.no_paper"))
        self._directory = directory
        self._shown = ""
        self.setFixedWidth(PAPER_WIDTH)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)

    def look(self) -> None:
        """Show a new ticket."""
        newest = max((path.name for path in self._directory.glob("[0-9]*.png")), default="")
        if newest != self._shown:
            picture = QPixmap(str(self._directory / newest))
            if not picture.isNull():
                self._shown = newest
                size = QSize(PAPER_WIDTH, self.height())  # a long ticket must not push the window off the screen
                keep, smooth = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
                self.setPixmap(picture.scaled(size, keep, smooth))


def main(arguments: list[str]) -> int:
    """Show the window.

    Args:
        arguments: the folder of printed tickets; the window's left, top, width and height; then one socket a keypad.
    """
    app = QApplication([PROGRAM])
    window = QWidget()
    window.setWindowTitle(windows.title("title"))
    row, desks = QHBoxLayout(window), QGridLayout()
    paper = Paper(Path(arguments[0]))
    left, top, width, height = (int(number) for number in arguments[1:5])
    rows = windows.rows(height)
    panels = [FrontPanel(Path(socket)) for socket in arguments[5:]]
    for place, panel in enumerate(panels):
        desks.addWidget(panel, place % rows, place // rows)
    desks.setRowStretch(rows, 1)
    row.addLayout(desks)
    row.addWidget(paper)
    stop = Stop()

    def look() -> None:
        if stop:
            app.quit()
            return
        try:
            for panel in panels:
                panel.look()
            paper.look()
        except (OSError, ValueError):
            app.quit()  # the keypads have ended, and with them the demonstration

    timer = QTimer()
    timer.timeout.connect(look)
    timer.start(LOOK_MS)
    window.resize(width, height)
    window.create()
    window.windowHandle().setFramePosition(QPoint(left, top))
    window.show()
    return app.exec()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
