"""From contacts to presses: bounce, hold, two at once, stuck."""

from __future__ import annotations

import pytest

from counter_keypad.debounce import Press, Presses


@pytest.fixture
def presses():
    return Presses([False, True, False], debounce_ms=20, hold_ms=1000)


def play(presses, edges, until):
    """Feed (time, button, down) edges, look every millisecond, and return what was pressed when."""
    seen = []
    for now in range(until + 1):
        for at, button, down in edges:
            if at == now:
                presses.edge(button, down, now)
        seen += [(now, press) for press in presses.due(now)]
    return seen


def test_a_press_counts_once_it_is_firm(presses):
    assert play(presses, [(10, 0, True), (100, 0, False)], 300) == [(30, Press(0, "press"))]


def test_bouncing_contacts_are_one_press(presses):
    bounce = [(10 + n * 3, 0, n % 2 == 0) for n in range(9)] + [(200 + n * 3, 0, n % 2 == 1) for n in range(9)]
    assert [press for _, press in play(presses, bounce, 500)] == [Press(0, "press")]


def test_a_spike_is_no_press(presses):
    assert play(presses, [(10, 0, True), (25, 0, False)], 300) == []


def test_two_quick_presses_are_two(presses):
    edges = [(10, 0, True), (60, 0, False), (120, 0, True), (170, 0, False)]
    assert [press for _, press in play(presses, edges, 400)] == [Press(0, "press")] * 2


def test_a_button_with_a_hold_acts_when_let_go(presses):
    assert play(presses, [(10, 1, True), (300, 1, False)], 2000) == [(320, Press(1, "press"))]


def test_a_hold_acts_once_when_let_go(presses):
    assert play(presses, [(10, 1, True), (3000, 1, False)], 4000) == [(3020, Press(1, "hold"))]


def test_a_finger_on_a_button_with_a_hold_is_felt_and_told_when_to_let_go(presses):
    presses.edge(1, True, 0)
    presses.due(20)
    assert [presses.feel(now) for now in (20, 999, 1000, 10_000)] == ["felt", "felt", "let_go", "let_go"]
    presses.edge(1, False, 2000)
    presses.due(2020)
    assert presses.feel(2020) == ""


def test_a_folder_that_lies_on_a_button_with_a_hold_asks_for_nothing(presses):
    assert play(presses, [(10, 1, True), (60_000, 1, False)], 61_000) == []
    presses.edge(1, True, 70_000)
    presses.due(70_020)
    assert presses.feel(80_001) == ""


def test_two_buttons_at_once_are_a_palm(presses):
    for second in (10, 15, 29):
        edges = [(10, 0, True), (second, 2, True), (100, 2, False), (150, 0, False)]
        assert play(presses, [(at + 1000, b, down) for at, b, down in edges], 2000) == []


def test_a_palm_that_comes_down_slowly_asks_for_no_hold(presses):
    edges = [(10, 1, True), (200, 2, True), (300, 2, False), (1500, 1, False)]
    assert play(presses, edges, 2000) == []


def test_a_contact_that_was_closed_at_the_start_is_no_press(presses):
    presses.found_down(0, 0)
    presses.found_down(1, 0)
    assert play(presses, [(500, 0, False), (2000, 1, False)], 3000) == []
    assert play(presses, [(3010, 0, True), (3100, 0, False)], 3200)[0][1] == Press(0, "press")


def test_a_worn_contact_is_reported_and_believed_again_when_it_is_calm(presses):
    edges = [(at, 0, down) for n in range(60) for at, down in ((n * 100, True), (n * 100 + 50, False))]
    assert len(play(presses, edges, 6000)) == 9
    assert presses.faults(6000) == [(0, "chattering")]
    assert play(presses, [(6100, 2, True), (6200, 2, False)], 6300) == [(6120, Press(2, "press"))]
    assert presses.faults(12_000) == []
    assert play(presses, [(12_010, 0, True), (12_100, 0, False)], 12_200) == [(12_030, Press(0, "press"))]


def test_a_second_button_while_one_is_down_is_ignored(presses):
    edges = [(10, 0, True), (50, 2, True), (100, 2, False), (150, 0, False), (300, 2, True), (350, 2, False)]
    assert play(presses, edges, 500) == [(30, Press(0, "press")), (320, Press(2, "press"))]


def test_a_stuck_button_is_reported_and_does_not_deafen_the_others(presses):
    presses.edge(0, True, 0)
    assert presses.due(20) == [Press(0, "press")]
    assert presses.faults(9_000) == []
    assert presses.faults(31_000) == [(0, "stuck")]
    presses.edge(2, True, 31_000)
    assert presses.due(31_020) == [Press(2, "press")]


def test_it_says_when_to_look_again(presses):
    assert presses.next_due(0) is None
    presses.edge(1, True, 100)
    assert presses.next_due(100) == 120
    presses.due(120)
    assert presses.next_due(120) == 1100


def test_a_press_right_after_another_button_was_let_go_counts(presses):
    edges = [(10, 2, True), (100, 2, False), (100, 0, True), (200, 0, False)]
    presses_seen = []
    for now in (0, 35, 130, 300):  # looked at rarely, so that both changes are due at once
        for at, button, down in edges:
            if now - 35 < at <= now:
                presses.edge(button, down, at)
        presses_seen += presses.due(now)
    assert presses_seen == [Press(2, "press"), Press(0, "press")]


def test_a_finger_that_stays_on_a_button_does_not_keep_the_keypad_awake(presses):
    presses.edge(1, True, 0)
    presses.due(20)
    assert presses.next_due(20) == 1000
    assert presses.next_due(1000) is None
    assert presses.next_due(3_600_000) is None


def test_a_contact_that_chattered_long_ago_is_part_of_a_palm_again(presses):
    play(presses, [(at, 0, down) for n in range(15) for at, down in ((n * 100, True), (n * 100 + 50, False))], 1600)
    assert presses.faults(1600) == [(0, "chattering")]
    palm = [(60_000, 2, True), (60_005, 0, True), (60_200, 0, False), (60_200, 2, False)]
    seen = []
    for now in range(59_990, 60_300):
        for at, button, down in palm:
            if at == now:
                presses.edge(button, down, now)
        seen += presses.due(now)
    assert seen == []
