"""Paper that comes back, and paper beside the queue, in a real browser: printed, scanned, typed, read in, compared."""

from __future__ import annotations

import io
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
import zxingcpp
from PIL import Image

from appliance.people import Role
from appliance.reports.trial import typed
from appliance.tools.office import chromium
from appliance.tools.office.chromium import a11y, overflow
from appliance.tools.office.visitor import Visitor
from tests.web_office import SECRET, WebOffice, web_office

pytestmark = pytest.mark.skipif(chromium.program() is None, reason="needs chromium")
ENTRY = "/desk/contingency/entry"


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebOffice]:
    with web_office(tmp_path_factory.mktemp("paper")) as office:
        yield office


@pytest.fixture(scope="module")
def address(town: WebOffice) -> str:
    return town.address


def rows(town: WebOffice, number: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(town.rig.directory / "hub-1" / "giliran.db")) as connection:
        return connection.execute("SELECT day, state, channel FROM ticket WHERE number = ?", (number,)).fetchall()


def yesterday(page: Any) -> str:
    """Return the day before the office's own, as the page knows it."""
    return str(
        page.evaluate(
            "() => { var d = new Date(document.querySelector('[name=date][type=date]').max + 'T00:00:00Z');"
            " d.setUTCDate(d.getUTCDate() - 1); return d.toISOString().slice(0, 10); }"
        )
    )


def test_sheets_are_printed_and_their_codes_are_read(town: WebOffice, sit: Any) -> None:
    page = sit(Role.DESK).go("/desk/contingency?service=pendaftaran&first=1&count=12").page
    assert page.locator(".tear").count() == 12
    assert page.locator(".a4").count() == 2
    number = page.inner_text(".tear >> nth=0 >> .tear-citizen strong")
    picture = Image.open(io.BytesIO(page.locator(".tear-qr").first.screenshot()))
    assert zxingcpp.read_barcode(picture).text == number
    page.emulate_media(media="print")
    assert page.is_hidden("[data-do-print]")
    assert len(page.pdf(format="A4")) > 5_000
    assert page.evaluate("() => Array.from(document.querySelectorAll('.a4')).every(s => s.offsetHeight <= 1092)")
    page.emulate_media(media="screen")
    assert a11y(page) == []


def test_a_row_is_typed_in_four_seconds_and_mistakes_lose_nothing(town: WebOffice, sit: Any) -> None:
    person = sit(Role.DESK).go(ENTRY)
    page = person.page
    day = yesterday(page)
    page.goto(f"{town.address}{ENTRY}?date={day}")
    number = page.input_value("[name=number]")
    prefix = number[:3]
    typed = page.keyboard
    began = time.monotonic()
    for text in ("", "0805", "0815", "0822"):
        typed.type(text)
        typed.press("Enter")
    page.wait_for_selector("#rows tr")
    took = time.monotonic() - began
    assert took < 4, took
    assert rows(town, number) == [(day, "served", "paper")]
    assert page.input_value("[name=number]") == f"{prefix}002"
    typed.type(number)  # as a scanner does, of a sheet that has been entered
    for text in ("0806", "0810", "0820"):
        typed.press("Enter")
        typed.type(text)
    typed.press("Enter")
    page.wait_for_selector("#p-number:not([hidden])")
    assert [page.input_value(f"[name={name}]") for name in ("number", "arrived", "served")] == [number, "0806", "0820"]
    assert page.evaluate("() => document.activeElement.name") == "number"
    typed.type("2")
    typed.press("Enter")
    typed.type("0866")
    for _ in range(3):
        typed.press("Enter")
    page.wait_for_selector("#p-arrived:not([hidden])")
    typed.type("0806")
    for _ in range(3):
        typed.press("Enter")
    page.wait_for_selector("#rows tr >> nth=1")
    assert rows(town, f"{prefix}002") == [(day, "served", "paper")]
    assert page.inner_text("[data-count]") == "2"
    assert a11y(page) == []
    assert person.complaints.found == []
    page.set_viewport_size({"width": 360, "height": 800})
    assert overflow(page) == []


