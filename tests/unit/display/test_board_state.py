"""The board's state: one moment for each call, no old news, and honesty about its age."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from appliance.wire.messages import (
    LAST_CALLS,
    Board,
    Broadcasting,
    Call,
    Clock,
    CounterState,
    Emergency,
    Notices,
    Office,
)
from display import board_state
from display.board_state import BoardState, Moment
from display.scope import Scope
from display.withdrawn import is_withdrawn

OFFICE = Office({"id": "Kantor"}, "open")
NOW = 100_000


def call(seq: int, number: str = "", counter: str = "c1", *, recall: bool = False) -> Call:
    names = {"id": "Loket 1"}
    return Call(1, seq, 0, number or f"A{seq:03d}", counter, names, "files", {"id": "Berkas"}, recall)


def counter(counter_id: str, state: str = "free", number: str | None = None) -> CounterState:
    return CounterState(1, 1, counter_id, {"id": counter_id}, state, number)  # type: ignore[arg-type]  # test data


def board(seq: int, *calls: Call, office: Office = OFFICE, counters: list[CounterState] | None = None) -> Board:
    return Board(1, seq, "2026-04-06", office, list(calls), counters or [], [])


def clock(boot: str = "b1", rate: float = 1.0, at: int | None = 5_000) -> Clock:
    return Clock(1, boot, 1, at, rate, "Asia/Jakarta")


def missed(state: BoardState, board: Board, after: int = 9_000, office: int | None = 5_000) -> list[Call]:
    """What is announced of ``board`` so long after the last word, if nothing older than two minutes is."""
    return board_state.missed(state, board, NOW + after, office, 120_000)


def started(*calls: Call, rate: float = 1.0) -> BoardState:
    state = board_state.connection(BoardState(), NOW, up=True)
    state = board_state.clock(state, clock(rate=rate), NOW)
    return board_state.snapshot(state, board(10, *calls), NOW)


def shown(state: BoardState, now: int = NOW) -> tuple[str, str | None, int]:
    hero = board_state.view(state, now).hero
    return hero.mode, hero.call.number if hero.call else None, hero.flash


def test_before_anything_has_come_it_is_getting_ready() -> None:
    assert shown(BoardState()) == ("starting", None, -1)


def test_an_open_office_that_has_called_nobody_welcomes() -> None:
    assert shown(started()) == ("welcome", None, -1)


def test_a_rebooted_board_catches_up_without_announcing() -> None:
    assert shown(started(call(7))) == ("call", "A007", -1)


def test_a_call_flashes_and_then_stays() -> None:
    state = board_state.call(started(), call(11), NOW)
    assert shown(state) == ("call", "A011", 11)
    state = board_state.snapshot(state, board(11, call(11)), NOW)
    assert shown(board_state.tick(state, NOW + 2_500)) == ("call", "A011", -1)


def test_a_call_that_is_new_in_a_snapshot_has_its_moment_once() -> None:
    state = board_state.snapshot(started(call(7)), board(11, call(11), call(7)), NOW)
    assert shown(state) == ("call", "A011", 11)
    again = board_state.call(state, call(11), NOW + 5)
    assert again == state


def test_a_call_just_after_the_first_snapshot_has_its_moment() -> None:
    state = board_state.call(started(call(7)), call(7), NOW)
    assert shown(state) == ("call", "A007", 7)


def test_calls_within_a_second_each_have_their_moment_in_order() -> None:
    state = started()
    for at, seq in enumerate((11, 12, 13)):
        state = board_state.call(state, call(seq), NOW + 100 * at)
    seen = []
    for now in range(NOW, NOW + 9_000, 100):
        state = board_state.tick(state, now)
        if state.moment and (not seen or seen[-1] != state.moment.call.number):
            seen.append(state.moment.call.number)
    assert seen == ["A011", "A012", "A013"]


def test_several_new_calls_of_one_snapshot_are_taken_in_their_order() -> None:
    state = board_state.snapshot(started(), board(13, call(13), call(12), call(11)), NOW)
    assert state.moment == Moment(call(11), NOW)
    assert [c.number for c in state.queue] == ["A012", "A013"]


def test_a_moment_lasts_two_and_a_half_office_seconds() -> None:
    state = board_state.call(board_state.call(started(rate=10), call(11), NOW), call(12), NOW)
    assert shown(board_state.tick(state, NOW + 240))[1] == "A011"
    assert shown(board_state.tick(state, NOW + 250))[1] == "A012"
    assert board_state.next_change_ms(state, NOW + 200) == 51


def test_while_several_wait_a_moment_is_as_long_as_its_flash() -> None:
    state = started()
    for seq in (11, 12, 13):
        state = board_state.call(state, call(seq), NOW)
    assert shown(board_state.tick(state, NOW + 1_490))[1] == "A011"
    state = board_state.tick(state, NOW + 1_500)
    assert shown(state)[1] == "A012"
    assert shown(board_state.tick(state, NOW + 3_990))[1] == "A012"
    assert shown(board_state.tick(state, NOW + 4_000))[1] == "A013"


def test_a_counter_whose_call_waits_shows_the_one_before() -> None:
    state = started()
    for at, (seq, counter_id) in enumerate(((11, "c2"), (12, "c1"), (13, "c2"))):
        state = board_state.call(state, call(seq, counter=counter_id), NOW + at)
    calls = (call(13, counter="c2"), call(12, counter="c1"), call(11, counter="c2"))
    both = [counter("c1", "called", "A012"), counter("c2", "called", "A013")]
    state = board_state.snapshot(state, board(13, *calls, counters=both), NOW)
    assert [c.number for c in board_state.view(state, NOW).counters] == [None, "A011"]


def test_a_redelivered_call_is_dropped() -> None:
    state = board_state.call(started(), call(11), NOW)
    settled = board_state.tick(state, NOW + 2_500)
    assert board_state.call(settled, call(11), NOW + 3_000) == settled


def test_a_call_redelivered_by_a_restarted_hub_is_dropped() -> None:
    state = board_state.tick(board_state.call(started(), call(11), NOW), NOW + 2_500)
    state = board_state.clock(state, clock("b2"), NOW + 3_000)
    assert board_state.call(state, call(11), NOW + 3_000).moment is None


def test_a_recall_has_a_moment_of_its_own() -> None:
    state = board_state.tick(board_state.call(started(), call(11, "A012"), NOW), NOW + 2_500)
    state = board_state.call(state, call(12, "A012", recall=True), NOW + 3_000)
    hero = board_state.view(state, NOW).hero
    assert (hero.flash, hero.call and hero.call.recall) == (12, True)


def test_an_older_snapshot_of_the_same_hub_is_dropped() -> None:
    state = started(call(7))
    late = board_state.snapshot(state, board(9, call(3)), NOW)
    assert (late.board, shown(late)) == (state.board, shown(state))
    later = board_state.clock(late, clock(), NOW + 1_000)
    assert (later.board, later.held) == (state.board, None)


def test_a_restored_hub_may_count_from_lower_on() -> None:
    state = board_state.clock(started(call(7)), clock("b2"), NOW)
    state = board_state.snapshot(state, board(3, call(2)), NOW)
    assert shown(state) == ("call", "A002", -1)
    assert shown(board_state.call(state, call(4), NOW)) == ("call", "A004", 4)


def test_calls_missed_while_away_are_told_the_fresh_ones_and_announced_by_nobody_else() -> None:
    state = board_state.connection(started(call(7)), NOW, up=False)
    state = board_state.connection(state, NOW + 9_000, up=True)
    old, fresh, last = (replace(call(seq), at=seq * 1_000) for seq in (11, 12, 13))
    first = board(14, last, fresh, old, call(7))
    assert missed(state, first, after=130_000, office=132_000) == [fresh, last]
    state = board_state.snapshot(state, first, NOW + 9_000)
    assert shown(state) == ("call", "A013", -1)
    assert missed(state, board(15, call(15), last)) == [], "it is in touch: the call comes by itself"


@pytest.mark.parametrize("office", [None, 4_000, 5_000])
def test_what_was_missed_is_judged_by_elapsed_time_while_the_office_time_is_unknown_or_stands_still(
    office: int | None,
) -> None:
    """After the clock was set back the log's time stands still; all that is known is how long nothing was heard."""
    state = board_state.connection(started(replace(call(7), at=5_000)), NOW + 1_000, up=False)
    state = board_state.connection(state, NOW + 9_000, up=True)
    first = board(14, *(replace(call(seq), at=5_000) for seq in (13, 12, 7)))
    assert [c.seq for c in missed(state, first, after=120_000, office=office)] == [12, 13]
    assert missed(state, first, after=120_001, office=office) == [], "any of them may be older than two minutes"


