"""Answers counted (pure): how many gave which mark, to each element and overall."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec

from appliance.commands import ELEMENTS, Element

MARKS: Final = (1, 2, 3, 4)
Counts = tuple[int, int, int, int]
"""How many gave each mark, from 1 to 4."""
NONE: Final[Counts] = (0, 0, 0, 0)


class Tally(msgspec.Struct, frozen=True):
    """What some respondents said. ``respondents``: how many; not each of them answers everything."""

    respondents: int = 0
    elements: dict[Element, Counts] = {}
    overall: Counts = NONE

    def of(self, element: Element) -> Counts:
        """Return how many gave each mark to an element."""
        return self.elements.get(element, NONE)


def together(tallies: Iterable[Tally]) -> Tally:
    """Return several groups of respondents as one."""
    all_of = list(tallies)
    elements = {element: _sum(tally.of(element) for tally in all_of) for element in ELEMENTS}
    return Tally(sum(t.respondents for t in all_of), elements, _sum(t.overall for t in all_of))


def _sum(counts: Iterable[Counts]) -> Counts:
    one, two, three, four = 0, 0, 0, 0
    for given in counts:
        one, two, three, four = one + given[0], two + given[1], three + given[2], four + given[3]
    return one, two, three, four
