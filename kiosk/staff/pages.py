"""What the pages of the staff's screen show (pure)."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Sequence
from typing import Any, Final

from appliance import texts
from appliance.texts.parts import name_of_part, of_part
from appliance.ui.bridge import time_of_day
from appliance.wire.messages import Part, Refused
from kiosk.printer.spooler import Printing
from kiosk.ticket.slip import Cut, Feed, Line, Qr, Rule, Text

YEARS: Final = (2024, 2099)
PART_ROW: Final = ("id", "name", "state", "said", "sentence")
TICKETS: Final = 12
"""The latest tickets that can be printed again on the screen."""
UNITS: Final = ("day", "month", "year", "hour", "minute")
Row = dict[str, Any]


def ticket_rows(latest: Sequence[Printing], zone: str, language: str) -> list[Row]:
    """Return the latest tickets, with the visit of each and the time at which it was issued."""
    return [
        {
            "id": one.request_id,
            "number": one.ticket.number,
            "time": time_of_day(one.ticket.issued_at or None, zone, language),
        }
        for one in latest[:TICKETS]
    ]


def part_rows(parts: Sequence[Part], language: str) -> list[Row]:
    """Return the health of every part, what is wrong first."""
    order = {"fault": 0, "missing": 1, "unknown": 2, "ok": 3}
    return [
        {
            "id": part.name,
            "name": name_of_part(part.name, language),
            "state": part.state,
            "said": texts.text(f"staff.state_{part.state}", language),
            "sentence": of_part(part, language),
        }
        for part in sorted(parts, key=lambda part: order[part.state])
    ]


def time_rows(moment: dt.datetime, language: str) -> list[Row]:
    """Return the parts of a time of day, each to be changed by itself."""
    said = {
        "day": str(moment.day),
        "month": texts.text(f"common.month_{moment.month}", language)[:3],
        "year": str(moment.year),
        "hour": f"{moment.hour:02d}",
        "minute": f"{moment.minute:02d}",
    }
    return [{"unit": unit, "label": texts.text(f"staff.{unit}", language), "value": said[unit]} for unit in UNITS]


def refusal(refused: Refused, rate: float, language: str) -> str:
    """Return why the hub does not let somebody in, or does not take the time of day from them, and what to do.

    Args:
        refused: its answer.
        rate: office seconds in a real one.
        language: of the screen.
    """
    key = f"staff.vouch_{refused.code}"
    if key not in texts.keys(texts.DEFAULT):
        return texts.text("staff.vouch_refused", language, reason=refused.advice or refused.code)
    seconds = -(-refused.wait // max(1, int(1000 * rate)))
    return texts.text(key, language) + (" " + texts.text("staff.wait", language, seconds=seconds) if seconds else "")


def turned(moment: dt.datetime, unit: str, by: int) -> dt.datetime:
    """Return a time with one of its parts changed; the others stay, but for a day that the month does not have."""
    if unit in {"hour", "minute"}:
        whole = 24 if unit == "hour" else 60
        return moment.replace(**{unit: (getattr(moment, unit) + by) % whole})
    year, month, day = moment.year, moment.month, moment.day
    if unit == "year":
        year = max(YEARS[0], min(YEARS[1], year + by))
    elif unit == "month":
        month = (month - 1 + by) % 12 + 1
    days = calendar.monthrange(year, month)[1]
    day = (day - 1 + by) % days + 1 if unit == "day" else min(day, days)
    return moment.replace(year=year, month=month, day=day)


def test_page(node: str, version: str, now: str, language: str) -> list[Line]:
    """Return what shows whether a printer prints: large and small letters, a line, a QR code, a cut."""
    return [
        Text(texts.text("staff.test_1", language), width=2, height=2, bold=True),
        Text(texts.text("staff.node", language, node=node, version=version)),
        *([Text(now)] if now else []),
        Rule(),
        Text(texts.text("staff.test_2", language), align="left"),
        Text(texts.text("staff.test_2", language), small=True, align="left"),
        Text(" 012 ", width=3, height=3, bold=True, reverse=True),
        Feed(16),
        Qr(f"giliran {node}", 5),
        Cut(),
    ]
