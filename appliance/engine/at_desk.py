"""Decisions about what staff do beside calling and serving: notes."""

from __future__ import annotations

from typing import Final

from appliance.engine import commands as c
from appliance.engine.at_kiosk import unknown_ticket
from appliance.engine.model import Day
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
