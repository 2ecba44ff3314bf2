"""The index as pages, files and forms: what a real server shows of a real file of answers."""

from __future__ import annotations

import csv
import io
import json
import re
import sqlite3
import uuid
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from pages_bench import OFFICE, Office, Visitor

from appliance.commands import ELEMENTS, Survey
from appliance.reports.satisfaction.survey_report import Span, span_of, usual_spans
from appliance.store.projections import INSERT_TICKET
from appliance.store.satisfaction.answers import NAME, Answers, Occasion
from appliance.store.store import Store
from appliance.web.desk_survey import HERE as DESK
from appliance.web.reports.satisfaction import HERE
from appliance.wire import messages as m

SPAN = "?from=2026-04-01&to=2026-06-30"
WRITTEN = "Antre lama <b>sekali</b>"


def say(answers: Answers, day: str, service: str, mark: int, **more: Any) -> None:
    request_id = uuid.uuid4().hex
    survey = Survey(dict.fromkeys(ELEMENTS, mark), **more)  # type: ignore[arg-type]
    answers.hold(request_id, Occasion(day, 9, service, "kiosk"), survey)
    answers.settle(lambda _: True, [request_id])


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("office")
    database = folder / "giliran.db"
    Store(database).close()
    with sqlite3.connect(database) as db:
        for number in range(20):
            values = ("2026-04-06", f"A{number:03d}", "a", 0, "served", 0, number, "1", 0, 0, 0, 1)
            db.execute(INSERT_TICKET, (*values, "kiosk", "kiosk-1", 0, 0, 0))
    db.close()
    answers = Answers(folder / NAME)
    for mark in (4, 4, 3):
        say(answers, "2026-04-06", "a", mark, sex="female", age="30_39", schooling="s1", occupation="private")
    say(answers, "2026-05-06", "b", 2, overall=2, sex="male", comment=WRITTEN)
    say(answers, "2026-02-03", "a", 3)
    answers.hold(uuid.uuid4().hex, Occasion("2026-04-07", 9, "a", "kiosk"), Survey(overall=1))  # counts nowhere yet
    answers.close()
    bench = Office(folder, database=str(database))
    bench.open()
    yield bench
    bench.stop()


@pytest.fixture(scope="module")
def head(office: Office) -> Visitor:
    return Visitor(office.address, "head")


def figures(page: str) -> list[str]:
    found = re.search(r'<dl class="figures">(.*?)</dl>', page, re.DOTALL)
    assert found
    return [re.sub(r"<[^>]+>", "", one).strip() for one in re.findall(r"<dd>(.*?)</dd>", found[1], re.DOTALL)]


def test_the_index_with_its_class_respondents_and_sample(head: Visitor) -> None:
    """(4 + 4 + 3 + 2) / 4 × 25 = 81.25; of 20 people 19 are needed."""
    status, page = head.get(HERE + SPAN)
    assert status == 200
    assert figures(page) == ["81,25", "B", "4 / 19", "2,00"]
    assert "Kurang 15 responden" in page
    assert "2026-01-01 s.d. 2026-03-31): 75,00" in page
    assert "Diperbaiki lebih dahulu" in page
    assert "Konsultasi" in page


def test_it_speaks_both_languages_with_their_own_figures(office: Office) -> None:
    page = Visitor(office.address, "viewer", "en").get(HERE + SPAN)[1]
    assert figures(page)[0] == "81.25"
    assert "Improve first" in page


def test_what_was_written_is_read_by_heads_and_never_as_html(office: Office, head: Visitor) -> None:
    assert "Antre lama &lt;b&gt;sekali" in head.get(HERE + SPAN)[1]
    assert "Antre lama" not in Visitor(office.address, "viewer").get(HERE + SPAN)[1]


def test_a_span_without_answers_says_so_and_a_wrong_one_what_is_wanted(head: Visitor) -> None:
    assert "Tidak ada jawaban" in head.get(HERE + "?from=2025-01-01&to=2025-01-31")[1]
    for wrong in ("?from=2026-06-30&to=2026-04-01", "?from=x&to=2026-04-01", "?from=2026-02-30&to=2026-04-01",
                  "?to=2026-04-01", "?from=1900-01-01&to=2026-01-01"):  # fmt: skip
        status, page = head.get(HERE + wrong)
        assert status == 400
        assert "Isi dua tanggal" in page
        assert head.get(HERE + ".csv" + wrong)[0] == 400


def test_without_dates_it_is_this_quarter(head: Visitor) -> None:
    assert figures(head.get(HERE)[1])[0] == "81,25"


def test_as_csv_for_a_spreadsheet_and_as_json_without_what_was_written(head: Visitor) -> None:
    status, headers, body = head.fetch(HERE + ".csv" + SPAN)
    rows = list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"))))
    assert (status, headers["content-type"].split(";")[0]) == (200, "text/csv")
    assert (rows[0]["by"], rows[0]["respondents"], rows[0]["fee"], rows[0]["index"], rows[0]["class"]) == (
        "all", "4", "3.25", "81.25", "B",
    )  # fmt: skip
    assert {(row["by"], row["key"], row["respondents"]) for row in rows} >= {
        ("service", "a", "3"), ("service", "b", "1"), ("sex", "male", "1"), ("month", "2026-05", "1"),
    }  # fmt: skip
    told = json.loads(head.fetch(HERE + ".json" + SPAN)[2])
    assert (told["all"]["index"], told["served"], told["needed"]) == (81.25, 20, 19)
    assert told["groups"]["schooling"]["s1"]["elements"]["time"]["answers"] == [0, 0, 1, 2]
    assert "Antre" not in body.decode() + json.dumps(told)


