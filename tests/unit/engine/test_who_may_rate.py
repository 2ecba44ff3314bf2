"""Who may say what they think of the service: of tickets that were served today or the day before, each once."""

from __future__ import annotations

import pytest
from engine_office import EIGHT, HOUR, Office

from appliance.engine import commands as c
from appliance.engine import events as e
from appliance.engine.model import Rules, Satisfaction, Span

ASKS = Rules(satisfaction=Satisfaction(on=True), seconds_between_calls=0, undo_seconds=60)


@pytest.fixture
def office() -> Office:
    return Office(ASKS)


def served(office: Office, counter: str = "1") -> str:
    number = office.issue()
    while office.call(counter) != number:
        pass
    office.do(c.Start(counter))
    office.do(c.Finish(counter))
    return number


def rate(number: str, *, asks: bool = False) -> c.RateTicket:
    return c.RateTicket(number, "kiosk", asks)


def next_day(office: Office, date: str = "2026-04-07") -> None:
    office.do(c.CloseDay())
    office.now = max(office.now, EIGHT) + 24 * HOUR
    office.do(c.OpenDay(date, (Span(office.now, office.now + 4 * HOUR),), office.now + 15 * HOUR))


def test_a_served_ticket_is_rated_once(office: Office) -> None:
    number = served(office)
    assert office.do(rate(number, asks=True)) == []
    assert office.do(rate(number)) == [e.TicketRated(number, "kiosk", "2026-04-06")]
    assert office.refusal(rate(number)) == "already_rated"
    assert office.refusal(rate(number, asks=True)) == "already_rated"


def test_whoever_waits_or_was_never_here_cannot_rate(office: Office) -> None:
    number = office.issue()
    assert office.refusal(rate(number)) == "not_served"
    office.call()
    assert office.refusal(rate(number)) == "not_served"
    assert office.refusal(rate("Z999")) == "not_rateable"


def test_a_ticket_of_the_day_before_is_rated_once_and_no_older_one(office: Office) -> None:
    first, second = served(office), served(office)
    office.do(rate(first))
    next_day(office)
    assert office.day.rateable == {second: "a"}
    assert office.refusal(rate(first)) == "not_rateable"
    assert office.do(rate(second)) == [e.TicketRated(second, "kiosk", "2026-04-06")]
    assert office.refusal(rate(second)) == "not_rateable"
    next_day(office, "2026-04-08")
    assert office.refusal(rate(second)) == "not_rateable"


def test_a_number_of_today_is_never_taken_for_yesterdays(office: Office) -> None:
    number = served(office)
    next_day(office)
    assert office.issue() == number
    assert office.refusal(rate(number)) == "not_served"
    assert number in office.day.rateable


def test_a_finish_that_was_taken_back_is_not_rated_twice(office: Office) -> None:
    number = served(office)
    office.do(rate(number))
    office.do(c.Undo("1"))
    assert office.refusal(rate(number)) == "not_served"
    office.do(c.Finish("1"))
    assert office.refusal(rate(number)) == "already_rated"


def test_it_can_be_rated_after_the_day_has_closed(office: Office) -> None:
    number = served(office)
    office.do(c.CloseDay())
    office.do(rate(number))


def test_at_a_counter_whoever_was_just_served_rates_until_the_next_one_is_served(office: Office) -> None:
    press = c.RateLast("1", "keypad")
    assert office.refusal(press) == "nobody_served"
    number = served(office)
    office.wait(9 * 60)
    assert office.do(press) == [e.TicketRated(number, "keypad", "2026-04-06")]
    assert office.refusal(press) == "already_rated"
    second, third = served(office), office.issue()
    assert office.call() == third  # whoever was served still stands there
    assert office.do(press) == [e.TicketRated(second, "keypad", "2026-04-06")]
    office.do(c.Start("1"))
    assert office.refusal(press) == "nobody_served"
    office.do(c.Finish("1"))
    office.wait(11 * 60)
    assert office.refusal(press) == "nobody_served"
    assert office.refusal(c.RateLast("9", "keypad")) == "unknown_counter"


@pytest.mark.parametrize("sent", [c.Transfer("1", service="b"), c.Park("1")], ids=["sent on", "asked to wait"])
def test_who_goes_on_from_a_counter_does_not_rate_for_whoever_was_there_before(office: Office, sent: c.Command) -> None:
    number = served(office)
    office.issue()
    office.call()
    office.do(c.Start("1"))
    office.do(sent)
    assert office.refusal(c.RateLast("1", "keypad")) == "nobody_served"
    office.do(c.PauseCounter("1", reason="break"))
    assert office.refusal(c.RateLast("1", "keypad")) == "nobody_served"
    office.do(rate(number))


def test_nobody_rates_at_a_counter_while_its_last_finish_is_taken_back(office: Office) -> None:
    served(office)
    served(office)
    office.do(c.Undo("1"))
    assert office.refusal(c.RateLast("1", "keypad")) == "nobody_served"


def test_an_office_that_does_not_ask_takes_forms_on_paper_alone() -> None:
    office = Office()
    number = served(office)
    assert office.refusal(rate(number)) == "survey_off"
    assert office.refusal(c.RateLast("1", "keypad")) == "survey_off"
    assert office.do(c.NoteForm("2026-04-02", "a")) == [e.FormEntered("2026-04-02")]
    assert office.refusal(c.NoteForm("2026-04-02", "z")) == "unknown_service"
    next_day(office)
    assert office.day.rateable == {}


def test_a_practice_throws_no_forms_on_paper_away(office: Office) -> None:
    office.do(c.CloseDay())
    office.now += 24 * HOUR
    office.do(c.OpenDay("2026-04-07", office.spans(), office.now + 15 * HOUR, training=True))
    assert office.refusal(c.NoteForm("2026-04-02", "a")) == "training"


def test_a_day_that_was_opened_by_mistake_takes_no_rating_away(office: Office) -> None:
    number = served(office)
    office.do(c.CloseDay())
    right, office.now = office.now, office.now + 400 * HOUR
    office.do(c.VouchTime(office.now, "siti", sure=True))
    office.do(c.OpenDay("2026-04-22", office.spans(), office.now + 15 * HOUR))
    office.now = right + 1000
    office.do(c.VouchTime(office.now, "siti", sure=True))
    office.now = EIGHT + 24 * HOUR
    office.do(c.OpenDay("2026-04-07", office.spans(), office.now + 15 * HOUR))
    office.do(rate(number))
