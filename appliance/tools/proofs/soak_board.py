"""``./dev soak board``: thousands of calls over the real display in accelerated time; its memory must not grow.

The display is a process of its own on a real broker, and we are the hub. Calls come in rounds, one to each counter,
with recalls, calls that are taken back, notices, pages and lulls in which pictures return. After each round the glass
must show every counter's number, and from time to time we look how much memory the process holds.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import tempfile
import time
from collections import deque
from pathlib import Path
from typing import Final

import msgspec
from PIL import Image

from appliance.node.polling import until
from appliance.tools.office.finger import Finger
from appliance.tools.office.processes import resident_mb
from appliance.tools.office.rig import Rig
from appliance.tools.office.sample_office import OfficeTime, SampleOffice
from appliance.tools.office.stand_in_hub import NINE_41, StandInHub
from appliance.units import MINUTE
from appliance.wire import messages as m

RATE: Final = 200.0
"""Office seconds in a real one: a call's moment is over in a hundredth of a second."""
COUNTERS: Final = 6
RECALLED: Final = 5
TAKEN_BACK: Final = 7
"""Each so many-th call is called again, or taken back."""
NOTICES_EVERY: Final = 10
LULL_EVERY: Final = 200
"""Rounds between two changes of what staff write, and between two lulls."""
AFTER_S: Final = 400
"""Office seconds without a call until pictures come: two real ones, in which we surely look at the glass."""
SAMPLES: Final = 40
"""So often the memory is looked at."""
GROWTH_MB: Final = 2.0
"""More than that, from the second quarter of the run to the last, is a leak."""
PATIENCE_SECONDS: Final = 20.0
SCREEN: Final = {"fullscreen": False, "width": 1280, "height": 720}


class Result(msgspec.Struct):
    """What was counted. ``lost``: rounds after which the glass was not right."""

    calls: int = 0
    rounds: int = 0
    lost: int = 0
    lulls: int = 0
    seconds: float = 0.0
    memory_mb: list[float] = []

    @property
    def growth_mb(self) -> float:
        """Return how much more memory the last quarter needed than the second one, at the median.

        The first quarter is left out: fonts, glyphs and caches are being filled.
        """
        quarter = len(self.memory_mb) // 4
        return statistics.median(self.memory_mb[-quarter:]) - statistics.median(self.memory_mb[quarter : 2 * quarter])

    @property
    def passed(self) -> bool:
        """Whether the glass was right after every round, and the memory stayed."""
        return self.rounds > 0 and not self.lost and self.growth_mb <= GROWTH_MB


