"""The announcing thread: takes the next call, makes its sound, plays it; one at a time, in order."""

from __future__ import annotations

import logging
import tempfile
import threading
import time
from array import array
from collections import OrderedDict
from pathlib import Path
from typing import Final, Protocol

from appliance.node import trace
from appliance.node.daemon import HubClock
from appliance.speech import sound
from appliance.speech.errors import PlayerMissing, SpeechError
from appliance.speech.phrases import sentences
from appliance.speech.players import NoSpeaker, Player
from appliance.speech.settings import SpeechSettings
from appliance.speech.voice import Voice
from appliance.texts import DEFAULT, pick, text
from appliance.wire.messages import Call, Part

log = logging.getLogger(__name__)

CACHED_SENTENCES: Final = 64
"""About 100 kB each. Most sentences come again: each counter's with every call to it, a number's with its recall."""
TEND_S: Final = 10.0
"""How often the voice is looked after while nothing is to be said."""
RETRY_S: Final = 60.0
"""How often a voice or a loudspeaker that does not work is tried again while nothing is to be said."""


class Queue(Protocol):
    """Which call is spoken next: ``display.announcements.Announcements``."""

    def add(self, call: Call) -> bool:
        """Take in a call; tell whether it is new."""

    def next(self, now: int | None) -> Call | None:
        """Return the call to speak now, if any."""

    def finished(self) -> bool:
        """One speaking is over; tell whether the same call is to be spoken again."""


class Announcer:
    """Speaks calls on a thread of its own. Nothing here raises into the caller, and nothing waits for ever.

    Args:
        queue: decides the order; used under our lock only.
        voice: makes sentences into sound.
        player: makes sound heard.
        settings: languages, style, chime.
        hub_clock: the office's time, and its rate.
        tend_s: real seconds between looks at the voice.
    """

    def __init__(
        self,
        queue: Queue,
        voice: Voice,
        player: Player,
        settings: SpeechSettings,
        hub_clock: HubClock,
        tend_s: float = TEND_S,
    ) -> None:
        self._queue = queue
        self._voice = voice
        self._player = player
        self._settings = settings
        self._hub_clock = hub_clock
        self._tend_s = tend_s
        self._pause = NoSpeaker()
        self._cache: OrderedDict[tuple[str, str], array[int]] = OrderedDict()
        self._changed = threading.Condition()
        self._stopping = False
        self._next_trial = 0.0
        self.spoken = 0
        """Announcements played to their end."""
        self._thread = threading.Thread(target=self._run, name="announcer", daemon=True)

    def start(self) -> None:
        """Begin; the voice is tried at once, so that what is missing shows before the first call."""
        self._thread.start()

    def submit(self, call: Call) -> None:
        """Hand over a call to be spoken in its turn; returns at once."""
        with self._changed:
            if self._queue.add(call):
                self._changed.notify()

    def parts(self) -> list[Part]:
        """Return the health of the voice and of the loudspeaker."""
        return [self._voice.part(), self._player.part()]

    def dead_part(self) -> str | None:
        """Return the name of the part that has died, if any: the announcing thread must live."""
        return None if self._thread.is_alive() or self._stopping else "the thread that announces calls"

    def stop(self) -> None:
        """Stop speaking, in the middle of a word if need be, and end."""
        with self._changed:
            self._stopping = True
            self._changed.notify()
        self._player.stop()
        self._pause.stop()
        self._voice.close()
        if self._thread.is_alive():
            self._thread.join(5.0)

    # -- on the thread ---------------------------------------------------------------------------------------------

    def _run(self) -> None:
        with tempfile.TemporaryDirectory(prefix="giliran-voice-") as folder:
            wav = Path(folder) / "announcement.wav"
            self._tend(wav)
            while not self._stopping:
                call = self._take()
                if call is not None:
                    self._serve(call, wav)
                elif not self._stopping:
                    self._tend(wav)

    def _take(self) -> Call | None:
        """Wait for the next call, at most ``tend_s``."""
        with self._changed:
            call = self._queue.next(self._hub_clock.office_ms())
            if call is None and not self._stopping:
                self._changed.wait(self._tend_s)
                call = self._queue.next(self._hub_clock.office_ms())
            return call

    def _serve(self, call: Call, wav: Path) -> None:
        again = True
        while again and not self._stopping:
            try:
                self._announce(call, wav)
            except Exception:  # a call that we cannot put into sound must not silence those after it
                log.exception("call %d (%s) could not be announced", call.seq, call.number)
            with self._changed:
                again = self._queue.finished()

    def _announce(self, call: Call, wav: Path) -> None:
        whole = self._sound_of(call, wav.with_name("sentence.wav"))
        if self._stopping or not sound.is_audible(whole):
            return
        sound.write(wav, whole)
        rate = self._hub_clock.rate
        # Real sound cannot be hurried; on a fast clock it would fall behind the board.
        player = self._pause if rate != 1 and self._player.audible else self._player
        trace.mark("spoken", str(call.seq))
        try:
            player.play(wav, name=_record_name(call), rate=rate)
        except SpeechError as error:
            log.warning("call %s was shown but not heard: %s", call.number, error)
            if isinstance(error, PlayerMissing):
                self._pause.play(wav, name="", rate=rate)  # as if nothing were fitted
        else:
            self.spoken += not self._stopping

    def _sound_of(self, call: Call, scratch: Path) -> array[int]:
        """Return the whole announcement; without a language that the voice fails at, if need be the chime alone."""
        spoken: list[list[array[int]]] = []
        for language in self._settings.languages:
            try:
                texts = sentences(call, language, self._settings.style)
                spoken.append([self._sentence(each, language, scratch) for each in texts])
            except SpeechError as error:
                if self._stopping:
                    break
                log.warning("call %s is not spoken in %r: %s", call.number, language, error)
        return sound.join(spoken, with_chime=self._settings.chime, lead_in_ms=self._settings.lead_in_ms)

    def _sentence(self, sentence: str, language: str, scratch: Path) -> array[int]:
        key = (sentence, language)
        if key in self._cache:
            self._cache.move_to_end(key)
            return self._cache[key]
        self._voice.synthesise(sentence, language, scratch)
        samples = sound.trimmed(sound.read(scratch))
        self._cache[key] = samples
        if len(self._cache) > CACHED_SENTENCES:
            self._cache.popitem(last=False)
        return samples

    def _tend(self, wav: Path) -> None:
        """Keep the voice warm, and try again what did not work."""
        try:
            if self._voice.part().state in {"ok", "fault"}:
                self._voice.check()
            if time.monotonic() < self._next_trial:
                return
            self._next_trial = time.monotonic() + RETRY_S
            if self._player.part().state != "ok":
                self._player.check()
            if self._voice.part().state != "ok":
                for language in self._settings.languages:
                    self._voice.synthesise(text("voice.recall", language), language, wav)
        except SpeechError as error:
            if not self._stopping:
                log.warning("the voice does not work: %s", error)
        except Exception:  # tending is a courtesy; the thread must live for the next call
            log.exception("the voice could not be looked after")


def _record_name(call: Call) -> str:
    place = "".join(sign for sign in pick(call.counter_names, DEFAULT).lower() if sign.isalnum()) or call.counter
    return f"{call.number}-{place[:40]}"
