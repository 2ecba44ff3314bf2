"""Proving the log for whoever asks: one proof at a time, in a process of its own, that can be stopped."""

from __future__ import annotations

from typing import Final

from appliance.store.proving import Failed, Proven, Told, decoder
from appliance.web.jobs import Job, Kind, Run
from appliance.web.live import Live

PROOF: Final = Kind("appliance.store.proving", decoder, (Proven, Failed), Failed)


class Prover:
    """Starts and stops proofs.

    Args:
        file: the hub's database.
        live: whose clock is told, and who is told of progress.
    """

    def __init__(self, file: str, live: Live) -> None:
        self._file = file
        self._job: Job[Told] = Job(PROOF, live)

    @property
    def last(self) -> Run[Told] | None:
        """The proof that runs, or the last one; None if there was none."""
        return self._job.last

    def start(self, by: str) -> bool:
        """Begin to prove for somebody; tell whether it was begun, and not under way already."""
        return self._job.start(by, self._file)

    def stop(self) -> bool:
        """Stop the proof; tell whether one was under way."""
        return self._job.stop()
