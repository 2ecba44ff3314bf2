"""The real voice: espeak-ng through pyttsx3 in its worker process, and what happens when that process fails."""

from __future__ import annotations

import math
import os
import signal
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from listener import seconds, wait_for

from appliance.speech import waveform
from appliance.speech.errors import VoiceFault, VoiceMissing
from appliance.speech.settings import SpeechSettings
from appliance.speech.voice import VOICES, WORKER, EspeakVoice, SilentVoice, make_voice
from appliance.speech.watched import WatchedWorker
from appliance.speech.worker import EMPTY_RETRIES, Answer, Sentence, synthesise
from appliance.texts.parts import LOGGED, of_part

SENTENCE = "Nomor antrean A, nol, satu, dua."


@pytest.fixture
def voice() -> Iterator[EspeakVoice]:
    made = EspeakVoice(deadline=3.0)
    yield made
    made.close()


def test_a_sentence_becomes_sound_of_plausible_length_and_loudness(voice: EspeakVoice, tmp_path: Path) -> None:
    assert voice.parts()[0].state == "unknown"
    path = tmp_path / "a.wav"
    voice.synthesise(SENTENCE, "id", path)
    samples = waveform.read(path)
    assert 2.0 < len(samples) / waveform.RATE < 7.0
    assert math.sqrt(sum(value * value for value in samples) / len(samples)) > 1000
    assert voice.parts()[0].state == "ok"
    assert [file.name for file in tmp_path.iterdir()] == ["a.wav"]


def test_the_first_sentence_of_a_fresh_worker_is_as_long_as_the_next(voice: EspeakVoice, tmp_path: Path) -> None:
    lengths = []
    for name in ("first.wav", "second.wav"):
        voice.synthesise(SENTENCE, "id", tmp_path / name)
        lengths.append(len(waveform.trimmed(waveform.read(tmp_path / name))))
    assert lengths[0] == pytest.approx(lengths[1], rel=0.05)


def test_languages_can_alternate_and_sound_different(voice: EspeakVoice, tmp_path: Path) -> None:
    lengths = {}
    for turn in range(2):
        for language in ("id", "en"):
            path = tmp_path / f"{language}{turn}.wav"
            voice.synthesise("Nomor antrean B, sembilan, delapan, tujuh.", language, path)
            lengths[path.stem] = len(waveform.trimmed(waveform.read(path)))
    assert lengths["id0"] == pytest.approx(lengths["id1"], rel=0.03)
    assert abs(lengths["id0"] - lengths["en0"]) > 0.02 * lengths["id0"]


def test_slower_speech_takes_longer(tmp_path: Path) -> None:
    lengths = []
    for pace in (100, 180):
        voice = EspeakVoice(pace)
        voice.synthesise(SENTENCE, "id", tmp_path / "a.wav")
        voice.close()
        lengths.append(seconds(tmp_path / "a.wav"))
    assert lengths[0] > 1.3 * lengths[1]


def test_an_absent_indonesian_voice_is_refused_and_not_replaced(tmp_path: Path) -> None:
    voice = EspeakVoice(voices={**VOICES, "id": "poz/absent"})
    voice.synthesise("Hello.", "en", tmp_path / "en.wav")
    with pytest.raises(VoiceMissing, match="gmw/en"):
        voice.synthesise(SENTENCE, "id", tmp_path / "id.wav")
    assert voice.parts()[0].state == "missing"
    assert voice.restarts == 0
    assert [file.name for file in tmp_path.iterdir()] == ["en.wav"]
    voice.synthesise("Hello.", "en", tmp_path / "en.wav")
    assert voice.parts()[0].state == "missing"  # the other language does not hide it
    voice.close()


def test_an_unknown_language_is_missing(voice: EspeakVoice, tmp_path: Path) -> None:
    with pytest.raises(VoiceMissing):
        voice.synthesise("Bonjour.", "fr", tmp_path / "a.wav")


