"""The sums of days against a plain loop over the log, and what becomes of them over months."""

from __future__ import annotations

import contextlib
import os
import resource
import shutil
import sqlite3
from collections import Counter
from datetime import date, timedelta
from typing import get_args

import pytest
from busy_day import COUNTERS, DAY_MS, PROMISE, SERVICES, Office, date_of
from plain_loop import figures

from appliance import texts
from appliance.engine import commands as c
from appliance.reports.report import Gatherer, office_of
from appliance.store.database import StorageFault
from appliance.store.reports.figures import COUNTS, Figures, Spread
from appliance.store.reports.history import History
from appliance.store.reports.spans import of, parse
from appliance.store.reports.summary import DIMENSIONS, SpecialKind
from appliance.store.reports.summing import sum_up
from appliance.store.reports.sums import SumsFile
from appliance.tools.office.sample_office import instant

SERVED = dict.fromkeys(COUNTERS, SERVICES)
DAYS = 5


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    """Five busy days, of which the last still lasts, and their sums."""
    folder = tmp_path_factory.mktemp("reports")
    office = Office(folder / "giliran.db")
    for number in range(DAYS):
        office.play(number, 400, number, close=number < DAYS - 1)
    office.close()
    sum_up(folder / "giliran.db", folder / "reports.db")
    return folder


def history(folder):
    return History(folder / "giliran.db", folder / "reports.db")


def day(number):
    return parse(date_of(number))


def spread(spans):
    found = Spread()
    for span in spans:
        found.take(span)
    return found


@pytest.mark.parametrize("number", range(DAYS))
def test_every_figure_of_a_day_is_what_a_plain_loop_counts(office, number):
    expected, spans = figures(office / "giliran.db", date_of(number), PROMISE, SERVED)
    found = history(office).total(day(number))
    if number == DAYS - 1:  # whoever is there is not left yet, nor is who is being served
        expected["left"], expected["served"] = found.left, found.served
        assert found.left == 0
    assert {name: getattr(found, name) for name in expected} == expected
    assert {name: getattr(found, name) for name in spans} == {name: spread(all_of) for name, all_of in spans.items()}


def test_everything_that_is_counted_happened(office):
    whole = history(office).total(parse(f"{date_of(0)}..{date_of(DAYS - 1)}"))
    assert [name for name in COUNTS if not getattr(whole, name)] == []


@pytest.mark.parametrize("dimension", ["service", "counter", "class", "channel", "hour", "service hour"])
def test_the_parts_add_up_to_the_whole(office, dimension):
    span = parse(f"{date_of(0)}..{date_of(DAYS - 1)}")
    whole, parts = history(office).total(span), history(office).by(dimension, span)
    of_tickets = {"arrived", "served", "no_show", "cancelled", "left", "priority", "stays"}
    of_counters = {"idle_ms", "open_ms", "paused_ms"}
    added = Figures()
    for part in parts.values():
        added.add(part)
    names = {*COUNTS, "wait", "walk", "service", "gap", "stays"}
    names -= of_tickets if dimension == "counter" else set()
    names -= set() if dimension in ("counter", "hour") else of_counters
    names -= {"quick"} if dimension in ("class", "channel") else set()
    assert {name: getattr(added, name) for name in names} == {name: getattr(whole, name) for name in names}


def test_a_span_is_the_sum_of_its_days_whatever_it_is_made_of(office):
    days = Figures()
    for number in range(DAYS):
        days.add(history(office).total(day(number)))
    whole = of("month", date.fromisoformat(date_of(0)))
    assert all(date.fromisoformat(date_of(n)) <= whole.last for n in range(DAYS))
    assert history(office).total(whole) == days
    assert history(office).total(of("year", whole.first)) == days
    assert sum(f.arrived for _, f in history(office).series(whole, "day")) == days.arrived
    assert sum(f.calls for _, f in history(office).series(whole, "week")) == days.calls
    heat = Counter({key: f.arrived for key, f in history(office).heat(whole).items()})
    part = parse(f"{date_of(0)}..{date_of(DAYS - 1)}")
    assert heat == Counter({key: f.arrived for key, f in history(office).heat(part).items()})
    assert heat.total() == days.arrived


