"""Telephone numbers are kept if the office sends messages, in no log, and not beyond the day."""

from __future__ import annotations

import msgspec
import pytest
from hub_bench import NOW, OFFICE, ask, founded, tick

from appliance.engine.commands import CloseDay
from appliance.hub.practice import Practice
from appliance.store.contacts import NAME, Contacts
from appliance.store.database import StorageFault
from appliance.wire import messages as m

PHONE = "+6281234567890"
SENDS = msgspec.structs.replace(OFFICE, messages=True)


@pytest.fixture
def hub(tmp_path):
    bench = founded(tmp_path / "giliran.db", office=SENDS)
    tick(bench)
    yield bench
    bench.store.close()


def kept(hub, number="A001"):
    """Return what a hub that starts now would find."""
    folder = hub.store._database.file.parent
    return Contacts(folder).of(hub.handler.day.date, number)


def test_a_number_that_a_citizen_leaves_is_kept_with_the_ticket_and_outlives_the_hub(hub):
    assert ask(hub, m.Issue("a", phone=PHONE), "kiosk-1").number == "A001"
    ask(hub, m.Issue("a"), "kiosk-1")
    assert (kept(hub), kept(hub, "A002")) == (PHONE, None)


def test_it_stands_neither_in_the_log_nor_anywhere_else_in_the_database(hub):
    ask(hub, m.Issue("a", phone=PHONE), "kiosk-1")
    hub.store.close()
    for file in hub.store._database.file.parent.glob("giliran.db*"):
        assert PHONE[1:].encode() not in file.read_bytes()


def test_an_office_that_sends_no_messages_keeps_no_numbers(tmp_path):
    bench = founded(tmp_path / "giliran.db")
    tick(bench)
    assert ask(bench, m.Issue("a", phone=PHONE), "kiosk-1").number == "A001"
    assert not (tmp_path / NAME).exists()
    bench.store.close()


def test_they_are_gone_with_the_day(hub):
    ask(hub, m.Issue("a", phone=PHONE), "kiosk-1")
    hub.house.do(CloseDay())
    assert kept(hub) is None
    assert not list(hub.store._database.file.parent.glob("contacts*"))


@pytest.mark.expects_log("nothing was stored")
def test_a_ticket_that_was_not_stored_leaves_no_number(hub, monkeypatch):
    def full(*_):
        raise StorageFault("the disk is full")

    monkeypatch.setattr(hub.store, "commit", full)
    assert ask(hub, m.Issue("a", phone=PHONE), "kiosk-1").code == "storage"
    assert kept(hub) is None


@pytest.mark.expects_log("gets no message")
def test_a_number_that_cannot_be_kept_costs_nobody_a_ticket(hub, tmp_path):
    (tmp_path / "contacts.json.new").mkdir()
    assert ask(hub, m.Issue("a", phone=PHONE), "kiosk-1").number == "A001"


def test_only_the_owner_may_read_them(hub, tmp_path):
    ask(hub, m.Issue("a", phone=PHONE), "kiosk-1")
    assert (tmp_path / NAME).stat().st_mode & 0o077 == 0


def test_a_practice_neither_asks_for_numbers_nor_erases_those_of_the_day(hub, tmp_path):
    ask(hub, m.Issue("a", phone=PHONE), "kiosk-1")
    bench = founded(tmp_path / "practice.db", office=SENDS, practice=Practice(SENDS, NOW + 2_000_000))
    tick(bench)
    assert ask(bench, m.Issue("a", phone="081234567890"), "kiosk-1").number == "A001"
    assert kept(hub) == PHONE
    bench.store.close()


@pytest.mark.expects_log("malformed command")
def test_what_is_no_telephone_number_is_refused(hub):
    (reply,) = hub.ask(hub.raw(hub.request(m.Issue("a", phone=PHONE)).payload.replace(PHONE.encode(), b"call me")))
    assert reply.code == "malformed"


# -- erased, come what may ---------------------------------------------------------------------------------------------


def folder_of(hub):
    return hub.store._database.file.parent


def traces(folder):
    """Return every file beside the database in which the telephone number still stands."""
    return [file.name for file in folder.iterdir() if file.is_file() and PHONE.encode() in file.read_bytes()]


