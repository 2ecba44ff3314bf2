"""The Player port and its drivers: ALSA, a folder that keeps every announcement, or nothing fitted.

A player is used by one thread, blocks while the sound lasts, and never much longer.
"""

from __future__ import annotations

import logging
import sys
import threading
import time
from array import array
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final, NamedTuple, Protocol

from appliance.speech import waveform
from appliance.speech.errors import PlayerFault, PlayerMissing, SpeechError
from appliance.speech.settings import SpeechSettings
from appliance.speech.sound_card import BUFFER_US, LAG_S, SoundLine
from appliance.wire.messages import Part

log = logging.getLogger(__name__)

GRACE_S: Final = 5.0
"""Real seconds in which a device must take something, or end what it has; else it counts as stuck."""
LOOK_S: Final = 0.02
"""How often a player looks whether it is still wanted."""


def _yes() -> bool:
    return True


class Sound(NamedTuple):
    """What is to be played. ``pieces`` may be made while the first ones are already heard."""

    pieces: Iterable[array[int]]
    name: str = ""
    """For records: ``A012-loket3``."""
    rate: float = 1.0
    """Of the office's clock; silent players wait the sound's duration divided by it."""
    wanted: Callable[[], bool] = _yes
    """Asked many times a second; playing ends when it is False."""
    started: Callable[[], None] | None = None
    """Called when the first sound that can be heard has been handed to the device."""


class Player(Protocol):
    """A way to make an announcement heard."""

    audible: bool
    """Whether it makes real sound, which cannot be hurried."""

    @property
    def awake(self) -> bool:
        """Whether the loudspeaker is known to be awake, so that no silence need be put in front."""

    def play(self, what: Sound) -> bool:
        """Play to the end, or until it is no longer wanted, or until ``stop``; tell whether it was the end.

        Raises:
            PlayerMissing: if there is nothing to play on.
            PlayerFault: if it failed or got stuck.
        """

    def check(self) -> None:
        """Find out whether it works, without being heard. Raises nothing: see ``part``."""

    def part(self) -> Part:
        """Return its health."""

    def stop(self) -> None:
        """End playing now and for good; may be called from any thread."""


class NoSpeaker:
    """Nothing fitted: an announcement takes its time, in silence, so that the board keeps the same pace."""

    audible = False
    awake = False

    def __init__(self) -> None:
        self._stopped = threading.Event()

    def play(self, what: Sound) -> bool:
        """See ``Player``."""
        samples = sum(len(piece) for piece in what.pieces)
        if what.started is not None and samples:
            what.started()
        return self._pass(samples / waveform.RATE / what.rate, what)

    def check(self) -> None:
        """There is nothing to find out."""

    def part(self) -> Part:
        """Say that no loudspeaker is fitted."""
        return Part("speaker", "missing", "not_fitted")

    def stop(self) -> None:
        """End the wait."""
        self._stopped.set()

    def _pass(self, seconds: float, what: Sound) -> bool:
        end = time.monotonic() + seconds
        while what.wanted():
            left = end - time.monotonic()
            if left <= 0:
                return True
            if self._stopped.wait(min(left, LOOK_S)):
                return False
        return False


