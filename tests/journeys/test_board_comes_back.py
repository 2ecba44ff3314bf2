"""The board and its voice after a fall: the display killed in the middle of a call, the broker killed under everybody.

The real hub, broker, display and espeak-ng at real speed. What was seen is read from the glass, what was said is
counted in the files of sound.
"""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest
from listener import seconds

from appliance.node.daemon import AWAY_MS
from appliance.tools.office.finger import Finger
from appliance.tools.office.processes import child_of
from appliance.tools.proofs.soak_voice import WORKER
from appliance.wire import messages as m
from display.look import LookSettings, palette

SCREEN = {"fullscreen": False, "width": 1280, "height": 720, "reduce_motion": True}
INVERTED = palette(LookSettings())["overHighlight"]
"""The number's colour for as long as its call has its moment, on a screen that does not flash."""
WORDS_SECONDS = 2.0
"""Any announcement with words is longer than that, also a shortened one; a chime alone is not."""
KEYPADS = [f"keypad-{n}" for n in range(1, 5)]

pytestmark = pytest.mark.expects_log("connection to the broker lost", "no broker at")


class Lobby:
    """A display with a voice, and who looks at it and listens; everything that had a moment on the glass is noted."""

    def __init__(self, town) -> None:
        self.town = town
        self.folder: Path = town.rig.directory / "announcements"
        town.all_ready("kiosk-2", *KEYPADS)
        self.numbers = [town.person("kiosk-2").ask(m.Issue("pendaftaran")).number for _ in range(8)]
        self.start()

    def start(self) -> None:
        speech = {"player": "folder", "folder": str(self.folder), "words_per_minute": 200}
        self.town.observer.presence.pop("display-1", None)
        self.process = self.town.office.display(speech, screen=SCREEN)
        self.eye = Finger(self.town.office.finger_socket("display-1"))
        self.moments: list[str] = []
        assert self.until(lambda: self.part("voice") == self.part("speaker") == "ok")

    def kill(self) -> None:
        """Kill the display's process and nothing else, as the kernel does when memory is short."""
        voice = child_of(self.process.pid, WORKER)
        assert voice is not None
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait(10)
        self.eye.close()
        assert self.town.until(lambda: not alive(voice)), "the voice lives on without its display"

    def part(self, name):
        presence = self.town.observer.presence.get("display-1")
        return next((part.state for part in presence.parts if part.name == name), "") if presence else ""

    def call(self, counter):
        """Call the next one; return the number."""
        reply = self.town.person(f"keypad-{counter}").ask(m.CallNext(counter))
        assert isinstance(reply, m.Accepted), reply
        return reply.number

    def glimpse(self) -> tuple[str, bool]:
        """Look at the glass: the large number, and whether it has its moment."""
        number = next((i for i in self.eye.items() if i["name"] == "number" and i.get("text")), None)
        if number is None:
            return "", False
        in_its_moment = number["color"] == INVERTED
        if in_its_moment and self.moments[-1:] != [number["text"]]:
            self.moments.append(number["text"])
        return number["text"], in_its_moment

    def until(self, condition) -> bool:
        """Wait for a condition and look at the glass meanwhile."""

        def look():
            self.glimpse()
            return condition()

        return self.town.until(look, 40.0)

    def shows(self, number, *, in_its_moment) -> bool:
        return self.until(lambda: self.glimpse() == (number, in_its_moment))

    def table(self) -> dict[str, str]:
        """Return what stands beside each counter, read from the glass."""
        beside = [item for item in self.eye.items() if item.get("text") and item["x"] > SCREEN["width"] * 2 / 3]
        middles = [(item["text"], item["y"] + item["h"] / 2) for item in beside]
        names = [(text, middle) for text, middle in middles if text.startswith("Loket ")]
        values = [(text, middle) for text, middle in middles if not text.startswith("Loket ")]
        return {name: value for name, at in names for value, middle in values if abs(at - middle) < 3}

    def spoken(self) -> list[str]:
        """Return what was announced, in order: each file is the number and counter of one announcement."""
        return [file.stem.partition("-")[2] for file in sorted(self.folder.glob("*.wav"))]

    def has_spoken(self, *numbers) -> bool:
        """Wait for as many announcements; tell whether they are of these numbers, each once, in words, in order."""
        assert self.until(lambda: len(self.spoken()) >= len(numbers)), self.spoken()
        in_words = all(seconds(file) > WORDS_SECONDS for file in self.folder.glob("*.wav"))
        return in_words and [name.partition("-")[0] for name in self.spoken()] == list(numbers)


