"""A small office whose days are played by the engine into a real database: what happened there is known exactly."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from appliance.commands import CounterId, ServiceId
from appliance.engine.expected_times import Work, expectation
from appliance.engine.model import Counter, Definition, Rules, Service, Span
from appliance.engine.wait_estimate import forecast, told
from appliance.simulation.world import Citizen, Scenario, Witness
from appliance.store.store import Store
from appliance.tools.office.played_past import Recording
from appliance.units import HOUR, MINUTE

ZONE = ZoneInfo("Asia/Jakarta")
MONDAY = "2026-04-06"
FILE, ADVICE = ServiceId("file"), ServiceId("advice")
CITIZENS = 60
OFFICE = Definition(
    {"en": "Office"},
    (Service(FILE, "A", {"en": "File"}, minutes=4.0), Service(ADVICE, "B", {"en": "Advice"}, minutes=8.0)),
    (
        Counter("1", {"en": "1"}, (FILE, ADVICE), open_with_day=False),
        Counter("2", {"en": "2"}, (FILE, ADVICE), open_with_day=False),
    ),
    Rules(seconds_between_calls=0, no_show_min_seconds=10, promise_minutes=20),
    hours={"mon": (("08:00", "11:00"),), "tue": (("08:00", "11:00"),)},
)


def midnight(day: str) -> int:
    return int(datetime.combine(date.fromisoformat(day), datetime.min.time(), ZONE).timestamp() * 1000)


class Foretelling(Witness):
    """Tells everybody who comes a wait, as the hub does, and notes what is known of each call."""

    def __init__(self) -> None:
        self.chance = random.Random(5)
        self.stays = []

    def foretell(self, day, citizen):
        now = max(citizen.at, day.at)
        made = forecast(day, now, expectation(day, now), self.chance, 200)
        return told(day, made, citizen.service, priority=citizen.priority)

    def called(self, event, citizen, now, free_at):
        self.stays.append((event.number, event.service, event.counter, event.waited_ms, now, free_at))


def scenario(day: str, seed: int, citizens: int = CITIZENS) -> Scenario:
    """Return a day: a steady stream from eight to eleven, both counters there, the second one from nine on."""
    chance = random.Random(seed)
    eight = midnight(day) + 8 * HOUR
    come = sorted(_people(chance, eight, citizens), key=lambda citizen: citizen.at)
    counters = [CounterId("1"), CounterId("2")]
    work = {
        (s, x): Work((4 if s == FILE else 8) * MINUTE, 0.3, 0.05, 60_000.0) for s in (FILE, ADVICE) for x in counters
    }
    shifts = {
        counters[0]: (Span(eight, eight + 8 * HOUR),),
        counters[1]: (Span(eight + HOUR, eight + 8 * HOUR),),
    }
    return Scenario("test", day, OFFICE, eight, eight + 3 * HOUR, eight + 8 * HOUR, work, shifts, tuple(come))


def _people(chance, eight, citizens):
    for _ in range(citizens):
        yield Citizen(
            eight + int(chance.random() * 3 * HOUR),
            FILE if chance.random() < 0.7 else ADVICE,
            priority=chance.random() < 0.1,
            shows=chance.random() < 0.95,
            luck=0.5 + chance.random(),
        )


def make(file, weeks: int = 2, *, closed: bool = True):
    """Play so many Mondays up to ``MONDAY`` into a database; return the scenarios and the stays of the last one."""
    store = Store(file)
    days = [(date.fromisoformat(MONDAY) - timedelta(days=7 * back)).isoformat() for back in reversed(range(weeks))]
    witness = Foretelling()
    world = Recording(store, witness, stays_open=not closed)
    played = []
    for seed, day in enumerate(days):
        witness.stays = []
        played.append(scenario(day, seed))
        world.play(played[-1])
    store.close()
    return played, witness.stays
