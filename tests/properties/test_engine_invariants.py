"""The invariants of the queue, for any sequence of commands, with every rule drawn at random.

One machine plays an office: commands of all kinds, time that passes (and jumps back), days that turn. After each step
the invariants are checked by counting on the log and on the state, not by asking the code under test.
"""

from __future__ import annotations

import os
import pickle
import re
from collections import Counter as Tally
from itertools import pairwise
from pathlib import Path
from typing import get_args

import msgspec
import pytest
from drawn_office import SERVICES, office, rules
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

import appliance.engine
from appliance.engine import commands as c
from appliance.engine import events as e
from appliance.engine.decide import Refusal, decide
from appliance.engine.evolve import evolve
from appliance.engine.kinds import KINDS
from appliance.engine.model import Announcement, Counter, Day, Notices, Rules, Service, Span
from appliance.engine.visits import Changes, Visit, Visits
from appliance.units import MINUTE, SECOND

START = 1_775_437_200_000
HOUR = 60 * MINUTE
EXAMPLES = int(os.environ.get("GILIRAN_FUZZ_EXAMPLES", "300"))
STEPS = 60
COUNTERS = ("1", "1", "1", "2", "2", "2", "3", "9")
OFFICERS = ("", "", "sari", "budi")
REFUSALS = {
    code
    for file in Path(appliance.engine.__file__).parent.glob("*.py")
    for code in re.findall(r'Refusal\(\s*"([a-z_]+)"', file.read_text(encoding="utf-8"))
} - {"no_definition"}
"""Every refusal that the engine's source knows; without a definition this machine does not begin."""


def copied(thing):
    """Return a copy that shares nothing with the original; several times faster than ``copy.deepcopy``."""
    return pickle.loads(pickle.dumps(thing))  # noqa: S301  # our own, of this process


REACHED: Tally[str] = Tally()
REFUSED: Tally[str] = Tally()


