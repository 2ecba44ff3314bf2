"""Slips of paper for staff: the log has that there was one, and never what stands on it."""

from __future__ import annotations

import pytest
from hub_bench import Bench, ask, last_actor

from appliance.hub.relay import Relay
from appliance.store.database import StorageFault
from appliance.wire import messages as m
from appliance.wire import slips

CODE = "K7QF-2M9X-ABCD"
SLIP = slips.first_code(CODE, "https://192.168.10.2/")


def test_a_slip_goes_to_its_kiosk_once_and_the_log_has_its_kind_alone(hub, tmp_path):
    order = m.PrintSlip("kiosk-1", SLIP, "siti")
    request = hub.request(order, node="web-1")
    first, again = hub.ask(request)[0], hub.ask(request)[0]
    assert isinstance(first, m.Accepted)
    assert again == first
    assert [sent for _, sent in hub.handler.slips] == [order]
    assert last_actor(hub) == "web-1 siti"
    hub.store.close()
    for file in tmp_path.rglob("*"):
        assert not file.is_file() or CODE.encode() not in file.read_bytes(), file


def test_before_anybody_has_an_account_the_house_itself_may_ask_for_paper_and_for_nothing_else(hub):
    assert isinstance(ask(hub, m.PrintSlip("kiosk-1", SLIP, "giliran"), "web-1"), m.Accepted)
    assert last_actor(hub) == "web-1 giliran"
    for name in ("giliran", "GILIRAN"):
        assert ask(hub, m.Stop("Listrik padam", officer=name), "web-1").code == "no_officer"


@pytest.mark.expects_log("it may not ask for")
@pytest.mark.parametrize("node", ["kiosk-1", "keypad-1"])
def test_only_a_console_may_ask_for_one(hub, node):
    assert ask(hub, m.PrintSlip("kiosk-1", SLIP, "siti"), node).code == "not_allowed"
    assert hub.handler.slips == []


@pytest.mark.expects_log("malformed command")
@pytest.mark.parametrize(
    "body",
    [
        m.PrintSlip("kiosk-1/+", SLIP, "siti"),
        m.PrintSlip("display-1", SLIP, "siti"),
        m.PrintSlip("kiosk-1", m.Slip("first_code", ()), "siti"),
        m.PrintSlip("kiosk-1", m.Slip("first_code", (m.SlipLine("text", "x"),) * 61), "siti"),
        m.PrintSlip("kiosk-1", m.Slip("first_code", (m.SlipLine("qr", "x" * 301),)), "siti"),
        m.PrintSlip("kiosk-1", m.Slip("first_code", (m.SlipLine("picture", "x"),)), "siti"),
        m.PrintSlip("kiosk-1", m.Slip("K7QF 2M9X", (m.SlipLine("text", "x"),)), "siti"),
    ],
)
def test_what_is_no_slip_is_refused(hub, body):
    assert ask(hub, body, "web-1").code == "malformed"
    assert hub.handler.slips == []


@pytest.mark.expects_log("nothing was stored")
def test_what_is_not_in_the_log_is_not_printed(hub, monkeypatch):
    def full(*_):
        raise StorageFault("the disk is full")

    monkeypatch.setattr(hub.store, "commit", full)
    assert ask(hub, m.PrintSlip("kiosk-1", SLIP, "siti"), "web-1").code == "storage"
    assert hub.handler.slips == []


def test_a_slip_needs_no_open_day(tmp_path):
    bench = Bench(tmp_path / "giliran.db")
    assert not bench.handler.day.is_open
    assert isinstance(ask(bench, m.PrintSlip("kiosk-1", SLIP, "siti"), "web-1"), m.Accepted)
    bench.store.close()


@pytest.mark.expects_log(r"kiosk-1 is not asked for a slip \(first_code\): the broker is away")
def test_a_slip_that_cannot_be_sent_now_is_never_sent(hub):
    relay = Relay(hub.link, hub.clock, hub.outlook, 0, [])
    relay.print_slip("a" * 32, m.PrintSlip("kiosk-1", SLIP, "siti"))
