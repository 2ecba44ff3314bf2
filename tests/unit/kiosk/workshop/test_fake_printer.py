"""The double: a printer on a pseudo terminal, which must not be kinder than a real one."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.node.polling import until
from kiosk.printer import status as printer_status
from kiosk.printer.escpos_lines import Renderer
from kiosk.printer.settings import PrinterSettings
from kiosk.ticket.sample import sample
from kiosk.workshop.fake_printer import PtyPrinter
from kiosk.workshop.fake_printer_tool import obey

PATIENCE = 20.0
TICKET = b"".join(Renderer(PrinterSettings(kind="serial")).render(sample()))


@pytest.fixture
def line(device: PtyPrinter) -> Iterator[io.FileIO]:
    """The other end of the cable, as a driver has it."""
    with open(device.path, "r+b", buffering=0) as opened:  # noqa: PTH123  # unbuffered
        yield opened


def asked(line: io.FileIO, n: int) -> int:
    line.write(printer_status.query(n))
    return os.read(line.fileno(), 1)[0]


def test_it_keeps_bytes_and_pictures_and_the_moment_of_the_last_byte(device: PtyPrinter, line: io.FileIO) -> None:
    line.write(TICKET)
    line.write(TICKET)
    assert device.wait_for(2, PATIENCE)
    assert device.last_byte_ns(0) < device.last_byte_ns(1)
    assert [file.name for file in device.save_pictures()] == ["001.png", "002.png"]
    assert (device.directory / "002.bin").read_bytes() == device.tickets()[1]


@pytest.mark.parametrize(("fault", "lifted"), [("paper out", "paper ok"), ("offline", "online")])
def test_it_prints_what_it_holds_when_all_is_well_again(
    device: PtyPrinter, line: io.FileIO, fault: str, lifted: str
) -> None:
    obey(device, fault.split())
    line.write(TICKET)
    assert asked(line, 1) == 0x1A  # it has read everything before the question
    assert device.tickets() == []
    obey(device, lifted.split())
    assert device.wait_for(1, PATIENCE)


def test_it_forgets_what_it_holds_when_it_is_told_to(device: PtyPrinter, line: io.FileIO) -> None:
    device.paper_out = True
    line.write(TICKET)
    line.write(printer_status.CLEAR)
    assert until(lambda: device.scraps)
    device.paper_out = False
    assert asked(line, 4) == 0x12
    assert device.tickets() == []
    assert device.scraps == [TICKET]


def test_its_cutter_stays_blocked_until_it_is_freed_and_told(device: PtyPrinter, line: io.FileIO) -> None:
    device.jammed = True
    line.write(TICKET)
    assert device.wait_for(1, PATIENCE)
    assert asked(line, 3) == 0x1A
    line.write(printer_status.RECOVER)
    assert asked(line, 3) == 0x1A
    device.jammed = False
    assert asked(line, 3) == 0x1A
    line.write(printer_status.RECOVER)
    assert asked(line, 3) == 0x12


@pytest.mark.parametrize(
    ("command", "n", "answer"),
    [
        ("paper low", 4, 0x1E),
        ("paper out", 4, 0x7E),
        ("paper out", 2, 0x32),
        ("cover open", 2, 0x16),
        ("offline", 1, 0x1A),
        ("garbage", 1, 0xFF),
        ("talk", 1, 0x12),
    ],
)
def test_it_answers_in_the_bits_of_the_command_reference(
    device: PtyPrinter, line: io.FileIO, command: str, n: int, answer: int
) -> None:
    obey(device, command.split())
    assert asked(line, n) == answer


def test_a_half_ticket_that_is_cut_off_or_lost_with_the_cable_is_a_scrap(device: PtyPrinter, line: io.FileIO) -> None:
    line.write(TICKET[:200])
    line.write(TICKET)
    assert device.wait_for(1, PATIENCE)
    assert device.scraps == [TICKET[:200]]
    device.vanish_after = 100
    line.write(TICKET[:150])
    assert until(lambda: len(device.scraps) == 2)
    assert device.scraps[1] == TICKET[:100]
    assert not Path(device.path).exists()
    device.plug()
    assert Path(device.path).exists()


def test_it_can_be_run_by_hand(tmp_path: Path) -> None:
    program = [sys.executable, "-m", "appliance.cli", "fake-printer", "--directory", str(tmp_path), "--paper", "58"]
    with subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stdout.readline() == f"printer: {tmp_path}/printer\n"
        with open(tmp_path / "printer", "r+b", buffering=0) as line:  # noqa: PTH123  # unbuffered
            line.write(TICKET)
            said = iter(process.stdout.readline, "")
            assert any("ticket 1:" in row for row in said)
            rest, _ = process.communicate("runs out 50\nstatus\nquit\n", PATIENCE)
            assert rest.count("1 tickets, 0 scraps") == 2
    assert process.returncode == 0
    assert (tmp_path / "001.png").is_file()
