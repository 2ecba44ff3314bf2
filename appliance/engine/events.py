"""Everything that can have happened: past tense, a closed list. An event is never changed once it is in a log."""

from __future__ import annotations

from typing import Final

import msgspec

from appliance.commands import CounterId, ServiceId, TicketNumber
from appliance.engine.model import Booking, Place, Told
from appliance.engine.office_events import *  # noqa: F403  # one vocabulary, in two files
from appliance.engine.office_events import (
    Base,
    BroadcastEnded,
    BroadcastMade,
    DayClosed,
    DayOpened,
    EmergencyEnded,
    EmergencyRaised,
    NoticesPosted,
    NumbersSkipped,
    OfficeDefined,
    Paged,
    Resumed,
    ServiceFilled,
    ServiceUnfilled,
    SlipOrdered,
    StaffEntered,
    Stopped,
    TimeVouched,
    TrainingBegan,
    TrainingEnded,
)


class BookingMade(Base, frozen=True):
    """A time was kept."""

    booking: Booking


class BookingCancelled(Base, frozen=True):
    """A kept time was given back."""

    code: str


class TicketIssued(Base, frozen=True):
    """A citizen got a number, and was told how many are ahead and how long it may take.

    ``channel``: on what way they asked; empty, and in logs of before, it is that of the node that asked.
    """

    number: TicketNumber
    service: ServiceId
    priority: bool
    told: Told
    steps: tuple[ServiceId, ...] = ()
    booking: str | None = None
    due_at: int | None = None
    channel: str = ""


class TicketMerged(Base, frozen=True):
    """A number that a kiosk printed alone entered the queue, as of the moment when it was printed."""

    number: TicketNumber
    service: ServiceId
    priority: bool
    kiosk: str
    arrived_at: int
    instead_of: str | None = None
    minted_from: str = ""


class TicketVoided(Base, frozen=True):
    """The citizen holds an offline ticket instead of this one."""

    number: TicketNumber


class TicketCalled(Base, frozen=True):
    """A counter called a number.

    ``reason`` says why this one (``first_come``, ``priority_turn``, ``regular_turn``, ``booked``, ``promise``,
    ``early_booking``, or ``picked_…`` by hand); ``waited_ms`` is arrival to call; ``mixed`` tells that both classes
    waited, so the counter's turn moves on. ``finished``: whom the same press finished.
    """

    number: TicketNumber
    counter: CounterId
    service: ServiceId
    reason: str
    waited_ms: int
    mixed: bool = False
    finished: TicketNumber | None = None


class CallUndone(Base, frozen=True):
    """A call was taken back: ``number`` waits again in its old place.

    ``reverses``: the event of the call; the counter's turn and what was learnt go back as well. ``finished``: whom the
    same press had finished, and who is at the counter again as if never touched. Logs of before version 3 have neither:
    only the call itself was taken back then.
    """

    number: TicketNumber
    counter: CounterId
    reverses: int | None = None
    finished: TicketNumber | None = None


class FinishUndone(Base, frozen=True):
    """A citizen was finished by mistake, and is at the counter again. ``reverses``: the event that finished them."""

    number: TicketNumber
    counter: CounterId
    reverses: int


class TicketRecalled(Base, frozen=True):
    """The number was called once more."""

    number: TicketNumber
    counter: CounterId
    service: ServiceId
    times: int


class ServiceStarted(Base, frozen=True):
    """The citizen arrived at the counter."""

    number: TicketNumber
    counter: CounterId


class ServiceFinished(Base, frozen=True):
    """The citizen was served; a journey goes on with ``next_service``, at ``place`` in its queue.

    ``started``: whether the service had been started before the press that finished it; else that started it as well.
    ``outcomes``: what was done, by the office's list.
    """

    number: TicketNumber
    counter: CounterId
    next_service: ServiceId | None = None
    place: Place | None = None
    started: bool = True
    outcomes: tuple[str, ...] = ()


class OutcomesNoted(Base, frozen=True):
    """An officer noted what was done at the counter, in place of what had been noted."""

    number: TicketNumber
    counter: CounterId
    outcomes: tuple[str, ...]


class TicketNotShown(Base, frozen=True):
    """The citizen did not come."""

    number: TicketNumber
    counter: CounterId


class TicketParked(Base, frozen=True):
    """The ticket was put aside."""

    number: TicketNumber
    counter: CounterId


