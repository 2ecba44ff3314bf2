"""What is spoken next (pure): one at a time, in order, each one once, and none that comes too late.

Calls come first, staff's texts (``Paging``) between them, and while an ``Emergency`` is on there is nothing else.
Times are milliseconds on the office's clock, or None while no trusted time of day is known.
"""

from __future__ import annotations

from collections import deque
from typing import Final, TypeVar

from appliance.speech.phrases import Heard, Said
from appliance.wire.messages import Board, Call, Emergency, Notices, Paging
from display.withdrawn import is_withdrawn

REMEMBERED: Final = 64
"""Calls that are recognised when the bus delivers them again."""
LONGEST_QUEUE: Final = 50
"""More calls than this cannot all be spoken in time; the oldest give way."""
T = TypeVar("T", Call, Paging)


class Announcements:
    """The order of announcements.

    Args:
        max_age_s: a call older than this, in office seconds, is shown but not spoken.
        repeats: how many times each call is spoken, in a row.
    """

    def __init__(self, max_age_s: int = 120, repeats: int = 1) -> None:
        self._max_age_ms = max_age_s * 1000
        self._repeats = repeats
        self._calls: deque[Call] = deque()
        self._texts: deque[Paging] = deque()
        self._emergency: Emergency | None = None
        self._emergency_due = False
        self._board: Board | None = None
        self._seen: deque[tuple[int, int]] = deque(maxlen=REMEMBERED)
        self._highest = -1
        self._latest_at = -1
        self._current: Said | None = None
        self._times_left = 0
        self.duplicates = 0
        """Calls that had been delivered before."""
        self.dropped = 0
        """Calls that were too old to be spoken, or too many."""
        self.taken_back = 0
        """Calls that were undone before they were spoken."""

    @property
    def current(self) -> Said | None:
        """What is being spoken."""
        return self._current

    @property
    def waiting(self) -> tuple[Call | Paging, ...]:
        """What is yet to be spoken, in order."""
        return (*self._calls, *self._texts)

    def add(self, heard: Heard) -> bool:
        """Take in a message as the bus delivered it; tell whether there may be something new to speak.

        The board tells which calls were taken back; notices tell of an emergency, and, told again, that it is time to
        repeat its text. After each, see ``cut_short``.
        """
        match heard:
            case Board():
                self._take_back(heard)
                return False
            case Notices():
                return self._set_emergency(heard.emergency)
            case _:
                return self._take_in(heard)

    @property
    def cut_short(self) -> bool:
        """Tell whether what is being spoken must end at once: an emergency has begun, or is over."""
        is_call_in_emergency = self._emergency is not None and self._current != self._emergency
        is_over = self._emergency is None and isinstance(self._current, Emergency)
        return self._current is not None and (is_call_in_emergency or is_over)

    def next(self, now: int | None) -> Said | None:
        """Return what to speak now, or None if something is being spoken or nothing waits.

        Whoever takes it calls ``finished`` when it has been spoken, or could not be.
        """
        if self._current is not None:
            return None
        if self._emergency is not None:
            due, self._emergency_due = self._emergency_due, False
            return self._begin(self._emergency, 1) if due else None
        if (call := self._first_fresh(self._calls, now)) is not None:
            return self._begin(call, self._repeats)
        text = self._first_fresh(self._texts, now)
        return self._begin(text, 1) if text is not None else None

    def _first_fresh(self, waiting: deque[T], now: int | None) -> T | None:
        while waiting:
            said = waiting.popleft()
            if now is None or now - said.at <= self._max_age_ms:
                return said
            self.dropped += 1
        return None

    def _take_in(self, said: Call | Paging) -> bool:
        if self._is_known(said):
            self.duplicates += 1
            return False
        self._seen.append((said.seq, said.at))
        if said.seq > self._highest or said.at > self._latest_at:
            self._highest = said.seq
        self._latest_at = max(self._latest_at, said.at)
        if self._emergency is not None:
            self.dropped += 1  # nobody is to walk to a counter now
            return True
        if isinstance(said, Paging):
            self._put(self._texts, said)
        elif self._board is not None and is_withdrawn(said, self._board):
            self.taken_back += 1
        else:
            self._put(self._calls, said)
        return True

    def _put(self, waiting: deque[T], said: T) -> None:
        waiting.append(said)
        if len(waiting) > LONGEST_QUEUE:
            waiting.popleft()
            self.dropped += 1

    def _take_back(self, board: Board) -> None:
        self._board = board
        stay = [call for call in self._calls if not is_withdrawn(call, board)]
        self.taken_back += len(self._calls) - len(stay)
        self._calls = deque(stay)
        if isinstance(self._current, Call) and is_withdrawn(self._current, board):
            self._times_left = 0  # what is half said is said to its end, but not again

    def _set_emergency(self, emergency: Emergency | None) -> bool:
        if emergency != self._emergency:
            self._emergency, self._times_left = emergency, 0
        if emergency is None:
            return False
        self._emergency_due = self._current != emergency
        self.dropped += len(self.waiting)
        self._calls.clear()
        self._texts.clear()
        return self._emergency_due

    def _begin(self, said: Said, times: int) -> Said:
        self._current, self._times_left = said, times
        return said

    def finished(self) -> bool:
        """The current one has been spoken once; tell whether the same is to be spoken again now."""
        self._times_left -= 1
        if self._current is not None and self._times_left > 0:
            return True
        self._current = None
        return False

    def _is_known(self, call: Call | Paging) -> bool:
        if (call.seq, call.at) in self._seen:
            return True
        if call.seq > self._highest or call.at > self._latest_at:
            # A lower sequence with a later time: the hub's log began anew (a new or restored card).
            return False
        # A straggler from within our memory is new; what is older than all that we remember has had its turn.
        return len(self._seen) == REMEMBERED and call.seq < min(seq for seq, _ in self._seen)
