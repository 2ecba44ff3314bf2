"""The lamp tells each state and each answer apart, also without colour, and answers at once."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest

import appliance.engine
from appliance.texts import keys
from counter_keypad.patterns import AGAIN, FLASHES, HINTS, OFF, REASONS, STATES, Light, flash_for

EVERYTHING = [*STATES.values(), *FLASHES.values(), *HINTS.values(), AGAIN]


def rhythm(pattern):
    """What a single-coloured light shows."""
    return tuple((round(max(colour), 2), ms) for colour, ms in pattern.steps)


def flashes(light, start, end):
    """How often the lamp goes on between two moments."""
    lit = [max(light.colour(t)) > 0.3 for t in range(start, end)]
    return sum(1 for before, after in pairwise([False, *lit]) if after and not before)


def test_every_state_and_answer_can_be_told_apart_on_a_single_light():
    assert len({rhythm(pattern) for pattern in EVERYTHING}) == len(EVERYTHING)


def test_every_pattern_stands_on_the_officers_page():
    words = {key for key in keys("id") if key.startswith("lamp.")}
    assert {f"lamp.state.{state}" for state in STATES} <= words
    assert {f"lamp.hint.{hint}" for hint in HINTS} <= words
    assert {f"lamp.answer.{flash}" for flash in FLASHES} <= words


def test_an_answer_flashes_and_then_the_state_is_back():
    light = Light()
    light.show("serving", 0)
    serving = light.colour(0)
    light.flash("nobody", 1000)
    assert flashes(light, 1000, 1580) == 2
    assert light.colour(1580) == serving


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("answer_ms", [1, 30, 90])
def test_a_press_changes_the_lamp_within_100_ms_whatever_it_showed(state, answer_ms):
    for pressed in range(10_000, 10_000 + STATES[state].length_ms, 50):
        light = Light()
        light.show(state, 0)
        before = light.colour(pressed - 1)
        light.hint("sent", pressed)
        seen = [light.colour(t) for t in range(pressed, pressed + answer_ms)]
        light.flash("accepted", pressed + answer_ms)
        seen += [light.colour(t) for t in range(pressed + answer_ms, pressed + 101)]
        assert any(abs(max(colour) - max(before)) > 0.3 or colour == OFF != before for colour in seen)


@pytest.mark.parametrize("flash", FLASHES)
@pytest.mark.parametrize("state", ["idle", "serving"])
@pytest.mark.parametrize("waited", [5, 1800])
def test_an_answer_has_all_its_flashes_though_the_lamp_was_lit(flash, state, waited):
    light = Light()
    light.show(state, 0)
    light.hint("sent", 1000)
    light.colour(1000 + waited)
    light.flash(flash, 1000 + waited)
    end = 1000 + waited + 60 + FLASHES[flash].length_ms
    assert flashes(light, 1000 + waited, end - 1) == len(FLASHES[flash].steps) // 2
    assert light.colour(end) == STATES[state].at(end)


def test_the_wait_is_counted_down_a_tick_a_second_until_it_may_be_tried_again():
    light = Light()
    light.show("called", 0)
    light.flash("early", 1000, again_in=12_000)
    after_flash = 1000 + FLASHES["early"].length_ms + 60
    ticks = [t for t in range(after_flash, 13_000) if light.colour(t) != OFF]
    starts = [b for a, b in pairwise([0, *ticks]) if b > a + 1]
    assert starts == list(range(2000, 13_000, 1000))
    assert {light.colour(t) for t in range(13_000, 14_400)} == {colour for colour, _ in STATES["called"].steps}


def test_a_hub_that_went_away_is_not_hidden_by_a_countdown():
    light = Light()
    light.show("called", 0)
    light.flash("early", 1000, again_in=60_000)
    light.show("away", 5000)
    assert light.colour(5000) == STATES["away"].at(0)


def test_the_buzzer_sounds_in_the_rhythm_of_refusals_only():
    light = Light()
    light.show("serving", 0)
    assert not any(light.sounding(t, accepted=False) for t in range(1000))
    light.flash("early", 1000)
    sounds = [light.sounding(t, accepted=False) for t in range(1000, 3000)]
    assert sum(1 for a, b in pairwise([False, *sounds]) if b and not a) == 3
    light.flash("accepted", 4000)
    assert not any(light.sounding(t, accepted=False) for t in range(4000, 5000))
    light.flash("accepted", 6000)
    assert any(light.sounding(t, accepted=True) for t in range(6000, 7000))


def test_every_reason_that_the_engine_has_at_a_counter_has_a_pattern_of_its_kind():
    engine = Path(appliance.engine.__file__).parent
    source = "".join((engine / name).read_text(encoding="utf-8") for name in ("at_counter.py", "at_survey.py"))
    codes = set(re.findall(r'Refusal\(\s*"(\w+)"', source))
    assert len(codes) > 12
    for_kiosks = {"not_rateable", "not_served"}
    for_technicians = {"survey_off", "no_reason", "unknown_service", "same_service", "unknown_counter"}
    for_consoles = {"closed_there", "counter_busy", "never_here", "no_session", "outcome_required", "unknown_outcome"}
    assert {code for code in codes if flash_for(code) == "trouble"} == for_technicians | for_consoles | for_kiosks
    assert set(REASONS) <= codes
    assert flash_for("storage") == "trouble"


def test_nothing_flickers_faster_than_is_safe():
    for pattern in EVERYTHING:
        for start in range(0, pattern.length_ms, 10):
            lit = [max(pattern.at(t)) > 0.5 for t in range(start, start + 1000, 5)]
            assert sum(1 for a, b in pairwise(lit) if b and not a) <= 5
