"""A thread that is started once, told to end with its owner, and missed if it dies before."""

from __future__ import annotations

import threading
from collections.abc import Callable


class WatchedThread:
    """One thread.

    Args:
        name: of the thread.
        run: what it does; it looks at ``ending`` now and then, or waits in ``pause``.
        missed: what the watchdog says is gone if it dies.
    """

    def __init__(self, name: str, run: Callable[[], None], missed: str) -> None:
        self._missed = missed
        self._ending = threading.Event()
        self._thread = threading.Thread(target=run, name=name, daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    @property
    def alive(self) -> bool:
        """Tell whether it runs."""
        return self._thread.is_alive()

    @property
    def ending(self) -> bool:
        """Tell whether it was told to end."""
        return self._ending.is_set()

    def pause(self, seconds: float) -> None:
        """Wait on the thread itself, and no longer once it is told to end."""
        self._ending.wait(seconds)

    def tell_to_end(self) -> None:
        """Have it end when it looks next; whoever sleeps on it is woken by its owner."""
        self._ending.set()

    def end(self, seconds: float) -> bool:
        """Tell it to end, and wait so long at most; tell whether it has ended."""
        self._ending.set()
        if self._thread.is_alive():
            self._thread.join(seconds)
        return not self._thread.is_alive()

    def dead_part(self) -> str | None:
        """Return what is gone, if it died though nobody told it to end."""
        return None if self._thread.is_alive() or self._ending.is_set() else self._missed
