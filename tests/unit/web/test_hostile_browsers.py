"""Browsers that mean no good, and sessions that ended while their pages were open: the real server, real requests."""

from __future__ import annotations

import http.client
import threading
import time
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest
from pages_bench import NOON, Office, Visitor

from appliance.node.polling import until
from appliance.people import Role
from appliance.wire import topics
from appliance.wire.messages import Accepted, Presence, encode
from appliance.wire.staff import StaffCounter, StaffService, StaffTicket


@pytest.fixture
def office(tmp_path):
    office = Office(tmp_path)
    office.open(StaffService("a", 0))
    yield office
    office.stop()


class Listener:
    """A page that stays open, with the cookies of ``visitor``."""

    def __init__(self, office, visitor, path):
        self.ended = threading.Event()
        self._office, self._cookie, self._path = office, visitor.cookie(), path
        self.begun = threading.Event()
        threading.Thread(target=self._listen, daemon=True).start()
        assert self.begun.wait(20)

    def _listen(self):
        connection = http.client.HTTPConnection(urlsplit(self._office.address).netloc, timeout=30)
        connection.request("GET", self._path, headers={"cookie": self._cookie})
        answer = connection.getresponse()
        assert answer.status == 200
        for _ in answer:
            self.begun.set()
        self.ended.set()


def test_a_page_that_stays_open_hears_no_more_once_its_session_has_ended(office):
    desk, officer, viewer = (Visitor(office.address, role) for role in ("desk", "officer", "viewer"))
    others = Listener(office, viewer, "/wall/live")
    signed_out, changed = Listener(office, desk, "/desk/live"), Listener(office, officer, "/counters/live")
    desk.post("/sign-out", "/desk")
    office.site.accounts.change("Siti Rahayu", role=Role.VIEWER)
    assert signed_out.ended.wait(15)
    assert changed.ended.wait(15)
    assert not others.ended.is_set()


def test_a_page_that_stays_open_ends_with_the_day_of_its_session_and_not_before(office):
    listener = Listener(office, Visitor(office.address, "viewer"), "/wall/live")
    office.pass_minutes(11 * 60)
    assert not listener.ended.wait(7)  # nobody touched the wall's screen since it was hung up
    office.pass_minutes(61)
    assert listener.ended.wait(15)


def test_what_was_made_for_pages_of_the_past_is_kept_for_nobody(office):
    desk = Visitor(office.address, "desk")
    for number in range(40):
        assert desk.get(f"/desk/find?number=A{number:03d}")[0] == 200
        office.told()
        time.sleep(0.02)
    assert len(office.site.streams._made) <= 5


@pytest.mark.parametrize("minutes", ["9" * 5_000, "99999999999999999999999", "-1", "²", "٣٣", "x", ""])
def test_no_number_of_minutes_makes_the_server_fail(office, minutes):
    desk = Visitor(office.address, "desk")
    status, told = desk.send("/desk/broadcast", "/desk", text="Halo", minutes=minutes)
    assert (status, told["ok"]) in ((422, False), (200, False)), told


@pytest.mark.parametrize("garbage", ["http://[", "http://[::1", "null", "", "http://]", "//", "\xff"])
def test_a_garbled_origin_is_another_site_and_a_garbled_referer_is_none(office, garbage):
    address = urlsplit(office.address).netloc
    for path, header, wanted in (("/sign-in", "origin", 403), ("/language", "referer", 303)):
        connection = http.client.HTTPConnection(address, timeout=30)
        connection.request("POST", path, "name=x&secret=y&to=en", {header: garbage})
        assert connection.getresponse().status == wanted, (path, garbage)
        connection.close()


def test_a_kiosk_that_is_none_is_refused_before_a_number_is_given(office):
    asked = []

    async def ask(body, request_id):
        asked.append(body)
        return Accepted(1, request_id, 1, "A001")

    office.site.bus.ask = ask
    desk = Visitor(office.address, "desk")
    for path, fields in (("/desk/issue", {"service": "a"}), ("/desk/check-in", {"code": "ABC234"})):
        status, told = desk.send(path, "/desk", kiosk="kiosk-Ω\r\nset-cookie: a=b", **fields)
        assert (status, told["ok"]) == (422, False)
    assert not asked


