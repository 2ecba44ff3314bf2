"""Position and expected wait of everybody who waits, with a range, and of whoever comes now (pure).

The office is played ahead, many times, by its own rules (``calling.choose``): counters finish whom they have, keep to
their rosters, and call; citizens take the time that the service and counter have taught, some do not come, others come
with priority or at their booked time. The estimate of a ticket is the median of its waits in these runs, and the range
holds eight of ten of them. So it is a queue-length-based delay estimator (R. Ibrahim and W. Whitt, "Real-time delay
estimation based on delay history", 2009; "Wait-time predictors for customer service systems with time-varying demand
and capacity", 2011) whose service rates, capacity and order of service are the office's. How good it is: see
docs/wait-estimates.md.
"""

from __future__ import annotations

from typing import Final

import msgspec

from appliance.commands import CounterId, ServiceId, TicketNumber
from appliance.engine import learning
from appliance.engine.ahead import LATER, MARKER, NEVER, Chance, Run, scene
from appliance.engine.expected_times import Expectation
from appliance.engine.learning import service_ms
from appliance.engine.model import Day, Place, Service, Ticket, Told
from appliance.units import MINUTE

STEPS: Final = 6_000
"""Calls played for one forecast: many runs of a short queue, few of a long one, whose chances even out."""
MOST_RUNS: Final = 300
FEWEST_RUNS: Final = 5
LOW: Final = 0.1
HIGH: Final = 0.9
"""The ends of the range, as shares of the runs."""
BOOKED_REACH: Final = 1.28
"""Standard deviations up to which nine of ten lie, if times are about normal."""


class Prospect(msgspec.Struct, frozen=True):
    """What one waiting citizen may expect: position (1 is next) and minutes with their range, None if nobody serves."""

    number: TicketNumber
    service: ServiceId
    position: int
    minutes: float | None
    low: float | None
    high: float | None


class Forecast(msgspec.Struct, frozen=True):
    """The waits from ``at`` on. ``newcomers``: by service and class (priority or not)."""

    at: int
    seq: int
    turns: tuple[Prospect, ...]
    newcomers: dict[ServiceId, tuple[Told, Told]]


