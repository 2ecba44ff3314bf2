"""The kiosk's flow while somebody rates the service: whose ticket, question after question, and how it ends."""

from __future__ import annotations

from typing import Any

import pytest
from flow_driver import Kiosk, ready

from appliance.texts.numbers import LANGUAGES
from appliance.wire.messages import ELEMENTS, Accepted, Refused, Survey
from kiosk.visit import guidance, rating, screen_text
from kiosk.visit import state as flow_state
from kiosk.visit.events import (
    AskedTurn,
    AskMayRate,
    Back,
    CatalogueArrived,
    Connection,
    Done,
    Erased,
    RateAnswered,
    RateFinished,
    RateGiven,
    RateOpened,
    RateReplied,
    RateSkipped,
    SendRating,
    Touched,
    Typed,
)

CHECK, RATING = "c" * 32, "d" * 32


def asking(survey: str = "short", phase: str = "open") -> Kiosk:
    return ready().do(CatalogueArrived(phase, frozenset({"files"}), survey=survey))


def given(survey: str = "short") -> Kiosk:
    return asking(survey).do(RateOpened(), RateGiven("A012", CHECK, RATING))


def accepted(request_id: str) -> RateReplied:
    return RateReplied(request_id, Accepted(1, request_id, 5))


def rating_now(survey: str = "short") -> Kiosk:
    return given(survey).do(accepted(CHECK))


def sent(kiosk: Kiosk) -> list[Any]:
    return [effect for effect in kiosk.done if isinstance(effect, SendRating)]


def asked(kiosk: Kiosk) -> str:
    return rating.question(kiosk.state)


def test_a_citizen_shows_a_ticket_answers_one_question_and_is_thanked() -> None:
    kiosk = given()
    assert (kiosk.screen, kiosk.done) == ("rate", [AskMayRate(CHECK, "A012")])
    assert kiosk.do(accepted(CHECK)).screen == "rating"
    assert asked(kiosk) == "overall"
    kiosk.do(RateAnswered("4"))
    assert asked(kiosk) == "requirements"
    assert sent(kiosk.do(RateFinished())) == [SendRating(RATING, "A012", Survey(overall=4))]
    assert kiosk.do(accepted(RATING)).screen == "thanks"
    assert kiosk.wait(flow_state.MESSAGE_MS + 200).screen == "attract"
    assert (kiosk.state.rated, kiosk.state.answers) == ("", ())


def test_the_long_form_asks_the_nine_elements_and_about_the_citizen_and_sends_them_all() -> None:
    kiosk = rating_now("long")
    for element in ELEMENTS:
        assert asked(kiosk) == element
        kiosk.do(RateAnswered("3"))
    for value in ("female", "30_39", "s1", "private"):
        kiosk.do(RateAnswered(value))
    whole = Survey(dict.fromkeys(ELEMENTS, 3), None, "female", "30_39", "s1", "private")
    assert sent(kiosk) == [SendRating(RATING, "A012", whole)]


def test_every_question_can_be_skipped_and_whoever_says_nothing_sends_nothing() -> None:
    kiosk = rating_now().do(RateFinished())
    assert kiosk.screen == "rating"
    for _ in rating.questions("short"):
        kiosk.do(RateSkipped())
    assert kiosk.screen == "thanks"
    assert sent(kiosk) == []


def test_what_one_says_of_oneself_alone_is_not_sent() -> None:
    kiosk = rating_now("long")
    for _ in ELEMENTS:
        kiosk.do(RateSkipped())
    kiosk.do(RateAnswered("male"), RateFinished(), RateSkipped(), RateSkipped(), RateSkipped())
    assert (kiosk.screen, sent(kiosk)) == ("thanks", [])


def test_back_leads_to_the_question_before_and_the_answer_can_be_changed_or_taken_away() -> None:
    kiosk = rating_now("long").do(RateAnswered("1"), Back())
    assert asked(kiosk) == "requirements"
    kiosk.do(RateAnswered("4"), RateAnswered("2"), Back(), RateSkipped(), RateFinished())
    assert sent(kiosk)[0].survey == Survey({"requirements": 4})
    assert rating_now().do(Back()).screen == "attract"


def test_an_answer_that_is_none_of_those_offered_is_nothing() -> None:
    kiosk = rating_now().do(RateAnswered("5"), RateAnswered("male"))
    assert (asked(kiosk), kiosk.state.answers) == ("overall", ())


