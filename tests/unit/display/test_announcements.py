"""The order of announcements."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from appliance.speech.pace import Manner, Now
from appliance.speech.phrases import Heard, Said
from appliance.texts.parts import LOGGED, of_part
from appliance.wire.messages import Board, Call, Clock, CounterState, Emergency, Notices, Office, Paging
from display import announcements
from display.announcements import LONGEST_QUEUE, REMEMBERED


class Announcements(announcements.Announcements):
    """The product's, at moments of the office's time that a test names in milliseconds."""

    def hear(self, heard: Heard, now: int | None = 1_000_000, elapsed: int = 0) -> bool:
        return self.add(heard, Now(now, elapsed))

    def take(self, now: int | None = 1_000_000, elapsed: int = 0) -> Said | None:
        return self.next(Now(now, elapsed))

    def done(self, elapsed: int = 0) -> bool:
        return self.finished(Now(None, elapsed))


def call(seq: int, at: int = 1_000_000, *, recall: bool = False) -> Call:
    return Call(1, seq, at, f"A{seq:03d}", "l1", {"id": "Loket 1"}, "s", {}, recall)


def speak_all(queue: Announcements, now: int | None = 1_000_000, elapsed: int = 0) -> list[int]:
    order = []
    while (taken := queue.take(now, elapsed)) is not None:
        order.append(taken.seq)
        while queue.done():
            order.append(taken.seq)
    return order


def test_speaks_in_the_order_of_arrival() -> None:
    queue = Announcements()
    for seq in (3, 4, 7):
        assert queue.hear(call(seq))
    assert speak_all(queue) == [3, 4, 7]


def test_gives_out_no_second_call_while_one_is_spoken() -> None:
    queue = Announcements()
    queue.hear(call(1))
    queue.hear(call(2))
    assert queue.take(1_000_000) == call(1)
    assert queue.take(1_000_000) is None
    queue.done()
    assert queue.take(1_000_000) == call(2)


@pytest.mark.parametrize("spoken_before", [False, True])
def test_a_redelivered_call_is_spoken_once(spoken_before: bool) -> None:
    queue = Announcements()
    queue.hear(call(1))
    first = speak_all(queue) if spoken_before else []
    assert not queue.hear(call(1))
    assert first + speak_all(queue) == [1]
    assert queue.duplicates == 1


def test_a_recall_of_the_same_number_is_spoken() -> None:
    queue = Announcements()
    queue.hear(call(1))
    again = Call(1, 2, 1_005_000, "A001", "l1", {"id": "Loket 1"}, "s", {}, recall=True)
    assert queue.hear(again)
    assert speak_all(queue) == [1, 2]


def test_a_straggler_that_was_never_heard_is_spoken() -> None:
    queue = Announcements()
    queue.hear(call(5))
    assert queue.hear(call(4))
    assert speak_all(queue) == [5, 4]


def test_a_call_older_than_all_that_is_remembered_counts_as_heard() -> None:
    queue = Announcements()
    for seq in range(1, REMEMBERED + 11):
        queue.hear(call(seq))
        speak_all(queue)
    assert not queue.hear(call(3))
    assert speak_all(queue) == []


def test_calls_of_a_hub_whose_log_began_anew_are_spoken() -> None:
    queue = Announcements()
    for seq in range(900, 900 + REMEMBERED):
        queue.hear(call(seq, at=seq * 1000))
        speak_all(queue, now=seq * 1000)
    assert queue.hear(call(1, at=2_000_000))
    assert queue.hear(call(2, at=2_001_000))
    assert speak_all(queue, now=2_001_000) == [1, 2]


def test_a_stale_call_is_dropped_and_counted() -> None:
    queue = Announcements(max_age_s=120)
    queue.hear(call(1, at=1_000_000), now=1_060_000)
    queue.hear(call(2, at=1_060_000), now=1_060_000)
    assert speak_all(queue, now=1_120_001, elapsed=60_001) == [2]
    assert queue.dropped == 1


def test_a_call_that_is_too_old_when_it_comes_is_not_spoken() -> None:
    queue = Announcements(max_age_s=120)
    queue.hear(call(1, at=1_000_000), now=1_120_001)
    assert speak_all(queue) == []
    assert queue.dropped == 1


def test_a_call_at_the_very_limit_is_still_spoken() -> None:
    queue = Announcements(max_age_s=120)
    queue.hear(call(1, at=1_000_000))
    assert speak_all(queue, now=1_120_000, elapsed=120_000) == [1]


@pytest.mark.parametrize("office", [None, 400_000], ids=["unknown", "set back"])
def test_a_call_grows_old_by_elapsed_time_while_the_time_of_day_is_unknown_or_was_set_back(office: int | None) -> None:
    queue = Announcements(max_age_s=120)
    queue.hear(call(1, at=500_000), now=office)
    queue.hear(call(2, at=500_000), now=office, elapsed=60_000)
    assert speak_all(queue, now=office, elapsed=120_001) == [2]


@pytest.mark.parametrize("at", [1_000_000, 2_000_000], ids=["time stands still", "time goes on"])
def test_calls_of_a_practice_are_spoken_though_its_log_counts_from_lower_on(at: int) -> None:
    queue = Announcements()
    queue.hear(Clock(1, "real", 1, 1_000_000, 1.0, "Asia/Jakarta"))
    for seq in range(900, 900 + REMEMBERED):
        queue.hear(call(seq))
        speak_all(queue)
    queue.hear(Clock(1, "practice", 1, 1_000_000, 1.0, "Asia/Jakarta"))
    assert queue.hear(call(1, at=at))
    assert queue.hear(call(2, at=at))
    assert not queue.hear(call(950)), "a call that was spoken is known, whatever the hub's log"
    assert speak_all(queue) == [1, 2]


def test_repeats_by_rule_unless_somebody_else_waits_to_be_called() -> None:
    queue = Announcements(repeats=2)
    queue.hear(call(1))
    assert speak_all(queue) == [1, 1]
    queue.hear(call(2))
    queue.hear(call(3))
    assert speak_all(queue) == [2, 3, 3]


def test_a_flood_keeps_the_newest() -> None:
    queue = Announcements()
    for seq in range(LONGEST_QUEUE + 5):
        queue.hear(call(seq))
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
        queue.hear(call(seq))
    assert not queue.hear(board(4, call(3), call(1)))
    assert speak_all(queue) == [1, 3]
    assert queue.taken_back == 1


def test_a_call_whose_undoing_was_heard_first_is_not_spoken() -> None:
    queue = Announcements()
    queue.hear(board(4))
    queue.hear(call(3))
    assert speak_all(queue) == []


def test_what_is_half_said_is_said_to_its_end_but_not_repeated() -> None:
    queue = Announcements(repeats=3)
    queue.hear(call(1))
    assert queue.take(1_000_000) == call(1)
    queue.hear(board(2))
    assert not queue.cut_short
    assert not queue.done()


def test_staffs_texts_are_spoken_between_calls_once() -> None:
    queue = Announcements(repeats=2)
    queue.hear(paging(1))
    queue.hear(call(2))
    assert not queue.hear(paging(1))
    assert speak_all(queue) == [2, 1]


def test_an_old_text_is_not_spoken() -> None:
    queue = Announcements(max_age_s=120)
    queue.hear(paging(1, at=1_000_000), now=1_120_001)
    assert speak_all(queue) == []


def test_an_emergency_cuts_a_call_short_and_leaves_no_other_behind() -> None:
    queue = Announcements()
    for seq in (1, 2):
        queue.hear(call(seq))
    queue.take(1_000_000)
    assert queue.hear(ALARM)
    assert queue.cut_short
    queue.done()
    assert queue.take(1_000_000) == EXIT
    assert not queue.cut_short
    queue.hear(call(3))
    assert not queue.done()
    assert queue.take(1_000_000) is None


def test_an_emergency_is_said_again_whenever_it_is_told_again() -> None:
    queue = Announcements()
    queue.hear(ALARM)
    assert queue.take(1_000_000) == EXIT
    assert not queue.hear(ALARM), "it is being spoken just now"
    queue.done()
    assert queue.take(1_000_000) is None
    assert queue.hear(ALARM)
    assert queue.take(1_000_000) == EXIT


def test_after_an_emergency_the_next_call_is_spoken() -> None:
    queue = Announcements()
    queue.hear(ALARM)
    queue.take(1_000_000)
    queue.hear(CALM)
    assert queue.cut_short
    queue.done()
    queue.hear(call(60))
    assert speak_all(queue) == [60]


# -- more than can be spoken -------------------------------------------------------------------------------------------


def counter_call(seq: int, counter: str) -> Call:
    return Call(1, seq, 1_000_000 + seq, f"A{seq:03d}", counter, {"id": f"Loket {counter}"}, "s", {})


def test_what_is_left_out_grows_with_the_calls_that_wait() -> None:
    queue = Announcements(repeats=2)
    manners = []
    for seq in range(1, 5):
        queue.hear(call(seq))
    for _ in range(4):
        queue.take()
        manners.append(queue.manner)
        while queue.done():
            manners.append(queue.manner)
    assert manners == [
        Manner(one_language=True, short=True),
        Manner(one_language=True, short=True, signal=False),  # the chime has nobody to wake
        Manner(one_language=True),
        *[Manner()] * 2,
    ]


def test_a_page_waits_for_one_call_at_most_however_many_there_are() -> None:
    queue = Announcements()
    for seq in range(1, 6):
        queue.hear(call(seq))
    queue.hear(paging(6))
    queue.hear(paging(7))
    assert speak_all(queue) == [1, 6, 2, 7, 3, 4, 5]


def test_a_page_that_had_to_wait_long_is_still_spoken() -> None:
    queue = Announcements(max_age_s=120)
    queue.hear(paging(1))
    queue.hear(call(2))
    queue.take()
    queue.done()
    assert queue.take(1_300_000, elapsed=300_000) == paging(1)
    assert queue.manner == Manner()


def test_the_newest_comes_first_while_the_voice_is_behind_and_no_counter_is_called_to_backwards() -> None:
    queue = Announcements()
    for seq, counter in enumerate(("1", "2", "3", "1", "2"), 1):
        queue.hear(counter_call(seq, counter))
    assert speak_all(queue, elapsed=20_001) == [5, 4, 3]
    part = queue.part(Now(None, 20_001))
    assert part is not None
    assert (part.state, "2, the latest A001, A002" in of_part(part, LOGGED)) == ("fault", True)
    assert queue.part(Now(None, 20_001 + announcements.NAMED_MS + 1)) is None


def test_a_late_call_is_spoken_only_while_its_counter_waits_for_it() -> None:
    queue = Announcements()
    waiting, served, moved_on = counter_call(1, "1"), counter_call(2, "2"), counter_call(3, "3")
    for each in (waiting, served, moved_on):
        queue.hear(each)
    states = (("1", "called", "A001"), ("2", "serving", "A002"), ("3", "called", "A007"))
    counters = [CounterState(1, 9, counter, {}, state, number) for counter, state, number in states]  # type: ignore[arg-type]
    now = replace(board(9, moved_on, served, waiting), counters=counters)
    queue.hear(now)
    assert speak_all(queue, elapsed=20_001) == [1]
    assert queue.dropped == 2


def test_a_fresh_call_is_spoken_though_the_officer_was_quick() -> None:
    queue = Announcements()
    queue.hear(counter_call(1, "1"))
    queue.hear(replace(board(2, counter_call(1, "1")), counters=[CounterState(1, 2, "1", {}, "free")]))
    assert speak_all(queue, elapsed=20_000) == [1]


def test_whoever_does_not_hurry_says_everything_in_full_and_in_order() -> None:
    queue = Announcements(max_age_s=10**6, hurries=False)
    for seq in range(1, 5):
        queue.hear(call(seq))
    assert speak_all(queue, elapsed=500_000) == [1, 2, 3, 4]
    assert queue.manner == Manner()


def test_a_call_that_could_not_be_heard_is_named() -> None:
    queue = Announcements()
    queue.hear(call(1))
    queue.take()
    queue.finished(Now(None, 0), spoken=False)
    part = queue.part(Now(None, 0))
    assert part is not None
    assert "A001" in of_part(part, LOGGED)


def test_calls_of_a_practice_are_not_spoken_on_the_real_day_that_follows() -> None:
    queue = Announcements(repeats=2)
    training = replace(board(1), office=Office({"id": "Kantor"}, "open", training=True))
    queue.hear(training)
    queue.hear(call(2))
    queue.hear(call(3))
    assert queue.take() == call(2)
    queue.hear(board(900, *(call(seq) for seq in range(900, 888, -1))))
    assert not queue.done()
    assert speak_all(queue) == []
