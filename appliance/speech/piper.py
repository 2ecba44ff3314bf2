"""The Piper voice: a neural voice whose program and models an office puts in place itself; nothing of it is shipped.

It is driven as its authors' program is (``piper --json-input``): one JSON object a line with ``text`` and
``output_file`` goes in, and the file's name comes back on a line of its own when the sound is complete. The model
stays loaded between sentences, in one watched process a language.
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Literal

import msgspec

from appliance.speech import waveform
from appliance.speech.errors import SpeechError, VoiceFault, VoiceMissing
from appliance.speech.settings import Language
from appliance.speech.watched import WatchedWorker, WorkerLost
from appliance.wire.messages import Part

log = logging.getLogger(__name__)

ATTEMPTS: Final = 2
LONGEST_TEXT: Final = 500
START_ALLOWANCE_S: Final = 30.0
"""Loading a model takes a Pi 4 several seconds."""
EVERYDAY_WORDS_PER_MINUTE: Final = 165
"""What ``length_scale`` 1 comes to."""


class PiperVoice:
    """A ``Voice`` (see ``voice``) for the languages that have a model.

    Args:
        models: the ``.onnx`` file of each language.
        words_per_minute: speed of speech.
        deadline: real seconds that one sentence may take.
        program: name or path of the program.
        start_allowance: real seconds more for the first sentence of a fresh process.
    """

    def __init__(
        self,
        models: Mapping[Language, str],
        words_per_minute: int = 135,
        deadline: float = 15.0,
        program: str = "piper",
        start_allowance: float = START_ALLOWANCE_S,
    ) -> None:
        self._program = program
        self._models: dict[str, Path] = {language: Path(model) for language, model in models.items()}
        self._deadline = deadline
        self._start_allowance = start_allowance
        pace = f"{EVERYDAY_WORDS_PER_MINUTE / words_per_minute:.2f}"
        self._workers = {
            language: WatchedWorker([program, "--quiet", "--json-input", "--length_scale", pace, "--model", str(model)])
            for language, model in self._models.items()
        }
        self._problems: dict[str, SpeechError] = {}
        self._spoken = False

    def synthesise(self, text: str, language: str, path: Path) -> None:
        """See ``Voice``. A language without a model, program or model file is ``VoiceMissing``."""
        if language not in self._models:
            raise VoiceMissing("piper_no_language", language=language)
        try:
            self._synthesise(text, language, path)
        except SpeechError as error:
            self._problems[language] = error
            raise
        self._problems.pop(language, None)
        self._spoken = True

    def check(self) -> None:
        """There is no sign of life that could be asked for; the next sentence shows whether it works."""

    def parts(self) -> list[Part]:
        """Return its health."""
        problem = next(iter(list(self._problems.values())), None)
        if problem is not None:
            state: Literal["missing", "fault"] = "missing" if isinstance(problem, VoiceMissing) else "fault"
            return [Part("voice", state, problem.code, problem.values)]
        if not self._spoken:
            return [Part("voice", "unknown", "piper_not_tried_yet")]
        return [Part("voice", "ok", "speaks", {"engine": "piper"})]

    def close(self) -> None:
        """End every process."""
        for worker in self._workers.values():
            worker.close()

    def _synthesise(self, text: str, language: str, path: Path) -> None:
        if shutil.which(self._program) is None:
            raise VoiceMissing("piper_not_there", file=self._program)
        if not self._models[language].is_file():
            raise VoiceMissing("piper_not_there", file=str(self._models[language]))
        half_done = path.with_suffix(".speech")
        problem = ""
        try:
            for _ in range(ATTEMPTS):
                problem = self._attempt(text[:LONGEST_TEXT], self._workers[language], half_done)
                if not problem:
                    waveform.write(path, waveform.levelled(waveform.read(half_done)))
                    return
                if self._workers[language].closed:
                    break
                log.warning("piper: trying again with a fresh process: %s", problem)
                self._workers[language].kill()
        except OSError as error:
            raise VoiceFault("cannot_write", error=str(error.strerror)) from error
        finally:
            half_done.unlink(missing_ok=True)
        if not self._workers[language].closed:
            log.warning("piper: given up: %s", problem)
        raise VoiceFault("piper_failed")

    def _attempt(self, text: str, worker: WatchedWorker, path: Path) -> str:
        """Synthesise once; return what went wrong."""
        line = msgspec.json.encode({"text": text, "output_file": str(path)})
        allowance = 0.0 if worker.pid else self._start_allowance
        try:
            worker.ask(line, self._deadline + allowance)
        except WorkerLost as error:
            return str(error)
        try:
            samples = waveform.read(path)
        except waveform.WrongForm as error:
            raise VoiceMissing("piper_wrong_model", error=str(error)) from error
        except ValueError as error:
            return str(error)
        return "" if waveform.is_audible(samples) else f"{text!r} came out silent"
