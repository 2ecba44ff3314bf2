"""What concerns the whole office: its definition, the time of day, numbers printed before a loss, practice."""

from __future__ import annotations

import msgspec
import pytest
from hub_bench import NOW, OFFICE, PIN, Machine, ask, founded, last_actor, tick

from appliance.engine.evolve import evolve
from appliance.engine.model import Day
from appliance.hub import translate
from appliance.hub.office_time import LATEST_MS
from appliance.hub.practice import Practice
from appliance.hub.snapshots import catalogue
from appliance.node.pin import FREE_TRIES
from appliance.store.database import StorageFault
from appliance.texts.parts import LOGGED, of_part
from appliance.wire import messages as m

pytestmark = pytest.mark.expects_log("it may not ask for")

DAY_MS = 86_400_000
HOUR = 3_600_000


# -- the office's definition -------------------------------------------------------------------------------------------


def edited(**changes):
    return msgspec.to_builtins(msgspec.structs.replace(OFFICE, **changes))


def test_a_change_of_the_office_is_an_event_under_the_name_of_whoever_made_it(hub):
    assert isinstance(ask(hub, m.Define(edited(names={"id": "Kantor Baru"}), "budi")), m.Accepted)
    assert hub.handler.day.definition.names == {"id": "Kantor Baru"}
    assert last_actor(hub) == "web-1 budi"


def test_a_wrong_change_names_its_key_and_changes_nothing(hub):
    wrong = edited()
    wrong["services"][0]["digits"] = 99
    reply = ask(hub, m.Define(wrong, "budi"))
    assert (reply.code, "services[0].digits" in reply.advice) == ("malformed", True)
    wrong = edited()
    wrong["counters"][0]["services"] = ["nothing"]
    reply = ask(hub, m.Define(wrong, "budi"))
    assert (reply.code, "counters.1.services" in reply.advice) == ("wrong_definition", True)
    assert hub.handler.day.definition == OFFICE


def test_of_two_changes_made_from_the_same_office_the_second_is_refused_by_the_hub(hub):
    base = hub.handler.day.defined
    assert isinstance(ask(hub, m.Define(edited(names={"id": "Dari Budi"}), "budi", base)), m.Accepted)
    reply = ask(hub, m.Define(edited(names={"id": "Dari Siti"}), "siti", base))
    assert (reply.code, "budi" in reply.advice) == ("changed_meanwhile", True)
    assert hub.handler.day.definition.names == {"id": "Dari Budi"}
    after = hub.handler.day.defined
    assert isinstance(ask(hub, m.Define(edited(names={"id": "Dari Siti"}), "siti", after)), m.Accepted)


def test_a_wrong_change_says_each_problem_with_its_path_and_code(hub):
    wrong = edited()
    wrong["counters"][0]["services"] = ["nothing"]
    wrong["services"] = [*wrong["services"], {**wrong["services"][0], "id": "twin"}]
    reply = ask(hub, m.Define(wrong, "budi"))
    told = {problem.path: (problem.code, problem.values) for problem in reply.problems}
    prefix = wrong["services"][0]["prefix"]
    assert told["services.twin.prefix"] == ("prefix_twice", {"prefix": prefix})
    assert told["counters.1.services"] == ("no_such_service", {"service": "nothing"})


def test_a_change_on_the_bus_outlives_a_restart_until_the_file_is_edited(tmp_path):
    file = tmp_path / "giliran.db"
    first = founded(file)
    tick(first)
    ask(first, m.Define(edited(names={"id": "Kantor Baru"}), "budi"))
    first.store.close()

    second = founded(file, "boot-2")
    assert second.handler.day.definition.names == {"id": "Kantor Baru"}
    second.store.close()

    third = founded(file, "boot-3", msgspec.structs.replace(OFFICE, names={"id": "Dari Berkas"}))
    assert third.handler.day.definition.names == {"id": "Dari Berkas"}
    third.store.close()


# -- the time of day ---------------------------------------------------------------------------------------------------


@pytest.fixture
def unsure(tmp_path, alone):
    bench = founded(tmp_path / "giliran.db", vouched=False)
    yield bench
    bench.store.close()


