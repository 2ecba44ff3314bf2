"""``/reports/what-if``: a question in a form, played by a real process on real days, and what comes of it."""

from __future__ import annotations

import html
import re
import sys
from pathlib import Path
from urllib.parse import parse_qsl, urlencode

import pytest
from msgspec.structs import replace

sys.path.insert(0, str(Path(__file__).parents[1] / "reports"))

import played_mondays
from pages_bench import Office, Visitor

from appliance.node.polling import until
from appliance.reports.what_if.changes import Bookings, Counters, LastNumbers, MoreOfficers, OwnQueue, Turns
from appliance.web.reports import what_if
from appliance.web.reports.scenario import CHANGES, FIELD_OF, Known, read
from appliance.web.reports.what_if import HERE
from appliance.wire import messages as m
from appliance.wire.staff import StaffOffice

KNOWN = Known(["file", "advice"], ["1", "2"])
MONDAYS = [("which", "latest"), ("latest", "4"), ("weekday", "mon")]
OFFICER = [("change", "officer"), ("officer_from", "0800"), ("officer_to", "11.00")]
WAITS = [("aim", "waits")]
OFFICE = {
    "services": [
        {"id": "file", "prefix": "A", "names": {"id": "Berkas", "en": "File"}},
        {"id": "advice", "prefix": "B", "names": {"id": "Nasihat <b>", "en": "Advice"}},
    ],
    "counters": [
        {"id": "1", "names": {"id": "Loket satu"}, "services": ["file", "advice"]},
        {"id": "2", "names": {"id": "Loket dua"}, "services": ["file", "advice"]},
    ],
}


# -- the question, without a page ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pairs", "change"),
    [
        (OFFICER, MoreOfficers("08:00", "11:00")),
        ([*OFFICER, ("officer_service", "file")], MoreOfficers("08:00", "11:00", ("file",))),
        ([("change", "counters"), ("counters", "3"), ("counters_weekday", "mon")], Counters(3, "mon")),
        ([("change", "counters"), ("counters", "3"), ("counters_weekday", "")], Counters(3)),
        ([("change", "own"), ("own_service", "advice"), ("own_counter", "2")], OwnQueue("advice", "2")),
        ([("change", "bookings"), ("bookings", "30")], Bookings(30)),
        ([("change", "turns"), ("priority", "2"), ("regular", "1")], Turns(2, 1)),
        ([("change", "turns"), ("new_promise", "0")], Turns(promise_minutes=0)),
        ([("change", "last"), ("last_at", "10:30")], LastNumbers("10:30")),
    ],
)
def test_each_change_is_read_and_its_address_asks_the_same(pairs, change):
    found = read([*MONDAYS, *pairs, *WAITS], KNOWN)
    assert (found.wrong, found.changes) == ({}, (change,))
    assert found.days == ("--last", "4", "--weekday", "mon")
    again = read(parse_qsl(found.query, keep_blank_values=True), KNOWN)
    assert (again.query, again.changes, again.days) == (found.query, found.changes, found.days)


def test_several_changes_are_one_office_and_what_is_not_ticked_is_none():
    both = [("change", "last"), ("last_at", "10:30"), ("bookings", "many"), *OFFICER, *WAITS]
    found = read([*MONDAYS, *both], KNOWN)
    assert found.changes == (MoreOfficers("08:00", "11:00"), LastNumbers("10:30"))
    assert "many" not in found.query


def test_days_are_the_latest_or_a_span_or_single_ones():
    span = [("which", "span"), ("from", "2026-03-01"), ("to", "31/3/2026"), ("span_weekday", "")]
    assert read([*span, *OFFICER, *WAITS], KNOWN).days == ("--from", "2026-03-01", "--to", "2026-03-31", "--last", "62")
    single = [("which", "days"), ("day", "2026-04-06"), ("day", "2026-03-30")]
    assert read([*single, *OFFICER, *WAITS], KNOWN).days == ("--day", "2026-03-30", "--day", "2026-04-06")


def test_advice_needs_no_change():
    found = read([*MONDAYS, ("aim", "advice"), ("percent", "90"), ("promise", "20")], KNOWN)
    told = found.arguments("file.db", 50)
    assert found.wrong == {}
    assert told[-4:] == ("--advice", "90", "--promise", "20")
    assert told[told.index("--changes") + 1] == "[]"


