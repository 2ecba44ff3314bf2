"""Which pages somebody may go to, in the order in which they are offered."""

from __future__ import annotations

from typing import Final

import msgspec

from appliance.people import Permission
from appliance.web.browser import Browser


class Place(msgspec.Struct, frozen=True):
    """One page of the navigation: its path, the key of its name below ``web.place``, its icon, and who may."""

    path: str
    name: str
    icon: str
    need: Permission


PLACES: Final = (
    Place("/counter", "counter", "desk", Permission.COUNTER_SERVE),
    Place("/desk", "desk", "ticket", Permission.DESK_ISSUE),
    Place("/wall", "wall", "people", Permission.WALL_READ),
    Place("/reports/satisfaction", "satisfaction", "face4", Permission.REPORTS_READ),
    Place("/admin", "admin", "list", Permission.OFFICE_READ),
    Place("/nodes", "nodes", "printer", Permission.NODES_READ),
    Place("/log", "log", "folder", Permission.LOG_READ),
)
_FIRST: Final = {
    "administrator": "/admin",
    "head": "/wall",
    "officer": "/counter",
    "desk": "/desk",
    "technician": "/nodes",
}


def places_of(browser: Browser) -> list[Place]:
    """Return the pages that this person may open."""
    return [place for place in PLACES if browser.may(place.need)]


def home_of(browser: Browser) -> str:
    """Return the page where this person's work begins."""
    if browser.session is None:
        return "/sign-in"
    return _FIRST.get(browser.session.person.role, "/wall")
