"""The past in a browser: a head of office's Monday, every figure with what it means and the numbers behind it."""

from __future__ import annotations

import asyncio
import contextlib
import csv
import html
import io
import json
import re
import shutil
import sqlite3
from pathlib import Path

import msgspec
import pytest
from pages_bench import Office, Visitor

from appliance import commands as c
from appliance.commands import CounterId, ServiceId, TicketNumber
from appliance.engine.commands import CloseDay, DefineOffice, IssueTicket, OpenDay
from appliance.engine.definition import Definition
from appliance.engine.model import Span, Told
from appliance.node.daemon import SystemClock
from appliance.node.polling import until
from appliance.people import Permission
from appliance.reports import tables
from appliance.store.accounts import Accounts
from appliance.store.reports import summing
from appliance.store.reports.folding import SPECIAL
from appliance.store.reports.history import History
from appliance.store.reports.spans import parse
from appliance.texts import keys
from appliance.tools.office.clerk import Clerk
from appliance.units import HOUR, MINUTE
from appliance.web.reports.asked import Asked
from appliance.web.reports.looking import Looking
from appliance.web.reports.shown import DEFINED, DEFINITIONS, HEROES, IN_TABLE, OWN

MONDAY = 1_775_408_400_000
"""0.00 of 2026-04-06 in Jakarta, which ``pages_bench`` takes for today."""
DAY = 24 * HOUR
SITI, BUDI = "web-1 Siti", "web-1 Petugas Satu"
OFFICE = {
    "names": {"id": "Kantor"},
    "zone": "Asia/Jakarta",
    "services": [
        {"id": "a", "prefix": "A", "names": {"id": "Pendaftaran", "en": "Registration"}},
        {"id": "b", "prefix": "B", "names": {"id": "=Konsultasi <b>"}},
    ],
    "counters": [{"id": "1", "names": {"id": "Loket 1"}, "services": ["a", "b"]}],
    "rules": {"seconds_between_calls": 0, "no_show_min_seconds": 0, "promise_minutes": 10},
}


class Player:
    """Plays days of an office with one counter, minute by minute after eight o'clock."""

    def __init__(self, file):
        self.clerk = Clerk(file)
        self.eight = 0
        self.clerk.do(DefineOffice(msgspec.convert(OFFICE, Definition)), MONDAY - 400 * DAY)

    def opens(self, date, days_before):
        self.eight = MONDAY - days_before * DAY + 8 * HOUR
        ends = self.eight + 8 * HOUR
        self.clerk.do(OpenDay(date, (Span(self.eight, ends),), ends), self.eight)

    def comes(self, minute, service="a", *, told=None):
        issue = IssueTicket(ServiceId(service), outlook=told)
        return self.clerk.do(issue, self.eight + minute * MINUTE, "kiosk-1")[0].event.number

    def served(self, call, start, end, who=SITI):
        for kind, minute in ((c.CallNext, call), (c.Start, start), (c.Finish, end)):
            self.clerk.do(kind(CounterId("1")), self.eight + minute * MINUTE, who)

    def closes(self):
        self.clerk.do(CloseDay(), self.eight + 8 * HOUR)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("reports")
    play = Player(folder / "giliran.db")
    play.opens("2025-04-04", 367)
    play.comes(0)
    play.served(4, 5, 10)
    play.closes()
    play.opens("2026-04-02", 4)
    play.comes(0)
    play.comes(0)
    play.served(6, 7, 20)
    play.served(22, 23, 40, BUDI)
    play.closes()
    play.opens("2026-04-03", 3)
    *_, last = [play.comes(minute, told=Told(0, 5.0, 0.0, 5.0)) for minute in (0, 1, 2)]
    play.comes(3, "b")
    play.served(4, 5, 10)
    play.clerk.do(
        c.CallNumber(CounterId("1"), number=TicketNumber(last), reason="urgent"), play.eight + 11 * MINUTE, SITI
    )
    play.clerk.do(c.Finish(CounterId("1")), play.eight + 20 * MINUTE, SITI)
    play.clerk.do(c.Stop("Server pusat gangguan", None), play.eight + 21 * MINUTE, "web-1 Siti")
    play.clerk.do(c.CallNext(CounterId("1")), play.eight + 22 * MINUTE, BUDI)
    play.clerk.do(c.Recall(CounterId("1")), play.eight + 24 * MINUTE, BUDI)
    play.clerk.do(c.NoShow(CounterId("1")), play.eight + 25 * MINUTE, BUDI)
    play.closes()
    play.opens("2026-04-06", 0)
    play.comes(0)
    play.clerk.close()
    summing.sum_up(folder / "giliran.db", folder / "reports.db")
    return folder


