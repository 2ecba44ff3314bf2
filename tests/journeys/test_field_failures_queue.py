"""What breaks in other queue systems: numbers, calls, officers. Each test is a failure seen in the field.

The names of the systems and their reports stand in the docstrings; docs/reliability.md has the whole table.
"""

from __future__ import annotations

import random
import uuid

import pytest
from crowds import KEYPADS, KIOSKS, NINE, SERVICES, at_once, diary, issue, restart, rows

from appliance.node.daemon import HubClock, SystemClock
from appliance.tools.office.sample_office import SERVICES as SAMPLE_SERVICES
from appliance.tools.office.sample_office import office
from appliance.tools.proofs.crash_checks import queue_faults
from appliance.verbs import log as log_reader
from appliance.wire import messages as m

KIOSK, KEYPAD, DESK = "kiosk-1", "keypad-1", "web-1"


def issued_twice(town):
    """Return every number that the hub has acknowledged to more than one request, as a stranger on the bus counts."""
    holders = {}
    for reply in town.observer.replies:
        if isinstance(reply, m.Accepted) and reply.ticket:
            holders.setdefault(reply.number, set()).add(reply.id)
    return [number for number, requests in holders.items() if len(requests) > 1]


def asked_until_answered(person, body):
    """Ask under one request id until the hub accepts, as a kiosk does."""
    request_id = uuid.uuid4().hex
    while not isinstance(reply := person.ask(body, request_id), m.Accepted):
        assert reply.code in ("stale", "storage")
    return reply


# -- numbers ---------------------------------------------------------------------------------------------------------


def test_the_same_number_is_never_given_twice_under_load(town):
    """novosga #290 (the same number up to four times), ZMS PR 668, and others: 459 doubles in 1,427 tickets."""
    town.all_ready(*KIOSKS)
    numbers = []

    def take(person, place):
        bodies = [m.Issue(SERVICES[(place + n) % 3]) for n in range(25)]
        waiting = [person.send(body, request_id) for body in bodies for request_id in [uuid.uuid4().hex] * 2]
        for done, replies in waiting[1::2]:  # all 25 are under way at once, each of them twice
            assert done.wait(20)
            numbers.append(replies[0].number)

    at_once([town.person(kiosk) for kiosk in KIOSKS], take)
    assert len(numbers) == len(set(numbers)) == 200
    assert issued_twice(town) == []
    given = {f"{prefix}{n:03d}" for prefix, last in (("A", 67), ("B", 67), ("C", 66)) for n in range(1, last + 1)}
    assert set(town.tickets()) == set(numbers) == given, "a series has a hole"


def test_a_second_hub_on_the_same_file_gives_no_number_twice(town):
    """FQM with two worker processes: 53 doubles in 792 tickets. Here two hubs are a mistake, and still harmless."""
    town.all_ready(*KIOSKS)
    tables = {"hub": {"node": "hub-2", "database": str(town.database)}, "office": office(4, seconds_between_calls=0)}
    config = town.rig.write_config("hub-2", {**tables, "clock": town.office.time.table()})
    heard = {}
    clock = town.person(KIOSK).clock
    town.rig.spawn("hub", config)
    assert town.until(lambda: heard.update({clock._last.boot: clock._last}) or len(heard) == 2)
    for place, kiosk in enumerate(KIOSKS):  # each hub has four kiosks that keep to it
        town.person(kiosk).link.hub_clock = HubClock(SystemClock())
        town.person(kiosk).link.hub_clock.observe([*heard.values()][place % 2])
    numbers = []

    def take(person, place):
        numbers.extend(asked_until_answered(person, m.Issue(SERVICES[(place + n) % 3])).number for n in range(10))

    at_once([town.person(kiosk) for kiosk in KIOSKS], take)
    assert len(numbers) == len(set(numbers)) == 80
    assert issued_twice(town) == []
    assert set(town.tickets()) == set(numbers)
    assert log_reader.main(["verify", "--database", str(town.database)]) == 0


