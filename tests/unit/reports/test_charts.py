"""A chart is drawn as described: every value at its place, axes with units, and nothing that overlaps or is lost."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest

from appliance.reports.charts import NARROW, WIDE, Chart, Series, svg, ticks

SPACE = "{http://www.w3.org/2000/svg}"


def drawn(chart, width=WIDE):
    return ET.fromstring(svg(chart, width))  # noqa: S314  # ours


def texts(root):
    return [text.text for text in root.iter(f"{SPACE}text")]


def marked(root, name):
    return [one for one in root.iter() if name in (one.get("class") or "").split()]


def chart(kind, labels=("a", "b", "c"), *values, **more):
    series = [Series(f"s{n}", some) for n, some in enumerate(values or ([1.0, 2.0, 4.0],))]
    return Chart(kind, "title", labels, series, "hours", "minutes", **more)


@pytest.mark.parametrize(
    ("most", "marks"),
    [(0, [0, 1]), (3, [0, 1, 2, 3]), (7, [0, 2, 4, 6, 8]), (41, [0, 20, 40, 60]), (1000, [0, 250, 500, 750, 1000])],
)
def test_an_axis_has_few_round_marks_up_to_the_largest_value(most, marks):
    assert ticks(most) == marks


@pytest.mark.parametrize("most", [0.3, 1, 2.2, 9.99, 10, 99, 123, 4_567, 1_000_000])
def test_no_value_stands_above_its_axis(most):
    marks = ticks(most)
    assert marks[-1] >= most
    assert 2 <= len(marks) <= 6


@pytest.mark.parametrize("kind", ["line", "bar", "range", "rows", "heat"])
@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_every_drawing_is_sound_says_its_values_and_has_units(kind, width):
    one = chart(kind, ("a", "b", "c"), [1.0, None, 4.0], [2.0, None, 5.0])
    root = drawn(one, width)
    titles = [title.text for title in root.iter(f"{SPACE}title")]
    assert "minutes" in texts(root)
    if kind == "heat":
        assert titles == ["s0 a – 1", "s0 c – 4", "s1 a – 2", "s1 c – 5"]
    else:
        assert titles == ["a – s0: 1; s1: 2", "b – –", "c – s0: 4; s1: 5"]
    if kind != "rows":
        assert "hours" in texts(root)


def test_bars_are_as_high_as_their_values():
    root = drawn(chart("bar"))
    heights = [float(bar.get("height")) for bar in marked(root, "fill0")]
    assert heights[1] == pytest.approx(2 * heights[0], abs=0.2)
    assert heights[2] == pytest.approx(4 * heights[0], abs=0.2)


def test_a_line_has_a_gap_where_nothing_was_measured():
    root = drawn(chart("line", "abcde", [1.0, 2.0, None, 3.0, 4.0]))
    assert len(marked(root, "ink0")) == 2


def test_a_lonely_value_between_gaps_is_seen():
    assert len(marked(drawn(chart("line", "abc", [None, 2.0, None])), "dot0")) == 1


def test_labels_that_would_overlap_are_left_out_and_none_is_lost_to_the_pointer():
    labels = [f"{n}/3" for n in range(1, 32)]
    root = drawn(chart("bar", labels, [1.0] * 31), NARROW)
    assert len([text for text in texts(root) if text in labels]) < 12
    assert len(marked(root, "hit")) == 31


def test_a_long_name_is_cut_in_the_drawing_and_whole_for_the_pointer():
    name = "Pelayanan Pengukuran dan Pemetaan Kadastral Terpadu untuk Masyarakat Hukum Adat"
    root = drawn(chart("rows", (name,), [3.0]), NARROW)
    assert any(text.endswith("…") and name.startswith(text[:-1]) for text in texts(root))
    assert next(root.iter(f"{SPACE}title")).text == f"{name} – s0: 3"


def test_names_are_no_markup():
    root = drawn(chart("rows", ('<script>"&',), [3.0], links=('/x?a=1&b="2"',)))
    assert '<script>"&' in texts(root)
    assert marked(root, "hit")[0].get("data-href") == '/x?a=1&b="2"'


def test_a_limit_is_drawn_inside_the_axis():
    root = drawn(chart("line", limit=(30.0, "promise")))
    (line,) = [one for one in marked(root, "ink1") if one.tag.endswith("line")]
    assert 30 <= float(line.get("y1")) < 250
    assert "promise" in texts(root)


def test_a_unit_that_has_no_room_beside_the_legend_does_not_lie_under_it():
    crowded = chart("bar", "abc", [1.0] * 3, [2.0] * 3)
    long = Chart("bar", "t", "abc", [Series("x" * 22, [1.0] * 3), Series("y" * 22, [1.0] * 3)], y="minutes")
    assert "minutes" in texts(drawn(crowded, NARROW))
    assert "minutes" not in texts(drawn(long, NARROW))


def test_nothing_is_drawn_of_nothing():
    assert chart("bar", "abc", [None, None, None]).empty
    assert not chart("bar", "abc", [None, 0.0, None]).empty


def test_series_differ_by_more_than_colour():
    root = drawn(chart("line", "abc", [1.0, 2.0, 3.0], [2.0, 3.0, 4.0]))
    dashes = {one.get("stroke-dasharray") for one in root.iter(f"{SPACE}polyline")}
    assert len(dashes) == 2


def test_numbers_in_it_are_short():
    assert not re.search(r"\d\.\d{3,}", svg(chart("line", "abc", [1 / 3, 2 / 3, 1.0], say="{:.1f}".format)))


def test_a_range_stands_over_its_bar_inside_the_axis_and_is_said():
    series = Series("s", [2.0, None, 4.0], [(1.0, 9.0), None, (3.0, 5.0)])
    described = Chart("bar", "title", ("a", "b", "c"), [series])
    root = drawn(described)
    lines = [one for one in root.iter(f"{SPACE}line") if "ink0" in (one.get("class") or "").split()]
    assert len(lines) == 6
    tops = [float(one.get("y2")) for one in lines]
    assert min(tops) >= 30
    bars = marked(root, "fill0")
    assert float(lines[0].get("y2")) < float(bars[0].get("y")) < float(lines[0].get("y1"))
    assert described.told(0) == "a – s: 2 (1–9)"
    assert described.told(1) == "b – –"
