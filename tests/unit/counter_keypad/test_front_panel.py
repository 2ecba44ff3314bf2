"""The front panel's number display: the far end of a real serial line."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLCDNumber

from appliance.node.polling import until
from appliance.tools.office.front_panel import NumberBoard
from appliance.tools.office.panel_client import number_port
from counter_keypad.number_display import SerialDisplay, Sign
from counter_keypad.settings import SerialDisplaySettings


@pytest.fixture
def board(qapp, tmp_path):
    board = NumberBoard(number_port(tmp_path / "keypad-1.sock"))
    yield board
    board.close()


def drawn(board, text):
    """Whether the board looks as a display does that shows ``text``."""
    board.look()
    other = QLCDNumber(board.digitCount())
    other.setSegmentStyle(board.segmentStyle())
    other.setSmallDecimalPoint(True)
    other.setStyleSheet(board.styleSheet())
    other.setFixedSize(board.size())
    other.display(text)
    return board.grab().toImage() == other.grab().toImage()


def test_the_number_is_drawn_from_the_bytes_on_the_line(board, tmp_path):
    display = SerialDisplay(SerialDisplaySettings(port=str(tmp_path / "keypad-1.number"), refresh_seconds=0.1))
    display.start()
    assert until(lambda: drawn(board, "----."), 5)
    for sign, text in ((Sign("A012", 1, away=False), "A012"), (Sign("B007", 1, away=True), "B007.")):
        display.show(sign)
        assert until(lambda t=text: drawn(board, t), 5)
    assert not drawn(board, "A012")
    display.close()
