"""A ticket's lines as ESC/POS bytes: the one place that knows python-escpos.

python-escpos writes the commands into memory, with its printer database for code pages and widths; nothing is sent
from here. Byte sequences: Epson's ESC/POS Command Reference.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from escpos.capabilities import CAPABILITIES
from escpos.escpos import QR_ECLEVEL_M
from escpos.printer import Dummy
from PIL import Image

from appliance.node.config import ConfigError
from kiosk.printer import pictures
from kiosk.printer.code_page import Letters
from kiosk.printer.settings import PrinterSettings
from kiosk.ticket.slip import (
    CHARACTER_DOTS,
    SMALL_CHARACTER_DOTS,
    WIDTH_DOTS,
    Cut,
    Feed,
    Headline,
    Line,
    Logo,
    Qr,
    Rule,
    Text,
)

log = logging.getLogger(__name__)

FONT_A: Final = (CHARACTER_DOTS, 24)
FONT_B: Final = (SMALL_CHARACTER_DOTS, 17)
"""Characters in dots, across and down."""
LEADING_DOTS: Final = 6
"""Between the rows of a paragraph."""
DOTS_TO_TEAR_BAR: Final = 120
SMOOTH_FROM: Final = 4
"""Printers smooth the corners of characters enlarged at least this much (GS b)."""
_PROFILES: Final = {80: "TM-T20II", 58: "POS-5890"}


class Renderer:
    """Turns a ticket's lines into ESC/POS. The same lines give the same bytes.

    Args:
        settings: paper, profile, code page, how QR codes and numbers are drawn, logo, cutter.

    Raises:
        ConfigError: if the profile or its code page is unknown.
    """

    def __init__(self, settings: PrinterSettings) -> None:
        self._settings = settings
        self._name = settings.profile or _PROFILES[settings.paper_mm]
        if self._name not in CAPABILITIES["profiles"]:
            raise ConfigError(f"kiosk.printer.profile: python-escpos knows no {self._name!r}")
        self._profile = CAPABILITIES["profiles"][self._name]
        pixels = self._profile["media"]["width"].get("pixels")
        self.dots: int = pixels if isinstance(pixels, int) else WIDTH_DOTS[settings.paper_mm]
        """How wide a picture may be."""
        self.width = self._columns("0", CHARACTER_DOTS) * CHARACTER_DOTS
        """The same for text, less where letters stand wider apart: then it is what they take at twelve dots each."""
        ascii_only = settings.code_page.lower() == "ascii"
        page = "CP437" if ascii_only else settings.code_page.upper()
        self._letters = Letters(self._new().magic.encoder, page, ascii_only=ascii_only)
        slots = [int(n) for n, name in self._profile["codePages"].items() if name == page]
        if not slots:
            raise ConfigError(f"kiosk.printer.code_page: {settings.code_page!r} is not one of the {self._name}'s")
        # python-escpos takes the last slot of a page that is listed twice (CP437 as 0 and 52); every printer has 0.
        self._slot = min(slots)
        features = self._profile["features"]
        self._draws = bool(features.get("bitImageRaster"))
        self._native_qr = settings.qr == "native" or (settings.qr == "auto" and bool(features.get("qrCode")))
        self._large = self._draws and settings.draws_numbers
        self.no_logo = ""
        """What is wrong with the settings' files, though tickets can be printed without them."""
        self._logo = self._load_logo(settings.logo) if settings.logo else None
        self._logos: dict[int, bytes] = {}
        self.reset = b"".join(self.render([]))
        """Makes the printer forget the row that it has not printed."""
        self.restart = b"".join(self.render([Cut()]))
        """The same, and cuts a half ticket off."""

    def longest(self, lines: Sequence[Line]) -> int:
        """Return the length of the longest command that tickets like this one have, in bytes."""
        number = pictures.raster_bytes(self.dots, pictures.TALLEST_NUMBER_DOTS) if self._large else 0
        return max(number, *map(len, self.render(lines)))

    def render(self, lines: Sequence[Line], *, again: bool = False) -> list[bytes]:
        """Return the commands of one ticket, in order; each item is a whole command or text.

        Args:
            lines: of the ticket.
            again: this is a second paper for it, and says so.
        """
        printer = self._new()
        printer.hw("INIT")
        if self._settings.cancel_kanji:
            printer._raw(b"\x1c.")  # noqa: SLF001  # FS .: python-escpos has no name for it
        # ESC R, ESC t: ESC @ may have put back another alphabet and code page.
        printer._raw(b"\x1bR\0\x1bt" + bytes((self._slot,)))  # noqa: SLF001
        style: dict[str, object] = {}
        for line in lines:
            if again and isinstance(line, Cut) and line.copy:
                self._text(printer, Text(line.copy, small=True), style)
            self._line(printer, line, style)
        return [bytes(command) for command in printer._output_list]  # noqa: SLF001  # ``output`` loses the joints

    # -- inside ----------------------------------------------------------------------------------------------------

    def _new(self) -> Any:
        return Dummy(profile=self._name)

    def _line(self, printer: Any, line: Line, style: dict[str, object]) -> None:
        match line:
            case Headline() if self._large and line.free and (drawn := pictures.number_picture(line.text, self.dots)):
                self._picture(printer, drawn, style)
            case Text():
                self._text(printer, line, style)
            case Rule():
                columns = self.width // CHARACTER_DOTS
                self._text(printer, Text(("─" if self._letters.has("─") else "-") * columns, align="left"), style)
            case Feed():
                _feed(printer, line.dots)
            case Qr() if self._native_qr:
                _restyle(printer, style, align="center")
                module = min(line.module, self.dots // pictures.qr_squares(line.content))
                # Printers add no quiet zone of their own.
                _feed(printer, pictures.QUIET_ZONE * module)
                printer.qr(line.content, ec=QR_ECLEVEL_M, size=module, native=True)
                _feed(printer, pictures.QUIET_ZONE * module)
            case Qr() if self._draws:
                self._picture(printer, pictures.qr_picture(line.content, line.module, self.dots), style)
            case Logo() if self._logo is not None:
                _restyle(printer, style, align="left")
                printer._raw(self._logo_dots(line.width, self._logo))  # noqa: SLF001  # made by us, once
            case Cut() if self._settings.cut:
                printer.cut(feed=False)  # GS V 66 0: feeds the paper just as far as the cutter, then cuts
            case Cut():
                _feed(printer, DOTS_TO_TEAR_BAR)

    def _columns(self, font: str, dots: int) -> int:
        """Return how many characters fit in a row: as the profile says, but not more than there is room for."""
        said = self._profile["fonts"].get(font, {}).get("columns", 0)
        room = self.dots // dots
        return said if room // 2 < said < room else room

    def _text(self, printer: Any, line: Text, style: dict[str, object]) -> None:
        size = (line.width, line.height)
        small = line.small and "1" in self._profile["fonts"]
        across, down = FONT_B if small else FONT_A
        _restyle(
            printer, style, align=line.align, bold=line.bold, invert=line.reverse, font="b" if small else "a",
            size=size, smooth=max(size) >= SMOOTH_FROM, leading=down * line.height + LEADING_DOTS,
        )  # fmt: skip
        room = self._columns("1", across) * across if small else self.width
        columns = room // ((across + line.spacing) * line.width)
        balanced = line.align == "center"
        for row in self._letters.rows(line.text, columns, line.hanging, balanced=balanced):
            if line.spacing:
                # No gap after the last character, else the row would not stand in the middle (ESC SP).
                spaced = b"\x1b " + bytes((line.spacing,)) + row[:-1] + b"\x1b \0" + row[-1:]
                printer._raw(spaced + b"\n")  # noqa: SLF001  # ``text`` would switch code pages by itself
            else:
                printer._raw(row + b"\n")  # noqa: SLF001  # as above

    def _picture(self, printer: Any, picture: Image.Image, style: dict[str, object]) -> None:
        _restyle(printer, style, align="left")
        printer._raw(pictures.raster(picture, self.dots))  # noqa: SLF001  # ``image`` takes seven times as long

    def _logo_dots(self, percent: int, logo: Image.Image) -> bytes:
        if percent not in self._logos:
            drawn = pictures.logo_picture(logo, self.dots * percent // 100)
            self._logos[percent] = pictures.raster(drawn, self.dots)
        return self._logos[percent]

    def _load_logo(self, file: str) -> Image.Image | None:
        try:
            logo = pictures.load_logo(Path(file)) if self._draws else None
            problem = "" if logo else f"{file}: the {self._name} prints no pictures"
        except pictures.PictureError as error:
            logo, problem = None, str(error)
        if problem:
            self.no_logo = problem
            log.warning("logo %s; tickets are printed without it", problem)
        return logo


def _feed(printer: Any, dots: int) -> None:
    """Let blank paper out (ESC J)."""
    while dots > 0:
        printer._raw(b"\x1bJ" + bytes((min(dots, 255),)))  # noqa: SLF001  # python-escpos feeds whole rows only
        dots -= 255


def _restyle(printer: Any, style: dict[str, object], **wanted: object) -> None:
    """Send the commands for what differs from the printer's present style."""
    changed = {key: value for key, value in wanted.items() if style.get(key) != value}
    style.update(changed)
    size, leading = changed.pop("size", None), changed.pop("leading", None)
    if isinstance(leading, int):
        printer._raw(b"\x1b3" + bytes((leading,)))  # noqa: SLF001  # ESC 3, from one row to the next
    if isinstance(size, tuple):
        changed.update(custom_size=True, width=size[0], height=size[1])
    if changed:
        printer.set(**changed)
