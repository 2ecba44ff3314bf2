"""The announcing thread: takes what is to be said next, makes its sound, plays it; one at a time, in order."""

from __future__ import annotations

import logging
import threading
import time
from array import array
from collections.abc import Iterator
from typing import Final, Protocol

from appliance.node import trace
from appliance.node.daemon import HubClock
from appliance.node.local import local_time
from appliance.node.watched_thread import WatchedThread
from appliance.speech import waveform
from appliance.speech.errors import SpeechError
from appliance.speech.pace import IN_FULL, Manner, Now
from appliance.speech.phrases import Heard, Said, foreseen, phrases
from appliance.speech.players import NoSpeaker, Player, Sound
from appliance.speech.settings import SpeechSettings
from appliance.speech.studio import TEND_S, Studio
from appliance.speech.voice import Voice
from appliance.texts import DEFAULT, pick
from appliance.wire.messages import Board, Call, Emergency, Paging, Part, Waiting

log = logging.getLogger(__name__)

AGAIN_S: Final = 2.0
"""How long after a failure of the loudspeaker the same announcement is tried again, as long as it is fresh."""
APART_MS: Final = 300
"""Silence in front of an announcement that follows another without a chime."""
EMERGENCY_PATIENCE_S: Final = 10.0
"""So long the words of an emergency are waited for; its alarm does not wait, and is soon heard again."""
LEAVE_SECONDS: Final = 5.0


class Queue(Protocol):
    """What is spoken next: ``display.announcements.Announcements``."""

    def add(self, heard: Heard, now: Now) -> bool:
        """Take in a message of the bus; tell whether there may be something new to speak."""

    def next(self, now: Now) -> Said | None:
        """Return what to speak now, if anything."""

    def finished(self, now: Now, *, spoken: bool) -> bool:
        """One speaking is over, or could not be; tell whether the same is to be spoken again."""

    def part(self, now: Now) -> Part | None:
        """Return a fault that names what was not spoken lately, if anything was not."""

    @property
    def manner(self) -> Manner:
        """How what is being spoken is to be said."""

    @property
    def cut_short(self) -> bool:
        """Tell whether what is being spoken must end at once."""


