"""From the network thread to the screen's thread, and the office's time in words."""

from __future__ import annotations

import functools
import logging
import threading
from collections.abc import Callable
from typing import Final, TypeVar

from PySide6.QtCore import QObject, Qt, Signal

from appliance import texts
from appliance.node.link import Link
from appliance.node.local import local_time
from appliance.texts import moments
from appliance.texts.office_words import CATALOGUES, OfficeWords

log = logging.getLogger(__name__)
T = TypeVar("T")

HEAD_START_SECONDS: Final = 0.02
"""So long ``call_first`` waits for a screen that is drawing."""


class Bridge(QObject):
    """Runs calls on the thread of the screen, in the order in which they were handed over."""

    _handed_over = Signal(object, object, object)

    def __init__(self) -> None:
        super().__init__()
        self._handed_over.connect(self._run, Qt.ConnectionType.QueuedConnection)

    def call(self, function: Callable[[T], None], value: T) -> None:
        """Have ``function(value)`` called on the screen's thread soon; may be used on any thread."""
        self._handed_over.emit(function, value, None)

    def call_first(self, function: Callable[[T], None], value: T) -> None:
        """As ``call``, and wait a moment until it is done; not for the screen's own thread.

        Python computes on one thread at a time: whatever the caller would do next, the screen would wait for it.
        """
        done = threading.Event()
        self._handed_over.emit(function, value, done)
        done.wait(HEAD_START_SECONDS)

    def listen(self, link: Link, topic: str, kind: type[T], receive: Callable[[T], None]) -> None:
        """Deliver a topic's messages on the screen's thread; they are decoded on the network's."""
        link.on(topic, kind, functools.partial(self.call, receive))

    def _run(self, function: Callable[[object], None], value: object, done: threading.Event | None) -> None:
        try:
            function(value)
        except Exception:  # one bad message must not stop the screen; it is in the log
            log.exception("showing %s failed", type(value).__name__)
        if done is not None:
            done.set()


def time_of_day(office_ms: int | None, zone: str, language: str) -> str:
    """Return ``09.41`` (or ``09:41`` in English); empty if the time is not known.

    Args:
        office_ms: milliseconds since 1970, UTC.
        zone: IANA name.
        language: code.
    """
    return "" if office_ms is None else moments.clock(local_time(office_ms, zone), language)


def date(office_ms: int | None, zone: str, language: str) -> str:
    """Return ``Senin, 6 April 2026``; empty if the time is not known. Arguments as for ``time_of_day``."""
    return "" if office_ms is None else moments.day(local_time(office_ms, zone), language)


def table(name: str, language: str, words: OfficeWords = CATALOGUES) -> dict[str, str]:
    """Return all texts of one catalogue table, by their names within it.

    Args:
        name: of the table.
        language: code.
        words: of the office.
    """
    prefix = f"{name}."
    found = (key for key in texts.keys(texts.DEFAULT) if key.startswith(prefix))
    return {key.removeprefix(prefix): words.text(key, language) for key in found}
