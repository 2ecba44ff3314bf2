"""After an interrupted ticket, also one of a kiosk that was killed: the next one comes out whole, and in time."""

from __future__ import annotations

import os
import select
import socket
from pathlib import Path

import pytest
from printer_bench import PATIENCE, as_settings, failing, whole

from appliance.node.polling import until
from appliance.texts.parts import LOGGED, of_part
from kiosk.printer import device as printer_device
from kiosk.printer.device import EscposPrinter
from kiosk.printer.drivers import build
from kiosk.printer.escpos_lines import Renderer
from kiosk.printer.pictures import number_picture, raster
from kiosk.ticket.sample import sample
from kiosk.workshop.fake_network_printer import TcpPrinter
from kiosk.workshop.fake_printer import PtyPrinter

DRAWN: dict[str, object] = {"baud": 921_600, "qr": "image", "number": "picture", "deadline_s": PATIENCE}
SLOW: dict[str, object] = {**DRAWN, "baud": 57_600, "deadline_s": 1.0}


def in_a_picture(ticket: bytes) -> bytes:
    """Return a ticket up to the middle of its first picture."""
    return ticket[: ticket.index(b"\x1dv0") + 1000]


def killed_in_a_picture(device: PtyPrinter) -> None:
    """Have a kiosk killed while a picture is on its way to the printer."""
    sent = in_a_picture(whole("A011", **DRAWN))
    line = os.open(device.path, os.O_RDWR | os.O_NOCTTY)
    os.write(line, sent)
    assert until(lambda: device.taken == len(sent))
    os.close(line)


@pytest.mark.parametrize("looked_at", [False, True], ids=["", "looked at before"])
@pytest.mark.parametrize("nature", ["overhears", "sees dots only", "silent"])
def test_the_first_ticket_after_a_kiosk_was_killed_in_a_picture_comes_out_whole(
    device: PtyPrinter, driver, nature: str, looked_at: bool
) -> None:
    device.overhears, device.silent = nature == "overhears", nature == "silent"
    killed_in_a_picture(device)
    printer = driver(**DRAWN)
    printer.prepare(sample("A1234"))
    if looked_at:
        assert printer.parts()[0].state == ("unknown" if device.silent else "ok")
    result = printer.print(sample())
    assert (result.printed, result.confirmed) == (True, not device.silent)
    assert device.wait_for(1, PATIENCE)
    assert device.tickets() == [whole(**DRAWN)]
    assert len(device.scraps) == 1
    assert device.scraps[0].startswith(in_a_picture(whole("A011", **DRAWN)))


def test_a_run_that_begins_with_a_whole_printer_prints_nothing_and_cuts_nothing(device: PtyPrinter, driver) -> None:
    printer = driver(**DRAWN)
    printer.prepare(sample())
    printer.parts()
    assert printer.print(sample()).confirmed is True
    assert device.tickets() == [whole(**DRAWN)]
    assert device.scraps == []
    assert device.cuts == 1


def test_no_number_needs_more_zeros_than_a_run_begins_with() -> None:
    for paper_mm in (80, 58):
        renderer = Renderer(as_settings(paper_mm=paper_mm, **DRAWN))
        for number in ("1", "A1", "A012", "A1234", "AX0123", "WWWW", "iiii", "Q", "J9"):
            drawn = number_picture(number, renderer.dots)
            assert drawn is not None
            assert len(raster(drawn, renderer.dots)) <= renderer.longest(sample())


def interrupted(device: PtyPrinter, printer: EscposPrinter) -> None:
    """Print one ticket, and have the second interrupted in its picture."""
    printer.print(sample())
    assert printer.expect()[0].state == "ok"
    device.bytes_per_second = 4000
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(printer_device, "MOST_TRAVEL_S", 0.0)
        assert failing(printer, "A013") == "stalled"
    assert until(lambda: device._buffer.startswith(b"\x1dv0"))
    device.bytes_per_second = 0
    assert until(lambda: not select.select([device._master], [], [], 0.2)[0])  # the pseudo terminal is empty


