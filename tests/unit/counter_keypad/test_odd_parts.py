"""Whatever a message says, a device sends or a file holds: the keypad works on, and says what is wrong."""

from __future__ import annotations

import contextlib
import os
import random
from types import SimpleNamespace

import msgspec
import pytest
from oddities import ODD, odd_ones
from officers_desk import Desk
from pad_keys import EVENT

from appliance.node import plugged
from appliance.node.config import BrokerSettings
from appliance.node.daemon import HubClock, SystemClock
from appliance.node.link import Link
from appliance.node.polling import until
from appliance.wire import messages as m
from appliance.wire import topics
from counter_keypad.fake_serial import FakeSerialLine
from counter_keypad.number_display import SerialDisplay, Sign
from counter_keypad.number_pad import NumberPad
from counter_keypad.serial_pad import Lines, SerialPad
from counter_keypad.settings import (
    KeypadSettings,
    NumberPadSettings,
    SerialDisplaySettings,
    SerialPadSettings,
)

SEGMENTS = {"kind": "pins", "segments": [2, 3, 4, 7, 8, 9, 10], "dot": 11, "places": [14, 15, 16, 19]}
COUNTER = m.CounterState(1, 20, "1", {"id": "Loket 1"}, "called", "A012", 5_000, 1, 3)
CLOCK = m.Clock(1, "boot", 1, 1_775_443_260_000, 1.0, "Asia/Jakarta")
FRAMES = (
    "{text}\r",
    "\u0002{start}{address:02d}{text}\u0003{xor:02X}\r",
    "\u00ff{segments}",
    "{prefix}|{digits}|{sum:c}",
)

pytestmark = pytest.mark.expects_log("ignored a malformed payload", "(number pad|serial keypad|number display): /")


@pytest.fixture(autouse=True)
def _impatient(monkeypatch):
    monkeypatch.setattr(plugged, "RETRY_SECONDS", 0.02)


@pytest.mark.parametrize(("topic", "message"), [(topics.counter("1"), COUNTER), (topics.CLOCK, CLOCK)])
def test_no_field_of_a_message_ends_the_keypad_or_its_displays(topic, message):
    desk = Desk(number_display=SEGMENTS)
    clock = HubClock(SystemClock())
    link = Link("keypad-1", "", BrokerSettings(), "test", clock)
    link.on(topics.counter("1"), m.CounterState, desk.keypad.take_counter)
    displays = [SerialDisplay(SerialDisplaySettings(port="-", frame=frame)) for frame in FRAMES]
    for payload in odd_ones(message):
        link._take(SimpleNamespace(topic=topic, payload=payload))
        desk.run(10)
        sign = desk.keypad._sign()
        for display in displays:
            assert isinstance(display.frame(sign, Sign()), bytes)
        clock.real_seconds(1.0)
        clock.office_ms()
        clock.seen()
    desk.counter("called", number="A012")
    desk.run(20)
    assert desk.pins.digits.text == "A012"
    desk.close()


def test_no_answer_ends_the_keypad():
    desk = Desk()
    desk.run(100)
    for wait in (0, 1, 2**62, 2**64, 10**30):
        for code in ("Ж", "too_soon", "?", "\n", "x" * 5_000):
            desk.push()
            desk.bus.answer(code, wait)
            desk.run(500)
    before = len(desk.bus.sent)
    desk.push()
    assert len(desk.bus.sent) == before + 1
    desk.close()


@pytest.mark.parametrize("number", [None, "", *(odd for odd in ODD if isinstance(odd, str))])
@pytest.mark.parametrize("frame", FRAMES)
def test_a_number_of_any_kind_is_a_frame_of_single_bytes(frame, number):
    for letters in (True, False):
        display = SerialDisplay(SerialDisplaySettings(port="-", frame=frame, call_frame=frame, letters=letters))
        assert display.frame(Sign(number, 1, away=True), Sign())


@pytest.mark.parametrize(
    "frame",
    ["{text:d}", "{number:>99999999}", "{sum:s}", "{text!x}", "{text:{width}}", "{", "{}", "{0}", "Ж", "{xor.real}"],
)
def test_a_frame_that_cannot_be_made_is_refused_with_its_key(frame):
    table = {"number_display": {"kind": "serial", "port": "-", "frame": frame}}
    with pytest.raises(msgspec.ValidationError, match=r"\$\.number_display"):
        msgspec.convert(table, KeypadSettings)


