"""``./dev crash N``: the real hub under load, killed N times at random moments, then checked from outside."""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

import msgspec

from appliance.tools.office.observer import Observer
from appliance.tools.office.rig import Process, Rig
from appliance.tools.office.sample_office import OfficeTime, SampleOffice, instant, office
from appliance.tools.proofs import crash_checks
from appliance.tools.proofs.crash_crowd import COUNTERS, Client, Tally
from appliance.tools.proofs.planted_hub import MISTAKES
from appliance.units import DAY

KIOSKS: Final = [f"kiosk-{n}" for n in range(1, 6)]
DESK: Final = "web-1"
KILLS_A_DAY: Final = 25
"""Then the hub finds itself on the next morning, so that its own night work is killed as well."""
AT_START: Final = 0.15
"""The share of kills that fall into the hub's start."""
START_SECONDS: Final = 0.3
WAIT_SECONDS: Final = 20.0
NINE: Final = 9 * 3600


class Verdict(msgspec.Struct, frozen=True):
    """What a trial came to. ``faults`` is empty if the hub kept its word."""

    kills: int
    seconds: float
    days: int
    accepted: int
    repeated: int
    asked_again: int
    calls: int
    events: dict[str, int]
    """How often each kind of event is in the log."""
    faults: list[str]


class TrialError(Exception):
    """The trial itself could not go on; the sentence says why, with the end of the hub's log."""


class Trial(Rig):
    """A broker, a hub that is killed, a crowd and a stranger who watches.

    Args:
        directory: for everything that is written.
        seed: of the moments of the kills and of everybody's wishes.
        mistake: one of ``planted_hub.MISTAKES``, or empty for the hub as it is.
    """

    def __init__(self, directory: Path, seed: int, mistake: str = "") -> None:
        super().__init__(directory, [*SampleOffice.nodes(len(COUNTERS)), *KIOSKS[1:], DESK])
        self.tally = Tally()
        self._seed = seed
        self._chance = random.Random(seed)
        self._mistake = mistake
        self._file = self.directory / "hub-1" / "giliran.db"
        self._clock = OfficeTime.starting(NINE, 1.0)

    def run(self, kills: int) -> Verdict:
        """Kill the hub so often, then let everybody finish, and check.

        Raises:
            TrialError: if a hub does not come up or does not serve.
        """
        began = time.monotonic()
        keypads = [f"keypad-{counter}" for counter in COUNTERS]
        crowd = [Client(self, node, self.tally, self._seed) for node in [*KIOSKS, *keypads, DESK]]
        with Observer(self) as observer:
            for client in crowd:
                client.start()
            try:
                for number in range(kills):
                    self._kill_one(number)
                seconds = time.monotonic() - began
                self._finish(kills, crowd, observer)
            finally:
                for client in crowd:
                    client.abandon()
        faults = crash_checks.faults(self._file, self.directory, observer.replies, observer.calls, self.tally.changed)
        tally, days = self.tally, -(-kills // KILLS_A_DAY)
        heard = len({call.seq for call in observer.calls})
        events = crash_checks.kinds(self._file)
        return Verdict(kills, seconds, days, tally.accepted, tally.repeated, tally.asked_again, heard, events, faults)

    def _kill_one(self, number: int) -> None:
        hub = self._hub(number)
        if self._chance.random() < AT_START:
            time.sleep(self._chance.random() * START_SECONDS)
        else:
            self._until_served(hub, self._chance.randrange(1, 80))
            time.sleep(self._chance.random() * 0.005)
        if not hub.running():
            raise TrialError(f"the hub ended by itself: {hub.output()[-800:]}")
        hub.kill()

    def _finish(self, kills: int, crowd: list[Client], observer: Observer) -> None:
        hub = self._hub(max(kills - 1, 0))
        self._until_served(hub, 1)
        for client in crowd:
            client.leave.set()
        for client in crowd:
            client.join(WAIT_SECONDS)
            if client.is_alive():
                raise TrialError(f"{client.name} has no answer: {hub.output()[-800:]}")
        committed = crash_checks.committed_calls(self._file)
        # What stays unheard is found by the checks; here the hub only gets its time.
        observer.wait(lambda: committed <= {call.seq for call in observer.calls}, 2.0)
        if code := hub.stop():
            raise TrialError(f"the hub ended with {code}: {hub.output()[-800:]}")

    def _until_served(self, hub: Process, requests: int) -> None:
        enough = self.tally.accepted + requests
        deadline = time.monotonic() + WAIT_SECONDS
        while self.tally.accepted < enough:
            if not hub.running() or time.monotonic() > deadline:
                raise TrialError(f"the hub does not serve: {hub.output()[-800:]}")
            time.sleep(0.002)

    def _hub(self, number: int) -> Process:
        if number % KILLS_A_DAY == 0:
            start = instant(NINE) + number // KILLS_A_DAY * DAY
            self._clock = msgspec.structs.replace(OfficeTime.starting(NINE, 1.0), start_ms=start)
        tables = {
            "hub": {"database": str(self._file)},
            "office": office(len(COUNTERS), seconds_between_calls=0, no_show_min_seconds=0),
            "clock": self._clock.table(),
        }
        config = self.write_config("hub-1", tables)
        if not self._mistake:
            return self.spawn("hub", config)
        command = [sys.executable, "-m", "appliance.tools.proofs.planted_hub", self._mistake, "--config", str(config)]
        process = self._processes["hub-1"] = self._start("hub-1", command, None)
        return process


def main(argv: list[str]) -> int:
    """Run a trial and print what it came to; return the exit code."""
    parser = argparse.ArgumentParser(prog="dev crash", description="Kill the hub under load, then check everything.")
    parser.add_argument("kills", type=int, nargs="?", default=20, help="how often; default: 20")
    parser.add_argument("--seed", type=int, default=1, help="of the random moments; default: 1")
    parser.add_argument("--plant", choices=sorted(MISTAKES), default="", help="run a hub with this mistake in it")
    options = parser.parse_args(argv)
    os.environ.setdefault("GILIRAN_LOG", "WARNING")
    with (
        tempfile.TemporaryDirectory(dir=Path.cwd()) as directory,
        Trial(Path(directory), options.seed, options.plant) as trial,
    ):
        outcome = trial.run(options.kills)
    print(report(outcome))
    return 1 if outcome.faults else 0


def report(outcome: Verdict) -> str:
    """Return an outcome in words."""
    lines = [
        f"{outcome.kills} kills in {outcome.seconds:.0f} s, {outcome.kills / outcome.seconds:.1f} a second.",
        f"{outcome.days} business day(s), {outcome.accepted} requests acknowledged, {outcome.calls} calls heard.",
        f"{outcome.repeated} repeats of unanswered requests, {outcome.asked_again} answered ones asked again.",
        "In the log: " + ", ".join(f"{count} {kind}" for kind, count in outcome.events.items()) + ".",
        *(f"FAULT  {fault}" for fault in outcome.faults),
        "The hub did not keep its word."
        if outcome.faults
        else "Nothing acknowledged was lost, nothing was done twice.",
    ]
    return "\n".join(lines)
