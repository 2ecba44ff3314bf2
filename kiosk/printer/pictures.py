"""Pictures for paper: QR codes, the logo and large numbers as dots, and the command that prints dots.

All pictures are black on white, in Pillow's mode ``1``. Commands: Epson's ESC/POS Command Reference.
"""

from __future__ import annotations

import math
import warnings
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import qrcode
from PIL import Image, ImageDraw, ImageFont, ImageOps, UnidentifiedImageError

QUIET_ZONE: Final = 4
"""White squares that readers need around a code, ISO/IEC 18004."""
MASK: Final = 2
"""Of the eight masks of a QR code, the one that scores best with our contents on average. Trying all of them for every
ticket takes six times as long, and readers take any."""
LOGO_HEIGHT_DOTS: Final = 160
LOGO_SOURCE_DOTS: Final = 1200
"""An SVG is drawn as wide, or as high, as this before it is made small."""
MOST_LOGO_DOTS: Final = 12_000_000
"""A larger picture would take a small machine's memory, for nothing that could be seen on paper."""
FONT: Final = "NotoSans-Bold.ttf"
"""From Debian's fonts-noto-core, the typeface of all our screens; Pillow finds it by name."""
NUMBER_HEIGHT_DOTS: Final = 240
TALLEST_NUMBER_DOTS: Final = 264
"""Typefaces are drawn to whole dots, and in sizes in which a character may be a little taller than asked for."""
STRETCH: Final = 1.3
"""So much taller than the typeface means it may a number be that is as wide as the paper."""
TRACKING: Final = 0.03
"""Air between the characters of a number, of their size."""
_INVERT: Final = bytes(255 - value for value in range(256))


class PictureError(Exception):
    """A picture's file cannot be used; the sentence says why."""


