"""Keeps the sums of the past up to date: at the start, when a day closes, and today's when somebody looks at them."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Final

from appliance.store.reports.progress import Failed, Progress, Summed, Told, decoder
from appliance.web.jobs import Job, Kind, Run
from appliance.web.live import Live

FILE: Final = "reports.db"
"""Beside the accounts."""
SUMMING: Final = Kind("appliance.store.reports.summing", decoder, (Summed, Failed), Failed)
LOOK_SECONDS: Final = 1.0
FRESH_SECONDS: Final = 60.0
"""Today's sums may be so old when somebody looks at them."""
RETRY_SECONDS: Final = 30.0


class Sums:
    """Sums up, one run at a time.

    Args:
        hub: the hub's database.
        file: ``reports.db``.
        live: what the office does now.
    """

    def __init__(self, hub: Path, file: Path, live: Live) -> None:
        self.file = file
        self.as_of: int | None = None
        """Office time (ms) of what the sums hold of today; None if nobody knows yet."""
        self._hub = hub
        self._live = live
        self._job: Job[Told] = Job(SUMMING, live)
        self._ended_at = float("-inf")
        self._seen: Run[Told] | None = None

    @property
    def last(self) -> Run[Told] | None:
        """The run that goes on, or the last one; None if there was none."""
        self._note()
        return self._job.last

    @property
    def failed(self) -> Failed | None:
        """Why the last run failed; None if it did not."""
        told = self.last.told if self.last else None
        return told if isinstance(told, Failed) else None

    @property
    def progress(self) -> Progress | None:
        """How far a run is that takes more than a moment; None if none does."""
        told = self.last.told if self.last and self.last.running else None
        return told if isinstance(told, Progress) and told.of > 1 else None

    def refresh(self) -> None:
        """Sum up, if that has not been done for a while. Call it on the loop, when somebody looks."""
        self._note()
        wait = RETRY_SECONDS if self.failed else FRESH_SECONDS
        if asyncio.get_running_loop().time() - self._ended_at >= wait:
            self._start()

    async def keep(self) -> None:
        """Sum up at once, whenever the office opens or closes, and again after a failure; for ever."""
        summed: tuple[str, str] | None = None
        while True:
            now = self._state()
            if now != summed and self._start():
                summed = now
            elif self.failed:
                self.refresh()
            await asyncio.sleep(LOOK_SECONDS)
            self._note()

    def _state(self) -> tuple[str, str]:
        board = self._live.now.board
        return (board.day, board.office.phase) if board else ("", "")

    def _start(self) -> bool:
        return self._job.start("", str(self._hub), str(self.file))

    def _note(self) -> None:
        """Note that a run has ended, and what it was of."""
        run = self._job.last
        if run is None or run.running or run is self._seen:
            return
        self._seen = run
        self._ended_at = asyncio.get_running_loop().time()
        if isinstance(run.told, Summed):
            self.as_of = run.began_at
