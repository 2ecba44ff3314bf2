"""A printer behind CUPS: the ticket goes raw through ``lp``, and stays in the queue no longer than its deadline.

The programs are called without a shell and with a time-out; their answers are read in the C locale. What ``lpstat``
tells are CUPS's own words (printer-state-reasons of RFC 8011), as far as the queue's driver finds them out: a printer
that says nothing is unknown. A job that CUPS itself gave up (error policy ``abort-job``) cannot be told from a printed
one, so the queue must have another policy: ``retry-job``, which is Debian's, or ``stop-printer``.
"""

from __future__ import annotations

import logging
import os
import re
import subprocess
import threading
import time
from collections.abc import Sequence
from typing import Final

import msgspec

from appliance.texts.parts import LOGGED, of_part
from appliance.wire.messages import Part
from kiosk.printer import status as printer_status
from kiosk.printer.escpos_lines import Renderer
from kiosk.printer.port import PrintFailed, PrintResult
from kiosk.printer.status import Status
from kiosk.ticket.slip import Line

log = logging.getLogger(__name__)

LOOK_S: Final = 0.05
ASK_S: Final = 2.0
"""For one question to CUPS; it is on this machine."""
SURE_S: Final = 1.5
"""When a job has been under way for so long, what CUPS says of the paper is about this job."""
ASKED_EVERY_S: Final = 5.0
"""Each question starts a program."""
_REASONS: Final[dict[str, dict[str, bool | str]]] = {
    "media-empty": {"paper_out": True},
    "media-needed": {"paper_out": True},
    "media-jam": {"error": "error"},
    "media-low": {"near_end": True},
    "door-open": {"cover_open": True},
    "cover-open": {"cover_open": True},
    "cutter": {"error": "cutter"},
    "offline": {"offline": True},
    "shutdown": {"offline": True},
    "timed-out": {"offline": True},
}
"""What the beginning of a reason means; after it come -error, -warning or -report."""


