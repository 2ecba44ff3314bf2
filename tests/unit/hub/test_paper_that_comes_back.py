"""Contingency sheets entered afterwards: each number once, in rows of its own day, and the live queue as it was."""

from __future__ import annotations

import copy
import sqlite3

import pytest
from hub_bench import Bench, ask, tick

from appliance.engine.commands import CloseDay
from appliance.engine.numbering import paper_number, paper_parts
from appliance.store.projections import rebuild
from appliance.wire import messages as m
from appliance.wire.coding import Malformed, decode, encode

TODAY = "2026-04-06"  # of the bench, 08:16 in Jakarta
YESTERDAY = "2026-04-05"
HALF_PAST = 1_775_349_000_000
"""07:30 of yesterday, Asia/Jakarta."""
TEN = 10 * 60_000


def sheet(number="K-A001", date=YESTERDAY, **changes):
    return m.RecordPaper(number, date, **{"arrived": "07:30", "called": "07:40", "served": "07:50", **changes})


def enter(hub, body, node="web-1"):
    return ask(hub, body, node)


def rows(hub, table="ticket", day=YESTERDAY):
    with sqlite3.connect(f"file:{hub.store._database.file}?mode=ro", uri=True) as connection:
        connection.row_factory = sqlite3.Row
        found = connection.execute(f"SELECT * FROM {table} WHERE day = ? ORDER BY number", (day,))  # noqa: S608
        return [dict(row) for row in found]


def test_a_series_of_sheets_is_like_no_other_and_splits_as_it_was_made():
    assert paper_number("A", 3, 7) == "K-A007"
    assert paper_parts("K-AB1234") == ("AB", 1234)
    body = encode(m.Request(1, "0" * 32, m.Seen("b", 0, 0), sheet()))
    assert decode(body, m.Request).body == sheet()
    for number in ("KA001", "A001", "K-001", "K-A", "k-a001", "K-A001\n", "K-ABC001"):
        with pytest.raises(Malformed):
            decode(encode(m.Request(1, "0" * 32, m.Seen("b", 0, 0), sheet(number))), m.Request)


def test_what_was_entered_stands_in_rows_of_its_day_as_paper(hub):
    reply = enter(hub, sheet(priority=True, counter="1"))
    assert reply.number == "K-A001"
    (ticket,) = rows(hub)
    expected = {"service": "a", "priority": 1, "state": "served", "arrived_at": HALF_PAST, "channel": "paper"}
    expected |= {"called_at": HALF_PAST + TEN, "ended_at": HALF_PAST + 2 * TEN, "counter": "1", "node": "web-1"}
    assert expected.items() <= ticket.items()
    (visit,) = rows(hub, "visit")
    expected = {"reason": "paper", "waited_ms": TEN, "started_at": HALF_PAST + TEN, "ending": "served", "counter": "1"}
    assert expected.items() <= visit.items()


def test_who_was_not_called_was_left_and_who_was_not_served_was_absent(hub):
    enter(hub, sheet(called=None, served=None))
    enter(hub, sheet("K-A002", served=None))
    assert [(row["state"], row["called_at"] is None) for row in rows(hub)] == [("expired", True), ("no_show", False)]
    assert [(row["number"], row["ending"], row["started_at"]) for row in rows(hub, "visit")] == [
        ("K-A002", "no_show", None)
    ]


def test_a_number_counts_once_a_day_however_it_is_written_and_also_after_a_restart(hub, tmp_path):
    assert enter(hub, sheet("K-A7")).number == "K-A007"
    assert enter(hub, sheet("K-A007")).code == "paper_twice"
    assert enter(hub, sheet("K-A0007")).code == "paper_twice"
    assert enter(hub, sheet(date=TODAY, arrived="07:00", called=None, served=None)).number == "K-A001"
    assert enter(hub, sheet("K-A007", "2026-04-04")).number == "K-A007"
    hub.house.do(CloseDay())
    assert enter(hub, sheet("K-A007")).code == "paper_twice"
    file = hub.store._database.file
    hub.store.close()
    again = Bench(file, "boot-2", machine=hub.clock.machine)
    assert again.handler.day.date == TODAY
    assert ask(again, sheet("K-A007")).code == "paper_twice"
    assert ask(again, sheet("K-A008")).number == "K-A008"
    again.store.close()


