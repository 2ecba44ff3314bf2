"""Numbers in words."""

from __future__ import annotations

import pytest

from appliance.texts.numbers import LARGEST, cardinal, in_words, spell


@pytest.mark.parametrize(
    ("number", "language", "style", "words"),
    [
        ("A012", "id", "digits", "A, nol, satu, dua"),
        ("A012", "en", "digits", "A, zero, one, two"),
        ("BC907", "id", "digits", "B, C, sembilan, nol, tujuh"),
        ("A012", "id", "number", "A dua belas"),
        ("A012", "en", "number", "A, twelve"),
        ("A000", "id", "number", "A nol"),
        ("A1234567", "id", "number", "A, satu, dua, tiga, empat, lima, enam, tujuh"),
    ],
)
def test_spells_ticket_numbers(number: str, language: str, style: str, words: str) -> None:
    assert spell(number, language, style) == words  # type: ignore[arg-type]  # a parameter of the test


@pytest.mark.parametrize(
    ("value", "indonesian", "english"),
    [
        (0, "nol", "zero"),
        (10, "sepuluh", "ten"),
        (11, "sebelas", "eleven"),
        (18, "delapan belas", "eighteen"),
        (20, "dua puluh", "twenty"),
        (21, "dua puluh satu", "twenty-one"),
        (100, "seratus", "one hundred"),
        (101, "seratus satu", "one hundred and one"),
        (111, "seratus sebelas", "one hundred and eleven"),
        (999, "sembilan ratus sembilan puluh sembilan", "nine hundred and ninety-nine"),
        (1000, "seribu", "one thousand"),
        (1001, "seribu satu", "one thousand and one"),
        (2150, "dua ribu seratus lima puluh", "two thousand one hundred and fifty"),
        (11_011, "sebelas ribu sebelas", "eleven thousand and eleven"),
        (100_000, "seratus ribu", "one hundred thousand"),
        (101_000, "seratus satu ribu", "one hundred and one thousand"),
        (201_300, "dua ratus satu ribu tiga ratus", "two hundred and one thousand three hundred"),
    ],
)
def test_whole_numbers(value: int, indonesian: str, english: str) -> None:
    assert cardinal(value, "id") == indonesian
    assert cardinal(value, "en") == english


@pytest.mark.parametrize("language", ["id", "en"])
def test_no_two_numbers_sound_alike(language: str) -> None:
    values = [*range(20_000), *range(20_000, LARGEST + 1, 997), LARGEST]
    assert len({cardinal(value, language) for value in values}) == len(values)


@pytest.mark.parametrize("value", [-1, LARGEST + 1])
def test_refuses_numbers_out_of_range(value: int) -> None:
    with pytest.raises(ValueError, match="not between"):
        cardinal(value, "id")


def test_refuses_a_language_without_words() -> None:
    with pytest.raises(ValueError, match="fr"):
        spell("A1", "fr")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Loket 3", "Loket tiga"),
        ("Loket 12", "Loket dua belas"),
        ("Loket 1A", "Loket satu A"),
        ("Ruang 007", "Ruang nol, nol, tujuh"),
        ("Ruang 2 (lantai 1)", "Ruang dua (lantai satu)"),
        ("Kasir", "Kasir"),
        ("", ""),
    ],
)
def test_names_have_their_numbers_in_words(name: str, words: str) -> None:
    assert in_words(name, "id") == words