def test_a_number_pad_may_send_anything(tmp_path):
    path = tmp_path / "event0"
    os.mkfifo(path)
    heard = []
    pad = NumberPad(NumberPadSettings(device=str(path), series={"A": 3}), SystemClock(), heard.append)
    pad.start()
    ends = []

    def plugged_in():
        with contextlib.suppress(OSError):
            ends.append(os.open(path, os.O_WRONLY))
        return bool(ends)

    assert until(plugged_in)
    chance = random.Random(1)
    for _ in range(200):
        os.write(ends[0], chance.randbytes(chance.randint(1, 3 * EVENT.size)))
        os.write(ends[0], EVENT.pack(2**62, -1, 1, chance.randint(0, 2**16 - 1), chance.randint(-(2**31), 2**31 - 1)))
    os.close(ends.pop())  # pulled out in the middle of a record
    assert until(lambda: pad.part.state == "missing")
    assert pad.dead_part() is None
    pad.faults(SystemClock().monotonic_ms())
    pad.close()


@pytest.mark.parametrize("end", ["\r\n", "", ";"])
@pytest.mark.parametrize(
    "number", ["(?P<prefix>[A-Z]{0,3})(?P<digits>[0-9]{1,6})", r"K=(?P<digits>.*)", r"(?P<prefix>.)?(?P<digits>\d*)"]
)
def test_a_serial_keypad_may_send_anything(end, number):
    chance = random.Random(2)
    lines = Lines(
        SerialPadSettings(port="-", series={"A": 3, "B": 6}, keys={"N": "call_next", "!": "B"}, end=end, number=number)
    )
    now = 0
    for _ in range(3_000):
        now += chance.choice((1, 9_000))
        pick = chance.choice(("bytes", "text"))
        data = chance.randbytes(9) if pick == "bytes" else "".join(chance.choices("A B12K=9\r\n;#*!N٣²", k=9)).encode()
        lines.feed(data, now)
    lines.feed(b"\n;\r#*", now)
    assert lines.feed({"": b"12#", ";": b"A12;"}.get(end, b"K=12\nA12\n"), now + 1)


@pytest.mark.parametrize("place", ["missing", "a folder", "a file", "dangling", "no right"])
def test_a_device_that_is_something_else_is_named_and_looked_for_again(tmp_path, place):
    path = tmp_path / "device"
    match place:
        case "a folder":
            path.mkdir()
        case "a file":
            path.write_bytes(b"x")
        case "dangling":
            path.symlink_to(tmp_path / "nothing")
        case "no right":
            path.symlink_to("/proc/1/mem" if os.geteuid() else "/proc/self/mem")
    parts = [
        SerialPad(SerialPadSettings(port=str(path), series={"A": 3}), SystemClock(), lambda _: None),
        SerialDisplay(SerialDisplaySettings(port=str(path))),
        NumberPad(NumberPadSettings(device=str(path), series={"A": 3}), SystemClock(), lambda _: None),
    ]
    for part in parts:
        part.start()
    for part in parts:
        assert until(lambda part=part: part.part.state != "unknown"), part.part
    assert [part.dead_part() for part in parts] == [None] * 3
    for part in parts:
        part.close()


def test_a_plug_that_comes_and_goes_at_any_moment_ends_no_thread(tmp_path):
    line = FakeSerialLine(tmp_path / "line")
    display = SerialDisplay(SerialDisplaySettings(port=str(line.path), refresh_seconds=0.1))
    display.start()
    for turn in range(20):
        display.show(Sign(f"A{turn:03d}", turn, away=False))
        line.pull_out()
        line.plug_in()
    assert until(lambda: display.part.state == "ok")
    assert display.dead_part() is None
    display.close()
    line.pull_out()


TRIES = 20


def _heard_again(line, heard):
    line.send(b"13\n")
    return until(lambda: len(heard) >= 2, 1.0)


@pytest.mark.expects_log("serial keypad failed")
def test_a_mistake_of_ours_with_one_device_does_not_end_the_keypad(tmp_path):
    line = FakeSerialLine(tmp_path / "line")
    heard = []

    def hear(what):
        heard.append(what)
        if len(heard) == 1:
            raise ZeroDivisionError

    pad = SerialPad(SerialPadSettings(port=str(line.path), series={"A": 3}), SystemClock(), hear)
    pad.start()
    assert until(lambda: pad.part.state == "ok")
    line.send(b"12\n")
    assert until(lambda: len(heard) == 1)
    # When the line is opened again is nobody's to see, and what is typed before that is lost: people type again, too.
    assert any(_heard_again(line, heard) for _ in range(TRIES))
    assert pad.dead_part() is None
    pad.close()
    line.pull_out()