@pytest.fixture(scope="module")
def office(folder):
    office = Office(folder, database=str(folder / "giliran.db"))
    office.open()
    yield office
    office.stop()


@pytest.fixture(scope="module")
def people(office):
    return {role: Visitor(office.address, role) for role in ("head", "administrator", "viewer", "officer", "desk")}


@pytest.fixture(scope="module")
def head(people):
    return people["head"]


def words(page):
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page.partition("<main")[2])).split())


def links(page):
    return [html.unescape(link) for link in re.findall(r'href="(/reports[^"]*)"', page)]


def test_monday_morning_shows_friday_beside_thursday_and_a_year_ago_and_the_week_before(head):
    status, page = head.get("/reports")
    text = words(page)
    assert status == 200
    assert "Jumat, 3 April 2026" in text
    assert "Warga dilayani 2 sama seperti Kam 2 April 2026 1 lebih banyak dari Jum 4 April 2025" in text
    assert "Separuh menunggu paling lama 9 menit" in text
    assert "Pergi sebelum dilayani 1" in text
    assert "Pekan lalu: Pekan 14, 30 Maret – 5 April 2026 Warga dilayani 4" in text


def test_it_is_all_said_in_english_as_well(office):
    text = words(Visitor(office.address, "head", "en").get("/reports")[1])
    assert "Friday, 3 April 2026" in text
    assert "Citizens served 2 the same as" in text
    assert "Registration" in text


@pytest.mark.parametrize(
    ("span", "title"),
    [
        ("2026-04-03", "Jumat, 3 April 2026"),
        ("2026-W14", "Pekan 14, 30 Maret – 5 April 2026"),
        ("2026-04", "April 2026"),
        ("2026", "2026"),
        ("2026-04-01..2026-04-03", "1 – 3 April 2026"),
    ],
)
@pytest.mark.parametrize("by", ["service", "counter", "officer", "channel", "class", "hour", "weekday"])
def test_every_span_is_told_by_everything(head, span, title, by):
    status, page = head.get(f"/reports?span={span}&by={by}")
    assert status == 200
    assert f"<h1>{title}</h1>" in page
    assert page.count("<figure") >= 3
    assert page.count("<table") >= page.count("<figure")


def test_a_span_can_be_given_as_two_days(head):
    assert "<h1>2 – 3 April 2026</h1>" in head.get("/reports?from=2026-04-02&to=2026-04-03")[1]
    assert "<h1>Kamis, 2 April 2026</h1>" in head.get("/reports?from=2026-04-02&to=2026-04-02")[1]


def test_a_span_without_a_business_day_says_so(head):
    for span in ("2026-04-04", "2019", "2026-W13"):
        assert "Tidak ada data untuk" in words(head.get(f"/reports?span={span}")[1])


@pytest.mark.parametrize("span", ["yesterday", "2026-13", "2026-04-03..2026-04-01", "0000", "%00", "9" * 300])
def test_what_is_no_span_is_said_and_the_last_day_is_shown(head, span):
    status, page = head.get(f"/reports?span={span}")
    assert status == 200
    assert "bukan hari, pekan, bulan, tahun, atau rentang" in words(page)
    assert "Jumat, 3 April 2026" in page


@pytest.mark.parametrize(
    "span",
    ["0001", "0001-01-01", "0001-W01", "0001-01-01..0001-01-02", "9999", "9999-12-31", "%D9%A2%D9%A0%D9%A2%D9%A6"],
)
def test_the_ends_of_the_calendar_are_no_spans(head, ask, span):
    status, page = head.get(f"/reports?span={span}")
    assert status == 200
    assert "bukan hari, pekan, bulan, tahun, atau rentang" in words(page)
    assert head.get(f"/reports/mine?span={span}")[0] in (200, 403)
    assert head.get(f"/reports/tickets?span={span}")[0] == 200
    assert head.get(f"/reports.csv?span={span}")[0] == 404
    assert head.get(f"/reports/download/{span}.xlsx")[0] == 404
    assert ask(Permission.REPORTS_READ)(f"span={span}")[0] == 422


