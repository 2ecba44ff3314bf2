"""What an office foretold on a past day, against what happened, beside the literature's predictors (pure).

At issue it is what the ticket said, as it stands in the log. Later in the wait it is what the bus would have said: the
day is gone through again, event by event, and the engine's estimate is made anew at that moment.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from appliance.commands import ServiceId, TicketNumber
from appliance.engine import events as e
from appliance.engine.ahead import Chance
from appliance.engine.evolve import evolve
from appliance.engine.expected_times import expectation
from appliance.engine.model import Day, Definition
from appliance.engine.wait_estimate import STEPS, forecast
from appliance.simulation.accuracy import PARTS
from appliance.simulation.judged import OURS, Guess, Judged
from appliance.simulation.predictors import Predictors, class_of
from appliance.units import HOUR, MINUTE

Said = tuple[float | None, float | None, float | None]
LOOKS: Final = 150
"""At most so many looks at those who wait are taken on one day, spread evenly over it."""


class LoggedDay(msgspec.Struct, frozen=True):
    """One business day of a log. ``defined``: the office as it opened; ``midnight``: ms since 1970."""

    date: str
    midnight: int
    defined: Definition
    entries: tuple[e.Entry, ...]


class Wait(msgspec.Struct, frozen=True):
    """One ticket's first wait, in a queue that nobody changed meanwhile. ``seq``: of the event that gave the number."""

    seq: int
    number: TicketNumber
    service: ServiceId
    came: int
    called: int


def judge(logged: LoggedDay, chance: Chance, looks: int = LOOKS, steps: int = STEPS) -> Judged:
    """Judge one day.

    Args:
        logged: the day.
        chance: for the forecasts that are made anew.
        looks: at most so many of them.
        steps: calls to be played for each.
    """
    return _Judging(logged, chance, steps).run(looks)


class _Judging:
    """Goes through one day again."""

    def __init__(self, logged: LoggedDay, chance: Chance, steps: int) -> None:
        self._logged, self._chance, self._steps = logged, chance, steps
        self._day, self._predictors, self._judged = Day(), Predictors(), Judged()

    def run(self, looks: int) -> Judged:
        entries, day = self._logged.entries, self._day
        waits = list(first_waits(entries))
        given = {wait.seq: wait for wait in waits}
        moments = deque(sorted(_moments(waits, looks), key=lambda moment: moment[0]))
        evolve(day, e.Entry(entries[0].seq - 1, entries[0].at, e.OfficeDefined(self._logged.defined)))
        for entry in entries:
            while moments and moments[0][0] < entry.at:
                self._look(*moments.popleft())
            evolve(day, entry)
            event = entry.event
            if isinstance(event, e.TicketIssued) and entry.seq in given:
                said = event.told
                self._note(given[entry.seq], entry.at, 0, said.ahead + 1, (said.minutes, said.low, said.high))
            elif isinstance(event, e.TicketCalled):
                self._predictors.called(day.tickets[event.number], event.waited_ms)
        return self._judged

    def _look(self, at: int, part: int, wait: Wait) -> None:
        day = self._day
        if day.tickets[wait.number].state != "waiting":  # called, taken back, and called again
            return
        turns = forecast(day, at, expectation(day, at), self._chance, self._steps).turns
        turn = next(turn for turn in turns if turn.number == wait.number)
        self._note(wait, at, part, turn.position, (turn.minutes, turn.low, turn.high))

    def _note(self, wait: Wait, at: int, part: int, position: int, said: Said) -> None:
        """Judge what was said of a ticket at a moment, if anything was."""
        ours, low, high = said
        ticket = self._day.tickets[wait.number]
        others = self._predictors.remaining(self._day, at, ticket, position)
        if ours is None or low is None or high is None or others is None:
            return
        minutes = {OURS: ours} | {str(name): told for name, told in others.items()}
        hour = (wait.came - self._logged.midnight) // HOUR
        groups = (
            ("part", str(part)),
            ("service", wait.service),
            ("hour", f"{hour:02d}"),
            ("class", class_of(ticket)),
        )
        self._judged.add(Guess(at, minutes, low, high, groups), (wait.called - at) / MINUTE)


def first_waits(entries: Iterable[e.Entry]) -> Iterable[Wait]:
    """Yield how long each ticket waited for its first call, if it was called by rule, and for what it was given."""
    given: dict[TicketNumber, tuple[int, int, ServiceId]] = {}
    entries = list(entries)
    undone = {entry.event.reverses for entry in entries if isinstance(entry.event, e.CallUndone)}
    for entry in entries:
        event = entry.event
        if isinstance(event, e.TicketIssued):
            given[event.number] = (entry.seq, entry.at, event.service)
        elif isinstance(event, (e.TicketChanged, e.TicketVoided, e.TicketCancelled)):
            given.pop(event.number, None)
        elif isinstance(event, e.TicketCalled) and entry.seq not in undone:
            found = given.pop(event.number, None)
            if found is not None and not event.reason.startswith("picked_"):
                yield Wait(found[0], event.number, found[2], found[1], entry.at)


def _moments(waits: Sequence[Wait], looks: int) -> Iterable[tuple[int, int, Wait]]:
    """Yield when to look at whom, and which part of the wait has then gone by."""
    waited = [wait for wait in waits if wait.called > wait.came]
    parts = PARTS[1:]
    people = min(len(waited), looks // len(parts))
    for place in range(people):
        wait = waited[place * len(waited) // people]
        for part in parts:
            yield wait.came + (wait.called - wait.came) * part // 100, part, wait
