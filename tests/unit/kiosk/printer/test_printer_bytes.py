"""A ticket's lines as bytes, read back by an interpreter that is not the driver, and by a reader that is not ours."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
import zxingcpp
from escpos.capabilities import CAPABILITIES
from PIL import Image, ImageChops

from kiosk.printer.escpos_lines import Renderer
from kiosk.printer.settings import PrinterSettings
from kiosk.ticket.sample import FOLLOW_URL, TOKEN, sample
from kiosk.ticket.slip import WIDTH_DOTS, Feed, Line, Qr, Text
from kiosk.ticket.template import parse
from kiosk.workshop import paper

GOLDEN = Path(__file__).parent / "golden"
CODE = f"{FOLLOW_URL}A012-{TOKEN[:12]}"
CELL = 8
"""Pictures are compared in cells of so many dots: edges of letters may differ between versions of a typeface."""


def renderer(**settings: object) -> Renderer:
    return Renderer(msgspec.convert({"kind": "serial", **settings}, PrinterSettings))


def rendered(lines: list[Line], **settings: object) -> bytes:
    return b"".join(renderer(**settings).render(lines))


def decoded(image: Image.Image) -> list[str]:
    return [code.text for code in zxingcpp.read_barcodes(image)]


# -- golden ------------------------------------------------------------------------------------------------------------

VARIANTS: dict[str, tuple[dict[str, object], dict[str, object]]] = {
    "80": ({}, {}),
    "58": ({"paper_mm": 58}, {}),
    "80_english_drawn": ({"number": "picture"}, {"languages": ("en", "id"), "priority": False}),
    "58_long_drawn": ({"paper_mm": 58, "number": "picture"}, {"long": True, "number": "AB112"}),
}


def variant(name: str) -> tuple[bytes, int]:
    settings, ticket = VARIANTS[name]
    paper_mm = 58 if settings.get("paper_mm") == 58 else 80
    return rendered(sample(width=WIDTH_DOTS[paper_mm], **ticket), **settings), paper_mm  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["80", "58"])
def test_prints_exactly_these_bytes(name: str) -> None:
    """To accept a change: remove the file, run once, look at the picture of the new bytes."""
    data, _ = variant(name)
    golden = GOLDEN / f"ticket_{name}.bin"
    if not golden.exists():
        golden.write_bytes(data)
        pytest.fail(f"{golden.name} was missing and has been written anew")
    assert data == golden.read_bytes()


@pytest.mark.parametrize("name", VARIANTS)
def test_the_paper_looks_like_this(name: str) -> None:
    """To accept a change: remove the file, run once, look at the new one."""
    image = paper.render(*variant(name)).image.convert("L")
    golden = GOLDEN / f"ticket_{name}.png"
    if not golden.exists():
        image.quantize(16).save(golden, optimize=True)
        pytest.fail(f"{golden.name} was missing and has been written anew")
    with Image.open(golden) as kept:
        assert kept.size == image.size
        assert difference(kept.convert("L"), image) < 32


def difference(one: Image.Image, other: Image.Image) -> int:
    """Return how much grey the most different cell differs by, of 255."""
    cells = [each.resize((each.width // CELL, each.height // CELL), Image.Resampling.BOX) for each in (one, other)]
    return max(range(256), key=lambda grey: grey if ImageChops.difference(*cells).histogram()[grey] else -1)


def test_a_word_more_or_less_is_another_picture() -> None:
    both = [
        paper.render(rendered([Text(words), Feed(40)])).image.convert("L") for words in ("Terima kasih", "Terima kasi ")
    ]
    assert difference(*both) > 32


# -- codes -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("paper_mm", [80, 58])
@pytest.mark.parametrize("qr", ["native", "image"])
@pytest.mark.parametrize("number", ["text", "picture"])
@pytest.mark.parametrize("code_page", ["CP437", "CP858", "ascii"])
def test_the_paper_shows_no_problem_and_a_code_that_can_be_read(
    paper_mm: int, qr: str, number: str, code_page: str
) -> None:
    settings = {"paper_mm": paper_mm, "qr": qr, "number": number, "code_page": code_page}
    drawn = paper.render(rendered(sample(width=WIDTH_DOTS[paper_mm]), **settings), paper_mm)
    assert drawn.problems == []
    assert decoded(drawn.image) == [CODE]
    assert {"PRIORITAS", "Senin, 6 April 2026  09.41", "Terima kasih"} <= set(drawn.text)
    assert ("A012" in drawn.text) is (number == "text")
    assert drawn.cuts == 1


@pytest.mark.parametrize("url", ["", FOLLOW_URL, "https://antrean.kantor-pertanahan.kotacontoh.go.id/antrean/tiket/"])
def test_codes_drawn_by_us_can_be_read_whatever_they_say(url: str) -> None:
    """One mask for all codes: readers take any."""
    ours = renderer(paper_mm=58, qr="image")
    for number in range(0, 1000, 37):
        content = f"{url}A{number:03}-{number * 0x5DEECE66D % 2**48:012x}"
        assert decoded(paper.render(b"".join(ours.render([Qr(content, 6)])), 58).image) == [content]


@pytest.mark.parametrize(("profile", "drawn_by_us"), [("TM-T20II", False), ("POS-5890", True), ("TH230", True)])
def test_the_profile_says_who_draws_the_code(profile: str, drawn_by_us: bool) -> None:
    data = rendered([Qr(CODE, 6)], profile=profile)
    assert (b"\x1dv0" in data) is drawn_by_us
    assert (b"\x1d(k" in data) is not drawn_by_us


# -- printers ----------------------------------------------------------------------------------------------------------

THERMAL = sorted(
    name
    for name, profile in CAPABILITIES["profiles"].items()
    if profile["features"].get("bitImageRaster") and "CP437" in profile["codePages"].values()
)


@pytest.mark.parametrize("profile", THERMAL)
def test_every_thermal_printer_that_is_known_gets_a_ticket_without_a_fault(profile: str) -> None:
    for number in ("text", "picture"):
        ours = renderer(profile=profile, number=number)
        paper_mm = 58 if ours.width < 480 else 80
        data = b"".join(ours.render(sample(width=ours.width, long=True)))
        drawn = paper.render(data, paper_mm, ours.dots)
        assert drawn.problems == []
        assert decoded(drawn.image) == [CODE]


@pytest.mark.expects_log("the TM-U220 prints no pictures")
def test_a_printer_without_pictures_prints_words(tmp_path: Path) -> None:
    Image.new("1", (40, 40)).save(tmp_path / "logo.png")
    ours = renderer(profile="TM-U220", number="picture", logo=str(tmp_path / "logo.png"))
    drawn = paper.render(b"".join(ours.render(sample(width=ours.width))), 58, ours.dots)
    assert drawn.problems == []
    assert "A012" in drawn.text
    assert "prints no pictures" in ours.no_logo


@pytest.mark.parametrize("show", ["office", "service", "class", "date", "ahead", "window", "waiting", "checklist"])
@pytest.mark.parametrize("size", ["8", "[8, 1]", "[3, 8]", '"fit"'])
@pytest.mark.parametrize("paper_mm", [80, 58])
def test_no_layout_prints_beyond_the_paper(show: str, size: str, paper_mm: int) -> None:
    template = parse(f'[[block]]\nshow="number"\nsize={size}\n' if size != '"fit"' else '[[block]]\nshow="number"')
    words = parse(f'[[block]]\nshow="number"\n[[block]]\nshow="{show}"\nsize={size}\nreverse=true\nalign="right"')
    for layout in (template, words):
        lines = sample("AB112", width=WIDTH_DOTS[paper_mm], template=layout, long=True)
        assert paper.render(rendered(lines, paper_mm=paper_mm), paper_mm).problems == []


@pytest.mark.parametrize(("profile", "columns"), [("TM-T20II", 48), ("TH230", 44), ("P822D", 42), ("NT-80-V-UL", 48)])
def test_rows_are_as_long_as_the_profile_says_unless_that_is_nonsense(profile: str, columns: int) -> None:
    ours = renderer(profile=profile)
    assert ours.width == columns * 12
    rows = b"".join(ours.render([Text("x" * 48, align="left")])).count(b"\n")
    assert rows == (1 if columns == 48 else 2)


def test_every_ticket_selects_alphabet_and_code_page_after_the_reset() -> None:
    assert rendered([Feed(1)], code_page="CP858").startswith(b"\x1b@\x1bR\0\x1bt\x13")
    # Listed twice for this model; the other slot is of its own maker's only.
    assert rendered([Feed(1)], paper_mm=58).startswith(b"\x1b@\x1bR\0\x1bt\x00")
    assert rendered([Feed(1)], cancel_kanji=True).startswith(b"\x1b@\x1c.\x1bR\0\x1bt\x00")


def test_without_a_cutter_the_ticket_is_fed_to_the_tear_bar() -> None:
    assert b"\x1dV" not in rendered(sample(), cut=False)


# -- letters -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "code_page", "printed"),
    [
        ("± 20–30 menit", "CP437", "± 20-30 menit"),
        ("± 20–30 menit", "CP1252", "± 20–30 menit"),
        ("± 20–30 · “ya”…", "ascii", '+/- 20-30 - "ya"...'),
        ("Élan Łódź naïve", "ascii", "Elan Lodz naive"),
        ("Ærø ½ № 5 ①", "ascii", "AEro 1/2 No. 5 1"),
        ("e\u0301", "CP437", "é"),
        ("喂 A", "CP437", "? A"),
        ("☎ 112 ✓", "ascii", "112 v"),
        ("a\x1b@b\x1dV\x00c\nd\x7fe\x9bf", "CP437", "a @b V c d e f"),
        ("di\u00adgi\u200btal", "ascii", "digital"),
    ],
)
def test_text_that_the_printer_lacks_is_written_otherwise_never_garbled(
    given: str, code_page: str, printed: str
) -> None:
    drawn = paper.render(rendered([Text(given)], code_page=code_page))
    assert drawn.problems == []
    assert drawn.text == [printed]


def test_long_words_and_lines_are_wrapped_before_the_printer_does_it() -> None:
    text = Text("Pelayanan Pengecekan Sertifikat Elektronik " + "x" * 60, 2, 2)
    assert paper.render(rendered([text], paper_mm=58), 58).problems == []


def test_rows_in_the_middle_of_the_paper_are_about_equally_long() -> None:
    assert paper.render(rendered([Text("7 orang di depan Anda", 2, 2)], paper_mm=58), 58).text == [
        "7 orang di",
        "depan Anda",
    ]
