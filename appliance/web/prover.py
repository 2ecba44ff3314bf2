"""Proving the log for whoever asks: one proof at a time, in a process of its own, that can be stopped."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sys
from typing import Final

import msgspec

from appliance.store.proving import Failed, Progress, Proven, Told, decoder
from appliance.web.live import Live

log = logging.getLogger(__name__)

TELL_SECONDS: Final = 0.5
"""Nobody needs to know more often how far it is."""


class Proving(msgspec.Struct, frozen=True):
    """The proof that runs, or the last one. Instants are of the office's clock.

    ``told``: what it came to so far; None if it was stopped, or ended without a word.
    """

    by: str
    began_at: int | None
    told: Told | None = None
    ended_at: int | None = None
    running: bool = True

    @property
    def percent(self) -> int:
        """How far it is."""
        return 100 * self.told.records // self.told.of if isinstance(self.told, Progress) and self.told.of else 0


class Prover:
    """Starts and stops proofs.

    Args:
        file: the hub's database.
        live: whose clock is told, and who is told of progress.
    """

    def __init__(self, file: str, live: Live) -> None:
        self._file = file
        self._live = live
        self._task: asyncio.Task[None] | None = None
        self.last: Proving | None = None

    def start(self, by: str) -> bool:
        """Begin to prove for somebody; tell whether it was begun, and not under way already."""
        if self.last is not None and self.last.running:
            return False
        self._say(Proving(by, self._live.clock.office_ms()))
        self._task = asyncio.create_task(self._prove())
        return True

    def stop(self) -> bool:
        """Stop the proof; tell whether one was under way."""
        if self._task is None or self._task.done():
            return False
        return self._task.cancel()

    def _say(self, proving: Proving) -> None:
        self.last = proving
        self._live.changed()

    async def _prove(self) -> None:
        assert self.last is not None  # noqa: S101  # ``start`` has said so
        told: Told | None = None
        try:
            told = await self._follow()
        except asyncio.CancelledError:
            log.info("a proof of the log was stopped")
        except (OSError, ValueError, msgspec.MsgspecError) as error:
            log.exception("the log could not be proven")
            told = Failed(str(error))
        finally:
            ended = self._live.clock.office_ms()
            self._say(msgspec.structs.replace(self.last, told=told, ended_at=ended, running=False))

    async def _follow(self) -> Told | None:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "appliance.store.proving", self._file, stdout=asyncio.subprocess.PIPE
        )
        assert process.stdout is not None  # noqa: S101  # it is a pipe
        told: Told | None = None
        loop = asyncio.get_running_loop()
        next_word = 0.0
        try:
            async for line in process.stdout:
                told = decoder.decode(line)
                if loop.time() >= next_word and self.last is not None:
                    next_word = loop.time() + TELL_SECONDS
                    self._say(msgspec.structs.replace(self.last, told=told))
            await process.wait()
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await asyncio.shield(process.wait())
        if isinstance(told, Proven | Failed):
            return told
        return Failed(f"appliance.store.proving ended with {process.returncode}")
