"""Whether the time of day can be believed, and who says so.

A Raspberry Pi has no clock battery: without power it forgets the time, and starts from one that looks plausible. So the
hub believes its machine only when a clock chip or the internet vouches for it, or else a member of staff. What staff
said holds until the machine is switched off: it is kept in a file that a reboot wipes out.
"""

from __future__ import annotations

import ctypes
import json
import logging
from pathlib import Path
from typing import Final, Literal

from appliance.node.daemon import Clock

log = logging.getLogger(__name__)

Witness = Literal["", "configured", "internet", "chip", "staff"]
"""Who vouches: nobody yet, the configuration (a simulated clock, or ``trusted = true``), NTP, a clock chip, staff."""

EARLIEST_MS: Final = 1_767_225_600_000
"""2026-01-01, UTC: no office queue is older than this software."""
CHIP_AGREES_MS: Final = 120_000
"""A clock chip that differs from the machine by more was not what set it."""
ASK_EVERY_MS: Final = 5_000
UNSYNCHRONISED: Final = 0x0040
"""STA_UNSYNC of adjtimex(2)."""
CHIPS: Final = Path("/sys/class/rtc")


class OfficeClock:
    """The hub's clock: the machine's, corrected by what staff said.

    Args:
        machine: the machine's clock.
        memory: file in which a correction outlives a restart of the hub, but not of the machine.
        vouched: the configuration says that the machine's clock is right.
    """

    def __init__(self, machine: Clock, memory: Path, *, vouched: bool) -> None:
        self._machine = machine
        self.rate = machine.rate
        self._memory = memory
        self._correction_ms = 0
        self._asked_at = -ASK_EVERY_MS
        self.witness: Witness = "configured" if vouched else ""
        if not vouched:
            self._remember()

    def monotonic_ms(self) -> int:
        """Return real milliseconds since some fixed moment."""
        return self._machine.monotonic_ms()

    def office_ms(self) -> int:
        """Return the time of day; believe it only while ``believed``."""
        return self._machine.office_ms() + self._correction_ms

    def believed(self) -> bool:
        """Tell whether anybody vouches for the time of day. Asks the machine now and then, until somebody does."""
        if not self.witness and self.monotonic_ms() - self._asked_at >= ASK_EVERY_MS:
            self._asked_at = self.monotonic_ms()
            self.witness = _witness(self._machine.office_ms())
            if self.witness:
                log.info("the time of day is vouched for by %s", self.witness)
        return bool(self.witness)

    def set_by_staff(self, at: int) -> None:
        """Take over the time of day that a member of staff vouches for (ms since 1970)."""
        self._correction_ms = at - self._machine.office_ms()
        self.witness = "staff"
        said = {"boot": boot_id(), "office_minus_monotonic_ms": at - self._machine.monotonic_ms()}
        try:
            self._memory.parent.mkdir(parents=True, exist_ok=True)
            self._memory.write_text(json.dumps(said), encoding="utf-8")
        except OSError as error:
            log.warning("%s: %s; after a restart of the hub the time will have to be set again", self._memory, error)

    def _remember(self) -> None:
        try:
            said = json.loads(self._memory.read_text(encoding="utf-8"))
            same_boot, ahead = said["boot"] == boot_id() != "", int(said["office_minus_monotonic_ms"])
        except (OSError, ValueError, KeyError, TypeError):
            return
        if same_boot:
            # By the monotonic clock: it cannot have been set meanwhile.
            self._correction_ms = ahead + self._machine.monotonic_ms() - self._machine.office_ms()
            self.witness = "staff"


def boot_id() -> str:
    """Return what names this run of the machine, from switching on to switching off."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return ""


def _witness(machine_ms: int) -> Witness:
    if machine_ms < EARLIEST_MS:
        return ""
    if synchronised():
        return "internet"
    return "chip" if _a_chip_agrees(machine_ms) else ""


class _Timex(ctypes.Structure):
    """``struct timex`` of adjtimex(2), as far as it is read here."""

    _fields_ = (
        ("modes", ctypes.c_uint),
        ("offset", ctypes.c_long),
        ("freq", ctypes.c_long),
        ("maxerror", ctypes.c_long),
        ("esterror", ctypes.c_long),
        ("status", ctypes.c_int),
        ("rest", ctypes.c_byte * 256),
    )


def synchronised() -> bool:
    """Tell whether the kernel's clock is kept by NTP: what ``timedatectl`` shows as "System clock synchronized"."""
    timex = _Timex()
    if ctypes.CDLL(None).adjtimex(ctypes.byref(timex)) < 0:
        return False
    return not timex.status & UNSYNCHRONISED


def _a_chip_agrees(machine_ms: int) -> bool:
    """Tell whether a clock chip shows the machine's time: one without a battery starts in 1970 or 2000."""
    for chip in sorted(CHIPS.glob("rtc*")):
        try:
            shown = int((chip / "since_epoch").read_text(encoding="ascii")) * 1000
        except (OSError, ValueError):
            continue
        if shown >= EARLIEST_MS and abs(shown - machine_ms) <= CHIP_AGREES_MS:
            return True
    return False
