"""Printing on one thread of its own: one ticket at a time, and no job waits behind a dead printer."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable, Sequence
from typing import Final

import msgspec

from appliance.node import trace
from appliance.node.daemon import HubClock
from appliance.ui.bridge import local_time
from appliance.wire.messages import Catalogue, IssuedTicket, Part
from kiosk.printer import Printer, PrintFailed
from kiosk.slip import Line, slip

log = logging.getLogger(__name__)

LEAVE_SECONDS: Final = 10.0

Outcome = Callable[[str, str], None]
"""Told the request id and an empty string, or why the ticket is not on paper."""
Job = tuple[str, str, Callable[[], "Sequence[Line]"], Outcome]
TEST: Final = "test"


class Printing(msgspec.Struct, frozen=True):
    """One ticket on its way to the paper. ``minted``: the id that its QR code is made from."""

    request_id: str
    ticket: IssuedTicket
    minted: str
    catalogue: Catalogue
    reprinted: bool = False


class PrintDesk:
    """Prints tickets.

    Args:
        device: the printer.
        hub_clock: for the office's time zone.
        languages: of the ticket, the main one first.
    """

    def __init__(self, device: Printer, hub_clock: HubClock, languages: tuple[str, ...]) -> None:
        self._device = device
        self._clock = hub_clock
        self._languages = languages
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="printer", daemon=True)

    def start(self) -> None:
        """Begin to take jobs."""
        self._thread.start()

    def stop(self) -> None:
        """Finish the present job, within its own deadline, and let go of the printer."""
        self._jobs.put(None)
        self._thread.join(LEAVE_SECONDS)
        self._device.close()

    def print(self, printing: Printing, told: Outcome) -> None:
        """Print a ticket soon; ``told`` hears the outcome on the printer's thread."""
        self._jobs.put((printing.request_id, printing.ticket.number, lambda: self._slip(printing), told))

    def test(self, lines: Sequence[Line], told: Outcome) -> None:
        """Print a test page for staff."""
        self._jobs.put((TEST, "the test page", lambda: lines, told))

    def parts(self) -> list[Part]:
        """Return the printer's health."""
        return self._device.parts()

    def dead_part(self) -> str | None:
        """Return the name of the part that has died, if any."""
        return None if self._thread.is_alive() else "the thread that prints"

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            request_id, name, layout, told = job
            told(request_id, self._print(request_id, name, layout))

    def _slip(self, printing: Printing) -> Sequence[Line]:
        ticket, catalogue = printing.ticket, printing.catalogue
        service = next((s for s in catalogue.services if s.id == ticket.service), None)
        return slip(
            ticket,
            service_names=service.names if service else {},
            office=catalogue.office,
            at=local_time(ticket.issued_at, self._clock.zone),
            token=printing.minted,
            bring=service.bring if service else {},
            languages=self._languages,
            width=self._device.width,
            reprinted=printing.reprinted,
        )

    def _print(self, request_id: str, name: str, layout: Callable[[], Sequence[Line]]) -> str:
        try:
            result = self._device.print(layout())
        except PrintFailed as failure:
            log.warning("%s is not on paper: %s", name, failure)
            return failure.code
        except Exception:  # the citizen has a number: whatever is wrong here, it goes on the screen
            log.exception("%s could not be printed", name)
            return "error"
        trace.mark("printed", request_id)
        return "" if result.printed else "none"
