"""Other systems at work: a ticket on the board, a stream that goes on, webhooks that arrive; over the real hub."""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import json
from collections.abc import Iterator
from typing import Any

import pytest

from appliance.node.daemon import SystemClock
from appliance.node.polling import until
from appliance.people import Role
from appliance.store.accounts import Accounts
from appliance.tools.office.observer import Observer
from appliance.tools.office.visitor import Visitor
from tests.api_client import Client, Receiver
from tests.web_office import SECRET, WebOffice, web_office


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebOffice]:
    with web_office(tmp_path_factory.mktemp("api"), counters=2, api_per_second=1000, port=0) as office:
        yield office


@pytest.fixture(scope="module")
def client(town: WebOffice) -> Client:
    client = Client(town)
    assert until(lambda: client.ask("GET", "/queue").status == 200, 20)
    return client


def restart_web(town: WebOffice, *clients: Client) -> None:
    """Kill the web and start it anew, on the same port."""
    town.rig.process("web-1").kill()
    port = int(town.address.rpartition(":")[2])
    before = town.rig.process("web-1").output().count("pages at")
    town.office.web(api_per_second=1000, port=port)
    assert until(lambda: town.rig.process("web-1").output().count("pages at") > before, 20)
    for client in clients:
        assert until(lambda: client.visitor.get("/health").status == 200, 20)  # noqa: B023  # asked at once


