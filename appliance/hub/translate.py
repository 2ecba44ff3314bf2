"""Between the wire and the engine: requests become commands, and what they cause becomes replies."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec

from appliance.commands import ServiceId, TicketNumber
from appliance.engine import commands as c
from appliance.engine import events as e
from appliance.engine.command_rules import RULES
from appliance.engine.decide import Refusal
from appliance.engine.model import Announcement, Counter, Definition, Notices, Told
from appliance.engine.told import for_people
from appliance.hub.calendar import instant
from appliance.people import HOUSE, is_name, same_for
from appliance.wire import messages as m
from appliance.wire import topics


class Circumstances(msgspec.Struct, frozen=True):
    """What stands beside the words of a request.

    ``node``: who asks; a kiosk merges its own offline tickets only. ``under_way_ms``: how long the request was, on the
    office's clock. ``number_of``: the number that was given to a request, if any. ``told``: what to tell whoever takes
    a number for a service or a journey now, with priority or not. ``told_late``: the same for the holder of a booking
    who comes too late for it. ``zone``: the office's. ``has_paper``: whether the rows of a date have a
    contingency sheet's number.
    """

    node: str
    under_way_ms: int
    number_of: Callable[[str], str | None]
    told: Callable[[ServiceId, bool], Told]
    told_late: Callable[[str], Told | None]
    zone: str
    has_paper: Callable[[str, str], bool]


def out_of_bounds(node: str, body: m.AnyBody, counters: Iterable[Counter]) -> Refusal | None:
    """Return why a node may not do just this: staff give their names, boxes have none, and keypads their own counters.

    Args:
        node: who asks.
        body: what for.
        counters: of the office, each with the keypads that it is given.
    """
    role = topics.role_of(node)
    officer = getattr(body, "officer", None)
    by_number = isinstance(body, m.Vouch) and body.number is not None
    if by_number and officer:
        return Refusal("no_officer", "A staff number says who it is; leave the name out.")
    named = role == "web" or isinstance(body, m.Vouch)
    if named and not by_number and officer is not None and not officer.strip():
        return Refusal("no_officer", "Say who asks for it: every act of staff has a name in the log.")
    if officer and not is_name(officer):
        return Refusal("no_officer", "Write the name in letters that can be seen, with single blanks between words.")
    if officer and same_for(officer) == HOUSE and not isinstance(body, m.PrintSlip):
        return Refusal("no_officer", f"{HOUSE} is nobody's name; it signs slips of paper alone.")
    if role != "web" and officer and not isinstance(body, m.Vouch):
        return Refusal("not_allowed", f"{node} is a {role} and has no officer; leave the name out.")
    channel = getattr(body, "channel", "")
    if role != "web" and channel:
        return Refusal("not_allowed", f"{node} is a {role}, and nobody asks through it from elsewhere; leave it out.")
    if role != "keypad" or not isinstance(body, m.AtCounter | m.RateServed):
        return None
    given = {counter.id: counter.keypads for counter in counters}
    named = any(node in keypads for keypads in given.values())
    own = node in given.get(body.counter, ()) if named else not given.get(body.counter)
    if own:
        return None
    return Refusal(
        "not_its_counter", f"The office does not give counter {body.counter} to {node}; see counters.keypads."
    )


def becomes(body: m.AnyBody) -> type:
    """Return the class of the engine's command for a request's body."""
    place = _PLACES.get(type(body))
    return place[0] if place else type(body)


def may(node: str, body: m.AnyBody) -> bool:
    """Tell whether a node of this name may ask for this at all."""
    return topics.role_of(node) in RULES[becomes(body)].by


def command(body: m.AnyBody, beside: Circumstances) -> c.Command:
    """Return the engine's command for a request's body: itself, or what the hub puts in its place.

    Args:
        body: as it came.
        beside: what stands beside its words.

    Raises:
        Malformed: naming the first wrong key of an office's definition.
    """
    place = _PLACES.get(type(body))
    return place[1](body, beside) if place else body


def _issue(body: m.Issue, beside: Circumstances) -> c.IssueTicket:
    return c.IssueTicket(body.service, body.priority, beside.told(body.service, body.priority), body.channel)


def _check_in(body: m.CheckIn, beside: Circumstances) -> c.IssueBooked:
    return c.IssueBooked(body.code, beside.told_late(body.code), body.channel)


def _merge(body: m.MergeOffline, beside: Circumstances) -> c.MergeTickets:
    return c.MergeTickets(beside.node, tuple(_offline(ticket, beside) for ticket in body.tickets))


def _printed(body: m.Printed, beside: Circumstances) -> c.NotePrinted:
    return c.NotePrinted(beside.node, body.day, body.highest)


def _vouch(body: m.Vouch, _: Circumstances) -> c.VouchTime:
    return c.VouchTime(body.at, body.officer, body.sure)


def _identify(_: m.Identify, beside: Circumstances) -> c.NoteEntry:
    return c.NoteEntry(beside.node, "", ())  # who it is, and what they may do, the hub finds out


def _record_paper(body: m.RecordPaper, beside: Circumstances) -> c.EnterPaper:
    try:
        day, zone = date.fromisoformat(body.date), ZoneInfo(beside.zone)
        arrived = instant(day, body.arrived, zone)
        called, served = (clock and instant(day, clock, zone) for clock in (body.called, body.served))
    except (ValueError, OverflowError) as error:
        raise m.Malformed(f"date: {body.date} is in no calendar") from error
    known = beside.has_paper(body.date, body.number)
    return c.EnterPaper(
        body.number, body.date, arrived, called or None, served or None, body.priority, body.counter, known
    )


def _define(body: m.Define, _: Circumstances) -> c.DefineOffice:
    return c.DefineOffice(_definition(body.office), body.officer, expects=body.expects)


def _post(body: m.Post, _: Circumstances) -> c.PostNotices:
    pages = tuple(Announcement(page.title, page.body) for page in body.announcements)
    return c.PostNotices(Notices(body.running, pages), body.officer)


def _rate(body: m.RateService, beside: Circumstances) -> c.RateTicket:
    return c.RateTicket(body.number, topics.role_of(beside.node), asks=body.survey is None)


def _rate_served(body: m.RateServed, beside: Circumstances) -> c.RateLast:
    return c.RateLast(body.counter, topics.role_of(beside.node))


def _enter_form(body: m.EnterForm, _: Circumstances) -> c.NoteForm:
    return c.NoteForm(body.date, body.service)


def _definition(office: dict[str, Any]) -> Definition:
    try:
        return msgspec.convert(office, Definition)
    except msgspec.ValidationError as error:
        raise m.Malformed(f"office: {error}") from error


def _offline(ticket: m.OfflineTicket, beside: Circumstances) -> c.MergedTicket:
    ghost = beside.number_of(ticket.instead_of) if ticket.instead_of else None
    return c.MergedTicket(
        ticket.number,
        ticket.service,
        ticket.age + beside.under_way_ms,  # the next ones may come faster
        ticket.id,
        ticket.priority,
        ticket.instead_of,
        TicketNumber(ghost) if ghost else None,
    )


_PLACES: Final[dict[type, tuple[type, Callable[[Any, Circumstances], c.Command]]]] = {
    m.Issue: (c.IssueTicket, _issue),
    m.CheckIn: (c.IssueBooked, _check_in),
    m.MergeOffline: (c.MergeTickets, _merge),
    m.Printed: (c.NotePrinted, _printed),
    m.Vouch: (c.VouchTime, _vouch),
    m.Identify: (c.NoteEntry, _identify),
    m.RecordPaper: (c.EnterPaper, _record_paper),
    m.Define: (c.DefineOffice, _define),
    m.Post: (c.PostNotices, _post),
    m.RateService: (c.RateTicket, _rate),
    m.RateServed: (c.RateLast, _rate_served),
    m.EnterForm: (c.NoteForm, _enter_form),
}
"""Requests in whose place the hub puts something with what it knows besides. All others are decided as they came."""


def accepted(request_id: str, day: str, entries: list[e.Entry], seq: int = 0) -> m.Accepted:
    """Return the answer to a request that caused ``entries``. It is the same whenever it is asked again.

    ``seq``: the last event of the log, for a request that was right and had nothing left to do.
    """
    ticket = None
    number = None
    person = None
    for entry in entries:
        number = getattr(entry.event, "number", number)
        if isinstance(entry.event, e.TicketIssued):
            event = entry.event
            ahead, priority = event.told.ahead, event.priority
            low, high = for_people(event.told.low, event.told.high)
            steps: list[str] = list(event.steps)
            ticket = m.IssuedTicket(event.number, event.service, day, entry.at, ahead, priority, low, high, steps)
        if isinstance(entry.event, e.StaffEntered):
            person = m.Identified(entry.event.officer, list(entry.event.may))
    return m.Accepted(1, request_id, entries[-1].seq if entries else seq, number, ticket, person)


def refused(request_id: str, refusal: Refusal) -> m.Refused:
    """Return the answer to a request that changed nothing."""
    problems = [m.Problem(one.path, one.code, one.advice, one.values) for one in refusal.problems]
    return m.Refused(1, request_id, refusal.code, refusal.advice, refusal.wait, problems)
