"""What tests of the printer's driver share: settings, tickets, and the wait for what came out."""

from __future__ import annotations

import msgspec
import pytest

from kiosk.printer.device import EscposPrinter
from kiosk.printer.escpos_lines import Renderer
from kiosk.printer.port import PrintFailed
from kiosk.printer.settings import PrinterSettings
from kiosk.ticket.sample import sample
from kiosk.workshop.fake_printer import PtyPrinter

PATIENCE = 20.0


def as_settings(**settings: object) -> PrinterSettings:
    return msgspec.convert({"kind": "serial", "deadline_s": 5.0, **settings}, PrinterSettings)


def whole(number: str = "A012", /, **settings: object) -> bytes:
    return b"".join(Renderer(as_settings(**settings)).render(sample(number)))


def copy(number: str = "A012", /, **settings: object) -> bytes:
    """Return the second paper of a ticket that was torn."""
    return b"".join(Renderer(as_settings(**settings)).render(sample(number), again=True))


def wait_until_taken(device: PtyPrinter, count: int) -> None:
    assert device.wait_for(count, PATIENCE)


def failing(printer: EscposPrinter, number: str = "A012") -> str:
    with pytest.raises(PrintFailed) as failed:
        printer.print(sample(number))
    return failed.value.code
