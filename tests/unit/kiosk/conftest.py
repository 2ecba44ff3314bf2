"""What the tests of the kiosk begin with: numbers given alone, and a printer."""

from __future__ import annotations

import fcntl
import termios
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from alone_kiosk import world
from printer_bench import as_settings

from kiosk.printer.device import EscposPrinter
from kiosk.printer.drivers import build
from kiosk.printer.transport import FileTransport, SerialTransport, TransportError, _Descriptor
from kiosk.workshop.fake_printer import PtyPrinter


@pytest.fixture
def folder(tmp_path):
    return tmp_path


@pytest.fixture
def three(folder):
    """A clock at eight, a hub with its day open, and a kiosk that has met it."""
    clock, hub, kiosk = world(folder)
    yield clock, hub, kiosk
    kiosk.desk.close()
    hub.kill()


@pytest.fixture
def device(tmp_path: Path) -> Iterator[PtyPrinter]:
    with PtyPrinter(tmp_path / "paper") as double:
        yield double


@pytest.fixture
def honest_line(device: PtyPrinter, monkeypatch: pytest.MonkeyPatch) -> None:
    """Say how much the line holds back, as a serial one does; a pseudo terminal does not, but its double knows."""

    def opened(transport: _Descriptor, deadline: float) -> None:
        opens[type(transport)](transport, deadline)
        base[transport], sent[transport] = device.taken, 0

    def written(transport: _Descriptor, data: bytes, deadline: float) -> None:
        try:
            writes(transport, data, deadline)
            sent[transport] += len(data)
        except TransportError as error:
            sent[transport] += error.sent
            raise

    def held(transport: _Descriptor) -> int | None:
        with device._changed:
            left = max(0, sent[transport] + base[transport] - device.taken)
            try:
                fcntl.ioctl(transport._descriptor, termios.TIOCOUTQ, bytes(4))
            except OSError:  # unplugged
                return None if left else 0
            return left

    opens: dict[type[_Descriptor], Callable[[Any, float], None]] = {
        SerialTransport: SerialTransport.open,
        FileTransport: FileTransport.open,
    }
    writes = _Descriptor.write
    sent: dict[_Descriptor, int] = {}
    base: dict[_Descriptor, int] = {}
    for kind in opens:
        monkeypatch.setattr(kind, "write", written)
        monkeypatch.setattr(kind, "open", opened)
        monkeypatch.setattr(kind, "_held", held)
        monkeypatch.setattr(kind, "_tells_held", True)


@pytest.fixture
def printers() -> Iterator[list[EscposPrinter]]:
    built: list[EscposPrinter] = []
    yield built
    for printer in built:
        printer.close()


@pytest.fixture
def driver(device: PtyPrinter, printers: list[EscposPrinter]):
    def make(**settings: object) -> EscposPrinter:
        printer = build(as_settings(device=device.path, **settings))
        assert isinstance(printer, EscposPrinter)
        printers.append(printer)
        return printer

    return make
