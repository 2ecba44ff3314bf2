"""A daemon's life: the clocks, the signals, the watchdog, the exit codes.

This is the one place where the machine's clocks are read.
"""

from __future__ import annotations

import contextlib
import gc
import queue
import signal
import sys
import time
from collections.abc import Callable
from typing import Final, Protocol

import msgspec

from appliance.node import systemd
from appliance.node.config import ConfigError
from appliance.units import DEFAULT_ZONE
from appliance.wire.messages import Clock as ClockMessage
from appliance.wire.messages import Seen

EXIT_OK: Final = 0
EXIT_FAULT: Final = 1
EXIT_CONFIG: Final = 78
"""EX_CONFIG of sysexits.h: systemd does not restart on it, for a restart would not mend a wrong key."""

AWAY_MS: Final = 3_000
"""The hub tells the time every second; after this much silence it is away."""
GARBAGE: Final = 10_000
"""So many new objects are looked through at a time for cycles; Python's default is 700."""


class Clock(Protocol):
    """Where time comes from. ``monotonic_ms`` is real time and never jumps; ``office_ms`` is the time of day."""

    rate: float

    def monotonic_ms(self) -> int:
        """Return milliseconds since some fixed moment."""

    def office_ms(self) -> int:
        """Return milliseconds since 1970, UTC, on the office's clock."""


class SystemClock:
    """The machine's own clocks."""

    rate: float = 1.0

    def monotonic_ms(self) -> int:
        """Return real milliseconds since boot, those included for which the machine slept."""
        return time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000

    def office_ms(self) -> int:
        """Return the machine's time of day."""
        return time.time_ns() // 1_000_000


class SimulatedClock(SystemClock):
    """An office clock that starts at a given time and runs ``rate`` times as fast as the real one.

    Args:
        start_ms: the office's time, in milliseconds since 1970, at the moment ``anchor_ms``.
        rate: office seconds in a real second.
        anchor_ms: the machine's time of day at the start; a restarted hub goes on from there. 0 means now.
    """

    def __init__(self, start_ms: int, rate: float, anchor_ms: int = 0) -> None:
        self.rate = rate
        self._start_ms = start_ms
        self._anchor_ms = anchor_ms or super().office_ms()

    def office_ms(self) -> int:
        """Return the simulated time of day."""
        return self._start_ms + int((super().office_ms() - self._anchor_ms) * self.rate)


class HubClock:
    """The hub's time of day as any other box knows it: the last ``clock`` message, and the real time since then."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last: ClockMessage | None = None
        self._received_ms = 0

    def observe(self, message: ClockMessage) -> None:
        """Take in a ``clock`` message."""
        self._last, self._received_ms = message, self._clock.monotonic_ms()

    @property
    def rate(self) -> float:
        """Office seconds in a real second: 1 outside simulations."""
        return self._last.rate if self._last else 1.0

    @property
    def zone(self) -> str:
        """The office's time zone (IANA name)."""
        return self._last.zone if self._last else DEFAULT_ZONE

    def office_ms(self) -> int | None:
        """Return the time of day, or None while the hub has not told a trusted one."""
        if self._last is None or self._last.at is None:
            return None
        return self._last.at + int((self._clock.monotonic_ms() - self._received_ms) * self._last.rate)

    def real_seconds(self, office_seconds: float) -> float:
        """Convert a span on the office's clock to real seconds, for a timer."""
        return office_seconds / self.rate

    def hub_is_there(self) -> bool:
        """Tell whether the hub has spoken within the last ``AWAY_MS`` (real time)."""
        return self._last is not None and self._clock.monotonic_ms() - self._received_ms < AWAY_MS

    def seen(self) -> Seen:
        """Return the stamp that tells the hub how old a command is."""
        if self._last is None:
            return Seen("", 0, 0)
        return Seen(self._last.boot, self._last.tick, self._clock.monotonic_ms() - self._received_ms)


class ClockSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``[clock]`` on the hub. A simulated clock is for demonstrations and tests.

    ``trusted``: somebody sees to it that the machine's time is right, though neither a chip nor the internet proves it.
    """

    simulated_start_ms: int = 0
    simulated_rate: float = 1.0
    simulated_anchor_ms: int = 0
    trusted: bool = False

    @property
    def vouched(self) -> bool:
        """Tell whether the configuration vouches for the time of day."""
        return self.trusted or bool(self.simulated_start_ms)

    def build(self) -> Clock:
        """Return the clock that these settings describe."""
        if self.simulated_start_ms:
            return SimulatedClock(self.simulated_start_ms, self.simulated_rate, self.simulated_anchor_ms)
        return SystemClock()


class Stop:
    """Set by SIGTERM or SIGINT; the main loop looks at it.

    A signal comes in the middle of anything, also of ``wait``: an event's lock would be waited for by who holds it.
    """

    def __init__(self) -> None:
        self._asked = False
        self._wake: queue.SimpleQueue[None] = queue.SimpleQueue()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._ask)

    def __bool__(self) -> bool:
        """Tell whether the daemon has been asked to end."""
        return self._asked

    def wait(self, seconds: float) -> bool:
        """Sleep until asked to end, at most ``seconds``; tell which it was."""
        if not self._asked:
            with contextlib.suppress(queue.Empty):
                self._wake.get(timeout=seconds)
        return self._asked

    def _ask(self, _number: int, _frame: object) -> None:
        self._asked = True
        self._wake.put(None)  # may be called while it is being waited for (Python's documentation, "SimpleQueue.put")


class Watchdog:
    """Feeds systemd's watchdog from the main loop while every must-live part lives."""

    def __init__(self, must_live: Callable[[], str | None]) -> None:
        self._must_live = must_live

    def feed(self) -> None:
        """Report life.

        Raises:
            DeadPart: if a part that must live has died; ending the process lets systemd start it anew.
        """
        dead = self._must_live()
        if dead:
            raise DeadPart(dead)
        systemd.notify("WATCHDOG=1")


def ready() -> None:
    """Tell the supervisor that everything is up, and let what was made until now live on unlooked at.

    Each look of the garbage collector at all that a daemon keeps would be a pause in somebody's call; what a command
    leaves behind is mostly freed by counting references.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE)
    systemd.notify("READY=1")


class DeadPart(Exception):
    """A part that the daemon cannot do without has died."""


def run(main: Callable[[], None], *faults: type[Exception]) -> int:
    """Run a daemon's ``main``; turn trouble that it cannot mend into one clear line and an exit code.

    Args:
        main: serves until the daemon is asked to end.
        faults: exceptions of the environment (a full disk, a dead part), not mistakes of ours.
    """
    try:
        main()
    except ConfigError as error:
        sys.stderr.write(f"<3>{error}\n")
        return EXIT_CONFIG
    except (DeadPart, *faults) as error:  # type: ignore[misc]  # mypy cannot see through the star
        sys.stderr.write(f"<2>{error}\n")
        return EXIT_FAULT
    return EXIT_OK
