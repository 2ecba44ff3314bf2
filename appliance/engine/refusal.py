"""What a decision is: events, or a refusal with its reason."""

from __future__ import annotations

import msgspec

from appliance.engine.events import Event


class Refusal(msgspec.Struct, frozen=True):
    """Why nothing was done. ``code`` is a key of the message catalogues; ``advice`` tells staff what to do.

    ``wait``: milliseconds until the same may be asked with success, 0 if time alone does not help.
    """

    code: str
    advice: str
    wait: int = 0


Decision = list[Event] | Refusal
