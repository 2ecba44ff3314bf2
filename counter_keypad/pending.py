"""The press that waits for the hub's answer (pure): one at a time, executed at most once.

A press whose answer never came may have been carried out. The same command pressed again soon is therefore the same
request, with the same id: a hub that was merely slow answers it without calling a second citizen.
"""

from __future__ import annotations

from typing import Final

from appliance.wire.messages import AnyBody

REPEAT_MS: Final = 10_000


class Pending:
    """Decides under which request id a press is sent, if at all."""

    def __init__(self) -> None:
        self.waiting: str | None = None
        self._unanswered: tuple[AnyBody, str, int] | None = None
        self._body: AnyBody | None = None

    def send(self, body: AnyBody, fresh_id: str, now: int) -> str | None:
        """Return the request id to send ``body`` with, or None while another press is on its way.

        Args:
            body: the command that was pressed.
            fresh_id: used unless this repeats an unanswered press.
            now: milliseconds, monotonic.
        """
        if self.waiting is not None:
            return None
        request_id = fresh_id
        if self._unanswered is not None:
            before, old_id, at = self._unanswered
            if before == body and now - at < REPEAT_MS:
                request_id = old_id
        self._body, self.waiting = body, request_id
        return request_id

    def answered(self) -> str | None:
        """The hub has answered; the matter is closed. Return the id of the request."""
        request_id = self.waiting
        self.waiting = self._unanswered = None
        return request_id

    def silent(self, now: int) -> None:
        """No answer came in time."""
        if self._body is not None and self.waiting is not None:
            self._unanswered = (self._body, self.waiting, now)
        self.waiting = None

    def unsent(self) -> None:
        """It never left this box, so it cannot have been carried out."""
        self.waiting = None
