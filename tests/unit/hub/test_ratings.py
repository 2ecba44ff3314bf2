"""What citizens say of the service: each once, in no log, apart from their number, and safe whatever breaks when."""

from __future__ import annotations

import sqlite3
import uuid
from pathlib import Path

import pytest
from hub_bench import OFFICE, ask, founded, tick
from msgspec.structs import replace

from appliance.commands import ELEMENTS
from appliance.engine.commands import CloseDay
from appliance.engine.model import Before, Definition, Rules, Satisfaction, Told
from appliance.hub import snapshots
from appliance.hub.surveys import Surveys
from appliance.store.database import StorageFault
from appliance.store.satisfaction.answers import NAME, Answers, Occasion
from appliance.store.satisfaction.figures import Comment, SatisfactionFigures
from appliance.units import DAY
from appliance.wire import messages as m

ASKS = replace(OFFICE, rules=Rules(seconds_between_calls=0, satisfaction=Satisfaction(on=True, comment_days=30)))
SAID = "Petugasnya ramah sekali"
SURVEY = m.Survey(dict.fromkeys(ELEMENTS, 3), sex="female", age="30_39", schooling="s1", comment=f" {SAID}\n ")
TODAY = "2026-04-06"


def opened(folder: Path, office: Definition = ASKS, boot: str = "boot-1", **clock):
    bench = founded(folder / "giliran.db", boot, office=office, **clock)
    tick(bench)
    return bench


@pytest.fixture
def hub(tmp_path):
    bench = opened(tmp_path)
    serve(bench)
    yield bench
    bench.store.close()


def serve(hub, count=1):
    for _ in range(count):
        ask(hub, m.Issue("a"), "kiosk-1")
        ask(hub, m.CallNext("1"), "keypad-1")
        ask(hub, m.Start("1"), "keypad-1")
        assert isinstance(ask(hub, m.Finish("1"), "keypad-1"), m.Accepted)


def folder_of(hub):
    return hub.store._database.file.parent


def figures(hub):
    return SatisfactionFigures(folder_of(hub) / "giliran.db")


def respondents(hub):
    return sum(tally.respondents for tally in figures(hub).tallies("2000-01-01", "2100-01-01", "service").values())


def held(hub):
    """Return how many answers do not count yet."""
    with sqlite3.connect(folder_of(hub) / NAME) as db:
        return db.execute("SELECT COUNT(*) FROM answer WHERE request IS NOT NULL").fetchone()[0]


def rated(hub):
    rows = hub.store.log._connection.execute("SELECT body FROM event WHERE type = 'TicketRated'").fetchall()
    return [body for (body,) in rows]


def test_what_a_citizen_says_is_counted_and_stands_in_no_log_and_on_no_topic(hub):
    assert isinstance(ask(hub, m.RateService("A001"), "kiosk-1"), m.Accepted)
    assert respondents(hub) == 0
    assert isinstance(ask(hub, m.RateService("A001", SURVEY), "kiosk-1"), m.Accepted)
    assert rated(hub) == ['{"type":"TicketRated","number":"A001","source":"kiosk","date":"2026-04-06"}']
    tally = figures(hub).tallies(TODAY, TODAY, "schooling")["s1"]
    assert (tally.respondents, tally.of("fee"), tally.overall) == (1, (0, 0, 1, 0), (0, 0, 0, 0))
    assert figures(hub).comments(TODAY, TODAY, 9) == [Comment(TODAY, "a", SAID)]
    assert figures(hub).served(TODAY, TODAY) == {"a": 1}
    told = [snapshots.board(hub.handler.day, 0, lambda _: Told(0)), hub.handler.day]
    assert SAID not in repr(told)
    for file in folder_of(hub).glob("giliran.db*"):
        assert SAID.encode() not in file.read_bytes()


def test_nobody_can_tell_whose_answer_it_is(hub):
    request_id = uuid.uuid4().hex
    hub.ask(hub.request(m.RateService("A001", SURVEY), request_id=request_id))
    with sqlite3.connect(folder_of(hub) / NAME) as db:
        (row,) = db.execute("SELECT * FROM answer").fetchall()
    assert "A001" not in row
    assert request_id not in row


