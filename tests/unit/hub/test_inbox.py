"""One that floods costs itself, and nobody else."""

from __future__ import annotations

import pytest

from appliance.hub.complaints import AT_ONCE, Complaints
from appliance.hub.inbox import (
    ALLOWANCE,
    FIRST_SILENCE_MS,
    LONGEST_SILENCE_MS,
    MOST_REFUSED,
    MOST_WAITING,
    SHARE,
    Inbox,
    Incoming,
)
from appliance.texts.parts import LOGGED, of_part
from appliance.wire import messages as m
from appliance.wire import topics

FLOODED = "it floods the bus"


class Desk:
    """An inbox on a clock that the test moves."""

    def __init__(self):
        self.now = 1_000_000
        self.inbox = Inbox(self.now, Complaints(lambda: self.now))

    def take(self, node, count=1, payload=b"{}"):
        for number in range(count):
            self.inbox.take(Incoming(node, payload, topics.reply(node, "x"), b"%d" % number))

    def wait(self, ms):
        self.now += ms
        self.inbox.tick(self.now)

    def flood(self, node="kiosk-9"):
        self.take(node, int(ALLOWANCE) + MOST_REFUSED + 200)

    def drain(self):
        drained = []
        while batch := self.inbox.batch():
            drained += batch
        return drained


@pytest.fixture
def desk():
    return Desk()


def test_commands_come_out_in_the_order_of_each_sender(desk):
    desk.take("kiosk-1", 100)
    assert [x.correlation for x in desk.drain()] == [b"%d" % n for n in range(100)]
    assert not desk.inbox


def test_a_press_behind_many_commands_of_another_is_in_the_next_batch(desk):
    desk.take("kiosk-1", 200)
    desk.take("keypad-1")
    batch = desk.inbox.batch()
    assert len(batch) == SHARE + 1
    assert batch[1].node == "keypad-1"


def test_what_goes_beyond_the_allowance_is_refused_as_busy(desk):
    desk.take("kiosk-1", int(ALLOWANCE) + 3)
    refusals = desk.inbox.refusals()
    assert [m.decode_reply(x.payload).code for x in refusals] == ["busy"] * 3
    assert {x.topic for x in refusals} == {topics.reply("kiosk-1", "x")}
    assert len(desk.drain()) == ALLOWANCE
    assert desk.inbox.heard() is None
    desk.wait(100)
    desk.take("kiosk-1", 100)
    assert not desk.inbox.refusals()


def test_a_long_command_counts_as_several(desk):
    desk.take("kiosk-1", 5, b"x" * 262_144)
    assert len(desk.inbox.refusals()) == 1


@pytest.mark.expects_log(FLOODED)
def test_a_node_that_goes_on_is_not_listened_to_and_is_heard_again_by_itself(desk):
    desk.take("keypad-1")
    desk.flood()
    assert desk.inbox.heard() == {"keypad-1"}
    desk.inbox.is_there("display-1")
    assert desk.inbox.heard() == {"keypad-1", "display-1"}
    assert "kiosk-9" in of_part(desk.inbox.part(), LOGGED)
    assert [x.node for x in desk.drain()] == ["keypad-1"]
    assert len(desk.inbox.refusals()) == ALLOWANCE + MOST_REFUSED
    desk.wait(FIRST_SILENCE_MS)
    assert desk.inbox.heard() is None
    assert desk.inbox.part().state == "ok"
    desk.take("kiosk-9")
    assert len(desk.drain()) == 1


@pytest.mark.expects_log(FLOODED)
def test_each_silence_is_twice_as_long_until_the_node_is_calm(desk):
    lengths = []
    for _ in range(8):
        desk.flood()
        began = desk.now
        while desk.inbox.heard() is not None:
            desk.wait(1_000)
        lengths.append(desk.now - began)
    assert lengths[:4] == [FIRST_SILENCE_MS * factor for factor in (1, 2, 4, 8)]
    assert lengths[-1] == LONGEST_SILENCE_MS
    desk.wait(61_000)
    desk.flood()
    began = desk.now
    while desk.inbox.heard() is not None:
        desk.wait(1_000)
    assert desk.now - began == FIRST_SILENCE_MS


@pytest.mark.expects_log(FLOODED)
def test_one_that_is_heard_again_and_still_floods_is_noticed_at_once_and_one_that_is_mended_is_not(desk):
    desk.flood()
    desk.wait(FIRST_SILENCE_MS)
    assert desk.inbox.heard() is None
    desk.take("kiosk-9", 25)
    assert desk.inbox.heard() == set()
    desk.wait(2 * FIRST_SILENCE_MS)
    desk.take("kiosk-9", 10)
    desk.wait(1_000)
    desk.take("kiosk-9", 250)
    assert desk.inbox.heard() is None
    assert len(desk.drain()) == 260


@pytest.mark.expects_log("garbage", FLOODED)
def test_garbage_counts_for_more(desk):
    for _ in range(60):
        desk.inbox.blame("kiosk-9", "garbage")
    desk.take("kiosk-9", MOST_REFUSED)
    assert desk.inbox.heard() == set()


@pytest.mark.expects_log("garbage")
def test_the_log_has_a_few_lines_of_one_sender_and_then_one_a_minute(caplog):
    now = [1_000_000]
    complaints = Complaints(lambda: now[0])
    for _ in range(10_000):
        complaints.about("kiosk-9", "garbage")
        now[0] += 13
    assert len(caplog.records) == AT_ONCE + 2
    assert "more complaints" in caplog.records[-1].getMessage()
    complaints.about("kiosk-8", "garbage")
    assert len(caplog.records) == AT_ONCE + 3


@pytest.mark.expects_log(FLOODED)
def test_a_node_that_keeps_within_its_allowance_but_sends_more_than_is_carried_out_does_not_pile_up(desk):
    for _ in range(200):  # a slow disk: 50 ms a batch
        desk.take("kiosk-1", 70)
        desk.inbox.batch()
        desk.wait(50)
    left = len(desk.drain())
    assert left <= MOST_WAITING


def test_what_waits_when_a_queue_ends_is_refused_and_not_forgotten():
    desk = Desk()
    desk.take("kiosk-1", 3)
    desk.take("keypad-1")
    desk.inbox.turn_away()
    answers = desk.inbox.refusals()
    assert [m.decode_reply(answer.payload).code for answer in answers] == ["busy"] * 4
    assert desk.inbox.batch() == []
