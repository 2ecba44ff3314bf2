"""Topics and payloads: strict in what is taken."""

from __future__ import annotations

import pytest

from appliance.wire import messages as m
from appliance.wire import topics

REQUEST = m.Request(1, "a" * 32, m.Seen("boot", 5, 6), m.Transfer("1", service="b"))


def test_a_request_survives_the_wire():
    assert m.decode(m.encode(REQUEST), m.Request) == REQUEST


@pytest.mark.parametrize("reply", [m.Accepted(1, "x", 7, "A001"), m.Refused(1, "x", "stale", "Ask again.")])
def test_a_reply_survives_the_wire(reply):
    assert m.decode_reply(m.encode(reply)) == reply


def test_unknown_fields_of_a_newer_version_are_ignored():
    assert m.decode(m.encode(REQUEST)[:-1] + b',"colour":"red"}', m.Request) == REQUEST


@pytest.mark.parametrize(
    "change",
    [(b'"v":1', b'"v":2'), (b'"tick":5', b'"tick":-5'), (b'"tick":5', b'"tick":"5"'), (b"transfer", b"drop_table")],
)
def test_wrong_values_are_refused(change):
    with pytest.raises(m.Malformed):
        m.decode(m.encode(REQUEST).replace(*change), m.Request)


def test_only_a_named_node_can_send_a_command():
    assert topics.sender_of_command("giliran/1/command/kiosk-1") == "kiosk-1"
    for topic in ("giliran/1/command/root", "giliran/1/command/", "giliran/1/board", "giliran/1/command/kiosk-1/x"):
        assert topics.sender_of_command(topic) is None


@pytest.mark.parametrize("topic", ["giliran/1/board", "giliran/1/reply/kiosk-2/x", "giliran/1/reply/kiosk-1/", ""])
def test_a_reply_goes_only_to_its_asker(topic):
    assert not topics.is_reply_to(topic, "kiosk-1")
    assert not topics.is_reply_to("giliran/1/reply/kiosk-1/+", "kiosk-1")
    assert topics.is_reply_to(topics.reply("kiosk-1", "x"), "kiosk-1")


@pytest.mark.parametrize(
    "scanned", ["A012-0123456789ab", "http://10.20.0.1/t/A012-0123456789ab", " AX07-0123456789ab\n"]
)
def test_a_scanned_ticket_names_its_number(scanned):
    assert topics.number_in_token(scanned) == scanned.strip().rpartition("/")[2].partition("-")[0]


@pytest.mark.parametrize(
    "scanned", ["", "A012", "8999999037260", "A012-0123456789abc", "http://example.org/A012", "BOOK4711"]
)
def test_whatever_else_is_scanned_names_none(scanned):
    assert topics.number_in_token(scanned) is None


def test_a_token_names_its_number_and_hides_the_rest_of_the_request():
    assert topics.number_in_token("http://x/t/" + topics.ticket_token("A012", "0123456789abcdef" * 2)) == "A012"
