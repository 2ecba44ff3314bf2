"""What other systems are told of an event (pure): what happened to which number, and nothing of a person.

A field is told only if it stands in ``TOLD``: one that is new is kept back until somebody has thought about it.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec

from appliance.engine.upcast import upcast
from appliance.store.hash_chain import Row

TOLD: Final = frozenset(
    {
        *("number", "service", "priority", "steps", "due_at", "kiosk", "arrived_at", "counter", "waited_ms"),
        *("finished", "reverses", "times", "next_service", "started", "reason", "date", "training", "text", "highest"),
        *("to", "called_at", "served_at", "until", "kind", "channel", "source"),
    }
)
KEPT_BACK: Final = frozenset(
    {
        # who did it, for whom, and what was done for them: persons
        *("officer", "freed", "by", "may", "booking", "code", "bookings", "outcomes"),
        # opens a ticket's page on a telephone
        *("minted_from", "instead_of"),
        # the engine's own, or told better by ``GET /office`` and ``GET /tickets/…``
        *(
            "told",
            "place",
            "mixed",
            "definition",
            "seed",
            "spans",
            "ends_at",
            "last_tickets",
            "next_opens_at",
            "rosters",
        ),
        *(
            "learnt",
            "notices",
            "emergency",
            "before_vouch",
            "before",
            "back",
            "unopens",
            "alarms",
            "rateable",
            "yesterday",
        ),
    }
)


class Happened(msgspec.Struct, frozen=True):
    """Something that happened in the office.

    ``seq`` names it and grows; ``at`` is milliseconds since 1970, ``day`` the business day; ``data`` are its fields.
    """

    seq: int
    type: str
    at: int
    day: str
    data: dict[str, Any]

    @property
    def subject(self) -> str:
        """What it is about: whatever is about the same is told in order."""
        number = self.data.get("number")
        return f"{self.day} {number}" if number else ""


def happened(row: Row) -> Happened:
    """Return what is told of a record; of one that cannot be read, that there is one."""
    try:
        body = upcast(row[3], row[4], msgspec.json.decode(row[8], type=dict[str, Any]))
    except (msgspec.MsgspecError, ValueError, LookupError, TypeError, AttributeError):
        body = {}
    data = {name: value for name, value in body.items() if name in TOLD}
    return Happened(row[0], row[3], row[1], row[2], data)
