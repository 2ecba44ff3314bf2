"""Decisions about what staff do beside calling and serving: notes, alarms, people who need no number."""

from __future__ import annotations

from typing import Final

from appliance.commands import CounterId
from appliance.engine import commands as c
from appliance.engine import events as e
from appliance.engine.at_kiosk import unknown_ticket
from appliance.engine.model import Day
from appliance.engine.office_day import unknown_service
from appliance.engine.refusal import Decision, Refusal

OVER: Final = ("served", "cancelled", "voided", "expired")


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