def test_officers_have_what_their_sessions_did(office):
    found = history(office).by("officer", day(0))
    with contextlib.closing(sqlite3.connect(office / "giliran.db")) as connection:
        rows = dict(
            connection.execute("SELECT officer, count(*) FROM visit WHERE day = ? GROUP BY officer", (date_of(0),))
        )
    rows.pop("", None)
    assert {name: f.calls for name, f in found.items() if f.calls} == rows


def test_the_tickets_behind_a_figure_are_the_ones_it_counts(office):
    told, found = history(office), history(office).by("service", day(1))
    for service in SERVICES:
        rows = told.behind(date.fromisoformat(date_of(1)), service=service)
        assert len(rows) == found[service].calls
    paged, after = [], 0
    while page := told.behind(date.fromisoformat(date_of(1)), after, 7):
        paged += page
        after = page[-1].seq
    assert paged == told.behind(date.fromisoformat(date_of(1)))
    called = {row.number for row in paged}
    assert called.isdisjoint(row.number for row in told.not_called(date.fromisoformat(date_of(1))))


def test_what_is_summed_is_not_summed_again_and_what_was_added_is(office, tmp_path):
    for name in ("giliran.db", "reports.db"):
        shutil.copy(office / name, tmp_path / name)
    hub, reports = tmp_path / "giliran.db", tmp_path / "reports.db"
    assert sum_up(hub, reports).days == 0
    later = Office(hub)
    later.now = later.clerk.day.at + DAY_MS // 2
    later.clerk.do(c.CloseDay(), later.now)  # the hub was off in the evening
    later.play(DAYS, 50, 99)
    later.close()
    days = []
    sum_up(hub, reports, lambda told: days.append(told.day))
    assert days == [date_of(DAYS - 1), date_of(DAYS)]
    before, after = history(office).total(day(DAYS - 1)), History(hub, reports).total(day(DAYS - 1))
    assert after.left > 0, "whoever still waited was left"
    assert after.idle_ms == before.idle_ms, "what nobody worked in is nobody's time"
    specials = [special.kind for _, special in History(hub, reports).special(day(DAYS - 1), 100)]
    assert "closed_late" in specials


def test_a_file_of_sums_that_is_damaged_or_of_another_release_is_made_anew(office, tmp_path):
    for name in ("giliran.db", "reports.db"):
        shutil.copy(office / name, tmp_path / name)
    hub, reports = tmp_path / "giliran.db", tmp_path / "reports.db"
    whole = History(hub, reports).total(parse(date_of(0)[:7]))
    reports.write_bytes(b"SQLite format 3\0" + b"rubbish" * 1000)
    assert sum_up(hub, reports).days == DAYS
    assert History(hub, reports).total(parse(date_of(0)[:7])) == whole
    with contextlib.closing(sqlite3.connect(reports)) as connection:
        connection.execute("PRAGMA user_version = 77")
    assert History(hub, reports).ends() is None
    assert sum_up(hub, reports).days == DAYS


def spoilt(file, table):
    """Let the pages of a table lose what stands in them, but for the first one."""
    with contextlib.closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        size = connection.execute("PRAGMA page_size").fetchone()[0]
        root = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)).fetchone()[0]
    content = bytearray(file.read_bytes())
    content[(root - 1) * size : root * size] = b"\xa5" * size
    file.write_bytes(content)


@pytest.mark.parametrize("table", ["sums", "special"])
@pytest.mark.parametrize("more", [False, True])
def test_damage_that_only_a_reader_meets_has_the_file_made_anew_as_well(office, tmp_path, table, more):
    for name in ("giliran.db", "reports.db"):
        shutil.copy(office / name, tmp_path / name)
    hub, reports = tmp_path / "giliran.db", tmp_path / "reports.db"
    spoilt(reports, table)
    if more:  # the one who writes meets it
        later = Office(hub)
        later.now = later.clerk.day.at + 1000
        later.clerk.do(c.CloseDay(), later.now)
        later.close()
    else:
        with contextlib.suppress(StorageFault):
            gathered(tmp_path, date_of(0))
    sum_up(hub, reports)
    found, expected = gathered(tmp_path, date_of(0)), gathered(office, date_of(0))
    assert (found.total, found.tables, found.remarks) == (expected.total, expected.tables, expected.remarks)
    assert sum_up(hub, reports).days == 0


