"""Logos, numbers and codes as dots."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import msgspec
import pytest
from PIL import Image, ImageDraw

from appliance.texts.parts import LOGGED, of_part
from kiosk.printer import pictures
from kiosk.printer.drivers import build
from kiosk.printer.escpos_lines import Renderer
from kiosk.printer.settings import PrinterSettings
from kiosk.ticket.sample import sample
from kiosk.ticket.slip import Logo
from kiosk.workshop import paper
from kiosk.workshop.fake_printer import PtyPrinter

SVG = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 100">
<rect x="30" y="20" width="240" height="60" fill="#000"/><circle cx="150" cy="50" r="20" fill="#fff"/></svg>"""


def rendered(logo: Path, width: int = 50) -> bytes:
    settings = msgspec.convert({"kind": "serial", "logo": str(logo)}, PrinterSettings)
    return b"".join(Renderer(settings).render([Logo(width)]))


def raster_size(data: bytes) -> tuple[int, int]:
    """Return width and height in the header of the one picture (GS v 0)."""
    at = data.index(b"\x1dv0") + 4
    return 8 * int.from_bytes(data[at : at + 2], "little"), int.from_bytes(data[at + 2 : at + 4], "little")


def test_the_logo_is_in_the_middle_as_wide_as_the_layout_says(tmp_path: Path) -> None:
    Image.new("RGBA", (1000, 300), (0, 0, 0, 255)).save(tmp_path / "logo.png")
    for percent, width, height in ((50, 288, 86), (25, 144, 43)):
        data = rendered(tmp_path / "logo.png", percent)
        assert raster_size(data) == ((576 - width) // 2 + width, height)
        assert paper.render(data).problems == []


def test_an_svg_is_drawn_and_the_white_around_it_is_cut_off(tmp_path: Path) -> None:
    (tmp_path / "logo.svg").write_text(SVG, encoding="utf-8")
    drawn = pictures.logo_picture(pictures.load_logo(tmp_path / "logo.svg"), 240)
    assert drawn.size == (240, 60)
    assert drawn.getpixel((5, 5)) == 0
    assert drawn.getpixel((120, 30)) == 255


def test_line_art_has_clean_edges_and_a_photograph_fine_dots(tmp_path: Path) -> None:
    line_art = Image.new("L", (400, 400), 255)
    ImageDraw.Draw(line_art).ellipse((20, 20, 380, 380), fill=0)
    photograph = Image.linear_gradient("L").resize((400, 400))
    edges = []
    for name, image in (("line.png", line_art), ("photo.png", photograph)):
        image.save(tmp_path / name)
        drawn = pictures.logo_picture(pictures.load_logo(tmp_path / name), 100)
        rows = [[drawn.getpixel((x, y)) for x in range(drawn.width)] for y in range(drawn.height)]
        edges.append(max(sum(a != b for a, b in pairwise(row)) for row in rows))
    assert edges[0] <= 2  # in and out of the disc
    assert edges[1] > 20


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("none.png", None, "No such file"),
        ("logo.png", b"not a picture", "cannot identify"),
        ("logo.svg", b"<html>", "not an SVG"),
        ("white.png", "white", "nothing but white"),
    ],
)
@pytest.mark.expects_log(r"logo .*tickets are printed without it")
def test_a_logo_that_cannot_be_used_costs_the_logo_not_the_ticket(
    tmp_path: Path, name: str, content: bytes | str | None, said: str
) -> None:
    if content == "white":
        Image.new("L", (40, 40), 255).save(tmp_path / name)
    elif isinstance(content, bytes):
        (tmp_path / name).write_bytes(content)
    with PtyPrinter(tmp_path / "paper") as device:
        printer = build(PrinterSettings(kind="serial", device=device.path, logo=str(tmp_path / name)))
        assert printer.print(sample()).printed
        part = printer.parts()[0]
        assert (part.name, part.state, part.code) == ("printer", "fault", "no_logo")
        assert said in of_part(part, LOGGED)
        printer.close()


@pytest.mark.parametrize("number", ["A1", "A012", "J012", "QX07", "AB112", "ABC123456789"])
@pytest.mark.parametrize("widest", [576, 512, 384])
def test_a_drawn_number_fills_the_paper_and_no_more(number: str, widest: int) -> None:
    drawn = pictures.number_picture(number, widest)
    assert drawn is not None
    assert drawn.width <= widest
    assert drawn.width > 0.93 * widest or drawn.height > 0.97 * pictures.NUMBER_HEIGHT_DOTS
    assert drawn.height <= pictures.NUMBER_HEIGHT_DOTS + 8


def test_a_short_number_is_not_made_fat() -> None:
    drawn = pictures.number_picture("A1", 576)
    assert drawn is not None
    assert drawn.width < 2 * drawn.height


def test_a_drawn_number_is_larger_than_the_printers_own_letters() -> None:
    for widest, own in ((576, 8 * 24 * 0.61), (384, 8 * 24 * 0.61)):  # capitals take 61 % of a character's cell
        drawn = pictures.number_picture("A012", widest)
        assert drawn is not None
        assert drawn.height > 1.15 * own


def test_without_the_typeface_the_number_is_in_the_printers_own_letters(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "FONT", "NoSuchTypeface.ttf")
    pictures._font.cache_clear()
    data = b"".join(Renderer(PrinterSettings(kind="file")).render(sample()))
    pictures._font.cache_clear()
    assert "A012" in paper.render(data).text


def test_the_number_is_drawn_except_on_slow_lines() -> None:
    for kind, drawn in (("serial", False), ("usb", True), ("network", True), ("cups", True), ("file", True)):
        settings = msgspec.convert({"kind": kind}, PrinterSettings)
        assert settings.draws_numbers is drawn
    assert PrinterSettings(kind="serial", baud=115_200).draws_numbers is True
    assert PrinterSettings(kind="usb", number="text").draws_numbers is False
    assert PrinterSettings(kind="serial", number="picture").draws_numbers is True


@pytest.mark.parametrize("length", [1, 14, 40, 60, 120, 300])
def test_the_size_of_a_code_is_known_without_drawing_it(length: int) -> None:
    assert pictures.qr_squares("x" * length) == pictures.qr_picture("x" * length, 1, 10_000).width