def test_whoever_goes_away_has_said_what_was_answered() -> None:
    kiosk = rating_now().do(RateAnswered("2")).wait(flow_state.VISIT_MS + 200)
    assert [one.survey for one in sent(kiosk)] == [Survey(overall=2)]
    assert kiosk.do(accepted(RATING)).screen == "thanks"
    assert rating_now().wait(flow_state.VISIT_MS + 200).screen == "attract"
    assert asking().do(RateOpened()).wait(flow_state.VISIT_MS + 200).screen == "attract"


@pytest.mark.parametrize("code", ["not_served", "already_rated", "not_rateable", "survey_storage"])
def test_a_refusal_is_said_before_anything_is_asked(code: str) -> None:
    kiosk = given().do(RateReplied(CHECK, Refused(1, CHECK, code)))
    assert (kiosk.screen, kiosk.state.refusal) == ("refused", code)
    moment = screen_text.Surroundings(None, None, None, "Asia/Jakarta", kiosk.now, 1.0)
    said = screen_text.values(kiosk.state, moment)
    assert said["messageTitle"] == "Penilaian tidak dapat diterima"
    assert said["messageText"] != screen_text.texts.text("kiosk.refused_other")
    assert kiosk.do(Done()).screen == "attract"


def test_a_hub_that_does_not_answer_is_asked_again_under_the_same_id_and_then_it_is_said() -> None:
    kiosk = rating_now().do(RateAnswered("3"), RateFinished())
    for times in (2, 3):
        kiosk.do(RateReplied(RATING, None))
        assert len(sent(kiosk)) == times
    assert len(set(map(repr, sent(kiosk)))) == 1
    assert kiosk.do(RateReplied(RATING, None)).state.refusal == "no_answer"
    assert given().do(RateReplied(CHECK, Refused(1, CHECK, "stale")), accepted(CHECK)).screen == "rating"


def test_an_answer_to_something_else_changes_nothing() -> None:
    assert given().do(accepted(RATING), accepted("e" * 32)).screen == "rate"
    kiosk = rating_now().do(RateAnswered("3"), RateFinished(), accepted(CHECK))
    assert kiosk.screen == "rating"
    assert kiosk.do(RateAnswered("1"), RateSkipped(), Back(), RateFinished(), Touched()).screen == "rating"
    assert len(sent(kiosk)) == 1


def test_whoever_has_just_shown_a_ticket_need_not_show_it_again() -> None:
    assert asking().do(AskedTurn("A012"), RateGiven("A012", CHECK, RATING), accepted(CHECK)).screen == "rating"


def test_the_number_is_typed_as_a_code_is() -> None:
    kiosk = asking().do(RateOpened(), *(Typed(sign) for sign in "A123"), Erased())
    assert kiosk.state.code == "A12"
    assert kiosk.do(Back()).screen == "attract"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("A12", "A012"), ("A012", "A012"), ("AX7", "AX007"), ("Q7", "Q7"), ("A1234", "A1234"), ("A", ""), ("12", "")],
)
def test_noughts_may_be_left_out(typed: str, meant: str) -> None:
    assert rating.full_number(typed, {"A": 3, "AX": 3}) == meant


def test_an_office_that_does_not_ask_or_is_away_offers_nothing() -> None:
    assert ready().do(RateOpened()).screen == "attract"
    assert asking().do(Connection(False), RateOpened()).screen != "rate"


def test_a_setting_that_changes_meanwhile_leaves_the_questions_alone() -> None:
    kiosk = rating_now("short").do(RateAnswered("3"))
    kiosk.do(CatalogueArrived("open", frozenset({"files"}), survey=""))
    assert asked(kiosk) == "requirements"
    assert sent(kiosk.do(RateFinished()))


def test_each_question_is_told_to_the_ear_with_what_may_be_answered() -> None:
    kiosk = rating_now()
    moment = screen_text.Surroundings(None, None, None, "Asia/Jakarta", kiosk.now, 1.0)
    said = set()
    for _ in rating.questions("short"):
        values = screen_text.values(kiosk.state, moment)
        said.add(guidance.place(values))
        spoken = " ".join(guidance.sentences(values, 0))
        assert values["rateQuestion"].rstrip("?") in spoken
        assert len(values["rateOptions"]) in range(2, 7)
        kiosk.do(RateSkipped())
    assert len(said) == len(rating.questions("short"))
    assert "id" in LANGUAGES
