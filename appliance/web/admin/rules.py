"""The rules of the queue, each with its meaning and an example; the fields are made from the rules themselves."""

from __future__ import annotations

import re
from typing import Any, Final, Literal, get_args, get_origin, get_type_hints

import msgspec
from starlette.responses import Response

from appliance.engine.definition import Reentry, Rules, Satisfaction
from appliance.web.access import Page
from appliance.web.admin import checks, typed
from appliance.web.admin.changes import Office
from appliance.web.admin.keeper import Shown
from appliance.web.admin.section import CHANGE, LOOK, Section
from appliance.web.browser import Browser

HERE: Final = "/admin/rules"
_ID: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")
GROUPS: Final = {
    "seconds_between_calls": "press",
    "undo_seconds": "press",
    "recall_limit": "call",
    "no_show_min_calls": "call",
    "no_show_min_seconds": "call",
    "priority_share": "turn",
    "regular_share": "turn",
    "promise_minutes": "turn",
    "booking_grace_minutes": "turn",
    "no_show_returns": "back",
    "parked_returns": "back",
    "transferred_enters": "back",
    "satisfaction": "survey",
}
"""Under which heading a rule stands; under the last one without an entry."""
LAST: Final = "lists"
ORDER: Final = ("turn", "call", "back", "press", LAST, "survey")


class Field(msgspec.Struct, frozen=True):
    """One rule as a form asks for it.

    ``kind``: a number, yes or no, a way back into the queue, ids, named ids, one of several, or how ratings are asked.
    """

    key: str
    kind: Literal["number", "flag", "way", "ids", "named", "choice", "survey"]
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()


def fields() -> dict[str, list[Field]]:
    """Return all rules that there are, by their headings."""
    found: dict[str, list[Field]] = {group: [] for group in ORDER}
    for field in msgspec.structs.fields(Rules):
        found[GROUPS.get(field.name, LAST)].append(_field(field.name, field.type))
    return found


def _field(key: str, kind: Any) -> Field:
    if kind is bool:
        return Field(key, "flag")
    if kind is Reentry:
        return Field(key, "way")
    if kind is Satisfaction:
        return Field(key, "survey", choices=get_args(get_type_hints(Satisfaction)["form"]))
    if get_origin(kind) is Literal:
        return Field(key, "choice", choices=get_args(kind))
    if get_origin(kind) is tuple:
        item = get_args(kind)[0]
        return Field(key, "named" if isinstance(item, type) and issubclass(item, msgspec.Struct) else "ids")
    return Field(key, "number", *checks.bounds(kind))


class RulesPages(Section):
    """The page of the rules."""

    def pages(self) -> list[Page]:
        """Return what is answered here."""
        return [Page("GET", HERE, LOOK, self.show), Page("POST", HERE, CHANGE, self.save)]

    async def show(self, browser: Browser) -> Response:
        """Show all rules."""
        return await self._form(browser, self.keeper.shown())

    async def _form(self, browser: Browser, shown: Shown) -> Response:
        return self.page(browser, "admin_rules.html", shown, groups=fields(), rules=shown.office["rules"])

    async def save(self, browser: Browser) -> Response:
        """Save all rules."""

        def change(office: Office) -> None:
            rules = office["rules"]
            for field in (field for group in fields().values() for field in group):
                rules[field.key] = _typed(browser, field, rules.get(field.key))

        return await self.keeper.save(browser, change, lambda shown: self._form(browser, shown), HERE)


def _typed(browser: Browser, field: Field, before: Any) -> Any:
    form, name = browser.form, f"rules.{field.key}"
    match field.kind:
        case "flag":
            return form[name] == "yes"
        case "way":
            return {"place": form[f"{name}.place"], "calls": typed.number(form[f"{name}.calls"], 3)}
        case "survey":
            days = typed.number(form[f"{name}.comment_days"], "")
            return {"on": form[f"{name}.on"] == "yes", "form": form[f"{name}.form"], "comment_days": days}
        case "ids":
            ids = [_id(line) for line in typed.lines(form[name])]
            return list(dict.fromkeys(ids))
        case "named":
            return _named(browser, name, before or [])
        case "choice":
            return form[name]
        case _:
            return typed.number(form[name], "")


def _id(line: str) -> str:
    return line if _ID.fullmatch(line) else typed.new_id(line, (), "reason")


def _named(browser: Browser, name: str, before: list[dict[str, Any]]) -> list[dict[str, Any]]:
    form = browser.form
    known = {item["id"]: item for item in before}
    found: list[dict[str, Any]] = []
    rows = zip(form.all(f"{name}.id"), form.all(f"{name}.names.id"), form.all(f"{name}.names.en"), strict=False)
    for key, in_id, in_en in rows:
        old = known.get(key, {})
        names = typed.by_language({"id": in_id, "en": in_en}, old.get("names", {}))
        if in_id or in_en:
            taken = {item["id"] for item in found} | known.keys()
            found.append({**old, "id": key or typed.new_id(in_id or in_en, taken, "outcome"), "names": names})
    return found
