"""Records in plain words, for whoever reads the log like a diary: one sentence an event, of the catalogues."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec

from appliance import texts
from appliance.engine.told import for_people
from appliance.engine.upcast import upcast
from appliance.store.hash_chain import Row
from appliance.units import MINUTE

Body = dict[str, Any]
TERMINAL: Final = "en"
"""The language of what a technician reads on a terminal."""
_SPOILED: Final = (
    msgspec.MsgspecError,
    ArithmeticError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    OSError,
)
"""What an altered record can raise."""


def line(row: Row, zone: ZoneInfo) -> str:
    """Return one record as a line: local date and time, who, what; or that it cannot be read, for it was altered."""
    try:
        moment = datetime.fromtimestamp(row[1] / 1000, zone)
        return visible(f"{moment:%Y-%m-%d %H:%M:%S}  {row[5]:<10}  {_sentence_of(row, zone, TERMINAL, {})}")
    except _SPOILED:
        return texts.text("diary.unreadable", TERMINAL, seq=row[0])


def told(row: Row, zone: ZoneInfo, language: str, services: Mapping[str, str] = {}) -> str | None:  # never changed
    """Return what happened by one record; None if it was altered and nobody can tell.

    Args:
        row: the record.
        zone: the office's.
        language: of the sentence.
        services: what services are called; those that are missing go by their id.
    """
    try:
        datetime.fromtimestamp(row[1] / 1000, zone)  # a time that is none was altered as well
        return visible(_sentence_of(row, zone, language, services))
    except _SPOILED:
        return None


def visible(said: str) -> str:
    """Return a text without the signs that nobody sees.

    A name or a text with a line's end in it would look like a record of its own, one that is written from right to left
    like another's, and a terminal obeys the rest.
    """
    return re.sub("\0+", " ", "".join(sign if sign.isprintable() else "\0" for sign in said))


def sentence(
    kind: str,
    body: Body,
    zone: ZoneInfo,
    language: str = TERMINAL,
    services: Mapping[str, str] = {},  # never changed
) -> str:
    """Return what happened. A kind of a newer version is told with its fields as they are."""
    if not texts.find(f"diary.{kind}", language):
        what = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", kind)
        fields = ", ".join(f"{name} {value}" for name, value in body.items() if name != "type")
        return f"{what}: {fields}."
    words = _Words(zone, language, services)
    known = {name: words.service(body[name]) for name in ("service", "next_service") if body.get(name)}
    extra = _VALUES[kind](body, words) if kind in _VALUES else {}
    return words.say(kind, **{**body, **known, **extra})


def _sentence_of(row: Row, zone: ZoneInfo, language: str, services: Mapping[str, str]) -> str:
    return sentence(row[3], upcast(row[3], row[4], msgspec.json.decode(row[8])), zone, language, services)


class _Words:
    """What the parts of a sentence are made with.

    Args:
        zone: the office's.
        language: of the sentence.
        services: what they are called.
    """

    def __init__(self, zone: ZoneInfo, language: str, services: Mapping[str, str]) -> None:
        self._zone = zone
        self._language = language
        self._services = services

    def say(self, key: str, **values: Any) -> str:
        return texts.text(f"diary.{key}", self._language, **values)

    def part(self, key: str, *, given: object, **values: Any) -> str:
        """Return a part of a sentence, nothing if there is nothing to say."""
        return self.say(f"part.{key}", **values) if given else ""

    def service(self, service: str) -> str:
        return self._services.get(service, service)

    def reason(self, table: str, code: str) -> str:
        return texts.find(f"diary.{table}.{code}", self._language) or code.replace("_", " ")

    def clock(self, moment_ms: int) -> str:
        return f"{datetime.fromtimestamp(moment_ms / 1000, self._zone):{self.say('part.clock')}}"

    def moment(self, moment_ms: int) -> str:
        return f"{datetime.fromtimestamp(moment_ms / 1000, self._zone):%Y-%m-%d} {self.clock(moment_ms)}"


Values = dict[str, str | int]


def _office_defined(body: Body, words: _Words) -> Values:
    office, who = body["definition"], body.get("officer")
    by = words.part("by", given=who, officer=who)
    return {"by": by, "services": len(office["services"]), "counters": len(office["counters"])}


def _day_opened(body: Body, words: _Words) -> Values:
    spans = [f"{words.clock(span['opens'])}-{words.clock(span['closes'])}" for span in body["spans"]]
    numbers = words.say("part.hours" if spans else "part.no_hours", hours=words.say("part.and").join(spans))
    return {"practice": words.part("practice", given=body.get("training")), "numbers": numbers}


def _issued(body: Body, words: _Words) -> Values:
    said = body["told"]
    told_ = [words.say("part.ahead", ahead=said["ahead"])]
    if said.get("low") is not None:
        low, high = for_people(said["low"], said["high"])
        told_.append(words.say("part.minutes", low=low, high=high))
    return {
        "priority": words.part("priority", given=body["priority"]),
        "booking": words.part("booking", given=body.get("booking"), booking=body.get("booking")),
        "told": ", ".join(told_),
    }


def _merged(body: Body, words: _Words) -> Values:
    instead = body.get("instead_of")
    return {"time": words.clock(body["arrived_at"]), "instead": words.part("instead", given=instead, number=instead)}


def _called(body: Body, words: _Words) -> Values:
    return {"minutes": round(body["waited_ms"] / MINUTE), "reason": words.reason("reason", body["reason"])}


def _call_undone(body: Body, words: _Words) -> Values:
    return {"again": words.part("there_again", given=body.get("finished"), number=body.get("finished"))}


def _finished(body: Body, words: _Words) -> Values:
    on, done = body.get("next_service"), body.get("outcomes")
    return {
        "on": words.part("goes_on", given=on, service=words.service(on or "")),
        "done": words.part("done", given=done, what=", ".join(done or ())),
    }


def _noted(body: Body, words: _Words) -> Values:
    return {"done": ", ".join(body["outcomes"]) or words.say("part.nothing")}


def _transferred(body: Body, words: _Words) -> Values:
    return {"alone": words.part("alone", given=body.get("to"), counter=body.get("to"))}


def _stopped(body: Body, words: _Words) -> Values:
    return {"service": words.service(body["service"]) if body.get("service") else words.say("part.anything")}


def _resumed(body: Body, words: _Words) -> Values:
    return {"service": words.service(body["service"]) if body.get("service") else words.say("part.everything")}


def _filled(body: Body, words: _Words) -> Values:
    return {"time": words.clock(body["called_at"])}


def _opened(body: Body, words: _Words) -> Values:
    return {"by": words.part("by", given=body.get("officer"), officer=body.get("officer"))}


def _paused(body: Body, words: _Words) -> Values:
    return {"reason": words.reason("pause", body["reason"])}


def _alarm(body: Body, words: _Words) -> Values:
    return {"who": words.part("who", given=body.get("officer"), officer=body.get("officer"))}


def _quick(body: Body, words: _Words) -> Values:
    return {"where": words.part("at_counter", given=body.get("counter"), counter=body.get("counter"))}


def _booked(body: Body, words: _Words) -> Values:
    booking = body["booking"]
    return {
        "code": booking["code"],
        "service": words.service(booking["service"]),
        "time": words.moment(booking["due_at"]),
    }


def _skipped(body: Body, words: _Words) -> Values:
    printed = (words.say("part.up_to", prefix=prefix, count=count) for prefix, count in body["highest"].items())
    return {"printed": ", ".join(printed)}


def _posted(body: Body, _: _Words) -> Values:
    notices = body["notices"]
    return {"running": len(notices["running"]), "pages": len(notices["announcements"])}


def _said(body: Body, _: _Words) -> Values:
    return {"text": " / ".join(body["text"].values())}


def _time_vouched(body: Body, words: _Words) -> Values:
    void = words.part("void_day", given=body.get("unopens"))
    return {"again": words.part("void", given=body.get("back"), day=void)}


def _changed(body: Body, words: _Words) -> Values:
    return {"class_": words.say("part.class_priority" if body["priority"] else "part.class_regular")}


def _printed(body: Body, words: _Words) -> Values:
    kiosk = body.get("kiosk")
    return {"where": words.say("part.by_kiosk", kiosk=kiosk) if kiosk else words.say("part.once_more")}


def _closed(body: Body, words: _Words) -> Values:
    return {"freed": words.part("freed", given=body.get("freed"), by=body.get("by"), freed=body.get("freed"))}


def _paper(body: Body, words: _Words) -> Values:
    times = {
        key: words.part(f"{key}_at", given=body.get(f"{key}_at"), time=words.clock(body.get(f"{key}_at") or 0))
        for key in ("called", "served")
    }
    return {
        **times,
        "arrived": words.clock(body["arrived_at"]),
        "class_": words.part("priority", given=body["priority"]),
        "where": words.part("at_counter", given=body.get("counter"), counter=body.get("counter")),
    }


_VALUES: Final[dict[str, Callable[[Body, _Words], Values]]] = {
    "OfficeDefined": _office_defined,
    "DayOpened": _day_opened,
    "Stopped": _stopped,
    "Resumed": _resumed,
    "ServiceFilled": _filled,
    "TimeVouched": _time_vouched,
    "NumbersSkipped": _skipped,
    "NoticesPosted": _posted,
    "EmergencyRaised": _said,
    "Paged": _said,
    "BroadcastMade": _said,
    "BookingMade": _booked,
    "TicketIssued": _issued,
    "TicketMerged": _merged,
    "TicketCalled": _called,
    "CallUndone": _call_undone,
    "ServiceFinished": _finished,
    "OutcomesNoted": _noted,
    "TicketTransferred": _transferred,
    "TicketChanged": _changed,
    "TicketReprinted": _printed,
    "CounterClosed": _closed,
    "CounterOpened": _opened,
    "CounterPaused": _paused,
    "AlarmRaised": _alarm,
    "AlarmEnded": _alarm,
    "QuickServed": _quick,
    "PaperRecorded": _paper,
}
"""What a sentence names beside the event's own fields; kinds that are not here need nothing more."""
