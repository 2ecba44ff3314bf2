"""How well waits are foretold on days that differ, beside a simpler method and one that knows more (pure)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import msgspec

from appliance.engine import learning
from appliance.engine.ahead import Chance
from appliance.engine.events import TicketCalled
from appliance.engine.expectation import Expectation, expectation
from appliance.engine.model import MINUTE, Day, Span, Ticket, TicketNumber, Told
from appliance.engine.waiting import Forecast, Turn, forecast, told
from appliance.simulation.world import Citizen, Scenario, World


class Guess(msgspec.Struct, frozen=True):
    """What was foretold for one ticket at one moment, in minutes from then."""

    at: int
    ours: float
    low: float
    high: float
    simple: float
    oracle: float


class Score(msgspec.Struct):
    """Absolute errors in minutes, summed, over ``guesses``; how many waits lay below, in and above the range."""

    guesses: int = 0
    ours: float = 0.0
    simple: float = 0.0
    oracle: float = 0.0
    ranges: int = 0
    below: int = 0
    above: int = 0
    days: int = 0


class Study:
    """Plays days and compares."""

    def __init__(self, chance: Chance, steps: int = 1500, every: int = 4) -> None:
        self._chance = chance
        self._steps = steps
        self._every = every
        self.scores: dict[str, Score] = defaultdict(Score)

    def run(self, scenarios: Iterable[Scenario]) -> None:
        """Play the days of one office."""
        self._open: dict[TicketNumber, list[Guess]] = {}
        self._forecast: Forecast | None = None
        self._came = 0
        world = World(self._foretell, self._observe, self._called)
        for scenario in scenarios:
            self._scenario = scenario
            self._score = self.scores[scenario.kind]
            self._score.days += 1
            self._open.clear()
            self._forecast = None
            world.play(scenario)

    def _foretell(self, day: Day, now: int, citizen: Citizen) -> Told | None:
        return told(day, self._forecast, citizen.service, priority=citizen.priority)

    def _observe(self, day: Day, now: int, number: TicketNumber | None) -> None:
        self._came += 1
        if number is not None and self._came % self._every:
            return
        ours = self._forecast = forecast(day, now, expectation(day, now), self._chance, self._steps)
        oracle = forecast(day, now, self._truth(day, now), self._chance, self._steps)
        known = {turn.number: turn for turn in oracle.turns}
        for turn in self._asked(ours, number):
            truth = known[turn.number]
            if turn.minutes is None or turn.low is None or turn.high is None or truth.minutes is None:
                continue
            simple = self._simple(day, day.tickets[turn.number], turn.position)
            if simple is None:
                continue
            guess = Guess(now, turn.minutes, turn.low, turn.high, simple, truth.minutes)
            self._open.setdefault(turn.number, []).append(guess)

    def _asked(self, ours: Forecast, number: TicketNumber | None) -> list[Turn]:
        """Return whose wait is looked at: the newcomer's, or, now and then, that of three who wait."""
        if number is not None:
            return [turn for turn in ours.turns if turn.number == number]
        return [ours.turns[int(self._chance.random() * len(ours.turns))] for _ in range(min(3, len(ours.turns)))]

    def _called(self, event: TicketCalled, now: int) -> None:
        for guess in self._open.pop(event.number, []):
            waited = (now - guess.at) / MINUTE
            score = self._score
            score.guesses += 1
            score.ours += abs(guess.ours - waited)
            score.simple += abs(guess.simple - waited)
            score.oracle += abs(guess.oracle - waited)
            if guess.ours < learning.SURE_MINUTES:
                continue
            score.ranges += 1
            score.below += waited < guess.low - 0.05
            score.above += waited > guess.high + 0.05

    def _simple(self, day: Day, ticket: Ticket, position: int) -> float | None:
        """Position × mean ÷ open counters: what a good ordinary system says. It is given our position and our mean."""
        counters = [
            x
            for x, state in day.counters.items()
            if state.open
            and ticket.service in (*day.counter_definitions[x].services, *day.counter_definitions[x].helps)
        ]
        if not counters:
            return None
        if position <= sum(day.counters[x].ticket is None for x in counters):
            return 0.0
        mean = learning.service_ms(day.learnt, day.services[ticket.service]) / MINUTE
        return position * mean / len(counters)

    def _truth(self, day: Day, now: int) -> Expectation:
        scenario = self._scenario
        helps = any(x.helps for x in day.counter_definitions.values())
        return msgspec.structs.replace(
            expectation(day, now),
            work=scenario.work,
            gap_ms=0.0,
            shifts={
                x: tuple(Span(s.opens, s.closes) for s in spans if s.closes > now)
                for x, spans in scenario.shifts.items()
            },
            late=frozenset(),
            streams=tuple(s for s in scenario.streams if s.priority or helps),
            booked_who_come=0.85,
        )
