"""Every page × every role × nobody × another's session, from the table itself, so that a forgotten page fails."""

from __future__ import annotations

import re
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from appliance.pages.headers import HEADERS
from appliance.people import Role, may
from appliance.tools.office.visitor import Visitor
from appliance.web.access import Page
from appliance.web.pages_table import pages_of
from appliance.web.settings import WebSettings
from tests.web_office import WebOffice, web_office

SITE: Any = SimpleNamespace(settings=WebSettings(demonstration=False))
PAGES = pages_of(SITE, SITE)
NAMES = [f"{page.method} {page.path}" for page in PAGES]
ENDS_A_SESSION = {"/sign-out"}


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebOffice]:
    with web_office(tmp_path_factory.mktemp("web")) as office:
        yield office


@pytest.fixture(scope="module")
def staff(town: WebOffice) -> dict[Role, Visitor]:
    return {role: town.visitor(role) for role in Role}


def path_of(page: Page) -> str:
    return re.sub(r"\{[a-z_]+(:[a-z]+)?\}", "1", page.path)


def test_no_path_is_served_twice() -> None:
    assert len(set(NAMES)) == len(NAMES)


@pytest.mark.parametrize(
    "page", [page for page in PAGES if page.need != "anybody"], ids=lambda p: f"{p.method} {p.path}"
)
def test_nobody_sees_what_needs_a_session(town: WebOffice, page: Page) -> None:
    stranger = town.visitor()
    forged = town.visitor()
    forged.cookies["giliran"] = "0" * 64
    for visitor in (stranger, forged):
        answer = visitor.ask(page.method, path_of(page), b"" if page.method == "POST" else None, {})
        if page.method == "GET":
            assert (answer.status, answer.headers["location"].partition("?")[0]) == (303, "/sign-in")
        else:
            assert answer.status == 401


@pytest.mark.parametrize(
    "page", [page for page in PAGES if page.path not in ENDS_A_SESSION], ids=lambda p: f"{p.method} {p.path}"
)
def test_each_role_may_what_it_is_granted_and_no_more(town: WebOffice, staff: dict[Role, Visitor], page: Page) -> None:
    for role, visitor in staff.items():
        if page.method == "GET" and page.path.endswith("/live"):
            continue
        answer = visitor.ask(
            page.method,
            path_of(page),
            f"csrf={visitor.csrf}".encode() if page.method == "POST" else None,
            {"content-type": "application/x-www-form-urlencoded"},
        )
        granted = page.need in ("anybody", "signed_in") or may(role, page.need)  # type: ignore[arg-type]
        denied = answer.status == 403 and "Tugas Anda tidak mencakup" in answer.text
        assert denied is not granted, (role, page.path, answer.status)
        assert answer.status < 500, (role, page.path, answer.text[:500])


@pytest.mark.parametrize("page", [page for page in PAGES if page.method == "POST"], ids=lambda page: page.path)
def test_no_form_is_taken_from_another_site(staff: dict[Role, Visitor], page: Page) -> None:
    visitor = staff[Role.HEAD]
    for headers in ({"origin": "http://evil.example"}, {"sec-fetch-site": "cross-site"}, {"origin": "null"}):
        assert visitor.post(path_of(page), {}, headers).status == 403


@pytest.mark.parametrize(
    "page", [page for page in PAGES if page.method == "POST" and page.need != "anybody"], ids=lambda page: page.path
)
def test_no_form_is_taken_without_the_sessions_own_secret(staff: dict[Role, Visitor], page: Page) -> None:
    for given in ("", "x" * 32, staff[Role.DESK].csrf):
        answer = staff[Role.HEAD].post(path_of(page), {"csrf": given})
        assert answer.status == 403


@pytest.mark.parametrize("path", ["/sign-in", "/counter", "/nothing", "/static/style.css"])
def test_every_answer_carries_the_headers(staff: dict[Role, Visitor], path: str) -> None:
    answer = staff[Role.OFFICER].get(path)
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
    assert answer.headers["cache-control"] == "no-store"
    assert "server" not in answer.headers


def test_the_session_cookie_is_for_the_server_alone(staff: dict[Role, Visitor]) -> None:
    cookie = next(line.lower() for line in staff[Role.OFFICER].set_cookies if line.startswith("giliran="))
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