def test_a_hub_that_starts_anew_was_silent_since_its_last_word() -> None:
    state = board_state.clock(started(call(7)), clock("b2", at=None), NOW + 130_000)
    assert missed(state, board(12, call(11), call(7)), after=130_000) == []
    state = board_state.clock(started(call(7)), clock("b2", at=None), NOW + 20_000)
    assert [c.seq for c in missed(state, board(12, call(11), call(7)), after=20_000)] == [11]


def test_whoever_was_not_there_before_or_sees_another_history_has_missed_nothing() -> None:
    new = board_state.connection(BoardState(), NOW, up=True)
    assert missed(new, board(14, call(13))) == []
    restored = board_state.clock(started(call(7)), clock("b2"), NOW)
    assert missed(restored, board(3, call(2))) == []


def test_after_a_short_practice_nobody_is_called_a_second_time() -> None:
    real = replace(call(900), at=4_000)
    state = board_state.snapshot(started(), board(901, real), NOW)
    state = board_state.clock(state, clock("practice"), NOW)
    state = board_state.snapshot(state, board(3), NOW)
    state = board_state.clock(state, clock("b2"), NOW)
    assert missed(state, board(902, real)) == []


@pytest.mark.parametrize("reconnected", [True, False])
def test_a_board_of_another_history_is_taken_as_soon_as_the_hub_says_that_it_started_anew(reconnected: bool) -> None:
    """A practice or a restored backup: the kept board comes at once, and the clock that explains it within a second."""
    state = started(call(900))
    state = board_state.snapshot(state, board(901, call(900)), NOW)
    if reconnected:
        state = board_state.connection(state, NOW, up=False)
        state = board_state.connection(state, NOW + 60_000, up=True)
    practice = Office({"id": "Latihan"}, "open", training=True)
    state = board_state.snapshot(state, board(3, call(2), office=practice), NOW + 60_000)
    state = board_state.clock(state, clock("practice"), NOW + 60_500)
    view = board_state.view(state, NOW + 60_500)
    assert (view.office, view.hero.call, view.hero.flash) == (practice, call(2), -1)
    state = board_state.call(state, call(4), NOW + 61_000)
    assert shown(state) == ("call", "A004", 4)


