"""An hour with random faults of printers, network, hub and power ends with every citizen holding exactly one number."""

from __future__ import annotations

import random

import pytest
from msgspec.structs import replace

from appliance.tools.proofs import offline_hour
from kiosk.alone import ledger
from kiosk.alone.desk import OfflineDesk
from kiosk.alone.handover import Handover
from kiosk.alone.ledger import Issued, Ledger
from kiosk.visit import flow

pytestmark = pytest.mark.expects_log("refuses what was printed here", "the hub has lost what it had acknowledged")


def test_everybody_holds_exactly_one_number_and_it_is_in_the_queue_once():
    outcome = offline_hour.run(70, deaths=True)
    assert outcome.faults == [], offline_hour.report(70, outcome)
    assert outcome.citizens > 200
    assert outcome.alone > 30
    assert outcome.cuts > 10
    assert outcome.hub_kills > 3


def test_without_a_death_no_number_is_left_that_nobody_holds():
    outcome = offline_hour.run(6, deaths=False)
    assert (outcome.faults, outcome.unheld) == ([], 0)


# -- a check counts only if it can fail --------------------------------------------------------------------------------


def forgets_to_name_ghosts(monkeypatch):
    keep = OfflineDesk._keep
    monkeypatch.setattr(
        OfflineDesk,
        "_keep",
        lambda desk, record: keep(desk, replace(record, instead_of=None) if isinstance(record, Issued) else record),
    )


def prints_before_it_writes(monkeypatch):
    chance = random.Random(1)

    def issue(desk, request_id, offered, *, priority, asked):
        record = desk._next(request_id, offered, priority=priority, asked=asked)
        if record is None:
            return None
        desk._ledger.apply(record)
        if chance.random() < 0.9:
            desk._keep(record)
        return desk._ticket(record, offered)

    monkeypatch.setattr(OfflineDesk, "issue", issue)


def takes_sent_for_taken(monkeypatch):
    question = Handover.question

    def asks(handover, book, catalogue, present):
        found = question(handover, book, catalogue, present)
        if found is not None and book.sent is not None:
            handover._keep(ledger.Taken(book.sent.id, 0))
        return found

    monkeypatch.setattr(Handover, "question", asks)


def hands_over_backwards(monkeypatch):
    due = Ledger.due
    monkeypatch.setattr(Ledger, "due", lambda *arguments: due(*arguments)[::-1])
    monkeypatch.setattr(ledger, "_age", lambda *_: 0)


def prints_late_answers(monkeypatch):
    step = flow.step

    def forgetful(state, event, now, rate):
        late = type(event).__name__ == "Replied" and event.request_id == state.request_id
        return step(replace(state, alone_asked=False, sent_at=now) if late else state, event, now, rate)

    monkeypatch.setattr(flow, "step", forgetful)


@pytest.mark.long
@pytest.mark.expects_log("")
@pytest.mark.parametrize(
    "mistake",
    [
        forgets_to_name_ghosts,
        prints_before_it_writes,
        takes_sent_for_taken,
        hands_over_backwards,
        prints_late_answers,
    ],
)
def test_a_mistake_is_found_out(monkeypatch, mistake):
    mistake(monkeypatch)
    assert any(offline_hour.run(seed, deaths=True).faults for seed in range(1, 6))