@pytest.mark.parametrize(
    ("pairs", "field", "key"),
    [
        ([], "change", "no_change"),
        ([("change", "officer"), ("officer_from", "25:00"), ("officer_to", "11")], "officer_from", "clock"),
        ([("change", "officer"), ("officer_from", "11:00"), ("officer_to", "09:00")], "officer_to", "order"),
        ([*OFFICER, ("officer_service", "nothing")], "officer_service", "service"),
        ([("change", "counters"), ("counters", "0")], "counters", "counters"),
        ([("change", "counters"), ("counters", "61")], "counters", "counters"),
        ([("change", "counters"), ("counters", "²")], "counters", "counters"),
        ([("change", "own"), ("own_service", "nothing")], "own_service", "choice"),
        ([("change", "own"), ("own_service", "file"), ("own_counter", "9")], "own_counter", "choice"),
        ([("change", "bookings"), ("bookings", "101")], "bookings", "bookings"),
        ([("change", "turns")], "new_promise", "turns"),
        ([("change", "turns"), ("priority", "2")], "regular", "both"),
        ([("change", "last"), ("last_at", "")], "last_at", "clock"),
        ([*OFFICER, ("promise", "0")], "promise", "promise"),
        ([*OFFICER, ("aim", "advice"), ("percent", "0")], "percent", "percent"),
        ([*OFFICER, ("which", "span"), ("from", "x"), ("to", "2026-04-01")], "from", "date"),
        ([*OFFICER, ("which", "span"), ("from", "2026-04-02"), ("to", "2026-04-01")], "to", "span"),
        ([*OFFICER, ("which", "days")], "day", "day"),
        ([*OFFICER, ("which", "days"), ("day", "2026-02-30")], "day", "date"),
        ([*OFFICER, ("latest", "63")], "latest", "latest"),
        ([*OFFICER, ("which", "never")], "which", "choice"),
        ([*OFFICER, ("weekday", "payday")], "weekday", "choice"),
        ([*OFFICER, ("aim", "gold")], "aim", "choice"),
    ],
)
def test_what_is_wrong_is_told_of_its_field(pairs, field, key):
    found = read([*MONDAYS, *WAITS, *pairs], KNOWN)
    assert found.wrong.get(field) == key
    assert found.query == ""


# -- the page --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("office")
    played_mondays.make(folder / "giliran.db")
    return folder


def board(day):
    return m.Board(1, 1, day, m.Office({"id": "Kantor"}, "open"), [], [], [])


@pytest.fixture
def office(folder, tmp_path, monkeypatch):
    monkeypatch.setattr(what_if, "PLAYS", 10)
    office = Office(tmp_path, database=str(folder / "giliran.db"))
    office.open()
    office.told(office=StaffOffice(1, 1, 0, OFFICE), board=board("2026-04-07"))
    yield office
    office.stop()


@pytest.fixture
def head(office):
    return Visitor(office.address, "head")


def words(page):
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page.partition("<main")[2])).split())


def asked(visitor, *pairs):
    """Send the form as a browser does; return status and page."""
    token = re.search(r'name="csrf" value="([^"]+)"', visitor.get(HERE)[1])[1]
    status, _, body = visitor.fetch(HERE, urlencode([("csrf", token), *pairs]).encode())
    return status, body.decode()


def address(*pairs):
    return f"{HERE}?{read(pairs, KNOWN).query}"


def answered(visitor, *pairs):
    asked(visitor, *pairs)
    assert until(lambda: "Jawaban" in words(visitor.get(address(*pairs))[1]), 20)
    return visitor.get(address(*pairs))[1]


def test_a_question_is_played_and_answered_in_sentences_a_chart_and_beside_the_textbook(office, head):
    pairs = (*MONDAYS, *OFFICER, *WAITS)
    page = answered(head, *pairs)
    told = words(page)
    assert "satu petugas tambahan dari 08:00 sampai 11:00" in told
    assert "Hampir pasti warga menunggu lebih singkat" in told
    assert "Rata-rata tunggu menurut jam kedatangan" in told
    assert "Erlang C" in told
    assert "tidak stabil" in told
    assert page.count("<svg") >= 2
    assert re.search(r"<td class=\"figure\">[\d,]+ \([\d,]+–[\d,]+\)</td>", page)
    english = words(Visitor(office.address, "viewer", "en").get(address(*pairs))[1])
    assert "People almost certainly wait less" in english
    assert "one more officer from 08:00 to 11:00" in english
    listed = Visitor(office.address, "viewer", "en").get(HERE)[1]
    assert html.escape(address(*pairs)) in listed
    assert "Monday, the latest 4 · one more officer from 08:00 to 11:00" in words(listed)


def test_the_advised_roster_is_a_table_of_hours_and_counters_by_name(head):
    page = answered(head, *MONDAYS, ("aim", "advice"), ("percent", "90"), ("promise", "60"))
    told = words(page)
    assert "Susunan terkecil yang ditemukan" in told
    assert "Susunan loket per jam" in told
    assert "Loket satu" in told
    assert "08.00–09.00" in told


