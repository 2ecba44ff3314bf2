"""A finger on the real kiosk and an eye on the real board, over a real broker; only the hub is scripted."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from appliance.tools.office.finger import Finger
from appliance.tools.office.rig import Rig
from appliance.tools.office.stand_in_hub import StandInHub
from appliance.tools.shots import scenes
from appliance.wire import topics
from appliance.wire.messages import Issue, Refused
from kiosk.workshop.fake_printer import PtyPrinter

pytestmark = pytest.mark.expects_log(r"connection to the broker lost")


def choose(finger: Finger, service: str = "s0") -> None:
    finger.tap("begin")
    finger.wait_screen("services")
    finger.tap(f"service-{service}")
    finger.wait_screen("confirm")


def test_three_touches_put_a_ticket_into_the_hand(finger: Finger, hub: StandInHub, printer: PtyPrinter) -> None:
    choose(finger)
    finger.tap("take")
    finger.wait_screen("ticket")
    assert "A012" in finger.texts()
    assert printer.wait_for(1, 10.0)
    finger.wait_text("Silakan ambil tiket Anda")
    assert [request.body for request in hub.requests] == [Issue("s0", False)]
    finger.tap("done")
    finger.wait_screen("attract")


def test_a_double_tap_gives_one_ticket(finger: Finger, hub: StandInHub, printer: PtyPrinter) -> None:
    choose(finger)
    box = finger.wait_for("take")
    for _ in range(3):
        finger.tap_at(box["x"] + box["w"] / 2, box["y"] + box["h"] / 2)
    assert finger.wait_screen("ticket") == "ticket"
    finger.wait_text("Silakan ambil tiket Anda")
    assert printer.wait_for(1, 10.0)
    assert len(hub.requests) == 1
    assert len(printer.tickets()) == 1


def test_an_unanswered_number_is_asked_for_again_with_the_same_id(finger: Finger, hub: StandInHub) -> None:
    answer = hub.script
    hub.script = lambda request: answer(request) if len(hub.requests) > 1 else None
    choose(finger)
    finger.tap("take")
    finger.wait_screen("issuing")
    finger.wait_screen("ticket")
    assert len(hub.requests) == 2
    assert len({request.id for request in hub.requests}) == 1


def test_without_paper_the_screen_is_the_ticket_and_a_telephone_can_read_it(
    finger: Finger, printer: PtyPrinter, hub: StandInHub, tmp_path: Path
) -> None:
    printer.paper_out = True
    choose(finger)
    finger.tap("take")
    finger.wait_text("Kertas habis")
    finger.grab(tmp_path / "screen.png")
    with Image.open(tmp_path / "screen.png") as picture:
        codes = zxingcpp.read_barcodes(picture)
    token = topics.ticket_token("A012", hub.requests[0].id)
    assert [code.text for code in codes] == [scenes.OFFICE.follow_url + token]
    assert finger.wait_screen("ticket") == "ticket"


def test_a_refusal_is_said_in_the_language_that_was_chosen(finger: Finger, hub: StandInHub) -> None:
    hub.script = lambda request: Refused(1, request.id, "service_closed")
    finger.tap("language-en")
    finger.wait_text("Touch the screen to begin")
    choose(finger)
    finger.tap("take")
    finger.wait_screen("refused")
    finger.wait_text("This service gives no numbers at the moment.")
    finger.tap("done")
    finger.wait_screen("attract")
    assert finger.screen()["language"] == "id"


def test_forty_services_are_all_within_reach(finger: Finger, hub: StandInHub) -> None:
    hub.say(scenes.catalogue(2, scenes.MANY))
    finger.tap("begin")
    finger.wait_screen("services")
    finger.wait_for("service-s0")
    seen: set[str] = set()
    while True:
        seen |= {item["name"] for item in finger.items() if item["name"].startswith("service-")}
        if not finger.find("page-next"):
            break
        finger.tap("page-next")
    assert len(seen) == 40


def test_a_card_under_the_finger_survives_news_of_the_queue(finger: Finger, hub: StandInHub) -> None:
    finger.tap("begin")
    box = finger.wait_for("service-s0")
    hub.say(scenes.catalogue(3, [scenes.replace(scenes.USUAL[0], waiting=99, ahead=99), *scenes.USUAL[1:]]))
    finger.tap_at(box["x"] + 20, box["y"] + 20)
    finger.wait_screen("confirm")
    finger.wait_text("99 orang di depan Anda")


def test_a_hub_that_goes_sends_citizens_to_the_desk_and_its_return_brings_them_back(
    finger: Finger, hub: StandInHub, rig: Rig
) -> None:
    hub.stop()
    finger.wait_screen("trouble")
    finger.wait_text("Mohon ke meja petugas")
    back = StandInHub(rig.password("hub-1"), rig.broker_settings())
    back.start()
    finger.wait_screen("attract")
    back.stop()


def test_an_abandoned_visit_ends_on_the_offices_clock(finger: Finger, hub: StandInHub) -> None:
    hub.rate = 30
    hub.clock()
    finger.tap("language-en")
    finger.tap("begin")
    finger.wait_screen("services")
    finger.wait_screen("attract")
    assert finger.screen()["language"] == "id"


def test_each_call_has_its_moment_on_the_board_and_old_news_is_marked(rig: Rig, hub: StandInHub) -> None:
    socket = rig.directory / "board.socket"
    screen = {"fullscreen": False, "width": 1280, "height": 720}
    tables = {"node": "display-1", "screen": screen, "speech": {"voice": "none", "player": "none"}}
    hub.rate = 5
    hub.clock()
    hub.say(scenes.board(1, [], scenes.IDLE))
    rig.spawn("display", rig.write_config("display-1", {"display": tables}), env={"GILIRAN_UI_DRIVER": str(socket)})
    with Finger(socket) as eye:
        eye.wait_screen("welcome")
        calls = [scenes.call(2 + at, number, 1 + at) for at, number in enumerate(("A007", "B003", "A008"))]
        for call in calls:
            hub.say(call)
        hub.say(scenes.board(5, calls[::-1], scenes.IDLE))
        seen: list[str] = []
        end = time.monotonic() + 10
        while seen != ["A007", "B003", "A008"] and time.monotonic() < end:
            numbers = [item["text"] for item in eye.items() if item["name"] == "number"]
            if numbers and (not seen or seen[-1] != numbers[0]):
                seen.append(numbers[0])
        assert seen == ["A007", "B003", "A008"]
        hub.say(scenes.call(6, "A008", 3, recall=True))
        eye.wait_text("Panggilan ulang")
        hub.stop()
        eye.wait_text("Data terakhir pukul 09.41")
    assert rig.process("display-1").stop() == 0
