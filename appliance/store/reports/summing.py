"""Sums up the days that are not summed yet: a process of its own, behind all others, that tells how far it is.

``python -m appliance.store.reports.summing HUB REPORTS`` reads the hub's database and writes ``reports.db``; it prints
lines of JSON: a ``Progress`` for each day, at the end ``Summed``, or ``Failed``.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable
from datetime import date as date_of
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

from appliance.node import job
from appliance.store.database import Damaged, StorageFault
from appliance.store.event_log import BrokenChain
from appliance.store.reader import LAST
from appliance.store.reports.day_reader import DayReader, Opening
from appliance.store.reports.figures import Figures
from appliance.store.reports.folding import DayFold
from appliance.store.reports.papers import Paper, add_papers
from appliance.store.reports.progress import Failed, Progress, Summed
from appliance.store.reports.summary import Special, Summary, Sums
from appliance.store.reports.sums import BadSums, SumsFile, discard
from appliance.units import SECOND

PAPER_DAYS: Final = 40
"""Sheets are entered within 31 days; some more, for an office whose clock was corrected."""
ONLY_PAPER: Final = "none"
OVER: Final = " over"
PAPERS: Final = " papers "
UNREADABLE: Final = "unreadable "
"""Parts of the mark of what a day was summed from."""


def sum_up(hub: Path, reports: Path, tell: Callable[[Progress], None] = lambda _: None) -> Summed:
    """Sum every day that is not summed, or whose records have become more since.

    Args:
        hub: the hub's database.
        reports: ``reports.db``.
        tell: is told after each day.

    Raises:
        StorageFault: if a file cannot be read or written.
    """
    try:
        return _sum_up(hub, reports, tell)
    except BadSums:
        discard(reports)
        return _sum_up(hub, reports, tell)


def _sum_up(hub: Path, reports: Path, tell: Callable[[Progress], None]) -> Summed:
    with contextlib.closing(DayReader(hub)) as log, contextlib.closing(SumsFile(reports)) as file:
        _follow(log, file)
        done = file.marks()
        # What was summed when another day had begun was a day: nobody can take it back then.
        days = log.days(lambda day, opening: done.get(day, "").startswith(f"{opening.first}-{opening.last}{OVER}"))
        newest = max((openings[-1].last for openings in days.values()), default=0)
        # Of the day that was opened last: one that was opened by mistake may lie far ahead.
        lately = _lately(next((day for day, openings in days.items() if openings[-1].last == newest), ""))
        # To look for sheets of long ago takes a while; it is due when those days are summed for the first time.
        anew = not done or any(day < lately and day not in done for day in days)
        papers = log.paper_days("" if anew else lately)
        gone = done.keys() - days.keys() - papers.keys()
        file.forget(day for day in gone if day >= lately or not done[day].startswith(ONLY_PAPER))
        wanted = {}
        for day in days.keys() | papers.keys():
            openings = days.setdefault(day, [])
            mark = _mark(openings, papers.get(day, 0), over=not openings or openings[-1].last != newest)
            summed = done.get(day, "")
            # Sheets are entered within a month: of days before, only what they were summed from is compared.
            if summed != mark if day >= lately else not summed.startswith(mark.partition(PAPERS)[0] + PAPERS):
                wanted[day] = mark
        unreadable = []
        for at, (day, mark) in enumerate(sorted(wanted.items()), 1):
            try:
                summary, sums = sum_day(log, day, days[day], over=OVER in mark)
            except (BrokenChain, Damaged):
                unreadable.append(day)
                summary, sums, mark = _unreadable(day, days[day]), {}, f"{UNREADABLE}{mark}"  # noqa: PLW2901  # tried again
            if done.get(day) != mark:
                file.write(summary, sums, mark)
            tell(Progress(at, len(wanted), day))
    return Summed(len(wanted), unreadable)


def _follow(log: DayReader, file: SumsFile) -> None:
    """Let nothing stay of a log that is no more: a backup was restored, or the hub began anew."""
    newest, known = log.last(), file.log_end()
    if newest is None or known == (newest[0], newest[9]):
        return
    then = log.record(known[0]) if known else None
    file.note_log(newest[0], newest[9], another=known is not None and (then is None or then[9] != known[1]))


def sum_day(log: DayReader, date: str, openings: list[Opening], *, over: bool) -> tuple[Summary, Sums]:
    """Sum one business day.

    Args:
        log: to read it from.
        date: YYYY-MM-DD.
        openings: of it, none if it was on paper alone; only the last one may have citizens who are still there.
        over: whether another day has begun since.

    Raises:
        BrokenChain: if a record of it cannot be read, or says what cannot have happened.
        Damaged: if a page of the file cannot be read.
    """
    whole: Summary | None = None
    sums: Sums = {}
    papers = log.papers(date)
    for opening in openings:
        fold = DayFold(log.defined_before(opening.first - 1))
        last_hash = b""
        try:
            for record, digest in log.of(opening):
                fold.take(record)
                last_hash = digest
            fold.finish(over=over or opening is not openings[-1])
        except (LookupError, ValueError, TypeError, AttributeError, ArithmeticError) as error:
            raise BrokenChain(f"the records of {date} do not fit each other ({error!r}); restore a backup") from error
        whole = _joined(whole, _summary(date, opening, fold, last_hash))
        for key, figures in fold.sums.items():
            sums.setdefault(key, Figures()).add(figures)
    if whole is None:
        whole = _of_paper_alone(log, date, papers)
    add_papers(sums, papers, _offset(log, papers[0].arrived_at) if papers else 0, whole.promise_minutes)
    return whole, sums


def _of_paper_alone(log: DayReader, date: str, papers: list[Paper]) -> Summary:
    """Return a day on which nothing worked, so that all of it was on paper."""
    defined = log.defined_before(LAST)
    fold = DayFold(defined)
    first = min((paper.arrived_at for paper in papers), default=0)
    fold.note_office()
    special = [Special("only_paper", 0, first)]
    return Summary(date, 0, 0, first, 0, None, fold.promise_minutes, fold.services, fold.counters, "", special=special)


def _offset(log: DayReader, at: int) -> int:
    offset = datetime.fromtimestamp(at / 1000, ZoneInfo(log.zone())).utcoffset()
    return int(offset.total_seconds()) * SECOND if offset else 0


def _lately(newest: str) -> str:
    """Return the first business day to which a sheet may still be added."""
    return (date_of.fromisoformat(newest) - timedelta(days=PAPER_DAYS)).isoformat() if newest else ""


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
    first, last = (openings[0].first, openings[-1].last) if openings else (0, 0)
    special = [Special("unreadable", first)]
    return Summary(date, first, last, 0, 0, None, 0, {}, {}, "", special=special)


def _mark(openings: list[Opening], papers: int, *, over: bool) -> str:
    """Return what a day was summed from; it is summed again when that has changed."""
    opened = " ".join(f"{opening.first}-{opening.last}" for opening in openings) or ONLY_PAPER
    return f"{opened}{OVER if over else ' open'}{PAPERS}{papers}"


def main(hub: Path, reports: Path) -> int:
    """Sum what is missing; return the exit code."""
    return job.run(lambda: _work(hub, reports))


def _work(hub: Path, reports: Path) -> None:
    try:
        job.say(sum_up(hub, reports, job.say))
    except StorageFault as error:
        job.say(Failed(str(error)))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
