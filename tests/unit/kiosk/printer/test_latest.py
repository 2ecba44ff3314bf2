"""The latest tickets outlive the program; practice does not, nor does another day."""

from __future__ import annotations

import pytest
from fragile_disk import FragileDisk
from msgspec.structs import replace
from printed_tickets import CATALOGUE, printing

from appliance.tools.shots import scenes
from kiosk.printer.latest import MOST, Latest


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


def test_before_the_hub_has_spoken_nobody_knows_of_which_day_they_are(tmp_path):
    first = Latest(tmp_path)
    first.add(printing(1))
    first.save()
    again = Latest(tmp_path)
    again.add(printing(2))
    assert numbers(again, None) == []
    assert numbers(again) == ["A002", "A001"]


def test_another_day_leaves_nothing_also_without_a_new_start(tmp_path):
    latest = Latest(tmp_path)
    latest.add(printing(12))
    tomorrow = replace(CATALOGUE, day="2026-04-07")
    assert numbers(latest, tomorrow) == []
    assert latest.find("A012", tomorrow.day, tomorrow) is None
    assert latest.find("A012", tomorrow.day, CATALOGUE) is None
    assert latest.find("A012", CATALOGUE.day, CATALOGUE) == printing(12)


def test_practice_and_the_queue_know_nothing_of_each_others_tickets(tmp_path):
    practice = scenes.catalogue(1, scenes.USUAL, scenes.TRAINING)
    latest = Latest(tmp_path)
    latest.add(printing(2))
    for count in range(100, 100 + MOST):
        latest.add(printing(count, practice))
    latest.add(printing(1, practice))
    assert numbers(latest) == ["A002"]
    assert numbers(latest, practice)[:2] == ["A001", f"A{99 + MOST}"]
    latest.save()
    assert numbers(Latest(tmp_path)) == ["A002"]
    assert numbers(Latest(tmp_path), practice) == []


def test_a_file_with_its_name_is_on_the_disk_when_it_is_saved(tmp_path):
    latest = Latest(tmp_path)
    latest.add(printing(1))
    with FragileDisk(tmp_path) as disk:
        latest.save()
        disk.process_ended(power=True)
    assert numbers(Latest(tmp_path)) == ["A001"]


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


def test_a_second_paper_of_a_ticket_takes_the_place_of_the_first_and_its_order_is_known_after_a_restart(tmp_path):
    latest = Latest(tmp_path)
    for count in (1, 2):
        latest.add(printing(count))
    again = replace(printing(1), request_id="f" * 32, reprinted=True)
    latest.add(again)
    assert numbers(latest) == ["A001", "A002"]
    latest.save()
    restarted = Latest(tmp_path)
    assert restarted.has("f" * 32, CATALOGUE)
    assert not restarted.has("e" * 32, CATALOGUE)
