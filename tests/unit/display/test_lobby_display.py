"""What QML reads, kept true: from messages to values and rows, without a broker."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from msgspec.structs import replace

from appliance.node.config import BrokerSettings
from appliance.node.daemon import HubClock, SystemClock
from appliance.node.link import Link
from appliance.ui.values import Rows
from appliance.wire.messages import Board, Call, Clock, CounterState, Office, ServiceState
from display.scope import Scope
from display.screen import Lobby
from display.settings import DisplaySettings, MediaSettings

SETTINGS = DisplaySettings(media=MediaSettings(folder="", usb=""))


@pytest.fixture
def lobby(qtbot: Any) -> Iterator[Lobby]:
    clock = HubClock(SystemClock())
    made = Lobby(SETTINGS, Link("display-1", "", BrokerSettings(), "test", clock), clock, lambda _: None)
    yield made
    made.stop()


def call(seq: int, counter: str = "c1") -> Call:
    return Call(1, seq, 0, f"A{seq:03d}", counter, {"id": f"Loket {counter}"}, "s", {"id": "Berkas"})


def board(seq: int, *calls: Call) -> Board:
    counters = [CounterState(1, seq, each, {"id": f"Loket {each}"}, "free") for each in ("c1", "c2")]
    services = [ServiceState("s", "A", {"id": "Berkas"}, 3)]
    return Board(1, seq, "2026-04-06", Office({"id": "Kantor"}, "open"), list(calls), counters, services)


def column(rows: Rows, name: str) -> list[str]:
    at = next(role for role, found in rows.roleNames().items() if bytes(found.data()).decode() == name)
    return [rows.data(rows.index(row), at) for row in range(rows.rowCount())]


def test_a_display_that_becomes_one_of_another_wing_keeps_nothing_of_the_first(lobby: Lobby) -> None:
    lobby._take_board(board(9, call(9), call(8), call(7)))
    assert column(lobby.counters, "id") == ["c1", "c2"]
    assert column(lobby.last_calls, "number") == ["A008", "A007"]
    lobby.adopt(replace(SETTINGS, shows=Scope(counters=("c3",), services=("t",))))
    assert [rows.rowCount() for rows in (lobby.counters, lobby.services, lobby.last_calls)] == [0, 0, 0]
    lobby.adopt(SETTINGS)
    assert column(lobby.counters, "id") == ["c1", "c2"]


def test_what_was_missed_without_a_connection_is_shown_and_spoken_as_if_it_came_now_unless_it_is_old(
    qtbot: Any,
) -> None:
    clock, heard = HubClock(SystemClock()), list[Any]()
    lobby = Lobby(SETTINGS, Link("display-1", "", BrokerSettings(), "test", clock), clock, heard.append)
    clock.observe(Clock(1, "boot", 1, 1_000_000, 1.0, "Asia/Jakarta"))
    lobby._take_connection(True)
    lobby._take_board(board(9, call(9)))
    lobby._take_connection(False)
    lobby._take_connection(True)
    old, fresh = call(10), replace(call(11), at=990_000)
    lobby._take_board(board(11, fresh, old, call(9)))
    assert (lobby.values["number"], lobby.values["flash"]) == ("A011", 11)
    lobby._take_call(fresh)
    assert heard == [fresh]
    lobby.stop()