class OfficeMachine(RuleBasedStateMachine):
    """An office under every command there is."""

    def __init__(self) -> None:
        super().__init__()
        self.day = Day()
        self.now = START
        self.log: list[e.Entry] = []
        self.codes = 0
        self.printed = 0
        self.numbers: list[str] = []
        self.timed = 0
        self.dates = 5
        self.visits = Visits()

    @initialize(drawn=rules, quota=st.sampled_from([None, 1, 2]))
    def found(self, drawn: Rules, quota: int | None) -> None:
        self.definition = office(drawn, quota)
        self.do(c.DefineOffice(self.definition))
        self.open_day()

    # -- what may happen ---------------------------------------------------------------------------------------------

    @rule(seconds=st.sampled_from([1, 5, 40, 400, 2000]))
    def time_passes(self, seconds: int) -> None:
        self.now += seconds * 1000

    @rule(seconds=st.sampled_from([60, 86_400]))
    def the_clock_jumps_back(self, seconds: int) -> None:
        before = self.now
        self.now -= seconds * 1000
        self.do(c.IssueTicket("a"))
        self.now = before

    @rule(service=st.sampled_from([*SERVICES, "trip", "zz"]), priority=st.booleans())
    def issue(self, service: str, priority: bool) -> None:
        self.do(c.IssueTicket(service, priority))

    @rule(
        service=st.sampled_from([*SERVICES, "zz"]),
        minutes=st.sampled_from([-5, 1, 5, 20, 60, 1500, 1500]),
        priority=st.booleans(),
    )
    def book(self, service: str, minutes: int, priority: bool) -> None:
        self.codes += 1
        for _ in range(2):
            self.do(c.Book(f"CODE{self.codes % 3}", service, self.now + minutes * MINUTE, priority))

    @rule(days=st.sampled_from([0, 0, -1, 60, 60]), sure=st.booleans(), known=st.booleans())
    def staff_say_the_time(self, days: int, sure: bool, known: bool) -> None:
        asked, self.now = self.now, max(0, self.now + days * 24 * HOUR)
        if not self.do(c.VouchTime(self.now, "siti", sure, known=asked if known else None)):
            self.now = asked

    @rule(ahead=st.sampled_from([HOUR, 400 * HOUR]), turned=st.booleans(), counter=st.booleans())
    def staff_mistype_the_time_and_take_it_back(self, ahead: int, turned: bool, counter: bool) -> None:
        self.now = max(self.now, self.day.at)
        right, self.now = self.now, self.now + ahead
        if not self.do(c.VouchTime(self.now, "siti", sure=True)):
            self.now = right
            return
        if turned:
            self.do(c.CloseDay())
            self.open_day()
        if counter:
            self.do(c.OpenCounter("3", "sari"))
        wrong, self.now = self.now, right + 1_000
        if not self.do(c.VouchTime(self.now, "siti", sure=True)):
            self.now = wrong
        if not self.day.is_open:
            self.open_day()

    @rule(begin=st.booleans())
    def practise(self, begin: bool) -> None:
        self.do(c.Train("siti") if begin else c.EndTraining("siti"))

    @rule()
    def practise_after_hours(self) -> None:
        self.do(c.CloseDay())
        self.do(c.Train("siti"))
        self.do(c.EndTraining("siti"))

    @rule(highest=st.dictionaries(st.sampled_from(["A", "BX", "CY", "Q"]), st.integers(1, 60)), today=st.booleans())
    def kiosks_had_printed(self, highest: dict[str, int], today: bool) -> None:
        self.do(c.NotePrinted("kiosk-1", self.day.date if today else "2020-01-01", highest))
        self.do(c.NotePrinted("kiosk-1", self.day.date, {"A": 90_000}))

    @rule(text=st.sampled_from(["Keluar.", "Keluar.", " "]), pages=st.sampled_from([0, 1, 21]))
    def the_lobby_reads(self, text: str, pages: int) -> None:
        self.do(c.PostNotices(Notices((), (Announcement({"id": text}),) * pages), "siti"))
        said, slip = {"id": text}, c.PrintSlip("kiosk-1", c.Slip("closing", (c.SlipLine("text", text),)), "s")
        for command in (c.EndBroadcast("s"), c.Broadcast(said, 2, "s"), c.EndBroadcast("s"), c.Page(said, "s"), slip):
            self.do(command)
        self.do(c.NoteEntry("kiosk-1", "s", ()))
        for command in (c.RaiseEmergency(said, "s"), c.Train("s"), c.EndEmergency("s")):
            self.do(command)

    @rule(code=st.integers(0, 3), cancel=st.sampled_from([False, False, True]))
    def use_booking(self, code: int, cancel: bool) -> None:
        self.do(c.CancelBooking(f"CODE{code}") if cancel else c.IssueBooked(f"CODE{code}"))

    @rule(counter=st.sampled_from(COUNTERS), officer=st.sampled_from(OFFICERS))
    def call_next(self, counter: str, officer: str) -> None:
        self.do(c.CallNext(counter, officer))

    @rule(counter=st.sampled_from(COUNTERS), reason=st.sampled_from(["urgent", "urgent", "whim"]), data=st.data())
    def call_number(self, counter: str, reason: str, data: st.DataObject) -> None:
        self.do(c.CallNumber(counter, number=self.some_number(data), reason=reason))

    @rule(
        counter=st.sampled_from(COUNTERS),
        kind=st.sampled_from([c.Undo, *[c.Recall] * 3, c.Start, c.Finish, c.NoShow, c.NoShow, c.Park, c.Reprint]),
    )
    def at_counter(self, counter: str, kind: type) -> None:
        self.do(kind(counter))

    @rule(
        counter=st.sampled_from(["1", "2"]),
        seconds=st.integers(0, 40),
        matter=st.lists(st.sampled_from([c.Undo, c.Recall, c.Recall, c.NoShow, c.Start, c.Finish, c.Park]), max_size=5),
        moved=st.booleans(),
    )
    def a_usual_case(self, counter: str, seconds: int, matter: list[type], moved: bool) -> None:
        """Somebody comes and is called; without this most steps would be refusals."""
        self.do(c.OpenCounter(counter))
        self.do(c.Resume())
        self.do(c.IssueTicket("a"))
        self.now += 31_000
        self.do(c.CallNext(counter))
        for kind in matter:
            self.now += seconds * 1000
            self.do(kind(counter))
        if moved:
            self.do(c.Transfer(counter, service="a"))
            self.do(c.Transfer(counter, service="c"))

    @rule(counter=st.sampled_from(["1", "2", "3"]), service=st.sampled_from(SERVICES))
    def somebody_is_picked_who_has_just_come(self, counter: str, service: str) -> None:
        self.do(c.OpenCounter(counter))
        if self.do(c.IssueTicket(service)):
            self.now += 31_000
            self.do(c.CallNumber(counter, number=list(self.day.tickets)[-1], reason="urgent"))

    @rule()
    def a_finish_is_taken_back_too_late(self) -> None:
        """Whoever was finished in the middle of a journey is called elsewhere at once."""
        self.do(c.Resume())
        if self.do(c.IssueTicket("trip", priority=True)):
            number = list(self.day.tickets)[-1]
            for counter in ("1", "3"):
                self.do(c.OpenCounter(counter))
                self.now += 31_000
                self.do(c.CallNumber(counter, number=number, reason="urgent"))
                self.do(c.Finish("1"))
            self.do(c.Undo("1"))

    @rule(
        counters=st.one_of(
            st.lists(st.sampled_from(["1", "2", "3"]), min_size=2, max_size=6),
            st.just(["1", "1", "1", "3", "3"]),
            st.just(["1", "1", "3", "2", "3", "1"]),
        ),
        undone=st.integers(1, 4),
    )
    def presses_are_taken_back_one_after_the_other(self, counters: list[str], undone: int) -> None:
        self.do(c.Resume())
        for service in ("trip", "a", "trip", "c"):
            self.do(c.IssueTicket(service, priority=service == "trip"))
        for counter in counters:
            self.do(c.OpenCounter(counter))
            self.now += 2_000
            self.do(c.CallNext(counter))
        for counter in counters:
            for _ in range(undone):
                self.do(c.Undo(counter))

    @rule(counter=st.sampled_from(COUNTERS))
    def one_is_called_again_and_again(self, counter: str) -> None:
        self.do(c.OpenCounter(counter))
        self.now += 31_000
        self.do(c.CallNext(counter))
        for _ in range(self.day.rules.recall_limit + 1):
            self.do(c.Recall(counter))
        for _ in range(2):
            self.do(c.Start(counter))

    @rule()
    def somebody_comes_on_the_wrong_day(self) -> None:
        self.codes += 1
        self.do(c.Book(f"FAR{self.codes}", "a", self.now + 48 * HOUR))
        self.do(c.IssueBooked(f"FAR{self.codes}"))
        self.do(c.CancelBooking(f"FAR{self.codes}"))

    @rule()
    def somebody_comes_late(self) -> None:
        self.do(c.Resume())
        self.now += 25 * MINUTE
        self.do(c.IssueTicket("b"))

    @rule(counter=st.sampled_from(COUNTERS), service=st.sampled_from([*SERVICES, "zz"]))
    def transfer(self, counter: str, service: str) -> None:
        self.do(c.Transfer(counter, service=service))

    @rule(
        counter=st.sampled_from(["1", "2", "3"]),
        to=st.sampled_from(["1", "2", "2", "3", "9"]),
        service=st.sampled_from([None, *SERVICES]),
        opened=st.booleans(),
    )
    def transfer_to_one_counter(self, counter: str, to: str, service: str | None, opened: bool) -> None:
        self.do(c.OpenCounter(counter))
        self.do(c.IssueTicket("a"))
        self.now += 31_000
        self.do(c.CallNext(counter))
        if to != counter:
            self.do(c.OpenCounter(to) if opened else c.CloseCounter(to))
        self.do(c.Transfer(counter, service=service, to=to))

    @rule(counter=st.sampled_from(COUNTERS), officer=st.sampled_from(OFFICERS))
    def open_counter(self, counter: str, officer: str) -> None:
        self.do(c.OpenCounter(counter, officer))

    @rule(counter=st.sampled_from(COUNTERS))
    def two_officers_want_one_counter(self, counter: str) -> None:
        for kind in (c.OpenCounter, c.CallNext):
            for officer in ("sari", "budi"):
                self.do(kind(counter, officer))

    @rule(counter=st.sampled_from(COUNTERS), reason=st.sampled_from(["break", "break", "whim"]))
    def pause(self, counter: str, reason: str) -> None:
        self.do(c.PauseCounter(counter, reason=reason))
        self.do(c.CallNext(counter))

    @rule(counter=st.sampled_from(COUNTERS))
    def close_counter(self, counter: str) -> None:
        self.do(c.CloseCounter(counter))

    @rule(counter=st.sampled_from(COUNTERS), sure=st.booleans(), opened=st.booleans())
    def somebody_went_home_and_left_a_session(self, counter: str, sure: bool, opened: bool) -> None:
        if opened:
            self.do(c.OpenCounter(counter, "sari"))
        self.do(c.FreeCounter(counter, "siti", sure=sure))

    @rule(
        service=st.sampled_from([None, *SERVICES, "zz"]),
        priority=st.sampled_from([None, True, False]),
        data=st.data(),
    )
    def the_desk_changes_a_ticket(self, service: str | None, priority: bool | None, data: st.DataObject) -> None:
        number = self.some_number(data)
        before = self.day.tickets.get(number)
        was = copied(before) if before else None
        if self.do(c.ChangeTicket(number, service, priority)) and was is not None:
            ticket = self.day.tickets[number]
            assert (ticket.state, ticket.arrived_at, ticket.due_at) == (was.state, was.arrived_at, was.due_at)
            assert ticket.service == (service or was.service)
            assert ticket.service not in ticket.steps or ticket.service == was.service

    @rule(kind=st.sampled_from([c.Cancel, c.ReprintNumber, c.Return, c.Return]), data=st.data())
    def ticket_matter(self, kind: type, data: st.DataObject) -> None:
        self.do(kind(self.some_number(data)))

    @rule(
        counter=st.sampled_from(["1", "2"]),
        officer=st.sampled_from(OFFICERS),
        outcomes=st.sampled_from([(), ("done",), ("done", "papers"), ("whim",)]),
        noted=st.booleans(),
        data=st.data(),
    )
    def it_is_noted_what_was_done(
        self, counter: str, officer: str, outcomes: tuple[str, ...], noted: bool, data: st.DataObject
    ) -> None:
        self.do(c.NoteOutcomes(counter, number=self.some_number(data), outcomes=outcomes))
        self.do(c.OpenCounter(counter))
        self.do(c.IssueTicket("a"))
        self.now += 31_000
        self.do(c.CallNext(counter))
        at_it = self.day.counters[counter].ticket if counter in self.day.counters else None
        if noted and at_it:
            self.do(c.NoteOutcomes(counter, number=at_it, outcomes=outcomes))
        self.do(c.Finish(counter, officer, outcomes=outcomes))
        if noted and at_it:
            self.do(c.NoteOutcomes(counter, number=at_it, outcomes=("papers",)))

    @rule(counter=st.sampled_from(COUNTERS), ended=st.booleans(), service=st.sampled_from([*SERVICES, "zz"]))
    def somebody_needs_help_or_no_number(self, counter: str, ended: bool, service: str) -> None:
        self.do(c.RaiseAlarm(counter))
        if ended:
            self.do(c.EndAlarm(counter, "budi"))
        self.do(c.QuickServe(service))
        self.do(c.QuickServe(service, counter, "budi"))

    @rule(counter=st.sampled_from(COUNTERS), served=st.booleans(), turned=st.booleans(), data=st.data())
    def somebody_says_what_they_think(self, counter: str, served: bool, turned: bool, data: st.DataObject) -> None:
        number = self.some_number(data)
        if served and self.do(c.IssueTicket("a")):
            number = list(self.day.tickets)[-1]
            self.do(c.OpenCounter(counter))
            self.now += 31_000
            self.do(c.CallNumber(counter, number=number, reason="urgent"))
            self.do(c.Start(counter))
            self.do(c.Finish(counter))
        if turned:
            self.do(c.CloseDay())
            self.open_day()
        for command in (c.RateLast(counter, "keypad"), c.RateTicket(number, "kiosk", asks=True)):
            self.do(command)
        for _ in range(2):
            self.do(c.RateTicket(number, "kiosk"))
        self.do(c.NoteForm("2026-04-02", data.draw(st.sampled_from([None, "a", "zz"]))))
        rated = [(x.event.number, x.event.date) for x in self.log if isinstance(x.event, e.TicketRated)]
        assert len(set(rated)) == len(rated), "a ticket was rated twice"

    @rule(
        count=st.integers(1, 3),
        prefix=st.sampled_from("ABZ"),
        ago=st.sampled_from([-1, 0, 1, 3, 800]),
        spans=st.lists(st.integers(-1, 9)),
    )
    def sheets_come_back(self, count: int, prefix: str, ago: int, spans: list[int]) -> None:
        before = (copied(self.day.tickets), copied(self.day.learnt))
        arrived = self.now - ago * HOUR
        called, served = (arrived + span * MINUTE if span else None for span in (*spans, 0, 0)[:2])
        for _ in range(2):
            self.do(c.EnterPaper(f"K-{prefix}{count}", "2026-04-01", arrived, called, served))
        self.do(c.EnterPaper("K-A9", "2026-04-01", arrived, None, arrived))
        self.do(c.EnterPaper("K-A9", "2026-04-01", arrived, arrived - MINUTE))
        assert before == (self.day.tickets, self.day.learnt)

    @rule(data=st.data())
    def note(self, data: st.DataObject) -> None:
        number = self.some_number(data)
        for command in (c.SetNote(number, "x"), c.Cancel(number), c.SetNote(number, "x")):
            self.do(command)

    @rule(service=st.sampled_from([None, "a", "a", "zz"]), reason=st.sampled_from(["gempa", "listrik", " "]))
    def stop(self, service: str | None, reason: str) -> None:
        self.do(c.Stop(reason, service))
        self.do(c.IssueTicket("a"))
        self.do(c.Stop(reason, service))

    @rule(service=st.sampled_from([*SERVICES, "zz"]), by_hand=st.booleans())
    def it_is_full_and_then_not(self, service: str, by_hand: bool) -> None:
        for _ in range(2):
            self.do(c.FillService(service, self.now + 9 * HOUR))
            self.do(c.IssueTicket(service))
        for _ in range(2):
            self.do(c.Resume(service) if by_hand else c.UnfillService(service))

    @rule(service=st.sampled_from([None, "a"]))
    def resume(self, service: str | None) -> None:
        self.do(c.Resume(service))

    @rule(
        kiosk=st.sampled_from(["kiosk-1", "kiosk-2", "kiosk-9"]),
        service=st.sampled_from([*SERVICES, "zz"]),
        count=st.integers(1, 3),
        again=st.booleans(),
        ghosts=st.booleans(),
        foreign=st.sampled_from([False, False, False, True]),
        data=st.data(),
    )
    def merge(
        self, kiosk: str, service: str, count: int, again: bool, ghosts: bool, foreign: bool, data: st.DataObject
    ) -> None:
        letter = "Q" if foreign else {"kiosk-1": "X", "kiosk-2": "Y"}.get(kiosk, "Z")
        if not again:
            self.printed += count
        tickets = tuple(
            c.MergedTicket(
                f"{service[0].upper()}{letter}{self.printed + n:02d}",
                service,
                (count - n) * 30_000,
                ghost=self.some_number(data) if ghosts else None,
            )
            for n in range(count)
        )
        self.do(c.MergeTickets(kiosk, tickets))

    @rule()
    def redefine(self) -> None:
        self.do(c.DefineOffice(self.definition))
        self.do(c.DefineOffice(self.definition, expects=self.day.defined - 1))

    @rule(drawn=rules, left=st.sets(st.sampled_from(SERVICES)), gone=st.sampled_from([None, "1", "2", "3"]))
    def change_the_office(self, drawn: Rules, left: set[str], gone: str | None) -> None:
        """Services, counters, journeys and rules come and go, at any moment at which it is accepted."""
        services = (*(s for s in self.definition.services if s.id in left), Service("d", "D", {"id": "d"}))
        ids = {s.id for s in services}
        counters = tuple(
            msgspec.structs.replace(
                x,
                services=tuple(s for s in x.services if s in ids) or ("d",),
                helps=tuple(s for s in x.helps if s in ids),
            )
            for x in self.definition.counters
            if x.id != gone
        )
        journeys = tuple(j for j in self.definition.journeys if set(j.services) <= ids)
        self.do(
            c.DefineOffice(
                msgspec.structs.replace(
                    self.definition, services=services, counters=counters, journeys=journeys, rules=drawn
                )
            )
        )

    @rule()
    def a_service_goes_overnight_and_its_booking_comes(self) -> None:
        self.codes += 1
        self.do(c.Book(f"NIGHT{self.codes}", "b", self.now + 15 * HOUR))
        self.do(c.CloseDay())
        self.change_the_office(self.day.rules, {"a", "c"}, None)
        self.now += 14 * HOUR
        self.open_day()
        self.do(c.IssueBooked(f"NIGHT{self.codes}"))

    @rule(wrong=st.sampled_from(["prefix", "gone"]))
    def redefine_wrongly(self, wrong: str) -> None:
        first, *rest = self.definition.services
        services = (first, *(msgspec.structs.replace(s, prefix="A") for s in rest)) if wrong == "prefix" else (first,)
        counters = (Counter("1", {"id": "1"}, ("a",)),)
        journeys = self.definition.journeys if wrong == "prefix" else ()
        attempt = msgspec.structs.replace(self.definition, services=services, counters=counters, journeys=journeys)
        if isinstance(decide(self.day, c.DefineOffice(attempt), self.now), Refusal):
            self.do(c.DefineOffice(attempt))

    @precondition(lambda self: len(self.log) > 30)
    @rule(reopen=st.sampled_from([True, True, False]))
    def night_falls(self, reopen: bool) -> None:
        self.do(c.CloseDay())
        self.do(c.CloseDay())
        if reopen:
            self.do(c.OpenDay(self.day.date, (), self.now))
            self.now += 14 * HOUR
            self.open_day()

    @rule()
    def morning_comes(self) -> None:
        if self.day.is_open:
            self.do(c.OpenDay("2099-01-01", (), self.now))
        else:
            self.now += 14 * HOUR
            self.open_day()

    # -- how it is done, and what is checked at each step -------------------------------------------------------------

    def open_day(self) -> None:
        self.dates += 1
        span = Span(self.now, self.now + 8 * HOUR)
        last = {"b": self.now + 20 * MINUTE}
        self.do(
            c.OpenDay(
                f"2026-{4 + self.dates // 28:02d}-{1 + self.dates % 28:02d}",
                (span,),
                self.now + 10 * HOUR,
                last,
                training=self.dates % 4 == 0,
            )
        )

    def some_number(self, data: st.DataObject) -> str:
        return data.draw(st.sampled_from([*list(self.day.tickets)[-8:], "A99"]))

    def do(self, command: c.Command) -> bool:
        before, visits = copied(self.day), copied(self.visits)
        decision = decide(self.day, command, self.now)
        assert self.day == before, "deciding changed the state"
        if isinstance(decision, Refusal):
            assert decision.code
            assert decision.advice
            REFUSED[decision.code] += 1
            return False
        back = any(isinstance(event, e.TimeVouched) and event.back for event in decision)
        at = self.now if back else max(self.now, self.day.at)
        if isinstance(command, c.CallNext):
            self.check_promise(command, decision, at)
        if back:
            void = [entry.event for entry in self.log if entry.at > at]
            assert all(KINDS[type(event)].of_office for event in void), "what happened to citizens was taken back"
        for event in decision:
            if isinstance(event, e.TicketCalled):
                assert self.day.tickets[event.number].state == "waiting", "every called ticket was waiting"
            entry = e.Entry(self.day.seq + 1, at, event)
            evolve(self.day, entry)
            self.visits.take(entry, "", Changes())
            self.log.append(entry)
            REACHED[type(event).__name__] += 1
        if isinstance(command, c.CallNext | c.CallNumber | c.Finish):
            self.check_undo(command, before, visits.today().written)
        return True

    def check_undo(self, command: c.AtCounter, before: Day, visits: dict[int, Visit]) -> None:
        """Undo after any press gives the state before it, and the visits."""
        again, visits_again = copied(self.day), copied(self.visits)
        decision = decide(again, c.Undo(command.counter, command.officer), self.now)
        assert not isinstance(decision, Refusal), decision
        for event in decision:
            entry = e.Entry(again.seq + 1, max(self.now, again.at), event)
            evolve(again, entry)
            visits_again.take(entry, "", Changes())
            REACHED[type(event).__name__] += 1
        assert _but_for_the_log(again, again.at) == _but_for_the_log(before, again.at), "undo left something behind"
        assert visits_again.today().written == visits, "undo left a visit behind"

    def check_promise(self, command: c.CallNext, decision: list[e.Event], at: int) -> None:
        called = next((x for x in decision if isinstance(x, e.TicketCalled)), None)
        promise = self.day.rules.promise_minutes * MINUTE
        if called is None or not promise or called.reason == "booked":
            return
        definition = self.day.counter_definitions[command.counter]
        chosen = self.day.tickets[called.number].place
        for ticket in self.day.tickets.values():
            serves = ticket.service in (*definition.services, *definition.helps)
            if ticket.state == "waiting" and serves and ticket.only in (None, command.counter):
                assert not (at - ticket.place.at > promise and ticket.place.at < chosen.at), "the promise was broken"

    @invariant()
    def no_two_tickets_of_a_day_share_a_number(self) -> None:
        issued: list[str] = []
        for entry in self.log:
            if isinstance(entry.event, e.DayOpened):
                issued = []
            elif isinstance(entry.event, e.TicketIssued | e.TicketMerged):
                issued.append(entry.event.number)
        assert len(issued) == len(set(issued))
        assert set(issued) == set(self.day.tickets)

    @invariant()
    def no_ticket_is_at_two_counters_and_no_counter_has_two(self) -> None:
        held = [counter.ticket for counter in self.day.counters.values() if counter.ticket]
        assert len(held) == len(set(held))
        at_counters = {t.number for t in self.day.tickets.values() if t.state in ("called", "serving")}
        assert at_counters == set(held)

    @invariant()
    def whoever_is_at_a_counter_has_one_visit_that_lasts(self) -> None:
        lasting = [
            (v.number, v.service, v.counter, v.calls, v.called_at, v.started_at, v.outcomes)
            for v in self.visits.today().written.values()
            if not v.ending
        ]
        there = [
            (t.number, t.service, t.counter, t.calls, t.called_at, t.started_at, t.outcomes)
            for t in self.day.tickets.values()
            if t.state in ("called", "serving")
        ]
        assert sorted(lasting) == sorted(there)

    @invariant()
    def every_ticket_is_in_exactly_one_state_and_the_queues_hold_those_who_wait(self) -> None:
        waiting = sorted(t.number for t in self.day.tickets.values() if t.state == "waiting")
        own = [(key, part) for key, state in self.day.counters.items() for part in state.own.parts()]
        queues = [(service, part) for service, queue in self.day.waiting.items() for part in queue.parts()]
        assert sorted(number for _, part in (*queues, *own) for _, number in part) == waiting
        assert all(part == sorted(part) for _, part in (*queues, *own))
        tickets = self.day.tickets
        assert all(tickets[n].service == key and tickets[n].only is None for key, part in queues for _, n in part)
        assert all(tickets[n].only == key for key, part in own for _, n in part)

    @invariant()
    def whoever_waits_for_one_counter_alone_waits_for_an_open_one_that_serves_them(self) -> None:
        for key, state in self.day.counters.items():
            definition = self.day.counter_definitions[key]
            served = {*definition.services, *definition.helps}
            alone = {self.day.tickets[number].service for part in state.own.parts() for _, number in part}
            assert alone <= served
            assert state.open or not alone

    @invariant()
    def time_never_runs_backwards_in_the_log_but_where_it_says_so(self) -> None:
        for before, entry in pairwise(self.log[self.timed :]):
            if entry.at < before.at:
                assert isinstance(entry.event, e.TimeVouched)
                assert entry.event.back
        self.timed = max(0, len(self.log) - 1)

    @invariant()
    def a_closed_day_leaves_nothing_open(self) -> None:
        if not self.day.is_open:
            assert not any(t.state in ("waiting", "called", "serving", "parked") for t in self.day.tickets.values())

    def teardown(self) -> None:
        again = Day()
        for entry in self.log:
            again_event = msgspec.json.decode(msgspec.json.encode(entry.event), type=e.Event)
            evolve(again, e.Entry(entry.seq, entry.at, again_event))
        assert again == self.day, "rebuilding from the log gives another state"


def _but_for_the_log(day: Day, now: int) -> Day:
    """Return the state without what says how far the log is, and which earlier presses are too old to be undone."""
    bare = copied(day)
    bare.seq, bare.at, bare.before_vouch = 0, 0, None
    for counter in bare.counters.values():
        counter.seq = counter.changed_at = 0
        counter.presses = [p for p in counter.presses if now - p.at <= day.rules.undo_seconds * SECOND]
    return bare


@pytest.mark.timeout(600)
def test_the_invariants_hold_for_any_sequence_of_commands(record_property: object) -> None:
    run_state_machine_as_test(  # type: ignore[no-untyped-call]  # hypothesis leaves it untyped
        OfficeMachine,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            derandomize="GILIRAN_FUZZ_EXAMPLES" not in os.environ,
            suppress_health_check=list(HealthCheck),
        ),
    )
    print(f"events reached: {dict(REACHED)}")
    print(f"refusals reached: {dict(REFUSED)}")
    missed = {kind.__name__ for kind in get_args(e.Event)} - set(REACHED)
    assert not missed, f"never happened: {missed}"
    missed = REFUSALS - set(REFUSED)
    assert not missed, f"never refused: {missed}"
