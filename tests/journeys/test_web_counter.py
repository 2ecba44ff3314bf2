"""An officer's day in a real browser, beside the same counter's keypad, over the real hub and broker."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from typing import Any

import pytest

from appliance.node.polling import until
from appliance.people import Role
from appliance.tools.office import chromium
from appliance.tools.office.chromium import a11y, overflow, small_targets
from appliance.tools.office.observer import Observer
from appliance.tools.office.panel_client import PanelClient
from tests.web_office import NAMES, WebOffice, web_office

pytestmark = pytest.mark.skipif(chromium.program() is None, reason="needs chromium")


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebOffice]:
    with web_office(tmp_path_factory.mktemp("web"), counters=3) as office:
        yield office


@pytest.fixture(autouse=True)
def nobody_waits(town: WebOffice) -> None:
    town.send_everybody_home()


def test_an_officer_calls_serves_and_finishes_with_the_keyboard_alone(town: WebOffice, sit: Any) -> None:
    numbers = town.issue(3)
    with Observer(town.rig) as lobby:
        officer = sit(Role.OFFICER).at_counter("1")
        officer.press("Enter")
        officer.wait_number(numbers[0])
        assert lobby.wait(lambda: [call.number for call in lobby.calls] == numbers[:1], 20), "the lobby did not hear it"
        officer.shows("SUDAH DATANG")
        officer.press("Enter")
        officer.shows("SELESAI & PANGGIL")
        officer.press("Enter")
        officer.wait_number(numbers[1])
        officer.press("r")
        assert lobby.wait(lambda: len(lobby.calls) == 3 and lobby.calls[-1].recall, 20)
        officer.press("p")
        officer.shows("ditunda")
        officer.page.click("text=Tunggu lagi")
        officer.page.wait_for_selector("#q-away", state="detached")
        officer.page.wait_for_function("() => document.activeElement.matches('button.main')")
        officer.press("Enter")
        officer.wait_number(numbers[1])
        officer.press("Enter")
        officer.press("f")
        officer.shows("Loket siap")
        officer.press("Enter")
        officer.wait_number(numbers[2])
        officer.press("u")
        officer.shows("Loket siap")
    assert officer.complaints.found == []
    officer.press("Enter")
    officer.wait_number(numbers[2])
    officer.page.click("text=Tutup loket")
    officer.shows("BUKA LOKET")


def test_two_clicks_in_one_instant_call_two_citizens_and_a_double_click_one(town: WebOffice, sit: Any) -> None:
    numbers = town.issue(4)
    first, second = sit(Role.OFFICER).at_counter("2"), sit(Role.HEAD)
    second.page.goto(f"{town.address}/counter")
    second.at_counter("3")
    with Observer(town.rig) as lobby:
        first.page.dblclick("button.main")
        second.page.click("button.main")
        assert lobby.wait(lambda: len(lobby.calls) == 2, 20)
        first.page.wait_for_selector("#ticket .number:not(.none)")
        second.page.wait_for_selector("#ticket .number:not(.none)")
        assert {first.number(), second.number()} <= {*numbers, *(call.number for call in lobby.calls)}
        assert first.number() != second.number()
        assert len({call.number for call in lobby.calls}) == 2
    for desk in (first, second):
        desk.finish()


def test_the_keypad_and_the_console_show_the_same(town: WebOffice, sit: Any) -> None:
    waiting = town.issue(2)
    officer = sit(Role.HEAD)
    officer.page.goto(f"{town.address}/counter/3")
    town.office.keypad("3")
    panel = PanelClient(town.office.panel_socket("3"))
    try:
        with Observer(town.rig) as lobby:
            assert lobby.wait(lambda: lobby.online("keypad-3"), 20)
            assert until(lambda: 0 < max(panel.lamp()) < 1), "it has not found the hub"
            panel.push("call_next")
            officer.page.wait_for_selector("#ticket .number:not(.none)")
            assert lobby.wait(lambda: bool(lobby.calls), 20)
            assert officer.number() == lobby.calls[-1].number
            officer.press("Enter")
            officer.serves()
            panel.push("call_next")
            assert lobby.wait(lambda: len(lobby.calls) == 2, 20)
            officer.wait_number(lobby.calls[-1].number)
    finally:
        panel.close()
        town.rig.process("keypad-3").stop()
    assert waiting
    officer.finish()


def test_an_idle_officer_is_told_when_somebody_comes(town: WebOffice, sit: Any) -> None:
    officer = sit(Role.OFFICER)
    officer.page.add_init_script(
        "window.tones = 0; const AC = AudioContext.prototype, make = AC.createOscillator;"
        "AC.createOscillator = function () { window.tones += 1; return make.call(this); };"
    )
    officer.go("/counter").at_counter("1")
    officer.shows("Tidak ada yang menunggu")
    (number,) = town.issue(1)
    officer.page.wait_for_selector("#toast >> text=Ada yang menunggu di loket Anda.")
    assert officer.page.evaluate("window.tones") == 1, "it is heard as well"
    officer.press("Enter")
    officer.wait_number(number)
    officer.finish()
    assert officer.complaints.found == []


def test_a_colleague_reads_who_has_the_counter(town: WebOffice, sit: Any) -> None:
    sit(Role.OFFICER).at_counter("1")
    other = sit(Role.HEAD)
    other.page.goto(f"{town.address}/counter/1")
    other.shows(f"Dipakai oleh {NAMES[Role.OFFICER]}")
    assert other.page.get_attribute("button.main", "aria-disabled") == "true"
    other.page.goto(f"{town.address}/counter")
    other.shows(NAMES[Role.OFFICER])


def test_a_hub_that_dies_after_its_commit_calls_one_citizen(town: WebOffice, sit: Any) -> None:
    """The click is repeated under its own id: the answer that was lost comes from the log."""
    town.issue(3)
    officer = sit(Role.OFFICER)
    officer.page.goto(f"{town.address}/counter/1")
    officer.page.wait_for_selector("button.main:not([aria-disabled])")
    with Observer(town.rig) as lobby:
        town.rig.process("hub-1").signal(signal.SIGSTOP)
        officer.press("Enter")
        officer.shows("Pusat antrean")
        town.rig.process("hub-1").signal(signal.SIGCONT)
        town.rig.process("hub-1").kill()
        town.office.hub()
        officer.page.wait_for_selector("#ticket .number:not(.none)")
        assert lobby.wait(lambda: len({call.seq for call in lobby.calls}) == 1, 30)
    officer.finish()


def test_without_a_hub_the_buttons_rest_and_say_why(town: WebOffice, sit: Any) -> None:
    officer = sit(Role.OFFICER)
    officer.page.goto(f"{town.address}/counter/1")
    officer.page.wait_for_selector("button.main")
    town.rig.process("hub-1").stop()
    officer.shows("Pusat antrean sedang tidak terhubung")
    assert officer.page.get_attribute("button.main", "aria-disabled") == "true"
    officer.shows("tidak ada yang disimpan untuk nanti")
    town.office.hub()
    officer.page.wait_for_selector("text=Pusat antrean sedang tidak terhubung", state="detached")


def test_a_web_that_dies_costs_a_reconnect_and_the_session_goes_on(town: WebOffice, sit: Any) -> None:
    officer = sit(Role.OFFICER)
    officer.page.goto(f"{town.address}/counter/1")
    officer.page.wait_for_selector("button.main")
    town.rig.process("web-1").kill()
    port = town.address.rpartition(":")[2]
    town.office.web(port=int(port))
    assert until(lambda: officer.page.evaluate("() => true"))
    town.issue(1)
    officer.page.wait_for_selector("button.main:not([aria-disabled])")
    officer.press("Enter")
    officer.page.wait_for_selector("#ticket .number:not(.none)")
    officer.finish()


def test_a_web_that_hangs_costs_the_queue_nothing_and_its_page_says_so(town: WebOffice, sit: Any) -> None:
    officer = sit(Role.OFFICER)
    officer.page.goto(f"{town.address}/counter/1")
    officer.page.wait_for_selector("button.main")
    web = town.rig.process("web-1")
    web.signal(signal.SIGSTOP)
    try:
        numbers = town.issue(2)
        assert len(numbers) == 2, "the queue waits for its pages"
        officer.page.wait_for_selector("#silence:not([hidden])", timeout=40_000)
        assert "Data terakhir pukul 09." in officer.page.inner_text("#silence")
    finally:
        web.signal(signal.SIGCONT)
    officer.page.wait_for_selector("#silence", state="hidden")
    listed = "number => document.querySelector('#queue').textContent.includes(number)"
    officer.page.wait_for_function(listed, arg=numbers[0])


@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), pytest.param(1366, "light", marks=pytest.mark.long)])
def test_the_console_is_for_everybody_at_every_size(town: WebOffice, sit: Any, width: int, scheme: str) -> None:
    officer = sit(Role.HEAD, color_scheme=scheme)
    officer.page.set_viewport_size({"width": width, "height": 800})
    for path in ("/counter", "/counter/1", "/counter/2"):
        officer.page.goto(f"{town.address}{path}")
        officer.page.wait_for_selector("main h1, main h2")
        assert (a11y(officer.page), overflow(officer.page), small_targets(officer.page)) == ([], [], [])
