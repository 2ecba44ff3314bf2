"""What a lobby display shows (pure): from snapshots, calls, the connection and the time to one ``View``.

Every call gets a moment of its own, in order, even when several come within a second; afterwards the latest one stays.
Times are real milliseconds of one monotonic clock, unless a name says office.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

import msgspec
from msgspec.structs import replace

from appliance.node.daemon import AWAY_MS
from appliance.wire.messages import (
    Board,
    Broadcasting,
    Call,
    Clock,
    CounterState,
    Emergency,
    Notices,
    Office,
    ServiceState,
)
from display.scope import Scope
from display.withdrawn import is_withdrawn

MOMENT_MS: Final = 2_500
"""Office time that each call is alone in the large area."""
HURRIED_MS: Final = 1_500
"""The same while several others wait for theirs: so long it is inverted three times. Else a rush would leave the board,
and with it the citizens, behind the officers."""
SEVERAL: Final = 2
BACKLOG: Final = 40
"""Calls that may wait for their moment; more than that is a flood, and the oldest are past use."""
REMEMBERED: Final = 64
"""Calls that are recognised, whatever history of the log a later snapshot belongs to."""

Mode = Literal["starting", "welcome", "call", "media", "closed"]


class Moment(msgspec.Struct, frozen=True):
    """A call that is being announced on screen since ``at``."""

    call: Call
    at: int


class BoardState(msgspec.Struct, frozen=True):
    """Everything the display knows."""

    scope: Scope = Scope()
    """What this display is for."""
    media_after_ms: int = 0
    """Office time after the last call when pictures and pages come back."""
    slides: bool = False
    """There is something to show while nobody is called."""
    board: Board | None = None
    held: Board | None = None
    """A snapshot that counts from lower on than ours: it is late, or of another history. The next clock tells which."""
    notices: Notices = Notices(1)
    boot: str = ""
    trusted: bool = False
    rate: float = 1.0
    connected: bool = False
    hub_online: bool = True
    connection_changed: int = 0
    clock_at: int | None = None
    last_word_office: int | None = None
    caught_up: bool = False
    """A snapshot has come since the connection was made: calls that are new in the next one happened just now."""
    known: int = -1
    """The newest call in any snapshot or message."""
    known_at: int = -1
    """Office time of the newest call. A practice or a restored backup counts from lower on; its times go on."""
    recent: tuple[tuple[int, int], ...] = ()
    """The calls that were heard or seen lately, by sequence number and office time."""
    quiet_since: int = 0
    """When the hub was last heard before the present gap, if there is one: what was missed was called after it."""
    announced: int = -1
    """The newest call that had its moment or waits for it."""
    moment: Moment | None = None
    queue: tuple[Call, ...] = ()
    busy_at: int = 0
    """When the last call had its moment, or, before the first one, when the board came."""


class Hero(msgspec.Struct, frozen=True):
    """The large area. ``flash`` is the sequence number of the call that has its moment, else -1."""

    mode: Mode
    call: Call | None = None
    flash: int = -1


class View(msgspec.Struct, frozen=True):
    """What is shown. ``stale_office``: if not None, everything is as old as this office time (0: unknown).

    ``last_calls``: those before the one in the large area, the latest first.
    """

    hero: Hero
    office: Office | None
    counters: tuple[CounterState, ...]
    services: tuple[ServiceState, ...]
    stale_office: int | None
    trusted: bool
    last_calls: tuple[Call, ...] = ()
    notices: Notices = Notices(1)
    emergency: Emergency | None = None
    broadcast: Broadcasting | None = None


def clock(state: BoardState, message: Clock, now: int) -> BoardState:
    """Take in the hub's clock; another boot of the hub starts the sequence anew (it may have restored a backup)."""
    held, state = state.held, replace(state, held=None)
    restarted = message.boot != state.boot and bool(state.boot)
    if restarted:
        forgiving = replace(state.board, seq=-1) if state.board is not None else None
        state = replace(_out_of_touch(state, now), board=forgiving)
    state = replace(
        state, boot=message.boot, clock_at=now, trusted=message.at is not None, rate=message.rate, hub_online=True,
        last_word_office=message.at if message.at is not None else state.last_word_office,
    )  # fmt: skip
    return snapshot(state, held, now) if restarted and held is not None else state


def connection(state: BoardState, now: int, *, up: bool) -> BoardState:
    """The connection to the broker was made or lost."""
    if up == state.connected:
        return state
    return replace(_out_of_touch(state, now), connected=up, connection_changed=now)


