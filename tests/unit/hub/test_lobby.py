"""What the lobby reads and hears beside the queue: notices, pages, an emergency."""

from __future__ import annotations

import pytest
from hub_bench import Bench, ask, founded, last_actor, tick
from msgspec.structs import replace

from appliance.engine.commands import CloseDay
from appliance.engine.evolve import CALLS_KEPT
from appliance.engine.model import LastCall, Told
from appliance.hub import snapshots
from appliance.wire import messages as m
from appliance.wire import topics

pytestmark = pytest.mark.expects_log("it may not ask for")

EXIT = {"id": "Keluar lewat pintu utara.", "en": "Leave by the north door."}
DAY_MS = 86_400_000


def read(hub):
    return snapshots.notices(hub.handler.day, max(hub.clock.office_ms(), hub.handler.day.at))


def test_what_staff_write_for_the_lobby_stands_in_the_log_under_their_name(hub):
    page = m.Announcement({"id": "Libur"}, {"id": "Kantor tutup 9 April."})
    assert isinstance(ask(hub, m.Post("siti", ({"id": "Siapkan KTP asli."},), (page,))), m.Accepted)
    assert read(hub) == m.Notices(1, [{"id": "Siapkan KTP asli."}], [page])
    assert last_actor(hub) == "web-1 siti"


def test_an_emergency_is_on_until_it_is_ended(hub):
    ask(hub, m.RaiseEmergency(EXIT, "siti"))
    raised = read(hub).emergency
    assert (raised.text, raised.seq) == (EXIT, hub.handler.day.seq)
    assert isinstance(ask(hub, m.EndEmergency("siti")), m.Accepted)
    assert read(hub).emergency is None
    assert ask(hub, m.EndEmergency("siti")).code == "no_emergency"


def test_what_everybody_is_told_is_spoken_once_and_shown_until_it_ends_by_itself(hub):
    ask(hub, m.Broadcast(EXIT, 2, "siti"))
    (entry,) = hub.entries
    topic, page = snapshots.said(hub.handler.day, entry)
    assert (topic, page.text, page.seq) == (topics.PAGING, EXIT, entry.seq)
    assert read(hub).broadcast == m.Broadcasting(entry.seq, entry.at, entry.at + 120_000, EXIT)
    hub.clock.ms += 119_999
    assert read(hub).broadcast is not None
    hub.clock.ms += 1
    assert read(hub).broadcast is None
    assert ask(hub, m.EndBroadcast("siti")).code == "no_broadcast"


def test_what_everybody_is_told_can_be_ended_before_its_time_and_another_text_takes_its_place(hub):
    ask(hub, m.Broadcast(EXIT, 2, "siti"))
    ask(hub, m.Broadcast({"id": "Mohon menunggu."}, 5, "budi"))
    assert read(hub).broadcast.text == {"id": "Mohon menunggu."}
    ask(hub, m.EndBroadcast("siti"))
    assert read(hub).broadcast is None
    assert last_actor(hub) == "web-1 siti"
    assert ask(hub, m.Broadcast({"id": " "}, 5, "budi")).code == "unreadable_text"


def test_what_everybody_is_told_outlives_a_restart_but_not_the_night(tmp_path):
    first = founded(tmp_path / "giliran.db")
    tick(first)
    ask(first, m.Broadcast(EXIT, 720, "siti"))
    told = read(first)
    first.store.close()
    second = founded(tmp_path / "giliran.db", "boot-2", machine=first.clock.machine)
    assert read(second) == told
    tick(second, DAY_MS)
    assert read(second).broadcast is None
    second.store.close()


def test_notices_and_an_emergency_outlive_a_restart_and_the_night(tmp_path):
    first = founded(tmp_path / "giliran.db")
    tick(first)
    ask(first, m.Post("siti", ({"id": "Siapkan KTP asli."},)))
    ask(first, m.RaiseEmergency(EXIT, "siti"))
    told = read(first)
    day = first.handler.day.date
    tick(first, DAY_MS)
    assert first.handler.day.date > day
    assert read(first) == told
    first.store.close()

    second = founded(tmp_path / "giliran.db", "boot-2")
    assert read(second) == told
    second.store.close()


def test_nothing_is_told_to_everybody_while_nobody_waits_for_the_next_opening_would_forget_it(hub):
    hub.house.do(CloseDay())
    assert ask(hub, m.Broadcast(EXIT, 60, "siti")).code == "nobody_waits"
    assert read(hub).broadcast is None


