"""The Player port and its drivers: ALSA, a folder that keeps every announcement, or nothing fitted.

A player is used by one thread, blocks while the sound lasts, and never longer than its deadline.
"""

from __future__ import annotations

import logging
import os
import shutil
import subprocess
import tempfile
import threading
from pathlib import Path
from typing import Final, Protocol

from appliance.speech import sound
from appliance.speech.errors import PlayerFault, PlayerMissing, SpeechError
from appliance.speech.settings import SpeechSettings
from appliance.wire.messages import Part

log = logging.getLogger(__name__)

GRACE_S: Final = 5.0
"""Real seconds beyond the sound's duration after which playing counts as stuck."""
_NO_DEVICE: Final = ("no such", "cannot find card", "unknown pcm", "no soundcards")


class Player(Protocol):
    """A way to make an announcement heard."""

    audible: bool
    """Whether it makes real sound, which cannot be hurried."""

    def play(self, wav: Path, *, name: str, rate: float) -> None:
        """Play one file to its end, or until ``stop``.

        Args:
            wav: a complete WAV file.
            name: for records: ``A012-loket3``.
            rate: of the office's clock; silent players wait the sound's duration divided by it.

        Raises:
            PlayerMissing: if there is nothing to play on.
            PlayerFault: if it failed or took longer than its deadline.
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

    def __init__(self) -> None:
        self._stopped = threading.Event()

    def play(self, wav: Path, *, name: str, rate: float) -> None:  # noqa: ARG002  # the port's signature
        """See ``Player``."""
        self._stopped.wait(_duration(wav) / rate)

    def check(self) -> None:
        """There is nothing to find out."""

    def part(self) -> Part:
        """Say that no loudspeaker is fitted."""
        return Part("speaker", "missing", "no loudspeaker is configured; calls are shown only")

    def stop(self) -> None:
        """End the wait."""
        self._stopped.set()


class FolderPlayer(NoSpeaker):
    """Keeps each announcement as ``001-A012-loket3.wav`` and then waits as long as it would have sounded.

    Args:
        folder: made if absent; numbering goes on after what it holds.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder
        self._count = -1
        self._part = Part("speaker", "ok", f"keeps announcements in {folder}")

    def play(self, wav: Path, *, name: str, rate: float) -> None:
        """See ``Player``."""
        try:
            self._keep(wav, name)
        except OSError as error:
            self._part = Part("speaker", "fault", f"{self._folder}: {error.strerror}")
            raise PlayerFault(self._part.detail) from error
        self._part = Part("speaker", "ok", f"keeps announcements in {self._folder}")
        super().play(wav, name=name, rate=rate)

    def part(self) -> Part:
        """Return its health."""
        return self._part

    def _keep(self, wav: Path, name: str) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        if self._count < 0:
            numbers = [path.name.partition("-")[0] for path in self._folder.glob("*-*.wav")]
            self._count = max((int(number) for number in numbers if number.isdecimal()), default=0)
        half_done = self._folder / "next.part"
        shutil.copyfile(wav, half_done)
        half_done.replace(self._folder / f"{self._count + 1:03d}-{name}.wav")
        self._count += 1


class AlsaPlayer:
    """Plays through ``aplay`` (package alsa-utils), a process for each announcement, killed at its deadline.

    Args:
        device: an ALSA device name, as ``aplay -L`` lists them.
        program: what plays; tests put another in its place.
        grace: real seconds beyond the duration.
    """

    audible = True

    def __init__(self, device: str, program: str = "aplay", grace: float = GRACE_S) -> None:
        self._command = [program, "-q", "-D", device]
        self._device = device
        self._grace = grace
        self._process: subprocess.Popen[str] | None = None
        self._stopped = threading.Event()
        self._part = Part("speaker", "unknown", "not tried yet")

    def play(self, wav: Path, *, name: str, rate: float) -> None:  # noqa: ARG002  # the port's signature
        """See ``Player``. Real sound is never hurried: ``rate`` is not looked at."""
        try:
            self._play(wav)
        except SpeechError as error:
            state = "missing" if isinstance(error, PlayerMissing) else "fault"
            self._part = Part("speaker", state, str(error))  # type: ignore[arg-type]  # one of the two words
            raise
        if not self._stopped.is_set():
            self._part = Part("speaker", "ok", self._device)

    def check(self) -> None:
        """Play a moment of silence: only the device itself knows whether it works."""
        try:
            with tempfile.TemporaryDirectory(prefix="giliran-") as folder:
                wav = Path(folder) / "silence.wav"
                sound.write(wav, sound.silence(50))
                self.play(wav, name="", rate=1.0)
        except SpeechError:
            pass  # ``play`` has noted it in the part
        except OSError as error:
            self._part = Part("speaker", "unknown", f"no room for a trial sound ({error.strerror})")

    def part(self) -> Part:
        """Return its health."""
        return self._part

    def stop(self) -> None:
        """End playing."""
        self._stopped.set()
        process = self._process
        if process is not None:
            process.kill()

    def _play(self, wav: Path) -> None:
        deadline = _duration(wav) + self._grace
        if self._stopped.is_set():
            return
        try:
            process = subprocess.Popen(
                [*self._command, str(wav)],
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                text=True, errors="replace", env={**os.environ, "LC_ALL": "C"},
            )  # fmt: skip
        except FileNotFoundError as error:
            raise PlayerMissing(f"{self._command[0]} is not installed (package alsa-utils)") from error
        except OSError as error:
            raise PlayerFault(f"{self._command[0]} does not start ({error.strerror})") from error
        self._process = process
        try:
            if self._stopped.is_set():  # stopped while it started
                process.kill()
            complaint = process.communicate(timeout=deadline)[1]
        except subprocess.TimeoutExpired as error:
            process.kill()
            process.communicate()
            raise PlayerFault(f"{self._device}: still not finished after {deadline:.1f} s; stopped it") from error
        finally:
            self._process = None
        if process.returncode and not self._stopped.is_set():
            lines = complaint.strip().splitlines()
            reason = lines[-1] if lines else f"aplay ended with code {process.returncode}"
            missing = any(sign in complaint.lower() for sign in _NO_DEVICE)
            raise (PlayerMissing if missing else PlayerFault)(f"{self._device}: {reason}")


def make_player(settings: SpeechSettings) -> Player:
    """Return the player that the settings ask for."""
    if settings.player == "alsa":
        return AlsaPlayer(settings.device)
    if settings.player == "folder":
        return FolderPlayer(Path(settings.folder or "announcements"))
    return NoSpeaker()


def _duration(wav: Path) -> float:
    try:
        return sound.seconds(wav)
    except (ValueError, OSError) as error:
        raise PlayerFault(f"{wav.name} cannot be played ({error})") from error
