"""What a lobby display shows (pure): from snapshots, calls, the connection and the time to one ``View``.

Every call gets a moment of its own, in order, even when several come within a second; afterwards the latest one stays.
Times are real milliseconds of one monotonic clock, unless a name says office.
"""

from __future__ import annotations

from typing import Final, Literal

import msgspec
from msgspec.structs import replace

from appliance.wire.messages import Board, Call, Clock, CounterState, Office, ServiceState

MOMENT_MS: Final = 2_500
"""Office time that each call is alone in the large area."""
GONE_MS: Final = 3_000
"""Real time without a connection after which the board says how old it is."""
SILENT_MS: Final = 12_000
"""Real time without the hub's clock (it comes every 5 s) after which the board says how old it is."""
BACKLOG: Final = 40
"""Calls that may wait for their moment; more than that is a flood, and the oldest are past use."""

Mode = Literal["starting", "welcome", "call", "closed"]


class Moment(msgspec.Struct, frozen=True):
    """A call that is being announced on screen since ``at``."""

    call: Call
    at: int


class BoardState(msgspec.Struct, frozen=True):
    """Everything the display knows."""

    board: Board | None = None
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
    announced: int = -1
    """The newest call that had its moment or waits for it."""
    moment: Moment | None = None
    queue: tuple[Call, ...] = ()


class Hero(msgspec.Struct, frozen=True):
    """The large area. ``flash`` is the sequence number of the call that has its moment, else -1."""

    mode: Mode
    call: Call | None = None
    flash: int = -1


class View(msgspec.Struct, frozen=True):
    """What is shown. ``stale_office``: if not None, everything is as old as this office time (0: unknown)."""

    hero: Hero
    office: Office | None
    counters: tuple[CounterState, ...]
    services: tuple[ServiceState, ...]
    stale_office: int | None
    trusted: bool


def clock(state: BoardState, message: Clock, now: int) -> BoardState:
    """Take in the hub's clock; another boot of the hub starts the sequence anew (it may have restored a backup)."""
    if message.boot != state.boot:
        forgiving = replace(state.board, seq=-1) if state.board is not None and state.boot else state.board
        state = replace(state, boot=message.boot, board=forgiving, caught_up=state.caught_up and not state.boot)
    return replace(
        state, clock_at=now, trusted=message.at is not None, rate=message.rate, hub_online=True,
        last_word_office=message.at if message.at is not None else state.last_word_office,
    )  # fmt: skip


def connection(state: BoardState, now: int, *, up: bool) -> BoardState:
    """The connection to the broker was made or lost."""
    if up == state.connected:
        return state
    return replace(state, connected=up, connection_changed=now, caught_up=False)


def hub_presence(state: BoardState, *, online: bool) -> BoardState:
    """The hub's presence: offline is its last will."""
    return replace(state, hub_online=online)


def snapshot(state: BoardState, board: Board, now: int) -> BoardState:
    """Take in a retained snapshot; an older one than we have is dropped.

    A call that is new in it gets its moment at once: the message of its own may come later, and is then known.
    """
    if state.board is not None and board.seq < state.board.seq:
        return state
    if not state.caught_up and board.seq < state.announced:
        # Another history (a restored backup) counts from lower on.
        state = replace(state, announced=board.seq, known=board.seq)
    latest = max((c.seq for c in board.calls), default=-1)
    news = [c for c in board.calls if c.seq > state.known] if state.caught_up and latest > state.known else []
    state = replace(state, board=board, caught_up=True, known=max(state.known, latest))
    for fresh in sorted(news, key=_seq):
        state = call(state, fresh, now)
    return state


def call(state: BoardState, message: Call, now: int) -> BoardState:
    """Take in a call; one that had its moment or waits for it is dropped."""
    if message.seq <= state.announced:
        return state
    state = replace(state, announced=message.seq, known=max(state.known, message.seq))
    if state.moment is None:
        return replace(state, moment=Moment(message, now))
    return tick(replace(state, queue=(*state.queue, message)[-BACKLOG:]), now)


def tick(state: BoardState, now: int) -> BoardState:
    """Let time go by: the next call gets its moment when the present one has had its own."""
    if state.moment is None or now - state.moment.at < MOMENT_MS / state.rate:
        return state
    if state.queue:
        return replace(state, moment=Moment(state.queue[0], now), queue=state.queue[1:])
    return replace(state, moment=None)


def next_change_ms(state: BoardState, now: int) -> int | None:
    """Return real milliseconds until ``tick`` has something to do for the calls, or None."""
    if state.moment is None:
        return None
    return max(0, int(state.moment.at + MOMENT_MS / state.rate - now) + 1)


def is_stale(state: BoardState, now: int) -> bool:
    """Tell whether the hub is away for longer than a blink."""
    if not state.connected:
        return now - state.connection_changed >= GONE_MS
    if not state.hub_online:
        return True
    heard = state.clock_at if state.clock_at is not None else state.connection_changed
    return now - max(heard, state.connection_changed) >= SILENT_MS


def view(state: BoardState, now: int) -> View:
    """Return what is to be shown now."""
    board = state.board
    stale = is_stale(state, now)
    return View(
        hero=_hero(state, board),
        office=board.office if board else None,
        counters=_counters(state, board),
        services=tuple(board.services) if board else (),
        stale_office=(state.last_word_office or 0) if stale else None,
        trusted=state.trusted,
    )


def _hero(state: BoardState, board: Board | None) -> Hero:
    if state.moment is not None:
        return Hero("call", state.moment.call, state.moment.call.seq)
    if board is None:
        return Hero("starting")
    busy = any(counter.state in {"called", "serving"} for counter in board.counters)
    latest = max(board.calls, key=_seq, default=None)
    if board.office.phase != "open" and (latest is None or not busy):
        return Hero("closed")
    return Hero("call", latest) if latest else Hero("welcome")


def _counters(state: BoardState, board: Board | None) -> tuple[CounterState, ...]:
    """The counters in the office's order. One whose call waits for its moment does not tell it beforehand."""
    if board is None:
        return ()
    later = {c.counter for c in state.queue}
    return tuple(replace(c, number=None) if c.id in later and c.state == "called" else c for c in board.counters)


def _seq(message: Call) -> int:
    return message.seq
