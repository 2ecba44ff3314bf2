"""The Piper voice, with a stand-in for the program.

The stand-in is ours. It behaves as piper 2023.11.14 does: ``--json-input`` takes one JSON object a line, writes the WAV
file that ``output_file`` names, and then prints that name. Piper itself and a model were not tried.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.speech import waveform
from appliance.speech.errors import VoiceFault, VoiceMissing
from appliance.speech.piper import PiperVoice
from appliance.speech.settings import SpeechSettings
from appliance.speech.voice import make_voice
from appliance.texts.parts import LOGGED, of_part

STAND_IN = """
import json, math, signal, struct, sys, wave
log = open({log!r}, "a")
log.write(json.dumps(sys.argv[1:]) + "\\n"); log.flush()
for line in sys.stdin:
    asked = json.loads(line)
    if "hang" in asked["text"]: signal.pause()
    if "die" in asked["text"]: sys.exit(1)
    with wave.open(asked["output_file"], "wb") as file:
        file.setnchannels(1); file.setsampwidth(2); file.setframerate({rate})
        file.writeframes(b"".join(struct.pack("<h", int(800 * math.sin(n / 9))) for n in range({rate})))
    log.write(json.dumps(asked) + "\\n"); log.flush()
    print(asked["output_file"], flush=True)
"""


class Office:
    """A folder with the stand-in and something in a model's place."""

    def __init__(self, folder: Path, rate: int = waveform.RATE) -> None:
        self.log = folder / "log"
        self.program = folder / "piper"
        code = STAND_IN.format(log=str(self.log), rate=rate)
        self.program.write_text(f"#!{sys.executable}\n{code}", encoding="utf-8")
        self.program.chmod(0o755)
        self.model = folder / "id.onnx"
        self.model.write_bytes(b"a model")

    def voice(self, deadline: float = 10.0) -> PiperVoice:
        return PiperVoice({"id": str(self.model)}, 135, deadline, str(self.program), start_allowance=5.0)

    def lines(self) -> list[object]:
        return [json.loads(line) for line in self.log.read_text(encoding="utf-8").splitlines()]


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


@pytest.fixture
def voice(office: Office) -> Iterator[PiperVoice]:
    made = office.voice()
    yield made
    made.close()


def test_a_model_that_is_there_is_used_and_stays_loaded(office: Office, voice: PiperVoice, tmp_path: Path) -> None:
    for text in ("Nomor antrean A,\nnol.", "Silakan."):
        voice.synthesise(text, "id", tmp_path / "said.wav")
    arguments, *asked = office.lines()
    assert isinstance(arguments, list)
    assert {"--json-input", "--length_scale", "1.22", "--model", str(office.model)} <= set(arguments)
    assert [each["text"] for each in asked] == ["Nomor antrean A,\nnol.", "Silakan."]  # one process for both
    assert voice.parts()[0].state == "ok"
    assert max(waveform.read(tmp_path / "said.wav")) > 5000  # brought to the level of the others


def test_without_model_or_program_espeak_speaks_and_the_status_says_why(office: Office, tmp_path: Path) -> None:
    absent = tmp_path / "absent"
    for piper, model, why in (
        (str(office.program), str(absent), f"piper: {absent} is not there"),
        (str(absent), str(office.model), f"piper: {absent} is not there"),
    ):
        voice = make_voice(SpeechSettings(piper=piper, piper_models={"id": model}))
        voice.synthesise("Silakan.", "id", tmp_path / "said.wav")
        voice.close()
        assert waveform.is_audible(waveform.read(tmp_path / "said.wav"))
        assert voice.parts()[0].state == "ok"
        assert "espeak-ng speaks" in of_part(voice.parts()[0], LOGGED)
        assert [part.state for part in voice.parts()] == ["ok", "missing"]
        assert why in of_part(voice.parts()[1], LOGGED)


def test_a_language_without_a_model_is_missing(voice: PiperVoice, tmp_path: Path) -> None:
    with pytest.raises(VoiceMissing, match="no model for the language en"):
        voice.synthesise("Hello.", "en", tmp_path / "said.wav")


@pytest.mark.expects_log("piper: (trying again|given up).*speech worker", "another voice speaks instead: piper")
@pytest.mark.parametrize("trouble", ["hang", "die"])
def test_a_piper_that_hangs_or_dies_is_replaced_and_espeak_speaks(office: Office, tmp_path: Path, trouble: str) -> None:
    voice = make_voice(
        SpeechSettings(piper=str(office.program), piper_models={"id": str(office.model)}, deadline_s=0.3)
    )
    voice.synthesise("Silakan.", "id", tmp_path / "first.wav")
    voice.synthesise(f"{trouble}.", "id", tmp_path / "said.wav")
    assert waveform.is_audible(waveform.read(tmp_path / "said.wav"))
    assert voice.parts()[0].state == "fault"
    voice.synthesise("Silakan.", "id", tmp_path / "said.wav")
    assert voice.parts()[0].state == "ok"
    voice.close()


@pytest.mark.expects_log("ended with code -9")
def test_a_killed_piper_costs_no_sentence(voice: PiperVoice, tmp_path: Path) -> None:
    voice.synthesise("Satu.", "id", tmp_path / "a.wav")
    worker = voice._workers["id"]
    pid = worker.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    assert worker._process is not None
    worker._process.wait()
    voice.synthesise("Dua.", "id", tmp_path / "b.wav")
    assert waveform.is_audible(waveform.read(tmp_path / "b.wav"))


def test_a_model_of_another_sample_rate_is_refused_with_advice(tmp_path: Path) -> None:
    voice = Office(tmp_path, rate=16_000).voice()
    with pytest.raises(VoiceMissing, match=r"16000 Hz.*medium quality"):
        voice.synthesise("Satu.", "id", tmp_path / "a.wav")
    voice.close()


@pytest.mark.expects_log("piper: (trying again|given up).*speech worker", "another voice speaks instead: piper")
def test_a_folder_that_cannot_be_written_is_a_fault(voice: PiperVoice, tmp_path: Path) -> None:
    with pytest.raises(VoiceFault):
        voice.synthesise("die", "id", tmp_path / "absent" / "a.wav")
