"""Keypads when things go wrong: real processes over a real broker, counted by a stranger on the bus."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sqlite3
import struct
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from appliance.texts.parts import LOGGED, of_part
from appliance.tools.office.panel_client import PanelClient
from appliance.wire import messages as m
from counter_keypad.fake_serial import FakeSerialLine

FINGER_SECONDS = 0.06
"""How long a finger is off a button before it presses again: longer than the keypad's debounce.

It is waited for and not a condition, since nothing outside tells that a keypad believes a contact to be open again.
"""


def issue(town, how_many=1):
    return [town.person("kiosk-1").ask(m.Issue("pendaftaran")).number for _ in range(how_many)]


def is_red(levels):
    return len(levels) == 3 and levels[0] > 0.5 and levels[1] == levels[2] == 0


def is_blue(levels):
    return levels[2] > 0.5


@pytest.fixture
def keypads(town):
    """Starts keypads, and returns the front panel of each; ``more`` are settings of ``[keypad]``."""
    town.all_ready("kiosk-1")
    panels = []

    def start(counter, /, **more):
        node, panel = f"keypad-{counter}", town.office.panel_socket(counter)
        table = {"node": node, "counter": counter, "gpio": "mock", "panel": str(panel), **more}
        town.rig.spawn("keypad", town.rig.write_config(node, {"keypad": table}))
        client = PanelClient(panel)
        panels.append(client)
        assert town.observer.wait(lambda: town.observer.online(node), 20)
        assert town.until(lambda: 0 < max(client.lamp()) < 1), "it has not found the hub"
        return client

    yield start
    for panel in panels:
        panel.close()


def part(town, node, name):
    presence = town.observer.presence.get(node)
    return next((part for part in presence.parts if part.name == name), None) if presence else None


def reasons(town):
    """Why each call was made, from the hub's log."""
    with contextlib.closing(sqlite3.connect(town.database)) as connection:
        rows = connection.execute("SELECT body FROM event WHERE type = 'TicketCalled'").fetchall()
    return [json.loads(body).get("reason") for (body,) in rows]


def test_racing_counters_call_each_citizen_once(town, keypads):
    """Four officers press in the same moment, again and again."""
    counters = ["1", "2", "3", "4"]
    panels = [keypads(counter) for counter in counters]
    issued = issue(town, 24)
    for turn in range(1, 7):
        for panel in panels:
            panel.contact("call_next", closed=True)
        assert town.observer.wait(lambda t=turn: len(town.observer.calls) == 4 * t, 20), "a press was lost"
        for panel in panels:
            panel.contact("call_next", closed=False)
        assert town.until(lambda t=turn: all(panel.answers() == t and is_blue(panel.lamp()) for panel in panels))
        time.sleep(FINGER_SECONDS)  # an open contact is believed after the debounce, which nobody outside can see
    called = [call.number for call in town.observer.calls]
    assert sorted(called) == sorted(issued)
    assert {call.counter for call in town.observer.calls} == set(counters)
    assert sorted(town.tickets().values()) == ["called"] * 4 + ["served"] * 20


def test_a_stuck_button_calls_once_is_named_and_leaves_the_others_working(town, keypads):
    issue(town, 3)
    panel = keypads("1")
    panel.contact("call_next", closed=True)
    assert town.observer.wait(lambda: len(town.observer.calls) == 1, 20)
    assert town.until(lambda: part(town, "keypad-1", "stuck button") is not None), "nobody is told"
    assert "call_next" in of_part(part(town, "keypad-1", "stuck button"), LOGGED)
    assert town.until(lambda: is_blue(panel.lamp()))
    assert town.answered(panel, lambda: panel.push("recall"))
    assert town.observer.wait(lambda: len(town.observer.calls) == 2, 20)
    assert town.observer.calls[1].recall
    panel.contact("call_next", closed=False)
    assert town.until(lambda: part(town, "keypad-1", "stuck button") is None)
    panel.push("call_next")
    assert town.observer.wait(lambda: len(town.observer.calls) == 3, 20)


