"""Position and estimated wait, with its range, for somebody who takes a number now.

People ahead are those whom the counters that may serve you will call first. The estimate is their work divided by the
open counters: queue length over servers, the simplest of the delay announcements in the literature (Ibrahim and Whitt,
"Real-time delay estimation based on delay history", 2009), with service times learnt during the day.
"""

from __future__ import annotations

from math import ceil, floor, sqrt
from typing import Final

import msgspec

from appliance.engine.model import MINUTE, CounterId, Day, ServiceId

PRIOR_WEIGHT: Final = 5
"""The configured service time counts as much as this many served citizens."""
VARIATION: Final = 0.5
"""Standard deviation over mean of service times, as usual at counters where forms are checked."""
Z_80: Final = 1.28
"""Normal quantile for a range that covers 80 of 100."""
STEP: Final = 5
"""Minutes are rounded outwards to this step: a range, not a promise."""


class Estimate(msgspec.Struct, frozen=True):
    """People ahead, and the range of minutes they may take; None when no open counter serves the service."""

    ahead: int
    low: int | None = None
    high: int | None = None


def mean_minutes(day: Day, service: ServiceId) -> float:
    """Return the service time to expect, in minutes: the configured one, corrected by what today has shown."""
    usual = day.services[service].minutes
    tally = day.tallies.get(service)
    if tally is None:
        return usual
    return (PRIOR_WEIGHT * usual + tally.total_ms / MINUTE) / (PRIOR_WEIGHT + tally.served)


def estimate(day: Day, service: ServiceId) -> Estimate:
    """Return what to tell somebody who takes a number for ``service`` now."""
    mine = _open_counters(day, service)
    if not mine:
        return Estimate(len(day.waiting[service]))
    people = work = 0.0
    for other, queue in day.waiting.items():
        if not len(queue):
            continue
        theirs = _open_counters(day, other)
        share = len(mine & theirs) / len(theirs) if theirs else 0.0
        people += len(queue) * share
        work += len(queue) * share * mean_minutes(day, other)
    busy = [counter for counter in mine if day.counters[counter].ticket]
    if len(busy) == len(mine):
        # Each of the busy counters is, on average, half way through; the first free one takes the queue's head.
        work += 0.5 * mean_minutes(day, service)
    minutes = work / len(mine)
    spread = Z_80 * VARIATION * sqrt(people + 1) * mean_minutes(day, service) / len(mine)
    low = max(0, floor((minutes - spread) / STEP) * STEP)
    high = max(STEP, ceil((minutes + spread) / STEP) * STEP)
    return Estimate(round(people), low, high)


def _open_counters(day: Day, service: ServiceId) -> set[CounterId]:
    return {
        counter
        for counter, now in day.counters.items()
        if now.open and not now.paused and service in day.counter_definitions[counter].services
    }
