"""Tickets from the real kiosk, over a real broker: the office's layout, the citizen's language, a printer that goes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from appliance.texts.parts import LOGGED, of_part
from appliance.tools.office.finger import Finger
from appliance.tools.office.observer import Observer
from appliance.tools.office.rig import Rig
from appliance.tools.shots import scenes
from appliance.wire.messages import Part
from kiosk.workshop import paper
from kiosk.workshop.fake_printer import PtyPrinter

pytestmark = pytest.mark.expects_log(r"connection to the broker lost")
SECONDS = 20.0
OWN = """
[[block]]
show = "number"
[[block]]
show = "service"
[[block]]
show = "footer"
words = { id = "Layanan ini gratis", en = "This service is free" }
"""


@pytest.fixture
def observer(rig: Rig) -> Iterator[Observer]:
    with Observer(rig) as one:
        yield one


def part(observer: Observer, name: str) -> Part | None:
    presence = observer.presence.get("kiosk-1")
    return next((each for each in presence.parts if each.name == name), None) if presence else None


def told(observer: Observer, name: str, state: str, words: str = "") -> bool:
    """Wait until the kiosk's retained presence says so."""

    def said() -> bool:
        one = part(observer, name)
        return one is not None and one.state == state and words in of_part(one, LOGGED)

    return observer.wait(said, SECONDS)


def take_a_number(finger: Finger, language: str = "id") -> None:
    finger.tap("begin")
    finger.wait_screen("services")
    if language != "id":
        finger.tap(f"language-{language}")
    finger.tap("service-s0")
    finger.wait_screen("confirm")
    finger.tap("take")
    finger.wait_screen("ticket")


def leave(finger: Finger) -> None:
    finger.tap("done")
    finger.wait_screen("attract")


def words(printer: PtyPrinter, index: int) -> list[str]:
    assert printer.wait_for(index + 1, SECONDS)
    return paper.render(printer.tickets()[index]).text


def test_the_offices_layout_is_taken_and_a_wrong_one_costs_nobody_a_ticket(
    rig: Rig, finger: Finger, printer: PtyPrinter, observer: Observer
) -> None:
    assert told(observer, "printer", "ok")
    layout = rig.directory / "kiosk-1" / "ticket.toml"
    layout.write_text(OWN, encoding="utf-8")
    assert told(observer, "ticket", "ok", str(layout))
    take_a_number(finger, "en")
    assert words(printer, 0) == [
        "A012",
        scenes.catalogue(1, scenes.USUAL).services[0].names["en"],
        "This service is free",
    ]
    leave(finger)
    layout.write_text(OWN.replace("footer", "foter"), encoding="utf-8")
    assert told(observer, "ticket", "fault", f"{layout}: block 3: show = 'foter' is not known; write footer")
    take_a_number(finger)
    assert {"A013", "Terima kasih"} <= set(words(printer, 1))
    leave(finger)


def test_a_printer_that_is_unplugged_and_plugged_in_again_prints_without_a_restart_and_without_a_backlog(
    finger: Finger, printer: PtyPrinter, observer: Observer
) -> None:
    assert told(observer, "printer", "ok")
    printer.unplug()
    assert told(observer, "printer", "missing")
    take_a_number(finger)
    finger.wait_slip("failed")
    assert "A012" in finger.texts()
    leave(finger)
    printer.plug()
    assert told(observer, "printer", "ok")
    take_a_number(finger)
    assert "A013" in words(printer, 0)
    assert len(printer.tickets()) == 1
    leave(finger)
