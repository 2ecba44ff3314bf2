"""The kiosk's flow: screens, time-outs, one request a visit, and what a citizen sees when something fails."""

from __future__ import annotations

import pytest

from appliance.wire.messages import Accepted, IssuedTicket, Refused
from kiosk import flow
from kiosk.flow_events import (
    AloneChanged,
    AskedTurn,
    Back,
    CatalogueArrived,
    CheckedIn,
    CheckInOpened,
    Chose,
    ChoseGroup,
    Connection,
    Continued,
    Done,
    Effect,
    Erased,
    Event,
    IssueAlone,
    IssuedAlone,
    LanguageSet,
    ModeSet,
    Print,
    Printed,
    PrintFailed,
    PrioritySet,
    Replied,
    Retried,
    SendCheckIn,
    SendIssue,
    Tick,
    Took,
    Touched,
    Typed,
)
from kiosk.flow_state import Flow, fraction_left, seconds_left

ID = "0123456789abcdef" * 2
TICKET = IssuedTicket("A012", "files", "2026-04-06", 0, 7)


class Kiosk:
    """Drives the flow like the controller does, and keeps what it was asked to do."""

    def __init__(self, rate: float = 1.0) -> None:
        self.now = 1_000
        self.rate = rate
        self.state = Flow(started_at=self.now)
        self.done: list[Effect] = []

    def do(self, *events: Event) -> Kiosk:
        for event in events:
            self.state, effects = flow.step(self.state, event, self.now, self.rate)
            self.done += effects
        return self

    def wait(self, milliseconds: int) -> Kiosk:
        """Tick five times a second."""
        end = self.now + milliseconds
        while self.now < end:
            self.now = min(end, self.now + 200)
            self.do(Tick())
        return self

    @property
    def screen(self) -> str:
        return self.state.screen

    @property
    def sent(self) -> list[SendIssue]:
        return [effect for effect in self.done if isinstance(effect, SendIssue)]

    @property
    def prints(self) -> list[Print]:
        return [effect for effect in self.done if isinstance(effect, Print)]


def ready(rate: float = 1.0) -> Kiosk:
    return Kiosk(rate).do(Connection(True), CatalogueArrived("open", frozenset({"files", "advice"})))


def choosing(rate: float = 1.0) -> Kiosk:
    return ready(rate).do(Touched())


def confirming(rate: float = 1.0) -> Kiosk:
    return choosing(rate).do(Chose("files", ID))


def asking() -> Kiosk:
    return confirming().do(Took())


def holding(rate: float = 1.0) -> Kiosk:
    kiosk = confirming(rate).do(Took())
    return kiosk.do(Replied(ID, Accepted(1, ID, 5, "A012", TICKET)))


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
    assert kiosk.wait(flow.MESSAGE_MS + 200).screen == "attract"


def test_a_stale_request_is_repeated_once_with_the_same_id() -> None:
    kiosk = asking().do(Replied(ID, Refused(1, ID, "stale")))
    assert [effect.request_id for effect in kiosk.sent] == [ID, ID]
    assert kiosk.do(Replied(ID, Refused(1, ID, "stale"))).screen == "refused"


def test_an_accepted_answer_without_a_ticket_is_a_refusal_not_a_crash() -> None:
    assert asking().do(Replied(ID, Accepted(1, ID, 5))).screen == "refused"


@pytest.mark.parametrize("stage", [choosing, confirming])
def test_an_abandoned_visit_ends_after_45_seconds(stage: type) -> None:
    kiosk = stage()
    assert kiosk.wait(flow.VISIT_MS - 400).screen != "attract"
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
    kiosk = holding().wait(flow.PRINTER_MS + 200)
    assert (kiosk.screen, kiosk.state.slip, kiosk.state.failure) == ("ticket", "failed", "unknown")


def test_paper_that_comes_late_is_good_news() -> None:
    kiosk = holding().wait(flow.PRINTER_MS + 200).do(Printed(ID))
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
    assert kiosk.wait(flow.VISIT_MS + 200).state.language == "id"


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


# -- one question at a time, codes, positions, modes -------------------------------------------------------------------


def questions(papers: bool) -> Kiosk:
    return choosing().do(ModeSet("large", True), Chose("files", ID, papers))