@pytest.mark.parametrize(
    "query", ["by=nothing", "after=x&day=2026-04-03", "service=%27%3B&day=2026-04-03", "by=%E2%80%AE"]
)
def test_odd_questions_are_answered(head, query):
    assert head.get(f"/reports?{query}")[0] == 200
    assert head.get(f"/reports/tickets?{query}")[0] == 200


def test_a_day_that_goes_on_says_as_of_when(head):
    said = "Hari ini masih berjalan: angka per pukul 12.00."
    assert until(lambda: said in words(head.get("/reports?span=2026-04-06")[1]))


def test_every_figure_leads_to_its_definition_and_all_are_published_to_everybody(office, head):
    stranger = Visitor(office.address)
    published = set(re.findall(r'<section class="card" id="(\w+)"', stranger.get("/reports/definitions")[1]))
    asked = {link.partition("#")[2] for link in links(head.get("/reports")[1]) if "definitions#" in link}
    assert asked <= published == set(DEFINITIONS)
    assert set(DEFINED.values()) <= published
    assert head.get("/reports")[1].count('href="/reports/definitions#wait"') >= 4


def test_from_a_figure_of_a_month_to_its_numbers_it_is_two_clicks(head):
    first = next(
        link for link in links(head.get("/reports?span=2026-04")[1]) if "tickets" in link and "service=a" in link
    )
    second = next(link for link in links(head.get(first)[1]) if "2026-04-03" in link)
    text = words(head.get(second)[1])
    assert "A001 Pendaftaran" in text
    assert "B001" not in text


def test_the_numbers_of_a_day_say_what_came_of_each(head):
    text = words(head.get("/reports/tickets?span=2026-04-03")[1])
    assert "A001 Pendaftaran Kios 08.00 08.04 4,0 0–5 1,0 5,0 Loket 1 Siti selesai" in text
    assert "A002 Pendaftaran Kios 08.01 08.22 21,0 0–5 – – Loket 1 Petugas Satu tidak hadir" in text
    assert "Yang tidak pernah dipanggil" in text
    assert "B001 =Konsultasi <b> Kios 08.03 belum dilayani saat tutup" in text


def test_who_was_never_called_is_told_however_many_there_were(folder, tmp_path):
    hub = tmp_path / "giliran.db"
    shutil.copy(folder / "giliran.db", hub)
    with contextlib.closing(sqlite3.connect(hub)) as file:
        file.executemany(
            "INSERT INTO ticket (day, number, service, priority, state, arrived_at, seq, calls)"
            " VALUES ('2026-04-03', ?, 'a', 0, 'expired', ?, ?, 0)",
            [(f"A{place:03}", MONDAY, -place) for place in range(900, 500, -1)],
        )
        file.commit()
    past = Looking(History(hub, folder / "reports.db"), hub, "Asia/Jakarta", "id")
    span = parse("2026-04-03")
    missing = past.behind(Asked(span, only={"service": "b"}), "/reports/tickets").missing
    assert [row.ticket.number for row in missing] == ["B001"]
    assert len(past.behind(Asked(span), "/reports/tickets").missing) == 401


def test_numbers_come_page_by_page_each_once(head, monkeypatch):
    monkeypatch.setattr("appliance.web.reports.behind.A_PAGE", 1)
    path, seen = "/reports/tickets?span=2026-04-03", []
    while path:
        page = head.get(path)[1]
        seen += re.findall(r'<th scope="row"><a href="/log\?number=(\w+)', page)
        path = next((link for link in links(page) if "after=" in link), "")
    assert seen == ["A001", "A003", "A002"]


def test_what_was_special_is_told_as_the_log_tells_it_and_who_was_overtaken(head):
    text = words(head.get("/reports?span=2026-04-03")[1])
    assert "Server pusat gangguan" in text
    assert re.search(r"A003 08.11 Pendaftaran Loket 1 Siti pilihan petugas: mendesak 1: A002", text)


def test_every_special_event_has_its_sentence():
    kinds = {*SPECIAL.values(), "not_closed", "reopened", "unreadable"}
    for language in ("id", "en"):
        assert {f"reports.special.{kind}" for kind in kinds} <= keys(language)


def test_every_figure_has_its_definition_and_its_words_in_both_languages():
    assert set(DEFINED) == set(tables.MEASURES)
    assert set(DEFINED.values()) <= set(DEFINITIONS)
    wanted = {f"reports.define.{name}.{part}" for name in DEFINITIONS for part in ("name", "what", "formula")}
    wanted |= {f"reports.hero.{name}" for name in (*HEROES, *OWN)} | {f"reports.column.{name}" for name in IN_TABLE}
    for language in ("id", "en"):
        assert wanted <= keys(language)


