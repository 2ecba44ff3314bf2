"""The latest tickets, for staff who print one again; also after a power cut that came while one was being printed."""

from __future__ import annotations

import logging
import os
import threading
from collections import deque
from pathlib import Path
from typing import Final

import msgspec

from appliance.wire.messages import Catalogue, IssuedTicket
from kiosk.print_desk import Printing

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


class Latest:
    """The latest tickets; ``add`` and ``of`` may be called from any thread, ``save`` from one.

    Args:
        folder: of this kiosk. Without one, or if it cannot be written, the tickets are known until the next start.
    """

    def __init__(self, folder: Path) -> None:
        self._file = folder / FILE
        self._lock = threading.Lock()
        self._complaint = ""
        self._lately: deque[tuple[Slip, Catalogue | None]] = deque(((slip, None) for slip in self._read()), maxlen=MOST)
        """The last one first; those of earlier starts without the catalogue that they were printed by."""

    def add(self, printing: Printing) -> None:
        """Remember a ticket that is being printed."""
        slip = Slip(printing.request_id, printing.ticket, printing.minted, printing.language)
        with self._lock:
            self._lately.appendleft((slip, printing.catalogue))

    def of(self, catalogue: Catalogue | None) -> list[Printing]:
        """Return the tickets, the last one first: those of this start, and of earlier ones on the catalogue's day."""
        with self._lock:
            lately = list(self._lately)
        day = catalogue.day if catalogue else None
        return [
            Printing(slip.request_id, slip.ticket, slip.minted, printed_by, language=slip.language)
            for slip, own in lately
            if (printed_by := own or catalogue) is not None and (own is not None or slip.ticket.day == day)
        ]

    def find(self, number: str, catalogue: Catalogue | None) -> Printing | None:
        """Return the ticket of this number, if this kiosk printed it lately."""
        return next((printing for printing in self.of(catalogue) if printing.ticket.number == number), None)

    def save(self) -> None:
        """Write to the disk what a power cut must not take."""
        with self._lock:
            content = msgspec.json.encode([slip for slip, by in self._lately if by is None or not by.office.training])
        new = self._file.with_suffix(".new")
        try:
            with new.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            new.rename(self._file)
        except OSError as error:
            self._complain(f"{self._file}: {error.strerror}; the latest tickets are known until the next start only")
        else:
            self._complaint = ""

    def _read(self) -> list[Slip]:
        try:
            return msgspec.json.decode(self._file.read_bytes(), type=list[Slip])
        except FileNotFoundError:
            return []
        except (OSError, msgspec.DecodeError) as error:
            self._complain(f"{self._file}: {error}; the tickets before this start cannot be printed again")
            return []

    def _complain(self, complaint: str) -> None:
        if complaint != self._complaint:
            self._complaint = complaint
            log.warning(complaint)
