"""What the days teach about waiting: service times, absences, gaps between citizens, how far forecasts reach (pure).

What is known is a value: each lesson makes a new one, so a press that is taken back leaves nothing behind.

Means are weighted running means (B. P. Welford, "Note on a method for calculating corrected sums of squares and
products", 1962). A new service starts from its configured time; a counter starts from its service. The two ends of the
foretold range follow what happens, so that each is passed by one citizen in ten: the step of online quantile tracking
that I. Gibbs and E. Candès call adaptive conformal inference ("Adaptive conformal inference under distribution shift",
2021).
"""

from __future__ import annotations

from math import exp
from typing import Final

from msgspec.structs import replace

from appliance.commands import CounterId, ServiceId
from appliance.engine.model import Experience, Learnt, Service, Told
from appliance.units import MINUTE

CONFIGURED_WEIGHT: Final = 4.0
"""The configured service time counts as much as this many visits."""
COUNTER_WEIGHT: Final = 10.0
"""What is known of the service counts, for one counter of it, as much as this many visits there."""
REMEMBERED: Final = 120.0
"""What earlier days taught counts at most as much as this many visits of today."""
USUAL_VARIATION: Final = 0.6
"""Standard deviation over mean of service times, until enough have been seen."""
VARIATION_WEIGHT: Final = 10.0
USUAL_ABSENCE: Final = 0.05
ABSENCE_WEIGHT: Final = 20.0
USUAL_ABSENT_MS: Final = 60_000.0
LONGEST_GAP_MS: Final = 5 * MINUTE
"""Whoever lets people wait for longer than this is not between two citizens, but away."""
TAIL: Final = 0.1
"""The share of citizens whose wait is to lie beyond each end of the range."""
PATIENCE: Final = 0.06
"""How much one citizen outside the range stretches it."""
WIDEST: Final = 4.0
NARROWEST: Final = 0.25
SURE_MINUTES: Final = 1.0
"""Waits foretold to be shorter than this teach nothing about ranges."""


def seen_service(learnt: Learnt, service: ServiceId, counter: CounterId, took_ms: float) -> Learnt:
    """Take in that serving somebody kept a counter busy for ``took_ms``."""
    known = learnt.services.get(service, Experience())
    served = known.served + 1
    off = took_ms - known.mean_ms
    mean_ms = known.mean_ms + off / served
    spread = known.spread + off * (took_ms - mean_ms)
    weight, mean = known.at_counters.get(counter, (0.0, 0.0))
    here = (weight + 1, mean + (took_ms - mean) / (weight + 1))
    at_counters = {**known.at_counters, counter: here}
    lesson = replace(
        known, served=served, mean_ms=mean_ms, spread=spread, at_counters=at_counters, called=known.called + 1
    )
    return replace(learnt, services={**learnt.services, service: lesson})


def seen_absence(learnt: Learnt, service: ServiceId, took_ms: float) -> Learnt:
    """Take in that somebody did not come, which kept a counter busy for ``took_ms``."""
    known = learnt.services.get(service, Experience())
    lesson = replace(known, called=known.called + 1, absent=known.absent + 1, absent_ms=known.absent_ms + took_ms)
    return replace(learnt, services={**learnt.services, service: lesson})


def seen_gap(learnt: Learnt, gap_ms: float) -> Learnt:
    """Take in the time between two citizens at a counter for which people waited."""
    if gap_ms > LONGEST_GAP_MS:
        return learnt
    return replace(learnt, gaps=learnt.gaps + 1, gaps_ms=learnt.gaps_ms + gap_ms)


def seen_wait(learnt: Learnt, told: Told, waited_ms: int) -> Learnt:
    """Compare what somebody was told with how long it took, and stretch or shrink the ends of the range."""
    if told.minutes is None or told.low is None or told.high is None or told.minutes < SURE_MINUTES:
        return learnt
    waited = waited_ms / MINUTE
    below = _moved(learnt.below, waited < told.low, TAIL) if told.low > 0 else learnt.below
    above = _moved(learnt.above, waited > told.high, TAIL if told.low > 0 else 2 * TAIL)
    return replace(learnt, below=below, above=above)


