"""``./dev history``: the hub with a short past and with a long one: numbers, next call, start, memory."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import sqlite3
import statistics
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Final

import msgspec

from appliance.node.asker import Asker
from appliance.tools.office import past
from appliance.tools.office.observer import Observer
from appliance.tools.office.processes import resident_mb
from appliance.tools.office.rig import Rig
from appliance.tools.office.sample_office import DATE, SERVICES, OfficeTime, SampleOffice
from appliance.wire import messages as m

SHORT: Final = 1_000
LONG: Final = 10_000_000
ROUNDS: Final = 5
CALLS: Final = 200
BYTES_A_TICKET: Final = 1_100
WAIT_SECONDS: Final = 120.0
NINE: Final = 9 * 3600
KIOSK: Final = "kiosk-1"
KEYPAD: Final = "keypad-1"


class Figures(msgspec.Struct, frozen=True):
    """One hub, measured once. Milliseconds, except ``memory_mb``: what was resident after the calls."""

    start_ms: float
    issue_ms_p50: float
    call_ms_p50: float
    memory_mb: float


def timed(asker: Asker, body: m.AnyBody) -> tuple[float, str | None]:
    """Return the milliseconds until the hub's answer, and the number of the ticket that it is about.

    Raises:
        RuntimeError: if it refuses or is silent.
    """
    began = time.perf_counter_ns()
    reply = asker.ask(body, seconds=WAIT_SECONDS)
    if reply is None or isinstance(reply, m.Refused):
        raise RuntimeError(f"{asker.link.node}: the hub answered {reply}")
    return (time.perf_counter_ns() - began) / 1e6, reply.number


class Comparison(Rig):
    """An office whose hub is started now on one database, now on another."""

    def __init__(self, directory: Path) -> None:
        super().__init__(directory, SampleOffice.nodes(past.COUNTERS))

    def measure(self, databases: dict[str, Path], rounds: int) -> dict[str, list[Figures]]:
        """Measure each database in turns, so that a machine that slows down slows all of them."""
        found: dict[str, list[Figures]] = {name: [] for name in databases}
        with Observer(self) as observer:
            kiosk, keypad = self.asker(KIOSK), self.asker(KEYPAD)
            for number in range(rounds):
                for name, file in databases.items():
                    found[name].append(self._once(file, number, observer, kiosk, keypad))
            kiosk.close()
            keypad.close()
        return found

    def _once(self, file: Path, number: int, observer: Observer, kiosk: Asker, keypad: Asker) -> Figures:
        office = SampleOffice(self, past.COUNTERS, OfficeTime.starting(NINE + number * 86_400, 1.0))
        tables = {
            "hub": {"database": str(file)},
            "office": msgspec.to_builtins(past.definition()),
            "clock": office.time.table(),
        }
        given = _given(file, (date.fromisoformat(DATE) + timedelta(days=number)).isoformat())
        observer.presence.pop("hub-1", None)
        boot = kiosk.clock.seen().boot
        began = time.perf_counter_ns()
        hub = self.spawn("hub", self.write_config("hub-1", tables))
        came = observer.wait(lambda: observer.online("hub-1"), WAIT_SECONDS)
        started = (time.perf_counter_ns() - began) / 1e6
        if not came or not all(asker.wait_for_hub(WAIT_SECONDS, after=boot) for asker in (kiosk, keypad)):
            raise RuntimeError(f"the hub did not come up: {hub.output()[-500:]}")
        issues = [timed(kiosk, m.Issue(m.ServiceId(str(SERVICES[0]["id"])))) for _ in range(CALLS)]
        numbers = [number for _, number in issues]
        if numbers != [f"{SERVICES[0]['prefix']}{given + n:03d}" for n in range(1, CALLS + 1)]:
            raise RuntimeError(f"behind {given} numbers of the day these were given: {numbers}")
        calls = [timed(keypad, m.CallNext(m.CounterId("1"))) for _ in range(CALLS)]
        memory = resident_mb(hub.pid)
        hub.stop()
        issue_ms, call_ms = (statistics.median(span for span, _ in spans) for spans in (issues, calls))
        return Figures(started, issue_ms, call_ms, memory)


def main(argv: list[str]) -> int:
    """Make the pasts, measure, print; return the exit code."""
    parser = argparse.ArgumentParser(prog="dev history", description="The hub with a short past and with a long one.")
    parser.add_argument("--tickets", type=int, default=LONG, help="the long past; default: %(default)s")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="default: %(default)s; the median counts")
    parser.add_argument("--database", type=Path, help="an existing long past (it is written to); otherwise one is made")
    parser.add_argument("--json", action="store_true", help="print the figures for machines")
    options = parser.parse_args(argv)
    os.environ.setdefault("GILIRAN_LOG", "WARNING")
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as place:
        directory = Path(place)
        free = os.statvfs(directory)
        if options.database is None and free.f_bavail * free.f_frsize < 2 * options.tickets * BYTES_A_TICKET:
            parser.error(
                f"{directory}: too little room for {options.tickets} tickets; name a database or fewer tickets"
            )
        short, long = directory / "short.db", options.database or directory / "long.db"
        past.make(short, SHORT)
        if options.database is None:
            sys.stderr.write(f"making {options.tickets} past tickets …\n")
            past.make(long, options.tickets)
        with Comparison(directory / "office") as office:
            found = office.measure({"short past": short, "long past": long}, options.rounds)
    medians = {name: _median(rounds) for name, rounds in found.items()}
    print(json.dumps(medians, indent=2) if options.json else _table(medians))
    return 0


def _given(file: Path, day: str) -> int:
    """Return how many numbers of the first service were given on ``day`` already, in a run before this one."""
    with contextlib.closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        query = "SELECT count(*) FROM ticket WHERE day = ? AND service = ?"
        return int(connection.execute(query, (day, str(SERVICES[0]["id"]))).fetchone()[0])


def _median(rounds: list[Figures]) -> dict[str, float]:
    fields = Figures.__struct_fields__
    return {field: round(statistics.median(getattr(one, field) for one in rounds), 2) for field in fields}


def _table(medians: dict[str, dict[str, float]]) -> str:
    rows = [
        f"{field:<14}" + "".join(f"{figures[field]:>14.2f}" for figures in medians.values())
        for field in Figures.__struct_fields__
    ]
    return "\n".join([f"{'':<14}" + "".join(f"{name:>14}" for name in medians), *rows])