def test_the_counter_table_does_not_tell_a_call_before_its_moment() -> None:
    state = board_state.call(board_state.call(started(), call(11, counter="c1"), NOW), call(12, counter="c2"), NOW)
    both = [counter("c1", "called", "A011"), counter("c2", "called", "A012")]
    state = board_state.snapshot(state, board(12, call(12, counter="c2"), call(11), counters=both), NOW)
    assert [c.number for c in board_state.view(state, NOW).counters] == ["A011", None]
    state = board_state.tick(state, NOW + 2_500)
    assert [c.number for c in board_state.view(state, NOW).counters] == ["A011", "A012"]


def test_a_closed_office_says_so_unless_somebody_is_still_served() -> None:
    after = replace(OFFICE, phase="after")
    quiet = board_state.snapshot(started(), board(11, call(7), office=after, counters=[counter("c1")]), NOW)
    assert shown(replace(quiet, moment=None))[0] == "closed"
    busy = board(12, call(7), office=after, counters=[counter("c1", "serving", "A007")])
    assert shown(replace(board_state.snapshot(quiet, busy, NOW), moment=None))[0] == "call"


def test_a_lost_connection_is_told_after_three_seconds_with_the_last_time() -> None:
    state = board_state.connection(started(), NOW, up=False)
    assert board_state.view(state, NOW + 2_900).stale_office is None
    assert board_state.view(state, NOW + 3_000).stale_office == 5_000


