"""The spoken guidance: one sentence after the other on a thread of its own, and at once something else when needed."""

from __future__ import annotations

import logging
import os
import tempfile
import threading
from array import array
from collections import OrderedDict
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import msgspec
from PySide6.QtCore import QObject, Slot

from appliance.node.watched_thread import WatchedThread
from appliance.speech import waveform
from appliance.speech.errors import SpeechError
from appliance.speech.players import Player, Sound, make_player
from appliance.speech.voice import Voice, make_voice
from appliance.wire.messages import Part
from kiosk.settings import GuidanceSettings
from kiosk.visit import guidance

log = logging.getLogger(__name__)

CACHED: Final = 64
LEAVE_SECONDS: Final = 5.0
MEMORY: Final = Path("/dev/shm")  # noqa: S108  # a folder of a name that nobody can guess is made there
"""Where sentences are made: a full or a worn card costs nobody the guidance, and the guidance wears none."""


def _scratch() -> Path | None:
    """Return where sentences are made; None for the usual place of temporary files."""
    return MEMORY if os.access(MEMORY, os.W_OK) else None


class Speech(msgspec.Struct, frozen=True):
    """What is to be said, where, and in which language."""

    sentences: tuple[str, ...]
    language: str
    output: str


class Speaker:
    """Says the latest thing that it was given; what was being said is cut off.

    Args:
        settings: of the guidance; at least one output.
    """

    def __init__(self, settings: GuidanceSettings) -> None:
        self._settings = settings
        self.volume = settings.volume
        """Percent."""
        self._voice: Voice = make_voice(settings.speech(settings.outputs[0]))
        self._player: Player | None = None
        self._part = Part("speaker", "unknown", "not_tried_yet")
        self._cache: OrderedDict[tuple[str, str], array[int]] = OrderedDict()
        self._changed = threading.Condition()
        self._next: Speech | None = None
        self._complaint = ""
        self._thread = WatchedThread("guidance", self._run, "the thread that speaks")

    def start(self) -> None:
        """Begin to listen for what is to be said."""
        self._thread.start()

    def say(self, speech: Speech | None) -> None:
        """Say this now; None is silence. Returns at once; may be called from any thread."""
        with self._changed:
            self._next = speech
            if self._player is not None:
                self._player.stop()
            self._changed.notify()

    def parts(self) -> list[Part]:
        """Return the health of the voice and of what it is heard through."""
        return [*self._voice.parts(), self._part]

    def dead_part(self) -> str | None:
        """Return the name of the part that has died, if any."""
        return self._thread.dead_part()

    def stop(self) -> None:
        """Stop speaking and end."""
        self._thread.tell_to_end()
        self.say(None)
        self._voice.close()
        self._thread.end(LEAVE_SECONDS)

    def _run(self) -> None:
        while (speech := self._take()) is not None:
            try:
                with tempfile.TemporaryDirectory(prefix="giliran-guidance-", dir=_scratch()) as folder:
                    self._speak(speech, Path(folder))
            except SpeechError as error:
                self._complain(f"the guidance cannot be heard: {error}")
            except OSError as error:
                self._part = Part("speaker", "fault", "no_room", {"error": str(error)})
                self._complain(f"the guidance cannot be heard: {error}")
            except Exception:  # guidance is a help; the thread must live for the next sentence
                log.exception("%r could not be said", speech.sentences)
            else:
                self._complaint = ""
            finally:
                self._done_with(speech)

    def _complain(self, complaint: str) -> None:
        if complaint != self._complaint and not self._thread.ending:
            self._complaint = complaint
            log.warning("%s", complaint)

    def _take(self) -> Speech | None:
        with self._changed:
            self._changed.wait_for(lambda: self._next is not None or self._thread.ending)
            return None if self._thread.ending else self._next

    def _speak(self, speech: Speech, folder: Path) -> None:
        """Say one sentence after the other, as long as nothing else is to be said."""
        for sentence in speech.sentences:
            samples = self._louder(self._sentence(sentence, speech.language, folder / "sentence.wav"))
            whole = waveform.join([[samples]], with_chime=False, lead_in_ms=150)
            with self._changed:
                if self._next is not speech or self._thread.ending:
                    return
                player = self._player = make_player(self._settings.speech(speech.output))
            try:
                player.play(Sound([whole], speech.output))
            finally:
                self._part = player.part()

    def _done_with(self, speech: Speech) -> None:
        with self._changed:
            self._player = None
            if self._next is speech:
                self._next = None

    def _sentence(self, sentence: str, language: str, scratch: Path) -> array[int]:
        key = (sentence, language)
        if key not in self._cache:
            self._voice.synthesise(sentence, language, scratch)
            self._cache[key] = waveform.trimmed(waveform.read(scratch))
            if len(self._cache) > CACHED:
                self._cache.popitem(last=False)
        return self._cache[key]

    def _louder(self, samples: array[int]) -> array[int]:
        volume = self.volume
        return array("h", (sample * volume // 100 for sample in samples))


class Guide(QObject):
    """Follows the screen and the keys, and has them spoken while the visitor wants it.

    Args:
        settings: of the guidance.
        speaker: None if the kiosk has no output for it.
        begin: switches the guidance on, at an output.
    """

    def __init__(self, settings: GuidanceSettings, speaker: Speaker | None, begin: Callable[[str], None]) -> None:
        super().__init__()
        self._settings = settings
        self._speaker = speaker
        self._begin = begin
        self._place: tuple[Any, ...] = ()
        self._values: Mapping[str, Any] = {}

    def follow(self, values: Mapping[str, Any], services: int) -> None:
        """The screen shows these values; what is new is said."""
        self._values = values
        place = guidance.place(values)
        if self._speaker is None or place == self._place:
            return
        self._place = place
        output = values["voice"]
        self._say(guidance.sentences(values, services) if output else [])

    @Slot(str)
    def reached(self, spoken: str) -> None:
        """The keys have reached a control."""
        if self._values.get("voice"):
            self._say([guidance.speakable(spoken, str(self._values["language"]))])

    @Slot(str)
    def pressed(self, _action: str) -> None:
        """A key was pressed: on the first screen that is how somebody who cannot see it asks for the voice."""
        wanted = self._settings.begins_with_keys and self._settings.outputs
        if wanted and self._values.get("screen") in {"attract", "closed"} and not self._values.get("voice"):
            self._begin(self._settings.outputs[0])

    def _say(self, sentences: list[str]) -> None:
        if self._speaker is not None:
            language = guidance.language_of(str(self._values["language"]))
            speech = Speech(tuple(sentences), language, str(self._values["voice"])) if sentences else None
            self._speaker.say(speech)
