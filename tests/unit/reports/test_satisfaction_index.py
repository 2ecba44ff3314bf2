"""The index of Permenpan-RB 14/2017, its classes and sample sizes, against tables that were computed by hand."""

from __future__ import annotations

from fractions import Fraction

import pytest

from appliance.commands import ELEMENTS
from appliance.reports.satisfaction.index import grade, mean_of, respondents_needed, result, rounded
from appliance.reports.satisfaction.survey_report import span_of
from appliance.store.satisfaction.tally import Tally, together


def everywhere(*counts: int) -> Tally:
    return Tally(sum(counts), dict.fromkeys(ELEMENTS, counts))  # type: ignore[arg-type]


def test_the_best_marks_make_exactly_a_hundred_and_the_worst_twenty_five() -> None:
    assert result(everywhere(0, 0, 0, 7)).index == 100
    assert result(everywhere(5, 0, 0, 0)).index == 25
    assert (result(everywhere(0, 0, 0, 7)).grade, result(everywhere(5, 0, 0, 0)).grade) == ("A", "D")


def test_an_index_by_hand() -> None:
    """Ten people; the means were added up on paper.

    3.0 + 3.1 + 2.8 + 4.0 + 3.2 + 3.3 + 3.5 + 2.6 + 2.9 = 28.4; 28.4 / 9 × 25 = 78.888…
    """
    counts = (
        (0, 1, 8, 1), (0, 0, 9, 1), (1, 1, 7, 1), (0, 0, 0, 10), (0, 0, 8, 2), (0, 1, 5, 4), (0, 0, 5, 5), (1, 3, 5, 1),
        (0, 2, 7, 1),
    )  # fmt: skip
    found = result(Tally(10, dict(zip(ELEMENTS, counts, strict=True))))
    means = [float(one.mean or 0) for one in found.elements]
    assert means == [3.0, 3.1, 2.8, 4.0, 3.2, 3.3, 3.5, 2.6, 2.9]
    assert found.index == Fraction(284, 10) / 9 * 25
    assert rounded(found.index) == Fraction(7889, 100)
    assert found.grade == "B"
    assert [one.element for one in found.improve_first[:3]] == ["complaints", "time", "facilities"]
    assert found.elements[3].grade == "A"
    assert found.elements[7].grade == "C"


def test_who_skips_a_question_is_not_counted_as_a_mark() -> None:
    tally = Tally(4, {**dict.fromkeys(ELEMENTS, (0, 0, 2, 2)), "fee": (0, 0, 0, 1)}, overall=(1, 0, 0, 3))
    found = result(tally)
    assert found.elements[3].mean == 4
    assert found.overall == Fraction(13, 4)
    assert found.respondents == 4


def test_without_an_answer_to_each_element_there_is_no_index_and_it_is_said_which_is_missing() -> None:
    found = result(Tally(3, {element: (0, 0, 0, 3) for element in ELEMENTS if element != "complaints"}))
    assert (found.index, found.grade, found.missing) == (None, None, ("complaints",))
    assert result(Tally()).missing == ELEMENTS
    assert result(Tally()).improve_first == ()


@pytest.mark.parametrize(
    ("index", "expected"),
    [
        ("100", "A"), ("88.31", "A"), ("88.305", "A"), ("88.304", "B"), ("88.30", "B"), ("76.61", "B"), ("76.60", "C"),
        ("65.00", "C"), ("64.995", "C"), ("64.99", "D"), ("25", "D"),
    ],
)  # fmt: skip
def test_the_classes_of_the_regulation(index: str, expected: str) -> None:
    assert grade(Fraction(index)) == expected


@pytest.mark.parametrize(
    ("population", "needed"),
    [(10, 10), (15, 14), (20, 19), (50, 44), (100, 80), (220, 140), (300, 169), (500, 217), (1000, 278), (1200, 291),
     (2000, 322), (5000, 357), (10_000, 370), (100_000, 383), (0, 0), (1, 1)],
)  # fmt: skip
def test_the_table_of_krejcie_and_morgan(population: int, needed: int) -> None:
    assert respondents_needed(population) == needed


def test_groups_add_up() -> None:
    tallies = [everywhere(1, 2, 3, 4), Tally(2, {"fee": (0, 0, 1, 1)}, overall=(0, 1, 0, 1))]
    whole = together(tallies)
    assert whole.respondents == 12
    assert whole.of("fee") == (1, 2, 4, 5)
    assert whole.of("time") == (1, 2, 3, 4)
    assert whole.overall == (0, 1, 0, 1)
    assert together([]).respondents == 0
    assert mean_of((0, 0, 0, 0)) is None


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("9999-12-01", "9999-12-31"),
        ("9999-12-01", "9999-12-30"),
        ("0002-01-01", "0011-12-31"),
        ("0002-01-02", "0011-12-30"),
        ("2026-13-01", "x"),
    ],
)
def test_a_span_at_the_end_of_the_calendar_is_none(first: str, last: str) -> None:
    assert span_of(first, last) is None


@pytest.mark.parametrize(("first", "last"), [("1970-01-01", "1979-12-31"), ("2999-12-01", "2999-12-31")])
def test_every_span_has_one_before_it(first: str, last: str) -> None:
    span = span_of(first, last)
    assert span is not None
    assert span.before.last < span.first
