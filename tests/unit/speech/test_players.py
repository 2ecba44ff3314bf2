"""The players, with stand-ins for aplay where no sound card can be had."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from appliance.speech import sound
from appliance.speech.errors import PlayerFault, PlayerMissing
from appliance.speech.players import AlsaPlayer, FolderPlayer, NoSpeaker, make_player
from appliance.speech.settings import SpeechSettings


@pytest.fixture
def wav(tmp_path: Path) -> Path:
    path = tmp_path / "sound.wav"
    sound.write(path, sound.chime())
    return path


def program(folder: Path, script: str) -> str:
    path = folder / "player"
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)
    return str(path)


def test_the_folder_keeps_every_announcement_in_order(tmp_path: Path, wav: Path) -> None:
    player = FolderPlayer(tmp_path / "kept")
    player.play(wav, name="A012-loket3", rate=1000)
    player.play(wav, name="A013-loket1", rate=1000)
    FolderPlayer(tmp_path / "kept").play(wav, name="A014-loket2", rate=1000)
    names = sorted(path.name for path in (tmp_path / "kept").iterdir())
    assert names == ["001-A012-loket3.wav", "002-A013-loket1.wav", "003-A014-loket2.wav"]


def test_a_folder_that_cannot_be_written_is_a_fault(tmp_path: Path, wav: Path) -> None:
    (tmp_path / "kept").write_text("in the way", encoding="utf-8")
    player = FolderPlayer(tmp_path / "kept")
    with pytest.raises(PlayerFault):
        player.play(wav, name="A012-loket3", rate=1000)
    assert player.part().state == "fault"


@pytest.mark.parametrize("silent", [True, False])
def test_stopping_ends_the_sound_at_once(tmp_path: Path, silent: bool) -> None:
    path = tmp_path / "long.wav"
    sound.write(path, sound.silence(60_000))
    player = NoSpeaker() if silent else AlsaPlayer("default", program(tmp_path, "exec sleep 60"))
    thread = threading.Thread(target=player.play, args=(path,), kwargs={"name": "", "rate": 1.0})
    thread.start()
    player.stop()
    thread.join(20)
    assert not thread.is_alive()


def test_a_stuck_player_is_ended_at_its_deadline(tmp_path: Path, wav: Path) -> None:
    player = AlsaPlayer("default", program(tmp_path, "exec sleep 60"), grace=-0.9)
    with pytest.raises(PlayerFault, match="not finished"):
        player.play(wav, name="", rate=1.0)
    assert player.part().state == "fault"


def test_a_sound_card_that_is_not_there_is_missing(tmp_path: Path, wav: Path) -> None:
    player = AlsaPlayer("plughw:CARD=absent_card")
    with pytest.raises(PlayerMissing):
        player.play(wav, name="", rate=1.0)
    player.check()
    assert player.part().state == "missing"


def test_an_absent_program_is_missing(tmp_path: Path, wav: Path) -> None:
    with pytest.raises(PlayerMissing, match="alsa-utils"):
        AlsaPlayer("default", str(tmp_path / "nothing")).play(wav, name="", rate=1.0)


def test_a_busy_device_is_a_fault_with_its_reason(tmp_path: Path, wav: Path) -> None:
    player = AlsaPlayer("hdmi", program(tmp_path, "echo 'audio open error: Device or resource busy' >&2; exit 1"))
    with pytest.raises(PlayerFault, match="resource busy"):
        player.play(wav, name="", rate=1.0)


def test_a_good_play_is_ok_and_names_the_device(tmp_path: Path, wav: Path) -> None:
    player = AlsaPlayer("hdmi", program(tmp_path, f'echo "$@" > {tmp_path}/said'))
    player.play(wav, name="", rate=1.0)
    assert player.part().state == "ok"
    assert (tmp_path / "said").read_text(encoding="utf-8").split() == ["-q", "-D", "hdmi", str(wav)]


def test_silent_players_follow_the_rate_of_the_clock(tmp_path: Path) -> None:
    path = tmp_path / "hour.wav"
    sound.write(path, sound.silence(60_000))
    begun = time.monotonic()
    NoSpeaker().play(path, name="", rate=600)
    assert time.monotonic() - begun < 50  # 0.1 s is right; 60 s is wrong


def test_settings_choose_the_player(tmp_path: Path) -> None:
    assert isinstance(make_player(SpeechSettings()), AlsaPlayer)
    assert isinstance(make_player(SpeechSettings(player="folder", folder=str(tmp_path))), FolderPlayer)
    assert type(make_player(SpeechSettings(player="none"))) is NoSpeaker
