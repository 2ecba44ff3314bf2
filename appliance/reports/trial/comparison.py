"""Two registers side by side, with how sure each difference is (pure).

Ranges are bootstrap percentiles: days are drawn anew with replacement many times, and 95 of 100 of the means so found
lie in the range. Whole days, since those who wait together wait alike: drawing citizens would claim too much. Where the
days are too few, citizens are drawn, and the range speaks of these days alone (``Comparison.drawn``).
Sources: B. Efron, R. Tibshirani, "An Introduction to the Bootstrap", 1993; A. Davison, D. Hinkley, "Bootstrap Methods
and their Application", 1997, section 3.8 (clusters).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from math import fsum
from typing import Final, Literal, Protocol

import msgspec

from appliance.reports.trial.register import Row

LEAST: Final = 5
"""Of fewer values no range can be told."""
DRAWS: Final = 2_000
OF_A_DAY: Final = 400
"""Draws for the range of a single day: there are many of them, and nothing is decided by one."""
WORK: Final = 1_000_000
"""Values drawn for one range, at most: large registers are drawn less often, and are surer anyway."""
LEAST_DRAWS: Final = 200
_LOW, _HIGH = 0.025, 0.975
_SERIES: Final = re.compile(r"(.*?)([0-9]{1,9})")
Measure = Literal["wait", "walk", "service"]
MEASURES: Final[tuple[Measure, ...]] = ("wait", "walk", "service")


class Chance(Protocol):
    """Where randomness comes from; a seeded ``random.Random`` is one, and only its ``random()`` is asked for."""

    def random(self) -> float:
        """Return a number from 0 up to 1."""
        ...  # pragma: no cover


class Estimate(msgspec.Struct, frozen=True):
    """A mean of ``count`` values with its range; None where nothing can be told."""

    count: int
    mean: float | None = None
    low: float | None = None
    high: float | None = None


class Change(msgspec.Struct, frozen=True):
    """How the new differs from the old, in the measure's unit and as a part of the old one (-0.9: nine tenths less).

    ``sure``: the range of the difference does not reach over nought.
    """

    by: Estimate
    part: Estimate
    sure: bool


class Compared(msgspec.Struct, frozen=True):
    """One measure: the old way, the new one, and the change; None if either side has too little."""

    old: Estimate
    new: Estimate
    change: Change | None


class Faults(msgspec.Struct, frozen=True):
    """What is wrong with a register: of ``rows``, how many

    ``duplicates``: bear a number that an earlier one of the day has; ``untraced``: have no number, or nobody knows what
    became of them; and ``gaps``: how many numbers are missing within the days' series.
    """

    rows: int
    duplicates: int
    gaps: int
    untraced: int


class OfDay(msgspec.Struct, frozen=True):
    """One day of one register. ``served``: citizens; ``per_hour``: of them, from the first arrival to the last end."""

    day: str
    faults: Faults
    served: int
    per_hour: float | None
    means: dict[str, Estimate]


class Comparison(msgspec.Struct, frozen=True):
    """Everything about two registers. Waits, walks and service are in minutes.

    ``drawn``: what was drawn anew for the ranges of the measures.
    """

    measures: dict[str, Compared]
    per_hour: Compared
    old_faults: Faults
    new_faults: Faults
    old_days: tuple[OfDay, ...]
    new_days: tuple[OfDay, ...]
    drawn: Literal["days", "citizens"]


def compare(old: Sequence[Row], new: Sequence[Row], chance: Chance) -> Comparison:
    """Return how the new way compares with the old.

    Args:
        old: the register of the old way.
        new: that of the new one.
        chance: seeded, so that the same registers give the same ranges.
    """
    old_days, new_days = _days(old, chance), _days(new, chance)
    whole = min(len(old_days), len(new_days)) >= LEAST
    measures = {name: _of_measure(old, new, name, chance, whole=whole) for name in MEASURES}
    rates = [[day.per_hour for day in days if day.per_hour is not None] for days in (old_days, new_days)]
    per_hour = compared(rates[0], rates[1], chance)
    return Comparison(
        {str(name): found for name, found in measures.items()},
        per_hour,
        _total(old_days),
        _total(new_days),
        tuple(old_days),
        tuple(new_days),
        "days" if whole else "citizens",
    )


def _of_measure(old: Sequence[Row], new: Sequence[Row], name: Measure, chance: Chance, *, whole: bool) -> Compared:
    if not whole:
        return compared(minutes(old, name), minutes(new, name), chance)
    drawn = [_draws_of_days([minutes(day, name) for day in by_day(rows).values()], chance) for rows in (old, new)]
    return _side_by_side(minutes(old, name), minutes(new, name), *drawn)


def compared(old: Sequence[float], new: Sequence[float], chance: Chance) -> Compared:
    """Return two sets of values side by side, each drawn anew for itself."""
    return _side_by_side(old, new, _draws(old, chance), _draws(new, chance))


def _side_by_side(old: Sequence[float], new: Sequence[float], olds: list[float], news: list[float]) -> Compared:
    sides = _estimate(old, olds), _estimate(new, news)
    if not olds or not news or not old or not new:
        return Compared(*sides, None)
    first, second = _mean(old), _mean(new)
    count = min(len(old), len(new))
    differences = [b - a for a, b in zip(olds, news, strict=False)]
    by = Estimate(count, second - first, *_range(differences))
    part = Estimate(count)
    if first > 0 and min(olds) > 0:
        part = Estimate(count, second / first - 1, *_range([b / a - 1 for a, b in zip(olds, news, strict=False)]))
    assert by.low is not None  # noqa: S101  # for the type checker: it was drawn
    assert by.high is not None  # noqa: S101
    return Compared(*sides, Change(by, part, sure=by.low > 0 or by.high < 0))


def minutes(rows: Iterable[Row], measure: Measure) -> list[float]:
    """Return the minutes of one measure, of all who have it. Service begins with the call where no start was noted.

    What ended before it began, for a clock was set back in between, was not measured.
    """
    pairs = {
        "wait": lambda row: (row.arrived, row.called),
        "walk": lambda row: (row.called, row.started),
        "service": lambda row: (row.called if row.started is None else row.started, row.served),
    }
    found = [pairs[measure](row) for row in rows]
    return [(end - begin) / 60 for begin, end in found if begin is not None and end is not None and begin <= end]


def faults(rows: Sequence[Row]) -> Faults:
    """Return what is wrong with the register of one day."""
    numbers = Counter(row.number for row in rows if row.number)
    series: dict[str, set[int]] = {}
    for number in numbers:
        if found := _SERIES.fullmatch(number):
            series.setdefault(found[1], set()).add(int(found[2]))
    gaps = sum(max(counts) - min(counts) + 1 - len(counts) for counts in series.values())
    untraced = sum(not row.number or (row.served is None and not row.left) for row in rows)
    return Faults(len(rows), sum(numbers.values()) - len(numbers), gaps, untraced)


def _days(rows: Sequence[Row], chance: Chance) -> list[OfDay]:
    days = by_day(rows)
    return [_of_day(day, days[day], chance) for day in sorted(days)]


def by_day(rows: Iterable[Row]) -> dict[str, list[Row]]:
    """Return the rows of each day."""
    days: dict[str, list[Row]] = {}
    for row in rows:
        days.setdefault(row.day, []).append(row)
    return days


def _of_day(day: str, rows: list[Row], chance: Chance) -> OfDay:
    ends = [row.served for row in rows if row.served is not None]
    begins = [row.arrived for row in rows if row.arrived is not None]
    hours = (max(ends) - min(begins)) / 3600 if ends and begins else 0
    means = {str(name): estimate(minutes(rows, name), chance, OF_A_DAY) for name in MEASURES}
    return OfDay(day, faults(rows), len(ends), len(ends) / hours if hours > 0 else None, means)


def _total(days: Iterable[OfDay]) -> Faults:
    parts = [day.faults for day in days]
    return Faults(*(sum(getattr(part, name) for part in parts) for name in ("rows", "duplicates", "gaps", "untraced")))


def estimate(values: Sequence[float], chance: Chance, most: int = DRAWS) -> Estimate:
    """Return the mean of some values with its range, of at most so many draws."""
    return _estimate(values, _draws(values, chance, most))


def _estimate(values: Sequence[float], drawn: Sequence[float]) -> Estimate:
    if not values:
        return Estimate(0)
    return Estimate(len(values), _mean(values), *(_range(drawn) if drawn else (None, None)))


def _draws(values: Sequence[float], chance: Chance, most: int = DRAWS) -> list[float]:
    """Return the means of draws with replacement; none of too few values."""
    size = len(values)
    if size < LEAST:
        return []
    times = max(LEAST_DRAWS, min(most, WORK // size))
    draw = chance.random
    return [sum([values[int(draw() * size)] for _ in range(size)]) / size for _ in range(times)]


def _draws_of_days(days: Sequence[Sequence[float]], chance: Chance) -> list[float]:
    """Return the means of draws of whole days; none if too few have any value."""
    sums = [(fsum(values), len(values)) for values in days if values]
    size, draw = len(sums), chance.random
    if size < LEAST:
        return []
    found = []
    for _ in range(DRAWS):
        drawn = [sums[int(draw() * size)] for _ in range(size)]
        found.append(fsum(total for total, _ in drawn) / sum(count for _, count in drawn))
    return found


def _range(drawn: Sequence[float]) -> tuple[float, float]:
    ordered = sorted(drawn)
    last = len(ordered) - 1
    return ordered[round(_LOW * last)], ordered[round(_HIGH * last)]


def _mean(values: Sequence[float]) -> float:
    return fsum(values) / len(values)
