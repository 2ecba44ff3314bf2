"""The front desk in a real browser: numbers on a kiosk's paper, tickets changed before their call, a counter freed."""

from __future__ import annotations

import io
import re
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
import zxingcpp
from PIL import Image

from appliance.node.polling import until
from appliance.people import Role
from appliance.tools.office import chromium
from appliance.tools.office.chromium import a11y, overflow, small_targets
from appliance.wire.topics import number_in_token
from kiosk.workshop import paper
from kiosk.workshop.fake_printer import PtyPrinter
from tests.web_office import NAMES, WebOffice, web_office

pytestmark = pytest.mark.skipif(chromium.program() is None, reason="needs chromium")
SECONDS = 30.0
READY = 'name="kiosk"[^<]*<option value="">[^<]*</option>\\s*<option value="kiosk-1" selected>kiosk-1<'
SCREEN = {"fullscreen": False, "width": 1024, "height": 600}


class Town:
    """The office, its printer, and who works at its desk."""

    def __init__(self, office: WebOffice, printer: PtyPrinter) -> None:
        self.office = office
        self.printer = printer
        self.address = office.address
        self.desk = office.visitor(Role.DESK)

    def kiosk(self) -> None:
        """Start the kiosk, and wait until the desk knows that it can print."""
        self.office.office.kiosk({"screen": SCREEN, "printer": {"kind": "serial", "device": self.printer.path}})
        assert until(lambda: bool(re.search(READY, self.desk.get("/desk").text)), SECONDS)

    def count(self) -> int:
        """Return how many papers have come out."""
        return len(self.printer.tickets())

    def rows(self, place: int) -> list[str]:
        """Return what stands on one paper."""
        assert self.printer.wait_for(place + 1, SECONDS)
        found = paper.render(self.printer.tickets()[place])
        assert found.problems == []
        return found.text


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    folder = tmp_path_factory.mktemp("front")
    with web_office(folder, counters=2) as office, PtyPrinter(folder / "paper") as printer:
        found = Town(office, printer)
        found.kiosk()
        yield found


@pytest.fixture
def sit(sit: Any) -> Any:
    def sit_down(role: Role = Role.DESK, **options: Any) -> Any:
        person = sit(role, **options)
        person.page.complaints = person.complaints
        return person.page

    return sit_down


def give(town: Town, **fields: Any) -> tuple[str, Any]:
    """Give a number at the desk as the page's script does; return it and the answer."""
    asked = {"service": "pendaftaran", "kiosk": "kiosk-1", "id": uuid.uuid4().hex, **fields}
    told = town.desk.press("/desk/issue", **asked)
    assert told["ok"], told
    return re.search(r'class="number">([A-Z0-9]+)<', told["big"])[1], told  # type: ignore[index]


def test_the_desk_gives_a_number_with_the_keyboard_and_its_kiosk_prints_it(town: Town, sit: Any) -> None:
    before, page = town.count(), sit()
    page.goto(f"{town.office.address}/desk")
    page.keyboard.press("2")
    page.keyboard.press("p")
    page.dblclick(".issue button.main")
    page.wait_for_selector("#given .number")
    number = page.inner_text("#given .number")
    rows = town.rows(before)
    assert number in rows
    assert "PRIORITAS" in rows
    assert "Cetak ulang" not in rows
    page.wait_for_function("() => document.querySelector('#given').innerText.includes('dicetak di kiosk-1')")
    page.click("#given a")
    page.wait_for_selector("#found form[action='/desk/reprint']")
    page.click("text=Cetak tiket")
    again = town.rows(before + 1)
    assert number in again
    assert "Cetak ulang" in again
    assert page.complaints.found == []


def test_the_same_form_sent_twice_gives_one_number_and_one_paper(town: Town) -> None:
    before, form = town.count(), uuid.uuid4().hex
    first, second = give(town, id=form)[0], give(town, id=form)[0]
    last = give(town)[0]
    assert first == second != last
    assert (first in town.rows(before), last in town.rows(before + 1)) == (True, True)
    assert town.count() == before + 2


