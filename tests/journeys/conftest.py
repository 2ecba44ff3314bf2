"""A whole office over a real broker, and people to use it."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from typing import Any

import pytest

from appliance.tools.asker import Asker
from appliance.tools.observer import Observer
from appliance.tools.polling import until
from appliance.tools.rig import Rig
from appliance.tools.sample_office import OfficeTime, SampleOffice

SECONDS = 20.0


class Town:
    """The office and everybody who deals with it."""

    def __init__(self, rig: Rig, counters: int) -> None:
        self.rig = rig
        self.office = SampleOffice(rig, counters, OfficeTime.starting(9 * 3600, 1.0), seconds_between_calls=0)
        self.observer = Observer(rig)
        self._people: dict[str, Asker] = {}

    def person(self, node: str) -> Asker:
        if node not in self._people:
            self._people[node] = Asker.on(self.rig, node)
        return self._people[node]

    def all_ready(self, *nodes: str) -> None:
        people = [self.person(node) for node in nodes]
        assert self.until(lambda: all(person.ready() for person in people)), "not everybody found the hub"

    def until(self, condition: Any, seconds: float = SECONDS) -> bool:
        """Wait for a condition; the seconds are only a limit."""
        return until(condition, seconds)

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
    with Rig(tmp_path / "office", [*SampleOffice.nodes(4), *kiosks, "web-1"]) as rig:
        town = Town(rig, 4)
        with town.observer:
            town.office.hub()
            yield town
            town.close()
