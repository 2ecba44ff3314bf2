"""What can have happened to the office, its day, and what its lobby reads: a part of ``events``."""

from __future__ import annotations

import msgspec

from appliance.commands import CounterId, ServiceId, TicketNumber
from appliance.engine.model import Alarm, Before, Booking, Definition, Emergency, Learnt, Notices, Span


class Base(msgspec.Struct, frozen=True, tag_field="type", tag=True):
    """What all events share: the name of their type in the log."""


class OfficeDefined(Base, frozen=True):
    """Services, counters, rules and hours were set, by ``officer`` or from the configuration file.

    ``seed``: names the file's office that was last taken over: it is taken over again only when the file has changed.
    """

    definition: Definition
    officer: str = ""
    seed: str = ""


class DayOpened(Base, frozen=True):
    """A business day began; numbers start anew. ``bookings`` are all that are still to come.

    ``learnt``: what the days before have taught about waiting. ``notices``, ``emergency``: what the lobby reads on.
    ``alarms``: of counters whose call for help nobody has answered; none in logs of before, which forgot them.
    ``before_vouch``: what staff's word for the time, which opened it, can be taken back to. ``rateable``: whoever was
    served on the business day before (``yesterday``) and has not rated that yet, and in what service.
    """

    date: str
    spans: tuple[Span, ...]
    ends_at: int
    last_tickets: dict[ServiceId, int] = {}
    bookings: tuple[Booking, ...] = ()
    next_opens_at: int | None = None
    rosters: dict[CounterId, tuple[Span, ...]] = {}
    learnt: Learnt | None = None
    training: bool = False
    notices: Notices = Notices()
    emergency: Emergency | None = None
    before_vouch: Before | None = None
    alarms: tuple[Alarm, ...] = ()
    rateable: dict[TicketNumber, ServiceId] = {}
    yesterday: str = ""


class DayClosed(Base, frozen=True):
    """The business day ended."""

    date: str


class Stopped(Base, frozen=True):
    """No more numbers of a service, or (``service`` None) of any, for a reason that citizens read."""

    reason: str
    service: ServiceId | None = None


class Resumed(Base, frozen=True):
    """Numbers are given again."""

    service: ServiceId | None = None


class ServiceFilled(Base, frozen=True):
    """No more numbers of a service today: whoever had come would have been called at ``called_at``, after closing."""

    service: ServiceId
    called_at: int


class ServiceUnfilled(Base, frozen=True):
    """It went faster than was foretold, and numbers are given again."""

    service: ServiceId


class TimeVouched(Base, frozen=True):
    """A member of staff said what time it is: from here on, the log's times are theirs.

    ``before``: what this can be taken back to. ``back``: it is earlier than what was said before, which is void: this
    is the one event after which the log's time is earlier. ``unopens``: the day that was opened under it is void too.
    """

    officer: str
    before: Before | None = None
    back: bool = False
    unopens: bool = False


class TrainingBegan(Base, frozen=True):
    """The real queue rests; what is practised stands in a log of its own, which is thrown away."""

    officer: str


class TrainingEnded(Base, frozen=True):
    """The real queue goes on."""

    officer: str


class NumbersSkipped(Base, frozen=True):
    """Numbers that this log does not know had been printed, so none up to these is given again, by prefix."""

    highest: dict[str, int]


class NoticesPosted(Base, frozen=True):
    """Staff wrote what the lobby reads from now on."""

    notices: Notices
    officer: str


class EmergencyRaised(Base, frozen=True):
    """A text took over every screen and voice, by language."""

    text: dict[str, str]
    officer: str


class EmergencyEnded(Base, frozen=True):
    """Screens and voices went back to the queue."""

    officer: str


class BroadcastMade(Base, frozen=True):
    """Staff told something to everybody who waits: it was spoken, and is shown until it ends by itself."""

    text: dict[str, str]
    until: int
    officer: str


class BroadcastEnded(Base, frozen=True):
    """Screens leave it out from here on."""

    officer: str


class Paged(Base, frozen=True):
    """Staff had a text spoken in the lobby, by language."""

    text: dict[str, str]
    officer: str


class StaffEntered(Base, frozen=True):
    """A member of staff proved themselves at a kiosk and opened its staff screen; ``may``: what they might do then."""

    officer: str
    kiosk: str
    may: tuple[str, ...]


class SlipOrdered(Base, frozen=True):
    """Staff had a slip printed by a kiosk. What stands on it may be a secret, and is in no log."""

    kiosk: str
    kind: str
