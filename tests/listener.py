"""Somebody in the lobby who waits for an announcement and measures it; for unit tests and journeys."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from appliance.node.polling import until
from appliance.speech import waveform


def wait_for(condition: Callable[[], Any], limit: float = 40.0) -> Any:
    """Return what ``condition`` comes to, as soon as that is something; the seconds are only a limit."""
    found: Any = None

    def holds() -> bool:
        nonlocal found
        found = condition()
        return bool(found)

    assert until(holds, limit), "waited in vain"
    return found


def seconds(file: Path) -> float:
    """Return how long a WAV file sounds."""
    return len(waveform.read(file)) / waveform.RATE
