"""Offices whose counters are all alike and serve everybody, first come, first served (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from appliance.commands import CounterId, ServiceId
from appliance.engine.events import TicketCalled
from appliance.engine.expected_times import Work
from appliance.engine.model import Counter, Definition, Rules, Service, Span
from appliance.simulation.world import NEVER, Citizen, Scenario, Witness, World
from appliance.units import SECOND

MOST_COUNTERS: Final = 500
SERVICE: Final = ServiceId("service")
RULES: Final = Rules(seconds_between_calls=0)
"""The defaults, but for slips of the finger: a virtual officer makes none."""
ABSENT_MS: Final = RULES.no_show_min_calls * RULES.no_show_min_seconds * SECOND
"""So long somebody who does not come keeps a counter busy."""


class Visitor(msgspec.Struct, frozen=True):
    """Somebody who will come. Milliseconds; ``arrives`` on the virtual clock; ``shows``: hears the call and comes."""

    arrives: int
    service_ms: int
    shows: bool = True
    service: ServiceId = SERVICE


class Stay(msgspec.Struct, frozen=True):
    """What became of one visitor. ``place``: in the list of visitors. ``called``, ``ended``: ms, virtual clock.

    ``served`` is False for somebody who did not come when called; ``ended`` is then when they were written off.
    """

    place: int
    number: str
    counter: CounterId
    waited_ms: int
    called: int
    ended: int
    served: bool


class PlayedOffice(Witness):
    """An office to play days in.

    Args:
        counters: how many.
        services: their ids; every one has a series of numbers of its own.
    """

    def __init__(self, counters: int, services: Sequence[ServiceId] = (SERVICE,)) -> None:
        self._counters = [CounterId(str(n)) for n in range(1, counters + 1)]
        self._definition = Definition(
            {"en": "Simulated office"},
            tuple(Service(i, chr(ord("A") + place), {"en": i}) for place, i in enumerate(services)),
            tuple(Counter(i, {"en": f"Counter {i}"}, tuple(services)) for i in self._counters),
            RULES,
        )
        # A visitor's own time is given: the mean is one millisecond.
        self._work = {(s, x): Work(1.0, 0.0, 0.0, ABSENT_MS) for s in services for x in self._counters}
        self._world = World(self)
        self._visitors: Sequence[Visitor] = ()
        self._visits: list[Stay] = []

    def play(self, date: str, begins: int, visitors: Sequence[Visitor], calls_from: int | None = None) -> list[Stay]:
        """Open, let everybody come, serve them all, and close.

        Of an arrival and a counter becoming free in the same millisecond, the arrival comes first. Of several free
        counters, the one with the lowest number calls.

        Args:
            date: later than that of the day before (YYYY-MM-DD).
            begins: when numbers begin to be given out; not before the end of the day before.
            visitors: in the order of arrival, none before ``begins``.
            calls_from: when the counters begin to call, if later.

        Returns:
            One visit a visitor, in the order of the calls.

        Raises:
            EngineRefused: a rule forbade what the office did.
        """
        shift = (Span(begins if calls_from is None else calls_from, NEVER),)
        citizens = tuple(Citizen(v.arrives, v.service, shows=v.shows, luck=v.service_ms) for v in visitors)
        self._visitors, self._visits = visitors, []
        shifts: dict[CounterId, tuple[Span, ...]] = dict.fromkeys(self._counters, shift)
        self._world.play(Scenario("alike", date, self._definition, begins, NEVER, NEVER, self._work, shifts, citizens))
        return self._visits

    @property
    def now(self) -> int:
        """Return the virtual time of the last thing that happened."""
        return self._world.day.at

    def called(self, event: TicketCalled, citizen: int, now: int, free_at: int) -> None:
        """Note who was called."""
        shows = self._visitors[citizen].shows
        self._visits.append(Stay(citizen, event.number, event.counter, event.waited_ms, now, free_at, served=shows))
