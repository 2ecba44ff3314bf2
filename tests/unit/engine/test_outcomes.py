"""What was done for a citizen, as officers note it by the office's list."""

from __future__ import annotations

import pytest
from engine_office import Office
from msgspec.structs import replace

from appliance.engine import commands as c
from appliance.engine.model import Journey, Outcome, Rules
from appliance.engine.soundness import problems

LIST = (Outcome("done", {"id": "Selesai"}), Outcome("papers", {"id": "Berkas kurang"}))


def office_with(*, required=False):
    office = Office(Rules(outcomes=LIST, outcome_required=required))
    office.do(c.OpenCounter("1", "siti"))
    for _ in range(3):
        office.issue()
    office.call("1")
    return office


def outcomes(office, number="A001"):
    return office.day.tickets[number].outcomes


def test_they_are_noted_with_the_press_that_finishes():
    office = office_with()
    office.do(c.Finish("1", "siti", outcomes=("done", "papers")))
    assert outcomes(office) == ("done", "papers")
    office.call("1")
    office.wait(60)
    office.do(c.CallNext("1", "siti", outcomes=("papers",)))
    assert outcomes(office, "A002") == ("papers",)


def test_they_are_noted_while_serving_and_up_to_the_end_of_the_day():
    office = office_with()
    office.do(c.NoteOutcomes("1", "siti", number="A001", outcomes=("papers",)))
    office.do(c.Finish("1", "siti"))
    assert outcomes(office) == ("papers",)
    office.wait(3 * 3600)
    office.do(c.NoteOutcomes("1", "siti", number="A001", outcomes=("done",)))
    assert outcomes(office) == ("done",)
    assert office.refusal(c.NoteOutcomes("2", number="A001", outcomes=("done",))) == "never_here"
    assert office.refusal(c.NoteOutcomes("1", number="A002", outcomes=("done",))) == "never_here"


def test_a_press_that_is_taken_back_leaves_what_was_noted_before_it():
    office = office_with()
    office.do(c.NoteOutcomes("1", number="A001", outcomes=("papers",)))
    office.do(c.Finish("1", "siti", outcomes=("done",)))
    office.do(c.Undo("1", "siti"))
    assert outcomes(office) == ("papers",)


@pytest.mark.parametrize(
    "command",
    [c.Finish("1", "siti"), c.Finish("1"), c.CallNext("1", "siti"), c.CallNumber("1", number="A002", reason="urgent")],
)
def test_where_one_is_required_nobody_finishes_without_one(command):
    office = office_with(required=True)
    office.wait(60)
    assert office.refusal(command) == "outcome_required"
    office.do(c.NoteOutcomes("1", "siti", number="A001", outcomes=("done",)))
    office.do(command)
    assert (office.state("A001"), outcomes(office)) == ("served", ("done",))


def test_a_counter_does_not_close_on_whoever_is_served_without_one():
    office = office_with(required=True)
    office.do(c.Start("1", "siti"))
    assert office.refusal(c.CloseCounter("1", "siti")) == "outcome_required"


def test_a_keypad_where_nobody_has_a_session_is_not_asked_and_neither_is_the_night():
    office = office_with(required=True)
    office.issue()
    office.call("2")
    office.do(c.Finish("2"))
    office.do(c.Start("1", "siti"))
    office.do(c.CloseDay())
    assert (office.state("A001"), outcomes(office)) == ("served", ())


def test_only_what_is_on_the_list_can_be_noted_each_once():
    office = office_with()
    assert office.refusal(c.Finish("1", outcomes=("whim",))) == "unknown_outcome"
    assert office.refusal(c.NoteOutcomes("1", number="A001", outcomes=("done", "done"))) == "unknown_outcome"


def test_an_office_that_requires_one_has_a_list():
    definition = Office().definition
    wrong = Rules(outcome_required=True), Rules(outcomes=(LIST[0], LIST[0]))
    found = [problems(type(definition)(definition.names, definition.services, definition.counters, r)) for r in wrong]
    assert [[str(problem) for problem in each] for each in found] == [
        ["rules.outcome_required: there is nothing to choose from; list rules.outcomes"],
        ["rules.outcomes.done.id: the id 'done' is used twice"],
    ]


def test_what_is_noted_while_another_counter_calls_stays_when_that_call_is_taken_back():
    office = Office(Rules(outcomes=LIST))
    journey = Journey("both", {"id": "Keduanya"}, ("a", "c"))
    office.do(c.DefineOffice(replace(office.definition, journeys=(journey,))))
    office.do(c.OpenCounter("3"))
    number = office.issue("both")
    office.call("1")
    office.do(c.Finish("1", outcomes=("papers",)))
    office.call("3")
    office.do(c.NoteOutcomes("1", number=number, outcomes=("done",)))
    assert outcomes(office, number) == ()
    office.do(c.Undo("3"))
    assert outcomes(office, number) == ("done",)
