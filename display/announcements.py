"""What is spoken next (pure): one at a time, each one once, and none that comes too late.

Calls are spoken in order, staff's texts (``Paging``) between them, and while an ``Emergency`` is on there is nothing
else. When more calls come than can be spoken in full they are shortened; when even that is not enough, the newest come
first and those that help nobody any more are left out, and named.

How old a call is follows from the office's time when it comes, and from elapsed time since then: the time of day may be
unknown, or be set back.
"""

from __future__ import annotations

from collections import deque
from typing import Final, Generic, TypeVar

import msgspec

from appliance.speech.pace import IN_FULL, Manner, Now
from appliance.speech.phrases import Heard, Said
from appliance.wire.messages import Board, Call, Clock, Emergency, Notices, Paging, Part
from display.withdrawn import is_withdrawn

REMEMBERED: Final = 64
"""Calls that are recognised when the bus delivers them again."""
LONGEST_QUEUE: Final = 50
"""More calls than this cannot all be spoken in time; the oldest give way."""
LATE_MS: Final = 20_000
"""Office time. While a call is older than this and still not spoken, the voice is behind: the newest comes first."""
SEVERAL: Final = 2
"""So many calls behind one are a rush: it is shortened."""
PRESSED_MS: Final = 8_000
"""Office time. A call that had to wait longer than this is shortened if there is any behind it."""
NAMED_MS: Final = 600_000
"""Real time for which what was not spoken is told in the presence."""
MOST_NAMED: Final = 5


T = TypeVar("T", Call, Paging)


class _Waiting(msgspec.Struct, Generic[T], frozen=True):
    said: T
    came: int
    age_ms: int
    """When it came, on the office's clock; 0 if that cannot be told."""

    def age(self, now: Now) -> float:
        return self.age_ms + (now.elapsed - self.came) * now.rate


