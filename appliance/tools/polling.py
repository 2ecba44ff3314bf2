"""Waiting for what other threads and processes bring about, by looking again and again."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final

LOOK_SECONDS: Final = 0.01


def until(condition: Callable[[], object], seconds: float = 20.0) -> bool:
    """Wait until ``condition`` holds; tell whether it did. The seconds are a limit, not a measure."""
    pause = threading.Event()
    for _ in range(int(seconds / LOOK_SECONDS)):
        if condition():
            return True
        pause.wait(LOOK_SECONDS)
    return bool(condition())
