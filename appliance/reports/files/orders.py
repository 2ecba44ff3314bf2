"""What ``making`` is asked and prints, a line of JSON each: whoever starts it needs nothing else of it (pure)."""

from __future__ import annotations

from typing import Final, Literal

import msgspec

Form = Literal["pdf", "xlsx", "csv", "json"]


class Request(msgspec.Struct, frozen=True):
    """What is to be made.

    ``hub``, ``reports``: the database and the sums. ``out``: the file. ``made_at``: office time, ms. ``officers``:
    whether figures of single officers may stand in it. ``by``: of a CSV, the one table that is in it. ``logo``: a
    picture's file.
    """

    hub: str
    reports: str
    span: str
    form: Form
    out: str
    made_at: int
    language: str = "id"
    officers: bool = False
    by: str = "service"
    logo: str = ""


class Progress(msgspec.Struct, frozen=True, tag="progress"):
    """So many days of so many are summed."""

    days: int
    of: int


class Writing(msgspec.Struct, frozen=True, tag="writing"):
    """The days are summed; the file is being written."""


class Made(msgspec.Struct, frozen=True, tag="made"):
    """The file is there."""

    file: str


class Failed(msgspec.Struct, frozen=True, tag="failed"):
    """There is no file. ``code``: the key of the reason below ``forms.making``, empty if ``problem`` says it all."""

    problem: str
    code: str = ""
    values: dict[str, str] = {}


Told = Progress | Writing | Made | Failed
decoder: Final[msgspec.json.Decoder[Told]] = msgspec.json.Decoder(Told)
