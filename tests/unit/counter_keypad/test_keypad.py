"""One keypad in virtual time: what a finger causes, and what the officer sees of it."""

from __future__ import annotations

import pytest
from officers_desk import Desk

from appliance.texts.parts import LOGGED, of_part
from appliance.wire import messages as m
from counter_keypad.number_display import SerialDisplay, Sign
from counter_keypad.settings import SerialDisplaySettings

ONE_BUTTON = {
    "buttons": [{"pin": 17, "press": "open_or_call_next", "hold": "no_show"}],
    "lamp": {"pins": [18]},
}
SEGMENTS = {"kind": "pins", "segments": [2, 3, 4, 7, 8, 9, 10], "dot": 11, "places": [14, 15, 16, 19]}


@pytest.fixture
def desk(request):
    desk = Desk(**getattr(request, "param", {}))
    desk.run(1000)
    yield desk
    desk.close()


def sent(desk):
    return [body for body, _ in desk.bus.sent]


@pytest.mark.parametrize("desk", [{}, ONE_BUTTON], indirect=True)
@pytest.mark.parametrize("state", ["free", "called", "serving", "closed", "paused"])
def test_the_lamp_answers_a_finger_within_100_ms_though_the_hub_is_silent(desk, state):
    desk.counter(state)
    desk.run(2000)
    before = desk.lamp()
    pressed = desk.clock.now
    desk.contact(0, closed=True)
    desk.run(100)
    steady = {levels for at, levels in desk.log if at >= pressed}
    assert any(max(abs(a - b) for a, b in zip(levels, before, strict=True)) > 0.3 for levels in steady)


def test_one_press_is_one_request_however_long_the_hub_takes(desk):
    desk.push()
    desk.push()
    desk.push(1)
    assert sent(desk) == [m.CallNext("1")]
    desk.bus.answer()
    desk.run(500)
    desk.push()
    assert len(desk.bus.sent) == 2
    assert desk.bus.sent[0][1] != desk.bus.sent[1][1]


def test_a_press_that_is_repeated_after_silence_is_the_same_request(desk):
    desk.push()
    desk.run(2100)
    desk.push()
    assert desk.bus.sent[0] == desk.bus.sent[1]


def test_a_press_while_the_hub_is_away_is_neither_sent_nor_kept(desk):
    desk.hub_there = False
    desk.run(4000)
    pressed = desk.clock.now
    desk.push()
    desk.run(1500)
    assert {levels for at, levels in desk.log if at >= pressed and max(levels) > 0.1} == {(1.0, 0.0, 0.0)}
    desk.hub_there = True
    desk.run(20_000)
    assert desk.bus.sent == []


def test_a_press_without_a_broker_is_neither_sent_nor_kept(desk):
    desk.bus.connected = False
    desk.push()
    desk.bus.connected = True
    desk.run(20_000)
    assert desk.bus.sent == []


@pytest.mark.parametrize("desk", [ONE_BUTTON], indirect=True)
@pytest.mark.parametrize(
    ("code", "flashes"), [("", 1), ("nobody_waiting", 2), ("too_soon", 3), ("already_serving", 2), ("storage", 2)]
)
def test_one_lamp_of_one_colour_says_why(desk, code, flashes):
    desk.counter("free")
    desk.push(0, 100)
    desk.run(1800)
    answered = desk.clock.now
    desk.bus.answer(code)
    desk.run(2500)
    assert desk.flashes(answered) == flashes


def test_a_refusal_that_time_mends_is_counted_down(desk):
    desk.counter("called", number="A012", calls=1)
    desk.push()
    desk.bus.answer("too_soon", wait=5000)
    desk.run(1200)
    since = desk.clock.now
    desk.run(3700)
    amber = [levels for at, levels in desk.log if at >= since and levels == (1.0, 0.5, 0.0)]
    blue = [levels for at, levels in desk.log if at >= since and levels[2] > 0]
    assert amber
    assert not blue
    desk.run(1000)
    assert desk.lamp() != (1.0, 0.5, 0.0)
    desk.run(1400)
    assert (0.0, 0.0, 1.0) in {levels for _, levels in desk.log[-140:]}


# -- one button ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("desk", [ONE_BUTTON], indirect=True)
def test_one_button_opens_calls_and_marks_as_absent(desk):
    desk.counter("closed")
    for state, held, expected in [
        ("closed", False, m.OpenCounter("1")),
        ("free", False, m.CallNext("1")),
        ("called", True, m.NoShow("1")),
        ("serving", False, m.CallNext("1")),
    ]:
        desk.counter(state)
        desk.run(50)
        desk.push(0, 1500 if held else 100)
        desk.bus.answer()
        desk.run(500)
        assert sent(desk)[-1] == expected
    assert len(desk.bus.sent) == 4


