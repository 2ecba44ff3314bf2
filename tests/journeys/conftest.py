"""A whole office over a real broker, and people to use it; or a real kiosk, of whose world only the hub is scripted."""

from __future__ import annotations

import contextlib
import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from signing import SigningAsker

from appliance.node.asker import Asker
from appliance.node.polling import until
from appliance.people import Role
from appliance.tools.office import chromium
from appliance.tools.office.finger import Finger
from appliance.tools.office.observer import Observer
from appliance.tools.office.panel_client import PanelClient
from appliance.tools.office.rig import Rig
from appliance.tools.office.sample_office import OfficeTime, SampleOffice
from appliance.tools.office.stand_in_hub import StandInHub
from appliance.tools.shots import scenes
from kiosk.workshop.fake_printer import PtyPrinter
from tests.web_person import Person

SECONDS = 20.0
PRESSES = 5
FINGER_SECONDS = 0.06
"""How long a finger is off a button before it presses again: longer than the keypad's debounce.

It is waited for and not a condition, since nothing outside tells that a keypad believes a contact to be open again.
"""


class Town:
    """The office and everybody who deals with it."""

    def __init__(self, rig: Rig, counters: int) -> None:
        self.rig = rig
        self.office = SampleOffice(rig, counters, OfficeTime.starting(9 * 3600, 1.0), seconds_between_calls=0)
        self.observer = Observer(rig)
        self._people: dict[str, Asker] = {}

    def person(self, node: str) -> Asker:
        if node not in self._people:
            self._people[node] = SigningAsker(node, self.rig.password(node), self.rig.broker_settings(), "asker")
        return self._people[node]

    def all_ready(self, *nodes: str) -> None:
        people = [self.person(node) for node in nodes]
        assert self.until(lambda: all(person.ready() for person in people)), "not everybody found the hub"

    def until(self, condition: Any, seconds: float = SECONDS) -> bool:
        """Wait for a condition; the seconds are only a limit."""
        return until(condition, seconds)

    def sees(self, panel: PanelClient, colour: Callable[[tuple[float, ...]], bool]) -> bool:
        """Wait until a lamp has shown a colour since its last ``shown``, be it for a tenth of a second."""
        return self.until(lambda: any(colour(shown) for shown in panel.shown()))

    def answered(self, panel: PanelClient, press: Callable[[], None]) -> bool:
        """Press until the hub has answered: a lamp that tells of silence asks for the same press again.

        Before a keypad has an answer, or has given it up, it takes no other press.
        """
        before = panel.answers()
        for _ in range(PRESSES):
            press()
            time.sleep(FINGER_SECONDS)
            if self.until(lambda: panel.answers() > before, SECONDS / PRESSES):
                return True
        return False

    @property
    def database(self) -> Any:
        return self.rig.directory / "hub-1" / "giliran.db"

    def tickets(self) -> dict[str, str]:
        """Return every number in the hub's database and its state."""
        with contextlib.closing(sqlite3.connect(self.database)) as connection:
            return dict(connection.execute("SELECT number, state FROM ticket"))

    def close(self) -> None:
        for person in self._people.values():
            person.close()


@pytest.fixture
def town(tmp_path: Any) -> Iterator[Town]:
    kiosks = [f"kiosk-{n}" for n in range(2, 9)]
    with Rig(tmp_path / "office", [*SampleOffice.nodes(4), *kiosks, "hub-2"]) as rig:
        town = Town(rig, 4)
        with town.observer:
            town.office.hub()
            yield town
            town.close()


@pytest.fixture
def hub(rig: Rig) -> Iterator[StandInHub]:
    stand_in = StandInHub(rig.password("hub-1"), rig.broker_settings())
    stand_in.start()
    stand_in.say(scenes.catalogue(1, scenes.USUAL))
    yield stand_in
    stand_in.stop()


@pytest.fixture
def printer(tmp_path: Path) -> Iterator[PtyPrinter]:
    with PtyPrinter(tmp_path / "paper") as device:
        yield device


@pytest.fixture
def kiosk_settings() -> dict[str, Any]:
    """What a test's kiosk has beside a screen and a printer."""
    return {}


@pytest.fixture
def finger(rig: Rig, hub: StandInHub, printer: PtyPrinter, kiosk_settings: dict[str, Any]) -> Iterator[Finger]:
    """A finger on a kiosk that waits for its first citizen."""
    screen = {"fullscreen": False, "width": 1024, "height": 600}
    usual = {"node": "kiosk-1", "screen": screen, "printer": {"kind": "serial", "device": printer.path}}
    tables = {"kiosk": {**usual, **kiosk_settings}}
    socket = rig.directory / "kiosk.socket"
    rig.spawn("kiosk", rig.write_config("kiosk-1", tables), env={"GILIRAN_UI_DRIVER": str(socket)})
    with Finger(socket) as one:
        one.wait_screen("attract")
        yield one
    assert rig.process("kiosk-1").stop() == 0


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A running browser without a screen."""
    with chromium.browsing() as found:
        yield found


@pytest.fixture
def sit(town: Any, browser: Any) -> Iterator[Callable[..., Person]]:
    """Lets people sit down at browsers of the office ``town``: ``sit(Role.OFFICER, color_scheme="dark")``."""
    people: list[Person] = []

    def sit_down(role: Role, **options: Any) -> Person:
        people.append(Person(town.address, browser, role, **options))
        return people[-1]

    yield sit_down
    for person in people:
        person.context.close()