def hub_presence(state: BoardState, *, online: bool) -> BoardState:
    """The hub's presence: offline is its last will."""
    return replace(state, hub_online=online)


def snapshot(state: BoardState, board: Board, now: int) -> BoardState:
    """Take in a retained snapshot. Calls that it does not know any more are off; an older one than ours is held back.

    A call that is new in it gets its moment at once: the message of its own may come later, and is then known.
    """
    if state.board is not None and board.seq < state.board.seq:
        return replace(state, held=board)
    if not state.caught_up and board.seq < state.announced:
        # Another history (a restored backup) counts from lower on.
        state = replace(state, announced=board.seq, known=board.seq)
    # What was called in a practice is nobody's number on the real day, nor the other way round.
    other_world = state.board is not None and state.board.office.training != board.office.training
    latest = max((c.seq for c in board.calls), default=-1)
    news = [c for c in board.calls if c.seq > state.known] if state.caught_up and latest > state.known else []
    busy_at = now if state.board is None else state.busy_at
    known_at = max([state.known_at, *(c.at for c in board.calls)])
    state = replace(
        state, board=board, held=None, caught_up=True, known=max(state.known, latest), known_at=known_at,
        busy_at=busy_at, recent=_remembering(state, board.calls),
    )  # fmt: skip
    state = _take_back(state, board, now, all_of_it=other_world)
    for fresh in sorted(news, key=_seq):
        state = call(state, fresh, now)
    return state


def missed(state: BoardState, board: Board, now: int, office: int | None, max_age_ms: int) -> list[Call]:
    """Return the calls that were made while nothing was heard, the oldest first: nobody here has heard of them.

    Args:
        state: before the snapshot is taken in.
        board: the first snapshot since the connection or the hub is back; any other one has none.
        now: real milliseconds.
        office: office time, None if it is not known.
        max_age_ms: office time; calls that may be older are past use.
    """
    if state.caught_up or state.board is None or board.seq < state.board.seq:
        return []
    new = [
        c for c in board.calls if c.seq > state.known and c.at >= state.known_at and (c.seq, c.at) not in state.recent
    ]
    if office is not None:
        new = [c for c in new if office - c.at <= max_age_ms]
    if (now - state.quiet_since) * state.rate > max_age_ms:
        # Only the office's time can tell, and only if it is known and has moved on.
        new = [c for c in new if office is not None and state.known_at < c.at <= office]
    return sorted(new, key=_seq)


def call(state: BoardState, message: Call, now: int) -> BoardState:
    """Take in a call; one that had its moment or waits for it, or that was undone already, is dropped."""
    if message.seq <= state.announced:
        return state
    known_at = max(state.known_at, message.at)
    state = replace(
        state, announced=message.seq, known=max(state.known, message.seq), known_at=known_at,
        recent=_remembering(state, [message]),
    )  # fmt: skip
    undone = state.board is not None and is_withdrawn(message, state.board)
    if undone or not state.scope.concerns(message):
        return state
    if state.moment is None:
        return replace(state, moment=Moment(message, now), busy_at=now)
    return tick(replace(state, queue=(*state.queue, message)[-BACKLOG:]), now)


def tick(state: BoardState, now: int) -> BoardState:
    """Let time go by: the next call gets its moment when the present one has had its own."""
    if state.moment is None or now - state.moment.at < _span_ms(state):
        return state
    return _end_moment(state, now)


def notices(state: BoardState, message: Notices) -> BoardState:
    """Take in what the lobby reads beside the queue."""
    return replace(state, notices=message)


def media(state: BoardState, *, there: bool) -> BoardState:
    """Pictures or pages have come, or gone."""
    return replace(state, slides=there)


def next_change_ms(state: BoardState, now: int) -> int | None:
    """Return real milliseconds until ``tick`` has something to do for the calls, or None."""
    if state.moment is None:
        return None
    return max(0, int(state.moment.at + _span_ms(state) - now) + 1)


def is_stale(state: BoardState, now: int) -> bool:
    """Tell whether the hub is away for longer than a blink."""
    if not state.connected:
        return now - state.connection_changed >= AWAY_MS
    if not state.hub_online:
        return True
    heard = state.clock_at if state.clock_at is not None else state.connection_changed
    return now - max(heard, state.connection_changed) >= AWAY_MS