def test_single_officers_are_shown_to_the_head_alone(people):
    for role in ("administrator", "viewer"):
        visitor = people[role]
        for path in ("/reports?span=2026-04-03&by=officer", "/reports/tickets?span=2026-04-03&officer=Siti"):
            status, page = visitor.get(path)
            assert (status, "Siti" in words(page)) == (200, False), (role, path)
        assert "by=officer" not in visitor.get("/reports?span=2026-04-03")[1]
        assert visitor.get("/reports.csv?span=2026-04-03&by=officer")[0] == 403
        assert visitor.get("/reports.json?span=2026-04-03&by=officer")[0] == 403
    assert "Siti" in words(people["head"].get("/reports?span=2026-04-03&by=officer")[1])


def test_officers_see_themselves_alone(office, people):
    officer = people["officer"]
    assert officer.get("/reports")[0] == 403
    status, page = officer.get("/reports/mine?span=2026-04-02&officer=Siti")
    assert status == 200
    assert "Tidak ada panggilan Anda" in words(page)
    assert people["desk"].get("/reports/mine")[0] == 403
    text = words(officer.get("/reports/mine/tickets?span=2026-04-02&officer=Siti")[1])
    assert "A001" not in text


def test_an_officers_own_figures(folder):
    past = Looking(History(folder / "giliran.db", folder / "reports.db"), Path(), "Asia/Jakarta", "id")
    own = past.own(parse("2026-04"), "Siti")
    assert [(one.name, one.value) for one in own.heroes][:2] == [("calls", "3"), ("service_mean", "9")]


def test_tables_are_taken_away_as_csv_that_no_spreadsheet_runs(head):
    status, headers, body = head.fetch("/reports.csv?span=2026-04-03&by=service")
    rows = list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))
    assert status == 200
    assert 'filename="giliran-2026-04-03-service.csv"' in headers["content-disposition"]
    assert [row[0] for row in rows] == ["Layanan", "Pendaftaran", "'=Konsultasi <b>"]
    assert rows[1][1] == "3"


def test_tables_are_taken_away_as_json(head):
    told = json.loads(head.fetch("/reports.json?span=2026-04-03&by=service")[2])
    assert (told["span"], told["by"], told["units"]["wait_median"]) == ("2026-04-03", "service", "minutes")
    assert told["rows"][0]["arrived"] == 3
    assert told["rows"][0]["within_promise"] == pytest.approx(2 / 3)
    assert head.get("/reports.json?span=nothing")[0] == 404
    steps = json.loads(head.fetch("/reports.json?span=2026&step=day")[2])
    assert [row["arrived"] for row in steps["rows"]] == [2, 4, 1]


@pytest.mark.expects_log("file is not a database|no such file")
def test_a_file_of_sums_that_is_spoilt_is_told_and_everything_else_works(tmp_path, folder):
    office = Office(tmp_path, database=str(folder / "giliran.db"))
    office.open()
    try:
        (tmp_path / "reports.db").write_bytes(b"something else" * 100)
        head = Visitor(office.address, "head")
        status, page = head.get("/reports")
        assert (status, "Angka tidak dapat dibaca di sini." in page) == (200, True)
        assert head.get("/wall")[0] == 200
        # It was thrown away and made anew meanwhile, for somebody looked.
        assert until(lambda: "Jumat, 3 April 2026" in head.get("/reports")[1])
    finally:
        office.stop()


def test_sums_that_fail_are_told_with_their_reason_and_tried_again(tmp_path):
    office = Office(tmp_path, database=str(tmp_path / "giliran.db"))
    office.open()
    try:
        head = Visitor(office.address, "head")
        head.get("/reports")
        assert until(lambda: "Angka belum dapat dijumlahkan." in head.get("/reports")[1])
        assert "no such file" in words(head.get("/reports")[1])
        assert "Belum ada hari kerja yang dapat dilaporkan." in words(head.get("/reports")[1])
    finally:
        office.stop()


def test_a_service_that_was_removed_keeps_its_name(head, folder):
    with contextlib.closing(sqlite3.connect(folder / "reports.db")) as file:
        names = dict(file.execute("SELECT id, names FROM name WHERE kind = 'service'").fetchall())
    assert json.loads(names["a"])["id"] == "Pendaftaran"
    assert "Pendaftaran" in words(head.get("/reports?span=2025")[1])