def test_what_was_told_before_closing_can_be_taken_back_after_it(hub):
    ask(hub, m.Broadcast(EXIT, 60, "siti"))
    hub.house.do(CloseDay())
    assert isinstance(ask(hub, m.EndBroadcast("siti")), m.Accepted)


def test_a_text_is_spoken_while_the_office_is_closed_and_at_once(hub):
    hub.house.do(CloseDay())
    assert isinstance(ask(hub, m.Page(EXIT, "siti")), m.Accepted)
    topic, page = snapshots.said(hub.handler.day, hub.entries[-1])
    assert (topic, page.text) == (topics.PAGING, EXIT)


def test_an_emergency_needs_no_open_day(tmp_path):
    bench = Bench(tmp_path / "giliran.db")
    assert not bench.handler.day.is_open
    assert isinstance(ask(bench, m.RaiseEmergency(EXIT, "siti")), m.Accepted)
    bench.store.close()


@pytest.mark.parametrize("node", ["kiosk-1", "keypad-1"])
def test_only_the_web_role_may_speak_to_the_lobby(hub, node):
    for body in (m.Post("siti"), m.RaiseEmergency(EXIT, "siti"), m.EndEmergency("siti"), m.Page(EXIT, "siti")):
        assert ask(hub, body, node).code == "not_allowed"


@pytest.mark.expects_log("malformed command")
@pytest.mark.parametrize("text", [{}, {"id": ""}, {"id": "x" * 241}, {"Bahasa Indonesia": "x"}])
def test_a_text_that_no_wall_can_carry_is_malformed(hub, text):
    assert ask(hub, m.RaiseEmergency(text, "siti")).code == "malformed"
    assert read(hub).emergency is None


def test_nobody_practises_during_an_emergency(hub):
    ask(hub, m.Stop("Latihan"))
    ask(hub, m.RaiseEmergency(EXIT, "siti"))
    assert ask(hub, m.Train("siti")).code == "emergency"


def test_a_page_waits_for_the_broker_like_a_call(hub):
    assert isinstance(ask(hub, m.Page(EXIT, "siti")), m.Accepted)
    assert [entry.event.text for entry in hub.store.unsent()[1]] == [EXIT]


def test_a_ticket_is_printed_again_for_a_counter_and_for_the_desk_and_the_log_has_it(hub):
    number = ask(hub, m.Issue("a"), "kiosk-1").number
    ask(hub, m.OpenCounter("1"), "keypad-1")
    assert ask(hub, m.Reprint("1"), "keypad-1").code == "nobody_called"
    ask(hub, m.CallNext("1"), "keypad-1")
    assert isinstance(ask(hub, m.Reprint("1"), "keypad-1"), m.Accepted)
    assert isinstance(ask(hub, m.ReprintNumber(number), "web-1"), m.Accepted)
    assert ask(hub, m.ReprintNumber("Z999"), "web-1").code == "unknown_ticket"
    assert ask(hub, m.ReprintNumber(number), "keypad-1").code == "not_allowed"
    said = [snapshots.said(hub.handler.day, entry) for entry in hub.store.unsent()[1]]
    wishes = [message for topic, message in said if topic == topics.REPRINT]
    assert [(wish.number, wish.day) for wish in wishes] == [(number, hub.handler.day.date)] * 2


def test_a_wish_of_yesterday_that_was_not_sent_is_not_said_of_todays_ticket(hub):
    number = ask(hub, m.Issue("a"), "kiosk-1").number
    assert isinstance(ask(hub, m.ReprintNumber(number), "web-1"), m.Accepted)
    day, entry = hub.handler.day, hub.store.unsent()[1][-1]
    assert snapshots.said(day, entry) is not None
    assert snapshots.said(day, replace(entry, at=entry.at - DAY_MS)) is None


def test_a_day_without_opening_hours_is_a_holiday(hub):
    day = hub.handler.day
    assert not snapshots.office(day, day.at).holiday
    day.spans = ()
    assert snapshots.office(day, day.at).holiday


def test_calls_that_are_taken_back_leave_the_board_as_long_as_it_was(hub):
    """A display takes a call that is not in a full list for an old one, and in a shorter list for one taken back."""
    day = hub.handler.day
    day.last_calls = [LastCall(seq, 0, f"A{seq:03d}", "1", "a", False) for seq in range(CALLS_KEPT, 0, -1)]
    assert len(told(day)) == m.LAST_CALLS
    del day.last_calls[: CALLS_KEPT - m.LAST_CALLS]
    assert len(told(day)) == m.LAST_CALLS


def told(day):
    return snapshots.board(day, day.at, lambda _: Told(0)).calls
