"""Made-up office days: when citizens come and how long serving them takes, drawn from injected chance (pure)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from math import cos, exp, isfinite, log, log1p, pi, sqrt
from typing import Final, Literal, Protocol, get_args

import msgspec

from appliance.simulation.office import ABSENT_MS, MOST_COUNTERS, PlayedOffice, Stay, Visitor
from appliance.units import DAY, HOUR, MINUTE

Distribution = Literal["exponential", "lognormal", "constant"]
DISTRIBUTIONS: Final[tuple[Distribution, ...]] = get_args(Distribution)
VARIATION: Final = 0.5
"""Standard deviation over mean of lognormal service times, as usual at counters where forms are checked."""
MOST_DAYS: Final = 10_000
MOST_VISITORS: Final = 5_000_000
"""More than this is refused: it would take many minutes."""
_FIRST_DAY: Final = date(2000, 1, 1)


class Chance(Protocol):
    """Where randomness comes from; a seeded ``random.Random`` is one.

    Only ``random()`` is asked for, because only its sequence is promised to be the same in every version of Python.
    """

    def random(self) -> float:
        """Return a number from 0 to just below 1."""


class BadPlan(ValueError):
    """These days cannot be simulated; the sentence says what to correct."""


class Plan(msgspec.Struct, frozen=True):
    """Days that are all alike. ``no_show``: the share (0 to 1) of citizens who do not come when called.

    Numbers are given out for ``hours``, at a steady mean rate; whoever has one is served, also after that.
    """

    arrivals_per_hour: float
    service_minutes: float
    counters: int
    days: int
    hours: float = 8.0
    distribution: Distribution = "exponential"
    no_show: float = 0.0

    @property
    def minutes_at_counter(self) -> float:
        """Return how long a citizen keeps a counter busy, on average over those who come when called and the others."""
        return (1 - self.no_show) * self.service_minutes + self.no_show * ABSENT_MS / MINUTE

    def problem(self) -> str:
        """Return what is wrong with the first number that cannot be used, or nothing."""
        amounts = {
            "arrivals per hour": (self.arrivals_per_hour, 100_000),
            "service minutes": (self.service_minutes, 600),
            "hours": (self.hours, 100_000),
        }
        for name, (value, most) in amounts.items():
            if not isfinite(value) or not 0 < value <= most:
                return f"{name} must be more than 0 and at most {most}, not {value:g}"
        for name, count, largest in (("counters", self.counters, MOST_COUNTERS), ("days", self.days, MOST_DAYS)):
            if not 1 <= count <= largest:
                return f"{name} must be from 1 to {largest}, not {count}"
        if not 0 <= self.no_show < 1:
            return f"no-show must be a share from 0 to less than 1, not {self.no_show:g}"
        expected = self.arrivals_per_hour * self.hours * self.days
        if expected > MOST_VISITORS:
            return f"{expected:.0f} visitors are too many (at most {MOST_VISITORS}); simulate fewer days"
        return ""


class SimulatedDay(msgspec.Struct, frozen=True):
    """One day: who came and what became of them. ``opened``, ``closed`` (no more numbers): ms on the virtual clock."""

    opened: int
    closed: int
    visitors: list[Visitor]
    visits: list[Stay]


def simulate(plan: Plan, chance: Chance) -> Iterator[SimulatedDay]:
    """Play the days one after the other, each from an empty hall to the last citizen served.

    The same chance brings the same citizens, whatever the number of counters: plans can be compared visitor by visitor.

    Raises:
        BadPlan: naming the number to correct.
    """
    problem = plan.problem()
    if problem:
        raise BadPlan(problem)
    return _days(plan, chance)


def _days(plan: Plan, chance: Chance) -> Iterator[SimulatedDay]:
    office = PlayedOffice(plan.counters)
    length = round(plan.hours * HOUR)
    for number in range(plan.days):
        opens = max(number * DAY, office.now)
        visitors = draw(plan, chance, opens, opens + length)
        today = (_FIRST_DAY + timedelta(days=number)).isoformat()
        yield SimulatedDay(opens, opens + length, visitors, office.play(today, opens, visitors))


def draw(plan: Plan, chance: Chance, opens: int, closes: int) -> list[Visitor]:
    """Return who comes on one day: a Poisson stream from ``opens`` until ``closes`` (ms on the virtual clock)."""
    between = HOUR / plan.arrivals_per_hour
    service = plan.service_minutes * MINUTE
    visitors: list[Visitor] = []
    now = opens + exponential(chance, between)
    while now < closes:
        took = round(_service_time(plan.distribution, chance, service))
        visitors.append(Visitor(int(now), took, shows=chance.random() >= plan.no_show))
        now += exponential(chance, between)
    return visitors


def exponential(chance: Chance, mean: float) -> float:
    """Draw from an exponential distribution, by inversion."""
    return -mean * log1p(-chance.random())


def lognormal(chance: Chance, mean: float, variation: float = VARIATION) -> float:
    """Draw from a lognormal distribution with this mean and coefficient of variation, by the Box–Muller method.

    Source: G. E. P. Box, M. E. Muller, "A note on the generation of random normal deviates", 1958.
    """
    variance = log1p(variation * variation)
    normal = sqrt(-2 * log1p(-chance.random())) * cos(2 * pi * chance.random())
    return exp(log(mean) - variance / 2 + sqrt(variance) * normal)


def _service_time(distribution: Distribution, chance: Chance, mean: float) -> float:
    if distribution == "exponential":
        return exponential(chance, mean)
    if distribution == "lognormal":
        return lognormal(chance, mean)
    return mean
