"""What can happen during a visit at the kiosk, and what the flow asks to be done (pure)."""

from __future__ import annotations

from typing import Literal

import msgspec

from appliance.wire.messages import AnyReply, IssuedTicket, Survey

Mode = Literal["low", "large", "contrast", "headphones", "loudspeaker"]
"""How this visitor wants the screen: controls low, type large, contrast high; and where the guidance is spoken."""
SPOKEN: frozenset[Mode] = frozenset(("headphones", "loudspeaker"))


class Event(msgspec.Struct, frozen=True):
    """Something happened."""


class Touched(Event, frozen=True):
    """The first screen was touched, or any other where nothing was hit: somebody is there."""


class ChoseGroup(Event, frozen=True):
    """A group of services was opened."""

    group: str


class Chose(Event, frozen=True):
    """A service was chosen. ``request_id`` (32 hex digits) serves this visit's one request, however often repeated.

    ``papers``: whether the office says what to bring for it.
    """

    service: str
    request_id: str
    papers: bool = False


class PapersOpened(Event, frozen=True):
    """There is more to bring than fits beside the rest: the citizen wants to read it all."""


class AccessOpened(Event, frozen=True):
    """Somebody wants the screen, or the voice, another way."""


class AccessClosed(Event, frozen=True):
    """Nobody needs the panel for that any more."""


class Continued(Event, frozen=True):
    """The papers are complete, or were read: on to the next question."""


class PrioritySet(Event, frozen=True):
    """The question about priority was answered."""

    on: bool


class Took(Event, frozen=True):
    """The button that takes the number was pressed."""


class PhoneOpened(Event, frozen=True):
    """The citizen wants a message when it is nearly their turn."""


class PhoneGiven(Event, frozen=True):
    """The telephone number is complete."""


class CheckInOpened(Event, frozen=True):
    """Somebody wants to type the code of a booking."""


class Typed(Event, frozen=True):
    """One sign of the code, or one digit of the telephone number."""

    sign: str


class Erased(Event, frozen=True):
    """The last sign was wrong."""


class CheckedIn(Event, frozen=True):
    """The code is complete: typed, or (then ``code`` has it) scanned. ``request_id`` as for ``Chose``."""

    request_id: str
    code: str = ""


class AskedTurn(Event, frozen=True):
    """Somebody showed a ticket to the scanner and wants to know how long it takes."""

    number: str


class RateOpened(Event, frozen=True):
    """Somebody wants to say what they think of the service."""


class RateGiven(Event, frozen=True):
    """Whose rating it is: the ticket's ``number``, typed, scanned, or just shown.

    ``check_id`` serves the question whether it may be rated, ``rating_id`` the rating, each however often repeated.
    """

    number: str
    check_id: str
    rating_id: str


class RateAnswered(Event, frozen=True):
    """The question on the screen was answered."""

    value: str


class RateSkipped(Event, frozen=True):
    """The question on the screen stays unanswered."""


class RateFinished(Event, frozen=True):
    """What was answered is to be sent, and nothing more is to be asked."""


class RateReplied(Event, frozen=True):
    """The hub answered a question about a rating; None if it did not in time."""

    request_id: str
    reply: AnyReply | None


class Retried(Event, frozen=True):
    """After no answer came, the citizen asks once more."""


class Back(Event, frozen=True):
    """One screen back."""


class Done(Event, frozen=True):
    """Back to the first screen."""


class LanguageSet(Event, frozen=True):
    """A language was chosen."""

    language: str


class ModeSet(Event, frozen=True):
    """A way to show or to speak was switched on or off, for this visit."""

    mode: Mode
    on: bool


class Replied(Event, frozen=True):
    """The hub answered a request; None if it did not in time."""

    request_id: str
    reply: AnyReply | None


class IssuedAlone(Event, frozen=True):
    """The kiosk's own series answered ``IssueAlone``; without a ticket if it could not be kept safe.

    ``minted``: the id that the ticket's QR code is made from.
    """

    request_id: str
    ticket: IssuedTicket | None
    minted: str = ""


class Printed(Event, frozen=True):
    """The ticket of this request is on paper."""

    request_id: str


class PrintFailed(Event, frozen=True):
    """The ticket of this request is not on paper. ``reason``: paper, missing, offline, … as the printer names it."""

    request_id: str
    reason: str


class Tick(Event, frozen=True):
    """Time went by. Expected several times a second."""


class CatalogueArrived(Event, frozen=True):
    """The hub's offer: the office's phase, the services that give numbers now, and whether it sends messages.

    ``day``: the business day. ``survey``: how it asks what citizens think, as ``Office.survey``.
    """

    phase: str
    offers: frozenset[str]
    messages: bool = False
    day: str = ""
    survey: str = ""


class Connection(Event, frozen=True):
    """The hub is there (``up``) or not."""

    up: bool


class AloneChanged(Event, frozen=True):
    """The services for which this kiosk may give numbers of its own while the hub is away."""

    services: frozenset[str]


class Effect(msgspec.Struct, frozen=True):
    """Something is to be done."""


class SendIssue(Effect, frozen=True):
    """Ask the hub for a number."""

    request_id: str
    service: str
    priority: bool
    phone: str = ""


class SendCheckIn(Effect, frozen=True):
    """Tell the hub that the holder of a booking is here."""

    request_id: str
    code: str


class AskMayRate(Effect, frozen=True):
    """Ask the hub whether a ticket may be rated, and tell with ``RateReplied``."""

    request_id: str
    number: str


class SendRating(Effect, frozen=True):
    """Send what somebody said of the service, and tell with ``RateReplied``."""

    request_id: str
    number: str
    survey: Survey


class IssueAlone(Effect, frozen=True):
    """Give a number of the kiosk's own series, and tell with ``IssuedAlone``.

    ``asked``: the hub was asked under ``request_id`` before, and may have given a number that nobody will hold.
    """

    request_id: str
    service: str
    priority: bool
    asked: bool


class Print(Effect, frozen=True):
    """Print the ticket, and tell with ``Printed`` or ``PrintFailed``. ``minted``: for the QR code."""

    request_id: str
    ticket: IssuedTicket
    minted: str
