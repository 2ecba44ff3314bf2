"""Ways to a printer: whole, by the deadline, and never later."""

from __future__ import annotations

import fcntl
import os
import socket
import termios
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import usb.core
import usb.util

from appliance.node.config import ConfigError
from appliance.wire.messages import Part
from kiosk.printer import transport
from kiosk.printer.drivers import build
from kiosk.printer.escpos_lines import Renderer
from kiosk.printer.port import PrintFailed
from kiosk.printer.settings import PrinterSettings
from kiosk.printer.transport import FileTransport, NetworkTransport, SerialTransport, TransportError
from kiosk.ticket.sample import sample
from kiosk.ticket.slip import Cut
from kiosk.workshop.fake_printer import PtyPrinter

PATIENCE = 20.0


def whole(settings: PrinterSettings) -> bytes:
    return b"".join(Renderer(settings).render(sample()))


# -- files -------------------------------------------------------------------------------------------------------------


def test_prints_into_a_device_file_that_says_nothing_back(tmp_path: Path) -> None:
    file = tmp_path / "out.bin"
    file.touch()
    settings = PrinterSettings(kind="file", device=str(file))
    printer = build(settings)
    assert printer.print(sample()).confirmed is False
    assert printer.parts()[0].state == "unknown"
    printer.close()
    before, ticket, behind = file.read_bytes().partition(whole(settings))
    assert (before.strip(b"\0"), ticket, behind) == (Renderer(settings).reset.strip(b"\0"), whole(settings), b"")