def test_a_series_that_runs_out_of_digits_goes_on_with_one_more(town):
    """MADO-queue #9: what comes after the last number of a range was nobody's decision."""
    services = [{**service, "digits": 2} for service in SAMPLE_SERVICES]
    restart(town, NINE, KIOSK, KEYPAD, services=services)
    assert issue(town, 99) == [f"A{n:02d}" for n in range(1, 100)]
    assert issue(town, 2) == ["A100", "A101"]
    restart(town, NINE, KIOSK, KEYPAD, services=services)
    assert issue(town) == ["A102"]
    call = town.person(KEYPAD).ask(m.CallNumber("1", number="A100", reason="urgent"))
    assert call.number == "A100"
    assert town.observer.wait(lambda: [c.number for c in town.observer.calls] == ["A100"], 20)


# -- calls -----------------------------------------------------------------------------------------------------------


def test_one_ticket_is_never_called_at_two_counters(town):
    """MADO-queue #1: 299 of 479 raced tickets; bcgov PR 20; FQM: 108 of 900. Four counters press for one ticket."""
    town.all_ready(KIOSK, *KEYPADS)
    pressed = [town.person(keypad) for keypad in KEYPADS]
    rounds = 25
    for _ in range(rounds):
        (number,) = issue(town)
        replies = {}

        def press(person, place, replies=replies):
            replies[place] = person.ask(m.CallNext(str(place + 1)))

        at_once(pressed, press)
        (winner,) = [place for place, reply in replies.items() if isinstance(reply, m.Accepted)]
        assert replies.pop(winner).number == number
        assert {reply.code for reply in replies.values()} == {"nobody_waiting"}
        assert pressed[winner].ask(m.Finish(str(winner + 1))).number == number
    assert town.observer.wait(lambda: len(town.observer.calls) >= rounds, 20)
    called = [call.number for call in town.observer.calls]
    assert len(called) == len(set(called)) == rounds
    assert queue_faults(town.database) == []


def test_four_counters_that_work_off_a_crowd_call_everybody_once(town):
    """The same failure with many people waiting."""
    town.all_ready(KIOSK, *KEYPADS)
    issued = issue(town, 40)

    def work(person, place):
        replies = [person.ask(m.CallNext(str(place + 1))) for _ in range(42)]
        assert replies[-1].code == "nobody_waiting"

    at_once([town.person(keypad) for keypad in KEYPADS], work)
    assert town.observer.wait(lambda: len(town.observer.calls) >= 40, 20)
    assert sorted(call.number for call in town.observer.calls) == sorted(issued)
    assert queue_faults(town.database) == []


@pytest.mark.expects_log("connection to the broker lost")
def test_an_officer_is_never_stuck_with_two_open_tickets(town):
    """novosga #213: mended only with SQL. Keypad and console press at one counter, and the hub is killed meanwhile."""
    nodes = (KEYPAD, DESK)
    town.all_ready(KIOSK, *nodes)
    issue(town, 60)
    steps = [m.CallNext, m.CallNext, m.Start, m.Park, m.Undo, m.Recall]

    def press(person, place):
        chance = random.Random(place)
        for _ in range(40):
            person.ask(chance.choice(steps)("1"))

    for _ in range(2):
        at_once([town.person(node) for node in nodes], press)
        town.person(KEYPAD).ask(m.CallNext("1"))
        restart(town, NINE, KIOSK, *nodes)
        open_now = rows(town, "SELECT number FROM ticket WHERE counter = '1' AND state IN ('called', 'serving')")
        assert len(open_now) == 1
        assert town.person(KEYPAD).ask(m.Finish("1")).number == open_now[0][0]
    assert queue_faults(town.database) == []
    assert isinstance(town.person(KEYPAD).ask(m.CallNext("1")), m.Accepted)