@pytest.mark.parametrize(
    ("body", "node", "code"),
    [
        (m.RateService("A009", SURVEY), "kiosk-1", "not_rateable"),
        (m.RateService("A001", m.Survey(sex="male", comment="  ")), "kiosk-1", "nothing_answered"),
        (m.RateService("A001", SURVEY), "web-1", "not_allowed"),
        (m.RateService("A001", SURVEY), "keypad-1", "not_allowed"),
        (m.RateServed("1", SURVEY), "kiosk-1", "not_allowed"),
        (m.EnterForm(SURVEY, TODAY), "kiosk-1", "not_allowed"),
        (m.EnterForm(SURVEY, "2026-04-07", officer="Siti"), "web-1", "wrong_date"),
        (m.EnterForm(SURVEY, "2024-04-07", officer="Siti"), "web-1", "wrong_date"),
        (m.EnterForm(SURVEY, "2026-02-30", officer="Siti"), "web-1", "wrong_date"),
        (m.EnterForm(SURVEY, TODAY, "z", officer="Siti"), "web-1", "unknown_service"),
    ],
)
@pytest.mark.expects_log("it may not ask for")
def test_what_is_refused_is_not_kept(hub, body, node, code):
    assert ask(hub, body, node).code == code
    assert (respondents(hub), rated(hub)) == (0, [])


def test_a_ticket_is_rated_once_and_a_repeated_request_counts_once(hub):
    request_id = uuid.uuid4().hex
    for _ in range(2):
        (reply,) = hub.ask(hub.request(m.RateService("A001", SURVEY), request_id=request_id))
        assert isinstance(reply, m.Accepted)
    assert ask(hub, m.RateService("A001", SURVEY), "kiosk-1").code == "already_rated"
    assert (respondents(hub), len(rated(hub)), held(hub)) == (1, 1, 0)


def test_two_kiosks_in_one_batch_rate_one_ticket_once(hub):
    both = [hub.request(m.RateService("A001", SURVEY), node=f"kiosk-{n}") for n in (1, 2)]
    first, second = hub.ask(*both)
    assert isinstance(first, m.Accepted)
    assert second.code == "already_rated"
    assert (respondents(hub), held(hub)) == (1, 0)


def test_a_keypad_rates_whoever_was_just_served_at_its_own_counter(hub):
    assert isinstance(ask(hub, m.RateServed("1", m.Survey(overall=4)), "keypad-1"), m.Accepted)
    tally = figures(hub).tallies(TODAY, TODAY, "source")["keypad"]
    assert (tally.respondents, tally.overall) == (1, (0, 0, 0, 1))


def test_a_keypad_rates_nobody_at_another_counter(tmp_path):
    first, second = ASKS.counters
    hub = opened(tmp_path, replace(ASKS, counters=(replace(first, keypads=("keypad-1",)), second)))
    serve(hub)
    assert ask(hub, m.RateServed("1", m.Survey(overall=1)), "keypad-2").code == "not_its_counter"
    assert isinstance(ask(hub, m.RateServed("1", m.Survey(overall=1)), "keypad-1"), m.Accepted)
    hub.store.close()


def test_a_form_on_paper_counts_for_its_own_day(hub):
    assert isinstance(ask(hub, m.EnterForm(SURVEY, "2026-04-02", "a", "Siti")), m.Accepted)
    assert isinstance(ask(hub, m.EnterForm(m.Survey({"fee": 1}), "2026-04-03", officer="Siti")), m.Accepted)
    by_source = figures(hub).tallies("2026-04-01", "2026-04-05", "source")
    assert {key: tally.respondents for key, tally in by_source.items()} == {"paper": 2}
    assert set(figures(hub).tallies("2026-04-01", "2026-04-05", "service")) == {"", "a"}


def test_yesterdays_ticket_is_counted_for_its_service_and_day(hub):
    hub.house.do(CloseDay())
    hub.clock.ms += DAY
    tick(hub)
    assert (hub.handler.day.date, hub.handler.day.rateable) == ("2026-04-07", {"A001": "a"})
    hub.store.close()
    again = opened(folder_of(hub), boot="boot-2", machine=hub.clock.machine)  # it knows yesterday from the log alone
    assert again.handler.day.yesterday == TODAY
    assert isinstance(ask(again, m.RateService("A001", SURVEY), "kiosk-1"), m.Accepted)
    assert figures(hub).tallies(TODAY, TODAY, "service")["a"].respondents == 1
    again.store.close()


@pytest.mark.expects_log("nothing was stored")
def test_what_the_log_could_not_keep_does_not_count_and_may_be_said_again(hub, monkeypatch):
    commit = hub.store.commit

    def full(*_):
        raise StorageFault("the disk is full")

    monkeypatch.setattr(hub.store, "commit", full)
    request = hub.request(m.RateService("A001", SURVEY))
    assert hub.ask(request)[0].code == "storage"
    assert (respondents(hub), held(hub)) == (0, 0)
    monkeypatch.setattr(hub.store, "commit", commit)
    assert isinstance(hub.ask(request)[0], m.Accepted)
    assert respondents(hub) == 1


