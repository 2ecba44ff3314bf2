"""What can be asked of the queue (pure): a closed list, one class a command.

Boxes send them as the bodies of requests (``do`` names the command), and the engine decides on them: who may ask for
each, and what decides on it, is one row of ``engine/command_rules.py``. ``wire/messages`` hands these on, so that a box
finds the whole vocabulary under one name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal, NewType, Union

import msgspec

ServiceId = NewType("ServiceId", str)
CounterId = NewType("CounterId", str)
TicketNumber = NewType("TicketNumber", str)

_ID = msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9_-]{0,31}\Z")
Id = Annotated[str, _ID]
OfService = Annotated[ServiceId, _ID]
OfCounter = Annotated[CounterId, _ID]
Number = Annotated[TicketNumber, msgspec.Meta(pattern=r"^[A-Z]{1,3}[0-9]{1,9}\Z")]
BookingCode = Annotated[str, msgspec.Meta(pattern=r"^[A-Z0-9]{4,16}\Z")]
Phone = Annotated[str, msgspec.Meta(pattern=r"^\+?[0-9]{8,15}\Z")]
Officer = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
MaybeOfficer = Annotated[str, msgspec.Meta(max_length=64)]
"""Whose console asks: an officer's, or (empty) a box that has none."""
Outcomes = Annotated[tuple[Id, ...], msgspec.Meta(max_length=16)]
"""What was done for a citizen, by the keys of the office's list."""
Note = Annotated[str, msgspec.Meta(max_length=240)]
Kiosk = Annotated[str, msgspec.Meta(pattern=r"^kiosk-[a-z0-9]{1,16}\Z")]
StaffNumber = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{2,4}\Z")]
"""What members of staff type before their PIN where there are no letters; their accounts have it."""
RequestId = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{32}\Z")]
Spoken = Annotated[
    dict[
        Annotated[str, msgspec.Meta(pattern=r"^[a-z]{2,3}\Z")],
        Annotated[str, msgspec.Meta(min_length=1, max_length=240)],
    ],
    msgspec.Meta(min_length=1, max_length=8),
]
"""One text by language code, short enough to be read on a wall or listened to."""
Millis = Annotated[int, msgspec.Meta(ge=0, le=253_370_764_800_000)]  # as far as a calendar goes: to the year 9999


def _snake(name: str) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in name).lstrip("_")


Pin = Annotated[str, msgspec.Meta(min_length=4, max_length=32)]


class Body(msgspec.Struct, frozen=True, tag_field="do", tag=_snake):
    """What a command asks for."""


class Issue(Body, frozen=True):
    """Give the next number of a service, or of a journey's first one (then ``service`` is the journey's id).

    ``phone``: for messages; kept until the day ends, and in no log. It is not kept unless ``Office.messages``.
    """

    service: OfService
    priority: bool = False
    phone: Phone | None = None
    officer: MaybeOfficer = ""


class CheckIn(Body, frozen=True):
    """The holder of a booking is here, and gets a number. ``phone`` as in ``Issue``."""

    code: BookingCode
    phone: Phone | None = None
    officer: MaybeOfficer = ""


class OfflineTicket(msgspec.Struct, frozen=True):
    """A number that a kiosk printed alone, ``age`` milliseconds of its own elapsed time ago.

    ``id``: what its QR code was minted from, as a request's id is for others (``topics.ticket_token``). ``instead_of``:
    the request whose answer never came, and which this ticket replaces.
    """

    number: Number
    service: OfService
    age: Millis
    id: RequestId
    priority: bool = False
    instead_of: RequestId | None = None


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


class ReprintNumber(Body, frozen=True):
    """Have the kiosk that printed a ticket print it once more; it remembers its latest ones."""

    number: Number
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


class Announcement(msgspec.Struct, frozen=True):
    """A page that lobby screens show while nobody is called, by language."""

    title: Spoken
    body: dict[str, str] = {}


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


class SlipLine(msgspec.Struct, frozen=True):
    """One thing on a slip: a heading, a paragraph, something that is read across a room or typed off, a QR code."""

    show: Literal["title", "text", "large", "qr"]
    text: Annotated[str, msgspec.Meta(min_length=1, max_length=300)]


class Slip(msgspec.Struct, frozen=True):
    """A piece of paper for staff. ``kind`` stands in the log; what is on the paper stands in none."""

    kind: Id
    lines: Annotated[tuple[SlipLine, ...], msgspec.Meta(min_length=1, max_length=60)]


class PrintSlip(Body, frozen=True):
    """Have a kiosk print a slip as soon as no ticket waits for its printer; it is printed once, or not at all."""

    kiosk: Kiosk
    slip: Slip
    officer: Officer


class AtCounter(Body, frozen=True):
    """What is asked at a counter. ``officer``: whose console asks; empty for the counter's keypad."""

    counter: OfCounter
    officer: MaybeOfficer = ""


class CallNext(AtCounter, frozen=True, kw_only=True):
    """Finish the counter's ticket, if any, and call the next one by rule. ``outcomes``: of the former (``finish``)."""

    outcomes: Outcomes = ()


class CallNumber(AtCounter, frozen=True, kw_only=True):
    """Finish the counter's ticket, if any, and call a particular one, for a reason of the office's list.

    ``outcomes``: of the former, as in ``finish``.
    """

    number: Number
    reason: Id
    outcomes: Outcomes = ()


class Undo(AtCounter, frozen=True):
    """Take the last press back, within seconds: a call, and whom it finished; or a finish."""


class Recall(AtCounter, frozen=True):
    """Call the counter's ticket once more."""


class Reprint(AtCounter, frozen=True):
    """As ``reprint_number``, for the counter's ticket."""


class Start(AtCounter, frozen=True):
    """The citizen has arrived at the counter."""


class Finish(AtCounter, frozen=True, kw_only=True):
    """The citizen has been served. ``outcomes``: what was done, of the office's list; none leaves what was noted."""

    outcomes: Outcomes = ()


class NoteOutcomes(AtCounter, frozen=True, kw_only=True):
    """Note what was done for a citizen who is at the counter, or was served there today, in place of what was noted."""

    number: Number
    outcomes: Outcomes


class NoShow(AtCounter, frozen=True):
    """The citizen did not come."""


class Park(AtCounter, frozen=True):
    """Put the counter's ticket aside until it is returned."""


class Transfer(AtCounter, frozen=True, kw_only=True):
    """Send the counter's ticket, with its number, to another ``service``, or ``to`` one counter, which alone calls it.

    ``service``: None to leave it as it is. ``note``: as in ``set_note``, if not empty.
    """

    service: OfService | None = None
    to: OfCounter | None = None
    note: Note = ""


class RaiseAlarm(AtCounter, frozen=True):
    """Ask colleagues for help at a counter: consoles are told, the lobby is not. It may be closed."""


class EndAlarm(AtCounter, frozen=True):
    """Help is there; anybody of staff may say so."""


class OpenCounter(AtCounter, frozen=True):
    """Open a counter for calls, or go on after a pause."""


class PauseCounter(AtCounter, frozen=True, kw_only=True):
    """Call nobody for a while, for a reason of the office's list."""

    reason: Id


class CloseCounter(AtCounter, frozen=True):
    """Close a counter; a ticket that is at it is finished if it was being served, else it waits again."""


def _commands(base: type[Body]) -> list[type[Body]]:
    found = base.__subclasses__()
    return [kind for each in found for kind in (_commands(each) or [each])]


if TYPE_CHECKING:
    AnyBody = Body
else:
    AnyBody = Union[tuple(_commands(Body))]  # noqa: UP007  # as many as there are
