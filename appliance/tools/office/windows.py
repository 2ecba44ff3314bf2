"""Where the demonstration's windows stand, and what is written over them: no window manager need place them."""

from __future__ import annotations

import math
from typing import Final

import msgspec

from appliance.texts import text

KIOSK: Final = (1024, 600)
BOARD: Final = (1280, 720)
"""Their sizes where there is no screen; on a screen they keep these proportions."""
LEAST: Final = 480
"""So wide is a kiosk at least; on a smaller screen windows overlap."""
FRAME: Final = 32
"""Height of a title bar, for desktops that draw one."""
GAP: Final = 8
DESK: Final = (345, 240)
"""One keypad on the front panel, and the printed paper beside all of them."""
PAPER: Final = (320, 760)


class Place(msgspec.Struct, frozen=True):
    """A window on the screen, in pixels; without the frame."""

    left: int
    top: int
    width: int
    height: int


class Windows(msgspec.Struct, frozen=True):
    """The board above the kiosk, and the front panel at their right."""

    board: Place
    kiosk: Place
    panel: Place


def title(window: str) -> str:
    """Return what stands over the window ``kiosk``, ``board`` or ``title`` (the front panel): both languages."""
    return f"{text(f'panel.{window}')} · {text(f'panel.{window}', 'en')}"


def arrange(screen: Place, counters: int) -> Windows:
    """Place the windows beside each other, as large as they can be.

    Args:
        screen: the part of it that windows may use.
        counters: so many keypads are on the front panel.
    """
    height = min(screen.height - FRAME, max(PAPER[1], counters * DESK[1]))
    panel_width = PAPER[0] + math.ceil(counters / rows(height)) * DESK[0]
    tall = BOARD[1] / BOARD[0] + KIOSK[1] / KIOSK[0]
    room = min(screen.width - panel_width - GAP, (screen.height - 2 * FRAME) / tall, BOARD[0])
    width = int(max(room, LEAST))
    board = Place(screen.left, screen.top, width, width * BOARD[1] // BOARD[0])
    kiosk = Place(screen.left, board.top + board.height + FRAME, width, width * KIOSK[1] // KIOSK[0])
    left = max(0, min(width + GAP, screen.width - panel_width))
    return Windows(board, kiosk, Place(screen.left + left, screen.top, panel_width, height))


def rows(height: int) -> int:
    """Return how many keypads stand one below the other on a front panel of this height."""
    return max(1, height // DESK[1])


def usable_screen() -> Place:
    """Return the part of the main screen that windows may use. Asks Qt, which must not run in this process yet."""
    from PySide6.QtGui import QGuiApplication

    app = QGuiApplication(["giliran"])
    try:
        area = app.primaryScreen().availableGeometry()
        return Place(area.x(), area.y(), area.width(), area.height())
    finally:
        app.shutdown()
