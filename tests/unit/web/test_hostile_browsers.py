"""Browsers that mean no good, and sessions that ended while their pages were open: the real server, real requests."""

from __future__ import annotations

import http.client
import threading
import time
from urllib.parse import urlsplit

import pytest
from pages_bench import Office, Visitor

from appliance.people import Role
from appliance.wire.staff import StaffService


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
    signed_out, changed = Listener(office, desk, "/desk/live"), Listener(office, officer, "/counter/live")
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
