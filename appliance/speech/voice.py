"""The Voice port and its drivers: espeak-ng in a watched process, others before it if they are there, or nothing."""

from __future__ import annotations

import logging
import sys
from array import array
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, Literal, Protocol

import msgspec

from appliance.node.durable_file import replacing
from appliance.speech import waveform
from appliance.speech.clips import ClipVoice
from appliance.speech.errors import SpeechError, VoiceFault, VoiceMissing
from appliance.speech.piper import PiperVoice
from appliance.speech.settings import SpeechSettings
from appliance.speech.watched import WatchedWorker, WorkerLost
from appliance.speech.worker import Answer, Sentence
from appliance.wire.messages import Part

log = logging.getLogger(__name__)

VOICES: Final = {"id": "poz/id", "en": "gmw/en"}
"""espeak-ng's own voice of each language. Its mbrola voices are listed even when their data is not installed."""
ATTEMPTS: Final = 3
PIPER_PATIENCE: Final = 3
"""A neural voice needs about as long as the sentence lasts."""
LONGEST_TEXT: Final = 500
START_ALLOWANCE_S: Final = 15.0
"""A fresh worker on a busy Pi needs this much more time at most: Python and the engine have to be loaded."""
WORKER: Final = (sys.executable, "-m", "appliance.speech.worker")


class Voice(Protocol):
    """Turns a sentence into sound. One thread uses it; ``parts`` and ``close`` may be called from any."""

    def synthesise(self, text: str, language: str, path: Path) -> None:
        """Write ``text`` as a WAV file (see ``sound``) to ``path``; an empty one if no voice is fitted.

        Raises:
            VoiceMissing: if the engine or its voice for this language is not installed.
            VoiceFault: if it gave no usable sound in spite of several attempts.
        """

    def check(self) -> None:
        """Look after the voice while there is nothing to say. Raises nothing: see ``parts``."""

    def parts(self) -> list[Part]:
        """Return its health: of each engine that it is made of, what is wrong or speaks first."""

    def close(self) -> None:
        """End it; a ``synthesise`` under way raises."""


class SilentVoice:
    """Nothing fitted: the chime alone announces."""

    def synthesise(self, text: str, language: str, path: Path) -> None:  # noqa: ARG002  # the port's signature
        """Write no sound at all, successfully."""
        waveform.write(path, array("h"))

    def check(self) -> None:
        """There is nothing to look after."""

    def parts(self) -> list[Part]:
        """Say that no voice is fitted."""
        return [Part("voice", "missing", "not_fitted")]

    def close(self) -> None:
        """There is nothing to end."""


