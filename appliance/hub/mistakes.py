"""Mistakes of our own that did not stop the queue: logged once each, counted, and said in the presence."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable

from appliance.store.database import StorageFault
from appliance.wire.messages import Part

log = logging.getLogger(__name__)


class Mistakes:
    """What has raised since the hub began."""

    def __init__(self) -> None:
        self._seen: dict[str, int] = {}

    def note(self, what: str, error: Exception) -> None:
        """Remember that ``what`` raised ``error``; its trace is logged the first time that it comes from there."""
        last = traceback.extract_tb(error.__traceback__)[-1:]
        where = f"{type(error).__name__} at {last[0].filename}:{last[0].lineno}" if last else type(error).__name__
        self._seen[where] = self._seen.get(where, 0) + 1
        if self._seen[where] == 1:
            log.error("%s failed through a mistake of ours; the queue goes on", what, exc_info=error)

    def guard(self, what: str, job: Callable[[], None]) -> None:
        """Do ``job``; whatever it raises is noted, and must not stop the queue. Faults of the disk are passed on."""
        try:
            job()
        except StorageFault:
            raise
        except Exception as error:  # noqa: BLE001  # that is what a guard is for
            self.note(what, error)

    def part(self) -> Part:
        """Return the presence's part."""
        if not self._seen:
            return Part("program", "ok")
        times, first = sum(self._seen.values()), next(iter(self._seen))
        return Part("program", "fault", "mistakes", {"count": str(times), "first": first})
