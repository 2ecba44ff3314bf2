"""What may be expected of the next hours: service times, absences, rosters, who will still come (pure).

``expectation`` makes it from what the day and those before it have taught; a study may put the truth in its place.
"""

from __future__ import annotations

from typing import Final

import msgspec

from appliance.commands import CounterId, ServiceId
from appliance.engine import learning
from appliance.engine.model import Day, Span
from appliance.units import HOUR, MINUTE

LATE_MS: Final = 10 * MINUTE
"""Mean time until an officer who should be there comes, or one who paused goes on."""
LOOK_BACK_MS: Final = HOUR
"""The stream of citizens is judged by those of this last time."""
SHORTEST_MS: Final = 15 * MINUTE
AWAY_MS: Final = 2 * MINUTE
"""A counter that calls nobody for so long, though people wait, is open in name only."""
BOOKED_WHO_COME: Final = 0.8


class Work(msgspec.Struct, frozen=True):
    """What one service asks of a counter: mean time and its relative deviation, and those who do not come.

    ``doubt``: standard error of the mean, relative to it.
    """

    mean_ms: float
    variation: float
    absent_share: float
    absent_ms: float
    doubt: float = 0.0


class Stream(msgspec.Struct, frozen=True):
    """Citizens of one service and class who will come: the mean time between two (ms), and until when."""

    service: ServiceId
    priority: bool
    between_ms: float
    until: int


class Expectation(msgspec.Struct, frozen=True):
    """All that a forecast needs besides the queue.

    ``work``: by service and counter. ``shifts``: when each counter calls. ``late``: counters that should call now, but
    do not; they are expected after a while. ``appointments``: booked citizens who have not checked in.
    """

    work: dict[tuple[ServiceId, CounterId], Work]
    gap_ms: float
    shifts: dict[CounterId, tuple[Span, ...]]
    late: frozenset[CounterId]
    streams: tuple[Stream, ...]
    appointments: tuple[tuple[int, ServiceId, bool], ...]
    booked_who_come: float = BOOKED_WHO_COME


def expectation(day: Day, now: int) -> Expectation:
    """Return what this day, and what those before it taught, lets expect at ``now`` (ms since 1970)."""
    work = {}
    for counter, definition in day.counter_definitions.items():
        for name in (*definition.services, *definition.helps):
            service = ServiceId(name)
            share, absent_ms = learning.absence(day.learnt, service)
            work[service, counter] = Work(
                learning.service_ms_at(day.learnt, day.services[service], counter),
                learning.variation(day.learnt, service),
                share,
                absent_ms,
                learning.uncertainty(day.learnt, service),
            )
    shifts = {counter: _shifts(day, counter, now) for counter in day.counter_definitions}
    late = frozenset(c for c, spans in shifts.items() if not _calls(day, c, now) and _inside(spans, now))
    return Expectation(work, learning.gap_ms(day.learnt), shifts, late, _streams(day, now), _appointments(day, now))


def _shifts(day: Day, counter: CounterId, now: int) -> tuple[Span, ...]:
    """Return when a counter may be expected to call, from its roster, or without one from the office's hours."""
    state, rostered = day.counters[counter], bool(day.counter_definitions[counter].roster)
    if not rostered and not state.open:
        return ()
    spans = day.rosters.get(counter, ()) if rostered else day.spans
    if spans and day.spans and spans[-1].closes >= day.spans[-1].closes:
        # Whoever has a number when the office closes is served on.
        spans = (*spans[:-1], Span(spans[-1].opens, day.ends_at))
    if state.open and not state.paused and not _inside(spans, now):
        before = max((span.closes for span in spans if span.closes <= now), default=0)
        if state.called_at is not None and state.called_at >= before:
            # It works through its break, or longer than it should.
            after = min((span.opens for span in spans if span.opens > now), default=day.ends_at)
            spans = tuple(sorted((*spans, Span(now, after)), key=lambda span: span.opens))
    return tuple(span for span in spans if span.closes > now)


def _calls(day: Day, counter: CounterId, now: int) -> bool:
    """Tell whether a counter does what an open one should: it serves somebody, or nobody has to wait for it."""
    state = day.counters[counter]
    if not state.open or state.paused:
        return False
    return state.ticket is not None or now - state.changed_at < AWAY_MS or not _kept_waiting(day, counter, now)


def _kept_waiting(day: Day, counter: CounterId, now: int) -> bool:
    definition = day.counter_definitions[counter]
    queues = [day.waiting[ServiceId(service)] for service in (*definition.services, *definition.helps)]
    queues.append(day.counters[counter].own)
    heads = [standings[0][0].at for queue in queues for standings in (queue.regular, queue.priority) if standings]
    return any(now - at >= AWAY_MS for at in heads)


def _inside(spans: tuple[Span, ...], now: int) -> bool:
    return any(span.opens <= now < span.closes for span in spans)


def _streams(day: Day, now: int) -> tuple[Stream, ...]:
    """Return those who will come and may overtake: priority citizens, and all where counters only help."""
    if not day.spans:
        return ()
    helps = any(definition.helps for definition in day.counter_definitions.values())
    since = max(day.spans[0].opens, now - LOOK_BACK_MS)
    came: dict[tuple[ServiceId, bool], int] = {}
    for ticket in reversed(day.tickets.values()):
        if ticket.arrived_at < since:
            break
        # Nobody comes any more for a service that was taken away since.
        if (ticket.priority or helps) and ticket.due_at is None and ticket.service in day.services:
            came[ticket.service, ticket.priority] = came.get((ticket.service, ticket.priority), 0) + 1
    window = max(SHORTEST_MS, now - since)
    closes = day.spans[-1].closes
    return tuple(
        Stream(service, priority, window / count, min(closes, day.last_tickets.get(service, closes)))
        for (service, priority), count in came.items()
    )


def _appointments(day: Day, now: int) -> tuple[tuple[int, ServiceId, bool], ...]:
    """Return the booked citizens who have not checked in and may still come in time."""
    return tuple(
        sorted(
            (b.due_at, b.service, b.priority)
            for b in day.bookings.values()
            if now - MINUTE < b.due_at <= day.ends_at and b.service in day.services
        )
    )