def test_sums_that_are_no_figures_are_made_anew(office, tmp_path):
    for name in ("giliran.db", "reports.db"):
        shutil.copy(office / name, tmp_path / name)
    with contextlib.closing(sqlite3.connect(tmp_path / "reports.db")) as connection, connection:
        connection.execute("UPDATE sums SET body = x'c1' WHERE dimension = 'service'")
    with pytest.raises(StorageFault):
        history(tmp_path).by("service", day(0))
    sum_up(tmp_path / "giliran.db", tmp_path / "reports.db")
    assert history(tmp_path).by("service", day(0)) == history(office).by("service", day(0))


def test_a_full_disk_costs_no_sums(office, tmp_path):
    for name in ("giliran.db", "reports.db"):
        shutil.copy(office / name, tmp_path / name)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        with pytest.raises(StorageFault):
            SumsFile(tmp_path / "reports.db")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert sum_up(tmp_path / "giliran.db", tmp_path / "reports.db").days == 0


def test_a_day_whose_records_were_altered_is_told_and_costs_no_other(office, tmp_path):
    shutil.copy(office / "giliran.db", tmp_path / "giliran.db")
    with contextlib.closing(sqlite3.connect(tmp_path / "giliran.db")) as connection, connection:
        seq = connection.execute("SELECT max(seq) FROM event WHERE day = ?", (date_of(2),)).fetchone()[0]
        connection.execute("UPDATE event SET body = '{' WHERE seq = ?", (seq,))
    assert sum_up(tmp_path / "giliran.db", tmp_path / "reports.db").unreadable == [date_of(2)]
    found = history(tmp_path)
    assert [special.kind for _, special in found.special(day(2), 10)] == ["unreadable"]
    assert not gathered(tmp_path, date_of(2)).is_open
    assert found.total(day(2)) == Figures()
    assert found.total(day(3)) == history(office).total(day(3))


def altered(connection, kind, old, new):
    """Alter a record of the third day so that it can be read all the same."""
    query = "SELECT seq, CAST(body AS TEXT) FROM event WHERE day = ? AND type = ? AND instr(body, ?) ORDER BY seq"
    seq, body = connection.execute(query, (date_of(2), kind, old)).fetchone()
    connection.execute("UPDATE event SET body = ? WHERE seq = ?", (body.replace(old, new, 1), seq))


@pytest.mark.parametrize(
    ("kind", "old", "new"),
    [
        ("TicketCalled", '"number":"', '"number":"X'),
        ("TicketCalled", '"counter":"', '"counter":"X'),
        ("ServiceStarted", '"number":"', '"number":"X'),
        ("TicketIssued", '"service":"', '"service":"X'),
    ],
)
def test_a_record_that_says_what_cannot_have_happened_costs_its_own_day_alone(office, tmp_path, kind, old, new):
    for name in ("giliran.db", "reports.db"):
        shutil.copy(office / name, tmp_path / name)
    (tmp_path / "reports.db").unlink()
    with contextlib.closing(sqlite3.connect(tmp_path / "giliran.db")) as connection, connection:
        altered(connection, kind, old, new)
    assert sum_up(tmp_path / "giliran.db", tmp_path / "reports.db").unreadable == [date_of(2)]
    assert history(tmp_path).total(day(3)) == history(office).total(day(3))


def test_a_day_that_can_be_read_again_has_its_figures_back(office, tmp_path):
    shutil.copy(office / "giliran.db", tmp_path / "giliran.db")
    with contextlib.closing(sqlite3.connect(tmp_path / "giliran.db")) as connection, connection:
        altered(connection, "TicketIssued", '"number":"', '"number":7,"x":"')
    assert sum_up(tmp_path / "giliran.db", tmp_path / "reports.db").unreadable == [date_of(2)]
    assert sum_up(tmp_path / "giliran.db", tmp_path / "reports.db").unreadable == [date_of(2)]
    shutil.copy(office / "giliran.db", tmp_path / "giliran.db")  # a backup was restored
    assert sum_up(tmp_path / "giliran.db", tmp_path / "reports.db").unreadable == []
    assert history(tmp_path).total(day(2)) == history(office).total(day(2))
    assert history(tmp_path).special(day(2), 10) == history(office).special(day(2), 10)


