"""Lengths of time in milliseconds, and the zone of an office that names none (pure)."""

from __future__ import annotations

from typing import Final

SECOND: Final = 1_000
MINUTE: Final = 60 * SECOND
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR
DEFAULT_ZONE: Final = "Asia/Jakarta"