@pytest.mark.parametrize("desk", [ONE_BUTTON], indirect=True)
def test_a_stuck_only_button_asks_for_nothing_and_is_named(desk):
    desk.contact(0, closed=True)
    desk.run(60_000)
    assert desk.bus.sent == []
    assert desk.part("stuck button").state == "fault"
    desk.contact(0, closed=False)
    desk.run(100)
    assert desk.bus.sent == []
    assert desk.part("stuck button") is None
    desk.push()
    assert sent(desk) == [m.CallNext("1")]


def test_a_stuck_button_calls_once_and_the_others_work_on(desk):
    desk.contact(0, closed=True)
    desk.run(300)
    desk.bus.answer()
    desk.run(60_000)
    assert sent(desk) == [m.CallNext("1")]
    desk.push(1)
    assert sent(desk)[1:] == [m.Recall("1")]
    assert "call_next" in of_part(desk.part("stuck button"), LOGGED)


def test_a_change_that_the_kernel_forgot_to_tell_is_seen_all_the_same(desk):
    for device in desk.pins._buttons.values():
        device.when_activated = device.when_deactivated = None  # so many bounces that their queue ran over
    desk.push()
    assert sent(desk) == [m.CallNext("1")]
    desk.bus.answer()
    desk.run(500)
    desk.push()
    assert sent(desk) == [m.CallNext("1")] * 2


# -- wiring --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("active", ["low", "high"])
@pytest.mark.parametrize("pull", ["up", "down", "none"])
def test_any_pull_and_any_active_level(pull, active):
    desk = Desk(buttons=[{"pin": 17, "press": "finish", "pull": pull, "active": active}])
    desk.contact(0, closed=False)
    desk.keypad.found_down(desk.pins.found_down())
    desk.run(1000)
    assert desk.bus.sent == []
    desk.push()
    assert sent(desk) == [m.Finish("1")]
    desk.bus.answer()
    desk.contact(0, closed=True)
    assert desk.pins.found_down() == [0]
    desk.close()


def test_a_button_that_is_down_when_the_keypad_starts_calls_nobody():
    # The pull-up alone makes the pin high, and high is pressed.
    desk = Desk(buttons=[{"pin": 17, "press": "call_next", "pull": "up", "active": "high"}])
    assert desk.pins.found_down() == [0]
    desk.keypad.found_down(desk.pins.found_down())
    desk.run(20_000)
    assert desk.bus.sent == []
    assert desk.part("stuck button").state == "fault"
    desk.contact(0, closed=False)
    desk.run(100)
    desk.push()
    assert sent(desk) == [m.CallNext("1")]
    desk.close()


def test_a_lamp_with_a_common_anode_is_lit_by_low_pins():
    desk = Desk(lamp={"pins": [5, 6, 13], "active": "low", "brightness": 0.5})
    desk.counter("serving")
    desk.run(1000)
    assert desk.lamp() == (1.0, 0.5, 1.0)
    desk.close()


def test_the_buzzer_says_no_in_the_lamps_rhythm():
    desk = Desk(buzzer={"pin": 12})
    desk.run(100)
    desk.push()
    desk.bus.answer("nobody_waiting")
    sounds = []
    for _ in range(100):
        desk.run(10)
        sounds.append(bool(desk.pins.mock.pin(12).state))
    assert sum(1 for a, b in zip([False, *sounds], sounds, strict=False) if b and not a) == 2
    assert not sounds[-1]
    desk.close()


def test_a_keypad_without_pins_says_what_is_missing():
    desk = Desk(gpio="none")
    desk.run(50)
    assert {(part.name, part.state) for part in desk.bus.parts} == {("buttons", "missing"), ("lamp", "missing")}


def test_digits_that_have_no_pins_are_named():
    desk = Desk(gpio="none", number_display=SEGMENTS)
    desk.run(50)
    assert desk.part("number display").state == "missing"


@pytest.mark.parametrize(("pads", "named"), [({}, True), ({"number_pad": {"series": {"A": 3}}}, False)])
def test_buttons_are_missed_only_where_nothing_else_can_be_pressed(pads, named):
    desk = Desk(buttons=[], **pads)
    desk.run(50)
    assert (desk.part("buttons") is not None) == named
    desk.close()


@pytest.mark.expects_log("number display: .*GPIO busy")
def test_pins_that_somebody_else_holds_cost_only_their_own_part(monkeypatch):
    class Busy(Exception):  # as lgpio's own, which is no OSError
        pass

    def claim(*_args, **_more):
        raise Busy("GPIO busy")

    monkeypatch.setattr("gpiozero.LEDCharDisplay", claim)
    desk = Desk(number_display=SEGMENTS)
    desk.push()
    assert sent(desk) == [m.CallNext("1")]
    assert (desk.part("buttons").state, desk.part("lamp").state) == ("ok", "ok")
    assert desk.part("number display").state == "missing"
    assert "GPIO busy" in of_part(desk.part("number display"), LOGGED)
    desk.close()


