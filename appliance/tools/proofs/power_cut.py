"""``./dev power-cut``: the writes of a working store, cut off at any point; what it had acknowledged must be there."""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Final

import msgspec

from appliance.engine.events import Entry
from appliance.store.database import Database, StorageFault
from appliance.store.event_log import EventLog
from appliance.store.projections import rebuild
from appliance.store.store import Store
from appliance.tools.proofs.disk_replay import Disk, record

DATABASE: Final = "giliran.db"
MEMORY: Final = Path("/dev/shm")  # noqa: S108  # thousands of small databases are opened here; none is to last
TICKETS: Final = "SELECT * FROM ticket ORDER BY day, number"


class CutResult(msgspec.Struct, frozen=True):
    """What the cuts came to. ``faults`` are those where something acknowledged was missing or wrong."""

    commits: int
    writes: int
    syncs: int
    cuts: int
    faults: list[str]


def trial(directory: Path, commits: int, synchronous: str, chances: int, seed: int = 1) -> CutResult:
    """Record a clerk at work, then cut its power at every sync and between, and look at what is left.

    Args:
        directory: an empty folder on a disk.
        commits: how many transactions are recorded.
        synchronous: SQLite's mode: full, as the hub uses it, or a weaker one that must be found out.
        chances: how many random disks are looked at for each point, beside the one that kept only what was synced.
        seed: of the random points and disks.
    """
    work = directory / "work"
    work.mkdir()
    clerk = [
        sys.executable,
        "-m",
        "appliance.tools.proofs.power_cut_clerk",
        str(work / DATABASE),
        str(commits),
        synchronous,
    ]
    ops = record(clerk, work.resolve())
    whole = _history(work / DATABASE)
    chance = random.Random(seed)
    disk, kept, cuts, faults = Disk(), 0, 0, []
    syncs = [place for place, op in enumerate(ops) if op.what == "sync"]
    points = {*syncs, *chance.sample(range(len(ops)), min(len(ops), commits)), len(ops) - 1}
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else directory) as scratch:
        for place, op in enumerate(ops):
            if place in points:
                for luck in [None, *[chance] * chances]:
                    cuts += 1
                    fault = _fault(disk.cut(luck), kept, whole, Path(scratch))
                    faults += [f"operation {place}: {fault}"] if fault else []
            disk.do(op)
            kept = int(op.data.split()[1]) if op.what == "say" else kept
    return CutResult(commits, sum(op.what == "write" for op in ops), len(syncs), cuts, faults)


def main(argv: list[str]) -> int:
    """Run a trial and print what it came to; return the exit code."""
    parser = argparse.ArgumentParser(prog="dev power-cut", description="Cut the power of a working store at any point.")
    parser.add_argument("--commits", type=int, default=200, help="transactions to record; default: 200")
    parser.add_argument("--chances", type=int, default=5, help="random disks for each point; default: 5")
    parser.add_argument("--seed", type=int, default=1, help="default: 1")
    parser.add_argument("--synchronous", choices=["full", "normal", "off"], default="full", help="default: full")
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as directory:
        outcome = trial(Path(directory), options.commits, options.synchronous, options.chances, options.seed)
    print(report(outcome))
    return 1 if outcome.faults else 0


def report(outcome: CutResult) -> str:
    """Return an outcome in words."""
    recorded = f"{outcome.commits} commits, {outcome.writes} writes and {outcome.syncs} syncs recorded"
    return "\n".join(
        [
            f"{recorded}; the power cut {outcome.cuts} times.",
            *(f"FAULT  {fault}" for fault in outcome.faults[:10]),
            f"{len(outcome.faults)} cuts lost something." if outcome.faults else "Whatever was acknowledged was there.",
        ]
    )


def _fault(files: dict[str, bytes], kept: int, whole: list[Entry], scratch: Path) -> str:
    """Return what is wrong with a disk after a cut, or nothing."""
    shutil.rmtree(scratch)
    scratch.mkdir()
    for name, content in files.items():
        (scratch / name).write_bytes(content)
    try:
        store = Store(scratch / DATABASE)
        day = store.load_day()
        store.close()
        found = _history(scratch / DATABASE)
        if day.seq != len(found):
            return f"the day knows {day.seq} events, the log {len(found)}"
        return _ticket_fault(scratch / DATABASE) or _history_fault(found, kept, whole)
    except StorageFault as error:
        return f"with {kept} events acknowledged: {error}"


def _history_fault(found: list[Entry], kept: int, whole: list[Entry]) -> str:
    if found != whole[: len(found)]:
        return "the log tells another story than was written"
    return f"{kept} events were acknowledged, {len(found)} are there" if len(found) < kept else ""


def _ticket_fault(file: Path) -> str:
    database = Database(file)
    try:
        answer = database.connection.execute("PRAGMA integrity_check").fetchone()[0]
        rows = database.connection.execute(TICKETS).fetchall()
        with database.transaction() as connection:
            rebuild(connection, EventLog(database))
        if database.connection.execute(TICKETS).fetchall() != rows:
            return "the ticket rows differ from what the log says"
        return "" if answer == "ok" else f"the file is damaged: {answer}"
    finally:
        database.close()


def _history(file: Path) -> list[Entry]:
    """Return all events, with the chain proven."""
    database = Database(file)
    try:
        return [record.entry for record in EventLog(database).verified()]
    finally:
        database.close()