def test_while_nobody_vouches_for_the_time_the_day_stays_closed_and_all_are_told(unsure):
    assert not tick(unsure).is_open
    unsure.house.publish_clock()
    assert unsure.link.clocks[-1].at is None
    part = unsure.house.clock_part()
    assert (part.name, part.state) == ("clock", "fault")
    assert "let staff set it" in of_part(part, LOGGED)


def test_nothing_is_written_under_a_time_that_nobody_vouches_for(unsure):
    assert unsure.handler.day.definition == OFFICE
    assert unsure.handler.day.at == 0


def test_staff_vouch_with_the_pin_and_the_day_opens(unsure):
    said = unsure.clock.machine.office_ms() + 5_000
    assert isinstance(ask(unsure, m.Vouch(said, "siti", "471147"), "kiosk-1"), m.Accepted)
    assert (unsure.clock.witness, unsure.clock.office_ms()) == ("staff", said)
    assert last_actor(unsure) == "kiosk-1 siti"
    assert tick(unsure).is_open
    assert unsure.house.clock_part().state == "ok"


@pytest.mark.expects_log("wrong PIN")
def test_a_wrong_pin_vouches_for_nothing_and_guessing_is_slow(unsure):
    said = unsure.clock.machine.office_ms()
    for _ in range(FREE_TRIES):
        assert ask(unsure, m.Vouch(said, "siti", "000000"), "kiosk-1").code == "wrong_pin"
    right = ask(unsure, m.Vouch(said, "siti", "471147"), "kiosk-1")
    assert (right.code, "Wait" in right.advice, right.wait > 1_000) == ("wrong_pin", True, True)  # milliseconds
    assert not tick(unsure).is_open


def vouch(hub, at, *, sure=False):
    """Return the refusal's code, or None; then let the hub keep house."""
    reply = ask(hub, m.Vouch(at, "siti", "471147", sure))
    hub.house.committed(hub.entries)
    tick(hub, 200)
    return getattr(reply, "code", None)


@pytest.mark.parametrize("hours", [-0.1, 2.9])
def test_staff_may_set_a_time_that_is_known_by_a_little(hub, hours):
    tick(hub, HOUR)
    at = hub.clock.office_ms() + int(hours * HOUR)
    assert (vouch(hub, at), hub.clock.office_ms()) == (None, at + 200)


@pytest.mark.parametrize("hours", [3.1, 24, 60 * 24])
def test_a_time_far_from_the_one_that_is_known_is_asked_back(hub, hours):
    at = hub.clock.office_ms() + int(hours * HOUR)
    assert vouch(hub, at) == "time_far"
    assert hub.clock.office_ms() < at
    assert vouch(hub, at, sure=True) is None
    assert hub.clock.office_ms() == at + 200


@pytest.mark.parametrize("at", [LATEST_MS, 2 * LATEST_MS], ids=["2100", "2230"])
def test_no_word_of_staff_leads_to_where_no_calendar_goes(unsure, at):
    assert vouch(unsure, at, sure=True) == "time_far"
    assert not unsure.clock.believed()
    assert vouch(unsure, LATEST_MS - DAY_MS, sure=True) is None
    assert unsure.handler.day.is_open


def test_staff_cannot_go_behind_the_log(hub):
    assert vouch(hub, hub.handler.day.at - 60_000, sure=True) == "time_passed"
    assert vouch(hub, 1_000, sure=True) == "time_passed"


def switched_off(hub, file):
    """Switch the machine off, and on again without a time of day."""
    hub.store.close()
    return founded(file, "boot-2", machine=Machine(ms=7_000), vouched=False)


@pytest.mark.parametrize(
    ("days", "code"), [(1, None), (2, "time_far"), (45, "time_far")], ids=["next morning", "a day late", "weeks late"]
)
def test_after_a_night_without_power_the_next_opening_is_likely_and_anything_later_is_asked_back(
    hub, alone, tmp_path, days, code
):
    opened = hub.handler.day.at
    tick(hub, 15 * HOUR)
    assert not hub.handler.day.is_open
    hub = switched_off(hub, tmp_path / "giliran.db")
    assert vouch(hub, opened + days * DAY_MS) == code
    assert hub.handler.day.is_open is (code is None)
    hub.store.close()


