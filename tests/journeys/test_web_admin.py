"""Administrators in real browsers: what they save is at the kiosk at once, and everybody can use every page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from appliance.node.polling import until
from appliance.people import Role
from appliance.tools.office import chromium
from appliance.tools.office.chromium import a11y, overflow, small_targets
from appliance.wire import messages as m
from tests.web_office import NAMES, WebOffice, web_office
from tests.web_person import Person

pytestmark = pytest.mark.skipif(chromium.program() is None, reason="needs chromium")
PAGES = [
    "/admin", "/admin/services", "/admin/services/new", "/admin/services/pendaftaran", "/admin/counters",
    "/admin/counters/1", "/admin/hours", "/admin/holidays", "/admin/rules", "/admin/journeys", "/admin/journeys/new",
    "/admin/office", "/admin/kiosks", "/admin/texts", "/admin/lobby", "/admin/day", "/admin/file", "/admin/versions",
    "/admin/people", "/admin/people/new", "/me",
]  # fmt: skip
LONG = "Pelayanan Pendaftaran Peralihan Hak Milik Atas Satuan Rumah Susun dan Tanah Wakaf"


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebOffice]:
    with web_office(tmp_path_factory.mktemp("admin")) as office:
        yield office


@pytest.fixture
def person(sit: Any) -> Any:
    return lambda role=Role.ADMINISTRATOR, **options: sit(role, **options)


def save(admin: Person) -> None:
    admin.page.click("main .save .primary")


def test_a_new_service_is_seen_while_it_is_typed_and_is_at_the_kiosk_when_saved(town: WebOffice, person: Any) -> None:
    admin = person()
    admin.go("/admin/services/new")
    admin.page.fill("[name='names.id']", "Loket Wakaf")
    admin.page.fill("[name=prefix]", "w")
    admin.page.fill("[name='bring.id']", "KTP asli\nAkta ikrar wakaf")
    preview = "() => { const shown = document.querySelector('#preview').innerText; return %s; }"
    all_there = " && ".join(f"shown.includes('{text}')" for text in ("Loket Wakaf", "W012", "Akta ikrar wakaf"))
    admin.page.wait_for_function(preview % all_there)
    save(admin)
    admin.page.wait_for_selector("text=Disimpan. Sudah berlaku.")
    assert town.kiosk.ask(m.Issue(m.ServiceId("loket-wakaf"))).number == "W001"
    assert admin.complaints.found == []


def test_a_refused_form_keeps_what_was_typed_and_names_the_field(person: Any) -> None:
    admin = person()
    admin.go("/admin/services/konsultasi")
    admin.page.fill("[name='names.id']", LONG)
    admin.page.fill("[name=prefix]", "A")
    save(admin)
    admin.page.wait_for_selector("#f-prefix[aria-invalid=true]")
    assert "sudah dipakai layanan lain" in admin.page.inner_text("#f-prefix-problem")
    assert admin.page.input_value("[name='names.id']") == LONG
    assert a11y(admin.page) == []


def test_two_administrators_in_two_browsers_overwrite_nothing(person: Any) -> None:
    first, second = person(), person(Role.HEAD)
    for one in (first, second):
        one.go("/admin/rules")
    first.page.fill("[name='rules.promise_minutes']", "50")
    first.page.fill("[name='rules.undo_seconds']", "12")
    save(first)
    first.page.wait_for_selector("text=Disimpan. Sudah berlaku.")
    second.page.fill("[name='rules.promise_minutes']", "40")
    second.page.fill("[name='rules.recall_limit']", "6")
    save(second)
    second.page.wait_for_selector("text=Sementara itu ada perubahan lain")
    assert NAMES[Role.ADMINISTRATOR] in second.page.inner_text("main")
    assert a11y(second.page) == []
    second.page.check("input[value=theirs]")
    save(second)
    second.page.wait_for_selector("text=Disimpan. Sudah berlaku.")
    rules = [
        second.page.input_value(f"[name='rules.{key}']") for key in ("promise_minutes", "undo_seconds", "recall_limit")
    ]
    assert rules == ["50", "12", "6"]


def test_a_day_is_clicked_in_the_years_calendar(person: Any) -> None:
    admin = person()
    admin.go("/admin/holidays?year=2026")
    admin.page.click("label.day:has(input[value='2026-08-17'])")
    save(admin)
    admin.page.wait_for_selector("text=Disimpan. Sudah berlaku.")
    assert admin.page.is_checked("input[value='2026-08-17']")
    admin.go("/admin/versions")
    assert "Hari libur" in admin.page.inner_text("main .items li:first-child")


def test_a_file_is_read_into_its_field(person: Any) -> None:
    admin = person()
    admin.go("/admin/file")
    content = admin.page.evaluate("() => fetch('/admin/file/office.toml').then(answer => answer.text())")
    changed = content.replace("Kantor Pertanahan", "Kantor Agraria").encode()
    admin.page.set_input_files("input[type=file]", {"name": "office.toml", "mimeType": "text/plain", "buffer": changed})
    assert until(lambda: "Kantor Agraria" in admin.page.input_value("#f-office"), 10)
    admin.page.click("main form .primary")
    admin.page.wait_for_selector(".changes")
    assert "Kantor Agraria" in admin.page.inner_text(".changes")
    assert a11y(admin.page) == []


@pytest.mark.parametrize("look", [pytest.param("light", marks=pytest.mark.long), "dark"])
def test_every_page_can_be_used_by_everybody(person: Any, look: str) -> None:
    admin = person(color_scheme=look)
    wrong = []
    for path in PAGES:
        admin.go(path)
        wrong += [
            f"{path}: {found}" for found in (*a11y(admin.page), *small_targets(admin.page), *overflow(admin.page))
        ]
        wrong += [f"{path}: {found}" for found in admin.complaints.found]
        admin.complaints.found.clear()
    assert wrong == []


def test_every_page_fits_a_phone(person: Any) -> None:
    admin = person(viewport={"width": 360, "height": 740})
    wrong = []
    for path in PAGES:
        admin.go(path)
        wrong += [f"{path}: {found}" for found in overflow(admin.page)]
    assert wrong == []


def test_without_script_a_service_is_saved_as_well(town: WebOffice, person: Any) -> None:
    admin = person(java_script_enabled=False)
    admin.go("/admin/services/pengambilan")
    admin.page.fill("[name=minutes]", "4")
    save(admin)
    admin.page.wait_for_selector("text=Disimpan. Sudah berlaku.")
    admin.go("/admin/services/pengambilan")
    assert admin.page.input_value("[name=minutes]") == "4"
