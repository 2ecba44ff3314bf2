"""A press is executed at most once, however slow the hub is."""

from __future__ import annotations

from counter_keypad.pending import Pending


def test_while_a_press_is_on_its_way_others_are_ignored():
    pending = Pending()
    assert pending.send("call_next", "id-1", 0) == "id-1"
    assert pending.send("call_next", "id-2", 100) is None
    assert pending.send("recall", "id-3", 100) is None
    pending.answered()
    assert pending.send("call_next", "id-4", 200) == "id-4"


def test_the_same_action_after_silence_is_the_same_request():
    pending = Pending()
    pending.send("call_next", "id-1", 0)
    pending.silent(2000)
    assert pending.send("call_next", "id-2", 5000) == "id-1"


def test_another_action_after_silence_is_a_new_request():
    pending = Pending()
    pending.send("call_next", "id-1", 0)
    pending.silent(2000)
    assert pending.send("finish", "id-2", 3000) == "id-2"


def test_long_after_silence_it_is_a_new_wish():
    pending = Pending()
    pending.send("call_next", "id-1", 0)
    pending.silent(2000)
    assert pending.send("call_next", "id-2", 12_001) == "id-2"


def test_what_never_left_is_not_repeated():
    pending = Pending()
    pending.send("call_next", "id-1", 0)
    pending.unsent()
    assert pending.send("call_next", "id-2", 100) == "id-2"


def test_an_answer_closes_the_matter():
    pending = Pending()
    pending.send("call_next", "id-1", 0)
    pending.silent(2000)
    pending.send("call_next", "id-2", 3000)
    pending.answered()
    assert pending.send("call_next", "id-3", 4000) == "id-3"
