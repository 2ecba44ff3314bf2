"""Decisions about what staff do beside calling and serving: changed tickets, notes, alarms, people without a number."""

from __future__ import annotations

from typing import Final

from appliance.commands import CounterId, ServiceId
from appliance.engine import commands as c
from appliance.engine import events as e
from appliance.engine.at_kiosk import steps, unknown_ticket
from appliance.engine.model import Day, Place, Ticket
from appliance.engine.next_call import onwards
from appliance.engine.office_day import unknown_service
from appliance.engine.refusal import Decision, Refusal

OVER: Final = ("served", "cancelled", "voided", "expired")


def change_ticket(day: Day, command: c.ChangeTicket, now: int) -> Decision:
    """Change what a ticket is for, or its class, before it is called: by its arrival, as if it had always been so."""
    ticket = day.tickets.get(command.number)
    if ticket is None:
        return unknown_ticket(command.number)
    if ticket.state not in ("waiting", "parked"):
        return Refusal("not_waiting", f"{command.number} is {ticket.state}; only a waiting ticket can be changed.")
    service, to_come = _meant(day, ticket, command.service)
    priority = ticket.priority if command.priority is None else command.priority
    if service not in day.services:
        return unknown_service(command.service or service)
    if (service, priority, to_come) == (ticket.service, ticket.priority, ticket.steps):
        return Refusal("nothing_changed", f"{command.number} is for this, and of this class, already.")
    return [e.TicketChanged(ticket.number, service, priority, _place(ticket, service), to_come)]


def _meant(day: Day, ticket: Ticket, asked: ServiceId | None) -> tuple[ServiceId, tuple[ServiceId, ...]]:
    """Return the service that a ticket is for when it is changed to what is asked, and what is to come after that."""
    journeys = day.definition.journeys if day.definition else ()
    if asked is not None and any(journey.id == asked for journey in journeys):
        first, *rest = steps(day, asked)
        return first, tuple(rest)
    service = asked or ticket.service
    return service, onwards(ticket, service)


def _place(ticket: Ticket, service: ServiceId) -> Place:
    """Return where a ticket stands when it is for ``service``: by its arrival, or still at its booked time."""
    stays = service == ticket.service or ticket.due_at is not None
    return ticket.place if stays else Place(ticket.arrived_at, ticket.order)


def set_note(day: Day, command: c.SetNote, now: int) -> Decision:
    """Take a note about a citizen who is still in the office; the hub keeps it, and the log does not know of it."""
    ticket = day.tickets.get(command.number)
    if ticket is None:
        return unknown_ticket(command.number)
    if ticket.state in OVER:
        return Refusal("ticket_over", f"{command.number} is {ticket.state}; nobody would read a note any more.")
    return []


def raise_alarm(day: Day, command: c.RaiseAlarm, now: int) -> Decision:
    """Ask for help at a counter, be it open or not."""
    if command.counter not in day.counters:
        return _unknown_counter(command.counter)
    if any(alarm.counter == command.counter for alarm in day.alarms):
        return Refusal("alarm_raised", f"Counter {command.counter} has asked for help already.")
    return [e.AlarmRaised(command.counter, command.officer or day.counters[command.counter].officer)]


def end_alarm(day: Day, command: c.EndAlarm, now: int) -> Decision:
    """Help is there."""
    if not any(alarm.counter == command.counter for alarm in day.alarms):
        return Refusal("no_alarm", f"Counter {command.counter} has not asked for help.")
    return [e.AlarmEnded(command.counter, command.officer)]


def quick_serve(day: Day, command: c.QuickServe, now: int) -> Decision:
    """Count somebody who was served at once: nobody waited, so nothing is learnt of waits."""
    if command.service not in day.services:
        return unknown_service(command.service)
    if command.counter is not None and command.counter not in day.counters:
        return _unknown_counter(command.counter)
    return [e.QuickServed(command.service, command.counter)]


def _unknown_counter(counter: CounterId) -> Refusal:
    return Refusal("unknown_counter", f"There is no counter {counter!r}.")
