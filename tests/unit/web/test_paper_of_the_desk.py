"""What the desk is told of the kiosks, and of what it did: without a browser, and without a kiosk."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest

from appliance.web import paper
from appliance.web.browser import Form
from appliance.web.desk import _meant
from appliance.web.live import Live, Present
from appliance.web.site import _kept_sentence
from appliance.wire import messages as m
from appliance.wire import staff as s


def kiosk(name: str, state: Any = "online", printer: Any = "ok") -> m.Presence:
    parts = [m.Part("printer", printer)] if printer else []
    return m.Presence(1, name, state, parts=parts)


NOW = Present(
    nodes={
        told.node: told
        for told in (
            kiosk("kiosk-4", printer=""),
            kiosk("kiosk-3", printer="fault"),
            kiosk("kiosk-2", printer="unknown"),
            kiosk("kiosk-1", "offline"),
            kiosk("display-1"),
        )
    }
)


def browser(cookie: str = "", **fields: str) -> Any:
    request = SimpleNamespace(cookies={paper.KIOSK: cookie} if cookie else {})
    return SimpleNamespace(request=request, form=Form(list(fields.items())))


def test_each_kiosk_says_whether_it_can_print() -> None:
    states = {one.name: one.state for one in paper.kiosks(NOW)}
    assert states == {"kiosk-1": "away", "kiosk-2": "ready", "kiosk-3": "trouble", "kiosk-4": "trouble"}
    expected = {name: paper.outlook(NOW, name) for name in (*states, "kiosk-9", "display-1")}
    assert expected == {
        "kiosk-1": "away",
        "kiosk-2": "asked",
        "kiosk-3": "trouble",
        "kiosk-4": "trouble",
        "kiosk-9": "away",
        "display-1": "away",
    }


def test_the_kiosk_of_the_last_time_is_offered_also_if_it_is_away_and_else_one_that_can_print() -> None:
    there = paper.kiosks(NOW)
    kept = {cookie: paper.chosen(browser(cookie), there) for cookie in ("", "-", "kiosk-1", "kiosk-9", "<b>")}
    assert kept == {"": "kiosk-2", "-": "", "kiosk-1": "kiosk-1", "kiosk-9": "kiosk-2", "<b>": "kiosk-2"}
    assert paper.chosen(browser(), []) == ""


def test_a_form_that_does_not_ask_prints_where_it_was_last_time() -> None:
    assert paper.wanted(browser("kiosk-3"), NOW) == "kiosk-3"
    assert paper.wanted(browser("kiosk-3", kiosk=""), NOW) == ""
    assert paper.wanted(browser("kiosk-3", kiosk="kiosk-2"), NOW) == "kiosk-2"
    with pytest.raises(msgspec.ValidationError):
        paper.wanted(browser(kiosk="display-1"), NOW)


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("code", ["asked", "away", "trouble", "refused"])
def test_what_came_of_it_names_the_number_and_the_kiosk(code: Any, language: str) -> None:
    said = paper.Printed("kiosk-1", code, "…").sentence("A031", language)
    assert "A031" in said
    assert "kiosk-1" in said


def test_a_number_is_found_without_its_noughts() -> None:
    there = ["A001", "A012", "AX12", "B1000"]
    typed = ("A12", "A012", "AX12", "A1", "B1000", "A", "12", "")
    assert [_meant(one, there) for one in typed] == ["A012", "A012", "AX12", "A001", "B1000", "A", "12", ""]


def test_a_sentence_that_was_carried_over_a_redirect_names_its_ticket_and_nothing_else() -> None:
    assert _kept_sentence("changed.A012", "id") == "A012 diubah."
    assert _kept_sentence("freed", "id") == "Loket dibebaskan."
    for forged in ("changed.<b>", "..", "nothing", "", "changed.{0}"):
        assert "<" not in _kept_sentence(forged, "id")
        assert "{" not in _kept_sentence(forged, "id")


def test_a_page_waits_for_what_was_done_and_not_for_ever() -> None:
    link: Any = SimpleNamespace(on=lambda *_: None)
    clock: Any = SimpleNamespace()

    async def play() -> None:
        live = Live(link, clock)
        live.begin(asyncio.get_running_loop())
        waiting = asyncio.create_task(live.reached(7))
        for seq in (6, 7):
            assert not waiting.done()
            live._take(lambda told: setattr(live.now, "queue", told), s.StaffQueue(1, seq, "2026-04-06", 0, [], [], []))
            await asyncio.sleep(0.02)
        await asyncio.wait_for(waiting, 5)
        await asyncio.wait_for(live.reached(8), 5)  # it never comes

    asyncio.run(play())