@pytest.mark.expects_log("ended with code -9")
def test_a_worker_killed_between_sentences_is_replaced(voice: EspeakVoice, tmp_path: Path) -> None:
    voice.synthesise(SENTENCE, "id", tmp_path / "a.wav")
    assert voice.worker_pid is not None
    os.kill(voice.worker_pid, signal.SIGKILL)
    wait_for(lambda: voice.worker_pid is None)
    voice.synthesise(SENTENCE, "id", tmp_path / "b.wav")
    assert waveform.is_audible(waveform.read(tmp_path / "b.wav"))
    assert of_part(voice.parts()[0], LOGGED).endswith("restarted 1 times.")


def stopped_then(voice: EspeakVoice, path: Path, final: signal.Signals | None) -> None:
    """Freeze the worker so that a sentence is surely under way, then end it, or leave it to the deadline."""
    voice.synthesise("Satu.", "id", path.with_name("warm.wav"))
    frozen = voice.worker_pid
    assert frozen is not None
    os.kill(frozen, signal.SIGSTOP)
    thread = threading.Thread(target=voice.synthesise, args=(SENTENCE, "id", path))
    thread.start()
    if final is not None:
        os.kill(frozen, final)
    thread.join(60)
    assert not thread.is_alive()
    assert voice.worker_pid not in (None, frozen)


@pytest.mark.expects_log("speech worker (ended|was lost|did not answer)")
@pytest.mark.parametrize("final", [signal.SIGKILL, None], ids=["killed", "hung"])
def test_a_worker_lost_in_mid_sentence_costs_no_sentence(
    voice: EspeakVoice, tmp_path: Path, final: signal.Signals | None
) -> None:
    path = tmp_path / "a.wav"
    stopped_then(voice, path, final)
    assert waveform.is_audible(waveform.read(path))
    assert voice.restarts == 1
    assert voice.parts()[0].state == "ok"


@pytest.mark.expects_log("did not answer")
def test_check_finds_a_hung_worker_while_nothing_is_said(tmp_path: Path) -> None:
    voice = EspeakVoice(deadline=0.5)
    voice.synthesise("Satu.", "id", tmp_path / "a.wav")
    assert voice.worker_pid is not None
    os.kill(voice.worker_pid, signal.SIGSTOP)
    voice.check()
    assert voice.parts()[0].state == "fault"
    voice.check()
    assert voice.parts()[0].state == "ok"
    voice.close()


@pytest.mark.expects_log("voice: .*")
@pytest.mark.parametrize(
    ("worker", "reason"),
    [
        ("import sys; sys.exit(3)", "ended unexpectedly|was lost"),
        ("import signal; signal.pause()", "did not answer"),
        ("print('nonsense', flush=True); input()", "nonsense"),
        ("[print('{}', flush=True) for _ in iter(input, '')]", "not a WAV file|cannot be written"),
    ],
    ids=["dies", "hangs", "babbles", "writes nothing"],
)
def test_a_worker_that_never_works_is_a_fault_after_bounded_attempts(tmp_path: Path, worker: str, reason: str) -> None:
    voice = EspeakVoice(deadline=0.3, start_allowance=0.3, command=[sys.executable, "-c", worker])
    with pytest.raises(VoiceFault, match=reason):
        voice.synthesise(SENTENCE, "id", tmp_path / "a.wav")
    assert voice.restarts <= 2
    assert voice.parts()[0].state == "fault"
    assert list(tmp_path.iterdir()) == []
    voice.close()


def test_an_engine_that_is_not_installed_is_missing_and_not_tried_three_times(tmp_path: Path) -> None:
    worker = 'print(\'{"problem": "no espeak-ng", "missing": true}\', flush=True)'
    voice = EspeakVoice(command=[sys.executable, "-c", worker])
    with pytest.raises(VoiceMissing, match="no espeak-ng"):
        voice.synthesise(SENTENCE, "id", tmp_path / "a.wav")
    assert voice.parts()[0].state == "missing"
    assert voice.restarts == 0
    voice.close()


@pytest.mark.expects_log("No such file")
def test_a_folder_that_cannot_be_written_is_a_fault_and_no_hang(voice: EspeakVoice, tmp_path: Path) -> None:
    with pytest.raises(VoiceFault):
        voice.synthesise(SENTENCE, "id", tmp_path / "absent" / "a.wav")


