"""``decide(day, command, now)``: the events that a command causes, or a refusal. Changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import msgspec

from appliance.engine import commands as c
from appliance.engine import events as e
from appliance.engine.calling import choose, open_ticket
from appliance.engine.model import AT_COUNTER, SECOND, CounterId, CounterNow, Day, Ticket
from appliance.engine.numbering import next_number
from appliance.engine.waiting import estimate


class Refusal(msgspec.Struct, frozen=True):
    """Why nothing was done. ``code`` is a key of the message catalogues; ``advice`` tells staff what to do."""

    code: str
    advice: str


Decision = list[e.Event] | Refusal


def decide(day: Day, command: c.Command, now: int) -> Decision:
    """Return what ``command`` causes at ``now`` (milliseconds since 1970), without changing ``day``."""
    if now < day.at:
        now = day.at  # time never runs backwards in the log
    if not day.is_open and not isinstance(command, c.DefineOffice | c.OpenDay):
        return Refusal("office_closed", "The business day is not open; the hub opens it when it knows the time.")
    decider: Callable[[Day, Any, int], Decision] = _DECIDERS[type(command)]
    return decider(day, command, now)


def _define_office(day: Day, command: c.DefineOffice, now: int) -> Decision:
    wrong = command.definition.problems()
    if wrong:
        return Refusal("wrong_definition", "; ".join(wrong))
    if day.is_open and any(counter.ticket for counter in day.counters.values()):
        return Refusal("counter_busy", "Finish the tickets at the counters first, then change the office.")
    gone = {t.service for t in day.tickets.values() if t.state == "waiting"} - {
        s.id for s in command.definition.services
    }
    if day.is_open and gone:
        return Refusal("service_busy", f"People are waiting for {', '.join(sorted(gone))}; it cannot be removed now.")
    return [e.OfficeDefined(command.definition)]


def _open_day(day: Day, command: c.OpenDay, now: int) -> Decision:
    if day.definition is None:
        return Refusal("no_definition", "Define the office (services and counters) first.")
    if day.is_open:
        return Refusal("day_open", f"Close {day.date} first.")
    if command.date <= day.date:
        return Refusal("day_over", f"{day.date} was opened before; a day opens once, and yesterday does not come back.")
    opened: list[e.Event] = [e.DayOpened(command.date, command.spans, command.ends_at)]
    return opened + [e.CounterOpened(CounterId(x.id)) for x in day.definition.counters if x.open_with_day]


def _close_day(day: Day, command: c.CloseDay, now: int) -> Decision:
    at_counters = {t.number: t for t in day.tickets.values() if t.state in AT_COUNTER}
    happened: list[e.Event] = []
    for ticket in at_counters.values():
        happened += _finish_ticket(ticket) if ticket.state == "serving" else _hand_back(ticket)
    happened += [e.CounterClosed(counter) for counter, state in day.counters.items() if state.open]
    open_still = [t for t in day.tickets.values() if t.state in ("waiting", "called")]
    return [*happened, *(e.TicketExpired(t.number) for t in open_still), e.DayClosed(day.date)]


def _issue(day: Day, command: c.IssueTicket, now: int) -> Decision:
    service = day.services.get(command.service)
    if service is None:
        return Refusal("unknown_service", f"There is no service {command.service!r}.")
    if not day.gives_tickets(now):
        return Refusal("office_closed", "Outside opening hours no numbers are given out.")
    told = estimate(day, command.service)
    number = next_number(day, service)
    return [e.TicketIssued(number, command.service, command.priority, told.ahead, told.low, told.high)]


def _call_next(day: Day, command: c.CallNext, now: int) -> Decision:
    counter = _counter(day, command.counter)
    if isinstance(counter, Refusal):
        return counter
    pause = day.rules.seconds_between_calls * SECOND
    if counter.called_at is not None and now - counter.called_at < pause:
        return Refusal("too_soon", f"The last call was less than {day.rules.seconds_between_calls} seconds ago.")
    current = open_ticket(day, command.counter)
    choice = choose(day, command.counter)
    if choice is None:
        return _finish_ticket(current) if current else Refusal("nobody_waiting", "Nobody waits for this counter.")
    ticket = day.tickets[choice.number]
    waited = now - ticket.arrived_at
    called = e.TicketCalled(ticket.number, command.counter, ticket.service, choice.reason, waited)
    return [*(_finish_ticket(current) if current else []), called]


def _recall(day: Day, command: c.Recall, now: int) -> Decision:
    ticket = _ticket_at(day, command.counter)
    if isinstance(ticket, Refusal):
        return ticket
    return [e.TicketRecalled(ticket.number, command.counter, ticket.service, ticket.calls + 1)]


def _start(day: Day, command: c.StartService, now: int) -> Decision:
    ticket = _ticket_at(day, command.counter)
    if isinstance(ticket, Refusal):
        return ticket
    if ticket.state == "serving":
        return Refusal("already_serving", f"{ticket.number} is being served already.")
    return [e.ServiceStarted(ticket.number, command.counter)]


def _finish(day: Day, command: c.Finish, now: int) -> Decision:
    ticket = _ticket_at(day, command.counter)
    return ticket if isinstance(ticket, Refusal) else _finish_ticket(ticket)


def _no_show(day: Day, command: c.NoShow, now: int) -> Decision:
    ticket = _ticket_at(day, command.counter)
    if isinstance(ticket, Refusal):
        return ticket
    if ticket.state == "serving":
        return Refusal("already_serving", f"{ticket.number} is being served; finish it instead.")
    rules = day.rules
    if ticket.calls < rules.no_show_min_calls:
        return Refusal(
            "too_early", f"Call {ticket.number} {rules.no_show_min_calls - ticket.calls} more time(s) first."
        )
    left = (ticket.last_call_at or 0) + rules.no_show_min_seconds * SECOND - now
    if left > 0:
        return Refusal("too_early", f"Give {ticket.number} {-(-left // SECOND)} more seconds to come.")
    return [e.TicketNotShown(ticket.number, command.counter)]


def _transfer(day: Day, command: c.Transfer, now: int) -> Decision:
    ticket = _ticket_at(day, command.counter)
    if isinstance(ticket, Refusal):
        return ticket
    if command.service not in day.services:
        return Refusal("unknown_service", f"There is no service {command.service!r}.")
    if command.service == ticket.service:
        return Refusal("same_service", f"{ticket.number} is in that service already.")
    return [e.TicketTransferred(ticket.number, command.counter, command.service)]


def _cancel(day: Day, command: c.Cancel, now: int) -> Decision:
    ticket = day.tickets.get(command.number)
    if ticket is None:
        return Refusal("unknown_ticket", f"{command.number} was not given out today.")
    if ticket.state != "waiting":
        return Refusal("not_waiting", f"{command.number} is {ticket.state}; only a waiting ticket can be withdrawn.")
    return [e.TicketCancelled(ticket.number)]


def _open_counter(day: Day, command: c.OpenCounter, now: int) -> Decision:
    if command.counter not in day.counters:
        return _unknown_counter(command.counter)
    if day.counters[command.counter].open:
        return Refusal("counter_open", f"Counter {command.counter} is open already.")
    return [e.CounterOpened(command.counter)]


def _close_counter(day: Day, command: c.CloseCounter, now: int) -> Decision:
    counter = _counter(day, command.counter)
    if isinstance(counter, Refusal):
        return counter
    ticket = open_ticket(day, command.counter)
    happened: list[e.Event] = []
    if ticket is not None:
        happened += _finish_ticket(ticket) if ticket.state == "serving" else _hand_back(ticket)
    return [*happened, e.CounterClosed(command.counter)]


def _counter(day: Day, counter: CounterId) -> CounterNow | Refusal:
    if counter not in day.counters:
        return _unknown_counter(counter)
    if not day.counters[counter].open:
        return Refusal("counter_closed", f"Open counter {counter} first.")
    return day.counters[counter]


def _unknown_counter(counter: CounterId) -> Refusal:
    return Refusal("unknown_counter", f"There is no counter {counter!r}; correct the keypad's configuration.")


def _ticket_at(day: Day, counter: CounterId) -> Ticket | Refusal:
    found = _counter(day, counter)
    if isinstance(found, Refusal):
        return found
    return open_ticket(day, counter) or Refusal("nobody_called", f"No ticket is at counter {counter}; call one first.")


def _finish_ticket(ticket: Ticket) -> list[e.Event]:
    assert ticket.counter is not None  # noqa: S101  # a called or serving ticket is at a counter
    finished = e.ServiceFinished(ticket.number, ticket.counter)
    return [finished] if ticket.state == "serving" else [e.ServiceStarted(ticket.number, ticket.counter), finished]


def _hand_back(ticket: Ticket) -> list[e.Event]:
    assert ticket.counter is not None  # noqa: S101  # as above
    return [e.TicketReturned(ticket.number, ticket.counter)]


_DECIDERS: Final[dict[type, Callable[[Day, Any, int], Decision]]] = {
    c.DefineOffice: _define_office,
    c.OpenDay: _open_day,
    c.CloseDay: _close_day,
    c.IssueTicket: _issue,
    c.CallNext: _call_next,
    c.Recall: _recall,
    c.StartService: _start,
    c.Finish: _finish,
    c.NoShow: _no_show,
    c.Transfer: _transfer,
    c.Cancel: _cancel,
    c.OpenCounter: _open_counter,
    c.CloseCounter: _close_counter,
}
