"""What the kiosk's screens say: from the visit's state and the hub's catalogue to the values that QML shows."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from appliance import texts
from appliance.texts import pick
from appliance.texts.moments import wait
from appliance.texts.office_words import CATALOGUES, OfficeWords
from appliance.ui.bridge import date, time_of_day
from appliance.wire.messages import Board, Catalogue, IssuedTicket, ServiceState, Turn, Waiting
from kiosk.ticket.service import service_of
from kiosk.ticket.slip import follow_url
from kiosk.visit import rating_text
from kiosk.visit.events import SPOKEN
from kiosk.visit.flow import SHORTEST_CODE, SHORTEST_PHONE
from kiosk.visit.service_cards import group_name, offered, papers, people_waiting
from kiosk.visit.state import Flow, fraction_left, seconds_left

URGENT_SECONDS: Final = 15
"""From here on the seconds are shown as well, not only the line."""
BRING_LINES: Final = 5
BRING_LETTERS: Final = 26
"""In one line of the list of what to bring."""
STALE_MS: Final = 60_000
"""Positions older than this are told with the time at which they were true."""
_ICONS: Final = {"before": "clock", "break": "cup", "after": "moon", "closed": "clock"}
_OFFLINE: Final = {"no_answer", "stalled", "lost", "offline"}
_TIMED: Final = {
    *("services", "confirm", "phone", "check_in", "ticket", "turn", "refused", "rate", "rating", "thanks"),
}
_TITLES: Final = {
    "services": "kiosk.choose_service",
    "confirm": "kiosk.confirm",
    "phone": "kiosk.phone",
    "check_in": "kiosk.check_in",
    "turn": "kiosk.turn",
    "rate": "kiosk.rate",
    "rating": "kiosk.rate",
}


class Surroundings(msgspec.Struct, frozen=True):
    """What the screens depend on beside the flow.

    ``office_ms``: time of day, if trusted; ``zone``: IANA name of the office's time zone; ``now``: real monotonic
    milliseconds; ``rate``: office seconds in a real second.
    """

    catalogue: Catalogue | None
    waiting: Waiting | None
    office_ms: int | None
    zone: str
    now: int
    rate: float
    board: Board | None = None

    @property
    def words(self) -> OfficeWords:
        """What the office says, as far as the hub has told."""
        return OfficeWords(self.catalogue.office.texts) if self.catalogue else CATALOGUES


def ahead(count: int, language: str) -> str:
    """Return how many people come before; nothing where nobody can know (negative)."""
    if count < 0:
        return ""
    if count == 0:
        return texts.text("kiosk.ahead_none", language)
    return texts.text("kiosk.ahead", language, count=count)


def values(flow: Flow, moment: Surroundings) -> dict[str, Any]:
    """Return everything that QML shows, by name, except the cards."""
    language, catalogue = flow.language, moment.catalogue
    seconds = seconds_left(flow, moment.now, moment.rate)
    visit = flow.screen in _TIMED or flow.trouble == "unanswered"
    return {
        "screen": flow.screen,
        "language": language,
        "low": "low" in flow.modes,
        "large": "large" in flow.modes,
        "contrast": "contrast" in flow.modes,
        "access": flow.access,
        "voice": next(iter(flow.modes & SPOKEN), ""),
        "training": bool(catalogue and catalogue.office.training),
        "trouble": flow.trouble,
        "question": flow.question,
        "office": pick(catalogue.office.names, language) if catalogue else texts.text("kiosk.office", language),
        "rate": moment.rate,
        "clock": time_of_day(moment.office_ms, moment.zone, language),
        "date": date(moment.office_ms, moment.zone, language),
        "fraction": round(fraction_left(flow, moment.now), 3) if visit else 0.0,
        "urgent": seconds is not None and seconds <= URGENT_SECONDS,
        "secondsText": texts.text("kiosk.back_in", language, seconds=seconds or 0),
        "secondsShort": texts.text("kiosk.seconds", language, seconds=seconds or 0),
        "canGoBack": _can_go_back(flow),
        "connected": flow.connected,
        "busy": flow.waiting or bool(flow.hub_asked),
        "group": flow.group,
        "priority": flow.priority,
        "slip": flow.slip,
        "code": flow.code,
        "codeComplete": len(flow.code) >= SHORTEST_CODE,
        "asksPhone": flow.asks_phone,
        "phone": _in_groups(flow.phone),
        "phoneTo": texts.text("kiosk.phone_to", language, phone=_in_groups(flow.phone)) if flow.phone else "",
        "phoneComplete": len(flow.phone) >= SHORTEST_PHONE,
        **_first(flow, moment),
        "priorityWho": moment.words.text("kiosk.priority_who", language),
        **_chosen(flow, moment),
        **_ticket(flow, moment),
        **_turn(flow, moment),
        **rating_text.values(flow, language),
        **_message(flow, moment),
    }


def _in_groups(phone: str) -> str:
    """Return a telephone number as it is read: 0812 3456 7890."""
    return " ".join(phone[at : at + 4] for at in range(0, len(phone), 4))


def failure(code: str, language: str) -> str:
    """Return why a ticket is not on paper.

    Args:
        code: as the printer names it.
        language: of the screen.
    """
    key = f"kiosk.failed_{'no_answer' if code in _OFFLINE else code}"
    return texts.text(key if key in texts.keys(texts.DEFAULT) else "kiosk.failed_unknown", language)


def _can_go_back(flow: Flow) -> bool:
    corrected = flow.screen == "refused" and bool(flow.code)
    within = {"services", "confirm", "phone", "check_in", "rate", "rating"}
    return flow.screen in within or flow.trouble == "unanswered" or corrected


def _first(flow: Flow, moment: Surroundings) -> dict[str, Any]:
    language, catalogue = flow.language, moment.catalogue
    if catalogue is None:
        return {"waitingTotal": "", "hours": ""}
    total = people_waiting(catalogue)
    key = "kiosk.people_waiting" if total else "kiosk.nobody_waiting"
    closes = time_of_day(catalogue.office.closes_at, moment.zone, language) if moment.office_ms is not None else ""
    notice = "" if flow.available else pick(catalogue.office.notice, language)
    return {
        "waitingTotal": texts.text(key, language, count=total) if total is not None else "",
        "hours": notice or (texts.text("kiosk.open_until", language, time=closes) if closes else ""),
    }


def _service(catalogue: Catalogue | None, service: str) -> ServiceState | None:
    return next((s for s in catalogue.services if s.id == service), None) if catalogue else None


def _chosen(flow: Flow, moment: Surroundings) -> dict[str, Any]:
    language, catalogue = flow.language, moment.catalogue
    service = _service(catalogue, flow.service)
    title = moment.words.text(_TITLES[flow.screen], language) if flow.screen in _TITLES else ""
    group = group_name(offered(catalogue, ()), flow.group, language)
    if service is None:
        return {
            "title": group or title,
            "prefix": "",
            "service": "",
            "ahead": "",
            "wait": "",
            "bring": [],
            "bringMore": False,
        }
    bring = papers(service, language)
    shown = bring if flow.question else _shortened(bring, language)
    minutes = wait(service.low, service.high, language)
    unsure = texts.text("kiosk.wait_unsure", language)
    return {
        "title": title,
        "prefix": service.prefix,
        "service": pick(service.names, language),
        "ahead": ahead(service.ahead, language),
        "wait": f"{texts.text('kiosk.wait_caption', language)} {minutes}" if minutes else unsure,
        "bring": shown,
        "bringMore": shown != bring,
    }


def _shortened(bring: list[str], language: str) -> list[str]:
    """Return what fits into the list, with how many more there are."""
    lines = [-(-len(item) // BRING_LETTERS) for item in bring]
    if sum(lines) <= BRING_LINES:
        return list(bring)
    kept = max(at for at in range(len(bring)) if sum(lines[:at]) < BRING_LINES)
    return [*bring[:kept], texts.text("kiosk.bring_more", language, count=len(bring) - kept)]


def _ticket(flow: Flow, moment: Surroundings) -> dict[str, Any]:
    language, catalogue, words = flow.language, moment.catalogue, moment.words
    ticket = flow.ticket or IssuedTicket("", "", "", 0, 0)
    service = service_of(catalogue, ticket)
    minutes = wait(ticket.low, ticket.high, language)
    if flow.slip == "failed":
        title = failure(flow.failure, language)
        key = "kiosk.still_valid" if flow.failure == "none" else "kiosk.photograph"
        text = words.text(key, language, number=ticket.number)
    else:
        title, text = words.text("kiosk.printed" if flow.slip == "printed" else "kiosk.printing", language), ""
    return {
        "number": ticket.number,
        "ticketService": pick(service.names, language) if service else "",
        "ticketPriority": ticket.priority,
        "ticketAhead": ahead(ticket.ahead, language),
        "ticketWait": minutes,
        "slipTitle": title,
        "slipText": text,
        "none": flow.failure == "none",
        # Whoever stands behind need not read it all.
        "ticketPhone": texts.text("kiosk.phone_to", language, phone=f"…{flow.phone[-3:]}") if flow.phone else "",
        "follow": bool(catalogue and follow_url(catalogue.office)),
        "followText": words.text("ticket.follow", language),
    }


def _turn(flow: Flow, moment: Surroundings) -> dict[str, Any]:
    """Return how far a shown ticket is from its turn, as far as the hub has told."""
    language, waiting = flow.language, moment.waiting
    found = (
        next((t for turns in waiting.turns.values() for t in turns if t.number == flow.turn), None) if waiting else None
    )
    said = {"turnNumber": flow.turn, "turnWaits": found is not None, "turnCalled": False}
    said |= {"turnWait": "", "turnAsOf": ""}
    called = _called(flow.turn, moment.board) if found is None and flow.connected else None
    if called is not None:
        key, counter = called
        title = texts.text(f"kiosk.{key}", language, counter=pick(counter, language))
        text = texts.text(f"kiosk.{key}_hint", language)
        return {**said, "turnTitle": title, "turnText": text, "turnCalled": key == "turn_now"}
    if found is None or waiting is None:
        key = "turn_unreadable" if not flow.turn else "turn_elsewhere" if waiting else "turn_unknown"
        hint = texts.text(f"kiosk.{key}_hint", language)
        return {**said, "turnTitle": texts.text(f"kiosk.{key}", language), "turnText": hint}
    old = moment.office_ms is not None and moment.office_ms - waiting.at > STALE_MS
    at = time_of_day(waiting.at, moment.zone, language)
    return {
        **said,
        "turnTitle": _position(found, language),
        "turnText": moment.words.text("kiosk.turn_hint", language),
        "turnWait": wait(found.low, found.high, language),
        "turnAsOf": texts.text("kiosk.turn_as_of", language, time=at) if old and at else "",
    }


def _called(number: str, board: Board | None) -> tuple[str, dict[str, str]] | None:
    """Return what to say of a number that was called, and the counter's names; None if the board has not got it."""
    if board is None or not number:
        return None
    at = next((c for c in board.counters if c.number == number and c.state in {"called", "serving"}), None)
    if at is not None:
        return "turn_now", at.names
    call = max((c for c in board.calls if c.number == number), key=lambda c: c.seq, default=None)
    return ("turn_was", call.counter_names) if call is not None else None


