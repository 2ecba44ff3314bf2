"""The staff's screen as QML touches it, on the real print desk; what is printed and spoken is looked at."""

from __future__ import annotations

from pathlib import Path

import pytest
from printed_tickets import CATALOGUE, printing

from appliance.node import pin
from appliance.node.daemon import HubClock, SystemClock
from appliance.wire.messages import Part
from kiosk.printer.latest import Latest
from kiosk.settings import GuidanceSettings, KioskSettings
from kiosk.staff.screen import StaffScreen


class Box:
    """The running kiosk: its latest tickets."""

    def __init__(self, folder: Path) -> None:
        self.tickets = Latest(folder)
        self.catalogue = CATALOGUE
        self.speaks = "id"

    def parts(self) -> list[Part]:
        return []

    def latest(self):
        return self.tickets.of(self.catalogue)

    def language(self) -> str:
        return self.speaks

    def staff_numbers(self) -> bool:
        return False

    def restart(self) -> None:
        raise AssertionError


class Desk:
    """Takes what is to be printed."""

    def __init__(self) -> None:
        self.jobs = []

    def print(self, job, _told) -> None:
        self.jobs.append(job)


class Speaker:
    def __init__(self) -> None:
        self.volume = 0
        self.said = []

    def say(self, speech) -> None:
        self.said.append(speech)


@pytest.fixture
def staff(tmp_path):
    """The staff's screen behind its PIN, at the menu."""
    guidance = GuidanceSettings(headphones="default", volume=40)
    settings = KioskSettings(staff_pin=pin.hashed("246810"), folder=str(tmp_path), guidance=guidance)
    box, desk, speaker, clock = Box(tmp_path), Desk(), Speaker(), SystemClock()
    screen = StaffScreen(settings, "1.0", box, desk, speaker, None, HubClock(clock), clock)
    screen.open()
    for digit in "246810":
        screen.type(digit)
    screen.enter()
    assert screen.page == "menu"
    return screen, box, desk, speaker


def rows(screen):
    return screen.values.all["rows"]


def test_a_ticket_that_arrives_while_the_list_is_open_does_not_change_what_a_tile_prints(staff):
    screen, box, desk, _ = staff
    for count in (11, 12):
        box.tickets.add(printing(count))
    screen.go("tickets")
    tile = rows(screen)[0]
    box.tickets.add(printing(13))
    screen.reprint(tile["id"])
    assert [(job.ticket.number, job.reprinted) for job in desk.jobs] == [(tile["number"], True)] == [("A012", True)]


def test_a_ticket_of_a_day_that_has_ended_meanwhile_is_not_printed_and_leaves_the_list(staff):
    screen, box, desk, _ = staff
    box.tickets.add(printing(12))
    screen.go("tickets")
    tile = rows(screen)[0]
    box.catalogue = type(CATALOGUE)(1, 2, "2026-04-07", CATALOGUE.office, CATALOGUE.services, CATALOGUE.lease)
    screen.reprint(tile["id"])
    assert desk.jobs == []
    assert rows(screen) == []


def test_the_sample_sentence_is_spoken_in_the_language_it_is_written_in(staff):
    screen, box, _, speaker = staff
    box.speaks = "en"
    screen.testSound("headphones")
    assert [speech.language for speech in speaker.said] == ["en"]
    box.speaks = "jv"
    screen.testSound("headphones")
    assert speaker.said[-1].language == "id"
    assert speaker.said[-1].sentences != speaker.said[0].sentences


def test_the_volume_is_kept_and_a_volume_that_cannot_be_read_is_the_settings(staff, tmp_path):
    screen, _, _, speaker = staff
    assert speaker.volume == 40
    screen.louder(2)
    assert (tmp_path / "volume").read_text() == "60"
