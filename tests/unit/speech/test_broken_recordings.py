"""Recordings that are damaged in any way: named, passed over, and never the end of the voice."""

from __future__ import annotations

import random
from array import array
from pathlib import Path

import pytest

from appliance.speech import clips, waveform
from appliance.speech.clips import ClipVoice
from appliance.speech.errors import SpeechError

TONE = array("h", [0] * 200 + [9000, -9000] * 200)


def damaged(whole: bytes, chance: random.Random) -> bytes:
    """Return a file with bytes changed (most of them in its head), cut off, doubled or put in."""
    data = bytearray(whole)
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(min(len(data), chance.choice((12, 48, len(data)))))
        match chance.randrange(4):
            case 0:
                data[at] = chance.choice((0, 1, 0x7F, 0x80, 0xFF, chance.randrange(256)))
            case 1:
                del data[at : at + chance.choice((1, 2, 3, 400))]
            case 2:
                data[at:at] = chance.randbytes(chance.choice((1, 2, 8)))
            case _:
                data[at : at + 4] = chance.choice((b"\0\0\0\0", b"\xff\xff\xff\xff", b"\xff\xff\xff\x7f", b"LIST"))
        if not data:
            break
    return bytes(data)


@pytest.mark.parametrize("seed", range(4))
def test_a_damaged_recording_is_refused_in_words(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    (tmp_path / "id").mkdir()
    file, out = tmp_path / "id" / "loket.wav", tmp_path / "out.wav"
    waveform.write(file, TONE)
    whole = file.read_bytes()
    voice = ClipVoice(tmp_path)
    refused = 0
    for _ in range(300):
        file.write_bytes(damaged(whole, chance))
        try:
            voice.synthesise("Loket.", "id", out)
        except SpeechError:
            refused += 1
        for fault in clips.faults(tmp_path):
            assert fault
        voice.parts()
    assert refused > 50


@pytest.mark.parametrize(
    "content", [b"", b"R", b"RIFF", b"RIFF\xff\xff\xff\xffWAVE", b"RIFF\0\0\0\0WAVEfmt ", b"\0" * 5_000]
)
def test_a_file_that_is_no_sound_is_refused_in_words(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "x.wav"
    file.write_bytes(content)
    with pytest.raises(ValueError, match=r"x\.wav"):
        waveform.read(file)


@pytest.mark.parametrize("text", ["", "…", "Ж", "\n", "../../etc/passwd", "a" * 5_000, "Loket\x00", "' \" ’", "۱۲۳"])
def test_a_text_of_any_kind_is_covered_or_missing(tmp_path: Path, text: str) -> None:
    (tmp_path / "id").mkdir()
    for stretch in ClipVoice(tmp_path).cover(text, "id"):
        assert stretch[1] is None
