"""Words of the configuration -> commands at the counter."""

from __future__ import annotations

import msgspec
import pytest

from appliance.texts import keys
from appliance.wire import messages as m
from counter_keypad.actions import ABOUT, ALL, BY_STATE, SIMPLE, Wish, body, parse
from counter_keypad.settings import KeypadSettings


def at(state):
    return m.CounterState(1, 1, "1", {}, state)


@pytest.mark.parametrize("word", SIMPLE)
def test_a_simple_action_is_its_command(word):
    command = body(parse(word), "1", at("free"))
    sent = msgspec.json.decode(msgspec.json.encode(command))
    assert {**sent, "outcomes": []} == {"do": word, "counter": "1", "officer": "", "outcomes": []}


@pytest.mark.parametrize(
    ("word", "state", "command"),
    [
        ("transfer:kasir", "serving", m.Transfer("1", service="kasir")),
        ("pause", "free", m.PauseCounter("1", reason="break")),
        ("rate:4", "free", m.RateServed("1", m.Survey(overall=4))),
        ("rate:1", "called", m.RateServed("1", m.Survey(overall=1))),
        ("pause:paperwork", "serving", m.PauseCounter("1", reason="paperwork")),
        ("pause:paperwork", "paused", m.OpenCounter("1")),
        ("start_or_finish", "called", m.Start("1")),
        ("start_or_finish", "serving", m.Finish("1")),
        ("open_or_close", "closed", m.OpenCounter("1")),
        ("open_or_close", "paused", m.OpenCounter("1")),
        ("open_or_close", "free", m.CloseCounter("1")),
        ("open_or_call_next", "closed", m.OpenCounter("1")),
        ("open_or_call_next", "serving", m.CallNext("1")),
    ],
)
def test_some_actions_depend_on_the_counter(word, state, command):
    assert body(parse(word), "1", at(state)) == command


def test_a_typed_number_is_called_with_its_reason():
    command = body(Wish("call_number", "A012"), "1", at("free"), "manual")
    assert command == m.CallNumber("1", number="A012", reason="manual")


@pytest.mark.parametrize(
    ("word", "complaint"),
    [
        ("dance", "no action"),
        ("call_number", "no action"),
        ("transfer", "transfer:kasir"),
        ("transfer:", "transfer:kasir"),
        ("transfer:Kasir", "transfer:kasir"),
        ("pause:", "pause:break"),
        ("rate", "rate:4"),
        ("rate:5", "rate:4"),
        ("recall:3", "stands alone"),
    ],
)
def test_a_wrong_word_is_refused_with_its_key(word, complaint):
    for key in ("press", "hold"):
        table = {"buttons": [{"pin": 4, "press": "recall", key: word}]}
        with pytest.raises(msgspec.ValidationError, match=rf"{complaint}.*\$\.buttons\[0\]"):
            msgspec.convert(table, KeypadSettings)


@pytest.mark.parametrize(
    ("table", "complaint"),
    [
        ({"buttons": [{"pin": 5, "press": "recall"}]}, "GPIO 5 is used twice"),
        ({"buzzer": {"pin": 17}}, "GPIO 17 is used twice"),
        ({"buttons": [{"pin": 4, "press": "recall", "pull": "none"}]}, "active"),
        ({"lamp": {"pins": [1, 2]}}, "one pin, or three"),
    ],
)
def test_wrong_wiring_is_refused(table, complaint):
    with pytest.raises(msgspec.ValidationError, match=complaint):
        msgspec.convert(table, KeypadSettings)


def test_every_action_has_its_words():
    assert set(ALL) == {*SIMPLE, *BY_STATE, *ABOUT}
    assert {f"lamp.action.{action}" for action in ALL} <= keys("id")
