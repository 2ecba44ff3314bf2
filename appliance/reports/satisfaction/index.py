"""The community satisfaction index of Permenpan-RB 14/2017 (pure): from counted answers to index, class and advice.

The regulation's annex gives the formula, the classes and, by Krejcie and Morgan (1970, "Determining Sample Size for
Research Activities"), how many respondents are enough.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Final, Literal

import msgspec

from appliance.commands import ELEMENTS, Element
from appliance.store.satisfaction.tally import MARKS, Counts, Tally

Class = Literal["A", "B", "C", "D"]
WEIGHT: Final = Fraction(1, 9)
"""Of each element, exactly: with 0.11, as many offices compute, nobody would get more than 99."""
SCALE: Final = 25
"""Marks of 1 to 4 become an index of 25 to 100."""
_LOWEST: Final[tuple[tuple[Class, Fraction], ...]] = (
    ("A", Fraction(8831, 100)),
    ("B", Fraction(7661, 100)),
    ("C", Fraction(6500, 100)),
    ("D", Fraction(2500, 100)),
)
"""The lowest index of each class; the regulation gives them to two decimals, so an index is rounded before."""
CHI_SQUARE: Final = Fraction(3841, 1000)
"""For one degree of freedom at 95 per cent."""
PROPORTION: Final = Fraction(1, 4)
"""P(1 − P) at its largest, P = 0.5."""
ERROR: Final = Fraction(25, 10_000)
"""The margin of error squared: 5 per cent."""


class ElementResult(msgspec.Struct, frozen=True):
    """One element: how many answered, their mean mark, the mean as an index, and its class; None if nobody did."""

    element: Element
    counts: Counts
    mean: Fraction | None
    index: Fraction | None
    grade: Class | None


class Result(msgspec.Struct, frozen=True):
    """What some respondents think.

    ``index``: None while an element was answered by nobody. ``overall``: mean of the one question about everything.
    """

    respondents: int
    elements: tuple[ElementResult, ...]
    index: Fraction | None
    grade: Class | None
    overall: Fraction | None
    overall_counts: Counts

    @property
    def missing(self) -> tuple[Element, ...]:
        """The elements that nobody has answered."""
        return tuple(one.element for one in self.elements if one.mean is None)

    @property
    def improve_first(self) -> tuple[ElementResult, ...]:
        """The elements from the lowest mean on; of equal ones, the regulation's order."""
        answered = [(one.mean, place, one) for place, one in enumerate(self.elements) if one.mean is not None]
        return tuple(one for _, _, one in sorted(answered, key=lambda found: found[:2]))


def result(tally: Tally) -> Result:
    """Return what counted answers come to."""
    elements = tuple(_element(element, tally.of(element)) for element in ELEMENTS)
    means = [one.mean for one in elements if one.mean is not None]
    index = sum((mean * WEIGHT for mean in means), Fraction()) * SCALE if len(means) == len(ELEMENTS) else None
    return Result(tally.respondents, elements, index, grade(index), mean_of(tally.overall), tally.overall)


def _element(element: Element, counts: Counts) -> ElementResult:
    mean = mean_of(counts)
    index = None if mean is None else mean * SCALE
    return ElementResult(element, counts, mean, index, grade(index))


def mean_of(counts: Counts) -> Fraction | None:
    """Return the mean mark; None if nobody answered."""
    answers = sum(counts)
    return Fraction(sum(mark * count for mark, count in zip(MARKS, counts, strict=True)), answers) if answers else None


def grade(index: Fraction | None) -> Class | None:
    """Return the class of service quality of an index: A very good, B good, C less good, D not good."""
    if index is None:
        return None
    seen = rounded(index)
    return next((name for name, lowest in _LOWEST if seen >= lowest), "D")


def rounded(value: Fraction, decimals: int = 2) -> Fraction:
    """Round as people do: a five goes up. The index as it is published has two decimals."""
    power = 10**decimals
    return Fraction((value * power * 2 + 1) // 2, power)


def respondents_needed(population: int) -> int:
    """Return how many respondents speak for ``population`` citizens (Krejcie and Morgan, 95 % ± 5 %).

    n = χ²·N·P(1 − P) / (d²·(N − 1) + χ²·P(1 − P)), rounded to whole people.
    """
    if population <= 0:
        return 0
    spread = CHI_SQUARE * PROPORTION
    return int(rounded(spread * population / (ERROR * (population - 1) + spread), 0))
