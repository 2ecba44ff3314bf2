"""The office's own words on their way from its head to the boxes."""

from __future__ import annotations

import msgspec
import pytest
from hub_bench import NOW, OFFICE, ask

from appliance import texts
from appliance.engine.definition import Definition
from appliance.engine.model import Told
from appliance.hub import snapshots
from appliance.hub.calendar import problems
from appliance.texts.office_words import LONGEST
from appliance.wire import messages as m

OWN = {"board.welcome": {"id": "Sugeng rawuh"}, "ticket.thanks": {"id": "Matur nuwun", "en": "Thank you, friend"}}


def define(hub, own):
    definition = msgspec.structs.replace(OFFICE, texts=own)
    return ask(hub, m.Define(msgspec.to_builtins(definition), "siti"))


def test_kiosks_and_boards_are_told_them_at_once_and_when_they_are_taken_back(hub):
    day = hub.handler.day
    for own in (OWN, {}):
        assert isinstance(define(hub, own), m.Accepted)
        assert snapshots.board(day, NOW, lambda _: Told(0)).office.texts == own
        assert snapshots.catalogue(day, NOW, lambda _: Told(0)).office.texts == own


@pytest.mark.parametrize(
    ("own", "code"),
    [
        ({"kiosk.refused": {"id": "Tidak"}}, "unknown_key"),
        ({"board.welcome": {"id": "x" * 33}}, "text_too_long"),
        ({"kiosk.photograph": {"id": "Foto layar"}}, "placeholders"),
        ({"board.welcome": {"id": "\u202eabc"}}, "unseen"),
    ],
)
def test_words_that_no_box_could_show_are_refused_and_the_office_stays(hub, own, code):
    assert isinstance(define(hub, OWN), m.Accepted)
    reply = define(hub, own)
    assert reply.code == "wrong_definition"
    assert [problem.code for problem in reply.problems] == [code]
    assert hub.handler.day.definition.texts == OWN


def test_every_text_as_long_as_it_may_be_in_every_language_is_not_too_much_for_the_bus():
    full = {
        key: dict.fromkeys(
            sorted(texts.languages()), ("{number}" if key == "kiosk.photograph" else "").ljust(most, "é")
        )
        for key, most in LONGEST.items()
    }
    assert problems(msgspec.structs.replace(OFFICE, texts=full), NOW) == []


def test_an_office_of_an_older_log_has_none():
    older = msgspec.to_builtins(OFFICE)
    del older["texts"]
    assert msgspec.convert(older, Definition).texts == {}
    assert msgspec.convert({"names": {"id": "Kantor"}, "phase": "open"}, m.Office).texts == {}
