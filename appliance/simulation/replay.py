"""Plays a recorded morning through the engine alone, in virtual time: what an ideal office would have done (pure)."""

from __future__ import annotations

import msgspec

from appliance.commands import ServiceId
from appliance.simulation.morning import Applicant
from appliance.simulation.office import SERVICE, PlayedOffice, Visitor
from appliance.units import MINUTE, SECOND


class Recorded(msgspec.Struct, frozen=True):
    """What became of one applicant; ``wait_minutes`` is arrival to call."""

    applicant: str
    number: str
    counter: str
    wait_minutes: float


def replay(applicants: list[Applicant], counters: int, opens_s: int) -> list[Recorded]:
    """Serve everybody, first come, first served.

    Args:
        applicants: in the order of arrival.
        counters: how many there are, all alike.
        opens_s: when they begin to call, in seconds since midnight.

    Returns:
        One visit an applicant, in the order of the calls.
    """
    office = PlayedOffice(counters, sorted({_service(applicant) for applicant in applicants}))
    visitors = [
        Visitor(a.arrived_s * SECOND, round(a.service_minutes * MINUTE), service=_service(a)) for a in applicants
    ]
    return [
        Recorded(applicants[visit.place].name, visit.number, visit.counter, visit.waited_ms / MINUTE)
        for visit in office.play("2000-01-01", 0, visitors, calls_from=opens_s * SECOND)
    ]


def _service(applicant: Applicant) -> ServiceId:
    return ServiceId(applicant.service) if applicant.service else SERVICE
