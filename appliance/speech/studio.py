"""The thread that makes sentences into sound: what is asked for now first, then what will be needed soon."""

from __future__ import annotations

import logging
import tempfile
import threading
import time
from array import array
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

from appliance.node.watched_thread import WatchedThread
from appliance.speech import waveform
from appliance.speech.errors import SpeechError, VoiceFault
from appliance.speech.phrases import Phrase
from appliance.speech.voice import Voice
from appliance.texts import text
from appliance.wire.messages import Part

log = logging.getLogger(__name__)

CACHE_BYTES: Final = 24 * 1024 * 1024
"""Nine minutes of sound: some 200 sentences."""
KEPT: Final = 500
"""The most sentences that are kept: without a voice they have no sound that would count."""
TEND_S: Final = 10.0
"""How often the voice is looked after while there is nothing to do."""
CALM_S: Final = 0.05
"""What is foreseen is looked at so much later: what brought it is on its way to the screen, and Python computes on one
thread at a time. Several messages come with every call; once is enough."""
LOOK_S: Final = 0.02
"""How often whoever waits for a sentence looks whether it is still wanted."""
RETRY_S: Final = 60.0
"""How often a voice that does not work is tried again while nothing is to be said."""
LEAVE_SECONDS: Final = 5.0


class Shelf:
    """Finished sentences, the least lately used given up first.

    Args:
        limit: bytes of sound that are kept.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._sounds: OrderedDict[Phrase, array[int]] = OrderedDict()
        self.bytes = 0
        """Bytes of sound now."""

    def __contains__(self, phrase: Phrase) -> bool:
        """Tell whether it is here, without counting as use."""
        return phrase in self._sounds

    def take(self, phrase: Phrase) -> array[int] | None:
        """Return the sound of a sentence, if it is here."""
        if phrase in self._sounds:
            self._sounds.move_to_end(phrase)
        return self._sounds.get(phrase)

    def put(self, phrase: Phrase, samples: array[int]) -> None:
        """Keep a sound, and give others up for it if need be."""
        self._forget(phrase)
        self._sounds[phrase] = samples
        self.bytes += 2 * len(samples)
        while len(self._sounds) > KEPT or (self.bytes > self._limit and len(self._sounds) > 1):
            self._forget(next(iter(self._sounds)))

    def _forget(self, phrase: Phrase) -> None:
        self.bytes -= 2 * len(self._sounds.pop(phrase, ()))


class Studio:
    """Owns the voice. One thread asks; the others may foresee, and look at its health.

    Args:
        voice: makes sentences into sound; used on the studio's own thread only.
        languages: in which it is tried while nothing is to be said.
        tend_s: real seconds between looks at the voice.
        cache_bytes: of finished sentences that are kept.
    """

    def __init__(
        self, voice: Voice, languages: Iterable[str], tend_s: float = TEND_S, cache_bytes: int = CACHE_BYTES
    ) -> None:
        self._voice = voice
        self._languages = tuple(languages)
        self._tend_s = tend_s
        self._shelf = Shelf(cache_bytes)
        self._changed = threading.Condition()
        self._asked: Phrase | None = None
        self._answer: array[int] | SpeechError | None = None
        self._forecast: Iterable[Phrase] | None = None
        """The newest, not yet looked at."""
        self._foreseen: deque[Phrase] = deque()
        self._next_check = 0.0
        self._next_trial = 0.0
        self._complaint = ""
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._no_place: VoiceFault | None = None
        self._thread = WatchedThread("studio", self._run, "the thread that makes speech")

    def start(self) -> None:
        """Begin; the voice is tried at once, so that what is missing shows before the first call."""
        self._thread.start()

    def sound_of(
        self, phrase: Phrase, wanted: Callable[[], bool] = lambda: True, patience_s: float | None = None
    ) -> array[int]:
        """Return one sentence as sound, at once if it was foreseen or said lately.

        Args:
            phrase: what is to be said.
            wanted: asked many times a second; a sentence that nobody wants any more is not waited for.
            patience_s: real seconds after which it is not waited for either; None: as long as the voice takes.

        Raises:
            SpeechError: if the voice failed at it, or it was not waited for.
        """
        end = None if patience_s is None else time.monotonic() + patience_s
        with self._changed:
            ready = self._shelf.take(phrase)
            if ready is not None:
                return ready
            self._asked, self._answer = phrase, None
            self._changed.notify_all()
            while (answer := self._answered()) is None and not self._thread.ending:
                if not wanted() or (end is not None and time.monotonic() > end):
                    self._asked = None  # it is still made, if that has begun, and kept
                    raise VoiceFault("not_in_time")
                self._changed.wait(LOOK_S)
        if answer is None:
            raise VoiceFault("closed")
        if isinstance(answer, SpeechError):
            raise answer
        return answer

    def foresee(self, phrases: Iterable[Phrase]) -> None:
        """Make these sentences as soon as nothing else is to be done, in this order, in place of those named before.

        They are gone through a moment later, on the studio's own thread; this returns at once.
        """
        with self._changed:
            self._forecast = phrases
            self._changed.notify_all()

    def ready(self, phrase: Phrase) -> bool:
        """Tell whether a sentence could be said at once."""
        with self._changed:
            return phrase in self._shelf

    @property
    def kept_bytes(self) -> int:
        """How much sound is kept."""
        return self._shelf.bytes

    def parts(self) -> list[Part]:
        """Return the health of the voice, as ``Voice`` does."""
        no_place = self._no_place
        return [Part("voice", "fault", no_place.code, no_place.values)] if no_place else self._voice.parts()

    def dead_part(self) -> str | None:
        """Return the name of the part that has died, if any."""
        return self._thread.dead_part()

    def stop(self) -> None:
        """End; whoever waits for a sentence gets a ``VoiceFault``."""
        with self._changed:
            self._thread.tell_to_end()
            self._changed.notify_all()
        self._voice.close()
        self._thread.end(LEAVE_SECONDS)

    def _answered(self) -> array[int] | SpeechError | None:
        return self._answer

    # -- on the thread ---------------------------------------------------------------------------------------------

    def _run(self) -> None:
        try:
            self._tend()
            while not self._thread.ending:
                phrase = self._next()
                if phrase is not None:
                    self._serve(phrase)
                elif not self._thread.ending:
                    self._tend()
        finally:
            if self._folder is not None:
                self._folder.cleanup()

    def _scratch(self) -> Path:
        """Return the file that the voice writes, in a folder that is made when there is none (any more)."""
        try:
            if self._folder is not None and not Path(self._folder.name).is_dir():
                self._folder.cleanup()
                self._folder = None
            if self._folder is None:
                self._folder = tempfile.TemporaryDirectory(prefix="giliran-voice-", ignore_cleanup_errors=True)
        except OSError as error:
            self._no_place = VoiceFault("no_place", error=str(error.strerror))
            raise self._no_place from error
        self._no_place = None
        return Path(self._folder.name) / "sentence.wav"

    def _next(self) -> Phrase | None:
        """Wait for something to make, at most ``tend_s``."""
        with self._changed:
            if self._work() is None:
                self._changed.wait_for(lambda: self._urgent() or self._forecast is not None, self._tend_s)
            if self._forecast is not None:
                self._changed.wait_for(self._urgent, CALM_S)
                self._look_ahead(self._forecast)
            return None if self._thread.ending else self._work()

    def _look_ahead(self, forecast: Iterable[Phrase]) -> None:
        self._forecast = None
        try:
            self._foreseen = deque(forecast)
        except Exception:  # what cannot be foreseen is made when it is needed; the thread must live for it
            log.exception("what will be said next cannot be foreseen")

    def _urgent(self) -> bool:
        return self._asked is not None or self._thread.ending

    def _work(self) -> Phrase | None:
        if self._asked is not None:
            return self._asked
        while self._foreseen and self._foreseen[0] in self._shelf:
            self._shelf.take(self._foreseen.popleft())  # it will be needed again: it is not to be given up first
        return self._foreseen[0] if self._foreseen else None

    def _serve(self, phrase: Phrase) -> None:
        made: array[int] | SpeechError
        try:
            made = self._made(phrase)
        except SpeechError as error:
            made = error
        except Exception as error:  # a mistake of ours must not end the thread
            log.exception("%r could not be made into sound", phrase.text)
            made = VoiceFault("mistake", error=str(error))
        with self._changed:
            if isinstance(made, array):
                self._shelf.put(phrase, made)
            elif phrase != self._asked:
                self._foreseen.clear()  # the next snapshot brings them again
            if phrase == self._asked:
                self._asked, self._answer = None, made
                self._changed.notify_all()
        self._note(made)

    def _made(self, phrase: Phrase) -> array[int]:
        scratch = self._scratch()
        self._voice.synthesise(phrase.text, phrase.language, scratch)
        return waveform.trimmed(waveform.read(scratch))

    def _tend(self) -> None:
        """Keep the voice warm, and try again what did not work; at most once in ``tend_s``."""
        if time.monotonic() < self._next_check:
            return
        self._next_check = time.monotonic() + self._tend_s
        try:
            if self._voice.parts()[0].state in {"ok", "fault"}:
                self._voice.check()
            if time.monotonic() < self._next_trial or self.parts()[0].state == "ok":
                return
            self._next_trial = time.monotonic() + RETRY_S
            for language in self._languages:
                self._made(Phrase(text("voice.recall", language), language))
            self._note(None)
        except SpeechError as error:
            self._note(error)
        except Exception:  # tending is a courtesy; the thread must live for the next call
            log.exception("the voice could not be looked after")

    def _note(self, outcome: array[int] | SpeechError | None) -> None:
        """Say what is wrong once, not at every sentence."""
        complaint = str(outcome) if isinstance(outcome, SpeechError) else ""
        if complaint and complaint != self._complaint and not self._thread.ending:
            log.warning("the voice does not work: %s", complaint)
        self._complaint = complaint
