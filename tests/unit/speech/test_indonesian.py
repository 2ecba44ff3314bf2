"""It really is Indonesian: what the voice makes of numbers and letters, beside a list written by hand.

The list is in the International Phonetic Alphabet, after the letter names of EYD V and KBBI. Where espeak-ng
1.51 differs from a native speaker the list says what it says, and the comment what a speaker says.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np
import pytest

from appliance.speech import waveform
from appliance.speech.voice import VOICES, EspeakVoice
from appliance.texts.numbers import cardinal, spell

LETTERS = {
    "A": "a", "B": "be", "C": "tʃe", "D": "de", "E": "e", "F": "ɛf", "G": "ɡe", "H": "ha", "I": "i", "J": "dʒe",
    "K": "ka", "L": "ɛl", "M": "ɛm", "N": "ɛn", "O": "o", "P": "pe", "Q": "ki", "R": "ɛr", "S": "ɛs", "T": "te",
    "U": "u", "V": "fe", "W": "we", "X": "ɛks", "Y": "je", "Z": "zɛt",
}  # fmt: skip
DIGITS = {
    "0": "nol", "1": "satu", "2": "dua", "3": "tiɡa",
    "4": "ɛmpat",  # a speaker: əmpat
    "5": "lima",
    "6": "ɛnam",  # a speaker: ənam
    "7": "tudʒuh", "8": "dəlapan", "9": "səmbilan",
}  # fmt: skip
NUMBERS = {  # a speaker: səbəlas, dua bəlas
    10: "səpuluh", 11: "səbɛlas", 12: "dua bɛlas", 20: "dua puluh", 21: "dua puluh satu", 100: "səratus",
    210: "dua ratus səpuluh", 1000: "səribu",
}  # fmt: skip


def phonemes(text: str, language: str) -> str:
    """Return what the pipeline's voice makes of a text, without stress and length marks."""
    shown = subprocess.run(
        ["espeak-ng", "-v", VOICES[language], "--ipa", "-q", text],
        capture_output=True,
        text=True,
        check=True,
        timeout=20,
    )
    return " ".join(shown.stdout.split()).translate({ord(mark): None for mark in "ˈˌː"})


@pytest.mark.parametrize(("letter", "sounds"), LETTERS.items())
def test_letters(letter: str, sounds: str) -> None:
    assert phonemes(spell(letter, "id"), "id") == sounds


@pytest.mark.parametrize(("digit", "sounds"), DIGITS.items())
def test_digits(digit: str, sounds: str) -> None:
    assert phonemes(spell(digit, "id"), "id") == sounds


@pytest.mark.parametrize(("value", "sounds"), NUMBERS.items())
def test_whole_numbers(value: int, sounds: str) -> None:
    assert phonemes(cardinal(value, "id"), "id") == sounds


def test_a_ticket_number_is_its_letters_and_digits() -> None:
    said = " ".join([LETTERS["B"], LETTERS["C"], DIGITS["9"], DIGITS["0"], DIGITS["7"]])
    assert phonemes(spell("BC907", "id"), "id") == said


def test_the_english_voice_would_not_pass() -> None:
    """Most letters and digits sound otherwise in English; so a fallback cannot hide."""
    wrong = [letter for letter, sounds in LETTERS.items() if phonemes(letter, "en") != sounds]
    assert len(wrong) >= 20
    assert sum(phonemes(spell(digit, "id"), "en") != sounds for digit, sounds in DIGITS.items()) >= 9


def test_the_english_voice_says_the_letter_a_and_not_the_article() -> None:
    assert phonemes(spell("A12", "en", "number"), "en").startswith("eɪ")


def envelope(file: Path) -> np.ndarray:
    """Return the loudness of each hundredth of a second."""
    samples = np.asarray(waveform.trimmed(waveform.read(file)), float)
    return np.array([np.abs(piece).mean() for piece in np.array_split(samples, max(1, len(samples) // 220))])


@pytest.mark.parametrize("text", ["Nomor antrean A, nol, satu, dua.", "Silakan menuju loket sembilan."])
def test_what_the_worker_writes_is_what_the_indonesian_voice_says(tmp_path: Path, text: str) -> None:
    """The phonemes above come from espeak-ng's program; the sound comes from its library. It is the same voice."""
    voice = EspeakVoice(words_per_minute=135)
    voice.synthesise(text, "id", tmp_path / "ours.wav")
    voice.close()
    likeness = {}
    for language, name in VOICES.items():
        file = tmp_path / f"{language}.wav"
        subprocess.run(["espeak-ng", "-v", name, "-s", "135", "-w", str(file), text], check=True, timeout=20)
        ours, theirs = envelope(tmp_path / "ours.wav"), envelope(file)
        common = min(len(ours), len(theirs))
        likeness[language] = float(np.corrcoef(ours[:common], theirs[:common])[0, 1])
    assert likeness["id"] > 0.9 > likeness["en"] + 0.2
