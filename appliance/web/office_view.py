"""The present as pages ask for it: names of ids, who waits for what, what is about to go wrong."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import msgspec

from appliance.web.live import Present
from appliance.wire.messages import ServiceState
from appliance.wire.staff import Alarm, StaffCounter, StaffService, StaffTicket


class Stop(msgspec.Struct, frozen=True):
    """A service (or the office, as ``""``) that gives no numbers now, and why."""

    service: str
    reason: str


class OfficeView:
    """One look at the present; made anew for each rendering.

    Args:
        now: the present.
    """

    def __init__(self, now: Present) -> None:
        self.now = now

    @cached_property
    def definition(self) -> dict[str, Any]:
        """The office as its head defined it; empty before the hub has told it."""
        return self.now.office.office if self.now.office else {}

    @cached_property
    def services(self) -> dict[str, dict[str, Any]]:
        """Every service's definition, by its id."""
        return {service["id"]: service for service in self.definition.get("services", ())}

    @cached_property
    def journeys(self) -> list[dict[str, Any]]:
        """Every journey's definition."""
        return list(self.definition.get("journeys", ()))

    @cached_property
    def rules(self) -> dict[str, Any]:
        """The rules in force."""
        found: dict[str, Any] = self.definition.get("rules", {})
        return found

    @cached_property
    def counters(self) -> list[StaffCounter]:
        """All counters that the office has, in its own order."""
        known = [counter["id"] for counter in self.definition.get("counters", ())]
        return [self.now.counters[counter] for counter in known if counter in self.now.counters]

    def service_names(self, service: str) -> dict[str, str]:
        """Return what a service is called; its id if the office has it no more."""
        found = self.services.get(service)
        return found["names"] if found else {"id": service}

    def counter_names(self, counter: str) -> dict[str, str]:
        """Return what a counter is called."""
        found = self.now.counters.get(counter)
        return found.names if found else {"id": counter}

    def waiting_for(self, counter: str) -> list[StaffTicket]:
        """Return who waits for what a counter serves or helps with, the first come first."""
        if self.now.queue is None:
            return []
        definition = next((c for c in self.definition.get("counters", ()) if c["id"] == counter), None)
        if definition is None:
            return []
        served = {*definition["services"], *definition.get("helps", ())}
        return [
            ticket
            for ticket in self.now.queue.waiting
            if ticket.service in served and ticket.counter in (None, counter)
        ]

    def away_from(self, counter: str) -> list[StaffTicket]:
        """Return who was parked or called in vain and may be returned, of what a counter serves."""
        if self.now.queue is None:
            return []
        definition = next((c for c in self.definition.get("counters", ()) if c["id"] == counter), None)
        served = {*definition["services"], *definition.get("helps", ())} if definition else set()
        return [ticket for ticket in self.now.queue.away if ticket.service in served]

    @cached_property
    def outcomes(self) -> list[dict[str, Any]]:
        """What an officer may note to have been done, of the office's own list."""
        return list(self.rules.get("outcomes", ()))

    @property
    def waiting(self) -> list[StaffTicket]:
        """Everybody who waits, the first come first, as far as the hub names them."""
        return self.now.queue.waiting if self.now.queue else []

    @property
    def more(self) -> int:
        """How many wait beyond those who are named."""
        return self.now.queue.more if self.now.queue else 0

    @property
    def alarms(self) -> list[Alarm]:
        """Who asks for help."""
        return self.now.queue.alarms if self.now.queue else []

    @cached_property
    def stops(self) -> list[Stop]:
        """What gives no numbers now, by staff's word."""
        office = self.now.board.office.notice if self.now.board else {}
        whole = [Stop("", reason) for reason in list(office.values())[:1]]
        states = self.now.queue.services if self.now.queue else []
        return whole + [Stop(state.id, state.stopped) for state in states if state.stopped]

    @cached_property
    def tickets(self) -> dict[str, StaffTicket]:
        """Everybody who is in the office, by number."""
        queue = self.now.queue
        at_counters = [state.ticket for state in self.counters if state.ticket is not None]
        return {
            ticket.number: ticket
            for ticket in [*(queue.waiting if queue else ()), *(queue.away if queue else ()), *at_counters]
        }

    def ticket(self, number: str) -> StaffTicket | None:
        """Return one citizen's ticket, if they are in the office."""
        return self.tickets.get(number)

    def ahead_of(self, number: str) -> int | None:
        """Return how many are called before somebody who waits; None if they do not, or nobody knows."""
        waiting = self.now.waiting
        turns = (turn for queue in waiting.turns.values() for turn in queue) if waiting else ()
        return next((turn.position - 1 for turn in turns if turn.number == number), None)

    def offer(self, service: str) -> ServiceState | None:
        """Return what kiosks offer of a service now."""
        catalogue = self.now.catalogue
        if catalogue is None:
            return None
        return next((s for s in [*catalogue.services, *catalogue.elsewhere] if s.id == service), None)

    def alarm_of(self, counter: str) -> bool:
        """Tell whether a counter asks for help."""
        return self.now.queue is not None and any(alarm.counter == counter for alarm in self.now.queue.alarms)

    def service(self, service: str) -> StaffService | None:
        """Return how a service stands now."""
        queue = self.now.queue
        return next((state for state in queue.services if state.id == service), None) if queue else None
