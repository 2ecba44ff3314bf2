"""What breaks in lobbies of other queue systems: the voice, and what is shown. Each test is a failure from the field.

One office for all of them: the real hub, the real display with its real voice, which keeps every announcement as a file
of sound instead of playing it. The office's clock runs twenty times as fast. docs/reliability.md has the whole table.
"""

from __future__ import annotations

import os
import signal
import threading

import msgspec
import numpy as np
import pytest
from listener import seconds, wait_for

from appliance.speech import waveform
from appliance.speech.phrases import sentences
from appliance.speech.settings import SpeechSettings
from appliance.speech.voice import EspeakVoice
from appliance.tools.demo.morning_report import Trace
from appliance.tools.office.finger import Finger
from appliance.tools.office.observer import Observer
from appliance.tools.office.processes import child_of
from appliance.tools.office.rig import Rig
from appliance.tools.office.sample_office import OfficeTime, SampleOffice
from appliance.tools.proofs.soak_voice import WORKER
from appliance.wire import messages as m

RATE = 20.0
SPEECH = SpeechSettings(player="folder", deadline_s=1.0, max_age_s=3600, hurries=False)
SECONDS = 30.0

pytestmark = pytest.mark.expects_log("connection to the broker lost")


class Lobby:
    """Officers at two counters, and whoever listens and looks."""

    def __init__(self, office, observer, eye):
        self.office, self.observer, self.eye = office, observer, eye
        self.folder = office.rig.directory / "announcements"
        self.kiosk = office.rig.asker("kiosk-1")
        self.officers = {counter: office.rig.asker(f"keypad-{counter}") for counter in office.counters}
        wait_for(self.all_ready)

    def all_ready(self):
        return all(one.ready() for one in (self.kiosk, *self.officers.values()))

    def come(self, people):
        for _ in range(people):
            assert isinstance(self.kiosk.ask(m.Issue("pendaftaran")), m.Accepted)

    def press(self, counter, *bodies):
        for body in bodies:
            assert isinstance(self.officers[counter].ask(body(counter)), m.Accepted)

    def call(self, counter):
        """Call the next one; return the call as the bus has heard it."""
        known = len(self.observer.calls)
        self.press(counter, m.CallNext)
        assert self.observer.wait(lambda: len(self.observer.calls) > known, SECONDS)
        return self.observer.calls[known]

    def files(self):
        return sorted(self.folder.glob("*.wav"))

    def announced(self, before, count):
        """Wait for ``count`` more announcements than ``before``; return their calls and files, in order."""
        wait_for(lambda: len(self.files()) >= before + count)
        assert self.observer.wait(lambda: len(self.observer.calls) >= before + count, SECONDS)
        return self.observer.calls[before:], self.files()[before:]

    def worker(self):
        """Return the process that speaks, if there is one now."""
        return child_of(self.office.rig.process("display-1").pid, WORKER)


@pytest.fixture(scope="module")
def the_lobby(tmp_path_factory):
    place = tmp_path_factory.mktemp("lobby")
    with Rig(place / "office", SampleOffice.nodes(2)) as rig, Observer(rig) as observer:
        office = SampleOffice(rig, 2, OfficeTime.starting(9 * 3600, RATE), seconds_between_calls=0)
        office.hub()
        speech = msgspec.structs.replace(SPEECH, folder=str(rig.directory / "announcements"))
        office.display(
            msgspec.to_builtins(speech),
            screen={"fullscreen": False, "width": 1280, "height": 720, "reduce_motion": True},
        )
        with Finger(office.finger_socket("display-1")) as eye:
            eye.wait_screen("welcome")
            lobby = Lobby(office, observer, eye)
            wait_for(lobby.worker)
            yield lobby
            for one in (lobby.kiosk, *lobby.officers.values()):
                one.close()


@pytest.fixture
def lobby(the_lobby):
    yield the_lobby
    the_lobby.office.rig.start_broker()
    for counter, officer in the_lobby.officers.items():
        officer.ask(m.Finish(counter))  # refused if nobody is there


