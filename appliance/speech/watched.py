"""A worker process that answers one line with one line, by a deadline, or is killed."""

from __future__ import annotations

import logging
import os
import select
import subprocess
import threading
import time
from collections.abc import Sequence

from appliance.speech.errors import VoiceFault

log = logging.getLogger(__name__)


class WorkerLost(VoiceFault):
    """The worker died or hung; it has been killed and may be started anew."""


class WatchedWorker:
    """At most one running process of ``command``. One thread asks; ``close`` may come from any other.

    Args:
        command: the program and its arguments. It reads lines on standard input and answers on standard output.
    """

    def __init__(self, command: Sequence[str]) -> None:
        self._command = list(command)
        self._process: subprocess.Popen[bytes] | None = None
        self._closed = threading.Event()
        self.starts = 0
        """How many times a process has been started."""

    @property
    def pid(self) -> int | None:
        """The process id of the running worker, if one runs."""
        process = self._process
        return process.pid if process is not None and process.poll() is None else None

    @property
    def closed(self) -> bool:
        """Whether ``close`` has been called."""
        return self._closed.is_set()

    def ask(self, line: bytes, deadline: float) -> bytes:
        """Send one line and return the answer, starting the process first if none runs.

        Args:
            line: without its line end, at most 4 KiB so that writing it cannot block.
            deadline: real seconds until the worker counts as hung.

        Raises:
            WorkerLost: if it could not be started, died or did not answer in time.
        """
        process = self._running()
        try:
            return _exchange(process, line, deadline)
        except WorkerLost:
            self.kill()
            raise
        except (OSError, ValueError) as error:  # a broken pipe, or one that ``close`` shut meanwhile
            self.kill()
            raise WorkerLost("worker_lost", error=str(error)) from error

    def kill(self) -> None:
        """End the process; the next ``ask`` starts another."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()  # SIGKILL cannot be refused, not even by a stopped process
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()

    def close(self) -> None:
        """End the process for good and wake up whoever is waiting for its answer."""
        self._closed.set()
        process = self._process
        if process is not None:
            process.kill()

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._process.poll() is not None:
            log.warning("the speech worker ended with code %s; starting another", self._process.returncode)
            self.kill()
        if self._process is None:
            if self._closed.is_set():
                raise WorkerLost("closed")
            try:
                self._process = subprocess.Popen(
                    self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0
                )
            except OSError as error:
                raise WorkerLost("does_not_start", program=self._command[0], error=str(error.strerror)) from error
            self.starts += 1
            if self._closed.is_set():  # closed while it started
                self._process.kill()
        return self._process


def _exchange(process: subprocess.Popen[bytes], line: bytes, deadline: float) -> bytes:
    end = time.monotonic() + deadline
    assert process.stdin is not None  # noqa: S101  # for the type checker: both are pipes
    assert process.stdout is not None  # noqa: S101  # as above
    process.stdin.write(line + b"\n")
    answer = b""
    while not answer.endswith(b"\n"):
        left = end - time.monotonic()
        if left <= 0 or not select.select([process.stdout], [], [], left)[0]:
            raise WorkerLost("no_answer", seconds=f"{deadline:g}")
        chunk = os.read(process.stdout.fileno(), 65_536)
        if not chunk:
            raise WorkerLost("worker_ended")
        answer += chunk
    return answer