@pytest.mark.expects_log("connection to the broker lost")
def test_a_keypad_survives_a_broker_that_restarts(town, keypads):
    numbers = issue(town, 2)
    panel = keypads("1")
    panel.push("call_next")
    assert town.observer.wait(lambda: len(town.observer.calls) == 1, 20)
    town.observer.forget_board()
    town.rig.kill_broker()
    assert town.until(lambda: is_red(panel.lamp())), "the lamp does not say that nobody hears it"
    panel.push("call_next")
    town.rig.start_broker()
    assert town.observer.wait(lambda: town.observer.board is not None, 20)
    assert town.until(lambda: is_blue(panel.lamp())), "the counter is calling, and the lamp does not say so"
    town.all_ready("kiosk-1")
    assert town.answered(panel, lambda: panel.push("recall"))
    assert town.observer.wait(lambda: len(town.observer.calls) == 2, 20)
    assert [call.number for call in town.observer.calls] == [numbers[0]] * 2, "a press of before came through"
    panel.push("call_next")
    assert town.observer.wait(lambda: len(town.observer.calls) == 3, 20)
    assert town.observer.calls[2].number == numbers[1]


def test_a_hub_that_answers_late_does_not_call_twice(town, keypads):
    """The hub stands still for longer than the keypad waits; the officer presses again."""
    issue(town, 4)
    panel = keypads("1")
    hub = town.rig.process("hub-1")
    hub.signal(signal.SIGSTOP)
    panel.push("call_next")
    assert town.sees(panel, is_red), "the lamp does not say that no answer came"
    panel.push("call_next")
    hub.signal(signal.SIGCONT)
    assert town.observer.wait(lambda: town.observer.counters["1"].state == "called", 20)
    town.all_ready("kiosk-1")
    assert town.until(lambda: is_blue(panel.lamp()))
    issue(town)  # a full round after the late answer
    assert len(town.observer.calls) == 1
    panel.push("finish")
    assert town.observer.wait(lambda: town.observer.counters["1"].state == "free", 20)
    assert sorted(town.tickets().values()) == ["served", "waiting", "waiting", "waiting", "waiting"]


def test_one_button_and_one_lamp_serve_a_counter(town, keypads):
    numbers = issue(town, 2)
    panel = keypads("1", buttons=[{"pin": 17, "press": "open_or_call_next", "hold": "no_show"}], lamp={"pins": [18]})
    only = "open_or_call_next"
    for number in numbers:
        assert town.answered(panel, lambda: panel.push(only))
        assert town.observer.wait(lambda n=number: town.observer.counters["1"].number == n, 20)
    panel.push(only)
    assert town.observer.wait(lambda: town.observer.counters["1"].state == "free", 20)
    assert set(town.tickets().values()) == {"served"}
    town.all_ready("web-1")
    town.person("web-1").ask(m.CloseCounter("1", "siti"))
    assert town.observer.wait(lambda: town.observer.counters["1"].state == "closed", 20)
    panel.push(only)
    assert town.observer.wait(lambda: town.observer.counters["1"].state == "free", 20)


def test_a_serial_keypad_calls_particular_numbers(town, keypads, tmp_path):
    numbers = issue(town, 13)
    line = FakeSerialLine(tmp_path / "ttyUSB0")
    serial_pad = {"port": str(line.path), "series": {"A": 3}, "keys": {"R": "recall"}}
    panel = keypads("1", serial_pad=serial_pad)
    assert town.until(lambda: getattr(part(town, "keypad-1", "serial keypad"), "state", "") == "ok")
    assert town.answered(panel, lambda: line.send(b"12\r\n"))
    assert town.observer.wait(lambda: [call.number for call in town.observer.calls] == [numbers[11]], 20)
    assert town.until(lambda: is_blue(panel.lamp()))
    assert town.answered(panel, lambda: line.send(b"R\r\n"))
    assert town.observer.wait(lambda: len(town.observer.calls) == 2, 20)
    assert town.until(lambda: is_blue(panel.lamp()))
    line.send(b"A003\r\n")
    assert town.observer.wait(lambda: town.observer.calls[-1].number == numbers[2], 20)
    assert town.until(lambda: {reason for reason in reasons(town) if reason} == {"picked_manual"})
    line.close()


