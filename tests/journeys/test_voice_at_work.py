"""The voice of the lobby through the real display, on the bus: its parts are killed while it speaks."""

from __future__ import annotations

import os
import signal
from array import array
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from listener import seconds, wait_for

from appliance.speech import waveform
from appliance.texts.parts import LOGGED, of_part
from appliance.tools.office.observer import Observer
from appliance.tools.office.processes import child_of
from appliance.tools.office.rig import Rig
from appliance.tools.office.sample_office import OfficeTime, SampleOffice
from appliance.tools.office.stand_in_hub import NINE_41, StandInHub
from appliance.tools.proofs.soak_voice import WORKER, Soak
from appliance.wire import messages as m
from appliance.wire import topics

SCREEN = {"fullscreen": False, "width": 1280, "height": 720, "reduce_motion": True}
COUNTER = {"id": "Loket 3"}


class Lobby:
    """A display with a voice, and us in the hub's place."""

    def __init__(self, rig: Rig, observer: Observer, speech: dict[str, object]) -> None:
        self.observer = observer
        self.office = SampleOffice(rig, 1, OfficeTime.starting(9 * 3600, 1.0))
        self.hub = StandInHub(rig.password("hub-1"), rig.broker_settings())
        self.hub.start()
        self.office.display(speech, screen=SCREEN)
        wait_for(lambda: observer.online("display-1"))
        counter = m.CounterState(1, 1, "3", COUNTER, "free")
        self.hub.say(m.Board(1, 1, "2026-04-06", m.Office({"id": "Kantor"}, "open"), [], [counter], []))

    def call(self, seq: int, number: str) -> None:
        self.hub.say(m.Call(1, seq, NINE_41, number, "3", COUNTER, "a", {"id": "Pendaftaran"}))

    def part(self, name: str) -> m.Part | None:
        presence = self.observer.presence.get("display-1")
        return next((part for part in presence.parts if part.name == name), None) if presence else None

    def child(self, program: bytes) -> int | None:
        """Return the display's own process of this program, if it runs."""
        return child_of(self.office.rig.process("display-1").pid, program)


@pytest.fixture
def open_lobby(tmp_path: Path) -> Iterator[Callable[..., Lobby]]:
    opened: list[Lobby] = []
    with Rig(tmp_path / "office", SampleOffice.nodes(1)) as rig, Observer(rig) as observer:

        def make(**speech: object) -> Lobby:
            opened.append(Lobby(rig, observer, speech))
            return opened[-1]

        yield make
        for lobby in opened:
            lobby.hub.stop()


