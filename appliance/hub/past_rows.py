"""Rows for reports that an older release did not write: made in the hub's idle moments, and said how far they are."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Final

from appliance.node.daemon import Clock
from appliance.store.backfill import PIECE
from appliance.store.database import StorageFault
from appliance.store.store import Store
from appliance.wire.messages import Part

log = logging.getLogger(__name__)

TRY_AGAIN_MS: Final = 60_000
SAID_EVERY: Final = 10
"""Hundredths of the work between two lines of the log."""


class PastRows:
    """Makes what is missing, a piece at a time.

    Args:
        store: of the real queue, its day loaded.
        clock: any; its elapsed time is used.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._not_before = 0
        self._said = -SAID_EVERY
        self._tried = 0
        """Up to this record it has been tried."""
        self._problem = ""
        self._begun = False
        self._try(self._begin)  # a disk that takes no rows must not keep the office closed

    @property
    def busy(self) -> bool:
        """Tell whether there is something to make at once."""
        missing = not self._begun or self._store.backfill is not None
        return missing and self._clock.monotonic_ms() >= self._not_before

    @property
    def parts(self) -> list[Part]:
        """How far it is, for the presence; nothing once all rows are there."""
        if self._problem:
            return [Part("reports", "fault", "not_made", {"error": self._problem})]
        backfill = self._store.backfill
        if backfill is None:
            return []
        return [Part("reports", "ok", "being_made", {"percent": str(backfill.percent)})]

    def tick(self) -> None:
        """Make one piece, if any is missing. Call it when nobody waits for anything."""
        if self.busy:
            self._try(self._step if self._begun else self._begin)

    def _try(self, work: Callable[[], None]) -> None:
        """Do ``work``; if it fails, in whatever way, the next try is a minute later."""
        try:
            work()
        except StorageFault as error:
            self._not_before = self._clock.monotonic_ms() + TRY_AGAIN_MS
            if not self._problem:
                log.warning("the rows of past days cannot be made: %s", error)
            self._problem = str(error)
        except BaseException:
            self._not_before = self._clock.monotonic_ms() + TRY_AGAIN_MS
            raise

    def _begin(self) -> None:
        self._store.begin_backfill()
        self._begun, self._problem = True, ""

    def _step(self) -> None:
        backfill = self._store.backfill
        if backfill is None:
            return
        self._tried = max(self._tried, backfill.at + PIECE)
        more = backfill.step()
        if not more or backfill.at >= self._tried:  # a day is made again from its beginning: that mends nothing yet
            self._problem = ""
        if not more:
            self._store.backfill = None
            log.info("all rows of past days are made")
        elif backfill.percent >= self._said + SAID_EVERY:
            self._said = backfill.percent
            log.info("rows of past days: %d %% are made", backfill.percent)
