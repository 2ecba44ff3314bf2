"""Heavy work in a process of its own: one at a time of each kind, told as it goes on, and stopped on demand.

The process is a module of ours that steps behind all others (``os.nice``) and prints lines of JSON: how far it is, and
at the end what came of it.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import sys
from collections.abc import Callable
from typing import Any, Final, Generic, Protocol, TypeVar

import msgspec

from appliance.web.live import Live

log = logging.getLogger(__name__)

TELL_SECONDS: Final = 0.5
"""Nobody needs to know more often how far it is."""
LONGEST_LINE: Final = 1 << 22
LEAVE_SECONDS: Final = 3.0
"""So long a process that is to stop may take to end what it has begun itself."""
T = TypeVar("T")


class Decoder(Protocol):
    """Reads lines."""

    def decode(self, line: bytes, /) -> Any:
        """Return what a line tells. Raises ``msgspec.MsgspecError``."""


class Kind(msgspec.Struct, frozen=True):
    """What kind of work a job does.

    Args:
        module: that is run.
        decoder: of its lines.
        ends: the structures that are its last word; what ends without one of them has failed.
        failed: makes the last word of work that could not be done, of the reason.
    """

    module: str
    decoder: Decoder
    ends: tuple[type, ...]
    failed: Callable[[str], Any]


class Run(msgspec.Struct, Generic[T], frozen=True):
    """Work that goes on, or was the last. Instants are of the office's clock.

    ``by``: who wanted it; empty if nobody did. ``told``: what it came to so far; None if it was stopped.
    """

    by: str
    began_at: int | None
    told: T | None = None
    ended_at: int | None = None
    running: bool = True

    @property
    def percent(self) -> int:
        """How far it is: of a line that tells progress, the first field counts what is done of ``of``."""
        told: Any = self.told
        whole = getattr(told, "of", 0)
        return int(100 * getattr(told, told.__struct_fields__[0]) // whole) if whole else 0


class Job(Generic[T]):
    """Starts and stops work of one kind.

    Args:
        kind: of work.
        live: whose clock is told, and who is told of progress.
    """

    def __init__(self, kind: Kind, live: Live) -> None:
        self._kind = kind
        self._live = live
        self._task: asyncio.Task[None] | None = None
        self.last: Run[T] | None = None
        self.ended = 0.0
        """When the last work ended, on the loop's clock."""

    @property
    def running(self) -> bool:
        """Whether work is under way."""
        return self.last is not None and self.last.running

    def start(self, by: str, *arguments: str) -> bool:
        """Begin work for somebody; tell whether it was begun, and not under way already.

        Args:
            by: who wants it.
            arguments: of the module.
        """
        if self.running:
            return False
        self._say(Run(by, self._live.clock.office_ms()))
        self._task = asyncio.create_task(self._work(arguments))
        self._task.add_done_callback(self._over)
        return True

    def stop(self) -> bool:
        """Stop the work; tell whether any was under way."""
        if self._task is None or self._task.done():
            return False
        return self._task.cancel()

    async def over(self) -> None:
        """Wait until no work is under way."""
        if self._task is not None:
            await asyncio.wait([self._task])

    def _say(self, run: Run[T]) -> None:
        self.last = run
        self._live.changed()

    def _over(self, _: asyncio.Task[None]) -> None:
        """End what was stopped before it had begun: nothing of ``_work`` was run then."""
        if self.last is not None and self.last.running:
            self._say(self._ended(self.last, None))

    def _ended(self, run: Run[T], told: Any) -> Run[T]:
        self.ended = asyncio.get_running_loop().time()
        return msgspec.structs.replace(run, told=told, ended_at=self._live.clock.office_ms(), running=False)

    async def _work(self, arguments: tuple[str, ...]) -> None:
        assert self.last is not None  # noqa: S101  # ``start`` has said so
        told: Any = None
        try:
            told = await self._follow(arguments)
        except asyncio.CancelledError:
            log.info("%s was stopped", self._kind.module)
        except (OSError, ValueError, msgspec.MsgspecError) as error:
            log.exception("%s failed", self._kind.module)
            told = self._kind.failed(str(error))
        finally:
            self._say(self._ended(self.last, told))

    async def _follow(self, arguments: tuple[str, ...]) -> Any:
        program = (sys.executable, "-m", self._kind.module, *arguments)
        process = await asyncio.create_subprocess_exec(
            *program,
            stdout=asyncio.subprocess.PIPE,
            limit=LONGEST_LINE,
            start_new_session=True,  # what it started, such as the PDF tool, is ended with it
        )
        assert process.stdout is not None  # noqa: S101  # it is a pipe
        told: Any = None
        loop = asyncio.get_running_loop()
        next_word = 0.0
        try:
            async for line in process.stdout:
                told = self._kind.decoder.decode(line)
                if loop.time() >= next_word and self.last is not None:
                    next_word = loop.time() + TELL_SECONDS
                    self._say(msgspec.structs.replace(self.last, told=told))
            await process.wait()
        finally:
            await asyncio.shield(_end(process))
        if isinstance(told, self._kind.ends):
            return told
        return self._kind.failed(f"{self._kind.module} ended with {process.returncode}")


async def _end(process: asyncio.subprocess.Process) -> None:
    """End a process and whatever it started: by a word first, for it may have something to put away."""
    with contextlib.suppress(ProcessLookupError, TimeoutError):
        os.killpg(process.pid, signal.SIGTERM)
        async with asyncio.timeout(LEAVE_SECONDS):
            await process.wait()
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    await process.wait()
