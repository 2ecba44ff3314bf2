"""Between the wire and the engine: commands in, replies and snapshots out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final, Literal

from appliance.engine import commands as c
from appliance.engine import events as e
from appliance.engine.calling import waiting_for
from appliance.engine.decide import Refusal
from appliance.engine.model import CounterId, Day, LastCall, ServiceId, TicketNumber
from appliance.engine.waiting import estimate
from appliance.wire import messages as m

_COUNTER_COMMANDS: Final = (
    m.CallNext,
    m.Recall,
    m.Start,
    m.Finish,
    m.NoShow,
    m.Transfer,
    m.OpenCounter,
    m.CloseCounter,
)
ALLOWED: Final[dict[str, tuple[type, ...]]] = {
    "kiosk": (m.Issue,),
    "keypad": _COUNTER_COMMANDS,
    "web": (m.Issue, m.Cancel, *_COUNTER_COMMANDS),
}
"""What each role may ask. The broker's ACL sees to it that nobody speaks in another's name."""

_COMMANDS: Final[dict[type, Callable[[Any], c.Command]]] = {
    m.Issue: lambda b: c.IssueTicket(ServiceId(b.service), b.priority),
    m.CallNext: lambda b: c.CallNext(CounterId(b.counter)),
    m.Recall: lambda b: c.Recall(CounterId(b.counter)),
    m.Start: lambda b: c.StartService(CounterId(b.counter)),
    m.Finish: lambda b: c.Finish(CounterId(b.counter)),
    m.NoShow: lambda b: c.NoShow(CounterId(b.counter)),
    m.Transfer: lambda b: c.Transfer(CounterId(b.counter), service=ServiceId(b.service)),
    m.Cancel: lambda b: c.Cancel(TicketNumber(b.number)),
    m.OpenCounter: lambda b: c.OpenCounter(CounterId(b.counter)),
    m.CloseCounter: lambda b: c.CloseCounter(CounterId(b.counter)),
}


def command(body: m.AnyBody) -> c.Command:
    """Return the engine's command for a request's body."""
    return _COMMANDS[type(body)](body)


def accepted(request_id: str, day: str, entries: list[e.Entry]) -> m.Accepted:
    """Return the answer to a request that caused ``entries``. It is the same whenever it is asked again."""
    ticket = None
    number = None
    for entry in entries:
        number = getattr(entry.event, "number", number)
        if isinstance(entry.event, e.TicketIssued):
            event = entry.event
            ticket = m.IssuedTicket(
                event.number, event.service, day, entry.at, event.ahead, event.priority, event.low, event.high
            )
    return m.Accepted(1, request_id, entries[-1].seq, number, ticket)


def refused(request_id: str, refusal: Refusal) -> m.Refused:
    """Return the answer to a request that changed nothing."""
    return m.Refused(1, request_id, refusal.code, refusal.advice)


def office(day: Day, now: int) -> m.Office:
    """Return what citizens read about the office at ``now``."""
    definition = day.definition
    if definition is None:
        return m.Office({"id": "Giliran"}, "closed")
    phase, opens_at = _phase(day, now)
    closes_at = day.spans[-1].closes if day.is_open and day.spans and definition.hours else None
    return m.Office(definition.names, phase, opens_at, closes_at, follow_url=definition.follow_url)


def _phase(day: Day, now: int) -> tuple[Literal["open", "before", "break", "after", "closed"], int | None]:
    if not day.is_open:
        return "closed", None
    if day.gives_tickets(now):
        return "open", None
    later = [span.opens for span in day.spans if span.opens > now]
    if not later:
        return "after", None
    return ("before" if later[0] == day.spans[0].opens else "break"), later[0]


def services(day: Day, *, with_bring: bool) -> list[m.ServiceState]:
    """Return every service with the people waiting and what a newcomer would be told."""
    states = []
    for key, service in day.services.items():
        told = estimate(day, key)
        states.append(
            m.ServiceState(
                service.id,
                service.prefix,
                service.names,
                len(day.waiting[key]),
                low=told.low,
                high=told.high,
                bring={language: list(items) for language, items in service.bring.items()} if with_bring else {},
            )
        )
    return states


def catalogue(day: Day, now: int) -> m.Catalogue:
    """Return what a kiosk may offer at ``now``."""
    return m.Catalogue(1, day.seq, day.date, office(day, now), services(day, with_bring=True))


def counter_state(day: Day, counter: CounterId) -> m.CounterState:
    """Return one counter as its keypad and the board show it."""
    state = day.counters[counter]
    definition = day.counter_definitions[counter]
    ticket = day.tickets[state.ticket] if state.ticket else None
    name: Literal["closed", "free", "called", "serving"] = "free" if state.open else "closed"
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
    )


def board(day: Day, now: int) -> m.Board:
    """Return everything that a lobby display shows at ``now``."""
    return m.Board(
        1,
        day.seq,
        day.date,
        office(day, now),
        [_call(day, call) for call in day.last_calls],
        [counter_state(day, counter) for counter in day.counters],
        services(day, with_bring=False),
    )


def calls(day: Day, entries: Iterable[e.Entry]) -> list[m.Call]:
    """Return the announcements that ``entries`` ask for, in order."""
    found = []
    for entry in entries:
        event = entry.event
        if isinstance(event, e.TicketCalled | e.TicketRecalled):
            recall = isinstance(event, e.TicketRecalled)
            found.append(_call(day, LastCall(entry.seq, entry.at, event.number, event.counter, event.service, recall)))
    return found


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
