"""The office's own words on the board."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from appliance.texts.office_words import LONGEST
from appliance.wire.messages import Office
from display import board_text
from display.board_state import Hero, View

OFFICE = Office({"id": "Kantor"}, "open")
WHERE = {
    "board.welcome": ("open", "welcome", "title"),
    "board.welcome_hint": ("open", "welcome", "hint"),
    "board.closed_hint_before": ("before", "closed", "hint"),
    "board.closed_hint_after": ("after", "closed", "hint"),
}


@pytest.mark.parametrize("key", [key for key in LONGEST if key.startswith("board.")])
def test_every_text_that_an_office_words_is_read_where_it_belongs(key: str) -> None:
    phase, mode, place = WHERE[key]
    office = replace(OFFICE, phase=phase, texts={key: {"id": "Sugeng rawuh"}})
    view = View(Hero(mode), office, (), (), None, trusted=True)  # type: ignore[arg-type]  # one of its modes
    assert board_text.hero(view, "id", None, "Asia/Jakarta")[place] == "Sugeng rawuh"
    assert board_text.hero(view, "en", None, "Asia/Jakarta")[place] not in ("Sugeng rawuh", "")


def test_before_the_hub_has_told_of_an_office_the_catalogues_speak() -> None:
    view = View(Hero("starting"), None, (), (), None, trusted=False)
    assert board_text.hero(view, "id", None, "")["title"] == "Sebentar lagi siap"