@pytest.mark.expects_log("could not be kept")
def test_a_full_disk_beside_the_log_costs_the_answer_alone_and_the_citizen_is_told(hub, monkeypatch):
    ask(hub, m.RateService("A001"), "kiosk-1")

    def full(*_):
        raise StorageFault("the disk is full")

    with monkeypatch.context() as disk:
        disk.setattr(Answers, "hold", full)
        assert ask(hub, m.RateService("A001", SURVEY), "kiosk-1").code == "survey_storage"
        assert [part.code for part in hub.handler.surveys.parts] == ["cannot_write"]
        assert rated(hub) == []
        serve(hub)  # the queue goes on
    assert isinstance(ask(hub, m.RateService("A001", SURVEY), "kiosk-1"), m.Accepted)
    assert hub.handler.surveys.parts == []


@pytest.mark.expects_log("could not be kept", "could not be erased", "do not count yet")
def test_a_file_that_is_none_does_not_stop_the_hub(tmp_path):
    (tmp_path / NAME).write_bytes(b"no database at all" * 100)
    hub = opened(tmp_path)
    serve(hub)
    assert ask(hub, m.RateService("A001", SURVEY), "kiosk-1").code == "survey_storage"
    hub.store.close()


def test_a_hub_that_died_between_answer_and_log_or_log_and_answer_settles_both(hub):
    serve(hub)
    known = uuid.uuid4().hex
    hub.handler.surveys.settle = lambda: None  # it dies here: the log has it, and the answer does not count yet
    hub.ask(hub.request(m.RateService("A001", SURVEY), request_id=known))
    Answers(folder_of(hub) / NAME).hold(uuid.uuid4().hex, Occasion(TODAY, 9, "a", "kiosk"), SURVEY)  # or here
    assert (respondents(hub), held(hub)) == (0, 2)
    hub.store.close()
    again = opened(folder_of(hub), boot="boot-2")
    assert (respondents(hub), held(hub)) == (1, 0)
    assert ask(again, m.RateService("A001", SURVEY), "kiosk-1").code == "already_rated"
    assert isinstance(ask(again, m.RateService("A002", SURVEY), "kiosk-1"), m.Accepted)
    again.store.close()


def test_what_was_written_freely_is_erased_after_its_days_and_the_marks_stay(hub):
    ask(hub, m.EnterForm(SURVEY, "2026-03-08", "a", "Siti"))
    ask(hub, m.EnterForm(SURVEY, "2026-03-07", "a", "Siti"))
    serve(hub)
    for day in range(1, 3):
        hub.house.do(CloseDay())
        hub.clock.ms += DAY
        tick(hub)
        assert len(figures(hub).comments("2026-03-01", TODAY, 9)) == 2 - day
    assert respondents(hub) == 2
    assert SAID.encode() not in b"".join(file.read_bytes() for file in folder_of(hub).glob(f"{NAME}*"))


def test_nothing_is_erased_on_a_day_that_staff_may_still_take_back(hub):
    ask(hub, m.RateService("A001", SURVEY), "kiosk-1")
    day = hub.handler.day
    mistaken = replace(day, date="2044-01-01", before_vouch=Before(day.at, 0, day.date, None, ()))
    hub.handler.surveys.tidy(mistaken)
    assert len(figures(hub).comments(TODAY, TODAY, 9)) == 1
    hub.handler.surveys.tidy(replace(mistaken, before_vouch=None))  # somebody has come: it is so
    assert figures(hub).comments(TODAY, TODAY, 9) == []


def test_a_practice_keeps_no_answer(hub, tmp_path):
    hub.handler.surveys = Surveys(None, hub.store)
    assert isinstance(ask(hub, m.RateService("A001", SURVEY), "kiosk-1"), m.Accepted)
    assert not (tmp_path / NAME).exists()


def test_nobody_else_on_the_machine_may_read_the_answers(hub):
    ask(hub, m.RateService("A001", SURVEY), "kiosk-1")
    assert all(file.stat().st_mode & 0o007 == 0 for file in folder_of(hub).glob(f"{NAME}*"))


def test_kiosks_are_told_how_to_ask(hub):
    assert snapshots.office(hub.handler.day, 0).survey == "short"
    off = replace(hub.handler.day.definition, rules=Rules())
    hub.handler.day.definition = off
    assert snapshots.office(hub.handler.day, 0).survey == ""
