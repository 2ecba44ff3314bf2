"""What the kiosk's screens say: from the visit's state and the hub's catalogue to the values that QML shows."""

from __future__ import annotations

from typing import Any, Final

from appliance import texts
from appliance.texts import pick
from appliance.ui.bridge import date, time_of_day, wait
from appliance.wire.messages import Catalogue, IssuedTicket, ServiceState
from kiosk.flow import Flow, fraction_left, seconds_left

URGENT_SECONDS: Final = 15
"""From here on the seconds are shown as well, not only the line."""
BRING_LINES: Final = 5
BRING_LETTERS: Final = 26
"""In one line of the list of what to bring."""
LONG_NAME: Final = 36
"""Letters of a service's name that fill two lines of a card."""
ROW: Final = ("id", "prefix", "name", "line", "open")
_ICONS: Final = {"before": "clock", "break": "cup", "after": "moon", "closed": "clock"}
_OFFLINE: Final = {"no_answer", "stalled", "lost"}


def offered(catalogue: Catalogue | None, subset: tuple[str, ...]) -> list[ServiceState]:
    """Return the services that this kiosk shows, open or not, in the office's order."""
    if catalogue is None:
        return []
    return [s for s in catalogue.services if not subset or s.id in subset]


def rows(services: list[ServiceState], language: str) -> list[dict[str, Any]]:
    """Return the service cards."""
    return [
        {
            "id": s.id,
            "prefix": s.prefix,
            "name": pick(s.names, language),
            "line": _card_line(s, language),
            "open": s.open,
        }
        for s in services
    ]


def _card_line(service: ServiceState, language: str) -> str:
    if not service.open:
        if service.notice:
            return service.notice
        known = service.reason in {"quota", "last_ticket"}
        return texts.text(f"kiosk.service_{service.reason}" if known else "kiosk.service_closed", language)
    if service.waiting == 0:
        return texts.text("kiosk.waiting_none", language)
    people = texts.text("kiosk.waiting", language, count=service.waiting)
    minutes = wait(service.low, service.high, language)
    return f"{people} · {minutes}" if minutes else people


def ahead(count: int, language: str) -> str:
    """Return how many people come before."""
    if count == 0:
        return texts.text("kiosk.ahead_none", language)
    return texts.text("kiosk.ahead", language, count=count)


def values(
    flow: Flow, catalogue: Catalogue | None, office_ms: int | None, zone: str, now: int, rate: float
) -> dict[str, Any]:
    """Return everything that QML shows, by name, except the cards.

    Args:
        flow: the visit.
        catalogue: as the hub sent it last.
        office_ms: time of day, if trusted.
        zone: IANA name of the office's time zone.
        now: real monotonic milliseconds.
        rate: office seconds in a real second.
    """
    language = flow.language
    seconds = seconds_left(flow, now, rate)
    visit = flow.screen in {"services", "confirm", "ticket", "refused"} or flow.trouble == "unanswered"
    return {
        "screen": flow.screen,
        "language": language,
        "trouble": flow.trouble,
        "office": pick(catalogue.office.names, language) if catalogue else texts.text("kiosk.office", language),
        "rate": rate,
        "clock": time_of_day(office_ms, zone, language),
        "date": date(office_ms, zone, language),
        "fraction": round(fraction_left(flow, now), 3) if visit else 0.0,
        "urgent": seconds is not None and seconds <= URGENT_SECONDS,
        "secondsText": texts.text("kiosk.back_in", language, seconds=seconds or 0),
        "canGoBack": flow.screen in {"services", "confirm"} or flow.trouble == "unanswered",
        "busy": flow.waiting,
        "priority": flow.priority,
        "slip": flow.slip,
        **_first(catalogue, language, office_ms, zone),
        **_chosen(flow, catalogue, language),
        **_ticket(flow, catalogue, language),
        **_message(flow, catalogue, office_ms, zone),
    }


def _first(catalogue: Catalogue | None, language: str, office_ms: int | None, zone: str) -> dict[str, Any]:
    if catalogue is None:
        return {"waitingTotal": "", "hours": "", "longNames": False}
    total = sum(s.waiting for s in catalogue.services)
    key = "kiosk.people_waiting" if total else "kiosk.nobody_waiting"
    closes = time_of_day(catalogue.office.closes_at, zone, language) if office_ms is not None else ""
    return {
        "waitingTotal": texts.text(key, language, count=total),
        "longNames": any(len(pick(s.names, language)) > LONG_NAME for s in catalogue.services),
        "hours": texts.text("kiosk.open_until", language, time=closes) if closes else "",
    }


def _service(catalogue: Catalogue | None, service: str) -> ServiceState | None:
    return next((s for s in catalogue.services if s.id == service), None) if catalogue else None