class FolderPlayer(NoSpeaker):
    """Keeps each announcement as ``001-A012-loket3.wav`` and then waits as long as it would have sounded.

    Args:
        folder: made if absent; numbering goes on after what it holds.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder
        self._count = -1
        self._part = Part("speaker", "ok", "keeps", {"folder": str(folder)})

    def play(self, what: Sound) -> bool:
        """See ``Player``."""
        whole = array("h")
        for piece in what.pieces:
            whole += piece
        if not what.wanted():
            return False
        try:
            if waveform.is_audible(whole):
                self._keep(whole, what.name)
        except OSError as error:
            fault = PlayerFault("cannot_keep", folder=str(self._folder), error=str(error.strerror))
            self._part = Part("speaker", "fault", fault.code, fault.values)
            raise fault from error
        self._part = Part("speaker", "ok", "keeps", {"folder": str(self._folder)})
        return super().play(what._replace(pieces=[whole]))

    def part(self) -> Part:
        """Return its health."""
        return self._part

    def _keep(self, whole: array[int], name: str) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        if self._count < 0:
            numbers = [path.name.partition("-")[0] for path in self._folder.glob("*-*.wav")]
            self._count = max((int(number) for number in numbers if number.isdecimal()), default=0)
        waveform.write(self._folder / f"{self._count + 1:03d}-{name}.wav", whole)
        self._count += 1


class AlsaPlayer:
    """Plays through ``aplay`` (package alsa-utils), fed by us and watched.

    Args:
        device: an ALSA device name, as ``aplay -L`` lists them.
        keep_awake: keep the device open between sounds. Otherwise each sound opens and closes it.
        program: what plays; tests put another in its place.
        grace: real seconds in which the device must take something, or end what it has.
    """

    audible = True

    def __init__(
        self, device: str, *, keep_awake: bool = False, program: str = "aplay", grace: float = GRACE_S
    ) -> None:
        order = "LE" if sys.byteorder == "little" else "BE"
        form = ["-t", "raw", "-f", f"S16_{order}", "-r", str(waveform.RATE), "-c", "1"]
        buffer = [f"--buffer-time={BUFFER_US}", f"--period-time={BUFFER_US // 4}"]
        self._command = [program, "-q", "-D", device, *form, *buffer]
        self._device = device
        self._keep_awake = keep_awake
        self._grace = grace
        self._line: SoundLine | None = None
        self._stopped = threading.Event()
        self._worked = False
        self._part = Part("speaker", "unknown", "not_tried_yet")

    @property
    def awake(self) -> bool:
        """See ``Player``."""
        line = self._line
        return line is not None and line.awake

    def play(self, what: Sound) -> bool:
        """See ``Player``. Real sound is never hurried: ``rate`` is not looked at."""
        if self._stopped.is_set():
            return False
        try:
            return self._play(what)
        except SpeechError as error:
            self._note(error)
            self._drop()
            raise

    def check(self) -> None:
        """Open the device, or play a moment of silence: only the device itself knows whether it works."""
        if self._stopped.is_set():
            return
        try:
            if self._keep_awake:
                self._opened()
            else:
                self._play(Sound([waveform.silence(50)]))
        except SpeechError as error:
            self._note(error)
            self._drop()

    def part(self) -> Part:
        """Return its health."""
        line = self._line
        if line is not None and line.fault is not None:
            self._note(line.fault)
        return self._part

    def stop(self) -> None:
        """End playing."""
        self._stopped.set()
        line = self._line
        if line is not None:
            line.close()

    def _play(self, what: Sound) -> bool:
        line = self._opened()
        started = what.started
        for piece in what.pieces:
            heard = started is not None and waveform.is_audible(piece)
            line.put(piece, started if heard else None)
            started = None if heard else started
            if not self._goes_on(line, what):
                break
        while self._goes_on(line, what) and not line.idle:
            time.sleep(LOOK_S)
        done = self._goes_on(line, what)
        if not done:
            line.clear()
        if not self._keep_awake:
            self._line = None
            line.finish(self._grace if done else 0.0)
        elif done:
            self._stopped.wait(LAG_S)
        if line.fault is not None and done and not self._stopped.is_set():
            raise line.fault
        if done and not self._keep_awake:
            self._ok()
        return done

    def _goes_on(self, line: SoundLine, what: Sound) -> bool:
        if line.fault is not None and not self._stopped.is_set():
            raise line.fault
        return what.wanted() and not self._stopped.is_set()

    def _opened(self) -> SoundLine:
        """Return a running line, a new one if need be."""
        line = self._line
        if line is not None and line.running:
            return line
        if line is not None:
            lost = line.fault
            self._drop()
            if lost is not None and self._worked:  # once, not at every attempt
                log.warning("the loudspeaker was lost (%s); opening it again", lost)
            self._worked = False
        self._line = line = SoundLine(self._command, self._device, self._grace, self._ok)
        if self._stopped.is_set():  # stopped while it started
            line.close()
        return line

    def _drop(self) -> None:
        line, self._line = self._line, None
        if line is not None:
            line.close()

    def _ok(self) -> None:
        if not self._stopped.is_set():
            self._worked = True
            self._part = Part("speaker", "ok", "plays", {"device": self._device})

    def _note(self, error: SpeechError) -> None:
        missing = isinstance(error, PlayerMissing)
        self._part = Part("speaker", "missing" if missing else "fault", error.code, error.values)


def make_player(settings: SpeechSettings, *, keep_awake: bool = False) -> Player:
    """Return the player that the settings ask for.

    Args:
        settings: which one, and its device or folder.
        keep_awake: for a box that announces all day; a single sound opens and closes the device.
    """
    if settings.player == "alsa":
        return AlsaPlayer(settings.device, keep_awake=keep_awake and settings.keep_awake)
    if settings.player == "folder":
        return FolderPlayer(Path(settings.folder or "announcements"))
    return NoSpeaker()
