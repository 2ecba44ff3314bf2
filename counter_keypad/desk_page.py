"""``giliran lamp-page``: what the lamp says on one page for the officer's desk, drawn from the patterns themselves.

With a keypad's configuration the page also says what its buttons do, and shows the lamp that it has.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from PIL import Image, ImageDraw, ImageFont

from appliance.node import config as configuration
from appliance.node.config import ConfigError
from appliance.texts import text
from counter_keypad import actions
from counter_keypad.patterns import AGAIN, FLASHES, HINTS, OFF, STATES, Colour, Pattern
from counter_keypad.settings import ButtonSettings, KeypadSettings

DPI: Final = 300
MM: Final = DPI / 25.4
PAGE: Final = (round(210 * MM), round(297 * MM))
"""A4, to be laid under glass or cut in half and laminated."""
MARGIN: Final = 12 * MM
ROW: Final = 8.4 * MM
STRIP: Final = (46 * MM, 4.6 * MM)
STRIP_MS: Final = 3_000
TABLES: Final[dict[str, Mapping[Any, Pattern]]] = {"state": STATES, "hint": HINTS, "answer": FLASHES}
INK, FAINT, GLASS = (20, 24, 28), (96, 104, 112), (38, 42, 48)
FONTS: Final = Path("/usr/share/fonts/truetype/noto")
REGULAR, BOLD = "NotoSans-Regular.ttf", "NotoSans-Bold.ttf"


class DeskPage:
    """The page while it is being drawn.

    Args:
        settings: of a keypad whose buttons and lamp are meant, or None for any.

    Raises:
        OSError: if the fonts are missing.
    """

    def __init__(self, settings: KeypadSettings | None) -> None:
        self._settings = settings
        pins = len(settings.lamp.pins) if settings else 0
        self._lamps = [pins == 3] if pins else [True, False]
        """Which lamps are drawn: coloured, of one colour."""
        self.picture = Image.new("RGB", PAGE, "white")
        self._draw = ImageDraw.Draw(self.picture)
        self._y = MARGIN
        self._size = self._fitting_size()

    def draw(self) -> Image.Image:
        """Draw everything; return the page."""
        self._title()
        self._lamp_names()
        self._section("states", [(f"lamp.state.{key}", pattern, True) for key, pattern in STATES.items()])
        self._section("hints", [(f"lamp.hint.{key}", pattern, True) for key, pattern in HINTS.items()])
        answers = [(f"lamp.answer.{key}", pattern, False) for key, pattern in FLASHES.items() if self._is_met(key)]
        place = next(n for n, answer in enumerate(answers) if answer[0] == "lamp.answer.early") + 1
        answers.insert(place, ("lamp.answer.again", AGAIN, True))
        self._section("answers", answers)
        if self._settings and self._settings.buttons:
            self._buttons(self._settings)
        return self.picture

    def _is_met(self, flash: str) -> bool:
        """Tell whether the keypad can ever show it: typed numbers need keys to type them on."""
        settings = self._settings
        return flash not in ("number", "mistake") or not settings or bool(settings.number_pad or settings.serial_pad)

    def _title(self) -> None:
        self._put(text("lamp.title"), MARGIN, self._y, 7.5, bold=True)
        if self._settings:
            counter = text("panel.counter", counter=self._settings.counter)
            self._put(counter, PAGE[0] - MARGIN, self._y, 7.5, bold=True, anchor="ra")
        self._put(text("lamp.title", "en"), MARGIN, self._y + 9 * MM, 3.6, ink=FAINT)
        self._y += 17 * MM

    def _lamp_names(self) -> None:
        for place, coloured in enumerate(self._lamps):
            key = "lamp.coloured" if coloured else "lamp.one_colour"
            words = f"{text(key)} · {text(key, 'en')}"
            self._put(words, self._strip_x(place) + STRIP[0] / 2, self._y, 2.8, ink=FAINT, anchor="ma")
            seconds = text("lamp.seconds", count=STRIP_MS // 1000)
            self._put(seconds, self._strip_x(place) + STRIP[0] / 2, self._y + 3.8 * MM, 2.6, ink=FAINT, anchor="ma")
        self._y += 5 * MM

    def _section(self, key: str, rows: list[tuple[str, Pattern, bool]]) -> None:
        self._heading(key)
        for words, pattern, repeats in rows:
            for place, coloured in enumerate(self._lamps):
                self._strip(self._strip_x(place), self._y, pattern, coloured=coloured, repeats=repeats)
            self._put(text(words), MARGIN, self._y - 0.9 * MM, self._size)
            self._put(text(words, "en"), MARGIN, self._y + 3.7 * MM, 2.5, ink=FAINT)
            self._y += ROW
        self._y += 2.4 * MM

    def _buttons(self, settings: KeypadSettings) -> None:
        self._heading("buttons")
        rows = [(str(number), *_wording(button)) for number, button in enumerate(settings.buttons, 1)]
        if settings.number_pad or settings.serial_pad:
            rows.append(("", text("lamp.number_pad"), text("lamp.number_pad", "en")))
        step = min(ROW, (PAGE[1] - MARGIN - self._y) / len(rows))
        for number, first, second in rows:
            beside = MARGIN + (8 * MM if number else 0)
            self._put(number, MARGIN, self._y - 0.8 * MM, 4.4, bold=True)
            self._put(first, beside, self._y - 0.9 * MM, self._size)
            self._put(second, beside, self._y + 3.7 * MM, 2.5, ink=FAINT)
            self._y += step

    def _strip_x(self, place: int) -> float:
        return PAGE[0] - MARGIN - (len(self._lamps) - place) * (STRIP[0] + 4 * MM) + 4 * MM

    def _strip(self, x: float, y: float, pattern: Pattern, *, coloured: bool, repeats: bool) -> None:
        """Draw what the lamp shows from left to right; a flash that comes once is followed by nothing."""
        width, height = STRIP
        self._draw.rounded_rectangle((x, y, x + width, y + height), 1.2 * MM, fill=GLASS)
        pad = 0.7 * MM
        shown = STRIP_MS if repeats else pattern.length_ms
        start = 0 if repeats else 200
        for pixel in range(round(width - 2 * pad)):
            elapsed = pixel / (width - 2 * pad) * STRIP_MS - start
            colour = pattern.at(int(elapsed)) if 0 <= elapsed < shown else OFF
            if colour != OFF:
                left = x + pad + pixel
                self._draw.line((left, y + pad, left, y + height - pad), fill=_printed(colour, coloured=coloured))

    def _heading(self, key: str) -> None:
        words = text(f"lamp.{key}")
        self._put(words, MARGIN, self._y, 4.4, bold=True)
        beside = MARGIN + self._draw.textlength(words, _font(4.4, bold=True)) + 3 * MM
        self._put(text(f"lamp.{key}", "en"), beside, self._y + 1.4 * MM, 3.0, ink=FAINT)
        self._y += 7 * MM

    def _fitting_size(self) -> float:
        """Return the largest size, in millimetres, at which every explanation fits beside its strips."""
        room = PAGE[0] - 2 * MARGIN - len(self._lamps) * (STRIP[0] + 4 * MM)
        keys = [f"lamp.{kind}.{key}" for kind, table in TABLES.items() for key in table]
        widest = max(self._draw.textlength(text(key), _font(10)) for key in [*keys, "lamp.answer.again"])
        return min(3.6, 10 * room / widest)

    def _put(
        self,
        words: str,
        x: float,
        y: float,
        size: float,
        *,
        bold: bool = False,
        ink: tuple[int, int, int] = INK,
        anchor: str = "la",
    ) -> None:
        self._draw.text((x, y), words, font=_font(size, bold=bold), fill=ink, anchor=anchor)


def _font(size: float, *, bold: bool = False) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(FONTS / (BOLD if bold else REGULAR)), round(size * MM))


def _wording(button: ButtonSettings) -> tuple[str, str]:
    """Return what a button does, in Indonesian and in English."""
    lines = []
    for language in ("id", "en"):
        words = _words(button.press, language)
        held = f" · {text('lamp.hold', language)}: {_words(button.hold, language)}" if button.hold else ""
        lines.append(words + held)
    return lines[0], lines[1]


def _words(action: str, language: str) -> str:
    wish = actions.parse(action)
    return text(f"lamp.action.{wish.do}", language, about=wish.about)


def _printed(colour: Colour, *, coloured: bool) -> tuple[int, int, int]:
    """Return a colour for paper. The square root is about how the eye sees light: a dim lamp is still seen to be on."""
    brightness = max(colour)
    red, green, blue = colour if coloured else (brightness, brightness, brightness * 0.8)
    glass = [level / 255 for level in GLASS]
    levels = [base + (1 - base) * level**0.5 for base, level in zip(glass, (red, green, blue), strict=True)]
    return (round(levels[0] * 255), round(levels[1] * 255), round(levels[2] * 255))


def main(arguments: list[str]) -> int:
    """Draw the page; return the exit code.

    Args:
        arguments: of the command line, see ``--help``.
    """
    parser = argparse.ArgumentParser(prog="giliran lamp-page", description=__doc__)
    parser.add_argument("file", type=Path, help="where the page is written: .png or .pdf")
    parser.add_argument("--config", type=Path, help="a keypad's configuration, whose buttons and lamp are meant")
    options = parser.parse_args(arguments)
    try:
        settings = None
        if options.config:
            settings = configuration.load(options.config).section("keypad", KeypadSettings)
        DeskPage(settings).draw().save(options.file, dpi=(DPI, DPI), resolution=DPI)
    except (ConfigError, OSError, ValueError) as error:
        sys.stderr.write(f"giliran lamp-page: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