def people_ahead(day: Day, service: ServiceId, *, priority: bool = False) -> int:
    """Return how many of those who wait will be called before somebody who takes a number for ``service`` now.

    Counters share their time among the services that they serve: of another service's queue, that part counts which the
    counters of ``service`` will call. Of the regular queue a priority citizen has only those ahead who get their turn.
    """
    mine = _serving(day, service)
    people = 0.0
    for other, queue in day.waiting.items():
        if not len(queue):
            continue
        theirs = _serving(day, other)
        share = 1.0 if other == service else (len(mine & theirs) / len(theirs) if theirs else 0.0)
        first, later = len(queue.priority) + len(queue.booked), len(queue.regular)
        if priority:
            later = min(later, len(queue.priority) * day.rules.regular_share // day.rules.priority_share)
        people += (first + later) * share
    return round(people + _of_one_counter(people, [len(day.counters[counter].own) for counter in mine]))


def _of_one_counter(people: float, own: list[int]) -> float:
    """Return how many who wait for one counter alone are called before ``people`` have been, by all counters together.

    A counter with fewer of its own calls more of the others; one with many keeps nobody waiting who may go elsewhere.
    """
    own, reached = sorted(own), 0.0
    for few in range(1, len(own) + 1):
        reached = (people + sum(own[:few])) / few
        if few == len(own) or reached <= own[few]:
            break
    return sum(min(count, reached) for count in own)


def told_booked(day: Day, service: Service, due_at: int, now: int, outlook: Told | None = None) -> Told:
    """Return what to tell a booked citizen who has checked in.

    Their turn comes at the booked time, when the next counter is free; or as soon as nobody else waits, if that is
    earlier, which is when somebody without a booking would be called (``outlook``).
    """
    key = ServiceId(service.id)
    ahead = sum(standing[0].at <= due_at for standing in day.waiting[key].booked)
    counters = len(_serving(day, key))
    if not counters:
        return Told(ahead)
    begins = max(0, due_at - now) / MINUTE
    each = service_ms(day.learnt, service) / counters / MINUTE
    reach = 1 + BOOKED_REACH * learning.variation(day.learnt, key) * (ahead + 1) ** 0.5
    by_booking = [begins + people * each for people in (ahead + 0.5, ahead, ahead + reach)]
    by_queue = (outlook.minutes, outlook.low, outlook.high) if outlook is not None else (None, None, None)
    earlier = [min(b, b if q is None else q) for b, q in zip(by_booking, by_queue, strict=True)]
    return Told(ahead, *(round(minutes, 1) for minutes in earlier))


def told(day: Day, forecast: Forecast | None, service: ServiceId, *, priority: bool) -> Told:
    """Return what to tell somebody who takes a number for ``service`` now, by a forecast of a moment ago.

    Whoever came or was called since then moves the estimate by their part of it.
    """
    ahead = people_ahead(day, service, priority=priority)
    known = forecast.newcomers.get(service) if forecast else None
    then = known[priority] if known else None
    if then is None or then.minutes is None or then.low is None or then.high is None:
        return Told(ahead)
    if then.ahead == ahead:
        return then
    moved = (ahead + 1) / (then.ahead + 1)
    return Told(ahead, round(then.minutes * moved, 1), round(then.low * moved, 1), round(then.high * moved, 1))


def forecast(day: Day, now: int, expected: Expectation, chance: Chance, steps: int = STEPS) -> Forecast:
    """Play the office ahead at one go. See ``Forecasting``."""
    work = Forecasting(day, now, expected, chance, steps)
    while not work.step():
        pass
    return work.result()


class Forecasting:
    """Plays the office ahead from ``now``, one run a step; ``day`` may change meanwhile.

    Args:
        day: as it is.
        now: not before the day's last event (ms since 1970).
        expected: of the next hours.
        chance: for the draws.
        steps: calls to be played in all; the work, and the accuracy, grow with it.
    """

    def __init__(self, day: Day, now: int, expected: Expectation, chance: Chance, steps: int = STEPS) -> None:
        self._expected = expected
        self._chance = chance
        self._markers = _markers(day, now)
        self._scene = scene(day, now, [marker for _, _, marker in self._markers])
        self._seq = day.seq
        self._ahead = {marker.number: people_ahead(day, s, priority=marker.priority) for _, s, marker in self._markers}
        self._pools = {service: _pool(day, service) for service in day.services}
        self._reach = (day.learnt.below, day.learnt.above)
        everybody = list(self._scene.office.tickets)
        self._waits: dict[TicketNumber, list[float]] = {number: [] for number in everybody}
        self._runs = max(FEWEST_RUNS, min(MOST_RUNS, steps // (len(everybody) + len(day.counters))))
        self._played = 0

    def step(self) -> bool:
        """Play once; tell whether that was the last time."""
        now = self._scene.now
        for number, called_at in Run(self._scene, self._expected, self._chance).play():
            self._waits[number].append((called_at - now) / MINUTE)
        self._played += 1
        return self._played >= self._runs

    def result(self) -> Forecast:
        """Return what the runs came to."""
        ranges = {number: self._range(seen, self._gone(number)) for number, seen in self._waits.items()}
        newcomers = {}
        for place in range(0, len(self._markers), 2):
            regular, priority = self._markers[place : place + 2]
            newcomers[regular[1]] = (self._told(ranges, regular), self._told(ranges, priority))
        return Forecast(self._scene.now, self._seq, self._turns(ranges), newcomers)

    def _told(self, ranges: dict[TicketNumber, Range | None], marker: Marker) -> Told:
        number = marker[0]
        known = ranges[number]
        return Told(self._ahead[number], *(round(minutes, 1) for minutes in known or ()))

    def _gone(self, number: TicketNumber) -> float:
        """Return how many minutes a ticket has waited already."""
        return max(0, self._scene.now - self._scene.office.tickets[number].arrived_at) / MINUTE

    def _range(self, waits: list[float], gone: float) -> Range | None:
        """Return median, low and high of the waits; None if most runs ended without this ticket's turn.

        How far the ends reach was learnt of whole waits: of one that has partly gone by, it holds for the rest.
        """
        if 2 * len(waits) <= self._played:
            return None
        waits.sort()
        middle = self._quantile(waits, 0.5)
        left = middle / (middle + gone) if gone else 1.0
        below, above = (1 + (reach - 1) * left for reach in self._reach)
        low = middle - (middle - self._quantile(waits, LOW)) * below
        # Nobody waits less than no time: where that is likely, all the others are above the range.
        reaches = HIGH if low > 0 else HIGH - LOW
        high = middle + (self._quantile(waits, reaches) - middle) * above
        return middle, max(0.0, low), high

    def _quantile(self, ordered: list[float], share: float) -> float:
        """Return a quantile over all runs; those in which the ticket's turn never came count as the longest."""
        at = min(share * (self._played - 1), len(ordered) - 1)
        below = int(at)
        above = min(below + 1, len(ordered) - 1)
        return ordered[below] + (ordered[above] - ordered[below]) * (at - below)

    def _turns(self, ranges: dict[TicketNumber, Range | None]) -> tuple[Prospect, ...]:
        """Return everybody in the expected order, each with the place among those who share a counter."""
        waiting = [ticket for number, ticket in self._scene.office.tickets.items() if number[0] not in (MARKER, LATER)]
        waiting.sort(key=lambda ticket: ((ranges[ticket.number] or (NEVER,))[0], ticket.place, ticket.order))
        before = dict.fromkeys(self._pools, 0)
        turns = []
        for ticket in waiting:
            position = before[ticket.service] + 1
            for service in self._pools[ticket.service]:
                before[service] += 1
            known = ranges[ticket.number]
            rounded = [round(minutes, 1) for minutes in known] if known else (None, None, None)
            turns.append(Prospect(ticket.number, ticket.service, position, *rounded))
        return tuple(turns)


Range = tuple[float, float, float]
Marker = tuple[TicketNumber, ServiceId, Ticket]


def _markers(day: Day, now: int) -> list[Marker]:
    """Return for each service two citizens who come now, a regular and a priority one, and take nobody's time."""
    found: list[Marker] = []
    for service in day.services:
        for priority in (False, True):
            number = TicketNumber(f"{MARKER}{service}{'+' if priority else ''}")
            place = Place(now, day.seq + 1)
            found.append((number, service, Ticket(number, service, now, day.seq + 1, place, priority)))
    return found


def _pool(day: Day, service: ServiceId) -> set[ServiceId]:
    """Return the services that share an open counter with ``service``, itself among them."""
    counters = _serving(day, service)
    return {service} | {other for other in day.services if counters & _serving(day, other)}


def _serving(day: Day, service: ServiceId) -> set[CounterId]:
    return {
        counter
        for counter, state in day.counters.items()
        if state.open and not state.paused and service in day.counter_definitions[counter].services
    }