def test_a_silent_hub_is_told_after_three_seconds() -> None:
    state = started()
    assert board_state.view(state, NOW + 2_900).stale_office is None
    assert board_state.view(state, NOW + 3_000).stale_office == 5_000
    heard = board_state.clock(state, clock(at=9_000), NOW + 12_000)
    assert board_state.view(heard, NOW + 12_100).stale_office is None


# -- calls that are taken back -----------------------------------------------------------------------------------------


def test_an_undone_call_leaves_the_screen_at_once() -> None:
    state = board_state.snapshot(started(call(7)), board(11, call(11), call(7)), NOW)
    assert shown(state) == ("call", "A011", 11)
    undone = board_state.snapshot(state, board(12, call(7)), NOW + 300)
    assert shown(undone, NOW + 300) == ("call", "A007", -1)


def test_an_undone_call_that_waits_for_its_moment_never_has_one() -> None:
    state = board_state.snapshot(started(), board(13, call(13), call(12), call(11)), NOW)
    state = board_state.snapshot(state, board(14, call(13), call(11)), NOW + 100)
    assert state.moment == Moment(call(11), NOW)
    assert [c.number for c in state.queue] == ["A013"]


def test_the_next_call_has_its_moment_when_the_present_one_is_undone() -> None:
    state = board_state.snapshot(started(), board(12, call(12), call(11)), NOW)
    state = board_state.snapshot(state, board(13, call(12)), NOW + 100)
    assert state.moment == Moment(call(12), NOW + 100)


def test_a_call_whose_undoing_was_heard_first_is_not_shown() -> None:
    state = board_state.snapshot(started(), board(12), NOW)
    assert board_state.call(state, call(11), NOW).moment is None


def test_who_was_called_and_served_within_a_second_still_has_a_moment() -> None:
    state = board_state.snapshot(started(), board(13, call(13), call(11)), NOW)
    assert [state.moment and state.moment.call.number, *(c.number for c in state.queue)] == ["A011", "A013"]


def test_a_recall_does_not_take_the_first_call_back_but_a_new_call_does() -> None:
    first = call(11, "A012")
    assert not is_withdrawn(first, board(12, call(12, "A012", recall=True)))
    assert is_withdrawn(first, board(13, call(13, "A012", "c2")))
    assert is_withdrawn(first, board(14, call(14, "A012", "c2", recall=True)))


def test_a_call_is_taken_back_when_an_earlier_one_of_its_number_is_the_latest_again() -> None:
    """Finished at c1 by mistake, called on at c2, and both presses taken back in one batch."""
    first, second = call(11, "A012"), call(15, "A012", "c2")
    assert is_withdrawn(second, board(18, first))
    assert not is_withdrawn(first, board(18, first))


def test_a_call_that_newer_ones_pushed_out_of_the_list_is_not_taken_back() -> None:
    newer = [call(seq) for seq in range(20 + LAST_CALLS, 20, -1)]
    assert len(newer) == LAST_CALLS
    assert not is_withdrawn(call(11), board(40, *newer))
    assert is_withdrawn(call(11), board(40, *newer[1:]))


# -- the rest of the screen --------------------------------------------------------------------------------------------


def test_the_last_calls_leave_out_the_one_that_is_shown_and_those_that_wait_for_their_moment() -> None:
    state = board_state.snapshot(started(call(7), call(6)), board(12, call(12), call(11), call(7), call(6)), NOW)
    view = board_state.view(state, NOW)
    assert (view.hero.call, [c.seq for c in view.last_calls]) == (call(11), [7, 6])


def test_pictures_come_when_nobody_has_been_called_for_a_while_and_give_way_at_once() -> None:
    state = board_state.media(replace(started(call(7)), media_after_ms=20_000), there=True)
    assert shown(state, NOW + 19_900) == ("call", "A007", -1)
    assert shown(state, NOW + 20_000) == ("media", "A007", -1)
    state = board_state.call(state, call(11), NOW + 30_000)
    assert shown(state, NOW + 30_000) == ("call", "A011", 11)
    state = board_state.tick(state, NOW + 32_500)
    assert shown(state, NOW + 52_400)[0] == "call"
    assert shown(state, NOW + 52_500)[0] == "media"


