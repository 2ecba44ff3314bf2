"""What citizens are told of their wait: a range, rounded so that it is no promise (pure)."""

from __future__ import annotations

from math import ceil, floor
from typing import Final

STEP: Final = 5
"""Minutes are rounded outwards to this step."""


def for_people(low: float | None, high: float | None) -> tuple[int | None, int | None]:
    """Return a range of minutes as it is said to people, rounded outwards to ``STEP``; None twice if there is none."""
    if low is None or high is None:
        return None, None
    return floor(low / STEP) * STEP, max(STEP, ceil(high / STEP) * STEP)
