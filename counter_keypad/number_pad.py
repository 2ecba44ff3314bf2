"""USB number pads and keyboards, as Linux input devices (Documentation/input/input.rst, uapi/linux/input.h).

The events are read as they are: their layout has been the same for twenty years, and the one library for it would have
to be compiled on each box.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import select
import stat
import struct
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import msgspec

from appliance.node.daemon import Clock
from appliance.node.plugged import Plugged
from appliance.wire.messages import Part
from counter_keypad.debounce import STUCK_MS
from counter_keypad.key_codes import CLEAR, KEYS
from counter_keypad.settings import NumberPadSettings
from counter_keypad.typed import Heard, Typed

EVENT: Final = struct.Struct("llHHi")
"""``struct input_event`` on this machine: seconds, microseconds, type, code, value."""
EV_SYN: Final = 0
EV_KEY: Final = 1
SYN_DROPPED: Final = 3
EVIOCGRAB: Final = 0x40044590
"""_IOW('E', 0x90, int): nobody else hears the keys, least of all a console."""
RELEASED, PRESSED = 0, 1
WAIT_SECONDS: Final = 0.5


class Key(msgspec.Struct, frozen=True):
    """A key went down or up. ``code`` is None when the kernel says that events were lost."""

    code: int | None
    down: bool


def key_events(data: bytes) -> Iterator[Key]:
    """Return the keys in a run of whole ``input_event`` records; a key that repeats itself is not pressed again."""
    for _, _, kind, code, value in EVENT.iter_unpack(data):
        if kind == EV_KEY and value in (RELEASED, PRESSED):
            yield Key(code, value == PRESSED)
        elif kind == EV_SYN and code == SYN_DROPPED:
            yield Key(None, down=False)


class NumberPad(Plugged):
    """A number pad that may be pulled out and put back.

    Args:
        settings: which device, and what its keys mean.
        clock: for how long keys are down.
        heard: told what came of each key, on a thread of the pad's.
    """

    def __init__(self, settings: NumberPadSettings, clock: Clock, heard: Callable[[Heard], None]) -> None:
        super().__init__("number pad", settings.device)
        self._path = Path(settings.device)
        self._clock = clock
        self._heard = heard
        self._typed = Typed(settings)
        self._descriptor = -1
        self._left = b""
        self._down: dict[int, int] = {}

    def faults(self, now: int) -> list[Part]:
        """Return a fault for each key that has been down for longer than anybody presses."""
        stuck = [KEYS.get(code, str(code)) for code, since in list(self._down.items()) if now - since > STUCK_MS]
        return [Part("stuck key", "fault", "stuck", {"key": name}) for name in stuck]

    def _open(self) -> None:
        self._descriptor = os.open(self._path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        if stat.S_ISCHR(os.fstat(self._descriptor).st_mode):
            fcntl.ioctl(self._descriptor, EVIOCGRAB, 1)

    def _serve(self) -> None:
        if not select.select([self._descriptor], [], [], WAIT_SECONDS)[0]:
            return
        data = os.read(self._descriptor, 64 * EVENT.size)
        if not data:
            raise OSError(errno.ENODEV, os.strerror(errno.ENODEV))
        data = self._left + data
        whole = len(data) - len(data) % EVENT.size
        self._left = data[whole:]
        for key in key_events(data[:whole]):
            self._take(key)

    def _shut(self) -> None:
        self._left = b""
        self._forget()
        if self._descriptor >= 0:
            with contextlib.suppress(OSError):
                os.close(self._descriptor)
            self._descriptor = -1

    def _take(self, key: Key) -> None:
        now = self._clock.monotonic_ms()
        if key.code is None:  # nobody knows what is missing of the number
            self._forget()
            return
        if not key.down:
            self._down.pop(key.code, None)
            return
        self._down[key.code] = now
        name = KEYS.get(key.code)
        heard = self._typed.key(name, now) if name else None
        if heard is not None:
            self._heard(heard)

    def _forget(self) -> None:
        self._down.clear()
        self._typed.key(CLEAR, self._clock.monotonic_ms())