def test_what_is_typed_anew_after_a_lost_answer_is_another_row(town: WebOffice, sit: Any) -> None:
    page = sit(Role.DESK).go(ENTRY).page
    prefix = page.input_value("[name=number]")[:3]

    def lose(route: Any) -> None:
        route.fetch()
        route.abort()

    page.route(f"**{ENTRY}", lose, times=1)
    page.fill("[name=number]", f"{prefix}081")
    page.fill("[name=arrived]", "0001")
    page.click("button.primary")
    page.wait_for_selector("#p-number:not([hidden])")
    page.fill("[name=number]", f"{prefix}082")
    page.click("button.primary")
    page.wait_for_selector("#rows tr")
    assert [len(rows(town, f"{prefix}{number}")) for number in ("081", "082")] == [1, 1]


def test_without_a_script_a_row_comes_in_as_well(town: WebOffice, sit: Any) -> None:
    page = sit(Role.DESK, java_script_enabled=False).go(ENTRY).page
    prefix = page.input_value("[name=number]")[:3]
    page.fill("[name=number]", f"{prefix}090")
    page.fill("[name=arrived]", "25:00")
    page.click("button.primary")
    assert page.input_value("[name=arrived]") == "25:00"
    page.fill("[name=arrived]", "0001")
    page.click("button.primary")
    assert f"{prefix}090 sudah dicatat." in page.inner_text("body")
    assert [row[1:] for row in rows(town, f"{prefix}090")] == [("expired", "paper")]
    assert page.input_value("[name=number]") == f"{prefix}091"


def test_another_row_under_the_id_of_one_that_was_sent_comes_in_as_well(town: WebOffice) -> None:
    desk = town.visitor(Role.DESK)
    desk.get(ENTRY)
    row = {"date": "2026-04-03", "arrived": "0902", "called": "0903", "served": "0905", "id": "0" * 31 + "7"}
    for number in ("K-A281", "K-A281", "K-A282"):  # the last one as from the browser's "back"
        told = desk.press(ENTRY, number=number, **row)
        assert told["ok"], told
    assert [rows(town, number) for number in ("K-A281", "K-A282")] == [[("2026-04-03", "served", "paper")]] * 2


# -- paper and queue side by side --------------------------------------------------------------------------------------

OLD = "Nomor;Tanggal;Datang;Dipanggil;Selesai;Catatan\r\n" + "".join(
    f"{n};04/04/2026;08.{n:02d};0{9 + n // 10}.{n % 10}0;1{n // 10}.{n % 10}5;\r\n" for n in range(1, 6)
)
BAD = "6;04/04/2026;0x;;;\r\n7;04/04/2026;0830;0815;;\r\n"
DAY = "2026-04-04"


def sheets_of_the_new_way(desk: Visitor) -> None:
    """Enter what the new way did on the same day: five who waited 2, 3, … minutes."""
    desk.get(ENTRY)
    for n in range(1, 6):
        fields = {
            "date": DAY,
            "number": f"K-A{n}",
            "arrived": f"09{n:02d}",
            "called": f"09{2 * n + 1:02d}",
            "served": "0945",
        }
        told = desk.press(ENTRY, **fields)
        assert told["ok"], told


def test_a_file_is_looked_through_and_its_bad_rows_are_named_and_stay(town: WebOffice, sit: Any, tmp_path: Any) -> None:
    person = sit(Role.HEAD).go("/reports/trial/import")
    page, file = person.page, tmp_path / "register lama.csv"
    file.write_bytes((OLD + BAD).encode("utf-8-sig"))
    page.set_input_files("input[type=file]", file)
    page.wait_for_selector(".lines .problem")
    said = page.locator(".lines .problem").all_inner_texts()
    assert [text.strip() for text in said] == [
        "Baris 7, kolom Datang: “0x” bukan jam; tulis 0815 atau 08:15.",
        "Baris 8, kolom Dipanggil: “0815” lebih awal daripada jam sebelumnya.",
    ]
    assert "Catatan" in page.inner_text("main")
    assert a11y(page) == []
    page.click("[formaction]")
    page.wait_for_selector(".said")
    assert page.inner_text(".said") == "5 baris diambil; 0 sudah ada."
    left = page.input_value("#f-text")
    assert "0x" in left
    page.fill("#f-text", left.replace("0x", "0831").replace("0815", ""))
    page.click("button:not([formaction]):has-text('Periksa')")
    page.wait_for_selector("[formaction]")
    page.click("[formaction]")
    page.wait_for_selector(".said")
    assert page.inner_text(".said") == "2 baris diambil; 0 sudah ada."
    assert page.input_value("#f-text") == ""
    assert [c for c in person.complaints.found if "422" not in c] == []


