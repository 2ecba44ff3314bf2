"""What citizens think, from end to end: the head asks for it, a kiosk and a keypad take it, the desk types forms."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from appliance.people import Role
from appliance.tools.office import chromium
from appliance.tools.office.chromium import a11y, overflow, small_targets
from appliance.tools.office.finger import Finger
from appliance.tools.office.sample_office import SERVICES
from appliance.wire import messages as m
from tests.web_office import WebOffice, web_office

pytestmark = pytest.mark.skipif(chromium.program() is None, reason="needs chromium")
SECONDS = 30.0
PHONE = {"width": 360, "height": 740}


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebOffice]:
    with web_office(tmp_path_factory.mktemp("satisfaction"), counters=1) as office:
        yield office


@pytest.fixture(scope="module")
def glass(town: WebOffice) -> Iterator[Finger]:
    socket = town.rig.directory / "glass.socket"
    screen = {"fullscreen": False, "width": 1024, "height": 600}
    tables = {"kiosk": {"node": "kiosk-1", "screen": screen, "printer": {"kind": "none"}}}
    town.rig.spawn("kiosk", town.rig.write_config("kiosk-1", tables), env={"GILIRAN_UI_DRIVER": str(socket)})
    with Finger(socket) as finger:
        finger.wait_screen("attract")
        yield finger


def serve(town: WebOffice) -> str:
    (number,) = town.issue()
    keypad = town.rig.asker("keypad-1")
    try:
        assert keypad.wait_for_hub(SECONDS)
        for body in (m.CallNext("1"), m.Start("1"), m.Finish("1")):
            reply = keypad.ask(body)
            assert isinstance(reply, m.Accepted), reply
    finally:
        keypad.close()
    return number


def test_the_head_asks_for_ratings_and_a_citizen_gives_one_at_the_kiosk(
    town: WebOffice, glass: Finger, sit: Any
) -> None:
    assert glass.find("rate") is None
    head = sit(Role.HEAD).go("/admin/rules")
    head.page.check("[name='rules.satisfaction.on']")
    head.page.click(".save button")
    head.page.wait_for_load_state()
    glass.wait_for("rate")
    number = serve(town)
    glass.tap("rate")
    glass.tap(f"key-{number[0]}")
    glass.tap("signs")
    for digit in number[1:].lstrip("0"):  # noughts may be left out
        glass.tap(f"key-{digit}")
    glass.tap("rate-give")
    glass.wait_screen("rating")
    glass.tap("answer-4")
    glass.wait_text("Pertanyaan 2 dari 14")
    glass.tap("rate-send")
    glass.wait_screen("thanks")
    glass.tap("done")
    told = town.visitor(Role.HEAD).get("/reports/satisfaction.json?from=2026-01-01&to=2026-12-31").json()
    assert (told["all"]["respondents"], told["all"]["overall"], told["served"]) == (1, 4.0, 1)
    assert told["groups"]["service"][str(SERVICES[0]["id"])]["respondents"] == 1


def test_whoever_was_just_served_presses_a_button_at_the_counter_once(town: WebOffice, glass: Finger) -> None:
    glass.wait_for("rate")
    serve(town)
    keypad = town.rig.asker("keypad-1")
    try:
        assert keypad.wait_for_hub(SECONDS)
        first, second = (keypad.ask(m.RateServed("1", m.Survey(overall=2))) for _ in range(2))
    finally:
        keypad.close()
    assert isinstance(first, m.Accepted)
    assert isinstance(second, m.Refused)
    assert second.code == "already_rated"


@pytest.mark.parametrize(
    "options",
    [pytest.param({}, marks=pytest.mark.long), {"viewport": PHONE, "color_scheme": "dark"}],
    ids=["pc", "phone"],
)
def test_the_desk_types_forms_with_the_keyboard_alone_and_the_head_reads_the_index(
    town: WebOffice, sit: Any, options: dict[str, Any]
) -> None:
    clerk = sit(Role.DESK, **options).go("/desk/satisfaction")
    before = respondents(town)
    for marks in ("343443323", "444444444"):
        clerk.page.keyboard.type(marks)
        clerk.press("Enter")
        clerk.shows("Formulir tersimpan")
        assert clerk.page.input_value("#f-marks") == ""
    clerk.page.keyboard.type("12")
    clerk.press("Enter")
    clerk.shows("diketik 2")
    assert respondents(town) == before + 2
    head = sit(Role.HEAD, **options)
    pages = ((clerk, "/desk/satisfaction"), (clerk, "/desk/satisfaction/sheet"), (head, "/reports/satisfaction"))
    for person, path in pages:
        person.go(path)
        assert a11y(person.page) == [], path
        assert overflow(person.page) == [], path
        assert small_targets(person.page) == [], path
    head.shows("Diperbaiki lebih dahulu")


def respondents(town: WebOffice) -> int:
    told = town.visitor(Role.HEAD).get("/reports/satisfaction.json?from=2026-01-01&to=2026-12-31").json()
    return int(told["all"]["respondents"])
