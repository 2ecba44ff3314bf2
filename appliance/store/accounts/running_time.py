"""Time that goes on while the machine is on: a monotonic clock that starts where the last one was saved."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Final

from appliance.units import MINUTE

SAVED_EVERY_MS: Final = MINUTE
"""A restart without warning loses no more than this: sessions and waits last that much longer."""


class RunningTime:
    """Milliseconds of running time since the file was made.

    Args:
        db: where it is kept.
        now: milliseconds of a monotonic clock.
    """

    def __init__(self, db: sqlite3.Connection, now: Callable[[], int]) -> None:
        self._now = now
        self._base = int(db.execute("SELECT ms FROM running").fetchone()[0]) - now()
        self._saved = self()

    def __call__(self) -> int:
        """Return the running time."""
        return self._base + self._now()

    @property
    def due(self) -> bool:
        """Whether it has to be saved again."""
        return self() - self._saved >= SAVED_EVERY_MS

    def save(self, db: sqlite3.Connection) -> None:
        """Write it down, in the caller's transaction. Of two processes the one that is further is believed."""
        saved = self()
        db.execute("UPDATE running SET ms = max(ms, ?)", (saved,))
        self._saved = saved