def main(arguments: list[str]) -> int:
    """Run, print what was counted; return 0 if all is as it should be."""
    parser = argparse.ArgumentParser(prog="dev soak board", description="Calls over the real board; its memory.")
    parser.add_argument("--calls", type=int, default=20_000)
    options = parser.parse_args(arguments)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory(prefix="giliran-soak-") as folder:
        result = Soak(Path(folder), options.calls).run()
    figures = {**msgspec.to_builtins(result), "memory_mb": [round(mb, 1) for mb in result.memory_mb[:: SAMPLES // 8]]}
    print(json.dumps({**figures, "growth_mb": round(result.growth_mb, 2), "passed": result.passed}, indent=2))
    return 0 if result.passed else 1


class Soak:
    """One run.

    Args:
        folder: for the broker, the display and the pictures.
        calls: how many, or a few more: rounds are whole.
    """

    def __init__(self, folder: Path, calls: int) -> None:
        self._folder = folder
        self._rounds = max(SAMPLES, -(-calls // COUNTERS))
        self._seq = 0
        self._latest: deque[m.Call] = deque(maxlen=m.LAST_CALLS)
        self._at: dict[int, m.Call] = {}
        self.result = Result()

    def run(self) -> Result:
        """Make all calls, and look at the glass and at the memory."""
        pictures = self._folder / "pictures"
        pictures.mkdir()
        for name, colour in (("a", "#336699"), ("b", "#993333")):
            Image.new("RGB", (1600, 900), colour).save(pictures / f"{name}.png")
        with Rig(self._folder / "office", SampleOffice.nodes(1)) as rig:
            hub = StandInHub(rig.password("hub-1"), rig.broker_settings(), RATE)
            hub.start()
            office = SampleOffice(rig, 1, OfficeTime(NINE_41, RATE, 0))
            media = {"folder": str(pictures), "usb": "", "seconds": 3, "after_s": AFTER_S}
            display = office.display({"voice": "none", "player": "none"}, screen=SCREEN, media=media)
            try:
                with Finger(office.finger_socket("display-1")) as eye:
                    hub.say(self._board())
                    eye.wait_screen("welcome", "media")
                    self._soak(hub, eye, display.pid)
            finally:
                hub.stop()
        return self.result

    def _soak(self, hub: StandInHub, eye: Finger, display: int) -> None:
        begun = time.monotonic()
        for number in range(1, self._rounds + 1):
            expected = self._round(hub, number)
            self.result.rounds = number
            self.result.lost += not until(lambda: self._is_right(eye, expected), PATIENCE_SECONDS)  # noqa: B023
            if number % LULL_EVERY == 0:
                eye.wait_screen("media", deadline=PATIENCE_SECONDS)
                self.result.lulls += 1
            if number >= (len(self.result.memory_mb) + 1) * self._rounds / SAMPLES:
                self.result.memory_mb.append(resident_mb(display))
        self.result.seconds = time.monotonic() - begun

    def _round(self, hub: StandInHub, number: int) -> set[str]:
        """Call one citizen to each counter; return the numbers that must be on the glass then."""
        hub.at = NINE_41 + number * MINUTE
        hub.clock()
        if number % NOTICES_EVERY == 0:
            hub.say(self._notices(number))
        for counter in range(1, COUNTERS + 1):
            self._call(hub, counter)
            if self.result.calls % RECALLED == 0:
                self._call(hub, counter, again=True)
            if self.result.calls % TAKEN_BACK == 0:
                self._take_back(hub, counter)
                self._call(hub, counter)
        hub.say(self._waiting())
        return {call.number for call in self._at.values()}

    def _is_right(self, eye: Finger, expected: set[str]) -> bool:
        """Tell whether the counters' numbers are on the glass, the latest of them in the large area."""
        items = [item for item in eye.items() if item.get("text")]
        large = {item["text"] for item in items if item["name"] == "number"}
        return large == {self._latest[0].number} and expected <= {item["text"] for item in items}

    def _call(self, hub: StandInHub, counter: int, *, again: bool = False) -> None:
        self._seq += 1
        self.result.calls += not again
        number = self._at[counter].number if again else _number(self.result.calls)
        names = {"id": f"Loket {counter}"}
        call = m.Call(1, self._seq, hub.at or 0, number, str(counter), names, "a", {"id": "Pendaftaran"}, again)
        if again:
            self._forget(self._at[counter])
        self._at[counter] = call
        self._latest.appendleft(call)
        hub.say(self._board())
        hub.say(call)

    def _take_back(self, hub: StandInHub, counter: int) -> None:
        self._seq += 1
        self._forget(self._at.pop(counter))
        hub.say(self._board())

    def _forget(self, call: m.Call) -> None:
        self._latest.remove(call)

    def _board(self) -> m.Board:
        counters = [self._counter(n) for n in range(1, COUNTERS + 1)]
        services = [m.ServiceState("a", "A", {"id": "Pendaftaran"}, self._seq % 40, low=5, high=5 + self._seq % 20)]
        office = m.Office({"id": "Kantor Contoh"}, "open")
        return m.Board(1, self._seq, "2026-04-06", office, list(self._latest), counters, services)

    def _counter(self, n: int) -> m.CounterState:
        call, names = self._at.get(n), {"id": f"Loket {n}"}
        if call is None:
            return m.CounterState(1, self._seq, str(n), names, "free")
        return m.CounterState(1, self._seq, str(n), names, "called", call.number)

    def _waiting(self) -> m.Waiting:
        turns = [m.Turn(_number(self.result.calls + place), place) for place in range(1, 4)]
        return m.Waiting(1, self._seq, "2026-04-06", 0, {"a": turns})

    def _notices(self, number: int) -> m.Notices:
        page = m.Announcement({"id": f"Pengumuman {number}"}, {"id": "Buka setiap Sabtu pukul 08.00."})
        return m.Notices(1, [{"id": f"Siapkan KTP asli. ({number})"}], [page])


def _number(count: int) -> str:
    letter, rest = divmod(count - 1, 999)
    return f"{chr(ord('A') + letter % 26)}{rest + 1:03d}"
