"""The interface for other systems: who may, what is taken, what is answered; from its own table and description."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest

from appliance.engine.command_rules import RULES
from appliance.hub.translate import _PLACES
from appliance.node.polling import until
from appliance.people import Permission, is_name
from appliance.store.accounts import Accounts
from appliance.web.api.commanding import OUTSIDE, ROWS
from appliance.web.console import FREE
from appliance.wire import messages as m
from tests.api_client import Client
from tests.web_office import WebOffice, web_office

SAMPLES = {
    "service": "pendaftaran",
    "counter": "1",
    "number": "Z999",
    "code": "ABCD",
    "node": "hub-1",
    "kiosk": "kiosk-2",
}


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebOffice]:
    with web_office(tmp_path_factory.mktemp("api"), api_per_second=1000) as office:
        yield office


@pytest.fixture(scope="module")
def client(town: WebOffice) -> Client:
    client = Client(town)
    assert until(lambda: client.ask("GET", "/queue").status == 200, 20)
    return client


@pytest.fixture(scope="module")
def operations(client: Client) -> list[tuple[str, str, dict[str, Any]]]:
    paths = client.visitor.get("/api/1/openapi.json").json()["paths"]
    return [(method.upper(), path, told) for path, by in paths.items() for method, told in by.items()]


def filled(path: str) -> str:
    return re.sub(r"\{(\w+)\}", lambda found: SAMPLES[found[1]], path)


def test_whatever_staff_can_ask_for_other_systems_can_or_it_is_said_why_not() -> None:
    there = {row.kind for row in ROWS}
    asked_by_staff = {body for body in get_args(m.AnyBody) if "web" in RULES[_PLACES.get(body, (body,))[0]].by}
    missing = {body.__name__ for body in asked_by_staff - there - set(OUTSIDE)}
    assert missing == set(), "give each a Row in web/api/commanding.py, or say in OUTSIDE why it has none"


def test_whoever_may_serve_ends_nobody_elses_session(town: WebOffice) -> None:
    serving = Client(town, frozenset({Permission.COUNTER_SERVE}), "serving")
    serving.do("POST", "/counters/2/open-counter")
    other = Client(town, frozenset({Permission.COUNTER_SERVE}), "other")
    assert other.ask("POST", "/counters/2/free-counter", {"sure": True}).json()["code"] == "scope"
    assert next(row.need for row in ROWS if row.kind is m.FreeCounter) == (FREE,)
    Client(town, frozenset({FREE}), "freeing").do("POST", "/counters/2/free-counter", {"sure": True})


def test_what_a_ticket_is_for_is_changed(client: Client) -> None:
    number = client.do("POST", "/tickets", {"service": "pengambilan"})["number"]
    assert client.do("POST", f"/tickets/{number}/change", {"priority": True})["number"] == number
    assert client.get(f"/tickets/{number}")["priority"] is True
    refused = client.ask("POST", f"/tickets/{number}/change", {"priority": True})
    assert (refused.status, refused.json()["code"]) == (409, "nothing_changed")
    client.do("POST", f"/tickets/{number}/cancel")


def test_the_description_is_readable_everywhere(client: Client) -> None:
    answer = client.visitor.get("/api/1/openapi.json")
    assert answer.json()["openapi"] == "3.1.0"
    assert "\\\\Z" not in answer.text
    assert client.visitor.get("/api/1/").status == 200


def test_nobody_comes_in_without_a_token_and_with_another_scope(
    town: WebOffice, client: Client, operations: list[tuple[str, str, dict[str, Any]]]
) -> None:
    assert len(operations) > 35
    tokens: dict[str, Client] = {}
    for method, path, told in operations:
        need = re.findall(r"[a-z]+:[a-z]+", told["description"])
        others = frozenset(Permission) - {Permission(scope) for scope in need}
        key = " ".join(sorted(need))
        poor = tokens.setdefault(key, Client(town, others, f"without {len(tokens)}"))
        assert client.visitor.ask(method, f"/api/1{filled(path)}", None, {}).status == 401
        answer = poor.ask(method, filled(path))
        assert (answer.status, answer.json()["code"]) == (403, "scope"), path
        assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("presented", ["", "Bearer", "Bearer x", "Basic YTpi", "Bearer giliran_" + "0" * 43])
def test_what_is_no_token_opens_nothing(client: Client, presented: str) -> None:
    answer = client.visitor.ask("GET", "/api/1/queue", None, {"authorization": presented})
    assert answer.status == 401
    assert answer.headers["www-authenticate"] == "Bearer"


def test_a_revoked_token_opens_nothing(town: WebOffice) -> None:
    gone = Client(town, label="Gone")
    assert gone.ask("GET", "/office").status == 200
    accounts = Accounts(town.rig.directory / "web-1" / "accounts.db", lambda: 0)
    accounts.revoke_token(gone.token.id)
    accounts.close()
    assert gone.ask("GET", "/office").status == 401


def test_a_ticket_is_given_found_called_and_served(client: Client) -> None:
    given = client.do("POST", "/tickets", {"service": "pengambilan", "priority": True})
    number = given["number"]
    assert given["ticket"]["service"] == "pengambilan"
    assert given["token"].startswith(f"{number}-")
    assert client.get(f"/tickets/{number}")["state"] == "waiting"
    assert until(lambda: client.get(f"/tickets/{number}")["position"] == 1, 20)
    client.do("POST", "/counters/1/open-counter")
    assert client.do("POST", "/counters/1/call-next")["number"] == number
    called = client.get(f"/tickets/{number}")
    assert (called["state"], called["counter"], called["calls"]) == ("called", "1", 1)
    client.do("POST", "/counters/1/start", {})
    client.do("POST", "/counters/1/finish")
    assert client.get(f"/tickets/{number}")["state"] == "served"
    refused = client.ask("POST", "/counters/1/finish")
    assert (refused.status, refused.json()["code"]) == (409, "nobody_called")
    client.do("POST", "/counters/1/close-counter")


def test_a_number_that_was_never_given_is_not_found(client: Client) -> None:
    assert client.ask("GET", "/tickets/A900").status == 404
    assert client.ask("POST", "/tickets/A900/cancel").json()["code"] == "unknown_ticket"
    assert client.ask("GET", "/tickets/a900").status == 404


def test_the_same_key_has_effect_once_and_another_question_is_refused(client: Client) -> None:
    body = {"service": "konsultasi"}
    first = client.do("POST", "/tickets", body, idempotency_key="k-1")
    assert client.do("POST", "/tickets", body, idempotency_key="k-1") == first
    assert client.do("POST", "/tickets", body, idempotency_key="k-2")["number"] != first["number"]
    other = client.ask("POST", "/tickets", {"service": "pendaftaran"}, idempotency_key="k-1")
    assert (other.status, other.json()["code"]) == (422, "key_used")
    assert client.ask("POST", "/tickets", body, idempotency_key="").status == 422


def test_two_tokens_may_use_the_same_key(town: WebOffice, client: Client) -> None:
    body = {"service": "konsultasi"}
    first = client.do("POST", "/tickets", body, idempotency_key="shared")
    assert Client(town, label="Two").do("POST", "/tickets", body, idempotency_key="shared") != first


def test_what_is_known_is_not_sent_again(client: Client) -> None:
    answer = client.ask("GET", "/office/definition")
    tag = answer.headers["etag"]
    again = client.ask("GET", "/office/definition", if_none_match=f'"x", W/{tag}')
    assert (again.status, again.body, again.headers["etag"]) == (304, b"", tag)
    assert client.ask("GET", "/office/definition", if_none_match='"x"').status == 200


@pytest.mark.parametrize(
    ("body", "headers", "status", "code"),
    [
        ({"service": "pendaftaran", "unknown": 1}, {}, 422, "field"),
        ({"service": 7}, {}, 422, "field"),
        ({"service": "NO SUCH"}, {}, 422, "field"),
        ({"service": "pendaftaran", "officer": "Siti"}, {}, 422, "field"),
        ({}, {}, 422, "field"),
        ([], {}, 422, "field"),
        (b"{", {}, 400, "malformed"),
        (b'{"service": "\xff"}', {}, 400, "malformed"),
        (b"[" * 60_000, {}, 422, "field"),
        (b'{"service":' + b"[" * 60_000, {}, 422, "field"),
        (b'{"service":"' + b"a" * 70_000 + b'"}', {}, 413, "too_large"),
        ({"service": "pendaftaran"}, {"content_type": "text/plain"}, 415, "not_json"),
        ({"service": "tidakada"}, {}, 404, "unknown_service"),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_reason(
    client: Client, body: Any, headers: dict[str, str], status: int, code: str
) -> None:
    answer = client.ask("POST", "/tickets", body, **headers)
    assert (answer.status, answer.json()["code"]) == (status, code), answer.text


@pytest.mark.parametrize(
    "path", ["/queue?x=1", "/log?limit=0", "/log?limit=1&limit=2", "/log?number=A001", "/log?after=-1"]
)
def test_a_query_is_as_strict(client: Client, path: str) -> None:
    assert client.ask("GET", path).status == 422


def test_unknown_paths_and_methods_are_answered_as_problems(client: Client) -> None:
    for path in ("/nothing", "/counters/%0a", "/counters/a%0Ab/call-next", "/", "/services/%ff"):
        assert client.ask("PATCH" if path == "/" else "GET", path).headers["content-type"] == "application/problem+json"
    assert client.ask("GET", "/nothing").json()["code"] == "not_found"
    answer = client.ask("PUT", "/tickets")
    assert (answer.status, answer.headers["allow"]) == (405, "POST")


def test_the_log_says_which_system_it_was(town: WebOffice) -> None:
    long = Client(town, label="Situs janji temu " + "x" * 47)
    number = long.do("POST", "/tickets", {"service": "pendaftaran"})["number"]
    day = long.get("/office")["day"]
    records = long.get(f"/log?day={day}&number={number}")["records"]
    assert [record["type"] for record in records] == ["TicketIssued"]
    name = records[0]["actor"].partition(" ")[2]
    assert name.startswith("api Situs janji temu")
    assert is_name(name)


def test_the_log_is_read_page_by_page(client: Client) -> None:
    seen: list[int] = []
    after: int | None = 0
    while after is not None:
        page = client.get(f"/log?limit=3&after={after}")
        seen += [record["seq"] for record in page["records"]]
        after = page["next"]
    assert seen == list(range(1, len(seen) + 1))
    assert len(seen) > 5


def test_services_are_stopped_and_resumed_and_one_does_not_reach_the_office(client: Client) -> None:
    client.do("POST", "/services/konsultasi/stop", {"reason": "Petugas sakit"})
    assert until(lambda: client.get("/services/konsultasi")["notice"] == "Petugas sakit", 20)
    assert client.ask("POST", "/tickets", {"service": "konsultasi"}).json()["code"] == "service_stopped"
    client.do("POST", "/services/konsultasi/resume")
    client.do("POST", "/office/stop", {"reason": "Listrik padam"})
    assert client.ask("POST", "/tickets", {"service": "pendaftaran"}).json()["code"] == "office_stopped"
    client.do("POST", "/office/resume")
    assert client.ask("POST", "/office/stop", {"reason": "x", "service": "konsultasi"}).status == 422


def test_bookings_are_made_seen_and_given_back(town: WebOffice, client: Client) -> None:
    due = client.get("/office")["now"] + 3_600_000
    client.do("POST", "/bookings", {"code": "ABCD12", "service": "pendaftaran", "due_at": due})
    assert until(lambda: [one["code"] for one in client.get("/bookings")["bookings"]] == ["ABCD12"], 20)
    wall = Client(town, [Permission.WALL_READ], "Wall")
    assert wall.get("/queue")["bookings"] == []
    assert wall.ask("GET", "/bookings").status == 403
    client.do("DELETE", "/bookings/ABCD12")
    assert client.ask("DELETE", "/bookings/ABCD12").json()["code"] == "unknown_booking"


def test_colleagues_read_a_note_and_whoever_only_watches_does_not(town: WebOffice, client: Client) -> None:
    number = client.do("POST", "/tickets", {"service": "pendaftaran"})["number"]
    client.do("PUT", f"/tickets/{number}/note", {"text": "Berkas di meja 3"})

    def notes(system: Client) -> set[str]:
        return {one.get("note", "") for one in system.get("/queue")["waiting"] if one["number"] == number}

    assert until(lambda: notes(client) == {"Berkas di meja 3"}, 20)
    assert notes(Client(town, [Permission.WALL_READ], "No notes")) == {""}
    client.do("POST", f"/tickets/{number}/cancel")


def test_whoever_only_watches_sees_no_names(town: WebOffice, client: Client) -> None:
    client.do("POST", "/counters/2/open-counter")
    assert until(lambda: client.get("/counters/2")["officer"] == "api Situs", 20)
    wall = Client(town, [Permission.WALL_READ], "Watch")
    assert wall.get("/counters/2")["officer"] == ""
    assert all(one["officer"] == "" for one in wall.get("/counters")["counters"])
    client.do("POST", "/counters/2/close-counter")


def test_the_lobby_reads_and_hears_what_is_sent(client: Client) -> None:
    client.do("PUT", "/lobby/notices", {"running": [{"id": "Selamat datang"}]})
    assert until(lambda: client.get("/lobby/notices")["running"] == [{"id": "Selamat datang"}], 20)
    client.do("POST", "/lobby/pages", {"text": {"id": "Mobil B 1 CD"}})
    client.do("POST", "/lobby/broadcast", {"text": {"id": "Loket 2 tutup"}, "minutes": 5})
    assert until(lambda: client.get("/lobby/notices").get("broadcast") is not None, 20)
    client.do("DELETE", "/lobby/broadcast")
    client.do("POST", "/lobby/emergency", {"text": {"id": "Keluar"}})
    assert until(lambda: client.get("/lobby/notices")["emergency"] is not None, 20)
    client.do("DELETE", "/lobby/emergency")


def test_the_office_is_defined(client: Client) -> None:
    office = client.get("/office/definition")["office"]
    client.do("PUT", "/office/definition", {"office": {**office, "names": {"id": "Kantor Baru"}}})
    assert until(lambda: client.get("/office/definition")["office"]["names"] == {"id": "Kantor Baru"}, 20)
    wrong = client.ask("PUT", "/office/definition", {"office": {**office, "zone": "Nowhere/Else"}})
    assert wrong.status == 422, wrong.text


def test_who_asks_too_often_waits(tmp_path: Path) -> None:
    with web_office(tmp_path, api_per_second=0.1) as town:
        greedy = Client(town, label="Greedy")
        answers = [greedy.ask("GET", "/nodes") for _ in range(2)]
        assert [answer.status for answer in answers] == [200, 429]
        assert 1 <= int(answers[1].headers["retry-after"]) <= 10
        assert Client(town, label="Modest").ask("GET", "/nodes").status == 200
        wrong = {"authorization": "Bearer giliran_wrong"}
        assert 429 in {greedy.visitor.ask("GET", "/api/1/nodes", None, wrong).status for _ in range(40)}
        assert Client(town, label="Neighbour").ask("GET", "/nodes").status == 200


def test_metrics_are_for_this_machine_and_for_tokens_that_may(town: WebOffice, client: Client) -> None:
    text = client.visitor.get("/metrics").text
    assert "giliran_hub_up 1.0" in text
    assert 'giliran_node_up{node="hub-1"} 1.0' in text
    assert 'giliran_api_requests_total{operation="post_tickets",status="201"}' in text
    through_a_proxy = {"x-forwarded-for": "10.0.0.9"}
    assert client.visitor.ask("GET", "/metrics", None, through_a_proxy).status == 401
    allowed = {**through_a_proxy, "authorization": f"Bearer {client.secret}"}
    assert client.visitor.ask("GET", "/metrics", None, allowed).status == 200
    poor = Client(town, [Permission.WALL_READ], "Poor")
    denied = {**through_a_proxy, "authorization": f"Bearer {poor.secret}"}
    assert client.visitor.ask("GET", "/metrics", None, denied).status == 403


def test_health_says_what_is_wrong(town: WebOffice, client: Client) -> None:
    assert client.visitor.get("/health").json() == {"status": "ok", "reasons": [], "notes": []}
    town.rig.process("hub-1").kill()
    try:
        assert until(lambda: client.visitor.get("/health").status == 503, 20)
        assert client.visitor.get("/health").json()["reasons"] == ["hub_away"]
        answer = client.ask("POST", "/tickets", {"service": "pendaftaran"}, idempotency_key="while away")
        assert answer.status in (503, 504)
        assert answer.json()["code"] in ("hub_away", "no_answer")
    finally:
        town.office.hub()
    assert until(lambda: client.visitor.get("/health").status == 200, 20)