def test_12_enter_on_a_usb_number_pad_calls_number_12(town, keypads, tmp_path):
    numbers = issue(town, 12)
    device = tmp_path / "event0"
    os.mkfifo(device)
    panel = keypads("1", number_pad={"device": str(device), "series": {"A": 3}})
    kernel = os.open(device, os.O_WRONLY)
    for code in (79, 80, 96):  # KEY_KP1, KEY_KP2, KEY_KPENTER (uapi/linux/input-event-codes.h)
        for value in (1, 0):
            os.write(kernel, struct.pack("llHHi", 0, 0, 1, code, value) + struct.pack("llHHi", 0, 0, 0, 0, 0))
    assert town.observer.wait(lambda: [call.number for call in town.observer.calls] == [numbers[11]], 20)
    assert town.until(lambda: is_blue(panel.lamp()))
    assert town.until(lambda: reasons(town) == ["picked_manual"])
    os.close(kernel)


def test_a_number_display_follows_its_counter_and_comes_back_after_its_plug_was_out(town, keypads, tmp_path):
    first, second = issue(town, 2)
    line = FakeSerialLine(tmp_path / "ttyUSB1")
    display = {"kind": "serial", "port": str(line.path), "frame": "\u0002{text}\u0003", "refresh_seconds": 0.2}
    panel = keypads("1", number_display=display)
    assert town.until(lambda: line.read().endswith(b"\x02----\x03"))
    panel.push("call_next")
    assert town.until(lambda: line.read().endswith(f"\x02{first}\x03".encode()))
    line.pull_out()
    assert town.until(lambda: part(town, "keypad-1", "number display").state == "missing"), "nobody is told"
    panel.push("call_next")
    assert town.observer.wait(lambda: len(town.observer.calls) == 2, 20), "the keypad waits for its display"
    line.plug_in()
    assert town.until(lambda: line.read().endswith(f"\x02{second}\x03".encode()))
    assert first.encode() not in line.received
    assert town.until(lambda: part(town, "keypad-1", "number display").state == "ok")
    town.rig.process("hub-1").kill()
    assert town.until(lambda: line.read().endswith(f"\x02{second}.\x03".encode())), "no dot, and the hub is away"
    town.rig.process("keypad-1").stop()
    assert town.until(lambda: line.read().endswith(b"\x02----.\x03"))
    line.close()


def test_a_press_that_comes_too_soon_is_counted_down_on_the_lamp(town, keypads):
    number = issue(town)[0]
    panel = keypads("1")
    assert town.answered(panel, lambda: panel.push("call_next"))
    assert town.observer.wait(lambda: len(town.observer.calls) == 1, 20)
    assert town.answered(panel, lambda: panel.push("recall"))
    assert town.observer.wait(lambda: len(town.observer.calls) == 2, 20)
    panel.push("no_show")
    assert town.sees(panel, lambda levels: levels == (1.0, 0.5, 0.0)), "too early, and the lamp does not say so"
    assert town.until(lambda: town.observer.replies and getattr(town.observer.replies[-1], "code", "") == "too_early")
    assert 0 < town.observer.replies[-1].wait <= 15_000
    assert town.tickets() == {number: "called"}


def test_two_keypads_of_one_counter_are_of_one_mind(town, keypads):
    number = issue(town)[0]
    here, there = keypads("1"), keypads("2", counter="1")
    here.push("call_next")
    assert town.until(lambda: is_blue(here.lamp()) and is_blue(there.lamp())), "not both saw the call"
    there.push("recall")
    assert town.observer.wait(lambda: [call.recall for call in town.observer.calls] == [False, True], 20)
    assert town.observer.wait(lambda: len(town.observer.replies) == 3, 20)  # of the number, the call and the recall
    with ThreadPoolExecutor() as hands:
        list(hands.map(lambda panel: panel.push("finish"), (here, there)))
    assert town.observer.wait(lambda: len(town.observer.replies) == 5, 20)
    codes = sorted(getattr(reply, "code", "done") for reply in town.observer.replies[3:])
    assert codes == ["done", "nobody_called"]
    assert town.tickets() == {number: "served"}
