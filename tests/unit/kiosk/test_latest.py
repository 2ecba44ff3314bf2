"""The latest tickets outlive the program; practice does not, nor does another day."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from appliance.tools import shot_scenes as scenes
from appliance.wire.messages import IssuedTicket
from kiosk.latest import MOST, Latest
from kiosk.print_desk import Printing

CATALOGUE = scenes.catalogue(1, scenes.USUAL)


def printing(count: int, catalogue=CATALOGUE) -> Printing:
    ticket = IssuedTicket(f"A{count:03d}", "s0", scenes.DAY, 0, 0)
    return Printing(f"{count:032x}", ticket, f"{count + 1:032x}", catalogue, language="jv")


def numbers(latest: Latest, catalogue=CATALOGUE) -> list[str]:
    return [one.ticket.number for one in latest.of(catalogue)]


def test_after_a_new_start_the_latest_tickets_are_still_there_the_last_one_first(tmp_path):
    first = Latest(tmp_path)
    for count in range(MOST + 3):
        first.add(printing(count))
    first.save()
    again = Latest(tmp_path)
    again.add(printing(100))
    assert numbers(again) == ["A100", *(f"A{count:03d}" for count in range(MOST + 2, 3, -1))]
    assert again.of(CATALOGUE)[1] == printing(MOST + 2)


def test_before_the_hub_has_spoken_only_those_of_this_start_can_be_printed(tmp_path):
    first = Latest(tmp_path)
    first.add(printing(1))
    first.save()
    again = Latest(tmp_path)
    again.add(printing(2))
    assert numbers(again, None) == ["A002"]


def test_practice_and_another_day_leave_nothing(tmp_path):
    first = Latest(tmp_path)
    first.add(printing(1, scenes.catalogue(1, scenes.USUAL, scenes.TRAINING)))
    first.add(printing(2))
    first.save()
    assert numbers(first) == ["A002", "A001"]
    assert numbers(Latest(tmp_path)) == ["A002"]
    assert numbers(Latest(tmp_path), replace(CATALOGUE, day="2026-04-07")) == []


@pytest.mark.expects_log("known until the next start only")
def test_without_a_folder_the_tickets_are_known_until_the_next_start(tmp_path):
    latest = Latest(tmp_path / "gone")
    latest.add(printing(1))
    latest.save()
    assert numbers(latest) == ["A001"]
    assert numbers(Latest(tmp_path / "gone")) == []


@pytest.mark.expects_log("cannot be printed again")
def test_a_file_that_cannot_be_read_is_told_and_replaced(tmp_path):
    (tmp_path / "latest").write_bytes(b"[{")
    latest = Latest(tmp_path)
    latest.add(printing(1))
    latest.save()
    assert numbers(Latest(tmp_path)) == ["A001"]
