"""What staff note about citizens: for staff alone, of today alone, in no log."""

from __future__ import annotations

import pytest
from hub_bench import NOW, OFFICE, ask, founded, tick

from appliance.engine.commands import CloseDay
from appliance.engine.model import Definition, Service, Told
from appliance.hub import snapshots, staff_snapshots
from appliance.hub.practice import Practice
from appliance.store.database import StorageFault
from appliance.store.notes import NAME, Notes
from appliance.wire import messages as m

NOTE = "KTP masih difotokopi"
TWO = Definition(OFFICE.names, (*OFFICE.services, Service("b", "B", {"id": "B"})), OFFICE.counters, OFFICE.rules)


@pytest.fixture
def hub(tmp_path):
    bench = founded(tmp_path / "giliran.db", office=TWO)
    tick(bench)
    ask(bench, m.Issue("a"), "kiosk-1")
    yield bench
    bench.store.close()


def folder_of(hub):
    return hub.store._database.file.parent


def kept(hub):
    """Return what a hub that starts now would find."""
    return Notes(folder_of(hub)).of(hub.handler.day.date, "A001")


def shown(hub):
    day = hub.handler.day
    told = staff_snapshots.queue(day, hub.clock.office_ms(), None, hub.handler.notes.of_day(day.date))
    return next(one.note for one in (*told.waiting, *told.away) if one.number == "A001")


def test_a_note_is_shown_to_staff_outlives_the_hub_and_an_empty_one_erases_it(hub):
    assert isinstance(ask(hub, m.SetNote("A001", f" {NOTE}\n")), m.Accepted)
    assert (kept(hub), shown(hub)) == (NOTE, NOTE)
    ask(hub, m.SetNote("A001", "lain"))
    assert shown(hub) == "lain"
    ask(hub, m.SetNote("A001", " "))
    assert (kept(hub), shown(hub)) == (None, "")


def test_it_stands_in_no_log_and_the_lobby_is_not_told(hub):
    ask(hub, m.SetNote("A001", NOTE))
    ask(hub, m.CallNext("1"), "keypad-1")
    ask(hub, m.Transfer("1", service="b", note=f"{NOTE} dua"))
    assert shown(hub) == f"{NOTE} dua"
    day = hub.handler.day
    told = [snapshots.board(day, NOW, lambda _: Told(0)), snapshots.catalogue(day, NOW, lambda _: Told(0))]
    told += [snapshots.counter_state(day, counter) for counter in day.counters]
    assert not any(NOTE.encode() in m.encode(one) for one in told)
    hub.store.close()
    for file in folder_of(hub).glob("giliran.db*"):
        assert NOTE.encode() not in file.read_bytes()


def test_a_transfer_without_a_note_leaves_the_one_that_is_there(hub):
    ask(hub, m.SetNote("A001", NOTE))
    ask(hub, m.CallNext("1"), "keypad-1")
    ask(hub, m.Transfer("1", service="b"))
    assert shown(hub) == NOTE


def test_it_is_gone_with_the_day_also_if_the_hub_was_off_when_it_ended(hub):
    ask(hub, m.SetNote("A001", NOTE))
    assert (folder_of(hub) / NAME).stat().st_mode & 0o077 == 0
    hub.house.do(CloseDay())
    assert not list(folder_of(hub).glob("notes*"))
    Notes(folder_of(hub)).keep("2020-01-01", "A001", NOTE)
    again = founded(folder_of(hub) / "giliran.db", "boot-2", office=TWO)
    tick(again)
    assert not list(folder_of(hub).glob("notes*"))
    again.store.close()


@pytest.mark.parametrize(
    ("body", "node", "code"),
    [
        (m.SetNote("A099", NOTE), "web-1", "unknown_ticket"),
        (m.SetNote("A001", NOTE), "kiosk-1", "not_allowed"),
        (m.SetNote("A001", NOTE), "keypad-1", "not_allowed"),
        (m.SetNote("A001", "x" * 241), "web-1", "malformed"),
    ],
)
@pytest.mark.expects_log("it may not ask for", "malformed")
def test_who_may_not_or_about_nobody_is_refused(hub, body, node, code):
    assert ask(hub, body, node).code == code
    assert kept(hub) is None


def test_nobody_reads_a_note_about_whoever_has_gone(hub):
    ask(hub, m.Cancel("A001"))
    assert ask(hub, m.SetNote("A001", NOTE)).code == "ticket_over"


@pytest.mark.expects_log("nothing was stored")
def test_a_transfer_that_was_not_stored_leaves_no_note(hub, monkeypatch):
    ask(hub, m.CallNext("1"), "keypad-1")

    def full(*_):
        raise StorageFault("the disk is full")

    monkeypatch.setattr(hub.store, "commit", full)
    assert ask(hub, m.Transfer("1", service="b", note=NOTE)).code == "storage"
    assert kept(hub) is None


@pytest.mark.expects_log("gone with the next restart")
def test_a_note_that_cannot_be_kept_is_there_until_the_hub_restarts(hub):
    (folder_of(hub) / "notes.json.new").mkdir()
    assert isinstance(ask(hub, m.SetNote("A001", NOTE)), m.Accepted)
    assert shown(hub) == NOTE


def test_a_practice_has_notes_of_its_own_and_leaves_none(hub, tmp_path):
    ask(hub, m.SetNote("A001", NOTE))
    bench = founded(tmp_path / "practice.db", office=TWO, practice=Practice(TWO, NOW + 2_000_000))
    bench.handler.notes = Notes(None)
    tick(bench)
    ask(bench, m.Issue("a"), "kiosk-1")
    ask(bench, m.SetNote("A001", "latihan"))
    assert shown(bench) == "latihan"
    assert kept(hub) == NOTE
    bench.store.close()