def _chosen(flow: Flow, catalogue: Catalogue | None, language: str) -> dict[str, Any]:
    service = _service(catalogue, flow.service)
    titles = {"services": "kiosk.choose_service", "confirm": "kiosk.confirm"}
    title = texts.text(titles[flow.screen], language) if flow.screen in titles else ""
    if service is None:
        return {"title": title, "prefix": "", "service": "", "ahead": "", "wait": "", "bring": []}
    bring = service.bring.get(language) or service.bring.get(texts.DEFAULT) or []
    bring = _shortened(bring, language)
    minutes = wait(service.low, service.high, language)
    unsure = texts.text("kiosk.wait_unsure", language)
    return {
        "title": title,
        "prefix": service.prefix,
        "service": pick(service.names, language),
        "ahead": ahead(service.ahead, language),
        "wait": f"{texts.text('kiosk.wait_caption', language)} {minutes}" if minutes else unsure,
        "bring": bring,
    }


def _shortened(bring: list[str], language: str) -> list[str]:
    """Return what fits into the list, with how many more there are."""
    lines = [-(-len(item) // BRING_LETTERS) for item in bring]
    if sum(lines) <= BRING_LINES:
        return list(bring)
    kept = max(at for at in range(len(bring)) if sum(lines[:at]) < BRING_LINES)
    return [*bring[:kept], texts.text("kiosk.bring_more", language, count=len(bring) - kept)]


def _ticket(flow: Flow, catalogue: Catalogue | None, language: str) -> dict[str, Any]:
    ticket = flow.ticket or IssuedTicket("", "", "", 0, 0)
    service = _service(catalogue, ticket.service)
    minutes = wait(ticket.low, ticket.high, language)
    if flow.slip == "failed":
        key = f"kiosk.failed_{'no_answer' if flow.failure in _OFFLINE else flow.failure}"
        known = key.removeprefix("kiosk.") in {
            "failed_paper_out",
            "failed_cover_open",
            "failed_no_answer",
            "failed_none",
        }
        title = texts.text(key if known else "kiosk.failed_unknown", language)
        key = "kiosk.still_valid" if flow.failure == "none" else "kiosk.photograph"
        text = texts.text(key, language, number=ticket.number)
    else:
        title, text = texts.text("kiosk.printed" if flow.slip == "printed" else "kiosk.printing", language), ""
    return {
        "number": ticket.number,
        "ticketService": pick(service.names, language) if service else "",
        "ticketPriority": ticket.priority,
        "ticketAhead": ahead(ticket.ahead, language),
        "ticketWait": minutes,
        "slipTitle": title,
        "slipText": text,
        "none": flow.failure == "none",
        "follow": bool(catalogue and catalogue.office.follow_url),
    }


def _message(flow: Flow, catalogue: Catalogue | None, office_ms: int | None, zone: str) -> dict[str, Any]:
    say = {"messageIcon": "desk", "messageTitle": "", "messageTime": "", "messageText": ""}

    def text(key: str) -> str:
        return texts.text(f"kiosk.{key}", flow.language)

    if flow.screen == "starting":
        return {**say, "messageIcon": "clock", "messageTitle": text("starting"), "messageText": text("starting_hint")}
    if flow.screen == "trouble":
        return {**say, "messageTitle": text("trouble"), "messageText": text(f"trouble_{flow.trouble}")}
    if flow.screen == "refused":
        key = f"refused_{flow.refusal}"
        known = f"kiosk.{key}" in texts.keys(texts.DEFAULT)
        return {**say, "messageTitle": text("refused"), "messageText": text(key if known else "refused_other")}
    if flow.screen == "closed":
        no_time = flow.phase == "closed" and office_ms is None
        return {
            "messageIcon": _ICONS.get(flow.phase, "clock"),
            "messageTitle": text(f"closed_{flow.phase}"),
            "messageTime": "" if no_time else opening(catalogue, office_ms, zone, flow.language),
            "messageText": text("closed_time_hint" if no_time else "closed_hint"),
        }
    return say


def opening(catalogue: Catalogue | None, office_ms: int | None, zone: str, language: str) -> str:
    """Return when the office opens, with the weekday if it is another day; empty if not known."""
    opens = catalogue.office.opens_at if catalogue else None
    if catalogue is None or opens is None or office_ms is None:
        return ""
    time = time_of_day(opens, zone, language)
    day, today = date(opens, zone, language), date(office_ms, zone, language)
    if day != today:
        weekday = day.partition(",")[0]
        return texts.text("common.opens_on", language, weekday=weekday, time=time)
    again = catalogue.office.phase == "break"
    return texts.text("common.opens_again_at" if again else "common.opens_at", language, time=time)