def test_large_type_asks_one_question_at_a_time() -> None:
    kiosk = questions(papers=True)
    assert kiosk.state.question == "papers"
    assert kiosk.do(Took()).sent == []
    assert kiosk.do(Continued()).state.question == "priority"
    assert kiosk.do(PrioritySet(True)).state.question == "take"
    assert kiosk.do(Took()).sent == [SendIssue(ID, "files", True)]


def test_back_leads_through_the_questions() -> None:
    kiosk = questions(papers=True).do(Continued(), PrioritySet(True), Back())
    assert (kiosk.screen, kiosk.state.question) == ("confirm", "priority")
    assert kiosk.do(Back()).state.question == "papers"
    assert kiosk.do(Back()).screen == "services"


def test_a_service_that_needs_no_papers_asks_for_none() -> None:
    assert questions(papers=False).state.question == "priority"


def test_a_mode_that_is_switched_in_the_middle_asks_anew_and_keeps_the_answers() -> None:
    kiosk = confirming().do(PrioritySet(True), ModeSet("low", True))
    assert (kiosk.state.question, kiosk.state.priority) == ("priority", True)
    assert kiosk.do(ModeSet("low", False)).state.question == ""


def test_modes_end_with_the_visit() -> None:
    kiosk = holding().do(ModeSet("large", True), ModeSet("contrast", True), Printed(ID))
    assert kiosk.state.modes == {"large", "contrast"}
    assert kiosk.do(Done()).state.modes == frozenset()


def test_a_mode_chosen_on_the_first_screen_is_not_left_to_the_next_visitor() -> None:
    kiosk = ready().do(ModeSet("contrast", True), Touched(), Back())
    assert (kiosk.screen, kiosk.state.modes) == ("attract", {"contrast"})
    assert kiosk.wait(2 * flow.VISIT_MS + 200).state.modes == frozenset()


def test_the_voice_is_in_one_place_at_a_time() -> None:
    kiosk = ready().do(ModeSet("headphones", True), ModeSet("loudspeaker", True))
    assert kiosk.state.modes == {"loudspeaker"}
    assert kiosk.do(ModeSet("loudspeaker", False)).state.modes == frozenset()


def test_those_who_need_larger_type_have_twice_the_time() -> None:
    assert choosing().do(ModeSet("large", True)).wait(flow.VISIT_MS + 200).screen == "services"


def test_a_group_opens_and_closes_again() -> None:
    kiosk = choosing().do(ChoseGroup("land"))
    assert (kiosk.screen, kiosk.state.group) == ("services", "land")
    kiosk.do(Chose("files", ID), Back())
    assert (kiosk.screen, kiosk.state.group) == ("services", "land")
    assert kiosk.do(Back()).state.group == ""
    assert kiosk.do(Back()).screen == "attract"


def typing(code: str) -> Kiosk:
    return choosing().do(CheckInOpened(), *(Typed(sign) for sign in code))


def test_a_typed_code_checks_in() -> None:
    kiosk = typing("AB12X").do(Erased(), CheckedIn(ID))
    assert kiosk.done == [SendCheckIn(ID, "AB12")]
    kiosk.do(Replied(ID, Accepted(1, ID, 5, "A012", TICKET)))
    assert (kiosk.screen, kiosk.prints) == ("ticket", [Print(ID, TICKET, ID)])


def test_a_code_that_is_too_short_is_not_sent() -> None:
    assert typing("AB1").do(CheckedIn(ID)).done == []


def test_a_code_has_an_end() -> None:
    assert typing("A" * 20).state.code == "A" * flow.LONGEST_CODE


@pytest.mark.parametrize("stage", [ready, choosing])
def test_a_scanned_booking_checks_in_from_the_first_screens(stage: type) -> None:
    kiosk = stage().do(CheckedIn(ID, "XK42"))
    assert kiosk.done == [SendCheckIn(ID, "XK42")]
    assert kiosk.wait(400).screen == "issuing"
    assert len(kiosk.wait(2_000).done) == 2


def test_a_scan_does_not_disturb_a_request_that_is_under_way() -> None:
    kiosk = asking().do(CheckedIn("e" * 32, "XK42"), AskedTurn("A001"))
    assert kiosk.done == [SendIssue(ID, "files", False)]


def test_a_wrong_code_can_be_mended() -> None:
    kiosk = typing("AB12").do(CheckedIn(ID), Replied(ID, Refused(1, ID, "unknown_booking")))
    assert kiosk.screen == "refused"
    kiosk.do(Back())
    assert (kiosk.screen, kiosk.state.code) == ("check_in", "AB12")
    other = "e" * 32
    assert kiosk.do(Erased(), Typed("3"), CheckedIn(other)).done[-1] == SendCheckIn(other, "AB13")


