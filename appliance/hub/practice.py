"""Practice for staff: a queue of its own in a file of its own, which is thrown away.

The real log only knows that there was a practice, from when to when, and at whose wish; no figure, number or wait of
the real office is touched.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Final

import msgspec

from appliance.engine.model import Day, Definition
from appliance.hub.inbox import Incoming
from appliance.store.database import StorageFault
from appliance.store.store import Store
from appliance.units import MINUTE

log = logging.getLogger(__name__)

LONGEST_MS: Final = 120 * MINUTE


class Practice(msgspec.Struct, frozen=True):
    """What is practised: the office as it is, until (office time) at the latest."""

    office: Definition
    until: int


class Round(msgspec.Struct, frozen=True):
    """Which queue runs next: a practice, or the real one, with an emergency that was raised while staff practised."""

    practice: Practice | None = None
    held: tuple[Incoming, ...] = ()


def fresh(database: Path) -> Store | None:
    """Open the file of a practice beside the real ``database``, emptied of any earlier one; None if that cannot be.

    A practice is never worth the real queue: what is in its way is said, and that queue goes on.
    """
    file = _file(database)
    try:
        _forget(file)
        return Store(file)
    except (OSError, StorageFault) as error:
        log.critical(
            "%s: nobody can practise, and the queue goes on (%s); see what is there and move it away", file, error
        )
        return None


def forget(database: Path) -> None:
    """Throw away the practice beside the real ``database``; what the disk keeps is thrown away before the next one."""
    file = _file(database)
    try:
        _forget(file)
    except OSError as error:
        log.warning("%s: the practice could not be thrown away (%s); the next one begins without it", file, error)


def _file(database: Path) -> Path:
    return database.with_name("practice.db")


def _forget(file: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        file.with_name(file.name + suffix).unlink(missing_ok=True)


def begun(day: Day, now: int) -> Practice:
    """Return the practice that begins now. It ends by itself after two hours, and when the real office opens."""
    assert day.definition is not None  # noqa: S101  # without an office nobody could have begun
    openings = [span.opens for span in day.spans if span.opens > now]
    openings += [day.next_opens_at] if day.next_opens_at is not None and day.next_opens_at > now else []
    return Practice(day.definition, min([now + LONGEST_MS, *openings]))
