"""What QML reads changes as little as possible; times and waits are said the way people say them."""

from __future__ import annotations

import sys

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication

from appliance.texts import moments
from appliance.ui import bridge
from appliance.ui.values import Rows, Values

NINE_41 = 1_775_443_260_000


@pytest.fixture(autouse=True)
def _application(qapp: QGuiApplication) -> None:
    """Values live in an application."""


def test_only_values_that_differ_are_told() -> None:
    values = Values({"a": 1, "b": "x"})
    told: list[str] = []
    values.map.insert = lambda name, _value: told.append(name)  # type: ignore[method-assign,assignment]  # a spy
    values.set({"a": 1, "b": "y"})
    assert told == ["b"]


def test_a_row_that_stays_keeps_its_place_and_only_changed_rows_are_told() -> None:
    rows = Rows(("id", "name"))
    rows.set([{"id": "a", "name": "one"}, {"id": "b", "name": "two"}])
    changed: list[int] = []
    resets: list[bool] = []
    rows.dataChanged.connect(lambda first, _last, _roles: changed.append(first.row()))
    rows.modelReset.connect(lambda: resets.append(True))
    rows.set([{"id": "a", "name": "one"}, {"id": "b", "name": "three"}])
    assert (changed, resets) == ([1], [])
    rows.set([{"id": "b", "name": "three"}])
    assert resets == [True]
    assert rows.data(rows.index(0), 0x100 + 1) == "three"


@pytest.mark.parametrize(
    ("language", "clock", "day"),
    [("id", "09.41", "Senin, 6 April 2026"), ("en", "09:41", "Monday, 6 April 2026")],
)
def test_time_and_date_are_the_offices(language: str, clock: str, day: str) -> None:
    assert bridge.time_of_day(NINE_41, "Asia/Jakarta", language) == clock
    assert bridge.date(NINE_41, "Asia/Jakarta", language) == day
    assert bridge.time_of_day(NINE_41, "Asia/Jayapura", "id") == "11.41"


def test_an_unknown_time_is_not_invented() -> None:
    assert bridge.time_of_day(None, "Asia/Jakarta", "id") == ""
    assert bridge.date(None, "Asia/Jakarta", "id") == ""


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (20, 30, "± 20–30 menit"),
        (10, 10, "± 10 menit"),
        (0, 5, "kurang dari 5 menit"),
        (0, 0, "langsung dilayani"),
        (None, None, ""),
    ],
)
def test_a_wait_is_a_range_and_never_a_promise(low: int | None, high: int | None, said: str) -> None:
    assert moments.wait(low, high, "id") == said


def test_an_interpreter_outlives_more_signals_than_it_has_references() -> None:
    class Speaker(QObject):
        said = Signal(int)

    speaker = Speaker()
    for at in range(3 * min(sys.getrefcount(True), 100_000)):
        speaker.said.emit(at)
    assert sys.getrefcount(None) > 0
