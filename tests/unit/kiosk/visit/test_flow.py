"""The kiosk's flow: screens, time-outs, one request a visit, and what a citizen sees when something fails."""

from __future__ import annotations

import pytest
from flow_driver import ID, TICKET, Kiosk, asking, choosing, confirming, holding, ready

from appliance.wire.messages import Accepted, Refused
from kiosk.visit import asking as flow_asking
from kiosk.visit import state as flow_state
from kiosk.visit.events import (
    Back,
    CatalogueArrived,
    Chose,
    Connection,
    Done,
    LanguageSet,
    Print,
    Printed,
    PrintFailed,
    PrioritySet,
    Replied,
    Retried,
    SendIssue,
    Took,
    Touched,
)
from kiosk.visit.state import fraction_left, seconds_left


def test_three_touches_lead_to_a_printed_ticket() -> None:
    kiosk = holding()
    assert kiosk.sent == [SendIssue(ID, "files", False)]
    assert kiosk.prints == [Print(ID, TICKET, ID)]
    assert (kiosk.screen, kiosk.state.slip) == ("ticket", "printing")
    kiosk.do(Printed(ID))
    assert kiosk.state.slip == "printed"


def test_a_double_tap_issues_once() -> None:
    assert len(confirming().do(Took(), Took()).sent) == 1


def test_a_tap_while_waiting_neither_goes_back_nor_changes_the_priority() -> None:
    kiosk = asking().do(Back(), PrioritySet(True))
    assert (kiosk.screen, kiosk.state.priority) == ("confirm", False)


def test_priority_goes_out_with_the_request() -> None:
    assert confirming().do(PrioritySet(True), Took()).sent[0].priority


def test_waiting_shows_progress_only_when_it_takes_longer_than_a_blink() -> None:
    assert asking().wait(200).screen == "confirm"
    assert asking().wait(400).screen == "issuing"


def test_an_unanswered_request_is_repeated_with_the_same_id_and_then_given_up() -> None:
    kiosk = asking().wait(9_800)
    assert {effect.request_id for effect in kiosk.sent} == {ID}
    assert len(kiosk.sent) == 5
    kiosk.wait(400)
    assert (kiosk.screen, kiosk.state.trouble) == ("trouble", "unanswered")


def test_trying_again_asks_with_the_same_id() -> None:
    kiosk = asking().wait(10_200)
    before = len(kiosk.sent)
    kiosk.do(Retried())
    assert kiosk.screen == "issuing"
    assert [effect.request_id for effect in kiosk.sent[before:]] == [ID]


def test_an_answer_that_comes_after_giving_up_still_gives_the_ticket() -> None:
    kiosk = asking().wait(10_200).do(Replied(ID, Accepted(1, ID, 5, "A012", TICKET)))
    assert (kiosk.screen, len(kiosk.prints)) == ("ticket", 1)


def test_a_repeated_answer_prints_once() -> None:
    kiosk = holding().do(Replied(ID, Accepted(1, ID, 5, "A012", TICKET)))
    assert len(kiosk.prints) == 1


def test_an_answer_to_another_visit_is_ignored() -> None:
    other = "f" * 32
    kiosk = asking().do(Replied(other, Accepted(1, other, 5, "A099", TICKET)))
    assert (kiosk.screen, kiosk.prints) == ("confirm", [])


def test_giving_up_on_one_sending_changes_nothing() -> None:
    kiosk = asking()
    before = kiosk.state
    assert kiosk.do(Replied(ID, None)).state == before


def test_a_refusal_is_shown_by_its_code_and_ends_by_itself() -> None:
    kiosk = asking().do(Replied(ID, Refused(1, ID, "service_closed")))
    assert (kiosk.screen, kiosk.state.refusal) == ("refused", "service_closed")
    assert kiosk.wait(flow_state.MESSAGE_MS + 200).screen == "attract"


def test_a_stale_request_is_repeated_once_with_the_same_id() -> None:
    kiosk = asking().do(Replied(ID, Refused(1, ID, "stale")))
    assert [effect.request_id for effect in kiosk.sent] == [ID, ID]
    assert kiosk.do(Replied(ID, Refused(1, ID, "stale"))).screen == "refused"


def test_an_accepted_answer_without_a_ticket_is_a_refusal_not_a_crash() -> None:
    assert asking().do(Replied(ID, Accepted(1, ID, 5))).screen == "refused"


@pytest.mark.parametrize("stage", [choosing, confirming])
def test_an_abandoned_visit_ends_after_45_seconds(stage: type) -> None:
    kiosk = stage()
    assert kiosk.wait(flow_state.VISIT_MS - 400).screen != "attract"
    assert kiosk.wait(600).screen == "attract"


def test_a_touch_keeps_the_visit_alive() -> None:
    kiosk = choosing().wait(40_000).do(Touched()).wait(40_000)
    assert kiosk.screen == "services"


