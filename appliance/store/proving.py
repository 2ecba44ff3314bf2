"""Proving the log's chain when somebody asks for it: a process of its own, behind all others, that tells how far it is.

``python -m appliance.store.proving FILE`` prints lines of JSON: a ``Progress`` now and then, at the end a ``Proven``.
"""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path

import msgspec

from appliance.node import job
from appliance.store.database import StorageFault
from appliance.store.reader import LogReader


class Progress(msgspec.Struct, frozen=True, tag="progress"):
    """So many records of so many are proven."""

    records: int
    of: int


class Proven(msgspec.Struct, frozen=True, tag="proven"):
    """What it came to: as ``reader.Proof``."""

    records: int
    last_hash: str
    bad: int | None
    problem: str


class Failed(msgspec.Struct, frozen=True, tag="failed"):
    """The file could not be read at all."""

    problem: str


Told = Progress | Proven | Failed
decoder: msgspec.json.Decoder[Told] = msgspec.json.Decoder(Told)


def main(file: Path) -> int:
    """Prove ``file``; return the exit code."""
    return job.run(lambda: _prove(file))


def _prove(file: Path) -> None:
    try:
        with contextlib.closing(LogReader(file)) as log:
            newest = log.last()
            end = newest[0] if newest else 0
            job.say(Progress(0, end))
            proof = log.prove(lambda proven: job.say(Progress(proven, max(end, proven))))
            job.say(Proven(proof.records, proof.last_hash, proof.bad, proof.problem))
    except StorageFault as error:
        job.say(Failed(str(error)))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
