"""Leaving, and coming back to a form: with a disk that takes nothing, as somebody else, and with large forms."""

from __future__ import annotations

import contextlib
import html
import re
import socket
from urllib.parse import urlsplit

import pytest
from pages_bench import Office

from appliance.node.polling import until
from appliance.people import Role
from appliance.tools.office.visitor import Visitor
from appliance.web.browser import MOST_BYTES, SMALL_BYTES, STRANGERS_BYTES
from appliance.wire.messages import Accepted

SECRET = "kucing hitam lewat"  # noqa: S105  # of nobody
HIDDEN = re.compile(r'type="hidden" name="([^"]+)" value="([^"]*)"')


def peopled(folder):
    office = Office(folder)
    for name in ("Siti", "Budi"):
        office.site.accounts.add(name, Role.DESK, password=SECRET)
    office.open()
    return office


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    office = peopled(tmp_path_factory.mktemp("office"))
    yield office
    office.stop()


@pytest.fixture
def asked(office, monkeypatch):
    """Return what the hub is asked."""
    asked = []

    async def ask(body, request_id):
        asked.append(body)
        return Accepted(1, request_id, 1, "A001")

    monkeypatch.setattr(office.site.bus, "ask", ask)
    return asked


def at_desk(office, name):
    visitor = Visitor(office.address)
    assert visitor.sign_in(name, SECRET).status == 303
    visitor.get("/desk")
    return visitor


def hidden(answer):
    return {name: html.unescape(value) for name, value in HIDDEN.findall(answer.text)}


# -- signing out -------------------------------------------------------------------------------------------------------


@pytest.mark.expects_log("full", "cannot be written")
def test_whoever_signs_out_has_left_though_the_disk_is_full(tmp_path, small_disk, fill):
    disk = small_disk(tmp_path / "disk", "512k")
    office = peopled(disk)
    try:
        siti, colleague = at_desk(office, "Siti"), at_desk(office, "Siti")
        token = siti.cookies["giliran"]
        film = fill(disk)
        answer = siti.post("/sign-out", {})
        assert (answer.status, answer.headers["location"], "giliran" in siti.cookies) == (303, "/sign-in", False)
        assert "belum tercatat" in siti.get("/sign-in").text
        siti.cookies["giliran"] = token  # as whoever kept it would
        assert siti.get("/desk").status == 303
        assert not office.site.accounts.stands(token)
        assert len(office.site.accounts.sessions("Siti")) == 1
        film.unlink()
        assert colleague.post("/sign-out", {}).status == 303
        assert "Anda sudah keluar." in colleague.get("/sign-in").text
        database = office.site.accounts._database.connection
        assert database.execute("SELECT count(*) FROM session").fetchone() == (0,)
    finally:
        office.stop()


@pytest.mark.expects_log("file is not a database")
def test_whoever_signs_out_has_left_though_the_accounts_cannot_be_read(tmp_path):
    office = peopled(tmp_path)
    try:
        siti = at_desk(office, "Siti")
        for file in tmp_path.glob("accounts.db*"):
            file.write_bytes(b"\xff" * 200_000)
        assert siti.post("/sign-out", {}).status == 303
        assert "giliran" not in siti.cookies
    finally:
        office.stop()


def test_nobody_is_signed_out_by_another_site_or_without_their_sessions_secret(office):
    siti = at_desk(office, "Siti")
    assert siti.post("/sign-out", {"csrf": "x"}).status == 403
    assert siti.post("/sign-out", {}, {"origin": "http://evil.example"}).status == 403
    assert siti.get("/desk").status == 200


def test_signing_out_of_a_session_that_has_ended_is_signing_out(office):
    siti = at_desk(office, "Siti")
    office.site.accounts.end_sessions("Siti")
    assert siti.post("/sign-out", {}).headers["location"] == "/sign-in"
    assert "giliran" not in siti.cookies


