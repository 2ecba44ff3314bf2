"""The order of announcements."""

from __future__ import annotations

import pytest

from appliance.wire.messages import Board, Call, Emergency, Notices, Office, Paging
from display.announcements import LONGEST_QUEUE, REMEMBERED, Announcements


def call(seq: int, at: int = 1_000_000, *, recall: bool = False) -> Call:
    return Call(1, seq, at, f"A{seq:03d}", "l1", {"id": "Loket 1"}, "s", {}, recall)


def speak_all(queue: Announcements, now: int | None = 1_000_000) -> list[int]:
    order = []
    while (taken := queue.next(now)) is not None:
        order.append(taken.seq)
        while queue.finished():
            order.append(taken.seq)
    return order


def test_speaks_in_the_order_of_arrival() -> None:
    queue = Announcements()
    for seq in (3, 4, 7):
        assert queue.add(call(seq))
    assert speak_all(queue) == [3, 4, 7]


def test_gives_out_no_second_call_while_one_is_spoken() -> None:
    queue = Announcements()
    queue.add(call(1))
    queue.add(call(2))
    assert queue.next(1_000_000) == call(1)
    assert queue.next(1_000_000) is None
    queue.finished()
    assert queue.next(1_000_000) == call(2)


@pytest.mark.parametrize("spoken_before", [False, True])
def test_a_redelivered_call_is_spoken_once(spoken_before: bool) -> None:
    queue = Announcements()
    queue.add(call(1))
    first = speak_all(queue) if spoken_before else []
    assert not queue.add(call(1))
    assert first + speak_all(queue) == [1]
    assert queue.duplicates == 1


def test_a_recall_of_the_same_number_is_spoken() -> None:
    queue = Announcements()
    queue.add(call(1))
    again = Call(1, 2, 1_005_000, "A001", "l1", {"id": "Loket 1"}, "s", {}, recall=True)
    assert queue.add(again)
    assert speak_all(queue) == [1, 2]


def test_a_straggler_that_was_never_heard_is_spoken() -> None:
    queue = Announcements()
    queue.add(call(5))
    assert queue.add(call(4))
    assert speak_all(queue) == [5, 4]


def test_a_call_older_than_all_that_is_remembered_counts_as_heard() -> None:
    queue = Announcements()
    for seq in range(1, REMEMBERED + 11):
        queue.add(call(seq))
        speak_all(queue)
    assert not queue.add(call(3))
    assert speak_all(queue) == []


def test_calls_of_a_hub_whose_log_began_anew_are_spoken() -> None:
    queue = Announcements()
    for seq in range(900, 900 + REMEMBERED):
        queue.add(call(seq, at=seq * 1000))
        speak_all(queue, now=seq * 1000)
    assert queue.add(call(1, at=2_000_000))
    assert queue.add(call(2, at=2_001_000))
    assert speak_all(queue, now=2_001_000) == [1, 2]


def test_a_stale_call_is_dropped_and_counted() -> None:
    queue = Announcements(max_age_s=120)
    queue.add(call(1, at=1_000_000))
    queue.add(call(2, at=1_060_000))
    assert speak_all(queue, now=1_120_001) == [2]
    assert queue.dropped == 1


def test_a_call_at_the_very_limit_is_still_spoken() -> None:
    queue = Announcements(max_age_s=120)
    queue.add(call(1, at=1_000_000))
    assert speak_all(queue, now=1_120_000) == [1]


def test_nothing_is_stale_while_the_time_is_not_known() -> None:
    queue = Announcements()
    queue.add(call(1, at=0))
    assert speak_all(queue, now=None) == [1]


def test_repeats_by_rule() -> None:
    queue = Announcements(repeats=2)
    queue.add(call(1))
    queue.add(call(2))
    assert speak_all(queue) == [1, 1, 2, 2]


def test_a_flood_keeps_the_newest() -> None:
    queue = Announcements()
    for seq in range(LONGEST_QUEUE + 5):
        queue.add(call(seq))
    assert queue.dropped == 5
    assert speak_all(queue) == list(range(5, LONGEST_QUEUE + 5))


# -- calls that are taken back, staff's texts, an emergency ------------------------------------------------------------


def board(seq: int, *calls: Call) -> Board:
    return Board(1, seq, "2026-04-06", Office({"id": "Kantor"}, "open"), list(calls), [], [])


def paging(seq: int, at: int = 1_000_000) -> Paging:
    return Paging(1, seq, at, {"id": "Pemilik mobil B 1234 harap ke depan."})


EXIT = Emergency(50, 1_000_000, {"id": "Keluar lewat pintu utara."})
ALARM = Notices(1, emergency=EXIT)
CALM = Notices(1)


def test_an_undone_call_is_taken_back_before_it_is_spoken() -> None:
    queue = Announcements()
    for seq in (1, 2, 3):
        queue.add(call(seq))
    assert not queue.add(board(4, call(3), call(1)))
    assert speak_all(queue) == [1, 3]
    assert queue.taken_back == 1


def test_a_call_whose_undoing_was_heard_first_is_not_spoken() -> None:
    queue = Announcements()
    queue.add(board(4))
    queue.add(call(3))
    assert speak_all(queue) == []


def test_what_is_half_said_is_said_to_its_end_but_not_repeated() -> None:
    queue = Announcements(repeats=3)
    queue.add(call(1))
    assert queue.next(1_000_000) == call(1)
    queue.add(board(2))
    assert not queue.cut_short
    assert not queue.finished()


def test_staffs_texts_are_spoken_between_calls_once() -> None:
    queue = Announcements(repeats=2)
    queue.add(paging(1))
    queue.add(call(2))
    assert not queue.add(paging(1))
    assert speak_all(queue) == [2, 2, 1]


def test_an_old_text_is_not_spoken() -> None:
    queue = Announcements(max_age_s=120)
    queue.add(paging(1, at=1_000_000))
    assert speak_all(queue, now=1_120_001) == []


def test_an_emergency_cuts_a_call_short_and_leaves_no_other_behind() -> None:
    queue = Announcements()
    for seq in (1, 2):
        queue.add(call(seq))
    queue.next(1_000_000)
    assert queue.add(ALARM)
    assert queue.cut_short
    queue.finished()
    assert queue.next(1_000_000) == EXIT
    assert not queue.cut_short
    queue.add(call(3))
    assert not queue.finished()
    assert queue.next(1_000_000) is None


def test_an_emergency_is_said_again_whenever_it_is_told_again() -> None:
    queue = Announcements()
    queue.add(ALARM)
    assert queue.next(1_000_000) == EXIT
    assert not queue.add(ALARM), "it is being spoken just now"
    queue.finished()
    assert queue.next(1_000_000) is None
    assert queue.add(ALARM)
    assert queue.next(1_000_000) == EXIT


def test_after_an_emergency_the_next_call_is_spoken() -> None:
    queue = Announcements()
    queue.add(ALARM)
    queue.next(1_000_000)
    queue.add(CALM)
    assert queue.cut_short
    queue.finished()
    queue.add(call(60))
    assert speak_all(queue) == [60]
