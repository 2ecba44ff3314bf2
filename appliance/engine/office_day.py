"""Decisions about the office and its business day."""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace

from appliance.commands import CounterId, ServiceId
from appliance.engine import commands as c
from appliance.engine import events as e
from appliance.engine.at_counter import finish_ticket
from appliance.engine.at_survey import rateable
from appliance.engine.learning import carried_over
from appliance.engine.model import Before, Day, Definition
from appliance.engine.refusal import Decision, Refusal, wrong_definition
from appliance.engine.soundness import problems
from appliance.units import DAY, HOUR, MINUTE

OPEN_STILL: Final = ("waiting", "called", "serving", "parked", "no_show")
LONGEST_REASON: Final = 200
LATEST_MS: Final = 4_102_444_800_000
"""2100-01-01, UTC: nothing that says it is later is a clock; and the log could never go back."""
SLIP_MS: Final = DAY // 8
"""A time so far from the one that is known is rather a slip of the finger."""
OPENING_DAY_MS: Final = DAY // 2
"""Staff who find a hub that has been off say the time on its next working day: so long after its opening."""


def define_office(day: Day, command: c.DefineOffice, now: int) -> Decision:
    """Set services, counters, rules and hours, if nobody else has meanwhile."""
    if command.expects is not None and command.expects != day.defined:
        by = day.defined_by or "the configuration file"
        return Refusal("changed_meanwhile", f"The office has been changed by {by} since; see what, and set it again.")
    wrong = problems(command.definition)
    if wrong:
        return wrong_definition(wrong)
    refusal = _in_use(day, command.definition, now)
    if refusal is not None:
        return refusal
    return [e.OfficeDefined(command.definition, command.officer, command.seed or day.seed)]


def _in_use(day: Day, definition: Definition, now: int) -> Refusal | None:
    """Refuse to take away what citizens stand at or wait for; all else may change while they are served."""
    places = {CounterId(counter.id) for counter in definition.counters}
    busy = [key for key, counter in day.counters.items() if day.is_open and counter.ticket and key not in places]
    if busy:
        return Refusal("counter_busy", f"Finish the tickets at {', '.join(sorted(busy))} first, then take it away.")
    known = {service.id for service in definition.services}
    open_still = [t for t in day.tickets.values() if day.is_open and t.state in OPEN_STILL]
    gone = {service for t in open_still for service in (t.service, *t.steps)} - known
    gone |= {b.service for b in day.bookings.values() if day.is_open or b.due_at > now} - known
    if gone:
        services = ", ".join(sorted(gone))
        return Refusal("service_busy", f"People hold tickets or bookings for {services}; keep it for now.")
    return None


def open_day(day: Day, command: c.OpenDay, now: int) -> Decision:
    """Begin a business day: once, and never an earlier one than the last."""
    if day.definition is None:
        return Refusal("no_definition", "Define the office (services and counters) first.")
    if day.is_open:
        return Refusal("day_open", f"Close {day.date} first.")
    if command.date <= day.date:
        return Refusal("day_over", f"{day.date} was opened before; a day opens once, and yesterday does not come back.")
    said = day.before_vouch
    to_come = tuple(b for b in day.bookings.values() if b.due_at > command.ends_at - DAY)
    opened: list[e.Event] = [
        e.DayOpened(
            command.date,
            command.spans,
            command.ends_at,
            command.last_tickets,
            to_come,
            command.next_opens_at,
            command.rosters,
            carried_over(day.learnt),
            command.training,
            day.notices,
            day.emergency,
            said if said is not None and now - said.said_at < MINUTE else None,  # else it opens by itself
            tuple(day.alarms),
            rateable(day),
            day.date,
        ),
    ]
    return opened + [e.CounterOpened(CounterId(x.id)) for x in day.definition.counters if x.open_with_day]


def close_day(day: Day, command: c.CloseDay, now: int) -> Decision:
    """End the day: nobody is left at a counter, and what is open expires."""
    happened: list[e.Event] = []
    for ticket in day.tickets.values():
        if ticket.state == "serving":
            happened += finish_ticket(day, ticket, now, closing=True)
        elif ticket.state == "called":
            happened.append(e.TicketReturned(ticket.number, ticket.place))
    happened += [e.CounterClosed(counter) for counter, state in day.counters.items() if state.open]
    open_still = [t for t in day.tickets.values() if t.state in ("waiting", "parked", "called")]
    happened += [e.TicketExpired(t.number) for t in open_still]
    return [*happened, e.DayClosed(day.date)]


