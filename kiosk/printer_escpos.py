"""A ticket's lines as ESC/POS bytes: the one place that knows python-escpos.

python-escpos writes the commands into memory, with its printer database for code pages and widths; nothing is sent
from here. Byte sequences: Epson's ESC/POS Command Reference.
"""

from __future__ import annotations

import logging
import textwrap
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import qrcode
from escpos.capabilities import CAPABILITIES
from escpos.escpos import QR_ECLEVEL_M
from escpos.printer import Dummy
from PIL import Image, UnidentifiedImageError

from appliance.node.config import ConfigError
from kiosk.settings_printer import PrinterSettings
from kiosk.slip import CHARACTER_DOTS, WIDTH_DOTS, Cut, Feed, Line, Logo, Qr, Rule, Text

log = logging.getLogger(__name__)

SMALL_CHARACTER_DOTS: Final = 9
ROWS_TO_TEAR_BAR: Final = 4
LOGO_HEIGHT_DOTS: Final = 160
QUIET_ZONE: Final = 4
SMOOTH_FROM: Final = 4
"""Printers smooth the corners of characters enlarged at least this much (GS b)."""
_PROFILES: Final = {80: "TM-T20II", 58: "POS-5890"}
_SUBSTITUTES: Final = {
    "–": "-", "—": "-", "−": "-", "‘": "'", "’": "'", "“": '"', "”": '"', "…": "...", "·": "-", "•": "-", "±": "+/-",
    "☐": "[ ]", "□": "[ ]", "☑": "[x]", "×": "x", "→": "->", "─": "-", "€": "EUR", "ß": "ss", "\u00a0": " ",
}  # fmt: skip


