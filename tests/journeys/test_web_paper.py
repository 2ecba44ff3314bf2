"""Paper that comes back, in a real browser: sheets printed and read by a scanner, rows typed by the keyboard alone."""

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
from appliance.tools.office import chromium
from appliance.tools.office.chromium import a11y, overflow
from tests.web_office import WebOffice, web_office

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
