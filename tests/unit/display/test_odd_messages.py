"""Whatever a message says: the board shows what comes after it, the voice speaks it, and no thread has died."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from listener import wait_for
from oddities import odd_ones

from appliance.node.config import BrokerSettings
from appliance.node.daemon import HubClock, SystemClock
from appliance.node.link import Link
from appliance.speech import waveform
from appliance.speech.announcer import Announcer
from appliance.speech.players import NoSpeaker, Sound
from appliance.speech.settings import SpeechSettings
from appliance.wire import messages as m
from appliance.wire import topics
from display.announcements import Announcements
from display.screen import Lobby
from display.settings import DisplaySettings, MediaSettings, NightSettings

NOW = 1_775_443_260_000
NAMES = {"id": "Loket 1", "en": "Counter 1"}
OFFICE = m.Office({"id": "Kantor"}, "open", NOW, NOW + 1, {"id": "Siapkan KTP."}, "https://x", holiday=True)
CALL = m.Call(1, 20, NOW, "A012", "c1", NAMES, "s", {"id": "Berkas"}, recall=True)
COUNTER = m.CounterState(1, 20, "c1", NAMES, "called", "A012", NOW, 1, 3)
SERVICE = m.ServiceState("s", "A", {"id": "Berkas"}, 3, 1, open=True, low=5, high=10)
RIGHT: dict[str, tuple[str, m.Message]] = {
    "board": (topics.BOARD, m.Board(1, 20, "2026-04-06", OFFICE, [CALL], [COUNTER], [SERVICE])),
    "closed": (
        topics.BOARD,
        m.Board(1, 20, "2026-04-06", m.Office({"id": "Kantor"}, "after", NOW + 60_000), [], [COUNTER], [SERVICE]),
    ),
    "call": (topics.CALL, CALL),
    "clock": (topics.CLOCK, m.Clock(1, "boot", 1, NOW, 1.0, "Asia/Jakarta")),
    "notices": (
        topics.NOTICES,
        m.Notices(
            1,
            [{"id": "Antre dengan tertib."}],
            [m.Announcement({"id": "Sabtu"}, {"id": "Buka"})],
            m.Emergency(5, NOW, {"id": "Keluar."}),
        ),
    ),
    "paging": (topics.PAGING, m.Paging(1, 21, NOW, {"id": "Pemilik mobil."})),
    "waiting": (topics.WAITING, m.Waiting(1, 20, "2026-04-06", NOW, {"s": [m.Turn("A013", 1, 5, 4, 6)]})),
    "presence": (topics.presence("hub-1"), m.Presence(1, "hub-1", "online", "1", [m.Part("log", "ok")])),
}

pytestmark = pytest.mark.expects_log("ignored a malformed payload", "the time zone .* is not known here")


class Quick(NoSpeaker):
    """A loudspeaker for which everything takes no time."""

    def __init__(self) -> None:
        super().__init__()
        self.played: list[str] = []

    def play(self, what: Sound) -> bool:
        for _ in what.pieces:
            pass
        self.played.append(what.name)
        return True


class Tone:
    """A voice that makes a short tone of every sentence."""

    def synthesise(self, text: str, language: str, path: Path) -> None:
        assert isinstance(text, str)
        assert language in {"id", "en"}
        waveform.write(path, array("h", [9000, -9000] * 50))

    def check(self) -> None:
        """It is well."""

    def parts(self) -> list[m.Part]:
        return [m.Part("voice", "ok")]

    def close(self) -> None:
        """It ends."""


class Display:
    """A board with its voice, and the bus in our hands."""

    def __init__(self) -> None:
        speech = SpeechSettings(
            languages=("id", "en"), sentences=("recall", "number", "service", "counter"), volume_from={"00:00": 50},
            templates={"id": {"number": "Nomor {number}, {service}."}},
        )  # fmt: skip
        night = NightSettings("00:00", "23:59")
        settings = DisplaySettings(speech=speech, media=MediaSettings(folder="", usb=""), night=night)
        clock = HubClock(SystemClock())
        self.link = Link("display-1", "", BrokerSettings(), "test", clock)
        self.speaker = Quick()
        self.announcer = Announcer(Announcements(), Tone(), self.speaker, speech, clock)
        self.lobby = Lobby(settings, self.link, clock, self.announcer.submit)
        self.link.on(topics.WAITING, m.Waiting, self.announcer.expect)
        self.announcer.start()

    def hear(self, topic: str, payload: bytes) -> None:
        self.link._take(SimpleNamespace(topic=topic, payload=payload))  # type: ignore[arg-type]

    def tell(self, topic: str, message: m.Message) -> None:
        self.hear(topic, m.encode(message))


@pytest.fixture
def display(qtbot: Any) -> Iterator[Display]:
    made = Display()
    yield made
    made.announcer.stop()
    made.lobby.stop()


@pytest.mark.parametrize("kind", RIGHT)
def test_no_field_of_a_message_ends_the_board_or_the_voice(qtbot: Any, qapp: Any, display: Display, kind: str) -> None:
    for topic, message in RIGHT.values():
        display.tell(topic, message)
    topic, message = RIGHT[kind]
    for payload in odd_ones(message):
        display.hear(topic, payload)
        qapp.processEvents()
        display.lobby.tick()
        display.lobby.parts()
    # Whatever it was, a hub that starts anew is believed.
    display.tell(topics.CLOCK, m.Clock(1, "after", 1, NOW, 1.0, "Asia/Jakarta"))
    display.tell(topics.NOTICES, m.Notices(1))
    display.tell(
        topics.BOARD, m.Board(1, 30, "2026-04-06", m.Office({"id": "Kantor"}, "open"), [], [COUNTER], [SERVICE])
    )
    display.tell(topics.CALL, m.Call(1, 31, NOW, "Z999", "c1", NAMES, "s", {"id": "Berkas"}))
    qtbot.waitUntil(lambda: [display.lobby.tick(), display.lobby.values["number"] == "Z999"][1], timeout=20_000)
    wait_for(lambda: "Z999-loket1" in display.speaker.played)
    assert display.announcer.dead_part() is None
