"""What other systems are told of an event: every field of every kind was thought about, and no person is among them."""

from __future__ import annotations

from typing import get_args

import msgspec
import pytest

from appliance.engine.events import VERSION, Event
from appliance.store.hash_chain import Row
from appliance.web.api.telling import KEPT_BACK, TOLD, happened


@pytest.mark.parametrize("kind", get_args(Event), ids=lambda kind: kind.__name__)
def test_every_field_is_told_or_kept_back_on_purpose(kind: type[msgspec.Struct]) -> None:
    unknown = set(kind.__struct_fields__) - TOLD - KEPT_BACK
    assert unknown == set(), "decide in web/api/telling.py whether other systems are told of it"


def test_nothing_is_both() -> None:
    assert set() == TOLD & KEPT_BACK


def row(kind: str, body: str) -> Row:
    return (7, 1000, "2026-04-06", kind, VERSION, "web-1 Siti", None, 0, body, b"")


def test_a_person_is_not_told() -> None:
    body = '{"type":"TicketIssued","number":"A001","service":"a","priority":false,"told":{},"booking":"AB","due_at":5}'
    event = happened(row("TicketIssued", body))
    assert event.data == {"number": "A001", "service": "a", "priority": False, "due_at": 5}
    assert event.subject == "2026-04-06 A001"
    assert happened(row("CounterOpened", '{"type":"CounterOpened","counter":"1","officer":"Siti"}')).data == {
        "counter": "1"
    }


@pytest.mark.parametrize("body", ["", "7", "null", "[]", "{", '"x"'])
def test_a_record_that_cannot_be_read_is_still_told_of(body: str) -> None:
    assert happened(row("TicketCalled", body)).data == {}
