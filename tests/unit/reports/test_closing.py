"""Daily reports that are made up for: one that cannot be set keeps no other from being made."""

from __future__ import annotations

import pytest
from played_office import FIRST, NOW, SECOND, made

from appliance.reports.files import closing, documents
from appliance.reports.files.closing_orders import Request
from appliance.reports.files.documents import TypesettingFailed


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    return made(tmp_path_factory.mktemp("closing"))


def test_a_day_whose_report_cannot_be_set_keeps_no_later_day_from_its_own(office, tmp_path, monkeypatch):
    def pdf(report, file, _logo):
        if FIRST in file.name:
            raise TypesettingFailed("why_typst", detail="of it")
        file.write_text(str(report.span))

    monkeypatch.setattr(documents, "pdf", pdf)
    hub, reports = office
    done = closing.make_up(Request(str(hub), str(reports), str(tmp_path), NOW, after=FIRST))
    assert [day.day for day in done.days] == [SECOND]
    assert done.failed is not None
    assert done.failed.values["day"] == FIRST