def test_mistakes_stand_beside_their_fields_and_nothing_is_lost(head):
    given = [*MONDAYS, ("change", "bookings"), ("bookings", "<b>"), ("change", "last"), ("last_at", "10:30"), *WAITS]
    status, page = asked(head, *given)
    assert status == 400
    assert "Belum dimainkan" in words(page)
    assert re.search(r'name="bookings" value="&lt;b&gt;"[^>]*aria-invalid="true" aria-describedby="p-bookings"', page)
    assert re.search(r'id="p-bookings">.*?Angka dari 1 sampai 100', page, re.DOTALL)
    assert re.search(r'name="last_at" value="10:30"', page)
    assert len(re.findall(r'name="change"[^>]*checked', page)) == 2


def test_what_only_the_days_can_tell_is_said_beside_its_field_too(head):
    pairs = (*MONDAYS, ("change", "counters"), ("counters", "3"), ("counters_weekday", "fri"), *WAITS)
    asked(head, *pairs)
    assert until(lambda: "Tidak satu pun hari yang dipilih adalah Jumat" in words(head.get(address(*pairs))[1]), 20)
    page = head.get(address(*pairs))[1]
    assert 'id="p-counters"' in page
    assert "None of the chosen days is a Friday" in words(Visitor(head.address, "head", "en").get(address(*pairs))[1])


def test_one_question_is_played_at_a_time_and_can_be_stopped(office, head, tmp_path, monkeypatch):
    hangs = tmp_path / "hangs"
    hangs.write_text("""#!/bin/sh\necho '{"done": 30, "of": 120}'\nexec sleep 600\n""")
    hangs.chmod(0o755)
    monkeypatch.setattr("appliance.web.jobs.sys.executable", str(hangs))
    first = (*MONDAYS, *OFFICER, *WAITS)
    second = (*MONDAYS, ("change", "counters"), ("counters", "3"), ("counters_weekday", ""), *WAITS)
    asked(head, *first)
    assert until(lambda: "Dimainkan: 25 %" in words(head.get(address(*first))[1]))
    viewer = Visitor(office.address, "viewer")
    _, page = asked(viewer, *second)
    assert "Pertanyaan lain sedang dimainkan" in words(page)
    assert re.search(r'name="counters" value="3"', page)
    assert head.send(f"{HERE}/stop", HERE)[1]["ok"]
    assert until(lambda: "Sudah dihentikan." in words(head.get(address(*first))[1]))
    assert not head.send(f"{HERE}/stop", HERE)[1]["ok"]
    assert "belum dimainkan" in words(viewer.get(address(*second))[1])


def test_an_answer_is_of_the_days_that_there_were(office, head):
    pairs = (*MONDAYS, *OFFICER, *WAITS)
    answered(head, *pairs)
    office.told(board=board("2026-04-08"))
    assert until(lambda: "belum dimainkan" in words(head.get(address(*pairs))[1]))


@pytest.mark.expects_log("giliran.db", "what_if")
def test_without_the_hubs_file_it_is_said_and_the_form_is_there(office, head):
    office.site.settings = replace(office.site.settings, database="/nowhere/giliran.db")
    pairs = (*MONDAYS, *OFFICER, *WAITS)
    assert "tidak dapat dibaca" in words(head.get(HERE)[1])
    asked(head, *pairs)
    assert until(lambda: "Tidak dapat dimainkan: /nowhere/giliran.db" in words(head.get(address(*pairs))[1]), 20)


def test_before_the_hub_has_told_the_office_the_form_is_there(office, head):
    office.told(office=None, board=None)
    assert until(lambda: 'name="own_service"' in head.get(HERE)[1] and "Berkas" not in head.get(HERE)[1])


def test_only_days_that_exist_are_offered(head):
    page = head.get(HERE)[1]
    assert re.findall(r'name="day" value="([^"]+)"', page) == ["2026-04-06", "2026-03-30"]


def test_others_are_not_let_in(office):
    for role in ("officer", "desk", "technician"):
        assert Visitor(office.address, role).get(HERE)[0] == 403


def test_the_reports_have_one_front_door(office, head):
    paths = ("/reports", HERE, "/reports/satisfaction", "/reports/trial", "/reports/daily", "/reports/definitions")
    for path in paths:
        status, page = head.get(path)
        door = re.search(r'<nav class="row report-belongs.*?</nav>', page, re.DOTALL)[0]
        assert status == 200
        assert re.findall(r'<a href="([^"]+)"', door) == list(paths)
        assert re.findall(r'<a href="([^"]+)" aria-current="page"', door) == [path]
        bar = page.partition("<nav aria-label")[2].partition("</nav>")[0]
        assert [one for one in re.findall(r'<a href="([^"]+)"', bar) if one.startswith("/reports")] == ["/reports"]
    officer = Visitor(office.address, "officer").get("/reports/definitions")[1]
    assert "report-belongs" not in officer


def test_every_field_that_is_blamed_is_on_the_page(head):
    page = head.get(HERE)[1]
    assert all(f'name="{field}"' in page for field in FIELD_OF.values())
    assert all(f'value="{change}"' in page for change in CHANGES)
