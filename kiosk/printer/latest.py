"""The latest tickets, for staff who print one again; also after a power cut that came while one was being printed."""

from __future__ import annotations

import logging
import threading
from collections import deque
from pathlib import Path
from typing import Final

import msgspec

from appliance.node import durable_file
from appliance.wire.messages import Catalogue, IssuedTicket
from kiosk.printer.spooler import Printing

log = logging.getLogger(__name__)

FILE: Final = "latest"
MOST: Final = 60
"""So many can be printed again from a counter; the staff's screen offers the first few."""


class Slip(msgspec.Struct, frozen=True):
    """What the file has of a ticket: what is not in the hub's catalogue."""

    request_id: str
    ticket: IssuedTicket
    minted: str
    language: str


_Printed = tuple[Slip, Catalogue | None]


class Latest:
    """The latest tickets; ``add``, ``of`` and ``find`` may be called from any thread, ``save`` from one.

    Those of practice are apart: a paper of practice must not pass for one of the queue, nor the other way round.

    Args:
        folder: of this kiosk. Without one, or if it cannot be written, the tickets are known until the next start.
    """

    def __init__(self, folder: Path) -> None:
        self._file = folder / FILE
        self._lock = threading.Lock()
        self._complaint = ""
        self._real: deque[_Printed] = deque(((slip, None) for slip in self._read()), maxlen=MOST)
        """The last one first; those of earlier starts without the catalogue that they were printed by."""
        self._practice: deque[_Printed] = deque(maxlen=MOST)

    def add(self, printing: Printing) -> None:
        """Remember a ticket that is being printed; what was known of an earlier paper of it is forgotten."""
        slip = Slip(printing.request_id, printing.ticket, printing.minted, printing.language)
        same = (slip.ticket.number, slip.ticket.day)
        with self._lock:
            lately = self._of_kind(printing.catalogue)
            for one in [one for one in lately if (one[0].ticket.number, one[0].ticket.day) == same]:
                lately.remove(one)
            lately.appendleft((slip, printing.catalogue))

    def has(self, request_id: str, catalogue: Catalogue) -> bool:
        """Tell whether the latest paper of a ticket was printed under this id."""
        with self._lock:
            return any(slip.request_id == request_id for slip, _ in self._of_kind(catalogue))

    def of(self, catalogue: Catalogue | None) -> list[Printing]:
        """Return the tickets of the catalogue's day, the last one first: those of practice, or of the queue."""
        if catalogue is None:
            return []
        with self._lock:
            lately = list(self._of_kind(catalogue))
        return [
            Printing(slip.request_id, slip.ticket, slip.minted, printed_by or catalogue, language=slip.language)
            for slip, printed_by in lately
            if slip.ticket.day == catalogue.day
        ]

    def find(self, number: str, day: str, catalogue: Catalogue | None) -> Printing | None:
        """Return the ticket of this number and business day, if this kiosk printed it lately."""
        wanted = (printing for printing in self.of(catalogue) if printing.ticket.number == number)
        return next((printing for printing in wanted if printing.ticket.day == day), None)

    def save(self) -> None:
        """Write to the disk what a power cut must not take."""
        with self._lock:
            content = msgspec.json.encode([slip for slip, _ in self._real])
        try:
            durable_file.save(self._file, content)
        except OSError as error:
            self._complain(f"{self._file}: {error.strerror}; the latest tickets are known until the next start only")
        else:
            self._complaint = ""

    def _of_kind(self, catalogue: Catalogue) -> deque[_Printed]:
        return self._practice if catalogue.office.training else self._real

    def _read(self) -> list[Slip]:
        try:
            return durable_file.load(self._file, list[Slip]) or []
        except durable_file.Unreadable as error:
            self._complain(f"{error}; the tickets before this start cannot be printed again")
            return []

    def _complain(self, complaint: str) -> None:
        if complaint != self._complaint:
            self._complaint = complaint
            log.warning(complaint)
