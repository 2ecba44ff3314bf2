"""A time of day is believed only if somebody vouches for it, and from then on it goes by elapsed time alone."""

from __future__ import annotations

import json
import time

import pytest

from appliance.hub import office_time
from appliance.hub.office_time import ASK_EVERY_MS, CLOSE_MS, EARLIEST_MS, LONG_PAUSE_MS, NUDGE_MS, PACE, OfficeClock
from appliance.node.daemon import SystemClock
from appliance.node.machine import boot_id

NOW = EARLIEST_MS + 100 * 86_400_000
SECOND = 1_000
MINUTE = 60_000
HOUR = 60 * MINUTE


class Machine:
    """A machine's clocks, moved by hand: ``pass_ms`` moves both, ``step_ms`` sets the time of day alone."""

    rate = 1.0

    def __init__(self, office=NOW):
        self.ms = 5_000
        self.office = office

    def monotonic_ms(self):
        return self.ms

    def office_ms(self):
        return self.office

    def pass_ms(self, ms):
        self.ms += ms
        self.office += ms

    def step_ms(self, ms):
        self.office += ms


@pytest.fixture
def bare(monkeypatch, tmp_path):
    """A machine without internet time and without a clock chip."""
    monkeypatch.setattr(office_time, "synchronised", lambda: False)
    monkeypatch.setattr(office_time, "CHIPS", tmp_path / "rtc")
    return tmp_path


@pytest.fixture
def internet(monkeypatch):
    """Call it to connect, or with False to disconnect."""
    return lambda there=True: monkeypatch.setattr(office_time, "synchronised", lambda: there)


def fit_chip(folder, seconds):
    (folder / "rtc" / "rtc0").mkdir(parents=True, exist_ok=True)
    (folder / "rtc" / "rtc0" / "since_epoch").write_text(f"{seconds}\n")


def clock(folder, machine, *, vouched=False):
    return OfficeClock(machine, folder / "run" / "time.json", vouched=vouched)


def run(office, machine, ms, every=ASK_EVERY_MS):
    """Let time pass as in the hub's loop."""
    for _ in range(0, ms, every):
        machine.pass_ms(every)
        office.believed()


# -- who vouches -------------------------------------------------------------------------------------------------------


def test_without_a_chip_internet_or_staff_nobody_vouches(bare):
    assert not clock(bare, Machine()).believed()


def test_internet_time_is_believed(bare, internet):
    machine = Machine()
    office = clock(bare, machine)
    assert not office.believed()
    internet()
    machine.pass_ms(ASK_EVERY_MS)
    assert (office.believed(), office.witness, office.office_ms()) == (True, "internet", machine.office_ms())