def test_what_another_kiosk_gave_is_printed_here_as_a_copy(town: Town) -> None:
    before = town.count()
    (number,) = town.office.issue(1)
    town.desk.get("/desk")
    told = town.desk.press("/desk/reprint", number=number, kiosk="kiosk-1", id=uuid.uuid4().hex)
    assert told["ok"], told
    rows = town.rows(before)
    assert number in rows
    assert "Cetak ulang" in rows


def test_a_paper_carries_the_code_of_the_request_that_got_the_number(town: Town) -> None:
    before, form = town.count(), uuid.uuid4().hex
    number, _ = give(town, id=form)
    town.rows(before)
    assert f"{number}-{form[:12]}".encode() in town.printer.tickets()[before]


def test_no_paper_is_made_where_none_is_wanted(town: Town) -> None:
    before = town.count()
    give(town, kiosk="")
    assert town.desk.cookies["print_at"] == "-"
    number, _ = give(town)
    assert town.desk.cookies["print_at"] == "kiosk-1"
    assert number in town.rows(before)
    assert town.count() == before + 1
    told = town.desk.press("/desk/issue", service="pendaftaran", kiosk="display-1")
    assert not told["ok"]


def test_a_ticket_is_changed_before_its_call_and_called_as_what_it_is_now(town: Town, sit: Any) -> None:
    (number,) = town.office.issue(1, 1)
    page = sit()
    page.goto(f"{town.office.address}/desk/find?number={number[0]}{int(number[1:])}")
    page.wait_for_selector("#d-change")
    assert page.inner_text("#found .number") == number
    page.click("#d-change summary")
    page.select_option("#d-change [name=service]", "pengambilan")
    page.select_option("#d-change [name=priority]", "1")
    page.click("#d-change button")
    page.wait_for_selector("#found .chip.amber")
    assert page.inner_text("#found .service") == "Pengambilan Sertifikat"
    head = town.office.visitor(Role.HEAD)
    head.get("/desk")
    assert head.press("/counter/1/begin")["go"]
    assert head.press("/counter/1/call-number", number=number, reason="urgent")["ok"]
    assert head.press("/desk/change", number=number, priority="0")["code"] == "not_waiting"
    assert head.press("/counter/1/do/close_counter")["ok"]
    page.goto(f"{town.office.address}/desk/find?number={number}")
    page.click("#d-change summary")
    page.select_option("#d-change [name=priority]", "0")
    page.click("#d-change button")
    page.wait_for_selector("#found .chip.amber", state="detached")
    page.click("#d-cancel summary")
    page.click("#d-cancel button")
    page.wait_for_selector("#d-change", state="detached")
    assert page.complaints.found == []


def test_without_a_script_the_next_page_shows_what_was_done(town: Town, sit: Any) -> None:
    before, page = town.count(), sit(java_script_enabled=False)
    page.goto(f"{town.office.address}/desk")
    page.check("[name=service][value=konsultasi]", force=True)
    page.click(".issue button.main")
    number = page.inner_text("#given .number")
    assert number in town.rows(before)
    page.click("#given a")
    page.click("#d-change summary")
    page.select_option("#d-change [name=service]", "pengambilan")
    page.click("#d-change button")
    assert page.inner_text("#found .service") == "Pengambilan Sertifikat"
    assert f"{number} diubah." in page.inner_text("body")
    page.click("#d-cancel summary")
    page.click("#d-cancel button")
    assert f"{number} dibatalkan." in page.inner_text("body")


