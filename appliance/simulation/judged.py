"""What was foretold against what happened: errors of each predictor, and how often the range held (pure)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Final

import msgspec

from appliance.engine import learning

OURS: Final = "ours"
FEWEST: Final = 50
"""A group with fewer waits than this is not judged by itself: its share may be chance."""


class Guess(msgspec.Struct, frozen=True):
    """What was foretold of one ticket at one moment, in minutes from then.

    ``minutes``: by predictor, ``ours`` among them. ``low``, ``high``: the ends of our range. ``groups``: what it is
    counted under, as ``("service", "a")``.
    """

    at: int
    minutes: dict[str, float]
    low: float
    high: float
    groups: tuple[tuple[str, str], ...] = ()


class Errors(msgspec.Struct):
    """Sums over waits, in minutes and their squares. ``ranged``: waits foretold as a minute or more."""

    waits: int = 0
    absolute: dict[str, float] = {}
    squared: dict[str, float] = {}
    ranged: int = 0
    below: int = 0
    above: int = 0

    def add(self, guess: Guess, waited: float) -> None:
        """Take in how long it really took, in minutes from the guess on."""
        self.waits += 1
        for name, minutes in guess.minutes.items():
            off = minutes - waited
            self.absolute[name] = self.absolute.get(name, 0.0) + abs(off)
            self.squared[name] = self.squared.get(name, 0.0) + off * off
        if guess.minutes.get(OURS, 0.0) >= learning.SURE_MINUTES:
            self.ranged += 1
            self.below += waited < guess.low
            self.above += waited > guess.high

    def take(self, other: Errors) -> None:
        """Add what was counted elsewhere."""
        self.waits += other.waits
        for mine, theirs in ((self.absolute, other.absolute), (self.squared, other.squared)):
            for name, value in theirs.items():
                mine[name] = mine.get(name, 0.0) + value
        self.ranged += other.ranged
        self.below += other.below
        self.above += other.above

    def mae(self, name: str) -> float:
        """Return the mean absolute error of a predictor, in minutes."""
        return self.absolute.get(name, 0.0) / self.waits if self.waits else 0.0

    def mse(self, name: str) -> float:
        """Return the mean squared error of a predictor, in square minutes."""
        return self.squared.get(name, 0.0) / self.waits if self.waits else 0.0

    @property
    def inside(self) -> float | None:
        """Return the share of waits that lay in their range; None if there were none."""
        return 1 - (self.below + self.above) / self.ranged if self.ranged else None


class Judged(msgspec.Struct):
    """All errors, and those of each group by its dimension and key."""

    all: Errors = msgspec.field(default_factory=Errors)
    groups: dict[str, dict[str, Errors]] = msgspec.field(default_factory=lambda: defaultdict(dict))

    def add(self, guess: Guess, waited: float) -> None:
        """Take in how long it really took, in minutes from the guess on."""
        self.all.add(guess, waited)
        for dimension, key in guess.groups:
            self.groups[dimension].setdefault(key, Errors()).add(guess, waited)

    def take(self, other: Judged) -> None:
        """Add what was counted elsewhere."""
        self.all.take(other.all)
        for dimension, keys in other.groups.items():
            for key, errors in keys.items():
                self.groups[dimension].setdefault(key, Errors()).take(errors)

    def worst_inside(self, dimensions: Mapping[str, object] | tuple[str, ...]) -> tuple[str, str, float] | None:
        """Return the group of these dimensions whose range held least often, and how often."""
        shares = [
            (dimension, key, errors.inside)
            for dimension in dimensions
            for key, errors in self.groups.get(dimension, {}).items()
            if errors.ranged >= FEWEST and errors.inside is not None
        ]
        return min(shares, key=lambda one: one[2], default=None)
