"""The languages of one kiosk: the first is everybody's at the start, and each has texts."""

from __future__ import annotations

import pytest

from appliance.node.config import ConfigError
from appliance.tools.shots import scenes
from kiosk.__main__ import check
from kiosk.alone.desk import View
from kiosk.settings import KioskSettings
from kiosk.visit.course import Course
from kiosk.visit.events import Done, LanguageSet


@pytest.mark.parametrize("home", ["id", "en", "jv"])
def test_a_kiosk_begins_and_ends_each_visit_in_its_first_language(home: str) -> None:
    course = Course((), View, lambda _: None, lambda: 0, lambda: 1.0, home)
    assert course.flow.language == home
    course.learn(scenes.catalogue(1, scenes.USUAL))
    course.tick(hub=True)
    assert (course.flow.screen, course.flow.language, course.flow.deadline) == ("attract", home, None)
    course.happen(LanguageSet("en" if home != "en" else "id"))
    course.happen(Done())
    assert course.flow.language == home


def test_a_language_without_texts_is_named_at_the_start() -> None:
    check(KioskSettings(languages=("en",)))
    with pytest.raises(ConfigError, match="there are no texts in 'xx'"):
        check(KioskSettings(languages=("id", "xx")))
