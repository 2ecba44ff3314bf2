"""Printing on one thread of its own: one ticket at a time, and no job waits behind a dead printer."""

from __future__ import annotations

import logging
import queue
import time
from collections.abc import Callable, Sequence
from typing import Final

import msgspec

from appliance.node import trace
from appliance.node.daemon import HubClock
from appliance.node.local import local_time
from appliance.node.watched_thread import WatchedThread
from appliance.wire.messages import Catalogue, IssuedTicket, Part
from kiosk.printer.port import Printer, PrintFailed
from kiosk.ticket.sample import sample
from kiosk.ticket.service import service_of
from kiosk.ticket.slip import Line, slip
from kiosk.ticket.template_file import TicketFile

log = logging.getLogger(__name__)

LEAVE_SECONDS: Final = 10.0
LOOK_SECONDS: Final = 2.0
"""How often the printer is asked how it is."""
EXPIRES_SECONDS: Final = 10.0
"""A job that could not be begun by then is given up: the screen has shown the number, and the citizen has left."""

SLIP_EXPIRES_SECONDS: Final = 60.0
"""A slip may wait longer, for tickets go first; whoever asked for it stands beside the printer."""

OnPrinted = Callable[[str, str], None]
"""Told the request id and an empty string, or why the ticket is not on paper."""
TEST: Final = "test"
SLIP: Final = "slip"


class Job(msgspec.Struct, frozen=True):
    """One thing to print. ``name``: for the log; ``since``: on ``time.monotonic``."""

    request_id: str
    name: str
    lines: Callable[[], Sequence[Line]]
    told: OnPrinted
    since: float


class Printing(msgspec.Struct, frozen=True):
    """One ticket on its way to the paper. ``minted``: the id that its QR code is made from."""

    request_id: str
    ticket: IssuedTicket
    minted: str
    catalogue: Catalogue
    reprinted: bool = False
    language: str = ""
    """The citizen's; empty for the kiosk's main one."""


class PrintDesk:
    """Prints tickets.

    Args:
        device: the printer.
        hub_clock: for the office's time zone.
        languages: of the ticket, the main one first.
        layout: of the tickets.
    """

    def __init__(self, device: Printer, hub_clock: HubClock, languages: tuple[str, ...], layout: TicketFile) -> None:
        self._device = device
        self._clock = hub_clock
        self._languages = languages
        self._layout = layout
        self._parts = [Part("printer", "unknown", "not_tried_yet")]
        self._tasks: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._slips: queue.SimpleQueue[Job] = queue.SimpleQueue()
        self._thread = WatchedThread("printer", self._work, "the thread that prints")

    def start(self) -> None:
        """Begin to take jobs."""
        self._thread.start()

    def stop(self) -> None:
        """Finish the present job, within its own deadline, and let go of the printer."""
        self._tasks.put(None)
        self._thread.end(LEAVE_SECONDS)
        self._device.close()

    def print(self, printing: Printing, told: OnPrinted) -> None:
        """Print a ticket soon; ``told`` hears the outcome on the printer's thread."""
        self._put(printing.request_id, printing.ticket.number, lambda: self._slip(printing), told)

    def expect(self) -> None:
        """Have the printer asked how it is now, because a ticket will follow as soon as the hub has answered."""
        self._tasks.put(lambda: self._look(self._device.expect))

    def test(self, lines: Sequence[Line], told: OnPrinted) -> None:
        """Print a test page for staff."""
        self._put(TEST, "the test page", lambda: lines, told)

    def slip(self, name: str, lines: Sequence[Line]) -> None:
        """Print a slip for staff when no ticket waits; once, or, if that does not work, not at all."""
        self._slips.put(Job(SLIP, name, lambda: lines, lambda *_: None, time.monotonic()))
        self._tasks.put(lambda: None)  # for a printer that has nothing else to do

    def parts(self) -> list[Part]:
        """Return the health of the printer and of the layout, as last seen; from any thread, at once."""
        return self._parts

    def dead_part(self) -> str | None:
        """Return the name of the part that has died, if any."""
        return self._thread.dead_part()

    def _put(self, request_id: str, name: str, lines: Callable[[], Sequence[Line]], told: OnPrinted) -> None:
        job = Job(request_id, name, lines, told, time.monotonic())
        self._tasks.put(lambda: self._do(job))

    def _work(self) -> None:
        self._go_on(self._prepare)  # first, for it learns what an earlier run may have left in the printer
        self._look(self._device.parts)
        while True:
            try:
                at_once = self._device.is_mending or not self._slips.empty()
                task = self._tasks.get(timeout=0 if at_once else LOOK_SECONDS)
            except queue.Empty:
                self._go_on(self._when_idle)
                continue
            if task is None:
                return
            self._go_on(task)

    def _when_idle(self) -> None:
        if self._slips.empty():
            self._look(self._device.parts)
        else:
            self._do(self._slips.get())

    def _prepare(self) -> None:
        """Spare the first citizen the wait for logos and typefaces."""
        self._device.prepare(sample(width=self._device.width, template=self._layout.template))

    def _go_on(self, task: Callable[[], None]) -> None:
        try:
            task()
        except Exception:  # whatever was wrong with one task, the next ticket must print
            log.exception("the printer goes on after a mistake")

    def _do(self, job: Job) -> None:
        failure = self._print(job)
        try:
            job.told(job.request_id, failure)
        except Exception:  # the next ticket must be printed
            log.exception("what became of %s could not be told", job.name)
        self._look(self._device.parts)

    def _look(self, ask: Callable[[], list[Part]]) -> None:
        try:
            self._layout.look()
            self._parts = [*ask(), *self._layout.parts()]
        except Exception as error:  # a library of a device: tickets may print all the same
            parts = [Part("printer", "unknown", "cannot_be_asked", {"error": str(error)})]
            if parts != self._parts:  # once, and not every two seconds for weeks
                log.exception("the printer could not be asked")
            self._parts = parts

    def _slip(self, printing: Printing) -> Sequence[Line]:
        ticket, catalogue = printing.ticket, printing.catalogue
        service = service_of(catalogue, ticket)
        return slip(
            ticket,
            service_names=service.names if service else {},
            office=catalogue.office,
            at=local_time(ticket.issued_at, self._clock.zone) if ticket.issued_at else None,
            token=printing.minted,
            bring=service.bring if service else {},
            languages=tuple(dict.fromkeys((printing.language or self._languages[0], *self._languages))),
            width=self._device.width,
            template=self._layout.template,
            reprinted=printing.reprinted,
        )

    def _print(self, job: Job) -> str:
        expires = SLIP_EXPIRES_SECONDS if job.request_id == SLIP else EXPIRES_SECONDS
        if time.monotonic() - job.since > expires:
            log.warning("%s was not printed: the printer was busy for too long", job.name)
            return "stalled"
        try:
            trace.mark("printing", job.request_id)
            result = self._device.print(job.lines())
        except PrintFailed as failure:
            log.warning("%s is not on paper: %s", job.name, failure)
            return failure.code
        except Exception:  # the citizen has a number: whatever is wrong here, it goes on the screen
            log.exception("%s could not be printed", job.name)
            return "error"
        trace.mark("printed", job.request_id)
        return "" if result.printed else "none"