def kept(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.wav"))


@pytest.mark.parametrize("fatal", [signal.SIGKILL, signal.SIGSTOP], ids=["killed", "frozen"])
def test_a_worker_lost_during_speech_costs_no_call(
    open_lobby: Callable[..., Lobby], tmp_path: Path, fatal: signal.Signals
) -> None:
    folder = tmp_path / "spoken"
    lobby = open_lobby(player="folder", folder=str(folder), deadline_s=1.0)
    wait_for(lambda: (part := lobby.part("voice")) and part.state == "ok")
    lobby.call(10, "A001")
    wait_for(lambda: kept(folder))  # it is being spoken now
    worker = lobby.child(WORKER)
    assert worker is not None
    os.kill(worker, fatal)
    lobby.call(11, "B777")
    wait_for(lambda: len(kept(folder)) == 2)
    lobby.call(12, "C888")
    wait_for(lambda: len(kept(folder)) == 3)
    assert [file.stem for file in kept(folder)] == ["001-A001-loket3", "002-B777-loket3", "003-C888-loket3"]
    words = min(seconds(file) for file in kept(folder)) - len(waveform.chime()) / waveform.RATE
    assert words > 4.0, "only the chime was heard"
    wait_for(
        lambda: (part := lobby.part("voice")) and part.state == "ok" and "restarted 1 times" in of_part(part, LOGGED)
    )


def test_a_sound_card_lost_during_speech_is_opened_again_and_the_call_is_spoken_whole(
    open_lobby: Callable[..., Lobby], tmp_path: Path
) -> None:
    """The real aplay on ALSA's own file device; its process ends as it does when a card is unplugged."""
    file = tmp_path / "heard"
    lobby = open_lobby(player="alsa", device=f"file:FILE={file},FORMAT=raw")
    wait_for(lambda: (part := lobby.part("speaker")) and part.state == "ok")
    lobby.call(10, "A001")
    wait_for(lambda: loudest(file) > 5000)
    player = lobby.child(b"aplay")
    assert player is not None
    os.kill(player, signal.SIGKILL)
    wait_for(lambda: lobby.child(b"aplay") not in (player, None))
    whole = wait_for(lambda: chime_and_words(file))
    assert whole, "the call was not spoken again"
    wait_for(lambda: (part := lobby.part("speaker")) and part.state == "ok")
    assert "shown but not heard" in lobby.office.rig.process("display-1").output()


def test_an_emergency_takes_the_voice_at_once_and_gives_it_back(
    open_lobby: Callable[..., Lobby], tmp_path: Path
) -> None:
    folder = tmp_path / "spoken"
    lobby = open_lobby(player="folder", folder=str(folder))
    wait_for(lambda: (part := lobby.part("voice")) and part.state == "ok")
    lobby.call(10, "A001")
    wait_for(lambda: kept(folder))
    text = m.Emergency(11, NINE_41, {"id": "Mohon segera meninggalkan gedung."})
    lobby.hub.link.publish(topics.NOTICES, m.Notices(1, emergency=text), retain=True)
    wait_for(lambda: len(kept(folder)) == 2)
    assert kept(folder)[1].stem == "002-emergency"
    lobby.call(12, "A002")  # nobody is to walk to a counter now
    lobby.hub.link.publish(topics.NOTICES, m.Notices(1), retain=True)
    lobby.hub.link.publish(topics.PAGING, m.Paging(1, 13, NINE_41, {"id": "Pelayanan dilanjutkan."}))
    lobby.call(14, "A003")
    wait_for(lambda: len(kept(folder)) == 4)
    assert {file.stem.partition("-")[2] for file in kept(folder)[2:]} == {"page", "A003-loket3"}


def heard(file: Path) -> array[int]:
    samples = array("h")
    got = file.read_bytes() if file.exists() else b""
    samples.frombytes(got[: len(got) // 2 * 2])
    return samples


def loudest(file: Path) -> int:
    return max(heard(file), default=0)


def chime_and_words(file: Path) -> bool:
    """Tell whether a whole chime was heard, four seconds of words after it, and silence in the end."""
    samples = heard(file)
    at = samples.tobytes().find(waveform.chime().tobytes())
    if at < 0:
        return False
    words = waveform.trimmed(samples[at // 2 + len(waveform.chime()) :])
    return len(words) > 4 * waveform.RATE and not waveform.is_audible(samples[-waveform.RATE :])


@pytest.mark.timeout(240)
def test_a_short_soak_counts_every_call_once(tmp_path: Path) -> None:
    result = Soak(tmp_path, calls=60, every=15, seed=3).run()
    assert result.spoken_once == result.calls == 60
    assert result.missing == result.twice == result.without_words == result.out_of_order == 0
    assert result.hangs + result.crashes >= 2
    assert result.workers >= 2
    assert list(tmp_path.iterdir()) == []


def test_a_soak_finds_what_is_missing_doubled_mute_or_out_of_order(tmp_path: Path) -> None:
    """The counter itself, with files that a broken voice might have left."""
    soak = Soak(tmp_path, calls=4, every=15, seed=3)
    words = waveform.chime() + waveform.test_tone() * 2
    for name, samples in (
        ("001-AA001-loket2", words),
        ("002-AA003-loket4", words),
        ("003-AA002-loket3", waveform.chime()),
        ("004-AA003-loket4", words),
    ):
        waveform.write(tmp_path / f"{name}.wav", samples)
    soak._count()
    result = soak.counted()
    assert (result.spoken_once, result.missing, result.twice) == (2, 1, 1)
    assert (result.without_words, result.out_of_order) == (1, 1)
    assert not result.passed
