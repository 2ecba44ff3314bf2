"""Edges of contacts -> presses and holds (pure). Our own debounce, for those of the pin libraries drop real presses.

A level counts once it has been stable for the debounce time. A button without a hold action acts as soon as it is
firmly down; one with a hold action acts when it is let go, or when it has been held long enough. While one button is
down, others are ignored: a palm on the keypad asks for nothing.
"""

from __future__ import annotations

from typing import Final, Literal

import msgspec

STUCK_MS: Final = 30_000


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

    def edge(self, button: int, down: bool, now: int) -> None:  # noqa: FBT001  # a level is what an edge carries
        """Take in a change of a pin's level at ``now`` (milliseconds, monotonic)."""
        contact = self._contacts[button]
        if contact.level != down:
            contact.level, contact.changed_ms = down, now

    def due(self, now: int) -> list[Press]:
        """Return the presses that became certain up to ``now``."""
        presses = []
        for button, contact in sorted(enumerate(self._contacts), key=lambda pair: (pair[1].changed_ms, pair[1].level)):
            press = self._settle(button, contact, now)
            if press is not None:
                presses.append(press)
        return presses

    def next_due(self) -> int | None:
        """Return when ``due`` should next be called, or None if nothing is going on."""
        times = []
        for button, contact in enumerate(self._contacts):
            if contact.level != contact.down:
                times.append(contact.changed_ms + self._debounce_ms)
            elif contact.down and not contact.spent and self._holdable[button]:
                times.append(contact.down_ms + self._hold_ms)
        return min(times, default=None)

    def stuck(self, now: int) -> list[int]:
        """Return the buttons that have been down for longer than a person presses."""
        return [b for b, contact in enumerate(self._contacts) if contact.down and now - contact.down_ms > STUCK_MS]

    def _settle(self, button: int, contact: _Contact, now: int) -> Press | None:
        if contact.level != contact.down and now - contact.changed_ms >= self._debounce_ms:
            contact.down = contact.level
            if contact.down:
                contact.down_ms = contact.changed_ms
                contact.spent = self._other_is_down(button, now)
                if not contact.spent and not self._holdable[button]:
                    contact.spent = True
                    return Press(button, "press")
            elif not contact.spent:
                return Press(button, "press")
        if contact.down and not contact.spent and now - contact.down_ms >= self._hold_ms:
            contact.spent = True
            return Press(button, "hold")
        return None

    def _other_is_down(self, button: int, now: int) -> bool:
        # A button that is stuck must not make the whole keypad deaf.
        return any(
            other.down and now - other.down_ms <= STUCK_MS for b, other in enumerate(self._contacts) if b != button
        )
