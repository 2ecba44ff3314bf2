"""Whatever a command raises, nobody else notices: the hub refuses it, goes on, and says so in its presence."""

from __future__ import annotations

import pytest
from hub_bench import NOW, OFFICE, NoBus, ask, founded, tick

from appliance.engine import events as e
from appliance.engine.commands import CloseDay
from appliance.hub import handler, mistakes
from appliance.hub.practice import Practice
from appliance.hub.relay import Relay
from appliance.store.database import StorageFault
from appliance.texts.parts import LOGGED, of_part
from appliance.wire import messages as m
from appliance.wire import topics

pytestmark = pytest.mark.expects_log("failed through a mistake of ours")


class Planted(Exception):
    """A mistake that a test makes."""


def raising(*_, **__):
    raise Planted


def once(function, when):
    """Return ``function`` with a mistake planted: it raises when ``when(*arguments)`` says so."""

    def with_mistake(*arguments, **named):
        if when(*arguments):
            raise Planted
        return function(*arguments, **named)

    return with_mistake


def codes(replies):
    return [reply.code if isinstance(reply, m.Refused) else "accepted" for reply in replies]


def batch(hub):
    """Return a cancellation, in which mistakes are planted, between two citizens who take numbers."""
    ask(hub, m.Issue("a"), node="kiosk-1")
    return [hub.request(m.Issue("a")), hub.request(m.Cancel("A001"), node="web-1"), hub.request(m.Issue("a"))]


def consistent(hub):
    """Tell whether the state in memory is that of the disk."""
    return hub.handler.day == hub.store.load_day()


def test_a_decision_that_raises_costs_nobody_else_anything(hub, monkeypatch):
    requests = batch(hub)
    is_cancel = lambda _, command, __: type(command).__name__ == "Cancel"  # noqa: E731
    monkeypatch.setattr(handler, "decide", once(handler.decide, is_cancel))
    assert codes(hub.ask(*requests)) == ["accepted", "error", "accepted"]
    assert sorted(hub.handler.day.tickets) == ["A001", "A002", "A003"]
    assert consistent(hub)


def test_a_change_that_raises_half_way_leaves_nothing_behind(hub, monkeypatch):
    requests = batch(hub)

    def broken(day, entry, real=handler.evolve):
        real(day, entry)
        if isinstance(entry.event, e.TicketCancelled):
            raise Planted

    monkeypatch.setattr(handler, "evolve", broken)
    assert codes(hub.ask(*requests)) == ["accepted", "error", "accepted"]
    assert hub.handler.day.tickets["A001"].state == "waiting"
    assert consistent(hub)


def test_an_answer_that_cannot_be_written_takes_its_events_back(hub, monkeypatch):
    requests = batch(hub)
    cancels = lambda _, __, entries, *___: isinstance(entries[0].event, e.TicketCancelled)  # noqa: E731
    monkeypatch.setattr(handler.translate, "accepted", once(handler.translate.accepted, cancels))
    assert codes(hub.ask(*requests)) == ["accepted", "error", "accepted"]
    assert hub.handler.day.tickets["A001"].state == "waiting"
    assert consistent(hub)


def test_a_batch_that_cannot_be_stored_is_carried_out_one_by_one(hub, monkeypatch):
    requests = batch(hub)
    cancels = lambda batch, *_: any(isinstance(x.event, e.TicketCancelled) for one in batch for x in one.entries)  # noqa: E731
    monkeypatch.setattr(hub.store, "commit", once(hub.store.commit, cancels))
    assert codes(hub.ask(*requests)) == ["accepted", "error", "accepted"]
    assert hub.handler.day.tickets["A001"].state == "waiting"
    assert consistent(hub)


def test_it_is_logged_once_and_stands_in_the_presence(hub, monkeypatch, caplog):
    assert hub.handler.mistakes.part().state == "ok"
    monkeypatch.setattr(handler, "decide", raising)
    for _ in range(5):
        assert ask(hub, m.Issue("a"), node="kiosk-1").code == "error"
    part = hub.handler.mistakes.part()
    assert part.state == "fault"
    assert of_part(part, LOGGED).startswith("5 mistakes")
    assert "Issue on giliran/1/command/kiosk-1" in caplog.text
    assert caplog.text.count("mistake of ours") == 1