@pytest.mark.parametrize("phase", ["open", "after"])
def test_a_ticket_that_is_shown_tells_its_turn_for_a_while(phase: str) -> None:
    kiosk = ready().do(CatalogueArrived(phase, frozenset({"files"})), AskedTurn("A012"))
    assert (kiosk.screen, kiosk.state.turn) == ("turn", "A012")
    assert kiosk.do(AskedTurn("A013")).state.turn == "A013"
    assert kiosk.wait(flow.MESSAGE_MS + 200).screen == ("attract" if phase == "open" else "closed")


# -- numbers of the kiosk's own series ---------------------------------------------------------------------------------

OWN = "a" * 32
AX01 = IssuedTicket("AX01", "files", "2026-04-06", 0, 0)


def alone() -> Kiosk:
    """The hub is away, and one service may go on."""
    return ready().do(AloneChanged(frozenset({"files"})), Connection(False))


def test_alone_the_kiosk_shows_what_it_always_shows() -> None:
    kiosk = alone().do(Touched())
    assert kiosk.screen == "services"
    assert kiosk.state.available == {"files"}
    assert kiosk.do(Chose("advice", ID)).screen == "services"
    assert kiosk.do(Chose("files", ID)).screen == "confirm"


def test_alone_a_number_comes_from_the_own_series_and_its_code_is_minted_by_it() -> None:
    kiosk = alone().do(Touched(), Chose("files", ID), PrioritySet(True), Took())
    assert kiosk.done == [IssueAlone(ID, "files", True, False)]
    assert kiosk.wait(3_000).done == [IssueAlone(ID, "files", True, False)]
    kiosk.do(IssuedAlone(ID, AX01, OWN))
    assert (kiosk.screen, kiosk.state.minted) == ("ticket", OWN)
    assert kiosk.prints == [Print(ID, AX01, OWN)]


def test_a_hub_that_goes_while_it_is_asked_is_named_by_the_ticket_that_replaces_its_answer() -> None:
    kiosk = confirming().do(AloneChanged(frozenset({"files"})), Took(), Connection(False)).wait(200)
    assert kiosk.done == [SendIssue(ID, "files", False), IssueAlone(ID, "files", False, True)]


def test_a_hub_that_is_there_and_does_not_answer_is_replaced_after_a_while() -> None:
    kiosk = confirming().do(AloneChanged(frozenset({"files"})), Took()).wait(flow.GIVE_UP_MS + 200)
    assert kiosk.done[-1] == IssueAlone(ID, "files", False, True)
    assert kiosk.screen == "issuing"


def test_an_answer_that_comes_while_the_own_number_is_being_kept_gives_no_second_one() -> None:
    kiosk = confirming().do(AloneChanged(frozenset({"files"})), Took(), Connection(False)).wait(200)
    kiosk.do(Connection(True), Replied(ID, Accepted(1, ID, 5, "A012", TICKET)))
    assert kiosk.prints == []
    kiosk.do(IssuedAlone(ID, AX01, OWN), Replied(ID, Accepted(1, ID, 5, "A012", TICKET)))
    assert kiosk.prints == [Print(ID, AX01, OWN)]


def test_a_number_that_cannot_be_kept_safe_is_not_given() -> None:
    kiosk = alone().do(Touched(), Chose("files", ID), Took(), IssuedAlone(ID, None))
    assert (kiosk.screen, kiosk.state.trouble, kiosk.prints) == ("trouble", "unanswered", [])
    assert kiosk.do(Retried()).done[-1] == IssueAlone(ID, "files", False, False)


def test_alone_a_booking_cannot_be_checked_in_and_its_holder_is_sent_to_the_desk() -> None:
    kiosk = alone().do(CheckedIn(ID, "XK42")).wait(flow.GIVE_UP_MS + 200)
    assert {type(effect) for effect in kiosk.done} == {SendCheckIn}
    assert (kiosk.screen, kiosk.state.trouble) == ("trouble", "unanswered")


def test_a_service_that_only_the_hub_can_give_leads_back_to_the_choice_when_it_goes() -> None:
    kiosk = choosing().do(AloneChanged(frozenset({"files"})), Chose("advice", ID), Connection(False))
    assert kiosk.screen == "services"
