"""What a replayed morning came to: counted at the far ends, not by the nodes that did the work."""

from __future__ import annotations

import csv
import json
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec

from appliance.tools.demo.morning_replay import Morning, Stay
from appliance.tools.office.figures import quantile
from appliance.tools.office.sample_office import ZONE
from appliance.wire.messages import Accepted

COLUMNS: Final = ("number", "applicant", "arrived", "printed", "called", "counter", "served")


class Latency(msgspec.Struct, frozen=True):
    """Real milliseconds."""

    p50: float
    p99: float


class Report(msgspec.Struct, frozen=True):
    """``summary.json``. Numbers and paper are counted on the printer's side, announcements as WAV files."""

    issued: int
    printed: int
    called: int
    announced: int
    served: int
    duplicate_numbers: int
    double_calls: int
    mean_wait_minutes: float
    max_wait_minutes: float
    tap_to_print_ms: Latency | None
    press_to_board_ms: Latency | None


class Trace:
    """The moments that nodes noted, in nanoseconds of the machine's monotonic clock.

    Args:
        file: of lines ``nanoseconds what key``.
    """

    def __init__(self, file: Path) -> None:
        self._marks: dict[str, list[tuple[int, str]]] = {}
        for line in file.read_text(encoding="ascii").splitlines():
            moment, what, key = line.split(" ")
            self._marks.setdefault(what, []).append((int(moment), key))

    def first(self, what: str) -> dict[str, int]:
        """Return, for each key, when ``what`` first happened to it."""
        moments: dict[str, int] = {}
        for moment, key in sorted(self._marks.get(what, [])):
            moments.setdefault(key, moment)
        return moments

    def until_seq(self, what: str, seq: int, since: int) -> int | None:
        """Return when ``what`` first happened, after ``since``, to event ``seq`` or a later one."""
        marks = self._marks.get(what, [])
        return min((moment for moment, key in marks if int(key) >= seq and moment >= since), default=None)


def summarise(morning: Morning, calls: Path, trace_file: Path) -> Report:
    """Count what came out.

    Args:
        morning: played to its end.
        calls: the folder with one WAV file an announcement.
        trace_file: the moments that the nodes noted.
    """
    visits = morning.visits
    numbers = [visit.number for visit in visits if visit.number]
    called = [call.number for call in morning.observer.calls if not call.recall]
    waits = [(v.called_at - v.arrived_at) / 60_000 for v in visits if v.called_at is not None]
    trace = Trace(trace_file)
    return Report(
        issued=len({ticket.number for ticket in morning.observer.issued()}),
        printed=len(morning.printer.tickets()),
        called=len(set(called)),
        announced=len(list(calls.glob("*.wav"))),
        served=sum(visit.served_at is not None for visit in visits),
        duplicate_numbers=len(numbers) - len(set(numbers)),
        double_calls=len(called) - len(set(called)),
        mean_wait_minutes=round(sum(waits) / len(waits), 2) if waits else 0.0,
        max_wait_minutes=round(max(waits, default=0.0), 2),
        tap_to_print_ms=_latency(tap_to_print(morning, trace)),
        press_to_board_ms=_latency(press_to_board(morning.observer.replies, trace)),
    )


def tap_to_print(morning: Morning, trace: Trace) -> list[float]:
    """Return, for each ticket, real milliseconds from the tap to the last byte at the printer."""
    taps = trace.first("take")
    paper = {visit.number: morning.printer.last_byte_ns(place) for place, visit in enumerate(morning.visits)}
    return [
        (paper[reply.number] - taps[reply.id]) / 1e6
        for reply in morning.observer.replies
        if isinstance(reply, Accepted) and reply.id in taps and reply.number in paper
    ]


def press_to_board(replies: list[Any], trace: Trace) -> list[float]:
    """Return, for each press that was carried out, real milliseconds from the firm press to the board's model."""
    presses = trace.first("press")
    spans = []
    for reply in replies:
        if isinstance(reply, Accepted) and reply.id in presses:
            shown = trace.until_seq("board", reply.seq, presses[reply.id])
            if shown is not None:
                spans.append((shown - presses[reply.id]) / 1e6)
    return spans


def write(report: Report, morning: Morning, out: Path) -> None:
    """Write ``summary.json`` and ``timeline.csv``."""
    summary = json.dumps(msgspec.to_builtins(report), indent=2)
    (out / "summary.json").write_text(f"{summary}\n", encoding="utf-8")
    with (out / "timeline.csv").open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(COLUMNS)
        for visit in morning.visits:
            rows.writerow(_row(visit))


def verdict(report: Report, applicants: int, out: Path) -> int:
    """Tell how it went; return 0 if everybody was served once and in full."""
    print((out / "summary.json").read_text(encoding="utf-8"))
    counts = (report.issued, report.printed, report.called, report.announced, report.served)
    whole = set(counts) == {applicants} and report.duplicate_numbers == report.double_calls == 0
    print("Everybody was served once." if whole else f"Not everybody was served once: {applicants} came.")
    print(f"Look at {out}: tickets, calls, pictures, timeline.csv, summary.json.")
    return 0 if whole else 1


def _latency(spans: list[float]) -> Latency | None:
    return Latency(round(quantile(spans, 0.5), 2), round(quantile(spans, 0.99), 2)) if spans else None


def _row(visit: Stay) -> list[str]:
    return [
        visit.number,
        visit.applicant.name,
        _clock(visit.arrived_at),
        _clock(visit.printed_at),
        _clock(visit.called_at),
        visit.counter,
        _clock(visit.served_at),
    ]


def _clock(moment_ms: int | None) -> str:
    if moment_ms is None:
        return ""
    return datetime.fromtimestamp(moment_ms / 1000, ZoneInfo(ZONE)).strftime("%H:%M:%S")
