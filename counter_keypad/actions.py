"""What a button or key can stand for (pure), and which command it becomes at a counter in its present state.

A configuration names actions as words: ``call_next``, or with what they are about behind a colon: ``transfer:kasir``,
``pause:break``, ``rate:4``. Some depend on the counter: ``pause`` goes on after a pause, ``open_or_call_next`` serves a
keypad that has one button.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

import msgspec

from appliance.wire.messages import (
    AnyBody,
    CallNext,
    CallNumber,
    CloseCounter,
    CounterId,
    CounterState,
    Finish,
    NoShow,
    OpenCounter,
    Park,
    PauseCounter,
    RaiseAlarm,
    RateServed,
    Recall,
    Reprint,
    ServiceId,
    Start,
    Survey,
    TicketNumber,
    Transfer,
    Undo,
)

PAUSE_REASON: Final = "break"
"""The first of the engine's own list; ``pause:REASON`` names another."""

SIMPLE: Final[dict[str, Callable[[CounterId], AnyBody]]] = {
    "call_next": CallNext,
    "recall": Recall,
    "reprint": Reprint,
    "start": Start,
    "finish": Finish,
    "no_show": NoShow,
    "park": Park,
    "undo": Undo,
    "open_counter": OpenCounter,
    "close_counter": CloseCounter,
    "raise_alarm": RaiseAlarm,
}
RECALL_OR_NO_SHOW: Final = "recall_or_no_show"
"""Asks for absence; where the office wants more calls first, the citizen is called again (``Keypad``)."""
BY_STATE: Final = ("start_or_finish", "open_or_close", "open_or_call_next", RECALL_OR_NO_SHOW)
RATE: Final = "rate"
"""A citizen's button: whoever was just served at the counter found it so good, 1 to 4."""
ABOUT: Final = ("transfer", "pause", RATE)
ALL: Final = (*SIMPLE, *BY_STATE, *ABOUT)

MARKS: Final = ("1", "2", "3", "4")
_ID: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")


class Wish(msgspec.Struct, frozen=True):
    """What is asked for. ``about``: the service of a transfer, the reason of a pause, a ticket's number, a mark."""

    do: str
    about: str = ""


def parse(word: str) -> Wish:
    """Read an action of a configuration.

    Raises:
        ValueError: with a sentence that says what is wrong with ``word``.
    """
    do, colon, about = word.partition(":")
    if do not in ALL:
        raise ValueError(f"{do!r} is no action; take one of {', '.join(ALL)}")
    if colon and do not in ABOUT:
        raise ValueError(f"{do} stands alone, without {colon}{about}")
    if do == RATE and about not in MARKS:
        raise ValueError(f"{word!r} is no rating; write it as rate:1 (the worst) to rate:4")
    if (colon or do == "transfer") and not _ID.fullmatch(about):
        example = "transfer:kasir, with the id of a service" if do == "transfer" else "pause:break"
        raise ValueError(f"{word!r} is not complete; write it as {example}")
    return Wish(do, about)


def body(wish: Wish, counter: str, state: CounterState | None, reason: str = "manual") -> AnyBody:
    """Return the command that ``wish`` becomes.

    Args:
        wish: what was pressed.
        counter: whose keypad this is.
        state: of that counter, as last heard.
        reason: recorded when a particular number is called.
    """
    at = CounterId(counter)
    now = state.state if state else "free"
    # With a citizen at the counter ``state`` is theirs, and a pause is told beside it.
    paused = now == "paused" or (state is not None and state.paused)
    match wish.do:
        case "call_number":
            return CallNumber(at, number=TicketNumber(wish.about), reason=reason)
        case "transfer":
            return Transfer(at, service=ServiceId(wish.about))
        case "pause":
            return OpenCounter(at) if paused else PauseCounter(at, reason=wish.about or PAUSE_REASON)
        case "rate":
            return RateServed(at, Survey(overall=int(wish.about)))
        case "start_or_finish":
            return Start(at) if now == "called" else Finish(at)
        case "open_or_close":
            return OpenCounter(at) if paused or now == "closed" else CloseCounter(at)
        case "recall_or_no_show":
            return NoShow(at)
        case "open_or_call_next":
            return OpenCounter(at) if paused or now == "closed" else CallNext(at)
        case _:
            return SIMPLE[wish.do](at)
