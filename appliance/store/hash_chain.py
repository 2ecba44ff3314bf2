"""The chain of the log: how a record is linked to the one before, and the proof that it is.

Each record's hash is SHA-256 over the hash before it, the record's fields and its body, so that a changed, removed or
inserted record breaks the chain from there on.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from typing import Any, Final

import msgspec

from appliance.engine.events import VERSION, Entry

GENESIS: Final = bytes(32)
"""What stands before the first record."""
Row = tuple[int, int, str, str, int, str, bytes | None, int, str, bytes]
"""A record: seq, at, day, type, version, actor, request id, part, body, hash."""
_encoder = msgspec.json.Encoder()


def chained(previous: bytes, entries: Iterable[Entry], day: str, actor: str, request_id: str | None) -> list[Row]:
    """Return the records of ``entries``, each linked to the one before, the first to the hash ``previous``."""
    request = bytes.fromhex(request_id) if request_id else None
    rows: list[Row] = []
    for part, entry in enumerate(entries):
        body = _encoder.encode(entry.event).decode()
        kind = type(entry.event).__name__
        previous = _link(previous, (entry.seq, entry.at, day, kind, VERSION, actor, request_id, part), body)
        rows.append((entry.seq, entry.at, day, kind, VERSION, actor, request, part, body, previous))
    return rows


def wrong_with(row: Row, seq: int, previous: bytes) -> str:
    """Return why ``row`` is not the record ``seq`` that follows from the hash ``previous``; an empty text if it is."""
    if row[0] != seq:
        return f"record {seq} is missing; the next one is {row[0]}"
    if _hash_if_any(row, previous) != row[9]:
        return f"record {row[0]} ({row[3]} of {row[2] or 'no day'}) is not what was written"
    return ""


def _hash_of(row: Any, previous: bytes) -> bytes:
    """Return the hash that a record must have if the record before it has the hash ``previous``."""
    request_hex = row[6].hex() if row[6] else None
    return _link(previous, (row[0], row[1], row[2], row[3], row[4], row[5], request_hex, row[7]), row[8])


def _hash_if_any(row: Any, previous: Any) -> bytes | None:
    """As ``_hash_of``; None if a field is not even of its kind, as after a flipped bit in the record's header."""
    try:
        return _hash_of(row, previous)
    except (AttributeError, TypeError, ValueError):
        return None


def _link(previous: bytes, fields: tuple[Any, ...], body: str) -> bytes:
    return sha256(previous + _encoder.encode(fields) + body.encode()).digest()
