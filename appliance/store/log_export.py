"""The log taken away: JSON Lines that prove themselves, without the database and without Giliran's own files.

The first line says what is in it and the hash of the record before its first one; each further line is a record with
its hash; the last line says how many there were, so that a file that was cut off is found out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final, Literal

import msgspec

from appliance.store.hash_chain import GENESIS, Row, wrong_with
from appliance.store.reader import LogReader, Proof

FORM: Final = "giliran-log"


class Head(msgspec.Struct, frozen=True, tag_field="line", tag="head"):
    """The first line. ``before``: the hash of the record before ``first``, 64 hexadecimal digits."""

    form: Literal["giliran-log"]
    v: Literal[1]
    first: int
    last: int
    before: str


class Record(msgspec.Struct, frozen=True, tag_field="line", tag="record"):
    """One record. ``body`` is the event's JSON as it was written, letter by letter, for its hash is over that."""

    seq: int
    at: int
    day: str
    type: str
    version: int
    actor: str
    request_id: str | None
    part: int
    body: str
    hash: str


class Tail(msgspec.Struct, frozen=True, tag_field="line", tag="tail"):
    """The last line."""

    records: int
    last_hash: str


_decoder: msgspec.json.Decoder[Head | Record | Tail] = msgspec.json.Decoder(Head | Record | Tail)


def write(log: LogReader, first: int, last: int) -> Iterator[bytes]:
    """Yield the lines of the records from ``first`` to ``last``. Records are written as they are, altered ones too.

    Raises:
        StorageFault: from the reader.
    """
    before = log.record(first - 1)
    start = _hex(before[9]) if before else GENESIS.hex()
    yield _line(Head(FORM, 1, first, last, start))
    count, last_hash = 0, start
    for row in log.between(first, last):
        count, last_hash = count + 1, _hex(row[9])
        yield _line(_as_is(row))
    yield _line(Tail(count, last_hash))


def check(lines: Iterable[bytes]) -> tuple[Head, Proof]:
    """Prove an export from its first line to its last.

    Args:
        lines: of the file.

    Returns:
        what its first line says, and what the proof came to.

    Raises:
        NotAnExport: if it is none.
    """
    each = iter(lines)
    head = _read(next(each, b""))
    if not isinstance(head, Head):
        raise NotAnExport("the first line is not that of an export of Giliran's log")
    previous = _bytes(head.before)
    if previous is None:
        raise NotAnExport("the first line names no hash")
    proven, seq = 0, head.first
    for text in each:
        told = _read(text)
        if isinstance(told, Record):
            problem = wrong_with(_row(told), seq, previous)
            if problem:
                return head, Proof(proven, previous.hex(), seq, problem)
            proven, seq, previous = proven + 1, seq + 1, _bytes(told.hash) or b""
        elif isinstance(told, Tail):
            return head, _ended(head, told, proven, previous, rest=any(each))
        else:
            return head, Proof(proven, previous.hex(), seq, f"the line of record {seq} is not what was written")
    return head, Proof(proven, previous.hex(), seq, f"the file was cut off before record {seq}")


class NotAnExport(Exception):
    """A file is not what ``write`` writes. The sentence says why."""


def _ended(head: Head, tail: Tail, proven: int, previous: bytes, *, rest: bool) -> Proof:
    problem = ""
    if rest:
        problem = "something stands behind the last line"
    elif (tail.records, tail.last_hash) != (proven, previous.hex()) or head.last != head.first + proven - 1:
        problem = f"the last line tells of {tail.records} records, the first of {head.last - head.first + 1}"
    return Proof(proven, previous.hex(), head.first + proven if problem else None, problem)


def _row(record: Record) -> Row:
    """Return a record as the log has it; a hash that is none becomes an empty one, which the proof finds."""
    request = _bytes(record.request_id) if record.request_id else None
    fields = (record.seq, record.at, record.day, record.type, record.version, record.actor)
    return (*fields, request, record.part, record.body, _bytes(record.hash) or b"")


def _bytes(digits: str) -> bytes | None:
    """Return what hexadecimal digits stand for; None if they are none as we write them."""
    try:
        value = bytes.fromhex(digits)
    except ValueError:
        return None
    return value if value.hex() == digits else None


def _as_is(row: Row) -> dict[str, Any]:
    names = Record.__struct_fields__
    return {"line": "record", **{name: _hex(value) for name, value in zip(names, row, strict=True)}}


def _hex(value: Any) -> Any:
    return value.hex() if isinstance(value, bytes) else value


def _line(value: Any) -> bytes:
    return msgspec.json.encode(value) + b"\n"


def _read(line: bytes) -> Head | Record | Tail | None:
    """Return what a line says; None if it is not letter by letter as we write it."""
    try:
        told = _decoder.decode(line)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None
    return told if _line(told) == line else None
