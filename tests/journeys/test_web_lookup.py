"""An officer reads what another system knows of whoever is called; tokens, webhooks and the reference look right."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from appliance.node.polling import until
from appliance.people import Role
from appliance.tools.office import chromium
from appliance.tools.office.chromium import Complaints, a11y, overflow, small_targets
from appliance.web.api.signing import signed
from tests.api_client import Client, Receiver
from tests.web_office import SECRET, WebOffice, web_office

pytestmark = pytest.mark.skipif(chromium.program() is None, reason="needs chromium")
SHARED = "rahasia bersama"
NAME = "Ibu Sri Wahyuni"


@pytest.fixture(scope="module")
def other() -> Iterator[Receiver]:
    with Receiver() as receiver:
        receiver.behaviour = lambda headers, body: (200, json.dumps({"Nama": NAME, "Berkas": "117"}).encode(), 0.0)
        yield receiver


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory, other: Receiver) -> Iterator[WebOffice]:
    lookup = {"address": other.address, "secret": SHARED}
    with web_office(tmp_path_factory.mktemp("web"), lookup=lookup, api_per_second=1000) as office:
        yield office


@pytest.fixture(scope="module")
def client(town: WebOffice) -> Client:
    client = Client(town)
    assert until(lambda: client.ask("GET", "/queue").status == 200, 20)
    return client


def test_a_booking_is_looked_up_when_it_is_called_and_a_reference_when_it_is_typed(
    town: WebOffice, client: Client, other: Receiver, sit: Any
) -> None:
    due = client.get("/office")["now"] + 60_000
    client.do("POST", "/bookings", {"code": "BOOK77", "service": "pendaftaran", "due_at": due})
    number = client.do("POST", "/check-ins", {"code": "BOOK77"})["number"]
    page = sit(Role.OFFICER).page
    complaints = Complaints(page, town.address)
    page.click("#counter-1 button")
    page.wait_for_selector("button.main")
    page.keyboard.press("Enter")
    page.wait_for_selector(f".lookup dd:has-text('{NAME}')")
    headers, body = other.messages[-1]
    assert json.loads(body) == {"number": number, "service": "pendaftaran", "code": "BOOK77"}
    again = signed(SHARED, headers["webhook-id"], int(headers["webhook-timestamp"]), body)
    assert headers["webhook-signature"] == again["webhook-signature"]
    asked = len(other.messages)
    page.fill("input[name=reference]", "2026/117-A")
    page.click(".lookup button")
    other.wait(asked + 1)
    assert json.loads(other.messages[-1][1])["reference"] == "2026/117-A"
    page.wait_for_selector(f".lookup dd:has-text('{NAME}')")
    assert complaints.found == []
    assert a11y(page) == []
    stranger = town.visitor(Role.HEAD)
    assert NAME not in stranger.get("/counter/1").text, "it is for the officer who serves"
    page.keyboard.press("f")
    page.wait_for_selector(".lookup", state="detached")
    kept = [file for file in town.rig.directory.rglob("*") if file.is_file() and NAME.encode() in file.read_bytes()]
    assert kept == []


def test_without_script_it_is_looked_up_as_well_and_trouble_is_named(town: WebOffice, other: Receiver) -> None:
    officer = town.visitor(Role.OFFICER)
    number = town.issue()[0]
    officer.get("/counter")
    assert officer.press("/counter/2/begin")["ok"]
    assert officer.press("/counter/2/do/call_next")["ok"]
    assert until(lambda: number in officer.get("/counter/2").text, 20)
    before = len(other.messages)
    behaviour, other.behaviour = other.behaviour, lambda headers, body: (500, b"", 0.0)
    try:
        assert officer.post("/counter/2/look-up", {"reference": "117"}).headers["location"] == "/counter/2"
        assert len(other.messages) == before + 1, "nobody is looked up who has no booking"
        assert "menjawab 500" in officer.get("/counter/2").text
    finally:
        other.behaviour = behaviour
    assert not officer.press("/counter/2/look-up", reference="<script>")["ok"]
    officer.press("/counter/2/do/close_counter")


@pytest.mark.parametrize("width", [360])
def test_the_pages_look_right(town: WebOffice, client: Client, sit: Any, width: int) -> None:
    page = sit(Role.ADMINISTRATOR, viewport={"width": width, "height": 768}).page
    hook = client.town.visitor(Role.ADMINISTRATOR)
    hook.get("/admin/webhooks")
    fields = {"label": "Situs " + "x" * 50, "address": "http://127.0.0.1:9/" + "a" * 300, "confirm_secret": SECRET}
    made = hook.post("/admin/webhooks", fields).text
    id_ = made.partition('href="/admin/webhooks/')[2].partition('"')[0]
    hook.post(f"/admin/webhooks/{id_}/test", {})
    for path in ("/admin/tokens", "/admin/webhooks", f"/admin/webhooks/{id_}", "/api/1/"):
        page.goto(town.address + path)
        assert a11y(page) == [], path
        assert overflow(page) == [], path
        assert small_targets(page) == [], path
    hook.post(f"/admin/webhooks/{id_}/remove", {})