class Renderer:
    """Turns a ticket's lines into ESC/POS. The same lines give the same bytes.

    Args:
        settings: paper, profile, code page, how QR codes are drawn, logo, cutter.

    Raises:
        ConfigError: if the profile or its code page is unknown.
    """

    def __init__(self, settings: PrinterSettings) -> None:
        self._settings = settings
        self._profile = settings.profile or _PROFILES[settings.paper_mm]
        if self._profile not in CAPABILITIES["profiles"]:
            raise ConfigError(f"kiosk.printer.profile: python-escpos knows no {self._profile!r}")
        pixels = CAPABILITIES["profiles"][self._profile]["media"]["width"].get("pixels")
        self.width: int = pixels if isinstance(pixels, int) else WIDTH_DOTS[settings.paper_mm]
        self._ascii = settings.code_page.lower() == "ascii"
        self._page = "CP437" if self._ascii else settings.code_page.upper()
        self._encoder = self._new().magic.encoder
        slots = [
            int(n) for n, page in CAPABILITIES["profiles"][self._profile]["codePages"].items() if page == self._page
        ]
        if not slots:
            raise ConfigError(f"kiosk.printer.code_page: {settings.code_page!r} is not one of the {self._profile}'s")
        # python-escpos takes the last slot of a page that is listed twice (CP437 as 0 and 52); every printer has 0.
        self._slot = min(slots)
        self.complaint = ""
        """What is wrong with the settings' files, though tickets can be printed without them."""
        self._logo = self._load_logo(settings.logo, self.width) if settings.logo else None
        self.restart = b"".join(self.render([Cut()]))
        """Makes the printer forget a half ticket and cuts it off."""

    def render(self, lines: Sequence[Line]) -> list[bytes]:
        """Return the commands of one ticket, in order; each item is a whole command or text."""
        printer = self._new()
        printer.hw("INIT")
        if self._settings.cancel_kanji:
            printer._raw(b"\x1c.")  # noqa: SLF001  # FS .: python-escpos has no name for it
        printer._raw(b"\x1bt" + bytes((self._slot,)))  # noqa: SLF001  # ESC t; ESC @ may have put another page back
        style: dict[str, object] = {}
        for line in lines:
            self._line(printer, line, style)
        return [bytes(command) for command in printer._output_list]  # noqa: SLF001  # ``output`` loses the joints

    def plain(self, text: str) -> str:
        """Return ``text`` in characters that the printer has; control characters become spaces, never commands."""
        return "".join(self._character(character) for character in unicodedata.normalize("NFC", text))

    # -- inside ----------------------------------------------------------------------------------------------------

    def _new(self) -> Any:
        return Dummy(profile=self._profile)

    def _line(self, printer: Any, line: Line, style: dict[str, object]) -> None:
        match line:
            case Text():
                self._text(printer, line, style)
            case Rule():
                columns = self.width // CHARACTER_DOTS
                self._text(printer, Text(("─" if self._has("─") else "-") * columns, align="left"), style)
            case Feed():
                printer.print_and_feed(line.rows)
            case Qr() if self._settings.qr == "native":
                _restyle(printer, style, align="center")
                module = min(line.module, self.width // _qr_size(line.content))
                printer.qr(line.content, ec=QR_ECLEVEL_M, size=module, native=True)
                printer.print_and_feed(1)  # printers add no quiet zone of their own
            case Qr():
                self._picture(printer, qr_picture(line.content, line.module, self.width), style)
            case Logo() if self._logo is not None:
                self._picture(printer, self._logo, style)
                printer.print_and_feed(1)
            case Cut() if self._settings.cut:
                printer.cut(feed=False)  # GS V 66 0: feeds the paper just as far as the cutter, then cuts
            case Cut():
                printer.print_and_feed(ROWS_TO_TEAR_BAR)

    def _text(self, printer: Any, line: Text, style: dict[str, object]) -> None:
        size = (line.width, line.height)
        _restyle(
            printer, style, align=line.align, bold=line.bold, invert=line.reverse, font="b" if line.small else "a",
            size=size, smooth=max(size) >= SMOOTH_FROM,
        )  # fmt: skip
        cell = (SMALL_CHARACTER_DOTS if line.small else CHARACTER_DOTS) + line.spacing
        for row in _wrap(self.plain(line.text), self.width // (cell * line.width), line.hanging):
            encoded = self._encoder.encode(row, self._page)
            if line.spacing:
                # No gap after the last character, else the row would not stand in the middle (ESC SP).
                encoded = b"\x1b " + bytes((line.spacing,)) + encoded[:-1] + b"\x1b \0" + encoded[-1:]
            printer._raw(encoded + b"\n")  # noqa: SLF001  # ``text`` would switch code pages by itself

    def _picture(self, printer: Any, picture: Image.Image, style: dict[str, object]) -> None:
        # Centred by us: some printers do not apply ESC a to pictures.
        left = (self.width - picture.width) // 2
        canvas = Image.new("1", (left + picture.width, picture.height), 1)
        canvas.paste(picture, (left, 0))
        _restyle(printer, style, align="left")
        printer.image(canvas)

    def _character(self, character: str) -> str:
        if self._has(character):
            return character
        if unicodedata.category(character) in ("Cc", "Zs", "Zl", "Zp"):
            return " "
        if character in _SUBSTITUTES:
            return _SUBSTITUTES[character]
        base = unicodedata.normalize("NFKD", character)
        kept = "".join(part for part in base if not unicodedata.combining(part) and self._has(part))
        if kept or unicodedata.category(character) in ("Mn", "Cf"):
            return kept
        return "?"

    def _has(self, character: str) -> bool:
        if unicodedata.category(character) == "Cc":
            return False
        if self._ascii or character < "\x80":
            return character < "\x80"
        return bool(self._encoder.can_encode(self._page, character))

    def _load_logo(self, file: str, width: int) -> Image.Image | None:
        try:
            with Image.open(Path(file)) as image:
                rgba = image.convert("RGBA")
        except (OSError, UnidentifiedImageError, Image.DecompressionBombError) as error:
            self.complaint = f"logo {file}: {error}; tickets are printed without it"
            log.warning("%s", self.complaint)
            return None
        paper = Image.new("RGBA", rgba.size, "white")
        paper.alpha_composite(rgba)
        grey = paper.convert("L")
        grey.thumbnail((width // 2, LOGO_HEIGHT_DOTS))
        return grey.convert("1")


def qr_picture(content: str, module: int, widest: int) -> Image.Image:
    """Draw a QR code whose smallest square is ``module`` dots, or fewer if it would be wider than ``widest``."""
    matrix = _qr_matrix(content)
    picture = Image.new("1", (len(matrix), len(matrix)), 1)
    picture.putdata([0 if dark else 1 for row in matrix for dark in row])
    return picture.resize((len(matrix) * min(module, widest // len(matrix)),) * 2, Image.Resampling.NEAREST)


def _qr_matrix(content: str) -> list[list[bool]]:
    """Return the squares: error correction level M, with the quiet zone that readers need (4, ISO/IEC 18004)."""
    matrix: list[list[bool]] = _qr_code(content).get_matrix()
    return matrix


def _qr_size(content: str) -> int:
    """Return how many squares wide the code is with its quiet zone, without working it out: version n has 17 + 4n."""
    return 17 + 4 * int(_qr_code(content).best_fit()) + 2 * QUIET_ZONE


def _qr_code(content: str) -> Any:
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=QUIET_ZONE)
    code.add_data(content.encode())
    return code


def _restyle(printer: Any, style: dict[str, object], **wanted: object) -> None:
    """Send the commands for what differs from the printer's present style."""
    changed = {key: value for key, value in wanted.items() if style.get(key) != value}
    style.update(changed)
    size = changed.pop("size", None)
    if isinstance(size, tuple):
        changed.update(custom_size=True, width=size[0], height=size[1])
    if changed:
        printer.set(**changed)


def _wrap(text: str, columns: int, hanging: int) -> list[str]:
    if len(text) <= columns:
        return [text] if text else []
    return textwrap.wrap(text, columns, subsequent_indent=" " * hanging)
