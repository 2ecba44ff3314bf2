"""Proving the log's chain when somebody asks for it: a process of its own, behind all others, that tells how far it is.

``python -m appliance.store.proving FILE`` prints lines of JSON: a ``Progress`` now and then, at the end a ``Proven``.
"""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path
from typing import Final

import msgspec

from appliance.store.database import StorageFault
from appliance.store.reader import LogReader

NICENESS: Final = 15


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
    with contextlib.suppress(OSError):  # where that is forbidden it is proven all the same
        os.nice(NICENESS)
    try:
        with contextlib.closing(LogReader(file)) as log:
            newest = log.last()
            end = newest[0] if newest else 0
            _tell(Progress(0, end))
            proof = log.prove(lambda proven: _tell(Progress(proven, max(end, proven))))
            _tell(Proven(proof.records, proof.last_hash, proof.bad, proof.problem))
    except StorageFault as error:
        _tell(Failed(str(error)))
    except BrokenPipeError:
        return 1  # nobody waits for it any more
    return 0


def _tell(told: Told) -> None:
    sys.stdout.buffer.write(msgspec.json.encode(told) + b"\n")
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