@pytest.fixture
def lobby(town):
    lobby = Lobby(town)
    yield lobby
    lobby.eye.close()


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_a_display_killed_in_the_middle_of_a_call_shows_the_present_and_repeats_nothing(lobby):
    """Killed first while a call has its moment and is being spoken, then while another one waits for the voice."""
    first = lobby.call("1")
    assert lobby.shows(first, in_its_moment=True)
    assert lobby.has_spoken(first)
    lobby.kill()

    lobby.start()
    assert lobby.shows(first, in_its_moment=False)
    assert lobby.table()["Loket 1"] == first
    second, third = lobby.call("2"), lobby.call("3")
    assert lobby.shows(third, in_its_moment=True)
    assert lobby.moments == [second, third]
    assert lobby.has_spoken(first, second, third)  # the second one whole, or the third would not have begun
    fourth = lobby.call("4")
    assert lobby.shows(fourth, in_its_moment=True)
    lobby.kill()
    assert len(lobby.spoken()) == 3, "the fourth waited for the voice"

    lobby.start()
    assert lobby.shows(fourth, in_its_moment=False)
    assert lobby.table() == {"Loket 1": first, "Loket 2": second, "Loket 3": third, "Loket 4": fourth}
    earlier = [text for text in lobby.eye.texts() if text in lobby.numbers]
    assert {first, second, third, fourth} == set(earlier), "those who wait are on the glass"
    fifth, sixth = lobby.call("1"), lobby.call("2")
    assert lobby.shows(sixth, in_its_moment=True)
    assert lobby.moments == [fifth, sixth], "something old had a moment again"
    assert lobby.table() == {"Loket 1": fifth, "Loket 2": sixth, "Loket 3": third, "Loket 4": fourth}
    assert lobby.has_spoken(first, second, third, fifth, sixth)


def test_a_killed_broker_costs_no_call_and_doubles_none(lobby):
    """One call is being spoken and one waits for the voice when the broker is killed; a third is made while it is away.

    The hub gets the third press in its last moment with the broker, and carries it out when that is gone.
    """
    town = lobby.town
    first, second = lobby.call("1"), lobby.call("2")
    assert lobby.shows(second, in_its_moment=True)
    hub, keypad, taken = town.rig.process("hub-1"), town.person("keypad-3"), []
    keypad.link.on_delivered(taken.append)
    hub.signal(signal.SIGSTOP)
    keypad.send(m.CallNext("3"))
    assert town.until(lambda: taken), "the broker has not taken the press"
    town.rig.kill_broker()
    lost = time.monotonic()
    hub.signal(signal.SIGCONT)
    third = lobby.numbers[2]
    assert town.until(lambda: town.tickets()[third] == "called")

    lobby.eye.wait_text("Data terakhir pukul 09.")
    assert time.monotonic() - lost >= AWAY_MS / 1000, "a blink is no reason to alarm the lobby"
    assert lobby.glimpse() == (second, False)
    assert lobby.table() == {"Loket 1": first, "Loket 2": second, "Loket 3": "siap", "Loket 4": "siap"}
    lobby.moments.clear()

    town.rig.start_broker()
    assert lobby.shows(third, in_its_moment=True), "the citizen who was called meanwhile never had a moment"
    town.all_ready(*KEYPADS)
    fourth, fifth, sixth = lobby.call("4"), lobby.call("1"), lobby.call("2")
    assert lobby.shows(sixth, in_its_moment=True)
    assert lobby.moments == [third, fourth, fifth, sixth]
    assert not any("Data terakhir" in text for text in lobby.eye.texts())
    assert lobby.table() == {"Loket 1": fifth, "Loket 2": sixth, "Loket 3": third, "Loket 4": fourth}
    assert lobby.has_spoken(first, second, third, fourth, fifth, sixth)
