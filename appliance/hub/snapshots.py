"""The day as it is told on the bus: office, services, waits, counters, board, calls. From the engine to the wire."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Literal

from msgspec.structs import replace

from appliance.commands import CounterId, ServiceId
from appliance.engine import events as e
from appliance.engine.at_kiosk import no_numbers
from appliance.engine.model import Day, LastCall, Told
from appliance.engine.next_call import waiting_by_service, waiting_for
from appliance.engine.told import for_people
from appliance.engine.wait_estimate import Forecast
from appliance.units import DAY
from appliance.wire import messages as m
from appliance.wire import topics

Foretell = Callable[[ServiceId], Told]
"""Tells what somebody who takes a number now may expect."""
_REASONS: Final = {
    "office_closed": "office",
    "office_stopped": "stopped",
    "service_stopped": "stopped",
    "last_ticket": "last_ticket",
    "quota": "quota",
    "full": "full",
}


def office(day: Day, now: int) -> m.Office:
    """Return what citizens read about the office at ``now``."""
    definition = day.definition
    if definition is None:
        return m.Office({"id": "Giliran"}, "closed")
    phase, opens_at = _phase(day, now)
    notice = {"id": day.stopped[""]} if "" in day.stopped else {}
    holiday = day.is_open and not day.spans
    return m.Office(
        definition.names,
        phase,
        opens_at,
        closes_at(day),
        notice,
        definition.follow_url,
        day.training,
        holiday,
        definition.messages and not day.training,
        definition.texts,
        definition.rules.satisfaction.form if definition.rules.satisfaction.on else "",
    )


def closes_at(day: Day) -> int | None:
    """Return until when numbers are given out today; None if the office has no hours, or does not open."""
    hours = day.definition is not None and day.definition.hours
    return day.spans[-1].closes if day.is_open and day.spans and hours else None


def lease(day: Day) -> m.Lease:
    """Return what kiosks may do alone while the hub is away."""
    if day.definition is None or not day.is_open or day.training:
        return m.Lease()
    series = {
        str(key): m.Series(
            service.prefix,
            service.digits,
            None if service.quota is None else max(0, service.quota - day.issued.get(key, 0)),
            day.last_tickets.get(key),
        )
        for key, service in day.services.items()
        if key not in day.stopped and key not in day.full and "" not in day.stopped
    }
    letters = dict(day.definition.kiosks)
    own = {service.prefix + letter for service in day.services.values() for letter in letters.values()}
    highest = {prefix: count for prefix, count in day.last_numbers.items() if prefix in own}
    return m.Lease(letters, [(s.opens, s.closes) for s in day.spans], day.ends_at, series, highest)


def _phase(day: Day, now: int) -> tuple[Literal["open", "before", "break", "after", "closed"], int | None]:
    if not day.is_open:
        return "closed", None
    if day.gives_tickets(now):
        return "open", None
    later = [span.opens for span in day.spans if span.opens > now]
    if not later:
        return "after", day.next_opens_at
    return ("before" if later[0] == day.spans[0].opens else "break"), later[0]


def services(day: Day, now: int, foretell: Foretell, *, with_bring: bool) -> list[m.ServiceState]:
    """Return every service with the people waiting and what a newcomer would be told."""
    states = []
    waiting = waiting_by_service(day)
    for key, service in day.services.items():
        outlook = foretell(key)
        low, high = for_people(outlook.low, outlook.high)
        refusal = no_numbers(day, service, now)
        states.append(
            m.ServiceState(
                service.id,
                service.prefix,
                service.names,
                waiting[key],
                outlook.ahead,
                refusal is None,
                _REASONS[refusal.code] if refusal else "",
                day.stopped.get(key, ""),
                low=low,
                high=high,
                bring={language: list(items) for language, items in service.bring.items()} if with_bring else {},
                group=service.group,
            )
        )
    return states


def waiting(day: Day, forecast: Forecast) -> m.Waiting:
    """Return who waits, and for how long, as a forecast sees it."""
    turns: dict[str, list[m.Turn]] = {}
    for turn in forecast.turns[: m.MOST_TURNS]:
        minutes = None if turn.minutes is None else round(turn.minutes)
        seen = m.Turn(turn.number, turn.position, minutes, *for_people(turn.low, turn.high))
        turns.setdefault(turn.service, []).append(seen)
    return m.Waiting(1, forecast.seq, day.date, forecast.at, turns)


def catalogue(day: Day, now: int, foretell: Foretell, *, staff_numbers: bool = False) -> m.Catalogue:
    """Return what a kiosk may offer at ``now``. ``staff_numbers``: whether staff have PINs of their own."""
    states = {state.id: state for state in services(day, now, foretell, with_bring=True)}
    elsewhere = [states[key] for key, service in day.services.items() if not service.at_kiosk]
    offers, offline = _offers(day, states), lease(day)
    return m.Catalogue(1, day.seq, day.date, office(day, now), offers, offline, elsewhere, staff_numbers)


def _offers(day: Day, states: dict[str, m.ServiceState]) -> list[m.ServiceState]:
    """Return what a kiosk shows: journeys first, then the services that one may come to by oneself."""
    journeys = [
        replace(
            states[journey.services[0]],
            id=journey.id,
            names=journey.names,
            bring=_together([states[service].bring for service in journey.services]),
            services=list(journey.services),
        )
        for journey in (day.definition.journeys if day.definition else ())
    ]
    return journeys + [states[key] for key, service in day.services.items() if service.at_kiosk]


def _together(lists: list[dict[str, list[str]]]) -> dict[str, list[str]]:
    """Return the documents of several services, each once, by language."""
    languages = dict.fromkeys(language for one in lists for language in one)
    return {
        language: list(dict.fromkeys(item for one in lists for item in one.get(language, []))) for language in languages
    }


def counter_state(day: Day, counter: CounterId) -> m.CounterState:
    """Return one counter as its keypad and the board show it."""
    state = day.counters[counter]
    definition = day.counter_definitions[counter]
    ticket = day.tickets[state.ticket] if state.ticket else None
    name: Literal["closed", "paused", "free", "called", "serving"] = "free" if state.open else "closed"
    if state.paused:
        name = "paused"
    if ticket is not None:
        name = "serving" if ticket.state == "serving" else "called"
    return m.CounterState(
        1,
        state.seq,
        definition.id,
        definition.names,
        name,
        state.ticket,
        state.changed_at,
        ticket.calls if ticket else 0,
        waiting_for(day, counter),
        paused=bool(state.paused),
    )


def board(day: Day, now: int, foretell: Foretell) -> m.Board:
    """Return everything that a lobby display shows at ``now``."""
    return m.Board(
        1,
        day.seq,
        day.date,
        office(day, now),
        [_call(day, call) for call in day.last_calls[: m.LAST_CALLS]],
        [counter_state(day, counter) for counter in day.counters],
        services(day, now, foretell, with_bring=False),
    )


def notices(day: Day, now: int) -> m.Notices:
    """Return what the lobby reads beside the queue at ``now``."""
    raised, told = day.emergency, day.broadcast
    return m.Notices(
        1,
        list(day.notices.running),
        [m.Announcement(page.title, page.body) for page in day.notices.announcements],
        m.Emergency(raised.seq, raised.at, raised.text) if raised else None,
        m.Broadcasting(told.seq, told.at, told.until, told.text) if told and now < told.until else None,
    )


def said(day: Day, entry: e.Entry) -> tuple[str, m.Message] | None:
    """Return what ``entry`` has said on the bus, once, and on which topic; None if it is of no such kind.

    Its kinds are those that are ``announced`` in ``appliance.engine.kinds``.
    """
    match event := entry.event:
        case e.TicketCalled() | e.TicketRecalled():
            recall = isinstance(event, e.TicketRecalled)
            call = LastCall(entry.seq, entry.at, event.number, event.counter, event.service, recall)
            return topics.CALL, _call(day, call)
        case e.Paged() | e.BroadcastMade():
            return topics.PAGING, m.Paging(1, entry.seq, entry.at, event.text)
        case e.TicketReprinted(kiosk="") if entry.at >= day.ends_at - DAY:
            return topics.REPRINT, m.Reprinting(1, entry.seq, event.number, day.date)
    return None


def _call(day: Day, call: LastCall) -> m.Call:
    counter = day.counter_definitions.get(call.counter)
    service = day.services.get(call.service)
    return m.Call(
        1,
        call.seq,
        call.at,
        call.number,
        call.counter,
        counter.names if counter else {"id": call.counter},
        call.service,
        service.names if service else {"id": call.service},
        call.recall,
    )
