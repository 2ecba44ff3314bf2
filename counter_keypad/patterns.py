"""What the lamp says (pure): each state and each answer as a pattern of colours and times.

Colours help, rhythms decide: on a lamp of one colour everything can still be told apart. The officer's page
(``desk_page``) is drawn from these tables.
"""

from __future__ import annotations

from typing import Final, Literal

import msgspec

Colour = tuple[float, float, float]
State = Literal["closed", "paused", "idle", "waiting", "called", "serving", "away"]
Flash = Literal[
    "accepted", "nobody", "early", "not_open", "late", "number", "trouble", "silent", "unsent", "mistake", "thanks"
]
Hint = Literal["felt", "let_go", "sent"]

OFF: Final[Colour] = (0.0, 0.0, 0.0)
DIM: Final[Colour] = (0.06, 0.06, 0.06)
WHITE: Final[Colour] = (0.7, 0.7, 0.7)
GREEN: Final[Colour] = (0.0, 1.0, 0.0)
BLUE: Final[Colour] = (0.0, 0.0, 1.0)
RED: Final[Colour] = (1.0, 0.0, 0.0)
AMBER: Final[Colour] = (1.0, 0.5, 0.0)

SHORT_MS: Final = 120
LONG_MS: Final = 520
GAP_MS: Final = 140
LEAD_MS: Final = 60
"""A lamp that is lit goes dark for so long before it flashes, or nobody would see the flash."""
BRIGHT: Final = 0.3
MERGED_MS: Final = 150
"""What has been shown for less than this flows into the flash behind it."""


class Pattern(msgspec.Struct, frozen=True):
    """Colours and how long each is shown, in milliseconds."""

    steps: tuple[tuple[Colour, int], ...]

    @property
    def length_ms(self) -> int:
        """Return how long one round takes."""
        return sum(ms for _, ms in self.steps)

    def at(self, elapsed_ms: int) -> Colour:
        """Return the colour after ``elapsed_ms`` of a pattern that repeats."""
        left = elapsed_ms % self.length_ms
        for colour, ms in self.steps:
            if left < ms:
                return colour
            left -= ms
        return self.steps[-1][0]


def _dim(colour: Colour, factor: float) -> Colour:
    return (colour[0] * factor, colour[1] * factor, colour[2] * factor)


def _breathing(colour: Colour) -> Pattern:
    up = [(_dim(colour, level / 10), 150) for level in range(1, 11)]
    return Pattern((*up, *reversed(up)))


def _morse(colour: Colour, signs: str) -> Pattern:
    """Return flashes, ``.`` short and ``-`` long, with a pause at the end."""
    steps = [step for sign in signs for step in ((colour, SHORT_MS if sign == "." else LONG_MS), (OFF, GAP_MS))]
    return Pattern(tuple(steps))


STATES: Final[dict[State, Pattern]] = {
    "idle": Pattern(((DIM, 1000),)),
    "waiting": _breathing(GREEN),
    "called": Pattern(((BLUE, 700), (OFF, 700))),
    "serving": Pattern(((GREEN, 1000),)),
    "paused": Pattern(((AMBER, 200), (OFF, 1800))),
    "closed": Pattern(((OFF, 1000),)),
    "away": Pattern(((RED, 120), (OFF, 120), (RED, 120), (OFF, 1140))),
}
FLASHES: Final[dict[Flash, Pattern]] = {
    "accepted": _morse(GREEN, "."),
    "thanks": _morse(GREEN, ".-."),
    "nobody": _morse(AMBER, ".."),
    "early": _morse(AMBER, "..."),
    "not_open": _morse(AMBER, "-"),
    "late": _morse(AMBER, "-."),
    "number": _morse(AMBER, "-.."),
    "trouble": _morse(AMBER, "--"),
    "mistake": _morse(AMBER, ".-"),
    "silent": _morse(RED, "---"),
    "unsent": _morse(RED, "....."),
}
HINTS: Final[dict[Hint, Pattern]] = {
    "felt": Pattern(((WHITE, 1000),)),
    "let_go": Pattern(((WHITE, 150), (OFF, 100))),
    "sent": Pattern(((WHITE, 400), (OFF, 100))),
}
AGAIN: Final = Pattern(((AMBER, 60), (OFF, 940)))
"""One tick for each second that is left until it may be tried again."""

