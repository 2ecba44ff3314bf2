"""The kiosk's flow while the hub is away: numbers of its own series."""

from __future__ import annotations

from flow_driver import ID, TICKET, Kiosk, choosing, confirming, ready

from appliance.wire.messages import Accepted, IssuedTicket
from kiosk.visit import asking
from kiosk.visit.events import (
    AloneChanged,
    CheckedIn,
    Chose,
    Connection,
    IssueAlone,
    IssuedAlone,
    Print,
    PrioritySet,
    Replied,
    Retried,
    SendCheckIn,
    SendIssue,
    Took,
    Touched,
)

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
    kiosk = confirming().do(AloneChanged(frozenset({"files"})), Took()).wait(asking.GIVE_UP_MS + 200)
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
    kiosk = alone().do(CheckedIn(ID, "XK42")).wait(asking.GIVE_UP_MS + 200)
    assert {type(effect) for effect in kiosk.done} == {SendCheckIn}
    assert (kiosk.screen, kiosk.state.trouble) == ("trouble", "unanswered")


def test_a_service_that_only_the_hub_can_give_leads_back_to_the_choice_when_it_goes() -> None:
    kiosk = choosing().do(AloneChanged(frozenset({"files"})), Chose("advice", ID), Connection(False))
    assert kiosk.screen == "services"
