"""What may be asked at a counter at this moment, found by asking those who decide (pure).

Nothing is decided a second time here: each command is tried with words that are right, and what its decider answers is
what whoever presses would be told.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import msgspec

from appliance.commands import CounterId, ServiceId, TicketNumber
from appliance.engine import commands as c
from appliance.engine.decide import decide
from appliance.engine.model import Day
from appliance.engine.next_call import choose, open_ticket
from appliance.engine.refusal import Refusal
from appliance.units import SECOND

_NOBODY: Final = {(c.CallNumber, "unknown_ticket"): "nobody_waiting", (c.NoteOutcomes, "never_here"): "nobody_called"}
"""Where there is nobody to try it with, the refusal is of a number that nobody has."""


class Verdict(msgspec.Struct, frozen=True):
    """Whether something may be asked.

    Args:
        code: of the refusal; empty if it may.
        at: the instant from which it may, None if time alone does not help.
        until: the last instant at which it may, None if it has none.
    """

    code: str = ""
    at: int | None = None
    until: int | None = None


def possible(day: Day, counter: CounterId, now: int) -> dict[str, Verdict]:
    """Return for every command at a counter, by its name on the wire, whether it may be asked there at ``now``."""
    return {_name(command): _verdict(day, command, now) for command in _tries(day, counter, now)}


def _name(command: c.AtCounter) -> str:
    return str(type(command).__struct_config__.tag)


def _tries(day: Day, counter: CounterId, now: int) -> Iterator[c.AtCounter]:
    """Yield each command at the counter with what its decider would accept, where there is such a thing."""
    simple = (c.RaiseAlarm, c.EndAlarm, c.Recall, c.Reprint, c.Start, c.NoShow, c.Park, c.Undo, c.OpenCounter)
    for kind in (*simple, c.CloseCounter):
        yield kind(counter)
    yield c.FreeCounter(counter, sure=True)
    rules, ticket = day.rules, open_ticket(day, counter)
    somebody = choose(day, counter, now)
    number = somebody.number if somebody else TicketNumber("")
    done = tuple(outcome.id for outcome in rules.outcomes[:1])
    yield c.CallNext(counter, outcomes=done)
    yield c.Finish(counter, outcomes=done)
    yield c.NoteOutcomes(counter, number=ticket.number if ticket else TicketNumber(""), outcomes=done)
    yield c.CallNumber(counter, number=number, reason=rules.pick_reasons[0], outcomes=done)
    serves = ServiceId(day.counter_definitions[counter].services[0])  # the ticket's own it may serve no more
    yield c.Transfer(counter, service=serves, to=counter)
    yield c.PauseCounter(counter, reason=rules.pause_reasons[0])


def _verdict(day: Day, command: c.AtCounter, now: int) -> Verdict:
    decision = decide(day, command, now)
    if isinstance(decision, Refusal):
        code = _NOBODY.get((type(command), decision.code), decision.code)
        return Verdict(code, now + decision.wait if decision.wait else None)
    if isinstance(command, c.Undo):
        return Verdict(until=day.counters[command.counter].presses[-1].at + day.rules.undo_seconds * SECOND)
    return Verdict()
