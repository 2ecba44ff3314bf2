"""The announcing thread, with the queue it gets in a display, and fake ports where the real ones are not needed."""

from __future__ import annotations

import os
import signal
import threading
import time
from array import array
from collections.abc import Iterator
from pathlib import Path

import pytest
from listener import wait_for

from appliance.node.daemon import HubClock, SystemClock
from appliance.speech import waveform
from appliance.speech.announcer import Announcer
from appliance.speech.errors import PlayerFault, VoiceFault
from appliance.speech.players import Sound
from appliance.speech.settings import SpeechSettings
from appliance.speech.voice import EspeakVoice, SilentVoice, Voice
from appliance.texts.parts import LOGGED, of_part
from appliance.wire.messages import Call, Clock, Emergency, Notices, Paging, Part
from display.announcements import Announcements

NOW = 1_700_000_000_000
SETTINGS = SpeechSettings()
ALARM = Notices(1, emergency=Emergency(9, NOW, {"id": "Mohon segera keluar gedung."}))


class FakeVoice:
    """Makes a short tone; raises for as long as ``broken``."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.broken = False

    def synthesise(self, text: str, language: str, path: Path) -> None:
        if self.broken:
            raise VoiceFault("broken")
        self.said.append(text)
        waveform.write(path, array("h", [9000, -9000] * 500))

    def check(self) -> None:
        pass

    def parts(self) -> list[Part]:
        return [Part("voice", "fault" if self.broken else "ok")]

    def close(self) -> None:
        pass


class RecordingPlayer:
    """Notes when each sound began and ended; ``hold`` keeps it playing."""

    audible = True
    awake = False

    def __init__(self) -> None:
        self.played: list[tuple[str, float, float]] = []
        self.durations: list[float] = []
        self.sounds: list[array[int]] = []
        self.go_on = threading.Event()
        self.go_on.set()
        self.begun = threading.Event()
        self.fails = False
        self.trials = 0

    def play(self, what: Sound) -> bool:
        self.trials += 1
        if self.fails:
            raise PlayerFault("no sound today")
        start = time.monotonic()
        whole = array("h")
        for piece in what.pieces:
            whole += piece
        if not waveform.is_audible(whole):
            return True
        if what.started is not None:
            what.started()
        self.durations.append(len(whole) / waveform.RATE)
        self.sounds.append(whole)
        self.begun.set()
        while what.wanted() and not self.go_on.wait(0.01):
            pass
        if not what.wanted():
            return False
        self.played.append((what.name, start, time.monotonic()))
        return True

    def check(self) -> None:
        pass

    def part(self) -> Part:
        return Part("speaker", "ok")

    def stop(self) -> None:
        self.go_on.set()


def call(seq: int, number: str = "A012", *, at: int = NOW, recall: bool = False) -> Call:
    return Call(1, seq, at, number, "l3", {"id": "Loket 3"}, "s", {}, recall)


def clock(rate: float = 1.0) -> HubClock:
    made = HubClock(SystemClock())
    made.observe(Clock(1, "boot", 0, NOW, rate, "Asia/Jakarta"))
    return made


class Lobby:
    """An announcer and all that it was made of."""

    def __init__(self) -> None:
        self.queue = Announcements()
        self.voice = FakeVoice()
        self.player = RecordingPlayer()
        self.announcers: list[Announcer] = []

    def open(
        self, settings: SpeechSettings = SETTINGS, voice: Voice | None = None, rate: float = 1.0, tend_s: float = 10.0
    ) -> Announcer:
        made = Announcer(self.queue, voice or self.voice, self.player, settings, clock(rate), tend_s, again_s=0.02)
        made.start()
        self.announcers.append(made)
        return made

    def names(self) -> list[str]:
        return [name for name, _, _ in self.player.played]


@pytest.fixture
def lobby() -> Iterator[Lobby]:
    made = Lobby()
    yield made
    for announcer in made.announcers:
        announcer.stop()


def test_two_calls_at_once_are_played_in_order_and_never_overlap(lobby: Lobby) -> None:
    announcer = lobby.open()
    announcer.submit(call(1, "A012"))
    announcer.submit(call(2, "B007"))
    wait_for(lambda: announcer.spoken == 2)
    assert lobby.names() == ["A012-loket3", "B007-loket3"]
    (_, _, first_end), (_, second_start, _) = lobby.player.played
    assert first_end <= second_start


def test_a_call_delivered_twice_is_announced_once(lobby: Lobby) -> None:
    announcer = lobby.open()
    for each in (call(1), call(1), call(2, "A013"), call(1)):
        announcer.submit(each)
    wait_for(lambda: announcer.spoken == 2)
    assert lobby.names() == ["A012-loket3", "A013-loket3"]
    assert lobby.queue.duplicates == 2


def test_a_stale_call_is_not_announced(lobby: Lobby) -> None:
    announcer = lobby.open()
    announcer.submit(call(1, "A001", at=NOW - 121_000))
    announcer.submit(call(2, "A002"))
    wait_for(lambda: announcer.spoken == 1)
    assert lobby.names() == ["A002-loket3"]
    assert lobby.queue.dropped == 1


def test_a_recall_needs_nothing_new(lobby: Lobby) -> None:
    announcer = lobby.open()
    announcer.submit(call(1))
    wait_for(lambda: announcer.spoken == 1)
    before = len(lobby.voice.said)
    announcer.submit(call(2, recall=True))
    wait_for(lambda: announcer.spoken == 2)
    assert lobby.voice.said[before:] == []
    assert "Panggilan ulang." in lobby.voice.said


@pytest.mark.expects_log("the voice does not work: broken", "is not spoken in 'id': broken")
def test_a_broken_voice_leaves_the_chime_and_speech_comes_back(lobby: Lobby) -> None:
    lobby.voice.broken = True
    announcer = lobby.open()
    announcer.submit(call(1))
    wait_for(lambda: announcer.spoken == 1)
    assert announcer.parts()[0].state == "fault"
    lobby.voice.broken = False
    announcer.submit(call(2))
    wait_for(lambda: announcer.spoken == 2)
    assert lobby.player.durations[0] >= 1.1
    assert lobby.player.durations[1] > lobby.player.durations[0]


@pytest.mark.expects_log("is shown but not heard: no sound today")
def test_a_call_that_could_not_be_heard_is_spoken_when_the_loudspeaker_is_back(lobby: Lobby) -> None:
    lobby.player.fails = True
    announcer = lobby.open()
    announcer.submit(call(1))
    announcer.submit(call(2, "A013"))
    wait_for(lambda: lobby.player.trials > 3)
    lobby.player.fails = False
    wait_for(lambda: announcer.spoken == 2)
    assert lobby.names() == ["A012-loket3", "A013-loket3"]


@pytest.mark.expects_log("is shown but not heard: no sound today")
def test_without_a_loudspeaker_an_old_call_makes_way(lobby: Lobby) -> None:
    lobby.player.fails = True
    announcer = lobby.open(SpeechSettings(max_age_s=10))
    announcer.submit(call(1, at=NOW - 9_900))
    wait_for(lambda: lobby.queue.current is None and not lobby.queue.waiting)
    lobby.player.fails = False
    announcer.submit(call(2, "A013"))
    wait_for(lambda: announcer.spoken == 1)
    assert lobby.names() == ["A013-loket3"]


@pytest.mark.expects_log("could not be announced")
def test_a_mistake_of_ours_does_not_kill_the_thread(lobby: Lobby, monkeypatch: pytest.MonkeyPatch) -> None:
    announcer = lobby.open()
    with monkeypatch.context() as broken:
        broken.setattr("appliance.speech.announcer.phrases", lambda *_: 1 / 0)
        announcer.submit(call(1))
        wait_for(lambda: lobby.queue.current is None and not lobby.queue.waiting)
    announcer.submit(call(2))
    wait_for(lambda: announcer.spoken == 1)
    assert announcer.dead_part() is None


def test_real_sound_is_not_played_on_a_fast_clock(lobby: Lobby) -> None:
    announcer = lobby.open(rate=600)
    announcer.submit(call(1))
    wait_for(lambda: announcer.spoken == 1)
    assert lobby.player.played == []


def test_each_call_is_repeated_by_rule(lobby: Lobby) -> None:
    lobby.queue = Announcements(repeats=2)
    announcer = lobby.open()
    announcer.submit(call(1))
    wait_for(lambda: announcer.spoken == 2)
    assert lobby.names() == ["A012-loket3"] * 2


def test_no_voice_and_no_chime_plays_nothing(lobby: Lobby) -> None:
    announcer = lobby.open(SpeechSettings(voice="none", chime=False), SilentVoice())
    announcer.submit(call(1))
    wait_for(lambda: lobby.queue.current is None and not lobby.queue.waiting)
    assert lobby.player.durations == []


def test_submitting_does_not_wait_for_a_long_announcement(lobby: Lobby) -> None:
    lobby.player.go_on.clear()
    announcer = lobby.open()
    announcer.submit(call(1))
    assert lobby.player.begun.wait(20)
    announcer.submit(call(2))  # would hang here for 20 s, until the test's own limit, if it waited
    assert [waiting.seq for waiting in lobby.queue.waiting] == [2]


def test_stopping_ends_the_thread_and_is_no_death(lobby: Lobby) -> None:
    lobby.player.go_on.clear()
    announcer = lobby.open()
    announcer.submit(call(1))
    assert lobby.player.begun.wait(20)
    announcer.stop()
    assert not announcer._thread.alive
    assert announcer.dead_part() is None


def test_a_thread_that_never_ran_is_dead(lobby: Lobby) -> None:
    announcer = Announcer(lobby.queue, lobby.voice, lobby.player, SETTINGS, clock())
    assert announcer.dead_part() == "the thread that announces calls"


@pytest.mark.expects_log("speech worker (ended|was lost)")
def test_the_real_voice_killed_while_calls_wait_loses_and_doubles_none(lobby: Lobby) -> None:
    lobby.queue = Announcements(hurries=False)
    voice = EspeakVoice(deadline=3.0)
    announcer = lobby.open(voice=voice)
    wait_for(lambda: voice.parts()[0].state == "ok")
    for seq in range(1, 6):
        announcer.submit(call(seq, f"A{seq:03d}"))
        if seq in {2, 4} and voice.worker_pid:
            os.kill(voice.worker_pid, signal.SIGKILL)
    wait_for(lambda: announcer.spoken == 5)
    assert lobby.names() == [f"A{seq:03d}-loket3" for seq in range(1, 6)]
    assert min(lobby.player.durations) > 5.0  # words, not the chime alone
    assert voice.restarts >= 1


@pytest.mark.expects_log("did not answer")
def test_a_hung_voice_is_found_and_mended_while_nothing_is_said(lobby: Lobby) -> None:
    voice = EspeakVoice(deadline=0.5)
    lobby.open(voice=voice, tend_s=0.05)
    wait_for(lambda: voice.parts()[0].state == "ok")
    frozen = voice.worker_pid
    assert frozen is not None
    os.kill(frozen, signal.SIGSTOP)
    wait_for(lambda: voice.worker_pid not in (None, frozen))


def test_moments_are_traced_when_playing_begins(lobby: Lobby, monkeypatch: pytest.MonkeyPatch) -> None:
    marks: list[tuple[str, str]] = []
    monkeypatch.setattr("appliance.node.trace.mark", lambda what, key: marks.append((what, key)))
    announcer = lobby.open()
    announcer.submit(call(41))
    wait_for(lambda: announcer.spoken == 1)
    assert marks == [("heard", "41"), ("spoken", "41"), ("sound", "41")]


def test_a_text_of_the_staff_is_spoken_between_calls(lobby: Lobby) -> None:
    lobby.player.go_on.clear()
    announcer = lobby.open()
    announcer.submit(call(1))
    assert lobby.player.begun.wait(20)
    announcer.submit(Paging(1, 2, NOW, {"id": "Pemilik motor B 1234, \nharap ke parkiran."}))
    announcer.submit(call(3, "A013"))
    lobby.player.go_on.set()
    wait_for(lambda: announcer.spoken == 3)
    assert sorted(lobby.names()) == ["A012-loket3", "A013-loket3", "page"]
    assert lobby.names()[0] == "A012-loket3"
    assert "Pemilik motor B 1234, harap ke parkiran." in lobby.voice.said


def test_a_text_in_a_language_that_is_not_spoken_here_is_still_spoken_once(lobby: Lobby) -> None:
    announcer = lobby.open(SpeechSettings(languages=("id", "en")))
    announcer.submit(Paging(1, 2, NOW, {"jv": "Sugeng enjing."}))
    wait_for(lambda: announcer.spoken == 1)
    assert lobby.voice.said.count("Sugeng enjing.") == 1


def test_an_emergency_cuts_a_call_off_and_has_a_signal_of_its_own_at_full_volume(lobby: Lobby) -> None:
    lobby.player.go_on.clear()
    announcer = lobby.open(SpeechSettings(volume=30))
    announcer.submit(call(1))
    assert lobby.player.begun.wait(20)
    lobby.player.begun.clear()
    announcer.submit(Notices(1, emergency=Emergency(9, NOW, {"id": "Mohon segera keluar gedung."})))
    assert lobby.player.begun.wait(20)
    announcer.submit(call(10, "A099"))  # nobody is to walk to a counter now
    lobby.player.go_on.set()
    wait_for(lambda: announcer.spoken == 1)
    assert lobby.names() == ["emergency"]
    quiet, loud = lobby.player.sounds
    assert max(loud) > 0.5 * waveform.FULL_SCALE > 3 * max(quiet)
    assert "Mohon segera keluar gedung." in lobby.voice.said


def test_the_end_of_an_emergency_ends_its_text(lobby: Lobby) -> None:
    lobby.player.go_on.clear()
    announcer = lobby.open()
    announcer.submit(Notices(1, emergency=Emergency(9, NOW, {"id": "Mohon segera keluar gedung."})))
    assert lobby.player.begun.wait(20)
    announcer.submit(Notices(1))
    wait_for(lambda: lobby.queue.current is None)
    lobby.player.go_on.set()
    announcer.submit(call(10, "A099"))
    wait_for(lambda: announcer.spoken == 1)
    assert lobby.names() == ["A099-loket3"]


def test_a_call_is_quieter_at_a_quiet_hour(lobby: Lobby) -> None:
    """05.13 in Jakarta; the clock of the office decides, not that of the machine."""
    announcer = lobby.open(SpeechSettings(volume_from={"05:00": 20, "05:30": 100}))
    announcer.submit(call(1))
    wait_for(lambda: announcer.spoken == 1)
    assert max(lobby.player.sounds[0]) < 0.25 * max(waveform.chime())


class StuckVoice(FakeVoice):
    """Hangs at each sentence until it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.hangs = threading.Event()
        self.go_on = threading.Event()

    def synthesise(self, text: str, language: str, path: Path) -> None:
        self.hangs.set()
        self.go_on.wait(60)
        super().synthesise(text, language, path)

    def close(self) -> None:
        self.go_on.set()