def test_a_time_that_would_end_a_day_on_which_people_wait_is_asked_back(hub, alone, tmp_path):
    ask(hub, m.Issue("a"))
    hub = switched_off(hub, tmp_path / "giliran.db")
    assert vouch(hub, hub.handler.day.at + DAY_MS) == "time_far"
    assert hub.handler.day.tickets["A001"].state == "waiting"
    assert vouch(hub, hub.handler.day.at + HOUR) is None
    assert hub.handler.day.tickets["A001"].state == "waiting"
    hub.store.close()


@pytest.mark.parametrize("again", [False, True], ids=["", "with the hub killed in between"])
@pytest.mark.parametrize("ahead", [HOUR, DAY_MS, 45 * DAY_MS])
def test_a_mistyped_time_is_taken_back_while_nobody_has_come_since(unsure, tmp_path, ahead, again):
    right = unsure.clock.machine.office_ms() + 30_000
    assert vouch(unsure, right + ahead) is None
    assert (unsure.handler.day.is_open, unsure.clock.office_ms()) == (True, right + ahead + 200)
    if again:
        unsure.store.close()
        unsure = founded(tmp_path / "giliran.db", "boot-2", machine=unsure.clock.machine, vouched=False)
        assert unsure.clock.office_ms() == right + ahead + 200
    assert vouch(unsure, right) == (None if ahead == HOUR else "time_far")
    assert vouch(unsure, right, sure=True) is None
    assert (unsure.handler.day.date, unsure.clock.office_ms(), unsure.clock.known()) == (
        "2026-04-06",
        right + 200,
        True,
    )
    assert unsure.handler.day.is_open
    assert ask(unsure, m.Issue("a")).number == "A001"
    assert ask(unsure, m.CallNext("1")).number == "A001"
    assert unsure.store.load_day() == unsure.handler.day
    assert vouch(unsure, right - HOUR, sure=True) == "time_passed"  # somebody has come
    unsure.store.close()


def test_what_was_booked_is_there_again_when_a_mistyped_date_is_taken_back(hub, alone, tmp_path):
    due = hub.handler.day.at + DAY_MS + HOUR
    assert isinstance(ask(hub, m.Book("KODE7", "a", due)), m.Accepted)
    right = hub.handler.day.at + DAY_MS
    tick(hub, 15 * HOUR)
    hub = switched_off(hub, tmp_path / "giliran.db")
    assert vouch(hub, right + 45 * DAY_MS, sure=True) is None
    assert (hub.handler.day.is_open, hub.handler.day.bookings) == (True, {})
    assert vouch(hub, right, sure=True) is None
    assert (hub.handler.day.date, list(hub.handler.day.bookings)) == ("2026-04-07", ["KODE7"])
    assert ask(hub, m.CheckIn("KODE7")).number == "A001"
    hub.store.close()


def test_a_word_of_yesterday_is_not_taken_back_by_a_slip_of_today(hub):
    tick(hub, HOUR)
    assert vouch(hub, hub.clock.office_ms()) is None
    said = hub.handler.day.at
    tick(hub, 15 * HOUR)
    tick(hub, 8 * HOUR)
    assert hub.handler.day.date == "2026-04-07"
    assert vouch(hub, said + HOUR) == "time_passed"


@pytest.mark.expects_log("nothing was stored")
def test_a_word_that_cannot_be_written_down_does_not_move_the_time(unsure, monkeypatch):
    def full(*_):
        raise StorageFault("disk full")

    monkeypatch.setattr(unsure.store, "commit", full)
    assert ask(unsure, m.Vouch(unsure.clock.machine.office_ms(), "siti", "471147")).code == "storage"
    assert (unsure.clock.believed(), unsure.clock.office_ms()) == (False, 0)


@pytest.mark.expects_log("failed through a mistake of ours")
@pytest.mark.parametrize("where", ["commit", "answer"])
def test_a_word_upon_which_something_of_ours_breaks_does_not_move_the_time_either(unsure, monkeypatch, where):
    def broken(*_):
        raise RuntimeError("planted")

    if where == "commit":
        monkeypatch.setattr(unsure.store, "commit", broken)
    else:
        monkeypatch.setattr(translate, "accepted", broken)
    assert ask(unsure, m.Vouch(unsure.clock.machine.office_ms(), "siti", "471147")).code == "error"
    assert (unsure.clock.believed(), unsure.clock.office_ms(), unsure.handler.day.at) == (False, 0, 0)


