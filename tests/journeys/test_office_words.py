"""A head of office words what citizens read: typed in a real browser, read from a real kiosk, board and paper."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest

from appliance.node.polling import limit, until
from appliance.people import Role
from appliance.tools.office import chromium
from appliance.tools.office.chromium import a11y, overflow, small_targets
from appliance.tools.office.finger import Finger
from appliance.wire.topics import ticket_token
from kiosk.workshop import paper
from kiosk.workshop.fake_printer import PtyPrinter
from tests.web_office import WebOffice, web_office

pytestmark = [
    pytest.mark.skipif(chromium.program() is None, reason="needs chromium"),
    pytest.mark.expects_log("connection to the broker lost"),
]
SECONDS = 20.0
WITHIN_SECONDS = 1.0
BEGIN = "Sugeng rawuh, mangga demok layar"
WELCOME = "أهلا وسهلا بكم"
THANKS = "Matur nuwun sampun rawuh. Pengaduan: lantai dua, atau lapor di antrean.example"
PHOTO = "{number}: tunjukkan layar ini kepada satpam."


class Town:
    """The office, and what its citizens look at."""

    def __init__(self, office: WebOffice, printer: PtyPrinter, kiosk: Finger, board: Finger) -> None:
        self.office = office
        self.address = office.address
        self.printer = printer
        self.kiosk = kiosk
        self.board = board

    def take(self) -> list[str]:
        """Take a number at the kiosk; return what stands on its paper."""
        before = len(self.printer.tickets())
        self.kiosk.wait_screen("attract")
        self.kiosk.tap("begin")
        self.kiosk.tap("service-pendaftaran")
        self.kiosk.tap("take")
        self.kiosk.wait_screen("ticket")
        assert self.printer.wait_for(before + 1, SECONDS)
        self.kiosk.tap("done")
        found = paper.render(self.printer.tickets()[before], 58)
        assert found.problems == []
        return found.text


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    folder = tmp_path_factory.mktemp("words")
    screen = {"fullscreen": False, "width": 1024, "height": 600}
    with web_office(folder, counters=1) as office, PtyPrinter(folder / "paper") as printer:
        office.office.kiosk({"screen": screen, "printer": {"kind": "serial", "device": printer.path, "paper_mm": 58}})
        office.office.display({"voice": "none", "player": "none"}, screen=screen)
        with (
            Finger(office.office.finger_socket("kiosk-1")) as kiosk,
            Finger(office.office.finger_socket("display-1")) as board,
        ):
            kiosk.wait_screen("attract")
            board.wait_screen("welcome")
            yield Town(office, printer, kiosk, board)


def test_what_is_typed_is_seen_while_typing_and_on_kiosk_and_board_within_a_second(town: Town, sit: Any) -> None:
    head = sit(Role.HEAD).go("/admin/texts")
    page = head.page
    page.fill("[name='texts.kiosk.begin.id']", BEGIN)
    page.wait_for_function("text => document.querySelector('#picture-first-id').innerText.includes(text)", arg=BEGIN)
    page.click("details:has(#picture-unprinted-id) summary")
    page.fill("[name='texts.kiosk.photograph.id']", PHOTO.replace("{number}", ""))
    page.wait_for_function(
        "() => document.querySelector('#said-kiosk\\\\.photograph-id').innerText.includes('{number}')"
    )
    page.fill("[name='texts.kiosk.photograph.id']", PHOTO)
    page.wait_for_function("() => !document.querySelector('#said-kiosk\\\\.photograph-id').innerText")
    page.fill("[name='texts.board.welcome.id']", WELCOME)
    page.fill("[name='texts.ticket.thanks.id']", THANKS)
    assert [*a11y(page), *overflow(page), *small_targets(page)] == []
    pressed = time.monotonic()
    page.click("main form .primary", no_wait_after=True)
    town.kiosk.wait_text(BEGIN)
    town.board.wait_text(WELCOME)
    assert time.monotonic() - pressed < limit(WITHIN_SECONDS)
    page.wait_for_selector("text=Disimpan. Sudah berlaku.")
    assert "A012: tunjukkan layar" in page.text_content("#picture-unprinted-id")
    assert head.complaints.found == []


def test_the_citizens_paper_and_the_desks_end_with_the_offices_words(town: Town) -> None:
    rows = town.take()
    assert THANKS in " ".join(rows)
    assert all(len(row) <= 32 for row in rows)
    number = next(row for row in rows if row[:1] == "A" and row[1:].isdigit())
    clerk = town.office.visitor(Role.DESK)
    assert until(lambda: clerk.get(f"/desk/find?number={number}").status == 200)
    sheet = clerk.get(f"/desk/paper?number={number}&token={ticket_token(number, '0' * 32)}").text
    assert THANKS in sheet
    assert "Pantau antrean di ponsel" in sheet


def test_another_language_has_its_own_words_or_the_usual_ones(town: Town) -> None:
    town.kiosk.tap("language-en")
    town.kiosk.wait_text("Touch the screen to begin")
    town.kiosk.tap("language-id")
    town.kiosk.wait_text(BEGIN)


def test_without_the_hub_the_kiosk_goes_on_in_the_offices_words(town: Town) -> None:
    town.office.rig.process("hub-1").stop()
    rows = town.take()
    assert any(row.startswith("AX") for row in rows), "the kiosk gave this number alone"
    assert THANKS in " ".join(rows)
    town.kiosk.wait_text(BEGIN)
    assert WELCOME in town.board.texts()
