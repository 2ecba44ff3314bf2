"""How the state changes with what happens to the office, its day, and what its lobby reads: a part of ``evolve``."""

from __future__ import annotations

from bisect import insort
from collections.abc import Callable, Container
from typing import Any, Final

from appliance.commands import CounterId, ServiceId
from appliance.engine import events as e
from appliance.engine.model import Alarm, Broadcast, CounterNow, Day, Definition, Emergency, Learnt, Queue


def release(day: Day, counter: CounterNow, but_for: Container[str] = ()) -> None:
    """Let those who waited for one counter alone wait for their service again, in their place.

    Args:
        day: changed.
        counter: the one; it may be gone already.
        but_for: services whose citizens go on waiting for it.
    """
    for part in counter.own.parts():
        for place, number in list(part):
            ticket = day.tickets[number]
            if ticket.service not in but_for:
                part.remove((place, number))
                ticket.only = None
                insort(day.queue_of(ticket).of(ticket), (place, number))


def reach(day: Day, prefix: str, count: int, *, by_word: bool) -> None:
    """Let a series have come so far, if it had not; ``by_word``: as a kiosk says."""
    before = day.last_numbers.get(prefix, 0)
    if count > before:
        day.last_numbers[prefix] = count
        if by_word:
            day.by_word[prefix] = day.by_word.get(prefix, 0) + count - before


def _office_defined(day: Day, event: e.OfficeDefined, entry: e.Entry) -> None:
    definition: Definition = event.definition
    day.definition, day.seed = definition, event.seed
    day.defined, day.defined_at, day.defined_by = entry.seq, entry.at, event.officer
    day.services = {ServiceId(s.id): s for s in definition.services}
    day.counter_definitions = {CounterId(x.id): x for x in definition.counters}
    before = day.counters
    day.counters = {i: day.counters.get(i, CounterNow(changed_at=entry.at)) for i in day.counter_definitions}
    day.waiting = {i: day.waiting.get(i, Queue()) for i in day.services}
    goes_on = day.rules.stop_when_full
    day.full = {service: at for service, at in day.full.items() if goes_on and service in day.services}
    day.alarms = [alarm for alarm in day.alarms if alarm.counter in day.counters]
    for key, counter in before.items():
        still = day.counter_definitions.get(key)
        release(day, counter, (*still.services, *still.helps) if still else ())
    for counter in day.counters.values():
        counter.presses.clear()  # whom they concern may have come for a service that is gone


def _day_opened(day: Day, event: e.DayOpened, entry: e.Entry) -> None:
    day.rated, day.yesterday, day.rateable = set(), event.yesterday, dict(event.rateable)
    day.date, day.spans, day.ends_at, day.is_open = event.date, event.spans, event.ends_at, True
    day.last_tickets, day.next_opens_at = dict(event.last_tickets), event.next_opens_at
    day.bookings = {booking.code: booking for booking in event.bookings}
    day.tickets, day.issued, day.last_numbers, day.by_word = {}, {}, {}, {}
    day.learnt, day.rosters = event.learnt or Learnt(), dict(event.rosters)
    day.waiting = {service: Queue() for service in day.services}
    day.counters = {counter: CounterNow(changed_at=entry.at) for counter in day.counter_definitions}
    day.last_calls, day.stopped, day.replaced, day.papers = [], {}, set(), {}
    day.training, day.resting = event.training, False
    day.notices, day.emergency = event.notices, event.emergency
    day.before_vouch = event.before_vouch
    day.full, day.kept_open = {}, set()
    day.broadcast, day.alarms, day.quick = None, list(event.alarms), {}


def _time_vouched(day: Day, event: e.TimeVouched, entry: e.Entry) -> None:
    day.before_vouch = event.before
    for counter in day.counters.values():
        counter.changed_at = min(counter.changed_at, entry.at)
    if event.unopens and event.before is not None:
        day.date, day.is_open, day.spans, day.ends_at = event.before.date, False, (), 0
        day.next_opens_at = event.before.next_opens_at
        day.bookings = {booking.code: booking for booking in event.before.bookings}
        day.last_tickets, day.rosters = {}, {}
        day.counters = {counter: CounterNow(changed_at=entry.at) for counter in day.counters}


