"""What an office's definition must not be, whatever the calendar says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

import msgspec

from appliance.engine.model import Counter, Definition, TimeOfDay, Weekday

T = TypeVar("T")


class Problem(msgspec.Struct, frozen=True):
    """One thing that is wrong with an office's definition.

    ``path``: the key's, with items of lists by their ids (``services.a.prefix``). ``code`` is a key of the message
    catalogues, ``values`` what its sentence names. ``advice``: the same in words, for a technician.
    """

    path: str
    code: str
    advice: str
    values: dict[str, str] = {}

    def __str__(self) -> str:
        """Return it as a log says it."""
        return f"{self.path}: {self.advice}"


def problems(definition: Definition) -> list[Problem]:
    """Return what is wrong; an empty list if nothing is."""
    return [
        *_services(definition),
        *_counters(definition),
        *_journeys(definition),
        *_kiosks(definition),
        *_rules(definition),
        *_misplaced("hours", definition.hours),
    ]


def _services(definition: Definition) -> Iterator[Problem]:
    if not definition.services:
        yield Problem("services", "no_service", "the office needs at least one")
    yield from _twice("services", [service.id for service in definition.services])
    for service in _again(definition.services, [service.prefix for service in definition.services]):
        yield Problem(
            f"services.{service.id}.prefix",
            "prefix_twice",
            f"the prefix {service.prefix!r} is used twice; two services would give out the same numbers",
            {"prefix": service.prefix},
        )


def _counters(definition: Definition) -> Iterator[Problem]:
    ids = {service.id for service in definition.services}
    yield from _twice("counters", [counter.id for counter in definition.counters])
    for counter in definition.counters:
        yield from _misplaced(f"counters.{counter.id}.roster", counter.roster)
        yield from _unknown(counter, ids)
        if not counter.services:
            advice = "a counter serves at least one service"
            yield Problem(f"counters.{counter.id}.services", "serves_nothing", advice)


def _unknown(counter: Counter, ids: set[str]) -> Iterator[Problem]:
    for key in ("services", "helps"):
        for service in getattr(counter, key):
            if service not in ids:
                yield _no_such_service(f"counters.{counter.id}.{key}", service)


def _journeys(definition: Definition) -> Iterator[Problem]:
    ids = {service.id for service in definition.services}
    for journey in definition.journeys:
        for service in journey.services:
            if service not in ids:
                yield _no_such_service(f"journeys.{journey.id}.services", service)


def _kiosks(definition: Definition) -> Iterator[Problem]:
    prefixes = [service.prefix for service in definition.services]
    letters = list(definition.kiosks.values())
    for kiosk in _again(definition.kiosks, letters):
        letter = definition.kiosks[kiosk]
        advice = f"the letter {letter!r} is used twice; two kiosks would print the same numbers"
        yield Problem(f"kiosks.{kiosk}", "letter_twice", advice, {"letter": letter})
    for kiosk, letter in definition.kiosks.items():
        for series in (prefix + letter for prefix in prefixes if prefix + letter in prefixes):
            advice = f"the letter {letter!r} makes {series}, which is a service's own prefix"
            yield Problem(f"kiosks.{kiosk}", "letter_is_prefix", advice, {"letter": letter, "series": series})
    series_of = [prefix + letter for prefix in prefixes for letter in letters]
    for series in sorted({x for x in series_of if series_of.count(x) > 1}):
        yield Problem("kiosks", "series_twice", f"two offline series would both be {series}", {"series": series})


def _rules(definition: Definition) -> Iterator[Problem]:
    if definition.rules.no_show_min_calls > definition.rules.recall_limit:
        advice = "lower than no_show_min_calls, so that nobody could ever be a no-show"
        yield Problem("rules.recall_limit", "no_show_never", advice)
    yield from _twice("rules.outcomes", [outcome.id for outcome in definition.rules.outcomes])
    if definition.rules.outcome_required and not definition.rules.outcomes:
        advice = "there is nothing to choose from; list rules.outcomes"
        yield Problem("rules.outcome_required", "no_outcomes", advice)


def _misplaced(key: str, hours: dict[Weekday, tuple[tuple[TimeOfDay, TimeOfDay], ...]]) -> Iterator[Problem]:
    for weekday, spans in hours.items():
        moments = [moment for span in spans for moment in span]
        if moments != sorted(set(moments)):
            advice = "spans must follow each other, each ending after it began"
            yield Problem(f"{key}.{weekday}", "span_order", advice)


def _twice(key: str, ids: list[str]) -> Iterator[Problem]:
    for i in sorted({i for i in ids if ids.count(i) > 1}):
        yield Problem(f"{key}.{i}.id", "id_twice", f"the id {i!r} is used twice", {"id": i})


def _again(items: Iterable[T], values: list[str]) -> Iterator[T]:
    """Yield the items whose value an earlier one has already."""
    for place, item in enumerate(items):
        if values[place] in values[:place]:
            yield item


def _no_such_service(path: str, service: str) -> Problem:
    return Problem(path, "no_such_service", f"there is no service {service!r}", {"service": service})
