"""``./dev soak voice``: thousands of calls through the real voice in accelerated time, with hangs and crashes planted.

A process of its own does what a display does: the announcer, pyttsx3 in its worker, and a player that keeps each
announcement as a WAV file. We hand it calls over a pipe, freeze and kill its worker while it speaks, and count from
outside: the files, what is in them, and the memory of both processes.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

import msgspec

from appliance.node.daemon import HubClock, SystemClock
from appliance.speech import waveform
from appliance.speech.announcer import Announcer
from appliance.speech.players import FolderPlayer
from appliance.speech.settings import SpeechSettings
from appliance.speech.voice import make_voice
from appliance.tools.office.processes import child_of, resident_mb
from appliance.wire.messages import Board, Call, Clock, CounterState, Office, ServiceState, Turn, Waiting
from display.announcements import Announcements

RATE: Final = 2000.0
"""Office seconds in a real one: nobody waits for an announcement to end."""
OUTSTANDING: Final = 12
COUNTERS: Final = 20
PER_LETTER: Final = 999
NEXT: Final = 3
FOREVER_S: Final = 10**9
SPEECH_SECONDS: Final = 3.0
"""Of an announcement, beside chime and silences; less would be the chime alone."""
PATIENCE_SECONDS: Final = 120.0
WORKER: Final = b"appliance.speech.worker"
SAMPLES: Final = 40
"""So often the memory is looked at."""


class Result(msgspec.Struct):
    """What was counted."""

    calls: int
    seconds: float = 0.0
    spoken_once: int = 0
    missing: int = 0
    twice: int = 0
    without_words: int = 0
    out_of_order: int = 0
    hangs: int = 0
    crashes: int = 0
    workers: int = 0
    memory_mb: list[float] = []
    worker_memory_mb: list[float] = []

    @property
    def memory_is_flat(self) -> bool:
        """Whether the second half of the run needed no more than the first, but for a tenth."""
        half = len(self.memory_mb) // 2
        return max(self.memory_mb[half:]) <= 1.1 * max(self.memory_mb[half // 2 : half])

    @property
    def passed(self) -> bool:
        """Whether every call was spoken exactly once, in words and in order, and the memory stayed."""
        wrong = self.missing + self.twice + self.without_words + self.out_of_order
        return self.spoken_once == self.calls and not wrong and self.memory_is_flat


def main(arguments: list[str]) -> int:
    """Run, print what was counted; return 0 if all is as it should be."""
    parser = argparse.ArgumentParser(
        prog="dev soak voice", description="Calls through the real voice, failures planted."
    )
    parser.add_argument("--calls", type=int, default=10_000)
    parser.add_argument("--every", type=int, default=100, help="plant a hang or a crash about so often")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.folder:  # we are the process that speaks
        return _speak(options.folder)
    with tempfile.TemporaryDirectory(prefix="giliran-soak-", dir=Path.cwd()) as folder:
        result = Soak(Path(folder), options.calls, options.every, options.seed).run()
    figures = msgspec.to_builtins(result)
    for name in ("memory_mb", "worker_memory_mb"):
        figures[name] = [round(value, 1) for value in figures[name][:: SAMPLES // 8]]
    print(json.dumps({**figures, "memory_is_flat": result.memory_is_flat, "passed": result.passed}, indent=2))
    return 0 if result.passed else 1


class Soak:
    """One run.

    Args:
        folder: for the WAV files; each is deleted when it has been counted.
        calls: how many.
        every: about so many calls between two failures.
        seed: of the moments at which they are planted.
    """

    def __init__(self, folder: Path, calls: int, every: int, seed: int) -> None:
        self._folder = folder
        self._every = every
        self._chance = random.Random(seed)
        self._seen: dict[str, int] = {}
        self._last = 0
        self._workers: set[int] = set()
        self._result = Result(calls)

    def run(self) -> Result:
        """Hand over all calls, and count until the last one has been spoken."""
        command = [sys.executable, "-m", "appliance.tools.proofs.soak_voice", "--folder", str(self._folder)]
        begun = time.monotonic()
        with subprocess.Popen(command, stdin=subprocess.PIPE) as speaker:
            try:
                self._feed(speaker)
            finally:
                speaker.kill()
        self._result.seconds = time.monotonic() - begun
        return self.counted()

    def counted(self) -> Result:
        """Return what has been counted so far."""
        result = self._result
        result.workers = len(self._workers)
        result.spoken_once = sum(1 for times in self._seen.values() if times == 1)
        result.missing = result.calls - len(self._seen)
        result.twice = sum(1 for times in self._seen.values() if times > 1)
        return result

    def _feed(self, speaker: subprocess.Popen[bytes]) -> None:
        assert speaker.stdin is not None  # noqa: S101  # for the type checker: it is a pipe
        next_failure = self._gap()
        patience = time.monotonic() + PATIENCE_SECONDS
        sent = 0
        while sum(self._seen.values()) < self._result.calls:
            counted = self._count()
            while sent < self._result.calls and sent - sum(self._seen.values()) < OUTSTANDING:
                sent += 1
                speaker.stdin.write(b"%d\n" % sent)
            speaker.stdin.flush()
            self._look(speaker.pid)
            if sent >= next_failure and self._plant(speaker.pid):
                next_failure = sent + self._gap()
            if counted:
                patience = time.monotonic() + PATIENCE_SECONDS
            elif time.monotonic() > patience or speaker.poll() is not None:
                return
            else:
                time.sleep(0.002)

    def _gap(self) -> int:
        return self._chance.randint(max(1, self._every // 2), max(2, self._every * 3 // 2))

    def _count(self) -> int:
        """Look into the files that are new, and delete them; return how many there were."""
        files = sorted(self._folder.glob("*.wav"), key=lambda file: int(file.name.partition("-")[0]))
        for file in files:
            name = file.stem.partition("-")[2]
            self._seen[name] = self._seen.get(name, 0) + 1
            place = _place(name)
            self._result.out_of_order += place < self._last
            self._last = place
            samples = waveform.trimmed(waveform.read(file))
            self._result.without_words += len(samples) - len(waveform.chime()) < SPEECH_SECONDS * waveform.RATE
            file.unlink()
        return len(files)

    def _look(self, speaker: int) -> None:
        worker = child_of(speaker, WORKER)
        if worker:
            self._workers.add(worker)
        if worker and sum(self._seen.values()) >= len(self._result.memory_mb) * self._result.calls / SAMPLES:
            self._result.memory_mb.append(resident_mb(speaker))
            self._result.worker_memory_mb.append(resident_mb(worker))

    def _plant(self, speaker: int) -> bool:
        worker = child_of(speaker, WORKER)
        if worker is None:
            return False
        hang = self._chance.random() < 1 / 2
        time.sleep(self._chance.random() / 50)  # anywhere in a sentence
        try:
            os.kill(worker, signal.SIGSTOP if hang else signal.SIGKILL)
        except ProcessLookupError:
            return False
        self._result.hangs += hang
        self._result.crashes += not hang
        return True


def _speak(folder: Path) -> int:
    """Do what a display does, for the calls whose places come in on standard input."""
    settings = SpeechSettings(player="folder", folder=str(folder), deadline_s=1.0, lead_in_ms=0)
    clock = HubClock(SystemClock())
    clock.observe(Clock(1, "soak", 0, 0, RATE, "Asia/Jakarta"))
    order = Announcements(FOREVER_S, hurries=False)
    announcer = Announcer(order, make_voice(settings), FolderPlayer(folder), settings, clock)
    announcer.start()
    announcer.submit(_board())
    for line in sys.stdin:
        place = int(line)
        turns = [Turn(_number(next_one), each) for each, next_one in enumerate(range(place + 1, place + 1 + NEXT), 1)]
        announcer.expect(Waiting(1, place, "soak", 0, {"a": turns}))
        announcer.submit(_call(place))
    return 0


def _number(place: int) -> str:
    letter, count = divmod(place - 1, PER_LETTER)
    return f"{chr(ord('A') + letter % 26)}{chr(ord('A') + letter // 26)}{count + 1:03d}"


def _place(name: str) -> int:
    number = name.partition("-")[0]
    letter = ord(number[0]) - ord("A") + 26 * (ord(number[1]) - ord("A"))
    return letter * PER_LETTER + int(number[2:])


def _call(place: int) -> Call:
    counter = place % COUNTERS + 1
    names = {"id": f"Loket {counter}"}
    return Call(1, place, 0, _number(place), str(counter), names, "a", {"id": "Pendaftaran"})


def _board() -> Board:
    counters = [CounterState(1, 0, str(n), {"id": f"Loket {n}"}, "free") for n in range(1, COUNTERS + 1)]
    service = ServiceState("a", "A", {"id": "Pendaftaran"}, NEXT)
    return Board(1, 0, "soak", Office({"id": "Kantor"}, "open"), [], counters, [service])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
