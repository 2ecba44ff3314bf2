"""What one visitor leaves to the next: no panel, no mode, no foreign language; but a code whose answer was lost."""

from __future__ import annotations

import pytest
from flow_driver import ID, TICKET, Kiosk, confirming, ready

from appliance.wire.messages import Accepted, Refused
from kiosk.visit.asking import GIVE_UP_MS, REPEAT_MS
from kiosk.visit.events import (
    AccessClosed,
    AccessOpened,
    Back,
    CatalogueArrived,
    CheckedIn,
    CheckInOpened,
    Chose,
    Connection,
    Continued,
    Done,
    LanguageSet,
    ModeSet,
    PapersOpened,
    Replied,
    SendCheckIn,
    Touched,
    Typed,
)
from kiosk.visit.state import MESSAGE_MS, VISIT_MS, Flow

OTHER = "fedcba9876543210" * 2
THIRD = "0f" * 16


# -- the panel ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("chosen", [(), (ModeSet("large", True),), (LanguageSet("en"),)])
def test_the_panel_on_the_first_screen_closes_with_what_was_chosen_when_nobody_is_there(chosen):
    kiosk = ready().do(AccessOpened(), *chosen)
    patience = 2 if kiosk.state.modes else 1
    kiosk.wait(VISIT_MS * patience - 1_000)
    assert kiosk.state.access
    kiosk.wait(2_000)
    assert (kiosk.screen, kiosk.state.access, kiosk.state.modes, kiosk.state.language) == (
        "attract",
        False,
        set(),
        "id",
    )


def test_whoever_touches_the_panel_keeps_it():
    kiosk = ready().do(AccessOpened())
    for _ in range(5):
        kiosk.wait(VISIT_MS - 1_000).do(Touched())
    assert (kiosk.screen, kiosk.state.access) == ("attract", True)
    kiosk.do(AccessClosed())
    assert not kiosk.state.access
    assert kiosk.state.deadline is None


def test_the_panel_belongs_to_the_screen_on_which_it_was_opened():
    assert not confirming().do(AccessOpened()).wait(VISIT_MS + 1_000).state.access
    assert not ready().do(AccessOpened(), CatalogueArrived("closed", frozenset())).state.access
    assert not ready().do(AccessOpened(), Done()).state.access


def test_a_catalogue_does_not_close_the_panel():
    kiosk = ready().do(AccessOpened(), ModeSet("low", True))
    kiosk.do(CatalogueArrived("open", frozenset({"files"})))
    assert (kiosk.state.access, kiosk.state.modes) == (True, {"low"})


# -- the language ------------------------------------------------------------------------------------------------------


def test_every_visit_begins_and_ends_with_the_language_of_this_kiosk():
    kiosk = Kiosk()
    kiosk.state = Flow(home="en", language="en", started_at=kiosk.now)
    kiosk.do(Connection(True), CatalogueArrived("open", frozenset({"files"})))
    assert (kiosk.screen, kiosk.state.language, kiosk.state.deadline) == ("attract", "en", None)
    kiosk.do(LanguageSet("id"))
    assert kiosk.state.deadline is not None
    kiosk.wait(VISIT_MS + 1_000)
    assert kiosk.state.language == "en"
    kiosk.do(Touched(), LanguageSet("id"), Back(), LanguageSet("en"))
    assert kiosk.state.deadline is None


# -- the papers --------------------------------------------------------------------------------------------------------


def test_a_list_that_is_too_long_can_be_opened_and_closed_again():
    kiosk = ready().do(Touched(), Chose("files", ID, True))
    assert kiosk.state.question == ""
    assert kiosk.do(PapersOpened()).state.question == "papers"
    assert kiosk.do(Continued()).state.question == ""
    assert kiosk.do(PapersOpened(), Back()).state.question == ""
    assert kiosk.screen == "confirm"
    assert kiosk.do(PapersOpened(), ModeSet("contrast", True)).state.question == "papers"
    assert kiosk.do(ModeSet("low", True), Continued()).state.question == "priority"
    assert kiosk.do(Back(), Back()).screen == "services"