def test_the_time_is_not_set_in_a_practice_whose_log_is_thrown_away(tmp_path):
    bench = founded(tmp_path / "practice.db", practice=Practice(OFFICE, NOW + 2_000_000))
    tick(bench)
    assert vouch(bench, bench.clock.office_ms() + HOUR) == "training"
    bench.store.close()


def test_a_practice_ends_by_elapsed_time_when_nobody_knows_the_time_of_day(tmp_path, alone):
    bench = founded(tmp_path / "practice.db", practice=Practice(OFFICE, 7_200_000), vouched=False)
    tick(bench, 7_199_000)
    assert not bench.house.turned
    tick(bench, 1_000)
    assert bench.house.turned
    bench.store.close()


def test_a_keypad_may_neither_vouch_nor_define(hub):
    assert ask(hub, m.Vouch(NOW, "siti", "471147"), "keypad-1").code == "not_allowed"
    assert ask(hub, m.Define(edited(), "siti"), "keypad-1").code == "not_allowed"


def test_no_pin_is_ever_in_the_log(unsure):
    ask(unsure, m.Vouch(unsure.clock.machine.office_ms() + 1, "siti", "471147"))
    rows = unsure.store.log._connection.execute("SELECT body, actor FROM event").fetchall()
    assert not any("471147" in text or PIN in text for row in rows for text in row)


# -- numbers that were printed before a backup was restored -----------------------------------------------------------


def test_a_number_that_a_kiosk_has_printed_is_not_given_again_after_a_restore(hub):
    date = hub.handler.day.date
    assert isinstance(ask(hub, m.Printed(date, {"A": 17}), "kiosk-1"), m.Accepted)
    assert ask(hub, m.Issue("a"), "kiosk-1").number == "A018"
    ask(hub, m.Printed(date, {"A": 5}), "kiosk-1")
    assert ask(hub, m.Issue("a"), "kiosk-1").number == "A019"


def test_numbers_of_another_day_or_another_prefix_are_not_taken_over(hub):
    assert ask(hub, m.Printed("2020-01-01", {"A": 17}), "kiosk-1").code == "other_day"
    ask(hub, m.Printed(hub.handler.day.date, {"Q": 17}), "kiosk-1")
    assert ask(hub, m.Issue("a"), "kiosk-1").number == "A001"


@pytest.mark.expects_log("kiosk-1: kiosk-1 cannot have printed up to A")
def test_a_kiosk_that_lies_raises_a_series_by_no_more_than_a_days_paper_and_is_named(hub):
    date = hub.handler.day.date
    for count in range(2_000, 100_000, 2_000):
        ask(hub, m.Printed(date, {"A": count}), "kiosk-1")
    assert ask(hub, m.Issue("a"), "kiosk-1").number == "A4001"
    assert ask(hub, m.Printed(date, {"A": 6_000}), "kiosk-1").code == "beyond_paper"
    assert isinstance(ask(hub, m.Printed(date, {"A": 5_001}), "kiosk-2"), m.Accepted)
    assert hub.handler.doubts.part() == m.Part("numbers", "fault", "beyond_paper", {"nodes": "kiosk-1"})
    tick(hub, 86_400_000)
    assert hub.handler.doubts.part() == m.Part("numbers", "ok")
    assert isinstance(ask(hub, m.Printed(hub.handler.day.date, {"A": 17}), "kiosk-1"), m.Accepted)
    assert ask(hub, m.Issue("a"), "kiosk-1").number == "A018"


def test_what_the_hub_gave_itself_counts_for_no_kiosks_word(hub):
    date = hub.handler.day.date
    ask(hub, m.Printed(date, {"A": 4_000}), "kiosk-1")
    for _ in range(5):
        ask(hub, m.Issue("a"), "kiosk-1")
    assert isinstance(ask(hub, m.Printed(date, {"A": 5_005}), "kiosk-1"), m.Accepted)
    day = Day()
    for record in hub.store.log.current_day():
        evolve(day, record.entry)
    assert (day.by_word, day.last_numbers) == ({"A": 5_000}, {"A": 5_005})


# -- practice ----------------------------------------------------------------------------------------------------------


def test_nobody_practises_while_citizens_may_come_or_wait(hub):
    assert ask(hub, m.Train("siti")).code == "office_open"
    ask(hub, m.Stop("Latihan petugas"))
    assert isinstance(ask(hub, m.Train("siti")), m.Accepted)
    hub.house.committed(hub.entries)
    assert (tick(hub).resting, hub.house.turned) == (True, True)


