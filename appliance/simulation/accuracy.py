"""How well waits are foretold on days that differ, beside the literature's methods and one that knows more (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from msgspec.structs import replace

from appliance.commands import TicketNumber
from appliance.engine.ahead import Chance
from appliance.engine.events import TicketCalled
from appliance.engine.expected_times import Expectation, expectation
from appliance.engine.model import Day, Ticket, Told
from appliance.engine.wait_estimate import Forecast, Prospect, forecast, told
from appliance.simulation.judged import OURS, Guess, Judged
from appliance.simulation.predictors import Predictors, class_of
from appliance.simulation.varied import BOOKED_WHO_COME
from appliance.simulation.world import Citizen, Scenario, Witness, World
from appliance.units import HOUR, MINUTE

STEPS: Final = 1_500
"""Calls played for one forecast: a quarter of what the hub plays, and the study is four times as quick."""
TOLD_EVERY: Final = 5
"""One newcomer in so many is told a wait, from a forecast of that moment as the hub has one. The ranges learn by it."""
EVERY: Final = 15
"""One newcomer in so many is looked at; a multiple of the other."""
PARTS: Final = (0, 25, 50, 75)
"""They are looked at when so many per cent of their wait have gone by."""
Said = tuple[float | None, float | None, float | None]
ORACLE: Final = "oracle"
"""The engine's method, told the true service times, absences, streams and rosters as they went."""


class Waits(Witness):
    """Notes how long everybody waits, on days that nobody looks at."""

    def __init__(self) -> None:
        self.of: dict[int, int] = {}
        """Milliseconds from arrival to call, by place in the scenario."""

    def called(self, event: TicketCalled, citizen: int, now: int, free_at: int) -> None:  # noqa: ARG002  # as told
        """Note it."""
        self.of[citizen] = event.waited_ms


class Study(Witness):
    """Plays days, and compares what is foretold with what happens.

    Args:
        chance: for the forecasts; the days have a chance of their own.
        oracle: for the method that knows more; None to leave it out, which saves half of the work and changes nothing.
    """

    def __init__(self, chance: Chance, oracle: Chance | None = None) -> None:
        self._chance = chance
        self._oracle = oracle
        self.days = 0
        self.judged = Judged()

    def run(self, scenarios: Iterable[Scenario]) -> None:
        """Play the days of one office, one after the other."""
        days = list(scenarios)
        self._world = World(self)
        for scenario, waits in zip(days, _waits(days), strict=True):
            self._scenario, self._waits = scenario, waits
            self._open: dict[TicketNumber, list[Guess]] = {}
            self._came = -1  # the place of whoever comes next is then the number of those who came
            self._predictors = Predictors()
            self.days += 1
            self._world.play(scenario)

    def moments(self, scenario: Scenario) -> Iterable[tuple[int, int]]:
        """Look at some citizens again as their wait goes by."""
        for place, citizen in enumerate(scenario.citizens):
            waits = self._waits.get(place, 0)
            if waits and self._chosen(place):
                for part in PARTS[1:]:
                    yield citizen.at + waits * part // 100, place

    def foretell(self, day: Day, citizen: Citizen) -> Told:
        """Return what a citizen who comes now is told, as the hub would; a study of all would take too long."""
        self._came += 1
        if (self._came + self.days) % TOLD_EVERY:
            return told(day, None, citizen.service, priority=citizen.priority)
        self._forecast = forecast(day, citizen.at, expectation(day, citizen.at), self._chance, STEPS)
        return told(day, self._forecast, citizen.service, priority=citizen.priority)

    def came(self, day: Day, now: int, number: TicketNumber, citizen: int) -> None:
        """Look at some of those who come."""
        if self._chosen(citizen):
            ticket = day.tickets[number]
            if ticket.told is not None:
                said = ticket.told
                self._note(day, now, ticket, 0, said.ahead + 1, (said.minutes, said.low, said.high))

    def looked(self, day: Day, now: int, number: TicketNumber, citizen: int) -> None:
        """Look at them once more."""
        gone = 100 * (now - self._scenario.citizens[citizen].at) / self._waits[citizen]
        self._guess(day, now, number, min(PARTS[1:], key=lambda part: abs(part - gone)))

    def called(self, event: TicketCalled, citizen: int, now: int, free_at: int) -> None:  # noqa: ARG002  # as witnesses are told
        """Compare what was foretold with how long it took."""
        self._predictors.called(self._world.day.tickets[event.number], event.waited_ms)
        for guess in self._open.pop(event.number, []):
            self.judged.add(guess, (now - guess.at) / MINUTE)

    def _chosen(self, place: int) -> bool:
        return (place + self.days) % EVERY == 0

    def _guess(self, day: Day, now: int, number: TicketNumber, part: int) -> None:
        ours = forecast(day, now, expectation(day, now), self._chance, STEPS)
        turn = _of(ours, number)
        self._note(day, now, day.tickets[number], part, turn.position, (turn.minutes, turn.low, turn.high))

    def _note(self, day: Day, now: int, ticket: Ticket, part: int, position: int, said: Said) -> None:
        """Keep what was said of a ticket until it is called: our minutes with their range."""
        ours, low, high = said
        others = self._predictors.remaining(day, now, ticket, position)
        if ours is None or low is None or high is None or others is None:
            return
        minutes = {OURS: ours} | {str(name): minutes for name, minutes in others.items()}
        if self._oracle is not None:
            knows = _of(forecast(day, now, self._truth(day, now), self._oracle, STEPS), ticket.number).minutes
            if knows is None:
                return
            minutes[ORACLE] = knows
        hour = (now - self._scenario.opens) // HOUR
        groups = (("part", str(part)), ("service", ticket.service), ("hour", str(hour)), ("class", class_of(ticket)))
        self._open.setdefault(ticket.number, []).append(Guess(now, minutes, low, high, groups))

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


def _of(all_of_them: Forecast, number: TicketNumber) -> Prospect:
    return next(turn for turn in all_of_them.turns if turn.number == number)


def _waits(days: Sequence[Scenario]) -> list[dict[int, int]]:
    """Return how long everybody will wait, for each day: what is told changes nothing about who is called."""
    found = []
    for scenario in days:
        witness = Waits()
        World(witness).play(scenario)
        found.append(witness.of)
    return found