def raster(picture: Image.Image, width: int) -> bytes:
    """Return the command (GS v 0) that prints a picture in the middle of ``width`` dots.

    It is centred by its own dots: some printers do not apply ESC a to pictures.
    """
    left = max(0, (width - picture.width) // 2)
    across = (left + picture.width + 7) // 8
    canvas = Image.new("1", (across * 8, picture.height), 1)
    canvas.paste(picture, (left, 0))
    size = across.to_bytes(2, "little") + picture.height.to_bytes(2, "little")
    return b"\x1dv0\0" + size + canvas.tobytes().translate(_INVERT)


def raster_bytes(across: int, down: int) -> int:
    """Return how long the command is that prints so many dots."""
    return 8 + (across + 7) // 8 * down


def qr_picture(content: str, module: int, widest: int) -> Image.Image:
    """Draw a QR code with its quiet zone.

    Args:
        content: what it says.
        module: the edge of its smallest square in dots; it becomes fewer if the code would be wider than ``widest``.
        widest: dots that there are.
    """
    matrix = _qr_code(content).get_matrix()
    picture = Image.new("1", (len(matrix), len(matrix)), 1)
    picture.putdata([0 if dark else 1 for row in matrix for dark in row])
    return picture.resize((len(matrix) * min(module, widest // len(matrix)),) * 2, Image.Resampling.NEAREST)


def qr_squares(content: str) -> int:
    """Return how many squares wide a code is with its quiet zone, without drawing it: version n has 17 + 4n."""
    return _squares(len(content.encode()))


def load_logo(file: Path) -> Image.Image:
    """Read a logo (SVG, PNG or whatever Pillow reads) in shades of grey, without the white around it.

    Raises:
        PictureError: if it cannot be read, or is empty.
    """
    try:
        rgba = _draw_svg(file) if file.suffix.lower() == ".svg" else _read_picture(file)
    except Exception as error:  # what decoders raise at bad files is of every kind; a logo must not stop a kiosk
        raise PictureError(f"{file}: {error}") from error
    paper = Image.new("RGBA", rgba.size, "white")
    paper.alpha_composite(rgba)
    grey = paper.convert("L")
    marks = ImageOps.invert(grey).point(lambda ink: 255 if ink > 16 else 0).getbbox()
    if marks is None:
        raise PictureError(f"{file}: there is nothing but white in it")
    return grey.crop(marks)


def logo_picture(grey: Image.Image, widest: int) -> Image.Image:
    """Make a logo of at most ``widest`` dots black and white: line art with clean edges, anything else in fine dots."""
    small = grey.copy()
    small.thumbnail((widest, LOGO_HEIGHT_DOTS), Image.Resampling.LANCZOS)
    if _is_line_art(grey):
        return small.point(lambda value: 255 if value > 127 else 0).convert("1")
    return small.point(_tone).convert("1")


def number_picture(number: str, widest: int) -> Image.Image | None:
    """Draw a ticket number as large as ``widest`` dots allow, or return None if it cannot be drawn here."""
    if not number.strip() or not number.isprintable() or _font(100) is None:
        return None
    across, down = _ems(number, widest)
    glyphs = [_glyph(character, across, down) for character in number]
    advances = [_advance(character, across) for character in number]
    inked = sum(advances[:-1]) + glyphs[-1].width
    height = max(glyph.height for glyph in glyphs)
    picture = Image.new("1", (max(1, inked), height), 1)
    left = 0
    for glyph, advance in zip(glyphs, advances, strict=True):
        picture.paste(glyph, (left, 0))
        left += advance
    return picture


# -- inside ----------------------------------------------------------------------------------------------------------


def _qr_code(content: str) -> Any:
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=QUIET_ZONE, mask_pattern=MASK)
    code.add_data(content.encode(), optimize=0)
    return code


@lru_cache(maxsize=64)
def _squares(length: int) -> int:
    return 17 + 4 * int(_qr_code("x" * length).best_fit()) + 2 * QUIET_ZONE


def _read_picture(file: Path) -> Image.Image:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # ours is the stricter limit
        opened = Image.open(file)
    with opened as image:
        if image.width * image.height > MOST_LOGO_DOTS:
            raise PictureError(f"{image.width} x {image.height} dots are too many; make it 1200 dots wide")
        return image.convert("RGBA")


def _draw_svg(file: Path) -> Image.Image:
    from PySide6.QtCore import QByteArray, QRectF, Qt
    from PySide6.QtGui import QImage, QPainter
    from PySide6.QtSvg import QSvgRenderer

    drawing = QSvgRenderer(QByteArray(file.read_bytes()))
    size = drawing.defaultSize()
    if not drawing.isValid() or size.isEmpty():
        raise UnidentifiedImageError("this is not an SVG")
    scale = LOGO_SOURCE_DOTS / max(size.width(), size.height())
    width, height = (max(1, round(side * scale)) for side in (size.width(), size.height()))
    image = QImage(width, height, QImage.Format.Format_RGBA8888)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    drawing.render(painter, QRectF(0, 0, width, height))
    painter.end()
    return Image.frombytes("RGBA", (image.width(), image.height()), bytes(image.constBits()))


def _tone(grey: int) -> int:
    """Return a lighter grey, for heat spreads and paper comes out darker than the dots say; edges stay clean."""
    if grey < 40 or grey > 215:
        return 0 if grey < 40 else 255
    return round(255 * math.pow(grey / 255, 0.8))


def _is_line_art(grey: Image.Image) -> bool:
    """Tell whether nearly all is black or white."""
    counts = grey.histogram()  # of 256 shades: here the dark and the light quarter
    return sum(counts[:64]) + sum(counts[192:]) > 0.95 * sum(counts)


def _ems(number: str, widest: int) -> tuple[int, int]:
    """Return the size of the typeface, across and down, that fills the paper."""
    across = widest / sum(_advance(character, 1000) for character in number) * 1000
    tallest = NUMBER_HEIGHT_DOTS / max(_reach(character) for character in number)
    down = min(across * STRETCH, tallest)
    return int(min(across, down)), int(down)


@lru_cache(maxsize=64)
def _reach(character: str) -> float:
    """Return how far a character reaches from the top of the capitals downwards, in ems."""
    font = _font(1000)
    return float(font.getbbox(character, anchor="ls")[3] - font.getbbox("H", anchor="ls")[1]) / 1000 if font else 0.0


@lru_cache(maxsize=256)
def _advance(character: str, em: int) -> int:
    font = _font(1000)
    return round((_wide(font, character) / 1000 + TRACKING) * em) if font else 0


def _wide(font: ImageFont.FreeTypeFont, character: str) -> float:
    """Return a character's advance, and what it leans out to the left of it (J does)."""
    return font.getlength(character) - min(0, font.getbbox(character, anchor="ls")[0])


@lru_cache(maxsize=256)
def _glyph(character: str, across: int, down: int) -> Image.Image:
    """Draw one character from the top of the capitals downwards, as wide as its advance."""
    font = _font(down)
    if font is None:
        raise PictureError(f"{FONT} has gone")
    top = -font.getbbox("0H", anchor="ls")[1]
    wide, lean = max(1, round(_wide(font, character))), -min(0, font.getbbox(character, anchor="ls")[0])
    drawn = Image.new("L", (wide, max(1, round(top + font.getbbox(character, anchor="ls")[3]))), 255)
    ImageDraw.Draw(drawn).text((lean, top), character, fill=0, font=font, anchor="ls")
    fitted = drawn.resize((max(1, round(wide * across / down)), drawn.height), Image.Resampling.LANCZOS)
    return fitted.point(lambda value: 255 if value > 127 else 0).convert("1")


@lru_cache(maxsize=32)
def _font(size: int) -> ImageFont.FreeTypeFont | None:
    try:
        return ImageFont.truetype(FONT, size)
    except OSError:
        return None
