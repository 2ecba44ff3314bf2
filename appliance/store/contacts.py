"""Telephone numbers that citizens left for messages: of today only, in a file of their own, gone with the day.

They are in no log and no backup. A ticket does not depend on them: what cannot be kept is not, and that is said.
"""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import Final

import msgspec

log = logging.getLogger(__name__)

NAME: Final = "contacts.json"


class _Kept(msgspec.Struct):
    day: str
    phones: dict[str, str] = {}


class Contacts:
    """The numbers of one business day.

    Args:
        folder: where the file is, beside the database.
    """

    def __init__(self, folder: Path) -> None:
        self._file = folder / NAME
        self._kept = self._read()

    def keep(self, day: str, number: str, phone: str) -> None:
        """Keep the telephone number of whoever holds ticket ``number`` of ``day``; those of another day are erased."""
        if day != self._kept.day:
            self._kept = _Kept(day)
        self._kept.phones[number] = phone
        try:
            self._write(msgspec.json.encode(self._kept))
        except OSError as error:
            log.warning("%s: %s; whoever has just left a telephone number gets no message", self._file, error.strerror)

    def of(self, day: str, number: str) -> str | None:
        """Return the telephone number that was left with a ticket, if any."""
        return self._kept.phones.get(number) if day == self._kept.day else None

    def erase(self) -> None:
        """Erase everything: the day is over."""
        self._kept = _Kept("")
        try:
            self._file.unlink(missing_ok=True)
        except OSError as error:
            log.critical("%s: %s; erase it by hand: it holds telephone numbers", self._file, error.strerror)

    def _read(self) -> _Kept:
        try:
            return msgspec.json.decode(self._file.read_bytes(), type=_Kept)
        except (OSError, msgspec.DecodeError):
            return _Kept("")

    def _write(self, content: bytes) -> None:
        new = self._file.with_suffix(".new")
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(content)
        new.replace(self._file)
