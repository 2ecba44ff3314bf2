"""What a decision is: events, or a refusal with its reason."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from appliance.engine.events import Event
from appliance.engine.soundness import Problem


class Refusal(msgspec.Struct, frozen=True):
    """Why nothing was done. ``code`` is a key of the message catalogues; ``advice`` tells staff what to do.

    ``wait``: milliseconds until the same may be asked with success, 0 if time alone does not help.
    ``problems``: what is wrong with an office's definition, one by one.
    """

    code: str
    advice: str
    wait: int = 0
    problems: tuple[Problem, ...] = ()


def wrong_definition(problems: Sequence[Problem]) -> Refusal:
    """Return the refusal of an office's definition."""
    return Refusal("wrong_definition", "; ".join(str(problem) for problem in problems), problems=tuple(problems))


Decision = list[Event] | Refusal