def test_closing_ends_a_sentence_under_way(tmp_path: Path) -> None:
    voice = EspeakVoice(deadline=60, command=[sys.executable, "-c", "import signal; signal.pause()"])
    raised: list[Exception] = []

    def speak() -> None:
        try:
            voice.synthesise(SENTENCE, "id", tmp_path / "a.wav")
        except VoiceFault as error:
            raised.append(error)

    thread = threading.Thread(target=speak)
    thread.start()
    wait_for(lambda: voice.worker_pid)
    voice.close()
    thread.join(20)
    assert not thread.is_alive()
    assert len(raised) == 1


def test_nothing_fitted_makes_no_sound_and_no_fuss(tmp_path: Path) -> None:
    voice = make_voice(SpeechSettings(voice="none"))
    assert isinstance(voice, SilentVoice)
    voice.synthesise(SENTENCE, "id", tmp_path / "a.wav")
    assert len(waveform.read(tmp_path / "a.wav")) == 0
    assert voice.parts()[0].state == "missing"


class MoodyEngine:
    """Like the real engine: writes a WAV file without sound the first ``empty`` times.

    Between two sentences it holds orders back; as it begins to speak, it drops those that nobody has waited for.
    """

    def __init__(self, empty: int) -> None:
        self.empty = empty
        self.runs = 0
        self.rate = 200
        self.spoken_at: list[int] = []
        self.proxy = self
        self._busy = False
        self._ordered = self.rate
        self._path = ""

    def setBusy(self, busy: bool) -> None:  # noqa: N802  # the engine's own name
        self._busy = busy

    def settle(self) -> None:
        self.rate = self._ordered

    def connect(self, topic: str, callback: object) -> None:
        pass

    def disconnect(self, token: object) -> None:
        pass

    def setProperty(self, name: str, value: object) -> None:  # noqa: N802  # the engine's own name
        if name == "rate" and not self._busy:
            assert isinstance(value, int)
            self._ordered = value

    def getProperty(self, name: str) -> str:  # noqa: N802  # the engine's own name
        return "poz/id"

    def save_to_file(self, text: str, path: str) -> None:
        self._path = path

    def runAndWait(self) -> None:  # noqa: N802  # the engine's own name
        self.runs += 1
        self.spoken_at.append(self.rate)
        self._busy, self._ordered = True, self.rate
        waveform.write(Path(self._path), waveform.silence(0) if self.runs <= self.empty else waveform.chime())


@pytest.mark.parametrize(("empty", "runs"), [(0, 1), (2, 3), (99, EMPTY_RETRIES)])
def test_an_empty_sound_is_asked_for_again_in_the_same_worker(tmp_path: Path, empty: int, runs: int) -> None:
    engine = MoodyEngine(empty)
    said = Sentence("Satu.", "poz/id", 135, str(tmp_path / "a.wav"))
    assert synthesise(engine, said, engine.settle) == Answer()
    assert engine.runs == runs


def test_each_sentence_has_its_own_rate_though_the_engine_drops_orders_that_espeak_has_not_taken(
    tmp_path: Path,
) -> None:
    engine = MoodyEngine(0)
    for rate in (135, 160, 100):
        synthesise(engine, Sentence("Satu.", "poz/id", rate, str(tmp_path / "a.wav")), engine.settle)
    assert engine.spoken_at == [135, 160, 100]


def test_a_real_worker_speaks_each_sentence_at_its_own_rate(tmp_path: Path) -> None:
    worker = WatchedWorker(WORKER)
    lengths: dict[int, list[float]] = {100: [], 200: []}
    for number in range(20):
        rate = (100, 200)[number % 2]
        said = Sentence(SENTENCE, VOICES["id"], rate, str(tmp_path / "a.wav"))
        assert msgspec.json.decode(worker.ask(msgspec.json.encode(said), 20.0), type=Answer) == Answer()
        lengths[rate].append(seconds(tmp_path / "a.wav"))
    worker.close()
    assert min(lengths[100]) > 1.5 * max(lengths[200])
