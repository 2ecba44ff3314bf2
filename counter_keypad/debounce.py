"""Edges of contacts -> presses and holds (pure). Our own debounce, for those of the pin libraries drop real presses.

A level counts once it has been stable for the debounce time. A button without a hold action acts as soon as it is
firmly down. One with a hold action acts when it is let go, so that a folder which lies on it asks for nothing; the lamp
says meanwhile that the finger was felt, and from when on letting go means the hold. Two buttons at once are a palm, and
ask for nothing. A button that is down for longer than a person presses, or that goes down more often, is broken: it is
named, and the others work on.
"""

from __future__ import annotations

from collections import deque
from typing import Final, Literal

import msgspec

STUCK_MS: Final = 10_000
"""Longer than anybody holds a button."""
CHATTER_PRESSES: Final = 10
CHATTER_MS: Final = 2_000
"""More presses than this within this time come from a wet or worn contact."""
CALM_MS: Final = 5_000
"""So long a worn contact must be still before it is believed again."""

Feel = Literal["", "felt", "let_go"]
Fault = Literal["stuck", "chattering"]


class Press(msgspec.Struct, frozen=True):
    """A deliberate press of one button."""

    button: int
    kind: Literal["press", "hold"]


class _Contact(msgspec.Struct):
    level: bool = False
    """What the pin says now."""
    changed_ms: int = 0
    down: bool = False
    """What we believe, after the debounce."""
    down_ms: int = 0
    spent: bool = False
    """This press has acted, or is ignored."""
    recent: deque[int] = msgspec.field(default_factory=lambda: deque(maxlen=CHATTER_PRESSES))
    """When it went down lately."""
    chattered_ms: int | None = None
    """When it last went down while it was not believed."""


class Presses:
    """The state of all buttons of a keypad.

    Args:
        holdable: for each button, whether holding it means something of its own.
        debounce_ms: how long a level must be stable.
        hold_ms: how long a hold is.
    """

    def __init__(self, holdable: list[bool], debounce_ms: int, hold_ms: int) -> None:
        self._contacts = [_Contact() for _ in holdable]
        self._holdable = holdable
        self._debounce_ms = debounce_ms
        self._hold_ms = hold_ms

    def found_down(self, button: int, now: int) -> None:
        """Take in that a contact was closed when the keypad started: that is no press."""
        contact = self._contacts[button]
        contact.level = contact.down = contact.spent = True
        contact.changed_ms = contact.down_ms = now

    def edge(self, button: int, down: bool, now: int) -> None:  # noqa: FBT001  # a level is what an edge carries
        """Take in a change of a pin's level at ``now`` (milliseconds, monotonic)."""
        contact = self._contacts[button]
        if contact.level != down:
            contact.level, contact.changed_ms = down, now

    def look(self, down: list[int], now: int) -> None:
        """Take in which contacts are closed now: a kernel's queue of edges runs over while a contact bounces."""
        for button in range(len(self._contacts)):
            self.edge(button, button in down, now)

    def due(self, now: int) -> list[Press]:
        """Return the presses that became certain up to ``now``."""
        presses = []
        for button, contact in sorted(enumerate(self._contacts), key=lambda pair: (pair[1].changed_ms, pair[1].level)):
            if contact.level != contact.down and now - contact.changed_ms >= self._debounce_ms:
                press = self._went_down(button, contact) if contact.level else self._was_let_go(button, contact)
                if press is not None:
                    presses.append(press)
        return presses

    def next_due(self, now: int) -> int | None:
        """Return when ``due`` or ``feel`` will next have something new to say after ``now``, or None."""
        times = []
        for contact in self._contacts:
            if contact.level != contact.down:
                times.append(contact.changed_ms + self._debounce_ms)
            elif contact.down and not contact.spent and now < contact.down_ms + self._hold_ms:
                times.append(contact.down_ms + self._hold_ms)
        return min(times, default=None)

    def feel(self, now: int) -> Feel:
        """Tell what a finger that is still on a button with a hold action should know."""
        feels: Feel = ""
        for contact in self._contacts:
            if contact.down and not contact.spent and now - contact.down_ms <= STUCK_MS:
                feels = "let_go" if now - contact.down_ms >= self._hold_ms else feels or "felt"
        return feels

    def faults(self, now: int) -> list[tuple[int, Fault]]:
        """Return the buttons that no finger can be blamed for."""
        found: list[tuple[int, Fault]] = []
        for button, contact in enumerate(self._contacts):
            if self._is_stuck(contact, now):
                found.append((button, "stuck"))
            elif self._is_worn(contact, now):
                found.append((button, "chattering"))
        return found

    def _went_down(self, button: int, contact: _Contact) -> Press | None:
        contact.down, contact.down_ms = True, contact.changed_ms
        contact.spent = self._is_palm(button, contact) | self._chatters(contact)
        if contact.spent or self._holdable[button]:
            return None
        contact.spent = True
        return Press(button, "press")

    def _was_let_go(self, button: int, contact: _Contact) -> Press | None:
        contact.down = False
        lasted = contact.changed_ms - contact.down_ms
        if contact.spent or lasted > STUCK_MS:
            return None
        return Press(button, "hold" if lasted >= self._hold_ms else "press")

    def _is_palm(self, button: int, contact: _Contact) -> bool:
        palm = False
        for index, other in enumerate(self._contacts):
            if index == button or self._is_stuck(other, contact.down_ms) or self._is_worn(other, contact.down_ms):
                continue  # a broken button must not make the whole keypad deaf
            together = other.level and not other.down and abs(other.changed_ms - contact.changed_ms) < self._debounce_ms
            if other.down or together:
                other.spent = palm = True
        return palm

    def _chatters(self, contact: _Contact) -> bool:
        now = contact.down_ms
        contact.recent.append(now)
        too_often = len(contact.recent) == CHATTER_PRESSES and now - contact.recent[0] < CHATTER_MS
        worn = too_often or self._is_worn(contact, now)
        contact.chattered_ms = now if worn else None
        return worn

    @staticmethod
    def _is_worn(contact: _Contact, now: int) -> bool:
        return contact.chattered_ms is not None and now - contact.chattered_ms < CALM_MS

    @staticmethod
    def _is_stuck(contact: _Contact, now: int) -> bool:
        return contact.down and now - contact.down_ms > STUCK_MS
