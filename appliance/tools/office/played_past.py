"""Days on which people really waited, played by the engine into a hub's database: for demonstrations and tests."""

from __future__ import annotations

import random
from collections.abc import Mapping
from contextlib import closing
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from appliance.commands import CounterId, ServiceId
from appliance.engine import events as e
from appliance.engine.events import Entry, Event
from appliance.engine.evolve import evolve
from appliance.engine.expected_times import Work
from appliance.engine.model import Day, Definition, Span, Told
from appliance.simulation.world import Citizen, Scenario, Witness, World
from appliance.store.store import Happened, Store
from appliance.units import HOUR, MINUTE

ARRIVALS: Final = (30, 28, 20, 14, 10, 6)
"""Of a hundred citizens, how many come in each hour from the opening on: most early, as at land offices."""
PRIORITY, ABSENT = 0.12, 0.05


class Recording(World):
    """Plays days, and writes all that happens into a store, a day at a time.

    Args:
        store: empty, or with days before.
        witness: tells citizens how long it may take.
        officers: who sits at a counter; whoever has none uses the keypad alone.
        stays_open: whether days are left open.
    """

    def __init__(
        self, store: Store, witness: Witness, officers: Mapping[str, str] | None = None, *, stays_open: bool = False
    ) -> None:
        super().__init__(witness)
        self._store = store
        self._officers = officers or {}
        self._stays_open = stays_open
        self._happened: list[Happened] = []

    def play(self, scenario: Scenario) -> None:
        """Play a day and write it in one transaction, which is quick."""
        super().play(scenario)
        self._store.commit(self._happened, self.day)
        self._happened = []

    def _evolve(self, decision: list[Event], now: int) -> list[Event]:
        if self._stays_open and any(isinstance(event, e.DayClosed) for event in decision):
            return decision
        entries = []
        for event in decision:
            entry = Entry(self.day.seq + 1, max(now, self.day.at), event)
            evolve(self.day, entry)
            entries.append(entry)
        self._happened.append(Happened(entries, self._who_did(decision), None))
        return decision

    def _who_did(self, decision: list[Event]) -> str:
        if any(isinstance(event, e.DayOpened | e.DayClosed | e.OfficeDefined) for event in decision):
            return "hub"
        counter = getattr(decision[-1], "counter", None)
        if counter is None:
            return "kiosk-1"
        officer = self._officers.get(counter)
        return f"web-1 {officer}" if officer else f"keypad-{counter}"


class RuleOfThumb(Witness):
    """Tells whoever comes what a queue of theirs usually takes; good enough for a past that nobody lived."""

    def foretell(self, day: Day, citizen: Citizen) -> Told | None:
        """Return people ahead times the usual minutes, over the open counters, with a range around it."""
        ahead = sum(map(len, day.waiting.values()))
        counters = sum(counter.open for counter in day.counters.values()) or 1
        minutes = ahead * day.services[citizen.service].minutes / counters
        return Told(ahead, minutes, 0.6 * minutes, 1.5 * minutes + 5)


def weeks(file: Path, definition: Definition, before: str, number: int, officers: Mapping[str, str], seed: int) -> None:
    """Make a database with the working days of some weeks.

    Args:
        file: must not exist.
        definition: the office's; its counters serve everything.
        before: the business day (YYYY-MM-DD) on which that past ends.
        number: of weeks.
        officers: who sits at which counter.
        seed: of all that is drawn.
    """
    with closing(Store(file)) as store:
        world, chance = Recording(store, RuleOfThumb(), officers), random.Random(seed)
        end = date.fromisoformat(before)
        for back in range(7 * number, 0, -1):
            day = end - timedelta(days=back)
            if day.weekday() < 5:  # Saturday
                world.play(_scenario(definition, day, chance))


def _scenario(definition: Definition, day: date, chance: random.Random) -> Scenario:
    """Return one day: more citizens on Mondays; all officers but one go to lunch."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(definition.zone))
    opens = int((midnight + timedelta(hours=8)).timestamp() * 1000)
    closes, ends = opens + 6 * HOUR, opens + 10 * HOUR
    counters = [CounterId(counter.id) for counter in definition.counters]
    work = {
        (ServiceId(service.id), counter): Work(round(service.minutes * MINUTE), 0.35, ABSENT, 60_000.0)
        for service in definition.services
        for counter in counters
    }
    lunch = opens + 4 * HOUR
    shifts: dict[CounterId, tuple[Span, ...]] = {
        counter: (Span(opens, lunch), Span(lunch + HOUR // 2, ends)) for counter in counters
    }
    shifts[counters[0]] = (Span(opens, ends),)
    come = round((50 if day.weekday() == 0 else 38) * len(counters) * chance.uniform(0.85, 1.15))
    citizens = sorted((_citizen(definition, opens, chance) for _ in range(come)), key=lambda citizen: citizen.at)
    return Scenario("past", day.isoformat(), definition, opens, closes, ends, work, shifts, tuple(citizens))


def _citizen(definition: Definition, opens: int, chance: random.Random) -> Citizen:
    (hour,) = chance.choices(range(len(ARRIVALS)), ARRIVALS)
    service = chance.choices(definition.services, range(len(definition.services) + 1, 1, -1))[0]
    return Citizen(
        opens + round((hour + chance.random()) * HOUR),
        ServiceId(service.id),
        priority=chance.random() < PRIORITY,
        shows=chance.random() >= ABSENT,
        luck=chance.lognormvariate(-0.06, 0.35),
    )