# -- going on with a form ----------------------------------------------------------------------------------------------


def ended_in_the_middle(office):
    """Return the page that Siti gets who stops the queue just when her session has ended, and her browser."""
    siti = at_desk(office, "Siti")
    office.site.accounts.end_sessions("Siti")
    answer = siti.post("/desk/stop", {"reason": "Listrik padam"})
    assert answer.status == 401
    return siti, hidden(answer)


def test_who_filled_a_form_in_goes_on_with_it_after_their_session_has_ended(office, asked):
    siti, kept = ended_in_the_middle(office)
    back = siti.post("/resume", {**kept, "name": "siti", "secret": SECRET})
    assert (back.status, hidden(back)["reason"]) == (200, "Listrik padam")
    siti.post("/desk/stop", hidden(back))
    assert [(body.officer, body.reason) for body in asked] == [("Siti", "Listrik padam")]


@pytest.mark.parametrize("whose", ["as it is", "without a secret", "with another"])
def test_nobody_goes_on_with_a_form_that_somebody_else_filled_in(office, asked, whose):
    browser, kept = ended_in_the_middle(office)
    secret = re.search("csrf=[0-9a-f]+", kept["resume_fields"])[0]
    other = {"as it is": secret, "without a secret": "", "with another": "csrf=0"}[whose]
    kept["resume_fields"] = kept["resume_fields"].replace(secret, other)
    answer = browser.post("/resume", {**kept, "name": "Budi", "secret": SECRET})
    assert (answer.status, "giliran" in browser.cookies) == (403, True)
    assert "bukan milik Anda" in answer.text
    assert browser.get("/desk").status == 303  # nobody was let in
    assert not office.site.accounts.sessions("Budi")
    if whose == "as it is":  # and hers is not lost
        kept = hidden(answer)
        back = browser.post("/resume", {**kept, "name": "Siti", "secret": SECRET})
        assert hidden(back)["reason"] == "Listrik padam"
    assert not asked


# -- large forms of strangers ------------------------------------------------------------------------------------------


def test_what_anybody_may_send_is_small(office):
    for path in ("/sign-in", "/first", "/language", "/demonstrate", "/sign-out"):
        stranger = Visitor(office.address)
        assert stranger.post(path, {"name": "a" * SMALL_BYTES}).status == 413, path
    assert Visitor(office.address).post("/sign-in", {"name": "a", "secret": "b" * 200}).status == 403


def test_a_large_form_outlives_the_end_of_its_session(office, asked):
    siti = at_desk(office, "Siti")
    office.site.accounts.end_sessions("Siti")
    kept = hidden(siti.post("/desk/stop", {"reason": "a" * 3 * SMALL_BYTES}))
    back = siti.post("/resume", {**kept, "name": "Siti", "secret": SECRET})
    assert hidden(back)["reason"] == "a" * 3 * SMALL_BYTES


def test_strangers_together_send_no_more_than_there_is_room_for_and_sign_in_all_the_same(office):
    budi, address = at_desk(office, "Budi"), urlsplit(office.address)
    part = b"a" * (STRANGERS_BYTES // 40)
    head = f"POST /resume HTTP/1.1\r\nhost: a\r\ncontent-length: {MOST_BYTES}\r\n\r\n".encode()

    def stranger():
        return Visitor(office.address).post("/desk/stop", {"reason": "a" * 2 * SMALL_BYTES}).status

    with contextlib.ExitStack() as held:
        for _ in range(40):
            connection = socket.create_connection((address.hostname, address.port), timeout=10)
            held.enter_context(contextlib.closing(connection))
            connection.sendall(head + part)
        assert until(lambda: stranger() == 413, 10)
        assert Visitor(office.address).sign_in("Siti", SECRET).status == 303
        assert budi.post("/desk/stop", {"reason": "a" * 2 * SMALL_BYTES}).status != 413
    assert until(lambda: stranger() == 401, 10)
