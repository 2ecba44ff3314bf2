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
    (tmp_path / "contacts.new").mkdir()
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
