"""An instant on the wall clock of the office: an unknown zone is UTC, an impossible instant the last one."""

from __future__ import annotations

import datetime as dt
import functools
import logging
import zoneinfo
from typing import Final

log = logging.getLogger(__name__)

LAST_MS: Final = 253_370_764_800_000
"""The first instant of the year 9999: calendars end in its last days."""


def local_time(office_ms: int, zone: str) -> dt.datetime:
    """Return an instant on the office's wall clock.

    Args:
        office_ms: milliseconds since 1970, UTC.
        zone: IANA name.
    """
    return dt.datetime.fromtimestamp(min(max(office_ms, 0), LAST_MS) / 1000, _zone(zone))


@functools.lru_cache(maxsize=8)
def _zone(name: str) -> dt.tzinfo:
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):  # "Asia" is a folder
        log.warning("the time zone %r is not known here; UTC is shown", name)
        return dt.UTC