def test_a_slow_line_is_mended_between_two_citizens_in_pieces(device: PtyPrinter, driver, honest_line: None) -> None:
    printer = driver(**SLOW)
    interrupted(device, printer)
    looks = 0
    while printer.is_mending or looks == 0:
        before = device.taken
        printer.parts()
        looks += 1
        assert device.taken - before <= 5760 * printer_device.PIECE_S + 100
        assert looks < 20
    assert looks > 3  # it would else be no slow line
    assert printer.parts()[0].state == "ok"
    before = device.taken
    assert printer.print(sample("A014")).confirmed is True
    assert device.taken - before < len(whole("A014", **SLOW)) + 100  # nothing before it but questions
    assert device.tickets() == [whole(**SLOW), whole("A014", **SLOW)]


def test_a_ticket_that_comes_while_the_line_is_mended_is_behind_what_is_left_only(
    device: PtyPrinter, driver, honest_line: None
) -> None:
    printer = driver(**SLOW)
    interrupted(device, printer)
    printer.parts()
    assert printer.is_mending
    printer.expect()  # this does not go on with it: somebody is waiting
    assert printer.is_mending
    assert printer.print(sample("A014")).confirmed is True
    assert device.tickets() == [whole(**SLOW), whole("A014", **SLOW)]


def test_a_ticket_that_would_be_torn_behind_the_interrupted_one_is_refused_at_once_and_the_line_mended(
    device: PtyPrinter, driver, honest_line: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    printer = driver(**SLOW)
    interrupted(device, printer)
    printer.parts()
    with monkeypatch.context() as patch:
        patch.setattr(printer_device, "MOST_TRAVEL_S", 0.5)
        before = device.taken
        assert failing(printer, "A014") == "stalled"
        assert device.taken == before
    while printer.is_mending:
        printer.parts()
    assert printer.print(sample("A015")).confirmed is True
    assert device.tickets() == [whole(**SLOW), whole("A015", **SLOW)]


def test_a_printer_without_paper_is_mended_when_it_has_some(device: PtyPrinter, driver, honest_line: None) -> None:
    printer = driver(**DRAWN)
    printer.prepare(sample())
    device.paper_out = True
    assert of_part(printer.parts()[0], LOGGED).startswith("The paper has run out")
    assert failing(printer) == "paper_out"
    device.paper_out = False
    assert printer.parts()[0].state == "ok"
    assert printer.print(sample("A013")).confirmed is True
    assert device.tickets() == [whole("A013", **DRAWN)]


def test_a_network_printer_whose_kiosk_was_killed_is_mended_as_well(tmp_path: Path) -> None:
    with TcpPrinter(tmp_path / "network") as device:
        sent = in_a_picture(whole("A011", **DRAWN))
        with socket.create_connection(("127.0.0.1", device.port)) as line:
            line.sendall(sent)
        settings = {**DRAWN, "kind": "network", "device": "", "host": "127.0.0.1", "port": device.port}
        printer = build(as_settings(**settings))
        printer.prepare(sample())
        assert printer.parts()[0].state == "ok"
        assert printer.print(sample()).confirmed is True
        assert device.tickets() == [whole(**DRAWN)]


def test_a_cable_that_is_pulled_while_the_line_is_mended_keeps_nobody_busy(
    device: PtyPrinter, driver, honest_line: None
) -> None:
    printer = driver(**SLOW)
    interrupted(device, printer)
    printer.parts()
    assert printer.is_mending
    device.unplug()
    assert printer.parts()[0].state == "missing"
    assert not printer.is_mending
    device.plug()
    printer.parts()
    while printer.is_mending:
        printer.parts()
    assert printer.print(sample("A014")).confirmed is True
    assert device.tickets() == [whole(**SLOW), whole("A014", **SLOW)]