# -- for other systems -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def ask(office):
    def make(*scopes):
        accounts = Accounts(Path(office.settings.accounts), SystemClock().monotonic_ms)
        _, secret = accounts.make_token("Situs", frozenset(scopes), 30, "test")
        accounts.close()
        stranger = Visitor(office.address)

        def ask(query):
            status, _, body = stranger.fetch(f"/api/1/reports?{query}", authorization=f"Bearer {secret}")
            return status, json.loads(body)

        return ask

    return make


def test_other_systems_read_the_same_figures(ask):
    read = ask(Permission.REPORTS_READ)
    status, told = read("span=2026-04-03&by=service")
    assert (status, told["span"], told["first"], told["units"]["wait_median"]) == (
        200,
        "2026-04-03",
        "2026-04-03",
        "minutes",
    )
    first = told["rows"][0]
    assert (first["key"], first["names"]["en"], first["figures"]["arrived"]) == ("a", "Registration", 3.0)
    assert "open" not in first["figures"]
    assert [row["key"] for row in read("span=2026&by=month")[1]["rows"]] == ["2026-04"]
    assert read("span=2026-W14")[1]["rows"][0]["figures"]["served"] == 4.0
    assert read("span=2019")[1]["rows"] == []


def test_other_systems_are_refused_what_is_no_span_and_officers_without_the_scope(ask):
    assert ask(Permission.REPORTS_READ)("span=yesterday")[0] == 422
    assert ask(Permission.WALL_READ)("span=2026")[0] == 403
    assert ask(Permission.REPORTS_READ)("span=2026&by=officer")[0] == 403
    both = ask(Permission.REPORTS_READ, Permission.OFFICERS_COMPARE)
    assert {row["key"] for row in both("span=2026&by=officer")[1]["rows"]} == {"Siti", "Petugas Satu"}


# -- when sums are made ----------------------------------------------------------------------------------------------


def test_sums_are_made_at_the_start_when_the_day_closes_and_when_somebody_looks(tmp_path, folder, monkeypatch):
    office = Office(tmp_path, database=str(folder / "giliran.db"))
    office.open()
    sums = office.site.sums

    def runs(count):
        return until(lambda: len(seen) >= count and not sums._job.running)

    seen = []
    start = sums._job.start
    sums._job.start = lambda *arguments: start(*arguments) and (seen.append(arguments) or True)
    keeping = asyncio.run_coroutine_threadsafe(sums.keep(), office.loop)
    try:
        assert runs(1), "at the start"
        head = Visitor(office.address, "head")
        head.get("/reports")
        head.get("/reports")
        assert len(seen) == 1, "they are fresh"
        office.open(phase="closed")
        assert runs(2), "the day has closed"
        monkeypatch.setattr("appliance.web.reports.sums.FRESH_SECONDS", 0.0)
        head.get("/reports")
        assert runs(3), "they are older than a minute"
    finally:
        keeping.cancel()
        office.stop()


# -- paper beside the queue ------------------------------------------------------------------------------------------


def test_another_row_under_the_id_of_one_that_was_sent_is_kept_as_well(head):
    row = {"date": "2026-04-01", "number": "A 7", "arrived": "0801", "id": "0" * 31 + "7"}
    for sent in (row, row, {**row, "number": "A 8"}, {**row, "number": "A 8"}):
        assert head.send("/reports/trial/register", "/reports/trial/register", **sent)[1]["ok"]
    file = head.fetch("/reports/trial/register.csv")[2].decode("utf-8-sig")
    assert [line.partition(";")[0] for line in file.splitlines()[1:]] == ["A 7", "A 8"]
    answers = {"phase": "before", "speed": "1", "sequence": "1", "ease": "1", "satisfaction": "1", "id": "0" * 31 + "8"}
    for sent in (answers, answers, {**answers, "speed": "4"}):
        assert head.send("/reports/trial/questions", "/reports/trial/questions", **sent)[1]["ok"]
    assert "Sebelum: 2 " in words(head.get("/reports/trial/questions")[1])


def test_without_a_script_any_number_is_followed_by_the_next(head):
    row = {"date": "2026-04-02", "number": "A&B#%2009", "arrived": "0801"}
    page = head.post("/reports/trial/register", "/reports/trial/register", **row)[1]
    assert 'value="A&amp;B#%2010"' in page
