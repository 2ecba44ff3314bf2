"""What a kiosk may do alone while the hub is away (pure): which services, until when, and how its numbers look.

It all comes from the hub, with the catalogue, as a lease. docs/offline.md says what is decided here and why.
"""

from __future__ import annotations

from typing import Final, Literal

import msgspec
from msgspec.structs import replace

from appliance.units import DEFAULT_ZONE
from appliance.wire.messages import Catalogue, Lease, Series

Phase = Literal["open", "before", "break", "after", "closed"]
Hindrance = Literal["", "no_lease", "no_letter", "not_offered", "last_ticket", "quota"]
"""Why a kiosk gives no number of a service alone, opening hours aside; empty if it does."""

FEWEST_DIGITS: Final = 2
MOST_DIGITS: Final = 9
UNKNOWN: Final = -1
"""People, where nobody can know how many."""


class Anchor(msgspec.Struct, frozen=True):
    """A moment at which the hub told the time.

    ``boot`` names this run of the machine, ``up`` is its elapsed time then (real milliseconds), ``at`` the office's
    time (milliseconds since 1970), ``rate`` how many office seconds pass in a real one.
    """

    boot: str
    up: int
    at: int
    rate: float = 1.0
    zone: str = DEFAULT_ZONE


class Circumstances(msgspec.Struct, frozen=True):
    """What is known of the time of day: it is ``at``; or, if not ``exact``, ``at`` or any time later."""

    at: int
    exact: bool


class Now(msgspec.Struct, frozen=True):
    """The present, as this machine knows it. ``up``: real milliseconds since the machine's start, named ``boot``."""

    boot: str
    up: int


def moment(anchor: Anchor | None, now: Now) -> Circumstances:
    """Return what is known of the time of day.

    A Pi has no clock that goes on without power: within one run of the machine the elapsed time tells all, after that
    nobody knows how long it was off. It is then at least as long after the anchor as the machine has been running.
    """
    if anchor is None:
        return Circumstances(0, exact=False)
    since = now.up - anchor.up if anchor.boot == now.boot else now.up
    return Circumstances(anchor.at + int(max(0, since) * anchor.rate), exact=anchor.boot == now.boot)


def phase(lease: Lease, time: Circumstances) -> Phase:
    """Return whether numbers are given out now, or else when that was or will be; ``closed`` if nobody can say.

    While the time is not known exactly, whoever stands here is given a number unless it is certainly too late.
    """
    if time.at >= lease.ends_at:
        return "closed"
    to_come = [span for span in lease.spans if span[1] > time.at]
    if not to_come:
        return "after" if time.exact else "closed"
    if not time.exact or to_come[0][0] <= time.at:
        return "open"
    return "before" if to_come[0] == lease.spans[0] else "break"


def share(left: int, letters: dict[str, str], node: str) -> int:
    """Return how many of the ``left`` numbers of a quota are this kiosk's own while the hub is away.

    All kiosks may be alone at once and cannot ask each other: their shares make up exactly what was left.
    """
    rank = sorted(letters.values()).index(letters[node])
    return left // len(letters) + (rank < left % len(letters))


def service_of(catalogue: Catalogue, offered: str) -> str | None:
    """Return the service whose number is given to whoever chooses ``offered``; None if the lease has no such series.

    For a journey that is its first service, which is the one with the same prefix.
    """
    series = catalogue.lease.series
    if offered in series:
        return offered
    prefix = next((state.prefix for state in catalogue.services if state.id == offered), None)
    return next((service for service, found in series.items() if found.prefix == prefix), None)


def hindrance(catalogue: Catalogue, node: str, offered: str, time: Circumstances, used: dict[str, int]) -> Hindrance:
    """Return why this kiosk may give no number alone to whoever chooses ``offered``; empty if it may.

    Opening hours are another matter: see ``phase``.

    Args:
        catalogue: the last that the hub has sent.
        node: this kiosk's name.
        offered: a service or a journey of the catalogue.
        time: what is known of the time of day.
        used: by service, the numbers given alone that the catalogue does not know of.
    """
    lease = catalogue.lease
    if phase(lease, time) == "closed":
        return "no_lease"
    if node not in lease.letters:
        return "no_letter"
    service = service_of(catalogue, offered)
    if service is None:
        return "not_offered"
    series = lease.series[service]
    if series.until is not None and time.at >= series.until:
        return "last_ticket"
    if series.left is not None and used.get(service, 0) >= share(series.left, lease.letters, node):
        return "quota"
    return ""


def shown_alone(catalogue: Catalogue, time: Circumstances, why: dict[str, Hindrance]) -> Catalogue:
    """Return what a kiosk shows while it is alone: no figures of the queue, for nobody knows them.

    Args:
        catalogue: the last that the hub has sent.
        time: what is known of the time of day.
        why: ``hindrance`` of each service.
    """
    state = phase(catalogue.lease, time)
    opens = next((span[0] for span in catalogue.lease.spans if span[0] > time.at), None)
    office = replace(catalogue.office, phase=state, opens_at=opens if time.exact and state != "open" else None)
    services = [
        replace(
            service,
            waiting=UNKNOWN,
            ahead=UNKNOWN,
            low=None,
            high=None,
            open=state == "open" and not why[service.id],
            reason=why[service.id] if why[service.id] in ("quota", "last_ticket") else service.reason,
        )
        for service in catalogue.services
    ]
    return replace(catalogue, office=office, services=services)


def number(series: Series, letter: str, count: int) -> str:
    """Return a number of a kiosk's own series: AX07.

    The letter takes the place of a digit, so that it is as long as the hub's numbers (A007); with more than fit, it
    grows by a digit and never wraps.
    """
    return f"{series.prefix}{letter}{count:0{max(FEWEST_DIGITS, series.digits - 1)}d}"


def parts(number: str) -> tuple[str, int]:
    """Split a number into its prefix and its count: ``AX07`` into ``AX`` and 7; the count of what is none is 0."""
    prefix = number.rstrip("0123456789")
    digits = number[len(prefix) :]
    return prefix, int(digits) if 0 < len(digits) <= MOST_DIGITS else 0
