"""The nightly work beside a running hub: prove the log, look at the file, make a backup. A process of its own.

``python -m appliance.store.checkup`` prints its ``CheckResult`` as one line of JSON, and leaves it beside the database
for the next start of the hub.
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import logging
import os
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

from appliance.node import durable_file
from appliance.node.durable_file import Unreadable
from appliance.store.backup import BackupFault, Backups, own_like, read_afresh
from appliance.store.database import StorageFault
from appliance.store.reader import LogReader, Proof
from appliance.store.satisfaction.keeping import keep_copy

log = logging.getLogger(__name__)

BUSY: Final = 75
"""EX_TEMPFAIL of sysexits.h: another one is at work on this folder."""

EXIT_ABANDONED: Final = 1


class CheckResult(msgspec.Struct, frozen=True):
    """What a night's work came to."""

    day: str
    """The last business day that was closed by then, as far as the hub knew; empty if it did not."""
    at: int
    """The office's time when it began, milliseconds since 1970."""
    records: int = 0
    """So many records are proven."""
    last_day: str = ""
    """The business day of the last of them."""
    seconds: float = 0.0
    """How long the proof took."""
    problem: str = ""
    """What is wrong with the log; empty if it is whole."""
    backup: str = ""
    """The newest good backup, which holds all of the log if nothing is wrong; empty if there is none."""
    backup_problem: str = ""
    """Why no backup was made; empty if one was, or none are wanted."""

    @property
    def good(self) -> bool:
        """Tell whether there is nothing to say."""
        return not self.problem and not self.backup_problem


def check(backups: Backups, day: str, at: int) -> CheckResult:
    """Prove the log and the file, and if both are good, make a backup.

    Args:
        backups: of the database.
        day: the business day that was closed last, or empty.
        at: the office's time, milliseconds since 1970.
    """
    began = time.monotonic()
    proof, last_day, problem = _prove(backups.database)
    outcome = CheckResult(
        day, at, proof.records, last_day, round(time.monotonic() - began, 1), problem, _newest(backups)
    )
    if problem or backups.folder is None:
        return outcome
    try:
        outcome = msgspec.structs.replace(outcome, backup=str(backups.make(proof)))
        keep_copy(backups.database, backups.folder)
    except (BackupFault, StorageFault) as error:
        return msgspec.structs.replace(outcome, backup=_newest(backups), backup_problem=str(error))
    return outcome


def last_outcome(database: Path) -> CheckResult | None:
    """Return what the last night's work on ``database`` came to; None if that is not known."""
    try:
        return durable_file.load(outcome_file(database), CheckResult)
    except Unreadable as error:
        log.warning("%s; the log is proven anew", error)
        return None


def outcome_file(database: Path) -> Path:
    """Return where the last outcome is kept."""
    return database.with_name(f"{database.stem}.checked.json")


def _prove(database: Path) -> tuple[Proof, str, str]:
    """Return the proof, the business day of the last record, and what is wrong."""
    proof = Proof(0, "")
    try:
        read_afresh(database)
        with contextlib.closing(LogReader(database)) as log:
            proof = log.prove()
            last = log.record(proof.records)
            return proof, last[2] if last else "", proof.problem or _in_words(log.damage())
    except (StorageFault, OSError) as error:
        return proof, "", proof.problem or str(error)


def _in_words(damage: str) -> str:
    return f"all records are as they were written, but the file around them is damaged ({damage})" if damage else ""


def _newest(backups: Backups) -> str:
    files = backups.files()
    return str(files[0]) if files else ""


def _remember(outcome: CheckResult, database: Path) -> None:
    """Keep the outcome; on a disk that takes nothing only the check is repeated at the next start."""
    file = outcome_file(database)
    with contextlib.suppress(OSError):
        durable_file.save(file, msgspec.json.encode(outcome))
        own_like(file, file.parent)


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[bool]:
    """Tell whether nobody else is at this work in ``folder``, and keep others from it."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
    finally:
        os.close(handle)


def run(backups: Backups, day: str, at: int) -> CheckResult | None:
    """Check and remember what it came to; None if another process is at it."""
    with _alone(backups.database.parent) as alone:
        if not alone:
            return None
        outcome = check(backups, day, at)
        _remember(outcome, backups.database)
        return outcome


def _end_with_standard_input() -> None:
    """Whoever started us holds the other end; the kernel closes it however that process ends."""
    os.read(sys.stdin.fileno(), 1)
    os._exit(EXIT_ABANDONED)


def main(argv: list[str]) -> int:
    """Do the night's work and print the outcome; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m appliance.store.checkup", description=__doc__)
    parser.add_argument("database", type=Path)
    parser.add_argument("--folder", type=Path, help="of the backups; none are made without")
    parser.add_argument("--keep", type=int, default=1, help="so many backups; default: %(default)s")
    parser.add_argument("--day", default="", help="the business day that was closed last")
    parser.add_argument("--at", type=int, default=0, help="the office's time, milliseconds since 1970")
    parser.add_argument("--leashed", action="store_true", help="end at once when standard input does")
    options = parser.parse_args(argv)
    if options.leashed:
        threading.Thread(target=_end_with_standard_input, daemon=True).start()
    outcome = run(Backups(options.database, options.folder, options.keep), options.day, options.at)
    if outcome is None:
        return BUSY
    sys.stdout.buffer.write(msgspec.json.encode(outcome) + b"\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
