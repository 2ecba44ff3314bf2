"""What is kept of a parallel running."""

from __future__ import annotations

from typing import Final, Literal

import msgspec

STEPS: Final = ("old_way", "preparation", "trial", "training", "monitoring", "switch")
"""LAMPU's method: the old way runs, and so on to the switch."""
STEP_FIELDS: Final = ("begins", "ends", "who", "notes", "done")
ASPECTS: Final = ("speed", "sequence", "ease", "satisfaction")
Phase = Literal["before", "after"]
PHASES: Final[tuple[Phase, ...]] = ("before", "after")
BEST: Final = 4
"""Answers go from 1 (bad) to this."""


class Note(msgspec.Struct, frozen=True):
    """What stands in one field of a step, who wrote it, and when (office time, ms since 1970)."""

    value: str
    by: str
    at: int


class Line(msgspec.Struct, frozen=True):
    """A line of the old way's register. Times: seconds since midnight, None for what nobody wrote down."""

    day: str
    number: str
    arrived: int | None = None
    called: int | None = None
    started: int | None = None
    served: int | None = None
    left: bool = False
    seq: int = 0


class Answer(msgspec.Struct, frozen=True):
    """One citizen's answers, from 1 to 4."""

    phase: Phase
    speed: int
    sequence: int
    ease: int
    satisfaction: int


class Decision(msgspec.Struct, frozen=True):
    """What was decided: to ``go`` on with the new way, or to ``stay``. ``figures``: what was known then, as JSON."""

    seq: int
    decided: Literal["go", "stay"]
    why: str
    by: str
    at: int
    figures: str
