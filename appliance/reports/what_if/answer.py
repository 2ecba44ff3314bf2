"""What would have happened: the same days in another office, played many times (pure).

Each play draws who comes and what it takes, once for both offices (``plays``). What a play says of a day is what one
day like these may be; the range over the plays is the range that chance makes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from statistics import fmean
from typing import Annotated, Final

import msgspec

from appliance.engine.definition import Rules
from appliance.reports.what_if.changes import Change
from appliance.reports.what_if.plays import LONGEST, Drawn, Pool, Tally, as_recorded, both, drawn
from appliance.reports.what_if.textbook import TextbookHour, textbook
from appliance.simulation.days import Chance
from appliance.simulation.recorded_days import RecordedDay

MOST_PLAYS: Final = 2_000
PLAYS: Final = 200
LOW: Final = 0.1
HIGH: Final = 0.9
"""The ends of a range: eight of ten days lie inside."""
USUAL_PROMISE: Final = float(Rules().promise_minutes)
"""For offices that promise nothing."""


class Question(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is asked: which ``changes``, played how often, from which seed.

    ``promise_minutes``: by which both offices are judged; None for the office's own.
    """

    changes: tuple[Change, ...]
    plays: Annotated[int, msgspec.Meta(ge=1, le=MOST_PLAYS)] = PLAYS
    seed: int = 1
    promise_minutes: Annotated[float, msgspec.Meta(gt=0, le=LONGEST)] | None = None


class Range(msgspec.Struct, frozen=True):
    """A mean over the plays, and the ends between which eight of ten plays lie."""

    mean: float
    low: float
    high: float


class Waits(msgspec.Struct, frozen=True):
    """What an office makes of the days. Minutes; ``kept`` is a share from 0 to 1.

    ``mean``: of a day's waits. ``half``, ``nine_of_ten``: so many minutes are not exceeded by that share of all waits.
    ``unserved``, ``sent_away``: people a day.
    """

    mean: Range
    half: int
    nine_of_ten: int
    kept: Range
    unserved: float
    sent_away: float
    overtime: Range


class HourWaits(msgspec.Struct, frozen=True):
    """The waits of those who come in one hour of the day; None if in most plays nobody does.

    ``came``: stays in a queue, a play.
    """

    hour: int
    came: float
    before: Range | None
    after: Range | None


class Exactly(msgspec.Struct, frozen=True):
    """The days as they were recorded, without any chance: mean waits in minutes.

    ``measured``: what people really waited; None if that is not known. It differs from ``before`` by whatever officers
    did otherwise than the rules.
    """

    measured: float | None
    before: float
    after: float


class Answer(msgspec.Struct, frozen=True):
    """What comes of a question. ``difference``: after less before, play by play, in minutes.

    ``shorter``, ``longer``: the share of plays in which the mean wait was so afterwards. ``error``: the standard error
    of the mean difference. ``left_out``: stays of the days that could not be used.
    """

    question: Question
    days: tuple[str, ...]
    plays: int
    promise_minutes: float
    citizens: float
    before: Waits
    after: Waits
    hours: tuple[HourWaits, ...]
    difference: Range
    shorter: float
    longer: float
    error: float
    exactly: Exactly
    textbook: tuple[TextbookHour, ...]
    left_out: int = 0


Pair = tuple[Tally, Tally]


def promise_of(days: Sequence[RecordedDay], question: Question) -> float:
    """Return the promise by which both offices are judged, in minutes: the wished one, or that of the latest day."""
    return question.promise_minutes or float(days[-1].definition.rules.promise_minutes) or USUAL_PROMISE


def one_play(days: Sequence[RecordedDay], known: Pool, question: Question, number: int, chance: Chance) -> Pair:
    """Play one day in both offices.

    Args:
        days: that were chosen; they take turns.
        known: what they tell together.
        question: what is asked.
        number: of the play, from 0.
        chance: its own, made from the seed and the number.
    """
    day = days[number % len(days)]
    return both(day, question.changes, drawn(day, known, chance), promise_of(days, question))


