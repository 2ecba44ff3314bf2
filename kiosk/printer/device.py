"""A thermal printer that speaks ESC/POS, by any of our transports.

Tickets are handed over with a deadline, the status is read without optimism, what failed is never printed later, and
what was taken whole is never printed twice.
"""

from __future__ import annotations

import contextlib
import math
import threading
import time
from collections.abc import Sequence
from typing import Final

import msgspec

from appliance.wire.messages import Part
from kiosk.printer import status as printer_status
from kiosk.printer.answers import REPLY_S, Answers
from kiosk.printer.escpos_lines import Renderer
from kiosk.printer.mending import PIECE_S, SPARE_S, Mending
from kiosk.printer.port import PrintFailed, PrintResult
from kiosk.printer.status import Status
from kiosk.printer.transport import Transport, TransportError
from kiosk.ticket.slip import Line

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
TORN_REPLY_S: Final = 0.5
"""For an answer of a printer that may take the question for dots."""


class _Paper(msgspec.Struct):
    """What has become of one ticket: how many papers were begun for it, and whether the printer took a whole one."""

    begun: int = 0
    taken: bool = False


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
        self._mending = Mending(transport, renderer.reset, renderer.restart)
        self._ready_until = 0.0
        self._part = Part("printer", "unknown", "not_tried_yet")

    def print(self, lines: Sequence[Line]) -> PrintResult:
        """Print one whole ticket. A ticket that failed before is not remembered: old jobs never print by themselves."""
        with self._lock:
            try:
                return self._until_whole(lines, time.monotonic())
            except TransportError as error:
                raise self._failed(error.code, _no_way(error)) from error
            finally:
                if self._transport.one_job:
                    self._transport.close()

    def prepare(self, lines: Sequence[Line]) -> None:
        """Draw a logo and fill the tables now, so that the first citizen does not wait for them."""
        self._mending.expect(self._renderer.longest(lines))

    def expect(self) -> list[Part]:
        """Ask for the status now, while the hub looks for a number: the ticket need not wait for the answer then."""
        parts = self._ask(idle=False)
        self._ready_until = time.monotonic() + READY_S if parts[0].state == "ok" else 0.0
        return parts

    def parts(self) -> list[Part]:
        """Ask for the status, and go on with ending an interrupted ticket; while one is being printed, do nothing."""
        return self._ask(idle=True)

    @property
    def is_mending(self) -> bool:
        """Tell whether ``parts`` has begun to end an interrupted ticket, on a line so slow that it takes a while."""
        return self._mending.is_under_way

    def close(self) -> None:
        """Let go of the device."""
        with self._lock:
            self._transport.close()

    # -- a ticket --------------------------------------------------------------------------------------------------

    def _until_whole(self, lines: Sequence[Line], started: float) -> PrintResult:
        """Print. If the printer goes away and comes back at once, print again from the start, as a copy and once.

        A ticket that the printer has taken whole is not printed again: a printer that closes the connection or drops
        off the bus at the cut would print one after the other.
        """
        paper = _Paper()
        lost: TransportError | None = None
        until = 0.0
        while True:
            try:
                return self._is_back(until) if paper.taken else self._print(lines, started, paper)
            except TransportError as error:
                self._transport.close()
                if error.code == "lost" and lost is None:
                    lost, until = error, min(time.monotonic() + COMES_BACK_S, started + self._deadline_s)
                if lost is None:
                    if paper.taken:  # it has no ear for a question: nobody can say more
                        return PrintResult(printed=True)
                    raise
                torn_twice = paper.begun > 1 and not paper.taken
                if error is not lost:
                    time.sleep(LOOK_S)
                if error.code == "stalled" or torn_twice or time.monotonic() >= until:
                    raise lost from error

    def _print(self, lines: Sequence[Line], started: float, paper: _Paper) -> PrintResult:
        deadline = started + self._deadline_s + self._travel_s(self._mending.remaining)
        ready, self._ready_until = self._transport.is_open and time.monotonic() < self._ready_until, 0.0
        if not self._transport.is_open:
            self._transport.open(deadline)
        asked = not ready and self._answers.ever is not False
        if asked and not self._mending.is_under_way:
            self._answers.ask(deadline)
        commands = self._renderer.render(lines, again=paper.begun > 0)  # while the printer thinks about the question
        job, longest = b"".join(commands), max(map(len, commands))
        self._mending.expect(longest)
        self._refuse_if_too_slow(len(job), started)
        if asked:
            self._refuse_if(self._willing(deadline))
        deadline = started + self._deadline_s + self._travel_s(self._mending.remaining + len(job))
        self._hand_over(self._mending.begin(longest), job, paper, deadline)
        after = self._until_printed(deadline) if self._answers.ever is not False else Status()
        # What the kernel has taken need not have reached the printer: until it says so, the ticket may be torn.
        self._mending.end()
        return PrintResult(printed=True, confirmed=after.is_healthy, near_end=bool(after.near_end))

    def _hand_over(self, first: bytes, job: bytes, paper: _Paper, deadline: float) -> None:
        """Send a ticket, and ``first`` before it."""
        try:
            self._transport.write(first + job, deadline)
        except TransportError as error:
            paper.begun += error.sent > len(first)
            raise
        paper.begun += 1
        self._transport.flush(deadline)
        paper.taken = True

    def _is_back(self, deadline: float) -> PrintResult:
        """Tell how a ticket went that the printer took whole and then went away, if it is back and well.

        Raises ``TransportError`` as long as it is not, ``PrintFailed`` if it says that it cannot print.
        """
        self._transport.open(deadline)
        self._answers.ask(deadline)
        status = self._hear(deadline, REPLY_S)
        if not status.is_known:
            raise TransportError("lost", "the printer went away at the end of a ticket, and says nothing now")
        self._mending.end()
        self._refuse_if(status)
        return PrintResult(printed=True, near_end=bool(status.near_end))

    def _until_printed(self, deadline: float) -> Status:
        """Watch a printer that has taken a ticket, until it says that it has printed it, or the deadline.

        Raises ``PrintFailed`` if it cannot go on; then the rest of the ticket will not come out of the new roll.
        """
        self._answers.ask_end(deadline)
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
            with contextlib.suppress(TransportError):  # its buffer may be full; what is wrong with it is known
                self._transport.write(printer_status.CLEAR, deadline)
            self._refuse_if(status)
        return status

    def _travel_s(self, count: int) -> float:
        """Return how long the line needs for so many bytes, in seconds, up to what a citizen can wait."""
        return min(count / self._transport.bytes_per_second, MOST_TRAVEL_S)

    def _refuse_if_too_slow(self, count: int, started: float) -> None:
        """Refuse a ticket at once that cannot come out in time behind an interrupted one, and would be torn as well."""
        before, left = self._mending.remaining, started + self._deadline_s + MOST_TRAVEL_S - time.monotonic()
        if before and (before + count) / self._transport.bytes_per_second > left:
            raise PrintFailed("stalled", Part("printer", "fault", "slow_line", {"bytes": str(before)}))

    def _refuse_if(self, status: Status) -> None:
        if code := self._problem(status):
            if code == "offline":
                self._part = Part("printer", "fault", "offline")
            raise PrintFailed(code, self._part)

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

    def _failed(self, code: str, why: Part) -> PrintFailed:
        self._transport.close()
        self._mending.begin_again()
        if code == "missing":
            self._answers.forget()
        self._part = why
        return PrintFailed(code, why)

    # -- what it says ----------------------------------------------------------------------------------------------

    def _ask(self, *, idle: bool) -> list[Part]:
        """Ask for the status between tickets. ``idle``: there is time to end an interrupted one."""
        if not self._lock.acquire(blocking=False):
            return [self._part]
        try:
            deadline = time.monotonic() + self._deadline_s
            try:
                self._look(deadline, idle=idle)
            except TransportError as error:
                if error.code != "lost":
                    raise
                self._transport.close()  # perhaps it is back already, perhaps it has gone
                self._look(deadline, idle=idle)
        except TransportError as error:
            self._failed(error.code, _no_way(error))
        finally:
            if self._transport.one_job:
                self._transport.close()
            self._lock.release()
        return [self._part]

    def _look(self, deadline: float, *, idle: bool) -> None:
        """Ask how it is, and mend, between tickets."""
        if not self._transport.is_open:
            self._transport.open(deadline)
        torn = self._mending.is_due
        if not self._mending.is_under_way and self._answers.are_due:
            self._answers.ask(deadline)
            status = self._hear(deadline, TORN_REPLY_S if torn else REPLY_S)
            if not torn:
                self._answers.learn(status, deadline)
            elif self._problem(status):
                return  # it could not take in what it is sent
        if torn and idle:
            speed = self._transport.bytes_per_second
            piece = self._mending.remaining if math.isinf(speed) else int(speed * PIECE_S)
            self._mend(piece, time.monotonic() + PIECE_S + SPARE_S)

    def _mend(self, most: int, deadline: float) -> Status:
        """Send zeros for the dots that an interrupted picture may lack, at most so many; after the last, ask again."""
        if not self._mending.send(most, deadline):
            self._part = Part("printer", "unknown", "mending")
            return Status()
        self._answers.ask(deadline)
        status = self._hear(time.monotonic() + REPLY_S, REPLY_S)
        if status.is_known or self._answers.ever is False:
            self._mending.end()
            self._answers.learn(status, deadline)
        else:
            self._mending.begin_again()
            self._transport.close()  # what it has not taken yet must not pile up: the next question comes first
        return status

    def _told(self, deadline: float) -> Status:
        """Return the answer to a question before a ticket.

        Where a ticket was interrupted in a picture, the question may have become some of its missing dots. Epson's
        printers answer all the same ("the status is transmitted whenever the data sequence is received", DLE EOT, with
        an example inside ESC *); others do not, and then the picture is ended first.
        """
        if not self._mending.is_under_way:
            status = self._hear(deadline, TORN_REPLY_S if self._mending.is_due else REPLY_S)
            if not self._mending.is_due:
                self._answers.learn(status, deadline)
            if status.is_known or not self._mending.is_due:
                return status
        return self._mend(self._mending.remaining, deadline)

    def _settled(self, status: Status, deadline: float) -> Status:
        """Return a status that can be relied on: whoever used to answer must do so, and a short offline passes."""
        if self._answers.ever and not status.is_known:
            raise self._failed("no_answer", Part("printer", "fault", "no_answer"))
        until = min(time.monotonic() + OFFLINE_S, deadline)
        while self._problem(status) == "offline" and time.monotonic() < until:
            time.sleep(LOOK_S)
            self._answers.ask(deadline)
            status = self._hear(deadline, REPLY_S)
        return status

    def _hear(self, deadline: float, patience: float) -> Status:
        """Return what it answers, and put it on the status."""
        status = self._answers.hear(deadline, patience)
        self._part = printer_status.to_part(status, self._renderer.no_logo)
        return status


def _no_way(error: TransportError) -> Part:
    """Say how the way to the printer failed."""
    why = {"error": str(error)}
    match error.code:
        case "missing":
            return Part("printer", "missing", "missing", why)
        case "stalled":
            return Part("printer", "fault", "stalled", why)
        case "lost":
            return Part("printer", "fault", "lost", why)
