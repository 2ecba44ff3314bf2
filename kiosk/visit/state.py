"""One moment of a visit at the kiosk (pure): the screen, what the citizen has chosen, what is under way, until when."""

from __future__ import annotations

from typing import Final, Literal

import msgspec
from msgspec.structs import replace

from appliance.texts import DEFAULT
from appliance.wire.messages import IssuedTicket
from kiosk.visit.events import Mode

Screen = Literal[
    "starting", "attract", "services", "confirm", "phone", "check_in", "issuing", "ticket", "turn", "refused", "closed",
    "trouble", "rate", "rating", "thanks",
]  # fmt: skip
Question = Literal["", "papers", "priority", "take"]
"""Which part of ``confirm`` is shown: everything at once, or one question after the other."""
Trouble = Literal["", "away", "unanswered"]
Slip = Literal["", "printing", "printed", "failed"]

VISIT_MS: Final = 45_000
"""Office time after which a citizen who touches nothing has left."""
MESSAGE_MS: Final = 20_000
"""Office time for which an answer stays on screen."""
PATIENCE: Final = 2
"""So many times longer for those who need larger type, lower controls or the voice."""


class Flow(msgspec.Struct, frozen=True):
    """One moment of the kiosk.

    ``home`` is the language that a visit begins with; ``access`` that the panel for modes is open; ``day`` the hub's
    business day, and ``asked`` the codes with the requests that the hub has not answered in it.
    ``since``/``deadline`` bound the time-out of this screen; ``sent_at`` is when the number was first asked for;
    ``messages`` tells that the office sends some, ``phone`` where to, if the citizen wants any;
    ``survey`` tells how the office asks what citizens think; ``rated`` whose ticket is being rated, ``check_id`` and
    ``rating_id`` with which requests, ``answers`` what was said, ``asked_at`` which question is on the screen, and
    ``hub_asked`` how often the hub was asked in vain (0: it is not being asked);
    ``alone`` are the services that this kiosk may serve while the hub is away, ``alone_asked`` that it is doing so,
    since ``alone_at``; ``minted`` is what the ticket's QR code is made from.
    """

    screen: Screen = "starting"
    home: str = DEFAULT
    language: str = DEFAULT
    modes: frozenset[Mode] = frozenset()
    access: bool = False
    connected: bool = False
    started_at: int = 0
    phase: str = ""
    day: str = ""
    offers: frozenset[str] = frozenset()
    alone: frozenset[str] = frozenset()
    group: str = ""
    service: str = ""
    papers: bool = False
    question: Question = ""
    priority: bool = False
    messages: bool = False
    phone: str = ""
    code: str = ""
    request_id: str = ""
    asked: tuple[tuple[str, str], ...] = ()
    sent_at: int | None = None
    repeated_at: int = 0
    stale_once: bool = False
    alone_asked: bool = False
    alone_at: int = 0
    ticket: IssuedTicket | None = None
    minted: str = ""
    slip: Slip = ""
    failure: str = ""
    refusal: str = ""
    trouble: Trouble = ""
    turn: str = ""
    survey: str = ""
    rated: str = ""
    check_id: str = ""
    rating_id: str = ""
    answers: tuple[tuple[str, str], ...] = ()
    asked_at: int = 0
    hub_asked: int = 0
    since: int = 0
    deadline: int | None = None

    @property
    def waiting(self) -> bool:
        """Tell whether a number has been asked for and has not come."""
        return self.sent_at is not None

    @property
    def asks_ratings(self) -> bool:
        """Tell whether citizens can say what they think: only the hub takes it."""
        return bool(self.survey) and self.connected

    @property
    def asks_phone(self) -> bool:
        """Tell whether a telephone number can be left: only the hub takes it."""
        return self.messages and self.connected

    @property
    def available(self) -> frozenset[str]:
        """The services that give numbers now, by the hub or by this kiosk alone."""
        return self.offers if self.connected else self.offers & self.alone


def timed(flow: Flow, now: int, office_ms: int, rate: float) -> Flow:
    """Give this screen its time, on the office's clock, from now on."""
    patience = PATIENCE if flow.modes else 1
    return replace(flow, since=now, deadline=now + int(office_ms * patience / rate))


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
