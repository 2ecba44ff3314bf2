"""Decisions about what is read and heard beside the queue: notices, pages, an emergency, slips of paper for staff."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from appliance.engine import commands as c
from appliance.engine import events as e
from appliance.engine.model import Day
from appliance.engine.refusal import Decision, Refusal
from appliance.units import MINUTE

LONGEST_SENTENCE: Final = 240
"""Letters of one text: more than this nobody reads on a wall, or listens to."""
MOST_TEXTS: Final = 20
"""Sentences, and pages: one round of them should end while somebody waits."""


def post_notices(day: Day, command: c.PostNotices, now: int) -> Decision:
    """Set the bottom line and the pages, all at once: what is not in the new list is gone."""
    notices = command.notices
    if max(len(notices.running), len(notices.announcements)) > MOST_TEXTS:
        return Refusal("too_many_texts", f"At most {MOST_TEXTS} sentences and {MOST_TEXTS} pages.")
    pages = [text for page in notices.announcements for text in (page.title, page.body or page.title)]
    wrong = _unreadable([*notices.running, *pages])
    return wrong or [e.NoticesPosted(notices, command.officer)]


def raise_emergency(day: Day, command: c.RaiseEmergency, now: int) -> Decision:
    """Take over screens and voices; another text takes the place of the one before."""
    return _unreadable([command.text]) or [e.EmergencyRaised(command.text, command.officer)]


def end_emergency(day: Day, command: c.EndEmergency, now: int) -> Decision:
    """Give screens and voices back."""
    if day.emergency is None:
        return Refusal("no_emergency", "There is no emergency.")
    return [e.EmergencyEnded(command.officer)]


def page(day: Day, command: c.Page, now: int) -> Decision:
    """Have a text spoken."""
    return _unreadable([command.text]) or [e.Paged(command.text, command.officer)]


def broadcast(day: Day, command: c.Broadcast, now: int) -> Decision:
    """Tell everybody who waits; another text takes the place of the one before. With the next day it would be gone."""
    if not day.is_open:
        return Refusal("nobody_waits", "The day is not open, so nobody waits; post a notice, or have a text spoken.")
    until = now + command.minutes * MINUTE
    return _unreadable([command.text]) or [e.BroadcastMade(command.text, until, command.officer)]


def end_broadcast(day: Day, command: c.EndBroadcast, now: int) -> Decision:
    """Take it off the screens before its time."""
    if day.broadcast is None or now >= day.broadcast.until:
        return Refusal("no_broadcast", "Nothing is told to everybody now.")
    return [e.BroadcastEnded(command.officer)]


def print_slip(day: Day, command: c.PrintSlip, now: int) -> Decision:
    """Note that a slip is printed; the hub hands its words on, for they are nothing to keep."""
    return [e.SlipOrdered(command.kiosk, command.slip.kind)]


def _unreadable(texts: Iterable[dict[str, str]]) -> Refusal | None:
    for text in texts:
        if not text or not all(words.strip() and len(words) <= LONGEST_SENTENCE for words in text.values()):
            return Refusal("unreadable_text", f"Write a text of at most {LONGEST_SENTENCE} letters in each language.")
    return None
