"""The look of thermal paper: characters, QR codes and pictures in dots, and the strip they end up on."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import msgspec
import qrcode
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

FONT: Final = "DejaVuSansMono.ttf"
BOLD: Final = "DejaVuSansMono-Bold.ttf"
"""From Debian's fonts-dejavu-core; Pillow finds them in the system's font folders by name."""
POINTS_PER_CELL: Final = 20 / 24
"""At 20 px the font advances by 12 px and fits 24: just the cell of font A."""
HEAD_TO_KNIFE_DOTS: Final = 96
ROLL_DOTS: Final = {80: 640, 58: 464}
"""Width of the paper itself; the head is narrower."""
DESK: Final = (226, 224, 220)
PAPER: Final = (252, 251, 247)
INK: Final = (38, 36, 40)
MARGIN: Final = 28
TOOTH: Final = 4
_LEVELS: Final = {
    48: qrcode.constants.ERROR_CORRECT_L,
    49: qrcode.constants.ERROR_CORRECT_M,
    50: qrcode.constants.ERROR_CORRECT_Q,
    51: qrcode.constants.ERROR_CORRECT_H,
}


class Style(msgspec.Struct, frozen=True):
    """How a character is printed: enlargement, weight, font B, white on black, and the gap after it in dots."""

    width: int = 1
    height: int = 1
    bold: bool = False
    small: bool = False
    reverse: bool = False
    gap: int = 0

    @property
    def cell(self) -> tuple[int, int]:
        """Return the character's width and height in dots (font A 12 x 24, font B 9 x 17)."""
        across, down = (9, 17) if self.small else (12, 24)
        return across * self.width, down * self.height

    @property
    def advance(self) -> int:
        """Return the dots from this character to the next: the gap is enlarged like the character."""
        return self.cell[0] + self.gap * self.width


def row(characters: list[tuple[str, Style]], width: int, alignment: int, least: int) -> Image.Image:
    """Draw one row as a mask (255 is ink), ``width`` dots wide and at least ``least`` dots high."""
    tallest = max((style.cell[1] for _, style in characters), default=0)
    strip = Image.new("L", (width, max(tallest, least)), 0)
    left = _left(sum(style.advance for _, style in characters), width, alignment)
    for character, style in characters:
        strip.paste(_glyph(character, style), (left, tallest - style.cell[1]))
        left += style.advance
    return strip


def picture(image: Image.Image, width: int, alignment: int) -> Image.Image:
    """Place a picture whose set dots are ink in a row."""
    strip = Image.new("L", (width, image.height), 0)
    strip.paste(image.convert("L"), (_left(image.width, width, alignment), 0))
    return strip


def qr(content: bytes, module: int, level: int) -> Image.Image:
    """Draw a QR code as a printer does: without a quiet zone. ``level`` is 48 (L) to 51 (H)."""
    code = qrcode.QRCode(error_correction=_LEVELS[level], box_size=module, border=0)
    code.add_data(content)
    matrix = code.get_matrix()
    small = Image.new("1", (len(matrix), len(matrix)))
    small.putdata([255 if dark else 0 for line in matrix for dark in line])
    return small.resize((len(matrix) * module,) * 2, Image.Resampling.NEAREST)


def as_paper(rows: list[Image.Image], width: int, paper_mm: int, *, cut: bool) -> Image.Image:
    """Put the rows on a strip of paper that lies on a desk; ``cut``: it came off straight, else it was torn."""
    roll = ROLL_DOTS[paper_mm]
    height = HEAD_TO_KNIFE_DOTS // 2 + sum(each.height for each in rows) + MARGIN
    dots = Image.new("L", (roll, height), 0)
    top = HEAD_TO_KNIFE_DOTS // 2
    for each in rows:
        dots.paste(each, ((roll - width) // 2, top))
        top += each.height
    # Heat spreads a little: real dots have soft edges.
    dots = dots.filter(ImageFilter.GaussianBlur(0.45))
    shape = _outline(roll, height, cut=cut)
    desk = Image.new("RGB", (roll + 2 * MARGIN, height + 2 * MARGIN), DESK)
    shadow = Image.new("L", desk.size, 0)
    shadow.paste(shape, (MARGIN + 3, MARGIN + 6))
    shadow = shadow.filter(ImageFilter.GaussianBlur(8)).point(lambda value: value * 0.28)
    desk.paste((70, 66, 60), mask=shadow)
    desk.paste(PAPER, (MARGIN, MARGIN), shape)
    desk.paste(INK, (MARGIN, MARGIN), ImageChops.multiply(dots, shape))
    return desk


def _left(used: int, width: int, alignment: int) -> int:
    return max(0, (width - used) * alignment // 2)


@lru_cache(maxsize=512)
def _glyph(character: str, style: Style) -> Image.Image:
    """Draw one character in its cell, stretched if it is not as wide as it is high."""
    across, down = style.cell
    base = 24 * max(style.width, style.height)
    font = _font(BOLD if style.bold else FONT, round(base * POINTS_PER_CELL))
    mask = Image.new("L", (base // 2, base), 0)
    if character == "─":
        ImageDraw.Draw(mask).line((0, base // 2, base, base // 2), fill=255, width=max(2, base // 16))
    else:
        ImageDraw.Draw(mask).text((base / 4, base * 0.78), character, fill=255, font=font, anchor="ms")
    if mask.size != (across, down):
        mask = mask.resize((across, down), Image.Resampling.LANCZOS)
    # Dots are black or not; a steep ramp keeps a little of the softness that the eye sees on paper.
    mask = mask.point(lambda value: max(0, min(255, (value - 70) * 2)))
    return ImageChops.invert(mask) if style.reverse else mask


@lru_cache(maxsize=32)
def _font(name: str, size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    try:
        return ImageFont.truetype(name, size)
    except OSError:  # no fonts-dejavu-core here: Pillow's own font is less like a printer's, but can be read
        return ImageFont.load_default(size)


def _outline(width: int, height: int, *, cut: bool) -> Image.Image:
    """Return the paper's shape: the top edge is the last cut; the lower one is cut, or torn over the bar's teeth."""
    shape = Image.new("L", (width, height), 255)
    if not cut:
        draw = ImageDraw.Draw(shape)
        for left in range(0, width, 2 * TOOTH):
            draw.polygon([(left, height), (left + TOOTH, height - TOOTH), (left + 2 * TOOTH, height)], fill=0)
    return shape
