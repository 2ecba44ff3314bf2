"""Practice for staff: a queue of its own in a file of its own, which is thrown away.

The real log only knows that there was a practice, from when to when, and at whose wish; no figure, number or wait of
the real office is touched.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from appliance.engine.model import MINUTE, Day

LONGEST_MS: Final = 120 * MINUTE


def fresh(database: Path) -> Path:
    """Return the file of a practice beside the real ``database``, emptied of any earlier one."""
    file = database.with_name("practice.db")
    forget(file)
    return file


def forget(file: Path) -> None:
    """Throw a practice away."""
    for suffix in ("", "-wal", "-shm"):
        file.with_name(file.name + suffix).unlink(missing_ok=True)


def until(day: Day, now: int) -> int:
    """Return when a practice ends by itself: after two hours, and in any case when the real office opens."""
    openings = [span.opens for span in day.spans if span.opens > now]
    openings += [day.next_opens_at] if day.next_opens_at is not None and day.next_opens_at > now else []
    return min([now + LONGEST_MS, *openings])
