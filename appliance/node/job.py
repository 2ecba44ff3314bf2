"""A process of ours that works behind all others, and tells in lines of JSON how far it is and what came of it."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable
from typing import Final

import msgspec

NICENESS: Final = 15


def give_way() -> None:
    """Step behind all other processes; where that is forbidden the work is done all the same."""
    with contextlib.suppress(OSError):
        os.nice(NICENESS)


def say(told: msgspec.Struct) -> None:
    """Tell whoever started this process. Raises ``BrokenPipeError`` if nobody listens any more."""
    sys.stdout.buffer.write(msgspec.json.encode(told) + b"\n")
    sys.stdout.buffer.flush()


def run(work: Callable[[], object]) -> int:
    """Do the work behind all others; return the exit code, which is 1 if nobody waits for it any more."""
    give_way()
    try:
        work()
    except BrokenPipeError:
        return 1
    return 0