def test_the_code_on_paper_leads_to_this_box_whatever_the_browser_calls_it(tmp_path):
    office = Office(tmp_path)
    try:
        office.open(StaffService("a", 0), nodes=[Presence(1, "kiosk-1", "online", "1")])
        printed = []

        async def ask(body, request_id):
            printed.append(body.slip)
            return Accepted(1, request_id, 1)

        office.site.bus.ask = ask
        for host in ("evil.example", "x" * 5_000, '"><b>'):
            office.machine.ms += 61_000
            connection = http.client.HTTPConnection(urlsplit(office.address).netloc, timeout=30)
            connection.request("POST", "/first/print", "kiosk=kiosk-1", {"host": host})
            assert connection.getresponse().status in (303, 403, 409), host
            connection.close()
        assert all(host not in str(slip) for slip in printed for host in ("evil", "xxxxx", "><b>"))
        assert printed
    finally:
        office.stop()


@pytest.mark.expects_log("file is not a database")
def test_a_path_that_does_not_exist_is_answered_while_the_accounts_cannot_be_read(office, tmp_path):
    desk = Visitor(office.address, "desk")
    (tmp_path / "accounts.db").write_bytes(b"\xff" * 200_000)
    for path in ("/desk", "/no-such-page", "/desk/live", "/static/none.css"):
        status, page = desk.get(path)
        assert (status, "<html" in page) == (507, True), path


def test_a_counter_may_have_any_name_that_a_definition_allows(office):
    office.told(counters={"live": StaffCounter(1, 1, "live", {"id": "Loket Siaran"}, "closed", NOON)})
    officer = Visitor(office.address, "officer")
    status, headers, _ = officer.fetch("/counter/live")
    assert (status, headers["content-type"].partition(";")[0]) == (200, "text/html")


def test_a_web_that_is_told_of_counters_before_it_is_told_of_the_office_shows_them(office):
    ticket = StaffTicket("A001", "gone", "serving", NOON, NOON, counter="1")
    for state in ("closed", "paused", "free", "called", "serving"):
        told = StaffCounter(1, 1, "1", {"id": "Loket 1"}, state, NOON, ticket=ticket, waiting=3)
        office.told(office=None, board=None, queue=None, catalogue=None, counters={"1": told})
        for role, paths in {
            "officer": ["/counter", "/counter/1", "/wall"],
            "desk": ["/desk", "/desk/find?number=A001"],
            "head": ["/wall", "/wall/limits", "/counter/1/free", "/nodes"],
        }.items():
            visitor = Visitor(office.address, role)
            for path in paths:
                assert visitor.get(path)[0] == 200, (state, path)


def test_a_counter_or_a_box_that_the_office_has_no_more_is_gone_from_its_pages(office):
    box, counter = Presence(1, "kiosk-7", "online", "1"), StaffCounter(1, 1, "7", {"id": "Loket 7"}, "free", NOON)
    link = office.live._link
    for topic, told in ((topics.presence("kiosk-7"), box), (topics.staff_counter("7"), counter)):
        link._take(SimpleNamespace(topic=topic, payload=encode(told), properties=None))
    officer, technician = Visitor(office.address, "officer"), Visitor(office.address, "technician")
    assert until(lambda: officer.get("/counter/7")[0] == 200 and technician.get("/nodes/kiosk-7")[0] == 200)
    for topic in (topics.presence("kiosk-7"), topics.staff_counter("7")):
        link._take(SimpleNamespace(topic=topic, payload=b"", properties=None))
    assert until(lambda: officer.get("/counter/7")[0] == 404 and technician.get("/nodes/kiosk-7")[0] == 404, 5)