def test_nobody_practises_while_citizens_wait(hub):
    ask(hub, m.Issue("a"), "kiosk-1")
    ask(hub, m.Stop("Latihan petugas"))
    assert ask(hub, m.Train("siti")).code == "people_waiting"


def test_a_practice_is_marked_takes_nothing_that_is_meant_for_the_real_queue_and_ends_by_itself(tmp_path):
    bench = founded(tmp_path / "practice.db", practice=Practice(OFFICE, NOW + 2_000_000))
    assert tick(bench).training
    assert catalogue(bench.handler.day, NOW, lambda _: bench.outlook.told(bench.handler.day, "a")).office.training
    assert ask(bench, m.Issue("a"), "kiosk-1").number == "A001"
    merge = m.MergeOffline((m.OfflineTicket("AX01", "a", 0, "ab" * 16),))
    assert ask(bench, merge, "kiosk-1").code == "training"
    assert ask(bench, m.Book("BOOK", "a", NOW + DAY_MS)).code == "training"
    assert not bench.house.turned
    tick(bench, 3_000_000)
    assert bench.house.turned
    bench.store.close()


def test_an_emergency_is_real_also_in_a_practice_and_ends_it(tmp_path):
    bench = founded(tmp_path / "practice.db", practice=Practice(OFFICE, NOW + 2_000_000))
    tick(bench)
    raised = bench.request(m.RaiseEmergency({"id": "Keluar lewat pintu utara."}, "siti"), node="web-1")
    assert bench.ask(raised) == [], "nothing is acknowledged that the real log has not got"
    (held,) = bench.handler.held
    bench.store.close()
    real = founded(tmp_path / "giliran.db", boot="boot-2")
    tick(real, 60_000)
    (reply,), _ = real.handler.handle([held], held=True)
    assert isinstance(m.decode_reply(reply.payload), m.Accepted)
    assert real.handler.day.emergency.text == {"id": "Keluar lewat pintu utara."}
    real.store.close()


def test_an_emergency_that_nobody_signs_does_not_end_a_practice(tmp_path):
    bench = founded(tmp_path / "practice.db", practice=Practice(OFFICE, NOW + 2_000_000))
    tick(bench)
    (reply,) = bench.ask(bench.request(m.RaiseEmergency({"id": "Keluar."}, " "), node="web-1"))
    assert reply.code == "no_officer"
    assert bench.handler.held == []
    bench.store.close()


UNSEEN = [
    "\u200b",
    "\u3164",
    "\u2800",
    "siti\u200b",
    "\u202eitis",
    "siti ",
    "siti\ufe0f",
    "siti\nbudi",
    "siti  a",
    "...",
]


@pytest.mark.parametrize("name", UNSEEN)
@pytest.mark.parametrize("node", ["web-1", "kiosk-1"])
def test_a_name_that_cannot_be_seen_or_looks_like_another_signs_nothing(tmp_path, name, node):
    bench = founded(tmp_path / "giliran.db")
    tick(bench)
    before = bench.handler.day.seq
    assert ask(bench, m.Vouch(NOW + DAY_MS, name, "471147", sure=True), node).code == "no_officer"
    if node == "web-1":
        assert ask(bench, m.Page({"id": "Halo"}, name), node).code == "no_officer"
    assert bench.handler.day.seq == before
    bench.store.close()


def test_names_of_all_kinds_sign(tmp_path):
    bench = founded(tmp_path / "giliran.db")
    tick(bench)
    for name in ("siti", "Nurul 'Aini, S.H.", "Ni Luh Putu", "José", "7", "ꦱꦶꦠꦶ"):
        assert isinstance(ask(bench, m.Page({"id": "Halo"}, name), "web-1"), m.Accepted), name
    bench.store.close()


def test_a_hub_that_went_away_in_a_practice_goes_on_with_the_real_queue(tmp_path):
    file = tmp_path / "giliran.db"
    first = founded(file)
    tick(first)
    ask(first, m.Stop("Latihan petugas"))
    ask(first, m.Train("siti"))
    assert first.handler.day.resting
    first.store.close()
    second = founded(file, "boot-2")
    assert not tick(second).resting
    assert not second.house.turned
    second.store.close()
