"""Keeps an office's records under the eyes of strace: commits, and says on standard output up to where it has.

``python -m appliance.tools.proofs.power_cut_clerk DATABASE COMMITS SYNCHRONOUS``
"""

from __future__ import annotations

import os
import random
import sys
from pathlib import Path
from typing import Final

from msgspec.structs import replace

from appliance.commands import CounterId, ServiceId
from appliance.engine import commands as c
from appliance.engine.model import Day, Span
from appliance.engine.refusal import Refusal
from appliance.store import database
from appliance.store.store import Happened, Store
from appliance.tools.office.clerk import happen
from appliance.tools.office.past import definition
from appliance.tools.office.sample_office import DATE, SERVICES, instant
from appliance.units import MINUTE

CHECKPOINT_PAGES: Final = 60
"""Far fewer than in the field, so that folding the write-ahead log into the file happens often."""
SPAN: Final = Span(instant(0), instant(86_400))
COUNTERS: Final = [CounterId(str(n)) for n in range(1, 5)]


def main(file: Path, commits: int, synchronous: str) -> None:
    """Make so many commits of one to four commands each; half way the file is closed and opened again."""
    pragmas = database.PRAGMAS
    pragmas.update(synchronous=synchronous, wal_autocheckpoint=CHECKPOINT_PAGES)
    chance = random.Random(commits)
    store = Store(file)
    day = store.load_day()
    for number in range(commits):
        if number == commits // 2:
            store.close()
            store = Store(file)
            day = store.load_day()
        batch = [_do(day, command, chance) for command in _commands(day, chance)]
        store.commit([happened for happened in batch if happened], day, day.seq if chance.random() < 0.3 else None)
        _acknowledge(day.seq)
        if chance.random() < 0.1:
            store.save_sent(day.seq)
    store.close()


def _commands(day: Day, chance: random.Random) -> list[c.Command]:
    if day.definition is None:
        return [c.DefineOffice(definition())]
    if not day.is_open:
        return [c.OpenDay(DATE, (SPAN,), SPAN.closes)]
    calls = [c.CallNext(chance.choice(COUNTERS)) for _ in range(chance.randrange(4))]
    return [c.IssueTicket(ServiceId(str(chance.choice(SERVICES)["id"]))), *calls]


def _do(day: Day, command: c.Command, chance: random.Random) -> Happened | None:
    happened = happen(day, command, max(day.at, SPAN.opens) + MINUTE // 10, "kiosk-1")
    if isinstance(happened, Refusal):
        return None
    return replace(happened, request_id=f"{chance.getrandbits(128):032x}")


def _acknowledge(seq: int) -> None:
    # One write of its own: it stands in strace's record exactly where the world was told.
    os.write(sys.stdout.fileno(), f"kept {seq}\n".encode())


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
