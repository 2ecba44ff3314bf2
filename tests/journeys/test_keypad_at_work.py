"""The officer's finger and the lamp: a real keypad process on mock pins, over a real broker."""

from __future__ import annotations

import pytest

from appliance.tools.office.panel_client import PanelClient
from appliance.wire import messages as m

OFF = (0.0, 0.0, 0.0)


@pytest.fixture
def panel(town):
    town.all_ready("kiosk-1")
    town.office.keypad("1")
    assert town.observer.wait(lambda: town.observer.online("keypad-1"), 20)
    client = PanelClient(town.office.panel_socket("1"))
    assert town.until(lambda: client.lamp() != OFF and client.lamp()[0] == client.lamp()[1]), "the lamp is not idle"
    yield client
    client.close()


def is_green(colour):
    return colour[1] > 0 and colour[0] == colour[2] == 0


def is_blue(colour):
    return colour[2] > 0 and colour[0] == colour[1] == 0


def is_amber(colour):
    return colour[0] > colour[1] > 0 and colour[2] == 0


def is_red(colour):
    return colour[0] > 0 and colour[1] == colour[2] == 0


def issue(town):
    return town.person("kiosk-1").ask(m.Issue("pendaftaran")).number


def test_one_press_calls_one_citizen_and_the_lamp_follows(town, panel):
    number = issue(town)
    assert town.until(lambda: is_green(panel.lamp())), "somebody waits: it breathes green"
    assert town.answered(panel, lambda: panel.push("call_next"))
    assert town.until(lambda: is_blue(panel.lamp())), "the citizen is on the way: it blinks blue"
    assert [call.number for call in town.observer.calls] == [number]
    assert town.answered(panel, lambda: panel.push("recall"))
    assert town.observer.wait(lambda: len(town.observer.calls) == 2, 20)
    assert town.observer.calls[1].recall
    panel.push("finish")
    assert town.observer.wait(lambda: town.observer.counters["1"].state == "free", 20)
    assert town.tickets() == {number: "served"}


def test_bouncing_contacts_call_one_citizen(town, panel):
    for _ in range(3):
        issue(town)
    panel.bounce("call_next")
    assert town.answered(panel, lambda: panel.push("call_next"))
    assert town.observer.wait(lambda: len(town.observer.calls) == 1, 20)
    panel.push("finish")
    assert town.observer.wait(lambda: town.observer.counters["1"].state == "free", 20)
    assert sorted(town.tickets().values()) == ["served", "waiting", "waiting"]


def test_with_nobody_waiting_the_lamp_says_no(town, panel):
    assert town.answered(panel, lambda: panel.push("call_next"))
    assert town.sees(panel, is_amber)
    assert town.observer.calls == []


def test_a_press_at_a_closed_counter_is_refused_and_opening_it_is_a_hold(town, panel):
    number = issue(town)
    assert town.answered(panel, lambda: panel.push("finish", seconds=1.5))
    assert town.observer.wait(lambda: town.observer.counters["1"].state == "closed", 20)
    panel.shown()
    assert town.answered(panel, lambda: panel.push("call_next"))
    assert town.sees(panel, is_amber)
    assert town.tickets() == {number: "waiting"}
    assert town.answered(panel, lambda: panel.push("no_show", seconds=1.5))
    assert town.observer.wait(lambda: town.observer.counters["1"].state == "free", 20)
    panel.push("call_next")
    assert town.observer.wait(lambda: len(town.observer.calls) == 1, 20)


def test_a_press_while_the_hub_is_away_is_not_stored_for_later(town, panel):
    for _ in range(2):
        issue(town)
    town.rig.process("hub-1").kill()
    assert town.until(lambda: is_red(panel.lamp())), "the hub is away: red"
    panel.shown()
    panel.push("call_next")
    assert town.sees(panel, lambda colour: is_amber(colour) or is_red(colour))
    town.office.hub()
    assert town.until(lambda: is_green(panel.lamp())), "the hub is back, and somebody waits"
    assert town.observer.calls == []
    panel.push("call_next")
    assert town.observer.wait(lambda: len(town.observer.calls) == 1, 20)


def test_a_keypad_without_pins_runs_and_says_what_is_missing(town):
    config = town.rig.write_config("keypad-2", {"keypad": {"node": "keypad-2", "counter": "2", "gpio": "none"}})
    process = town.rig.spawn("keypad", config)
    observer = town.observer
    assert observer.wait(lambda: observer.online("keypad-2") and bool(observer.presence["keypad-2"].parts), 20)
    assert {part.name: part.state for part in observer.presence["keypad-2"].parts} == {
        "buttons": "missing",
        "lamp": "missing",
    }
    assert process.running()


def test_a_wrong_key_ends_a_node_with_one_clear_line(town):
    config = town.rig.write_config("keypad-3", {"keypad": {"node": "keypad-3", "debounce": 20}})
    process = town.rig.spawn("keypad", config)
    assert process.wait(20) == 78
    assert (
        process.output().strip()
        == f"<3>{config}: keypad.debounce is not a known key; correct its spelling or remove it"
    )
