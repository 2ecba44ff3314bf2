"""What all pages of the administration share."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

from starlette.responses import Response

from appliance.engine.soundness import Problem
from appliance.people import Permission
from appliance.web.access import Page
from appliance.web.admin.keeper import Keeper, Shown
from appliance.web.admin.typed import LANGUAGES, WEEKDAYS, by_language, spans_text
from appliance.web.admin.wording import Wording
from appliance.web.browser import Browser
from appliance.web.site import Site

LOOK: Final = Permission.OFFICE_READ
CHANGE: Final = Permission.OFFICE_DEFINE


class Section:
    """A part of the administration.

    Args:
        site: what pages stand on.
        keeper: of the office's definition.
    """

    def __init__(self, site: Site, keeper: Keeper) -> None:
        self.site = site
        self.keeper = keeper

    def pages(self) -> list[Page]:
        """Return what is answered here."""
        raise NotImplementedError

    def page(self, browser: Browser, template: str, shown: Shown, **values: Any) -> Response:
        """Return a page about the office.

        Args:
            browser: that asked.
            template: its file.
            shown: the office as the page shows it.
            values: what else it shows.
        """
        now = self.keeper.current()
        words = Wording(browser.language, shown.office, now.office)
        frame = {
            "shown": shown,
            "draft": shown.office,
            "words": words,
            "can": browser.may(CHANGE),
            "sentences": lambda *paths: sentences(words, shown.at(*paths)),
            "weekdays": WEEKDAYS,
            "spans": spans_text,
        }
        return self.site.page(browser, template, shown.status, **{**frame, **values})


def sentences(words: Wording, problems: Collection[Problem]) -> str:
    """Return what is wrong at one field."""
    return " ".join(dict.fromkeys(words.problem(problem) for problem in problems))


def named(browser: Browser, field: str, before: dict[str, Any]) -> dict[str, Any]:
    """Return texts by language of the fields ``field.id``, ``field.en``; further languages stay as they were."""
    return by_language({language: browser.form[f"{field}.{language}"] for language in LANGUAGES}, before)
