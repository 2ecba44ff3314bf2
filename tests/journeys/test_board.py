"""The lobby board in a real office: what a citizen sees, read from its glass."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from PIL import Image

from appliance.texts.parts import LOGGED, of_part
from appliance.tools.office.finger import Finger
from appliance.wire import messages as m

pytestmark = pytest.mark.expects_log("connection to the broker lost")

EXIT = {"id": "Keluar lewat pintu utara.", "en": "Leave by the north door."}
CAPITALS = 0.714
"""Height of a capital of Noto Sans, in em."""
SIZES = [(1280, 720), (1920, 1080), (3840, 2160), (1080, 1920), (720, 1280)]


class Lobby:
    """One display, and people who make it show something."""

    def __init__(self, town) -> None:
        self.town = town
        town.all_ready("web-1", "keypad-1", "keypad-2", "kiosk-2")
        self.finger = None

    def start(self, *, player="none", **settings):
        speech = {"voice": "none", "player": player, "folder": str(self.said), "lead_in_ms": 0}
        screen = {"fullscreen": False, "width": 1280, "height": 720}
        self.process = self.town.office.display(speech, screen=screen, **settings)
        self.finger = Finger(self.town.office.finger_socket("display-1"))
        self.finger.wait_screen("welcome", "call", "media", "emergency")
        return self.finger

    def stop(self):
        if self.finger is not None:
            self.finger.close()
            self.process.stop()
        self.finger = None

    @property
    def said(self) -> Path:
        return self.town.rig.directory / "said"

    def issue(self):
        return self.town.person("kiosk-2").ask(m.Issue("pendaftaran")).number

    def ask(self, body, node="web-1"):
        reply = self.town.person(node).ask(body)
        assert isinstance(reply, m.Accepted), reply
        return reply

    def call(self, counter="1"):
        return self.ask(m.CallNext(counter), f"keypad-{counter}").number

    def shows(self, name: str) -> str:
        return next((item["text"] for item in self.finger.items() if item["name"] == name and item.get("text")), "")

    def until(self, condition) -> bool:
        return self.town.until(condition)


@pytest.fixture
def lobby(town):
    lobby = Lobby(town)
    yield lobby
    lobby.stop()


def test_a_call_is_on_the_glass_and_an_undone_one_is_not(lobby):
    finger = lobby.start()
    numbers = [lobby.issue(), lobby.issue()]
    lobby.call("1")
    assert lobby.until(lambda: lobby.shows("number") == numbers[0])
    lobby.call("2")
    assert lobby.until(lambda: lobby.shows("number") == numbers[1])
    lobby.ask(m.Undo("2"), "keypad-2")
    assert lobby.until(lambda: lobby.shows("number") == numbers[0])
    assert numbers[1] not in finger.texts()


def test_an_emergency_takes_over_whatever_is_shown_and_a_display_that_starts_meanwhile_shows_it(lobby):
    finger = lobby.start()
    lobby.issue()
    lobby.call()
    finger.wait_screen("call")
    lobby.ask(m.RaiseEmergency(EXIT, "siti"))
    finger.wait_screen("emergency")
    assert set(EXIT.values()) <= set(finger.texts())
    lobby.stop()
    finger = lobby.start()
    finger.wait_screen("emergency")
    lobby.ask(m.EndEmergency("siti"))
    finger.wait_screen("call")


def test_the_voice_leaves_a_call_for_an_emergency_and_says_nothing_old_after_a_reboot(lobby):
    lobby.start(player="folder")
    lobby.issue()
    lobby.call()
    spoken = lambda: [file.name for file in sorted(lobby.said.glob("*.wav"))]  # noqa: E731
    assert lobby.until(lambda: len(spoken()) == 1)
    lobby.ask(m.RaiseEmergency(EXIT, "siti"))
    assert lobby.until(lambda: any("emergency" in name for name in spoken()))
    lobby.ask(m.EndEmergency("siti"))
    lobby.stop()
    before = spoken()
    finger = lobby.start(player="folder")
    finger.wait_screen("call")
    lobby.issue()
    number = lobby.call("2")
    assert lobby.until(lambda: len(spoken()) > len(before))
    assert [number in name for name in spoken()[len(before) :]] == [True]


def test_what_staff_write_is_read_and_gives_way_to_a_call(lobby):
    finger = lobby.start(media={"folder": "", "usb": "", "seconds": 3, "after_s": 5})
    page = m.Announcement({"id": "Pelayanan Sabtu"}, {"id": "Buka pukul 08.00."})
    lobby.ask(m.Post("siti", ({"id": "Siapkan KTP asli."},), (page,)))
    finger.wait_screen("media")
    assert {"Pelayanan Sabtu", "Buka pukul 08.00.", "Siapkan KTP asli."} <= set(finger.texts())
    lobby.issue()
    lobby.call()
    finger.wait_screen("call")
    finger.wait_screen("media")


def test_pictures_of_a_folder_are_shown_as_they_come_and_go(lobby):
    folder = lobby.town.rig.directory / "pictures"
    folder.mkdir()
    finger = lobby.start(media={"folder": str(folder), "usb": "", "seconds": 3})
    assert finger.screen()["screen"] == "welcome"
    Image.new("RGB", (320, 180), "#336699").save(folder / "a.png")
    finger.wait_for("slide-picture", 15)
    picture = lobby.town.rig.directory / "glass.png"

    def is_drawn():
        finger.grab(picture)
        with Image.open(picture) as image:
            return (0x33, 0x66, 0x99) in {image.convert("RGB").getpixel((x, 200)) for x in range(0, 800, 10)}

    assert lobby.until(is_drawn)


def test_the_look_is_taken_over_while_the_board_runs_and_a_mistake_is_not(lobby):
    finger = lobby.start(look={"panels": ["counters", "services", "clock"]})
    assert "A" in finger.texts()
    config = lobby.town.rig.directory / "display-1" / "giliran.toml"
    text = config.read_text(encoding="utf-8")
    assert tomllib.loads(text)["display"]["look"]["panels"] == ["counters", "services", "clock"]
    config.write_text(text.replace('"services", ', ""), encoding="utf-8")
    assert lobby.until(lambda: "A" not in finger.texts())
    config.write_text(text.replace('"services"', '"clouds"'), encoding="utf-8")

    def complaint():
        presence = lobby.town.observer.presence.get("display-1")
        return [of_part(part, LOGGED) for part in presence.parts if part.name == "configuration"] if presence else []

    assert lobby.until(lambda: any("look.panels" in detail for detail in complaint()))
    assert "A" not in finger.texts()
    config.write_text(text, encoding="utf-8")
    assert lobby.until(lambda: "A" in finger.texts() and not complaint())


def test_a_hub_that_is_away_is_told_with_the_time_of_its_last_word(lobby):
    finger = lobby.start()
    finger.wait_text("09.0")
    lobby.town.rig.process("hub-1").kill()
    finger.wait_text("Data terakhir pukul 09.0")


def test_a_display_of_one_wing_stays_quiet_about_the_others(lobby):
    finger = lobby.start(player="folder", shows={"counters": ["2"]})
    lobby.issue()
    lobby.issue()
    other, mine = lobby.call("1"), lobby.call("2")
    assert lobby.until(lambda: lobby.shows("number") == mine)
    assert lobby.until(lambda: any(mine in file.name for file in lobby.said.glob("*.wav")))
    assert other not in finger.texts()
    assert not any(other in file.name for file in lobby.said.glob("*.wav"))


def test_it_can_be_read_from_ten_metres_on_every_screen(lobby):
    finger = lobby.start()
    for _ in range(3):
        lobby.issue()
    lobby.call("1")
    number = lobby.call("2")
    for width, height in SIZES:
        finger.resize(width, height, 43)
        finger.wait_text(number)
        assert lobby.until(lambda w=width: finger.screen()["width"] == w)
        reference = min(height, 1.25 * width)
        items = [item for item in finger.items() if item.get("text")]
        capitals = {item["text"]: item["pixels"] * CAPITALS for item in items}
        large = max(item["pixels"] * CAPITALS for item in items if item["name"] == "number")
        table = [item["pixels"] * CAPITALS for item in items if item["text"] == number and item["name"] != "number"]
        assert large >= reference / 6 - 1, (width, height)
        assert table, (width, height)
        assert min(table) >= reference / 18 - 1, (width, height)
        assert min(capitals.values()) >= reference / 36 - 1, (width, height, capitals)
