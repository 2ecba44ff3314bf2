"""One way in which the next hours may go: the office played ahead by its own rules, with drawn times (pure)."""

from __future__ import annotations

import heapq
from bisect import insort
from collections.abc import Iterator
from copy import copy
from math import exp, log1p, sqrt
from statistics import NormalDist
from typing import Final, Protocol

import msgspec
from msgspec.structs import replace

from appliance.commands import CounterId, ServiceId, TicketNumber
from appliance.engine.expected_times import LATE_MS, Expectation, Work
from appliance.engine.model import CounterNow, Day, Place, Span, Ticket
from appliance.engine.next_call import choose, copied, copied_counter

MOST_LATER: Final = 400
"""So many citizens who come later are played in one run; more would change nothing for those who wait."""
NEVER: Final = 1 << 60
MARKER: Final = "?"
"""Numbers that begin so stand for somebody who comes now; they are called, and take nobody's time."""
LATER: Final = "!"
"""Numbers that begin so stand for those who come later."""
_NORMAL: Final = NormalDist()


class Chance(Protocol):
    """Where randomness comes from; a seeded ``random.Random`` is one."""

    def random(self) -> float:
        """Return a number from 0 to just below 1."""


class Scene(msgspec.Struct, frozen=True):
    """The moment from which the office is played ahead: a copy, so that the day may go on meanwhile.

    ``office``: the queues with everybody who waits, and the markers at their ends. ``at_counters``: who is there now.
    """

    now: int
    office: Day
    at_counters: dict[CounterId, Ticket | None]


def scene(day: Day, now: int, markers: list[Ticket]) -> Scene:
    """Return the present moment of ``day``, with ``markers`` for those who might come now."""
    waiting = [copy(ticket) for ticket in day.tickets.values() if ticket.state == "waiting"]
    office = Day(
        definition=day.definition,
        seq=day.seq + 1,
        tickets={ticket.number: ticket for ticket in (*waiting, *markers)},
        waiting={service: copied(queue) for service, queue in day.waiting.items()},
        counters={x: CounterNow(open=True, mix=state.mix, own=copied(state.own)) for x, state in day.counters.items()},
        services=day.services,
        counter_definitions=day.counter_definitions,
    )
    for marker in markers:
        office.waiting[marker.service].of(marker).append((marker.place, marker.number))
    present = {x: copy(day.tickets[state.ticket]) if state.ticket else None for x, state in day.counters.items()}
    return Scene(now, office, present)


class Run:
    """Plays once.

    Args:
        scene: where to begin; not changed, but that its tickets also hold those who come later.
        expected: of the next hours.
        chance: for the draws.
    """

    def __init__(self, scene: Scene, expected: Expectation, chance: Chance) -> None:
        self._expected = expected
        self._chance = chance
        self._luck: dict[ServiceId, float] = {}
        office = scene.office
        self._office = replace(
            office,
            waiting={service: copied(queue) for service, queue in office.waiting.items()},
            counters={counter: copied_counter(state) for counter, state in office.counters.items()},
        )
        self._left = sum(len(queue) for queue in office.waiting.values())
        self._left += sum(len(state.own) for state in office.counters.values())
        self._later = self._who_comes_later(scene.now)
        self._heap: list[tuple[float, CounterId]] = []
        self._begin(scene)

    def play(self) -> Iterator[tuple[TicketNumber, float]]:
        """Yield who is called, and when, until nobody who waits now is left or no counter will call any more."""
        office, heap, later = self._office, self._heap, self._later
        while self._left and heap:
            at, counter = heapq.heappop(heap)
            while later and later[-1][0] <= at:
                self._arrive(later.pop())
            choice = choose(office, counter, int(at))
            if choice is None:
                if later:
                    self._push(max(at, later[-1][0]), counter)
                continue
            number = choice.number
            ticket = office.tickets[number]
            office.queue_of(ticket).of(ticket).pop(0)
            if choice.mixed and number[0] != MARKER:
                office.counters[counter].mix += 1
            if number[0] != LATER:
                self._left -= 1
                yield number, at
            self._push(at + self._occupied(ticket, counter), counter)

    def _push(self, at: float, counter: CounterId) -> None:
        begins = _in_shift(self._expected.shifts[counter], at)
        if begins < NEVER:
            heapq.heappush(self._heap, (begins, counter))

    def _begin(self, scene: Scene) -> None:
        for counter, ticket in scene.at_counters.items():
            free_at = float(scene.now)
            if ticket is not None:
                free_at += self._left_over(ticket, counter, scene.now)
            elif counter in self._expected.late:
                free_at += self._until_next(LATE_MS)
            self._push(free_at, counter)

    def _left_over(self, ticket: Ticket, counter: CounterId, now: int) -> float:
        """Draw how long the citizen at the counter will still be there, given how long it has been."""
        elapsed = now - (ticket.called_at or now)
        work = self._expected.work.get((ticket.service, counter))
        if work is None:
            return 0.0
        for _ in range(6):
            took = self._draw(work, ticket.service, shown=ticket.state == "serving")
            if took > elapsed:
                return took - elapsed + self._expected.gap_ms
        return work.mean_ms * work.variation * self._chance.random() + self._expected.gap_ms

    def _occupied(self, ticket: Ticket, counter: CounterId) -> float:
        if ticket.number[0] == MARKER:
            return 0.0
        return self._draw(self._expected.work[ticket.service, counter], ticket.service) + self._expected.gap_ms

    def _draw(self, work: Work, service: ServiceId, *, shown: bool = False) -> float:
        if not shown and self._chance.random() < work.absent_share:
            return work.absent_ms
        variance = log1p(work.variation * work.variation)
        return self._luck_of(service, work) * work.mean_ms * exp(sqrt(variance) * self._normal() - variance / 2)

    def _luck_of(self, service: ServiceId, work: Work) -> float:
        """Return by how much the service's true mean may differ from what is thought: one draw a run."""
        luck = self._luck.get(service)
        if luck is None:
            luck = self._luck[service] = exp(work.doubt * self._normal())
        return luck

    def _normal(self) -> float:
        return _NORMAL.inv_cdf(self._chance.random() or 0.5)

    def _until_next(self, mean_ms: float) -> float:
        return -mean_ms * log1p(-self._chance.random())

    def _who_comes_later(self, now: int) -> list[tuple[float, ServiceId, bool, int | None]]:
        """Draw those who come while the others wait, the first one last in the list."""
        later: list[tuple[float, ServiceId, bool, int | None]] = []
        for stream in self._expected.streams:
            at = now + self._until_next(stream.between_ms)
            while at < stream.until and len(later) < MOST_LATER:
                later.append((at, stream.service, stream.priority, None))
                at += self._until_next(stream.between_ms)
        for due_at, service, priority in self._expected.appointments:
            if self._chance.random() < self._expected.booked_who_come:
                later.append((max(now, due_at), service, priority, due_at))
        later.sort(key=lambda one: -one[0])
        return later

    def _arrive(self, comes: tuple[float, ServiceId, bool, int | None]) -> None:
        at, service, priority, due_at = comes
        order = len(self._office.tickets) + self._office.seq
        number = TicketNumber(f"{LATER}{order}")
        place = Place(int(at) if due_at is None else due_at, order)
        ticket = Ticket(number, service, int(at), order, place, priority, due_at)
        self._office.tickets[number] = ticket
        insort(self._office.waiting[service].of(ticket), (place, number))


def _in_shift(spans: tuple[Span, ...], at: float) -> float:
    """Return the first moment from ``at`` on at which a counter with these shifts calls."""
    for span in spans:
        if at < span.closes:
            return max(at, span.opens)
    return NEVER
