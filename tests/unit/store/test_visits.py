"""Rows for reports: one for each visit at a counter, and where each ticket came from; also for years that are there."""

from __future__ import annotations

import contextlib
import sqlite3

import pytest

from appliance.engine import commands as c
from appliance.engine.model import Counter, Definition, Journey, Outcome, Rules, Service, Span, Told
from appliance.store import backfill
from appliance.store.database import Database
from appliance.store.event_log import EventLog
from appliance.store.projections import rebuild
from appliance.store.store import Store
from appliance.tools.office.clerk import Clerk
from appliance.tools.proofs.past_rows import forget_rows, rows

NOW = 1_775_437_200_000
MINUTE = 60_000
HOUR = 60 * MINUTE
OFFICE = Definition(
    {"id": "Kantor"},
    (Service("a", "A", {"id": "a"}), Service("b", "B", {"id": "b"})),
    (Counter("1", {"id": "1"}, ("a",)), Counter("2", {"id": "2"}, ("a", "b"))),
    Rules(
        seconds_between_calls=0,
        no_show_min_calls=1,
        no_show_min_seconds=0,
        undo_seconds=300,
        outcomes=(Outcome("done", {"id": "Selesai"}), Outcome("papers", {"id": "Berkas kurang"})),
    ),
    journeys=(Journey("trip", {"id": "trip"}, ("a", "b")),),
    kiosks={"kiosk-1": "X"},
)
VISIT = "number, service, counter, officer, reason, waited_ms / 60000, calls, started_at IS NOT NULL, ending"


class Office:
    """Commands a minute apart, by whoever asks."""

    def __init__(self, file):
        self.file = file
        self.clerk = Clerk(file)
        self.now = NOW
        self.dates = 5

    def do(self, actor, *commands):
        for command in commands:
            self.now += MINUTE
            self.clerk.do(command, self.now, actor)

    def opens(self):
        self.dates += 1
        self.do(
            "hub", c.OpenDay(f"2026-04-{self.dates:02d}", (Span(self.now, self.now + 10 * HOUR),), self.now + 10 * HOUR)
        )
        self.do("web-1 siti", c.OpenCounter("1", "siti"))

    def morning(self):
        """Two come for one service and one for a journey; one of them is sent on, put aside and comes back."""
        self.opens()
        self.do("kiosk-1", c.IssueTicket("a"), c.IssueTicket("trip"))
        self.do("web-1 budi", c.IssueTicket("b"))
        self.do("keypad-1", c.CallNext("1"), c.Recall("1"), c.Start("1"), c.Transfer("1", service="b"))
        self.do("keypad-1", c.CallNext("1"), c.Finish("1"))
        self.do("web-1 budi", c.CallNext("2", "budi"), c.Park("2", "budi"), c.Return("A001", "budi"))
        self.do("keypad-2", c.CallNext("2"), c.NoShow("2"))
        self.do("keypad-2", c.CallNext("2"), c.Undo("2"))
        self.do("keypad-2", c.CallNext("2"))

    def night(self):
        self.do("hub", c.CloseDay())

    def visits(self, columns=VISIT):
        with contextlib.closing(sqlite3.connect(self.file)) as connection:
            query = f"SELECT {columns} FROM visit ORDER BY day, seq"  # noqa: S608  # our own columns
            return connection.execute(query).fetchall()


@pytest.fixture
def office(tmp_path):
    office = Office(tmp_path / "giliran.db")
    office.do("hub", c.DefineOffice(OFFICE))
    yield office
    office.clerk.close()


def test_every_visit_at_a_counter_has_a_row_that_nothing_later_overwrites(office):
    office.morning()
    assert office.visits() == [
        ("A001", "a", "1", "siti", "first_come", 3, 2, 1, "transferred"),
        ("A002", "a", "1", "siti", "first_come", 6, 1, 1, "served"),
        ("A001", "b", "2", "budi", "first_come", 9, 1, 0, "parked"),
        ("A001", "b", "2", "", "first_come", 12, 1, 0, "no_show"),
        ("A002", "b", "2", "", "first_come", 15, 1, 0, ""),
    ]
    office.night()
    assert office.visits("number, ending")[-1] == ("A002", "returned")


def test_a_press_that_is_taken_back_leaves_no_visit_and_gives_the_one_before_back(office):
    office.opens()
    office.do("kiosk-1", c.IssueTicket("a"), c.IssueTicket("a"))
    office.do("keypad-1", c.CallNext("1"))
    before = office.visits("*")
    office.do("keypad-1", c.CallNext("1"))
    assert [row[-2] for row in office.visits("*")] == ["served", ""]
    office.do("keypad-1", c.Undo("1"))
    assert office.visits("*") == before
    office.do("keypad-1", c.Finish("1"), c.Undo("1"))
    assert office.visits("*") == before


def test_what_was_done_stands_in_the_row_of_its_visit_and_goes_with_a_press_that_is_taken_back(office):
    office.opens()
    office.do("kiosk-1", c.IssueTicket("trip"), c.IssueTicket("a"))
    office.do("keypad-1", c.CallNext("1"), c.NoteOutcomes("1", number="A001", outcomes=("papers",)))
    office.do("keypad-1", c.Finish("1", outcomes=("done", "papers")))
    assert office.visits("number, outcomes") == [("A001", "done papers")]
    office.do("keypad-1", c.Undo("1"))
    assert office.visits("number, outcomes") == [("A001", "papers")]
    office.do("keypad-1", c.CallNext("1", outcomes=("done",)), c.CallNext("2"))
    office.do("web-1 siti", c.NoteOutcomes("1", number="A001", outcomes=("papers", "done")))
    assert office.visits("number, counter, outcomes") == [
        ("A001", "1", "papers done"),
        ("A002", "1", ""),
        ("A001", "2", ""),
    ]


