"""Every way in which the office was defined: who, when, what was changed; two compared; one brought back."""

from __future__ import annotations

from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.responses import Response

from appliance.store.reader import LAST, Defined
from appliance.web.access import Page
from appliance.web.admin import checks
from appliance.web.admin.changes import differences
from appliance.web.admin.section import CHANGE, LOOK, Section
from appliance.web.admin.wording import Wording
from appliance.web.browser import Browser

HERE: Final = "/admin/versions"
LISTED: Final = 20


class Versions(Section):
    """The pages of versions."""

    def pages(self) -> list[Page]:
        """Return what is answered here."""
        return [
            Page("GET", HERE, LOOK, self.index),
            Page("GET", HERE + "/{seq}", LOOK, self.compare),
            Page("POST", HERE + "/{seq}/bring-back", CHANGE, self.bring_back),
        ]

    async def index(self, browser: Browser) -> Response:
        """Show the versions, the newest first, with the number of changes of each."""
        up_to = browser.request.query_params.get("before", "")
        last = int(up_to) - 1 if up_to.isascii() and up_to.isdigit() and len(up_to) < 18 else LAST
        found = self.keeper.versions(LISTED + 1, last)
        rows: list[dict[str, Any]] = []
        for place, one in enumerate(found[:LISTED]):
            before = found[place + 1] if place + 1 < len(found) else None
            rows.append({"version": one, "changes": self._changes(browser, before, one)})
        older = found[LISTED - 1].seq if len(found) > LISTED else 0
        return self.page(browser, "admin_versions.html", self.keeper.shown(), rows=rows, older=older)

    def _changes(self, browser: Browser, before: Defined | None, after: Defined) -> list[str]:
        """Return what a version changed: the labels of the first few."""
        if before is None:
            return []
        words = Wording(browser.language, after.office, before.office)
        return list(dict.fromkeys(words.label(change.path) for change in differences(before.office, after.office)))

    async def compare(self, browser: Browser) -> Response:
        """Show one version beside another: the one before it, unless another is named."""
        one = self._asked(browser.request.path_params["seq"])
        named = browser.request.query_params.get("with", "")
        found = self.keeper.versions(2, one.seq)
        before = self._asked(named) if named else found[1] if len(found) > 1 else None
        others = self.keeper.versions(LISTED)
        changes = differences(before.office, one.office) if before else []
        words = Wording(browser.language, one.office, before.office if before else {})
        return self.page(
            browser,
            "admin_version.html",
            self.keeper.shown(),
            one=one,
            before=before,
            others=others,
            changes=changes,
            words=words,
        )

    async def bring_back(self, browser: Browser) -> Response:
        """Show what would change if this version were in force again."""
        one = self._asked(browser.request.path_params["seq"])
        wrong = checks.office_problems(one.office)
        office = one.office if wrong else checks.whole(one.office)
        return self.keeper.review(browser, self.keeper.current(), office, HERE, "version")

    def _asked(self, seq: str) -> Defined:
        found = self.keeper.version(int(seq)) if seq.isascii() and seq.isdigit() and len(seq) < 18 else None
        if found is None:
            raise HTTPException(404)
        return found
