"""From "Rate our service" to "Thank you" (pure): whose ticket it is, one question after the other, what is sent."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec
from msgspec.structs import replace

from appliance.wire.messages import ABOUT, ELEMENTS, Accepted, Refused, Survey
from kiosk.visit import events as e
from kiosk.visit.asking import Step
from kiosk.visit.state import MESSAGE_MS, VISIT_MS, Flow, timed

MARKS: Final = ("1", "2", "3", "4")
MOST_TRIES: Final = 3
"""So often the hub is asked before the citizen is sent home."""
NO_ANSWER: Final = "no_answer"
_AGAIN: Final = ("stale", "busy")
"""Refusals of a request, not of what it asks: the same is asked again."""
_NUMBER: Final = re.compile(r"([A-Z]{1,3})([0-9]{1,9})")


def questions(survey: str) -> tuple[str, ...]:
    """Return what is asked, in order: overall first in the short form, whose citizens may go on or not."""
    first = ("overall",) if survey == "short" else ()
    return (*first, *ELEMENTS, *ABOUT)


def question(flow: Flow) -> str:
    """Return what is asked now."""
    return questions(flow.survey or "short")[flow.asked_at]


def options(asked: str) -> tuple[str, ...]:
    """Return what may be answered to a question."""
    return ABOUT.get(asked, MARKS)


def has_answers(flow: Flow) -> bool:
    """Tell whether anything was said of the service, which is worth sending."""
    return any(asked not in ABOUT for asked, _ in flow.answers)


def full_number(typed: str, digits: Mapping[str, int]) -> str:
    """Return the number that somebody means who leaves its noughts out; empty if it is none.

    Args:
        typed: by hand.
        digits: how many each prefix has at least.
    """
    found = _NUMBER.fullmatch(typed)
    if found is None:
        return ""
    return f"{found[1]}{int(found[2]):0{digits.get(found[1], 1)}d}" if found[1] in digits else typed


def survey_of(answers: tuple[tuple[str, str], ...]) -> Survey:
    """Return what is sent of what was answered."""
    said = dict(answers)
    marks = {asked: int(said[asked]) for asked in ELEMENTS if asked in said}
    about = {asked: said[asked] for asked in ABOUT if asked in said}
    overall = {"overall": int(said["overall"])} if "overall" in said else {}
    return msgspec.convert({"elements": marks, **overall, **about}, Survey)


def send(flow: Flow) -> Step:
    """Send what was answered, and wait for the hub."""
    rating = e.SendRating(flow.rating_id, flow.rated, survey_of(flow.answers))
    return replace(flow, hub_asked=1, deadline=None), (rating,)


def _opened(flow: Flow, _event: Any, now: int, rate: float) -> Step:
    if not flow.asks_ratings or flow.screen not in {"attract", "services", "closed"}:
        return flow, ()
    return timed(replace(flow, screen="rate", code=""), now, VISIT_MS, rate), ()


def _given(flow: Flow, event: e.RateGiven, _now: int, _rate: float) -> Step:
    """Ask the hub whether this ticket may be rated, before anybody answers nine questions in vain."""
    if flow.hub_asked or not flow.asks_ratings or flow.screen not in {"rate", "turn"} or not event.number:
        return flow, ()
    checking = replace(
        flow, screen="rate", rated=event.number, code="", check_id=event.check_id, rating_id=event.rating_id,
        hub_asked=1, deadline=None, answers=(), asked_at=0,
    )  # fmt: skip
    return checking, (e.AskMayRate(event.check_id, event.number),)


def _answered(flow: Flow, event: e.RateAnswered, now: int, rate: float) -> Step:
    asked = question(flow)
    if flow.screen != "rating" or flow.hub_asked or event.value not in options(asked):
        return flow, ()
    others = tuple(one for one in flow.answers if one[0] != asked)
    return _go_on(replace(flow, answers=(*others, (asked, event.value))), now, rate)


def _skipped(flow: Flow, _event: Any, now: int, rate: float) -> Step:
    if flow.screen != "rating" or flow.hub_asked:
        return flow, ()
    asked = question(flow)
    return _go_on(replace(flow, answers=tuple(one for one in flow.answers if one[0] != asked)), now, rate)


def _go_on(flow: Flow, now: int, rate: float) -> Step:
    if flow.asked_at + 1 < len(questions(flow.survey or "short")):
        return timed(replace(flow, asked_at=flow.asked_at + 1), now, VISIT_MS, rate), ()
    if has_answers(flow):
        return send(flow)
    return timed(replace(flow, screen="thanks"), now, MESSAGE_MS, rate), ()


def _finished(flow: Flow, _event: Any, _now: int, _rate: float) -> Step:
    if flow.screen != "rating" or flow.hub_asked or not has_answers(flow):
        return flow, ()
    return send(flow)


def _replied(flow: Flow, event: e.RateReplied, now: int, rate: float) -> Step:
    expected = {"rate": flow.check_id, "rating": flow.rating_id}.get(flow.screen)
    if not flow.hub_asked or event.request_id != expected:
        return flow, ()
    if isinstance(event.reply, Accepted):
        screen: Any = "rating" if flow.screen == "rate" else "thanks"
        span = VISIT_MS if flow.screen == "rate" else MESSAGE_MS
        return timed(replace(flow, screen=screen, hub_asked=0), now, span, rate), ()
    again = event.reply is None or event.reply.code in _AGAIN
    if again and flow.hub_asked < MOST_TRIES:
        asked: e.Effect = e.AskMayRate(flow.check_id, flow.rated)
        if flow.screen == "rating":
            asked = e.SendRating(flow.rating_id, flow.rated, survey_of(flow.answers))
        return replace(flow, hub_asked=flow.hub_asked + 1), (asked,)
    code = NO_ANSWER if again else event.reply.code if isinstance(event.reply, Refused) else NO_ANSWER
    return timed(replace(flow, screen="refused", refusal=code, hub_asked=0), now, MESSAGE_MS, rate), ()


HANDLERS: Final[dict[type, Callable[[Flow, Any, int, float], Step]]] = {
    e.RateOpened: _opened,
    e.RateGiven: _given,
    e.RateAnswered: _answered,
    e.RateSkipped: _skipped,
    e.RateFinished: _finished,
    e.RateReplied: _replied,
}
