"""Versioned payloads, as JSON. This is the public contract: ``docs/wire.md`` is made from it.

Decoding is strict: wrong types, missing fields, unknown commands and oversized or unknown versions are refused with
``Malformed``. Unknown *fields* are ignored, so that an older box understands a newer one. Instants are milliseconds
since 1970 (UTC); ticks are milliseconds of the hub's monotonic clock; both follow the office's clock rate.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal, TypeVar

import msgspec

VERSION: Final = 1
MAX_PAYLOAD: Final = 256 * 1024

Names = dict[str, str]
"""One text per language code: ``{"id": "Loket 1", "en": "Counter 1"}``."""

Id = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9_-]{0,31}$")]
Number = Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{1,3}[0-9]{1,9}$")]
BookingCode = Annotated[str, msgspec.Meta(pattern=r"^[A-Z0-9]{4,16}$")]
RequestId = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{32}$")]
Millis = Annotated[int, msgspec.Meta(ge=0)]


class Malformed(ValueError):
    """A payload that is not what its topic carries."""


def _snake(name: str) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in name).lstrip("_")


class Body(msgspec.Struct, frozen=True, tag_field="do", tag=_snake):
    """What a command asks for."""


class Issue(Body, frozen=True):
    """Give the next number of a service, or of a journey's first one (then ``service`` is the journey's id)."""

    service: Id
    priority: bool = False


class CheckIn(Body, frozen=True):
    """The holder of a booking is here, and gets a number."""

    code: BookingCode


class OfflineTicket(msgspec.Struct, frozen=True):
    """A number that a kiosk printed alone, ``age`` milliseconds of its own elapsed time ago.

    ``instead_of``: the request whose answer never came, and which this ticket replaces.
    """

    number: Number
    service: Id
    age: Millis
    priority: bool = False
    instead_of: RequestId | None = None


class MergeOffline(Body, frozen=True):
    """Take in what this kiosk printed while the hub was away, in the order of printing."""

    tickets: Annotated[tuple[OfflineTicket, ...], msgspec.Meta(min_length=1, max_length=500)]


class Cancel(Body, frozen=True):
    """Withdraw a waiting or parked ticket."""

    number: Number


class Return(Body, frozen=True):
    """A parked citizen, or one who was called in vain, waits again."""

    number: Number


class Book(Body, frozen=True):
    """Keep a time for whoever holds ``code``."""

    code: BookingCode
    service: Id
    due_at: Millis
    priority: bool = False


class CancelBooking(Body, frozen=True):
    """Give a kept time back."""

    code: BookingCode


class Stop(Body, frozen=True):
    """Give no more numbers, of one service or (without ``service``) of any. Citizens read the ``reason``."""

    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    service: Id | None = None


class Resume(Body, frozen=True):
    """Give numbers again, of one service or (without ``service``) of the office."""

    service: Id | None = None


class AtCounter(Body, frozen=True):
    """What is asked at a counter. ``officer``: whose console asks; empty for the counter's keypad."""

    counter: Id
    officer: Annotated[str, msgspec.Meta(max_length=64)] = ""


class CallNext(AtCounter, frozen=True):
    """Finish the counter's ticket, if any, and call the next one by rule."""


class CallNumber(AtCounter, frozen=True, kw_only=True):
    """Finish the counter's ticket, if any, and call a particular one, for a reason of the office's list."""

    number: Number
    reason: Id


class Undo(AtCounter, frozen=True):
    """Take the last call back, within seconds."""


class Recall(AtCounter, frozen=True):
    """Call the counter's ticket once more."""


class Start(AtCounter, frozen=True):
    """The citizen has arrived at the counter."""


class Finish(AtCounter, frozen=True):
    """The citizen has been served."""


class NoShow(AtCounter, frozen=True):
    """The citizen did not come."""


class Park(AtCounter, frozen=True):
    """Put the counter's ticket aside until it is returned."""


class Transfer(AtCounter, frozen=True, kw_only=True):
    """Send the counter's ticket, with its number, to another service."""

    service: Id


class OpenCounter(AtCounter, frozen=True):
    """Open a counter for calls, or go on after a pause."""


class PauseCounter(AtCounter, frozen=True, kw_only=True):
    """Call nobody for a while, for a reason of the office's list."""

    reason: Id


class CloseCounter(AtCounter, frozen=True):
    """Close a counter; a ticket that is at it is finished if it was being served, else it waits again."""


AnyBody = (
    Issue
    | CheckIn
    | MergeOffline
    | Cancel
    | Return
    | Book
    | CancelBooking
    | Stop
    | Resume
    | CallNext
    | CallNumber
    | Undo
    | Recall
    | Start
    | Finish
    | NoShow
    | Park
    | Transfer
    | OpenCounter
    | PauseCounter
    | CloseCounter
)


class Seen(msgspec.Struct, frozen=True):
    """How old a command is, without comparing clocks: the hub's ``clock`` as last seen and the time since then."""

    boot: str
    tick: Millis
    since: Millis


class Request(msgspec.Struct, frozen=True):
    """A command on its way to the hub. The same ``id`` twice has the effect of once, and the same answer."""

    v: Literal[1]
    id: RequestId
    seen: Seen
    body: AnyBody


