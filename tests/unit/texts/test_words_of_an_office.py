"""The office's own words: what is said where, and what no office may say."""

from __future__ import annotations

import pytest

from appliance import texts
from appliance.texts.office_words import CATALOGUES, LONGEST, OfficeWords, faults, placeholders


def said(key: str, given: dict[str, str], language: str, **values: object) -> str:
    return OfficeWords({key: given}).text(key, language, **values)


def test_the_office_speaks_its_own_words_and_the_catalogues_in_every_other_language() -> None:
    own = {"id": "Sugeng rawuh"}
    assert said("board.welcome", own, "id") == "Sugeng rawuh"
    assert said("board.welcome", own, "en") == texts.text("board.welcome", "en")
    assert CATALOGUES.text("board.welcome", "id") == texts.text("board.welcome", "id")


def test_a_language_without_words_of_either_kind_has_the_offices_indonesian() -> None:
    assert not texts.has("kiosk.priority_who", "jv")
    assert said("kiosk.priority_who", {"id": "Lansia"}, "jv") == "Lansia"
    assert said("kiosk.begin", {"id": "Mulai di sini"}, "jv") == texts.text("kiosk.begin", "jv")


def test_placeholders_are_filled_in() -> None:
    own = {"id": "{number}: tunjukkan kepada satpam."}
    assert said("kiosk.photograph", own, "id", number="A012") == "A012: tunjukkan kepada satpam."


@pytest.mark.parametrize(
    "own", ["tanpa nomor", "{number} dan {printer}", "{number.__class__}", "{number!r}", "{", "{}"]
)
def test_words_that_this_release_cannot_fill_in_are_passed_over(own: str) -> None:
    usual = texts.text("kiosk.photograph", "id", number="A012")
    assert said("kiosk.photograph", {"id": own}, "id", number="A012") == usual


def test_words_for_what_no_office_may_word_are_passed_over() -> None:
    assert said("kiosk.phone_privacy", {"id": "Nomor Anda dijual."}, "id") == texts.text("kiosk.phone_privacy", "id")


def test_the_catalogues_own_words_are_within_the_limits_and_could_be_an_offices() -> None:
    every = {
        key: {language: texts.find(key, language) for language in sorted(texts.languages()) if texts.has(key, language)}
        for key in LONGEST
    }
    assert all("id" in given and "en" in given for given in every.values())
    assert list(faults(every)) == []
    assert texts.languages() == {"id", "en", "jv"}


@pytest.mark.parametrize(
    ("key", "language", "own", "path", "code"),
    [
        ("kiosk.refused", "id", "Tidak", "texts.kiosk.refused", "unknown_key"),
        ("board.welcome", "tlh", "nuqneH", "texts.board.welcome", "no_such_language"),
        ("board.welcome", "id", "", "texts.board.welcome.id", "needed"),
        ("board.welcome", "id", " ", "texts.board.welcome.id", "unseen"),
        ("board.welcome", "id", "—", "texts.board.welcome.id", "unseen"),
        ("board.welcome", "id", "dua\nbaris", "texts.board.welcome.id", "unseen"),
        ("board.welcome", "id", "Selamat\u202e gnatad", "texts.board.welcome.id", "unseen"),
        ("board.welcome", "id", "\u200fSelamat datang", "texts.board.welcome.id", "unseen"),
        ("board.welcome", "id", "Selamat\u200b datang", "texts.board.welcome.id", "unseen"),
        ("board.welcome", "id", "Selamat\ufe0f datang", "texts.board.welcome.id", "unseen"),
        ("board.welcome", "id", "x" * 33, "texts.board.welcome.id", "text_too_long"),
        ("board.welcome", "id", "Halo {name}", "texts.board.welcome.id", "no_placeholders"),
        ("board.welcome", "id", "Halo }", "texts.board.welcome.id", "no_placeholders"),
        ("kiosk.photograph", "en", "Take a photo.", "texts.kiosk.photograph.en", "placeholders"),
        ("kiosk.photograph", "en", "{number} {number:>9999999}", "texts.kiosk.photograph.en", "placeholders"),
        ("kiosk.photograph", "en", "{Number}", "texts.kiosk.photograph.en", "placeholders"),
    ],
)
def test_what_a_box_could_not_show_is_named_with_its_place(
    key: str, language: str, own: str, path: str, code: str
) -> None:
    (fault,) = faults({key: {language: own}})
    assert (fault.path, fault.code) == (path, code)
    for reader in ("id", "en"):
        sentence = texts.text(f"admin.problem.{code}", reader).format(**fault.values)
        assert "{" not in sentence.replace("{number}", "")


@pytest.mark.parametrize("own", ["Mangga", "أهلا وسهلا", "Sugeng rawuh, Bu Siti & Pak Budi", "x" * 32])
def test_what_can_be_read_is_taken_whatever_way_it_is_written(own: str) -> None:
    assert list(faults({"board.welcome": {"id": own}})) == []


def test_every_text_is_named_for_whoever_words_it() -> None:
    for language in ("id", "en"):
        missing = {f"words.text.{key}" for key in LONGEST} - texts.keys(language)
        assert missing == set()


def test_placeholders_are_names_alone() -> None:
    assert placeholders("{a} {b}") == {"a", "b"}
    assert placeholders("{a:>3}") is None