def test_a_counter_that_the_hub_does_not_have_is_named():
    desk = Desk(known=False, counter="9")
    desk.hub_there = False
    desk.run(100)
    assert desk.part("counter") is None, "nobody could tell"
    desk.hub_there = True
    desk.run(100)
    assert "counter 9" in of_part(desk.part("counter"), LOGGED)
    desk.counter("free")
    desk.run(100)
    assert desk.part("counter") is None
    desk.close()


# -- digits on pins ------------------------------------------------------------------------------------------------


def test_digits_on_pins_show_the_number_dashes_and_a_dot():
    desk = Desk(number_display=SEGMENTS)
    assert desk.pins.digits.text == "----."
    desk.run(100)
    assert desk.pins.digits.text == "----"
    desk.counter("called", number="A012", calls=1)
    desk.run(100)
    assert desk.pins.digits.text == "A012"
    desk.hub_there = False
    desk.run(4000)
    assert desk.pins.digits.text == "A012."
    desk.hub_there = True
    desk.counter("free")
    desk.run(100)
    assert desk.pins.digits.text == "----"
    desk.close()


def test_a_single_digit_lights_the_right_segments():
    desk = Desk(number_display={"kind": "pins", "segments": [2, 3, 4, 7, 8, 9, 10], "letters": False})
    desk.counter("serving", number="A012", calls=1)
    desk.run(100)
    lit = [bool(desk.pins.mock.pin(pin).state) for pin in (2, 3, 4, 7, 8, 9, 10)]
    assert lit == [True, True, False, True, True, False, True]  # a 2, by its shape
    desk.close()


ONE_FOR_ALL = {
    "buttons": [{"pin": 17, "press": "open_or_call_next", "hold": "recall_or_no_show"}],
    "lamp": {"pins": [18]},
}


@pytest.mark.parametrize("desk", [ONE_FOR_ALL], indirect=True)
def test_one_button_calls_again_until_the_office_lets_somebody_be_absent(desk):
    desk.counter("called", number="A012", calls=1)
    desk.push(ms=1500)
    desk.bus.answer("too_early")  # must be called more often first
    desk.run(100)
    assert sent(desk) == [m.NoShow("1"), m.Recall("1")]
    desk.bus.answer()
    desk.run(500)
    desk.push(ms=1500)
    desk.bus.answer("too_early", wait=9_000)  # called often enough; time will mend it
    desk.run(100)
    desk.push(ms=1500)
    desk.bus.answer()
    desk.run(100)
    assert sent(desk)[2:] == [m.NoShow("1"), m.NoShow("1")]


@pytest.mark.parametrize("desk", [ONE_BUTTON], indirect=True)
def test_a_button_for_absence_alone_never_calls(desk):
    desk.counter("called", number="A012", calls=1)
    desk.push(ms=1500)
    desk.bus.answer("too_early")
    desk.run(500)
    assert sent(desk) == [m.NoShow("1")]


# -- a sign that blinks or rings -------------------------------------------------------------------------------------


class Ringing:
    """A number display that counts the calls which it was told of."""

    part = m.Part("number display", "ok")

    def __init__(self, desk):
        self.desk = desk
        self.board = SerialDisplay(SerialDisplaySettings(port="-", frame="{text}", call_frame="*{text}"))
        self.shown = Sign()
        self.frames = []

    def show(self, sign):
        if sign != self.shown:
            self.frames.append(self.board.frame(sign, self.shown).decode())
            self.shown = sign

    def after(self, state, **more):
        self.desk.counter(state, **more)
        self.desk.hub_clock.observe(m.Clock(1, "boot", self.desk.clock.now, self.desk.clock.now, 1.0, "Asia/Jakarta"))
        self.desk.keypad.step(self.desk.pins, [], self)
        return self.frames[-1]


def test_a_sign_rings_for_each_call_and_for_nobody_who_is_merely_there_again():
    desk = Desk()
    sign = Ringing(desk)
    assert sign.after("free", since=1) == "----"
    assert sign.after("called", number="A012", calls=1, since=10) == "*A012"
    assert sign.after("called", number="A012", calls=2, since=20) == "*A012"
    assert sign.after("called", number="A013", calls=1, since=30) == "*A013"
    assert sign.after("called", number="A012", calls=2, since=20) == "A012", "the press was taken back"
    assert sign.after("free", since=50) == "----"
    assert sign.after("serving", number="A012", calls=2, since=25) == "A012", "the finish was taken back"
    assert sign.after("called", number="A014", calls=1, since=60) == "*A014"
    desk.close()


def test_a_keypad_that_starts_beside_a_citizen_does_not_ring_for_them():
    desk = Desk(known=False)
    sign = Ringing(desk)
    assert sign.after("serving", number="A012", calls=1, since=10) == "A012"
    desk.close()
