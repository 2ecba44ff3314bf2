"""What a decision is: events, or a refusal with its reason."""

from __future__ import annotations

import msgspec

from appliance.engine.events import Event


class Refusal(msgspec.Struct, frozen=True):
    """Why nothing was done. ``code`` is a key of the message catalogues; ``advice`` tells staff what to do."""

    code: str
    advice: str


Decision = list[Event] | Refusal