def exact_play(day: RecordedDay, known: Pool, question: Question, promise_minutes: float) -> Pair:
    """Play a day exactly as it was recorded, in both offices."""
    people: list[Drawn] = as_recorded(day, known)
    return both(day, question.changes, people, promise_minutes)


def answer(
    days: Sequence[RecordedDay], known: Pool, question: Question, plays: Sequence[Pair], exact: Sequence[Pair]
) -> Answer:
    """Put together what the plays came to.

    Args:
        days: that were chosen.
        known: what they tell together.
        question: what was asked.
        plays: each one's tallies, before and after.
        exact: the days as they were recorded, before and after.
    """
    before, after = [pair[0] for pair in plays], [pair[1] for pair in plays]
    differences = [b.mean - a.mean for a, b in plays]
    measured = sum(day.waited[0] for day in days)
    return Answer(
        question,
        tuple(day.date for day in days),
        len(plays),
        promise_of(days, question),
        fmean(tally.stays + tally.unserved for tally in before),
        _waits(before),
        _waits(after),
        _hours(before, after),
        spread(differences),
        sum(difference < 0 for difference in differences) / len(differences),
        sum(difference > 0 for difference in differences) / len(differences),
        _error(differences),
        Exactly(
            sum(count * mean for count, mean in (day.waited for day in days)) / measured if measured else None,
            _pooled(pair[0] for pair in exact),
            _pooled(pair[1] for pair in exact),
        ),
        textbook(days, known, question.changes),
        sum(day.left_out for day in days),
    )


def spread(values: Iterable[float]) -> Range:
    """Return the mean of some plays' values, and between which ends eight of ten lie."""
    ordered = sorted(values)
    return Range(fmean(ordered), quantile(ordered, LOW), quantile(ordered, HIGH))


def quantile(ordered: Sequence[float], share: float) -> float:
    """Return a quantile of ordered values, between two of them in proportion."""
    at = share * (len(ordered) - 1)
    below = int(at)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (at - below)


def _error(values: Sequence[float]) -> float:
    """Return the standard error of a mean; 0 for a single value."""
    if len(values) < 2:
        return 0.0
    mean = fmean(values)
    variance = sum((value - mean) ** 2 for value in values) / (len(values) - 1)
    return float((variance / len(values)) ** 0.5)


def _pooled(tallies: Iterable[Tally]) -> float:
    sums = [one for tally in tallies for one in tally.hours.values()]
    count = sum(count for count, _ in sums)
    return sum(minutes for _, minutes in sums) / count if count else 0.0


def _waits(tallies: Sequence[Tally]) -> Waits:
    histogram: dict[int, int] = {}
    for tally in tallies:
        for minute, count in tally.histogram.items():
            histogram[minute] = histogram.get(minute, 0) + count
    return Waits(
        spread(tally.mean for tally in tallies),
        _minutes(histogram, 0.5),
        _minutes(histogram, 0.9),
        spread(tally.within for tally in tallies),
        fmean(tally.unserved for tally in tallies),
        fmean(tally.sent_away for tally in tallies),
        spread(tally.overtime for tally in tallies),
    )


def _minutes(histogram: dict[int, int], share: float) -> int:
    """Return the fewest whole minutes, rounded up, within which at least ``share`` of all were called."""
    wanted, seen = share * sum(histogram.values()), 0
    for minute in sorted(histogram):
        seen += histogram[minute]
        if seen >= wanted:
            return minute
    return 0


def _hours(before: Sequence[Tally], after: Sequence[Tally]) -> tuple[HourWaits, ...]:
    hours = sorted({hour for tally in (*before, *after) for hour in tally.hours})
    came = {hour: fmean(tally.hours.get(hour, (0, 0.0))[0] for tally in before) for hour in hours}
    return tuple(HourWaits(hour, came[hour], _of_hour(before, hour), _of_hour(after, hour)) for hour in hours)


def _of_hour(tallies: Sequence[Tally], hour: int) -> Range | None:
    """Return the mean waits of one hour over the plays in which anybody came; None if in most of them nobody did."""
    found = [tally.hours[hour] for tally in tallies if hour in tally.hours]
    if 2 * len(found) < len(tallies):
        return None
    return spread(minutes / count for count, minutes in found)
