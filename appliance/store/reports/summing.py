"""Sums up the days that are not summed yet: a process of its own, behind all others, that tells how far it is.

``python -m appliance.store.reports.summing HUB REPORTS`` reads the hub's database and writes ``reports.db``; it prints
lines of JSON: a ``Progress`` for each day, at the end ``Summed``, or ``Failed``.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

import msgspec

from appliance.store.database import StorageFault
from appliance.store.event_log import BrokenChain
from appliance.store.reports.day_reader import DayReader, Opening
from appliance.store.reports.figures import Figures
from appliance.store.reports.folding import DayFold
from appliance.store.reports.summary import Special, Summary, Sums
from appliance.store.reports.sums import SumsFile

NICENESS: Final = 15


class Progress(msgspec.Struct, frozen=True, tag="progress"):
    """So many days of so many are summed; ``day`` was the last."""

    days: int
    of: int
    day: str


class Summed(msgspec.Struct, frozen=True, tag="summed"):
    """All is done. ``unreadable``: days of which records were altered or cannot be read."""

    days: int
    unreadable: list[str]


class Failed(msgspec.Struct, frozen=True, tag="failed"):
    """A file could not be read or written at all."""

    problem: str


Told = Progress | Summed | Failed
decoder: msgspec.json.Decoder[Told] = msgspec.json.Decoder(Told)


def sum_up(hub: Path, reports: Path, tell: Callable[[Progress], None] = lambda _: None) -> Summed:
    """Sum every day that is not summed, or whose records have become more since.

    Args:
        hub: the hub's database.
        reports: ``reports.db``.
        tell: is told after each day.

    Raises:
        StorageFault: if a file cannot be read or written.
    """
    with contextlib.closing(DayReader(hub)) as log, contextlib.closing(SumsFile(reports)) as file:
        days, done = log.days(), file.marks()
        file.forget(done.keys() - days.keys())
        newest = max((openings[-1].last for openings in days.values()), default=0)
        marks = {day: _mark(openings, over=openings[-1].last != newest) for day, openings in days.items()}
        wanted = {day: mark for day, mark in marks.items() if done.get(day) != mark}
        unreadable = []
        for at, (day, mark) in enumerate(sorted(wanted.items()), 1):
            try:
                summary, sums = sum_day(log, day, days[day], over=mark.endswith("over"))
            except BrokenChain:
                unreadable.append(day)
                summary, sums = _unreadable(day, days[day]), {}
            file.write(summary, sums, mark)
            tell(Progress(at, len(wanted), day))
    return Summed(len(wanted), unreadable)


def sum_day(log: DayReader, date: str, openings: list[Opening], *, over: bool) -> tuple[Summary, Sums]:
    """Sum one business day.

    Args:
        log: to read it from.
        date: YYYY-MM-DD.
        openings: of it; only the last one may have citizens who are still there.
        over: whether another day has begun since.

    Raises:
        BrokenChain: if a record of it cannot be read.
    """
    whole: Summary | None = None
    sums: Sums = {}
    for opening in openings:
        fold = DayFold(log.defined_before(opening.first - 1))
        last_hash = b""
        for record, digest in log.of(opening):
            fold.take(record)
            last_hash = digest
        fold.finish(over=over or opening is not openings[-1])
        whole = _joined(whole, _summary(date, opening, fold, last_hash))
        for key, figures in fold.sums.items():
            sums.setdefault(key, Figures()).add(figures)
    assert whole is not None  # noqa: S101  # a day is one by its opening
    return whole, sums


def _summary(date: str, opening: Opening, fold: DayFold, last_hash: bytes) -> Summary:
    return Summary(
        date,
        opening.first,
        opening.last,
        fold.opened_at,
        fold.ends_at,
        fold.closed_at,
        fold.promise_minutes,
        fold.services,
        fold.counters,
        last_hash.hex(),
        fold.curve,
        fold.picks,
        fold.special,
    )


def _joined(before: Summary | None, then: Summary) -> Summary:
    if before is None:
        return then
    return msgspec.structs.replace(
        then,
        first=before.first,
        opened_at=before.opened_at,
        services={**before.services, **then.services},
        counters={**before.counters, **then.counters},
        curve=[*before.curve, *then.curve],
        picks=[*before.picks, *then.picks],
        special=[*before.special, Special("reopened", then.first, then.opened_at), *then.special],
    )


def _unreadable(date: str, openings: list[Opening]) -> Summary:
    special = [Special("unreadable", openings[0].first)]
    return Summary(date, openings[0].first, openings[-1].last, 0, 0, None, 0, {}, {}, "", special=special)


def _mark(openings: list[Opening], *, over: bool) -> str:
    """Return what a day was summed from; it is summed again when that has changed."""
    return " ".join([*(f"{opening.first}-{opening.last}" for opening in openings), "over" if over else "open"])


def main(hub: Path, reports: Path) -> int:
    """Sum what is missing; return the exit code."""
    with contextlib.suppress(OSError):  # where that is forbidden it is summed all the same
        os.nice(NICENESS)
    try:
        _tell(sum_up(hub, reports, _tell))
    except StorageFault as error:
        _tell(Failed(str(error)))
    except BrokenPipeError:
        return 1  # nobody waits for it any more
    return 0


def _tell(told: Told) -> None:
    sys.stdout.buffer.write(msgspec.json.encode(told) + b"\n")
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
