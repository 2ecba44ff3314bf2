"""Decisions about what citizens think of the service: who may say so, each once. What they say is not known here."""

from __future__ import annotations

from typing import Final

from appliance.commands import ServiceId, TicketNumber
from appliance.engine import commands as c
from appliance.engine import events as e
from appliance.engine.model import Day, Ticket
from appliance.engine.refusal import Decision, Refusal
from appliance.units import MINUTE

JUST_SERVED_MS: Final = 10 * MINUTE
"""Whoever presses at a counter later than this after a citizen was served there is somebody else."""
_OFF: Final = Refusal("survey_off", "The office does not ask for ratings; see rules.satisfaction.")


def rate(day: Day, command: c.RateTicket, now: int) -> Decision:
    """Let the holder of a ticket rate the service: of today, or of the business day before if today has none such."""
    if not day.rules.satisfaction.on:
        return _OFF
    ticket = day.tickets.get(command.number)
    if ticket is None and command.number not in day.rateable:
        return Refusal("not_rateable", f"{command.number} was not served today or the day before, or was rated.")
    refusal = _cannot(day, ticket) if ticket is not None else None
    if refusal is not None:
        return refusal
    date = day.date if ticket is not None else day.yesterday
    return [] if command.asks else [e.TicketRated(command.number, command.source, date)]


def rate_last(day: Day, command: c.RateLast, now: int) -> Decision:
    """Let whoever was just served at a counter rate the service, until the next one is being served there."""
    if not day.rules.satisfaction.on:
        return _OFF
    counter = day.counters.get(command.counter)
    if counter is None:
        return Refusal("unknown_counter", f"There is no counter {command.counter!r}.")
    last = day.tickets.get(counter.just_served) if counter.just_served is not None else None
    here = day.tickets[counter.ticket] if counter.ticket is not None else None
    # Whose finish was taken back is being served.
    if (
        last is None
        or (here is not None and here.state == "serving")
        or last.state != "served"
        or now - (last.ended_at or 0) > JUST_SERVED_MS
    ):
        return Refusal("nobody_served", f"Nobody was just served at counter {command.counter}.")
    return _cannot(day, last) or [e.TicketRated(last.number, command.source, day.date)]


def note_form(day: Day, command: c.NoteForm, now: int) -> Decision:
    """Take in what somebody answered on paper; there is no ticket, so nobody is asked whether it comes twice."""
    if command.service is not None and command.service not in day.services:
        return Refusal("unknown_service", f"There is no service {command.service!r}.")
    return [e.FormEntered(command.date)]


def rateable(day: Day) -> dict[TicketNumber, ServiceId]:
    """Return whoever was served on ``day`` and has not rated that; nobody in an office that does not ask."""
    if not day.rules.satisfaction.on:
        return {}
    if day.yesterday == day.date:  # a day that was opened by mistake, and is void
        return day.rateable
    served = (t for t in day.tickets.values() if t.state == "served" and t.number not in day.rated)
    return {ticket.number: ticket.service for ticket in served}


def _cannot(day: Day, ticket: Ticket) -> Refusal | None:
    if ticket.state != "served":
        return Refusal("not_served", f"{ticket.number} is {ticket.state}; it is rated after the service.")
    if ticket.number in day.rated:
        return Refusal("already_rated", f"{ticket.number} was rated; each ticket is once.")
    return None
