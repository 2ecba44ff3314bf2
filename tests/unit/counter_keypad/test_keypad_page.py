"""What docs/keypad.md tells a technician must be true."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import msgspec
import pytest
from PIL import Image, ImageChops

from counter_keypad import desk_page
from counter_keypad.actions import ALL
from counter_keypad.frames import render
from counter_keypad.number_pad import KEYS
from counter_keypad.settings import KeypadSettings

DOCS = Path(__file__).parents[3] / "docs"
PAGE = (DOCS / "keypad.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_is_accepted(example):
    assert msgspec.convert(tomllib.loads(example)["keypad"], KeypadSettings)


def test_there_is_an_example_for_every_part():
    assert len(EXAMPLES) == 7
    for part in ("number_pad", "serial_pad", "rating_pad", "number_display"):
        assert f"[keypad.{part}]" in PAGE


def test_the_page_names_every_action_and_every_key():
    words = set(re.findall(r"[a-zA-Z_0-9]+", PAGE))
    assert set(ALL) <= words
    named = {name for name in KEYS.values() if len(name) > 1} - {"ENTER", "CLEAR"}
    assert {name for name in named if not re.fullmatch(r"F\d+", name)} <= words


def test_the_frames_on_the_page_can_be_made():
    frames = re.findall(r'\| `("[^`]*")`', PAGE)
    assert len(frames) >= 4
    for frame in frames:
        assert render(tomllib.loads(f"frame = {frame}")["frame"], "A012", ".", 4, 1)


def test_the_default_wiring_is_that_of_the_page():
    settings = KeypadSettings()
    rows = re.findall(r"^\| .*? \| ([\d, ]+) \| [\d, ]+ \|", PAGE, re.MULTILINE)
    pins = [int(pin) for row in rows for pin in row.split(", ")]
    assert pins == [*(button.pin for button in settings.buttons), *settings.lamp.pins]


def test_the_picture_is_that_of_the_patterns():
    drawn = desk_page.DeskPage(None).draw()
    with Image.open(DOCS / "pictures/keypad-lamp.png") as kept:
        small = drawn.resize(kept.size, Image.Resampling.LANCZOS)
        strips = (kept.width * 11 // 20, kept.height // 8, kept.width, kept.height)  # the letters depend on the fonts
        difference = ImageChops.difference(small.crop(strips), kept.convert("RGB").crop(strips)).convert("L")
    assert sum(difference.histogram()[64:]) < 200, "run `giliran lamp-page` and scale its picture to docs/pictures"