def nothing(day: Day, event: e.Paged | e.SlipOrdered | e.StaffEntered | e.FormEntered, entry: e.Entry) -> None:
    """The entry's own time is all that changes."""


def _training_began(day: Day, event: e.TrainingBegan, entry: e.Entry) -> None:
    day.resting = True


def _training_ended(day: Day, event: e.TrainingEnded, entry: e.Entry) -> None:
    day.resting = False


def _numbers_skipped(day: Day, event: e.NumbersSkipped, entry: e.Entry) -> None:
    for prefix, count in event.highest.items():
        reach(day, prefix, count, by_word=True)


def _notices_posted(day: Day, event: e.NoticesPosted, entry: e.Entry) -> None:
    day.notices = event.notices


def _emergency_raised(day: Day, event: e.EmergencyRaised, entry: e.Entry) -> None:
    day.emergency = Emergency(entry.seq, entry.at, event.text)


def _emergency_ended(day: Day, event: e.EmergencyEnded, entry: e.Entry) -> None:
    day.emergency = None


def _day_closed(day: Day, event: e.DayClosed, entry: e.Entry) -> None:
    day.is_open = False


def _stopped(day: Day, event: e.Stopped, entry: e.Entry) -> None:
    day.stopped[event.service or ""] = event.reason


def _resumed(day: Day, event: e.Resumed, entry: e.Entry) -> None:
    day.stopped.pop(event.service or "", None)
    if event.service in day.full:
        del day.full[event.service]
        day.kept_open.add(event.service)


def _filled(day: Day, event: e.ServiceFilled, entry: e.Entry) -> None:
    day.full[event.service] = event.called_at


def _unfilled(day: Day, event: e.ServiceUnfilled, entry: e.Entry) -> None:
    del day.full[event.service]


def _broadcast_made(day: Day, event: e.BroadcastMade, entry: e.Entry) -> None:
    day.broadcast = Broadcast(entry.seq, entry.at, event.until, event.text)


def _broadcast_ended(day: Day, event: e.BroadcastEnded, entry: e.Entry) -> None:
    day.broadcast = None


def _paper_recorded(day: Day, event: e.PaperRecorded, entry: e.Entry) -> None:
    day.papers.setdefault(event.date, set()).add(event.number)


def _alarm_raised(day: Day, event: e.AlarmRaised, entry: e.Entry) -> None:
    day.alarms = [*day.alarms, Alarm(entry.seq, entry.at, event.counter, event.officer)]


def _alarm_ended(day: Day, event: e.AlarmEnded, entry: e.Entry) -> None:
    day.alarms = [alarm for alarm in day.alarms if alarm.counter != event.counter]


def _quick_served(day: Day, event: e.QuickServed, entry: e.Entry) -> None:
    day.quick[event.service] = day.quick.get(event.service, 0) + 1


def _rated(day: Day, event: e.TicketRated, entry: e.Entry) -> None:
    if event.date == day.date:
        day.rated.add(event.number)
    else:
        day.rateable.pop(event.number, None)


OFFICE_CHANGES: Final[dict[type, Callable[[Day, Any, e.Entry], None]]] = {
    e.OfficeDefined: _office_defined,
    e.DayOpened: _day_opened,
    e.DayClosed: _day_closed,
    e.Stopped: _stopped,
    e.Resumed: _resumed,
    e.ServiceFilled: _filled,
    e.ServiceUnfilled: _unfilled,
    e.TimeVouched: _time_vouched,
    e.TrainingBegan: _training_began,
    e.TrainingEnded: _training_ended,
    e.NumbersSkipped: _numbers_skipped,
    e.NoticesPosted: _notices_posted,
    e.EmergencyRaised: _emergency_raised,
    e.EmergencyEnded: _emergency_ended,
    e.Paged: nothing,
    e.BroadcastMade: _broadcast_made,
    e.BroadcastEnded: _broadcast_ended,
    e.AlarmRaised: _alarm_raised,
    e.AlarmEnded: _alarm_ended,
    e.QuickServed: _quick_served,
    e.PaperRecorded: _paper_recorded,
    e.SlipOrdered: nothing,
    e.StaffEntered: nothing,
    e.TicketRated: _rated,
    e.FormEntered: nothing,
}
