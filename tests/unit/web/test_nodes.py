"""The technician finds what is wrong at the top of the page, with what to do, and boxes that never came as well."""

from __future__ import annotations

import html
import re

import pytest
from pages_bench import Office, Visitor

from appliance.node.polling import until
from appliance.wire.messages import Part, Presence

HUB = Presence(1, "hub-1", "online", "0.3.0", [Part("storage", "ok"), Part("clock", "ok")])
KIOSK = Presence(1, "kiosk-1", "online", "0.3.0", [Part("screen", "ok"), Part("printer", "fault", "paper_out")])


@pytest.fixture
def office(tmp_path):
    office = Office(tmp_path)
    yield office
    office.stop()


@pytest.fixture
def technician(office):
    return Visitor(office.address, "technician")


def words(visitor, path="/nodes"):
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", visitor.get(path)[1].partition("<main")[2])).split())


def shows(visitor, text, path="/nodes"):
    return until(lambda: text in words(visitor, path))


def test_trouble_comes_first_with_what_to_do(office, technician):
    office.open(nodes=[HUB, KIOSK, Presence(1, "display-1", "online", "0.2.0"), Presence(1, "keypad-1", "online")])
    assert shows(technician, "Printer Kertas habis; nomor ditampilkan di layar. Pasang gulungan baru.")
    page = technician.get("/nodes")[1]
    assert re.findall(r'href="/nodes/([a-z]+-\d)"', page) == ["kiosk-1", "display-1", "hub-1", "keypad-1"]
    assert "2 dari 4 perangkat perlu dilihat." in words(technician)
    assert "versi lain versi 0.2.0" in words(technician)


def test_a_box_that_is_named_and_never_came_is_looked_for(office, technician):
    office.open(nodes=[HUB])
    assert shows(technician, "kiosk-1 belum pernah melapor")
    assert "Papan tombol loket · Loket 1 keypad-1 belum pernah melapor" in words(technician)
    assert "belum pernah melapor" in words(technician, "/nodes/kiosk-1")


def test_a_box_that_went_away_is_told_with_the_time_and_its_comings_and_goings_are_kept(office, technician, tmp_path):
    office.open(nodes=[HUB, KIOSK])
    assert until(lambda: office.watch.kept.boxes.get("kiosk-1"))
    office.pass_minutes(5)
    office.open(nodes=[HUB, Presence(1, "kiosk-1", "offline", "0.3.0", KIOSK.parts)])
    assert shows(technician, "kiosk-1 tidak terhubung sejak 12.05, Senin, 6 April 2026")
    office.pass_minutes(5)
    office.open(nodes=[HUB, KIOSK])
    assert shows(
        technician, "12.10, Senin, 6 April 2026 · terhubung 12.05, Senin, 6 April 2026 · terputus", "/nodes/kiosk-1"
    )
    office.stop()
    again = Office(tmp_path)
    try:
        again.open(nodes=[HUB, KIOSK])
        assert shows(Visitor(again.address, "technician"), "sejak 12.10", "/nodes/kiosk-1")
    finally:
        again.stop()
        office.stop = lambda: None


def test_every_part_of_a_box_is_on_its_page(office, technician):
    office.open(nodes=[HUB, KIOSK])
    assert shows(technician, "Printer gangguan Kertas habis", "/nodes/kiosk-1")
    assert "Layar baik" in words(technician, "/nodes/kiosk-1")
    assert technician.get("/nodes/kiosk-9")[0] == 404


def test_what_a_box_says_is_never_markup(office, technician):
    odd = Part("<b>part</b>", "fault", "<script>alert(1)</script>", {"x": "\u202e<img src=x>"})
    office.open(nodes=[Presence(1, "kiosk-1", "online", "<i>1</i>", [odd])])
    assert shows(technician, "<script>alert(1)</script>")
    assert not re.search(r"<(script>|img|b>|i>)", technician.get("/nodes")[1].partition("<main")[2])


def test_officers_have_no_business_here(office):
    assert Visitor(office.address, "officer").get("/nodes")[0] == 403