def events(client: Client, headers: dict[str, str], path: str = "/events") -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the id and the data of each event; close the generator to leave."""
    connection = http.client.HTTPConnection(client.visitor.host, client.visitor.port, timeout=20)
    try:
        auth = {"authorization": f"Bearer {client.secret}"}
        connection.request("GET", f"/api/1{path}", headers={**auth, **headers})
        response = connection.getresponse()
        assert response.status == 200, response.read()
        last = ""
        for line in response:
            if line.startswith(b"id: "):
                last = line[4:].decode().strip()
            if line.startswith(b": beat"):
                yield "", {}
            if line.startswith(b"data: "):
                yield last, json.loads(line[6:])
    finally:
        connection.close()


def take(stream: Iterator[tuple[str, dict[str, Any]]], count: int) -> list[dict[str, Any]]:
    found = []
    for id_, event in stream:
        if event:
            assert id_ == str(event["seq"])
            found.append(event)
        if len(found) == count:
            return found
    raise AssertionError(f"the stream ended after {found}")


def last_seq(client: Client) -> int:
    return int(client.do("POST", "/lobby/pages", {"text": {"id": "x"}})["seq"])


def test_a_ticket_through_the_interface_is_on_the_board(town: WebOffice, client: Client) -> None:
    with Observer(town.rig) as lobby:
        number = client.do("POST", "/tickets", {"service": "konsultasi"})["number"]
        client.do("POST", "/counters/1/open-counter")
        client.do("POST", "/counters/1/call-next")
        assert lobby.wait(lambda: [call.number for call in lobby.calls] == [number], 20)
        assert until(lambda: client.get("/board")["calls"][0]["number"] == number, 20)
    client.do("POST", "/counters/1/finish")
    client.do("POST", "/counters/1/close-counter")


def test_the_stream_tells_all_in_order_and_goes_on_after_the_web_was_killed(town: WebOffice, client: Client) -> None:
    start = last_seq(client)
    stream = events(client, {})
    assert next(stream) == ("", {})
    numbers = [client.do("POST", "/tickets", {"service": "pendaftaran"})["number"] for _ in range(3)]
    first = take(stream, 2)
    assert [event["data"]["number"] for event in first] == numbers[:2]
    restart_web(town, client)
    numbers += town.issue(2)
    assert list(stream) is not None, "it ended"
    rest = take(events(client, {"last-event-id": str(first[-1]["seq"])}), 3)
    assert [event["data"]["number"] for event in rest] == numbers[2:]
    everything = take(events(client, {"last-event-id": str(start)}), 5)
    assert everything == first + rest
    assert [event["seq"] for event in everything] == list(range(start + 1, start + 6))
    assert all("officer" not in event["data"] for event in everything)


def test_only_the_kinds_that_are_wanted_are_told_and_the_others_move_it_on(town: WebOffice, client: Client) -> None:
    start = last_seq(client)
    number = town.issue()[0]
    client.do("POST", f"/tickets/{number}/cancel")
    path = f"/events?types=TicketCancelled&after={start}"
    assert take(events(client, {}, path), 1)[0]["data"] == {"number": number}
    stream = events(client, {}, f"/events?types=NoSuchKind&after={start}")
    seen = [next(stream) for _ in range(2)]
    assert seen == [("", {}), ("", {})], "signs of life alone"


def test_whoever_knows_of_events_that_never_were_is_told_so(client: Client) -> None:
    answer = client.ask("GET", "/events", last_event_id="999999")
    assert (answer.status, answer.json()["code"]) == (410, "not_in_log")
    assert client.ask("GET", "/events", last_event_id="x").status == 400


def test_a_token_has_so_many_streams_and_a_revoked_one_none(town: WebOffice) -> None:
    system = Client(town, label="Many streams")
    streams = [events(system, {}) for _ in range(10)]
    assert [next(stream) for stream in streams] == [("", {})] * 10
    refused = system.ask("GET", "/events")
    assert (refused.status, refused.json()["code"]) == (429, "too_many_streams")
    assert system.ask("HEAD", "/events").status == 429
    streams.pop().close()
    assert until(lambda: system.ask("HEAD", "/events").status == 200, 20), "whoever leaves makes room"
    accounts = Accounts(town.rig.directory / "web-1" / "accounts.db", SystemClock().monotonic_ms)
    accounts.revoke_token(system.token.id)
    accounts.close()
    for stream in streams:
        assert list(stream) is not None, "it ends by itself"
    assert system.ask("GET", "/events").status == 401


def test_the_web_stops_at_once_though_somebody_listens(town: WebOffice, client: Client) -> None:
    stream = events(client, {})
    assert next(stream) == ("", {})
    web = town.rig.process("web-1")
    assert web.stop(10) == 0
    assert "graceful" not in web.output(), "nothing had to be cut off"
    assert all(not event for _, event in stream)
    restart_web(town, client)


def administrator(town: WebOffice) -> Visitor:
    visitor = town.visitor(Role.ADMINISTRATOR)
    visitor.get("/admin/webhooks")
    return visitor


def add_hook(town: WebOffice, address: str, *kinds: str) -> tuple[Visitor, str, str]:
    """Add a webhook by its page; return who did, its id, and its secret."""
    visitor = administrator(town)
    fields = {"label": "Sistem lain", "address": address, "kind": list(kinds)}
    asked = visitor.post("/admin/webhooks", fields)
    assert asked.status == 403, "the secret is asked for once more"
    made = visitor.post("/admin/webhooks", {**fields, "confirm_secret": SECRET})
    assert made.status == 200, made.text
    secret = made.text.partition("whsec_")[2].partition("<")[0]
    id_ = made.text.partition('href="/admin/webhooks/')[2].partition('"')[0]
    return visitor, id_, f"whsec_{secret}"


def proven(secret: str, headers: dict[str, str], body: bytes) -> bool:
    content = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    wanted = base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
    return f"v1,{wanted}" in headers["webhook-signature"].split(" ")


def test_webhooks_arrive_signed_in_order_of_each_ticket_also_over_failures_and_a_kill(
    town: WebOffice, client: Client
) -> None:
    with Receiver() as receiver:
        failed: set[int] = set()

        def moody(headers: dict[str, str], body: bytes) -> tuple[int, bytes, float]:
            seq = json.loads(body)["seq"]
            if seq not in failed and seq % 2:
                failed.add(seq)
                return 500, b"not now", 0.0
            return 204, b"", 0.0

        receiver.behaviour = moody
        visitor, id_, secret = add_hook(town, receiver.address, "TicketIssued", "TicketCancelled")
        numbers = town.issue(4)
        restart_web(town, client)
        for number in numbers:
            client.do("POST", f"/tickets/{number}/cancel")

        def arrived() -> list[dict[str, Any]]:
            taken = [json.loads(body) for _, body in list(receiver.messages)]
            last_tries: dict[int, dict[str, Any]] = {event["seq"]: event for event in taken}
            tries = {seq: [e["seq"] for e in taken].count(seq) for seq in last_tries}
            return [event for seq, event in last_tries.items() if tries[seq] > (seq in failed)]

        def all_there() -> bool:
            visitor.post(f"/admin/webhooks/{id_}/again", {})
            return len(arrived()) == 8

        assert until(all_there, 60), f"{len(arrived())} of 8"
        assert failed
        for number in numbers:
            kinds = [event["type"] for event in arrived() if event["data"]["number"] == number]
            assert kinds == ["TicketIssued", "TicketCancelled"]
        assert all(proven(secret, headers, body) for headers, body in receiver.messages)
        ids = {headers["webhook-id"] for headers, _ in receiver.messages}
        assert len(ids) == 8, "the same id, however often it is sent"
        page = visitor.get(f"/admin/webhooks/{id_}").text
        assert page.count("TicketIssued</code></td>") == 4
        assert secret not in page
        visitor.post(f"/admin/webhooks/{id_}/remove", {"confirm_secret": SECRET})


@pytest.mark.parametrize(
    ("behaviour", "reason"),
    [
        ((503, b"", 0.0), "menjawab 503"),
        ((302, b"", 0.0), "pengalihan (302)"),
        ((200, b"x" * 100_000, 0.0), "terlalu besar"),
    ],
)
def test_the_page_says_what_came_of_it(town: WebOffice, behaviour: tuple[int, bytes, float], reason: str) -> None:
    with Receiver() as receiver:
        receiver.behaviour = lambda headers, body: behaviour
        visitor, id_, _ = add_hook(town, receiver.address)
        assert visitor.post(f"/admin/webhooks/{id_}/test", {}).status == 303
        receiver.wait(1)
        assert until(lambda: reason in visitor.get(f"/admin/webhooks/{id_}").text, 20)
        assert json.loads(receiver.messages[0][1])["type"] == "Test"
        assert len(receiver.messages) == 1, "nothing is followed, and a test is not repeated"
        visitor.post(f"/admin/webhooks/{id_}/remove", {"confirm_secret": SECRET})


def test_one_that_hangs_is_in_nobodys_way(town: WebOffice, client: Client) -> None:
    with Receiver() as stuck, Receiver() as quick:
        stuck.behaviour = lambda headers, body: (200, b"", 30.0)
        first, stuck_id, _ = add_hook(town, stuck.address, "TicketIssued")
        second, quick_id, _ = add_hook(town, quick.address, "TicketIssued")
        numbers = town.issue(6)
        told = [event["data"]["number"] for event in quick.wait(6)]
        assert sorted(told) == sorted(numbers)
        assert len(stuck.messages) <= 4, "few at a time"
        for visitor, id_ in ((first, stuck_id), (second, quick_id)):
            visitor.post(f"/admin/webhooks/{id_}/remove", {"confirm_secret": SECRET})


def test_turned_off_it_is_told_nothing(town: WebOffice, client: Client) -> None:
    with Receiver() as receiver:
        visitor, id_, _ = add_hook(town, receiver.address, "TicketIssued")
        visitor.post(f"/admin/webhooks/{id_}/off", {})
        town.issue(2)
        visitor.post(f"/admin/webhooks/{id_}/on", {})
        number = town.issue()[0]
        assert [event["data"]["number"] for event in receiver.wait(1)] == [number]
        visitor.post(f"/admin/webhooks/{id_}/remove", {"confirm_secret": SECRET})


def test_a_token_is_made_shown_once_used_and_revoked_by_its_page(town: WebOffice) -> None:
    visitor = town.visitor(Role.ADMINISTRATOR)
    visitor.get("/admin/tokens")
    fields = {"label": "Papan lain", "scope": ["wall:read", "officers:compare"], "days": "30", "id": "f" * 32}
    made = visitor.post("/admin/tokens", {**fields, "confirm_secret": SECRET})
    plain = "giliran_" + made.text.partition("giliran_")[2].partition("<")[0]
    assert visitor.post("/admin/tokens", fields).status == 303, "sent again, it makes no second one"
    page = visitor.get("/admin/tokens").text
    assert page.count("Papan lain</strong>") == 1
    assert plain not in page
    assert "officers:compare" not in page.partition("Papan lain")[2].partition("</tr>")[0], (
        "nobody gives more than they may"
    )
    auth = {"authorization": f"Bearer {plain}"}
    assert visitor.ask("GET", "/api/1/queue", None, auth).status == 200
    assert visitor.ask("POST", "/api/1/counters/1/call-next", None, auth).status == 403
    id_ = page.partition("Papan lain")[2].partition("/admin/tokens/")[2].partition("/revoke")[0]
    assert visitor.post(f"/admin/tokens/{id_}/revoke", {}).status == 303
    assert visitor.ask("GET", "/api/1/queue", None, auth).status == 401


@pytest.mark.parametrize(
    "change", [{"label": ""}, {"label": "a\u200bb"}, {"scope": []}, {"days": "x"}, {"days": "9999"}]
)
def test_a_token_that_cannot_be_is_refused_and_nothing_typed_is_lost(town: WebOffice, change: dict[str, Any]) -> None:
    visitor = town.visitor(Role.ADMINISTRATOR)
    visitor.get("/admin/tokens")
    fields = {"label": "Papan", "scope": ["wall:read"], "days": "30", **change, "confirm_secret": SECRET}
    answer = visitor.post("/admin/tokens", fields)
    assert answer.status == 422
    assert 'role="alert"' in answer.text
    if fields["scope"]:
        assert 'value="wall:read" checked' in answer.text
