"""How the day will end (pure): until when numbers can be given, so that the last citizen is called in time.

A service's forecast moves on with everybody who comes. As it has moved of late it is drawn on, as a straight line.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from appliance.units import MINUTE

LOOKED_BACK_MS: Final = 45 * MINUTE
APART_MS: Final = MINUTE
LEAST_MS: Final = 10 * MINUTE
"""Of a shorter past no line is drawn."""
STEP_MS: Final = 5 * MINUTE
"""Nobody plans by the minute, and a page that changes with every second is read by nobody."""
Sample = tuple[int, int]
"""When it was looked, and when the last of those who waited then was expected to be called."""


def with_sample(samples: Sequence[Sample], at: int, ends_at: int) -> tuple[Sample, ...]:
    """Return ``samples`` with one more, if the last one is long enough ago, and without those that are too old."""
    kept = tuple(one for one in samples if at - LOOKED_BACK_MS <= one[0] <= at)
    return kept if kept and at - kept[-1][0] < APART_MS else (*kept, (at, ends_at))


def stop_at(samples: Sequence[Sample], ends_at: int, closes_at: int, at: int) -> int | None:
    """Return when to give the last number of a service, so that its holder is still called before closing time.

    Args:
        samples: of the past, the oldest first.
        ends_at: when the last of those who wait now will have been called.
        closes_at: when the office closes.
        at: now.

    Returns:
        ``at`` if it is late already; None if the day ends in time, or nobody can tell.
    """
    if at >= closes_at:
        return None
    if ends_at >= closes_at:
        return at
    if not samples or at - samples[0][0] < LEAST_MS:
        return None
    slope = _slope(samples)
    if slope <= 0:
        return None
    limit = at + round((closes_at - ends_at) / slope)
    return limit if limit < closes_at else None


def rounded(instant: int, *, up: bool = False) -> int:
    """Return an instant for people: on five minutes, down or up."""
    return -(-instant // STEP_MS) * STEP_MS if up else instant // STEP_MS * STEP_MS


def _slope(samples: Sequence[Sample]) -> float:
    """Return by how much the end moves on in a unit of time: the slope of the least-squares line."""
    mean_at = sum(at for at, _ in samples) / len(samples)
    mean_end = sum(end for _, end in samples) / len(samples)
    spread = sum((at - mean_at) ** 2 for at, _ in samples)
    return sum((at - mean_at) * (end - mean_end) for at, end in samples) / spread if spread else 0.0
