"""What a keypad with few buttons needs of the hub: whoever began a pause can end it, and absence says what it wants."""

from __future__ import annotations

import pytest
from hub_bench import Bench

from appliance.engine.commands import DefineOffice
from appliance.engine.model import Counter, Definition, Rules, Service
from appliance.hub import snapshots
from appliance.hub.calendar import opening_of
from appliance.wire import messages as m
from counter_keypad import actions

OFFICE = Definition(
    {"id": "Kantor"},
    (Service("a", "A", {"id": "Satu"}),),
    (Counter("1", {"id": "Loket 1"}, ("a",)),),
    Rules(seconds_between_calls=0),
)


@pytest.fixture
def hub(tmp_path):
    bench = Bench(tmp_path / "giliran.db")
    bench.handler.execute(DefineOffice(OFFICE), "hub")
    bench.handler.execute(opening_of(OFFICE, bench.clock.office_ms()), "hub")
    for body in (m.Issue("a"), m.Issue("a"), m.OpenCounter("1"), m.CallNext("1")):
        bench.ask(bench.request(body, node="kiosk-1" if isinstance(body, m.Issue) else "keypad-1"))
    yield bench
    bench.store.close()


def state(hub):
    return snapshots.counter_state(hub.handler.day, "1")


def press(hub, word):
    """Press a button of the counter's keypad, whose lamp shows the counter as the hub tells it."""
    body = actions.body(actions.parse(word), "1", state(hub))
    return hub.ask(hub.request(body, node="keypad-1"))[0]


@pytest.mark.parametrize("step", ["called", "serving"])
def test_a_pause_pressed_with_a_citizen_at_the_counter_is_ended_by_the_same_button(hub, step):
    if step == "serving":
        press(hub, "start")
    assert isinstance(press(hub, "pause"), m.Accepted)
    assert (state(hub).state, state(hub).paused) == (step, True)
    assert isinstance(press(hub, "pause"), m.Accepted)
    assert (state(hub).state, state(hub).paused) == (step, False)


@pytest.mark.parametrize("word", ["open_or_call_next", "open_or_close"])
def test_one_button_gets_a_paused_counter_with_a_citizen_going_again(hub, word):
    press(hub, "pause")
    assert isinstance(press(hub, word), m.Accepted)
    assert (state(hub).number, state(hub).paused) == ("A001", False)
    assert isinstance(press(hub, "open_or_call_next"), m.Accepted)
    assert state(hub).number == "A002"


def test_a_pause_that_outlasts_the_citizen_is_a_paused_counter(hub):
    press(hub, "pause")
    press(hub, "finish")
    assert (state(hub).state, state(hub).paused) == ("paused", True)
    assert isinstance(press(hub, "pause"), m.Accepted)
    assert state(hub).state == "free"


def test_absence_that_wants_more_calls_first_is_refused_without_a_wait(hub):
    """By this a keypad with one button knows that it has to call once more."""
    refused = press(hub, "recall_or_no_show")
    assert (refused.code, refused.wait) == ("too_early", 0)
    assert isinstance(press(hub, "recall"), m.Accepted)
    assert press(hub, "recall_or_no_show").wait > 0
