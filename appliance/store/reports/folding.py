"""One opening of a business day, from its records to its sums: a fold through the engine's own state.

What was taken back counts for nothing: a call is counted at the end, if it is still there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final, TypeGuard
from zoneinfo import ZoneInfo

import msgspec

from appliance.commands import CounterId, ServiceId, TicketNumber
from appliance.engine import events as e
from appliance.engine.definition import Names
from appliance.engine.evolve import evolve
from appliance.engine.model import Day, Queue, Ticket
from appliance.engine.told import for_people
from appliance.engine.visits import Changes, Visit, Visits
from appliance.store.event_log import Record
from appliance.store.projections import GIVEN, officer, origin
from appliance.store.reports.figures import Figures
from appliance.store.reports.summary import ALL, CURVE_MINUTES, Pick, Point, Special, SpecialKind, Sums
from appliance.units import HOUR, MINUTE

_STEP: Final = CURVE_MINUTES * MINUTE
SPECIAL: Final[dict[type, SpecialKind]] = {
    e.Stopped: "stopped",
    e.ServiceFilled: "full",
    e.TimeVouched: "clock",
    e.NumbersSkipped: "numbers_skipped",
    e.TrainingBegan: "practice",
    e.EmergencyRaised: "emergency",
    e.OfficeDefined: "office_changed",
    e.AlarmRaised: "alarm",
}
"""What explains a day's figures, by the event that tells it."""
MOST_SPECIAL: Final = 100
LATE_MS: Final = 10 * MINUTE
"""A hub that is on closes its day within a minute; one that was off does so when it comes back."""
HUB: Final = "hub"


class _Call(msgspec.Struct):
    """What is known of a call at the moment when it is made."""

    queued_at: int
    gap_ms: int | None
    overtook: tuple[str, ...]
    promise_ms: int


