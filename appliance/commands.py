"""What can be asked of the queue (pure): a closed list, one class a command.

Boxes send them as the bodies of requests (``do`` names the command), and the engine decides on them: who may ask for
each, and what decides on it, is one row of ``engine/command_rules.py``. ``wire/messages`` hands these on, so that a box
finds the whole vocabulary under one name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Union

import msgspec

from appliance.command_fields import *  # noqa: F403  # one vocabulary, in three files
from appliance.command_fields import (
    Announcement,
    Body,
    BookingCode,
    Channel,
    ClockTime,
    Date,
    Kiosk,
    MaybeOfficer,
    Millis,
    Note,
    Number,
    OfCounter,
    Officer,
    OfflineTicket,
    OfService,
    PaperNumber,
    Phone,
    Pin,
    Slip,
    Spoken,
    StaffNumber,
    Survey,
)
from appliance.counter_commands import *  # noqa: F403


class Issue(Body, frozen=True):
    """Give the next number of a service, or of a journey's first one (then ``service`` is the journey's id).

    ``phone``: for messages; kept until the day ends, and in no log. It is not kept unless ``Office.messages``.
    ``channel``: for the web alone to say.
    """

    service: OfService
    priority: bool = False
    phone: Phone | None = None
    officer: MaybeOfficer = ""
    channel: Channel = ""


class CheckIn(Body, frozen=True):
    """The holder of a booking is here, and gets a number. ``phone`` and ``channel`` as in ``Issue``."""

    code: BookingCode
    phone: Phone | None = None
    officer: MaybeOfficer = ""
    channel: Channel = ""


class MergeOffline(Body, frozen=True):
    """Take in what this kiosk printed while the hub was away, in the order of printing."""

    tickets: Annotated[tuple[OfflineTicket, ...], msgspec.Meta(min_length=1, max_length=500)]


class Printed(Body, frozen=True):
    """The highest count that this kiosk has printed of each prefix on ``day``.

    A hub that was restored from a backup gives none of them again.
    """

    day: str
    highest: dict[Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{1,3}\Z")], Annotated[int, msgspec.Meta(ge=1)]]


class Cancel(Body, frozen=True):
    """Withdraw a waiting or parked ticket."""

    number: Number
    officer: MaybeOfficer = ""


class ChangeTicket(Body, frozen=True):
    """Change what a waiting or parked ticket is for (``service``, or a journey) or its class, before it is called.

    It keeps its number and its time of arrival. None leaves a thing as it is.
    """

    number: Number
    service: OfService | None = None
    priority: bool | None = None
    officer: MaybeOfficer = ""


class ReprintNumber(Body, frozen=True):
    """Have a ticket's paper printed: by one ``kiosk``, which need not have seen it before, or (None) once more.

    None: by the kiosk that printed it; that remembers its latest ones.
    """

    number: Number
    kiosk: Kiosk | None = None
    officer: MaybeOfficer = ""


class Return(Body, frozen=True):
    """A parked citizen, or one who was called in vain, waits again."""

    number: Number
    officer: MaybeOfficer = ""


class SetNote(Body, frozen=True):
    """Write a note about a citizen for colleagues, in place of the one before; an empty one erases it.

    It is shown to staff alone and kept until the day ends, in no log and no backup.
    """

    number: Number
    text: Note
    officer: MaybeOfficer = ""


class QuickServe(Body, frozen=True):
    """Count somebody who was served at once, without a number."""

    service: OfService
    counter: OfCounter | None = None
    officer: MaybeOfficer = ""


class RecordPaper(Body, frozen=True):
    """Enter a number of a contingency sheet afterwards: when its citizen came, was called and had been served.

    The times are of ``date``, on the office's wall clock. None: that never came. A number counts once a
    day; the day may be closed, at most 31 days ago. Nothing of the present queue changes.
    """

    number: PaperNumber
    date: Date
    arrived: ClockTime
    called: ClockTime | None = None
    served: ClockTime | None = None
    priority: bool = False
    counter: OfCounter | None = None
    officer: MaybeOfficer = ""


class Book(Body, frozen=True):
    """Keep a time for whoever holds ``code``."""

    code: BookingCode
    service: OfService
    due_at: Millis
    priority: bool = False
    officer: MaybeOfficer = ""


class CancelBooking(Body, frozen=True):
    """Give a kept time back."""

    code: BookingCode
    officer: MaybeOfficer = ""


class Stop(Body, frozen=True):
    """Give no more numbers, of one service or (without ``service``) of any. Citizens read the ``reason``."""

    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    service: OfService | None = None
    officer: MaybeOfficer = ""


class Resume(Body, frozen=True):
    """Give numbers again, of one service or (without ``service``) of the office."""

    service: OfService | None = None
    officer: MaybeOfficer = ""


class Vouch(Body, frozen=True):
    """A member of staff vouches for the time of day (``at``), since the hub has no clock that can be believed.

    Refused as ``time_far`` if it is far from what is likely and they are not ``sure``. Until a citizen has come since,
    it can be taken back by another, also by an earlier one. With a ``number`` the PIN is that member's own, and their
    name stands in the log in the place of ``officer``; without one it is the office's, which counts only as long as
    nobody has a number.
    """

    at: Millis
    officer: MaybeOfficer
    pin: Pin
    sure: bool = False
    number: StaffNumber | None = None


class Identify(Body, frozen=True):
    """A member of staff wants to open a kiosk's staff screen. The answer says who they are, and what they may do."""

    number: StaffNumber
    pin: Pin


