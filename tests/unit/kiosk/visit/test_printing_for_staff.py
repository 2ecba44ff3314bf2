"""A ticket that the desk has printed here: once for each order, in the language of the citizen who took it."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace
from printed_tickets import CATALOGUE, printing

from appliance.wire.messages import TicketToPrint
from kiosk.printer.latest import Latest
from kiosk.visit.effects import Effects


class Offline:
    """Notes what is to be kept over a power cut, and does at once what is to be done later."""

    def __init__(self) -> None:
        self.kept: list[str] = []

    def given(self, ticket: Any) -> None:
        self.kept.append(ticket.number)

    def later(self, job: Any) -> None:
        job()


class Kiosk:
    def __init__(self, folder: Any) -> None:
        self.papers: list[Any] = []
        self.offline = Offline()
        self.latest = Latest(folder)
        none: Any = None
        offline: Any = self.offline
        self.effects = Effects(
            none, offline, lambda paper, _: self.papers.append(paper), self.latest, lambda _: None, lambda _: None
        )

    def take(self, order: TicketToPrint, catalogue: Any = CATALOGUE) -> None:
        self.effects.print_for_staff(order, catalogue)


ORDER = TicketToPrint(1, "a" * 32, printing(7).ticket, "b" * 32)


@pytest.fixture
def kiosk(tmp_path):
    return Kiosk(tmp_path)


def test_each_order_is_printed_once_also_by_a_kiosk_that_was_started_anew(kiosk, tmp_path):
    for _ in range(2):
        kiosk.take(ORDER)
    (paper,) = kiosk.papers
    assert (paper.ticket, paper.minted, paper.reprinted) == (ORDER.ticket, "b" * 32, False)
    again = Kiosk(tmp_path)
    again.take(ORDER)
    assert again.papers == []


def test_an_older_order_that_comes_again_after_a_newer_one_is_not_printed_again(kiosk):
    second = replace(ORDER, id="c" * 32, copy=True)
    for order in (ORDER, second, ORDER, second):
        kiosk.take(order)
    assert [paper.reprinted for paper in kiosk.papers] == [False, True]


def test_what_this_kiosk_printed_before_keeps_the_citizens_language_and_can_be_printed_again(kiosk):
    kiosk.latest.add(printing(7))
    kiosk.take(ORDER)
    assert kiosk.papers[0].language == "jv"
    assert kiosk.latest.find("A007", CATALOGUE.day, CATALOGUE) == replace(kiosk.papers[0], reprinted=False)


def test_a_number_on_paper_is_known_to_the_journal(kiosk):
    kiosk.take(ORDER)
    assert kiosk.offline.kept == ["A007"]


@pytest.mark.expects_log("A007 is not printed for the desk")
def test_before_the_hub_has_spoken_nothing_is_printed(kiosk):
    kiosk.take(ORDER, None)
    assert kiosk.papers == []
    kiosk.take(ORDER)
    assert len(kiosk.papers) == 1