@pytest.mark.expects_log("damaged")
def test_a_file_that_cannot_be_read_is_said(tmp_path: Any) -> None:
    Store(tmp_path / "giliran.db").close()
    (tmp_path / NAME).write_bytes(b"no database" * 1000)
    bench = Office(tmp_path, database=str(tmp_path / "giliran.db"))
    try:
        bench.open()
        head = Visitor(bench.address, "head")
        assert "tidak dapat dibaca" in head.get(HERE)[1]
        assert head.get(HERE + ".json")[0] == 503
    finally:
        bench.stop()


def test_an_office_that_has_never_asked_has_a_page_all_the_same(tmp_path: Any) -> None:
    Store(tmp_path / "giliran.db").close()
    bench = Office(tmp_path, database=str(tmp_path / "giliran.db"))
    try:
        bench.open()
        page = Visitor(bench.address, "head").get(HERE)[1]
        assert "Tidak ada jawaban" in page
        assert "Kios belum menanyakan" in page
    finally:
        bench.stop()


@pytest.fixture
def entered(office: Office, monkeypatch: pytest.MonkeyPatch) -> list[m.EnterForm]:
    """What the hub is asked; it accepts."""
    asked: list[m.EnterForm] = []

    async def ask(body: Any, request_id: str) -> m.AnyReply:
        asked.append(body)
        return m.Accepted(1, request_id, 0)

    monkeypatch.setattr(office.site.bus, "ask", ask)
    return asked


def test_nine_digits_and_enter_are_a_form(office: Office, entered: list[m.EnterForm]) -> None:
    clerk = Visitor(office.address, "desk")
    fields = {"marks": "343 443-320", "date": "2026-04-02", "service": "b", "sex": "female", "age": ""}
    status, page = clerk.post(DESK, DESK, comment="Bagus", id="0" * 32, **fields)
    assert status == 200
    marks = {element: int(mark) for element, mark in zip(ELEMENTS, "343443320", strict=True) if mark != "0"}
    assert entered == [m.EnterForm(Survey(marks, sex="female", comment="Bagus"), "2026-04-02", "b", "Head")] or (
        entered[0].survey == Survey(marks, sex="female", comment="Bagus")
        and (entered[0].date, entered[0].service) == ("2026-04-02", "b")
    )
    assert "Formulir tersimpan" in page
    assert 'value="2026-04-02"' in page
    assert re.search(r'value="b" selected', page)
    assert re.search(r'name="marks" value=""', page)


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "0002-01-01"])
def test_the_ends_of_the_calendar_are_no_span(head: Visitor, day: str) -> None:
    assert [head.get(f"{HERE}{kind}?from={day}&to={day}")[0] for kind in ("", ".csv", ".json")] == [400] * 3


@pytest.mark.parametrize("marks", ["34344332", "3434433233", "343443325", "abcdefghi", ""])
def test_what_is_not_nine_marks_is_said_beside_the_field_and_nothing_is_lost(
    office: Office, entered: list[m.EnterForm], marks: str
) -> None:
    clerk = Visitor(office.address, "desk")
    status, page = clerk.post(DESK, DESK, marks=marks, date="2026-04-02", service="b", comment="Bagus", sex="male")
    assert status == 422
    assert entered == []
    assert 'id="f-marks-problem"' in page
    assert all(kept in page for kept in ('value="Bagus"', 'value="2026-04-02"', 'value="male" selected'))


def test_the_empty_questionnaire_has_every_question_with_its_answers(office: Office) -> None:
    for language, some in (("id", "Sangat sesuai"), ("en", "Very expensive")):
        page = Visitor(office.address, "desk", language).get(f"{DESK}/sheet")[1]
        assert page.count('<th scope="row">') == 9
        assert some in page
        assert OFFICE["services"][1]["names"]["id"] in page


def test_usual_spans_and_what_was_before_them() -> None:
    spans = usual_spans(date(2026, 2, 15))
    assert {key: span.days for key, span in spans.items()} == {
        "quarter": ("2026-01-01", "2026-03-31"),
        "last_quarter": ("2025-10-01", "2025-12-31"),
        "semester": ("2026-01-01", "2026-06-30"),
        "year": ("2026-01-01", "2026-12-31"),
    }
    assert spans["quarter"].before == spans["last_quarter"]
    assert Span(date(2026, 3, 1), date(2026, 3, 31)).before.days == ("2026-02-01", "2026-02-28")
    assert Span(date(2026, 3, 2), date(2026, 3, 8)).before.days == ("2026-02-23", "2026-03-01")
    assert span_of("2026-03-02", "2026-03-02") is not None