class EspeakVoice:
    """espeak-ng through pyttsx3, in a worker process that is killed and started anew when it dies or hangs.

    Args:
        words_per_minute: speed of speech.
        deadline: real seconds that one sentence may take.
        start_allowance: real seconds more for the first sentence of a fresh worker.
        command: the worker; tests put another in its place.
        voices: espeak-ng's voice of each language.
    """

    def __init__(
        self,
        words_per_minute: int = 135,
        deadline: float = 5.0,
        start_allowance: float = START_ALLOWANCE_S,
        command: Sequence[str] = WORKER,
        voices: Mapping[str, str] = VOICES,
    ) -> None:
        self._words_per_minute = words_per_minute
        self._deadline = deadline
        self._start_allowance = start_allowance
        self._worker = WatchedWorker(command)
        self._voices = voices
        self._spoken = False
        self._problems: dict[str, SpeechError] = {}  # by language; "" is the worker itself

    @property
    def worker_pid(self) -> int | None:
        """The worker's process id, if one runs."""
        return self._worker.pid

    @property
    def restarts(self) -> int:
        """How many times the worker had to be started anew."""
        return max(0, self._worker.starts - 1)

    def synthesise(self, text: str, language: str, path: Path) -> None:
        """See ``Voice``."""
        try:
            self._synthesise(text, language, path)
        except SpeechError as error:
            self._problems[language] = error
            raise
        self._spoken = True
        self._problems.pop(language, None)
        self._problems.pop("", None)

    def check(self) -> None:
        """Start the worker if none runs, and see that it answers."""
        try:
            self._ask(Sentence("", "", self._words_per_minute, ""))
        except SpeechError as error:
            if not self._worker.closed:
                log.warning("voice: %s", error)
            self._problems[""] = error
        else:
            self._problems.pop("", None)

    def parts(self) -> list[Part]:
        """Return its health: ``ok``, ``missing``, ``fault``, or ``unknown`` before the first sentence."""
        problem = next(iter(list(self._problems.values())), None)
        if problem is not None:
            state: Literal["missing", "fault"] = "missing" if isinstance(problem, VoiceMissing) else "fault"
            return [Part("voice", state, problem.code, problem.values)]
        if not self._spoken:
            return [Part("voice", "unknown", "not_tried_yet")]
        if self.restarts:
            return [Part("voice", "ok", "restarted", {"engine": "espeak-ng", "times": str(self.restarts)})]
        return [Part("voice", "ok", "speaks", {"engine": "espeak-ng"})]

    def close(self) -> None:
        """End the worker."""
        self._worker.close()

    def _synthesise(self, text: str, language: str, path: Path) -> None:
        voice = self._voices.get(language)
        if voice is None:
            raise VoiceMissing("no_language", language=language)
        half_done = path.with_suffix(".speech")
        sentence = Sentence(text[:LONGEST_TEXT], voice, self._words_per_minute, str(half_done))
        try:
            with replacing(path, half_done, durable=False):
                self._insist(sentence, half_done)
        except OSError as error:
            raise VoiceFault("cannot_write", error=str(error.strerror)) from error

    def _insist(self, sentence: Sentence, path: Path) -> None:
        problem: SpeechError | None = None
        for _ in range(ATTEMPTS):
            problem = self._attempt(sentence, path)
            if problem is None:
                return
            if self._worker.closed:
                raise VoiceFault("closed")
            log.warning("voice: trying again with a fresh worker: %s", problem)
            self._worker.kill()
        assert problem is not None  # noqa: S101  # for the type checker: there is one attempt at least
        raise problem

    def _attempt(self, sentence: Sentence, path: Path) -> SpeechError | None:
        """Synthesise once; return what went wrong. A wrong voice is raised: a second attempt would be no better."""
        try:
            answer = self._ask(sentence)
        except WorkerLost as error:
            return error
        if answer.problem:
            return VoiceFault("refused", error=answer.problem)
        try:
            audible = waveform.is_audible(waveform.read(path))
        except ValueError as error:
            return VoiceFault("bad_sound", error=str(error))
        return None if audible else VoiceFault("silent", text=sentence.text)

    def _ask(self, sentence: Sentence) -> Answer:
        allowance = 0.0 if self._worker.pid else self._start_allowance
        line = self._worker.ask(msgspec.json.encode(sentence), self._deadline + allowance)
        try:
            answer = msgspec.json.decode(line, type=Answer)
        except msgspec.DecodeError as error:
            raise WorkerLost("nonsense", error=str(error)) from error
        if answer.missing:
            raise VoiceMissing("not_usable", error=answer.problem)
        return answer


class FirstThatCan:
    """Several voices: each sentence is spoken by the first one that is fitted for it.

    Args:
        voices: the preferred one first, the one that is always there last.
    """

    def __init__(self, voices: Sequence[Voice]) -> None:
        self._voices = list(voices)

    def synthesise(self, text: str, language: str, path: Path) -> None:
        """See ``Voice``. A voice that fails is passed over as well, and says so in its health."""
        for voice in self._voices[:-1]:
            try:
                return voice.synthesise(text, language, path)
            except VoiceMissing:
                continue
            except VoiceFault as error:
                log.warning("another voice speaks instead: %s", error)
            except Exception:  # a mistake of ours in one must not silence the others
                log.exception("a voice failed at %r; another voice speaks instead", text[:80])
        return self._voices[-1].synthesise(text, language, path)

    def check(self) -> None:
        """Look after each."""
        for voice in self._voices:
            voice.check()

    def parts(self) -> list[Part]:
        """Return what each has to say: a fault first, then whoever speaks."""
        ranks = ("fault", "ok", "unknown", "missing")
        return sorted((part for voice in self._voices for part in voice.parts()), key=lambda p: ranks.index(p.state))

    def close(self) -> None:
        """End each."""
        for voice in self._voices:
            voice.close()


def make_voice(settings: SpeechSettings) -> Voice:
    """Return the voice that the settings ask for: recordings before Piper, Piper before espeak-ng."""
    if settings.voice == "none":
        return SilentVoice()
    voices: list[Voice] = [EspeakVoice(settings.words_per_minute, settings.deadline_s)]
    if settings.piper_models:
        deadline = PIPER_PATIENCE * settings.deadline_s
        voices.insert(0, PiperVoice(settings.piper_models, settings.words_per_minute, deadline, settings.piper))
    if settings.clips:
        voices.insert(0, ClipVoice(Path(settings.clips)))
    return FirstThatCan(voices) if len(voices) > 1 else voices[0]
