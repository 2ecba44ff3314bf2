"""The office's own words: each text that citizens read, with the usual words and a picture of where it is read."""

from __future__ import annotations

import unicodedata
from typing import Any, Final

import msgspec
from starlette.responses import HTMLResponse, Response

from appliance import texts
from appliance.texts.office_words import LONGEST, Given, OfficeWords, placeholders
from appliance.web.access import Page
from appliance.web.admin import checks
from appliance.web.admin.changes import Office
from appliance.web.admin.keeper import Shown
from appliance.web.admin.section import CHANGE, LOOK, Section, sentences
from appliance.web.admin.typed import LANGUAGES, by_language
from appliance.web.admin.wording import Wording
from appliance.web.browser import Browser, Form

HERE: Final = "/admin/texts"
NUMBER: Final = "A012"
"""Stands in the pictures."""


class Moment(msgspec.Struct, frozen=True):
    """One moment in which citizens read some of the texts.

    ``name``: its key below ``words.moment``; ``keys``: of the texts; ``title``, ``text``: keys of what its picture
    says, ``icon``: what it draws.
    """

    name: str
    keys: tuple[str, ...]
    title: str = ""
    text: str = ""
    icon: str = ""


PLACES: Final[dict[str, tuple[Moment, ...]]] = {
    "kiosk": (
        Moment("first", ("kiosk.begin", "kiosk.begin_second"), "kiosk.begin", "kiosk.begin_second"),
        Moment("services", ("kiosk.choose_service",), "kiosk.choose_service"),
        Moment("papers", ("kiosk.bring_hint",), "kiosk.bring_question", "kiosk.bring_hint"),
        Moment("priority", ("kiosk.priority_who",), "kiosk.priority", "kiosk.priority_who"),
        Moment("printed", ("kiosk.printed",), "kiosk.printed"),
        Moment("unprinted", ("kiosk.photograph",), "kiosk.failed_paper_out", "kiosk.photograph"),
        Moment("turn", ("kiosk.turn_hint",), "kiosk.turn_next", "kiosk.turn_hint"),
        Moment("trouble", ("kiosk.trouble",), "kiosk.trouble", "kiosk.trouble_away", "desk"),
        Moment("closed", ("kiosk.closed_hint",), "kiosk.closed_after", "kiosk.closed_hint", "moon"),
    ),
    "ticket": (Moment("ticket", ("ticket.follow", "ticket.thanks")),),
    "board": (
        Moment("welcome", ("board.welcome", "board.welcome_hint"), "board.welcome", "board.welcome_hint"),
        Moment("before", ("board.closed_hint_before",), "board.closed_before", "board.closed_hint_before", "clock"),
        Moment("after", ("board.closed_hint_after",), "board.closed_after", "board.closed_hint_after", "moon"),
    ),
}
"""Where citizens read, and when, in their order."""


class OwnWords(Section):
    """The page of the office's own words."""

    def pages(self) -> list[Page]:
        """Return what is answered here."""
        return [
            Page("GET", HERE, LOOK, self.show),
            Page("POST", HERE, CHANGE, self.save),
            Page("POST", f"{HERE}/preview", LOOK, self.preview),
        ]

    async def show(self, browser: Browser) -> Response:
        """Show every text."""
        return await self._form(browser, self.keeper.shown())

    async def save(self, browser: Browser) -> Response:
        """Save what was typed; an empty field means the usual words."""

        def change(office: Office) -> None:
            office["texts"] = typed_texts(browser.form, office.get("texts", {}))

        return await self.keeper.save(browser, change, lambda shown: self._form(browser, shown), HERE)

    async def preview(self, browser: Browser) -> Response:
        """Return a picture of every moment with what is typed, and beside each text what is wrong with it."""
        now = self.keeper.current().office
        office = {**now, "texts": typed_texts(browser.form, now.get("texts", {}))}
        shown = Shown(office, 0, tuple(checks.own_words_problems(office["texts"])))
        words = Wording(browser.language, office)
        values = self._values(shown, lambda path: sentences(words, shown.at(path)))
        return HTMLResponse(self.site.piece("admin_texts_pictures.html", browser.language, **values))

    async def _form(self, browser: Browser, shown: Shown) -> Response:
        words = Wording(browser.language, shown.office)
        values = self._values(shown, lambda path: sentences(words, shown.at(path)))
        return self.page(browser, "admin_texts.html", shown, **values)

    def _values(self, shown: Shown, wrong: Any) -> dict[str, Any]:
        given: Given = shown.office.get("texts", {})
        own = OfficeWords(given)
        return {
            "scenes": PLACES,
            "given": given,
            "longest": LONGEST,
            "in_languages": LANGUAGES,
            "must": lambda key: " ".join(f"{{{name}}}" for name in sorted(placeholders(texts.find(key)) or ())),
            "usual": texts.find,
            "say": lambda key, language: own.text(key, language, number=NUMBER) if key else "",
            "office_name": lambda language: texts.pick(dict(self.site.office_names()), language),
            "number": NUMBER,
            "wrong_with": wrong,
        }


def typed_texts(form: Form, before: Given) -> dict[str, dict[str, str]]:
    """Return the office's words as a form has them.

    What reads like the usual words is left to them. Languages that the form does not ask for stay as they were; what
    this release does not let an office word is left out.
    """
    found = {}
    for key in LONGEST:
        said = {language: _tidy(form[f"texts.{key}.{language}"]) for language in LANGUAGES}
        own = {language: "" if text == texts.find(key, language) else text for language, text in said.items()}
        kept = by_language(own, dict(before.get(key, {})))
        if kept:
            found[key] = kept
    return found


def _tidy(text: str) -> str:
    """Return a text in one line with single blanks, as a copy from elsewhere seldom is."""
    return " ".join(unicodedata.normalize("NFC", text).split())