def test_a_finish_is_taken_back_at_its_own_counter_though_another_one_called_on_the_journey_and_closed(office):
    office.opens()
    office.do("web-1 budi", c.OpenCounter("2", "budi"))
    office.do("kiosk-1", c.IssueTicket("trip"))
    office.do("keypad-1", c.CallNext("1"), c.Finish("1"))
    office.do("keypad-2", c.CallNext("2"), c.CloseCounter("2"))
    office.do("keypad-1", c.Undo("1"))
    assert office.visits("counter, ending") == [("1", ""), ("2", "returned")]
    office.do("keypad-1", c.NoShow("1"))
    assert office.visits("counter, ending") == [("1", "no_show"), ("2", "returned")]


def test_a_ticket_knows_on_what_way_by_whom_and_with_what_words_it_was_given(office):
    office.opens()
    office.do(
        "kiosk-1",
        c.IssueTicket("a", outlook=Told(0, 7.0, 3.2, 11.5)),
        c.MergeTickets("kiosk-1", (c.MergedTicket("AX01", "a", 0),)),
    )
    office.do("web-1 budi", c.Book("CODE1", "a", office.now + 30 * MINUTE), c.IssueTicket("b"))
    office.do("kiosk-1", c.IssueBooked("CODE1"))
    office.do("web-1 api Kota", c.IssueTicket("b", channel="online"))
    with contextlib.closing(sqlite3.connect(office.file)) as connection:
        given = connection.execute(
            "SELECT number, channel, node, told_ahead, told_low, told_high FROM ticket ORDER BY number"
        ).fetchall()
    assert given == [
        ("A001", "kiosk", "kiosk-1", 0, 0, 15),
        ("A002", "booked", "kiosk-1", *given[1][3:]),
        ("AX01", "offline", "kiosk-1", None, None, None),
        ("B001", "desk", "web-1", given[3][3], None, None),
        ("B002", "online", "web-1", given[4][3], None, None),
    ]


def test_the_rows_equal_those_that_are_made_anew_from_the_log(office):
    for _ in range(2):
        office.morning()
        office.night()
    kept = rows(office.file)
    with contextlib.closing(Database(office.file)) as database, database.transaction() as connection:
        rebuild(connection, EventLog(database))
    assert rows(office.file) == kept
    assert len(kept[1]) == 10


def test_the_rows_of_years_that_are_there_are_made_in_pieces_while_the_office_works(office, monkeypatch):
    """Each step in a hub of its own, as if the power failed after each; meanwhile the day goes on."""
    monkeypatch.setattr(backfill, "PIECE", 7)
    for _ in range(3):
        office.morning()
        office.night()
    office.opens()
    office.do("kiosk-1", c.IssueTicket("a"), c.IssueTicket("a"))
    office.do("keypad-1", c.CallNext("1"))
    office.clerk.close()
    wanted = rows(office.file)
    forget_rows(office.file)
    said = []
    for _ in range(100):
        office.clerk = Clerk(office.file)
        office.clerk.store.begin_backfill()
        work = office.clerk.store.backfill
        if work is None:
            break
        said.append(work.percent)
        # A day is made whole or begun again, so it takes some pieces until there is something to go on from.
        begun = cursor(office.file)
        while work.step() and cursor(office.file) == begun:
            pass
        office.clerk.close()
    assert rows(office.file) == wanted
    assert said == sorted(said)
    assert 3 <= len(said) < 100
    office.do("keypad-1", c.Finish("1"))
    assert office.visits("number, ending")[-1] == ("A001", "served")


def cursor(file):
    with contextlib.closing(sqlite3.connect(file)) as connection:
        return connection.execute("SELECT seq FROM cursor WHERE reader = 'backfill'").fetchone()


def test_a_new_database_has_nothing_to_make(office):
    office.morning()
    office.clerk.store.begin_backfill()
    assert office.clerk.store.backfill is None


def test_the_office_goes_on_while_a_day_of_before_is_half_made(office, monkeypatch):
    monkeypatch.setattr(backfill, "PIECE", 5)
    office.morning()
    office.night()
    office.opens()
    office.clerk.close()
    forget_rows(office.file)
    office.clerk = Clerk(office.file)
    office.clerk.store.begin_backfill()
    work = office.clerk.store.backfill
    while work.step():
        office.do("kiosk-1", c.IssueTicket("a"))
        office.do("keypad-1", c.CallNext("1"))
    kept = rows(office.file)
    with contextlib.closing(Store(office.file)) as store:
        store.load_day()
        store.begin_backfill()
        assert store.backfill is None
    with contextlib.closing(Database(office.file)) as database, database.transaction() as connection:
        rebuild(connection, EventLog(database))
    assert rows(office.file) == kept


def test_rows_of_the_day_before_one_that_is_void_stay_when_the_rest_is_made(office):
    office.morning()
    office.night()
    kept = rows(office.file)
    right, wrong = office.now + HOUR, office.now + 5 * 24 * HOUR
    office.clerk.do(c.VouchTime(wrong, "siti", sure=True), wrong, "web-1 siti")
    office.clerk.do(c.OpenDay("2026-04-12", (), wrong + HOUR), wrong)
    office.clerk.do(c.VouchTime(right, "siti", sure=True), right, "web-1 siti")
    assert office.clerk.day.date == "2026-04-06"
    with contextlib.closing(sqlite3.connect(office.file)) as connection, connection:
        connection.execute("INSERT INTO cursor VALUES ('backfill', ?)", (office.clerk.day.seq,))
    office.clerk.store.begin_backfill()
    assert rows(office.file) == kept
