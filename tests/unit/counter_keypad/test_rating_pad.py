"""Four keys at a counter: whoever was just served says how good it was, and the lamp thanks."""

from __future__ import annotations

import os

import msgspec
import pytest
from officers_desk import Desk
from pad_keys import strokes

from appliance.node.daemon import SystemClock
from appliance.node.polling import until
from appliance.wire import messages as m
from counter_keypad.actions import Wish
from counter_keypad.number_pad import NumberPad
from counter_keypad.patterns import GREEN
from counter_keypad.serial_pad import Lines
from counter_keypad.settings import KeypadSettings, RatingPadSettings, SerialPadSettings

KEYS = {mark: f"rate:{mark}" for mark in "1234"}


@pytest.mark.expects_log("number pad: .* cannot be used")  # its end closes before the pad does
def test_a_pad_of_four_keys_needs_no_more_than_to_be_named(tmp_path):
    path = tmp_path / "event0"
    os.mkfifo(path)
    heard = []
    settings = msgspec.convert({"rating_pad": {"device": str(path)}}, KeypadSettings).rating_pad
    pad = NumberPad(settings, SystemClock(), heard.append)
    pad.start()
    try:
        kernel = os.open(path, os.O_WRONLY)
        os.write(kernel, strokes("4", "1", "7", "Enter"))
        assert until(lambda: len(heard) >= 3)
        os.close(kernel)
    finally:
        pad.close()
    assert [one for one in heard if isinstance(one, Wish)] == [Wish("rate", "4"), Wish("rate", "1")]


def test_a_serial_pad_for_citizens_needs_no_series():
    lines = Lines(SerialPadSettings(port="/dev/null", end="", keys=KEYS, enter=""))
    assert lines.feed(b"3", 0) == [Wish("rate", "3")]
    assert lines.feed(b"9#", 1) == ["typing", "mistake"]
    with pytest.raises(ValueError, match="series needs"):
        SerialPadSettings(port="/dev/null")


@pytest.fixture
def desk():
    desk = Desk(buttons=[{"pin": 17, "press": "rate:4"}, {"pin": 27, "press": "call_next"}])
    desk.run(1000)
    yield desk
    desk.close()


def greens(desk, since):
    """Return for how long the lamp was green each time, in milliseconds."""
    spans, on = [], 0
    for at, levels in desk.log:
        lit = at >= since and levels == GREEN
        on += 10 if lit else 0
        if on and not lit:
            spans.append(on)
            on = 0
    return spans


def test_the_lamp_thanks_a_citizen_otherwise_than_it_answers_an_officer(desk):
    since = desk.clock.now
    desk.push()
    assert [body for body, _ in desk.bus.sent] == [m.RateServed("1", m.Survey(overall=4))]
    desk.bus.answer()
    desk.run(2000)
    short, long, last = greens(desk, since)
    assert long > 3 * max(short, last)
    since = desk.clock.now
    desk.push(1)
    desk.bus.answer()
    desk.run(2000)
    assert len(greens(desk, since)) == 1


def test_a_press_when_nobody_was_served_is_said_and_not_kept(desk):
    desk.push()
    since = desk.clock.now
    desk.bus.answer("nobody_served")
    desk.run(2000)
    assert greens(desk, since) == []
    assert desk.flashes(since) == 2
    assert isinstance(RatingPadSettings().keys, dict)
