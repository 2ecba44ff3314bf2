"""Telephone numbers that citizens left for messages: of today only, in a file of their own, gone with the day.

They are in no log and no backup. A ticket does not depend on them: what cannot be kept is not, and that is said.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Final

import msgspec

from appliance.node import durable_file
from appliance.node.durable_file import Unreadable

log = logging.getLogger(__name__)

NAME: Final = "contacts.json"


class _Kept(msgspec.Struct):
    day: str = ""
    phones: dict[str, str] = {}


class Contacts:
    """The numbers of one business day.

    Args:
        folder: where the file is, beside the database.
    """

    def __init__(self, folder: Path) -> None:
        self._file = folder / NAME
        self._stays = False
        """The disk does not let go of what has to be erased; it is asked again."""
        self._kept = self._read()

    def keep(self, day: str, number: str, phone: str) -> None:
        """Keep the telephone number of whoever holds ticket ``number`` of ``day``; those of another day are erased."""
        if day != self._kept.day:
            self._kept = _Kept(day)
        self._kept.phones[number] = phone
        try:
            durable_file.save(self._file, msgspec.json.encode(self._kept))
        except OSError as error:
            log.warning("%s: %s; whoever has just left a telephone number gets no message", self._file, error.strerror)

    def of(self, day: str, number: str) -> str | None:
        """Return the telephone number that was left with a ticket, if any."""
        return self._kept.phones.get(number) if day == self._kept.day else None

    def tidy(self, day: str) -> None:
        """Erase whatever is not of the business day ``day``; of any if that is empty. Call it often: it costs nothing.

        A hub that was off, or was killed, when the day ended finds them here at its next start.
        """
        if self._stays or self._kept.day not in ("", day):
            self.erase()

    def erase(self) -> None:
        """Erase everything: the day is over."""
        self._kept = _Kept()
        try:
            durable_file.erase(self._file)
        except OSError as error:
            if not self._stays:
                log.critical(
                    "%s: %s; erase it and contacts.json.new by hand: they may hold telephone numbers",
                    self._file,
                    error.strerror,
                )
            self._stays = True
            return
        if self._stays:
            log.warning("%s: erased at last", self._file)
        self._stays = False

    def _read(self) -> _Kept:
        try:
            kept = durable_file.load(self._file, _Kept) or _Kept()
        except Unreadable as error:
            log.warning("%s; it is erased, and whoever had left a telephone number gets no message", error)
            kept = _Kept()
        if not kept.day:
            self.erase()  # also what an interrupted write has left
        return kept
