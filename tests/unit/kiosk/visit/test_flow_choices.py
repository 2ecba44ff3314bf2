"""The kiosk's flow: one question at a time, modes, groups, codes, positions, telephone numbers."""

from __future__ import annotations

import pytest
from flow_driver import ID, TICKET, Kiosk, asking, choosing, confirming, holding, ready

from appliance.wire.messages import Accepted, IssuedTicket, Refused
from kiosk.visit import flow
from kiosk.visit import state as flow_state
from kiosk.visit.events import (
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
    Erased,
    IssuedAlone,
    ModeSet,
    PhoneGiven,
    PhoneOpened,
    Print,
    Printed,
    PrioritySet,
    Replied,
    SendCheckIn,
    SendIssue,
    Tick,
    Took,
    Touched,
    Typed,
)


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
    assert kiosk.wait(2 * flow_state.VISIT_MS + 200).state.modes == frozenset()


def test_the_voice_is_in_one_place_at_a_time() -> None:
    kiosk = ready().do(ModeSet("headphones", True), ModeSet("loudspeaker", True))
    assert kiosk.state.modes == {"loudspeaker"}
    assert kiosk.do(ModeSet("loudspeaker", False)).state.modes == frozenset()


def test_those_who_need_larger_type_have_twice_the_time() -> None:
    assert choosing().do(ModeSet("large", True)).wait(flow_state.VISIT_MS + 200).screen == "services"


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
    assert kiosk.wait(flow_state.MESSAGE_MS + 200).screen == ("attract" if phase == "open" else "closed")


# -- a message when it is nearly one's turn ---------------------------------------------------------------------------

PHONE = "081234567890"


def messaging() -> Kiosk:
    open_to_messages = CatalogueArrived("open", frozenset({"files", "advice"}), messages=True)
    return ready().do(open_to_messages, Touched(), Chose("files", ID))


def giving(phone: str = PHONE) -> Kiosk:
    return messaging().do(PhoneOpened(), *(Typed(digit) for digit in phone))


def test_a_telephone_number_goes_with_the_request_and_does_not_outlive_the_visit() -> None:
    kiosk = giving().do(PhoneGiven())
    assert kiosk.screen == "confirm"
    kiosk.do(Took())
    assert [sent.phone for sent in kiosk.sent] == [PHONE]
    kiosk.do(Replied(ID, Accepted(1, ID, 5, "A012", TICKET)), Printed(ID))
    assert kiosk.state.phone == PHONE  # the screen says that a message will come
    assert kiosk.do(Done()).state.phone == ""


def test_nobody_is_asked_for_a_telephone_number() -> None:
    assert [sent.phone for sent in messaging().do(Took()).sent] == [""]
    assert confirming().do(PhoneOpened()).screen == "confirm"  # an office that sends no messages takes none


def test_an_incomplete_telephone_number_is_not_taken_and_a_long_one_ends() -> None:
    assert giving("0812345").do(PhoneGiven()).screen == "phone"
    assert giving("0" * 20).state.phone == "0" * 15
    assert giving("0812").do(Erased(), Typed("X")).state.phone == "081"


def test_going_back_from_the_telephone_number_takes_it_back() -> None:
    kiosk = giving().do(PhoneGiven(), PhoneOpened(), Back())
    assert (kiosk.screen, kiosk.state.phone) == ("confirm", "")


def test_a_telephone_number_is_not_left_for_the_next_visitor() -> None:
    assert giving().wait(45_000).state.phone == ""
    assert giving().do(Back(), Back(), Chose("advice", ID)).state.phone == ""


def test_a_hub_that_goes_takes_no_telephone_number_and_none_is_promised() -> None:
    kiosk = giving().do(PhoneGiven(), AloneChanged(frozenset({"files"})), Connection(False))
    assert (kiosk.screen, kiosk.state.phone) == ("confirm", "")
    typing_it = giving("081").do(AloneChanged(frozenset({"files"})), Connection(False))
    assert (typing_it.screen, typing_it.state.phone) == ("confirm", "")
    late = giving().do(PhoneGiven(), Took(), AloneChanged(frozenset({"files"})), Connection(False), Tick())
    own = IssuedTicket("AX01", "files", "2026-04-06", 0, 0)
    assert late.do(IssuedAlone(ID, own, ID)).state.phone == ""


def test_in_large_type_the_telephone_is_offered_with_the_last_question() -> None:
    kiosk = messaging().do(ModeSet("large", True), PhoneOpened())
    assert kiosk.screen == "confirm"
    assert kiosk.do(PrioritySet(False), PhoneOpened()).screen == "phone"