def test_the_same_request_again_gets_the_same_answer(hub, monkeypatch):
    wrong = hub.request(m.Issue("a"))
    monkeypatch.setattr(handler, "decide", raising)
    first = hub.ask(wrong)
    monkeypatch.undo()
    assert hub.ask(wrong) == first


def test_keeping_house_goes_on_when_one_job_raises():
    kept = mistakes.Mistakes()
    done = []
    for _ in range(3):
        kept.guard("the first job", raising)
        kept.guard("the second", lambda: done.append(1))
    assert done == [1, 1, 1]
    assert of_part(kept.part(), LOGGED).startswith("3 mistakes")


@pytest.mark.expects_log("nothing was stored")
def test_a_refusal_of_a_batch_that_was_not_stored_is_not_remembered(hub, monkeypatch):
    """It was decided on numbers that nobody holds."""
    ask(hub, m.Issue("a"), node="kiosk-1")
    press = hub.request(m.CallNext("2"), node="keypad-1")
    closing = hub.request(m.CloseCounter("1"), node="keypad-1")

    def full(*_):
        raise StorageFault("the disk is full")

    monkeypatch.setattr(hub.store, "commit", full)
    replies = hub.ask(closing, hub.request(m.Recall("1"), node="keypad-1"), press)
    assert codes(replies) == ["storage"] * 3
    monkeypatch.undo()
    hub.ask(hub.request(m.OpenCounter("2"), node="keypad-1"))
    assert codes(hub.ask(press)) == ["accepted"]
    tick(hub)


def test_what_the_hub_does_by_itself_leaves_nothing_in_memory_that_is_not_stored(hub, monkeypatch):
    monkeypatch.setattr(hub.store, "commit", raising)
    hub.handler.mistakes.guard("housekeeping", lambda: hub.house.do(CloseDay()))
    assert hub.handler.day.is_open
    assert consistent(hub)
    monkeypatch.undo()
    hub.house.do(CloseDay())
    assert not hub.handler.day.is_open


def test_an_emergency_of_a_practice_whose_batch_is_carried_out_again_is_held_once(tmp_path, monkeypatch):
    bench = founded(tmp_path / "practice.db", practice=Practice(OFFICE, NOW + 20_000_000))
    tick(bench)
    issues = lambda batch, *_: any(isinstance(x.event, e.TicketIssued) for one in batch for x in one.entries)  # noqa: E731
    monkeypatch.setattr(bench.store, "commit", once(bench.store.commit, issues))
    bench.ask(
        bench.request(m.RaiseEmergency({"id": "Keluar."}, "siti"), node="web-1"),
        bench.request(m.Issue("a"), node="kiosk-1"),
    )
    assert len(bench.handler.held) == 1
    bench.store.close()


class Bus(NoBus):
    """Keeps on which topics something was said."""

    def __init__(self):
        super().__init__()
        self.said = []

    def publish(self, topic, message, *, retain=False):
        self.said.append(topic)
        return len(self.said)


@pytest.mark.parametrize("what", ["committed", "connected"])
def test_a_snapshot_that_cannot_be_made_does_not_lose_the_call_beside_it(hub, monkeypatch, what):
    bus = Bus()
    ask(hub, m.Issue("a"), "kiosk-1")
    ask(hub, m.CallNext("1"), "keypad-1")
    called = hub.entries
    relay = Relay(bus, hub.clock, hub.outlook, 0, called if what == "connected" else [])

    def fails(*_):
        raise RuntimeError("a mistake of ours")

    monkeypatch.setattr("appliance.hub.snapshots.board", fails)
    with pytest.raises(RuntimeError):
        relay.committed(hub.handler.day, called) if what == "committed" else relay.connected(hub.handler.day)
    assert bus.said == [topics.CALL]
