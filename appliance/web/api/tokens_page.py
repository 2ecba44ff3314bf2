"""``/admin/tokens``: tokens of other systems, which are made, shown once, and revoked here."""

from __future__ import annotations

from collections import deque
from typing import Final

from starlette.responses import Response

from appliance import texts
from appliance.people import Permission
from appliance.store.accounts import NotAccepted
from appliance.web.access import Page
from appliance.web.browser import Browser
from appliance.web.site import Site

NEED: Final = Permission.TOKENS_MANAGE
LIFETIMES: Final = (30, 90, 365, 730)
"""Days that are offered; without end as well."""
PATH: Final = "/admin/tokens"
REMEMBERED: Final = 200


class TokensPage:
    """The pages of tokens.

    Args:
        site: what they stand on.
    """

    def __init__(self, site: Site) -> None:
        self._site = site
        self._made: deque[str] = deque(maxlen=REMEMBERED)

    def pages(self) -> list[Page]:
        """Return what is answered here."""
        return [
            Page("GET", PATH, NEED, self.show),
            Page("POST", PATH, NEED, self.make, again=True),
            Page("POST", f"{PATH}/{{id}}/revoke", NEED, self.revoke, again=True),
        ]

    async def show(self, browser: Browser, problem: str = "", field: str = "") -> Response:
        """Show all tokens, and a form for a new one."""
        return self._site.page(
            browser,
            "tokens.html",
            422 if problem else 200,
            tokens=self._site.accounts.tokens(),
            scopes=[scope for scope in Permission if browser.may(scope)],
            lifetimes=LIFETIMES,
            problem=problem,
            field=field,
            given=browser.form,
            chosen=browser.form.all("scope"),
        )

    async def make(self, browser: Browser) -> Response:
        """Make a token and show it, this once. A page that is sent again makes no second one."""
        form = browser.form
        if form["id"] and form["id"] in self._made:
            return self._site.go(browser, PATH)
        wanted = frozenset(Permission(scope) for scope in form.all("scope") if scope in set(Permission))
        # Nobody hands out what they may not do themselves.
        scopes = frozenset(scope for scope in wanted if browser.may(scope))
        try:
            token, plain = self._site.accounts.make_token(form["label"], scopes, _days(form["days"]), browser.name)
        except NotAccepted as refusal:
            said = texts.text(f"api.tokens.{refusal.field}_{refusal.code}", browser.language)
            return await self.show(browser, said, refusal.field)
        self._made.append(form["id"])
        return self._site.page(browser, "token_made.html", token=token, plain=plain)

    async def revoke(self, browser: Browser) -> Response:
        """Let a token open nothing any more."""
        try:
            self._site.accounts.revoke_token(browser.request.path_params["id"])
        except NotAccepted:
            return await self.show(browser, texts.text("api.tokens.id_unknown", browser.language), "id")
        return self._site.go(browser, PATH, "token_revoked")


def _days(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 6):
        raise NotAccepted("days", "range")
    return int(text)
