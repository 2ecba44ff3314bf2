"""A thermal printer without hardware: a pseudo terminal that takes tickets, answers for its paper, and can misbehave.

It ships beside the driver, for demonstrations and tests. What it takes is kept as bytes and, once somebody has time
for drawing, as pictures.
"""

from __future__ import annotations

import contextlib
import os
import re
import select
import threading
import time
import tty
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Final

import msgspec

from kiosk.printer import status as printer_status
from kiosk.workshop import paper

READ_BYTES: Final = 4096
_QUESTION: Final = re.compile(rb"\x10\x04[\x01-\x04]")
OnTicket = Callable[[int, bytes, int], None]


class Ticket(msgspec.Struct, frozen=True):
    """One strip of paper: what was sent for it, and ``time.monotonic_ns()`` when its last byte, the cut, had come."""

    data: bytes
    last_byte_ns: int


class PtyPrinter:
    """A printer on a pseudo terminal. Use it as a context manager; set the fault attributes at any time.

    Args:
        directory: where tickets are kept as ``001.bin`` and ``001.png``, and where the device's link ``printer`` is.
        paper_mm: 80 or 58.
        on_ticket: called on the reading thread with index (from 0), bytes and the time of the last byte; be quick.
        pictures: draw every ticket on a thread of its own; else only ``save_pictures`` draws.
    """

    def __init__(
        self, directory: Path, *, paper_mm: int = 80, on_ticket: OnTicket | None = None, pictures: bool = False
    ) -> None:
        self.directory = directory
        self.paper_mm = paper_mm
        self.paper_out = self.near_end = self.cover_open = self.offline = False
        """Without paper, open or offline it prints nothing; what has come prints when all is well again, unless DLE DC4
        has thrown it away."""
        self.jammed = False
        """The cutter is blocked. Freed, the printer still waits to be told to go on (DLE ENQ)."""
        self.silent = self.garbage = self.mumbles = self.stalled = False
        """No status; nonsense for status; only one answer to several questions; no reading, so that the sender's
        buffers fill."""
        self.lags = False
        """What has come is not on paper yet, and will be when this ends; meanwhile questions overtake it."""
        self.tells_end = True
        """It answers GS r when it has printed what came before, and not while it cannot print. Some models never do."""
        self.overhears = False
        """It answers a question as soon as it has come, also in the middle of a picture, of which the question becomes
        some dots as well: so Epson's do. Other models see dots only."""
        self.chatter = b""
        """Said before every answer, as by models that tell their status unasked."""
        self.paper_left: int | None = None
        """The paper runs out once so many more bytes have been read."""
        self.bytes_per_second: float = 0
        """0 is full speed."""
        self.vanish_after: int | None = None
        """Pull the cable once so many more bytes have been read."""
        self.drops_at_cut: float | None = None
        """It goes off the bus at each cut, for so many seconds: the cutter's motor draws more than its supply gives."""
        self.taken = 0
        """How many bytes it has read. What its sender has handed over beside these, a serial line would hold back."""
        self.cuts = 0
        """How often the paper was cut, whether anything was on it or not."""
        self.asked = 0
        """How often somebody asked for its status."""
        self.scraps: list[bytes] = []
        """What was not printed, or not to its end: thrown away, cut off by a new start, or lost with the cable."""
        self._on_ticket, self._pictures = on_ticket, pictures
        self._tickets: list[Ticket] = []
        self._held: list[bytes] = []  # strips that are not on paper yet, and questions behind them
        self._buffer, self._strip, self._overheard = bytearray(), bytearray(), bytearray()
        self._cut_error = False
        self._changed = threading.Condition()
        self._master = self._slave = -1
        self._back_at: float | None = None
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []
        self._drawing = threading.Lock()
        self._drawn = 0

    # -- for whoever uses it ---------------------------------------------------------------------------------------

    @property
    def path(self) -> str:
        """Return the device to print on: a link, so that it stays the same when the cable is put back."""
        return str(self.directory / "printer")

    def __enter__(self) -> PtyPrinter:
        """Start."""
        self.directory.mkdir(parents=True, exist_ok=True)
        self.plug()
        self._threads = [threading.Thread(target=self._serve, name="fake-printer", daemon=True)]
        if self._pictures:
            self._threads.append(threading.Thread(target=self._draw, name="fake-printer-pictures", daemon=True))
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Stop; pull the cable."""
        self._stop.set()
        with self._changed:
            self._changed.notify_all()
        for thread in self._threads:
            thread.join(10)
        self.unplug()

    def tickets(self) -> list[bytes]:
        """Return the whole tickets printed so far."""
        with self._changed:
            return [ticket.data for ticket in self._tickets]

    def last_byte_ns(self, index: int) -> int:
        """Return ``time.monotonic_ns()`` of the moment when ticket ``index`` (from 0) was complete."""
        with self._changed:
            return self._tickets[index].last_byte_ns

    def wait_for(self, count: int, deadline: float) -> bool:
        """Wait, at most ``deadline`` seconds, until ``count`` whole tickets are there; tell whether they are."""
        with self._changed:
            return self._changed.wait_for(lambda: len(self._tickets) >= count, deadline)

    def say(self, data: bytes) -> None:
        """Send bytes that nobody asked for."""
        with self._changed:
            os.write(self._master, data)

    def plug(self) -> None:
        """Put the cable in: a new pseudo terminal under the same path."""
        with self._changed:
            if self._master >= 0:
                return
            master, slave = os.openpty()
            tty.setraw(slave)  # else the terminal would echo and translate line feeds
            os.set_blocking(master, False)
            link = self.directory / ".printer"
            link.unlink(missing_ok=True)
            link.symlink_to(os.ttyname(slave))
            link.replace(self.path)
            # Our own hold on the slave: without it every close by the driver would end the master.
            self._master, self._slave = master, slave
            self.vanish_after = self._back_at = None

    def unplug(self) -> None:
        """Pull the cable: whoever has the device open gets errors; a half ticket is torn."""
        with self._changed:
            if self._master < 0:
                return
            Path(self.path).unlink(missing_ok=True)
            os.close(self._slave)
            os.close(self._master)
            self._master = self._slave = -1
            self._tear()
            self._buffer.clear()
            self._overheard.clear()
            self._held.clear()

    def save_pictures(self) -> list[Path]:
        """Draw the tickets that are not drawn yet, and return the new files."""
        new = []
        with self._drawing:
            while (index := self._drawn) < len(self._tickets):
                file = self.directory / f"{index + 1:03}.png"
                paper.render(self._tickets[index].data, self.paper_mm).image.save(file)
                self._drawn += 1
                new.append(file)
        return new

    # -- the reading thread ----------------------------------------------------------------------------------------

    def _serve(self) -> None:
        while not self._stop.is_set():
            with self._changed:
                if self._back_at is not None and time.monotonic() >= self._back_at:
                    self.plug()
                self._print_held()
                master = self._master
            if master < 0 or self.stalled:
                self._stop.wait(0.02)
                continue
            try:
                if select.select([master], [], [], 0.05)[0]:
                    self._read(master)
            except (OSError, ValueError):  # unplugged meanwhile
                continue

    def _read(self, master: int) -> None:
        with self._changed:
            if self._master != master:  # the number of a closed descriptor may by now be somebody else's
                return
            speed = self.bytes_per_second
            data = os.read(master, self._amount(speed))
            self.taken += len(data)
        self._take(data)
        if speed:
            self._stop.wait(len(data) / speed)

    def _amount(self, speed: float) -> int:
        ends = [end for end in (self.vanish_after, self.paper_left) if end is not None]
        amount = max(1, min([READ_BYTES, *ends]))
        return min(amount, max(1, int(speed / 50))) if speed else amount

    def _take(self, data: bytes) -> None:
        with self._changed:
            if self.overhears:
                self._overhear(data)
            self._buffer += data
            asked = 0
            while (command := paper.next_command(self._buffer, 0)) is not None:
                asked += command.name == b"\x10\x04"
                if not (self.mumbles and command.name == b"\x10\x04" and asked > 1):
                    self._obey(command, bytes(self._buffer[: command.end]))
                del self._buffer[: command.end]
            self._wear(len(data))

    def _overhear(self, data: bytes) -> None:
        self._overheard += data
        while question := _QUESTION.search(self._overheard):
            self._answer(question[0][-1])
            del self._overheard[: question.end()]
        del self._overheard[:-2]

    def _wear(self, count: int) -> None:
        if self.paper_left is not None:
            self.paper_left -= count
            if self.paper_left <= 0:
                self.paper_left, self.paper_out = None, True
        if self.vanish_after is not None:
            self.vanish_after -= count
            if self.vanish_after <= 0:
                self.unplug()

    def _obey(self, command: paper.Command, raw: bytes) -> None:
        if command.name[:1] == b"\x10":
            self._obey_at_once(command, raw)
            return
        if raw == printer_status.END_QUERY:
            self._held.append(raw)
            self._print_held()
            return
        if command.name == b"\x1b@":
            self._tear()
        self._strip += raw
        if command.name == b"\x1dV":
            self._held.append(bytes(self._strip))
            self._strip.clear()
            self._print_held()

    def _obey_at_once(self, command: paper.Command, raw: bytes) -> None:
        if command.name == b"\x10\x04":
            if not self.overhears:
                self._answer(command.data[0])
        elif raw in (printer_status.CLEAR, printer_status.RECOVER):
            self._tear()
            self.scraps += [strip for strip in self._held if strip != printer_status.END_QUERY]
            self._held.clear()
            self._cut_error = self._cut_error and (raw == printer_status.CLEAR or self.jammed)

    def _tear(self) -> None:
        if _leaves_marks(bytes(self._strip)):
            self.scraps.append(bytes(self._strip))
        self._strip.clear()

    @property
    def _stopped(self) -> bool:
        return self.paper_out or self.cover_open or self.offline or self._cut_error

    def _print_held(self) -> None:
        while self._held and not self._stopped and not self.lags:
            data = self._held.pop(0)
            if data == printer_status.END_QUERY:
                if self.tells_end:
                    self._tell(0x03 * self.near_end)
                continue
            self._cut_error = self.jammed
            self.cuts += 1
            if not _leaves_marks(data):
                continue  # a cut to be rid of a half ticket
            self._tickets.append(Ticket(data, time.monotonic_ns()))
            index = len(self._tickets) - 1
            (self.directory / f"{index + 1:03}.bin").write_bytes(data)
            if self._on_ticket is not None:
                self._on_ticket(index, data, self._tickets[index].last_byte_ns)
            self._changed.notify_all()
            if self.drops_at_cut is not None:
                self._back_at = time.monotonic() + self.drops_at_cut
                self.unplug()

    def _answer(self, n: int) -> None:
        """Answer DLE EOT n, in the bits of Epson's command reference."""
        if not 1 <= n <= 4:
            return
        self.asked += 1
        reply = 0x12 | {
            1: 0x08 * self._stopped,
            2: 0x04 * self.cover_open | 0x20 * self.paper_out | 0x40 * self._cut_error,
            3: 0x08 * self._cut_error,
            4: 0x60 * self.paper_out | 0x0C * (self.near_end or self.paper_out),
        }.get(n, 0)
        self._tell(reply)

    def _tell(self, reply: int) -> None:
        if self.silent:
            return
        with contextlib.suppress(OSError):
            self._write(self.chatter + (b"\xff" if self.garbage else bytes((reply,))))

    def _write(self, data: bytes) -> None:
        os.write(self._master, data)

    def _draw(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._stop.is_set() or self._drawn < len(self._tickets))
                if self._drawn >= len(self._tickets):
                    return
            self.save_pictures()


def _leaves_marks(data: bytes) -> bool:
    marks = (b"text", b"\x1dv", b"\x1d(")
    return any(command.name in marks for command in paper.commands(data))
