"""A whole office over a real broker, and people to use it."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from appliance.node.daemon import HubClock, SystemClock
from appliance.node.link import Link
from appliance.tools.observer import Observer
from appliance.tools.rig import Rig
from appliance.tools.sample_office import OfficeTime, SampleOffice
from appliance.wire import messages as m

SECONDS = 20.0


class Person:
    """Somebody at a node: asks and waits for the answer."""

    def __init__(self, rig: Rig, node: str) -> None:
        self.clock = HubClock(SystemClock())
        self.link = Link(node, rig.password(node), rig.broker_settings(), "test", self.clock)
        self.link.start()

    def ready(self) -> bool:
        return self.link.connected and self.clock.hub_is_there()

    def send(self, body: m.AnyBody, request_id: str | None = None) -> tuple[threading.Event, list[Any]]:
        done, replies = threading.Event(), []

        def take(reply: m.AnyReply | None) -> None:
            replies.append(reply)
            done.set()

        if self.link.request(body, take, deadline=SECONDS, request_id=request_id or uuid.uuid4().hex) is None:
            done.set()
        return done, replies

    def ask(self, body: m.AnyBody, request_id: str | None = None) -> Any:
        """Return the reply, or None if the hub cannot be reached or does not answer."""
        done, replies = self.send(body, request_id)
        done.wait(SECONDS)
        return replies[0] if replies else None


class Town:
    """The office and everybody who deals with it."""

    def __init__(self, rig: Rig, counters: int) -> None:
        self.rig = rig
        self.office = SampleOffice(rig, counters, OfficeTime.starting(9 * 3600, 1.0), seconds_between_calls=0)
        self.observer = Observer(rig)
        self._people: dict[str, Person] = {}

    def person(self, node: str) -> Person:
        if node not in self._people:
            self._people[node] = Person(self.rig, node)
        return self._people[node]

    def all_ready(self, *nodes: str) -> None:
        people = [self.person(node) for node in nodes]
        assert self.until(lambda: all(person.ready() for person in people)), "not everybody found the hub"

    def until(self, condition: Any, seconds: float = SECONDS) -> bool:
        """Wait for a condition, looking again often; the seconds are only a limit."""
        waiting = threading.Event()
        for _ in range(int(seconds / 0.02)):
            if condition():
                return True
            waiting.wait(0.02)
        return bool(condition())

    @property
    def database(self) -> Any:
        return self.rig.directory / "hub-1" / "giliran.db"

    def tickets(self) -> dict[str, str]:
        """Return every number in the hub's database and its state."""
        with contextlib.closing(sqlite3.connect(self.database)) as connection:
            return dict(connection.execute("SELECT number, state FROM ticket"))

    def close(self) -> None:
        for person in self._people.values():
            person.link.stop()


@pytest.fixture
def town(tmp_path: Any) -> Iterator[Town]:
    kiosks = [f"kiosk-{n}" for n in range(2, 9)]
    with Rig(tmp_path / "office", [*SampleOffice.nodes(4), *kiosks, "web-1"]) as rig:
        town = Town(rig, 4)
        with town.observer:
            town.office.hub()
            yield town
            town.close()