class TicketReturned(Base, frozen=True):
    """The ticket waits again at ``place``: after a no-show, after parking, or because its counter closed."""

    number: TicketNumber
    place: Place


class TicketTransferred(Base, frozen=True):
    """The ticket waits for another service, or for one counter (``to``) alone, with its number, at ``place``.

    ``steps``: what is still to come of its journey after that; None in logs of before version 3, which changed nothing.
    """

    number: TicketNumber
    counter: CounterId
    service: ServiceId
    place: Place
    steps: tuple[ServiceId, ...] | None = None
    to: CounterId | None = None


class TicketChanged(Base, frozen=True):
    """Staff changed what a ticket is for, or its class, before it was called; it stands, or stood, at ``place``.

    ``steps``: what is still to come of its journey after that.
    """

    number: TicketNumber
    service: ServiceId
    priority: bool
    place: Place
    steps: tuple[ServiceId, ...] = ()


class TicketReprinted(Base, frozen=True):
    """Staff had a ticket's paper printed, by ``kiosk``, or (empty) once more by the kiosk that had printed it."""

    number: TicketNumber
    kiosk: str = ""


class TicketCancelled(Base, frozen=True):
    """A ticket was withdrawn."""

    number: TicketNumber


class TicketExpired(Base, frozen=True):
    """The day ended before the ticket did."""

    number: TicketNumber


class CounterOpened(Base, frozen=True):
    """A counter may call, in the session of ``officer`` if one is named."""

    counter: CounterId
    officer: str = ""


class CounterPaused(Base, frozen=True):
    """A counter calls nobody for a while."""

    counter: CounterId
    reason: str


class AlarmRaised(Base, frozen=True):
    """Somebody at a counter asked for help."""

    counter: CounterId
    officer: str = ""


class AlarmEnded(Base, frozen=True):
    """Help had come."""

    counter: CounterId
    officer: str = ""


class QuickServed(Base, frozen=True):
    """Somebody was served at once, without a number."""

    service: ServiceId
    counter: CounterId | None = None


class TicketRated(Base, frozen=True):
    """A citizen rated the service, of a ticket of ``date``. ``source``: on what. What they said is in no log."""

    number: TicketNumber
    source: str
    date: str


class FormEntered(Base, frozen=True):
    """Staff entered a questionnaire that was filled in on paper on ``date``. What it says is in no log."""

    date: str


class PaperRecorded(Base, frozen=True):
    """A number of a contingency sheet was entered: its citizen came on the business day ``date``, without any box.

    Instants are milliseconds since 1970; None for what never came. A citizen who was called and not served was absent.
    """

    number: TicketNumber
    service: ServiceId
    priority: bool
    date: str
    arrived_at: int
    called_at: int | None = None
    served_at: int | None = None
    counter: CounterId | None = None


class CounterClosed(Base, frozen=True):
    """A counter may not call. ``freed``: whose session somebody else ended with that, and ``by``: who did."""

    counter: CounterId
    freed: str = ""
    by: str = ""


Event = (
    OfficeDefined
    | DayOpened
    | DayClosed
    | Stopped
    | Resumed
    | ServiceFilled
    | ServiceUnfilled
    | TimeVouched
    | TrainingBegan
    | TrainingEnded
    | NumbersSkipped
    | NoticesPosted
    | EmergencyRaised
    | EmergencyEnded
    | Paged
    | BroadcastMade
    | BroadcastEnded
    | SlipOrdered
    | StaffEntered
    | BookingMade
    | BookingCancelled
    | TicketIssued
    | TicketMerged
    | TicketVoided
    | TicketCalled
    | CallUndone
    | FinishUndone
    | TicketRecalled
    | ServiceStarted
    | ServiceFinished
    | OutcomesNoted
    | TicketNotShown
    | TicketParked
    | TicketReturned
    | TicketTransferred
    | TicketChanged
    | TicketReprinted
    | TicketCancelled
    | TicketExpired
    | CounterOpened
    | CounterPaused
    | CounterClosed
    | AlarmRaised
    | AlarmEnded
    | QuickServed
    | TicketRated
    | FormEntered
    | PaperRecorded
)

VERSION: Final = 3
"""The version that new events are written with; older ones are brought up to it on reading (``engine/upcast.py``)."""


class Entry(msgspec.Struct, frozen=True):
    """An event with its place in the log."""

    seq: int
    at: int
    event: Event
