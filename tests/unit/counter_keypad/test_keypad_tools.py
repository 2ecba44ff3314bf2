"""The officer's page and the trial of a number display."""

from __future__ import annotations

from itertools import groupby

import pytest
from PIL import Image

from counter_keypad import desk_page, number_tool
from counter_keypad.desk_page import GLASS, STRIP
from counter_keypad.fake_serial import FakeSerialLine
from counter_keypad.patterns import FLASHES, HINTS, STATES

KEYPAD = """
[keypad]
counter = "3"
buttons = [{ pin = 17, press = "call_next", hold = "pause:break" }, { pin = 22, press = "transfer:kasir" }]
lamp = { pins = [5] }
"""


def strips(picture, x_from_right):
    """How often the lamp goes on in each strip of one column, from the top of the page down."""
    left = picture.width - x_from_right
    dark = [picture.getpixel((left + 30, y)) != (255, 255, 255) for y in range(picture.height)]
    rows = [list(run) for is_strip, run in groupby(range(picture.height), key=lambda y: dark[y]) if is_strip]
    found = []
    for row in rows:
        middle = row[len(row) // 2]
        line = [picture.getpixel((left + x, middle)) for x in range(12, round(STRIP[0]) - 12)]
        found.append(sum(1 for lit, _ in groupby(pixel != GLASS for pixel in line) if lit))
    return found


def test_the_page_is_drawn_from_the_patterns(tmp_path):
    file = tmp_path / "page.png"
    assert desk_page.main([str(file)]) == 0
    picture = Image.open(file)
    answers = [len(pattern.steps) // 2 for pattern in FLASHES.values()]
    answers.insert(list(FLASHES).index("early") + 1, 3)  # the countdown: a tick a second for three seconds
    for column in (1, 2):
        x = round(desk_page.MARGIN + column * STRIP[0] + (column - 1) * 4 * desk_page.MM)
        drawn = strips(picture, x)
        assert len(drawn) == len(STATES) + len(HINTS) + len(answers)
        assert drawn[-len(answers) :] == answers
        assert drawn[: len(STATES)] == [1, 1, 3, 1, 2, 0, 4]


def test_a_page_for_one_keypad_as_pdf(tmp_path):
    config = tmp_path / "keypad.toml"
    config.write_text(KEYPAD, encoding="utf-8")
    assert desk_page.main([str(tmp_path / "page.pdf"), "--config", str(config)]) == 0
    assert (tmp_path / "page.pdf").read_bytes().startswith(b"%PDF")


def test_a_wrong_configuration_is_said(tmp_path, capsys):
    config = tmp_path / "keypad.toml"
    config.write_text(KEYPAD.replace("call_next", "cal_next"), encoding="utf-8")
    assert desk_page.main([str(tmp_path / "page.pdf"), "--config", str(config)]) == 1
    assert "'cal_next' is no action" in capsys.readouterr().err


@pytest.fixture
def config(tmp_path):
    file = tmp_path / "keypad.toml"
    table = f'[keypad.number_display]\nkind = "serial"\nport = "{tmp_path / "ttyUSB0"}"\ncall_frame = "!{{text}}\\r"\n'
    file.write_text(table, encoding="utf-8")
    return file


def test_a_display_is_tried_with_all_that_it_may_show(tmp_path, config, capsys):
    line = FakeSerialLine(tmp_path / "ttyUSB0")
    assert number_tool.main(["--config", str(config), "--number", "B007", "--seconds", "0"]) == 0
    assert line.read() == b"----\r!B007\r!B007\rB007.\r"
    assert "21 42 30 30 37 0d" in capsys.readouterr().out
    line.close()


def test_a_dry_trial_needs_no_display(config, capsys):
    assert number_tool.main(["--config", str(config), "--dry"]) == 0
    assert "hub away      41 30 31 32 2e 0d" in capsys.readouterr().out


def test_a_display_that_is_not_there_is_said(config, capsys):
    assert number_tool.main(["--config", str(config)]) == 1
    assert "ttyUSB0" in capsys.readouterr().err
