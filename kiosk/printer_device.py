"""A thermal printer that speaks ESC/POS, by any of our transports.

Tickets are handed over with a deadline, the status is read without optimism, and what failed is never printed later.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from typing import Final

from appliance.wire.messages import Part
from kiosk import printer_status
from kiosk.printer import PrintFailed, PrintResult
from kiosk.printer_answers import REPLY_S, Answers
from kiosk.printer_escpos import Renderer
from kiosk.printer_status import Status
from kiosk.slip import Line
from kiosk.transport import Transport, TransportError

COMES_BACK_S: Final = 2.0
"""A printer that went away in mid-ticket is given so long: a cable that was touched, a hub that resets its ports."""
MOST_TRAVEL_S: Final = 14.0
"""For the bytes of a ticket on a slow line; the screen waits no longer."""
OFFLINE_S: Final = 1.0
"""A printer may be offline for a moment, while its feed button is pressed."""
READY_S: Final = 1.0
"""A printer that said a moment ago that it prints is believed; what has happened since shows after the ticket."""
LOOK_S: Final = 0.05
WATCH_S: Final = 0.25
"""How often a printer that is still printing is asked how it is."""


class EscposPrinter:
    """The driver of one printer.

    Args:
        renderer: makes bytes of lines.
        transport: not open yet.
        deadline_s: for one ticket, besides the time that a slow line needs for its bytes.
    """

    def __init__(self, renderer: Renderer, transport: Transport, deadline_s: float) -> None:
        self.width = renderer.width
        self._renderer, self._transport, self._deadline_s = renderer, transport, deadline_s
        self._lock = threading.Lock()
        self._answers = Answers(transport)
        self._owed = 0
        """Bytes that a command of an interrupted ticket may still be waiting for; 0: the last ticket is whole."""
        self._ready_until = 0.0
        self._part = Part("printer", "unknown", "not asked yet")

    def print(self, lines: Sequence[Line]) -> PrintResult:
        """Print one whole ticket. A ticket that failed before is not remembered: old jobs never print by themselves."""
        with self._lock:
            try:
                return self._until_whole(lines, time.monotonic())
            except TransportError as error:
                raise self._failed(error.code, str(error)) from error
            finally:
                if self._transport.one_job:
                    self._transport.close()

    def prepare(self, lines: Sequence[Line]) -> None:
        """Draw a logo and fill the tables now, so that the first citizen does not wait for them."""
        self._renderer.render(lines)

    def expect(self) -> list[Part]:
        """Ask for the status now, while the hub looks for a number: the ticket need not wait for the answer then."""
        parts = self.parts()
        self._ready_until = time.monotonic() + READY_S if parts[0].state == "ok" else 0.0
        return parts

    def parts(self) -> list[Part]:
        """Ask for the status; while a ticket is being printed, return what was known before."""
        if not self._lock.acquire(blocking=False):
            return [self._part]
        try:
            deadline = time.monotonic() + self._deadline_s + self._travel_s(self._owed)
            try:
                self._look(deadline)
            except TransportError as error:
                if error.code != "lost":
                    raise
                self._transport.close()  # perhaps it is back already, perhaps it has gone
                self._look(deadline)
        except TransportError as error:
            self._failed(error.code, str(error))
        finally:
            if self._transport.one_job:
                self._transport.close()
            self._lock.release()
        return [self._part]

    def close(self) -> None:
        """Let go of the device."""
        with self._lock:
            self._transport.close()

    # -- a ticket --------------------------------------------------------------------------------------------------

    def _until_whole(self, lines: Sequence[Line], started: float) -> PrintResult:
        """Print, and print again from the start if the printer goes away and comes back at once."""
        lost: TransportError | None = None
        until = 0.0
        while True:
            try:
                return self._print(lines, started)
            except TransportError as error:
                self._transport.close()
                if error.code == "lost" and lost is None:
                    lost, until = error, min(time.monotonic() + COMES_BACK_S, started + self._deadline_s)
                if lost is None:
                    raise
                if error.code == "stalled" or time.monotonic() >= until:
                    raise lost from error
                if error.code == "missing":
                    time.sleep(LOOK_S)

    def _print(self, lines: Sequence[Line], started: float) -> PrintResult:
        owed, deadline = self._owed, started + self._deadline_s + self._travel_s(self._owed)
        ready, self._ready_until = self._transport.is_open and time.monotonic() < self._ready_until, 0.0
        if not self._transport.is_open:
            self._transport.open(deadline)
        if not ready and self._answers.ever is not False:
            self._answers.ask(deadline)
        commands = self._renderer.render(lines)  # while the printer thinks about the question
        job = b"".join(commands)
        if not ready and self._answers.ever is not False:
            self._refuse_if(self._willing(deadline))
        deadline = started + self._deadline_s + self._travel_s(owed + len(job))
        mend = self._mend() if self._owed else b""
        # What the kernel has taken need not have reached the printer: until it says so, the ticket may be torn.
        self._owed = max(self._owed, *map(len, commands))
        self._transport.write(mend + job + self._answers.begin_ticket(), deadline)
        self._transport.flush(deadline)
        after = self._until_printed(deadline) if self._answers.ever is not False else Status()
        self._owed = 0
        return PrintResult(printed=True, confirmed=after.is_healthy, near_end=bool(after.near_end))

    def _until_printed(self, deadline: float) -> Status:
        """Watch a printer that has taken a ticket, until it says that it has printed it, or the deadline.

        Raises ``PrintFailed`` if it cannot go on; then the rest of the ticket will not come out of the new roll.
        """
        self._answers.ask_behind(deadline)
        # The question waits behind the ticket on a slow line, so the answer has all the time that is left.
        status = self._settled(self._hear(deadline, deadline - time.monotonic()), deadline)
        while not self._problem(status) and self._answers.still_prints(min(deadline, time.monotonic() + WATCH_S)):
            if time.monotonic() >= deadline:
                return Status(near_end=status.near_end)  # nobody can say more
            self._answers.ask_behind(deadline)
            heard = self._hear(deadline, REPLY_S)
            status = self._settled(heard, deadline) if heard.is_known else status
        if self._problem(status):
            self._transport.write(printer_status.CLEAR, deadline)
            self._refuse_if(status)
        return status

    def _mend(self) -> bytes:
        """Return what ends an interrupted ticket: NULs for the dots that its picture may still lack, a reset, a cut."""
        return b"\0" * self._owed + self._renderer.restart

    def _travel_s(self, count: int) -> float:
        """Return how long the line needs for so many bytes, in seconds, up to what a citizen can wait."""
        return min(count / self._transport.bytes_per_second, MOST_TRAVEL_S)

    def _refuse_if(self, status: Status) -> None:
        if code := self._problem(status):
            if code == "offline":
                self._part = Part("printer", "fault", "the printer is offline and does not say why; is it switched on?")
            raise PrintFailed(code, self._part.detail)

    def _problem(self, status: Status) -> str:
        """Return why nothing can be printed. Offline counts for printers that have been online, some never are."""
        return status.problem or ("offline" if status.offline and self._answers.was_online else "")

    def _willing(self, deadline: float) -> Status:
        """Return the answer before a ticket. After a blocked cutter ask to go on, in case somebody has freed it."""
        status = self._settled(self._told(deadline), deadline)
        if status.problem != "error" or status.error != "cutter":
            return status
        self._transport.write(printer_status.RECOVER, deadline)
        self._answers.ask(deadline)
        return self._settled(self._hear(deadline, REPLY_S), deadline)

    def _failed(self, code: str, detail: str) -> PrintFailed:
        self._transport.close()
        if code == "missing":
            self._answers.forget()
        self._part = Part("printer", "missing" if code == "missing" else "fault", detail)
        return PrintFailed(code, detail)

    # -- what it says ----------------------------------------------------------------------------------------------

    def _look(self, deadline: float) -> None:
        """Ask how it is, between tickets."""
        if not self._transport.is_open:
            self._transport.open(deadline)
        if self._answers.are_due:
            self._answers.ask(deadline)
            self._told(deadline)

    def _told(self, deadline: float) -> Status:
        """Return the answer to a question between two tickets.

        Where a ticket was interrupted in a picture, the question may have become some of its missing dots. Epson's
        printers answer all the same ("the status is transmitted whenever the data sequence is received", DLE EOT, with
        an example inside ESC *); others do not, and then the picture is ended first.
        """
        if not self._owed or self._answers.ever is False:
            status = self._hear(deadline, REPLY_S)
            self._answers.learn(status, deadline)
            return status
        status = self._hear(deadline, min(REPLY_S, (deadline - time.monotonic()) / 2))
        if not status.is_known:
            self._transport.write(self._mend(), deadline)
            self._transport.flush(deadline)
            self._answers.ask(deadline)
            status = self._hear(deadline, deadline - time.monotonic())
            if status.is_known:
                self._owed = 0
            else:
                self._transport.close()  # what it has not taken yet must not pile up: the next question comes first
        return status

    def _settled(self, status: Status, deadline: float) -> Status:
        """Return a status that can be relied on: whoever used to answer must do so, and a short offline passes."""
        if self._answers.ever and not status.is_known:
            raise self._failed("no_answer", "the printer, which used to answer, says nothing; is it switched on?")
        until = min(time.monotonic() + OFFLINE_S, deadline)
        while self._problem(status) == "offline" and time.monotonic() < until:
            time.sleep(LOOK_S)
            self._answers.ask(deadline)
            status = self._hear(deadline, REPLY_S)
        return status

    def _hear(self, deadline: float, patience: float) -> Status:
        """Return what it answers, and put it on the status."""
        status = self._answers.hear(deadline, patience)
        self._part = printer_status.to_part(status, self._renderer.complaint)
        return status
