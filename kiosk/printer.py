"""The printer port and its drivers: ESC/POS printers by any of our transports, and "nothing fitted".

Tickets are handed over with a deadline, and the status is read without optimism.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from typing import Final, Protocol

import msgspec

from appliance.node.config import ConfigError
from appliance.wire.messages import Part
from kiosk import printer_status
from kiosk.printer_escpos import Renderer
from kiosk.printer_status import Status
from kiosk.settings_printer import PrinterSettings
from kiosk.slip import WIDTH_DOTS, Line
from kiosk.transport import FileTransport, NetworkTransport, SerialTransport, Transport, TransportError, UsbTransport

FIRST_REPLY_S: Final = 0.2
"""How long a printer that has never answered is given for a status byte. One that has answered before gets longer."""
REPLY_S: Final = 2.0


class PrintFailed(Exception):
    """The ticket is not on paper, or nobody can say so; the citizen needs the number in another way.

    ``code``: missing, stalled, lost, no_answer, paper_out, cover_open or error. ``detail`` is for a technician.
    """

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail


class PrintResult(msgspec.Struct, frozen=True):
    """How it went. ``printed`` is False when nothing is fitted; ``confirmed``: the printer itself says all is well."""

    printed: bool
    confirmed: bool = False
    near_end: bool = False


class Printer(Protocol):
    """What prints tickets. Use it from one thread; ``parts`` may be asked from any."""

    width: int
    """Printable dots."""

    def print(self, lines: Sequence[Line]) -> PrintResult:
        """Print one ticket. Raises ``PrintFailed``, at the latest after the settings' deadline."""

    def parts(self) -> list[Part]:
        """Return the printer's health for the presence message."""

    def close(self) -> None:
        """Let go of the device."""


class NoPrinter:
    """Nothing fitted: every ticket lives on the screen."""

    width = WIDTH_DOTS[80]

    def print(self, lines: Sequence[Line]) -> PrintResult:  # noqa: ARG002  # there is nothing to print them on
        """Print nothing, and say so."""
        return PrintResult(printed=False)

    def parts(self) -> list[Part]:
        """Report that there is none."""
        return [Part("printer", "missing", "none is fitted; numbers are shown on the screen")]

    def close(self) -> None:
        """Do nothing."""


def build(settings: PrinterSettings) -> Printer:
    """Return the printer that the settings describe; it need not be there yet.

    Raises:
        ConfigError: if the settings cannot be meant.
    """
    if settings.kind == "none":
        return NoPrinter()
    return EscposPrinter(Renderer(settings), _transport(settings), settings.deadline_s)


def _transport(settings: PrinterSettings) -> Transport:
    if settings.kind == "network":
        try:
            return NetworkTransport(settings.host, settings.port)
        except ValueError as error:
            raise ConfigError(f"kiosk.printer.host: {settings.host!r} is not an IP address") from error
    if settings.kind == "usb":
        if not settings.vendor or not settings.product:
            raise ConfigError("kiosk.printer.vendor and product: write the two numbers that lsusb shows")
        return UsbTransport(settings.vendor, settings.product)
    if not settings.device:
        raise ConfigError(f"kiosk.printer.device: a {settings.kind} printer needs its device file")
    if settings.kind == "file":
        return FileTransport(settings.device)
    return SerialTransport(settings.device, settings.baud, settings.flow)


class EscposPrinter:
    """A thermal printer that speaks ESC/POS."""

    def __init__(self, renderer: Renderer, transport: Transport, deadline_s: float) -> None:
        self.width = renderer.width
        self._renderer, self._transport, self._deadline_s = renderer, transport, deadline_s
        self._lock = threading.Lock()
        self._answers: bool | None = None  # whether this printer ever tells its status; None: never asked
        self._owed = 0  # bytes that an interrupted command may still be waiting for
        self._torn = False
        self._part = Part("printer", "unknown", "not asked yet")

    def print(self, lines: Sequence[Line]) -> PrintResult:
        """Print one whole ticket. A ticket that failed before is not remembered: old jobs never print by themselves."""
        with self._lock:
            job = self._renderer.render(lines)
            deadline = time.monotonic() + self._deadline_s
            try:
                return self._print(job, deadline)
            except TransportError as error:
                raise self._failed(error.code, str(error)) from error
            finally:
                if self._transport.one_job:
                    self._transport.close()

    def parts(self) -> list[Part]:
        """Ask for the status; while a ticket is being printed, return what was known before."""
        if not self._lock.acquire(blocking=False):
            return [self._part]
        try:
            deadline = time.monotonic() + self._deadline_s
            if not self._transport.is_open:
                self._transport.open(deadline)
            self._ask(deadline)
        except TransportError as error:
            self._transport.close()
            self._part = Part("printer", "missing" if error.code == "missing" else "fault", str(error))
        finally:
            if self._transport.one_job:
                self._transport.close()
            self._lock.release()
        return [self._part]

    def close(self) -> None:
        """Let go of the device."""
        with self._lock:
            self._transport.close()

    def _print(self, job: list[bytes], deadline: float) -> PrintResult:
        if not self._transport.is_open:
            self._transport.open(deadline)
        before = self._expect(deadline)
        if before.problem:
            # Nothing was sent, so nothing will come out when somebody changes the paper.
            raise PrintFailed(before.problem, self._part.detail)
        if self._torn:
            # The printer may still take what comes for the rest of a command (a picture's dots), then has half a
            # ticket on the paper: NULs end the one, a cut the other.
            self._transport.write(b"\0" * self._owed + self._renderer.restart, deadline)
        # What the kernel has taken need not have reached the printer: until it says so, the ticket may be torn.
        self._torn, self._owed = True, max(map(len, job))
        self._transport.write(b"".join(job), deadline)
        # The question waits behind the ticket on a slow line, so the answer has all the time that is left.
        after = self._expect(deadline, patience=self._deadline_s)
        self._torn, self._owed = False, 0
        if after.problem:
            raise PrintFailed(after.problem, self._part.detail)
        return PrintResult(printed=True, confirmed=after.paper_out is False, near_end=bool(after.near_end))

    def _expect(self, deadline: float, patience: float = REPLY_S) -> Status:
        """Ask for the status, except of a printer that never answers; one that used to answer must."""
        if self._answers is False:
            return Status()
        used_to_answer = self._answers
        status = self._ask(deadline, patience)
        if used_to_answer and not status.is_known:
            raise self._failed("no_answer", "the printer, which used to answer, says nothing; is it switched on?")
        return status

    def _ask(self, deadline: float, patience: float = REPLY_S) -> Status:
        replies: dict[int, int | None] = {}
        self._transport.discard_input()
        for n in printer_status.QUERIES if self._transport.two_way else ():
            self._transport.write(printer_status.query(n), deadline)
            wait = patience if self._answers else FIRST_REPLY_S
            replies[n] = self._transport.read(min(deadline, time.monotonic() + wait))
            if replies[n] is None:
                break
        status = printer_status.parse(replies)
        self._answers = self._answers or status.is_known
        self._part = printer_status.to_part(status)
        if self._renderer.complaint and self._part.state == "ok":
            self._part = Part("printer", "fault", self._renderer.complaint)
        return status

    def _failed(self, code: str, detail: str) -> PrintFailed:
        self._transport.close()
        self._part = Part("printer", "missing" if code == "missing" else "fault", detail)
        return PrintFailed(code, detail)
