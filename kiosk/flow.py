"""What a visit at the kiosk looks like (pure): which screen comes next, when it gives up, what is asked of the hub.

``step`` takes the state, what happened and the time, and returns the new state with what is to be done. Times are real
milliseconds of one monotonic clock. Spans that a person perceives are given on the office's clock and divided by its
rate; waiting for the hub is not.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Literal

import msgspec
from msgspec.structs import replace

from appliance.wire.messages import Accepted, AnyReply, IssuedTicket, Refused

Screen = Literal["starting", "attract", "services", "confirm", "issuing", "ticket", "refused", "closed", "trouble"]
Trouble = Literal["", "away", "unanswered"]
Slip = Literal["", "printing", "printed", "failed"]

HOME_LANGUAGE: Final = "id"
VISIT_MS: Final = 45_000
"""Office time after which a citizen who touches nothing has left."""
TICKET_MS: Final = 8_000
UNPRINTED_MS: Final = 60_000
"""Office time for which an unprinted number stays on screen: long enough to photograph it."""
MESSAGE_MS: Final = 20_000

PROGRESS_MS: Final = 300
"""Real time after which waiting for the hub is shown."""
REPEAT_MS: Final = 2_000
GIVE_UP_MS: Final = 10_000
GRACE_MS: Final = 3_000
"""Real time for which a lost connection is nobody's business: most come back sooner."""
PRINTER_MS: Final = 20_000
"""Real time after which a printer that says nothing has failed."""


class Flow(msgspec.Struct, frozen=True):
    """One moment of the kiosk.

    ``since``/``deadline`` bound the time-out of this screen; ``sent_at`` is when the number was first asked for.
    """

    screen: Screen = "starting"
    language: str = HOME_LANGUAGE
    connected: bool = False
    away_since: int = 0
    phase: str = ""
    offers: frozenset[str] = frozenset()
    service: str = ""
    priority: bool = False
    request_id: str = ""
    sent_at: int | None = None
    repeated_at: int = 0
    stale_once: bool = False
    ticket: IssuedTicket | None = None
    slip: Slip = ""
    failure: str = ""
    refusal: str = ""
    trouble: Trouble = ""
    since: int = 0
    deadline: int | None = None

    @property
    def waiting(self) -> bool:
        """Tell whether the hub has been asked and has not answered."""
        return self.sent_at is not None


class Touched(msgspec.Struct, frozen=True):
    """The first screen was touched, or any other where nothing was hit: somebody is there."""


class Chose(msgspec.Struct, frozen=True):
    """A service was chosen. ``request_id`` (32 hex digits) serves this visit's one request, however often repeated."""

    service: str
    request_id: str


class PrioritySet(msgspec.Struct, frozen=True):
    """The question about priority was answered."""

    on: bool


class Took(msgspec.Struct, frozen=True):
    """The button that takes the number was pressed."""


class Retried(msgspec.Struct, frozen=True):
    """After no answer came, the citizen asks once more."""


class Back(msgspec.Struct, frozen=True):
    """One screen back."""


class Done(msgspec.Struct, frozen=True):
    """Back to the first screen."""


class LanguageSet(msgspec.Struct, frozen=True):
    """A language was chosen."""

    language: str


class Replied(msgspec.Struct, frozen=True):
    """The hub answered a request; None if it did not in time."""

    request_id: str
    reply: AnyReply | None


class Printed(msgspec.Struct, frozen=True):
    """The ticket of this request is on paper."""

    request_id: str


class PrintFailed(msgspec.Struct, frozen=True):
    """The ticket of this request is not on paper. ``reason``: paper, missing, offline, … as the printer names it."""

    request_id: str
    reason: str


class Tick(msgspec.Struct, frozen=True):
    """Time went by. Expected several times a second."""


class CatalogueArrived(msgspec.Struct, frozen=True):
    """The hub's offer: the office's phase and the services that give numbers now."""

    phase: str
    offers: frozenset[str]


class Connection(msgspec.Struct, frozen=True):
    """The hub is there (``up``) or not."""

    up: bool


class SendIssue(msgspec.Struct, frozen=True):
    """To do: ask the hub for a number."""

    request_id: str
    service: str
    priority: bool


class Print(msgspec.Struct, frozen=True):
    """To do: print the ticket, and tell with ``Printed`` or ``PrintFailed``."""

    request_id: str
    ticket: IssuedTicket


Event = (
    Touched | Chose | PrioritySet | Took | Retried | Back | Done | LanguageSet | Replied | Printed | PrintFailed
    | Tick | CatalogueArrived | Connection
)  # fmt: skip
Effect = SendIssue | Print
Step = tuple[Flow, tuple[Effect, ...]]


