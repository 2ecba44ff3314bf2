"""Numbers given alone over nights, reboots, lost memories, restored hubs and disks that fail."""

from __future__ import annotations

import shutil
import uuid

import pytest
from alone_kiosk import BOOT_MS, DAY, EIGHT, HOUR, MINUTE, NODE, Kiosk, ask, office, part, queue, world

from appliance.tools.proofs.hour_hub import HourHub, VirtualClock
from appliance.wire import messages as m


@pytest.mark.expects_log("2 numbers given alone never reached the hub")
def test_numbers_of_yesterday_never_enter_todays_queue_and_are_named(three, folder):
    clock, hub, kiosk = three
    assert [kiosk.take(), kiosk.take()] == ["AX01", "AX02"]
    hub.kill()
    clock.ms += DAY
    hub.start()
    kiosk.meet(hub)
    assert not hub.day.tickets
    assert part(kiosk) == (
        "fault",
        "Of the last day, never handed over: AX01-AX02. They are kept for whoever looks into it.",
    )
    assert b"AX02" in (folder / NODE / "left-over-2026-04-06").read_bytes()
    assert kiosk.take() == "AX01"
    kiosk.restart()
    assert kiosk.take() == "AX02"
    kiosk.meet(hub)
    assert list(hub.day.tickets) == ["AX01", "AX02"]
    clock.ms += DAY
    hub.turn_day()
    kiosk.meet(hub)
    assert part(kiosk) == ("ok", "")


def test_nothing_is_sent_so_late_that_it_could_end_up_in_the_next_day(three):
    clock, hub, kiosk = three
    kiosk.take()
    clock.ms = 15 * HOUR - 14_000
    kiosk.meet(hub)
    assert not kiosk.merges()
    clock.ms -= 2_000
    kiosk.meet(hub)
    assert len(kiosk.merges()) == 1


def test_without_the_time_of_day_numbers_are_given_and_belong_to_the_day_in_which_the_hub_comes_back(three):
    clock, hub, kiosk = three
    assert [kiosk.take(), kiosk.take()] == ["AX01", "AX02"]
    kiosk.meet(hub)
    hub.kill()
    clock.ms += DAY  # the power of the whole office was off for a night; the hub does not come up
    kiosk.reboot()
    assert not kiosk.desk.time[0].exact
    ticket = kiosk.desk.issue(uuid.uuid4().hex, "a", priority=False, asked=False)
    assert (ticket.number, ticket.issued_at, ticket.ahead) == ("AX03", 0, -1)
    clock.ms += 10 * MINUTE
    kiosk.take()
    clock.ms += 10 * MINUTE
    hub.start()
    kiosk.meet(hub)
    assert hub.day.date == "2026-04-07"
    assert queue(hub) == ["AX03", "AX04"]
    assert hub.day.tickets["AX03"].arrived_at == clock.office_ms() - 20 * MINUTE
    assert kiosk.take() == "AX05"


def test_across_a_reboot_age_is_what_the_hubs_clock_tells_and_order_is_kept_in_any_case(three):
    clock, hub, kiosk = three
    kiosk.take()
    clock.ms += 5 * MINUTE
    kiosk.take()
    clock.ms += 30 * MINUTE
    kiosk.reboot()
    kiosk.take()  # nobody knows when
    clock.ms += 5 * MINUTE
    kiosk.reboot()
    kiosk.take()
    clock.ms += 2 * MINUTE
    kiosk.meet(hub)
    assert queue(hub) == ["AX01", "AX02", "AX03", "AX04"]
    now, tickets = clock.office_ms(), hub.day.tickets
    assert now - tickets["AX01"].arrived_at == 42 * MINUTE + 2 * BOOT_MS
    assert now - tickets["AX02"].arrived_at == 37 * MINUTE + 2 * BOOT_MS
    assert now - tickets["AX03"].arrived_at == 2 * MINUTE + BOOT_MS  # as long as the machine has been running
    assert now - tickets["AX04"].arrived_at == 2 * MINUTE


def test_after_a_reboot_in_the_evening_nobody_is_given_a_number_of_a_day_that_is_certainly_over(three):
    clock, hub, kiosk = three
    clock.ms += 8 * HOUR
    kiosk.meet(hub)
    hub.kill()
    clock.ms += HOUR
    kiosk.reboot()
    assert kiosk.desk.view.catalogue.office.phase == "closed"
    assert kiosk.desk.view.services == frozenset()
    assert kiosk.take() is None


# -- what was lost -----------------------------------------------------------------------------------------------------


def test_a_kiosk_that_has_lost_its_memory_gives_no_number_again(three, folder):
    clock, hub, kiosk = three
    numbers = [kiosk.take() for _ in range(3)]
    kiosk.meet(hub)
    kiosk.desk.close()
    shutil.rmtree(folder / NODE)
    (folder / NODE).mkdir()
    second = Kiosk(folder / NODE, clock)
    second.meet(hub)
    assert second.take() == "AX04"
    assert numbers == ["AX01", "AX02", "AX03"]


