"""Payloads to and from JSON (pure), for ``messages`` and ``staff``.

Decoding is strict: wrong types, missing fields, unknown commands and oversized or unknown versions are refused with
``Malformed``. Unknown *fields* are ignored, so that an older box understands a newer one.
"""

from __future__ import annotations

from threading import Lock
from typing import Final, TypeVar

import msgspec

__all__ = ["MAX_PAYLOAD", "Malformed", "decode", "encode"]
T = TypeVar("T")
MAX_PAYLOAD: Final = 256 * 1024
_decoders: dict[object, msgspec.json.Decoder[object]] = {}
_making = Lock()
"""msgspec notes what a structure is made of while it is still finding out: a second thread would use half of it, and
the process would die."""
_encoder = msgspec.json.Encoder()


class Malformed(ValueError):
    """A payload that is not what its topic carries."""


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
        with _making:
            decoder = _decoders[kind] = _decoders.get(kind) or msgspec.json.Decoder(kind)
    try:
        return decoder.decode(payload)  # type: ignore[return-value]  # the cache forgets which kind it holds
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Malformed(str(error)) from error


def encode(message: msgspec.Struct) -> bytes:
    """Write one payload."""
    return _encoder.encode(message)
