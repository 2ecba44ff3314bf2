"""The ticket printer: exact bytes, deadlines, faults, and the double that stands in for hardware."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import msgspec
import pytest
import usb.core
import usb.util
import zxingcpp
from PIL import Image

from appliance.node.config import ConfigError
from appliance.wire.messages import IssuedTicket, Office, Part
from kiosk import paper, printer_status
from kiosk.fake_printer import PtyPrinter, obey
from kiosk.printer import EscposPrinter, NoPrinter, PrintFailed, build
from kiosk.printer_escpos import Renderer
from kiosk.settings_printer import PrinterSettings
from kiosk.slip import Cut, Feed, Line, Logo, Qr, Text, slip
from kiosk.transport import FileTransport

GOLDEN = Path(__file__).parent / "golden"
TOKEN = "0123456789abcdef" * 2
PATIENCE = 20.0


def a_ticket(width: int = 576, number: str = "A012") -> list[Line]:
    return slip(
        IssuedTicket(number, "berkas", "2026-04-06", 0, 7, True, 20, 30),
        service_names={"id": "Pendaftaran Berkas", "en": "File registration"},
        office=Office({"id": "Kantor Pertanahan Kabupaten Sleman"}, "open", follow_url="http://10.20.0.1/t/"),
        at=datetime(2026, 4, 6, 9, 41),  # noqa: DTZ001  # the office's wall clock
        token=TOKEN,
        bring={"id": ["KTP asli dan fotokopi", "Sertifikat asli"]},
        width=width,
    )


def rendered(lines: list[Line], **settings: object) -> bytes:
    return b"".join(Renderer(msgspec.convert(settings, PrinterSettings)).render(lines))


@pytest.fixture
def device(tmp_path: Path) -> Iterator[PtyPrinter]:
    with PtyPrinter(tmp_path / "paper") as double:
        yield double


def driver(device: PtyPrinter, **settings: object) -> EscposPrinter:
    given = {"kind": "serial", "device": device.path, "deadline_s": 5.0, **settings}
    printer = build(msgspec.convert(given, PrinterSettings))
    assert isinstance(printer, EscposPrinter)
    return printer


def wait_until_taken(device: PtyPrinter, count: int) -> None:
    assert device.wait_for(count, PATIENCE)


# -- bytes ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("paper_mm", [80, 58])
def test_prints_exactly_these_bytes(paper_mm: int) -> None:
    """To accept a change: remove the file, run once, look at the picture of the new bytes."""
    data = rendered(a_ticket({80: 576, 58: 384}[paper_mm]), paper_mm=paper_mm)
    golden = GOLDEN / f"ticket_{paper_mm}.bin"
    if not golden.exists():
        golden.write_bytes(data)
        pytest.fail(f"{golden.name} was missing and has been written anew")
    assert data == golden.read_bytes()


@pytest.mark.parametrize("paper_mm", [80, 58])
@pytest.mark.parametrize("qr", ["native", "image"])
@pytest.mark.parametrize("code_page", ["CP437", "CP858", "ascii"])
def test_the_paper_shows_no_problem_and_a_code_that_can_be_read(paper_mm: int, qr: str, code_page: str) -> None:
    settings = {"paper_mm": paper_mm, "qr": qr, "code_page": code_page}
    drawn = paper.render(rendered(a_ticket({80: 576, 58: 384}[paper_mm]), **settings), paper_mm)
    assert drawn.problems == []
    assert [code.text for code in zxingcpp.read_barcodes(drawn.image)] == [f"http://10.20.0.1/t/{TOKEN}"]
    assert {"A012", "PRIORITAS", "Senin, 6 April 2026  09.41", "7 orang di depan Anda"} <= set(drawn.text)
    assert drawn.cuts == 1


@pytest.mark.parametrize(
    ("given", "code_page", "printed"),
    [
        ("± 20–30 menit", "CP437", "± 20-30 menit"),
        ("± 20–30 menit", "CP1252", "± 20–30 menit"),
        ("± 20–30 · “ya”…", "ascii", '+/- 20-30 - "ya"...'),
        ("Élan Łódź naïve", "ascii", "Elan ?odz naive"),
        ("e\u0301", "CP437", "é"),
        ("喂 A", "CP437", "? A"),
        ("a\x1b@b\x1dV\x00c\nd", "CP437", "a @b V c d"),
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


def test_every_ticket_selects_its_code_page_after_the_reset() -> None:
    assert rendered([Feed()], code_page="CP858").startswith(b"\x1b@\x1bt\x13")
    # Listed twice for this model; the other slot is of its own maker's only.
    assert rendered([Feed()], paper_mm=58).startswith(b"\x1b@\x1bt\x00")
    assert rendered([Feed()], cancel_kanji=True).startswith(b"\x1b@\x1c.\x1bt\x00")


def test_without_a_cutter_the_ticket_is_fed_to_the_tear_bar() -> None:
    assert b"\x1dV" not in rendered(a_ticket(), cut=False)


def test_prints_the_logo_in_the_middle(tmp_path: Path) -> None:
    file = tmp_path / "logo.png"
    Image.new("RGBA", (1000, 300), (0, 0, 0, 255)).save(file)
    data = rendered([Logo()], logo=str(file))
    across, down = (
        int.from_bytes(data[at : at + 2], "little") for at in (data.index(b"\x1dv0") + 4, data.index(b"\x1dv0") + 6)
    )
    assert (across * 8, down) == ((576 - 288) // 2 + 288, 86)
    assert paper.render(data).problems == []


@pytest.mark.expects_log(r"logo .*none\.png")
def test_a_logo_that_cannot_be_read_costs_the_logo_not_the_ticket(tmp_path: Path, device: PtyPrinter) -> None:
    printer = driver(device, logo=str(tmp_path / "none.png"))
    printer.print(a_ticket())
    wait_until_taken(device, 1)
    assert printer.parts()[0].state == "fault"
    assert "none.png" in printer.parts()[0].detail
    printer.close()


@pytest.mark.parametrize(
    ("settings", "key"),
    [
        ({"kind": "serial"}, "kiosk.printer.device"),
        ({"kind": "usb"}, "kiosk.printer.vendor"),
        ({"kind": "network", "host": "printer.local"}, "kiosk.printer.host"),
        ({"kind": "file", "device": "/dev/null", "profile": "nonesuch"}, "kiosk.printer.profile"),
        ({"kind": "file", "device": "/dev/null", "code_page": "UTF-8"}, "kiosk.printer.code_page"),
    ],
)
def test_settings_that_cannot_be_meant_name_their_key(settings: dict[str, object], key: str) -> None:
    with pytest.raises(ConfigError, match=key):
        build(msgspec.convert(settings, PrinterSettings))


# -- the way to the printer ----------------------------------------------------------------------------------------


def test_a_ticket_arrives_whole_and_the_printer_confirms_it(device: PtyPrinter) -> None:
    printer = driver(device)
    result = printer.print(a_ticket())
    wait_until_taken(device, 1)
    assert (result.printed, result.confirmed, result.near_end) == (True, True, False)
    assert device.tickets() == [rendered(a_ticket())]
    assert printer.parts() == [Part("printer", "ok")]
    printer.close()


def test_nothing_fitted_prints_nothing_and_says_so() -> None:
    printer = build(PrinterSettings())
    assert isinstance(printer, NoPrinter)
    assert printer.print(a_ticket()).printed is False
    assert printer.parts()[0].state == "missing"


def test_a_printer_that_is_not_there_is_missing(tmp_path: Path) -> None:
    for kind in ("serial", "file"):
        printer = build(msgspec.convert({"kind": kind, "device": str(tmp_path / "gone")}, PrinterSettings))
        with pytest.raises(PrintFailed) as failed:
            printer.print(a_ticket())
        assert failed.value.code == "missing"
        assert printer.parts()[0].state == "missing"
        assert not (tmp_path / "gone").exists()


def test_a_printer_that_takes_no_data_fails_by_the_deadline(device: PtyPrinter) -> None:
    device.stalled = True
    printer = driver(device, deadline_s=0.6)
    with pytest.raises(PrintFailed) as failed:
        printer.print([Text("x" * 40)] * 20_000)  # more than any buffer on the way
    assert failed.value.code == "stalled"
    device.stalled = False
    printer.close()


def test_a_slow_line_is_given_the_time_that_the_deadline_leaves(device: PtyPrinter) -> None:
    printer = driver(device, deadline_s=30.0)
    printer.parts()
    device.bytes_per_second = 250
    assert printer.print(a_ticket()).confirmed is True
    assert device.tickets() == [rendered(a_ticket())]
    printer.close()


def test_a_printer_that_stops_answering_is_not_trusted_with_a_ticket(device: PtyPrinter) -> None:
    printer = driver(device, deadline_s=0.6)
    printer.print(a_ticket())
    device.silent = True
    with pytest.raises(PrintFailed) as failed:
        printer.print(a_ticket())
    assert failed.value.code == "no_answer"
    assert printer.parts()[0].state == "unknown"
    device.silent = False
    printer.print(a_ticket())
    wait_until_taken(device, 2)
    printer.close()


def test_after_a_cable_was_pulled_mid_ticket_the_whole_ticket_prints_again(device: PtyPrinter) -> None:
    printer = driver(device)
    printer.print(a_ticket())
    wait_until_taken(device, 1)
    device.vanish_after = 12 + 100  # the four questions before the ticket, then a part of it
    with pytest.raises(PrintFailed) as failed:
        printer.print(a_ticket(number="A013"))
    assert failed.value.code in ("lost", "stalled", "missing")
    with pytest.raises(PrintFailed, match="missing"):
        printer.print(a_ticket(number="A013"))
    assert printer.parts()[0].state == "missing"
    device.plug()
    printer.print(a_ticket(number="A013"))
    wait_until_taken(device, 2)
    assert device.tickets()[1] == rendered(a_ticket(number="A013"))
    printer.close()


def test_an_interrupted_picture_does_not_swallow_the_next_ticket(device: PtyPrinter) -> None:
    """The printer kept its power and still waits for dots; what is sent first must end that picture."""
    device.silent = True
    printer = driver(device, qr="image", deadline_s=0.6)
    device.stalled = True
    long_job = [Qr("x" * 60, 16)] * 20
    with pytest.raises(PrintFailed):
        printer.print(long_job)
    device.stalled = False
    printer.print(a_ticket())
    wait_until_taken(device, 1)
    assert device.tickets()[-1] == rendered(a_ticket(), qr="image")
    printer.close()


@pytest.mark.parametrize(
    ("fault", "lifted", "code"), [("paper out", "paper ok", "paper_out"), ("cover open", "cover closed", "cover_open")]
)
def test_nothing_is_sent_to_a_printer_that_cannot_print(device: PtyPrinter, fault: str, lifted: str, code: str) -> None:
    printer = driver(device)
    obey(device, fault.split())
    with pytest.raises(PrintFailed) as failed:
        printer.print(a_ticket())
    assert failed.value.code == code
    assert printer.parts()[0].state == "fault"
    obey(device, lifted.split())
    printer.print(a_ticket(number="A013"))
    wait_until_taken(device, 1)
    # The ticket that failed does not come out behind: only the new one.
    assert device.tickets() == [rendered(a_ticket(number="A013"))]
    printer.close()


def test_a_roll_near_its_end_still_prints_and_is_told(device: PtyPrinter) -> None:
    device.near_end = True
    printer = driver(device)
    assert printer.print(a_ticket()).near_end is True
    assert "near its end" in printer.parts()[0].detail
    printer.close()


@pytest.mark.parametrize("fault", ["silent", "garbage"])
def test_a_printer_that_does_not_answer_prints_but_is_never_called_healthy(device: PtyPrinter, fault: str) -> None:
    setattr(device, fault, True)
    printer = driver(device)
    result = printer.print(a_ticket())
    wait_until_taken(device, 1)
    assert (result.printed, result.confirmed) == (True, False)
    assert printer.parts()[0].state == "unknown"
    printer.close()


def test_prints_into_a_device_file_that_says_nothing_back(tmp_path: Path) -> None:
    file = tmp_path / "out.bin"
    file.touch()
    printer = build(PrinterSettings(kind="file", device=str(file)))
    assert printer.print(a_ticket()).confirmed is False
    assert printer.parts()[0].state == "unknown"
    printer.close()
    assert file.read_bytes() == rendered(a_ticket())


def test_a_pipe_that_nobody_reads_is_missing_not_a_hang(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe", 0o600)
    (tmp_path / "pipe").chmod(0o200)
    transport = FileTransport(str(tmp_path / "pipe"))
    transport.open(0.0)
    transport.close()


def test_prints_over_the_network_with_one_connection_a_ticket() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        received: list[bytes] = []

        def serve() -> None:
            for _ in range(2):
                connection, _ = server.accept()
                with connection:
                    received.append(connection.makefile("rb").read())

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        port = server.getsockname()[1]
        printer = build(PrinterSettings(kind="network", host="127.0.0.1", port=port))
        for _ in range(2):
            assert printer.print(a_ticket()).printed
        thread.join(PATIENCE)
    assert all(data.endswith(rendered(a_ticket())) for data in received)
    assert len(received) == 2


def test_a_network_printer_that_is_off_is_missing() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    printer = build(PrinterSettings(kind="network", host="127.0.0.1", port=port))
    with pytest.raises(PrintFailed, match="missing"):
        printer.print([Cut()])


class UsbDevice:
    """What pyusb shows of a printer: one interface with a bulk endpoint each way."""

    bInterfaceClass, bInterfaceNumber = 7, 0  # noqa: N815  # the USB standard's names

    def __init__(self) -> None:
        self.taken = bytearray()
        self.status = [0x12]
        self.fault: Exception | None = None
        self.out = UsbEndpoint(self, 0x01)
        self.back = UsbEndpoint(self, 0x82)

    def __iter__(self) -> Iterator[UsbEndpoint]:
        return iter((self.out, self.back))

    def get_active_configuration(self) -> list[UsbDevice]:
        return [self]

    def is_kernel_driver_active(self, number: int) -> bool:
        return False


class UsbEndpoint:
    bmAttributes, wMaxPacketSize = 2, 64  # noqa: N815  # as above

    def __init__(self, device: UsbDevice, address: int) -> None:
        self.device, self.bEndpointAddress = device, address

    def write(self, data: bytes, milliseconds: int) -> int:
        assert milliseconds > 0
        if self.device.fault:
            raise self.device.fault
        self.device.taken += data
        return len(data)

    def read(self, size: int, milliseconds: int) -> list[int]:
        assert milliseconds > 0
        return self.device.status


def test_a_usb_printer_is_found_anew_after_it_was_unplugged(monkeypatch: pytest.MonkeyPatch) -> None:
    plugged: list[UsbDevice | None] = [UsbDevice()]
    monkeypatch.setattr(usb.core, "find", lambda **_: plugged[0])
    monkeypatch.setattr(usb.util, "claim_interface", lambda *_: None)
    monkeypatch.setattr(usb.util, "dispose_resources", lambda *_: None)
    printer = build(PrinterSettings(kind="usb", vendor=0x04B8, product=0x0E15))
    first = plugged[0]
    assert first is not None
    assert printer.print(a_ticket()).confirmed
    assert rendered(a_ticket()) in bytes(first.taken)
    for fault, code in ((usb.core.USBTimeoutError("t"), "stalled"), (usb.core.USBError("gone"), "lost")):
        first.fault = fault
        with pytest.raises(PrintFailed, match=code):
            printer.print(a_ticket())
    plugged[0] = None
    with pytest.raises(PrintFailed, match="missing"):
        printer.print(a_ticket())
    second = plugged[0] = UsbDevice()
    assert printer.print(a_ticket()).confirmed
    assert rendered(a_ticket()) in bytes(second.taken)
    printer.close()


# -- status --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("replies", "problem", "state"),
    [
        ({1: 0x12, 2: 0x12, 3: 0x12, 4: 0x12}, "", "ok"),
        ({1: 0x12, 2: 0x12, 3: 0x12, 4: 0x1E}, "", "ok"),
        ({1: 0x1A, 2: 0x32, 3: 0x12, 4: 0x7E}, "paper_out", "fault"),
        ({1: 0x1A, 2: 0x12, 3: 0x12, 4: 0x72}, "paper_out", "fault"),
        ({1: 0x1A, 2: 0x16, 3: 0x12, 4: 0x12}, "cover_open", "fault"),
        ({1: 0x1A, 2: 0x52, 3: 0x1A, 4: 0x12}, "error", "fault"),
        ({1: 0x1A, 2: 0x52, 3: 0x32, 4: 0x12}, "error", "fault"),
        ({1: 0x1A, 2: 0x12, 3: 0x12, 4: 0x12}, "", "unknown"),
        ({}, "", "unknown"),
        ({1: None, 2: None, 3: None, 4: None}, "", "unknown"),
        ({1: 0xFF, 2: 0xFF, 3: 0x00, 4: 0x00}, "", "unknown"),
        ({1: 0x12, 2: 0x12, 3: 0x12, 4: None}, "", "unknown"),
    ],
)
def test_reads_the_status_without_optimism(replies: dict[int, int | None], problem: str, state: str) -> None:
    status = printer_status.parse(replies)
    assert status.problem == problem
    assert printer_status.to_part(status).state == state


# -- the double ----------------------------------------------------------------------------------------------------


def test_the_double_keeps_bytes_and_pictures_and_the_moment_of_the_last_byte(device: PtyPrinter) -> None:
    printer = driver(device)
    printer.print(a_ticket())
    printer.print(a_ticket(number="A013"))
    wait_until_taken(device, 2)
    assert device.last_byte_ns(0) < device.last_byte_ns(1)
    assert [file.name for file in device.save_pictures()] == ["001.png", "002.png"]
    assert (device.directory / "002.bin").read_bytes() == device.tickets()[1]
    printer.close()


def test_the_double_prints_what_it_holds_when_paper_comes(device: PtyPrinter) -> None:
    with open(device.path, "wb", buffering=0) as line:  # noqa: PTH123  # unbuffered, as a driver would
        device.paper_out = True
        line.write(rendered(a_ticket()))
        assert not device.wait_for(1, 0.3)
        device.paper_out = False
        wait_until_taken(device, 1)
