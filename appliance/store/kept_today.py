"""Words that belong to tickets of today alone: in a file of their own, gone with the day.

They are in no log and no backup. A ticket does not depend on them: what cannot be kept is not, and that is said.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

import msgspec

from appliance.node import durable_file
from appliance.node.durable_file import Unreadable

log = logging.getLogger(__name__)


class _Kept(msgspec.Struct):
    day: str = ""
    words: dict[str, str] = msgspec.field(default_factory=dict)


class KeptToday:
    """What belongs to the tickets of one business day.

    Args:
        folder: where the file is, beside the database; None to keep it in memory alone.
    """

    NAME: ClassVar[str]
    """Of the file."""
    WHAT: ClassVar[str]
    """What is kept, for whoever has to erase it by hand."""
    NOT_KEPT: ClassVar[str]
    """What it costs that one was not kept."""
    LOST: ClassVar[str]
    """What it costs that the file cannot be read."""

    def __init__(self, folder: Path | None) -> None:
        self._file = folder / self.NAME if folder is not None else None
        self._stays = False
        """The disk does not let go of what has to be erased; it is asked again."""
        self._kept = self._read()

    def keep(self, day: str, number: str, words: str) -> None:
        """Keep ``words`` with ticket ``number`` of ``day``, none if empty; those of another day are erased."""
        if day != self._kept.day:
            self._kept = _Kept(day)
        self._kept.words[number] = words
        if not words:
            del self._kept.words[number]
        if self._file is None:
            return
        try:
            durable_file.save(self._file, msgspec.json.encode(self._kept))
        except OSError as error:
            log.warning("%s: %s; %s", self._file, error.strerror, self.NOT_KEPT)

    def of(self, day: str, number: str) -> str | None:
        """Return what is kept with a ticket, if anything is."""
        return self.of_day(day).get(number)

    def of_day(self, day: str) -> Mapping[str, str]:
        """Return what is kept with the tickets of a day."""
        return self._kept.words if day == self._kept.day else {}

    def tidy(self, day: str) -> None:
        """Erase whatever is not of the business day ``day``; of any if that is empty. Call it often: it costs nothing.

        A hub that was off, or was killed, when the day ended finds them here at its next start.
        """
        if self._stays or self._kept.day not in ("", day):
            self.erase()

    def erase(self) -> None:
        """Erase everything: the day is over."""
        self._kept = _Kept()
        if self._file is None:
            return
        try:
            durable_file.erase(self._file)
        except OSError as error:
            if not self._stays:
                log.critical(
                    "%s: %s; erase it and %s.new by hand: they may hold %s",
                    self._file,
                    error.strerror,
                    self.NAME,
                    self.WHAT,
                )
            self._stays = True
            return
        if self._stays:
            log.warning("%s: erased at last", self._file)
        self._stays = False

    def _read(self) -> _Kept:
        if self._file is None:
            return _Kept()
        try:
            kept = durable_file.load(self._file, _Kept) or _Kept()
        except Unreadable as error:
            log.warning("%s; it is erased, and %s", error, self.LOST)
            kept = _Kept()
        if not kept.day:
            self.erase()  # also what an interrupted write has left
        return kept
