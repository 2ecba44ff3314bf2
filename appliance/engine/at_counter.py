"""Decisions about what officers do at their counters."""

from __future__ import annotations

from appliance.commands import CounterId, ServiceId
from appliance.engine import commands as c
from appliance.engine import events as e
from appliance.engine.model import CounterNow, Day, Ticket
from appliance.engine.next_call import choose, onwards, open_ticket, reentry
from appliance.engine.refusal import Decision, Refusal
from appliance.engine.undoing import undoable
from appliance.units import SECOND


def call_next(day: Day, command: c.CallNext, now: int) -> Decision:
    """Finish the counter's ticket, if any, and call the next one by rule."""
    busy = _not_ready(day, command, now)
    if busy is not None:
        return busy
    current = open_ticket(day, command.counter)
    finished = _finished(day, command, current, command.outcomes, now) if current else []
    if isinstance(finished, Refusal):
        return finished
    choice = choose(day, command.counter, now)
    if choice is None:
        return finished or Refusal("nobody_waiting", "Nobody waits for this counter.")
    ticket = day.tickets[choice.number]
    waited = now - ticket.arrived_at
    before = current.number if current else None
    called = e.TicketCalled(ticket.number, command.counter, ticket.service, choice.reason, waited, choice.mixed, before)
    return [*finished, called]


def call_number(day: Day, command: c.CallNumber, now: int) -> Decision:
    """Finish the counter's ticket, if any, and call a particular one, with a reason of the office's list."""
    busy = _not_ready(day, command, now)
    if busy is not None:
        return busy
    if command.reason not in day.rules.pick_reasons:
        return Refusal("no_reason", f"Give one of these reasons: {', '.join(day.rules.pick_reasons)}.")
    ticket = day.tickets.get(command.number)
    if ticket is None:
        return Refusal("unknown_ticket", f"{command.number} was not given out today.")
    if ticket.state != "waiting":
        return Refusal("not_waiting", f"{command.number} is {ticket.state}; only a waiting ticket can be called.")
    definition = day.counter_definitions[command.counter]
    if ticket.service not in (*definition.services, *definition.helps):
        return Refusal("not_served_here", f"Counter {command.counter} does not serve {ticket.service}.")
    current = open_ticket(day, command.counter)
    finished = _finished(day, command, current, command.outcomes, now) if current else []
    if isinstance(finished, Refusal):
        return finished
    waited = now - ticket.arrived_at
    reason, before = f"picked_{command.reason}", current.number if current else None
    called = e.TicketCalled(ticket.number, command.counter, ticket.service, reason, waited, finished=before)
    return [*finished, called]


def undo(day: Day, command: c.Undo, now: int) -> Decision:
    """Take the last call back, within seconds, and with it whatever else its press did; or a finish."""
    found = _counter(day, command)
    if isinstance(found, Refusal):
        return found
    ticket = open_ticket(day, command.counter)
    if ticket is not None and ticket.state != "called":
        return Refusal("already_serving", f"{ticket.number} is being served; transfer or park it instead.")
    press, finished = undoable(day, command.counter)
    if press is None and ticket is None:
        return Refusal("nobody_called", f"Nobody was called or finished at counter {command.counter} just now.")
    if press is None or now - press.at > day.rules.undo_seconds * SECOND:
        return Refusal("too_late", f"A press can be taken back for {day.rules.undo_seconds} seconds only.")
    if ticket is not None:
        return [e.CallUndone(ticket.number, command.counter, press.seq, finished)]
    if finished is None or press.called is not None:
        return Refusal("moved_on", "The citizen has been called elsewhere since.")
    return [e.FinishUndone(finished, command.counter, press.seq)]


def recall(day: Day, command: c.Recall, now: int) -> Decision:
    """Call the counter's ticket once more."""
    ticket = _ticket_at(day, command)
    if isinstance(ticket, Refusal):
        return ticket
    if ticket.state == "serving":
        return Refusal("already_serving", f"{ticket.number} is being served already.")
    if ticket.calls >= day.rules.recall_limit:
        return Refusal("recall_limit", f"{ticket.number} was called {ticket.calls} times; mark it as a no-show.")
    return [e.TicketRecalled(ticket.number, command.counter, ticket.service, ticket.calls + 1)]


def reprint(day: Day, command: c.Reprint, now: int) -> Decision:
    """Print the paper of the counter's ticket once more."""
    ticket = _ticket_at(day, command)
    return ticket if isinstance(ticket, Refusal) else [e.TicketReprinted(ticket.number)]


