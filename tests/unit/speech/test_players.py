"""The players: the real aplay on ALSA's own null and file devices, and stand-ins where it would have to fail."""

from __future__ import annotations

import threading
import time
from array import array
from collections.abc import Iterator
from pathlib import Path

import pytest
from listener import wait_for

from appliance.speech import waveform
from appliance.speech.errors import PlayerFault, PlayerMissing
from appliance.speech.players import AlsaPlayer, FolderPlayer, NoSpeaker, Sound, make_player
from appliance.speech.settings import SpeechSettings
from appliance.wire.messages import Part

CHIME = Sound([waveform.chime()], "A012-loket3", rate=1000)


def program(folder: Path, script: str) -> str:
    path = folder / "player"
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)
    return str(path)


def recorder(file: Path) -> str:
    """ALSA's own device that writes what it gets into a file: the real aplay, and no sound card."""
    return f"file:FILE={file},FORMAT=raw"


def heard(file: Path) -> array[int]:
    samples = array("h")
    got = file.read_bytes() if file.exists() else b""
    samples.frombytes(got[: len(got) // 2 * 2])
    return samples


def test_the_folder_keeps_every_announcement_in_order(tmp_path: Path) -> None:
    player = FolderPlayer(tmp_path / "kept")
    assert player.play(CHIME)
    assert player.play(CHIME._replace(name="A013-loket1"))
    FolderPlayer(tmp_path / "kept").play(CHIME._replace(name="A014-loket2"))
    names = sorted(path.name for path in (tmp_path / "kept").iterdir())
    assert names == ["001-A012-loket3.wav", "002-A013-loket1.wav", "003-A014-loket2.wav"]


def test_a_folder_that_cannot_be_written_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("in the way", encoding="utf-8")
    player = FolderPlayer(tmp_path / "kept")
    with pytest.raises(PlayerFault):
        player.play(CHIME)
    assert player.part().state == "fault"


@pytest.mark.parametrize("kind", ["silent", "alsa", "stuck"])
def test_stopping_ends_the_sound_at_once(tmp_path: Path, kind: str) -> None:
    players = {
        "silent": NoSpeaker,
        "alsa": lambda: AlsaPlayer("null"),
        "stuck": lambda: AlsaPlayer("default", program=program(tmp_path, "exec sleep 60")),
    }
    player = players[kind]()
    thread = threading.Thread(target=player.play, args=(Sound([waveform.silence(60_000)]),))
    thread.start()
    player.stop()
    thread.join(20)
    assert not thread.is_alive()


@pytest.mark.parametrize("keep_awake", [True, False])
def test_the_whole_sound_arrives_and_nothing_of_its_first_syllable_is_lost(tmp_path: Path, keep_awake: bool) -> None:
    player = AlsaPlayer(recorder(tmp_path / "heard"), keep_awake=keep_awake)
    assert player.play(Sound([waveform.silence(400), waveform.chime(), waveform.silence(100), waveform.chime()]))
    player.stop()
    got = heard(tmp_path / "heard").tobytes()
    first = got.index(waveform.chime().tobytes())
    assert first >= 2 * len(waveform.silence(400))
    assert got.index(waveform.chime().tobytes(), first + 1) == first + 2 * len(waveform.chime() + waveform.silence(100))


def test_a_device_is_kept_awake_by_what_nobody_hears(tmp_path: Path) -> None:
    player = AlsaPlayer(recorder(tmp_path / "heard"), keep_awake=True)
    player.check()
    wait_for(lambda: player.part().state == "ok" and player.awake)
    before = len(heard(tmp_path / "heard"))
    wait_for(lambda: len(heard(tmp_path / "heard")) > before + waveform.RATE // 10)
    player.stop()
    breath = heard(tmp_path / "heard")
    assert any(breath)
    assert max(breath) <= 1 >= -min(breath)


def test_the_first_sound_is_told_when_it_is_handed_over_and_not_before(tmp_path: Path) -> None:
    player = AlsaPlayer("null", keep_awake=True)
    told: list[bool] = []
    ready = threading.Event()

    def pieces() -> Iterator[array[int]]:
        yield waveform.silence(100)
        told.append(ready.is_set())
        ready.set()
        yield waveform.chime()

    player.play(Sound(pieces(), started=lambda: told.append(ready.is_set())))
    player.stop()
    assert told == [False, True]


def test_speech_that_is_still_being_made_leaves_a_pause_and_no_hole(tmp_path: Path) -> None:
    """The device goes on to be fed while we wait for the second piece; else ALSA would complain of an underrun."""
    player = AlsaPlayer(recorder(tmp_path / "heard"), keep_awake=True)
    go_on = threading.Event()

    def pieces() -> Iterator[array[int]]:
        yield waveform.chime()
        wait_for(lambda: len(heard(tmp_path / "heard")) > len(waveform.chime()) + waveform.RATE)
        yield waveform.chime()
        go_on.set()

    assert player.play(Sound(pieces()))
    player.stop()
    assert heard(tmp_path / "heard").tobytes().count(waveform.chime().tobytes()) == 2


def test_what_is_no_longer_wanted_ends_at_once(tmp_path: Path) -> None:
    player = AlsaPlayer(recorder(tmp_path / "heard"), keep_awake=True)
    begun = threading.Event()
    long = waveform.test_tone() * 30
    assert not player.play(Sound([long], wanted=lambda: not begun.is_set(), started=begun.set))
    assert player.play(CHIME)
    player.stop()
    assert len(heard(tmp_path / "heard")) < len(long) / 10


def test_a_stuck_player_is_ended_at_its_deadline(tmp_path: Path) -> None:
    player = AlsaPlayer("default", program=program(tmp_path, "exec sleep 60"), grace=0.1)
    with pytest.raises(PlayerFault, match="takes no sound any more"):
        player.play(CHIME)
    assert player.part().state == "fault"


def test_a_player_that_does_not_end_is_ended(tmp_path: Path) -> None:
    player = AlsaPlayer("default", program=program(tmp_path, "cat >/dev/null; exec sleep 60"), grace=0.3)
    with pytest.raises(PlayerFault, match="not finished"):
        player.play(CHIME)


@pytest.mark.expects_log("the loudspeaker was lost")
def test_a_sound_card_that_goes_away_is_a_fault_and_is_opened_again(tmp_path: Path) -> None:
    player = AlsaPlayer(recorder(tmp_path / "heard"), keep_awake=True)
    player.check()
    wait_for(lambda: player.part().state == "ok")
    assert player._line is not None
    player._line._process.kill()
    wait_for(lambda: player.part().state == "fault")
    player.check()
    wait_for(lambda: player.part().state == "ok")
    assert player.play(CHIME)
    player.stop()


def test_a_sound_card_that_goes_away_in_mid_word_is_no_success(tmp_path: Path) -> None:
    player = AlsaPlayer("null", keep_awake=True)

    def unplug() -> None:
        assert player._line is not None
        player._line._process.kill()

    with pytest.raises(PlayerFault):
        player.play(Sound([waveform.test_tone() * 5], started=unplug))
    player.stop()


@pytest.mark.parametrize("keep_awake", [True, False])
def test_a_sound_card_that_is_not_there_is_missing(tmp_path: Path, keep_awake: bool) -> None:
    player = AlsaPlayer("plughw:CARD=absent_card", keep_awake=keep_awake)
    with pytest.raises(PlayerMissing):
        player.play(CHIME)
    player.check()
    wait_for(lambda: player.part().state == "missing")


def test_an_absent_program_is_missing(tmp_path: Path) -> None:
    with pytest.raises(PlayerMissing, match="alsa-utils"):
        AlsaPlayer("default", program=str(tmp_path / "nothing")).play(CHIME)


def test_a_busy_device_is_a_fault_with_its_reason(tmp_path: Path) -> None:
    busy = program(tmp_path, "echo 'audio open error: Device or resource busy' >&2; exit 1")
    with pytest.raises(PlayerFault, match="resource busy"):
        AlsaPlayer("hdmi", program=busy).play(CHIME)


def test_a_good_play_is_ok_and_names_the_device(tmp_path: Path) -> None:
    player = AlsaPlayer("hdmi", program=program(tmp_path, f'echo "$@" > {tmp_path}/said; exec cat >/dev/null'))
    player.play(CHIME)
    assert player.part() == Part("speaker", "ok", "plays", {"device": "hdmi"})
    assert "-D hdmi" in (tmp_path / "said").read_text(encoding="utf-8")


def test_silent_players_follow_the_rate_of_the_clock(tmp_path: Path) -> None:
    begun = time.monotonic()
    NoSpeaker().play(Sound([waveform.silence(60_000)], rate=600))
    assert time.monotonic() - begun < 50  # 0.1 s is right; 60 s is wrong


def test_settings_choose_the_player(tmp_path: Path) -> None:
    assert isinstance(make_player(SpeechSettings()), AlsaPlayer)
    assert isinstance(make_player(SpeechSettings(player="folder", folder=str(tmp_path))), FolderPlayer)
    assert type(make_player(SpeechSettings(player="none"))) is NoSpeaker