def test_a_number_of_an_earlier_day_is_known_on_the_next_one_by_its_row(hub):
    assert enter(hub, sheet()).number == "K-A001"
    hub.clock.ms += 24 * 3_600_000
    tick(hub)
    assert hub.handler.day.date == "2026-04-07"
    assert hub.handler.day.papers == {}
    assert enter(hub, sheet("K-A1")).code == "paper_twice"
    assert len(rows(hub)) == 1


def test_two_of_one_batch_are_one(hub):
    first, second = hub.ask(hub.request(sheet(), node="web-1"), hub.request(sheet("K-A01"), node="web-1"))
    assert (first.number, second.code) == ("K-A001", "paper_twice")
    assert len(rows(hub)) == 1


def test_the_same_request_twice_is_answered_the_same(hub):
    first, second = hub.ask(*[hub.request(sheet(), node="web-1", request_id="a" * 32) for _ in range(2)])
    assert first == second
    assert len(rows(hub)) == 1


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (sheet("K-Z001"), "paper_series"),
        (sheet("K-A000"), "paper_series"),
        (sheet(counter="9"), "unknown_counter"),
        (sheet(called="07:29"), "paper_order"),
        (sheet(served="07:39"), "paper_order"),
        (sheet(called=None), "paper_uncalled"),
        (sheet(date=TODAY, served="23:59"), "paper_future"),
        (sheet(date="2026-04-07"), "paper_future"),
        (sheet(date="2026-03-05"), "paper_old"),
        (sheet(date="2026-02-30"), "malformed"),
        (sheet(date="0000-01-01"), "malformed"),
        (sheet(date="0001-01-01"), "paper_old"),
        (sheet(date="9999-12-31"), "paper_future"),
    ],
)
def test_what_cannot_have_been_is_refused_and_nothing_is_kept(hub, body, code):
    before = hub.store.log.seq
    assert enter(hub, body).code == code
    assert hub.store.log.seq == before


@pytest.mark.expects_log("may not ask for RecordPaper")
def test_the_last_31_days_are_taken_also_while_the_office_is_closed_and_by_staff_alone(hub):
    hub.house.do(CloseDay())
    assert enter(hub, sheet(date="2026-03-07")).number == "K-A001"
    assert enter(hub, sheet(), node="keypad-1").code == "not_allowed"
    assert enter(hub, sheet(), node="kiosk-1").code == "not_allowed"


def test_neither_the_queue_nor_what_is_foretold_changes(hub):
    ask(hub, m.Issue("a"))
    day = hub.handler.day
    before = [
        copy.deepcopy(x) for x in (day.tickets, day.waiting, day.learnt, day.last_numbers, day.issued, day.counters)
    ]
    enter(hub, sheet(date=TODAY, arrived="07:00", called="07:10", served="07:15", counter="1"))
    after = [day.tickets, day.waiting, day.learnt, day.last_numbers, day.issued, day.counters]
    assert after == before


def test_the_rows_come_out_the_same_from_the_log_alone(hub):
    ask(hub, m.Issue("a"))
    enter(hub, sheet(date=TODAY, arrived="07:00", called="07:10", served="07:15"))
    enter(hub, sheet("K-A002", served=None))
    before = [rows(hub, table, day) for table in ("ticket", "visit") for day in (TODAY, YESTERDAY)]
    with hub.store._database.transaction() as connection:
        rebuild(connection, hub.store.log)
    assert [rows(hub, table, day) for table in ("ticket", "visit") for day in (TODAY, YESTERDAY)] == before
    with hub.store._database.transaction() as connection:
        hub.store.projection.write_today(connection)
    assert [rows(hub, table, day) for table in ("ticket", "visit") for day in (TODAY, YESTERDAY)] == before
