"""A head of office at the wall, a technician and the log, in real browsers over a real office."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from appliance.node.link import Link
from appliance.node.polling import until
from appliance.people import Role
from appliance.store import log_export
from appliance.tools.office import chromium
from appliance.tools.office.chromium import a11y, overflow, small_targets
from appliance.tools.office.rig import TAP
from appliance.wire import messages as m
from appliance.wire import topics
from tests.signing import signed
from tests.web_office import NAMES, SECRET, WebOffice, web_office
from tests.web_person import Person

pytestmark = pytest.mark.skipif(chromium.program() is None, reason="needs chromium")
PEOPLE = 21


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebOffice]:
    with web_office(tmp_path_factory.mktemp("web"), counters=2) as office:
        yield office


At = Callable[..., Person]


@pytest.fixture
def at(sit: Any) -> At:
    return lambda role, path, **options: sit(role, **options).go(path)


@pytest.fixture(scope="module")
def crowd(town: WebOffice) -> list[str]:
    return town.issue(PEOPLE)


def press(town: WebOffice, *bodies: Any) -> None:
    keypad = town.rig.asker("keypad-1")
    try:
        assert keypad.wait_for_hub(20)
        for body in bodies:
            assert isinstance(keypad.ask(signed("keypad-1", body)), m.Accepted)
    finally:
        keypad.close()


def test_the_wall_follows_the_office_without_being_touched(town: WebOffice, at: At, crowd: list[str]) -> None:
    wall = at(Role.HEAD, "/wall")
    wall.shows("Pendaftaran Berkas")
    wall.shows(f"{PEOPLE}\nmenunggu")
    press(town, m.CallNext(m.CounterId("1")), m.Start(m.CounterId("1")))
    wall.shows(crowd[0])
    wall.shows("Melayani")
    press(town, m.PauseCounter(m.CounterId("1"), reason="break"))
    wall.shows("Istirahat")
    assert wall.complaints.found == []


def test_an_alert_is_taken_and_every_wall_shows_by_whom(town: WebOffice, at: At, crowd: list[str]) -> None:
    head = at(Role.HEAD, "/wall/limits")
    head.page.fill("[name=waiting]", "5")
    head.page.click("main button.primary")
    viewer = at(Role.VIEWER, "/wall")
    viewer.shows("menunggu (batas")
    assert viewer.page.query_selector(".alert-card button") is None
    head.page.click(".alert-card button >> nth=0")
    viewer.shows(f"ditangani {NAMES[Role.HEAD]}")
    assert head.complaints.found == viewer.complaints.found == []


def test_numbers_are_stopped_and_everybody_is_told_from_the_wall(town: WebOffice, at: At) -> None:
    head = at(Role.HEAD, "/wall")
    head.page.click("#d-stop summary")
    head.page.select_option("#d-stop select", "konsultasi")
    head.page.fill("#d-stop textarea", "Petugas sakit")
    head.page.click("#d-stop button")
    head.shows("Nomor dihentikan: Petugas sakit")
    assert town.issue(1, 1) == []
    head.page.click("button[form=f-resume]")
    head.page.wait_for_function("() => !document.querySelector('button[form=f-resume]')")
    head.page.click("#d-tell summary")
    head.page.fill("#d-tell [name=text]", "Mohon maaf, sistem pusat lambat.")
    head.page.click("#d-tell button")
    head.shows("Mohon maaf, sistem pusat lambat.")
    head.page.click("button[form=f-quiet]")
    head.page.wait_for_function("() => !document.querySelector('button[form=f-quiet]')")
    head.page.click("#d-emergency summary")
    head.page.click("#d-emergency button.danger")
    head.shows("Keadaan darurat. Tinggalkan gedung")
    head.page.click("#d-emergency summary")
    head.page.click("#d-emergency form >> nth=1 >> button")
    head.page.wait_for_function("() => !document.querySelector('#figures').innerText.includes('Tinggalkan gedung')")
    assert head.complaints.found == []


def test_a_box_that_dies_is_seen_to_go_and_to_come_back(town: WebOffice, at: At) -> None:
    technician = at(Role.TECHNICIAN, "/nodes")
    town.office.keypad("2")
    technician.shows("keypad-2")
    wall = at(Role.HEAD, "/wall")
    town.rig.process("keypad-2").kill()
    technician.page.wait_for_function(
        "() => [...document.querySelectorAll('.box.away')].some(e => e.innerText.includes('keypad-2'))"
    )
    wall.page.wait_for_function("() => document.querySelector('#boxes').innerText.includes('keypad-2')")
    town.office.keypad("2")
    technician.page.wait_for_function(
        "() => ![...document.querySelectorAll('.box.away')].some(e => e.innerText.includes('keypad-2'))"
    )
    # The list moves its boxes at this very moment: a finger might touch the one that has just come there.
    technician.page.eval_on_selector("a[href='/nodes/keypad-2']", "link => link.click()")
    technician.page.wait_for_url(lambda url: url.endswith("/nodes/keypad-2"))
    technician.shows("Riwayat sambungan")
    assert technician.complaints.found == []


def test_a_technician_has_a_kiosk_print_a_slip(town: WebOffice, at: At) -> None:
    printed: list[m.SlipToPrint] = []
    tap = Link(TAP, town.rig.password(TAP), town.rig.broker_settings(), "tap")
    tap.on(topics.slip("kiosk-2"), m.SlipToPrint, printed.append)
    tap.start()
    try:
        assert until(lambda: tap.connected)
        technician = at(Role.TECHNICIAN, "/nodes/kiosk-2")
        technician.page.click("form[action$='test-print'] button")
        assert until(lambda: printed)
    finally:
        tap.stop()
    assert (printed[0].slip.kind, printed[0].slip.lines[1].text) == ("test", "kiosk-2")
    assert NAMES[Role.TECHNICIAN] in printed[0].slip.lines[2].text


def test_the_log_is_searched_proven_and_taken_away(town: WebOffice, at: At, crowd: list[str]) -> None:
    head = at(Role.HEAD, "/log")
    head.page.fill("[name=number]", crowd[0].lower())
    head.page.keyboard.press("Enter")
    head.shows(f"{crowd[0]} diberikan untuk Pendaftaran Berkas")
    head.page.click("button[form=f-prove]")
    head.shows("Utuh:")
    with head.page.expect_download() as download:
        head.page.click("form[action='/log/export'] button")
        head.page.fill("[name=confirm_secret]", SECRET)
        head.page.click("main button.primary")
    with open(download.value.path(), "rb") as lines:  # noqa: PTH123  # what playwright names is a text
        _, proof = log_export.check(lines)
    assert proof.bad is None
    assert proof.records > PEOPLE
    # The page that asks for the secret once more is a 403, which a browser notes.
    assert [one for one in head.complaints.found if not one.startswith("console")] == []


@pytest.mark.parametrize(
    ("size", "scheme"), [((360, 740), "dark"), pytest.param((3840, 2160), "light", marks=pytest.mark.long)]
)
def test_the_pages_suit_everybody(at: At, crowd: list[str], size: tuple[int, int], scheme: str) -> None:
    screen = at(Role.HEAD, "/wall", viewport={"width": size[0], "height": size[1]}, color_scheme=scheme)
    for path in ("/wall", "/wall?screen=1", "/wall/limits", "/nodes", "/nodes/hub-1", "/log"):
        screen.go(path)
        assert (path, a11y(screen.page)) == (path, [])
        assert (path, overflow(screen.page)) == (path, [])
        assert (path, small_targets(screen.page)) == (path, [])
    assert screen.complaints.found == []
