"""Times, days and numbers as people write them into registers (pure)."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

_PLAIN: Final = re.compile(r"([0-9]{1,2})([0-9]{2})")
_PARTED: Final = re.compile(r"([0-9]{1,2})[:.]([0-9]{2})(?:[:.]([0-9]{2})(?:[.,]0*)?)?")
_FRACTION: Final = re.compile(r"0?[.,][0-9]{3,}")
_ISO: Final = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?:[T ]0{1,2}:00(?::00(?:\.0*)?)?)?")
_LOCAL: Final = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})")
DAY_SECONDS: Final = 24 * 3600


class NotUnderstood(ValueError):
    """Something typed is neither a time nor a day."""


def clock(text: str) -> int:
    """Return seconds since midnight of ``0815``, ``815``, ``8:15``, ``08.15``, ``08:15:30`` or Excel's part of a day.

    Raises:
        NotUnderstood: for anything else, and for times that no clock shows.
    """
    text = text.strip()
    if _FRACTION.fullmatch(text):
        return round(float(text.replace(",", ".")) * DAY_SECONDS) % DAY_SECONDS
    found = _PLAIN.fullmatch(text) or _PARTED.fullmatch(text)
    if found is None or not text.isascii():
        raise NotUnderstood(text)
    hours, minutes, *rest = (int(part or 0) for part in found.groups())
    seconds = rest[0] if rest else 0
    if hours > 23 or minutes > 59 or seconds > 59:
        raise NotUnderstood(text)
    return hours * 3600 + minutes * 60 + seconds


def clock_text(seconds: int) -> str:
    """Return a time of day as ``08:15``, with seconds if there are any."""
    hours, rest = divmod(seconds, 3600)
    minutes, rest = divmod(rest, 60)
    return f"{hours:02d}:{minutes:02d}:{rest:02d}" if rest else f"{hours:02d}:{minutes:02d}"


def day(text: str) -> str:
    """Return the date (YYYY-MM-DD) of ``2026-11-28``, ``28/11/2026``, ``28-11-2026`` or ``28.11.2026``.

    Raises:
        NotUnderstood: for anything else, and for days that no calendar has.
    """
    text = text.strip()
    iso, local = _ISO.fullmatch(text), _LOCAL.fullmatch(text)
    parts = iso.groups() if iso else local.groups()[::-1] if local else None
    if parts is None or not text.isascii():
        raise NotUnderstood(text)
    try:
        return date(*(int(part) for part in parts)).isoformat()
    except ValueError as error:
        raise NotUnderstood(text) from error


def instant(day: str, seconds: int, zone: str) -> int:
    """Return the instant (milliseconds since 1970) at which a wall clock in ``zone`` shows this on ``day``."""
    midnight = datetime.combine(date.fromisoformat(day), time(), ZoneInfo(zone))
    return int((midnight + timedelta(seconds=seconds)).timestamp() * 1000)
