"""What concerns the whole office: its definition, the time of day, numbers printed before a loss, practice."""

from __future__ import annotations

import msgspec
import pytest
from hub_bench import NOW, OFFICE, PIN, Bench, NoBus, ask, founded, last_actor, tick

from appliance.hub.housekeeping import Housekeeping
from appliance.hub.practice import Practice
from appliance.hub.relay import Relay
from appliance.hub.snapshots import catalogue
from appliance.node.pin import FREE_TRIES
from appliance.wire import messages as m

pytestmark = pytest.mark.expects_log("it may not ask for")

DAY_MS = 86_400_000


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
def unsure(tmp_path):
    bench = Bench(tmp_path / "giliran.db")
    bench.clock.witness = ""
    bench.link = NoBus()
    relay = Relay(bench.link, bench.clock, bench.outlook, *bench.store.unsent())
    bench.house = Housekeeping(bench.handler, relay, bench.store, bench.contacts, bench.link, bench.clock, "boot-1")
    bench.house.adopt(OFFICE)
    yield bench
    bench.store.close()


def test_while_nobody_vouches_for_the_time_the_day_stays_closed_and_all_are_told(unsure):
    assert not tick(unsure).is_open
    unsure.house.publish_clock()
    assert unsure.link.clocks[-1].at is None
    part = unsure.house.clock_part()
    assert (part.name, part.state) == ("clock", "fault")
    assert "let staff set it" in part.detail


def test_nothing_is_written_under_a_time_that_nobody_vouches_for(unsure):
    assert unsure.handler.day.definition == OFFICE
    assert unsure.handler.day.at == 0


def test_staff_vouch_with_the_pin_and_the_day_opens(unsure):
    said = unsure.clock.office_ms() + 5_000
    assert isinstance(ask(unsure, m.Vouch(said, "siti", "471147"), "kiosk-1"), m.Accepted)
    assert unsure.clock.said == said
    assert last_actor(unsure) == "kiosk-1 siti"
    assert tick(unsure).is_open
    assert unsure.house.clock_part().state == "ok"


@pytest.mark.expects_log("wrong PIN")
def test_a_wrong_pin_vouches_for_nothing_and_guessing_is_slow(unsure):
    said = unsure.clock.office_ms()
    for _ in range(FREE_TRIES):
        assert ask(unsure, m.Vouch(said, "siti", "000000"), "kiosk-1").code == "wrong_pin"
    right = ask(unsure, m.Vouch(said, "siti", "471147"), "kiosk-1")
    assert (right.code, "Wait" in right.advice, right.wait > 1_000) == ("wrong_pin", True, True)  # milliseconds
    assert not tick(unsure).is_open


def test_staff_cannot_go_behind_the_log_and_a_far_date_is_asked_back(hub):
    at = hub.handler.day.at
    assert ask(hub, m.Vouch(at - 60_000, "siti", "471147")).code == "time_passed"
    assert ask(hub, m.Vouch(at + 60 * DAY_MS, "siti", "471147")).code == "time_far"
    assert isinstance(ask(hub, m.Vouch(at + 60 * DAY_MS, "siti", "471147", sure=True)), m.Accepted)


def test_a_keypad_may_neither_vouch_nor_define(hub):
    assert ask(hub, m.Vouch(NOW, "siti", "471147"), "keypad-1").code == "not_allowed"
    assert ask(hub, m.Define(edited(), "siti"), "keypad-1").code == "not_allowed"


def test_no_pin_is_ever_in_the_log(unsure):
    ask(unsure, m.Vouch(unsure.clock.office_ms() + 1, "siti", "471147"))
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