def test_an_emergency_does_not_wait_for_a_stuck_voice(lobby: Lobby) -> None:
    voice = StuckVoice()
    announcer = lobby.open(voice=voice)
    announcer.submit(call(1))
    assert voice.hangs.wait(20)
    wait_for(lambda: lobby.queue.current is not None)
    announcer.submit(ALARM)
    wait_for(lambda: lobby.queue.current == ALARM.emergency)  # before any sentence of the voice is ready
    voice.go_on.set()
    wait_for(lambda: announcer.spoken == 1)
    assert lobby.names() == ["emergency"]
    assert "Mohon segera keluar gedung." in voice.said


@pytest.mark.expects_log("emergency is not spoken in 'id': The voice was not ready in time")
def test_the_alarm_of_an_emergency_sounds_though_no_word_can_be_made(
    lobby: Lobby, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("appliance.speech.announcer.EMERGENCY_PATIENCE_S", 0.1)
    announcer = lobby.open(voice=StuckVoice())
    announcer.submit(ALARM)
    wait_for(lambda: announcer.spoken == 1)
    announcer.submit(ALARM)  # told again, as the display does every twenty seconds
    wait_for(lambda: announcer.spoken == 2)
    assert [max(each) for each in lobby.player.sounds] == [max(waveform.alarm())] * 2


def test_in_a_rush_calls_are_short_follow_each_other_and_each_is_said(lobby: Lobby) -> None:
    lobby.player.go_on.clear()
    announcer = lobby.open(SpeechSettings(languages=("id", "en")))
    announcer.submit(call(1))
    assert lobby.player.begun.wait(20)
    for seq in range(2, 6):
        announcer.submit(call(seq, f"B00{seq}"))
    announcer.submit(Paging(1, 9, NOW, {"id": "Mobil.", "en": "Car."}))
    lobby.player.go_on.set()
    wait_for(lambda: announcer.spoken == 6)
    assert lobby.names() == ["A012-loket3", "page", *(f"B00{seq}-loket3" for seq in range(2, 6))]
    full, _, short, _, one_language, last = lobby.player.durations
    assert short < one_language < last == full
    assert {"B, nol, nol, dua.", "loket tiga.", "Mobil.", "Car."} <= set(lobby.voice.said)
    assert len(announcer.parts()) == 2, "nothing was left out"


@pytest.mark.expects_log("is shown but not heard: no sound today")
def test_what_was_not_heard_for_want_of_a_loudspeaker_is_named(lobby: Lobby) -> None:
    lobby.player.fails = True
    announcer = lobby.open(SpeechSettings(max_age_s=10))
    announcer.submit(call(1, at=NOW - 9_900))
    wait_for(lambda: len(announcer.parts()) == 3)
    assert "A012" in of_part(announcer.parts()[2], LOGGED)


def test_two_languages_follow_one_another(lobby: Lobby) -> None:
    announcer = lobby.open(SpeechSettings(languages=("id", "en"), styles={"en": "number"}))
    announcer.submit(call(1))
    wait_for(lambda: announcer.spoken == 1)
    at = lobby.voice.said.index
    said = ["Nomor antrean A, nol, satu, dua.", "Silakan menuju loket tiga.", "Ticket number A, twelve."]
    assert sorted(said, key=at) == said
