"""The catalogues say the same in every language, and have a word for all that the engine can answer."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import appliance.engine
from appliance.engine.model import Rules
from appliance.texts import keys, pick, text

PLACEHOLDER = re.compile(r"\{(\w+)\}")


def test_both_languages_have_the_same_texts():
    assert keys("id") == keys("en")


def test_a_text_has_the_same_placeholders_in_both_languages():
    for key in sorted(keys("id")):
        assert set(PLACEHOLDER.findall(text(key, "id"))) == set(PLACEHOLDER.findall(text(key, "en"))), key


def test_a_further_language_says_only_what_the_office_says():
    assert keys("jv") < keys("id")
    for key in sorted(keys("jv")):
        assert set(PLACEHOLDER.findall(text(key, "jv"))) == set(PLACEHOLDER.findall(text(key, "id"))), key


def test_there_is_a_word_for_every_reason_of_a_call():
    source = (Path(appliance.engine.__file__).parent / "next_call.py").read_text(encoding="utf-8")
    reasons = set(re.findall(r'Choice\([^,]+, "(\w+)"', source))
    assert len(reasons) >= 6
    assert {f"reason.{reason}" for reason in reasons} <= keys("id")
    assert {f"reason.picked_{reason}" for reason in Rules().pick_reasons} <= keys("id")


def test_a_language_without_a_text_falls_back_to_indonesian():
    assert text("kiosk.take", "jv") == "Pundhut nomer"
    assert "kiosk.refused" not in keys("jv")
    assert text("kiosk.refused", "jv") == text("kiosk.refused", "id")
    assert pick({"id": "Loket", "en": "Counter"}, "jv") == "Loket"
    with pytest.raises(KeyError):
        text("kiosk.no_such_text")


def test_the_standard_word_for_queue_is_used():
    assert not [key for key in keys("id") if "antrian" in text(key, "id").lower()]
