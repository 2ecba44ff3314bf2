"""The recorded voice, and the checker that says what is still to be recorded."""

from __future__ import annotations

import wave
from array import array
from pathlib import Path

import pytest
from listener import seconds

from appliance.speech import waveform
from appliance.speech.clips import ClipVoice, main
from appliance.speech.errors import VoiceFault, VoiceMissing
from appliance.speech.settings import SpeechSettings
from appliance.speech.voice import FirstThatCan, make_voice
from appliance.texts.parts import LOGGED, of_part

SENTENCE = "Nomor antrean A, nol, satu, dua."


def record(folder: Path, *names: str, samples: array[int] | None = None) -> None:
    (folder / "id").mkdir(exist_ok=True)
    for name in names:
        waveform.write(folder / "id" / f"{name}.wav", samples or waveform.silence(50) + waveform.chime()[:9000])


def test_a_sentence_is_joined_from_the_longest_recordings(tmp_path: Path) -> None:
    record(tmp_path, "nomor", "antrean", "nomor-antrean", "a", "nol", "satu", "dua")
    voice = ClipVoice(tmp_path)
    files = [file.stem if file else None for _, file in voice.cover(SENTENCE, "id")]
    assert files == ["nomor-antrean", "a", None, "nol", None, "satu", None, "dua"]
    voice.synthesise(SENTENCE, "id", tmp_path / "said.wav")
    clip = 9000 / waveform.RATE
    assert seconds(tmp_path / "said.wav") == pytest.approx(5 * clip + 3 * 0.18, abs=0.5)


def test_what_is_not_recorded_is_named_and_spoken_by_another_voice(tmp_path: Path) -> None:
    record(tmp_path, "nomor-antrean", "nol", "satu")
    with pytest.raises(VoiceMissing, match="no recording of a, dua"):
        ClipVoice(tmp_path).synthesise(SENTENCE, "id", tmp_path / "said.wav")
    voice = make_voice(SpeechSettings(clips=str(tmp_path)))
    assert isinstance(voice, FirstThatCan)
    voice.synthesise(SENTENCE, "id", tmp_path / "said.wav")
    voice.close()
    assert waveform.is_audible(waveform.read(tmp_path / "said.wav"))
    assert voice.parts()[0].state == "ok"
    assert "3 recordings" in of_part(voice.parts()[0], LOGGED)


def test_a_broken_recording_is_a_fault(tmp_path: Path) -> None:
    record(tmp_path, "nol", samples=waveform.silence(500))
    with pytest.raises(VoiceFault, match="silent"):
        ClipVoice(tmp_path).synthesise("nol", "id", tmp_path / "said.wav")


def test_a_folder_without_recordings_is_missing(tmp_path: Path) -> None:
    assert ClipVoice(tmp_path / "absent").parts()[0].state == "missing"


WORDS = ("panggilan-ulang", "nomor-antrean", "silakan-menuju", "loket", "a", "b", "nol", "satu", "dua", "tiga", "empat")
OTHERS = ("lima", "enam", "tujuh", "delapan", "sembilan")


def test_the_checker_lists_what_is_missing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    record(tmp_path, *WORDS)
    asked = [str(tmp_path), "--letters", "AB", "--counter", "Loket 1", "--counter", "Kasir"]
    assert main(asked) == 1
    missing = [line.removeprefix("missing: ") for line in capsys.readouterr().out.splitlines()[:-1]]
    assert sorted(missing) == sorted(f"id/{word}.wav" for word in (*OTHERS, "kasir"))
    record(tmp_path, *OTHERS, "kasir")
    assert main(asked) == 0
    assert "everything is recorded" in capsys.readouterr().out


def test_the_checker_says_how_to_mend_a_recording(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    record(tmp_path, *WORDS, *OTHERS)
    record(tmp_path, "nol", samples=waveform.silence(20) + array("h", [waveform.FULL_SCALE] * 900))
    record(tmp_path, "satu", samples=waveform.silence(900))
    record(tmp_path, "dua", samples=waveform.chime()[2000:])
    with wave.open(str(tmp_path / "id" / "tiga.wav"), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(44_100)
        file.writeframes(bytes(4000))
    assert main([str(tmp_path), "--letters", "A", "--counter", "Loket 1"]) == 1
    shown = capsys.readouterr().out
    for said in (
        "nol.wav is overdriven",
        "satu.wav is silent",
        "dua.wav begins in the middle",
        "sox id/tiga.wav -r 22050",
    ):
        assert said in shown
