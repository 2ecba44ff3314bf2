"""Decisions about contingency sheets: numbers that were given on paper while nothing worked, entered afterwards.

They never stand in a queue: what is recorded is over, so nobody's turn and nothing that is foretold changes by it.
"""

from __future__ import annotations

from typing import Final

from appliance.commands import ServiceId
from appliance.engine import commands as c
from appliance.engine import events as e
from appliance.engine.model import Day, Service
from appliance.engine.numbering import paper_number, paper_parts
from appliance.engine.refusal import Decision, Refusal
from appliance.units import DAY

MOST_DAYS: Final = 31
"""Sheets are entered at most so many days after their citizens came: reports of a month are then final."""


def enter_paper(day: Day, command: c.EnterPaper, now: int) -> Decision:
    """Record a number of a contingency sheet: once a day, with times that can have been."""
    prefix, count = paper_parts(command.number)
    service = next((s for s in day.services.values() if s.prefix == prefix), None)
    if service is None or not count:
        return Refusal("paper_series", f"{command.number} is of no service's contingency sheets.")
    if command.counter is not None and command.counter not in day.counters:
        return Refusal("unknown_counter", f"There is no counter {command.counter!r}.")
    wrong = _times(command, now)
    if wrong is not None:
        return wrong
    entered = {paper_parts(number) for number in day.papers.get(command.date, ())}
    if command.known or (prefix, count) in entered:
        return Refusal("paper_twice", f"{command.number} of {command.date} has been entered already.")
    return [_recorded(command, service, count)]


def _recorded(command: c.EnterPaper, service: Service, count: int) -> e.PaperRecorded:
    return e.PaperRecorded(
        paper_number(service.prefix, service.digits, count),
        ServiceId(service.id),
        command.priority,
        command.date,
        command.arrived_at,
        command.called_at,
        command.served_at,
        command.counter,
    )


def _times(command: c.EnterPaper, now: int) -> Refusal | None:
    """Return what is wrong with the times, None if nothing is."""
    given = [at for at in (command.arrived_at, command.called_at, command.served_at) if at is not None]
    if command.called_at is None and command.served_at is not None:
        return Refusal("paper_uncalled", f"{command.number} was served; say when it was called.")
    if given != sorted(given):
        return Refusal("paper_order", f"{command.number} was called before it came, or served before it was called.")
    if given[-1] > now:
        return Refusal("paper_future", "This is still to come; check the day and the times.")
    if now - command.arrived_at > MOST_DAYS * DAY:
        return Refusal("paper_old", f"Sheets are entered within {MOST_DAYS} days.")
    return None
