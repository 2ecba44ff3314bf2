"""The wall shows what is about to go wrong, and its alerts are taken by one person and forgotten by nobody."""

from __future__ import annotations

import asyncio
import html
import json
import re

import pytest
from pages_bench import NOON, Office, Visitor

from appliance.node.polling import until
from appliance.units import HOUR, MINUTE
from appliance.web.watch import FILE
from appliance.wire.messages import Part, Presence
from appliance.wire.staff import Alarm, StaffCounter, StaffService, StaffTicket


@pytest.fixture
def office(tmp_path):
    office = Office(tmp_path)
    yield office
    office.stop()


def words(page):
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def shows(visitor, text, path="/wall"):
    return until(lambda: text in words(visitor.get(path)[1]))


def long_queue():
    return StaffService("a", 25, NOON - 50 * MINUTE, NOON - 5 * MINUTE)


def test_the_longest_wait_comes_first_and_a_broken_promise_is_named(office):
    office.open(StaffService("b", 30, NOON - 10 * MINUTE), long_queue())
    head = Visitor(office.address, "head")
    assert shows(head, "janji terlewat sejak 11.55")
    text = words(head.get("/wall")[1])
    assert text.index("A Pendaftaran") < text.index("B Konsultasi")
    assert "Menunggu 55" in text


def test_an_alert_is_taken_once_and_outlives_a_restart(office, tmp_path):
    office.open(long_queue())
    head, officer = Visitor(office.address, "head"), Visitor(office.address, "officer")
    assert shows(head, "Pendaftaran: 25 menunggu (batas 20)")
    number = re.search(r'name="alert" value="(\d+)"', head.get("/wall")[1])[1]
    assert head.send("/wall/take", "/wall", alert=number)[1]["ok"]
    status, told = officer.send("/wall/take", "/wall", alert=number)
    assert (status, told["ok"], told["text"]) == (200, False, "Sudah ditangani Ibu Kartika.")
    assert shows(officer, "ditangani Ibu Kartika pukul 12.00")
    office.open()
    assert shows(officer, "1 peringatan terakhir yang sudah selesai")
    office.stop()
    again = Office(tmp_path)
    try:
        assert shows(Visitor(again.address, "officer"), "ditangani Ibu Kartika pukul 12.00")
    finally:
        again.stop()
    office.stop = lambda: None


def test_who_only_looks_takes_no_alert_and_stops_nothing(office):
    office.open(long_queue())
    viewer = Visitor(office.address, "viewer")
    assert shows(viewer, "25 menunggu")
    page = viewer.get("/wall")[1]
    assert 'name="alert"' not in page
    assert "<form" not in page.partition("<main")[2]
    for path in ("take", "emergency", "emergency/end", "limits"):
        assert viewer.send(f"/wall/{path}", "/wall")[0] == 403


def test_limits_are_checked_and_what_was_typed_stays(office, tmp_path):
    office.open(StaffService("a", 6, NOON))
    head = Visitor(office.address, "head")
    form = {"waiting": "5", "wait": "0", "idle": "nine", "box": "2", "sound": "1"}
    status, page = head.post("/wall/limits", "/wall/limits", **form)
    assert status == 422
    assert 'value="nine" aria-invalid="true"' in page
    assert not (tmp_path / FILE).exists() or json.loads((tmp_path / FILE).read_bytes())["limits"]["waiting"] == 20
    assert head.post("/wall/limits", "/wall/limits", **{**form, "idle": "9"})[0] == 200
    assert shows(head, "Pendaftaran: 6 menunggu (batas 5)")
    assert 'data-ring="1"' in head.get("/wall")[1]


def test_a_counter_that_is_idle_paused_or_calls_for_help_is_seen(office):
    idle = StaffCounter(1, 1, "1", {"id": "Loket 1"}, "free", NOON - HOUR, waiting=3, free_since=NOON - 20 * MINUTE)
    office.told(counters={"1": idle})
    office.open(StaffService("a", 3, NOON), alarms=[Alarm(7, NOON, "1", "siti")])
    head = Visitor(office.address, "head")
    assert shows(head, "Loket 1: kosong 20 menit saat ada yang menunggu (batas 10)")
    text = words(head.get("/wall")[1])
    assert "Loket 1 minta bantuan siti" in text
    assert "3 menunggu, kosong" in text
    ticket = StaffTicket("A007", "a", "serving", NOON, NOON, started_at=NOON)
    office.told(counters={"1": StaffCounter(1, 2, "1", {"id": "Loket 1"}, "serving", NOON, "break", "siti", ticket)})
    assert shows(head, "A007 Melayani 12.00 Istirahat siti")


