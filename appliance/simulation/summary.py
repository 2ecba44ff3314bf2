"""What simulated days came to (pure)."""

from __future__ import annotations

from collections.abc import Iterable
from math import ceil

import msgspec

from appliance.simulation.days import SimulatedDay
from appliance.units import MINUTE


class Summary(msgspec.Struct, frozen=True):
    """Waits are from arrival to call, of everybody who was served. Shares and utilisation are from 0 to 1.

    ``utilisation``: busy time over counters × opening hours; it passes 1 when much work is left for after closing.
    ``mean_overtime_minutes``: from the last number given out until the last citizen is served, a day.
    """

    days: int
    visitors: int
    served: int
    no_shows: int
    mean_wait_minutes: float
    median_wait_minutes: float
    p90_wait_minutes: float
    max_wait_minutes: float
    share_who_wait: float
    utilisation: float
    mean_overtime_minutes: float


def summarise(days: Iterable[SimulatedDay], counters: int, warm_up_minutes: float = 0.0) -> Summary:
    """Count what came out.

    Args:
        days: as they were played.
        counters: how many there were.
        warm_up_minutes: citizens who came this soon after opening are left out of the waits, since the hall was empty.
    """
    waits: list[int] = []
    count = visitors = served = busy = open_ms = overtime = 0
    for day in days:
        counted_from = day.opened + warm_up_minutes * MINUTE
        count += 1
        visitors += len(day.visitors)
        served += sum(visit.served for visit in day.visits)
        busy += sum(visit.ended - visit.called for visit in day.visits)
        open_ms += counters * (day.closed - day.opened)
        overtime += max(0, max((visit.ended for visit in day.visits), default=0) - day.closed)
        waits += [v.waited_ms for v in day.visits if v.served and day.visitors[v.place].arrives >= counted_from]
    waits.sort()
    return Summary(
        days=count,
        visitors=visitors,
        served=served,
        no_shows=visitors - served,
        mean_wait_minutes=sum(waits) / len(waits) / MINUTE if waits else 0.0,
        median_wait_minutes=_quantile(waits, 0.5),
        p90_wait_minutes=_quantile(waits, 0.9),
        max_wait_minutes=_quantile(waits, 1.0),
        share_who_wait=sum(wait > 0 for wait in waits) / len(waits) if waits else 0.0,
        utilisation=busy / open_ms if open_ms else 0.0,
        mean_overtime_minutes=overtime / count / MINUTE if count else 0.0,
    )


def _quantile(ordered: list[int], share: float) -> float:
    """Return the smallest wait, in minutes, that at least ``share`` of all do not exceed."""
    if not ordered:
        return 0.0
    rank = ceil(share * len(ordered))
    return ordered[max(rank, 1) - 1] / MINUTE
