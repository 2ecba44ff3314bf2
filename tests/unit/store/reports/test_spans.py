"""Spans as people type them: whatever is taken for one has others beside it, and is written as it is read."""

from __future__ import annotations

import pytest

from appliance.store.reports.spans import parse


@pytest.mark.parametrize(
    "text", ["1900", "1900-01", "1900-01-01", "1900-W02", "2026-W53", "2999", "2999-12", "2999-12-31", "2999-W51",
             "2960-01-01..2999-12-31", "2024-02-29"],
)  # fmt: skip
def test_what_is_taken_for_a_span_has_others_beside_it(text):
    span = parse(text)
    assert span is not None
    assert str(span) == text
    assert span.before().last < span.first <= span.last < span.after().first
    assert span.year_before().last < span.last
    assert list(span.months_and_days())


@pytest.mark.parametrize(
    "text", ["0001", "0001-01-01", "0001-01", "0001-W01", "0999-05", "9999", "9999-12-31", "9999-12-01..9999-12-31",
             "\u0662\u0660\u0662\u0666"],
)  # fmt: skip
def test_a_year_of_no_log_is_no_span(text):
    assert parse(text) is None
