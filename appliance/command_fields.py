"""What the fields of commands are made of (pure): names of things, and what they may look like."""

from __future__ import annotations

from typing import Annotated, Final, Literal, NewType, get_args

import msgspec

ServiceId = NewType("ServiceId", str)
CounterId = NewType("CounterId", str)
TicketNumber = NewType("TicketNumber", str)

_ID = msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9_-]{0,31}\Z")
Id = Annotated[str, _ID]
Channel = Literal["", "online"]
"""On what way somebody asks for a number: ``online`` from another system; empty, as the box says that asks."""
OfService = Annotated[ServiceId, _ID]
OfCounter = Annotated[CounterId, _ID]
Number = Annotated[TicketNumber, msgspec.Meta(pattern=r"^[A-Z]{1,3}[0-9]{1,9}\Z")]
PaperNumber = Annotated[TicketNumber, msgspec.Meta(pattern=r"^K-[A-Z]{1,2}[0-9]{1,6}\Z")]
"""Of a contingency sheet (``engine/numbering.py``); no other series has a hyphen."""
Date = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")]
ClockTime = Annotated[str, msgspec.Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]\Z")]
"""On the office's wall clock."""
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
Pin = Annotated[str, msgspec.Meta(min_length=4, max_length=32)]


Mark = Annotated[int, msgspec.Meta(ge=1, le=4)]
"""How good somebody found something, 4 the best."""
Element = Literal[
    "requirements", "procedure", "time", "fee", "product", "competence", "conduct", "complaints", "facilities"
]
ELEMENTS: Final[tuple[Element, ...]] = get_args(Element)
"""What citizens are asked about, in the order of the regulation (Permenpan-RB 14/2017)."""

Sex = Literal["female", "male"]
Age = Literal["under_20", "20_29", "30_39", "40_49", "50_up"]
Schooling = Literal["sd", "smp", "sma", "s1", "s2", "s3"]
Occupation = Literal["civil_servant", "army", "police", "private", "business", "other"]
ABOUT: Final[dict[str, tuple[str, ...]]] = {
    "sex": get_args(Sex),
    "age": get_args(Age),
    "schooling": get_args(Schooling),
    "occupation": get_args(Occupation),
}
"""What the regulation's form asks about whoever answers, and what they may answer."""


def _snake(name: str) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in name).lstrip("_")


class Body(msgspec.Struct, frozen=True, tag_field="do", tag=_snake):
    """What a command asks for."""


class Survey(msgspec.Struct, frozen=True):
    """What somebody said of the service; what is left out was not answered.

    ``elements``: of the office's questionnaire; ``overall``: of everything at once. The rest is asked as the
    regulation's form does (``sma``: upper secondary school; ``s1``: a bachelor's degree). Nobody's name is asked.
    """

    elements: dict[Element, Mark] = {}
    overall: Mark | None = None
    sex: Sex | None = None
    age: Age | None = None
    schooling: Schooling | None = None
    occupation: Occupation | None = None
    comment: Annotated[str, msgspec.Meta(max_length=500)] = ""

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing was said of the service."""
        return not self.elements and self.overall is None and not self.comment.strip()


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


class Announcement(msgspec.Struct, frozen=True):
    """A page that lobby screens show while nobody is called, by language."""

    title: Spoken
    body: dict[str, str] = {}


class SlipLine(msgspec.Struct, frozen=True):
    """One thing on a slip: a heading, a paragraph, something that is read across a room or typed off, a QR code."""

    show: Literal["title", "text", "large", "qr"]
    text: Annotated[str, msgspec.Meta(min_length=1, max_length=300)]


class Slip(msgspec.Struct, frozen=True):
    """A piece of paper for staff. ``kind`` stands in the log; what is on the paper stands in none."""

    kind: Id
    lines: Annotated[tuple[SlipLine, ...], msgspec.Meta(min_length=1, max_length=60)]