def start(day: Day, command: c.Start, now: int) -> Decision:
    """The citizen has arrived at the counter."""
    ticket = _ticket_at(day, command)
    if isinstance(ticket, Refusal):
        return ticket
    if ticket.state == "serving":
        return Refusal("already_serving", f"{ticket.number} is being served already.")
    return [e.ServiceStarted(ticket.number, command.counter)]


def finish(day: Day, command: c.Finish, now: int) -> Decision:
    """The citizen has been served."""
    ticket = _ticket_at(day, command)
    return ticket if isinstance(ticket, Refusal) else _finished(day, command, ticket, command.outcomes, now)


def note_outcomes(day: Day, command: c.NoteOutcomes, now: int) -> Decision:
    """Note what was done for a citizen who is at the counter, or was served there today."""
    counter = _counter(day, command)
    if isinstance(counter, Refusal):
        return counter
    ticket = day.tickets.get(command.number)
    if ticket is None or (counter.ticket != command.number and command.counter not in ticket.served_at):
        return Refusal("never_here", f"{command.number} was not served at counter {command.counter} today.")
    wrong = _wrong_outcomes(day, command.outcomes)
    return wrong or [e.OutcomesNoted(ticket.number, command.counter, command.outcomes)]


def no_show(day: Day, command: c.NoShow, now: int) -> Decision:
    """The citizen did not come, though called often enough and long enough ago."""
    ticket = _ticket_at(day, command)
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
        return Refusal("too_early", f"Give {ticket.number} {-(-left // SECOND)} more seconds to come.", left)
    return [e.TicketNotShown(ticket.number, command.counter)]


def park(day: Day, command: c.Park, now: int) -> Decision:
    """Put the counter's ticket aside."""
    ticket = _ticket_at(day, command)
    return ticket if isinstance(ticket, Refusal) else [e.TicketParked(ticket.number, command.counter)]


def transfer(day: Day, command: c.Transfer, now: int) -> Decision:
    """Send the counter's ticket to another service, or to one counter, which alone calls it while it is open."""
    ticket = _ticket_at(day, command)
    if isinstance(ticket, Refusal):
        return ticket
    service = command.service or ticket.service
    if service not in day.services:
        return Refusal("unknown_service", f"There is no service {service!r}.")
    if command.to is None and service == ticket.service:
        return Refusal("same_service", f"{ticket.number} is in that service already.")
    wrong = _cannot_wait_for(day, command.to, service) if command.to is not None else None
    if wrong is not None:
        return wrong
    place = reentry(day, ticket, service, day.rules.transferred_enters, now)
    steps = onwards(ticket, service)
    return [e.TicketTransferred(ticket.number, command.counter, service, place, steps, command.to)]


def _cannot_wait_for(day: Day, counter: CounterId, service: ServiceId) -> Refusal | None:
    if counter not in day.counters:
        return Refusal("unknown_counter", f"There is no counter {counter!r}.")
    if not day.counters[counter].open:
        return Refusal("closed_there", f"Counter {counter} is closed; nobody would call from there.")
    definition = day.counter_definitions[counter]
    if service not in (*definition.services, *definition.helps):
        return Refusal("not_served_here", f"Counter {counter} does not serve {service}.")
    return None


def open_counter(day: Day, command: c.OpenCounter, now: int) -> Decision:
    """Open a counter, end its pause, or take over one that has no session yet."""
    if command.counter not in day.counters:
        return _unknown_counter(command.counter)
    counter = day.counters[command.counter]
    if not counter.open:
        return [e.CounterOpened(command.counter, command.officer)]
    taken = _taken(counter, command)
    if taken is not None:
        return taken
    if counter.paused or (command.officer and not counter.officer):
        return [e.CounterOpened(command.counter, command.officer or counter.officer)]
    return Refusal("counter_open", f"Counter {command.counter} is open already.")


def pause_counter(day: Day, command: c.PauseCounter, now: int) -> Decision:
    """Call nobody for a while."""
    counter = _counter(day, command)
    if isinstance(counter, Refusal):
        return counter
    if command.reason not in day.rules.pause_reasons:
        return Refusal("no_reason", f"Give one of these reasons: {', '.join(day.rules.pause_reasons)}.")
    if counter.paused:
        return Refusal("counter_paused", f"Counter {command.counter} is paused already.")
    return [e.CounterPaused(command.counter, command.reason)]


def close_counter(day: Day, command: c.CloseCounter, now: int) -> Decision:
    """Close a counter: whoever is being served is finished, whoever was merely called waits again."""
    counter = _counter(day, command)
    if isinstance(counter, Refusal):
        return counter
    ticket = open_ticket(day, command.counter)
    happened: Decision = []
    if ticket is not None:
        called = e.TicketReturned(ticket.number, ticket.place)
        happened = _finished(day, command, ticket, (), now) if ticket.state == "serving" else [called]
    return happened if isinstance(happened, Refusal) else [*happened, e.CounterClosed(command.counter)]


