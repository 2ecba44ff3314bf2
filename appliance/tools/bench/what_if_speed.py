"""How long a question "what if" takes: one Monday of an office, two hundred plays, one more officer."""

from __future__ import annotations

import random
import time
from typing import Final

from appliance.reports.what_if.answer import Question
from appliance.reports.what_if.changes import MoreOfficers
from appliance.reports.what_if.playing import ask
from appliance.simulation.days import Plan, draw
from appliance.simulation.morning import Applicant
from appliance.simulation.recorded_days import recorded_morning
from appliance.units import HOUR, MINUTE, SECOND

CITIZENS_PER_HOUR: Final = 60.0
SERVICE_MINUTES: Final = 4.5
COUNTERS: Final = 5
EIGHT: Final = 8
HOURS: Final = 7
PLAYS: Final = 200
SHORTEST_MINUTES: Final = 0.1


def what_if(plays: int = PLAYS) -> dict[str, float]:
    """Measure ``plays`` plays of some four hundred citizens, before and after, on whatever processors there are."""
    plan = Plan(CITIZENS_PER_HOUR, SERVICE_MINUTES, COUNTERS, 1, HOURS, "lognormal")
    visitors = draw(plan, random.Random(1), EIGHT * HOUR, (EIGHT + HOURS) * HOUR)
    applicants = [
        Applicant(str(place), visitor.arrives // SECOND, max(visitor.service_ms / MINUTE, SHORTEST_MINUTES))
        for place, visitor in enumerate(visitors)
    ]
    monday = recorded_morning(applicants, COUNTERS, EIGHT * 3600, "Monday")
    begins = time.perf_counter()
    ask([monday], Question((MoreOfficers("09:00", "12:00"),), plays))
    return {"what_if_seconds": time.perf_counter() - begins, "what_if_citizens": float(len(visitors))}
