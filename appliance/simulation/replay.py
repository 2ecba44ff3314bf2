"""Plays a recorded morning through the engine alone, in virtual time: what an ideal office would have done."""

from __future__ import annotations

import heapq
from typing import Final

import msgspec

from appliance.engine import commands as c
from appliance.engine.decide import Refusal, decide
from appliance.engine.events import Entry, Event, TicketCalled, TicketIssued
from appliance.engine.evolve import evolve
from appliance.engine.model import MINUTE, Counter, CounterId, Day, Definition, Rules, Service, ServiceId, Span
from appliance.simulation.morning import Applicant

SECOND: Final = 1_000
_ARRIVAL, _FREE = 0, 1
"""Of an arrival and a counter becoming free in the same second, the arrival comes first."""


class Visit(msgspec.Struct, frozen=True):
    """What became of one applicant; ``wait_minutes`` is arrival to call."""

    applicant: str
    number: str
    counter: str
    wait_minutes: float


def replay(applicants: list[Applicant], counters: int, opens_s: int) -> list[Visit]:
    """Serve everybody, first come, first served.

    Args:
        applicants: in the order of arrival.
        counters: how many there are, all alike.
        opens_s: when they begin to call, in seconds since midnight.

    Returns:
        One visit an applicant, in the order of the calls.
    """
    day = _office(sorted({applicant.service for applicant in applicants}), counters)
    happenings: list[tuple[int, int, int]] = [
        (applicant.arrived_s * SECOND, _ARRIVAL, place) for place, applicant in enumerate(applicants)
    ]
    happenings += [(opens_s * SECOND, _FREE, counter) for counter in range(1, counters + 1)]
    heapq.heapify(happenings)
    idle: list[int] = []
    owner: dict[str, Applicant] = {}
    visits: list[Visit] = []
    while happenings:
        now, kind, which = heapq.heappop(happenings)
        if kind == _ARRIVAL:
            issued = _do(day, c.IssueTicket(_service_id(applicants[which].service)), now)
            owner.update({e.number: applicants[which] for e in issued if isinstance(e, TicketIssued)})
        else:
            heapq.heappush(idle, which)
        if happenings and happenings[0][:2] == (now, _ARRIVAL):
            continue
        for counter in [heapq.heappop(idle) for _ in range(len(idle))]:
            called = _call(day, counter, now)
            if called is None:
                heapq.heappush(idle, counter)
                continue
            applicant = owner[called.number]
            visits.append(Visit(applicant.name, called.number, called.counter, called.waited_ms / MINUTE))
            heapq.heappush(happenings, (now + round(applicant.service_minutes * MINUTE), _FREE, counter))
    return visits


def _call(day: Day, counter: int, now: int) -> TicketCalled | None:
    events = _do(day, c.CallNext(CounterId(str(counter))), now)
    return next((event for event in events if isinstance(event, TicketCalled)), None)


def _do(day: Day, command: c.Command, now: int) -> list[Event]:
    decision = decide(day, command, now)
    if isinstance(decision, Refusal):
        return []
    for event in decision:
        evolve(day, Entry(day.seq + 1, now, event))
    return decision


def _service_id(name: str) -> ServiceId:
    return ServiceId(name or "service")


def _office(services: list[str], counters: int) -> Day:
    ids = [_service_id(name) for name in services]
    day = Day()
    definition = Definition(
        {"en": "Simulated office"},
        tuple(Service(i, chr(ord("A") + place), {"en": i}) for place, i in enumerate(ids)),
        tuple(Counter(str(n), {"en": f"Counter {n}"}, tuple(ids)) for n in range(1, counters + 1)),
        Rules(seconds_between_calls=0),
    )
    _do(day, c.DefineOffice(definition), 0)
    _do(day, c.OpenDay("2000-01-01", (Span(0, 1 << 50),), 1 << 50), 0)
    return day