def stop(day: Day, command: c.Stop, now: int) -> Decision:
    """Give no more numbers, with a reason that citizens see."""
    if command.service is not None and command.service not in day.services:
        return unknown_service(command.service)
    if not command.reason.strip() or len(command.reason) > LONGEST_REASON:
        return Refusal("no_reason", f"Say why, in at most {LONGEST_REASON} letters: citizens will read it.")
    if day.stopped.get(command.service or "") == command.reason:
        return Refusal("already_stopped", "It is stopped for this reason already.")
    return [e.Stopped(command.reason, command.service)]


def resume(day: Day, command: c.Resume, now: int) -> Decision:
    """Give numbers again."""
    if (command.service or "") not in day.stopped and command.service not in day.full:
        return Refusal("not_stopped", "It is not stopped.")
    return [e.Resumed(command.service)]


def fill_service(day: Day, command: c.FillService, now: int) -> Decision:
    """Give no more numbers today, if the office wishes so and staff have not said otherwise."""
    if command.service not in day.services:
        return unknown_service(command.service)
    if not day.rules.stop_when_full or command.service in day.kept_open or command.service in day.full:
        return Refusal("not_to_fill", "The office goes on, staff wish it, or it is full already.")
    return [e.ServiceFilled(command.service, command.called_at)]


def unfill_service(day: Day, command: c.UnfillService, now: int) -> Decision:
    """Give numbers again."""
    return [e.ServiceUnfilled(command.service)] if command.service in day.full else Refusal("not_full", "It is not.")


def note_entry(day: Day, command: c.NoteEntry, now: int) -> Decision:
    """Note who opened a kiosk's staff screen."""
    return [e.StaffEntered(command.officer, command.kiosk, command.may)]


def vouch_time(day: Day, command: c.VouchTime, now: int) -> Decision:
    """Take a member of staff's word for the time, if nothing has happened that is later; ask if it is unlikely.

    What was said last may be taken back, also by an earlier time, as long as nobody has come since.
    """
    if command.at > LATEST_MS:
        return Refusal("time_far", "No clock of today will show this; check the year.")
    before = day.before_vouch or Before(day.at, 0, day.date, day.next_opens_at, tuple(day.bookings.values()))
    if command.at < before.at:
        return Refusal("time_passed", "The log has later events than this; check date and time, and say them again.")
    far = _unlikely(day, command.at, command.known, before)
    if far and not command.sure:
        return Refusal("time_far", f"{far}; check date and time, and say that you are sure.")
    back = command.at < day.at
    of_the_day = day.ends_at - DAY < command.at < day.ends_at
    before = replace(before, said_at=command.at)
    return [e.TimeVouched(command.officer, before, back, unopens=back and day.date != before.date and not of_the_day)]


def _unlikely(day: Day, at: int, known: int | None, before: Before) -> str:
    """Return why a time is rather a slip of the finger; empty if it is not."""
    if known is not None:
        off = abs(at - known)
        return f"This is {off // HOUR} hours from the time that is known" if off > SLIP_MS else ""
    if not before.at:
        return ""
    if day.is_open and at >= day.ends_at and day.date == before.date and _is_under_way(day):
        return f"This ends {day.date}, on which people wait, or which has not come to its last hour"
    latest = max(before.at + SLIP_MS, (before.next_opens_at or 0) + OPENING_DAY_MS)
    return f"This is {(at - before.at) // HOUR} hours after the last event" if at > latest else ""


def _is_under_way(day: Day) -> bool:
    waits = any(ticket.state in ("waiting", "called", "serving", "parked") for ticket in day.tickets.values())
    return waits or day.gives_tickets(day.at)


def begin_training(day: Day, command: c.Train, now: int) -> Decision:
    """Let staff practise, when no citizen can come and none is there."""
    if day.training or day.resting:
        return Refusal("training", "This is a practice already.")
    if day.emergency is not None:
        return Refusal("emergency", "End the emergency first.")
    if any(ticket.state in ("waiting", "called", "serving") for ticket in day.tickets.values()):
        return Refusal("people_waiting", "Citizens wait or are being served; practise when they have gone.")
    if day.gives_tickets(now) and "" not in day.stopped:
        return Refusal("office_open", "Citizens may come: stop the office first, or practise outside opening hours.")
    return [e.TrainingBegan(command.officer)]


def end_training(day: Day, command: c.EndTraining, now: int) -> Decision:
    """Go back to the real queue."""
    if not day.training and not day.resting:
        return Refusal("not_training", "Nobody is practising.")
    return [e.TrainingEnded(command.officer)]


def unknown_service(service: ServiceId) -> Refusal:
    """Return the refusal of a service that does not exist."""
    return Refusal("unknown_service", f"There is no service {service!r}.")