def test_both_ways_are_compared_and_the_decision_is_signed(town: WebOffice, sit: Any) -> None:
    head = town.visitor(Role.HEAD)
    head.get("/reports/trial/import")
    head.post("/reports/trial/import/save", {"text": OLD, "date": DAY})
    sheets_of_the_new_way(town.visitor(Role.DESK))
    head.get("/reports/trial/questions")
    for phase, mark in (("before", 2), ("before", 3), ("after", 3), ("after", 4)):
        told = head.press(
            "/reports/trial/questions", phase=phase, speed=mark, sequence=mark, ease=mark, satisfaction=mark
        )
        assert told["ok"], told
    asked = f"old_from={DAY}&old_to={DAY}&new_from={DAY}&new_to={DAY}"
    person = sit(Role.HEAD).go(f"/reports/trial/comparison?{asked}")
    page = person.page
    cells = page.locator(".compared >> nth=0 >> tbody tr >> nth=0 >> td").all_inner_texts()
    old = [(typed.clock(f"09{n}0") - typed.clock(f"08{n:02d}")) / 60 for n in range(1, 6)]
    assert cells[0].startswith(f"{sum(old) / 5:.1f}".replace(".", ","))
    assert cells[1].startswith("4,0")
    assert "%" in cells[2]
    assert cells[3].strip() == "pasti"
    shares = page.locator(".compared >> nth=2 >> tbody tr >> nth=0 >> td").all_inner_texts()
    assert [share[:3].strip(" (") for share in shares[:2]] == ["50", "100"]
    assert a11y(page) == []
    page.set_viewport_size({"width": 360, "height": 800})
    assert overflow(page) == []
    told = head.post("/reports/trial/decision", {"decided": "go", "why": "Menunggu jauh lebih singkat."})
    assert told.status == 403  # who decides says so with their secret
    signed = {"decided": "go", "why": "Menunggu jauh lebih singkat.", "confirm_secret": SECRET}
    told = head.post("/reports/trial/decision", signed)
    assert told.status == 303
    person.go(told.headers["location"])
    person.shows("Menunggu jauh lebih singkat.")
    person.shows("Lanjut dengan cara baru")
    assert page.inner_text(".signature") == "Head Satu"
    assert a11y(page) == []
    assert person.complaints.found == []


def test_the_plans_pages_are_for_everybody(town: WebOffice, sit: Any) -> None:
    person = sit(Role.HEAD, color_scheme="dark")
    for page_of in ("", "/register", "/questions", "/questions/paper?phase=after", "/decision"):
        page = person.go(f"/reports/trial{page_of}").page
        page.set_viewport_size({"width": 360, "height": 800})
        assert (page_of, a11y(page), overflow(page)) == (page_of, [], [])


def test_steps_and_rows_are_recorded_and_a_wrong_one_keeps_what_was_typed(town: WebOffice) -> None:
    head = town.visitor(Role.HEAD)
    head.get("/reports/trial")
    wrong = head.post(
        "/reports/trial/step", {"step": "training", "begins": "2026-04-09", "ends": "2026-04-08", "who": "Rini"}
    )
    assert (wrong.status, "Rini" in wrong.text) == (422, True)
    assert head.post("/reports/trial/step", {"step": "training", "who": "Rini", "done": "1"}).status == 303
    assert "Rini" in head.get("/reports/trial").text
    row = {"date": "2026-04-01", "number": "9", "arrived": "0801", "id": "a" * 32}
    told = [head.press("/reports/trial/register", **row) for _ in range(2)]
    assert [one["next"] for one in told] == ["10", "10"]
    assert head.press("/reports/trial/register", **{**row, "called": "0800", "id": ""})["field"] == "called"
    assert head.press("/reports/trial/questions", phase="before", speed="5")["field"] == "speed"
    assert "9;2026-04-01;08:01;;;" in head.get("/reports/trial/register.csv").body.decode("utf-8-sig")
    assert head.press("/reports/trial/register", **{**row, "number": "=1", "id": ""})["field"] == "number"
    assert "2026-04-01 · 1" in head.get("/reports/trial/register").text


def test_what_is_no_table_is_refused_with_a_sentence(town: WebOffice) -> None:
    head = town.visitor(Role.HEAD)
    head.get("/reports/trial/import")
    for broken in ("UEsDBGJyb2tlbg==", "not base64!", "AAEC"):
        answer = head.post("/reports/trial/import", {"file": broken, "text": "kept", "date": DAY})
        assert answer.status == 422
        assert "kept" in answer.text
        assert "Berkas ini tidak terbaca" in answer.text
