"""What ``summing`` prints, a line of JSON each: whoever starts it reads these, and needs nothing else of it (pure)."""

from __future__ import annotations

import msgspec


class Progress(msgspec.Struct, frozen=True, tag="progress"):
    """So many days of so many are summed; ``day`` was the last."""

    days: int
    of: int
    day: str


class Summed(msgspec.Struct, frozen=True, tag="summed"):
    """All is done. ``unreadable``: days of which records were altered or cannot be read."""

    days: int
    unreadable: list[str]


class Failed(msgspec.Struct, frozen=True, tag="failed"):
    """A file could not be read or written at all."""

    problem: str


Told = Progress | Summed | Failed
decoder: msgspec.json.Decoder[Told] = msgspec.json.Decoder(Told)
