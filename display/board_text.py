"""What the board says: from the view of ``board_state`` to the values and rows that QML shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from appliance import texts
from appliance.texts import pick
from appliance.texts.moments import wait
from appliance.texts.office_words import CATALOGUES, OfficeWords
from appliance.ui.bridge import date, time_of_day
from appliance.wire.messages import Broadcasting, Call, CounterState, Emergency, Notices, Office, ServiceState
from display.board_state import View
from display.look import TURNS, Direction

COUNTER_ROW: Final = ("id", "name", "number", "state", "hot")
LAST_ROW: Final = ("id", "number", "counter")
SERVICE_ROW: Final = ("id", "prefix", "name", "waiting", "line", "open")
LAST_SHOWN: Final = 3
"""The most that any layout has room for."""
_ICONS: Final = {"before": "clock", "break": "cup", "after": "moon", "closed": "clock", "holiday": "calendar"}
_HINTS: Final = frozenset({"before", "break", "after", "holiday"})


def hero(
    view: View, language: str, office_ms: int | None, zone: str, arrows: Mapping[str, Direction] | None = None
) -> dict[str, Any]:
    """Return what the large area shows.

    Args:
        view: what there is to show.
        language: of the screen.
        office_ms: time of day, if known.
        zone: IANA name of the office's time zone.
        arrows: where counters are, by their ids.
    """
    call, office = view.hero.call, view.office
    words = OfficeWords(office.texts) if office else CATALOGUES
    shown: dict[str, Any] = {
        "mode": view.hero.mode,
        "flash": view.hero.flash,
        "number": call.number if call else "",
        "counter": pick(call.counter_names, language) if call else "",
        "counterId": call.counter if call else "",
        "service": pick(call.service_names, language) if call else "",
        "recall": call.recall if call else False,
        "turn": TURNS[(arrows or {}).get(call.counter, "right")] if call else 0,
        "icon": "",
        "title": "",
        "time": "",
        "hint": "",
    }
    if view.hero.mode == "closed" and office is not None:
        why = "holiday" if office.holiday and office.phase == "after" else office.phase
        shown |= {
            "icon": _ICONS.get(why, "clock"),
            "title": texts.text(f"board.closed_{why}", language),
            "time": opening(office, office_ms, zone, language),
            "hint": words.text(f"board.closed_hint_{why}", language) if why in _HINTS else "",
        }
    if view.hero.mode in {"welcome", "starting"}:
        shown["title"] = words.text(f"board.{view.hero.mode}", language)
        shown["hint"] = words.text("board.welcome_hint", language) if view.hero.mode == "welcome" else ""
    return shown


def opening(office: Office, office_ms: int | None, zone: str, language: str) -> str:
    """Return when the office opens, with the weekday if it is another day; empty if not known."""
    if office.opens_at is None or office_ms is None:
        return ""
    time = time_of_day(office.opens_at, zone, language)
    day = date(office.opens_at, zone, language)
    if day != date(office_ms, zone, language):
        return texts.text("common.opens_on", language, weekday=day.partition(",")[0], time=time)
    key = "common.opens_again_at" if office.phase == "break" else "common.opens_at"
    return texts.text(key, language, time=time)


def counters(states: Sequence[CounterState], language: str) -> list[dict[str, Any]]:
    """Return the rows of the counter table."""
    return [
        {
            "id": c.id,
            "name": pick(c.names, language),
            "number": c.number or "",
            "state": ""
            if c.number
            else texts.text(f"board.counter_{c.state if c.state in ('closed', 'paused') else 'free'}", language),
            "hot": c.state == "called" and bool(c.number),
        }
        for c in states
    ]


def last_calls(calls: Sequence[Call], language: str) -> list[dict[str, Any]]:
    """Return the calls before the one that is shown, the latest first.

    A row is a place, not a call: with each call all of them change their words, and none has to be made anew.
    """
    return [
        {"id": str(place), "number": call.number, "counter": pick(call.counter_names, language)}
        for place, call in enumerate(calls[:LAST_SHOWN])
    ]


def services(states: Sequence[ServiceState], language: str) -> list[dict[str, Any]]:
    """Return the cells of the quiet strip."""
    return [
        {
            "id": s.id,
            "prefix": s.prefix,
            "name": pick(s.names, language),
            "waiting": s.waiting,
            "line": _service_line(s, language),
            "open": s.open,
        }
        for s in states
    ]


def _service_line(service: ServiceState, language: str) -> str:
    if service.reason == "full":
        return texts.text("board.service_full", language)
    if not service.open and service.waiting == 0:
        return texts.text("board.service_closed", language)
    if service.waiting == 0:
        return texts.text("board.waiting_none", language)
    minutes = wait(service.low, service.high, language)
    return minutes or texts.text("board.waiting", language)


def stale(stale_office: int | None, zone: str, language: str) -> str:
    """Return how old everything is; empty if it is fresh. ``stale_office`` as in ``View``."""
    if stale_office is None:
        return ""
    if stale_office == 0:
        return texts.text("board.stale_unknown", language)
    return texts.text("board.stale", language, time=time_of_day(stale_office, zone, language))


def emergency(raised: Emergency | None) -> list[str]:
    """Return an emergency's text in each of its languages; empty while there is none."""
    return list(raised.text.values()) if raised else []


def broadcast(everybody: Broadcasting | None) -> list[str]:
    """Return what everybody is told in each of its languages; empty while there is nothing."""
    return list(everybody.text.values()) if everybody else []


def notices(running_text: Sequence[dict[str, str]], office: Office | None, posted: Notices) -> list[str]:
    """Return the sentences of the bottom line, each in all its languages: the hub's first, then this display's own."""
    found = [*([office.notice] if office else []), *posted.running, *running_text]
    return [sentence for names in found for sentence in names.values() if sentence]
