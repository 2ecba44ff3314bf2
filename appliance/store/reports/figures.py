"""The figures that reports tell, so that those of a year are the sum of those of its days (pure).

What each of them means is published: ``reports.define`` in the catalogues says it in words, with its formula, and
docs/reports.md repeats it. Times are milliseconds; a ``Spread`` counts by whole minutes, so that shares such as "nine
of ten waited at most 24 minutes" can be told of any span.
"""

from __future__ import annotations

from typing import Final

import msgspec

from appliance.units import MINUTE

LONGEST: Final = 480
"""Minutes; whatever took longer stands there."""


class Spread(msgspec.Struct, array_like=True):
    """Many spans of time.

    Args:
        count: how many.
        total_ms: all together.
        longest_ms: of them.
        minutes: how many took more than the key less one and at most the key, in minutes; ``LONGEST`` or more stand
            there together.
    """

    count: int = 0
    total_ms: int = 0
    longest_ms: int = 0
    minutes: dict[int, int] = {}

    def take(self, span_ms: int) -> None:
        """Count one more; a negative one, which only a clock that was set back can make, counts as none."""
        span_ms = max(span_ms, 0)
        self.count += 1
        self.total_ms += span_ms
        self.longest_ms = max(self.longest_ms, span_ms)
        minute = min(-(-span_ms // MINUTE), LONGEST)
        self.minutes[minute] = self.minutes.get(minute, 0) + 1

    def add(self, other: Spread) -> None:
        """Add what was counted elsewhere."""
        if not other.count:
            return
        self.count += other.count
        self.total_ms += other.total_ms
        self.longest_ms = max(self.longest_ms, other.longest_ms)
        for minute, count in other.minutes.items():
            self.minutes[minute] = self.minutes.get(minute, 0) + count

    @property
    def mean(self) -> float | None:
        """The mean in minutes; None of nothing."""
        return self.total_ms / self.count / MINUTE if self.count else None

    @property
    def longest(self) -> float | None:
        """The longest in minutes; None of nothing."""
        return self.longest_ms / MINUTE if self.count else None

    def within(self, share: float) -> int | None:
        """Return the smallest whole minute within which at least this share lies; None of nothing.

        Args:
            share: above 0 and at most 1; one half gives the median.
        """
        needed, seen = share * self.count, 0
        for minute in sorted(self.minutes):
            seen += self.minutes[minute]
            if seen >= needed - 1e-9:
                return minute
        return None


class Figures(msgspec.Struct, array_like=True):
    """What came to pass, for one office, service, counter, officer, channel, class or hour.

    Of tickets: ``arrived`` (numbers given, with ``priority`` of them), ``served``, ``no_show`` and ``cancelled`` (both
    abandoned), ``left`` (still there when the day closed), ``stays``: the whole wait of each that was called.
    ``told``: those that were called and had been told a range; what happened lay ``inside``, ``below`` or ``above`` it,
    and ``told_error_ms`` from its middle.

    Of visits: ``calls`` (each first call), ``recalls``, ``picked`` (by hand), ``overtaken`` (whom those went before),
    ``wait`` (each stay in a queue until its first call), of which ``kept`` of ``promised`` were within the promise,
    ``walk`` (call to start), ``service`` (start to end), ``gap`` (one end to the next call while people wait).

    Of counters: ``idle_ms`` (open, free, and somebody waits whom it may serve), ``open_ms``, of which
    ``paused_ms``.

    Besides: ``quick`` (served at once, without a number) and ``outcomes`` by their keys.
    """

    arrived: int = 0
    priority: int = 0
    quick: int = 0
    served: int = 0
    no_show: int = 0
    cancelled: int = 0
    left: int = 0
    calls: int = 0
    recalls: int = 0
    picked: int = 0
    overtaken: int = 0
    promised: int = 0
    kept: int = 0
    told: int = 0
    inside: int = 0
    below: int = 0
    above: int = 0
    told_error_ms: int = 0
    idle_ms: int = 0
    open_ms: int = 0
    paused_ms: int = 0
    stays: Spread = msgspec.field(default_factory=Spread)
    wait: Spread = msgspec.field(default_factory=Spread)
    walk: Spread = msgspec.field(default_factory=Spread)
    service: Spread = msgspec.field(default_factory=Spread)
    gap: Spread = msgspec.field(default_factory=Spread)
    outcomes: dict[str, int] = {}

    def add(self, other: Figures) -> None:
        """Add what came to pass elsewhere or another day."""
        for name in COUNTS:
            if more := getattr(other, name):  # most are nought, and a page adds thousands
                setattr(self, name, getattr(self, name) + more)
        for name in SPREADS:
            getattr(self, name).add(getattr(other, name))
        for outcome, count in other.outcomes.items():
            self.outcomes[outcome] = self.outcomes.get(outcome, 0) + count

    @property
    def abandoned(self) -> int:
        """Who went away: not there when called, or cancelled."""
        return self.no_show + self.cancelled

    @property
    def share_kept(self) -> float | None:
        """The share of calls within the promise; None if nothing was promised."""
        return self.kept / self.promised if self.promised else None

    @property
    def share_inside(self) -> float | None:
        """The share of citizens who waited as long as they had been told; None if none had been told anything."""
        return self.inside / self.told if self.told else None

    @property
    def told_error(self) -> float | None:
        """The mean distance in minutes between the middle of the range that was told and the wait."""
        return self.told_error_ms / self.told / MINUTE if self.told else None


SPREADS: Final = ("stays", "wait", "walk", "service", "gap")
COUNTS: Final = tuple(name for name in Figures.__struct_fields__ if name not in (*SPREADS, "outcomes"))