def test_a_box_in_trouble_is_told_with_what_to_do_and_one_that_went_away_is_missed(office):
    sick = Presence(1, "kiosk-1", "online", parts=[Part("printer", "fault", "paper_out"), Part("screen", "ok")])
    office.open(nodes=[sick, Presence(1, "display-1", "online")])
    head = Visitor(office.address, "head")
    assert shows(head, "kiosk-1 Printer: Kertas habis; nomor ditampilkan di layar. Pasang gulungan baru.")
    assert shows(head, "kiosk-1: kertas hampir atau sudah habis")
    office.open(nodes=[Presence(1, "kiosk-1", "online"), Presence(1, "display-1", "offline")])
    assert shows(head, "display-1 tidak terhubung 12.00")
    assert "kertas hampir atau sudah habis sejak 12.00 · sudah teratasi 12.00" in words(head.get("/wall")[1])
    office.pass_minutes(2)
    assert shows(head, "display-1: tidak terhubung lebih dari 2 menit")


def test_the_days_end_is_forecast_and_whoever_may_is_asked_to_stop_numbers(office):
    late = StaffService("b", 30, NOON, None, NOON + 4 * HOUR)
    office.open(late, closes_at=NOON + 3 * HOUR)
    desk, officer = Visitor(office.address, "desk"), Visitor(office.address, "officer")
    assert shows(desk, "yang terakhir menunggu dipanggil sekitar 16.00. Kantor tutup 15.00: tidak semua terlayani")
    assert "Hentikan nomor B sekarang? Konsultasi" in words(desk.get("/wall")[1])
    assert 'form="f-stop"' in desk.get("/wall")[1]
    assert 'form="f-stop"' not in officer.get("/wall")[1]
    # No broker: what is asked is refused in words, and nothing is kept for later.
    assert desk.send("/desk/stop", "/wall", service="b", reason="Sudah cukup.")[1]["text"].startswith("Pusat antrean")
    assert desk.post("/desk/stop", "/wall", service="b", reason="")[0] == 422


def test_the_wall_is_whole_in_english_too(office):
    office.open(long_queue())
    page = Visitor(office.address, "head", "en")
    assert shows(page, "Longest wait")
    assert "Menunggu" not in words(page.get("/wall")[1])


def test_time_alone_moves_the_wall(office):
    office.open(StaffService("a", 1, NOON, NOON + 10 * MINUTE))
    viewer = Visitor(office.address, "viewer")
    assert shows(viewer, "janji sampai 12.10")
    before = office.live.version
    office.machine.ms += 11 * MINUTE
    assert until(lambda: office.live.version > before)
    assert shows(viewer, "janji terlewat sejak 12.10")


@pytest.mark.expects_log("alerts begin anew")
def test_a_file_that_is_not_what_was_written_does_not_keep_the_wall_down(tmp_path):
    (tmp_path / FILE).write_bytes(b'{"limits": {"waiting": "many"}}')
    office = Office(tmp_path)
    try:
        assert Visitor(office.address, "head").get("/wall")[0] == 200
    finally:
        office.stop()


@pytest.mark.expects_log("alerts are shown but not kept", "check that the disk is there")
def test_a_full_disk_is_said_and_nothing_is_taken_by_half(tmp_path, small_disk, fill):
    disk = small_disk(tmp_path / "disk", "1m")
    office = Office(disk)
    try:
        head = Visitor(office.address, "head")
        film = fill(disk)
        office.open(long_queue())
        assert shows(head, "tidak dapat disimpan: penyimpanan penuh")
        number = re.search(r'name="alert" value="(\d+)"', head.get("/wall")[1])[1]
        assert head.send("/wall/take", "/wall", alert=number)[0] == 507
        assert "ditangani" not in words(head.get("/wall")[1])
        film.unlink()
        assert head.send("/wall/take", "/wall", alert=number)[1]["ok"]
        assert shows(head, "ditangani Ibu Kartika")
        assert "tidak dapat disimpan" not in words(head.get("/wall")[1])
    finally:
        office.stop()


def test_two_who_take_an_alert_at_once_are_not_both_told_that_they_have_it(office):
    office.open(long_queue())
    assert until(lambda: office.watch.kept.book.open)
    number = office.watch.kept.book.open[0].id

    async def both():
        return await asyncio.gather(office.watch.take(number, "siti"), office.watch.take(number, "budi"))

    assert asyncio.run_coroutine_threadsafe(both(), office.loop).result(10) == ["siti", "siti"]
