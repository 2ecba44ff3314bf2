"""How an announcement is spoken when others wait, and the times by which that is decided (pure)."""

from __future__ import annotations

from typing import NamedTuple


class Now(NamedTuple):
    """One moment on the two clocks of a box.

    Args:
        office: milliseconds of the office's time of day, None while nobody vouches for it.
        elapsed: real milliseconds since some fixed moment; it never jumps.
        rate: office seconds in a real one.
    """

    office: int | None
    elapsed: int
    rate: float = 1.0


class Manner(NamedTuple):
    """What is left out of a call so that those behind it are heard in time.

    Args:
        one_language: the first of the box's languages alone.
        short: the number and the counter, without the words around them.
        signal: the chime sounds first. Where one announcement follows the other it has nobody to wake.
    """

    one_language: bool = False
    short: bool = False
    signal: bool = True


IN_FULL = Manner()