def step(flow: Flow, event: Event, now: int, rate: float = 1.0) -> Step:
    """Let one thing happen.

    Args:
        flow: the state before.
        event: what happened.
        now: real milliseconds of a monotonic clock.
        rate: office seconds in a real second.

    Returns:
        The state after, and what is to be done.
    """
    return _HANDLERS[type(event)](flow, event, now, rate)


def seconds_left(flow: Flow, now: int, rate: float = 1.0) -> int | None:
    """Return the office seconds until this screen gives up, rounded up; None if it stays."""
    if flow.deadline is None:
        return None
    return max(0, -int(-(flow.deadline - now) * rate // 1000))


def fraction_left(flow: Flow, now: int) -> float:
    """Return how much of this screen's time is left, 1 to 0; 0 if it has no end."""
    if flow.deadline is None or flow.deadline <= flow.since:
        return 0.0
    return min(1.0, max(0.0, (flow.deadline - now) / (flow.deadline - flow.since)))


# -- where a visit begins and ends -------------------------------------------------------------------------------------


def _home(flow: Flow, now: int, *, language: str = HOME_LANGUAGE) -> Flow:
    """Forget the visit and show whatever the first screen is at present."""
    fresh = Flow(
        language=language, connected=flow.connected, away_since=flow.away_since, phase=flow.phase, offers=flow.offers
    )
    if not fresh.phase:
        return replace(fresh, screen="starting") if flow.screen == "starting" else _away(fresh)
    if not fresh.connected and now - fresh.away_since >= GRACE_MS:
        return _away(fresh)
    return replace(fresh, screen="attract" if fresh.phase == "open" else "closed")


def _away(flow: Flow) -> Flow:
    return replace(flow, screen="trouble", trouble="away", since=0, deadline=None)


def _at_home(flow: Flow) -> bool:
    return flow.screen in {"starting", "attract", "closed"} or (flow.screen == "trouble" and flow.trouble == "away")


def _timed(flow: Flow, now: int, office_ms: int, rate: float) -> Flow:
    return replace(flow, since=now, deadline=now + int(office_ms / rate))


# -- touches -----------------------------------------------------------------------------------------------------------


def _touched(flow: Flow, _event: Any, now: int, rate: float) -> Step:
    if flow.screen == "attract":
        return _timed(replace(flow, screen="services"), now, VISIT_MS, rate), ()
    if flow.screen in {"services", "confirm"} and not flow.waiting:
        return _timed(flow, now, VISIT_MS, rate), ()
    return flow, ()


def _chose(flow: Flow, event: Chose, now: int, rate: float) -> Step:
    if flow.screen != "services" or event.service not in flow.offers:
        return flow, ()
    chosen = replace(flow, screen="confirm", service=event.service, request_id=event.request_id, priority=False)
    return _timed(chosen, now, VISIT_MS, rate), ()


def _priority(flow: Flow, event: PrioritySet, now: int, rate: float) -> Step:
    if flow.screen != "confirm" or flow.waiting:
        return flow, ()
    return _timed(replace(flow, priority=event.on), now, VISIT_MS, rate), ()


def _took(flow: Flow, _event: Any, now: int, _rate: float) -> Step:
    if flow.screen != "confirm" or flow.waiting:
        return flow, ()
    return _ask(replace(flow, sent_at=now, deadline=None), now)


def _retried(flow: Flow, _event: Any, now: int, _rate: float) -> Step:
    if flow.trouble != "unanswered":
        return flow, ()
    return _ask(replace(flow, screen="issuing", trouble="", sent_at=now, deadline=None), now)


def _ask(flow: Flow, now: int) -> Step:
    return replace(flow, repeated_at=now), (SendIssue(flow.request_id, flow.service, flow.priority),)


def _back(flow: Flow, event: Any, now: int, rate: float) -> Step:
    if flow.screen == "confirm":
        if flow.waiting:
            return flow, ()
        flow = replace(flow, screen="services", service="", request_id="", priority=False)
        return _timed(flow, now, VISIT_MS, rate), ()
    if flow.screen == "services":
        return _home(flow, now, language=flow.language), ()
    return _done(flow, event, now, rate)


def _done(flow: Flow, _event: Any, now: int, _rate: float) -> Step:
    leaves = flow.screen in {"ticket", "refused"} or flow.trouble == "unanswered"
    return (_home(flow, now) if leaves else flow), ()


def _language(flow: Flow, event: LanguageSet, now: int, rate: float) -> Step:
    chosen = replace(flow, language=event.language)
    if _at_home(flow):
        # Nobody may be left with a language that the last visitor chose.
        foreign = event.language != HOME_LANGUAGE
        return (_timed(chosen, now, VISIT_MS, rate) if foreign else replace(chosen, since=0, deadline=None)), ()
    if flow.screen in {"services", "confirm"} and not flow.waiting:
        return _timed(chosen, now, VISIT_MS, rate), ()
    return chosen, ()


# -- the hub and the printer -------------------------------------------------------------------------------------------


def _replied(flow: Flow, event: Replied, now: int, rate: float) -> Step:
    expected = flow.waiting or flow.trouble == "unanswered"
    if event.reply is None or not expected or event.request_id != flow.request_id:
        return flow, ()
    answered = replace(flow, sent_at=None, trouble="")
    if isinstance(event.reply, Accepted) and event.reply.ticket is not None:
        shown = replace(answered, screen="ticket", ticket=event.reply.ticket, slip="printing", since=now, deadline=None)
        return shown, (Print(event.request_id, event.reply.ticket),)
    code = event.reply.code if isinstance(event.reply, Refused) else "unknown"
    if code == "stale" and not flow.stale_once:
        # The clock we stamped it with was old, the citizen is not: ask again with what we know by now.
        return _ask(replace(flow, stale_once=True), now)
    return _timed(replace(answered, screen="refused", refusal=code), now, MESSAGE_MS, rate), ()


def _printed(flow: Flow, event: Printed, now: int, rate: float) -> Step:
    if flow.slip not in {"printing", "failed"} or event.request_id != flow.request_id:
        return flow, ()
    return _timed(replace(flow, slip="printed", failure=""), now, TICKET_MS, rate), ()


def _print_failed(flow: Flow, event: PrintFailed, now: int, rate: float) -> Step:
    if flow.slip != "printing" or event.request_id != flow.request_id:
        return flow, ()
    return _timed(replace(flow, slip="failed", failure=event.reason), now, UNPRINTED_MS, rate), ()


def _catalogue(flow: Flow, event: CatalogueArrived, now: int, rate: float) -> Step:
    flow = replace(flow, phase=event.phase, offers=event.offers)
    if _at_home(flow):
        home = _home(flow, now, language=flow.language)
        return replace(home, since=flow.since, deadline=flow.deadline), ()
    if flow.screen in {"services", "confirm"} and not flow.waiting:
        if flow.phase != "open":
            return _timed(_home(flow, now, language=flow.language), now, VISIT_MS, rate), ()
        if flow.screen == "confirm" and flow.service not in flow.offers:
            return _back(flow, Back(), now, rate)
    return flow, ()


def _connection(flow: Flow, event: Connection, now: int, _rate: float) -> Step:
    if event.up == flow.connected:
        return flow, ()
    flow = replace(flow, connected=event.up, away_since=now)
    if event.up and _at_home(flow):
        home = _home(flow, now, language=flow.language)
        return replace(home, since=flow.since, deadline=flow.deadline), ()
    return flow, ()


def _tick(flow: Flow, _event: Any, now: int, rate: float) -> Step:
    if flow.deadline is not None and now >= flow.deadline:
        return _home(flow, now), ()
    if flow.waiting:
        return _tick_waiting(flow, now, rate)
    if flow.slip == "printing" and now - flow.since >= PRINTER_MS:
        return _print_failed(flow, PrintFailed(flow.request_id, "unknown"), now, rate)
    idle = flow.screen in {"attract", "closed", "services", "confirm"}
    if (idle or flow.screen == "starting") and not flow.connected and now - flow.away_since >= GRACE_MS:
        return _away(replace(flow, since=0)), ()
    return flow, ()


def _tick_waiting(flow: Flow, now: int, rate: float) -> Step:
    waited = now - (flow.sent_at if flow.sent_at is not None else now)
    if waited >= GIVE_UP_MS:
        lost = replace(flow, screen="trouble", trouble="unanswered", sent_at=None)
        return _timed(lost, now, MESSAGE_MS, rate), ()
    if waited >= PROGRESS_MS and flow.screen == "confirm":
        flow = replace(flow, screen="issuing")
    if now - flow.repeated_at >= REPEAT_MS:
        return _ask(flow, now)
    return flow, ()


_HANDLERS: Final[dict[type, Callable[[Flow, Any, int, float], Step]]] = {
    Touched: _touched,
    Chose: _chose,
    PrioritySet: _priority,
    Took: _took,
    Retried: _retried,
    Back: _back,
    Done: _done,
    LanguageSet: _language,
    Replied: _replied,
    Printed: _printed,
    PrintFailed: _print_failed,
    CatalogueArrived: _catalogue,
    Connection: _connection,
    Tick: _tick,
}
