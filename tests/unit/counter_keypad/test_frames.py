"""What a number display shows, and the bytes for its board."""

from __future__ import annotations

import msgspec
import pytest
from gpiozero import LEDCharDisplay
from gpiozero.pins.mock import MockFactory

from counter_keypad.frames import SEGMENTS, fit, render
from counter_keypad.settings import KeypadSettings, SerialDisplaySettings


@pytest.mark.parametrize(
    ("number", "width", "letters", "shown"),
    [
        ("A012", 4, True, "A012"),
        ("A012", 6, True, "  A012"),
        ("A012", 3, True, "012"),
        ("A012", 4, False, " 012"),
        ("AX07", 4, True, "AX07"),
        ("A1000", 4, True, "1000"),
        ("A012", 2, True, "12"),
        (None, 4, True, "----"),
    ],
)
def test_a_number_fits_the_places_there_are(number, width, letters, shown):
    assert fit(number, width, letters=letters) == shown


@pytest.mark.parametrize(
    ("template", "dot", "frame"),
    [
        ("{text}\r", "", b"A012\r"),
        ("{text}\r", ".", b"A012.\r"),
        ("{text:<8}|", "", b"A012    |"),
        ("@{address:02d}{digits:>5}{dot}\n", ".", b"@07  012.\n"),
        ("{prefix}/{number}", "", b"A/A012"),
        ("\x02{start}{address:c}{text}{xor:c}\x03", "", b"\x02\x07A012" + bytes([7 ^ 65 ^ 48 ^ 49 ^ 50]) + b"\x03"),
        ("\x02{text}{sum:02X}", "", b"\x02A012" + f"{(2 + 65 + 48 + 49 + 50) & 255:02X}".encode()),
        ("{{{text}}}", "", b"{A012}"),
        ("\u00ff{segments}", ".", bytes([0xFF, 0x77, 0x3F, 0x06, 0x5B | 0x80])),
    ],
)
def test_a_template_becomes_the_bytes_of_a_board(template, dot, frame):
    assert render(template, "A012", dot, 4, 7) == frame


@pytest.mark.parametrize("template", ["{nummer}", "{text:d}", "{text", "→{text}", "{address:q}"])
def test_a_template_that_cannot_be_filled_is_refused_with_its_key(template):
    with pytest.raises(msgspec.ValidationError, match=r"number_display"):
        msgspec.convert({"number_display": {"kind": "serial", "port": "x", "frame": template}}, KeypadSettings)


def test_a_closed_office_shows_dashes_on_raw_segments():
    assert render("{segments}", fit(None, 4, letters=True), "", 4, 0) == b"\x40\x40\x40\x40"


def test_our_digits_have_the_shapes_of_gpiozeros():
    display = LEDCharDisplay(1, 2, 3, 4, 5, 6, 7, pin_factory=MockFactory())
    for sign, code in SEGMENTS.items():
        if sign in "0123456789ABCDEF":
            assert tuple(code >> bit & 1 for bit in range(7)) == display.font[sign], sign


def test_defaults_are_a_plain_line():
    settings = SerialDisplaySettings(port="/dev/ttyUSB0")
    assert render(settings.frame, "----", "", settings.width, settings.address) == b"----\r"