def test_a_pipe_that_nobody_reads_is_missing_not_a_hang(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe", 0o600)
    (tmp_path / "pipe").chmod(0o200)
    way = FileTransport(str(tmp_path / "pipe"))
    way.open(0.0)
    way.close()


def test_a_device_that_hands_on_empty_transfers_has_nothing_to_say_and_is_not_closed() -> None:
    """As /dev/null does whenever it is asked, and usblp for each empty transfer of a printer."""
    printer = build(PrinterSettings(kind="file", device="/dev/null", deadline_s=0.5))
    assert printer.parts()[0].state == "unknown"
    assert printer.print(sample()).printed is True
    printer.close()


def test_an_empty_transfer_before_an_answer_costs_no_answer(
    device: PtyPrinter, driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, empty = os.read, [True]

    def read(descriptor: int, count: int) -> bytes:
        """Give an empty transfer before each answer, to whoever opened the printer's device."""
        empty[0] = not empty[0] or Path(f"/proc/self/fd/{descriptor}").resolve() != Path(device.path).resolve()
        return real(descriptor, count) if empty[0] else b""

    monkeypatch.setattr(transport.os, "read", read)
    printer = driver(kind="file")
    assert printer.parts() == [Part("printer", "ok")]
    assert printer.print(sample()).confirmed is True


@pytest.mark.parametrize("ends", ["write", "read"])
def test_a_device_that_is_ready_and_takes_nothing_ends_at_the_deadline(
    device: PtyPrinter, monkeypatch: pytest.MonkeyPatch, ends: str
) -> None:
    """usblp says that it can be written to when the printer has no paper, and refuses what is written."""
    way = FileTransport(device.path)
    way.open(0.0)

    def refused(*_: object) -> int:
        raise BlockingIOError

    monkeypatch.setattr(FileTransport, "_wait", lambda *_: None)
    monkeypatch.setattr(transport.os, ends, refused)
    if ends == "read":
        assert way.read(time.monotonic() + 0.1) is None
    else:
        with pytest.raises(TransportError) as failed:
            way.write(b"ticket", time.monotonic() + 0.1)
        assert failed.value.code == "stalled"
    way.close()


def test_a_device_that_never_ends_talking_stops_nobody(tmp_path: Path) -> None:
    printer = build(PrinterSettings(kind="file", device="/dev/zero", deadline_s=0.5))
    assert printer.parts()[0].state == "unknown"
    printer.close()


# -- serial lines ------------------------------------------------------------------------------------------------------


def test_what_a_line_holds_back_is_a_stalled_ticket_and_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    """A printer that holds the line (RTS) lets the kernel take a whole ticket, and would print it when it wakes up."""
    master, slave = os.openpty()
    way = SerialTransport(os.ttyname(slave), 9600, "rtscts")
    way.open(0.0)
    way.write(b"ticket", time.monotonic() + 1)

    def held_back(descriptor: int, request: int, held: object) -> None:
        assert request == termios.TIOCOUTQ
        held[0] = 6  # type: ignore[index]  # an array

    monkeypatch.setattr(fcntl, "ioctl", held_back)
    with pytest.raises(TransportError) as failed:
        way.flush(time.monotonic() + 0.1)
    assert failed.value.code == "stalled"
    monkeypatch.undo()
    way.close()
    os.close(master)
    os.close(slave)


def test_a_flow_control_that_linux_does_not_have_is_refused_with_what_to_do() -> None:
    with pytest.raises(ConfigError, match=r'kiosk\.printer\.flow: .*"dsrdtr".*"rtscts".*"xonxoff"'):
        build(PrinterSettings(kind="serial", device="/dev/ttyUSB0", flow="dsrdtr"))


@pytest.mark.parametrize(("flow", "flag", "place"), [("rtscts", termios.CRTSCTS, 2), ("xonxoff", termios.IXON, 0)])
def test_the_other_flow_controls_are_in_force_on_the_line(flow: str, flag: int, place: int) -> None:
    master, slave = os.openpty()
    for wanted in (flow, "none"):
        way = SerialTransport(os.ttyname(slave), 9600, wanted)
        way.open(0.0)
        assert bool(termios.tcgetattr(slave)[place] & flag) == (wanted == flow)
        way.close()
    os.close(master)
    os.close(slave)


# -- the network -------------------------------------------------------------------------------------------------------


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
        settings = PrinterSettings(kind="network", host="127.0.0.1", port=server.getsockname()[1])
        printer = build(settings)
        for _ in range(2):
            assert printer.print(sample()).printed
        thread.join(PATIENCE)
    assert all(data.endswith(whole(settings)) for data in received)
    assert len(received) == 2


def test_a_network_printer_that_is_off_is_missing() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    printer = build(PrinterSettings(kind="network", host="127.0.0.1", port=port))
    with pytest.raises(PrintFailed, match="missing"):
        printer.print([Cut()])


def test_what_a_network_printer_has_not_taken_is_thrown_away() -> None:
    """The kernel would else go on trying for minutes, and the ticket come out when the citizen has left."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        way = NetworkTransport("127.0.0.1", server.getsockname()[1])
        way.open(time.monotonic() + 1)
        connection, _ = server.accept()
        with connection:
            with pytest.raises(TransportError) as failed:
                way.write(b"x" * 50_000_000, time.monotonic() + 0.3)
            assert failed.value.code == "stalled"
            way.close()
            with pytest.raises(ConnectionResetError):
                read_to_the_end(connection)


def read_to_the_end(connection: socket.socket) -> None:
    while connection.recv(1 << 20):
        pass


# -- USB ---------------------------------------------------------------------------------------------------------------


class UsbDevice:
    """What pyusb shows of a printer: one interface with a bulk endpoint each way."""

    bInterfaceClass, bInterfaceNumber = 7, 0  # noqa: N815  # the USB standard's names

    def __init__(self) -> None:
        self.taken = bytearray()
        self.answers = bytearray()
        self.fault: Exception | None = None
        self.dies_after: int | None = None
        self.silent = False
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
        if self.device.fault or (
            self.device.dies_after is not None and len(self.device.taken) > self.device.dies_after
        ):
            raise self.device.fault or usb.core.USBError("no such device")
        self.device.taken += data
        if not self.device.silent:
            self.device.answers += b"\x12" * data.count(b"\x10\x04")
        return len(data)

    def read(self, size: int, milliseconds: int) -> bytes:
        assert milliseconds > 0
        if not self.device.answers:
            raise usb.core.USBTimeoutError("timed out")
        said = bytes(self.device.answers[:size])
        del self.device.answers[:size]
        return said


@pytest.fixture
def plugged(monkeypatch: pytest.MonkeyPatch) -> list[UsbDevice | None]:
    """What is plugged in: libusb is not there to be asked on this machine."""
    devices: list[UsbDevice | None] = [UsbDevice()]
    monkeypatch.setattr(usb.core, "find", lambda **_: devices[0])
    monkeypatch.setattr(usb.util, "claim_interface", lambda *_: None)
    monkeypatch.setattr(usb.util, "dispose_resources", lambda *_: None)
    return devices


USB = PrinterSettings(kind="usb", vendor=0x04B8, product=0x0E15, deadline_s=0.5)


def test_a_usb_printer_is_found_anew_after_it_was_unplugged(plugged: list[UsbDevice | None]) -> None:
    printer = build(USB)
    first = plugged[0]
    assert first is not None
    assert printer.print(sample()).confirmed
    assert whole(USB) in bytes(first.taken)
    plugged[0] = None
    first.fault = usb.core.USBError("no such device")
    assert printer.parts()[0].state == "missing"
    with pytest.raises(PrintFailed, match="missing"):
        printer.print(sample())
    second = plugged[0] = UsbDevice()
    assert printer.parts()[0].state == "ok"
    assert printer.print(sample()).confirmed
    assert whole(USB) in bytes(second.taken)
    printer.close()


def test_a_usb_printer_that_was_replugged_between_two_citizens_costs_neither_a_ticket(
    plugged: list[UsbDevice | None],
) -> None:
    printer = build(USB)
    first = plugged[0]
    assert first is not None
    printer.print(sample())
    first.fault = usb.core.USBError("no such device")
    second = plugged[0] = UsbDevice()
    assert printer.print(sample()).confirmed
    assert whole(USB) in bytes(second.taken)


def test_a_usb_printer_that_goes_away_in_mid_ticket_prints_it_again_whole(plugged: list[UsbDevice | None]) -> None:
    printer = build(USB)
    first = plugged[0]
    assert first is not None
    assert printer.print(sample()).confirmed
    first.dies_after = len(first.taken) + 600
    second = UsbDevice()

    def find(**_: object) -> UsbDevice | None:
        assert first is not None
        assert first.dies_after is not None
        return first if len(first.taken) <= first.dies_after else second

    usb.core.find = find  # the fixture puts the real one back
    assert printer.print(sample()).confirmed
    assert len(first.taken) > first.dies_after
    assert bytes(second.taken).count(b"".join(Renderer(USB).render(sample(), again=True))) == 1


def test_a_usb_printer_that_takes_no_data_is_stalled(plugged: list[UsbDevice | None]) -> None:
    printer = build(USB)
    printer.parts()
    assert plugged[0] is not None
    plugged[0].fault = usb.core.USBTimeoutError("timed out")
    with pytest.raises(PrintFailed, match="stalled"):
        printer.print(sample())


def test_an_answer_that_came_too_late_is_not_taken_for_the_next_one(plugged: list[UsbDevice | None]) -> None:
    printer = build(USB)
    printer.parts()
    device = plugged[0]
    assert device is not None
    device.silent = True
    assert printer.parts()[0].state == "unknown"
    device.silent = False
    device.answers += b"\x1a\x32\x12\x7e"  # no paper, a moment ago
    assert printer.print(sample()).confirmed
