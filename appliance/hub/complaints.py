"""What is wrong with a sender's messages, in a log that nobody can fill: a few lines each, then one a minute."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Final

log = logging.getLogger(__name__)

AT_ONCE: Final = 5
"""So many lines about one sender are written as they come."""
THEN_EVERY_MS: Final = 60_000


class Complaints:
    """Counts complaints about each sender.

    Args:
        monotonic_ms: tells real milliseconds.
    """

    def __init__(self, monotonic_ms: Callable[[], int]) -> None:
        self._monotonic_ms = monotonic_ms
        self._counts: dict[str, tuple[int, int, int]] = {}
        """Of each sender: complaints since the last line, lines at once, and when the last line was written."""

    def about(self, node: str, sentence: str) -> None:
        """Log that ``node`` did something wrong, or count it."""
        now = self._monotonic_ms()
        unsaid, at_once, last = self._counts.get(node, (0, 0, -THEN_EVERY_MS))
        quiet = now - last >= THEN_EVERY_MS
        if not quiet and at_once >= AT_ONCE:
            self._counts[node] = (unsaid + 1, at_once, last)
            return
        more = f" ({unsaid} more complaints about it since the last one)" if unsaid else ""
        log.warning("%s: %s%s", node, sentence, more)
        self._counts[node] = (0, 1 if quiet and not unsaid else at_once + 1, now)
