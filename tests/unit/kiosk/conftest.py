"""What the tests of the kiosk begin with: numbers given alone, and a printer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from alone_kiosk import world
from printer_bench import as_settings

from kiosk.fake_printer import PtyPrinter
from kiosk.printer import build
from kiosk.printer_device import EscposPrinter


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
