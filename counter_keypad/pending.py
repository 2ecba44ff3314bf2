"""The press that waits for the hub's answer (pure): one at a time, executed at most once.

A press whose answer never came may have been carried out. The same action pressed again soon is therefore the same
request, with the same id: a hub that was merely slow answers it without calling a second citizen.
"""

from __future__ import annotations

from typing import Final

from counter_keypad.settings import Action

REPEAT_MS: Final = 10_000


class Pending:
    """Decides under which request id a press is sent, if at all."""

    def __init__(self) -> None:
        self.waiting: str | None = None
        self._unanswered: tuple[Action, str, int] | None = None
        self._action: Action | None = None

    def send(self, action: Action, fresh_id: str, now: int) -> str | None:
        """Return the request id to send ``action`` with, or None while another press is on its way.

        Args:
            action: what was pressed.
            fresh_id: used unless this repeats an unanswered press.
            now: milliseconds, monotonic.
        """
        if self.waiting is not None:
            return None
        request_id = fresh_id
        if self._unanswered is not None:
            before, old_id, at = self._unanswered
            if before == action and now - at < REPEAT_MS:
                request_id = old_id
        self._action, self.waiting = action, request_id
        return request_id

    def answered(self) -> str | None:
        """The hub has answered; the matter is closed. Return the id of the request."""
        request_id = self.waiting
        self.waiting = self._unanswered = None
        return request_id

    def silent(self, now: int) -> None:
        """No answer came in time."""
        if self._action is not None and self.waiting is not None:
            self._unanswered = (self._action, self.waiting, now)
        self.waiting = None

    def unsent(self) -> None:
        """It never left this box, so it cannot have been carried out."""
        self.waiting = None