REASONS: Final[dict[str, Flash]] = {
    "nobody_waiting": "nobody",
    "nobody_called": "nobody",
    "too_early": "early",
    "too_soon": "early",
    "counter_closed": "not_open",
    "counter_paused": "not_open",
    "counter_open": "not_open",
    "counter_taken": "not_open",
    "too_late": "late",
    "moved_on": "late",
    "already_serving": "late",
    "recall_limit": "late",
    "unknown_ticket": "number",
    "not_waiting": "number",
    "not_served_here": "number",
    "nobody_served": "nobody",
    "already_rated": "late",
}
"""The hub's reasons for a refusal, by pattern. All others are ``trouble``: a matter for the console or a technician."""


def flash_for(code: str) -> Flash:
    """Return the flash that says why a press was refused."""
    return REASONS.get(code, "trouble")


class Light:
    """The lamp over time: a lasting state, a hint while a press is on its way, and a flash in answer."""

    def __init__(self) -> None:
        self._state: State = "away"
        self._state_ms = 0
        self._hint: Hint | None = None
        self._hint_ms = 0
        self._flash: Flash | None = None
        self._flash_ms = 0
        self._again: tuple[int, int] | None = None
        self._lead = False

    def show(self, state: State, now: int) -> None:
        """Set the lasting state."""
        if state != self._state:
            self._state, self._state_ms = state, now

    def hint(self, hint: Hint | None, now: int) -> None:
        """Say that a finger was felt or that a press is on its way, or (None) neither."""
        if hint is not None and self._hint is None:
            self._lead = self._is_bright(now)
            self._flash = None
            self._hint_ms = now
        self._hint = hint

    def flash(self, flash: Flash, now: int, *, again_in: int = 0) -> None:
        """Answer a press, and count ``again_in`` milliseconds down to when it may be tried again."""
        merges = self._hint is not None and now - self._hint_ms < MERGED_MS
        self._lead = self._lead if merges else self._is_bright(now)
        self._hint = None
        self._flash, self._flash_ms = flash, now
        self._again = (now, now + again_in) if again_in else None

    def colour(self, now: int) -> Colour:
        """Return what to shine at ``now`` (milliseconds, monotonic)."""
        self._settle(now)
        if self._hint is not None:
            return self._with_lead(HINTS[self._hint], now - self._hint_ms)
        if self._flash is not None:
            return self._with_lead(FLASHES[self._flash], now - self._flash_ms)
        return self._lasting(now)

    def busy(self, now: int) -> bool:
        """Tell whether an answer or a hint is being shown, which should be on time to a few milliseconds."""
        self._settle(now)
        return self._hint is not None or self._flash is not None

    def sounding(self, now: int, *, accepted: bool) -> bool:
        """Tell whether a buzzer should sound: in the rhythm of refusals, and of what was accepted if so wished."""
        self._settle(now)
        welcome = self._flash in ("accepted", "thanks")
        if self._flash is None or self._hint is not None or (welcome and not accepted):
            return False
        return self.colour(now) != OFF

    def _settle(self, now: int) -> None:
        lead = LEAD_MS if self._lead else 0
        if self._flash is not None and now - self._flash_ms >= lead + FLASHES[self._flash].length_ms:
            self._flash = None
        if self._again is not None and now >= self._again[1]:
            self._again = None

    def _lasting(self, now: int) -> Colour:
        if self._again is not None and self._state != "away":
            # Counted backwards, so that the ticks end when the wait does.
            return AGAIN.at(-(self._again[1] - now) % AGAIN.length_ms)
        return STATES[self._state].at(now - self._state_ms)

    def _with_lead(self, pattern: Pattern, elapsed_ms: int) -> Colour:
        lead = LEAD_MS if self._lead else 0
        return OFF if elapsed_ms < lead else pattern.at(elapsed_ms - lead)

    def _is_bright(self, now: int) -> bool:
        return max(self.colour(now)) > BRIGHT
