"""Numbers of contingency sheets as they are typed, scanned and suggested: without a hub."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from appliance.store.entered import Entered
from appliance.web.contingency import _next, _whole, meant, service_of
from appliance.web.reports.parallel import _following, clock_of
from appliance.web.reports.weighing import _amount


def office(*prefixes: str) -> Any:
    services = {
        prefix.lower(): {"id": prefix.lower(), "prefix": prefix, "digits": 3, "names": {"id": prefix}}
        for prefix in prefixes
    }
    return SimpleNamespace(services=services)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        *[(text, "K-A012") for text in ("K-A012", "k-a12", "KA12", "a012", "12", " 1 2 ")],
        ("K-A1234", "K-A1234"),
        *[(text, None) for text in ("", "K-", "K-A", "Z1", "K-Z1", "1A", "A1234567", "٣", "K--A1")],
    ],
)
def test_a_number_is_understood_as_it_is_typed_or_scanned(text: str, number: str | None) -> None:
    assert meant(text, "K-A011", office("A", "B")) == number


def test_what_could_be_two_series_is_taken_for_neither() -> None:
    both = office("A", "KA")
    assert meant("KA012", "", both) is None
    assert meant("K-KA012", "", both) == "K-KA012"
    assert meant("K-A012", "", both) == "K-A012"
    assert meant("KA012", "", office("KA")) == "K-KA012"
    assert meant("5", "nonsense", both) is None


def test_the_next_number_goes_on_where_one_was() -> None:
    view = office("A", "B")
    row = Entered("K-B007", "b", priority=False, arrived_at=0, called_at=None, served_at=None)
    assert _next(view, [], "") == "K-A001"
    assert _next(view, [row], "") == "K-B008"
    assert _next(view, [row], "K-A999") == "K-A1000"
    for strange in ("K-Z001", "x", "K-A", "A001", "K-A001\n"):
        assert _next(view, [], strange) == "K-A001"
    assert _next(office(), [], "") == ""
    assert service_of(view, "K-B001") == "b"


def test_counts_are_whole_and_within_bounds() -> None:
    assert [_whole(text, 1, 200) for text in ("20", "0", "201", "-1", "2.5", "", "٢", "99999999")] == [20, *[None] * 7]


def test_a_registers_next_number_follows_its_own_way_of_counting() -> None:
    assert [_following(number) for number in ("9", "A09", "A 99", "", "X")] == ["10", "A10", "A 100", "", ""]
    assert (clock_of(None), clock_of(29_700)) == ("–", "08.15")


def test_figures_are_written_as_each_language_does() -> None:
    assert [_amount(-5.25, 1, "id"), _amount(-5.25, 1, "en"), _amount(-0.04, 1, "id")] == ["−5,2", "−5.2", "0,0"]