@pytest.mark.expects_log("the hub has lost what it had acknowledged")
def test_a_hub_from_a_backup_is_told_what_was_printed_and_gets_the_numbers_again(three, folder):
    clock, hub, kiosk = three
    file = folder / "giliran.db"
    hub.kill()
    backup = {f: f.read_bytes() for f in folder.glob("giliran.db*")}
    hub.start()
    reply = ask(hub, m.Issue("a"), NODE)
    kiosk.desk.given(reply.number, "2026-04-06")
    kiosk.take()
    kiosk.meet(hub)
    assert list(hub.day.tickets) == ["A001", "AX01"]
    hub.kill()
    for f in folder.glob("giliran.db*"):
        f.unlink()
    for f, content in backup.items():
        f.write_bytes(content)
    clock.ms += MINUTE
    hub = HourHub(file, clock, office())
    kiosk.asked.clear()
    kiosk.meet(hub)
    told = [request.body for request, _ in kiosk.asked if isinstance(request.body, m.Printed)]
    assert told == [m.Printed("2026-04-06", {"A": 1, "AX": 1})]
    assert list(hub.day.tickets) == ["AX01"]
    assert ask(hub, m.Issue("a")).number == "A002"


def test_what_was_printed_is_told_once_to_each_run_of_the_hub(three):
    clock, hub, kiosk = three

    def told():
        return [request.body.highest for request, _ in kiosk.asked if isinstance(request.body, m.Printed)]

    kiosk.meet(hub)
    assert told() == []
    kiosk.desk.given("A017", "2026-04-06")
    kiosk.desk.given("A016", "2026-04-06")
    hub.kill()
    hub.start()
    for _ in range(3):
        clock.ms += MINUTE
        kiosk.meet(hub)
    assert told() == [{"A": 17}]
    kiosk.restart()
    kiosk.meet(hub)
    assert told() == [{"A": 17}] * 2
    assert ask(hub, m.Issue("a")).number == "A018"


@pytest.mark.expects_log("other_day")
def test_a_hub_that_does_not_want_to_know_what_was_printed_is_not_asked_again(three):
    _, hub, kiosk = three
    kiosk.desk.given("A017", "2026-04-06")
    hub.kill()
    hub.start()
    clock, catalogue = hub.says()
    kiosk.desk.hear(clock, kiosk.now())
    kiosk.desk.learn(catalogue)
    question = kiosk.desk.tick(hub=True)
    assert isinstance(question.body, m.Printed)
    kiosk.desk.answered(question.id, m.Refused(1, question.id, "other_day"))
    assert kiosk.desk.tick(hub=True) is None
    assert part(kiosk) == ("ok", "")


@pytest.mark.expects_log("office_closed")
def test_a_hub_whose_day_is_not_open_yet_is_told_again_what_was_printed(three):
    clock, hub, kiosk = three
    kiosk.desk.given("A017", "2026-04-06")
    hub.kill()
    hub.start()
    said, catalogue = hub.says()
    kiosk.desk.hear(said, kiosk.now())
    kiosk.desk.learn(catalogue)
    question = kiosk.desk.tick(hub=True)
    assert isinstance(question.body, m.Printed)
    kiosk.desk.answered(question.id, m.Refused(1, question.id, "office_closed"))
    assert kiosk.desk.tick(hub=True) is None
    clock.ms += MINUTE
    kiosk.meet(hub)
    assert ask(hub, m.Issue("a")).number == "A018"


# -- the disk ----------------------------------------------------------------------------------------------------------


@pytest.mark.expects_log("there is no such folder")
def test_without_a_place_for_the_journal_it_says_so_gives_none_and_begins_when_there_is_one(folder):
    clock, hub, _ = world(folder)
    missing = folder / "missing"
    lost = Kiosk(missing, clock, "kiosk-2")
    lost.meet(hub)
    assert lost.take() is None
    assert lost.desk.view.services == frozenset()
    assert part(lost) == ("fault", f"No numbers while the hub is away: there is no such folder ({missing}). Make it.")
    missing.mkdir()
    clock.ms += MINUTE
    lost.meet(hub)
    assert part(lost) == ("ok", "")
    assert lost.take() == "AY01"


@pytest.mark.expects_log("the disk is full")
def test_a_number_that_cannot_be_kept_is_not_given_and_the_next_one_is_not_skipped(three, monkeypatch):
    clock, hub, kiosk = three
    assert kiosk.take() == "AX01"

    def full(*_):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("os.pwrite", full)
        assert kiosk.take() is None
        kiosk.desk.tick(hub=False)
        assert kiosk.desk.view.services == frozenset()
        assert "the disk is full" in part(kiosk)[1]
        kiosk.meet(hub)  # what is in the journal reaches the queue all the same
        assert list(hub.day.tickets) == ["AX01"]
    clock.ms += MINUTE
    kiosk.desk.tick(hub=False)
    assert kiosk.take() == "AX02"
    kiosk.restart()
    kiosk.meet(hub)
    assert list(hub.day.tickets) == ["AX01", "AX02"]


@pytest.mark.parametrize("given", [False, True], ids=["", "but numbers were given"])
def test_a_date_that_staff_mistyped_and_took_back_leaves_the_kiosk_its_own_numbers(three, given):
    """A day was opened weeks ahead; nobody came, the hub goes back to the right one, and so does the journal."""
    clock, hub, kiosk = three
    hub.kill()
    ahead = HourHub(hub._file.with_name("ahead.db"), VirtualClock(EIGHT + 45 * DAY), office())
    kiosk.meet(ahead)
    if given:
        kiosk.desk.given("A001", ahead.day.date)
    ahead.kill()
    clock.ms += MINUTE
    hub.start()
    kiosk.meet(hub)
    hub.kill()
    assert kiosk.take() == (None if given else "AX01")
    hub.start()
    kiosk.meet(hub)
    assert list(hub.day.tickets) == ([] if given else ["AX01"])
