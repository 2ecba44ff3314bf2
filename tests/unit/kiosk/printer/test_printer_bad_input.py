"""Whatever lies on the disk or hangs on the cable, the kiosk starts, and its printing thread lives on."""

from __future__ import annotations

import contextlib
import queue
import resource
import struct
import zlib
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from printer_bench import PATIENCE, as_settings

from appliance.node.daemon import HubClock, SystemClock
from appliance.node.polling import until
from appliance.texts.parts import LOGGED, of_part
from appliance.wire.messages import Catalogue, IssuedTicket, Office, Part, ServiceState
from kiosk.printer import spooler
from kiosk.printer.drivers import build
from kiosk.printer.escpos_lines import Renderer
from kiosk.printer.port import PrintFailed, PrintResult
from kiosk.printer.spooler import PrintDesk, Printing
from kiosk.ticket import template as ticket_template
from kiosk.ticket.sample import sample
from kiosk.ticket.slip import Line, slip
from kiosk.ticket.template_file import TicketFile
from kiosk.workshop import paper

# -- logos -------------------------------------------------------------------------------------------------------------


def svg(width: float, height: float) -> bytes:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">'
        f'<rect width="{width}" height="{height}" fill="black"/></svg>'
    ).encode()


def png_that_says(width: int, height: int) -> bytes:
    """Return a PNG that says to be so large, and has nothing in it."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


SHAPES = {"dot": (1, 1), "line": (60_000, 1), "pole": (1, 60_000), "strip": (9_000, 2), "post": (2, 9_000)}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("kind", ["svg", "png"])
@pytest.mark.parametrize("percent", [10, 100])
def test_a_logo_of_extreme_shape_is_printed_small(tmp_path: Path, shape: str, kind: str, percent: int) -> None:
    width, height = SHAPES[shape]
    file = tmp_path / f"logo.{kind}"
    if kind == "svg":
        file.write_bytes(svg(width, height))
    else:
        Image.new("L", (width, height), 0).save(file)
    renderer = Renderer(as_settings(logo=str(file)))
    assert renderer.no_logo == ""
    template = ticket_template.parse(f'[[block]]\nshow = "logo"\nwidth = {percent}\n[[block]]\nshow = "number"\n')
    drawn = paper.render(b"".join(renderer.render(sample(template=template))))
    assert drawn.problems == []
    assert "A012" in drawn.text


def test_a_tall_svg_takes_no_more_memory_than_a_wide_one(tmp_path: Path) -> None:
    """Drawn as wide as any other, it would be a thousand times as high, and take half a gigabyte."""
    (tmp_path / "logo.svg").write_bytes(svg(1, 100))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    Renderer(as_settings(logo=str(tmp_path / "logo.svg")))
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000  # kilobytes


BAD: dict[str, bytes | None] = {
    "empty.png": b"",
    "text.png": b"this is no picture",
    "text.svg": b"this is no picture",
    "huge.png": png_that_says(60_000, 60_000),
    "large.png": png_that_says(12_000, 12_000),
    "broken.png": png_that_says(30, 30),
    "broken-chunk.png": png_that_says(30, 30)[:40] + b"\0" * 50,
    "no-size.svg": b'<svg xmlns="http://www.w3.org/2000/svg" width="0" height="0"/>',
    "nothing.svg": b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>',
    "endless.svg": svg(float("inf"), 5),
    "folder.png": None,
    "zero\0byte.png": b"",
}


@pytest.mark.parametrize("name", BAD)
@pytest.mark.expects_log("tickets are printed without it")
def test_a_logo_that_cannot_be_used_is_named_and_costs_no_ticket(tmp_path: Path, name: str) -> None:
    content = BAD[name]
    if content is None:
        (tmp_path / name).mkdir()
    elif "\0" not in name:
        (tmp_path / name).write_bytes(content)
    renderer = Renderer(as_settings(logo=str(tmp_path / name)))
    assert name in renderer.no_logo
    assert "A012" in paper.render(b"".join(renderer.render(sample()))).text


# -- layouts -----------------------------------------------------------------------------------------------------------

ODD_LAYOUTS = {
    "deep": "a = " + "[" * 5_000,
    "deep tables": "a" + ".a" * 5_000 + " = 1",
    "long number": "a = " + "9" * 5_000,
    "large size": '[[block]]\nshow = "number"\nsize = ' + "9" * 30,
    "odd text": '[[block]]\nshow = "number"\n[[block]]\nshow = "text"\nwords = { id = "\\u0000\\u001b@ \\u202e" }',
}


@pytest.mark.parametrize("content", ODD_LAYOUTS.values(), ids=ODD_LAYOUTS)
@pytest.mark.expects_log("tickets have the shipped layout meanwhile")
def test_an_odd_layout_is_refused_or_printed(tmp_path: Path, content: str) -> None:
    (tmp_path / "ticket.toml").write_text(content, encoding="utf-8")
    layout = TicketFile("", tmp_path)
    drawn = paper.render(b"".join(Renderer(as_settings()).render(sample(template=layout.template))))
    assert "A012" in drawn.text
    assert drawn.problems == []


@pytest.mark.expects_log("No such file")
def test_a_layout_in_no_place_is_refused(tmp_path: Path) -> None:
    assert TicketFile("/etc/\0", tmp_path).parts()[0].state == "fault"


WORDS = st.text(max_size=60)
NAMES = st.dictionaries(st.sampled_from(["id", "en", "jv"]), WORDS, max_size=3)


@settings(max_examples=150, deadline=None)
@given(
    number=st.text(min_size=0, max_size=12),
    office=NAMES,
    service=NAMES,
    notice=NAMES,
    bring=st.dictionaries(st.sampled_from(["id", "en", "jv"]), st.lists(WORDS, max_size=4), max_size=3),
    drawn=st.booleans(),
    paper_mm=st.sampled_from([80, 58]),
    figures=st.tuples(*[st.integers(-(2**40), 2**40)] * 2),
)
def test_no_ticket_that_a_hub_may_send_fails_or_commands_the_printer(
    number: str, office: dict[str, str], service: dict[str, str], notice: dict[str, str],
    bring: dict[str, list[str]], *, drawn: bool, paper_mm: int, figures: tuple[int, int],
) -> None:  # fmt: skip
    low, high = figures
    renderer = Renderer(as_settings(paper_mm=paper_mm, number="picture" if drawn else "text", qr="native"))
    lines = slip(
        IssuedTicket(number, "s", "2026-04-06", 0, low, True, low, high),
        service_names=service,
        office=Office(office, "open", notice=notice),
        at=datetime(2026, 4, 6, 9, 41),  # noqa: DTZ001  # the office's wall clock
        token="0" * 32,
        bring=bring,
        width=renderer.width,
    )
    put = paper.render(b"".join(renderer.render(lines)), paper_mm, renderer.dots)
    assert put.problems == []
    assert put.cuts == 1


# -- devices -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["file", "serial"])
@pytest.mark.parametrize("device", ["/dev/null", "/dev/zero", "/dev/full", "/dev/urandom", "/", "/dev/\0", "/nowhere"])
def test_an_odd_device_fails_by_the_deadline_or_takes_it(kind: str, device: str) -> None:
    printer = build(as_settings(kind=kind, device=device, deadline_s=0.3))
    assert printer.parts()[0].state in ("unknown", "missing", "fault")
    with contextlib.suppress(PrintFailed):  # and nothing else
        printer.print(sample())
    printer.close()


# -- the thread --------------------------------------------------------------------------------------------------------

CATALOGUE = Catalogue(1, 1, "2026-04-06", Office({"id": "Kantor"}, "open"), [ServiceState("a", "A", {"id": "A"}, 7)])


class Broken:
    """A printer whose library raises what nobody has thought of."""

    width = 576
    is_mending = False

    def __init__(self) -> None:
        self.printed = 0

    def print(self, lines: Sequence[Line]) -> PrintResult:
        self.printed += 1
        if self.printed == 1:
            raise ZeroDivisionError
        return PrintResult(printed=True)

    def prepare(self, lines: Sequence[Line]) -> None:
        raise ZeroDivisionError

    def parts(self) -> list[Part]:
        raise ZeroDivisionError

    expect = parts

    def close(self) -> None: ...


@pytest.mark.expects_log("could not|goes on after a mistake")
def test_nothing_that_a_printer_or_a_listener_raises_ends_the_thread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(spooler, "LOOK_SECONDS", 0.02)
    device = Broken()
    desk = PrintDesk(device, HubClock(SystemClock()), ("id",), TicketFile("", tmp_path))
    desk.start()
    told: queue.SimpleQueue[str] = queue.SimpleQueue()
    ticket = IssuedTicket("A012", "a", "2026-04-06", 2**62, 7)  # a moment that no calendar has

    def listen(_: str, said: str) -> None:
        told.put(said)
        raise ZeroDivisionError

    for one in (ticket, IssuedTicket("A013", "a", "2026-04-06", 0, 7), IssuedTicket("A014", "a", "2026-04-06", 0, 7)):
        desk.print(Printing("a" * 32, one, "b" * 32, CATALOGUE), listen)
    assert [told.get(timeout=PATIENCE) for _ in range(3)] == ["error", "", ""]
    desk.expect()
    assert until(
        lambda: desk.parts()[0].state == "unknown" and "could not be asked" in of_part(desk.parts()[0], LOGGED)
    )
    assert desk.dead_part() is None
    desk.expect()
    assert until(desk._tasks.empty)
    assert sum(record.message == "the printer could not be asked" for record in caplog.records) == 1
    desk.stop()
