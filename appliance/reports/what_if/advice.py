"""The smallest roster that keeps the promise on such days.

It begins with every counter in every hour, and takes counter hours away one by one, where there are most to spare
first, as long as the promise still holds, until no single one can be taken. Then it is tried on days that the search
has not seen; if it fails there, what was taken last is given back. Not every roster is tried.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean
from typing import Annotated, Final

import msgspec

from appliance.reports.what_if.answer import MOST_PLAYS, PLAYS, Question, Range, promise_of, spread
from appliance.reports.what_if.answer_text import decimal, percent
from appliance.reports.what_if.changes import MOST_COUNTERS, NEW, BadQuestion, Change, Roster, check, staged
from appliance.reports.what_if.playing import Tell, chance_of, spread_out
from appliance.reports.what_if.plays import LONGEST, Drawn, Pool, Tally, drawn, play, pool
from appliance.simulation.recorded_days import RecordedDay
from appliance.texts import text
from appliance.units import HOUR

SEARCH_PLAYS: Final = 24
"""So many days the search looks at; the roster is tried on others."""
MOST_NEW: Final = 20
"""At most so many counters that the office does not have are tried."""
Hours = dict[int, tuple[str, ...]]


class Wish(msgspec.Struct, frozen=True):
    """``percent``: of 100 citizens, how many shall wait within the promise. ``changes``: made before it is searched."""

    changes: tuple[Change, ...]
    percent: Annotated[float, msgspec.Meta(gt=0, le=100)]
    plays: Annotated[int, msgspec.Meta(ge=1, le=MOST_PLAYS)] = PLAYS
    seed: int = 1
    promise_minutes: Annotated[float, msgspec.Meta(gt=0, le=LONGEST)] | None = None


class AdviceHour(msgspec.Struct, frozen=True):
    """``counters``: who calls in this hour. ``before``: how many did on the days, on average."""

    hour: int
    counters: tuple[str, ...]
    before: float


class Advice(msgspec.Struct, frozen=True):
    """The roster, and what it makes of days that the search has not seen.

    ``kept``: the share of citizens within the promise. ``held``: the share of days on which it was kept for as many as
    wished. ``mean``: of a day's waits, in minutes.
    """

    wish: Wish
    days: tuple[str, ...]
    promise_minutes: float
    hours: tuple[AdviceHour, ...]
    counter_hours: int
    before_hours: float
    kept: Range
    held: float
    mean: Range


def advise(days: Sequence[RecordedDay], wish: Wish, tell: Tell = lambda _done, _all: None) -> Advice:
    """Search.

    Args:
        days: of the office.
        wish: what is wished for.
        tell: is told how much of at most how much is done.

    Raises:
        BadQuestion: if it cannot be searched, or if no number of counters would do.
        PlayFailed: if a play does not come to its end.
    """
    wish = msgspec.convert(msgspec.to_builtins(wish), Wish)
    check(days, wish.changes, wished=False)
    return _Search(days, wish, tell).run()


class _Search:
    def __init__(self, days: Sequence[RecordedDay], wish: Wish, tell: Tell) -> None:
        self._days, self._wish, self._tell = days, wish, tell
        self._known: Pool = pool(days)
        self._promise = promise_of(days, Question((), promise_minutes=wish.promise_minutes))
        self._seen = [self._draw(number) for number in range(SEARCH_PLAYS)]
        self._office = [staged(day, wish.changes) for day in days]
        self._done = self._total = 0

    def run(self) -> Advice:
        names = [counter.id for counter in self._office[0].definition.counters]
        for extra in range(MOST_NEW + 1):
            if extra:
                names.append(next(f"{NEW}-{n}" for n in range(1, MOST_COUNTERS * 2) if f"{NEW}-{n}" not in names))
            hours: Hours = dict.fromkeys(self._of_day(), tuple(names))
            found = self._smaller(hours) if self._holds(hours) else None
            if found is not None:
                self._tell(self._total, self._total)
                return self._advice(*found)
        raise BadQuestion("too_much", counters=len(names), percent=f"{self._wish.percent:g}")

    def _smaller(self, hours: Hours) -> tuple[Hours, list[Tally]] | None:
        """Take away what can be spared; None if not even ``hours`` keep the promise on days that were not seen."""
        self._total = self._done + sum(map(len, hours.values())) + len(hours) + 1
        removed: list[tuple[int, str]] = []
        open_still = set(hours)
        while open_still:
            for hour in sorted(open_still, key=lambda h: (-self._spare(hours, h), h)):
                gone = self._remove(hours, hour)
                if gone is None:
                    open_still.discard(hour)
                else:
                    hours = {**hours, hour: tuple(x for x in hours[hour] if x != gone)}
                    removed.append((hour, gone))
        tallies = self._try(hours)
        while _kept(tallies) * 100 < self._wish.percent:
            if not removed:
                return None
            hour, gone = removed.pop()
            hours = {**hours, hour: (*hours[hour], gone)}
            tallies = self._try(hours)
        return hours, tallies

    def _of_day(self) -> range:
        """Return the hours from the first call, or the first citizen after it, to the last citizen."""
        came = [came.at - day.midnight for day in self._days for came in day.people]
        begins = min(office.begins - day.midnight for day, office in zip(self._days, self._office, strict=True))
        return range(max(begins, min(came)) // HOUR, max(came) // HOUR + 1)

    def _spare(self, hours: Hours, hour: int) -> float:
        """Return how many counters more there are than work of an hour."""
        work = sum(
            busy
            for _, people in self._seen
            for person in people
            for _, busy in person.legs
            if (person.at - self._days[0].midnight) % (24 * HOUR) // HOUR == hour
        )
        return len(hours[hour]) - work / HOUR / len(self._seen)

    def _remove(self, hours: Hours, hour: int) -> str | None:
        """Return a counter that can be taken out of an hour; None if the promise needs them all."""
        tried = set()
        for name in reversed(hours[hour]):
            kind = self._kind(name)
            left = tuple(x for x in hours[hour] if x != name)
            if kind in tried or not left or self._serve(left) != self._serve(hours[hour]):
                continue
            tried.add(kind)
            if self._holds({**hours, hour: left}):
                return name
        return None

    def _kind(self, name: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return what tells a counter from others: which services it calls."""
        definition = self._office[0].definition
        everything = tuple(service.id for service in definition.services)
        return next(((x.services, x.helps) for x in definition.counters if x.id == name), (everything, ()))

    def _serve(self, names: Sequence[str]) -> set[str]:
        return {service for name in names for part in self._kind(name) for service in part}

    def _holds(self, hours: Hours) -> bool:
        self._done += 1
        if self._total:
            self._tell(min(self._done, self._total - 1), self._total)
        return _kept(self._played(hours, self._seen)) * 100 >= self._wish.percent

    def _try(self, hours: Hours) -> list[Tally]:
        """Play the roster on days that the search has not seen."""
        unseen = range(SEARCH_PLAYS, SEARCH_PLAYS + self._wish.plays)
        return spread_out(lambda number: self._play(hours, self._draw(number)), unseen)

    def _played(self, hours: Hours, drawn_days: Sequence[tuple[int, list[Drawn]]]) -> list[Tally]:
        return spread_out(lambda place: self._play(hours, drawn_days[place]), range(len(drawn_days)))

    def _draw(self, number: int) -> tuple[int, list[Drawn]]:
        place = number % len(self._days)
        return place, drawn(self._days[place], self._known, chance_of(self._wish.seed, number))

    def _play(self, hours: Hours, people: tuple[int, list[Drawn]]) -> Tally:
        day = self._days[people[0]]
        return play(day, staged(day, (*self._wish.changes, Roster(hours))), people[1], self._promise)

    def _advice(self, hours: Hours, tallies: Sequence[Tally]) -> Advice:
        ids = [counter.id for counter in self._office[0].definition.counters]
        before = {hour: fmean(self._open(place, hour) for place in range(len(self._days))) for hour in hours}
        return Advice(
            self._wish,
            tuple(day.date for day in self._days),
            self._promise,
            tuple(
                AdviceHour(hour, (*(x for x in ids if x in names), *sorted(set(names) - set(ids))), before[hour])
                for hour, names in sorted(hours.items())
            ),
            sum(map(len, hours.values())),
            sum(before.values()),
            spread(tally.within for tally in tallies),
            sum(100 * tally.within >= self._wish.percent for tally in tallies) / len(tallies),
            spread(tally.mean for tally in tallies),
        )

    def _open(self, place: int, hour: int) -> float:
        day, office = self._days[place], self._office[place]
        begins = day.midnight + hour * HOUR
        spans = [span for shifts in office.shifts.values() for span in shifts]
        return sum(max(0, min(s.closes, begins + HOUR) - max(s.opens, begins)) for s in spans) / HOUR


