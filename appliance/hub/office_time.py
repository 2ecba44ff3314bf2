"""The hub's time: whether the time of day can be believed, who says so, and how it goes on from there.

A Raspberry Pi has no clock battery: without power it forgets the time, and starts from one that looks plausible. So the
hub believes its machine only when a clock chip or the internet vouches for it, or else a member of staff.

Once believed, the time of day goes by elapsed time: setting the machine's clock does not move it. What the internet
says differently is made up for by hurrying or dawdling if it is little, and else waits until it is taken over on
purpose. The anchor is kept in a file that a reboot wipes out, so that a restart of the hub changes nothing either.

The log never goes backwards. If the time of day is behind it, or nobody knows it, time goes on from the last event by
elapsed time, so that no rule about seconds or minutes ever stands still; it rests only when nothing has happened for a
while, so that the time of day can catch up.
"""

from __future__ import annotations

import ctypes
import logging
from pathlib import Path
from typing import Final, Literal

import msgspec

from appliance.engine.model import Day
from appliance.node import durable_file
from appliance.node.daemon import Clock
from appliance.node.durable_file import Unreadable
from appliance.node.machine import boot_id
from appliance.units import DAY

log = logging.getLogger(__name__)

Witness = Literal["", "configured", "internet", "chip", "staff"]
"""Who vouches: nobody yet, the configuration (a simulated clock, or ``trusted = true``), NTP, a clock chip, staff."""

EARLIEST_MS: Final = 1_767_225_600_000
"""2026-01-01, UTC: no office queue is older than this software."""
LATEST_MS: Final = 4_102_444_800_000
"""2100-01-01, UTC: nor is any as late as this; a clock that says so is broken."""
LONG_PAUSE_MS: Final = 45 * DAY
"""A chip that has the office closed for longer than this is rather a chip that is wrong."""
CHIP_AGREES_MS: Final = 120_000
"""A clock chip that differs from the machine by more was not what set it."""
NUDGE_MS: Final = 60_000
"""A time of day that is behind the log by less than this is being corrected; by more, it is wrong."""
CLOSE_MS: Final = 600_000
"""A difference up to this (staff say minutes, not seconds) is made up for little by little."""
PACE: Final = 0.05
"""By so much faster or slower than real time goes meanwhile."""
WITHIN_MS: Final = 60_000
"""A small difference is spread over this time."""
SETTLED_MS: Final = 1_000
"""A time that is behind the log is not taken anew for less."""
ASK_EVERY_MS: Final = 5_000
UNSYNCHRONISED: Final = 0x0040
"""STA_UNSYNC of adjtimex(2)."""
CHIPS: Final = Path("/sys/class/rtc")


class Anchor(msgspec.Struct, frozen=True):
    """The office's time ``at`` (ms since 1970) at ``up`` of the monotonic clock; ``pace``: 1 is real time."""

    at: int
    up: int
    pace: float = 1.0


class Settings(msgspec.Struct, frozen=True):
    """How the clock stands: the time of day as ``told`` by a ``witness``, and the log's."""

    told: Anchor | None
    logged: Anchor | None
    witness: Witness


