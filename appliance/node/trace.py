"""Moments for measuring latency across processes: lines of ``monotonic_ns what key`` in the file $GILIRAN_TRACE.

CLOCK_MONOTONIC is one clock for all processes of a machine, so the lines of several daemons can be compared.
Without the variable this does nothing.
"""

from __future__ import annotations

import os
import time

_file = os.environ.get("GILIRAN_TRACE", "")
_descriptor = os.open(_file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600) if _file else -1


def mark(what: str, key: str, at: int = 0) -> None:
    """Note that ``what`` happened to ``key`` (a request id, an event's sequence number), now or ``at`` a time told."""
    if _descriptor >= 0:
        os.write(_descriptor, f"{at or now()} {what} {key}\n".encode())


def now() -> int:
    """Return this moment, in nanoseconds of the clock that all marks are on; 0 if nobody measures."""
    return time.monotonic_ns() if _descriptor >= 0 else 0