class Announcements:
    """The order of announcements.

    Args:
        max_age_s: a call older than this, in office seconds, is shown but not spoken.
        repeats: how many times each call is spoken, in a row, unless somebody else waits to be called.
        hurries: False: every call in full and in order, however late.
    """

    def __init__(self, max_age_s: int = 120, repeats: int = 1, *, hurries: bool = True) -> None:
        self._max_age_ms = max_age_s * 1000
        self._late_ms = min(LATE_MS, self._max_age_ms)
        self._repeats = repeats
        self._hurries = hurries
        self._calls: deque[_Waiting[Call]] = deque()
        self._texts: deque[_Waiting[Paging]] = deque()
        self._let_one_pass = False
        """A call has been spoken, and a text waits: now it is the text's turn."""
        self._behind = False
        self._flowing = False
        """Something has been spoken just now."""
        self._emergency: Emergency | None = None
        self._emergency_due = False
        self._board: Board | None = None
        self._boot = ""
        self._seen: deque[tuple[int, int]] = deque(maxlen=REMEMBERED)
        self._highest = -1
        self._latest_at = -1
        self._current: Said | None = None
        self._times_left = 0
        self._unspoken: deque[tuple[int, str]] = deque(maxlen=10 * LONGEST_QUEUE)
        self.manner = IN_FULL
        """How the one that is being spoken is to be said."""
        self.duplicates = 0
        """Calls that had been delivered before."""
        self.dropped = 0
        """What was too old to be spoken, or too much, or came in an emergency."""
        self.taken_back = 0
        """Calls that were undone before they were spoken."""

    @property
    def current(self) -> Said | None:
        """What is being spoken."""
        return self._current

    @property
    def waiting(self) -> tuple[Call | Paging, ...]:
        """What is yet to be spoken, in the order in which it came."""
        return (*(each.said for each in self._calls), *(each.said for each in self._texts))

    def add(self, heard: Heard, now: Now) -> bool:
        """Take in a message as the bus delivered it; tell whether there may be something new to speak.

        The board tells which calls were taken back, the clock whether the hub's log may have begun anew; notices tell
        of an emergency, and, told again, that it is time to repeat its text. After each, see ``cut_short``.
        """
        match heard:
            case Board():
                self._take_back(heard)
                return False
            case Clock():
                self._meet(heard.boot)
                return False
            case Notices():
                return self._set_emergency(heard.emergency)
            case _:
                return self._take_in(heard, now)

    @property
    def cut_short(self) -> bool:
        """Tell whether what is being spoken must end at once: an emergency has begun, or is over."""
        is_call_in_emergency = self._emergency is not None and self._current != self._emergency
        is_over = self._emergency is None and isinstance(self._current, Emergency)
        return self._current is not None and (is_call_in_emergency or is_over)

    def next(self, now: Now) -> Said | None:
        """Return what to speak now, or None if something is being spoken or nothing waits; ``manner`` says how.

        Whoever takes it calls ``finished`` when it has been spoken, or could not be.
        """
        if self._current is not None:
            return None
        if self._emergency is not None:
            due, self._emergency_due = self._emergency_due, False
            return self._begin(self._emergency, IN_FULL, 1) if due else None
        self._look_how_late(now)
        self._leave_out(now)
        if self._texts and (self._let_one_pass or not self._calls):
            self._let_one_pass = False
            return self._begin(self._texts.popleft().said, IN_FULL, 1)
        if not self._calls:
            self._flowing = False
            return None
        call = self._newest(now) if self._behind else self._calls.popleft()
        return self._begin(call.said, self._manner_for(call, now), self._repeats)

    def finished(self, now: Now, *, spoken: bool = True) -> bool:
        """The current one has been spoken once, or could not be; tell whether the same is to be spoken again now."""
        self._times_left -= 1
        if self._current is not None and self._times_left > 0 and not (self._hurries and self.waiting):
            return True
        if not spoken and not self.cut_short and not isinstance(self._current, Emergency | None):
            self._note(self._current, now)
        self._let_one_pass = bool(self._texts) and not isinstance(self._current, Paging)
        self._current, self._flowing = None, spoken
        return False

    def part(self, now: Now) -> Part | None:
        """Return a fault that names what was not spoken lately, None if all was."""
        names = [name for at, name in self._unspoken if now.elapsed - at <= NAMED_MS]
        if not names:
            return None
        count = str(len(names))
        latest = ", ".join([name for name in reversed(names) if name][:MOST_NAMED])
        if not latest:
            return Part("announcements", "fault", "texts_not_spoken", {"count": count})
        return Part("announcements", "fault", "not_spoken", {"count": count, "latest": latest})

    # -- what is not spoken ----------------------------------------------------------------------------------------

    def _look_how_late(self, now: Now) -> None:
        """The voice falls behind when a call is late, and has caught up when no more than one waits."""
        late = any(each.age(now) > self._late_ms for each in self._calls)
        self._behind = self._hurries and len(self._calls) > 1 and (late or self._behind)

    def _leave_out(self, now: Now) -> None:
        """Drop the calls that help nobody any more: too old, or late and their counter waits for them no longer."""
        stay: deque[_Waiting[Call]] = deque()
        for each in self._calls:
            age = each.age(now)
            if age <= self._late_ms or (age <= self._max_age_ms and self._is_waited_for(each.said)):
                stay.append(each)
            else:
                self._note(each.said, now)
        self._calls = stay

    def _is_waited_for(self, call: Call) -> bool:
        board = self._board
        if not self._hurries or board is None or board.seq < call.seq:
            return True
        counter = next((each for each in board.counters if each.id == call.counter), None)
        return counter is None or (counter.state == "called" and counter.number == call.number)

    def _manner_for(self, call: _Waiting[Call], now: Now) -> Manner:
        if not (self._hurries and self._calls):
            return IN_FULL
        short = len(self._calls) >= SEVERAL or call.age(now) > PRESSED_MS
        return Manner(one_language=True, short=short, signal=not (short and self._flowing))

    def _newest(self, now: Now) -> _Waiting[Call]:
        """Take the latest call; earlier ones to the same counter would only send somebody there in vain."""
        newest = self._calls.pop()
        stay: deque[_Waiting[Call]] = deque()
        for each in self._calls:
            if each.said.counter == newest.said.counter:
                self._note(each.said, now)
            else:
                stay.append(each)
        self._calls = stay
        return newest

    def _note(self, said: Call | Paging, now: Now) -> None:
        self.dropped += 1
        self._unspoken.append((now.elapsed, said.number if isinstance(said, Call) else ""))

    # -- what comes ------------------------------------------------------------------------------------------------

    def _take_in(self, said: Call | Paging, now: Now) -> bool:
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
        # A call from the future tells that the clock was set back, not how old it is.
        age_ms = 0 if now.office is None else max(0, now.office - said.at)
        if age_ms > self._max_age_ms:
            self._note(said, now)
            return True
        if isinstance(said, Paging):
            self._put(self._texts, _Waiting(said, now.elapsed, age_ms), now)
        elif self._board is not None and is_withdrawn(said, self._board):
            self.taken_back += 1
        else:
            self._put(self._calls, _Waiting(said, now.elapsed, age_ms), now)
        return True

    def _put(self, waiting: deque[_Waiting[T]], one: _Waiting[T], now: Now) -> None:
        waiting.append(one)
        if len(waiting) > LONGEST_QUEUE:
            self._note(waiting.popleft().said, now)

    def _take_back(self, board: Board) -> None:
        # What was called in a practice is nobody's number on the real day, nor the other way round.
        other_world = self._board is not None and self._board.office.training != board.office.training
        self._board = board
        stay = [each for each in self._calls if not other_world and not is_withdrawn(each.said, board)]
        self.taken_back += len(self._calls) - len(stay)
        self._calls = deque(stay)
        if isinstance(self._current, Call) and (other_world or is_withdrawn(self._current, board)):
            self._times_left = 0  # what is half said is said to its end, but not again

    def _meet(self, boot: str) -> None:
        if boot != self._boot:
            # The hub has started anew, perhaps with the log of a practice or of a backup, which counts from lower on.
            self._boot, self._highest, self._latest_at = boot, -1, -1

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

    def _begin(self, said: Said, manner: Manner, times: int) -> Said:
        self._current, self.manner, self._times_left = said, manner, times
        return said

    def _is_known(self, call: Call | Paging) -> bool:
        if (call.seq, call.at) in self._seen:
            return True
        if call.seq > self._highest or call.at > self._latest_at:
            # A lower sequence with a later time: the hub's log began anew (a new or restored card).
            return False
        # A straggler from within our memory is new; what is older than all that we remember has had its turn.
        return len(self._seen) == REMEMBERED and call.seq < min(seq for seq, _ in self._seen)
