"""The textbook's answer beside the played one: M/M/c for each hour of the day, with what it assumes (pure).

Erlang C takes each hour as if it had gone on for ever: one queue, arrivals at random at a steady rate, exponential
service times, counters all alike. Where more work comes than the counters can do there is no mean, and none is given.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from appliance.commands import ServiceId
from appliance.reports.what_if.changes import Change, Staged, staged
from appliance.reports.what_if.plays import Pool
from appliance.simulation.erlang import LONGEST_MINUTES, Steady, capacity
from appliance.simulation.recorded_days import RecordedDay
from appliance.units import HOUR, MINUTE

SHORTEST_MINUTES: Final = 0.01


class TextbookOffice(msgspec.Struct, frozen=True):
    """``counters``: open on average, rounded. ``utilisation``: work over counters; unstable from 1 on.

    ``wait_minutes``, ``stay_minutes``: arrival to call, and to the end of service; None where it is unstable.
    ``needed``: the fewest counters for which it settles.
    """

    counters: int
    utilisation: float
    stable: bool
    wait_minutes: float | None
    stay_minutes: float | None
    needed: int


class TextbookHour(msgspec.Struct, frozen=True):
    """One hour of the days. ``service_minutes``: mean time at a counter of those who came."""

    hour: int
    arrivals_per_minute: float
    service_minutes: float
    before: TextbookOffice
    after: TextbookOffice


def textbook(days: Sequence[RecordedDay], known: Pool, changes: Sequence[Change]) -> tuple[TextbookHour, ...]:
    """Return the textbook's answer for each hour in which anybody came, on average over the days."""
    offices = [(day, staged(day), staged(day, changes)) for day in days]
    hours = sorted({(came.at - day.midnight) // HOUR for day in days for came in day.people})
    found = []
    for hour in hours:
        work = [
            _mean_ms(leg.busy_ms, leg.service, known)
            for day in days
            for came in day.people
            if (came.at - day.midnight) // HOUR == hour
            for leg in came.legs
        ]
        rate = len(work) / len(days) / 60
        minutes = min(max(sum(work) / len(work) / MINUTE, SHORTEST_MINUTES), LONGEST_MINUTES)
        before, after = (
            sum(_open(day, office, hour) for day, office in pairs) / len(days)
            for pairs in ([(d, b) for d, b, _ in offices], [(d, a) for d, _, a in offices])
        )
        found.append(TextbookHour(hour, rate, minutes, settled(rate, minutes, before), settled(rate, minutes, after)))
    return tuple(found)


def settled(rate: float, minutes: float, counters: float) -> TextbookOffice:
    """Return what so many counters make of a load, in the long run.

    Args:
        rate: arrivals a minute.
        minutes: mean service time.
        counters: open on average; rounded, at least one.
    """
    count = max(1, round(counters))
    result = capacity(rate, minutes, count)
    needed = capacity(rate, minutes, 1)
    fewest = 1 if isinstance(needed, Steady) else needed.counters_needed
    if isinstance(result, Steady):
        return TextbookOffice(count, result.utilisation, True, result.wq, result.ws, fewest)
    return TextbookOffice(count, result.load / count, False, None, None, fewest)


def _mean_ms(own: int | None, service: ServiceId, known: Pool) -> float:
    times = known.busy[service]
    return float(own) if own is not None else sum(times) / len(times)


def _open(day: RecordedDay, office: Staged, hour: int) -> float:
    """Return how many counters call in an hour, on average."""
    begins, ends = day.midnight + hour * HOUR, day.midnight + (hour + 1) * HOUR
    return sum(
        max(0, min(span.closes, ends) - max(span.opens, begins)) / HOUR
        for spans in office.shifts.values()
        for span in spans
    )
