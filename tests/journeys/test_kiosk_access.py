"""The real kiosk for those who need it otherwise, for scanners, and for staff; only the hub is scripted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from PIL import Image

from appliance.node import pin
from appliance.node.polling import until
from appliance.speech import waveform
from appliance.tools.office.finger import Finger
from appliance.tools.office.rig import Rig
from appliance.tools.office.stand_in_hub import StandInHub
from appliance.tools.shots import kiosk_states, scenes
from appliance.tools.shots.checks import Standard, cut_off, problems
from appliance.wire import topics
from appliance.wire.messages import (
    Accepted,
    CheckIn,
    Identified,
    Identify,
    Issue,
    Presence,
    Refused,
    Reprinting,
    Request,
    Vouch,
)
from kiosk.workshop import paper
from kiosk.workshop.fake_printer import PtyPrinter

pytestmark = pytest.mark.expects_log(r"connection to the broker lost")
PIN = "246810"
TICKET = "http://antrean.kantor.local/t/{}-0123456789ab"


@pytest.fixture
def kiosk_settings(tmp_path: Path) -> dict[str, Any]:
    return {
        "languages": ["id", "en", "jv"],
        "bookings": True,
        "staff_pin": pin.hashed(PIN),
        "folder": str(tmp_path),
        "screen": {"fullscreen": False, "width": 1024, "height": 600, "reduce_motion": True},
        "scanner": {"kind": "keyboard"},
        "guidance": {"headphones": "default", "folder": str(tmp_path / "said")},
    }


def switch_on(finger: Finger, *modes: str) -> None:
    finger.tap("access")
    for mode in modes:
        finger.tap(f"mode-{mode}")
    finger.tap("close")


def wait_until(condition: Any, seconds: float = 40.0) -> None:
    assert until(condition, seconds), "it did not come about"


# -- reach and sight ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("width", "height", "inches"),
    [(1024, 600, 10.1), pytest.param(800, 480, 7.0, marks=pytest.mark.long), (1080, 1920, 21.5)],
)
def test_low_controls_stay_in_the_lower_half_through_a_whole_visit(
    finger: Finger, tmp_path: Path, width: int, height: int, inches: float
) -> None:
    finger.resize(width, height, inches)
    switch_on(finger, "low", "large", "contrast")
    millimetre = (width**2 + height**2) ** 0.5 / inches / 25.4
    standard = Standard(10, (15 if inches < 7.6 else 20) * millimetre, 7.0, height / 2)

    def check(screen: str) -> None:
        finger.wait_screen(screen)
        finger.grab(tmp_path / "screen.png")
        with Image.open(tmp_path / "screen.png") as picture:
            assert list(problems(picture, finger.items(), standard)) == []

    check("attract")
    finger.tap("start")
    finger.wait_for("service-s0")
    check("services")
    finger.tap("service-s0")
    for answer in ("proceed", "priority-yes", "take"):
        finger.wait_for(answer)
        check("confirm")
        finger.tap(answer)
    check("ticket")
    finger.wait_slip("printed")
    finger.tap("done")
    finger.wait_screen("attract")
    assert finger.screen()["modes"] == []


@pytest.mark.parametrize("modes", [(), ("low", "large", "contrast")])
def test_whoever_must_bring_eight_papers_or_more_can_read_them_all_on_every_screen(
    finger: Finger, hub: StandInHub, modes: tuple[str, ...]
) -> None:
    hub.say(scenes.catalogue(2, scenes.MANY_PAPERS))
    if modes:
        switch_on(finger, *modes)
    finger.tap("start")
    finger.tap("service-s0")
    finger.wait_screen("confirm")
    if not modes:
        finger.wait_text("dan 22 berkas lain")
        finger.tap("papers")
    for width, height, inches in kiosk_states.SIZES:
        finger.resize(width, height, inches)
        read, pages = set(), 0
        while finger.wait_for_one("proceed", "page-next") == "page-next":
            read |= set(finger.texts())
            finger.tap("page-next")
            pages += 1
        read |= set(finger.texts())
        wait_until(lambda w=width, h=height: list(cut_off(finger.items(), w, h)) == [])  # once it is laid out
        assert [paper for paper in scenes.MANY_PAPERS[0].bring["id"] if paper not in read] == []
        for _ in range(pages):
            finger.tap("back")
    while finger.find("proceed") is None:
        finger.tap("page-next")
    finger.tap("proceed")
    finger.wait_for("priority-yes")


def test_the_panel_for_access_does_not_stay_open_for_the_next_visitor(finger: Finger, hub: StandInHub) -> None:
    hub.rate = 10
    hub.clock()
    finger.tap("access")
    finger.tap("mode-large")
    finger.wait_for("close")
    wait_until(lambda: finger.find("close") is None)
    assert (finger.screen()["screen"], finger.screen()["modes"]) == ("attract", [])


def test_a_check_in_whose_answer_was_lost_is_the_same_request_when_it_is_typed_again(
    finger: Finger, hub: StandInHub
) -> None:
    answer, hub.script = hub.script, lambda _request: None
    finger.scan("XK42")
    finger.wait_screen("trouble", deadline=30)
    finger.tap("back")
    finger.wait_screen("attract")
    hub.script = answer
    finger.tap("booking")
    for key in ("key-X", "key-K", "signs", "key-4", "key-2"):
        finger.tap(key)
    finger.tap("check-in")
    finger.wait_slip("printed")
    assert {request.id for request in hub.requests} == {hub.requests[0].id}


def test_a_mode_is_not_left_to_the_next_visitor(finger: Finger, hub: StandInHub) -> None:
    hub.rate = 20
    hub.clock()
    switch_on(finger, "large")
    assert finger.screen()["modes"] == ["large"]
    wait_until(lambda: finger.screen()["modes"] == [])


def test_a_palm_on_the_glass_does_not_stop_a_finger(finger: Finger, hub: StandInHub) -> None:
    finger.tap("start")
    finger.wait_for("service-s0")
    box = finger.wait_for("service-s1")
    finger.rest_palm(box["x"] + 30, box["y"] + 30, down=True)
    finger.tap("service-s0")
    finger.wait_screen("confirm")
    finger.tap("take")
    finger.wait_slip("printed")
    finger.rest_palm(box["x"] + 30, box["y"] + 30, down=False)
    assert [request.body for request in hub.requests] == [Issue("s0", False)]


# -- keys and voice ----------------------------------------------------------------------------------------------------


def test_four_keys_and_the_voice_lead_to_a_ticket(finger: Finger, hub: StandInHub, tmp_path: Path) -> None:
    said = tmp_path / "said"

    def spoken() -> int:
        return len(list(said.glob("*-headphones.wav")))

    finger.key("Right")
    wait_until(lambda: spoken() >= 1)
    finger.wait_for("start")
    finger.key("Return")
    finger.wait_screen("services")
    finger.wait_for("service-s0")
    before = spoken()
    finger.key("Right")
    wait_until(lambda: spoken() > before)
    finger.key("Return")
    finger.wait_screen("confirm")
    finger.wait_for("take")
    finger.key("Right")
    finger.key("Return")
    finger.wait_slip("printed")
    assert [request.body for request in hub.requests] == [Issue("s0", False)]
    assert all(waveform.is_audible(waveform.read(path)) for path in said.glob("*.wav"))


def test_the_back_key_goes_back_and_closes_panels(finger: Finger) -> None:
    finger.tap("start")
    finger.wait_for("service-s0")
    finger.tap("access")
    finger.wait_for("close")
    finger.key("Escape")
    finger.wait_for("service-s0")
    finger.key("Escape")
    finger.wait_screen("attract")


# -- codes -------------------------------------------------------------------------------------------------------------


def test_a_typed_code_checks_in(finger: Finger, hub: StandInHub, printer: PtyPrinter) -> None:
    finger.tap("booking")
    finger.wait_screen("check_in")
    for key in ("key-X", "key-K", "key-A", "key-erase", "signs", "key-4", "key-2"):
        finger.tap(key)
    finger.wait_text("XK42")
    finger.tap("check-in")
    finger.wait_slip("printed")
    assert [request.body for request in hub.requests] == [CheckIn("XK42")]
    assert printer.wait_for(1, 10.0)


def test_a_scanned_booking_checks_in_and_a_wrong_one_can_be_mended(finger: Finger, hub: StandInHub) -> None:
    answer, hub.script = hub.script, lambda request: Refused(1, request.id, "unknown_booking")
    finger.scan("XK42")
    finger.wait_screen("refused")
    finger.tap("back")
    finger.wait_screen("check_in")
    finger.wait_text("XK42")
    hub.script = answer
    finger.tap("check-in")
    finger.wait_slip("printed")
    assert len({request.id for request in hub.requests}) == 2


def test_a_scanned_ticket_tells_its_turn_and_follows_the_queue(finger: Finger, hub: StandInHub) -> None:
    hub.say(scenes.WAITING)
    finger.scan(TICKET.format("A012"))
    finger.wait_screen("turn")
    finger.wait_text("7 orang di depan Anda")
    hub.say(scenes.replace(scenes.WAITING, seq=2, turns={"s0": [scenes.Turn("A012", 1, 3, 0, 5)]}))
    finger.wait_text("Giliran Anda berikutnya")
    hub.say(scenes.replace(scenes.WAITING, seq=3, turns={}))
    finger.wait_text("Nomor ini tidak sedang menunggu")
    assert hub.requests == []


# -- staff -------------------------------------------------------------------------------------------------------------


def test_a_ticket_that_was_called_is_told_where_to_go(finger: Finger, hub: StandInHub) -> None:
    hub.say(scenes.WAITING)
    hub.say(scenes.CALLED)
    finger.wait_screen("attract")
    finger.scan(TICKET.format("A008"))
    finger.wait_text("Nomor Anda dipanggil: Loket 2")


def test_a_telephone_number_reaches_the_hub_and_no_log(finger: Finger, hub: StandInHub, rig: Rig) -> None:
    finger.tap("start")
    finger.wait_for("service-s0")
    hub.say(scenes.catalogue(10, scenes.USUAL, scenes.MESSAGES))
    finger.tap("service-s0")
    finger.tap("phone")
    finger.wait_text("dihapus setelah kantor tutup")
    for digit in "081234567890":
        finger.tap(f"key-{digit}")
    finger.wait_text("0812 3456 7890")
    finger.tap("phone-give")
    finger.tap("take")
    finger.wait_slip("printed")
    finger.wait_text("…890")
    assert [request.body for request in hub.requests] == [Issue("s0", False, "081234567890")]
    assert "8123" not in rig.process("kiosk-1").output()
    finger.tap("done")
    finger.wait_screen("attract")
    finger.tap("start")
    finger.tap("service-s0")
    finger.tap("take")
    finger.wait_slip("printed")
    assert hub.requests[-1].body == Issue("s0", False)


def enter(finger: Finger, digits: str) -> None:
    finger.wait_screen("staff-pin")
    for digit in digits:
        finger.tap(f"key-{digit}")
    finger.tap("staff-enter")


def knock(finger: Finger) -> None:
    for _ in range(5):
        finger.tap_at(1000, 38)
    finger.wait_screen("staff-pin")


def test_staff_print_a_ticket_again_with_its_number(finger: Finger, printer: PtyPrinter) -> None:
    finger.tap("start")
    finger.tap("service-s0")
    finger.tap("take")
    finger.wait_slip("printed")
    finger.tap("done")
    finger.wait_screen("attract")
    knock(finger)
    enter(finger, PIN)
    finger.wait_screen("staff-menu")
    finger.tap("staff-tickets")
    finger.tap("reprint-A012")
    finger.wait_text("Sudah dicetak.")
    assert printer.wait_for(2, 10.0)
    finger.tap("staff-back")
    finger.tap("staff-test")
    assert printer.wait_for(3, 10.0)
    finger.tap("staff-back")
    finger.wait_screen("attract")


def test_a_ticket_of_before_a_power_cut_is_printed_again_with_its_number(
    finger: Finger, printer: PtyPrinter, rig: Rig, tmp_path: Path
) -> None:
    finger.tap("start")
    finger.tap("service-s0")
    finger.tap("take")
    finger.wait_slip("printed")
    wait_until((tmp_path / "latest").exists)
    rig.process("kiosk-1").kill()
    socket = rig.directory / "kiosk.socket"
    socket.unlink()
    rig.spawn("kiosk", rig.directory / "kiosk-1" / "giliran.toml", env={"GILIRAN_UI_DRIVER": str(socket)})
    with Finger(socket) as again:
        again.wait_screen("attract")
        knock(again)
        enter(again, PIN)
        again.tap("staff-tickets")
        again.tap("reprint-A012")
        again.wait_text("Sudah dicetak.")
    assert printer.wait_for(2, 10.0)
    texts = paper.render(printer.tickets()[1]).text
    assert "A012" in texts
    assert "Cetak ulang" in texts


def test_a_counter_has_a_ticket_printed_again_by_the_kiosk_that_printed_it(
    finger: Finger, hub: StandInHub, printer: PtyPrinter
) -> None:
    finger.tap("start")
    finger.tap("service-s0")
    finger.tap("take")
    finger.wait_slip("printed")
    today, tomorrow = scenes.DAY, "2026-04-07"
    wishes = (
        (49, "A012", tomorrow),
        (50, "A012", today),
        (50, "A012", today),
        (51, "B999", today),
        (52, "A012", today),
    )
    for seq, number, day in wishes:
        hub.link.publish(topics.REPRINT, Reprinting(1, seq, number, day))
    assert printer.wait_for(3, 10.0)  # one wish came twice, B999 is another kiosk's, and so is tomorrow's A012
    finger.tap("done")
    finger.wait_screen("attract")
    finger.tap("start")
    finger.tap("service-s0")
    finger.tap("take")
    assert printer.wait_for(4, 10.0)
    texts = [" ".join(paper.render(ticket).text) for ticket in printer.tickets()]
    assert ["A012" in text for text in texts] == [True, True, True, False]
    assert ["Cetak ulang" in text for text in texts] == [False, True, True, False]


def test_wrong_pins_cost_time_and_the_right_one_does_not_open_meanwhile(finger: Finger, rig: Rig) -> None:
    knock(finger)
    for _ in range(3):
        enter(finger, "111111")
        finger.wait_text("PIN salah.")
    finger.wait_text("Coba lagi dalam")
    enter(finger, PIN)
    # The right PIN is answered before the touch that follows it is.
    finger.tap("key-1")
    assert finger.screen()["screen"] == "staff-pin"
    assert rig.process("kiosk-1").output().count("a wrong staff PIN") == 3


def test_staff_vouch_for_the_time_and_the_hub_checks_who_they_are(finger: Finger, hub: StandInHub) -> None:
    def judge(request: Request) -> Any:
        assert isinstance(request.body, Vouch)
        if request.body.pin != "4711":
            return Refused(1, request.id, "wrong_pin", "The PIN is wrong.", 4_000)
        return Accepted(1, request.id, 1) if request.body.sure else Refused(1, request.id, "time_far", "Too far.")

    hub.script = judge
    knock(finger)
    enter(finger, PIN)
    for code, answer in (
        ("4712", "PIN salah. Coba lagi dalam 4 detik."),
        ("4711", "Ini jauh dari waktu yang diperkirakan. Benarkah tanggal dan jamnya?"),
    ):
        finger.tap("staff-clock")
        finger.tap("more-hour")
        finger.tap("staff-enter")
        for sign in "ANI":
            finger.tap(f"key-{sign}")
        finger.tap("staff-enter")
        for digit in code:
            finger.tap(f"key-{digit}")
        finger.tap("staff-enter")
        finger.wait_text(answer)
        if code == "4711":
            finger.tap("staff-enter")
            finger.wait_text("Jam sudah dipastikan.")
        finger.tap("staff-back")
        finger.wait_screen("staff-menu")
    bodies = [request.body for request in hub.requests]
    assert [(body.officer, body.pin, body.sure) for body in bodies if isinstance(body, Vouch)] == [
        ("ani", "4712", False),
        ("ani", "4711", False),
        ("ani", "4711", True),
    ]
    hour_ahead = scenes.NINE_41 + 3_600_000
    assert all(abs(body.at - hour_ahead) <= 60_000 for body in bodies if isinstance(body, Vouch))


def to_the_number(finger: Finger, hub: StandInHub) -> None:
    """Open the door of a kiosk whose hub knows staff by number."""
    hub.say(replace(scenes.catalogue(3, scenes.USUAL), staff_numbers=True))
    knock(finger)
    while "Nomor petugas" not in finger.texts():  # it has not heard of it yet
        finger.tap("staff-back")
        finger.wait_screen("attract")
        knock(finger)


def digits(finger: Finger, *typed: str) -> None:
    """Type numbers, each with the button that follows."""
    for number in typed:
        for digit in number:
            finger.tap(f"key-{digit}")
        finger.tap("staff-enter")


def test_where_staff_have_numbers_the_kiosk_asks_the_hub_who_it_is(finger: Finger, hub: StandInHub, rig: Rig) -> None:
    def judge(request: Request) -> Any:
        match request.body:
            case Identify("10", "274915"):
                return Accepted(1, request.id, 1, person=Identified("Siti Aminah", ["kiosk:staff"]))
            case Identify("11", "825193"):
                return Accepted(1, request.id, 1, person=Identified("Wayan", ["kiosk:staff", "clock:vouch"]))
            case Identify():
                return Refused(1, request.id, "wrong_number", "The number or the PIN is wrong.", 30_000)
            case Vouch():
                return Accepted(1, request.id, 1)
        return None

    hub.script = judge
    to_the_number(finger, hub)
    digits(finger, "10", PIN)  # the kiosk's own PIN opens nothing now
    finger.wait_text("Nomor petugas atau PIN salah. Coba lagi dalam 30 detik.")
    digits(finger, "1")  # no number yet
    finger.tap("key-0")
    finger.wait_text("10")
    finger.tap("staff-enter")
    finger.wait_text("PIN Anda")
    for digit in "274915":
        finger.tap(f"key-{digit}")
    finger.wait_text("●" * 6)
    finger.tap("staff-enter")
    finger.wait_screen("staff-menu")
    finger.wait_text("Siti Aminah · kiosk-1")
    finger.wait_for("staff-restart")
    assert finger.find("staff-clock") is None  # she may not set the time
    finger.tap("staff-back")
    finger.wait_screen("attract")

    to_the_number(finger, hub)
    digits(finger, "11", "825193")
    finger.wait_screen("staff-menu")
    finger.tap("staff-clock")
    finger.wait_text("lalu isi PIN Anda")
    finger.tap("staff-enter")
    digits(finger, "825193")
    finger.wait_text("Jam sudah dipastikan.")
    vouched = [request.body for request in hub.requests if isinstance(request.body, Vouch)]
    assert [(body.officer, body.number, body.pin) for body in vouched] == [("", "11", "825193")]
    for screen in ("staff-menu", "attract"):
        finger.tap("staff-back")
        finger.wait_screen(screen)
    said = rig.process("kiosk-1").output()
    assert "Siti Aminah opened the service screen" in said
    assert not [secret for secret in ("274915", "825193") if secret in said]


def test_a_hub_that_goes_away_at_the_door_is_told_and_then_the_kiosks_own_pin_counts(
    finger: Finger, hub: StandInHub
) -> None:
    hub.script = lambda request: None
    to_the_number(finger, hub)
    digits(finger, "10", "274915")
    finger.wait_text("Pusat antrean tidak dapat dihubungi.")
    finger.tap("staff-back")
    finger.wait_screen("attract")
    hub.stop()
    finger.wait_screen("trouble")
    knock(finger)
    enter(finger, PIN)
    finger.wait_screen("staff-menu")


def test_staff_restart_the_kiosk(finger: Finger, rig: Rig) -> None:
    knock(finger)
    enter(finger, PIN)
    finger.tap("staff-restart")
    finger.tap("restart-yes")
    assert rig.process("kiosk-1").wait(10.0) == 0


def test_the_kiosk_tells_what_it_has_and_lacks(finger: Finger, hub: StandInHub, rig: Rig) -> None:
    from appliance.node.daemon import HubClock, SystemClock
    from appliance.node.link import Link
    from appliance.wire import topics

    seen: list[Presence] = []
    watcher = Link("observer-1", rig.password("observer-1"), rig.broker_settings(), "test", HubClock(SystemClock()))
    watcher.on(topics.presence("kiosk-1"), Presence, seen.append)
    watcher.start()
    finger.tap("start")
    finger.tap("service-s0")
    finger.tap("take")
    finger.wait_slip("printed")

    def states() -> dict[str, str]:
        return {part.name: part.state for part in seen[-1].parts} if seen else {}

    wait_until(lambda: states().get("hub") == "ok" and states().get("printer") == "ok")
    assert {"screen", "printer", "voice", "speaker", "disk", "hub"} <= states().keys()
    assert seen[-1].version
    watcher.stop()
