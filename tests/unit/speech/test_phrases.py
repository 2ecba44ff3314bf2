"""From a call to sentences, and what the Indonesian voice makes of them."""

from __future__ import annotations

import subprocess

import pytest

from appliance.speech.phrases import announcement, sentences
from appliance.texts.numbers import spell
from appliance.wire.messages import Call

NAMES = {"id": "Loket 3", "en": "Counter 3"}


def call(number: str = "A012", names: dict[str, str] | None = None, *, recall: bool = False) -> Call:
    return Call(1, 7, 0, number, "l3", NAMES if names is None else names, "s", {}, recall)


def test_an_announcement_in_indonesian() -> None:
    assert announcement(call(), "id") == "Nomor antrean A, nol, satu, dua. Silakan menuju loket tiga."


def test_an_announcement_in_english() -> None:
    assert announcement(call(), "en") == "Ticket number A, zero, one, two. Please go to counter three."


def test_a_recall_says_so_first() -> None:
    assert announcement(call(recall=True), "id").startswith("Panggilan ulang. Nomor antrean A,")


def test_the_sentences_of_a_recall_are_those_of_the_call_and_one_more() -> None:
    assert sentences(call(recall=True), "id")[1:] == sentences(call(), "id")


def test_whole_numbers_on_request() -> None:
    assert announcement(call(), "id", "number") == "Nomor antrean A dua belas. Silakan menuju loket tiga."


@pytest.mark.parametrize(
    ("name", "said"), [("VIP 2", "VIP dua"), ("Kasir", "kasir"), ("A", "A"), ("Meja\n1\0", "meja satu")]
)
def test_counter_names_in_mid_sentence(name: str, said: str) -> None:
    assert announcement(call(names={"id": name}), "id").endswith(f"Silakan menuju {said}.")


def test_a_counter_without_a_name_is_left_out() -> None:
    assert announcement(call(names={}), "id") == "Nomor antrean A, nol, satu, dua."


def phonemes(text: str, voice: str) -> list[str]:
    shown = subprocess.run(
        ["espeak-ng", "-v", voice, "-x", "-q", text], capture_output=True, text=True, check=True, timeout=20
    )
    return shown.stdout.split()


DIGITS = ["n'ol", "s'atu", "d'ua", "t'iga", "'Empat", "l'ima", "'Enam", "t'udZuh", "d@l'apan", "s@mb'ilan"]
LETTERS = {"A": "'a", "B": "b'e", "C": "tS'e", "D": "d'e", "E": "'e", "F": "'Ef", "G": "g'e", "H": "h'a", "K": "k'a"}


def test_indonesian_digits_sound_indonesian() -> None:
    text = spell("A0123456789", "id").removeprefix("A, ")
    assert phonemes(text, "id") == DIGITS
    assert phonemes(text, "en") != DIGITS


def test_indonesian_letters_sound_indonesian() -> None:
    text = spell("".join(LETTERS), "id")
    assert phonemes(text, "id") == list(LETTERS.values())
    assert phonemes(text, "en") != list(LETTERS.values())


def test_the_english_voice_says_the_letter_a_and_not_the_article() -> None:
    assert "'eI" in phonemes(spell("A12", "en", "number"), "en")
