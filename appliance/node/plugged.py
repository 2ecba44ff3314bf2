"""Devices with a plug: opened again for as long as it takes, each on a thread of its own.

Their box never waits for them: a stalled line costs its own device's thread, and nothing else.
"""

from __future__ import annotations

import logging
import termios
from abc import ABC, abstractmethod
from typing import Final

from appliance.node.watched_thread import WatchedThread
from appliance.texts.parts import LOGGED, of_part
from appliance.wire.messages import Part

log = logging.getLogger(__name__)
RETRY_SECONDS: Final = 1.0
CLOSE_SECONDS: Final = 3.0


class Plugged(ABC):
    """One device that may be pulled out and put back at any time.

    Args:
        name: of the part, as the box's presence says it.
        where: the device's path, for the technician.
    """

    def __init__(self, name: str, where: str) -> None:
        self.part = Part(name, "unknown", "looked_for", {"device": where})
        self._name = name
        self._where = where
        self._thread = WatchedThread(name, self._run, f"the thread of the {name}")

    def start(self) -> None:
        """Begin to look for the device."""
        self._thread.start()

    def dead_part(self) -> str | None:
        """Return the device's name if its thread has died, which must not happen."""
        return self._thread.dead_part()

    def faults(self, _now: int) -> list[Part]:
        """Return what is wrong with the device beside its being there or not."""
        return []

    def close(self) -> None:
        """Let go of the device."""
        self._thread.end(CLOSE_SECONDS)

    @abstractmethod
    def _open(self) -> None:
        """Open the device; raises ``OSError`` if it is not there."""

    @abstractmethod
    def _serve(self) -> None:
        """Do some work, for half a second at most; raises ``OSError`` if the device has gone."""

    @abstractmethod
    def _shut(self) -> None:
        """Close the device, whatever state it is in."""

    def _there(self) -> Part:
        return Part(self._name, "ok", "there", {"device": self._where})

    def _gone(self, error: str) -> Part:
        return Part(self._name, "missing", "gone", {"device": self._where, "error": error})

    def _failed(self, error: str) -> Part:
        return Part(self._name, "fault", "failed", {"device": self._where, "error": error})

    def _run(self) -> None:
        while not self._thread.ending:
            try:
                self._open()
                while not self._thread.ending:
                    self._serve()
                    self._note(self._there())
            except (OSError, termios.error) as error:
                self._note(self._gone(str(error)))
            except Exception as error:  # a mistake of ours must not end the thread, and with it the keypad
                if self.part.state != "fault":
                    log.exception("%s failed", self._name)
                self._note(self._failed(str(error)))
            finally:
                self._let_go()
            self._thread.pause(RETRY_SECONDS)

    def _let_go(self) -> None:
        try:
            self._shut()
        except (OSError, termios.error) as error:  # it was pulled out a moment ago
            log.info("%s: %s", self._name, error)
        except Exception:  # as above: it is opened again, or it was to end
            log.exception("%s could not be closed", self._name)

    def _note(self, part: Part) -> None:
        before, self.part = self.part, part
        if before.state != part.state:
            level = logging.INFO if part.state == "ok" else logging.WARNING
            log.log(level, "%s: %s", self._name, of_part(part, LOGGED))
