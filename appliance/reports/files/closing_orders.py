"""What ``closing`` is asked, and what it prints, as ``orders`` is for ``making`` (pure)."""

from __future__ import annotations

from typing import Final

import msgspec

from appliance.reports.files.orders import Failed


class Request(msgspec.Struct, frozen=True):
    """What is to be done.

    ``known``: the days that have a report, each with the instant of its closing. ``after``: older days are left alone;
    empty for all but the last. ``folder``: of the PDFs.
    """

    hub: str
    reports: str
    folder: str
    made_at: int
    known: dict[str, int] = {}
    after: str = ""
    language: str = "id"
    logo: str = ""


class DayMade(msgspec.Struct, frozen=True):
    """One day's report is made. ``slip``: what each line shows, and its text."""

    day: str
    closed_at: int
    slip: list[tuple[str, str]]
    subject: str
    body: str


class Done(msgspec.Struct, frozen=True, tag="done"):
    """What was made, and why it did not go on if it did not."""

    days: list[DayMade]
    failed: Failed | None = None


decoder: Final[msgspec.json.Decoder[Done]] = msgspec.json.Decoder(Done)