def free_counter(day: Day, command: c.FreeCounter, now: int) -> Decision:
    """End somebody else's session, who has left; nobody is asked what was done, for who frees it cannot know."""
    if command.counter not in day.counters:
        return _unknown_counter(command.counter)
    counter, ticket = day.counters[command.counter], open_ticket(day, command.counter)
    if not counter.open:
        return Refusal("counter_closed", f"Counter {command.counter} is closed; whoever comes may open it.")
    if not counter.officer:
        return Refusal("no_session", f"Counter {command.counter} is in nobody's session; anybody may take it.")
    if ticket is not None and not command.sure:
        return Refusal("counter_busy", f"{ticket.number} is at counter {command.counter}; say so if you are sure.")
    happened: list[e.Event] = []
    if ticket is not None:
        called = e.TicketReturned(ticket.number, ticket.place)
        happened = finish_ticket(day, ticket, now) if ticket.state == "serving" else [called]
    return [*happened, e.CounterClosed(command.counter, counter.officer, command.officer)]


def _finished(day: Day, command: c.AtCounter, ticket: Ticket, outcomes: tuple[str, ...], now: int) -> Decision:
    """Return what ends a ticket's service, or why it may not end: nobody has noted yet what was done.

    A keypad has nowhere to note it: where it is nobody's session, it is not asked for.
    """
    wrong = _wrong_outcomes(day, outcomes)
    if wrong is not None:
        return wrong
    noted = outcomes or ticket.outcomes
    by_console = command.officer or day.counters[command.counter].officer
    if day.rules.outcome_required and by_console and not noted:
        return Refusal("outcome_required", f"Note first what was done for {ticket.number}.")
    return finish_ticket(day, ticket, now, noted)


def _wrong_outcomes(day: Day, outcomes: tuple[str, ...]) -> Refusal | None:
    known = [outcome.id for outcome in day.rules.outcomes]
    unknown = sorted(set(outcomes) - set(known))
    if unknown or len(set(outcomes)) < len(outcomes):
        return Refusal("unknown_outcome", f"Choose each once, of these: {', '.join(known)}.")
    return None


def finish_ticket(
    day: Day, ticket: Ticket, now: int, outcomes: tuple[str, ...] | None = None, *, closing: bool = False
) -> list[e.Event]:
    """Return the events that end the service of a ticket at a counter; a journey goes on unless the day is closing.

    ``outcomes``: of it; None for those that were noted.
    """
    assert ticket.counter is not None  # noqa: S101  # a called or serving ticket is at a counter
    following, place = None, None
    if ticket.steps and not closing:
        following = ticket.steps[0]
        place = reentry(day, ticket, following, day.rules.transferred_enters, now)
    started = ticket.state == "serving"
    done = ticket.outcomes if outcomes is None else outcomes
    finished = e.ServiceFinished(ticket.number, ticket.counter, following, place, started, done)
    return [finished] if started else [e.ServiceStarted(ticket.number, ticket.counter), finished]


def _not_ready(day: Day, command: c.AtCounter, now: int) -> Refusal | None:
    counter = _counter(day, command)
    if isinstance(counter, Refusal):
        return counter
    if counter.paused:
        return Refusal("counter_paused", f"Counter {command.counter} is paused ({counter.paused}); open it first.")
    pause = day.rules.seconds_between_calls * SECOND
    if counter.called_at is not None and now - counter.called_at < pause:
        wait = counter.called_at + pause - now
        return Refusal("too_soon", f"The last call was less than {day.rules.seconds_between_calls} seconds ago.", wait)
    return None


def _counter(day: Day, command: c.AtCounter) -> CounterNow | Refusal:
    if command.counter not in day.counters:
        return _unknown_counter(command.counter)
    counter = day.counters[command.counter]
    if not counter.open:
        return Refusal("counter_closed", f"Open counter {command.counter} first.")
    return _taken(counter, command) or counter


def _taken(counter: CounterNow, command: c.AtCounter) -> Refusal | None:
    if command.officer and counter.officer and command.officer != counter.officer:
        return Refusal("counter_taken", f"Counter {command.counter} is in the session of {counter.officer}.")
    return None


def _unknown_counter(counter: CounterId) -> Refusal:
    return Refusal("unknown_counter", f"There is no counter {counter!r}; correct the keypad's configuration.")


def _ticket_at(day: Day, command: c.AtCounter) -> Ticket | Refusal:
    found = _counter(day, command)
    if isinstance(found, Refusal):
        return found
    nobody = Refusal("nobody_called", f"No ticket is at counter {command.counter}; call one first.")
    return open_ticket(day, command.counter) or nobody
