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
RequestId = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{32}$")]
Millis = Annotated[int, msgspec.Meta(ge=0)]


class Malformed(ValueError):
    """A payload that is not what its topic carries."""


def _snake(name: str) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in name).lstrip("_")


class Body(msgspec.Struct, frozen=True, tag_field="do", tag=_snake):
    """What a command asks for."""


class Issue(Body, frozen=True):
    """Give the next number of a service."""

    service: Id
    priority: bool = False


class CallNext(Body, frozen=True):
    """Finish the counter's ticket, if any, and call the next one by rule."""

    counter: Id


class Recall(Body, frozen=True):
    """Call the counter's ticket once more."""

    counter: Id


class Start(Body, frozen=True):
    """The citizen has arrived at the counter."""

    counter: Id


class Finish(Body, frozen=True):
    """The citizen has been served."""

    counter: Id


class NoShow(Body, frozen=True):
    """The citizen did not come."""

    counter: Id


class Transfer(Body, frozen=True):
    """Send the counter's ticket, with its number, to another service."""

    counter: Id
    service: Id


class Cancel(Body, frozen=True):
    """Withdraw a waiting ticket."""

    number: Number


class OpenCounter(Body, frozen=True):
    """Open a counter for calls."""

    counter: Id


class CloseCounter(Body, frozen=True):
    """Close a counter; a ticket that is at it is finished if it was being served, else it waits again."""

    counter: Id


AnyBody = (
    Issue | CallNext | Recall | Start | Finish | NoShow | Transfer | Cancel | OpenCounter | CloseCounter
)  # fmt: skip


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
    """One service as citizens see it. ``low``/``high``: wait in minutes for someone who comes now, None when unsure."""

    id: str
    prefix: str
    names: Names
    waiting: int
    open: bool = True
    reason: str = ""
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
    """One counter. ``state``: closed, free, called or serving; ``waiting``: people it could call."""

    v: Literal[1]
    seq: int
    id: str
    names: Names
    state: Literal["closed", "free", "called", "serving"]
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
