"""Contingency sheets as they are typed where no script runs: a mistake costs nothing of what was typed."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from typing import Any

import pytest
from pages_bench import NOON, OFFICE, Office, Visitor

from appliance.store.store import Store
from appliance.web.contingency import ENTRY
from appliance.wire import messages as m
from appliance.wire import staff as s


@pytest.fixture
def office(tmp_path: Any) -> Iterator[Office]:
    Store(tmp_path / "giliran.db").close()
    bench = Office(tmp_path, database=str(tmp_path / "giliran.db"))
    bench.open()
    full = copy.deepcopy(OFFICE)
    for service in full["services"]:
        service["digits"] = 3  # type: ignore[index]
    bench.told(office=s.StaffOffice(1, 1, NOON, full))
    yield bench
    bench.stop()


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" (?:data-cell )?value="([^"]*)"', page)
    assert found
    return found[1]


def test_digits_alone_go_on_in_their_series_also_after_a_mistake(office: Office) -> None:
    asked: list[m.RecordPaper] = []

    async def ask(body: Any, _: str) -> m.AnyReply:
        asked.append(body)
        return m.Accepted(1, "0" * 32, 1, body.number)

    office.site.bus.ask = ask
    desk = Visitor(office.address, "desk")
    row = {"date": "2026-04-06", "number": "13", "after": "K-B012", "arrived": "2500"}
    status, page = desk.post(ENTRY, ENTRY, **row)
    assert (status, hidden(page, "number"), hidden(page, "arrived")) == (422, "13", "2500")
    desk.post(ENTRY, ENTRY, **{**row, "after": hidden(page, "after"), "arrived": "0800"})
    assert [body.number for body in asked] == ["K-B013"]
