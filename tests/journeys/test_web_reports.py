"""A head of office on Monday morning, in a real browser over a real office with a week behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from appliance.node.polling import until
from appliance.people import Role
from appliance.tools.office import chromium, past
from appliance.tools.office.chromium import a11y, overflow, small_targets
from tests.web_office import WebOffice, web_office
from tests.web_person import Person

pytestmark = pytest.mark.skipif(chromium.program() is None, reason="needs chromium")
WHAT_IF = "/reports/what-if?which=latest&latest=2&weekday=&change=counters&counters=2&aim=waits"
At = Callable[..., Person]
PHONE = {"viewport": {"width": 360, "height": 740}, "color_scheme": "dark"}


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebOffice]:
    folder = tmp_path_factory.mktemp("reports")
    database = folder / "office" / "hub-1" / "giliran.db"
    database.parent.mkdir(parents=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(past, "TICKETS_A_DAY", 60)
        past.make(database, 360)
    with web_office(folder) as office:
        yield office


@pytest.fixture
def at(sit: Any, town: WebOffice) -> At:
    def go(role: Role, path: str, **options: Any) -> Person:
        person = sit(role, **options)
        assert until(lambda: "Warga dilayani" in person.go("/reports").page.inner_text("main"))
        return person.go(path)  # type: ignore[no-any-return]

    return go


def test_a_chart_is_read_with_the_keyboard_and_leads_to_the_numbers_in_two_steps(at: At) -> None:
    head = at(Role.HEAD, "/reports?span=2026-04")
    head.shows("April 2026")
    chart = head.page.locator(".chart .plots").first
    chart.focus()
    head.press("ArrowRight")
    tip = head.page.locator(".chart .tip").first
    assert tip.inner_text() == "1/4 – Datang: 60; Dilayani: 60"
    head.press("End")
    assert tip.inner_text().startswith("5/4 –")
    head.press("Escape")
    assert tip.inner_text() == ""
    head.press("ArrowRight")
    head.press("Enter")
    head.shows("Rabu, 1 April 2026")
    head.page.click(".report-heroes dd a >> nth=0")
    head.shows("Nomor di balik angka: Rabu, 1 April 2026")
    head.shows("A001")
    assert head.complaints.found == []


def test_a_pointer_is_answered_and_a_table_stands_behind_each_chart(at: At) -> None:
    head = at(Role.HEAD, "/reports")
    head.shows("Minggu, 5 April 2026")
    head.page.hover(".chart .wide .hit >> nth=2")
    head.page.wait_for_function("document.querySelector('.tip.shown').textContent.includes('Menunggu')")
    head.page.click(".chart summary >> nth=0")
    cells = head.page.locator(".chart details[open] tbody tr").count()
    assert cells == head.page.locator(".chart >> nth=0 >> .wide .hit").count() > 0


def test_a_definition_is_one_click_away(at: At) -> None:
    head = at(Role.HEAD, "/reports")
    head.page.click("text=Sesuai janji layanan >> nth=0")
    head.page.wait_for_url(lambda url: url.endswith("definitions#promise"))
    assert head.page.locator("section:target h2").inner_text() == "Sesuai janji layanan"


@pytest.mark.parametrize("options", [pytest.param({}, marks=pytest.mark.long), PHONE], ids=["PC", "phone by night"])
def test_the_pages_are_for_everybody(at: At, options: dict[str, Any]) -> None:
    head = at(Role.HEAD, "/reports", **options)
    for path in (
        "/reports",
        "/reports?span=2026-04&by=hour",
        "/reports/tickets?span=2026-04-05",
        "/reports/definitions",
        WHAT_IF,
    ):
        head.go(path)
        problems = [*a11y(head.page), *overflow(head.page), *small_targets(head.page)]
        assert problems == [], path
    assert head.complaints.found == []


def test_it_prints_without_what_can_only_be_pressed(at: At) -> None:
    head = at(Role.HEAD, "/reports?span=2026-04")
    head.page.emulate_media(media="print")
    assert head.page.locator(".report-spans").is_hidden()
    assert head.page.locator(".chart .wide svg").first.is_visible()
    assert head.page.locator(".chart summary").first.is_hidden()


def test_what_if_is_asked_played_and_seen_without_a_further_touch(at: At) -> None:
    head = at(Role.HEAD, "/reports")
    head.page.click(".report-belongs >> text=Bagaimana jika?")
    head.page.fill("#f-latest", "2")
    head.page.select_option("#f-weekday", "")
    assert head.page.locator("#f-counters").is_hidden()
    head.page.check("#o-change-counters")
    head.page.fill("#f-counters", "xy")
    head.page.click("#f-what-if button.primary")
    head.shows("Angka dari 1 sampai 60.")
    assert head.page.input_value("#f-counters") == "xy"
    head.page.fill("#f-counters", "2")
    head.page.click("#f-what-if button.primary")
    head.page.wait_for_selector(".verdict")
    head.shows("Erlang C")
    assert head.page.url.endswith(WHAT_IF)
    assert [*a11y(head.page), *overflow(head.page), *small_targets(head.page)] == []
    assert [one for one in head.complaints.found if "status of 400" not in one] == []
