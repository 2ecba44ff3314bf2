"""Printing beside the screen: who prints on which thread, which layout is in force, and what comes too late."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from appliance.node.daemon import HubClock, SystemClock
from appliance.node.polling import until
from appliance.texts.parts import LOGGED, of_part
from appliance.wire.messages import (
    Catalogue,
    IssuedTicket,
    Office,
    Part,
    ServiceState,
    Slip,
    SlipLine,
    SlipToPrint,
)
from kiosk.printer import spooler
from kiosk.printer.drivers import build
from kiosk.printer.pictures import qr_picture
from kiosk.printer.port import Printer, PrintResult
from kiosk.printer.settings import PrinterSettings
from kiosk.printer.slips import Slips
from kiosk.printer.spooler import PrintDesk, Printing
from kiosk.ticket import office_slip
from kiosk.ticket.slip import CHARACTER_DOTS, Line, Qr, Text
from kiosk.ticket.template import shipped
from kiosk.ticket.template_file import TicketFile
from kiosk.workshop import paper
from kiosk.workshop.fake_printer import PtyPrinter

PATIENCE = 20.0
CATALOGUE = Catalogue(
    1, 1, "2026-04-06", Office({"id": "Kantor", "en": "Office"}, "open"),
    [ServiceState("berkas", "A", {"id": "Pendaftaran", "en": "Registration"}, 7)],
)  # fmt: skip
OWN = '[[block]]\nshow = "number"\n[[block]]\nshow = "footer"\nwords = { id = "Layanan gratis" }\n'


def printing(number: str = "A012", **changes: object) -> Printing:
    ticket = IssuedTicket(number, "berkas", "2026-04-06", 1_775_443_260_000, 7)
    return Printing("a" * 32, ticket, "b" * 32, CATALOGUE, **changes)  # type: ignore[arg-type]  # of several types


@pytest.fixture(autouse=True)
def _often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spooler, "LOOK_SECONDS", 0.05)


def desk_of(printer: Printer, folder: Path, named: str = "") -> PrintDesk:
    return PrintDesk(printer, HubClock(SystemClock()), ("id", "en"), TicketFile(named, folder))


def outcome(desk: PrintDesk, one: Printing) -> str:
    heard: queue.SimpleQueue[str] = queue.SimpleQueue()
    desk.print(one, lambda _, said: heard.put(said))
    return heard.get(timeout=PATIENCE)


def words(device: PtyPrinter, index: int) -> list[str]:
    assert device.wait_for(index + 1, PATIENCE)
    return paper.render(device.tickets()[index]).text


@pytest.fixture
def desk(device: PtyPrinter, tmp_path: Path) -> Iterator[PrintDesk]:
    desk = desk_of(build(PrinterSettings(kind="serial", device=device.path)), tmp_path)
    desk.start()
    yield desk
    desk.stop()


def test_the_citizens_language_is_the_large_one(desk: PrintDesk, device: PtyPrinter) -> None:
    assert outcome(desk, printing()) == ""
    assert outcome(desk, printing(language="en")) == ""
    assert words(device, 0)[1:3] == ["Pendaftaran", "Registration"]
    assert words(device, 1)[1:3] == ["Registration", "Pendaftaran"]


@pytest.mark.expects_log("A012 is not on paper: paper_out")
def test_a_ticket_that_is_printed_again_has_the_same_number_and_says_so(desk: PrintDesk, device: PtyPrinter) -> None:
    device.paper_out = True
    assert outcome(desk, printing()) == "paper_out"
    device.paper_out = False
    assert outcome(desk, printing(reprinted=True)) == ""
    assert words(device, 0)[-1] == "Cetak ulang"
    assert "A012" in words(device, 0)
    assert len(device.tickets()) == 1


def test_the_printer_is_asked_on_its_own_thread_and_its_health_is_known_at_once(
    desk: PrintDesk, device: PtyPrinter
) -> None:
    assert until(lambda: desk.parts() == [Part("printer", "ok")])
    device.cover_open = True
    assert until(lambda: desk.parts()[0].state == "fault")
    device.stalled = True
    before = time.monotonic()
    for _ in range(100):
        desk.parts()
    assert time.monotonic() - before < PATIENCE / 10
    device.stalled = False


class Slow:
    """A printer that takes its time, to have something wait behind a job."""

    width = 576
    is_mending = False

    def __init__(self) -> None:
        self.go_on = threading.Event()
        self.started = threading.Event()
        self.printed = 0

    def print(self, lines: Sequence[Line]) -> PrintResult:
        self.started.set()
        assert self.go_on.wait(PATIENCE)
        self.printed += 1
        return PrintResult(printed=True)

    def prepare(self, lines: Sequence[Line]) -> None: ...

    def parts(self) -> list[Part]:
        return []

    expect = parts

    def close(self) -> None: ...


@pytest.mark.expects_log("A013 was not printed: the printer was busy for too long")
def test_a_job_that_waited_for_too_long_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    slow = Slow()
    desk = desk_of(slow, tmp_path)
    desk.start()
    heard: queue.SimpleQueue[str] = queue.SimpleQueue()
    desk.print(printing("A012"), lambda _, said: heard.put(said))
    assert slow.started.wait(PATIENCE)
    desk.print(printing("A013"), lambda _, said: heard.put(said))
    monkeypatch.setattr(spooler, "EXPIRES_SECONDS", 0.0)
    slow.go_on.set()
    assert [heard.get(timeout=PATIENCE) for _ in range(2)] == ["", "stalled"]
    assert slow.printed == 1
    desk.stop()


# -- slips for staff ---------------------------------------------------------------------------------------------------

SLIP = Slip(
    "first_code",
    (
        SlipLine("title", "Kode administrator"),
        SlipLine("large", "K7QF-2M9X-ABCD"),
        SlipLine("text", "Ketik kode ini."),
        SlipLine("qr", "https://192.168.10.2/"),
    ),
)


def test_a_slip_shows_what_was_sent_and_a_second_one_of_the_same_id_does_not(
    desk: PrintDesk, device: PtyPrinter
) -> None:
    slips = Slips(desk, 576)
    for request in ("a" * 32, "a" * 32, "b" * 32):
        slips.take(SlipToPrint(1, request, SLIP))
    printed = [paper.render(device.tickets()[place]) for place in range(2) if device.wait_for(place + 1, PATIENCE)]
    for drawn in printed:
        assert drawn.problems == []
        assert drawn.text == ["Kode administrator", "K7QF-2M9X-ABCD", "Ketik kode ini."]
    assert outcome(desk, printing()) == ""
    assert len(device.tickets()) == 3


@pytest.mark.parametrize("width", [576, 384])
def test_everything_on_a_slip_fits_on_the_paper(width: int) -> None:
    longest = Slip(
        "long", (SlipLine("large", "K7QF-2M9X-ABCD"), SlipLine("large", "x" * 300), SlipLine("qr", "x" * 300))
    )
    code, rows, qr = (line for line in office_slip.lines(longest, width) if isinstance(line, Text | Qr))
    assert isinstance(code, Text)
    assert 2 <= code.width <= width // (14 * CHARACTER_DOTS)
    assert isinstance(rows, Text)
    assert rows.width == 1  # and several rows
    assert isinstance(qr, Qr)
    assert qr_picture(qr.content, qr.module, width).width <= width


def test_a_slip_waits_until_no_ticket_does(tmp_path: Path) -> None:
    order: list[bool] = []

    class Noting(Slow):
        def print(self, lines: Sequence[Line]) -> PrintResult:
            order.append(Text("K7QF-2M9X-ABCD", 3, 4, bold=True) in lines)
            return super().print(lines)

    slow = Noting()
    desk = desk_of(slow, tmp_path)
    desk.start()
    desk.print(printing("A012"), lambda *_: None)
    assert slow.started.wait(PATIENCE)
    Slips(desk, 576).take(SlipToPrint(1, "a" * 32, SLIP))
    desk.print(printing("A013"), lambda *_: None)
    desk.print(printing("A014"), lambda *_: None)
    slow.go_on.set()
    assert until(lambda: slow.printed == 4)
    assert order == [False, False, False, True]
    desk.stop()


@pytest.mark.expects_log(r"a slip \(first_code\) was not printed", r"a slip \(first_code\) is not on paper: paper_out")
def test_a_slip_that_cannot_be_printed_is_not_printed_later_and_its_words_are_in_no_log(
    desk: PrintDesk, device: PtyPrinter, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    slips = Slips(desk, 576)
    with caplog.at_level("DEBUG"):
        device.paper_out = True
        slips.take(SlipToPrint(1, "a" * 32, SLIP))
        assert until(lambda: "is not on paper" in caplog.text)
        device.paper_out = False
        monkeypatch.setattr(spooler, "SLIP_EXPIRES_SECONDS", 0.0)
        slips.take(SlipToPrint(1, "b" * 32, SLIP))
        assert until(lambda: "was not printed" in caplog.text)
        assert outcome(desk, printing()) == ""
    assert len(device.tickets()) == 1
    assert "K7QF" not in caplog.text


@pytest.mark.expects_log("A012 is not on paper: no_answer")
def test_a_ticket_that_is_expected_does_not_wait_for_the_printers_answer(
    desk: PrintDesk, device: PtyPrinter, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert until(lambda: desk.parts() == [Part("printer", "ok")])
    monkeypatch.setattr(spooler, "LOOK_SECONDS", PATIENCE)
    device.near_end = True
    desk.expect()
    assert until(lambda: desk.parts() == [Part("printer", "ok", "near_end")])
    device.silent = True
    desk.print(printing(), lambda *_: None)
    assert words(device, 0)[0] == "Kantor"
    device.silent = False


# -- the office's layout -----------------------------------------------------------------------------------------------


def test_without_a_file_the_shipped_layout_is_in_force_and_nothing_needs_saying(tmp_path: Path) -> None:
    layout = TicketFile("", tmp_path)
    assert layout.template == shipped()
    assert layout.parts() == []


def test_the_offices_layout_lies_beside_the_configuration_and_is_taken_when_it_changes(
    desk: PrintDesk, device: PtyPrinter, tmp_path: Path
) -> None:
    (tmp_path / "ticket.toml").write_text(OWN, encoding="utf-8")
    assert until(lambda: any(part.name == "ticket" for part in desk.parts()))
    assert outcome(desk, printing()) == ""
    assert words(device, 0) == ["A012", "Layanan gratis"]
    (tmp_path / "ticket.toml").unlink()
    assert until(lambda: not any(part.name == "ticket" for part in desk.parts()))
    assert outcome(desk, printing()) == ""
    assert words(device, 1)[-1] == "Terima kasih"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'[[block]]\nshow = "nummber"', "block 1: show = 'nummber' is not known; write number"),
        (b"\xff\xfe", "not UTF-8"),
        (None, "No such file"),
    ],
)
@pytest.mark.expects_log(r"ticket\.toml: .*tickets have the shipped layout meanwhile")
def test_a_wrong_layout_is_told_on_the_status_and_citizens_get_the_shipped_one(
    device: PtyPrinter, tmp_path: Path, content: bytes | None, said: str
) -> None:
    file = tmp_path / "etc" / "ticket.toml"
    file.parent.mkdir()
    if content is not None:
        file.write_bytes(content)
    desk = desk_of(build(PrinterSettings(kind="serial", device=device.path)), tmp_path, str(file))
    desk.start()
    assert outcome(desk, printing()) == ""
    assert words(device, 0)[-1] == "Terima kasih"
    part = next(part for part in desk.parts() if part.name == "ticket")
    assert (part.state, str(file) in of_part(part, LOGGED), said in of_part(part, LOGGED)) == ("fault", True, True)
    file.write_text(OWN, encoding="utf-8")
    assert until(lambda: any(part == Part("ticket", "ok", "own_layout", {"file": str(file)}) for part in desk.parts()))
    desk.stop()
