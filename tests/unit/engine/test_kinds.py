"""Every kind of event has its row, and every command its rule."""

from __future__ import annotations

from typing import get_args

from appliance.engine import commands as c
from appliance.engine.command_rules import RULES
from appliance.engine.events import Event
from appliance.engine.evolve import _CHANGES
from appliance.engine.kinds import KINDS
from appliance.hub import translate
from appliance.wire import messages as m


def test_every_kind_of_event_has_one_row_and_one_change():
    assert set(KINDS) == set(get_args(Event)) == set(_CHANGES)


def test_every_command_of_the_vocabulary_has_a_rule_and_somebody_who_may_ask_for_it():
    for body in get_args(m.AnyBody):
        place = translate._PLACES.get(body)
        assert RULES[place[0] if place else body].by, body
    assert not RULES[c.OpenDay].by
    assert not RULES[c.CloseDay].by