class DayFold:
    """Follows one opening of a business day, record by record.

    Args:
        defined: the record that defined the office before the day opened; None if there is none.
    """

    def __init__(self, defined: Record | None = None) -> None:
        self.day = Day()
        self.sums: Sums = {}
        self.curve: list[Point] = []
        self.picks: list[Pick] = []
        self.special: list[Special] = []
        self.opened_at = 0
        self.ends_at = 0
        self.closed_at: int | None = None
        self.promise_minutes = 0
        self.services: dict[str, Names] = {}
        """What they were called on that day, also those that were dropped in the course of it."""
        self.counters: dict[str, Names] = {}
        self._visits = Visits()
        self._queued: dict[TicketNumber, int] = {}
        self._told: dict[TicketNumber, tuple[int, int]] = {}
        self._channel: dict[TicketNumber, str] = {}
        self._calls: dict[int, _Call] = {}
        self._ended_with_day: set[tuple[TicketNumber, int]] = set()
        """Who was being served when the day ended, and when that was: nobody said when they went."""
        self._spent: list[tuple[str, str, str, int, int]] = []
        """What went by since a counter did something: figure, counter, officer, from, to."""
        self._zone = ZoneInfo("UTC")
        self._offset = 0
        self._sampled = 0
        if defined is not None:
            self._define(defined)

    def take(self, record: Record) -> None:
        """Take in the next record."""
        entry, event = record.entry, record.entry.event
        self._pass(entry.at)
        if getattr(event, "counter", None) and record.actor != HUB and not isinstance(event, e.PaperRecorded):
            self._count_spent()
        if isinstance(event, e.OfficeDefined) and not self.day.date:
            self._define(record)
            return
        if (kind := SPECIAL.get(type(event))) and self.day.is_open and len(self.special) < MOST_SPECIAL:
            self.special.append(Special(kind, entry.seq, entry.at))
        if isinstance(event, e.TicketCalled):
            self._note_call(entry, event)
        self._visits.take(entry, officer(record.actor), Changes())
        evolve(self.day, entry)
        self._follow(record)

    def finish(self, *, over: bool) -> None:
        """Sum up. Call it once, when there is no further record.

        Args:
            over: another day has begun since, so whoever still waits was left.
        """
        if over and self.closed_at is None:
            self.special.append(Special("not_closed"))
        elif self.closed_at is not None and self.closed_at > self.ends_at + LATE_MS:
            self.special.append(Special("closed_late", 0, self.closed_at))
        waits: dict[TicketNumber, int] = {}
        for visit in sorted(self._visits.today().written.values(), key=lambda visit: visit.seq):
            first = visit.number not in waits
            waited = max(visit.called_at - self._calls[visit.seq].queued_at, 0)
            waits[visit.number] = waits.get(visit.number, 0) + waited
            self._sum_visit(visit, waited, first=first)
        for ticket in self.day.tickets.values():
            if ticket.state != "voided":
                self._sum_ticket(ticket, waits.get(ticket.number), over=over)

    # -- while it goes on ------------------------------------------------------------------------------------------

    def _define(self, record: Record) -> None:
        evolve(self.day, record.entry)
        if self.day.definition is not None:
            self._zone = ZoneInfo(self.day.definition.zone)

    def note_office(self) -> None:
        """Take over what the rules and names of the office are now."""
        self.promise_minutes = self.day.rules.promise_minutes
        self.services |= {service.id: service.names for service in self.day.services.values()}
        self.counters |= {counter.id: counter.names for counter in self.day.counter_definitions.values()}

    def _follow(self, record: Record) -> None:
        """Note what is known only now."""
        entry, event = record.entry, record.entry.event
        match event:
            case e.DayOpened():
                # Offices have no summer time within a business day; the offset of its beginning is that of all of it.
                offset = datetime.fromtimestamp(entry.at / 1000, self._zone).utcoffset()
                self._offset = int(offset.total_seconds()) * 1000 if offset else 0
                self._sampled = entry.at - entry.at % _STEP
                self.opened_at, self.ends_at = entry.at, event.ends_at
                self.note_office()
            case e.OfficeDefined() if self.day.is_open:
                self.note_office()
            case e.DayClosed():
                self.closed_at = entry.at
            case e.TicketIssued():
                low, high = for_people(event.told.low, event.told.high)
                if low is not None and high is not None:
                    self._told[event.number] = low * MINUTE, high * MINUTE
            case e.TicketChanged():
                self._told.pop(event.number, None)  # it was of another queue
            case e.ServiceFinished() if record.actor == HUB:
                self._ended_with_day.add((event.number, entry.at))
            case e.QuickServed():
                self._sum_quick(record, event)
            case _:
                pass
        if isinstance(event, GIVEN):
            self._channel[event.number] = str(origin(record)[0])
            self._queued[event.number] = self.day.tickets[event.number].arrived_at
        elif _waits_again(event):
            self._queued[event.number] = entry.at

    def _note_call(self, entry: e.Entry, event: e.TicketCalled) -> None:
        ticket, counter = self.day.tickets[event.number], self.day.counters[event.counter]
        queued = self._queued.get(event.number, ticket.arrived_at)
        free = entry.at if event.finished else counter.free_since
        waited = free is not None and (queued <= free or self._somebody_since(event.counter, free))
        gap = entry.at - free if free is not None and waited else None
        overtook: tuple[str, ...] = ()
        if event.reason.startswith("picked_"):
            line = self.day.queue_of(ticket).of(ticket)
            overtook = tuple(number for place, number in line if place < ticket.place)
        self._calls[entry.seq] = _Call(queued, gap, overtook, self.day.rules.promise_minutes * MINUTE)

    def _pass(self, to: int) -> None:
        """Let the time up to ``to`` go by as things stood."""
        since = self.day.at
        if not self.day.date or to <= since:
            return
        for key, counter in self.day.counters.items():
            if not counter.open:
                continue
            self._spent.append(("open_ms", key, counter.officer, since, to))
            if counter.paused:  # it is open all the same: a pause is a part of that time
                self._spent.append(("paused_ms", key, counter.officer, since, to))
            elif counter.ticket is None and not self.day.resting and self._somebody_for(key):
                self._spent.append(("idle_ms", key, counter.officer, since, to))
        if self.day.is_open:
            to = min(to, self.ends_at)
            while self._sampled + _STEP <= to:
                self._sampled += _STEP
                self.curve.append(self._point(self._sampled))

    def _queues_for(self, key: CounterId) -> Iterator[Queue]:
        yield self.day.counters[key].own
        defined, waiting = self.day.counter_definitions[key], self.day.waiting
        for service in map(ServiceId, (*defined.services, *defined.helps)):
            if service in waiting:
                yield waiting[service]

    def _somebody_for(self, key: CounterId) -> bool:
        return any(len(queue) for queue in self._queues_for(key))

    def _somebody_since(self, key: CounterId, at: int) -> bool:
        numbers = (number for queue in self._queues_for(key) for part in queue.parts() for _, number in part)
        return any(self._queued[number] <= at for number in numbers)

    def _count_spent(self) -> None:
        """Count the time that went by, now that a counter did something.

        What goes by after the last of it is nobody's work: counters that nobody closed stay open until the day ends,
        and so do the numbers of those who went home.
        """
        for name, counter, who, since, to in self._spent:
            for figures, spent in self._by_hour(counter, who, since, to):
                setattr(figures, name, getattr(figures, name) + spent)
        self._spent.clear()

    def _by_hour(self, counter: str, who: str, since: int, to: int) -> Iterable[tuple[Figures, int]]:
        while since < to:
            hour = (since + self._offset) // HOUR
            end = min(to, (hour + 1) * HOUR - self._offset)
            keys = [(ALL, ""), ("counter", counter), ("hour", f"{hour % 24:02}")]
            for figures in self._of(*keys, *([("officer", who)] if who else [])):
                yield figures, end - since
            since = end

    def _point(self, at: int) -> Point:
        queues = [*self.day.waiting.values(), *(counter.own for counter in self.day.counters.values())]
        numbers = [number for queue in queues for part in queue.parts() for _, number in part]
        first = min((self._queued.get(number, at) for number in numbers), default=at)
        return Point(at, len(numbers), max(at - first, 0))

    # -- at the end ------------------------------------------------------------------------------------------------

    def _of(self, *keys: tuple[str, str]) -> Iterable[Figures]:
        for key in keys:
            figures = self.sums.get(key)
            if figures is None:
                figures = self.sums[key] = Figures()
            yield figures

    def _hour(self, at: int) -> str:
        return f"{(at + self._offset) // HOUR % 24:02}"

    def _ticket_keys(self, ticket: Ticket, service: str, at: int) -> list[tuple[str, str]]:
        hour = self._hour(at)
        return [
            (ALL, ""),
            ("service", service),
            ("channel", self._channel.get(ticket.number, "")),
            ("class", "priority" if ticket.priority else "regular"),
            ("hour", hour),
            ("service hour", f"{service} {hour}"),
        ]

    def _sum_ticket(self, ticket: Ticket, waited: int | None, *, over: bool) -> None:
        state = ticket.state
        if state == "expired" or (over and state in ("waiting", "parked", "called")):
            end = "left"
        elif state == "serving" and over:
            end = "served"  # nobody pressed the last key
        else:
            end = state if state in ("served", "no_show", "cancelled") else ""
        for figures in self._of(*self._ticket_keys(ticket, ticket.service, ticket.arrived_at)):
            figures.arrived += 1
            figures.priority += ticket.priority
            if end:
                setattr(figures, end, getattr(figures, end) + 1)
            if waited is not None:
                figures.stays.take(waited)

    def _sum_visit(self, visit: Visit, waited: int, *, first: bool) -> None:
        call, ticket = self._calls[visit.seq], self.day.tickets[visit.number]
        people = [("counter", visit.counter), *([("officer", visit.officer)] if visit.officer else [])]
        for figures in self._of(*self._ticket_keys(ticket, visit.service, call.queued_at), *people):
            self._sum_wait(figures, visit.number, waited, call.promise_ms, first=first)
        for figures in self._of(*self._ticket_keys(ticket, visit.service, visit.called_at), *people):
            self._sum_work(figures, visit, call)
        if visit.reason.startswith("picked_"):
            where = (visit.service, visit.counter, visit.officer)
            reason = visit.reason.removeprefix("picked_")
            self.picks.append(Pick(visit.seq, visit.called_at, visit.number, *where, reason, call.overtook))

    def _sum_wait(self, figures: Figures, number: TicketNumber, waited: int, promise_ms: int, *, first: bool) -> None:
        figures.wait.take(waited)
        if promise_ms:
            figures.promised += 1
            figures.kept += waited <= promise_ms
        if first and (told := self._told.get(number)):
            figures.told += 1
            figures.below += waited < told[0]
            figures.above += waited > told[1]
            figures.inside += told[0] <= waited <= told[1]
            figures.told_error_ms += abs(waited - sum(told) // 2)

    def _sum_work(self, figures: Figures, visit: Visit, call: _Call) -> None:
        figures.calls += 1
        figures.recalls += max(visit.calls - 1, 0)
        if call.gap_ms is not None:
            figures.gap.take(call.gap_ms)
        if visit.reason.startswith("picked_"):
            figures.picked += 1
            figures.overtaken += len(call.overtook)
        for outcome in visit.outcomes:
            figures.outcomes[outcome] = figures.outcomes.get(outcome, 0) + 1
        # Who presses only one key for "came" and "done" starts and ends in one instant: then all of it was service.
        apart = visit.started_at is not None and visit.started_at != visit.ended_at
        if visit.started_at is not None and apart:
            figures.walk.take(visit.started_at - visit.called_at)
        ended = visit.ending in ("served", "transferred", "parked")
        if ended and visit.ended_at is not None and (visit.number, visit.ended_at) not in self._ended_with_day:
            began = visit.started_at if visit.started_at is not None and apart else visit.called_at
            figures.service.take(visit.ended_at - began)

    def _sum_quick(self, record: Record, event: e.QuickServed) -> None:
        hour, who = self._hour(record.entry.at), officer(record.actor)
        keys = [(ALL, ""), ("service", event.service), ("hour", hour), ("service hour", f"{event.service} {hour}")]
        keys += [("counter", event.counter)] if event.counter else []
        keys += [("officer", who)] if who else []
        for figures in self._of(*keys):
            figures.quick += 1


def _waits_again(event: e.Event) -> TypeGuard[e.TicketReturned | e.TicketTransferred | e.ServiceFinished]:
    """Tell whether a new stay in a queue begins for somebody who has a number."""
    if isinstance(event, e.ServiceFinished):
        return event.next_service is not None
    return isinstance(event, e.TicketReturned | e.TicketTransferred)
