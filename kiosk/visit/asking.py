"""From the touch that asks for a number to the ticket on paper (pure): the hub, the kiosk's own series, the printer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from msgspec.structs import replace

from appliance.wire.messages import Accepted, IssuedTicket, Refused
from kiosk.visit import events as e
from kiosk.visit.events import Effect
from kiosk.visit.state import MESSAGE_MS, Flow, timed

TICKET_MS: Final = 8_000
UNPRINTED_MS: Final = 60_000
"""Office time for which an unprinted number stays on screen: long enough to photograph it."""

PROGRESS_MS: Final = 300
"""Real time after which waiting for the hub is shown."""
REPEAT_MS: Final = 2_000
GIVE_UP_MS: Final = 10_000
PRINTER_MS: Final = 20_000
"""Real time after which a printer that says nothing has failed."""

MOST_ASKED: Final = 200
"""So many codes whose answers were lost are remembered; more are not typed in a day."""

Step = tuple[Flow, tuple[Effect, ...]]


def begin(flow: Flow, now: int) -> Step:
    """Ask for the first time."""
    return _ask(replace(flow, sent_at=now, deadline=None, repeated_at=0, stale_once=False), now)


def _retried(flow: Flow, _event: Any, now: int, _rate: float) -> Step:
    if flow.trouble != "unanswered":
        return flow, ()
    # The hub was asked under this id before: ``repeated_at`` still says so.
    return _ask(replace(flow, screen="issuing", trouble="", sent_at=now, deadline=None), now)


def _ask(flow: Flow, now: int) -> Step:
    if flow.alone_asked or (not flow.connected and flow.service in flow.alone):
        return _ask_alone(flow, now)
    flow = replace(flow, repeated_at=now)
    if flow.service:
        return flow, (e.SendIssue(flow.request_id, flow.service, flow.priority, flow.phone),)
    asked = (*_others(flow, flow.request_id), (flow.code, flow.request_id))
    return replace(flow, asked=asked[-MOST_ASKED:]), (e.SendCheckIn(flow.request_id, flow.code),)


def _others(flow: Flow, request_id: str) -> tuple[tuple[str, str], ...]:
    """Return the codes that are asked about under another request."""
    return tuple(one for one in flow.asked if one[1] != request_id)


def _ask_alone(flow: Flow, now: int) -> Step:
    asked = flow.repeated_at > 0
    alone = e.IssueAlone(flow.request_id, flow.service, flow.priority, asked)
    return replace(flow, alone_asked=True, alone_at=now), (alone,)


def tick(flow: Flow, now: int, rate: float) -> Step:
    """Let time go by while a number has been asked for, or is being printed."""
    if flow.waiting:
        return _tick_waiting(flow, now, rate)
    if flow.slip == "printing" and now - flow.since >= PRINTER_MS:
        return _print_failed(flow, e.PrintFailed(flow.request_id, "unknown"), now, rate)
    return flow, ()


def _tick_waiting(flow: Flow, now: int, rate: float) -> Step:
    waited = now - (flow.sent_at if flow.sent_at is not None else now)
    if waited >= PROGRESS_MS and flow.screen in {"confirm", "check_in"}:
        flow = replace(flow, screen="issuing")
    if flow.alone_asked:
        # A disk that takes so long is ill. Should it answer after all, the ticket is printed if somebody is still here.
        slow = now - flow.alone_at >= GIVE_UP_MS
        return (_unanswered(flow, now, rate) if slow else flow), ()
    gives_up = waited >= GIVE_UP_MS
    if flow.service in flow.alone and (gives_up or not flow.connected):
        return _ask_alone(flow, now)
    if gives_up:
        return _unanswered(flow, now, rate), ()
    return _ask(flow, now) if now - flow.repeated_at >= REPEAT_MS else (flow, ())


def _replied(flow: Flow, event: e.Replied, now: int, rate: float) -> Step:
    expected = (flow.waiting or flow.trouble == "unanswered") and not flow.alone_asked
    if isinstance(event.reply, Refused) and event.reply.code == "busy":
        return flow, ()  # it has not even looked at it, and is asked again in a moment
    if isinstance(event.reply, Refused):
        # Nothing was done, also if nobody waits for it any more. What was done is asked for again until it is on paper.
        flow = replace(flow, asked=_others(flow, event.request_id))
    if event.reply is None or not expected or event.request_id != flow.request_id:
        return flow, ()
    answered = replace(flow, sent_at=None, trouble="")
    if isinstance(event.reply, Accepted) and event.reply.ticket is not None:
        answered = replace(answered, asked=_others(flow, event.request_id))
        return _hold(answered, event.reply.ticket, event.request_id, now)
    code = event.reply.code if isinstance(event.reply, Refused) else "unknown"
    if code == "stale" and not flow.stale_once:
        # The clock we stamped it with was old, the citizen is not: ask again with what we know by now.
        return _ask(replace(flow, stale_once=True), now)
    if code == "storage" and flow.service in flow.alone:
        # The hub is there but can keep nothing; this kiosk can.
        return _ask_alone(replace(flow, sent_at=now, trouble=""), now)
    return timed(replace(answered, screen="refused", refusal=code), now, MESSAGE_MS, rate), ()


def _issued_alone(flow: Flow, event: e.IssuedAlone, now: int, rate: float) -> Step:
    if not flow.alone_asked or event.request_id != flow.request_id:
        return flow, ()
    flow = replace(flow, alone_asked=False)
    if event.ticket is not None:
        # The number is from this kiosk, and no message will come.
        return _hold(replace(flow, sent_at=None, trouble="", phone=""), event.ticket, event.minted, now)
    return _unanswered(flow, now, rate), ()


def _hold(flow: Flow, ticket: IssuedTicket, minted: str, now: int) -> Step:
    held = replace(flow, screen="ticket", ticket=ticket, minted=minted, slip="printing", since=now, deadline=None)
    return held, (e.Print(flow.request_id, ticket, minted),)


def _unanswered(flow: Flow, now: int, rate: float) -> Flow:
    return timed(replace(flow, screen="trouble", trouble="unanswered", sent_at=None), now, MESSAGE_MS, rate)


def _printed(flow: Flow, event: e.Printed, now: int, rate: float) -> Step:
    if flow.slip not in {"printing", "failed"} or event.request_id != flow.request_id:
        return flow, ()
    return timed(replace(flow, slip="printed", failure=""), now, TICKET_MS, rate), ()


def _print_failed(flow: Flow, event: e.PrintFailed, now: int, rate: float) -> Step:
    if flow.slip != "printing" or event.request_id != flow.request_id:
        return flow, ()
    return timed(replace(flow, slip="failed", failure=event.reason), now, UNPRINTED_MS, rate), ()


HANDLERS: Final[dict[type, Callable[[Flow, Any, int, float], Step]]] = {
    e.Retried: _retried,
    e.Replied: _replied,
    e.IssuedAlone: _issued_alone,
    e.Printed: _printed,
    e.PrintFailed: _print_failed,
}