def test_somebody_who_went_home_does_not_hold_a_counter_for_ever(town: Town, sit: Any) -> None:
    town.office.issue(1)
    officer, desk, head = sit(Role.OFFICER), sit(), sit(Role.HEAD)
    officer.goto(f"{town.office.address}/counter")
    officer.click("#counter-2 button")
    officer.wait_for_selector("button.main:not([aria-disabled])")
    officer.keyboard.press("Enter")
    officer.wait_for_selector("#ticket .number:not(.none)")
    assert officer.locator("text=Bebaskan").count() == 0
    head.goto(f"{town.office.address}/counter")
    head.wait_for_selector("#counter-2 >> text=Bebaskan loket")
    desk.goto(f"{town.office.address}/desk")
    desk.click("#session-2 a")
    desk.wait_for_selector(".door-card")
    assert NAMES[Role.OFFICER] in desk.inner_text(".door-card")
    desk.click("button.primary")  # not before it is said that one is sure
    assert desk.url.endswith("/free")
    desk.check("[name=sure]")
    desk.click("button.primary")
    desk.wait_for_url("**/desk")
    head.click("#counter-2 button")
    head.wait_for_selector("button.main:not([aria-disabled])")
    officer.wait_for_function(f"() => document.body.innerText.includes('Dipakai oleh {NAMES[Role.HEAD]}')")
    for page in (officer, desk, head):
        assert page.complaints.found == []


def test_a_number_is_printed_on_the_desks_own_printer(town: Town, sit: Any) -> None:
    page = sit()
    page.goto(f"{town.address}/desk")
    page.keyboard.press("1")
    page.select_option("select[name=kiosk]", "")
    page.keyboard.press("Enter")
    page.wait_for_selector("#given .number")
    number = page.inner_text("#given .number")
    with page.expect_popup() as popup:
        page.click("#given a[target=_blank]")
    sheet = popup.value
    sheet.wait_for_selector(".slip-number")
    assert sheet.inner_text(".slip-number") == number
    assert sheet.evaluate("() => document.body.dataset.print") == "1"
    code = sheet.locator(".slip-qr").screenshot(scale="css")
    assert number_in_token(zxingcpp.read_barcode(Image.open(io.BytesIO(code))).text) == number
    sheet.emulate_media(media="print")
    assert sheet.is_hidden("[data-do-print]")
    assert a11y(sheet) == []


def test_the_paper_of_a_number_is_there_as_soon_as_its_number_is(town: Town) -> None:
    for _ in range(5):
        number, _ = give(town, kiosk="")
        sheet = town.desk.get(f"/desk/paper?number={number}")
        assert (sheet.status, number in sheet.text) == (200, True)


@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), pytest.param(1366, "light", marks=pytest.mark.long)])
def test_the_desk_is_for_everybody_at_every_size(town: Town, sit: Any, width: int, scheme: str) -> None:
    number, _ = give(town, kiosk="")
    page = sit(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 800})
    for path in ("/desk", f"/desk/find?number={number}", "/desk/find?number=Z999", "/counter/2/free"):
        page.goto(f"{town.office.address}{path}")
        page.wait_for_selector("main h1, main h2")
        assert (a11y(page), overflow(page), small_targets(page)) == ([], [], []), path


def test_a_printer_that_stands_still_and_a_kiosk_that_is_away_are_said_and_the_number_stands(town: Town) -> None:
    town.printer.paper_out = True
    assert until(lambda: "kiosk-1 – printer bermasalah" in town.desk.get("/desk").text, SECONDS)
    number, told = give(town)
    assert f"{number} berlaku" in told["text"]
    assert "printer kiosk-1 bermasalah" in told["big"]
    town.printer.paper_out = False
    town.office.rig.process("kiosk-1").stop()
    assert until(lambda: "kiosk-1 – tidak terhubung" in town.desk.get("/desk").text, SECONDS)
    number, told = give(town)
    assert "tidak terhubung" in told["big"]
    assert number in town.desk.get(f"/desk/find?number={number}").text
    assert not town.desk.press("/desk/reprint", number=number, kiosk="kiosk-1")["ok"]
    printed = town.count()
    town.kiosk()
    give(town)
    assert number not in town.rows(printed)  # nothing was kept for it
