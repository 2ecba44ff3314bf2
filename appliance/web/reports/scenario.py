"""A question "what if" as it stands in a form and in an address: read, checked, and handed on (pure)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import date
from typing import Any, Final, TypeVar
from urllib.parse import urlencode

import msgspec

from appliance.reports.trial import typed
from appliance.reports.what_if.changes import (
    MOST_COUNTERS,
    Bookings,
    Change,
    Counters,
    LastNumbers,
    MoreOfficers,
    OwnQueue,
    Turns,
)
from appliance.reports.what_if.past import WEEKDAYS

CHANGES: Final = ("officer", "counters", "own", "bookings", "turns", "last")
MOST_DAYS: Final = 62
"""So far ``giliran what-if`` looks back."""
MOST_PROMISE: Final = 600
LONGEST: Final = 80
DEFAULTS: Final = {
    "which": "latest",
    "weekday": "mon",
    "latest": "4",
    "aim": "waits",
    "percent": "90",
    "officer_from": "09:00",
    "officer_to": "12:00",
}
"""What a form shows to whoever has asked nothing yet."""
FIELD_OF: Final = {
    "no_days": "which",
    "no_change": "change",
    "no_such_weekday": "counters",
    "unknown_service": "own_service",
    "unknown_counter": "own_counter",
    "ends_before_it_begins": "officer_to",
    "closes_before": "last_at",
    "too_much": "percent",
}
"""Beside which field it is said what is wrong with a question that was played, by ``BadQuestion.key``."""
T = TypeVar("T")


class Known(msgspec.Struct, frozen=True):
    """What a question may name: ids of services and of counters."""

    services: Collection[str]
    counters: Collection[str]


class Scenario(msgspec.Struct, frozen=True):
    """One question.

    ``fields``: what was filled in, for the form. ``wrong``: the key below ``what_if.wrong`` of what is wrong with a
    field, by its name. ``query``: the address, the same for the same question; empty if anything is wrong.
    """

    fields: dict[str, list[str]]
    wrong: dict[str, str]
    query: str = ""
    days: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()
    percent: int | None = None
    promise: int | None = None

    def arguments(self, database: str, plays: int) -> tuple[str, ...]:
        """Return what ``giliran what-if`` is told, to play the days of a database so often."""
        told = ["--json", "--database", database, "--plays", str(plays), *self.days]
        told += ["--changes", msgspec.json.encode(self.changes).decode()]
        if self.percent is not None:
            told += ["--advice", str(self.percent)]
        if self.promise is not None:
            told += ["--promise", str(self.promise)]
        return tuple(told)


def read(pairs: Iterable[tuple[str, str]], known: Known) -> Scenario:
    """Return the question that a form, or an address, asks."""
    return _Reader(pairs, known).scenario()


class _Reader:
    def __init__(self, pairs: Iterable[tuple[str, str]], known: Known) -> None:
        self._fields: dict[str, list[str]] = {}
        for name, value in pairs:
            self._fields.setdefault(name, []).append(value[:LONGEST])
        self._known = known
        self._wrong: dict[str, str] = {}
        self._query: list[tuple[str, str]] = []
        self._wanted = [name for name in CHANGES if name in self._fields.get("change", ())]

    def scenario(self) -> Scenario:
        days = self._days()
        changes = self._changes()
        advises = self._one("aim", lambda text: self._of(text, ("waits", "advice"))) == "advice"
        percent = self._number("percent", 1, 100) if advises else None
        if not advises and not self._wanted:
            self._wrong["change"] = "no_change"
        promise = self._number("promise", 1, MOST_PROMISE) if self._given("promise") else None
        query = "" if self._wrong else urlencode(self._query)
        return Scenario(self._fields, self._wrong, query, tuple(days), tuple(changes), percent, promise)

    # -- which days ------------------------------------------------------------------------------------------------

    def _days(self) -> list[str]:
        which = self._one("which", lambda text: self._of(text, ("latest", "span", "days")))
        if which == "days":
            return self._single_days()
        told = []
        if which == "span":
            first, last = self._one("from", _day), self._one("to", _day)
            if first and last and last < first:
                self._wrong["to"] = "span"
            told = ["--from", first or "", "--to", last or "", "--last", str(MOST_DAYS)]
        elif which == "latest":
            told = ["--last", str(self._number("latest", 1, MOST_DAYS))]
        name = "span_weekday" if which == "span" else "weekday"
        weekday = self._one(name, lambda text: self._of(text, ("", *WEEKDAYS)))
        return [*told, "--weekday", weekday] if weekday else told

    def _single_days(self) -> list[str]:
        found = sorted(set(self._fields.get("day", ())))
        if not found or len(found) > MOST_DAYS:
            self._wrong["day"] = "day" if not found else "too_many_days"
            return []
        told: list[str] = []
        for one in found:
            try:
                day = _day(one)
            except ValueError:
                self._wrong["day"] = "date"
                continue
            told += ["--day", day]
            self._query.append(("day", day))
        return told

    # -- what differs ----------------------------------------------------------------------------------------------

    def _changes(self) -> list[Change]:
        self._query += [("change", name) for name in self._wanted]
        readers = (self._officer, self._counters, self._own, self._bookings, self._turns, self._last)
        made = [reading() for name, reading in zip(CHANGES, readers, strict=True) if name in self._wanted]
        return [change for change in made if change is not None]

    def _officer(self) -> Change | None:
        opens, closes = self._one("officer_from", _clock), self._one("officer_to", _clock)
        services = tuple(dict.fromkeys(self._fields.get("officer_service", ())))
        if any(service not in self._known.services for service in services):
            self._wrong["officer_service"] = "service"
        self._query += [("officer_service", service) for service in services]
        if opens is None or closes is None:
            return None
        if closes <= opens:
            self._wrong["officer_to"] = "order"
        return MoreOfficers(opens, closes, services)

    def _counters(self) -> Change | None:
        number = self._number("counters", 1, MOST_COUNTERS)
        weekday = None
        if self._given("counters_weekday"):
            weekday = self._one("counters_weekday", lambda text: self._of(text, WEEKDAYS))
        return None if number is None else Counters(number, weekday)

    def _own(self) -> Change | None:
        service = self._one("own_service", lambda text: self._of(text, self._known.services))
        counter = ""
        if self._given("own_counter"):
            counter = self._one("own_counter", lambda text: self._of(text, self._known.counters)) or ""
        return None if service is None else OwnQueue(service, counter)

    def _bookings(self) -> Change | None:
        percent = self._number("bookings", 1, 100)
        return None if percent is None else Bookings(percent)

    def _turns(self) -> Change | None:
        given = [name for name in ("priority", "regular", "new_promise") if self._given(name)]
        if not given:
            self._wrong["new_promise"] = "turns"
            return None
        if len({"priority", "regular"} & set(given)) == 1:
            self._wrong["priority" if "regular" in given else "regular"] = "both"
        most = {"priority": (1, 9), "regular": (1, 9), "new_promise": (0, 1440)}
        values = {name: self._number(name, *most[name]) for name in given}
        return Turns(values.get("priority"), values.get("regular"), values.get("new_promise"))

    def _last(self) -> Change | None:
        at = self._one("last_at", _clock)
        return None if at is None else LastNumbers(at)

    # -- single fields ---------------------------------------------------------------------------------------------

    def _given(self, name: str) -> bool:
        return bool(self._fields.get(name, [""])[-1])

    def _one(self, name: str, reading: Callable[[str], T]) -> T | None:
        """Read a field and keep it for the address; None if it is wrong, which is noted."""
        try:
            value = reading(self._fields.get(name, [""])[-1])
        except ValueError as error:
            self._wrong[name] = str(error.args[-1])
            return None
        self._query.append((name, str(value)))
        return value

    def _number(self, name: str, least: int, most: int) -> int | None:
        def reading(text: str) -> int:
            if not (text.isascii() and text.isdecimal() and least <= int(text) <= most):
                raise ValueError(name)
            return int(text)

        return self._one(name, reading)

    @staticmethod
    def _of(text: str, choices: Collection[Any]) -> Any:
        if text not in choices:
            raise ValueError("choice")
        return text


def _clock(text: str) -> str:
    try:
        return typed.clock_text(typed.clock(text) // 60 * 60)
    except typed.NotUnderstood as error:
        raise ValueError("clock") from error


def _day(text: str) -> str:
    try:
        return typed.day(text)
    except typed.NotUnderstood as error:
        raise ValueError("date") from error


def weekday_key(day: str) -> str:
    """Return the key below ``what_if`` of a date's weekday."""
    return WEEKDAYS[date.fromisoformat(day).weekday()]
