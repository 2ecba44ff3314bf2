"""Once a business day: the log proven whole and backed up, by a process of its own, so that the hub never waits.

The work begins when the day has closed. A hub that was off at that hour does it as soon as nothing happens for a while.
"""

from __future__ import annotations

import logging
import subprocess
import sys
from pathlib import Path
from typing import Final

import msgspec

from appliance.engine.model import Day
from appliance.node.daemon import Clock
from appliance.store.backup import Backups, how_to_restore
from appliance.store.checkup import CheckResult, last_outcome
from appliance.texts.parts import LOGGED, of_part
from appliance.units import DAY, HOUR
from appliance.wire.messages import Part

log = logging.getLogger(__name__)

QUIET_MS: Final = 60_000
"""While the day is open, the work waits until nothing has happened for so long (on the office's clock)."""
AGAIN_MS: Final = 3 * HOUR
"""After a night that found something wrong, wait so long (real time) before looking again."""
LONGEST_MS: Final = 12 * HOUR
"""Work that takes longer (real time) hangs, on a stick that does not answer for instance."""
END_SECONDS: Final = 2.0
HUMBLY: Final = ("ionice", "-t", "-c", "3", "nice", "-n", "19")
"""The work has the disk and the processor when nobody else wants them."""


class Night:
    """Starts the nightly work, waits for it without blocking, and knows what came of it.

    Args:
        backups: of the hub's database.
        clock: the hub's own.
        day: as the hub found it at its start.
        config: the hub's configuration file, for the advice.
    """

    def __init__(self, backups: Backups, clock: Clock, day: Day, config: Path) -> None:
        self._backups = backups
        self._clock = clock
        self._config = config
        self._worker: subprocess.Popen[bytes] | None = None
        self._last = last_outcome(backups.database)
        self._failed: Part | None = None
        self._hangs = False
        self._again = self._last is not None and not self._last.good
        self._not_before = self._started = 0
        self._day = day.date
        # Started in the middle of a day, the hub does not know which one was the last before.
        self._closed = day.date if not day.is_open else None
        self._seq = day.seq
        self._quiet_since = clock.monotonic_ms()
        self.part = self._describe()
        """The health of the log, for the hub's presence."""

    def tick(self, day: Day) -> None:
        """Start the work if it is due, or see whether it has ended. Never blocks."""
        now = self._clock.monotonic_ms()
        self._watch(day, now)
        if self._worker is not None:
            self._look_after(self._worker, now)
        elif now >= self._not_before and self._is_due(day) and (not day.is_open or self._is_quiet(now)):
            self._start(day, now)

    def close(self) -> None:
        """End the work, if it is going on."""
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.kill()
            try:
                worker.wait(END_SECONDS)
            except subprocess.TimeoutExpired:
                log.warning("the nightly check does not end; it waits for a disk")
            _close(worker)

    def _watch(self, day: Day, now: int) -> None:
        if day.date != self._day:
            self._closed, self._day = self._day, day.date
        if not day.is_open:
            self._closed = day.date
        if day.seq != self._seq:
            self._seq, self._quiet_since = day.seq, now

    def _is_due(self, day: Day) -> bool:
        if self._again:
            return True
        if self._closed is None:
            return self._last is None or self._office_ms(day) - self._last.at >= DAY
        return self._closed != "" and (self._last is None or self._last.day != self._closed)

    def _is_quiet(self, now: int) -> bool:
        return (now - self._quiet_since) * self._clock.rate >= QUIET_MS

    def _office_ms(self, day: Day) -> int:
        return max(self._clock.office_ms(), day.at)

    def _start(self, day: Day, now: int) -> None:
        options = ["--keep", str(self._backups.keep), "--day", self._closed or "", "--at", str(self._office_ms(day))]
        if self._backups.folder is not None:
            options += ["--folder", str(self._backups.folder)]
        program = [sys.executable, "-m", "appliance.store.checkup", "--leashed", str(self._backups.database)]
        self._started, self._hangs = now, False
        try:
            # It ends when its standard input does: with us, however we end. (setpriv could see to that as well, but may
            # not under our unit.) In a group of its own: a Ctrl-C in a terminal is for the hub alone.
            self._worker = subprocess.Popen(
                [*HUMBLY, *program, *options], stdin=subprocess.PIPE, stdout=subprocess.PIPE, process_group=0
            )
        except OSError as error:
            self._ended(None, Part("log", "fault", "check_not_started", {"error": str(error)}), now)

    def _look_after(self, worker: subprocess.Popen[bytes], now: int) -> None:
        code = worker.poll()
        if code is None:
            if now - self._started > LONGEST_MS and not self._hangs:
                self._hangs = True
                worker.kill()
                self._report(Part("log", "fault", "check_hangs"))
            return
        assert worker.stdout is not None  # noqa: S101  # for the type checker: it was asked for
        said = worker.stdout.read()
        _close(worker)
        self._worker = None
        try:
            self._ended(msgspec.json.decode(said, type=CheckResult), None, now)
        except (msgspec.MsgspecError, ValueError):
            self._ended(None, Part("log", "fault", "check_ended_early", {"exit_code": str(code)}), now)

    def _ended(self, outcome: CheckResult | None, failed: Part | None, now: int) -> None:
        if outcome is not None:
            self._last = outcome
        self._again = outcome is None or not outcome.good
        self._not_before = now + AGAIN_MS if self._again else 0
        self._report(failed)

    def _report(self, failed: Part | None) -> None:
        self._failed = failed
        self.part = self._describe()
        level = logging.INFO if self.part.state == "ok" else logging.CRITICAL
        log.log(level, "the log: %s", of_part(self.part, LOGGED))

    def _describe(self) -> Part:
        last = self._last
        if self._failed is not None:
            return self._failed
        if last is None:
            return Part("log", "unknown", "not_proven_yet")
        if last.problem and last.backup:
            restore = how_to_restore(self._config, last.backup)
            return Part("log", "fault", "damaged", {"problem": last.problem, "restore": restore})
        if last.problem:
            return Part("log", "fault", "damaged_without_backup", {"problem": last.problem})
        proven = {"records": str(last.records), "day": last.last_day, "seconds": f"{last.seconds:.0f}"}
        if last.backup_problem and last.backup:
            failed = {"problem": last.backup_problem, "backup": last.backup}
            return Part("log", "fault", "no_new_backup", {**proven, **failed})
        if last.backup_problem:
            return Part("log", "fault", "no_backup", {**proven, "problem": last.backup_problem})
        if last.backup:
            return Part("log", "ok", "whole", {**proven, "backup": last.backup})
        return Part("log", "ok", "whole_without_backups", proven)


def _close(worker: subprocess.Popen[bytes]) -> None:
    for pipe in (worker.stdin, worker.stdout):
        if pipe is not None:
            pipe.close()
