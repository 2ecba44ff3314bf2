"""How much anybody may ask for (pure): a bucket for each, refilled by time; who has emptied theirs waits."""

from __future__ import annotations

from collections import OrderedDict
from typing import Final

MOST_BUCKETS: Final = 2_000


class Buckets:
    """One bucket for each asker; those that asked longest ago are forgotten.

    Args:
        per_second: how fast a bucket is filled.
        burst: how much it holds.
    """

    def __init__(self, per_second: float, burst: float) -> None:
        self._per_second = per_second
        self._burst = burst
        self._buckets: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def take(self, who: str, now_ms: int) -> int:
        """Take one out of somebody's bucket and return 0; if it is empty, return in how many seconds it is not.

        Args:
            who: asks.
            now_ms: of a monotonic clock.
        """
        left, then = self._buckets.pop(who, (self._burst, now_ms))
        left = min(self._burst, left + (now_ms - then) * self._per_second / 1000)
        enough = left >= 1
        self._buckets[who] = (left - 1 if enough else left, now_ms)
        if len(self._buckets) > MOST_BUCKETS:
            self._buckets.popitem(last=False)
        return 0 if enough else max(1, -int(-(1 - left) // self._per_second))