def test_a_second_call_never_cuts_the_first_ones_voice_off(lobby):
    """FQM #138, novosga #78: one announcement at a time, whole, in the order of the calls."""
    before = len(lobby.files())
    lobby.come(4)
    presses = [threading.Thread(target=lobby.press, args=(c, m.CallNext, m.CallNext, m.Recall)) for c in ("1", "2")]
    for press in presses:
        press.start()
    for press in presses:
        press.join()
    calls, files = lobby.announced(before, 6)
    assert [file.stem.partition("-")[2] for file in files] == [f"{c.number}-loket{c.counter}" for c in calls]
    lengths = [seconds(file) for file in files]
    assert min(lengths) > 4.0, "an announcement is cut off"
    begun = Trace(lobby.office.trace_file).first("spoken")
    starts = [begun[str(call.seq)] / 1e9 for call in calls]
    for start, following, length in zip(starts, starts[1:], lengths, strict=False):
        assert following - start >= length / RATE, "the next call began while this one was still being spoken"


def test_a_lost_voice_comes_back_and_not_only_the_chime_is_left(lobby):
    """novosga #39: after hours of work only the chime was heard. Here the voice dies once, and hangs once."""
    before = len(lobby.files())
    lobby.come(6)
    for number, fatal in enumerate((signal.SIGKILL, signal.SIGSTOP)):
        worker = wait_for(lobby.worker)
        os.kill(worker, fatal)
        lobby.press("1", m.CallNext, m.CallNext, m.CallNext)
        lobby.announced(before, 3 * number + 3)
        assert wait_for(lambda dead=worker: lobby.worker() not in (dead, None))
    calls, files = lobby.announced(before, 6)
    assert len({call.number for call in calls}) == 6
    chime = len(waveform.chime()) / waveform.RATE
    assert min(seconds(file) for file in files) > chime + 3.0


def test_the_voice_names_the_counter_of_the_call_and_not_of_a_later_one(lobby, tmp_path):
    """FQM #58. While a call is waiting to be spoken, its citizen has been served and others have been called."""
    before = len(lobby.files())
    lobby.come(4)
    lobby.press("2", m.CallNext)
    lobby.press("1", m.CallNext, m.CallNext)
    lobby.press("2", m.CallNext)
    calls, files = lobby.announced(before, 4)
    assert [call.counter for call in calls] == ["2", "1", "1", "2"]
    voice = EspeakVoice(SPEECH.words_per_minute)
    spoken = {}
    for call in calls:
        *_, where = sentences(call, "id")
        voice.synthesise(where, "id", tmp_path / "sentence.wav")
        spoken[call.counter] = waveform.trimmed(waveform.read(tmp_path / "sentence.wav"))
    voice.close()
    for call, file in zip(calls, files, strict=True):
        heard = {counter: likeness(waveform.read(file), said) for counter, said in spoken.items()}
        assert max(heard, key=heard.get) == call.counter


def spectra(samples):
    """Return what is heard in each hundredth of a second: loudness by pitch, whatever the waves' phase."""
    pieces = np.lib.stride_tricks.sliding_window_view(np.asarray(samples, float), 512)[::220]
    return np.log1p(np.abs(np.fft.rfft(pieces * np.hanning(512)))[:, :128])


def likeness(heard, said):
    """Return how much a stretch of ``heard`` sounds like ``said``, at best: 1 if it is the same."""
    whole, part = spectra(heard), spectra(said)
    part -= part.mean()
    stretches = (whole[at : at + len(part)] for at in range(len(whole) - len(part) + 1))
    return max(np.corrcoef(stretch.ravel(), part.ravel())[0, 1] for stretch in stretches)


def test_the_board_never_shows_old_news_as_new_and_catches_up_by_itself(lobby):
    """novosga #318, #324: the list went stale until somebody pressed F5."""
    lobby.come(3)
    lobby.eye.wait_text(lobby.call("1").number)
    assert "Data terakhir" not in " ".join(lobby.eye.texts())
    lobby.office.rig.kill_broker()
    lobby.eye.wait_text("Data terakhir pukul 09.")
    lobby.office.rig.start_broker()
    wait_for(lobby.all_ready)
    lobby.eye.wait_text(lobby.call("2").number)
    wait_for(lambda: "Data terakhir" not in " ".join(lobby.eye.texts()))
