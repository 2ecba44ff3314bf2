"""The paper interpreter: it draws what a printer would, and notices wrong bytes."""

from __future__ import annotations

import pytest
import zxingcpp

from kiosk.workshop import paper

INIT = b"\x1b@"


def test_reads_text_in_the_selected_code_page() -> None:
    drawn = paper.render(INIT + b"\x1bt\x13\xd5uro\n\x1bt\x10\x80uro\n")
    assert drawn.text == ["€uro", "€uro"]
    assert drawn.problems == []


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"Hello\n", "without ESC @"),
        (INIT + b"no feed", "no line feed"),
        (INIT + b"\x1bZ", "unknown or incomplete"),
        (INIT + b"\x07", "unknown or incomplete"),
        (INIT + b"\x1d!", "unknown or incomplete"),
        (INIT + b"\x1bt\x63", "code page"),
        (INIT + b"x" * 49 + b"\n", "wider than the paper"),
        (INIT + b"\x1d!\x77ABCDEFG\n", "wider than the paper"),
        (INIT + b"\x1d!\x88", "at most 8 times"),
        (INIT + b"abc\x1ba\x01\n", "middle of a row"),
        (INIT + b"abc\x1dV\x00", "cut in the middle"),
        (INIT + b"\x1dV\x05", "no such cut"),
        (INIT + b"\x1d(k\x03\x001Q0", "function 81"),
        (INIT + b"\x1d(k\x03\x001C\x40", "function 67"),
        (INIT + b"\x1dv0\x00\x49\x00\x01\x00" + b"\0" * 0x49, "wider than the paper"),
        (INIT + b"\x1dv0\x00\x02\x00\x02\x00\0\0", "unknown or incomplete"),
    ],
)
def test_reports_what_a_printer_would_get_wrong(data: bytes, problem: str) -> None:
    problems = paper.render(data).problems
    assert len(problems) == 1
    assert problem in problems[0]


def test_enlarged_text_takes_its_room() -> None:
    small = paper.render(INIT + b"A\n").image
    large = paper.render(INIT + b"\x1d!\x77A\n").image
    assert large.height - small.height == 8 * 24 - paper.LINE_DOTS


@pytest.mark.parametrize(("paper_mm", "dots"), [(80, 640), (58, 464)])
def test_the_strip_is_as_wide_as_the_roll(paper_mm: int, dots: int) -> None:
    drawn = paper.render(INIT + b"A\n", paper_mm).image.convert("L")
    row = drawn.crop((0, drawn.height // 2, drawn.width, drawn.height // 2 + 1)).tobytes()
    assert sum(grey > 245 for grey in row) == pytest.approx(dots, abs=dots // 50)


def test_a_drawn_code_can_be_read() -> None:
    data = b"\x1ba\x01\x1d(k\x03\x001C\x06\x1d(k\x03\x001E1\x1d(k\x08\x001P0hello\x1d(k\x03\x001Q0"
    codes = zxingcpp.read_barcodes(paper.render(INIT + data).image)
    assert [code.text for code in codes] == ["hello"]


def test_a_command_is_whole_only_when_its_last_byte_is_there() -> None:
    raster = b"\x1dv0\x00\x01\x00\x02\x00\xaa\x55"
    for length in range(1, len(raster)):
        assert paper.next_command(raster[:length], 0) is None
    whole = paper.next_command(raster, 0)
    assert whole is not None
    assert whole.end == len(raster)


def test_the_bytes_of_a_cut_inside_a_picture_are_no_cut() -> None:
    raster = b"\x1dv0\x00\x03\x00\x01\x00\x1dVB"
    assert [command.name for command in paper.commands(INIT + raster)] == [b"\x1b@", b"\x1dv"]