def test_time_outs_follow_the_office_clock_and_waiting_for_the_hub_does_not() -> None:
    assert choosing(rate=60).wait(1_000).screen == "attract"
    slow = confirming(rate=60).do(Took()).wait(9_000)
    assert slow.screen == "issuing"


def test_a_printed_ticket_stays_eight_seconds_and_an_unprinted_one_a_minute() -> None:
    printed = holding().do(Printed(ID))
    assert printed.wait(7_800).screen == "ticket"
    assert printed.wait(400).screen == "attract"
    failed = holding().do(PrintFailed(ID, "paper_out"))
    assert failed.state.failure == "paper_out"
    assert failed.wait(59_600).screen == "ticket"
    assert failed.wait(600).screen == "attract"


def test_a_printer_that_never_answers_has_failed() -> None:
    kiosk = holding().wait(flow_asking.PRINTER_MS + 200)
    assert (kiosk.screen, kiosk.state.slip, kiosk.state.failure) == ("ticket", "failed", "unknown")


def test_paper_that_comes_late_is_good_news() -> None:
    kiosk = holding().wait(flow_asking.PRINTER_MS + 200).do(Printed(ID))
    assert kiosk.state.slip == "printed"


def test_the_printer_of_the_visit_before_does_not_touch_this_one() -> None:
    kiosk = holding().do(Printed(ID), Done(), Touched(), Chose("advice", "e" * 32), Took(), Printed(ID))
    assert (kiosk.screen, kiosk.state.slip) == ("confirm", "")


def test_the_language_returns_to_indonesian_after_each_visit() -> None:
    kiosk = choosing().do(LanguageSet("en"))
    assert kiosk.state.language == "en"
    kiosk.do(Chose("files", ID), Took(), Replied(ID, Accepted(1, ID, 5, "A012", TICKET)), Printed(ID))
    assert kiosk.state.language == "en"
    assert kiosk.do(Done()).state.language == "id"


def test_a_language_chosen_on_the_first_screen_is_not_left_to_the_next_visitor() -> None:
    kiosk = ready().do(LanguageSet("en"))
    assert kiosk.do(CatalogueArrived("open", frozenset({"files"}))).state.language == "en"
    assert kiosk.wait(flow_state.VISIT_MS + 200).state.language == "id"


def test_back_goes_one_screen_back() -> None:
    kiosk = confirming().do(PrioritySet(True), Back())
    assert (kiosk.screen, kiosk.state.service, kiosk.state.priority) == ("services", "", False)
    assert kiosk.do(Back()).screen == "attract"


def test_a_closed_service_cannot_be_chosen() -> None:
    assert choosing().do(Chose("closed-one", ID)).screen == "services"


def test_a_service_that_closes_meanwhile_leads_back_to_the_choice() -> None:
    assert confirming().do(CatalogueArrived("open", frozenset({"advice"}))).screen == "services"


@pytest.mark.parametrize("phase", ["before", "break", "after", "closed"])
def test_a_closed_office_says_so_and_opens_by_itself(phase: str) -> None:
    kiosk = choosing().do(CatalogueArrived(phase, frozenset()))
    assert kiosk.screen == "closed"
    assert kiosk.do(Touched()).screen == "closed"
    assert kiosk.do(CatalogueArrived("open", frozenset({"files"}))).screen == "attract"


def test_an_office_that_closes_does_not_take_a_ticket_out_of_the_hand() -> None:
    kiosk = holding().do(CatalogueArrived("after", frozenset()))
    assert kiosk.screen == "ticket"
    assert kiosk.do(Done()).screen == "closed"


def test_a_hub_that_is_away_sends_citizens_to_the_desk_until_it_is_back() -> None:
    kiosk = choosing().do(Connection(False))
    assert (kiosk.screen, kiosk.state.trouble) == ("trouble", "away")
    assert kiosk.do(Touched()).screen == "trouble"
    assert kiosk.do(Connection(True)).screen == "attract"


def test_a_ticket_stays_on_screen_while_the_hub_is_away() -> None:
    kiosk = holding().do(PrintFailed(ID, "none"), Connection(False)).wait(10_000)
    assert kiosk.screen == "ticket"
    assert kiosk.do(Done()).screen == "trouble"


def test_before_the_hub_has_spoken_the_kiosk_is_getting_ready_and_then_asks_for_staff() -> None:
    kiosk = Kiosk()
    assert kiosk.screen == "starting"
    assert kiosk.wait(9_800).screen == "starting"
    assert kiosk.wait(400).screen == "trouble"


def test_the_countdown_counts_office_seconds_down_to_none() -> None:
    kiosk = holding(rate=2).do(Printed(ID))
    assert seconds_left(kiosk.state, kiosk.now, 2) == 8
    assert seconds_left(kiosk.state, kiosk.now + 2_000, 2) == 4
    assert fraction_left(kiosk.state, kiosk.now + 2_000) == pytest.approx(0.5)
    assert seconds_left(ready().state, 0) is None