def unlearnt(learnt: Learnt, before: Learnt, after: Learnt) -> Learnt:
    """Take back the lessons that led from ``before`` to ``after``; what has moved on since stays as it is."""
    services = dict(learnt.services)
    for service, taught in after.services.items():
        known = before.services.get(service)
        if taught != known and services.get(service) == taught:
            if known is None:
                del services[service]
            else:
                services[service] = known
    same_gaps = (learnt.gaps, learnt.gaps_ms) == (after.gaps, after.gaps_ms)
    gaps, gaps_ms = (before.gaps, before.gaps_ms) if same_gaps else (learnt.gaps, learnt.gaps_ms)
    below = before.below if learnt.below == after.below else learnt.below
    above = before.above if learnt.above == after.above else learnt.above
    return Learnt(services, gaps, gaps_ms, below, above)


def _moved(reach: float, beyond: bool, share: float) -> float:  # noqa: FBT001  # it counts as 0 or 1
    return min(WIDEST, max(NARROWEST, reach * exp(PATIENCE * (beyond - share))))


def carried_over(learnt: Learnt) -> Learnt:
    """Return what the next day starts from: the same means, with the weight of at most ``REMEMBERED`` visits."""
    services = {}
    for service, known in learnt.services.items():
        keep = min(1.0, REMEMBERED / max(known.called, 1.0))
        services[service] = Experience(
            known.served * keep,
            round(known.mean_ms, 1),
            round(known.spread * keep, 1),
            {c: (round(weight * keep, 3), round(mean, 1)) for c, (weight, mean) in known.at_counters.items()},
            known.called * keep,
            known.absent * keep,
            round(known.absent_ms * keep, 1),
        )
    keep = min(1.0, REMEMBERED / max(learnt.gaps, 1.0))
    return Learnt(services, learnt.gaps * keep, round(learnt.gaps_ms * keep, 1), learnt.below, learnt.above)


def service_ms(learnt: Learnt, service: Service) -> float:
    """Return how long serving somebody takes, on average over all counters."""
    known = learnt.services.get(ServiceId(service.id), Experience())
    usual = service.minutes * MINUTE
    return (CONFIGURED_WEIGHT * usual + known.served * known.mean_ms) / (CONFIGURED_WEIGHT + known.served)


def service_ms_at(learnt: Learnt, service: Service, counter: CounterId) -> float:
    """Return how long serving somebody takes at one counter, on average."""
    known = learnt.services.get(ServiceId(service.id), Experience())
    weight, mean = known.at_counters.get(counter, (0.0, 0.0))
    return (COUNTER_WEIGHT * service_ms(learnt, service) + weight * mean) / (COUNTER_WEIGHT + weight)


def variation(learnt: Learnt, service: ServiceId) -> float:
    """Return the standard deviation of a service's times over their mean."""
    known = learnt.services.get(service, Experience())
    usual = VARIATION_WEIGHT * USUAL_VARIATION**2
    seen = known.spread / known.mean_ms**2 if known.mean_ms else 0.0
    return float(((usual + seen) / (VARIATION_WEIGHT + known.served)) ** 0.5)


def absence(learnt: Learnt, service: ServiceId) -> tuple[float, float]:
    """Return the share of those called who do not come, and how long one of them keeps a counter (ms)."""
    known = learnt.services.get(service, Experience())
    share = (ABSENCE_WEIGHT * USUAL_ABSENCE + known.absent) / (ABSENCE_WEIGHT + known.called)
    return share, (USUAL_ABSENT_MS + known.absent_ms) / (1 + known.absent)


def gap_ms(learnt: Learnt) -> float:
    """Return the time that passes between two citizens at a counter while others wait."""
    return learnt.gaps_ms / (learnt.gaps + 1)


def uncertainty(learnt: Learnt, service: ServiceId) -> float:
    """Return the standard error of a service's mean time, over that mean."""
    known = learnt.services.get(service, Experience())
    return float(variation(learnt, service) / (CONFIGURED_WEIGHT + known.served) ** 0.5)