def _kept(tallies: Sequence[Tally]) -> float:
    """Return the share of all citizens of all plays within the promise."""
    people = sum(tally.stays + tally.unserved for tally in tallies)
    return sum(tally.kept for tally in tallies) / people if people else 1.0


def describe(advice: Advice, language: str) -> list[str]:
    """Return what an advice says, and how sure it is, one sentence each."""

    def say(key: str, **values: object) -> str:
        return text(f"what_if.advice.{key}", language, **values)

    wished = f"{advice.wish.percent:g}"
    return [
        say("needed", hours=advice.counter_hours, before=decimal(advice.before_hours, language)),
        say("kept", kept=percent(advice.kept.mean, language), promise=f"{advice.promise_minutes:g}", percent=wished),
        say(
            "sure",
            share=f"{100 * advice.held:.0f}",
            percent=wished,
            low=percent(advice.kept.low, language),
            high=percent(advice.kept.high, language),
        ),
        say("method"),
    ]


def table(advice: Advice, language: str) -> list[str]:
    """Return the roster as lines: the hour, how many counters there were and are needed, and which."""
    names = ("head_hour", "head_before", "advice.head")
    lines = ["".join(f"{text(f'what_if.{name}', language):>10}" for name in names)]
    for hour in advice.hours:
        before = decimal(hour.before, language)
        lines.append(f"{hour.hour:10d}{before:>10}{len(hour.counters):>10}   {', '.join(hour.counters)}")
    return lines