def test_a_clock_chip_that_agrees_is_believed(bare):
    machine = Machine()
    fit_chip(bare, machine.office_ms() // 1000 + 30)
    office = clock(bare, machine)
    assert (office.believed(), office.witness, office.office_ms()) == (True, "chip", machine.office_ms())


@pytest.mark.parametrize("seconds", [0, 946_684_800, NOW // 1000 - 3600])
def test_a_chip_without_battery_or_with_another_time_is_not(bare, seconds):
    fit_chip(bare, seconds)
    assert not clock(bare, Machine()).believed()


def test_a_chip_alone_does_not_carry_the_log_into_another_season(bare):
    machine = Machine()
    fit_chip(bare, machine.office_ms() // 1000)
    office = clock(bare, machine)
    office.happened(NOW - LONG_PAUSE_MS - HOUR, 0)
    assert not office.believed()
    assert office.office_ms() == NOW - LONG_PAUSE_MS - HOUR


def test_a_time_before_this_software_is_never_believed(bare, internet):
    internet()
    assert not clock(bare, Machine(office=0)).believed()


@pytest.mark.parametrize("years", [200, 9000])
def test_a_time_after_anybodys_calendar_is_never_believed(bare, internet, years):
    internet()
    assert not clock(bare, Machine(office=NOW + years * 365 * 86_400_000)).believed()
    broken = clock(bare, Machine(office=NOW + years * 365 * 86_400_000), vouched=True)
    assert (broken.known(), broken.time_of_day(), broken.office_ms()) == (False, None, 0)


def test_the_configuration_can_vouch(bare):
    assert clock(bare, Machine(), vouched=True).believed()


def test_the_kernel_says_what_timedatectl_would(monkeypatch):
    """adjtimex's own answer, with the bit that systemd looks at set and not set."""

    class Kernel:
        status = 0

        def adjtimex(self, timex):
            timex._obj.status = self.status
            return self.returns

    kernel = Kernel()
    monkeypatch.setattr(office_time.ctypes, "CDLL", lambda _: kernel)
    said = []
    for kernel.returns, kernel.status in [(0, 0), (5, office_time.UNSYNCHRONISED), (0, 0x2001), (-1, 0)]:
        said.append(office_time.synchronised())
    assert said == [True, False, True, False]


def test_the_kernel_can_be_asked_by_anybody():
    timex = office_time._Timex()
    assert office_time.ctypes.CDLL(None).adjtimex(office_time.ctypes.byref(timex)) >= 0
    assert timex.status & office_time.UNSYNCHRONISED == (
        0 if office_time.synchronised() else office_time.UNSYNCHRONISED
    )


def test_elapsed_time_counts_a_machine_that_slept():
    before = time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000
    told = SystemClock().monotonic_ms()
    assert before <= told <= time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000


# -- once believed, time goes by elapsed time --------------------------------------------------------------------------


@pytest.mark.parametrize("step", [-2 * 86_400_000, -3 * HOUR, -5_000, 5_000, 3 * HOUR, 400 * 86_400_000])
@pytest.mark.parametrize("who", ["staff", "internet", "chip", "configured"])
def test_a_step_of_the_machines_clock_does_not_move_the_office(bare, internet, who, step):
    machine = Machine()
    if who == "internet":
        internet()
    if who == "chip":
        fit_chip(bare, machine.office_ms() // 1000)
    office = clock(bare, machine, vouched=who == "configured")
    if who == "staff":
        office.set_by_staff(NOW)
    assert (office.believed(), office.witness) == (True, who)
    machine.step_ms(step)
    assert office.office_ms() == NOW
    for passed in range(ASK_EVERY_MS, 60_000, ASK_EVERY_MS):
        run(office, machine, ASK_EVERY_MS)
        assert abs(office.office_ms() - NOW - passed) <= PACE * passed
        assert office.known()


@pytest.mark.parametrize("off", [-CLOSE_MS, -20_000, 20_000, CLOSE_MS])
def test_the_internet_brings_what_staff_said_to_the_second_little_by_little(bare, internet, off):
    machine = Machine()
    office = clock(bare, machine)
    office.set_by_staff(NOW - off)
    internet()
    last = office.office_ms()
    for _ in range(int(abs(off) / PACE / 1_000) + 1200):
        run(office, machine, 1_000, every=1_000)
        passed, last = office.office_ms() - last, office.office_ms()
        assert (1 - PACE) * 1_000 - 2 <= passed <= (1 + PACE) * 1_000 + 2
    assert abs(office.office_ms() - machine.office_ms()) <= 100
    assert (office.witness, office.offered_ms) == ("internet", None)


@pytest.mark.expects_log("set to the machine's: by")
@pytest.mark.parametrize("off", [-3 * HOUR, 3 * HOUR])
def test_an_internet_that_is_hours_off_is_offered_and_taken_over_only_on_purpose(bare, internet, off):
    machine = Machine()
    office = clock(bare, machine)
    office.set_by_staff(NOW - off)
    internet()
    run(office, machine, 10 * MINUTE)
    assert office.office_ms() == NOW - off + 10 * MINUTE
    assert office.offered_ms == NOW + 10 * MINUTE
    before = office.office_ms()
    with_log = max(before, machine.office_ms())
    office.take_over()
    assert (office.time_of_day(), office.witness, office.offered_ms) == (machine.office_ms(), "internet", None)
    assert office.office_ms() == with_log  # never behind what was told


@pytest.mark.expects_log("set to the machine's: by 3600 s")
def test_what_is_taken_over_is_what_was_offered_and_not_a_step_since(bare, internet):
    machine = Machine()
    office = clock(bare, machine)
    office.set_by_staff(NOW - HOUR)
    internet()
    run(office, machine, MINUTE)
    machine.pass_ms(2_000)
    machine.step_ms(86_400_000)
    office.take_over()
    assert office.office_ms() == NOW + MINUTE + 2_000


def test_a_step_that_goes_away_again_is_offered_no_longer(bare, internet):
    machine = Machine()
    internet()
    office = clock(bare, machine)
    office.believed()
    machine.step_ms(HOUR)
    run(office, machine, MINUTE)
    assert office.offered_ms is not None
    machine.step_ms(-HOUR)
    run(office, machine, MINUTE)
    assert office.offered_ms is None
    internet(there=False)
    machine.step_ms(HOUR)
    run(office, machine, MINUTE)
    assert office.offered_ms is None  # nobody vouches for this


def test_an_unknown_time_is_taken_from_the_internet_at_once(bare, internet):
    """A chip without battery that woke up in the past: nothing goes by it, so nothing jumps."""
    machine = Machine(office=NOW - 60 * 86_400_000)
    fit_chip(bare, machine.office_ms() // 1000)
    office = clock(bare, machine)
    office.happened(NOW - HOUR, 0)
    assert (office.believed(), office.known()) == (True, False)
    machine.office = NOW
    internet()
    run(office, machine, ASK_EVERY_MS)
    assert (office.known(), office.office_ms(), office.witness) == (True, machine.office_ms(), "internet")


def test_a_time_that_is_just_behind_the_log_is_taken_from_the_internet_at_once(bare, internet):
    machine = Machine()
    fit_chip(bare, NOW // 1000)
    office = clock(bare, machine)
    office.happened(NOW + 3 * MINUTE, 0)
    assert (office.believed(), office.known()) == (True, False)
    machine.step_ms(5 * MINUTE)
    internet()
    run(office, machine, ASK_EVERY_MS)
    assert (office.known(), office.office_ms()) == (True, machine.office_ms())


def test_a_chip_that_was_set_right_is_believed_again(bare):
    machine = Machine(office=NOW - 60 * 86_400_000)
    fit_chip(bare, machine.office_ms() // 1000)
    office = clock(bare, machine)
    office.happened(NOW - HOUR, 0)
    assert (office.believed(), office.known()) == (True, False)
    machine.office = NOW
    fit_chip(bare, NOW // 1000)
    run(office, machine, ASK_EVERY_MS)
    assert (office.known(), office.office_ms()) == (True, machine.office_ms())


# -- never behind the log, and never standing still while the office works ---------------------------------------------


def test_with_the_clock_behind_the_log_time_goes_on_from_the_last_event(bare):
    machine = Machine()
    office = clock(bare, machine, vouched=True)
    office.happened(NOW + 24 * HOUR, 15 * MINUTE)
    assert not office.known()
    passed = 0
    for more in (0, 2_000, 13_000, 15 * MINUTE - 15_000):
        machine.pass_ms(more)
        passed += more
        assert office.office_ms() == NOW + 24 * HOUR + passed
    machine.pass_ms(HOUR)  # nothing happens any more: the time of day may catch up
    assert office.office_ms() == NOW + 24 * HOUR + 15 * MINUTE
    machine.pass_ms(24 * HOUR)
    assert (office.known(), office.office_ms()) == (True, machine.office_ms())


def test_with_no_time_at_all_it_goes_on_from_the_last_event_too(bare):
    machine = Machine(office=0)
    office = clock(bare, machine)
    assert office.office_ms() == 0
    machine.pass_ms(HOUR)
    assert office.office_ms() == 0  # no log, no time
    office.happened(NOW, 15 * MINUTE)
    machine.pass_ms(12_345)
    assert office.office_ms() == NOW + 12_345


def test_while_the_day_is_closed_nothing_goes_on(bare):
    machine = Machine()
    office = clock(bare, machine, vouched=True)
    office.happened(NOW + HOUR, 0)
    machine.pass_ms(30 * MINUTE)
    assert office.office_ms() == NOW + HOUR


def test_a_nudge_is_no_alarm(bare):
    machine = Machine()
    office = clock(bare, machine, vouched=True)
    office.happened(NOW + NUDGE_MS, 15 * MINUTE)
    assert office.known()
    office.happened(NOW + NUDGE_MS + 1, 15 * MINUTE)
    assert not office.known()


# -- what outlives the hub, and what does not --------------------------------------------------------------------------


def test_what_staff_said_goes_on_and_survives_a_restart_of_the_hub(bare):
    machine = Machine(office=1_000)
    office = clock(bare, machine)
    office.set_by_staff(NOW)
    machine.pass_ms(60_000)
    assert (office.believed(), office.office_ms()) == (True, NOW + 60_000)
    machine.step_ms(12_345_678)
    again = clock(bare, machine)
    assert (again.believed(), again.witness, again.office_ms()) == (True, "staff", NOW + 60_000)
    machine.step_ms(-99_345_678)
    machine.pass_ms(60_000)
    assert (again.believed(), again.office_ms()) == (True, NOW + 120_000)


@pytest.mark.parametrize("step", [-3 * HOUR, 3 * HOUR])
def test_a_restart_of_the_hub_is_no_way_in_for_a_step(bare, internet, step):
    machine = Machine()
    internet()
    clock(bare, machine).believed()
    machine.pass_ms(MINUTE)
    machine.step_ms(step)
    again = clock(bare, machine)
    run(again, machine, MINUTE)
    assert (again.office_ms(), again.witness) == (NOW + 2 * MINUTE, "internet")


def test_staffs_word_outlives_a_restart_also_where_the_configuration_vouches(bare):
    machine = Machine(office=NOW + 3 * HOUR)
    clock(bare, machine, vouched=True).set_by_staff(NOW)
    machine.pass_ms(MINUTE)
    again = clock(bare, machine, vouched=True)
    assert (again.office_ms(), again.witness) == (NOW + MINUTE, "staff")


def test_a_reboot_forgets_what_staff_said(bare, monkeypatch):
    clock(bare, Machine()).set_by_staff(NOW)
    monkeypatch.setattr(office_time, "boot_id", lambda: "another run of the machine")
    assert not clock(bare, Machine()).believed()


def test_staffs_word_can_be_given_back(bare):
    machine = Machine()
    office = clock(bare, machine)
    office.set_by_staff(NOW + HOUR)
    before = office.settings
    office.set_by_staff(NOW + 5 * HOUR)
    office.restore(before)
    assert office.office_ms() == NOW + HOUR
    assert clock(bare, machine).office_ms() == NOW + HOUR
    fresh = clock(bare / "other", machine)
    before = fresh.settings
    fresh.set_by_staff(NOW)
    fresh.restore(before)
    assert not fresh.believed()
    assert not clock(bare / "other", machine).believed()


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", "\xff", json.dumps({"boot": 7}),
     json.dumps({"boot": "BOOT", "office_minus_monotonic_ms": "x", "witness": "staff"}),
     json.dumps({"boot": "BOOT", "office_minus_monotonic_ms": NOW, "witness": "the moon"}),
     json.dumps({"boot": "BOOT", "office_minus_monotonic_ms": 1e400, "witness": "staff"}),
     json.dumps({"boot": "BOOT", "office_minus_monotonic_ms": 12, "witness": "staff"}),
     json.dumps({"boot": "BOOT", "office_minus_monotonic_ms": 2**70, "witness": "staff"})],
)  # fmt: skip
@pytest.mark.expects_log("is found out anew")
def test_a_spoilt_memory_is_no_witness(bare, text):
    (bare / "run").mkdir()
    (bare / "run" / "time.json").write_bytes(text.replace("BOOT", boot_id()).encode("latin-1"))
    assert not clock(bare, Machine()).believed()


@pytest.mark.expects_log("will have to be found out again")
def test_a_memory_that_cannot_be_written_costs_no_more_than_that(bare, caplog):
    (bare / "run").write_text("a file where the folder should be")
    machine = Machine()
    office = clock(bare, machine)
    office.set_by_staff(NOW)
    office.set_by_staff(NOW + 1_000)
    assert office.believed()
    assert len([r for r in caplog.records if "found out again" in r.message]) == 1