class OfficeClock:
    """The hub's clock.

    Args:
        machine: the machine's clocks.
        memory: file in which the anchor outlives a restart of the hub, but not of the machine.
        vouched: the configuration says that the machine's clock is right.
    """

    def __init__(self, machine: Clock, memory: Path, *, vouched: bool) -> None:
        self._machine = machine
        self.rate = machine.rate
        self._memory = memory
        self._forgetful = False
        self._anchor: Anchor | None = None
        self._logged: Anchor | None = None
        self._goes_on_ms = 0
        self._asked_at = -ASK_EVERY_MS
        self.witness: Witness = ""
        self.offered_ms: int | None = None
        """What the internet (or the machine, if the configuration vouches for it) says, when it is far from here."""
        # A simulated clock has no machine of its own.
        remembered = self._remember() if self.rate == 1 else ""
        if vouched and remembered != "staff":
            self.witness, self._anchor = "configured", Anchor(machine.office_ms(), machine.monotonic_ms())

    def monotonic_ms(self) -> int:
        """Return real milliseconds since some fixed moment."""
        return self._machine.monotonic_ms()

    def office_ms(self) -> int:
        """Return the hub's time: the time of day, or while that is behind the log or unknown, the log's going on.

        It never stands still while things happen and never jumps. 0 while there is neither a log nor a time of day.
        """
        now = self.monotonic_ms()
        return max(self._told(now) or 0, self._going_on(now))

    def time_of_day(self) -> int | None:
        """Return what the witness's time has become; None if nobody vouches for one."""
        return self._told(self.monotonic_ms())

    def hours_ms(self, day: Day) -> int:
        """Return the time by which opening hours are kept.

        It is the hub's time. Only if that is past them, since the day was opened too early, it is the time of day: who
        then stands before a kiosk is served.
        """
        told, now = self.time_of_day(), self.office_ms()
        late = told is not None and day.gives_tickets(told) and not day.gives_tickets(now)
        return told if late and told is not None else now

    def believed(self) -> bool:
        """Tell whether anybody vouches for the time of day. Looks at the machine now and then."""
        now = self.monotonic_ms()
        if now - self._asked_at >= ASK_EVERY_MS:
            self._asked_at = now
            self._look(now)
        return bool(self.witness)

    def known(self) -> bool:
        """Tell whether the hub's time is the time of day: somebody vouches for it, and it is not behind the log."""
        told = self.time_of_day() if self.believed() else None
        return told is not None and _in_the_calendar(told) and told >= self.office_ms() - NUDGE_MS

    def happened(self, at: int, goes_on_ms: int) -> None:
        """Hear that the log stands at ``at``; from there time goes on, though the time of day be behind or unknown.

        Args:
            at: milliseconds since 1970; 0 if the log has no time yet.
            goes_on_ms: for so long at least; 0 while no day is open, for then nothing is measured.
        """
        now = self.monotonic_ms()
        at = max(at, self._going_on(now))
        self._logged, self._goes_on_ms = (Anchor(at, now) if at else None), goes_on_ms

    def set_by_staff(self, at: int) -> None:
        """Take over the time of day that a member of staff vouches for (ms since 1970), also if it is earlier."""
        now = self.monotonic_ms()
        if self._logged is not None:
            self._logged = Anchor(min(at, self._going_on(now)), now)
        self.offered_ms = None
        self._settle(Anchor(at, now), "staff")

    @property
    def settings(self) -> Settings:
        """How the clock stands, for ``restore``."""
        return Settings(self._anchor, self._logged, self.witness)

    def restore(self, settings: Settings) -> None:
        """Go back to how the clock stood, for what staff said could not be written down."""
        self._logged = settings.logged
        self._settle(settings.told, settings.witness)

    def take_over(self) -> None:
        """Go by what the internet says from now on. The hub's time does not go backwards with it: it waits."""
        now = self.monotonic_ms()
        if self.offered_ms is None:
            return
        at = self.offered_ms + now - self._asked_at  # what was offered, and no step since
        log.warning("the office's time is set to the machine's: by %d s", (at - (self._told(now) or 0)) // 1000)
        self._logged, self.offered_ms = Anchor(self.office_ms(), now), None
        self._settle(Anchor(at, now), self.witness if self.witness == "configured" else "internet")

    # -- two hands -------------------------------------------------------------------------------------------------

    def _told(self, now: int) -> int | None:
        at = None if self._anchor is None else self._after(self._anchor, now - self._anchor.up)
        return at if at is not None and at < LATEST_MS else None

    def _going_on(self, now: int) -> int:
        logged = self._logged
        if logged is None:
            return 0
        return min(self._after(logged, now - logged.up), logged.at + self._goes_on_ms)

    def _after(self, anchor: Anchor, real_ms: int) -> int:
        return anchor.at + int(real_ms * self.rate * anchor.pace)

    def _behind_the_log(self, told: int, now: int) -> bool:
        return not _in_the_calendar(told) or told < self._going_on(now) - NUDGE_MS

    # -- what the machine says -------------------------------------------------------------------------------------

    def _look(self, now: int) -> None:
        machine, told = self._machine.office_ms(), self._told(now)
        if told is None or self._behind_the_log(told, now):
            self._find(machine, told, now)
        elif self.rate == 1:  # a simulated clock has nobody to follow
            self._follow(machine, told, now)

    def _find(self, machine: int, told: int | None, now: int) -> None:
        """Take the first time of day that somebody vouches for: as none is known, nothing jumps."""
        witness = self.witness if self.witness == "configured" else _witness(machine)
        unlikely = witness == "chip" and 0 < self._going_on(now) < machine - LONG_PAUSE_MS
        if (
            not witness
            or unlikely
            or not _in_the_calendar(machine)
            or (told is not None and abs(machine - told) <= SETTLED_MS)
        ):
            return
        log.info("the time of day is vouched for by %s", witness)
        self._settle(Anchor(machine, now), witness)

    def _follow(self, machine: int, told: int, now: int) -> None:
        """Go a little faster or slower towards what the internet says; a large difference is only offered."""
        vouched = self.witness == "configured" or (_in_the_calendar(machine) and synchronised())
        off = machine - told if vouched else 0
        self.offered_ms = machine if abs(off) > CLOSE_MS else None
        pace = 1.0
        if 0 < abs(off) <= CLOSE_MS:
            pace += max(-PACE, min(PACE, off / WITHIN_MS))
        close = vouched and self.offered_ms is None and self.witness in ("chip", "staff")
        witness = "internet" if close else self.witness
        if (pace, witness) != (self._anchor.pace if self._anchor else 1.0, self.witness):
            self._settle(Anchor(told, now, pace), witness)

    # -- what outlives the hub -------------------------------------------------------------------------------------

    def _settle(self, anchor: Anchor | None, witness: Witness) -> None:
        """Go on from ``anchor``, and keep it where a restart of the hub finds it: which a reboot wipes out."""
        self._anchor, self.witness = anchor, witness
        if witness == "configured":
            return
        try:
            if anchor is None or not witness:
                durable_file.erase(self._memory)
                return
            self._memory.parent.mkdir(parents=True, exist_ok=True)
            durable_file.save(self._memory, msgspec.json.encode(_Kept(_this_run(), anchor.at - anchor.up, witness)))
        except OSError as error:
            if not self._forgetful:
                where = f"{self._memory}: {error.strerror}"
                log.warning("%s; after a restart of the hub the time will have to be found out again", where)
            self._forgetful = True
        else:
            self._forgetful = False

    def _remember(self) -> Witness:
        """Go on from what an earlier run of the hub has left; return whose word that is."""
        try:
            kept = durable_file.load(self._memory, _Kept)
        except Unreadable as error:
            log.warning("%s; who vouches for the time of day is found out anew", error)
            return ""
        if kept is None or kept.boot != _this_run() or not kept.boot:
            return ""
        # By the monotonic clock: it cannot have been set meanwhile.
        at = kept.office_minus_monotonic_ms + self.monotonic_ms()
        if _in_the_calendar(at):
            self._anchor, self.witness = Anchor(at, self.monotonic_ms()), kept.witness
        else:
            log.warning("%s: tells an impossible time; who vouches for it is found out anew", self._memory)
        return self.witness


class _Kept(msgspec.Struct, frozen=True):
    """The anchor, as it is kept."""

    boot: str
    office_minus_monotonic_ms: int
    witness: Literal["internet", "chip", "staff"] = "staff"


def _this_run() -> str:
    try:
        return boot_id()
    except OSError:
        return ""


def _in_the_calendar(at: int) -> bool:
    return EARLIEST_MS <= at < LATEST_MS


def _witness(machine_ms: int) -> Witness:
    if not _in_the_calendar(machine_ms):
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
