"""The day as staff are told it: a counter, everybody in the office, the office itself. From the engine to the wire."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, Literal

import msgspec
from msgspec.structs import replace

from appliance.commands import CounterId, ServiceId
from appliance.engine.learning import service_ms_at
from appliance.engine.model import CounterNow, Day, Ticket
from appliance.engine.next_call import in_turn, waiting_by_service, waiting_for
from appliance.engine.possible import possible
from appliance.engine.wait_estimate import Forecast
from appliance.hub import snapshots
from appliance.units import DAY, MINUTE
from appliance.wire import staff as s
from appliance.wire.messages import MAX_PAYLOAD, encode

NEXT: Final = 3
"""So many of those who are next are told: an officer looks no further."""


def office(day: Day) -> s.StaffOffice:
    """Return the office as its head defined it."""
    defined: dict[str, Any] = msgspec.to_builtins(day.definition) if day.definition else {}
    return s.StaffOffice(1, day.defined, day.defined_at, defined, day.defined_by)


def counter(day: Day, key: CounterId, now: int, notes: Mapping[str, str]) -> s.StaffCounter:
    """Return one counter at ``now``, for whoever works there. ``notes``: about citizens, by ticket."""
    state = day.counters[key]
    shown = snapshots.counter_state(day, key)
    ticket = day.tickets[state.ticket] if state.ticket else None
    following = in_turn(day, key, now, NEXT)
    return s.StaffCounter(
        1,
        state.seq,
        shown.id,
        shown.names,
        shown.state,
        state.changed_at,
        state.paused,
        state.officer,
        _ticket(ticket, notes) if ticket else None,
        _expected(day, key, ticket) if ticket else None,
        shown.waiting,
        [_next(day.tickets[choice.number], choice.reason) for choice in following],
        _idle_since(day, key, state),
        {name: s.Possible(one.code, one.at, one.until) for name, one in possible(day, key, now).items()},
    )


def queue(day: Day, now: int, forecast: Forecast | None, notes: Mapping[str, str]) -> s.StaffQueue:
    """Return everybody in the office, and how each service stands.

    Args:
        day: as it is.
        now: not before the day's last event (ms since 1970).
        forecast: the latest one; None if there is none of this day that is worth anything.
        notes: about citizens, by ticket.
    """
    waiting = [ticket for ticket in day.tickets.values() if ticket.state == "waiting"]
    waiting.sort(key=lambda ticket: (ticket.arrived_at, ticket.order))
    away = [ticket for ticket in day.tickets.values() if ticket.state in ("parked", "no_show")]
    away.sort(key=lambda ticket: (-ticket.changed_at, ticket.order))  # who left last is asked for first
    ends, count = _ends(forecast), waiting_by_service(day)
    message = s.StaffQueue(
        1,
        day.seq,
        day.date,
        day.at,
        [_service(day, key, now, count[key], ends.get(key)) for key in day.services],
        [_ticket(ticket, notes) for ticket in waiting[: s.MOST_TICKETS]],
        [_ticket(ticket, notes) for ticket in away[: s.MOST_TICKETS]],
        max(0, len(waiting) - s.MOST_TICKETS) + max(0, len(away) - s.MOST_TICKETS),
        _bookings(day),
        [s.Alarm(alarm.seq, alarm.at, alarm.counter, alarm.officer) for alarm in day.alarms],
        snapshots.closes_at(day),
    )
    return _fitting(message)


def _fitting(message: s.StaffQueue) -> s.StaffQueue:
    """Return ``message`` with as many of its tickets as one payload holds; long notes take more room than most."""
    while len(encode(message)) > MAX_PAYLOAD and (message.waiting or message.away):
        waiting, away = len(message.waiting) // 2, len(message.away) // 2
        left_out = len(message.waiting) - waiting + len(message.away) - away
        message = replace(
            message, waiting=message.waiting[:waiting], away=message.away[:away], more=message.more + left_out
        )
    return message


def _ticket(ticket: Ticket, notes: Mapping[str, str]) -> s.StaffTicket:
    state: Literal["waiting", "called", "serving", "parked", "no_show"]
    state = ticket.state  # type: ignore[assignment]  # those that are over are told to nobody
    return s.StaffTicket(
        ticket.number,
        ticket.service,
        state,
        ticket.arrived_at,
        ticket.changed_at,
        ticket.priority,
        ticket.due_at,
        ticket.only or ticket.counter,
        ticket.called_at,
        ticket.started_at,
        ticket.calls,
        list(ticket.steps),
        notes.get(ticket.number, ""),
        list(ticket.outcomes),
    )


def _next(ticket: Ticket, reason: str) -> s.NextUp:
    return s.NextUp(ticket.number, ticket.service, reason, ticket.due_at)


def _expected(day: Day, key: CounterId, ticket: Ticket) -> float | None:
    service = day.services.get(ticket.service)
    return round(service_ms_at(day.learnt, service, key) / MINUTE, 1) if service else None


def _idle_since(day: Day, key: CounterId, state: CounterNow) -> int | None:
    """Return since when a counter could have called somebody, but has not."""
    if not state.open or state.paused or state.ticket or not waiting_for(day, key):
        return None
    definition = day.counter_definitions[key]
    queues = [day.waiting[ServiceId(service)] for service in (*definition.services, *definition.helps)] + [state.own]
    came = min(day.tickets[number].changed_at for one in queues for part in one.parts() for _, number in part)
    return max(state.changed_at, came)


def _service(day: Day, key: ServiceId, now: int, waiting: int, ends_at: int | None) -> s.StaffService:
    heads = [part[0][0].at for part in day.waiting[key].parts() if part]
    heads += [at for state in day.counters.values() for at in _waits_for_it(day, state, key)]
    oldest = min((at for at in heads if at <= now), default=None)  # whoever is booked for later does not wait yet
    promise = day.rules.promise_minutes * MINUTE
    stopped = day.stopped.get(key, day.stopped.get("", ""))
    promised = oldest + promise if oldest is not None and promise else None
    return s.StaffService(key, waiting, oldest, promised, ends_at, stopped, day.quick.get(key, 0), key in day.full)


def _waits_for_it(day: Day, state: CounterNow, key: ServiceId) -> Iterable[int]:
    """Yield since when each citizen of a service waits who waits for one counter alone."""
    return (place.at for part in state.own.parts() for place, number in part if day.tickets[number].service == key)


def _ends(forecast: Forecast | None) -> dict[ServiceId, int]:
    """Return when the last of those who wait for each service will have been called; nothing for whom it is unsure."""
    last: dict[ServiceId, float | None] = {}
    for turn in forecast.turns if forecast else ():
        before = last.get(turn.service, 0.0)
        last[turn.service] = None if turn.minutes is None or before is None else max(before, turn.minutes)
    at = forecast.at if forecast else 0
    return {key: at + round(minutes * MINUTE) for key, minutes in last.items() if minutes is not None}


def _bookings(day: Day) -> list[s.StaffBooking]:
    today = [one for one in day.bookings.values() if day.ends_at - DAY < one.due_at <= day.ends_at]
    today.sort(key=lambda one: (one.due_at, one.code))
    kept = today[: s.MOST_TICKETS] if day.is_open else []
    return [s.StaffBooking(one.code, one.service, one.due_at, one.priority) for one in kept]
