"""What waiting people may expect, kept up to date beside the commands: a little work in each idle moment.

The office is played ahead run by run (``engine/waiting.py``), so that a pressed button never waits for more than one of
them. What newcomers are told in between is moved by whoever came or was called since.
"""

from __future__ import annotations

from typing import Final

from appliance.engine.ahead import Chance
from appliance.engine.expectation import expectation
from appliance.engine.model import Day, ServiceId, Told
from appliance.engine.waiting import Forecast, Forecasting, told
from appliance.node.daemon import Clock

EVERY_MS: Final = 2_000
"""Real time between two forecasts while things happen."""
AT_LEAST_MS: Final = 10_000
"""Real time after which one is made though nothing happened: waiting itself makes waits shorter."""
OLD_MS: Final = 60_000
"""Real time after which a forecast is worth nothing."""


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

    @property
    def busy(self) -> bool:
        """Tell whether ``advance`` has something to go on with at once."""
        return self._work is not None

    def advance(self, day: Day) -> Forecast | None:
        """Do a little; return a forecast when one has been finished. Call it in every idle moment.

        Args:
            day: the present state; another object means that it was loaded anew.
        """
        if day is not self._day:
            self._day, self._latest, self._work = day, None, None
        now = self._clock.monotonic_ms()
        if self._work is None:
            if not day.is_open or not self._is_due(day, now):
                return None
            office_now = max(self._clock.office_ms(), day.at)
            self._work = Forecasting(day, office_now, expectation(day, office_now), self._chance)
        if not self._work.step():
            return None
        self._latest, self._made_at, self._work = self._work.result(), now, None
        return self._latest

    def told(self, day: Day, service: ServiceId, *, priority: bool = False) -> Told:
        """Return what to tell whoever takes a number now."""
        usable = day is self._day and self._clock.monotonic_ms() - self._made_at < OLD_MS
        return told(day, self._latest if usable else None, service, priority=priority)

    def _is_due(self, day: Day, now: int) -> bool:
        if self._latest is None:
            return True
        since = now - self._made_at
        return since >= AT_LEAST_MS or (since >= EVERY_MS and day.seq != self._latest.seq)