def test_pictures_come_sooner_on_a_fast_clock() -> None:
    state = board_state.media(replace(started(call(7), rate=10), media_after_ms=20_000), there=True)
    assert shown(state, NOW + 1_900)[0] == "call"
    assert shown(state, NOW + 2_000)[0] == "media"


def test_a_closed_office_shows_no_pictures() -> None:
    state = board_state.media(started(), there=True)
    assert shown(state)[0] == "media"
    closed = board_state.snapshot(state, board(11, office=replace(OFFICE, phase="break")), NOW)
    assert shown(closed)[0] == "closed"


def test_a_display_of_one_wing_shows_and_remembers_its_own_calls_only() -> None:
    mine = replace(started(call(7, counter="c1"), call(8, counter="c2")), scope=Scope(counters=("c1",)))
    both = [counter("c1"), counter("c2")]
    state = board_state.snapshot(mine, board(12, call(12, counter="c2"), call(7, counter="c1"), counters=both), NOW)
    view = board_state.view(state, NOW)
    assert (shown(state), [c.id for c in view.counters], view.last_calls) == (("call", "A007", -1), ["c1"], ())
    assert board_state.call(state, call(13, counter="c2"), NOW).moment is None
    assert board_state.call(state, call(14, counter="c1"), NOW).moment == Moment(call(14, counter="c1"), NOW)


def test_twelve_calls_of_another_wing_do_not_take_a_call_of_this_one_back() -> None:
    state = replace(started(), scope=Scope(counters=("c1",)))
    state = board_state.call(board_state.call(state, call(11), NOW), call(12), NOW)
    others = [call(seq, counter="c2") for seq in range(30, 30 - LAST_CALLS, -1)]
    state = board_state.snapshot(state, board(30, *others), NOW)
    assert (shown(state)[1], [c.seq for c in state.queue]) == ("A011", [12])


def test_an_emergency_is_shown_as_long_as_the_notices_tell_it() -> None:
    raised = Emergency(5, 0, {"id": "Keluar."})
    state = board_state.notices(started(), Notices(1, emergency=raised))
    away = board_state.connection(state, NOW, up=False)
    assert board_state.view(away, NOW + 60_000).emergency == raised
    assert board_state.view(board_state.notices(state, Notices(1)), NOW).emergency is None


def test_what_everybody_is_told_goes_at_its_end_also_while_the_hub_is_away() -> None:
    told = Broadcasting(7, 0, 65_000, {"id": "Tunggu."})
    state = board_state.notices(started(rate=2.0), Notices(1, broadcast=told))
    assert board_state.view(state, NOW + 29_999).broadcast.text == {"id": "Tunggu."}
    assert board_state.view(state, NOW + 30_000).broadcast is None


def test_a_hub_whose_last_will_came_is_told_at_once_until_its_clock_is_back() -> None:
    state = board_state.hub_presence(started(), online=False)
    assert board_state.view(state, NOW).stale_office == 5_000
    assert board_state.view(board_state.clock(state, clock(), NOW), NOW).stale_office is None


def test_without_a_trusted_time_the_age_is_unknown() -> None:
    state = board_state.clock(BoardState(), clock(at=None), NOW)
    view = board_state.view(board_state.hub_presence(state, online=False), NOW)
    assert (view.stale_office, view.trusted) == (0, False)


def test_a_flood_of_calls_keeps_the_newest() -> None:
    state = started()
    for seq in range(11, 111):
        state = board_state.call(state, call(seq), NOW)
    assert len(state.queue) == board_state.BACKLOG
    assert state.queue[-1].seq == 110


def test_calls_of_a_practice_have_no_moment_on_the_real_day_that_follows() -> None:
    practice = board_state.snapshot(started(), board(11, office=Office({"id": "Kantor"}, "open", training=True)), NOW)
    for seq in (12, 13):
        practice = board_state.call(practice, call(seq), NOW)
    real = board_state.clock(practice, clock("real"), NOW)
    real = board_state.snapshot(real, board(900, *(call(seq) for seq in range(900, 888, -1))), NOW)
    assert (real.moment, real.queue) == (None, ())
