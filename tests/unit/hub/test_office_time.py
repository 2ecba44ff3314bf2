"""The office's time under any sequence of what befalls a machine's clock, with the real hub on a real file.

The machine's time of day is set back and ahead, by seconds or weeks; the internet comes, goes and lies; the hub is
killed, the machine loses its power; staff say the time, and mistype it. Whatever happens, time goes by elapsed time.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path
from unittest import mock

import msgspec
import pytest
from hub_bench import NOW, OFFICE, Machine, ask, founded, tick
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from appliance.engine.events import TimeVouched
from appliance.engine.model import Rules
from appliance.hub import office_time
from appliance.hub.handler import GOES_ON_MS
from appliance.hub.office_time import PACE
from appliance.wire import messages as m

SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
EXAMPLES = int(os.environ.get("GILIRAN_FUZZ_EXAMPLES", "40"))
RULES = Rules()
ROUNDING_MS = 3
STEPS = st.sampled_from([5 * SECOND, 2 * MINUTE, 11 * MINUTE, HOUR, 3 * HOUR, 15 * HOUR, DAY, 45 * DAY])
SIGN = st.sampled_from([-1, 1])


class Turned(Exception):
    """The day is over, or another one."""


class Town(RuleBasedStateMachine):
    """One office, its hub, and a machine that is not to be trusted."""

    def __init__(self):
        super().__init__()
        self.closing = contextlib.ExitStack()
        folder = Path(self.closing.enter_context(tempfile.TemporaryDirectory()))
        self.file = folder / "giliran.db"
        self.office = msgspec.structs.replace(OFFICE, rules=RULES)
        self.internet, self.boots, self.starts = False, 0, 0
        for name, stand_in in (
            ("synchronised", lambda: self.internet),
            ("CHIPS", folder / "no chips"),
            ("boot_id", lambda: f"boot-{self.boots}"),
        ):
            self.closing.enter_context(mock.patch.object(office_time, name, stand_in))
        self.machine = Machine()
        self.seq = self.at = 0
        self.reached = set()

    @initialize(who=st.sampled_from(["internet", "staff", "staff", "nobody"]), off=STEPS)
    def morning(self, who, off):
        self.internet = who == "internet"
        self.machine.off = 0 if self.internet else -off
        self.start()
        if who == "staff":
            self.vouch(NOW + self.machine.ms)

    def start(self):
        self.starts += 1
        self.hub = founded(self.file, f"run-{self.starts}", self.office, machine=self.machine, vouched=False)
        tick(self.hub, 100)

    # -- what befalls the clock ------------------------------------------------------------------------------------

    @rule(by=STEPS, sign=SIGN)
    def the_machines_clock_is_set(self, by, sign):
        clock, day = self.hub.clock, self.hub.handler.day
        known, date, is_open, before = clock.known(), day.date, day.is_open, clock.office_ms()
        self.machine.off += sign * by
        assert clock.office_ms() == before, "a step moved the office's time"
        if known and day.ends_at - before > 2 * MINUTE:
            self.time_passes(30, 1)
            assert clock.known()
            assert (self.hub.handler.day.date, self.hub.handler.day.is_open) == (date, is_open), "a step turned the day"

    @rule(lies=st.sampled_from([0, 0, 0, 1]), by=STEPS, sign=SIGN)
    def the_internet_comes(self, lies, by, sign):
        self.internet, self.machine.off = True, lies * sign * by

    @rule()
    def the_internet_goes(self):
        self.internet = False

    @rule(by=STEPS, sign=SIGN)
    def the_hub_is_killed_and_the_clock_set(self, by, sign):
        live, clock = self.hub.handler.day, self.hub.clock
        known, before = clock.known(), clock.office_ms()
        self.hub.store.close()
        self.machine.off += sign * by
        self.machine.ms += 3 * SECOND
        self.start()
        if known:
            assert self.hub.clock.known()
            assert abs(self.hub.clock.office_ms() - before - 3_100) <= 3_100 * PACE + MINUTE, "a restart let a step in"
        if self.hub.handler.day.seq == live.seq:
            assert self.hub.handler.day == live

    @rule(off=STEPS, sign=SIGN, away=st.sampled_from([MINUTE, HOUR, 14 * HOUR]))
    def the_power_fails(self, off, sign, away):
        self.hub.store.close()
        self.boots += 1
        true = NOW + self.machine.ms + away
        self.machine = Machine(
            sign * off, self.machine.ms + away
        )  # elapsed time that starts lower changes nothing here
        self.internet = False
        self.start()
        if sign < 0:
            self.vouch(true)

    @rule(off=STEPS, sign=SIGN, sure=st.booleans(), true=st.booleans())
    def staff_say_the_time(self, off, sign, sure, true):
        self.vouch(NOW + self.machine.ms + (0 if true else sign * off), sure=sure)

    def vouch(self, at, *, sure=False):
        before = self.hub.handler.day
        known, date, expired = self.hub.clock.known(), before.date, self.hub.clock.office_ms()
        reply = ask(self.hub, m.Vouch(at, "siti", "471147", sure))
        self.hub.house.committed(self.hub.entries)
        if isinstance(reply, m.Accepted):
            assert self.hub.clock.office_ms() == at
            assert sure or not known or abs(at - expired) <= 3 * HOUR
            self.reached.add("vouched")
        else:
            assert reply.code in ("time_passed", "time_far")
            assert (self.hub.handler.day.date, self.hub.clock.office_ms()) == (date, expired)
        tick(self.hub, 100)

    # -- time passes, and the office works -------------------------------------------------------------------------

    @rule(ticks=st.integers(1, 30), seconds=st.sampled_from([1, 7, 300]))
    def time_passes(self, ticks, seconds):
        for _ in range(ticks):
            clock, day = self.hub.clock, self.hub.handler.day
            was_open, before, known = day.is_open, clock.office_ms(), clock.known()
            idle = before - day.at
            tick(self.hub, seconds * SECOND)
            passed, due = clock.office_ms() - before, seconds * SECOND
            assert passed >= 0, "time ran backwards"
            now_open, now_known = self.hub.handler.day.is_open, clock.known()
            if known and now_known and was_open and now_open and self.hub.handler.day.date == day.date:
                assert passed <= due * (1 + PACE) + ROUNDING_MS, "time jumped while the office worked"
            if (known and now_known and now_open) or (was_open and now_open and idle + due <= GOES_ON_MS):
                assert passed >= due * (1 - PACE) - ROUNDING_MS - 60 * SECOND * (not was_open), "time stood still"

    @rule()
    def somebody_takes_a_number(self):
        self.reached.add(("issue", type(ask(self.hub, m.Issue("a"))).__name__))

    @rule(undo=st.booleans())
    def counters_go_on_calling(self, undo):
        with contextlib.suppress(Turned):
            self.call(undo)

    def call(self, undo):
        """Whatever the clock does: two seconds after a call comes the next, and each rule about seconds ends."""
        if not self.hub.handler.day.is_open:
            return
        given = [ask(self.hub, m.Issue("a")) for _ in range(3)]
        if not all(isinstance(reply, m.Accepted) for reply in given):
            return
        self.elapse(RULES.seconds_between_calls)
        assert isinstance(ask(self.hub, m.CallNext("1")), m.Accepted)
        assert ask(self.hub, m.CallNext("1")).code == "too_soon"
        self.elapse(RULES.seconds_between_calls)
        assert isinstance(ask(self.hub, m.CallNext("1")), m.Accepted)
        assert ask(self.hub, m.NoShow("1")).code == "too_early"
        if undo:
            assert isinstance(ask(self.hub, m.Undo("1")), m.Accepted)
            self.elapse(RULES.seconds_between_calls)
            assert isinstance(ask(self.hub, m.CallNext("1")), m.Accepted)
        self.elapse(RULES.undo_seconds + 1)
        assert ask(self.hub, m.Undo("1")).code == "too_late"
        assert isinstance(ask(self.hub, m.Recall("1")), m.Accepted)
        assert ask(self.hub, m.NoShow("1")).code == "too_early"
        self.elapse(RULES.no_show_min_seconds)
        assert isinstance(ask(self.hub, m.NoShow("1")), m.Accepted)
        self.reached.add("called" if self.hub.clock.known() else "called without a time of day")

    def elapse(self, seconds):
        """Let real seconds pass: as many as a rule says at the slowest pace."""
        known, date = self.hub.clock.known(), self.hub.handler.day.date
        tick(self.hub, int(seconds * SECOND / (1 - PACE)) + 10)
        if not self.hub.handler.day.is_open or self.hub.handler.day.date != date:
            assert not known or self.hub.clock.office_ms() % DAY // HOUR in (16, 17), (
                "the day turned, and not at its hour"
            )
            raise Turned

    # -- what must hold --------------------------------------------------------------------------------------------

    @invariant()
    def the_log_never_goes_backwards_but_where_it_says_so(self):
        if not hasattr(self, "hub"):
            return
        for entry in self.hub.store.log.since(self.seq):
            if entry.at < self.at:
                assert isinstance(entry.event, TimeVouched)
                assert entry.event.back
            self.seq, self.at = entry.seq, entry.at

    def teardown(self):
        REACHED.update(self.reached)
        if hasattr(self, "hub"):
            self.hub.store.close()
        self.closing.close()


REACHED = set()


@pytest.mark.timeout(900)
@pytest.mark.expects_log("set to the machine's")
def test_time_goes_by_elapsed_time_whatever_the_clock_does():
    run_state_machine_as_test(
        Town,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=20,
            deadline=None,
            derandomize="GILIRAN_FUZZ_EXAMPLES" not in os.environ,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate],  # to shrink takes minutes; twenty steps can be read
        ),
    )
    assert {"vouched", "called", "called without a time of day", ("issue", "Accepted"), ("issue", "Refused")} <= REACHED
