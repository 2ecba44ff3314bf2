"""A press is executed at most once, however slow the hub is."""

from __future__ import annotations

from appliance.wire.messages import CallNext, Finish, OpenCounter, PauseCounter, Recall
from counter_keypad.pending import Pending

CALL_NEXT, RECALL, FINISH = CallNext("1"), Recall("1"), Finish("1")


def test_while_a_press_is_on_its_way_others_are_ignored():
    pending = Pending()
    assert pending.send(CALL_NEXT, "id-1", 0) == "id-1"
    assert pending.send(CALL_NEXT, "id-2", 100) is None
    assert pending.send(RECALL, "id-3", 100) is None
    pending.answered()
    assert pending.send(CALL_NEXT, "id-4", 200) == "id-4"


def test_the_same_action_after_silence_is_the_same_request():
    pending = Pending()
    pending.send(CALL_NEXT, "id-1", 0)
    pending.silent(2000)
    assert pending.send(CALL_NEXT, "id-2", 5000) == "id-1"


def test_another_action_after_silence_is_a_new_request():
    pending = Pending()
    pending.send(CALL_NEXT, "id-1", 0)
    pending.silent(2000)
    assert pending.send(FINISH, "id-2", 3000) == "id-2"


def test_long_after_silence_it_is_a_new_wish():
    pending = Pending()
    pending.send(CALL_NEXT, "id-1", 0)
    pending.silent(2000)
    assert pending.send(CALL_NEXT, "id-2", 12_001) == "id-2"


def test_what_never_left_is_not_repeated():
    pending = Pending()
    pending.send(CALL_NEXT, "id-1", 0)
    pending.unsent()
    assert pending.send(CALL_NEXT, "id-2", 100) == "id-2"


def test_an_answer_closes_the_matter():
    pending = Pending()
    pending.send(CALL_NEXT, "id-1", 0)
    pending.silent(2000)
    pending.send(CALL_NEXT, "id-2", 3000)
    pending.answered()
    assert pending.send(CALL_NEXT, "id-3", 4000) == "id-3"


def test_a_pause_that_was_carried_out_unheard_is_ended_by_a_request_of_its_own():
    pending = Pending()
    pending.send(PauseCounter("1", reason="break"), "id-1", 0)
    pending.silent(2000)
    assert pending.send(OpenCounter("1"), "id-2", 3000) == "id-2"