class Announcer:
    """Speaks on a thread of its own. Nothing here raises into the caller, and nothing waits for ever.

    Args:
        queue: decides the order; used under our lock only.
        voice: makes sentences into sound.
        player: makes sound heard.
        settings: languages, sentences, volume, chime.
        hub_clock: the office's time, and its rate.
        tend_s: real seconds between looks at the voice and the loudspeaker.
        again_s: real seconds after which a loudspeaker that failed is tried again.
    """

    def __init__(
        self,
        queue: Queue,
        voice: Voice,
        player: Player,
        settings: SpeechSettings,
        hub_clock: HubClock,
        tend_s: float = TEND_S,
        again_s: float = AGAIN_S,
    ) -> None:
        self._queue = queue
        self._player = player
        self._settings = settings
        self._hub_clock = hub_clock
        self._tend_s = tend_s
        self._again_s = again_s
        self.studio = Studio(voice, settings.languages, tend_s)
        self._pause = NoSpeaker()
        self._changed = threading.Condition()
        self._board: Board | None = None
        self._waiting: Waiting | None = None
        self._next_trial = 0.0
        self._manner = IN_FULL
        self.spoken = 0
        """Announcements played to their end."""
        self._thread = WatchedThread("announcer", self._run, "the thread that announces calls")

    def start(self) -> None:
        """Begin; voice and loudspeaker are tried at once, so that what is missing shows before the first call."""
        self.studio.start()
        self._foresee()
        self._thread.start()

    def submit(self, heard: Heard) -> None:
        """Hand over what concerns the voice, to be spoken in its turn; returns at once.

        A ``Board`` tells what was taken back and which counters there are; ``Notices`` tell of an emergency, which cuts
        off whatever is being said.
        """
        if isinstance(heard, Call):
            trace.mark("heard", str(heard.seq))
        with self._changed:
            if self._queue.add(heard, self._now()):
                self._changed.notify()
        if isinstance(heard, Board):
            self._board = heard
            self._foresee()

    def expect(self, waiting: Waiting) -> None:
        """Hear who waits: the numbers of those who are next are prepared."""
        self._waiting = waiting
        self._foresee()

    def parts(self) -> list[Part]:
        """Return the health of the voice and of the loudspeaker, and what was not spoken lately."""
        with self._changed:
            unspoken = self._queue.part(self._now())
        return [*self.studio.parts(), self._player.part(), *([unspoken] if unspoken else [])]

    def dead_part(self) -> str | None:
        """Return the name of the part that has died, if any: the threads must live."""
        return self._thread.dead_part() or self.studio.dead_part()

    def stop(self) -> None:
        """Stop speaking, in the middle of a word if need be, and end."""
        with self._changed:
            self._thread.tell_to_end()
            self._changed.notify_all()
        self._player.stop()
        self._pause.stop()
        self.studio.stop()
        self._thread.end(LEAVE_SECONDS)

    def _now(self) -> Now:
        return Now(self._hub_clock.office_ms(), time.monotonic_ns() // 1_000_000, self._hub_clock.rate)

    def _foresee(self) -> None:
        self.studio.foresee(foreseen(self._board, self._waiting, self._settings))

    # -- on the thread ---------------------------------------------------------------------------------------------

    def _run(self) -> None:
        while not self._thread.ending:
            self._tend()
            said = self._take()
            if said is not None:
                self._serve(said)

    def _take(self) -> Said | None:
        """Wait for what is next, at most ``tend_s``."""
        with self._changed:
            said = self._queue.next(self._now())
            if said is None and not self._thread.ending:
                self._changed.wait(self._tend_s)
                said = self._queue.next(self._now())
            self._manner = self._queue.manner
            return said

    def _tend(self) -> None:
        """Try again what did not work."""
        if self._player.part().state == "ok" or time.monotonic() < self._next_trial:
            return
        self._next_trial = time.monotonic() + self._tend_s
        try:
            self._player.check()
        except Exception:  # tending is a courtesy; the thread must live for the next call
            log.exception("the loudspeaker could not be looked after")

    def _serve(self, said: Said) -> None:
        again = True
        while again and not self._thread.ending:
            spoken = False
            try:
                spoken = self._announce(said)
            except Exception:  # what we cannot put into sound must not silence what comes after it
                log.exception("%s could not be announced", _record_name(said))
            with self._changed:
                again = self._queue.finished(self._now(), spoken=spoken)

    def _announce(self, said: Said) -> bool:
        """Speak until it has been heard, and tell whether it was; a loudspeaker that fails is tried again meanwhile."""
        failures = 0
        begun = time.monotonic()
        while self._wanted() and not (failures and self._too_old(said, begun)):
            try:
                heard = self._play(said)
            except SpeechError as error:
                if not failures:
                    log.warning("%s is shown but not heard: %s; trying again", _record_name(said), error)
                failures += 1
                with self._changed:
                    self._changed.wait_for(lambda: not self._wanted(), self._again_s)
            else:
                self.spoken += heard
                return heard
        return False

    def _play(self, said: Said) -> bool:
        rate = self._hub_clock.rate
        # Real sound cannot be hurried; on a fast clock it would fall behind the board.
        player = self._pause if rate != 1 and self._player.audible else self._player
        seq = str(said.seq) if isinstance(said, Call) else ""
        if seq:
            trace.mark("spoken", seq)
        started = (lambda: trace.mark("sound", seq)) if seq else None
        return player.play(Sound(self._pieces(said), _record_name(said), rate, self._wanted, started))

    def _wanted(self) -> bool:
        return not self._thread.ending and not self._queue.cut_short

    def _too_old(self, said: Said, begun: float) -> bool:
        """Tell whether ``said`` helps nobody any more, by elapsed time as well: the time of day may stand still."""
        if isinstance(said, Emergency):
            return False
        now = self._now()
        tried_ms = (time.monotonic() - begun) * 1000 * now.rate
        age_ms = tried_ms if now.office is None else max(tried_ms, now.office - said.at)
        return age_ms > self._settings.max_age_s * 1000

    def _pieces(self, said: Said) -> Iterator[array[int]]:
        """Yield the announcement piece by piece: the chime is heard while speech is still being made, if it must be."""
        loudness = 100 if isinstance(said, Emergency) else self._settings.volume_at(self._minute())
        signal = waveform.alarm() if isinstance(said, Emergency) else self._chime()
        lead_in_ms = 0 if self._player.awake else self._settings.lead_in_ms
        if not self._manner.signal:
            lead_in_ms = max(lead_in_ms, APART_MS)
        languages = (self._in_language(said, language) for language in self._settings.languages)
        for piece in waveform.pieces(languages, signal=signal, lead_in_ms=lead_in_ms):
            yield waveform.scaled(piece, loudness)

    def _chime(self) -> array[int] | None:
        return waveform.chime() if self._settings.chime and self._manner.signal else None

    def _in_language(self, said: Said, language: str) -> list[array[int]]:
        """Return all sentences in one language, or none: half an announcement would only confuse."""
        patience_s = EMERGENCY_PATIENCE_S if isinstance(said, Emergency) else None
        try:
            wanted = phrases(said, language, self._settings, self._manner)
            return [self.studio.sound_of(phrase, self._wanted, patience_s) for phrase in wanted]
        except SpeechError as error:
            if self._wanted():
                log.warning("%s is not spoken in %r: %s", _record_name(said), language, error)
            return []

    def _minute(self) -> int | None:
        """Return the minute of the office's day."""
        now = self._hub_clock.office_ms()
        if now is None:
            return None
        local = local_time(now, self._hub_clock.zone)
        return local.hour * 60 + local.minute


def _record_name(said: Said) -> str:
    if isinstance(said, Paging):
        return "page"
    if isinstance(said, Emergency):
        return "emergency"
    place = _plain(pick(said.counter_names, DEFAULT).lower()) or _plain(said.counter)
    return f"{_plain(said.number)}-{place}"


def _plain(name: str) -> str:
    """Return what may stand in a file's name."""
    return "".join(sign for sign in name if sign.isalnum())[:40]