class Define(Body, frozen=True):
    """Set services, counters, rules and hours. ``office`` has the keys of ``[office]`` in docs/rules.md.

    ``expects``: ``StaffOffice.defined`` of the office from which it was made; it is refused as ``changed_meanwhile``
    if that is another by now. None: it holds whatever was before.
    """

    office: dict[str, Any]
    officer: Officer
    expects: Annotated[int, msgspec.Meta(ge=0)] | None = None


class Train(Body, frozen=True):
    """Begin to practise: numbers and calls from now on are marked as such and leave no trace in the figures."""

    officer: Officer


class EndTraining(Body, frozen=True):
    """Practice is over; the real day goes on where it was."""

    officer: Officer


class Post(Body, frozen=True):
    """Set what the lobby reads: the sentences of the bottom line, and pages. What is not in the new list is gone."""

    officer: Officer
    running: Annotated[tuple[Spoken, ...], msgspec.Meta(max_length=20)] = ()
    announcements: Annotated[tuple[Announcement, ...], msgspec.Meta(max_length=20)] = ()


class RaiseEmergency(Body, frozen=True):
    """Let a text take over every screen and voice at once, until it is ended."""

    text: Spoken
    officer: Officer


class EndEmergency(Body, frozen=True):
    """The emergency is over; screens and voices go back to the queue."""

    officer: Officer


class Page(Body, frozen=True):
    """Have a text spoken in the lobby, between calls."""

    text: Spoken
    officer: Officer


class Broadcast(Body, frozen=True):
    """Tell something to everybody who waits: spoken once, and shown on the screens for so many ``minutes``."""

    text: Spoken
    minutes: Annotated[int, msgspec.Meta(ge=1, le=720)]
    officer: Officer


class EndBroadcast(Body, frozen=True):
    """What everybody was told holds no more; the screens leave it out."""

    officer: Officer


class PrintSlip(Body, frozen=True):
    """Have a kiosk print a slip as soon as no ticket waits for its printer; it is printed once, or not at all."""

    kiosk: Kiosk
    slip: Slip
    officer: Officer


class RateService(Body, frozen=True):
    """A citizen rates the service, of a ticket that was served today or on the business day before; each once.

    ``survey``: None only asks whether they may. What they say is in no log; it is kept apart, and without the number.
    """

    number: Number
    survey: Survey | None = None


class RateServed(Body, frozen=True):
    """Whoever was just served at a ``counter`` rates the service there, as ``rate_service`` does."""

    counter: OfCounter
    survey: Survey


class EnterForm(Body, frozen=True):
    """Enter a questionnaire that somebody filled in on paper on ``date``, for a ``service`` if they named one."""

    survey: Survey
    date: Date
    service: OfService | None = None
    officer: MaybeOfficer = ""


def _commands(base: type[Body]) -> list[type[Body]]:
    found = base.__subclasses__()
    return [kind for each in found for kind in (_commands(each) or [each])]


if TYPE_CHECKING:
    AnyBody = Body
else:
    AnyBody = Union[tuple(_commands(Body))]  # noqa: UP007  # as many as there are
