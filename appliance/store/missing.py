"""Whether the log that is found is the one that was there.

An empty log, or one that somebody copied back, is whole by itself. It would give numbers of today a second time, so
what else lies there is asked: the last night's proof, and the backups.
"""

from __future__ import annotations

import contextlib

from appliance.store.backup import Backups
from appliance.store.checkup import last_outcome
from appliance.store.database import Damaged, StorageFault
from appliance.store.reader import LogReader


def what_is_missing(backups: Backups) -> str:
    """Return in words what the database lacks that it once had; an empty text if nothing is known to be missing.

    A file that cannot be read is not judged here: whoever opens it says what is wrong. The backups are looked at only
    beside an empty log, for a stick that hangs must not keep a hub down.
    """
    database = backups.database
    try:
        found, announced = _records(backups)
    except StorageFault:
        return ""
    what = "no such file" if not database.exists() else "it is empty" if not found else f"it ends with record {found:,}"
    if not found and backups.files():
        return f"{database}: {what}, but there are backups of it"
    if announced > found:
        return f"{database}: {what}, but calls up to record {announced:,} were sent"
    last = last_outcome(database)
    if last is not None and last.records > found:
        return f"{database}: {what}, but {last.records:,} records up to {last.last_day} were proven there"
    return ""


def _records(backups: Backups) -> tuple[int, int]:
    """Return the last record of the log, and the last one up to which calls were sent."""
    if not backups.database.exists():
        return 0, 0
    with contextlib.closing(LogReader(backups.database)) as log:
        try:
            last = log.last()
        except Damaged as error:
            if "no such table" in error.reason:  # as in a file of no bytes, or one whose making was cut off
                return 0, 0
            raise
        return last[0] if last else 0, log.announced()
