"""Where the demonstration's windows stand: beside each other, on the screen, as large as they can be."""

from __future__ import annotations

import pytest

from appliance.texts import text
from appliance.tools.office import windows
from appliance.tools.office.windows import Place


def apart(one: Place, other: Place) -> bool:
    beside = one.left + one.width <= other.left or other.left + other.width <= one.left
    return beside or one.top + one.height <= other.top or other.top + other.height <= one.top


@pytest.mark.parametrize(
    ("screen", "counters"),
    [
        (Place(0, 0, 1920, 1080), 2),
        (Place(0, 0, 1920, 1080), 9),
        (Place(64, 28, 1856, 1052), 3),
        (Place(0, 0, 1366, 768), 2),
        (Place(0, 0, 1366, 768), 3),
        (Place(0, 0, 1280, 1024), 4),
        (Place(1920, 0, 3840, 2160), 5),
    ],
)
def test_no_window_covers_another_or_leaves_the_screen(screen: Place, counters: int) -> None:
    placed = windows.arrange(screen, counters)
    assert placed.kiosk.width >= windows.LEAST
    for window in (placed.board, placed.kiosk, placed.panel):
        assert screen.left <= window.left
        assert window.left + window.width <= screen.left + screen.width
        assert screen.top <= window.top
        assert window.top + window.height + windows.FRAME <= screen.top + screen.height
    assert apart(placed.board, placed.kiosk)
    assert apart(placed.board, placed.panel)
    assert apart(placed.kiosk, placed.panel)
    # Where a window manager draws a title bar over the kiosk, it does not lie on the board.
    assert placed.kiosk.top - (placed.board.top + placed.board.height) >= windows.FRAME


def test_on_a_small_screen_the_kiosk_stays_large_enough_to_be_touched() -> None:
    placed = windows.arrange(Place(0, 0, 800, 600), 2)
    assert placed.kiosk.width == windows.LEAST
    assert placed.panel.left + placed.panel.width <= 800


def test_every_window_has_a_name_in_both_languages() -> None:
    titles = {windows.title(name) for name in ("kiosk", "board", "title")}
    assert len(titles) == 3
    for name in ("kiosk", "board", "title"):
        assert all(text(f"panel.{name}", language) in windows.title(name) for language in ("id", "en"))
