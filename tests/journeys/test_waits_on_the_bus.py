"""What waiting citizens may expect, as a stranger on the bus sees it."""

from __future__ import annotations

from appliance.node.link import Link
from appliance.wire import messages as m
from appliance.wire import topics


def test_every_waiting_ticket_has_a_position_and_a_range_on_the_bus_and_so_has_a_new_one(town):
    seen: list[m.Waiting] = []
    stranger = Link("web-1", town.rig.password("web-1"), town.rig.broker_settings(), "stranger")
    stranger.on(topics.WAITING, m.Waiting, seen.append)
    stranger.start()
    town.all_ready("kiosk-1", "keypad-1")
    kiosk = town.person("kiosk-1")
    numbers = [kiosk.ask(m.Issue("pendaftaran")).number for _ in range(12)]
    town.person("keypad-1").ask(m.CallNext("1"))

    def turns() -> list[m.Turn]:
        return seen[-1].turns.get("pendaftaran", []) if seen else []

    assert town.until(lambda: [turn.number for turn in turns()] == numbers[1:])
    latest = turns()
    assert [turn.position for turn in latest] == list(range(1, 12))
    assert all(turn.low <= turn.minutes <= turn.high for turn in latest)
    assert latest[-1].minutes > latest[0].minutes

    (card, *_) = town.observer.board.services
    assert (card.waiting, card.ahead, card.high is not None) == (11, 11, True)
    ticket = kiosk.ask(m.Issue("pendaftaran")).ticket
    assert (ticket.ahead, ticket.low % 5, ticket.high % 5) == (11, 0, 0)
    assert ticket.high >= 5
    stranger.stop()


def test_a_kiosk_that_comes_later_finds_the_waits_on_the_broker(town):
    town.all_ready("kiosk-1")
    town.person("kiosk-1").ask(m.Issue("pendaftaran"))
    assert town.until(lambda: town.observer.board is not None and town.observer.board.services[0].waiting == 1)
    seen: list[m.Waiting] = []
    late = Link("kiosk-3", town.rig.password("kiosk-3"), town.rig.broker_settings(), "late")
    late.on(topics.WAITING, m.Waiting, seen.append)
    late.start()
    assert town.until(lambda: bool(seen))
    late.stop()
