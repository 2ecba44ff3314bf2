"""Reports over three years and a million tickets: every page, the sums of a day, and whether the hub feels any of it.

The office's past is made up once (three minutes); its sums are made while nobody waits for them.
"""

from __future__ import annotations

import contextlib
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from appliance.people import Role
from appliance.store.reports import summing
from appliance.store.reports.day_reader import DayReader
from appliance.tools.bench import raw_limits
from appliance.tools.office import past
from appliance.tools.office.figures import quantile
from appliance.tools.office.rig import Rig
from appliance.tools.office.sample_office import DATE, SERVICES, OfficeTime, SampleOffice
from appliance.tools.office.visitor import Visitor
from appliance.web.reports.asked import link
from appliance.wire import messages as m

TICKETS: Final = 1_000_000
YEARS: Final = 3
NINE: Final = 9 * 3600
ROUNDS: Final = 5
"""The hub alone and beside reports is measured in turns; the median of the ratios counts."""
PAGES_EACH: Final = 6
FIRST: Final = m.ServiceId(str(SERVICES[0]["id"]))
Figures = dict[str, float]


def reports(directory: Path, commands: int, tickets: int = TICKETS) -> Figures:
    """Measure everything.

    Args:
        directory: for the files.
        commands: durable ones, of each turn.
        tickets: of the past, over three years.
    """
    a_day = -(-tickets // (YEARS * 365))
    with _tickets_a_day(a_day), Rig(directory, [*SampleOffice.nodes(1), "kiosk-2"]) as rig:
        office = SampleOffice(rig, 4, OfficeTime.starting(NINE, 1.0), seconds_between_calls=0)
        office.database.parent.mkdir(parents=True, exist_ok=True)
        past.make(office.database, tickets)
        file = rig.directory / "web-1" / "reports.db"
        began = time.monotonic()
        summed = summing.sum_up(office.database, file)
        figures: Figures = {"report_sum_all_seconds": time.monotonic() - began, "report_days": float(summed.days)}
        figures |= _days(office.database)
        office.hub()
        office.web(demonstration=True)
        address = office.pages_at()
        _ready(rig)
        figures |= _pages(address)
        figures |= _hub(rig, address, office.database, file, commands)
    return figures


@contextmanager
def _tickets_a_day(count: int) -> Iterator[None]:
    usual = past.TICKETS_A_DAY
    past.TICKETS_A_DAY = count  # type: ignore[misc]  # as the tests do: a day of a middling office
    try:
        yield
    finally:
        past.TICKETS_A_DAY = usual  # type: ignore[misc]  # as above


def _ready(rig: Rig) -> None:
    kiosk = rig.asker("kiosk-2")
    try:
        if not kiosk.wait_for_hub(60):
            raise RuntimeError("the hub did not come up")
    finally:
        kiosk.close()


def _days(database: Path) -> Figures:
    """Measure how long a single day's sums take."""
    spans = []
    with contextlib.closing(DayReader(database)) as log:
        days = log.days()
        for day in list(days)[-5:]:
            began = time.monotonic()
            summing.sum_day(log, day, days[day], over=True)
            spans.append((time.monotonic() - began) * 1000)
    return {"report_sum_day_ms": statistics.median(spans)}


def paths() -> list[str]:
    """Return every page of reports, of spans from a day to all years."""
    last = date.fromisoformat(DATE) - timedelta(days=1)
    week, year = last.isocalendar(), last.year
    spans = (
        last.isoformat(),
        f"{week.year}-W{week.week:02}",
        f"{last:%Y-%m}",
        str(year - 1),
        f"{last - timedelta(days=YEARS * 365 - 1)}..{last}",
    )
    found = ["/reports", f"/reports/tickets?span={spans[0]}", f"/reports/tickets?span={spans[3]}", "/reports/mine"]
    for span in spans:
        found += [f"/reports?span={span}&by={by}" for by in ("service", "counter", "officer", "hour", "weekday")]
        found += [f"/reports.csv?span={span}&by=service", f"/reports.json?span={span}&by=counter"]
    return [*found, link("/reports/definitions")]


def _pages(address: str) -> Figures:
    head = _head(address)
    spans = [_took(head, path) for _ in range(PAGES_EACH) for path in paths()]
    return {"report_ms_p50": quantile(spans, 0.5), "report_ms_p95": quantile(spans, 0.95)}


def _took(head: Visitor, path: str) -> float:
    began = time.monotonic()
    answer = head.get(path)
    if answer.status != 200:
        raise RuntimeError(f"{path}: {answer.status}")
    return (time.monotonic() - began) * 1000


def _hub(rig: Rig, address: str, database: Path, file: Path, commands: int) -> Figures:
    """Measure durable commands alone, and while somebody reads reports without a pause and all is summed anew."""
    ratios: list[float] = []
    alone: list[float] = []
    beside: list[float] = []
    pages: list[float] = []

    def press() -> float:
        run = raw_limits.load(rig, ["kiosk-2"], 1, commands, lambda _: m.Issue(FIRST))
        if run.refused:
            raise RuntimeError(f"{run.refused} commands were refused")
        return run.p50_ms

    press()
    for _ in range(ROUNDS):
        alone.append(press())
        with _reading(address, pages), _summing(database, file.with_name("again.db")):
            beside.append(press())
        ratios.append(beside[-1] / alone[-1])
    return {
        "report_hub_alone_ms_p50": statistics.median(alone),
        "report_hub_beside_ms_p50": statistics.median(beside),
        "report_hub_latency_ratio": statistics.median(ratios),
        "report_busy_ms_p95": quantile(pages, 0.95),
    }


@contextmanager
def _reading(address: str, spans: list[float]) -> Iterator[None]:
    """Keep somebody turning pages, half a second each: nobody reads faster."""
    ended = threading.Event()
    head = _head(address)
    wanted = paths()

    def read() -> None:
        place = 0
        while not ended.wait(0.5):
            spans.append(_took(head, wanted[place % len(wanted)]))
            place += 7

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    try:
        yield
    finally:
        ended.set()
        reader.join()


@contextmanager
def _summing(database: Path, file: Path) -> Iterator[None]:
    """Keep the job that sums up at work, as it is started by the web."""
    for end in ("", "-wal", "-shm"):
        file.with_name(file.name + end).unlink(missing_ok=True)
    program = [sys.executable, "-m", "appliance.store.reports.summing", str(database), str(file)]
    with subprocess.Popen(program, stdout=subprocess.DEVNULL) as process:
        try:
            yield
        finally:
            process.terminate()


def _head(address: str) -> Visitor:
    head = Visitor(address)
    if head.post("/demonstrate", {"role": str(Role.HEAD)}).status != 303:
        raise RuntimeError("nobody lets the head of office in")
    return head
