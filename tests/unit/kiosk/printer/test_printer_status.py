"""What DLE EOT replies mean, read without optimism."""

from __future__ import annotations

import pytest

from appliance.texts.parts import LOGGED, of_part
from kiosk.printer import status as printer_status


@pytest.mark.parametrize(
    ("replies", "problem", "state"),
    [
        ({1: 0x12, 2: 0x12, 3: 0x12, 4: 0x12}, "", "ok"),
        ({1: 0x12, 2: 0x12, 3: 0x12, 4: 0x1E}, "", "ok"),
        ({1: 0x1A, 2: 0x32, 3: 0x12, 4: 0x7E}, "paper_out", "fault"),
        ({1: 0x1A, 2: 0x12, 3: 0x12, 4: 0x72}, "paper_out", "fault"),
        ({1: 0x1A, 2: 0x16, 3: 0x12, 4: 0x12}, "cover_open", "fault"),
        ({1: 0x1A, 2: 0x36, 3: 0x12, 4: 0x7E}, "cover_open", "fault"),
        ({1: 0x1A, 2: 0x52, 3: 0x1A, 4: 0x12}, "error", "fault"),
        ({1: 0x1A, 2: 0x52, 3: 0x32, 4: 0x12}, "error", "fault"),
        ({1: 0x1A, 2: 0x52, 3: 0x52, 4: 0x12}, "error", "fault"),
        ({1: 0x1A, 2: 0x52, 3: 0x12, 4: 0x12}, "error", "fault"),
        ({1: 0x1A, 2: 0x12, 3: 0x12, 4: 0x12}, "", "unknown"),
        ({}, "", "unknown"),
        ({1: None, 2: None, 3: None, 4: None}, "", "unknown"),
        ({1: 0xFF, 2: 0xFF, 3: 0x00, 4: 0x00}, "", "unknown"),
        ({1: 0x12, 2: 0x12, 3: 0x12, 4: None}, "", "unknown"),
        ({1: None, 2: 0x12, 3: 0x12, 4: 0x12}, "", "unknown"),
        ({1: None, 2: None, 3: None, 4: 0x7E}, "paper_out", "fault"),
    ],
)
def test_reads_the_status_without_optimism(replies: dict[int, int | None], problem: str, state: str) -> None:
    status = printer_status.parse(replies)
    assert status.problem == problem
    assert printer_status.to_part(status).state == state


@pytest.mark.parametrize(
    ("error", "advice"), [(0x1A, "cutter"), (0x32, "repair"), (0x52, "by itself"), (0x12, "paper path")]
)
def test_an_error_comes_with_what_to_do(error: int, advice: str) -> None:
    part = printer_status.to_part(printer_status.parse({1: 0x1A, 2: 0x52, 3: error, 4: 0x12}))
    assert advice in of_part(part, LOGGED)


@pytest.mark.parametrize("replies", [{}, {1: 0x12, 2: 0x12, 3: 0x12, 4: 0x12}])
def test_what_else_is_wrong_is_told_of_a_silent_printer_too_but_after_its_own_faults(replies: dict[int, int]) -> None:
    part = printer_status.to_part(printer_status.parse(replies), "none.png")
    assert (part.code, part.values) == ("no_logo", {"error": "none.png"})
    empty = printer_status.parse({**replies, 4: 0x7E})
    assert "paper has run out" in of_part(printer_status.to_part(empty, "none.png"), LOGGED)


def test_the_end_of_the_roll_is_told_also_where_something_else_is_unsure() -> None:
    assert "near its end" in of_part(
        printer_status.to_part(printer_status.parse({1: 0x1A, 2: 0x12, 3: 0x12, 4: 0x1E})), LOGGED
    )
