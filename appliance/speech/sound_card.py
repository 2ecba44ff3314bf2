"""A running ``aplay`` that we feed: sound when there is some, an inaudible breath when there is none.

A device that stays open has no first syllable to lose and no start to wait for. Between us and the loudspeaker lie
only one page of pipe and a short ALSA buffer, so that what is fed is heard within a quarter of a second.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import select
import subprocess
import threading
import time
from array import array
from collections import deque
from collections.abc import Callable
from typing import Final

from appliance.speech import waveform
from appliance.speech.errors import PlayerFault, PlayerMissing, SpeechError

BUFFER_US: Final = 160_000
"""ALSA's own buffer, in microseconds: short, for what lies in it delays the next call, and enough for a busy Pi."""
PIPE_BYTES: Final = 4096
CHUNK: Final = waveform.RATE // 50
"""Samples that are handed over at a time: 20 ms."""
LAG_S: Final = 0.3
"""After so many seconds, what has been fed has been heard."""
AHEAD_S: Final = 0.25
HURRY: Final = 1.02
"""We follow the device's clock. One that takes everything at once (ALSA's ``null``) is held to ours, which we let run a
little fast, so that it never holds back a real device."""
_NO_DEVICE: Final = ("no such", "cannot find card", "unknown pcm", "no soundcards")
_LAST_WORDS: Final = 500


class SoundLine:
    """One process and the thread that feeds it. It ends by itself when the process does.

    Args:
        command: what plays raw sound (mono, 16 bits, ``waveform.RATE``) from its standard input.
        device: its name, for messages.
        stall_s: real seconds in which it must take something.
        confirmed: called once, when the device has surely begun to play.

    Raises:
        PlayerMissing: if the program is not installed.
        PlayerFault: if it does not start.
    """

    def __init__(self, command: list[str], device: str, stall_s: float, confirmed: Callable[[], None]) -> None:
        self._device = device
        self._stall_s = stall_s
        self._confirmed = confirmed
        self._queue: deque[tuple[memoryview, Callable[[], None] | None]] = deque()
        self._changed = threading.Condition()
        self._ending = False
        self._complaint = ""
        self._fed = 0
        self.fault: SpeechError | None = None
        """Why it ended, if it should not have."""
        self._process = _start(command)
        self._begun = time.monotonic()
        self._thread = threading.Thread(target=self._run, name="line", daemon=True)
        self._thread.start()

    @property
    def running(self) -> bool:
        """Whether it still takes sound."""
        return self._thread.is_alive() and self.fault is None

    @property
    def awake(self) -> bool:
        """Whether the device has been open long enough for a sleeping screen to have woken."""
        return self.running and self._fed > waveform.RATE * 2

    @property
    def idle(self) -> bool:
        """Whether everything has been handed over."""
        return not self._queue

    def put(self, samples: array[int], started: Callable[[], None] | None = None) -> None:
        """Queue sound; ``started`` is called, on the line's thread, when its first samples have been handed over."""
        view = memoryview(samples)
        with self._changed:
            for at in range(0, len(view), CHUNK):
                self._queue.append((view[at : at + CHUNK], None if at else started))
            self._changed.notify()

    def clear(self) -> None:
        """Forget what is queued."""
        with self._changed:
            self._queue.clear()

    def finish(self, seconds: float) -> None:
        """Let what was handed over be played to its end, and end the process: after ``seconds`` by force."""
        self._end()
        pipe = self._process.stdin
        assert pipe is not None  # noqa: S101  # for the type checker
        pipe.close()
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.fault = self.fault or PlayerFault("not_finished", device=self._device)
        self._read_complaint()
        if self._process.returncode and self.fault is None:
            self.fault = self._lost()
        self.close()

    def close(self) -> None:
        """End the process now."""
        self._process.kill()
        self._end()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stderr):
            if pipe is not None:
                pipe.close()

    def _end(self) -> None:
        with self._changed:
            self._ending = True
            self._changed.notify()
        if threading.current_thread() is not self._thread:
            self._thread.join()

    # -- on the thread ---------------------------------------------------------------------------------------------

    def _run(self) -> None:
        waiting = True
        try:
            while not self._ending:
                self._keep_pace()
                samples, started = self._next()
                self._hand_over(samples)
                self._fed += len(samples)
                if started is not None:
                    started()
                if waiting and self._fed / waveform.RATE > AHEAD_S + 0.3:  # more than pipe and buffers hold
                    waiting = False
                    self._confirmed()
                self._read_complaint()
        except SpeechError as error:
            self.fault = error
        except (OSError, ValueError):  # a broken pipe, or one that was closed meanwhile
            if not self._ending:
                self._process.wait()
                self._read_complaint()
                self.fault = self._lost()

    def _keep_pace(self) -> None:
        ahead = self._fed / waveform.RATE - (time.monotonic() - self._begun) * HURRY
        with self._changed:
            if ahead > AHEAD_S and not self._ending and not self._queue:
                self._changed.wait(ahead - AHEAD_S)
        if ahead > AHEAD_S + CHUNK / waveform.RATE * 2:
            time.sleep(CHUNK / waveform.RATE)

    def _next(self) -> tuple[memoryview, Callable[[], None] | None]:
        with self._changed:
            return self._queue.popleft() if self._queue else (memoryview(_BREATH), None)

    def _hand_over(self, samples: memoryview) -> None:
        pipe = self._process.stdin
        assert pipe is not None  # noqa: S101  # for the type checker
        left = samples.cast("B")
        end = time.monotonic() + self._stall_s
        while left and not self._ending:
            wait = min(end - time.monotonic(), 0.2)
            if wait <= 0:
                self._process.kill()
                raise PlayerFault("takes_no_sound", device=self._device)
            if select.select([], [pipe], [], wait)[1]:
                left = left[os.write(pipe.fileno(), left) :]

    def _read_complaint(self) -> None:
        """Keep the last words; nobody else empties that pipe, and a full one would stop the player."""
        assert self._process.stderr is not None  # noqa: S101  # for the type checker
        while True:
            try:
                words = os.read(self._process.stderr.fileno(), 4096)
            except (OSError, ValueError):
                return
            if not words:
                return
            self._complaint = (self._complaint + words.decode("utf-8", "replace"))[-_LAST_WORDS:]

    def _lost(self) -> SpeechError:
        lines = self._complaint.strip().splitlines()
        if not lines:
            return PlayerFault("ended", device=self._device, exit_code=str(self._process.returncode))
        if any(sign in self._complaint.lower() for sign in _NO_DEVICE):
            return PlayerMissing("no_device", device=self._device, error=lines[-1])
        return PlayerFault("failed", device=self._device, error=lines[-1])


_BREATH: Final = waveform.breath(CHUNK)


def _start(command: list[str]) -> subprocess.Popen[bytes]:
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
            bufsize=0, env={**os.environ, "LC_ALL": "C"},
        )  # fmt: skip
    except FileNotFoundError as error:
        raise PlayerMissing("not_installed", program=command[0]) from error
    except OSError as error:
        raise PlayerFault("does_not_start", program=command[0], error=str(error.strerror)) from error
    assert process.stdin is not None  # noqa: S101  # for the type checker: all three are pipes
    assert process.stderr is not None  # noqa: S101  # as above
    with contextlib.suppress(OSError):  # a larger pipe works, too: what is fed is heard a little later
        fcntl.fcntl(process.stdin, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
    os.set_blocking(process.stdin.fileno(), False)
    os.set_blocking(process.stderr.fileno(), False)
    return process
