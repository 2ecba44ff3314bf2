"""The literature's predictors of a wait, to be judged beside the engine's on the same waits (pure).

Each says how long somebody has still to wait, in minutes, from what can be seen at that moment:

- *queue length*: position × mean service time ÷ counters that serve (W. Whitt, "Predicting queueing delays", 1999);
- *last to enter service*: whoever was called last had waited so long;
- *head of the line*: whoever is next has waited so long already (both: R. Ibrahim and W. Whitt, "Real-time delay
  estimation based on delay history", 2009);
- *rolling mean*: of the waits of the last ten who were called.

The three that look back know service and class. Of somebody who waits already the time gone by is taken off. As long as
nobody has been called, they say what the queue length says.
"""

from __future__ import annotations

from collections import deque
from typing import Final, Literal, get_args

from appliance.commands import ServiceId
from appliance.engine import learning
from appliance.engine.model import Day, Ticket
from appliance.units import MINUTE

Predictor = Literal["queue_length", "last_to_enter", "head_of_line", "rolling_mean"]
PREDICTORS: Final[tuple[Predictor, ...]] = get_args(Predictor)
ROLLING: Final = 10
"""So many latest waits make the rolling mean."""
TicketClass = Literal["regular", "priority", "booked"]


def class_of(ticket: Ticket) -> TicketClass:
    """Return the class in which a ticket stands in its queue."""
    if ticket.due_at is not None:
        return "booked"
    return "priority" if ticket.priority else "regular"


class Predictors:
    """Follows the calls of one day."""

    def __init__(self) -> None:
        self._waits: dict[tuple[ServiceId, TicketClass], deque[float]] = {}

    def called(self, ticket: Ticket, waited_ms: int) -> None:
        """Somebody has been called."""
        waits = self._waits.setdefault((ticket.service, class_of(ticket)), deque(maxlen=ROLLING))
        waits.append(waited_ms / MINUTE)

    def remaining(self, day: Day, now: int, ticket: Ticket, position: int) -> dict[Predictor, float] | None:
        """Return what each says of somebody who waits; None while no counter that serves them is open.

        Args:
            day: as it is.
            now: ms since 1970.
            ticket: theirs.
            position: among those who share a counter, 1 for the next one.
        """
        by_length = queue_length(day, ticket, position)
        if by_length is None:
            return None
        gone = (now - ticket.arrived_at) / MINUTE
        waits = self._waits.get((ticket.service, class_of(ticket)))
        if not waits:
            return dict.fromkeys(PREDICTORS, by_length)
        return {
            "queue_length": by_length,
            "last_to_enter": max(0.0, waits[-1] - gone),
            "head_of_line": max(0.0, _head(day, now, ticket) - gone),
            "rolling_mean": max(0.0, sum(waits) / len(waits) - gone),
        }


def queue_length(day: Day, ticket: Ticket, position: int) -> float | None:
    """Return position × mean ÷ open counters, in minutes; None while no counter is open, 0 while one is free."""
    serving = [
        counter
        for counter, definition in day.counter_definitions.items()
        if day.counters[counter].open and ticket.service in (*definition.services, *definition.helps)
    ]
    if not serving:
        return None
    if position <= sum(day.counters[counter].ticket is None for counter in serving):
        return 0.0
    return position * learning.service_ms(day.learnt, day.services[ticket.service]) / MINUTE / len(serving)


def _head(day: Day, now: int, ticket: Ticket) -> float:
    """Return how long the first in the line of ``ticket`` has waited already, in minutes; 0 if nobody else waits."""
    line = day.queue_of(ticket).of(ticket)
    first = next((number for _, number in line), None)
    if first is None or (first == ticket.number and now == ticket.arrived_at):
        return 0.0
    return (now - day.tickets[first].arrived_at) / MINUTE