def test_two_officers_are_never_at_the_same_counter_and_the_second_is_told_who_is(town):
    """novosga #214."""
    town.all_ready(KIOSK, KEYPAD, DESK)
    number, following = issue(town, 2)
    desk = town.person(DESK)
    answers = {}

    def sit_down(person, place):
        officer = ("sari", "budi")[place]
        answers[officer] = person.ask(m.OpenCounter("1", officer))

    at_once([desk, desk], sit_down)
    (first,) = [officer for officer, reply in answers.items() if isinstance(reply, m.Accepted)]
    second = {"sari": "budi", "budi": "sari"}[first]
    assert desk.ask(m.CallNext("1", first)).number == number
    for intrusion in (m.CallNext, m.Recall, m.Start, m.Finish, m.Undo, m.Park, m.CloseCounter, m.OpenCounter):
        refusal = desk.ask(intrusion("1", second))
        assert refusal.code == "counter_taken"
        assert first in refusal.advice
    assert town.tickets() == {number: "called", following: "waiting"}
    assert isinstance(town.person(KEYPAD).ask(m.Finish("1")), m.Accepted), "the keypad shares the session"
    assert isinstance(desk.ask(m.CloseCounter("1", first)), m.Accepted)
    assert isinstance(desk.ask(m.OpenCounter("1", second)), m.Accepted)
    assert desk.ask(m.CallNext("1", second)).number == following


# -- who is next -----------------------------------------------------------------------------------------------------


def test_priority_is_neither_always_first_nor_always_last_and_the_reason_is_told(town, capsys):
    """novosga #281, #431, #222, #335: "priority always jumps first", "priority always goes to the end"."""
    town.all_ready(KIOSK, KEYPAD)
    regular = issue(town, 3)
    priority = issue(town, 4, priority=True)
    keypad = town.person(KEYPAD)
    called = [keypad.ask(m.CallNext("1")).number for _ in range(7)]
    assert called == [*priority[:2], regular[0], *priority[2:], regular[1], regular[2]]
    assert "(priority turn)" in " ".join(diary(town, capsys, priority[0]))
    assert "(regular turn)" in " ".join(diary(town, capsys, regular[0]))


def test_whoever_has_waited_longer_than_the_promise_is_called_before_later_priority(town, capsys):
    """The other half of the same reports: a ratio alone can still starve somebody on a bad day."""
    town.all_ready(KIOSK, KEYPAD)
    (patient,) = issue(town)
    restart(town, NINE + 61 * 60, KIOSK, KEYPAD)
    later = issue(town, 2, priority=True)
    keypad = town.person(KEYPAD)
    assert [keypad.ask(m.CallNext("1")).number for _ in range(3)] == [patient, *later]
    assert "after 61 min (promise)" in " ".join(diary(town, capsys, patient))


def test_an_officer_cannot_skip_a_hard_case(town, capsys):
    """novosga #436: the rule chooses; a particular number needs a reason, and who asked is on record."""
    town.all_ready(KIOSK, KEYPAD, DESK)
    hard, easy = issue(town, 2)
    desk, keypad = town.person(DESK), town.person(KEYPAD)
    assert desk.ask(m.CallNumber("1", number=easy, reason="easier")).code == "no_reason"
    for _ in range(3):  # nor does it help to take the call back and to press again
        assert keypad.ask(m.CallNext("1")).number == hard
        assert isinstance(keypad.ask(m.Undo("1")), m.Accepted)
    assert town.tickets() == {hard: "waiting", easy: "waiting"}
    assert desk.ask(m.CallNumber("1", number=easy, reason="urgent")).number == easy
    (told,) = [line for line in diary(town, capsys, easy) if "called" in line]
    assert DESK in told
    assert "(picked urgent)" in told
    assert sum("taken back" in line for line in diary(town, capsys, hard)) == 3
    assert keypad.ask(m.CallNext("1")).number == hard


def test_nobody_is_a_no_show_at_once(town):
    """novosga #349: two calls and a quarter of a minute before a citizen is written off."""
    town.all_ready(KIOSK, KEYPAD)
    (number,) = issue(town)
    keypad = town.person(KEYPAD)
    keypad.ask(m.CallNext("1"))
    assert keypad.ask(m.NoShow("1")).code == "too_early"
    restart(town, NINE + 300, KIOSK, KEYPAD)
    assert keypad.ask(m.NoShow("1")).code == "too_early", "five minutes, but called only once"
    assert isinstance(keypad.ask(m.Recall("1")), m.Accepted)
    assert keypad.ask(m.NoShow("1")).code == "too_early", "called twice, but a moment ago"
    assert town.tickets() == {number: "called"}
    restart(town, NINE + 400, KIOSK, KEYPAD)
    assert isinstance(keypad.ask(m.NoShow("1")), m.Accepted)
    assert town.tickets() == {number: "no_show"}
