"""Between the wire and the engine: requests become commands, and what they cause becomes replies."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

import msgspec

from appliance.engine import commands as c
from appliance.engine import events as e
from appliance.engine.decide import Refusal
from appliance.engine.model import (
    Announcement,
    Counter,
    CounterId,
    Definition,
    Notices,
    ServiceId,
    TicketNumber,
    Told,
)
from appliance.hub.snapshots import for_people
from appliance.wire import messages as m
from appliance.wire import topics


class Circumstances(msgspec.Struct, frozen=True):
    """What stands beside the words of a request.

    ``node``: who asks; a kiosk merges its own offline tickets only. ``under_way_ms``: how long the request was, on the
    office's clock. ``number_of``: the number that was given to a request, if any. ``told``: what to tell whoever takes
    a number for a service or a journey now, with priority or not. ``told_late``: the same for the holder of a booking
    who comes too late for it.
    """

    node: str
    under_way_ms: int
    number_of: Callable[[str], str | None]
    told: Callable[[ServiceId, bool], Told]
    told_late: Callable[[str], Told | None]


_AT_KEYPAD: Final = (
    m.CallNext, m.CallNumber, m.Undo, m.Recall, m.Reprint, m.Start, m.Finish, m.NoShow, m.Park, m.Transfer,
    m.OpenCounter, m.PauseCounter, m.CloseCounter,
)  # fmt: skip
ALLOWED: Final[dict[str, tuple[type, ...]]] = {
    "kiosk": (m.Issue, m.CheckIn, m.MergeOffline, m.Printed, m.Vouch),
    "keypad": _AT_KEYPAD,
    "web": (
        m.Issue,
        m.CheckIn,
        m.Cancel,
        m.ReprintNumber,
        m.Return,
        m.Book,
        m.CancelBooking,
        m.Stop,
        m.Resume,
        m.Vouch,
        m.Define,
        m.Train,
        m.EndTraining,
        m.Post,
        m.RaiseEmergency,
        m.EndEmergency,
        m.Page,
        *_AT_KEYPAD,
    ),
}
"""What each role may ask. The broker's ACL sees to it that nobody speaks in another's name."""

_SIMPLE: Final[dict[type, Callable[[CounterId, str], c.Command]]] = {
    m.CallNext: c.CallNext,
    m.Undo: c.Undo,
    m.Recall: c.Recall,
    m.Reprint: c.Reprint,
    m.Start: c.StartService,
    m.Finish: c.Finish,
    m.NoShow: c.NoShow,
    m.Park: c.Park,
    m.OpenCounter: c.OpenCounter,
    m.CloseCounter: c.CloseCounter,
}
"""Commands that say no more than where and who."""


def out_of_bounds(node: str, body: m.AnyBody, counters: Iterable[Counter]) -> Refusal | None:
    """Return why a keypad may not do this: it acts for its own counters, and for no officer by name.

    Args:
        node: who asks.
        body: what for.
        counters: of the office, each with the keypads that it is given.
    """
    if topics.role_of(node) != "keypad" or not isinstance(body, m.AtCounter):
        return None
    if body.officer:
        return Refusal("not_allowed", f"{node} is a keypad and has no officer; leave the name out.")
    given = {counter.id: counter.keypads for counter in counters}
    named = any(node in keypads for keypads in given.values())
    own = node in given.get(body.counter, ()) if named else not given.get(body.counter)
    if own:
        return None
    return Refusal(
        "not_its_counter", f"The office does not give counter {body.counter} to {node}; see counters.keypads."
    )


def command(body: m.AnyBody, beside: Circumstances) -> c.Command:  # noqa: C901  # a case each
    """Return the engine's command for a request's body.

    Args:
        body: as it came.
        beside: what stands beside its words.

    Raises:
        Malformed: naming the first wrong key of an office's definition.
    """
    simple = _SIMPLE.get(type(body))
    if simple is not None and isinstance(body, m.AtCounter):
        return simple(CounterId(body.counter), body.officer)
    match body:
        case m.Issue():
            service = ServiceId(body.service)
            return c.IssueTicket(service, body.priority, beside.told(service, body.priority))
        case m.CallNumber():
            counter = CounterId(body.counter)
            return c.CallNumber(counter, body.officer, number=TicketNumber(body.number), reason=body.reason)
        case m.Transfer():
            return c.Transfer(CounterId(body.counter), body.officer, service=ServiceId(body.service))
        case m.PauseCounter():
            return c.PauseCounter(CounterId(body.counter), body.officer, reason=body.reason)
        case m.CheckIn():
            return c.CheckIn(body.code, beside.told_late(body.code))
        case m.MergeOffline():
            return c.MergeOffline(beside.node, tuple(_offline(ticket, beside) for ticket in body.tickets))
        case m.Cancel():
            return c.Cancel(TicketNumber(body.number))
        case m.ReprintNumber():
            return c.ReprintTicket(TicketNumber(body.number))
        case m.Return():
            return c.ReturnTicket(TicketNumber(body.number))
        case m.Book():
            return c.Book(body.code, ServiceId(body.service), body.due_at, body.priority)
        case m.CancelBooking():
            return c.CancelBooking(body.code)
        case m.Printed():
            return c.NotePrinted(beside.node, body.day, body.highest)
        case m.Vouch():
            return c.VouchTime(body.at, body.officer, body.sure)
        case m.Define():
            return c.DefineOffice(_definition(body.office), body.officer)
        case m.Train():
            return c.BeginTraining(body.officer)
        case m.EndTraining():
            return c.EndTraining(body.officer)
        case m.Post():
            return c.PostNotices(_notices(body), body.officer)
        case m.RaiseEmergency():
            return c.RaiseEmergency(body.text, body.officer)
        case m.EndEmergency():
            return c.EndEmergency(body.officer)
        case m.Page():
            return c.Page(body.text, body.officer)
        case m.Stop():
            return c.Stop(body.reason, ServiceId(body.service) if body.service else None)
        case m.Resume():
            return c.Resume(ServiceId(body.service) if body.service else None)
    raise TypeError(f"no engine command for {type(body).__name__}")


def _definition(office: dict[str, Any]) -> Definition:
    try:
        return msgspec.convert(office, Definition)
    except msgspec.ValidationError as error:
        raise m.Malformed(f"office: {error}") from error


def _notices(body: m.Post) -> Notices:
    return Notices(body.running, tuple(Announcement(page.title, page.body) for page in body.announcements))


def _offline(ticket: m.OfflineTicket, beside: Circumstances) -> c.OfflineTicket:
    ghost = beside.number_of(ticket.instead_of) if ticket.instead_of else None
    return c.OfflineTicket(
        TicketNumber(ticket.number),
        ServiceId(ticket.service),
        ticket.age + beside.under_way_ms,  # the next ones may come faster
        ticket.id,
        ticket.priority,
        ticket.instead_of,
        TicketNumber(ghost) if ghost else None,
    )


def accepted(request_id: str, day: str, entries: list[e.Entry], seq: int = 0) -> m.Accepted:
    """Return the answer to a request that caused ``entries``. It is the same whenever it is asked again.

    ``seq``: the last event of the log, for a request that was right and had nothing left to do.
    """
    ticket = None
    number = None
    for entry in entries:
        number = getattr(entry.event, "number", number)
        if isinstance(entry.event, e.TicketIssued):
            event = entry.event
            ahead, priority = event.told.ahead, event.priority
            low, high = for_people(event.told.low, event.told.high)
            steps: list[str] = list(event.steps)
            ticket = m.IssuedTicket(event.number, event.service, day, entry.at, ahead, priority, low, high, steps)
    return m.Accepted(1, request_id, entries[-1].seq if entries else seq, number, ticket)


def refused(request_id: str, refusal: Refusal) -> m.Refused:
    """Return the answer to a request that changed nothing."""
    return m.Refused(1, request_id, refusal.code, refusal.advice, refusal.wait)
