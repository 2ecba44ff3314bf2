"""Days, times of day and waits in words (pure)."""

from __future__ import annotations

from datetime import datetime

from appliance.texts import text


def day(moment: datetime, language: str) -> str:
    """Return ``Senin, 6 April 2026``, of an instant on the office's wall clock."""
    weekday = text(f"common.weekday_{moment.isoweekday()}", language)
    month = text(f"common.month_{moment.month}", language)
    return text("common.date", language, weekday=weekday, day=moment.day, month=month, year=moment.year)


def clock(moment: datetime, language: str) -> str:
    """Return ``09.41`` (or ``09:41`` in English), of an instant on the office's wall clock."""
    return moment.strftime(text("common.time_format", language))


def wait(low: int | None, high: int | None, language: str) -> str:
    """Return an estimated wait in words, a range of minutes and never a promise; empty when unsure."""
    if low is None or high is None:
        return ""
    if high <= 0:
        return text("common.no_wait", language)
    if low == 0:
        return text("common.wait_less", language, minutes=high)
    if low == high:
        return text("common.wait_about", language, minutes=high)
    return text("common.wait_range", language, low=low, high=high)
