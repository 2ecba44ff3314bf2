"""The spoken guidance: the real voice, into files."""

from __future__ import annotations

import time
import wave
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QGuiApplication

from appliance.node.polling import until
from appliance.speech import waveform
from appliance.tools.shots import scenes
from kiosk.settings import GuidanceSettings
from kiosk.visit import screen_text
from kiosk.visit.narrator import Guide, Speaker, Speech
from kiosk.visit.state import Flow


@pytest.fixture
def settings(tmp_path: Path) -> GuidanceSettings:
    return GuidanceSettings(headphones="default", folder=str(tmp_path / "said"), volume=50)


@pytest.fixture
def speaker(settings: GuidanceSettings) -> Iterator[Speaker]:
    one = Speaker(settings)
    one.start()
    yield one
    one.stop()
    assert one.dead_part() is None


def said(settings: GuidanceSettings) -> list[Path]:
    return sorted(Path(settings.folder).glob("*.wav"))


def seconds(path: Path) -> float:
    with wave.open(str(path)) as file:
        return file.getnframes() / file.getframerate()


def test_sentences_are_said_one_after_the_other(speaker: Speaker, settings: GuidanceSettings) -> None:
    speaker.say(Speech(("Pilih layanan.", "Empat pilihan."), "id", "headphones"))
    assert until(lambda: len(said(settings)) == 2)
    assert all(waveform.is_audible(waveform.read(path)) for path in said(settings))
    assert until(lambda: [part.state for part in speaker.parts()] == ["ok", "ok"])


def test_what_is_new_cuts_off_what_was_being_said(speaker: Speaker, settings: GuidanceSettings) -> None:
    speaker.say(
        Speech(("Selamat datang di kantor pertanahan kabupaten Sleman. " * 4, "Tidak pernah."), "id", "headphones")
    )
    assert until(lambda: len(said(settings)) == 1)
    long = seconds(said(settings)[0])
    begun = time.monotonic()
    speaker.say(Speech(("Pilih layanan.",), "id", "headphones"))
    assert until(lambda: len(said(settings)) == 2)
    assert long > 8 * seconds(said(settings)[1])
    assert time.monotonic() - begun < long
    speaker.say(None)


def test_the_volume_is_heard(speaker: Speaker, settings: GuidanceSettings) -> None:
    speech = Speech(("Pilih layanan.",), "id", "headphones")
    speaker.say(speech)
    assert until(lambda: len(said(settings)) == 1)
    speaker.volume = 25
    speaker.say(Speech(("Pilih layanan.",), "id", "headphones"))
    assert until(lambda: len(said(settings)) == 2)
    loud, soft = (max(waveform.read(path)) for path in said(settings))
    assert soft == pytest.approx(loud / 2, abs=2)


@pytest.mark.expects_log("cannot be heard")
def test_what_cannot_be_said_is_given_up_and_the_next_sentence_is_heard(
    speaker: Speaker, settings: GuidanceSettings
) -> None:
    speaker.say(Speech(("Tak ada suara untuk bahasa ini.",), "jv", "headphones"))
    assert until(lambda: speaker.parts()[0].state == "missing")
    speaker.say(Speech(("Pilih layanan.",), "id", "headphones"))
    assert until(lambda: len(said(settings)) == 1)


class Ear:
    """Takes the place of a speaker."""

    def __init__(self) -> None:
        self.heard: list[Speech | None] = []

    def say(self, speech: Speech | None) -> None:
        self.heard.append(speech)


def screen(name: Any, *modes: Any) -> dict[str, Any]:
    moment = screen_text.Surroundings(scenes.catalogue(1, scenes.USUAL), None, None, "Asia/Jakarta", 0, 1.0)
    return screen_text.values(Flow(screen=name, modes=frozenset(modes)), moment)


@pytest.fixture
def guide(qapp: QGuiApplication, settings: GuidanceSettings) -> tuple[Guide, Ear, list[str]]:
    ear, begun = Ear(), list[str]()
    return Guide(settings, ear, begun.append), ear, begun  # type: ignore[arg-type]  # it hears what would be said


def test_the_guidance_is_silent_until_somebody_wants_it(guide: tuple[Guide, Ear, list[str]]) -> None:
    one, ear, _ = guide
    one.follow(screen("attract"), 4)
    one.reached("Mulai")
    assert not any(ear.heard)


def test_each_screen_is_told_once(guide: tuple[Guide, Ear, list[str]]) -> None:
    one, ear, _ = guide
    for _ in range(3):
        one.follow(screen("services", "headphones"), 4)
    one.follow(screen("ticket", "headphones"), 4)
    assert [speech.sentences[0] for speech in ear.heard if speech] == ["Pilih layanan.", "Nomor antrean Anda."]


def test_the_control_that_the_keys_reach_is_named(guide: tuple[Guide, Ear, list[str]]) -> None:
    one, ear, _ = guide
    one.follow(screen("services", "loudspeaker"), 4)
    one.reached("Pendaftaran Berkas. 7 menunggu")
    assert ear.heard[-1] == Speech(("Pendaftaran Berkas. tujuh menunggu.",), "id", "loudspeaker")


def test_the_end_of_the_visit_ends_the_voice(guide: tuple[Guide, Ear, list[str]]) -> None:
    one, ear, _ = guide
    one.follow(screen("services", "headphones"), 4)
    one.follow(screen("attract"), 4)
    assert ear.heard[-1] is None


def test_a_key_on_the_first_screen_begins_the_guidance(guide: tuple[Guide, Ear, list[str]]) -> None:
    one, _, begun = guide
    one.follow(screen("services"), 4)
    one.pressed("next")
    assert begun == []
    one.follow(screen("attract"), 4)
    one.pressed("next")
    assert begun == ["headphones"]
