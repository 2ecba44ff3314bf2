"""The whole office as one file: taken away as TOML or JSON, and read in again after a look at what would change."""

from __future__ import annotations

import json
import tomllib
from typing import Any, Final

import msgspec
from starlette.exceptions import HTTPException
from starlette.responses import Response

from appliance import texts
from appliance.web.access import Page
from appliance.web.admin import checks
from appliance.web.admin.changes import LISTS
from appliance.web.admin.keeper import Shown
from appliance.web.admin.section import CHANGE, LOOK, Section
from appliance.web.admin.toml import office_toml
from appliance.web.browser import Browser

HERE: Final = "/admin/file"


class NotRead(Exception):
    """A file is no office; the sentence's key and what it names."""

    def __init__(self, key: str, **values: str) -> None:
        super().__init__(key)
        self.key = key
        self.values = values


class OneFile(Section):
    """The pages of the office as a file."""

    def pages(self) -> list[Page]:
        """Return what is answered here."""
        return [
            Page("GET", HERE, LOOK, self.show),
            Page("GET", f"{HERE}/office.{{kind}}", LOOK, self.export),
            Page("POST", HERE, CHANGE, self.read),
            Page("POST", "/admin/whole", CHANGE, self.keeper.save_whole),
        ]

    async def show(self, browser: Browser) -> Response:
        """Show both ways."""
        return self._form(browser, self.keeper.shown(), "")

    def _form(self, browser: Browser, shown: Shown, given: str) -> Response:
        return self.page(browser, "admin_file.html", shown, given=given)

    async def export(self, browser: Browser) -> Response:
        """Return the office as a file."""
        kind, office = browser.request.path_params["kind"], self.keeper.current().office
        if kind == "toml":
            content, media = office_toml(office).encode(), "application/toml"
        elif kind == "json":
            content, media = msgspec.json.format(msgspec.json.encode({"office": office}), indent=2), "application/json"
        else:
            raise HTTPException(404)
        name = f"office.{kind}"
        return Response(content, media_type=media, headers={"content-disposition": f'attachment; filename="{name}"'})

    async def read(self, browser: Browser) -> Response:
        """Read a file, and show what would change."""
        given, now = browser.form["office"], self.keeper.current()
        try:
            office = read_office(given)
        except NotRead as error:
            note = texts.text(f"admin.file.{error.key}", browser.language, **error.values)
            return self._form(browser, Shown(now.office, now.seq, note=note, status=422), given)
        wrong = checks.office_problems(office)
        if wrong:
            kept = {**now.office, **{key: value for key, value in office.items() if key in LISTS and _has_ids(value)}}
            return self._form(browser, Shown(kept, now.seq, tuple(wrong), status=422), given)
        return self.keeper.review(browser, now, checks.whole(office), HERE, "file")


def read_office(text: str) -> dict[str, Any]:
    """Return the office in a file that is TOML or JSON; its table ``office``, or all of it. Raises ``NotRead``."""
    if not text.strip():
        raise NotRead("empty")
    try:
        found = json.loads(text) if text.lstrip().startswith("{") else tomllib.loads(text)
        json.dumps(found, ensure_ascii=False, default=str).encode()  # an escape may stand for half a letter
    except (ValueError, RecursionError) as error:  # also a number of thousands of digits
        raise NotRead("unreadable", error=str(error)) from error
    office = found.get("office", found) if isinstance(found, dict) else None
    if not isinstance(office, dict) or "services" not in office:
        raise NotRead("no_office")
    return office


def _has_ids(items: Any) -> bool:
    return isinstance(items, list) and all(isinstance(item, dict) and isinstance(item.get("id"), str) for item in items)
