"""The chime and the joining of one announcement."""

from __future__ import annotations

import wave
from array import array
from itertools import pairwise
from pathlib import Path

import pytest

from appliance.speech import waveform

TONE = array("h", [8000, -8000] * 2000)


def test_the_chime_fades_in_and_out_and_stays_clear_of_the_limit() -> None:
    samples = waveform.chime()
    assert abs(samples[0]) < 50
    assert abs(samples[-1]) < 50
    assert 0.3 * waveform.FULL_SCALE < max(samples) < 0.5 * waveform.FULL_SCALE


def test_the_two_tones_of_the_chime_fall_by_a_major_third() -> None:
    def pitch(samples: array[int]) -> float:
        rising = sum(a < 0 <= b for a, b in pairwise(samples))
        return rising * waveform.RATE / len(samples)

    samples = waveform.chime()
    first = samples[int(0.2 * waveform.RATE) : int(0.33 * waveform.RATE)]
    second = samples[int(0.9 * waveform.RATE) : int(1.0 * waveform.RATE)]
    assert pitch(first) == pytest.approx(659, rel=0.03)
    assert pitch(second) == pytest.approx(523, rel=0.03)


def test_trimming_keeps_the_sound_and_softens_its_edges() -> None:
    cut = waveform.trimmed(waveform.silence(500) + TONE + waveform.silence(500))
    assert len(TONE) <= len(cut) <= len(TONE) + waveform.RATE // 10
    bare = waveform.trimmed(TONE)
    assert (bare[0], bare[-1]) == (0, 0)
    assert max(bare) == 8000


def test_trimming_silence_leaves_nothing() -> None:
    assert len(waveform.trimmed(waveform.silence(100))) == 0


def test_an_announcement_is_lead_in_chime_and_sentences() -> None:
    whole = waveform.join([[TONE, TONE], [TONE]], with_chime=True, lead_in_ms=400)
    lead = 400 * waveform.RATE // 1000
    assert not any(whole[:lead])
    assert whole[lead : lead + len(waveform.chime())] == waveform.chime()
    pauses = waveform.CHIME_GAP_MS + waveform.SENTENCE_GAP_MS + waveform.LANGUAGE_GAP_MS + 100
    expected = lead + len(waveform.chime()) + 3 * len(TONE) + pauses * waveform.RATE // 1000
    assert len(whole) == pytest.approx(expected, abs=5)


def test_without_voice_and_chime_there_is_nothing_to_hear() -> None:
    assert not waveform.is_audible(waveform.join([[array("h")]], with_chime=False, lead_in_ms=100))


def test_what_is_written_can_be_read(tmp_path: Path) -> None:
    waveform.write(tmp_path / "a.wav", TONE)
    assert waveform.read(tmp_path / "a.wav") == TONE
    assert [path.name for path in tmp_path.iterdir()] == ["a.wav"]


def test_refuses_other_sound(tmp_path: Path) -> None:
    path = tmp_path / "fast.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes(bytes(100))
    with pytest.raises(ValueError, match="16000 Hz"):
        waveform.read(path)
    path.write_bytes(b"no sound at all")
    with pytest.raises(ValueError, match="not a WAV"):
        waveform.read(path)
