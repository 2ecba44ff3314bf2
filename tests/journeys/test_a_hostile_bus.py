"""One box that goes mad harms nobody, and what an office gives up is gone from the bus."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from appliance.tools.office.rig import HOST
from appliance.tools.office.sample_office import office
from appliance.tools.proofs.flood import flood
from appliance.wire import messages as m
from appliance.wire import topics

if TYPE_CHECKING:
    from conftest import Town

MAD = "kiosk-8"
LONGEST_LOG = 50_000
"""Bytes that the hub may write about one that floods."""


def hub_part(town: Town, name: str) -> str:
    """Return the state of one part in the hub's presence."""
    presence = town.observer.presence.get("hub-1")
    return next((part.state for part in presence.parts if part.name == name), "") if presence else ""


@pytest.mark.parametrize(
    ("payload", "qos"),
    [
        (b"garbage", 0),
        pytest.param(b"garbage", 1, marks=pytest.mark.long),
        pytest.param(b"\xff" * 30_000, 0, marks=pytest.mark.long),
        (b"\xff" * m.MAX_PAYLOAD, 1),
    ],
    ids=["short", "short at qos 1", "long", "longest at qos 1"],
)
def test_a_kiosk_that_publishes_garbage_is_silenced_and_the_keypad_is_answered(
    town: Town, payload: bytes, qos: int
) -> None:
    town.all_ready("kiosk-1", "keypad-1")
    kiosk, keypad = town.person("kiosk-1"), town.person("keypad-1")
    with flood(town.rig, MAD, payload, qos):
        assert town.until(lambda: hub_part(town, "bus") == "fault")
        for _ in range(20):
            assert isinstance(kiosk.ask(m.Issue("pendaftaran")), m.Accepted)
            assert isinstance(keypad.ask(m.CallNext("1")), m.Accepted)
        newcomer = town.person("keypad-2")
        assert town.until(newcomer.ready)
        assert town.until(lambda: newcomer.ask(m.OpenCounter("2"), seconds=1.0) is not None), "who is new is heard too"
    assert len(town.rig.process("hub-1").output()) < LONGEST_LOG
    assert town.until(lambda: hub_part(town, "bus") == "ok", 60), "it is heard again by itself"
    mended = town.person(MAD)
    assert town.until(lambda: isinstance(mended.ask(m.Issue("pendaftaran"), seconds=1.0), m.Accepted))


def test_a_counter_that_is_given_up_is_gone_from_the_bus(town: Town) -> None:
    town.all_ready("web-1")
    assert town.observer.wait(lambda: "4" in town.observer.counters, 20)
    assert isinstance(town.person("web-1").ask(m.Define(office(3), "siti")), m.Accepted)
    seen: dict[str, bytes] = {}

    def look() -> bool:
        seen.clear()
        client = mqtt.Client(CallbackAPIVersion.VERSION2, protocol=mqtt.MQTTv5)
        client.username_pw_set("keypad-4", town.rig.password("keypad-4"))
        client.on_message = lambda _c, _u, message: seen.setdefault(message.topic, message.payload)
        granted = threading.Event()
        client.on_subscribe = lambda *_: granted.set()
        client.connect(HOST, town.rig.port)
        client.subscribe(topics.ALL_COUNTERS, qos=1)
        client.loop_start()
        assert granted.wait(20)
        client.disconnect()
        client.loop_stop()
        return topics.counter("4") not in seen and topics.counter("3") in seen

    assert town.until(look)