class IssuedTicket(msgspec.Struct, frozen=True):
    """What a kiosk prints. ``low``/``high``: estimated wait in minutes, None when unsure."""

    number: str
    service: str
    day: str
    issued_at: Millis
    ahead: int
    priority: bool = False
    low: int | None = None
    high: int | None = None


class Accepted(msgspec.Struct, frozen=True, tag_field="result", tag="accepted"):
    """Done, and durable. ``seq`` is the last event it caused; ``number`` the ticket it concerns."""

    v: Literal[1]
    id: str
    seq: int
    number: str | None = None
    ticket: IssuedTicket | None = None


class Refused(msgspec.Struct, frozen=True, tag_field="result", tag="refused"):
    """Nothing was changed. ``code`` names the reason in the message catalogues; ``advice`` is for a technician."""

    v: Literal[1]
    id: str
    code: str
    advice: str = ""


AnyReply = Accepted | Refused


class Clock(msgspec.Struct, frozen=True):
    """The hub's time. ``at`` is None while no one vouches for the time of day; ``rate`` is 1 outside simulations."""

    v: Literal[1]
    boot: str
    tick: Millis
    at: Millis | None
    rate: float
    zone: str


class Office(msgspec.Struct, frozen=True):
    """What citizens read about the office. ``phase``: open, before (not yet open), break, after, closed (no time)."""

    names: Names
    phase: Literal["open", "before", "break", "after", "closed"]
    opens_at: Millis | None = None
    closes_at: Millis | None = None
    notice: Names = {}
    follow_url: str = ""


class ServiceState(msgspec.Struct, frozen=True):
    """One service as citizens see it.

    ``waiting``: in its queue; ``ahead``: whom the counters that may serve you will call before you; ``low``/``high``:
    wait in minutes for someone who comes now, None when unsure. While not ``open``, ``reason`` is a key of the
    catalogues (``quota``, ``last_ticket``, ``stopped``, ``office``), and ``notice`` what staff wrote.
    """

    id: str
    prefix: str
    names: Names
    waiting: int
    ahead: int = 0
    open: bool = True
    reason: str = ""
    notice: str = ""
    low: int | None = None
    high: int | None = None
    bring: dict[str, list[str]] = {}


class Catalogue(msgspec.Struct, frozen=True):
    """What a kiosk may offer now."""

    v: Literal[1]
    seq: int
    day: str
    office: Office
    services: list[ServiceState]


class CounterState(msgspec.Struct, frozen=True):
    """One counter. ``state``: closed, paused, free, called or serving; ``waiting``: people it could call."""

    v: Literal[1]
    seq: int
    id: str
    names: Names
    state: Literal["closed", "paused", "free", "called", "serving"]
    number: str | None = None
    since: Millis = 0
    calls: int = 0
    waiting: int = 0


class Call(msgspec.Struct, frozen=True):
    """A number called to a counter. Carries its own words: nothing is looked up later. ``seq`` identifies it."""

    v: Literal[1]
    seq: int
    at: Millis
    number: str
    counter: str
    counter_names: Names
    service: str
    service_names: Names
    recall: bool = False


class Board(msgspec.Struct, frozen=True):
    """Everything a lobby display shows. ``calls``: the latest first, one a ticket."""

    v: Literal[1]
    seq: int
    day: str
    office: Office
    calls: list[Call]
    counters: list[CounterState]
    services: list[ServiceState]


class Part(msgspec.Struct, frozen=True):
    """The health of one part of a box (printer, speaker, buttons, …), in words for a technician."""

    name: str
    state: Literal["ok", "missing", "fault", "unknown"]
    detail: str = ""


class Presence(msgspec.Struct, frozen=True):
    """Is the node there, and what is wrong with it. Its last will says ``offline``."""

    v: Literal[1]
    node: str
    state: Literal["online", "offline"]
    version: str = ""
    parts: list[Part] = []


Message = Request | Clock | Catalogue | CounterState | Call | Board | Presence
T = TypeVar("T")
_decoders: dict[object, msgspec.json.Decoder[object]] = {}
_encoder = msgspec.json.Encoder()


def decode(payload: bytes | bytearray, kind: type[T]) -> T:
    """Read one payload.

    Args:
        payload: UTF-8 JSON, at most ``MAX_PAYLOAD`` bytes.
        kind: the message type (or union) that the topic carries.

    Raises:
        Malformed: with the path of the first wrong field.
    """
    if len(payload) > MAX_PAYLOAD:
        raise Malformed(f"{len(payload)} bytes; at most {MAX_PAYLOAD} are allowed")
    decoder = _decoders.get(kind)
    if decoder is None:
        decoder = _decoders[kind] = msgspec.json.Decoder(kind)
    try:
        return decoder.decode(payload)  # type: ignore[return-value]  # the cache forgets which kind it holds
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Malformed(str(error)) from error


def decode_reply(payload: bytes | bytearray) -> AnyReply:
    """Read the hub's answer. Raises ``Malformed``."""
    return decode(payload, AnyReply)  # type: ignore[arg-type]  # a union of structs is a valid decoder type


def encode(message: Message | AnyReply) -> bytes:
    """Write one payload."""
    return _encoder.encode(message)
