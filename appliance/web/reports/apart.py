"""What takes long is done by ``appliance.reports.trial.job``: one at a time, in a process behind all others."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections import OrderedDict
from hashlib import sha256
from typing import Final, Literal

log = logging.getLogger(__name__)

LONGEST_SECONDS: Final = 60.0
KEPT: Final = 4


class NotDone(Exception):
    """It came to nothing; the reason is a sentence for technicians. ``read``: what was sent cannot be read."""

    def __init__(self, reason: str, *, read: bool = False) -> None:
        super().__init__(reason)
        self.read = read


class Apart:
    """Runs jobs, and remembers what the last ones came to."""

    def __init__(self) -> None:
        self._room = asyncio.Semaphore(1)
        self._kept: OrderedDict[bytes, bytes] = OrderedDict()

    async def run(self, verb: Literal["compare", "table"], content: bytes) -> bytes:
        """Return what a job makes of ``content``.

        Raises:
            NotDone: it cannot be read, or the process died or took too long.
        """
        key = sha256(verb.encode() + content).digest()
        async with self._room:
            if key not in self._kept:
                self._kept[key] = await self._made(verb, content)
                if len(self._kept) > KEPT:
                    self._kept.popitem(last=False)
            self._kept.move_to_end(key)
            return self._kept[key]

    async def _made(self, verb: str, content: bytes) -> bytes:
        pipe = asyncio.subprocess.PIPE
        command = (sys.executable, "-m", "appliance.reports.trial.job", verb)
        job = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe, stderr=pipe)
        try:
            async with asyncio.timeout(LONGEST_SECONDS):
                out, told = await job.communicate(content)
        except TimeoutError as error:
            raise NotDone("it took too long") from error
        finally:
            if job.returncode is None:
                job.kill()
                await job.wait()
        if job.returncode:
            reason = told.decode("utf-8", "replace").strip().rpartition("\n")[2]
            log.warning("the job %r ended with code %s: %s", verb, job.returncode, reason)
            raise NotDone(reason, read=job.returncode == 2)
        return out
