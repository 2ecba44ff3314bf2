"""Decisions about taking a place in the queue, giving it up, and coming back to it."""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace

from appliance.commands import ServiceId, TicketNumber
from appliance.engine import commands as c
from appliance.engine import events as e
from appliance.engine.model import Booking, Day, Service, Told
from appliance.engine.next_call import reentry
from appliance.engine.numbering import next_number, parts
from appliance.engine.office_day import unknown_service
from appliance.engine.refusal import Decision, Refusal
from appliance.engine.wait_estimate import people_ahead, told_booked
from appliance.units import DAY, MINUTE

MOST_PRINTED: Final = 5_000
"""Numbers of one series that kiosks' word alone may bring into a day: seven rolls of paper, a ticket every seven
seconds for ten hours. A kiosk that lies, or has gone mad, must not spoil the numbers of all."""


def issue(day: Day, command: c.IssueTicket, now: int) -> Decision:
    """Give the next number of a service, or of the first service of a journey."""
    first, *rest = steps(day, command.service)
    service = day.services.get(first)
    if service is None:
        return unknown_service(command.service)
    closed = no_numbers(day, service, now)
    if closed is not None:
        return closed
    given = _issued(day, service, command.priority, command.outlook, steps=tuple(rest))
    return [replace(given, channel=command.channel)]


def no_numbers(day: Day, service: Service, now: int) -> Refusal | None:
    """Return why no numbers of ``service`` are given at ``now``, or None if they are."""
    key = ServiceId(service.id)
    closed = _closed(day, service, now)
    if closed is not None:
        return closed
    if key in day.full:
        return Refusal("full", f"Whoever took a number of {service.id} now would be called after closing time.")
    if key in day.last_tickets and now >= day.last_tickets[key]:
        return Refusal("last_ticket", f"The last numbers of {service.id} are given out before {service.last_ticket}.")
    if service.quota is not None and day.issued.get(key, 0) >= service.quota:
        return Refusal("quota", f"All {service.quota} numbers of {service.id} for today have been given out.")
    return None


def _closed(day: Day, service: Service, now: int) -> Refusal | None:
    """Return why nobody gets a number of ``service`` at ``now``, not even with a booking."""
    if not day.gives_tickets(now):
        return Refusal("office_closed", "Outside opening hours no numbers are given out.")
    if "" in day.stopped:
        return Refusal("office_stopped", day.stopped[""])
    if service.id in day.stopped:
        return Refusal("service_stopped", day.stopped[service.id])
    return None


def book(day: Day, command: c.Book, now: int) -> Decision:
    """Keep a time for somebody."""
    if command.service not in day.services:
        return unknown_service(command.service)
    if command.code in day.bookings or not command.code:
        return Refusal("booking_exists", "This code is in use; make another.")
    if command.due_at <= now:
        return Refusal("booking_past", "The time has passed; choose a later one.")
    return [e.BookingMade(Booking(command.code, command.service, command.due_at, command.priority))]


def cancel_booking(day: Day, command: c.CancelBooking, now: int) -> Decision:
    """Give a kept time back."""
    return [e.BookingCancelled(command.code)] if command.code in day.bookings else _unknown_booking()


def issue_booked(day: Day, command: c.IssueBooked, now: int) -> Decision:
    """Give the holder of a booking a number: in time, a place at the booked time; too late, one like a walk-in's."""
    booking = day.bookings.get(command.code)
    if booking is None:
        return _unknown_booking()
    service = day.services.get(booking.service)
    if service is None:
        return unknown_service(booking.service)
    closed = _closed(day, service, now)
    if closed is not None:
        return closed
    if not day.ends_at - DAY < booking.due_at <= day.ends_at:
        return Refusal("booking_other_day", "This booking is for another day.")
    in_time = now - booking.due_at <= day.rules.booking_grace_minutes * MINUTE
    due_at = booking.due_at if in_time else None
    told = told_booked(day, service, booking.due_at, now, command.outlook) if in_time else command.outlook
    given = _issued(day, service, booking.priority, told, booking=booking.code, due_at=due_at)
    return [replace(given, channel=command.channel)]


