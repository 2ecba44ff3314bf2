"""What the lamp says (pure): each state and each answer as a pattern of colours and times."""

from __future__ import annotations

from typing import Final, Literal

import msgspec

Colour = tuple[float, float, float]
State = Literal["closed", "paused", "idle", "waiting", "called", "serving", "away"]
Flash = Literal["accepted", "refused", "early"]

OFF: Final[Colour] = (0.0, 0.0, 0.0)
WHITE: Final[Colour] = (0.06, 0.06, 0.06)
GREEN: Final[Colour] = (0.0, 1.0, 0.0)
BLUE: Final[Colour] = (0.0, 0.0, 1.0)
RED: Final[Colour] = (1.0, 0.0, 0.0)
AMBER: Final[Colour] = (1.0, 0.5, 0.0)


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


def _flashes(colour: Colour, times: int) -> Pattern:
    return Pattern(((colour, 120), (OFF, 130)) * times)


STATES: Final[dict[State, Pattern]] = {
    "closed": Pattern(((OFF, 1000),)),
    "paused": Pattern(((AMBER, 200), (OFF, 1800))),
    "idle": Pattern(((WHITE, 1000),)),
    "waiting": _breathing(GREEN),
    "called": Pattern(((BLUE, 700), (OFF, 700))),
    "serving": Pattern(((GREEN, 1000),)),
    "away": Pattern(((RED, 120), (OFF, 120), (RED, 120), (OFF, 1140))),
}
FLASHES: Final[dict[Flash, Pattern]] = {
    "accepted": _flashes(GREEN, 1),
    "refused": _flashes(AMBER, 2),
    "early": _flashes(AMBER, 3),
}


class Light:
    """The lamp over time: a lasting state, and now and then a flash on top of it."""

    def __init__(self) -> None:
        self._state: State = "away"
        self._state_ms = 0
        self._flash: Flash | None = None
        self._flash_ms = 0

    def show(self, state: State, now: int) -> None:
        """Set the lasting state."""
        if state != self._state:
            self._state, self._state_ms = state, now

    def flash(self, flash: Flash, now: int) -> None:
        """Answer a press."""
        self._flash, self._flash_ms = flash, now

    def colour(self, now: int) -> Colour:
        """Return what to shine at ``now`` (milliseconds, monotonic)."""
        if self._flash is not None:
            pattern = FLASHES[self._flash]
            if now - self._flash_ms < pattern.length_ms:
                return pattern.at(now - self._flash_ms)
            self._flash = None
        return STATES[self._state].at(now - self._state_ms)
