"""Keeps a kiosk's journal under the eyes of strace: writes, and says on standard output what is kept.

``python journal_clerk.py FOLDER STEPS``
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from appliance.wire.messages import Catalogue, Lease, Office
from kiosk.alone.journal import Journal, Kept
from kiosk.alone.lease import Anchor
from kiosk.alone.ledger import AnyRecord, Given, Issued, Opened, Sent, Taken


def days() -> list[str]:
    return ["2026-04-06", "2026-04-07", "2026-04-08"]


def records(day: str, steps: int) -> list[AnyRecord]:
    """What one day brings."""
    found: list[AnyRecord] = [Opened(day)]
    for n in range(1, steps + 1):
        # Long enough that records lie across sectors.
        found.append(Issued(f"AX{n:02d}", "pendaftaran-" + "x" * (37 * n % 150), day, f"{n:032x}", "boot", n, 10 * n))
        if n % 3 == 0:
            batch = tuple(f"AX{k:02d}" for k in range(n - 2, n + 1))
            found += [Given(f"A{n:03d}", day), Sent(f"{n:032x}", batch), Taken(f"{n:032x}", n)]
    return found


def kept(day: str, step: int) -> Kept:
    catalogue = Catalogue(1, step, day, Office({"id": "Kantor " + "x" * 700}, "open"), [], Lease())
    return Kept(catalogue, Anchor("boot", step, step))


def main(folder: Path, steps: int) -> None:
    journal = Journal(folder)
    for place, day in enumerate(days()):
        first, *rest = records(day, steps)
        journal.leave_over(day, [r for r in rest[:2] if isinstance(r, Issued)])
        journal.replace([first])
        say(day, 1)
        for count, record in enumerate(rest, 2):
            journal.append(record)
            say(day, count)
            if count % 5 == 0:
                journal.keep(kept(day, count))
                say("word", place * 1000 + count)
            if count == len(rest) // 2:
                journal.close()
                journal = Journal(folder)
    journal.close()


def say(what: str, count: int) -> None:
    # One write of its own: it stands in strace's record exactly where the world was told.
    os.write(sys.stdout.fileno(), f"{what} {count}\n".encode())


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
