"""Recorded mornings: the file format, and the waits that the rows give."""

from __future__ import annotations

from importlib import resources

import pytest

from appliance.simulation.morning import BadRow, read_morning
from appliance.simulation.replay import replay

HEADER = "applicant,arrived,service_minutes\n"


def sample(table):
    return (resources.files("appliance") / "sample_data" / f"bpn_bekasi_table{table}.csv").read_text()


@pytest.mark.parametrize(
    ("table", "counters", "mean"),
    [(3, 1, 56.16), (3, 2, 22.44), (3, 3, 14.36), (4, 1, 5.60), (4, 2, 1.05), (4, 3, 0.40)],
)
def test_the_mean_waits_of_the_recorded_mornings(table, counters, mean):
    visits = replay(read_morning(sample(table)), counters, opens_s=8 * 3600)
    assert sum(v.wait_minutes for v in visits) / len(visits) == pytest.approx(mean, abs=0.005)
    assert len({v.number for v in visits}) == len(visits)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "line 1: the column 'applicant' is missing"),
        ("applicant,arrived\n", "line 1: the column 'service_minutes' is missing"),
        (HEADER.replace("\n", ",colour\n"), "line 1: unknown column 'colour'"),
        (HEADER, "line 2: nobody comes"),
        (HEADER + "1,07:30,5\n2,25:00,4\n", "line 3: arrived is '25:00'"),
        (HEADER + "1,07:30,5\n2,7h,4\n", "line 3: arrived is '7h'"),
        (HEADER + "1,07:30,zero\n", "line 2: service_minutes is 'zero'"),
        (HEADER + "1,07:30,0\n", "line 2: service_minutes is '0'"),
        (HEADER + "1,07:30,nan\n", "line 2: service_minutes is 'nan'"),
        (HEADER + "1,07:30\n", "line 2: 2 values for 3 columns"),
        (HEADER + "1,07:30,5\n1,07:31,5\n", "line 3: applicant '1' is there twice"),
        (HEADER + ",07:30,5\n", "line 2: applicant is empty"),
    ],
)
def test_a_bad_row_is_refused_with_its_line(text, complaint):
    with pytest.raises(BadRow, match="line") as refused:
        read_morning(text)
    assert complaint in str(refused.value)


def test_applicants_come_in_the_order_of_arrival_then_of_their_row():
    people = read_morning(HEADER + "late,08:10,5\nearly,07:30,5\nsame,07:30:00,5\n")
    assert [p.name for p in people] == ["early", "same", "late"]