@pytest.mark.parametrize("later", [False, True])
def test_a_day_that_a_mistyped_date_opened_and_staff_took_back_was_none(office, tmp_path, later):
    for name in ("giliran.db", "reports.db"):
        shutil.copy(office / name, tmp_path / name)
    hub, reports = tmp_path / "giliran.db", tmp_path / "reports.db"
    mistyped = Office(hub)
    clerk, evening = mistyped.clerk, mistyped.clerk.day.at + DAY_MS // 2
    clerk.do(c.CloseDay(), evening)
    right, wrong = evening + 60_000, evening + 400 * DAY_MS
    clerk.do(c.VouchTime(wrong, "Siti", sure=True), wrong, "web-1 Siti")
    clerk.do(c.OpenDay(date_of(400), (), wrong + DAY_MS // 24), wrong)
    clerk.do(c.OpenCounter("1", "Siti"), wrong + 1, "web-1 Siti")
    sum_up(hub, reports)  # also if it was summed while nobody had noticed
    clerk.do(c.VouchTime(right, "Siti", sure=True), right, "web-1 Siti")
    if later:
        mistyped.play(DAYS, 50, 99)
    mistyped.now = clerk.day.at + 1000
    ten = instant(10 * 3600) + 2 * DAY_MS
    assert mistyped.wish(paper("A001", ten, date_of(2), called=ten + 60_000, counter="1"), "Siti")
    mistyped.close()
    sum_up(hub, reports)
    ends = History(hub, reports).ends()
    assert ends == (date.fromisoformat(date_of(0)), date.fromisoformat(date_of(DAYS if later else DAYS - 1)))
    assert History(hub, reports).by("channel", day(2))["paper"].calls == 1, "sheets are still added"
    assert sum_up(hub, reports).days == 0


def test_a_pause_is_a_part_of_the_time_in_which_a_counter_is_open(tmp_path):
    played, hour = Office(tmp_path / "giliran.db"), DAY_MS // 24
    played.open(0)
    assert played.wish(c.OpenCounter("1", "Siti"), "Siti")
    played.now += hour
    assert played.wish(c.PauseCounter("1", "Siti", reason="break"), "Siti")
    played.now += hour // 2
    assert played.wish(c.OpenCounter("1", "Siti"), "Siti")
    played.now += hour
    assert played.wish(c.CloseCounter("1", "Siti"), "Siti")
    played.close()
    sum_up(tmp_path / "giliran.db", tmp_path / "reports.db")
    found = history(tmp_path)
    one, by_hour = found.by("counter", day(0))["1"], found.by("hour", day(0))
    assert (one.open_ms, one.paused_ms) == (5 * hour // 2, hour // 2)
    assert found.by("officer", day(0))["Siti"].open_ms == 5 * hour // 2
    assert found.total(day(0)).open_ms == len(COUNTERS) * 5 * hour // 2, "the others open with the day"
    assert [(key, one.paused_ms) for key, one in by_hour.items()] == [("09", 0), ("10", hour // 2), ("11", 0)]


@pytest.mark.parametrize("waits", [False, True])
def test_a_gap_is_one_if_anybody_waited_meanwhile_whoever_is_called_then(tmp_path, waits):
    played, minute = Office(tmp_path / "giliran.db"), 60_000
    played.open(0)
    for _ in range(2 if waits else 1):
        assert played.wish(c.IssueTicket(SERVICES[0]), node="kiosk-1")
    assert played.wish(c.CallNext("1", "Siti"), "Siti")
    played.now += 5 * minute
    assert played.wish(c.Finish("1", "Siti"), "Siti")
    played.now += minute
    assert played.wish(c.IssueTicket(SERVICES[0], priority=True), node="kiosk-1")
    played.now += 2 * minute
    assert played.wish(c.CallNumber("1", "Siti", number=list(played.clerk.day.tickets)[-1], reason="urgent"), "Siti")
    played.close()
    sum_up(tmp_path / "giliran.db", tmp_path / "reports.db")
    assert history(tmp_path).total(day(0)).gap == spread([3 * minute] if waits else [])


def test_who_is_being_served_when_the_day_ends_keeps_the_service_they_had_before(tmp_path):
    played, minute = Office(tmp_path / "giliran.db"), 60_000
    played.open(0)
    assert played.wish(c.IssueTicket(SERVICES[0]), node="kiosk-1")
    for wish in (c.CallNext("1", "Siti"), c.Start("1", "Siti"), c.Transfer("1", "Siti", service=SERVICES[1]),
                 c.CallNext("2", "Budi"), c.Start("2", "Budi")):  # fmt: skip
        played.now += 4 * minute
        assert played.wish(wish, wish.officer)
    played.now += 60 * minute
    played.clerk.do(c.CloseDay(), played.now)
    played.close()
    sum_up(tmp_path / "giliran.db", tmp_path / "reports.db")
    assert history(tmp_path).total(day(0)).service == spread([4 * minute])
    assert history(tmp_path).total(day(0)).served == 1


@pytest.mark.skipif(os.geteuid() != 0, reason="only root makes files that are another's")
def test_what_root_sums_up_first_is_the_webs_all_the_same(office, tmp_path):
    shutil.copy(office / "giliran.db", tmp_path / "giliran.db")
    nobody = 65534
    folder = tmp_path / "web"
    folder.mkdir()
    os.chown(folder, nobody, nobody)
    with contextlib.closing(SumsFile(folder / "reports.db")) as file:
        file.forget([])
        found = {path.name: path.stat().st_uid for path in folder.iterdir()}
    assert found == dict.fromkeys(("reports.db", "reports.db-wal", "reports.db-shm"), nobody)


def test_every_dimension_is_kept(office):
    assert all(history(office).by(dimension, day(0)) for dimension in DIMENSIONS)


def gathered(folder, span):
    return Gatherer(history(folder), office_of(folder / "giliran.db"), "en").gather(parse(span), instant(0))


def paper(number, at, date, *, called=None, served=None, counter=None):
    return c.EnterPaper(f"K-{number}", date, at, called, served, counter=counter)


def test_numbers_on_paper_are_counted_on_their_day_though_that_is_over(office, tmp_path):
    for name in ("giliran.db", "reports.db"):
        shutil.copy(office / name, tmp_path / name)
    hub, reports = tmp_path / "giliran.db", tmp_path / "reports.db"
    before = history(office).total(day(1))
    later = Office(hub)
    later.now += later.clerk.day.at + 1000
    ten = instant(10 * 3600)
    minute = 60_000
    closed = (date.fromisoformat(date_of(0)) - timedelta(days=2)).isoformat()
    assert later.wish(paper("A001", ten + DAY_MS, date_of(1), called=ten + DAY_MS + 7 * minute, counter="1"), "Siti")
    served = paper("B001", ten + DAY_MS, date_of(1), called=ten + DAY_MS + minute, served=ten + DAY_MS + 4 * minute)
    assert later.wish(served, "Siti")
    assert later.wish(paper("A001", ten - 2 * DAY_MS, closed), "Siti"), "a day on which nothing was opened"
    later.close()
    days = []
    sum_up(hub, reports, lambda told: days.append(told.day))
    assert days == [closed, date_of(1), date_of(DAYS - 1)]
    found, expected = History(hub, reports).total(day(1)), before
    assert (found.arrived, found.calls) == (expected.arrived + 2, expected.calls + 2)
    assert (found.served, found.no_show) == (expected.served + 1, expected.no_show + 1)
    assert found.wait.total_ms == expected.wait.total_ms + 8 * minute
    assert found.service.total_ms == expected.service.total_ms + 3 * minute
    assert found.idle_ms == expected.idle_ms
    assert History(hub, reports).by("channel", day(1))["paper"].calls == 2
    assert (
        History(hub, reports).by("hour", day(1))["10"].arrived == history(office).by("hour", day(1))["10"].arrived + 2
    )
    alone = History(hub, reports).total(parse(closed))
    assert (alone.arrived, alone.left, alone.calls) == (1, 1, 0)
    assert [special.kind for _, special in History(hub, reports).special(parse(closed), 9)] == ["only_paper"]
    assert not gathered(tmp_path, closed).is_open, "what was on paper alone is over"
    assert not gathered(tmp_path, date_of(1)).is_open
    assert gathered(tmp_path, date_of(DAYS - 1)).is_open
    assert sum_up(hub, reports).days == 0


@pytest.mark.parametrize("again", [False, True])
def test_of_what_a_restored_log_does_not_know_nothing_stays(office, tmp_path, again):
    for name in ("giliran.db", "reports.db"):
        shutil.copy(office / name, tmp_path / name)
    hub, reports = tmp_path / "giliran.db", tmp_path / "reports.db"
    ten, minute = instant(10 * 3600), 60_000
    closed = (date.fromisoformat(date_of(0)) - timedelta(days=2)).isoformat()

    def enter(waited):
        desk = Office(hub)
        desk.now = desk.clerk.day.at + 1000
        sheet = paper("A001", ten + DAY_MS, date_of(1), called=ten + DAY_MS + waited * minute, counter="1")
        assert desk.wish(sheet, "Siti")
        return desk

    desk = enter(7)
    assert desk.wish(paper("A001", ten - 2 * DAY_MS, closed), "Siti"), "a day on which nothing was opened"
    desk.close()
    sum_up(hub, reports)
    assert History(hub, reports).day(date.fromisoformat(closed)) is not None
    shutil.copy(office / "giliran.db", hub)
    if again:  # typed once more, and otherwise
        desk = enter(9)
        desk.close()
    sum_up(hub, reports)
    assert History(hub, reports).day(date.fromisoformat(closed)) is None
    expected = history(office).total(day(1)).wait.total_ms + (9 * minute if again else 0)
    assert History(hub, reports).total(day(1)).wait.total_ms == expected
    assert sum_up(hub, reports).days == 0


def test_before_any_day_was_opened_there_is_nothing_but_paper_to_sum(tmp_path):
    hub, reports = tmp_path / "giliran.db", tmp_path / "reports.db"
    new = Office(hub)
    assert sum_up(hub, reports).days == 0
    new.now = instant(10 * 3600)
    assert new.wish(paper("A001", new.now - DAY_MS, date_of(-1)), "Siti")
    new.close()
    assert sum_up(hub, reports).days == 1
    assert sum_up(hub, reports).days == 0


def test_a_day_that_was_opened_by_mistake_years_ahead_keeps_no_paper_out(office, tmp_path):
    for name in ("giliran.db", "reports.db"):
        shutil.copy(office / name, tmp_path / name)
    hub, reports = tmp_path / "giliran.db", tmp_path / "reports.db"
    with contextlib.closing(sqlite3.connect(hub)) as connection, connection:
        connection.execute("UPDATE event SET day = '2044-01-01' WHERE day = ?", (date_of(0),))
    sum_up(hub, reports)
    later = Office(hub)
    later.now += later.clerk.day.at + 1000
    assert later.wish(paper("A001", instant(10 * 3600) + DAY_MS, date_of(1)), "Siti")
    later.close()
    sum_up(hub, reports)
    assert History(hub, reports).by("channel", day(1))["paper"].arrived == 1


def test_paper_that_a_restored_log_does_not_know_is_forgotten(office, tmp_path):
    for name in ("giliran.db", "reports.db"):
        shutil.copy(office / name, tmp_path / name)
    hub, reports = tmp_path / "giliran.db", tmp_path / "reports.db"
    closed = (date.fromisoformat(date_of(0)) - timedelta(days=2)).isoformat()
    later = Office(hub)
    later.now += later.clerk.day.at + 1000
    assert later.wish(paper("A001", instant(10 * 3600) - 2 * DAY_MS, closed), "Siti")
    later.close()
    sum_up(hub, reports)
    assert History(hub, reports).total(parse(closed)).arrived == 1
    shutil.copy(office / "giliran.db", hub)
    sum_up(hub, reports)
    assert History(hub, reports).total(parse(closed)).arrived == 0


def test_sums_that_are_made_anew_have_the_days_on_paper_of_long_ago(office, tmp_path):
    hub, reports = tmp_path / "giliran.db", tmp_path / "reports.db"
    shutil.copy(office / "giliran.db", hub)
    closed = (date.fromisoformat(date_of(0)) - timedelta(days=2)).isoformat()
    later = Office(hub)
    later.now += later.clerk.day.at + 1000
    assert later.wish(paper("A001", instant(10 * 3600) - 2 * DAY_MS, closed), "Siti")
    later.clerk.do(c.CloseDay(), later.now)
    later.play(90, 10, 90)
    later.close()
    sum_up(hub, reports)
    assert History(hub, reports).total(parse(closed)).arrived == 1
    assert sum_up(hub, reports).days == 0
    assert History(hub, reports).total(parse(closed)).arrived == 1


@pytest.mark.parametrize("text", ["9999", "9999-12", "9999-W52", "9999-12-31", "0001", "0001-01-01..0030-01-01"])
def test_a_span_at_the_end_of_the_calendar_is_none(text):
    assert parse(text) is None


@pytest.mark.parametrize("language", ["id", "en"])
def test_whatever_is_special_has_a_sentence(language):
    assert [kind for kind in get_args(SpecialKind) if not texts.find(f"reports.special.{kind}", language)] == []
