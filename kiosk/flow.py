"""What a visit at the kiosk looks like (pure): which screen comes next, when it gives up, what is asked of the hub.

``step`` takes the state, what happened and the time, and returns the new state with what is to be done. Times are real
milliseconds of one monotonic clock. Spans that a person perceives are given on the office's clock and divided by its
rate; waiting for the hub is not.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from msgspec.structs import replace

from appliance.wire.messages import Accepted, IssuedTicket, Refused
from kiosk import flow_events as e
from kiosk.flow_events import Effect, Event
from kiosk.flow_state import HOME_LANGUAGE, Flow, Question

VISIT_MS: Final = 45_000
"""Office time after which a citizen who touches nothing has left."""
TICKET_MS: Final = 8_000
UNPRINTED_MS: Final = 60_000
"""Office time for which an unprinted number stays on screen: long enough to photograph it."""
MESSAGE_MS: Final = 20_000
PATIENCE: Final = 2
"""So many times longer for those who need larger type, lower controls or the voice."""
LONGEST_CODE: Final = 16
SHORTEST_CODE: Final = 4

PROGRESS_MS: Final = 300
"""Real time after which waiting for the hub is shown."""
REPEAT_MS: Final = 2_000
GIVE_UP_MS: Final = 10_000
STARTING_MS: Final = 10_000
"""Real time that a hub may need to be heard for the first time: boxes of one office are switched on together."""
PRINTER_MS: Final = 20_000
"""Real time after which a printer that says nothing has failed."""

Outcome = tuple[Flow, tuple[Effect, ...]]


def step(flow: Flow, event: Event, now: int, rate: float = 1.0) -> Outcome:
    """Let one thing happen.

    Args:
        flow: the state before.
        event: what happened.
        now: real milliseconds of a monotonic clock.
        rate: office seconds in a real second.

    Returns:
        The state after, and what is to be done.
    """
    return _HANDLERS[type(event)](flow, event, now, rate)


# -- where a visit begins and ends -------------------------------------------------------------------------------------


def _home(flow: Flow, now: int, *, keep: bool = False) -> Flow:
    """Forget the visit and show whatever the first screen is at present; ``keep`` its language and its modes."""
    fresh = Flow(
        connected=flow.connected,
        started_at=flow.started_at,
        phase=flow.phase,
        offers=flow.offers,
        alone=flow.alone,
    )
    if keep:
        fresh = replace(fresh, language=flow.language, modes=flow.modes)
    if not fresh.phase or not (fresh.connected or fresh.alone):
        starting = flow.screen == "starting" and now - flow.started_at < STARTING_MS
        return fresh if starting else replace(fresh, screen="trouble", trouble="away")
    return replace(fresh, screen="attract" if fresh.phase == "open" else "closed")


def _at_home(flow: Flow) -> bool:
    return flow.screen in {"starting", "attract", "closed"} or (flow.screen == "trouble" and flow.trouble == "away")


def _settled_home(flow: Flow, now: int) -> Flow:
    """Show the first screen that is right now, without ending what somebody has set on it."""
    return replace(_home(flow, now, keep=True), since=flow.since, deadline=flow.deadline)


def _timed(flow: Flow, now: int, office_ms: int, rate: float) -> Flow:
    patience = PATIENCE if flow.modes else 1
    return replace(flow, since=now, deadline=now + int(office_ms * patience / rate))


def _visiting(flow: Flow) -> bool:
    return flow.screen in {"services", "confirm", "check_in"} and not flow.waiting


# -- touches -----------------------------------------------------------------------------------------------------------


def _touched(flow: Flow, _event: Any, now: int, rate: float) -> Outcome:
    if flow.screen == "attract":
        return _timed(replace(flow, screen="services"), now, VISIT_MS, rate), ()
    return (_timed(flow, now, VISIT_MS, rate) if _visiting(flow) else flow), ()


def _chose_group(flow: Flow, event: e.ChoseGroup, now: int, rate: float) -> Outcome:
    if flow.screen != "services":
        return flow, ()
    return _timed(replace(flow, group=event.group), now, VISIT_MS, rate), ()


def _chose(flow: Flow, event: e.Chose, now: int, rate: float) -> Outcome:
    if flow.screen != "services" or event.service not in flow.available:
        return flow, ()
    chosen = replace(
        flow, screen="confirm", service=event.service, request_id=event.request_id, papers=event.papers, priority=False
    )
    return _timed(replace(chosen, question=_questions(chosen)[0]), now, VISIT_MS, rate), ()


def _questions(flow: Flow) -> tuple[Question, ...]:
    """Return the parts of ``confirm``: large type and low controls leave room for one question at a time."""
    if not flow.modes & {"low", "large"}:
        return ("",)
    return ("papers", "priority", "take") if flow.papers else ("priority", "take")


def _move(flow: Flow, by: int, now: int, rate: float) -> Flow:
    questions = _questions(flow)
    at = max(0, min(len(questions) - 1, questions.index(flow.question) + by))
    return _timed(replace(flow, question=questions[at]), now, VISIT_MS, rate)


def _continued(flow: Flow, _event: Any, now: int, rate: float) -> Outcome:
    asked = flow.screen == "confirm" and flow.question and not flow.waiting
    return (_move(flow, 1, now, rate) if asked else flow), ()


def _priority(flow: Flow, event: e.PrioritySet, now: int, rate: float) -> Outcome:
    if flow.screen != "confirm" or flow.waiting:
        return flow, ()
    return _move(replace(flow, priority=event.on), 1 if flow.question == "priority" else 0, now, rate), ()


def _took(flow: Flow, _event: Any, now: int, _rate: float) -> Outcome:
    if flow.screen != "confirm" or flow.waiting or flow.question not in {"", "take"}:
        return flow, ()
    return _begin(flow, now)


def _check_in_opened(flow: Flow, _event: Any, now: int, rate: float) -> Outcome:
    if flow.screen not in {"attract", "services"}:
        return flow, ()
    return _timed(replace(flow, screen="check_in", code=""), now, VISIT_MS, rate), ()


def _typed(flow: Flow, event: e.Typed, now: int, rate: float) -> Outcome:
    if flow.screen != "check_in" or flow.waiting or len(flow.code) >= LONGEST_CODE:
        return flow, ()
    return _timed(replace(flow, code=flow.code + event.sign), now, VISIT_MS, rate), ()


def _erased(flow: Flow, _event: Any, now: int, rate: float) -> Outcome:
    if flow.screen != "check_in" or flow.waiting:
        return flow, ()
    return _timed(replace(flow, code=flow.code[:-1]), now, VISIT_MS, rate), ()


def _checked_in(flow: Flow, event: e.CheckedIn, now: int, _rate: float) -> Outcome:
    """Send the code that was typed, or the one that was scanned on any screen where nothing else is under way."""
    if flow.waiting:
        return flow, ()
    if flow.screen == "check_in" or (event.code and flow.screen in {"attract", "services", "turn"}):
        code = event.code or flow.code
        if len(code) >= SHORTEST_CODE:
            return _begin(replace(flow, screen="check_in", service="", code=code, request_id=event.request_id), now)
    return flow, ()


def _asked_turn(flow: Flow, event: e.AskedTurn, now: int, rate: float) -> Outcome:
    if flow.screen not in {"attract", "closed", "services", "check_in", "turn"} or flow.waiting:
        return flow, ()
    return _timed(replace(flow, screen="turn", turn=event.number, code=""), now, MESSAGE_MS, rate), ()


def _retried(flow: Flow, _event: Any, now: int, _rate: float) -> Outcome:
    if flow.trouble != "unanswered":
        return flow, ()
    # The hub was asked under this id before: ``repeated_at`` still says so.
    return _ask(replace(flow, screen="issuing", trouble="", sent_at=now, deadline=None), now)


def _begin(flow: Flow, now: int) -> Outcome:
    """Ask for the first time."""
    return _ask(replace(flow, sent_at=now, deadline=None, repeated_at=0, stale_once=False), now)


def _ask(flow: Flow, now: int) -> Outcome:
    if flow.alone_asked or (not flow.connected and flow.service in flow.alone):
        return _ask_alone(flow, now)
    flow = replace(flow, repeated_at=now)
    if flow.service:
        return flow, (e.SendIssue(flow.request_id, flow.service, flow.priority),)
    return flow, (e.SendCheckIn(flow.request_id, flow.code),)


def _ask_alone(flow: Flow, now: int) -> Outcome:
    asked = flow.repeated_at > 0
    alone = e.IssueAlone(flow.request_id, flow.service, flow.priority, asked)
    return replace(flow, alone_asked=True, alone_at=now), (alone,)


def _back(flow: Flow, event: Any, now: int, rate: float) -> Outcome:
    if flow.waiting:
        return flow, ()
    if flow.screen == "confirm" and flow.question != _questions(flow)[0]:
        return _move(flow, -1, now, rate), ()
    if flow.screen in {"confirm", "check_in"}:
        flow = replace(flow, screen="services", service="", request_id="", question="", priority=False, code="")
        return _timed(flow, now, VISIT_MS, rate), ()
    if flow.screen == "services" and flow.group:
        return _timed(replace(flow, group=""), now, VISIT_MS, rate), ()
    if flow.screen == "services":
        return _changed(_home(flow, now, keep=True), now, rate), ()
    if flow.screen == "refused" and flow.code and flow.phase == "open":
        return _timed(replace(flow, screen="check_in", refusal=""), now, VISIT_MS, rate), ()
    return _done(flow, event, now, rate)


def _done(flow: Flow, _event: Any, now: int, _rate: float) -> Outcome:
    leaves = flow.screen in {"ticket", "refused", "turn"} or flow.trouble == "unanswered" or _at_home(flow)
    return (_home(flow, now) if leaves else flow), ()


def _language(flow: Flow, event: e.LanguageSet, now: int, rate: float) -> Outcome:
    return _changed(replace(flow, language=event.language), now, rate), ()


def _mode(flow: Flow, event: e.ModeSet, now: int, rate: float) -> Outcome:
    modes = flow.modes - (e.SPOKEN if event.mode in e.SPOKEN else {event.mode})
    flow = replace(flow, modes=modes | {event.mode} if event.on else modes)
    if flow.question not in _questions(flow):
        flow = replace(flow, question=_questions(flow)[0])
    return _changed(flow, now, rate), ()


def _changed(flow: Flow, now: int, rate: float) -> Flow:
    if _at_home(flow):
        # Nobody may be left with a language or a mode that the last visitor chose.
        unusual = flow.modes or flow.language != HOME_LANGUAGE
        return _timed(flow, now, VISIT_MS, rate) if unusual else replace(flow, since=0, deadline=None)
    return _timed(flow, now, VISIT_MS, rate) if _visiting(flow) else flow


# -- the hub and the printer -------------------------------------------------------------------------------------------


def _replied(flow: Flow, event: e.Replied, now: int, rate: float) -> Outcome:
    expected = (flow.waiting or flow.trouble == "unanswered") and not flow.alone_asked
    if event.reply is None or not expected or event.request_id != flow.request_id:
        return flow, ()
    answered = replace(flow, sent_at=None, trouble="")
    if isinstance(event.reply, Accepted) and event.reply.ticket is not None:
        return _hold(answered, event.reply.ticket, event.request_id, now)
    code = event.reply.code if isinstance(event.reply, Refused) else "unknown"
    if code == "stale" and not flow.stale_once:
        # The clock we stamped it with was old, the citizen is not: ask again with what we know by now.
        return _ask(replace(flow, stale_once=True), now)
    if code == "storage" and flow.service in flow.alone:
        # The hub is there but can keep nothing; this kiosk can.
        return _ask_alone(replace(flow, sent_at=now, trouble=""), now)
    return _timed(replace(answered, screen="refused", refusal=code), now, MESSAGE_MS, rate), ()


def _issued_alone(flow: Flow, event: e.IssuedAlone, now: int, rate: float) -> Outcome:
    if not flow.alone_asked or event.request_id != flow.request_id:
        return flow, ()
    flow = replace(flow, alone_asked=False)
    if event.ticket is not None:
        return _hold(replace(flow, sent_at=None, trouble=""), event.ticket, event.minted, now)
    return _unanswered(flow, now, rate), ()


def _hold(flow: Flow, ticket: IssuedTicket, minted: str, now: int) -> Outcome:
    held = replace(flow, screen="ticket", ticket=ticket, minted=minted, slip="printing", since=now, deadline=None)
    return held, (e.Print(flow.request_id, ticket, minted),)


def _unanswered(flow: Flow, now: int, rate: float) -> Flow:
    return _timed(replace(flow, screen="trouble", trouble="unanswered", sent_at=None), now, MESSAGE_MS, rate)


def _printed(flow: Flow, event: e.Printed, now: int, rate: float) -> Outcome:
    if flow.slip not in {"printing", "failed"} or event.request_id != flow.request_id:
        return flow, ()
    return _timed(replace(flow, slip="printed", failure=""), now, TICKET_MS, rate), ()


def _print_failed(flow: Flow, event: e.PrintFailed, now: int, rate: float) -> Outcome:
    if flow.slip != "printing" or event.request_id != flow.request_id:
        return flow, ()
    return _timed(replace(flow, slip="failed", failure=event.reason), now, UNPRINTED_MS, rate), ()


def _catalogue(flow: Flow, event: e.CatalogueArrived, now: int, rate: float) -> Outcome:
    return _offer_changed(replace(flow, phase=event.phase, offers=event.offers), now, rate), ()


def _alone_changed(flow: Flow, event: e.AloneChanged, now: int, rate: float) -> Outcome:
    return _offer_changed(replace(flow, alone=event.services), now, rate), ()


def _connection(flow: Flow, event: e.Connection, now: int, rate: float) -> Outcome:
    return _offer_changed(replace(flow, connected=event.up), now, rate), ()


def _offer_changed(flow: Flow, now: int, rate: float) -> Flow:
    """Show what follows from a new offer, without taking anything from a citizen who has asked or holds a ticket."""
    if _at_home(flow):
        return _settled_home(flow, now)
    if not _visiting(flow):
        return flow
    if not (flow.connected or flow.alone):
        return _home(flow, now)
    if flow.phase != "open":
        return _changed(_home(flow, now, keep=True), now, rate)
    if flow.screen == "confirm" and flow.service not in flow.available:
        services = replace(flow, screen="services", service="", request_id="", question="", priority=False)
        return _timed(services, now, VISIT_MS, rate)
    return flow


def _tick(flow: Flow, _event: Any, now: int, rate: float) -> Outcome:
    if flow.deadline is not None and now >= flow.deadline:
        return _home(flow, now), ()
    if flow.waiting:
        return _tick_waiting(flow, now, rate)
    if flow.slip == "printing" and now - flow.since >= PRINTER_MS:
        return _print_failed(flow, e.PrintFailed(flow.request_id, "unknown"), now, rate)
    return (_settled_home(flow, now) if flow.screen == "starting" else flow), ()


def _tick_waiting(flow: Flow, now: int, rate: float) -> Outcome:
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


_HANDLERS: Final[dict[type, Callable[[Flow, Any, int, float], Outcome]]] = {
    e.Touched: _touched,
    e.ChoseGroup: _chose_group,
    e.Chose: _chose,
    e.Continued: _continued,
    e.PrioritySet: _priority,
    e.Took: _took,
    e.CheckInOpened: _check_in_opened,
    e.Typed: _typed,
    e.Erased: _erased,
    e.CheckedIn: _checked_in,
    e.AskedTurn: _asked_turn,
    e.Retried: _retried,
    e.Back: _back,
    e.Done: _done,
    e.LanguageSet: _language,
    e.ModeSet: _mode,
    e.Replied: _replied,
    e.IssuedAlone: _issued_alone,
    e.Printed: _printed,
    e.PrintFailed: _print_failed,
    e.CatalogueArrived: _catalogue,
    e.AloneChanged: _alone_changed,
    e.Connection: _connection,
    e.Tick: _tick,
}