def merge_offline(day: Day, command: c.MergeTickets, now: int) -> Decision:
    """Take in what a kiosk printed alone: each number once, in the order of printing; ghosts are voided."""
    letter = day.definition.kiosks.get(command.kiosk) if day.definition else None
    if letter is None:
        return Refusal("no_series", f"{command.kiosk} has no offline letter; add it to office.kiosks.")
    happened: list[e.Event] = []
    seen: set[TicketNumber] = set()
    for ticket in command.tickets:
        service = day.services.get(ticket.service)
        if service is None:
            return unknown_service(ticket.service)
        if parts(ticket.number)[0] != service.prefix + letter:
            return Refusal(
                "wrong_series", f"{ticket.number} is not of the series {service.prefix}{letter} of this kiosk."
            )
        if not _is_plausible(day, *parts(ticket.number)):
            return _beyond_paper(command.kiosk, ticket.number)
        if ticket.number in day.tickets or ticket.number in seen:
            continue
        seen.add(ticket.number)
        ghost = day.tickets.get(ticket.ghost) if ticket.ghost else None
        if ghost is not None and ghost.state in ("waiting", "called", "parked"):
            happened.append(e.TicketVoided(ghost.number))
        arrived = max(now - max(ticket.age_ms, 0), day.ends_at - DAY)
        merged = e.TicketMerged(ticket.number, ticket.service, ticket.priority, command.kiosk, arrived)
        happened.append(replace(merged, instead_of=ticket.instead_of, minted_from=ticket.minted_from))
    return happened


def note_printed(day: Day, command: c.NotePrinted, now: int) -> Decision:
    """Give no number again that a kiosk has printed and this log, restored from a backup, does not know.

    Of a kiosk that says what no paper was enough for nothing is believed: the rest of its word would be as good.
    """
    if command.date != day.date:
        return Refusal("other_day", f"{command.date} is over; today's numbers begin anew.")
    letter = day.definition.kiosks.get(command.kiosk, "") if day.definition else ""
    known = {prefix for service in day.services.values() for prefix in (service.prefix, service.prefix + letter)}
    higher = {
        prefix: count
        for prefix, count in command.highest.items()
        if prefix in known and count > day.last_numbers.get(prefix, 0)
    }
    beyond = [prefix for prefix, count in higher.items() if not _is_plausible(day, prefix, count)]
    if beyond:
        return _beyond_paper(command.kiosk, f"{beyond[0]}{higher[beyond[0]]}")
    return [e.NumbersSkipped(higher)] if higher else []


def _is_plausible(day: Day, prefix: str, count: int) -> bool:
    """Tell whether kiosks' word may bring a series so far today."""
    return count - day.last_numbers.get(prefix, 0) + day.by_word.get(prefix, 0) <= MOST_PRINTED


def _beyond_paper(kiosk: str, number: str) -> Refusal:
    return Refusal("beyond_paper", f"{kiosk} cannot have printed up to {number} today; look at its journal.")


def cancel(day: Day, command: c.Cancel, now: int) -> Decision:
    """Withdraw a waiting or parked ticket."""
    ticket = day.tickets.get(command.number)
    if ticket is None:
        return unknown_ticket(command.number)
    if ticket.state not in ("waiting", "parked"):
        return Refusal("not_waiting", f"{command.number} is {ticket.state}; only a waiting ticket can be withdrawn.")
    return [e.TicketCancelled(ticket.number)]


def reprint(day: Day, command: c.ReprintNumber, now: int) -> Decision:
    """Print a ticket's paper, at one kiosk or once more where it was printed."""
    if command.number not in day.tickets:
        return unknown_ticket(command.number)
    return [e.TicketReprinted(command.number, command.kiosk or "")]


def return_ticket(day: Day, command: c.Return, now: int) -> Decision:
    """Let a parked citizen, or one who was called in vain, wait again."""
    ticket = day.tickets.get(command.number)
    if ticket is None:
        return unknown_ticket(command.number)
    if ticket.state not in ("parked", "no_show"):
        return Refusal("not_parked", f"{command.number} is {ticket.state}; only a parked or absent one can return.")
    policy = day.rules.parked_returns if ticket.state == "parked" else day.rules.no_show_returns
    return [e.TicketReturned(ticket.number, reentry(day, ticket, ticket.service, policy, now))]


def first_step(day: Day, asked: ServiceId) -> ServiceId:
    """Return the service for which somebody waits who asks for ``asked``, a service or a journey."""
    return steps(day, asked)[0]


def steps(day: Day, asked: ServiceId) -> tuple[ServiceId, ...]:
    """Return the services of a journey in order, or the one service that was asked for."""
    journeys = day.definition.journeys if day.definition else ()
    found = next((journey for journey in journeys if journey.id == asked), None)
    return tuple(ServiceId(service) for service in found.services) if found else (asked,)


def _issued(
    day: Day,
    service: Service,
    priority: bool,  # noqa: FBT001  # it is a field of the event
    outlook: Told | None,
    steps: tuple[ServiceId, ...] = (),
    booking: str | None = None,
    due_at: int | None = None,
) -> e.TicketIssued:
    key = ServiceId(service.id)
    told = outlook or Told(people_ahead(day, key, priority=priority))
    return e.TicketIssued(next_number(day, service), key, priority, told, steps, booking, due_at)


def _unknown_booking() -> Refusal:
    return Refusal("unknown_booking", "There is no booking with this code, or it has been used.")


def unknown_ticket(number: TicketNumber) -> Refusal:
    """Return the refusal of a number that does not exist."""
    return Refusal("unknown_ticket", f"{number} was not given out today.")