class CupsPrinter:
    """The driver of one queue.

    Args:
        renderer: makes bytes of lines.
        queue: a raw queue's name.
        deadline_s: for one ticket.
    """

    is_mending = False
    """CUPS's backend has the line."""

    def __init__(self, renderer: Renderer, queue: str, deadline_s: float) -> None:
        self.width = renderer.width
        self._renderer, self._queue, self._deadline_s = renderer, queue, deadline_s
        self._lock = threading.Lock()
        self._part = Part("printer", "unknown", "not_tried_yet")
        self._asked_at = -ASKED_EVERY_S

    def print(self, lines: Sequence[Line]) -> PrintResult:
        """Print one ticket; if it has not left the queue by the deadline, it is taken out of it."""
        with self._lock:
            deadline = time.monotonic() + self._deadline_s
            try:
                return self._print(lines, deadline)
            except PrintFailed as failed:
                self._remember(failed)
                raise

    def prepare(self, lines: Sequence[Line]) -> None:
        """Draw a logo and fill the tables now, so that the first citizen does not wait for them."""
        self._renderer.render(lines)

    def expect(self) -> list[Part]:
        """Return what is known: what CUPS says before a ticket does not decide."""
        return [self._part]

    def parts(self) -> list[Part]:
        """Ask CUPS, now and then; while a ticket is being printed, return what was known before."""
        if time.monotonic() - self._asked_at > ASKED_EVERY_S and self._lock.acquire(blocking=False):
            try:
                self._ask(time.monotonic() + ASK_S)
            except PrintFailed as failed:
                self._remember(failed)
            finally:
                self._lock.release()
        return [self._part]

    def close(self) -> None:
        """Do nothing: there is no connection."""

    # -- inside ----------------------------------------------------------------------------------------------------

    def _print(self, lines: Sequence[Line], deadline: float) -> PrintResult:
        self._ask(deadline)  # for a queue that is stopped; what it says of the paper may be of the last job
        job = self._submit(b"".join(self._renderer.render(lines)), deadline)
        try:
            self._wait_for(job, deadline)
        except PrintFailed as failed:
            self._cancel(job, failed)
            raise
        return PrintResult(printed=True, near_end=bool(self._ask(deadline).near_end))

    def _remember(self, failed: PrintFailed) -> None:
        self._part = failed.part

    def _submit(self, data: bytes, deadline: float) -> str:
        """Hand a ticket to CUPS and return its job's name."""
        said = self._run(["lp", "-d", self._queue, "-o", "raw", "-t", "ticket"], deadline, data)
        found = re.search(rf"{re.escape(self._queue)}-\d+", said)
        if found is None:
            raise PrintFailed("error", Part("printer", "fault", "nameless_job", {"said": said.strip()}))
        return found[0]

    def _wait_for(self, job: str, deadline: float) -> None:
        """Wait until a job has left the queue, printed."""
        sure_at = min(deadline, time.monotonic() + SURE_S)
        while waiting := _entry(self._run(["lpstat", "-l", "-o", self._queue], deadline), job):
            if time.monotonic() >= sure_at and (problem := self._ask(deadline).problem):
                raise PrintFailed(problem, self._part)
            if time.monotonic() >= deadline - LOOK_S:
                said = _field(waiting, "Status") or "-"
                raise PrintFailed("stalled", Part("printer", "fault", "waits_in_queue", {"said": said}))
            time.sleep(LOOK_S)
        done = _entry(self._run(["lpstat", "-l", "-W", "completed", "-o", self._queue], deadline), job)
        if "cancel" in _field(done, "Alerts"):
            alerts = _field(done, "Alerts")
            raise PrintFailed("lost", Part("printer", "fault", "taken_out", {"said": alerts}))

    def _cancel(self, job: str, why: PrintFailed) -> None:
        """Take a job out of the queue, or it would print when nobody waits for it.

        Raises ``PrintFailed`` if that cannot be done: somebody has to do it by hand.
        """
        try:
            self._run(["cancel", job], time.monotonic() + ASK_S)
        except PrintFailed as failed:
            error = of_part(failed.part, LOGGED)
            part = Part("printer", "fault", "not_taken_out", {"job": job, "error": error})
            raise PrintFailed(why.code, part) from failed
        log.info("%s was taken out of the queue", job)

    def _ask(self, deadline: float) -> Status:
        """Read the queue's state."""
        self._asked_at = time.monotonic()
        said = self._run(["lpstat", "-l", "-p", self._queue], min(deadline, self._asked_at + ASK_S))
        status = _status(said)
        self._part = printer_status.to_part(status, self._renderer.no_logo)
        first = said.partition("\n")[0]
        if " disabled " in first:
            reason = _reason(said)
            self._part = Part("printer", "fault", "queue_stopped", {"reason": reason, "queue": self._queue})
            raise PrintFailed("error", self._part)
        return status

    def _run(self, command: list[str], deadline: float, data: bytes = b"") -> str:
        """Run one of CUPS's programs and return what it says. Raises ``PrintFailed``."""
        environment = {**os.environ, "LC_ALL": "C"}
        patience = max(LOOK_S, deadline - time.monotonic())
        try:
            done = subprocess.run(
                command, input=data, capture_output=True, timeout=patience, check=False, env=environment
            )
        except FileNotFoundError as error:
            raise PrintFailed("missing", Part("printer", "missing", "no_cups", {"program": command[0]})) from error
        except subprocess.TimeoutExpired as error:
            raise PrintFailed("stalled", Part("printer", "fault", "cups_hangs", {"program": command[0]})) from error
        if done.returncode:
            said = done.stderr.decode(errors="replace").strip()
            raise PrintFailed("missing", Part("printer", "missing", "cups", {"program": command[0], "said": said}))
        return done.stdout.decode(errors="replace")


def _status(said: str) -> Status:
    status = Status()
    for reason in re.split(r"[\s,]+", _field(said, "Alerts")):
        means = next((means for start, means in _REASONS.items() if reason.startswith(start)), {})
        status = msgspec.structs.replace(status, **means)
    return status


def _entry(said: str, job: str) -> str:
    """Return what ``lpstat -l`` says about one job; nothing if it is not listed."""
    entries = re.split(r"\n(?=\S)", said)
    return next((entry for entry in entries if entry.split(maxsplit=1)[:1] == [job]), "")


def _field(said: str, name: str) -> str:
    found = re.search(rf"^\s+{name}: *(.*)$", said, re.MULTILINE)
    return found[1].strip() if found else ""


def _reason(said: str) -> str:
    """Return why a queue is stopped: the second line of ``lpstat -p``."""
    lines = said.splitlines()
    return lines[1].strip() if len(lines) > 1 else "no reason given"
