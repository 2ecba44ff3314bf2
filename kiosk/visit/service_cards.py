"""The cards of the service grid: what each says, and how many services become a few groups (pure)."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from appliance import texts
from appliance.texts import pick
from appliance.texts.moments import wait
from appliance.wire.messages import Catalogue, Names, ServiceState

ROW: Final = ("id", "kind", "prefix", "name", "people", "wait", "reason", "open", "papers")
UNGROUPED: Final = 6
"""So many services need no groups: everybody sees them at a glance."""
_REASONS: Final = {"quota", "last_ticket", "full", "stopped"}


def offered(catalogue: Catalogue | None, subset: tuple[str, ...]) -> list[ServiceState]:
    """Return the services that this kiosk shows, open or not, in the office's order."""
    if catalogue is None:
        return []
    return [s for s in catalogue.services if not subset or s.id in subset]


class Offer(msgspec.Struct, frozen=True):
    """What the cards depend on.

    ``services``: all that this kiosk shows; ``available``: those that give numbers now; ``notice``: why the whole
    office gives none, if it does not.
    """

    services: list[ServiceState]
    available: frozenset[str]
    notice: Names = {}


def rows(offer: Offer, group: str, language: str) -> list[dict[str, Any]]:
    """Return the cards to show; ``group`` is the key of the group that was opened, empty for the first level."""
    services, available = offer.services, offer.available
    if not grouped(services):
        return [_service(s, offer, language) for s in services]
    if group:
        return [_service(s, offer, language) for s in services if _key(s) == group]
    cards: dict[str, dict[str, Any]] = {}
    for s in services:
        key = _key(s)
        if not key:
            cards[s.id] = _service(s, offer, language)
        elif f"group {key}" not in cards:
            members = [other for other in services if _key(other) == key]
            cards[f"group {key}"] = _group(key, members, available, language)
    return list(cards.values())


def grouped(services: list[ServiceState]) -> bool:
    """Tell whether there are so many services that their groups come first."""
    return len(services) > UNGROUPED and len({_key(s) for s in services} - {""}) > 1


def group_name(services: list[ServiceState], group: str, language: str) -> str:
    """Return the heading of a group; empty if it has gone."""
    return next((pick(s.group, language) for s in services if group and _key(s) == group), "")


def _key(service: ServiceState) -> str:
    return pick(service.group, texts.DEFAULT)


def _group(key: str, members: list[ServiceState], available: frozenset[str], language: str) -> dict[str, Any]:
    open_ = any(s.id in available for s in members)
    return {
        "id": key,
        "kind": "group",
        "prefix": "",
        "name": pick(members[0].group, language),
        "people": texts.text("kiosk.group", language, count=len(members)),
        "wait": "",
        "reason": "" if open_ else texts.text("kiosk.service_closed", language),
        "open": open_,
        "papers": False,
    }


def _service(service: ServiceState, offer: Offer, language: str) -> dict[str, Any]:
    open_ = service.id in offer.available
    return {
        "id": service.id,
        "kind": "service",
        "prefix": service.prefix,
        "name": pick(service.names, language),
        "people": people(service.waiting, language) if open_ else "",
        "wait": wait(service.low, service.high, language) if open_ and service.waiting else "",
        "reason": "" if open_ else _reason(service, offer.notice, language),
        "open": open_,
        "papers": bool(papers(service, language)),
    }


def people_waiting(catalogue: Catalogue) -> int | None:
    """Return how many people wait, each queue once though journeys begin in it; None where nobody can know."""
    queues = {s.services[0] if s.services else s.id: s.waiting for s in catalogue.services}
    return None if any(count < 0 for count in queues.values()) else sum(queues.values())


def papers(service: ServiceState, language: str) -> list[str]:
    """Return what is to be brought for a service: in ``language``, else in Indonesian, else in any there is."""
    said = (service.bring.get(language), service.bring.get(texts.DEFAULT), *service.bring.values())
    return next((listed for listed in said if listed), [])


def people(count: int, language: str) -> str:
    """Return how many wait for a service; nothing where nobody can know (negative)."""
    if count < 0:
        return ""
    return texts.text("kiosk.waiting" if count else "kiosk.waiting_none", language, count=count)


def _reason(service: ServiceState, notice: Names, language: str) -> str:
    said = service.notice or (pick(notice, language) if service.reason == "stopped" else "")
    if said:
        return said
    return texts.text(f"kiosk.service_{service.reason if service.reason in _REASONS else 'closed'}", language)
