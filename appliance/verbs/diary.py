"""Events in plain words, for whoever reads the log like a diary: one sentence an event."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec

from appliance.engine.told import for_people
from appliance.engine.upcast import upcast
from appliance.store.hash_chain import Row
from appliance.units import MINUTE

Body = dict[str, Any]


def line(row: Row, zone: ZoneInfo) -> str:
    """Return one record as a line: local date and time, who, what; or that it cannot be read, for it was altered."""
    try:
        moment = datetime.fromtimestamp(row[1] / 1000, zone)
        fields = upcast(row[3], row[4], msgspec.json.decode(row[8]))
        said = f"{moment:%Y-%m-%d %H:%M:%S}  {row[5]:<10}  {sentence(row[3], fields, zone)}"
        return _visible(said)
    except (msgspec.MsgspecError, ArithmeticError, ValueError, LookupError, TypeError, AttributeError, OSError):
        return f"record {row[0]} cannot be read: it is not what was written; see `giliran log verify`"


def _visible(said: str) -> str:
    """Return a line without the signs that nobody sees.

    A name or a text with a line's end in it would look like a record of its own, one that is written from right to left
    like another's, and a terminal obeys the rest.
    """
    return re.sub("\0+", " ", "".join(sign if sign.isprintable() else "\0" for sign in said))


def sentence(kind: str, body: Body, zone: ZoneInfo) -> str:
    """Return what happened. A kind of a newer version is told with its fields as they are."""
    tell = _SENTENCES.get(kind)
    if tell is not None:
        return tell(body, zone)
    what = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", kind)
    fields = ", ".join(f"{name} {value}" for name, value in body.items() if name != "type")
    return f"{what}: {fields}."


def _office_defined(body: Body, _: ZoneInfo) -> str:
    office = body["definition"]
    whose = f" by {body['officer']}" if body.get("officer") else ""
    return f"The office was set up{whose}: {len(office['services'])} services, {len(office['counters'])} counters."


def _day_opened(body: Body, zone: ZoneInfo) -> str:
    hours = " and ".join(f"{_clock(span['opens'], zone)}-{_clock(span['closes'], zone)}" for span in body["spans"])
    practice = " for practice" if body.get("training") else ""
    numbers = f"numbers are given {hours}." if hours else "no numbers today."
    return f"The day {body['date']} opened{practice}; {numbers}"


def _issued(body: Body, _: ZoneInfo) -> str:
    said = body["told"]
    told = [f"{said['ahead']} ahead"]
    if said.get("low") is not None:
        low, high = for_people(said["low"], said["high"])
        told.append(f"{low} to {high} minutes")
    kind = " with priority" if body["priority"] else ""
    booking = f", for booking {body['booking']}" if body.get("booking") else ""
    return f"{body['number']} was given out{kind} for {body['service']}{booking}; told: {', '.join(told)}."


def _merged(body: Body, zone: ZoneInfo) -> str:
    instead = f" instead of {body['instead_of']}" if body.get("instead_of") else ""
    printed = f"printed alone by {body['kiosk']} at {_clock(body['arrived_at'], zone)}"
    return f"{body['number']}, {printed}, entered the queue of {body['service']}{instead}."


def _called(body: Body, _: ZoneInfo) -> str:
    waited = f"after {round(body['waited_ms'] / MINUTE)} min"
    return f"{body['number']} was called to counter {body['counter']} {waited} ({body['reason'].replace('_', ' ')})."


def _call_undone(body: Body, _: ZoneInfo) -> str:
    again = f"; {body['finished']} is there again" if body.get("finished") else ""
    return f"The call of {body['number']} to counter {body['counter']} was taken back{again}."


def _finished(body: Body, _: ZoneInfo) -> str:
    on = f"; goes on to {body['next_service']}" if body.get("next_service") else ""
    done = f" ({', '.join(body['outcomes'])})" if body.get("outcomes") else ""
    return f"{body['number']} was served at counter {body['counter']}{done}{on}."


def _noted(body: Body, _: ZoneInfo) -> str:
    done = ", ".join(body["outcomes"]) or "nothing"
    return f"What was done for {body['number']} at counter {body['counter']}: {done}."


def _transferred(body: Body, _: ZoneInfo) -> str:
    to = f", to wait for counter {body['to']} alone" if body.get("to") else ""
    return f"{body['number']} was sent from counter {body['counter']} to {body['service']}{to}."


def _stopped(body: Body, _: ZoneInfo) -> str:
    return f"No more numbers for {body.get('service') or 'anything'}: {body['reason']}."


def _filled(body: Body, zone: ZoneInfo) -> str:
    when = _clock(body["called_at"], zone)
    return f"No more numbers for {body['service']} today: whoever came now would be called at {when}, after closing."


def _changed(body: Body, _: ZoneInfo) -> str:
    kind = "a priority ticket" if body["priority"] else "a regular ticket"
    return f"{body['number']} was changed before its call: it is {kind} for {body['service']} now."


def _printed(body: Body, _: ZoneInfo) -> str:
    where = f" by {body['kiosk']}" if body.get("kiosk") else " once more"
    return f"The paper of {body['number']} was printed{where}."


def _closed(body: Body, _: ZoneInfo) -> str:
    freed = f": {body['by']} ended the session of {body['freed']}" if body.get("freed") else ""
    return f"Counter {body['counter']} closed{freed}."


def _opened(body: Body, _: ZoneInfo) -> str:
    officer = f" by {body['officer']}" if body.get("officer") else ""
    return f"Counter {body['counter']} opened{officer}."


def _alarm(what: str) -> Callable[[Body, ZoneInfo], str]:
    return lambda body, _: f"Counter {body['counter']} {what}{f' ({who})' if (who := body.get('officer')) else ''}."


def _quick(body: Body, _: ZoneInfo) -> str:
    where = f" at counter {body['counter']}" if body.get("counter") else ""
    return f"Somebody was served at once for {body['service']}{where}, without a number."


def _booked(body: Body, zone: ZoneInfo) -> str:
    booking = body["booking"]
    return f"Booking {booking['code']} was made for {booking['service']} at {_moment(booking['due_at'], zone)}."


def _skipped(body: Body, _: ZoneInfo) -> str:
    printed = ", ".join(f"{prefix} up to {count}" for prefix, count in body["highest"].items())
    return f"Kiosks had printed numbers that are not in this log ({printed}); they are not given again."


def _posted(body: Body, _: ZoneInfo) -> str:
    notices = body["notices"]
    what = f"{len(notices['running'])} sentences and {len(notices['announcements'])} pages"
    return f"{body['officer']} wrote what the lobby reads: {what}."


def _said(template: str) -> Callable[[Body, ZoneInfo], str]:
    return lambda body, _: template.format(officer=body["officer"], text=" / ".join(body["text"].values()))


def _time_vouched(body: Body, _: ZoneInfo) -> str:
    void = ", and the day that was opened under it" if body.get("unopens") else ""
    again = f" once more; what was said before{void} is void" if body.get("back") else ""
    return f"{body['officer']} said what time it is{again}."


def _plain(template: str) -> Callable[[Body, ZoneInfo], str]:
    return lambda body, _: template.format(**body)


_SENTENCES: Final[dict[str, Callable[[Body, ZoneInfo], str]]] = {
    "OfficeDefined": _office_defined,
    "DayOpened": _day_opened,
    "DayClosed": _plain("The day {date} closed."),
    "Stopped": _stopped,
    "Resumed": lambda body, _: f"Numbers are given again for {body.get('service') or 'everything'}.",
    "ServiceFilled": _filled,
    "ServiceUnfilled": _plain("Numbers are given again for {service}: it goes faster than was foretold."),
    "TimeVouched": _time_vouched,
    "TrainingBegan": _plain("{officer} began a practice; it leaves no trace here."),
    "TrainingEnded": _plain("{officer} ended the practice."),
    "NumbersSkipped": _skipped,
    "NoticesPosted": _posted,
    "EmergencyRaised": _said("{officer} raised an emergency on all screens: {text}"),
    "EmergencyEnded": _plain("{officer} ended the emergency."),
    "Paged": _said("{officer} had this spoken in the lobby: {text}"),
    "BroadcastMade": _said("{officer} told everybody who waits: {text}"),
    "BroadcastEnded": _plain("{officer} took what everybody was told off the screens."),
    "StaffEntered": _plain("{officer} opened the staff screen of {kiosk}."),
    "SlipOrdered": _plain("A slip was printed by {kiosk}: {kind}."),
    "BookingMade": _booked,
    "BookingCancelled": _plain("Booking {code} was given back."),
    "TicketIssued": _issued,
    "TicketMerged": _merged,
    "TicketVoided": _plain("{number} was voided: the citizen holds an offline ticket instead."),
    "TicketCalled": _called,
    "CallUndone": _call_undone,
    "FinishUndone": _plain("{number} is at counter {counter} again: it was finished by mistake."),
    "TicketChanged": _changed,
    "TicketReprinted": _printed,
    "TicketRecalled": _plain("{number} was called to counter {counter} again, {times} times by now."),
    "ServiceStarted": _plain("{number} came to counter {counter}."),
    "ServiceFinished": _finished,
    "OutcomesNoted": _noted,
    "TicketNotShown": _plain("{number} did not come to counter {counter}."),
    "TicketParked": _plain("{number} was put aside at counter {counter}."),
    "TicketReturned": _plain("{number} waits again."),
    "TicketTransferred": _transferred,
    "TicketCancelled": _plain("{number} was withdrawn."),
    "TicketExpired": _plain("{number} expired with the day."),
    "CounterOpened": _opened,
    "CounterPaused": _plain("Counter {counter} pauses: {reason}."),
    "AlarmRaised": _alarm("asked for help"),
    "AlarmEnded": _alarm("has had the help that it asked for"),
    "QuickServed": _quick,
    "CounterClosed": _closed,
}


def _clock(moment_ms: int, zone: ZoneInfo) -> str:
    return f"{datetime.fromtimestamp(moment_ms / 1000, zone):%H:%M}"


def _moment(moment_ms: int, zone: ZoneInfo) -> str:
    return f"{datetime.fromtimestamp(moment_ms / 1000, zone):%Y-%m-%d %H:%M}"
