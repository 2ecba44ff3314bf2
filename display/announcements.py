"""Which call is spoken next (pure): one at a time, in order, each one once, and none that comes too late.

Times are milliseconds on the office's clock, or None while no trusted time of day is known.
"""

from __future__ import annotations

from collections import deque
from typing import Final

from appliance.wire.messages import Call

REMEMBERED: Final = 64
"""Calls that are recognised when the bus delivers them again."""
LONGEST_QUEUE: Final = 50
"""More calls than this cannot all be spoken in time; the oldest give way."""


class Announcements:
    """The order of announcements.

    Args:
        max_age_s: a call older than this, in office seconds, is shown but not spoken.
        repeats: how many times each call is spoken, in a row.
    """

    def __init__(self, max_age_s: int = 120, repeats: int = 1) -> None:
        self._max_age_ms = max_age_s * 1000
        self._repeats = repeats
        self._waiting: deque[Call] = deque()
        self._seen: deque[tuple[int, int]] = deque(maxlen=REMEMBERED)
        self._highest = -1
        self._latest_at = -1
        self._current: Call | None = None
        self._times_left = 0
        self.duplicates = 0
        """Calls that had been delivered before."""
        self.dropped = 0
        """Calls that were too old to be spoken, or too many."""

    @property
    def current(self) -> Call | None:
        """The call that is being spoken."""
        return self._current

    @property
    def waiting(self) -> tuple[Call, ...]:
        """The calls yet to be spoken, in order."""
        return tuple(self._waiting)

    def add(self, call: Call) -> bool:
        """Take in a call as the bus delivered it; tell whether it is new."""
        if self._is_known(call):
            self.duplicates += 1
            return False
        self._seen.append((call.seq, call.at))
        if call.seq > self._highest or call.at > self._latest_at:
            self._highest = call.seq
        self._latest_at = max(self._latest_at, call.at)
        self._waiting.append(call)
        if len(self._waiting) > LONGEST_QUEUE:
            self._waiting.popleft()
            self.dropped += 1
        return True

    def next(self, now: int | None) -> Call | None:
        """Return the call to speak now, or None if one is being spoken or nothing waits.

        Whoever takes it calls ``finished`` when it has been spoken, or could not be.
        """
        if self._current is not None:
            return None
        while self._waiting:
            call = self._waiting.popleft()
            if now is not None and now - call.at > self._max_age_ms:
                self.dropped += 1
                continue
            self._current = call
            self._times_left = self._repeats
            return call
        return None

    def finished(self) -> bool:
        """The current call has been spoken once; tell whether the same call is to be spoken again now."""
        self._times_left -= 1
        if self._current is not None and self._times_left > 0:
            return True
        self._current = None
        return False

    def _is_known(self, call: Call) -> bool:
        if (call.seq, call.at) in self._seen:
            return True
        if call.seq > self._highest or call.at > self._latest_at:
            # A lower sequence with a later time: the hub's log began anew (a new or restored card).
            return False
        # A straggler from within our memory is new; what is older than all that we remember has had its turn.
        return len(self._seen) == REMEMBERED and call.seq < min(seq for seq, _ in self._seen)
