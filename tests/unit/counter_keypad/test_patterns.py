"""The lamp tells each state and each answer apart, also without colour."""

from __future__ import annotations

from itertools import pairwise

from counter_keypad.patterns import FLASHES, STATES, Light


def rhythm(pattern):
    """What a single-coloured light shows."""
    return tuple((round(max(colour), 2), ms) for colour, ms in pattern.steps)


def test_every_state_and_answer_can_be_told_apart_on_a_single_light():
    patterns = [rhythm(p) for p in STATES.values()] + [rhythm(p) for p in FLASHES.values()]
    assert len(set(patterns)) == len(patterns)


def test_an_answer_flashes_and_then_the_state_is_back():
    light = Light()
    light.show("serving", 0)
    serving = light.colour(0)
    light.flash("refused", 1000)
    shown = [light.colour(t) for t in range(1000, 1500)]
    assert len({c for c in shown if c != (0, 0, 0)}) == 1
    flashes = sum(1 for a, b in pairwise([(0, 0, 0), *shown]) if a == (0, 0, 0) != b)
    assert flashes == 2
    assert light.colour(1500) == serving


def test_nothing_flickers_faster_than_is_safe():
    for pattern in [*STATES.values(), *FLASHES.values()]:
        for start in range(0, pattern.length_ms, 10):
            lit = [max(pattern.at(t)) > 0.5 for t in range(start, start + 1000, 5)]
            assert sum(1 for a, b in pairwise(lit) if b and not a) <= 5
