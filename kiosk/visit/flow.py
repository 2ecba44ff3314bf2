"""What a visit at the kiosk looks like (pure): which screen comes next, and when it gives up.

``step`` takes the state, what happened and the time, and returns the new state with what is to be done. Times are real
milliseconds of one monotonic clock. Spans that a person perceives are given on the office's clock and divided by its
rate; waiting for the hub is not.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from msgspec.structs import replace

from kiosk.visit import asking as flow_asking
from kiosk.visit import events as e
from kiosk.visit import rating
from kiosk.visit.asking import Step
from kiosk.visit.events import Event
from kiosk.visit.state import MESSAGE_MS, VISIT_MS, Flow, Question, timed

LONGEST_CODE: Final = 16
LONGEST_PHONE: Final = 15
SHORTEST_PHONE: Final = 8
SHORTEST_CODE: Final = 4
STARTING_MS: Final = 10_000
"""Real time that a hub may need to be heard for the first time: boxes of one office are switched on together."""


def step(flow: Flow, event: Event, now: int, rate: float = 1.0) -> Step:
    """Let one thing happen.

    Args:
        flow: the state before.
        event: what happened.
        now: real milliseconds of a monotonic clock.
        rate: office seconds in a real second.

    Returns:
        The state after, and what is to be done.
    """
    after, effects = _HANDLERS[type(event)](flow, event, now, rate)
    if after.access and after.screen != flow.screen:
        after = replace(after, access=False)  # what it was opened for has gone
    return after, effects


# -- where a visit begins and ends -------------------------------------------------------------------------------------


def _home(flow: Flow, now: int, *, keep: bool = False) -> Flow:
    """Forget the visit and show whatever the first screen is at present; ``keep`` its language and its modes."""
    fresh = Flow(
        home=flow.home,
        language=flow.home,
        connected=flow.connected,
        started_at=flow.started_at,
        phase=flow.phase,
        day=flow.day,
        asked=flow.asked,
        offers=flow.offers,
        alone=flow.alone,
        messages=flow.messages,
        survey=flow.survey,
    )
    if keep:
        fresh = replace(fresh, language=flow.language, modes=flow.modes, access=flow.access)
    if not fresh.phase or not (fresh.connected or fresh.alone):
        starting = flow.screen == "starting" and now - flow.started_at < STARTING_MS
        return fresh if starting else replace(fresh, screen="trouble", trouble="away")
    return replace(fresh, screen="attract" if fresh.phase == "open" else "closed")


def _at_home(flow: Flow) -> bool:
    return flow.screen in {"starting", "attract", "closed"} or (flow.screen == "trouble" and flow.trouble == "away")


def _settled_home(flow: Flow, now: int) -> Flow:
    """Show the first screen that is right now, without ending what somebody has set on it."""
    return replace(_home(flow, now, keep=True), since=flow.since, deadline=flow.deadline)


def _rates(flow: Flow) -> bool:
    return flow.screen in {"rate", "rating"} and not flow.hub_asked


def _visiting(flow: Flow) -> bool:
    return flow.screen in {"services", "confirm", "phone", "check_in"} and not flow.waiting


# -- touches -----------------------------------------------------------------------------------------------------------


def _touched(flow: Flow, _event: Any, now: int, rate: float) -> Step:
    if flow.access:
        return _changed(flow, now, rate), ()
    if flow.screen == "attract":
        return timed(replace(flow, screen="services"), now, VISIT_MS, rate), ()
    return (timed(flow, now, VISIT_MS, rate) if _visiting(flow) or _rates(flow) else flow), ()


def _chose_group(flow: Flow, event: e.ChoseGroup, now: int, rate: float) -> Step:
    if flow.screen != "services":
        return flow, ()
    return timed(replace(flow, group=event.group), now, VISIT_MS, rate), ()


def _chose(flow: Flow, event: e.Chose, now: int, rate: float) -> Step:
    if flow.screen != "services" or event.service not in flow.available:
        return flow, ()
    chosen = replace(
        flow, screen="confirm", service=event.service, request_id=event.request_id, papers=event.papers, priority=False
    )
    return timed(replace(chosen, question=_questions(chosen)[0]), now, VISIT_MS, rate), ()


def _papers_opened(flow: Flow, _event: Any, now: int, rate: float) -> Step:
    opens = flow.screen == "confirm" and flow.papers and not flow.question and not flow.waiting
    return (timed(replace(flow, question="papers"), now, VISIT_MS, rate) if opens else flow), ()


def _questions(flow: Flow) -> tuple[Question, ...]:
    """Return the parts of ``confirm``: large type and low controls leave room for one question at a time."""
    if not flow.modes & {"low", "large"}:
        return ("",)
    return ("papers", "priority", "take") if flow.papers else ("priority", "take")


def _move(flow: Flow, by: int, now: int, rate: float) -> Flow:
    questions = _questions(flow)
    if flow.question not in questions:  # the papers were opened to be read
        return timed(replace(flow, question=questions[0]), now, VISIT_MS, rate)
    at = max(0, min(len(questions) - 1, questions.index(flow.question) + by))
    return timed(replace(flow, question=questions[at]), now, VISIT_MS, rate)


def _continued(flow: Flow, _event: Any, now: int, rate: float) -> Step:
    asked = flow.screen == "confirm" and flow.question and not flow.waiting
    return (_move(flow, 1, now, rate) if asked else flow), ()


def _priority(flow: Flow, event: e.PrioritySet, now: int, rate: float) -> Step:
    if flow.screen != "confirm" or flow.waiting:
        return flow, ()
    return _move(replace(flow, priority=event.on), 1 if flow.question == "priority" else 0, now, rate), ()


def _took(flow: Flow, _event: Any, now: int, _rate: float) -> Step:
    if flow.screen != "confirm" or flow.waiting or flow.question not in {"", "take"}:
        return flow, ()
    return flow_asking.begin(flow, now)


def _phone_opened(flow: Flow, _event: Any, now: int, rate: float) -> Step:
    offered = flow.screen == "confirm" and flow.question in {"", "take"} and flow.asks_phone and not flow.waiting
    return (timed(replace(flow, screen="phone"), now, VISIT_MS, rate) if offered else flow), ()


def _phone_given(flow: Flow, _event: Any, now: int, rate: float) -> Step:
    if flow.screen != "phone" or len(flow.phone) < SHORTEST_PHONE:
        return flow, ()
    return timed(replace(flow, screen="confirm"), now, VISIT_MS, rate), ()


def _check_in_opened(flow: Flow, _event: Any, now: int, rate: float) -> Step:
    if flow.screen not in {"attract", "services"}:
        return flow, ()
    return timed(replace(flow, screen="check_in", code=""), now, VISIT_MS, rate), ()


def _typed(flow: Flow, event: e.Typed, now: int, rate: float) -> Step:
    if flow.screen == "phone" and len(flow.phone) < LONGEST_PHONE and event.sign in "0123456789":
        return timed(replace(flow, phone=flow.phone + event.sign), now, VISIT_MS, rate), ()
    if not _types_code(flow) or len(flow.code) >= LONGEST_CODE:
        return flow, ()
    return timed(replace(flow, code=flow.code + event.sign), now, VISIT_MS, rate), ()


def _types_code(flow: Flow) -> bool:
    return flow.screen in {"check_in", "rate"} and not flow.waiting and not flow.hub_asked


def _erased(flow: Flow, _event: Any, now: int, rate: float) -> Step:
    if flow.screen == "phone":
        return timed(replace(flow, phone=flow.phone[:-1]), now, VISIT_MS, rate), ()
    if not _types_code(flow):
        return flow, ()
    return timed(replace(flow, code=flow.code[:-1]), now, VISIT_MS, rate), ()


def _checked_in(flow: Flow, event: e.CheckedIn, now: int, _rate: float) -> Step:
    """Send the code that was typed, or the one that was scanned on any screen where nothing else is under way."""
    if flow.waiting:
        return flow, ()
    if flow.screen == "check_in" or (event.code and flow.screen in {"attract", "services", "turn"}):
        code = event.code or flow.code
        if len(code) >= SHORTEST_CODE:
            # An earlier request may have been carried out though its answer was lost: the hub remembers it by its id.
            request_id = dict(flow.asked).get(code, event.request_id)
            asking = replace(flow, screen="check_in", service="", code=code, request_id=request_id)
            return flow_asking.begin(asking, now)
    return flow, ()


def _asked_turn(flow: Flow, event: e.AskedTurn, now: int, rate: float) -> Step:
    if flow.screen not in {"attract", "closed", "services", "check_in", "turn"} or flow.waiting:
        return flow, ()
    return timed(replace(flow, screen="turn", turn=event.number, code=""), now, MESSAGE_MS, rate), ()


def _back(flow: Flow, event: Any, now: int, rate: float) -> Step:
    if flow.waiting or flow.hub_asked:
        return flow, ()
    if flow.screen == "rating" and flow.asked_at:
        return timed(replace(flow, asked_at=flow.asked_at - 1), now, VISIT_MS, rate), ()
    if flow.screen in {"rate", "rating"}:
        return _changed(_home(flow, now, keep=True), now, rate), ()
    if flow.screen == "phone":
        return timed(replace(flow, screen="confirm", phone=""), now, VISIT_MS, rate), ()
    if flow.screen == "confirm" and flow.question != _questions(flow)[0]:
        return _move(flow, -1, now, rate), ()
    if flow.screen in {"confirm", "check_in"}:
        return _to_services(flow, now, rate), ()
    if flow.screen == "services" and flow.group:
        return timed(replace(flow, group=""), now, VISIT_MS, rate), ()
    if flow.screen == "services":
        return _changed(_home(flow, now, keep=True), now, rate), ()
    if flow.screen == "refused" and flow.code and flow.phase == "open":
        return timed(replace(flow, screen="check_in", refusal=""), now, VISIT_MS, rate), ()
    return _done(flow, event, now, rate)


def _to_services(flow: Flow, now: int, rate: float) -> Flow:
    """Choose again: what was said about one service, or one booking, no longer counts."""
    services = replace(
        flow, screen="services", service="", request_id="", question="", priority=False, phone="", code=""
    )
    return timed(services, now, VISIT_MS, rate)


def _done(flow: Flow, _event: Any, now: int, _rate: float) -> Step:
    leaves = flow.screen in {"ticket", "refused", "turn", "thanks"} or flow.trouble == "unanswered" or _at_home(flow)
    return (_home(flow, now) if leaves else flow), ()


def _language(flow: Flow, event: e.LanguageSet, now: int, rate: float) -> Step:
    return _changed(replace(flow, language=event.language), now, rate), ()


def _mode(flow: Flow, event: e.ModeSet, now: int, rate: float) -> Step:
    modes = flow.modes - (e.SPOKEN if event.mode in e.SPOKEN else {event.mode})
    flow = replace(flow, modes=modes | {event.mode} if event.on else modes)
    if flow.question not in {*_questions(flow), "papers"}:
        flow = replace(flow, question=_questions(flow)[0])
    return _changed(flow, now, rate), ()


def _access_opened(flow: Flow, _event: Any, now: int, rate: float) -> Step:
    return _changed(replace(flow, access=True), now, rate), ()


def _access_closed(flow: Flow, _event: Any, now: int, rate: float) -> Step:
    return _changed(replace(flow, access=False), now, rate), ()


def _changed(flow: Flow, now: int, rate: float) -> Flow:
    if _at_home(flow):
        # Nobody may be left with a language, a mode or a panel that the last visitor chose.
        unusual = flow.modes or flow.language != flow.home or flow.access
        return timed(flow, now, VISIT_MS, rate) if unusual else replace(flow, since=0, deadline=None)
    return timed(flow, now, VISIT_MS, rate) if _visiting(flow) or _rates(flow) else flow


# -- what is offered, and time -----------------------------------------------------------------------------------------


def _catalogue(flow: Flow, event: e.CatalogueArrived, now: int, rate: float) -> Step:
    if event.day != flow.day:
        flow = replace(flow, day=event.day, asked=())
    if flow.screen != "rating":  # whoever answers goes on with the questions that they began with
        flow = replace(flow, survey=event.survey)
    return _offer_changed(replace(flow, phase=event.phase, offers=event.offers, messages=event.messages), now, rate), ()


def _alone_changed(flow: Flow, event: e.AloneChanged, now: int, rate: float) -> Step:
    return _offer_changed(replace(flow, alone=event.services), now, rate), ()


def _connection(flow: Flow, event: e.Connection, now: int, rate: float) -> Step:
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
    if flow.screen in {"confirm", "phone"} and flow.service not in flow.available:
        return _to_services(flow, now, rate)
    if not flow.asks_phone:
        # Who left a number is not told that a message comes when none will.
        return replace(flow, screen="confirm" if flow.screen == "phone" else flow.screen, phone="")
    return flow


def _tick(flow: Flow, _event: Any, now: int, rate: float) -> Step:
    if flow.deadline is not None and now >= flow.deadline:
        if flow.screen == "rating" and rating.has_answers(flow):
            return rating.send(flow)  # whoever went away has said it
        return _home(flow, now), ()
    if flow.screen == "starting":
        return _settled_home(flow, now), ()
    return flow_asking.tick(flow, now, rate)


_HANDLERS: Final[dict[type, Callable[[Flow, Any, int, float], Step]]] = {
    e.Touched: _touched,
    e.ChoseGroup: _chose_group,
    e.Chose: _chose,
    e.PapersOpened: _papers_opened,
    e.AccessOpened: _access_opened,
    e.AccessClosed: _access_closed,
    e.Continued: _continued,
    e.PrioritySet: _priority,
    e.Took: _took,
    e.PhoneOpened: _phone_opened,
    e.PhoneGiven: _phone_given,
    e.CheckInOpened: _check_in_opened,
    e.Typed: _typed,
    e.Erased: _erased,
    e.CheckedIn: _checked_in,
    e.AskedTurn: _asked_turn,
    e.Back: _back,
    e.Done: _done,
    e.LanguageSet: _language,
    e.ModeSet: _mode,
    e.CatalogueArrived: _catalogue,
    e.AloneChanged: _alone_changed,
    e.Connection: _connection,
    e.Tick: _tick,
    **flow_asking.HANDLERS,
    **rating.HANDLERS,
}