def _position(turn: Turn, language: str) -> str:
    if turn.position <= 1:
        return texts.text("kiosk.turn_next", language)
    return ahead(turn.position - 1, language)


def _message(flow: Flow, moment: Surroundings) -> dict[str, Any]:
    say = {"messageIcon": "desk", "messageTitle": "", "messageTime": "", "messageText": ""}

    def text(key: str) -> str:
        return moment.words.text(f"kiosk.{key}", flow.language)

    if flow.screen == "starting":
        return {**say, "messageIcon": "clock", "messageTitle": text("starting"), "messageText": text("starting_hint")}
    if flow.screen == "trouble":
        return {**say, "messageTitle": text("trouble"), "messageText": text(f"trouble_{flow.trouble}")}
    if flow.screen == "thanks":
        return {
            **say,
            "messageIcon": "check",
            "messageTitle": text("rate_thanks"),
            "messageText": text("rate_thanks_hint"),
        }
    if flow.screen == "refused":
        key = f"refused_{flow.refusal}"
        known = f"kiosk.{key}" in texts.keys(texts.DEFAULT)
        title = text("rate_refused" if flow.rated else "refused")
        return {**say, "messageTitle": title, "messageText": text(key if known else "refused_other")}
    if flow.screen == "closed":
        no_time = flow.phase == "closed" and moment.office_ms is None
        return {
            "messageIcon": _ICONS.get(flow.phase, "clock"),
            "messageTitle": text(f"closed_{flow.phase}"),
            "messageTime": "" if no_time else opening(moment, flow.language),
            "messageText": text("closed_time_hint" if no_time else "closed_hint"),
        }
    return say


def opening(moment: Surroundings, language: str) -> str:
    """Return when the office opens, with the weekday if it is another day; empty if not known."""
    catalogue, zone = moment.catalogue, moment.zone
    opens = catalogue.office.opens_at if catalogue else None
    if catalogue is None or opens is None or moment.office_ms is None:
        return ""
    time = time_of_day(opens, zone, language)
    day, today = date(opens, zone, language), date(moment.office_ms, zone, language)
    if day != today:
        weekday = day.partition(",")[0]
        return texts.text("common.opens_on", language, weekday=weekday, time=time)
    again = catalogue.office.phase == "break"
    return texts.text("common.opens_again_at" if again else "common.opens_at", language, time=time)
