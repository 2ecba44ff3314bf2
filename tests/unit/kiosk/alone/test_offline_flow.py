"""A visit while the hub cannot help: slow disks, a hub that can keep nothing, answers that come too late."""

from __future__ import annotations

from appliance.wire.messages import Accepted, IssuedTicket, Refused
from kiosk.visit import events as e
from kiosk.visit import flow
from kiosk.visit.state import Flow

ID = "0123456789abcdef" * 2
ALONE = IssuedTicket("AX01", "files", "2026-04-06", 0, -1)
ONLINE = IssuedTicket("A012", "files", "2026-04-06", 0, 7)
SERVICES = frozenset({"files"})


class Kiosk:
    """Drives the flow; keeps what it was asked to do."""

    def __init__(self, *, connected):
        self.now = 1_000
        self.state = Flow(started_at=self.now)
        self.done = []
        self.do(
            e.Connection(connected), e.AloneChanged(SERVICES), e.CatalogueArrived("open", SERVICES),
            e.Touched(), e.Chose("files", ID), e.Took(),
        )  # fmt: skip

    def do(self, *events):
        for event in events:
            self.state, effects = flow.step(self.state, event, self.now)
            self.done += effects
        return self

    def wait(self, ms):
        for _ in range(ms // 200):
            self.now += 200
            self.do(e.Tick())
        return self

    def asked_alone(self):
        return [effect.asked for effect in self.done if isinstance(effect, e.IssueAlone)]

    def printed(self):
        return [effect.ticket.number for effect in self.done if isinstance(effect, e.Print)]


def test_while_the_hub_is_away_the_first_touch_is_served_alone():
    kiosk = Kiosk(connected=False)
    assert kiosk.asked_alone() == [False]
    kiosk.do(e.IssuedAlone(ID, ALONE, ID))
    assert kiosk.printed() == ["AX01"]


def test_a_late_answer_prints_no_second_ticket():
    kiosk = Kiosk(connected=True).wait(2_000).do(e.Connection(False)).wait(200)
    assert kiosk.asked_alone() == [True]
    late = e.Replied(ID, Accepted(1, ID, 5, "A012", ONLINE))
    kiosk.do(late, e.IssuedAlone(ID, ALONE, ID), late, e.Printed(ID), late)
    assert kiosk.printed() == ["AX01"]
    assert kiosk.state.ticket == ALONE


def test_a_hub_that_does_not_answer_is_not_waited_for_longer_than_ten_seconds():
    kiosk = Kiosk(connected=True).wait(9_800)
    assert kiosk.asked_alone() == []
    assert kiosk.wait(400).asked_alone() == [True]


def test_when_the_hub_can_keep_nothing_the_kiosk_does():
    kiosk = Kiosk(connected=True).do(e.Replied(ID, Refused(1, ID, "storage")))
    assert kiosk.asked_alone() == [True]
    kiosk.do(e.IssuedAlone(ID, ALONE, ID))
    assert kiosk.printed() == ["AX01"]


def test_a_number_that_could_not_be_kept_sends_to_the_staff_desk_and_may_be_tried_again():
    kiosk = Kiosk(connected=False).do(e.IssuedAlone(ID, None))
    assert kiosk.state.trouble == "unanswered"
    kiosk.do(e.Retried(), e.IssuedAlone(ID, ALONE, ID))
    assert kiosk.printed() == ["AX01"]


def test_a_disk_that_takes_too_long_is_not_waited_for_but_its_number_is_printed_if_somebody_is_still_here():
    kiosk = Kiosk(connected=False).wait(9_000)
    assert kiosk.state.screen == "issuing"
    kiosk.wait(1_200)
    assert kiosk.state.trouble == "unanswered"
    kiosk.do(e.Retried())
    assert kiosk.asked_alone() == [False, False]  # the same visit gets the same number
    kiosk.do(e.IssuedAlone(ID, ALONE, ID), e.IssuedAlone(ID, ALONE, ID))
    assert kiosk.printed() == ["AX01"]


def test_a_number_that_comes_when_everybody_has_gone_is_not_printed():
    kiosk = Kiosk(connected=False).wait(10_200).do(e.Done(), e.IssuedAlone(ID, ALONE, ID))
    assert kiosk.printed() == []
    assert kiosk.state.screen == "attract"


def test_once_a_number_is_on_its_way_alone_the_hub_is_not_asked_any_more():
    kiosk = Kiosk(connected=False).wait(10_200).do(e.Connection(True), e.Retried())
    assert not [effect for effect in kiosk.done if isinstance(effect, e.SendIssue)]
