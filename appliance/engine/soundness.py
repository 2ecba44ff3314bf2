"""What an office's definition must not be, whatever the calendar says."""

from __future__ import annotations

from appliance.engine.model import Definition, TimeOfDay, Weekday


def problems(definition: Definition) -> list[str]:
    """Return what is wrong, each with the key's path; an empty list if nothing is."""
    wrong = []
    ids = [service.id for service in definition.services]
    prefixes = [service.prefix for service in definition.services]
    if not ids:
        wrong.append("services: the office needs at least one")
    wrong += [f"services: the id {i!r} is used twice" for i in sorted({i for i in ids if ids.count(i) > 1})]
    wrong += [
        f"services: the prefix {p!r} is used twice; two services would give out the same numbers"
        for p in sorted({p for p in prefixes if prefixes.count(p) > 1})
    ]
    counter_ids = [counter.id for counter in definition.counters]
    wrong += [
        f"counters: the id {i!r} is used twice" for i in sorted({i for i in counter_ids if counter_ids.count(i) > 1})
    ]
    for counter in definition.counters:
        wrong += _misplaced(f"counters.{counter.id}.roster", counter.roster)
        unknown = [s for s in (*counter.services, *counter.helps) if s not in ids]
        wrong += [f"counters.{counter.id}.services: there is no service {s!r}" for s in unknown]
        if not counter.services:
            wrong.append(f"counters.{counter.id}.services: a counter serves at least one service")
    for journey in definition.journeys:
        wrong += [f"journeys.{journey.id}: there is no service {s!r}" for s in journey.services if s not in ids]
    letters = list(definition.kiosks.values())
    wrong += [
        f"kiosks: the letter {x!r} is used twice; two kiosks would print the same numbers"
        for x in sorted({x for x in letters if letters.count(x) > 1})
    ]
    wrong += [
        f"kiosks.{kiosk}: the letter {letter!r} makes {prefix + letter}, which is a service's own prefix"
        for kiosk, letter in definition.kiosks.items()
        for prefix in prefixes
        if prefix + letter in prefixes
    ]
    series = [prefix + letter for prefix in prefixes for letter in letters]
    wrong += [
        f"kiosks: two offline series would both be {x}" for x in sorted({x for x in series if series.count(x) > 1})
    ]
    if definition.rules.no_show_min_calls > definition.rules.recall_limit:
        wrong.append("rules.recall_limit: lower than no_show_min_calls, so that nobody could ever be a no-show")
    outcomes = [outcome.id for outcome in definition.rules.outcomes]
    wrong += [
        f"rules.outcomes: the id {i!r} is used twice" for i in sorted({i for i in outcomes if outcomes.count(i) > 1})
    ]
    if definition.rules.outcome_required and not outcomes:
        wrong.append("rules.outcome_required: there is nothing to choose from; list rules.outcomes")
    return wrong + _misplaced("hours", definition.hours)


def _misplaced(key: str, hours: dict[Weekday, tuple[tuple[TimeOfDay, TimeOfDay], ...]]) -> list[str]:
    flat = {weekday: [moment for span in spans for moment in span] for weekday, spans in hours.items()}
    return [
        f"{key}.{weekday}: spans must follow each other, each ending after it began"
        for weekday, moments in flat.items()
        if moments != sorted(set(moments))
    ]
