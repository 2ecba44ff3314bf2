"""What the desk's page and the interface for other systems ask of the hub about numbers."""

from __future__ import annotations

import json
import urllib.request

import pytest
from pages_bench import NOON, OFFICE, Office, Visitor

from appliance.people import Permission
from appliance.wire import messages as m
from appliance.wire import staff as s

JOURNEYS = [{"id": "trip", "names": {"id": "Balik nama"}, "services": ["b", "a"]}]


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    office = Office(tmp_path_factory.mktemp("office"))
    office.open(waiting=[s.StaffTicket("A001", "a", "waiting", NOON, NOON)])
    office.told(office=s.StaffOffice(1, 1, NOON, {**OFFICE, "journeys": JOURNEYS}))
    yield office
    office.stop()


@pytest.fixture
def asked(office, monkeypatch):
    asked = []

    async def ask(body, request_id):
        asked.append(body)
        return m.Accepted(1, request_id, 1, "A001")

    monkeypatch.setattr(office.site.bus, "ask", ask)
    return asked


@pytest.fixture(scope="module")
def system(office):
    """Another system: asks, and returns the status."""
    _, secret = office.site.accounts.make_token("Kota", frozenset(Permission), None, "test")

    def ask(path, **body):
        headers = {"authorization": f"Bearer {secret}", "content-type": "application/json"}
        request = urllib.request.Request(f"{office.address}/api/1{path}", json.dumps(body).encode(), headers)  # noqa: S310
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code

    return ask


def test_the_desk_changes_a_ticket_to_a_journey_which_is_shown_with_its_steps(office, asked):
    desk = Visitor(office.address, "desk")
    _, page = desk.get("/desk/find?number=A001")
    assert '<option value="trip">Balik nama (B → A)</option>' in page
    assert desk.send("/desk/change", "/desk", number="A001", service="trip", priority="0")[1]["ok"]
    assert asked == [m.ChangeTicket("A001", "trip", priority=False, officer="Budi Santoso")]


def test_another_system_changes_a_ticket_to_a_journey(asked, system):
    assert system("/tickets/A001/change", service="trip") == 200
    assert asked == [m.ChangeTicket("A001", "trip", officer="api Kota")]


def test_numbers_of_other_systems_are_asked_for_online_and_those_of_the_desk_are_not(office, asked, system):
    assert system("/tickets", service="a") == 201
    assert system("/check-ins", code="ABC234") == 201
    assert system("/tickets", service="a", channel="") == 422  # that is not for the caller to say
    Visitor(office.address, "desk").send("/desk/issue", "/desk", service="a", kiosk="", channel="online")
    assert [body.channel for body in asked] == ["online", "online", ""]
