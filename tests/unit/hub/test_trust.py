"""A time of day is believed only if somebody vouches for it; what staff said outlives the hub, not the machine."""

from __future__ import annotations

import json

import pytest

from appliance.hub import trust
from appliance.hub.trust import EARLIEST_MS, OfficeClock

NOW = EARLIEST_MS + 100 * 86_400_000


class Machine:
    """A machine's clocks, moved by hand."""

    rate = 1.0

    def __init__(self, office=NOW):
        self.ms = 5_000
        self.office = office

    def monotonic_ms(self):
        return self.ms

    def office_ms(self):
        return self.office + self.ms


@pytest.fixture
def bare(monkeypatch, tmp_path):
    """A machine without internet time and without a clock chip."""
    monkeypatch.setattr(trust, "synchronised", lambda: False)
    monkeypatch.setattr(trust, "CHIPS", tmp_path / "rtc")
    return tmp_path


def fit_chip(folder, seconds):
    (folder / "rtc" / "rtc0").mkdir(parents=True, exist_ok=True)
    (folder / "rtc" / "rtc0" / "since_epoch").write_text(f"{seconds}\n")


def clock(folder, machine, *, vouched=False):
    return OfficeClock(machine, folder / "run" / "time.json", vouched=vouched)


def test_without_a_chip_internet_or_staff_nobody_vouches(bare):
    assert not clock(bare, Machine()).believed()


def test_internet_time_is_believed(bare, monkeypatch):
    machine = Machine()
    office = clock(bare, machine)
    assert not office.believed()
    monkeypatch.setattr(trust, "synchronised", lambda: True)
    machine.ms += trust.ASK_EVERY_MS
    assert (office.believed(), office.witness) == (True, "internet")


def test_a_clock_chip_that_agrees_is_believed(bare):
    machine = Machine()
    fit_chip(bare, machine.office_ms() // 1000 + 30)
    assert (clock(bare, machine).believed(), clock(bare, machine).witness) == (True, "")


@pytest.mark.parametrize("seconds", [0, 946_684_800, NOW // 1000 - 3600])
def test_a_chip_without_battery_or_with_another_time_is_not(bare, seconds):
    fit_chip(bare, seconds)
    assert not clock(bare, Machine()).believed()


def test_a_time_before_this_software_is_never_believed(bare, monkeypatch):
    monkeypatch.setattr(trust, "synchronised", lambda: True)
    assert not clock(bare, Machine(office=0)).believed()


def test_the_configuration_can_vouch(bare):
    assert clock(bare, Machine(), vouched=True).believed()


def test_what_staff_said_goes_on_and_survives_a_restart_of_the_hub(bare):
    machine = Machine(office=1_000)
    office = clock(bare, machine)
    office.set_by_staff(NOW)
    machine.ms += 60_000
    assert (office.believed(), office.office_ms()) == (True, NOW + 60_000)
    machine.office += 12_345_678  # somebody set the machine's clock meanwhile
    again = clock(bare, machine)
    assert (again.believed(), again.witness, again.office_ms()) == (True, "staff", NOW + 60_000)


def test_a_reboot_forgets_what_staff_said(bare, monkeypatch):
    clock(bare, Machine()).set_by_staff(NOW)
    monkeypatch.setattr(trust, "boot_id", lambda: "another run of the machine")
    assert not clock(bare, Machine()).believed()


@pytest.mark.parametrize("text", ["", "{", "[]", json.dumps({"boot": 7})])
def test_a_spoilt_memory_is_no_witness(bare, text):
    (bare / "run").mkdir()
    (bare / "run" / "time.json").write_text(text)
    assert not clock(bare, Machine()).believed()


@pytest.mark.expects_log("will have to be set again")
def test_a_memory_that_cannot_be_written_costs_no_more_than_that(bare):
    (bare / "run").write_text("a file where the folder should be")
    office = clock(bare, Machine())
    office.set_by_staff(NOW)
    assert office.believed()


def test_the_kernel_is_asked_without_harm():
    assert trust.synchronised() in (True, False)
