"""The studio: what is asked for at once, what is foreseen in idle moments, and what is given up."""

from __future__ import annotations

import shutil
import threading
from array import array
from collections.abc import Iterator
from pathlib import Path

import pytest
from listener import wait_for

from appliance.speech import waveform
from appliance.speech.errors import SpeechError, VoiceFault
from appliance.speech.phrases import Phrase
from appliance.speech.studio import KEPT, Shelf, Studio
from appliance.speech.voice import EspeakVoice
from appliance.wire.messages import Part


def phrase(text: str) -> Phrase:
    return Phrase(text, "id")


class SlowVoice:
    """Says what it is asked for when it is let."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.begun = threading.Semaphore(0)
        self.go_on = threading.Semaphore(0)
        self.broken: set[str] = set()

    def synthesise(self, text: str, language: str, path: Path) -> None:
        self.said.append(text)
        self.begun.release()
        self.go_on.acquire(timeout=20)
        if text in self.broken:
            raise VoiceFault(f"cannot say {text}")
        waveform.write(path, array("h", [9000, -9000] * 500))

    def check(self) -> None:
        pass

    def parts(self) -> list[Part]:
        return [Part("voice", "ok")]

    def close(self) -> None:
        self.go_on.release(1000)


@pytest.fixture
def voice() -> SlowVoice:
    return SlowVoice()


@pytest.fixture
def studio(voice: SlowVoice) -> Iterator[Studio]:
    made = Studio(voice, ("id",))
    made.start()
    yield made
    made.stop()


def test_what_is_asked_for_comes_before_what_is_foreseen(studio: Studio, voice: SlowVoice) -> None:
    studio.foresee([phrase("satu"), phrase("dua"), phrase("tiga")])
    assert voice.begun.acquire(timeout=20)
    asked = threading.Thread(target=studio.sound_of, args=(phrase("sekarang"),))
    asked.start()
    wait_for(lambda: studio._asked is not None)
    voice.go_on.release(10)
    asked.join(20)
    wait_for(lambda: studio.ready(phrase("tiga")))
    assert voice.said == ["satu", "sekarang", "dua", "tiga"]


def test_what_was_foreseen_is_there_at_once(studio: Studio, voice: SlowVoice) -> None:
    voice.go_on.release(1)
    studio.foresee([phrase("satu")])
    wait_for(lambda: studio.ready(phrase("satu")))
    assert waveform.is_audible(studio.sound_of(phrase("satu")))  # the voice may say nothing more: it would wait
    assert voice.said == ["satu"]


def test_a_later_forecast_takes_the_place_of_an_earlier_one(studio: Studio, voice: SlowVoice) -> None:
    studio.foresee([phrase("satu"), phrase("dua")])
    assert voice.begun.acquire(timeout=20)
    studio.foresee([phrase("tiga")])
    voice.go_on.release(10)
    wait_for(lambda: studio.ready(phrase("tiga")))
    assert voice.said == ["satu", "tiga"]


@pytest.mark.expects_log("the voice does not work: cannot say dua")
def test_a_sentence_that_cannot_be_made_is_told_to_who_asks_and_harms_no_other(
    studio: Studio, voice: SlowVoice
) -> None:
    voice.broken = {"dua"}
    voice.go_on.release(10)
    studio.foresee([phrase("dua"), phrase("tiga")])
    with pytest.raises(VoiceFault, match="cannot say dua"):
        studio.sound_of(phrase("dua"))
    assert studio.sound_of(phrase("satu"))


def test_closing_lets_nobody_wait(studio: Studio, voice: SlowVoice) -> None:
    raised: list[SpeechError] = []

    def ask() -> None:
        try:
            studio.sound_of(phrase("satu"))
        except SpeechError as error:
            raised.append(error)

    asked = threading.Thread(target=ask)
    asked.start()
    assert voice.begun.acquire(timeout=20)
    studio.stop()
    asked.join(20)
    assert not asked.is_alive()


def test_sentences_without_sound_are_given_up_as_well() -> None:
    """Otherwise a display without a voice would keep every number that was ever called."""
    shelf = Shelf(limit=4000)
    for number in range(3 * KEPT):
        shelf.put(phrase(f"A{number}"), array("h"))
    assert sum(phrase(f"A{number}") in shelf for number in range(3 * KEPT)) == KEPT
    assert phrase(f"A{3 * KEPT - 1}") in shelf


def test_the_shelf_gives_up_what_was_not_used_for_the_longest() -> None:
    shelf = Shelf(limit=4000)
    for name in "abcd":
        shelf.put(phrase(name), waveform.silence(0) + array("h", bytes(1000)))
    shelf.take(phrase("a"))
    shelf.put(phrase("e"), array("h", bytes(1000)))
    assert [name for name in "abcde" if phrase(name) in shelf] == ["a", "c", "d", "e"]
    assert shelf.bytes == 4000
    shelf.put(phrase("e"), array("h", bytes(500)))
    assert shelf.bytes == 3500


def test_the_real_voice_never_keeps_more_than_it_may() -> None:
    studio = Studio(EspeakVoice(), ("id",), cache_bytes=300_000)
    studio.start()
    for number in range(30):
        studio.sound_of(phrase(f"Nomor {number}."))
        assert studio.kept_bytes <= 300_000
    studio.stop()


@pytest.mark.expects_log("There is no place for sound")
def test_without_a_place_for_files_the_voice_says_so_and_comes_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full or read-only /tmp at the start, and one that is cleaned under the running display."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "later"))
    voice = SlowVoice()
    voice.go_on.release(1000)
    studio = Studio(voice, ("id",))
    studio.start()
    with pytest.raises(VoiceFault, match="no place for sound"):
        studio.sound_of(phrase("satu"))
    assert (studio.dead_part(), studio.parts()[0].state) == (None, "fault")
    (tmp_path / "later").mkdir()
    assert studio.sound_of(phrase("dua"))
    assert studio.parts()[0].state == "ok"
    (folder,) = (tmp_path / "later").iterdir()
    shutil.rmtree(folder)
    assert studio.sound_of(phrase("tiga"))
    studio.stop()
    assert list((tmp_path / "later").iterdir()) == []


@pytest.mark.expects_log("cannot be foreseen")
def test_a_forecast_that_cannot_be_made_does_not_silence_the_calls(studio: Studio, voice: SlowVoice) -> None:
    studio.foresee(phrase(str(1 // each)) for each in (1, 0))
    voice.go_on.release(1000)
    assert studio.sound_of(phrase("satu"))
    wait_for(lambda: studio._forecast is None)
    assert studio.dead_part() is None
    assert studio.sound_of(phrase("dua"))