def test_where_there_is_nothing_to_bring_nothing_opens():
    assert confirming().do(PapersOpened()).state.question == ""


# -- a check-in whose answer was lost ----------------------------------------------------------------------------------


def check_in(kiosk: Kiosk, code: str, request_id: str) -> Kiosk:
    """Type a code on the first screen, and send it."""
    return kiosk.do(CheckInOpened(), *(Typed(sign) for sign in code), CheckedIn(request_id))


def unanswered(code: str = "XK42") -> Kiosk:
    kiosk = check_in(ready(), code, ID).wait(GIVE_UP_MS + 1_000)
    assert kiosk.state.trouble == "unanswered"
    return kiosk


def ids(kiosk: Kiosk) -> list[str]:
    return list(dict.fromkeys(one.request_id for one in kiosk.done if isinstance(one, SendCheckIn)))


def test_a_code_whose_answer_was_lost_is_asked_for_under_its_request_by_whoever_types_it_again():
    kiosk = unanswered().wait(MESSAGE_MS + 1_000)
    assert kiosk.screen == "attract"
    kiosk.wait(3 * 3_600_000)
    check_in(kiosk, "XK42", OTHER)
    assert ids(kiosk) == [ID]
    kiosk.do(Replied(ID, Accepted(1, ID, 5, "A012", TICKET)))
    assert kiosk.screen == "ticket"
    assert kiosk.prints[-1].ticket == TICKET


def test_a_scan_is_the_same_as_typing_and_other_codes_have_requests_of_their_own():
    kiosk = unanswered().do(Back())
    kiosk.do(CheckedIn(OTHER, "ZZ99")).do(Replied(OTHER, Accepted(1, OTHER, 5, "A012", TICKET))).do(Done())
    kiosk.wait(1_000).do(CheckedIn(THIRD, "XK42"))
    assert ids(kiosk) == [ID, OTHER]
    assert kiosk.state.request_id == ID


def test_an_answer_that_comes_when_nobody_is_there_does_not_end_the_matter():
    kiosk = unanswered().do(Back(), Replied(ID, Accepted(1, ID, 5, "A012", TICKET)))
    assert kiosk.prints == []
    assert ids(check_in(kiosk, "XK42", OTHER)) == [ID]


@pytest.mark.parametrize("late", [False, True])
def test_a_refused_code_is_a_new_request_when_it_is_typed_again(late):
    kiosk = unanswered().do(Back()) if late else check_in(ready(), "XK42", ID)
    kiosk.do(Replied(ID, Refused(1, ID, "unknown_booking"))).do(Done())
    assert ids(check_in(kiosk, "XK42", OTHER)) == [ID, OTHER]


def test_a_code_that_is_on_paper_is_a_new_request():
    kiosk = check_in(ready(), "XK42", ID).do(Replied(ID, Accepted(1, ID, 5, "A012", TICKET))).do(Done())
    assert ids(check_in(kiosk, "XK42", OTHER)) == [ID, OTHER]


def test_another_day_knows_nothing_of_it():
    kiosk = unanswered().do(Back()).do(CatalogueArrived("open", frozenset({"files"}), day="2026-04-07"))
    assert ids(check_in(kiosk, "XK42", OTHER)) == [ID, OTHER]


def test_what_is_remembered_is_bounded():
    kiosk = ready()
    for count in range(300):
        check_in(kiosk, f"{count:04d}", f"{count:032x}").wait(GIVE_UP_MS + 1_000).do(Back())
    assert len(kiosk.state.asked) == 200


def test_a_hub_that_is_busy_is_asked_again_and_the_citizen_need_not_know():
    kiosk = check_in(ready(), "XK42", ID)
    kiosk.do(Replied(ID, Refused(1, ID, "busy"))).wait(REPEAT_MS + 400)
    assert kiosk.screen == "issuing"
    assert [one.request_id for one in kiosk.done if isinstance(one, SendCheckIn)] == [ID, ID]
    kiosk.do(Replied(ID, Accepted(1, ID, 5, "A012", TICKET)))
    assert kiosk.screen == "ticket"
