"""How well waits are foretold on days that differ, beside a simpler method and one that knows more (pure)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Final

import msgspec
from msgspec.structs import replace

from appliance.commands import TicketNumber
from appliance.engine import learning
from appliance.engine.ahead import Chance
from appliance.engine.events import TicketCalled
from appliance.engine.expected_times import Expectation, expectation
from appliance.engine.model import Day, Ticket, Told
from appliance.engine.wait_estimate import Forecast, forecast, told
from appliance.simulation.varied import BOOKED_WHO_COME
from appliance.simulation.world import Citizen, Scenario, Witness, World
from appliance.units import MINUTE

STEPS: Final = 1_500
"""Calls played for one forecast: a quarter of what the hub plays, and the study is four times as quick."""
EVERY: Final = 4
"""One newcomer in so many is looked at."""
GUESSES_A_LOOK: Final = 3
"""So many of those who wait are looked at every twenty minutes."""


class Guess(msgspec.Struct, frozen=True):
    """What was foretold for one ticket at one moment, in minutes from then."""

    at: int
    ours: float
    low: float
    high: float
    simple: float
    oracle: float


class Score(msgspec.Struct):
    """Absolute errors in minutes, summed over ``guesses``; of ``ranges``, how many waits lay below and above.

    ``ours``: the engine's estimates. ``simple``: position × mean ÷ open counters, with the engine's own position and
    mean. ``oracle``: the engine's method, told the true service times, absences, streams and rosters as they went.
    Ranges are judged where a wait of at least a minute was foretold.
    """

    days: int = 0
    guesses: int = 0
    ours: float = 0.0
    simple: float = 0.0
    oracle: float = 0.0
    ranges: int = 0
    below: int = 0
    above: int = 0

    def add(self, guess: Guess, waited: float) -> None:
        """Take in how long it really took."""
        self.guesses += 1
        self.ours += abs(guess.ours - waited)
        self.simple += abs(guess.simple - waited)
        self.oracle += abs(guess.oracle - waited)
        if guess.ours >= learning.SURE_MINUTES:
            self.ranges += 1
            self.below += waited < guess.low
            self.above += waited > guess.high

    @property
    def against_simple(self) -> float:
        """Return our error over that of the simple method."""
        return self.ours / self.simple

    @property
    def closed(self) -> float:
        """Return which part of the distance from the simple method to the oracle is closed."""
        return (self.simple - self.ours) / (self.simple - self.oracle)

    @property
    def inside(self) -> float:
        """Return the share of waits that lay in their range."""
        return 1 - (self.below + self.above) / self.ranges


class Study(Witness):
    """Plays days, and compares what is foretold with what happens.

    Args:
        chance: for the forecasts; the days have a chance of their own.
    """

    def __init__(self, chance: Chance) -> None:
        self._chance = chance
        self.scores: dict[str, Score] = defaultdict(Score)

    def run(self, scenarios: Iterable[Scenario]) -> None:
        """Play the days of one office, one after the other."""
        self._came = 0
        world = World(self)
        for scenario in scenarios:
            self._scenario = scenario
            self._open: dict[TicketNumber, list[Guess]] = {}
            self._forecast: Forecast | None = None
            self.scores[scenario.kind].days += 1
            world.play(scenario)

    def foretell(self, day: Day, citizen: Citizen) -> Told:
        """Return what a citizen who comes now is told, as the hub would."""
        return told(day, self._forecast, citizen.service, priority=citizen.priority)

    def came(self, day: Day, now: int, number: TicketNumber) -> None:
        """Look at every so manieth newcomer."""
        self._came += 1
        if self._came % EVERY == 0:
            self._guess(day, now, [number])

    def looked(self, day: Day, now: int) -> None:
        """Look at some of those who wait."""
        waiting = [number for number, ticket in day.tickets.items() if ticket.state == "waiting"]
        count = min(GUESSES_A_LOOK, len(waiting))
        self._guess(day, now, [waiting[int(self._chance.random() * len(waiting))] for _ in range(count)])

    def called(self, event: TicketCalled, citizen: int, now: int, free_at: int) -> None:  # noqa: ARG002  # as witnesses are told
        """Compare what was foretold with how long it took."""
        for guess in self._open.pop(event.number, []):
            self.scores[self._scenario.kind].add(guess, (now - guess.at) / MINUTE)

    def _guess(self, day: Day, now: int, numbers: list[TicketNumber]) -> None:
        ours = self._forecast = forecast(day, now, expectation(day, now), self._chance, STEPS)
        oracle = {t.number: t for t in forecast(day, now, self._truth(day, now), self._chance, STEPS).turns}
        turns = {turn.number: turn for turn in ours.turns}
        for turn in (turns[number] for number in numbers):
            truth = oracle[turn.number].minutes
            simple = _simple(day, day.tickets[turn.number], turn.position)
            if turn.minutes is None or turn.low is None or turn.high is None or truth is None or simple is None:
                continue
            guess = Guess(now, turn.minutes, turn.low, turn.high, simple, truth)
            self._open.setdefault(turn.number, []).append(guess)

    def _truth(self, day: Day, now: int) -> Expectation:
        scenario = self._scenario
        helps = any(definition.helps for definition in day.counter_definitions.values())
        to_come = {counter: tuple(s for s in spans if s.closes > now) for counter, spans in scenario.shifts.items()}
        return replace(
            expectation(day, now),
            work=scenario.work,
            gap_ms=0.0,
            shifts=to_come,
            late=frozenset(),
            streams=tuple(stream for stream in scenario.streams if stream.priority or helps),
            booked_who_come=BOOKED_WHO_COME,
        )


def _simple(day: Day, ticket: Ticket, position: int) -> float | None:
    """Return position × mean ÷ open counters, in minutes; None while no counter is open."""
    serving = [
        counter
        for counter, definition in day.counter_definitions.items()
        if day.counters[counter].open and ticket.service in (*definition.services, *definition.helps)
    ]
    if not serving:
        return None
    if position <= sum(day.counters[counter].ticket is None for counter in serving):
        return 0.0
    return position * learning.service_ms(day.learnt, day.services[ticket.service]) / MINUTE / len(serving)
