"""The front panel's socket tells what a program that looks now and then would miss."""

from __future__ import annotations

import msgspec
import pytest
from officers_desk import Desk

from appliance.tools.office.panel_client import PanelClient
from appliance.wire import messages as m
from counter_keypad.panel import Panel

GREEN, BLUE = (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)


@pytest.fixture
def desk():
    desk = Desk()
    desk.run(1000)
    yield desk
    desk.close()


@pytest.fixture
def client(desk, tmp_path):
    settings = msgspec.structs.replace(desk.settings, panel=str(tmp_path / "panel"))
    panel = Panel(settings, desk.pins.mock, desk.pins, lambda: desk.keypad.answers)
    client = PanelClient(tmp_path / "panel")
    yield client
    client.close()
    panel.close()


def test_a_flash_that_is_over_was_still_shown_and_is_told_once(desk, client):
    desk.counter("called")
    desk.push()
    client.shown()
    desk.bus.answer()
    desk.run(5000)
    assert GREEN in client.shown()
    desk.run(5000)
    assert set(client.shown()) == {(0.0, 0.0, 0.0), BLUE}


@pytest.mark.parametrize("outcome", ["accepted", "refused", "silent", "unsent"])
def test_every_press_is_answered_once(desk, client, outcome):
    desk.hub_there = outcome != "unsent"
    desk.run(10_000)
    assert client.answers() == 0
    desk.push()
    if outcome in ("accepted", "refused"):
        assert client.answers() == 0
        desk.bus.answer("nobody_waiting" if outcome == "refused" else "")
    desk.run(5000)
    assert client.answers() == 1
    desk.hub_there = True
    desk.run(1000)
    desk.push()
    assert isinstance(desk.bus.sent[-1][0], m.CallNext)


def test_an_unknown_word_is_answered_with_those_that_there_are(client):
    assert (
        client._say("dance") == "error: buttons, press N, release N, bounce N, lamp, shown, buzzer, number or answers"
    )
