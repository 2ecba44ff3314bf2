"""Practice for staff: a queue of its own in a file of its own, which is thrown away.

The real log only knows that there was a practice, from when to when, and at whose wish; no figure, number or wait of
the real office is touched.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import msgspec

from appliance.engine.model import MINUTE, Day, Definition
from appliance.hub.inbox import Incoming

LONGEST_MS: Final = 120 * MINUTE


class Practice(msgspec.Struct, frozen=True):
    """What is practised: the office as it is, until (office time) at the latest."""

    office: Definition
    until: int


class Turn(msgspec.Struct, frozen=True):
    """Which queue runs next: a practice, or the real one, with an emergency that was raised while staff practised."""

    practice: Practice | None = None
    held: tuple[Incoming, ...] = ()


def fresh(database: Path) -> Path:
    """Return the file of a practice beside the real ``database``, emptied of any earlier one."""
    file = database.with_name("practice.db")
    forget(file)
    return file


def forget(file: Path) -> None:
    """Throw a practice away."""
    for suffix in ("", "-wal", "-shm"):
        file.with_name(file.name + suffix).unlink(missing_ok=True)


def begun(day: Day, now: int) -> Practice:
    """Return the practice that begins now. It ends by itself after two hours, and when the real office opens."""
    assert day.definition is not None  # noqa: S101  # without an office nobody could have begun
    openings = [span.opens for span in day.spans if span.opens > now]
    openings += [day.next_opens_at] if day.next_opens_at is not None and day.next_opens_at > now else []
    return Practice(day.definition, min([now + LONGEST_MS, *openings]))