def view(state: BoardState, now: int) -> View:
    """Return what is to be shown now."""
    board = state.board
    stale = is_stale(state, now)
    hero = _hero(state, board, now)
    return View(
        hero=hero,
        office=board.office if board else None,
        counters=_counters(state, board),
        services=state.scope.of_services(board.services) if board else (),
        stale_office=(state.last_word_office or 0) if stale else None,
        trusted=state.trusted,
        last_calls=_last_calls(state, board, hero),
        notices=state.notices,
        emergency=state.notices.emergency,
        broadcast=_broadcast(state, now),
    )


def _broadcast(state: BoardState, now: int) -> Broadcasting | None:
    """What everybody is told, up to its end: that comes also while the hub is away."""
    told, at = state.notices.broadcast, state.clock_at
    if told is None or at is None or state.last_word_office is None:
        return told
    return told if state.last_word_office + (now - at) * state.rate < told.until else None


def _out_of_touch(state: BoardState, now: int) -> BoardState:
    """Something may have been missed since the hub's last word."""
    if not state.caught_up:
        return state
    return replace(state, caught_up=False, quiet_since=now if state.clock_at is None else state.clock_at)


def _remembering(state: BoardState, calls: Sequence[Call]) -> tuple[tuple[int, int], ...]:
    new = [one for c in reversed(calls) if (one := (c.seq, c.at)) not in state.recent]
    return (*state.recent, *new)[-REMEMBERED:] if new else state.recent


def _span_ms(state: BoardState) -> float:
    """Return how long the present moment lasts, in real time."""
    return (HURRIED_MS if len(state.queue) >= SEVERAL else MOMENT_MS) / state.rate


def _take_back(state: BoardState, board: Board, now: int, *, all_of_it: bool) -> BoardState:
    if all_of_it:
        return replace(state, moment=None, queue=())
    queue = tuple(c for c in state.queue if not is_withdrawn(c, board))
    state = replace(state, queue=queue) if queue != state.queue else state
    if state.moment is not None and is_withdrawn(state.moment.call, board):
        return _end_moment(state, now)
    return state


def _end_moment(state: BoardState, now: int) -> BoardState:
    """Give the next call its moment, if one waits."""
    if state.queue:
        return replace(state, moment=Moment(state.queue[0], now), queue=state.queue[1:], busy_at=now)
    return replace(state, moment=None, busy_at=now)


def _hero(state: BoardState, board: Board | None, now: int) -> Hero:
    if state.moment is not None:
        return Hero("call", state.moment.call, state.moment.call.seq)
    if board is None:
        return Hero("starting")
    busy = any(counter.state in {"called", "serving"} for counter in board.counters)
    latest = max(filter(state.scope.concerns, board.calls), key=_seq, default=None)
    if board.office.phase != "open" and (latest is None or not busy):
        return Hero("closed")
    if state.slides and (latest is None or now - state.busy_at >= state.media_after_ms / state.rate):
        return Hero("media", latest)
    return Hero("call", latest) if latest else Hero("welcome")


def _last_calls(state: BoardState, board: Board | None, hero: Hero) -> tuple[Call, ...]:
    """The calls before the one that is shown. One that waits for its moment is not told beforehand."""
    if board is None:
        return ()
    hidden = {c.seq for c in state.queue} | ({hero.call.seq} if hero.call else set())
    numbers = {hero.call.number} if hero.call else set()
    calls = sorted(filter(state.scope.concerns, board.calls), key=_seq, reverse=True)
    return tuple(c for c in calls if c.seq not in hidden and c.number not in numbers)


def _counters(state: BoardState, board: Board | None) -> tuple[CounterState, ...]:
    """The counters in the office's order. One whose call waits for its moment still shows the call before."""
    if board is None:
        return ()
    later = {c.counter for c in state.queue}
    counters = state.scope.of_counters(board.counters)
    return tuple(_as_told(state, board, c) if c.id in later and c.state == "called" else c for c in counters)


def _as_told(state: BoardState, board: Board, counter: CounterState) -> CounterState:
    waiting = {c.seq for c in state.queue}
    told = [c for c in board.calls if c.counter == counter.id and c.seq not in waiting]
    if state.moment is not None and state.moment.call.counter == counter.id:
        told.append(state.moment.call)
    return replace(counter, number=max(told, key=_seq).number if told else None)


def _seq(message: Call) -> int:
    return message.seq
