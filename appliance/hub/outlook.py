"""What waiting people may expect, kept up to date beside the commands: a little work in each idle moment.

The office is played ahead run by run (``engine/wait_estimate.py``), so that a pressed button never waits for more than
one of them. What newcomers are told in between is moved by whoever came or was called since.
"""

from __future__ import annotations

from typing import Final

from appliance.commands import ServiceId
from appliance.engine.ahead import Chance
from appliance.engine.expected_times import expectation
from appliance.engine.model import Day, Told
from appliance.engine.wait_estimate import Forecast, Forecasting, told
from appliance.node.daemon import Clock

EVERY_MS: Final = 2_000
"""Real time between two forecasts while things happen."""
AT_LEAST_MS: Final = 10_000
"""Real time after which one is made though nothing happened: waiting itself makes waits shorter."""
OLD_MS: Final = 60_000
"""Real time after which a forecast is worth nothing."""
QUIET_MS: Final = 150
"""Real time without anything happening before the work begins or goes on: a call is on its way to the lobby then."""
OVERDUE_MS: Final = 6_000
"""Real time since the last forecast after which it is made all the same."""


class Outlook:
    """The latest forecast.

    Args:
        clock: the hub's own.
        chance: for the draws.
    """

    def __init__(self, clock: Clock, chance: Chance) -> None:
        self._clock = clock
        self._chance = chance
        self._latest: Forecast | None = None
        self._made_at = 0
        self._work: Forecasting | None = None
        self._day: Day | None = None
        self._seq = 0
        self._changed_at = -QUIET_MS
        self.busy = False
        """``advance`` has something to go on with at once."""

    def advance(self, day: Day) -> Forecast | None:
        """Do a little; return a forecast when one has been finished. Call it in every idle moment.

        Args:
            day: the present state; another object means that it was loaded anew.
        """
        now = self._clock.monotonic_ms()
        if day is not self._day:
            self._day, self._latest, self._work = day, None, None
        if day.seq != self._seq:
            self._seq, self._changed_at = day.seq, now
        self.busy = self._may_work(day, now)
        if not self.busy:
            return None
        if self._work is None:
            office_now = max(self._clock.office_ms(), day.at)
            self._work = Forecasting(day, office_now, expectation(day, office_now), self._chance)
        elif self._work.step():
            self._latest, self._made_at, self._work, self.busy = self._work.result(), now, None, False
            return self._latest
        return None

    def latest(self, day: Day) -> Forecast | None:
        """Return the last forecast; None if there is none of this day, or if it is too old."""
        usable = day is self._day and self._clock.monotonic_ms() - self._made_at < OLD_MS
        return self._latest if usable else None

    def told(self, day: Day, service: ServiceId, *, priority: bool = False) -> Told:
        """Return what to tell whoever takes a number now."""
        return told(day, self.latest(day), service, priority=priority)

    def _may_work(self, day: Day, now: int) -> bool:
        since = now - self._made_at
        if not day.is_open or (self._latest is not None and self._work is None and since < self._pause(day)):
            return False
        return now - self._changed_at >= QUIET_MS or since >= OVERDUE_MS

    def _pause(self, day: Day) -> int:
        changed = self._latest is None or day.seq != self._latest.seq
        return EVERY_MS if changed else AT_LEAST_MS
