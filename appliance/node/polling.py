"""Waiting for what other threads and processes bring about, by looking again and again."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final

LOOK_SECONDS: Final = 0.01


class _Patience:
    """How much longer every limit is: 1, or more where a crowd of tests shares the machine."""

    factor = 1.0


def be_patient(factor: float) -> None:
    """Make every limit in this process so many times as long. What is waited for does not take longer by that."""
    _Patience.factor = factor


def limit(seconds: float) -> float:
    """Return how long to wait at most for what a quiet machine does well within ``seconds``."""
    return seconds * _Patience.factor


def until(condition: Callable[[], object], seconds: float = 20.0) -> bool:
    """Wait until ``condition`` holds; tell whether it did. The seconds are a limit, not a measure."""
    pause = threading.Event()
    for _ in range(int(limit(seconds) / LOOK_SECONDS)):
        if condition():
            return True
        pause.wait(LOOK_SECONDS)
    return bool(condition())