def restarted(hub, ms=0, office=SENDS):
    """Return the hub after it was away for so long."""
    hub.store.close()
    bench = founded(folder_of(hub) / "giliran.db", "boot-2", office=office)
    bench.clock.ms = hub.clock.ms + ms
    return bench


def test_a_hub_that_was_killed_between_the_end_of_the_day_and_erasing_does_it_at_its_next_start(hub, monkeypatch):
    ask(hub, m.Issue("a", phone=PHONE), "kiosk-1")
    monkeypatch.setattr(hub.contacts, "erase", lambda: None)
    hub.house.do(CloseDay())
    again = restarted(hub)
    again.clock.witness = ""  # nobody knows what time it is; the day is over all the same
    tick(again)
    assert traces(folder_of(hub)) == []
    again.store.close()


def test_a_hub_that_was_off_when_the_day_ended_erases_before_it_does_anything_else(hub):
    ask(hub, m.Issue("a", phone=PHONE), "kiosk-1")
    again = restarted(hub, 86_400_000)
    tick(again)
    assert again.handler.day.tickets == {}
    assert traces(folder_of(hub)) == []
    again.store.close()


def test_a_file_of_another_day_beside_a_restored_log_is_erased(hub):
    (folder_of(hub) / NAME).write_text(f'{{"day": "2020-01-01", "phones": {{"A001": "{PHONE}"}}}}')
    again = restarted(hub)
    tick(again)
    assert traces(folder_of(hub)) == []
    again.store.close()


def test_what_a_write_left_that_was_cut_off_is_erased_at_the_next_start(hub):
    (folder_of(hub) / "contacts.json.new").write_text(PHONE)
    again = restarted(hub)
    tick(again)
    assert traces(folder_of(hub)) == []
    again.store.close()


def test_what_a_write_left_that_was_cut_off_is_erased_with_the_day(hub):
    ask(hub, m.Issue("a", phone=PHONE), "kiosk-1")
    (folder_of(hub) / "contacts.json.new").write_text(PHONE)
    again = restarted(hub)
    again.house.do(CloseDay())
    assert traces(folder_of(hub)) == []
    again.store.close()


@pytest.mark.expects_log("gets no message", "nothing was stored")
def test_on_a_full_disk_no_half_file_stays(tmp_path, small_disk, fill):
    place = small_disk(tmp_path / "disk", "1m")
    bench = founded(place / "giliran.db", office=SENDS)
    tick(bench)
    fill(place)
    bench.contacts.keep(bench.handler.day.date, "A001", PHONE)
    assert traces(place) == []
    assert not list(place.glob("contacts*"))
    bench.store.close()


def test_an_office_that_stops_sending_messages_keeps_no_numbers_any_more(hub):
    ask(hub, m.Issue("a", phone=PHONE), "kiosk-1")
    hub.house.adopt(OFFICE)
    tick(hub)
    assert traces(folder_of(hub)) == []


@pytest.mark.expects_log("erase it and contacts.json.new by hand", "erased at last")
def test_a_disk_that_does_not_let_go_of_them_is_asked_until_it_does(hub, monkeypatch):
    ask(hub, m.Issue("a", phone=PHONE), "kiosk-1")
    (folder_of(hub) / "contacts.json.new").mkdir()
    hub.house.do(CloseDay())
    (folder_of(hub) / "contacts.json.new").rmdir()
    (folder_of(hub) / "contacts.json.new").write_text(PHONE)
    tick(hub)
    assert traces(folder_of(hub)) == []


@pytest.mark.expects_log("it is erased, and whoever had left")
@pytest.mark.parametrize("spoiled", [b"", b"\xff", b'{"day": "2026-04-06", "phones": {"A001": "\xa5"}}', b"[]"])
def test_a_spoiled_file_is_erased_and_keeps_nobody_from_leaving_a_number(hub, spoiled):
    (folder_of(hub) / NAME).write_bytes(spoiled)
    again = restarted(hub)
    tick(again)
    assert ask(again, m.Issue("a", phone=PHONE), "kiosk-1").number == "A001"
    assert kept(again) == PHONE
    again.store.close()
