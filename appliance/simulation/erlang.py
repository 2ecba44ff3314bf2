"""How many counters a load needs: the M/M/c queue in its steady state (pure).

Arrivals are a Poisson stream, service times are exponential, ``c`` counters serve one queue, first come, first served.

Formulas: D. Gross, J. F. Shortle, J. M. Thompson, C. M. Harris, "Fundamentals of Queueing Theory", 4th edition (2008),
chapter 2 (multiserver queues, and Erlang's loss formula with its recurrence). The recurrence
``B(k) = a B(k-1) / (k + a B(k-1))`` adds positive numbers only and needs neither powers nor factorials, so it stays
exact for hundreds of counters, where the textbook sums overflow.
"""

from __future__ import annotations

from math import floor, isfinite
from typing import Final

import msgspec

MOST_COUNTERS: Final = 10_000
MOST_PER_MINUTE: Final = 10_000.0
LONGEST_MINUTES: Final = 600.0
_ROUNDING: Final = 1e-9
"""A load closer to the counters' whole capacity than this fraction is at it: 0.29 × 100 is 28.999… in a computer."""


class BadLoad(ValueError):
    """The question cannot be answered as it was put; the sentence says what to correct."""


class Steady(msgspec.Struct, frozen=True):
    """What a load settles to. Times in minutes; probabilities and utilisation from 0 to 1.

    ``load``: how many counters are busy on average. ``p_wait``: the share of citizens who have to wait. ``lq``: how
    many wait, on average. ``wq``: from arrival to call. ``ws``: from arrival to the end of service.
    """

    load: float
    utilisation: float
    p_wait: float
    lq: float
    wq: float
    ws: float


class Unstable(msgspec.Struct, frozen=True):
    """More work comes than the counters can do: the queue grows for as long as people come, and has no mean.

    ``counters_needed``: the smallest number for which it settles.
    """

    load: float
    counters_needed: int


def capacity(arrivals_per_minute: float, service_minutes: float, counters: int) -> Steady | Unstable:
    """Return what ``counters`` alike make of a load.

    Args:
        arrivals_per_minute: mean number of citizens who come in a minute.
        service_minutes: mean time that serving one takes.
        counters: how many serve the one queue.

    Raises:
        BadLoad: a number is not one, or out of range.
    """
    _check("arrivals per minute", arrivals_per_minute, MOST_PER_MINUTE)
    _check("service minutes", service_minutes, LONGEST_MINUTES)
    if not 1 <= counters <= MOST_COUNTERS:
        raise BadLoad(f"counters must be from 1 to {MOST_COUNTERS}, not {counters}")
    load = arrivals_per_minute * service_minutes
    if not _settles(load, counters):
        return Unstable(load, counters_needed(load))
    waiting = p_wait(load, counters)
    wq = waiting * service_minutes / (counters - load)
    return Steady(
        load=load,
        utilisation=load / counters,
        p_wait=waiting,
        lq=waiting * load / (counters - load),
        wq=wq,
        ws=wq + service_minutes,
    )


def p_wait(load: float, counters: int) -> float:
    """Return Erlang C: the probability that somebody who comes has to wait.

    Args:
        load: arrival rate times mean service time (erlangs), less than ``counters``.
        counters: at least 1.
    """
    lost = 1.0  # Erlang B, the share turned away if there were no room to wait: with no counter, everybody
    for counter in range(1, counters + 1):
        lost = load * lost / (counter + load * lost)
    return counters * lost / (counters - load * (1 - lost))


def counters_needed(load: float) -> int:
    """Return the smallest number of counters for which a load (erlangs) settles."""
    fewest = floor(load) + 1
    return fewest if _settles(load, fewest) else fewest + 1


def _settles(load: float, counters: int) -> bool:
    return counters - load > _ROUNDING * counters


def _check(name: str, value: float, most: float) -> None:
    if not isfinite(value) or not 0 < value <= most:
        raise BadLoad(f"{name} must be more than 0 and at most {most:g}, not {value:g}")
