"""What came of a question "what if", as a page shows it: sentences, charts and tables (pure)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from appliance.reports import words
from appliance.reports.charts import Chart, Series
from appliance.reports.report import hour_name
from appliance.reports.what_if.advice import Advice
from appliance.reports.what_if.advice import describe as describe_advice
from appliance.reports.what_if.answer import Answer, HourWaits, Range
from appliance.reports.what_if.answer_text import decimal, how_sure, of_plays, of_textbook
from appliance.reports.what_if.changes import (
    NEW,
    Bookings,
    Change,
    Counters,
    LastNumbers,
    MoreOfficers,
    OwnQueue,
    Roster,
    Turns,
)
from appliance.reports.what_if.textbook import TextbookOffice
from appliance.texts import text
from appliance.web.reports.drawings import Drawing, drawing

Name = Callable[[str], str]
"""Returns what an id is called."""


class Names(msgspec.Struct, frozen=True):
    """What services and counters are called."""

    service: Name
    counter: Name


class BookRow(msgspec.Struct, frozen=True):
    """An hour by the textbook: who comes, and counters and wait as it was and as it would be; empty: unstable."""

    hour: str
    came: str
    before: tuple[int, str]
    after: tuple[int, str]


class RosterRow(msgspec.Struct, frozen=True):
    """An hour of the advised roster."""

    hour: str
    before: str
    needed: int
    who: str


class Outcome(msgspec.Struct, frozen=True):
    """What a page shows. ``gist``: the sentence that says it all. ``book``: what the textbook says beside it."""

    gist: str
    sentences: list[str]
    drawings: list[Drawing]
    heroes: list[tuple[str, str, str]] = []
    book_says: list[str] = []
    book: list[BookRow] = []
    roster: list[RosterRow] = []


def outcome(told: Answer | Advice, names: Names, language: str) -> Outcome:
    """Return an answer for a page."""
    return _advised(told, names, language) if isinstance(told, Advice) else _answered(told, language)


def asked_in_words(changes: Sequence[Change], names: Names, language: str) -> list[str]:
    """Return what differs in the other office, a phrase each."""
    return [_phrase(change, names, language) for change in changes]


def _answered(answer: Answer, language: str) -> Outcome:
    gist = how_sure(answer, language)
    before, after = answer.before.mean, answer.after.mean
    return Outcome(
        gist,
        [sentence for sentence in of_plays(answer, language) if sentence != gist],
        _drawn(_waits(answer, language)),
        [
            (_t("hero_before", language), decimal(before.mean, language), _between(before, language)),
            (_t("hero_after", language), decimal(after.mean, language), _between(after, language)),
        ],
        of_textbook(answer.textbook, language),
        [
            BookRow(
                hour_name(row.hour, language),
                decimal(row.arrivals_per_minute * 60, language),
                _by_book(row.before, language),
                _by_book(row.after, language),
            )
            for row in answer.textbook
        ],
    )


def _advised(advice: Advice, names: Names, language: str) -> Outcome:
    gist, *sentences = describe_advice(advice, language)
    labels = [f"{row.hour:02}" for row in advice.hours]
    needed = [float(len(row.counters)) for row in advice.hours]
    chart = _chart(
        "roster",
        labels,
        [
            Series(_t("before", language), [row.before for row in advice.hours]),
            Series(_t("needed", language), needed),
        ],
        language,
    )
    roster = [
        RosterRow(
            hour_name(row.hour, language),
            decimal(row.before, language),
            len(row.counters),
            ", ".join(_counter(one, names, language) for one in row.counters),
        )
        for row in advice.hours
    ]
    return Outcome(gist, sentences, _drawn(chart), roster=roster)


def _waits(answer: Answer, language: str) -> Chart:
    def series(key: str, side: Callable[[HourWaits], Range | None]) -> Series:
        found = [side(hour) for hour in answer.hours]
        return Series(
            _t(key, language),
            [one.mean if one else None for one in found],
            [(one.low, one.high) if one else None for one in found],
        )

    labels = [f"{hour.hour:02}" for hour in answer.hours]
    both = [series("before", lambda hour: hour.before), series("after", lambda hour: hour.after)]
    return _chart("waits", labels, both, language)


def _chart(key: str, labels: Sequence[str], series: Sequence[Series], language: str) -> Chart:
    def say(value: float) -> str:
        return words.number(value, 0 if value == int(value) else 1, language)

    return Chart(
        "bar",
        _t(f"chart.{key}", language),
        labels,
        series,
        text("reports.chart.axis.hour", language),
        _t(f"chart.{key}_unit", language),
        _t("chart.source", language),
        say=say,
    )


def _drawn(chart: Chart) -> list[Drawing]:
    drawn = drawing(chart)
    return [drawn] if drawn else []


def _between(found: Range, language: str) -> str:
    return _t("between", language, low=decimal(found.low, language), high=decimal(found.high, language))


def _by_book(office: TextbookOffice, language: str) -> tuple[int, str]:
    return office.counters, "" if office.wait_minutes is None else decimal(office.wait_minutes, language)


def _counter(counter: str, names: Names, language: str) -> str:
    stem, dash, number = counter.rpartition("-")
    return _t("new_counter", language, number=number) if dash and stem == NEW else names.counter(counter)


def _phrase(change: Change, names: Names, language: str) -> str:
    def say(key: str, **values: object) -> str:
        return _t(f"asks.{key}", language, **values)

    match change:
        case MoreOfficers(opens, closes, services):
            served = ", ".join(names.service(one) for one in services)
            key = "officer_for" if services else "officer"
            return say(key, opens=opens, closes=closes, services=served)
        case Counters(number, weekday):
            day = text(f"what_if.{weekday}", language) if weekday else ""
            return say("counters_on" if weekday else "counters", number=number, weekday=day)
        case OwnQueue(service, counter):
            where = names.counter(counter) if counter else ""
            return say("own_at" if counter else "own", service=names.service(service), counter=where)
        case Bookings(percent):
            return say("bookings", percent=f"{percent:g}")
        case Turns(priority, regular, promise):
            turns = say("priority", first=priority, second=regular) if priority else ""
            promised = say("promise", minutes=promise) if promise is not None else ""
            return "; ".join(filter(None, (turns, promised)))
        case LastNumbers(at):
            return say("last", at=at)
        case Roster():
            return ""


def _t(key: str, language: str, **values: object) -> str:
    return text(f"what_if.page.{key}", language, **values)
