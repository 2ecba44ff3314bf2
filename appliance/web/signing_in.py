"""Coming in and going out: signing in, the first administrator, proving again who one is, the demonstration's doors."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Final

from starlette.exceptions import HTTPException
from starlette.responses import Response

from appliance import texts
from appliance.pages.shell import LANGUAGES
from appliance.people import Role
from appliance.store.accounts import NotAccepted, NotLetIn
from appliance.web.access import CSRF, ELSEWHERE, Page, has_the_secret, parts_of
from appliance.web.browser import COOKIE, LANGUAGE, Browser, form_of
from appliance.web.first_code import kiosks
from appliance.web.site import Site

YEAR_SECONDS: Final = 365 * 24 * 3600
DEMONSTRATORS: Final = {
    Role.OFFICER: "Siti Rahayu",
    Role.DESK: "Budi Santoso",
    Role.HEAD: "Ibu Kartika",
    Role.ADMINISTRATOR: "Agus Wijaya",
    Role.TECHNICIAN: "Dewi Lestari",
    Role.VIEWER: "Tamu Dinas",
}


class SigningIn:
    """The pages of coming and going.

    Args:
        site: what they stand on.
    """

    def __init__(self, site: Site) -> None:
        self._site = site

    def pages(self) -> list[Page]:
        """Return what is answered here."""
        pages = [
            Page("GET", "/", "anybody", self.begin),
            Page("GET", "/sign-in", "anybody", self.form),
            Page("POST", "/sign-in", "anybody", self.sign_in),
            Page("POST", "/sign-out", "anybody", self.sign_out),
            Page("POST", "/resume", "anybody", self.resume, hands_on=True),
            Page("GET", "/first", "anybody", self.first_form),
            Page("POST", "/first", "anybody", self.first),
            Page("POST", "/language", "anybody", self.language),
        ]
        if self._site.settings.demonstration:
            pages.append(Page("POST", "/demonstrate", "anybody", self.demonstrate))
        return pages

    async def begin(self, browser: Browser) -> Response:
        """Go to where one's work begins."""
        nobody = not self._site.accounts.has_administrator() and not self._site.settings.demonstration
        if browser.session is None and nobody:
            return self._site.go(browser, "/first")
        return self._site.go(browser, self._site.home(browser))

    async def form(self, browser: Browser, problem: str = "", name: str = "") -> Response:
        """Ask who it is."""
        if browser.session is not None and not problem:
            return self._site.go(browser, self._site.home(browser))
        return self._site.page(
            browser,
            "sign_in.html",
            status=403 if problem else 200,
            problem=problem,
            given=name,
            then=browser.form["then"] or browser.request.query_params.get("then", ""),
            demonstrators=DEMONSTRATORS if self._site.settings.demonstration else {},
            first=not self._site.accounts.has_administrator(),
        )

    async def sign_in(self, browser: Browser) -> Response:
        """Let somebody in, or say why not."""
        name, secret = browser.form["name"], browser.form["secret"]
        try:
            token, _ = await asyncio.to_thread(self._site.accounts.sign_in, name, secret, browser.address)
        except NotLetIn as refusal:
            return await self.form(browser, why_not(refusal, browser.language), name)
        return self._in(browser, token)

    async def sign_out(self, browser: Browser) -> Response:
        """End the session: whatever the disk takes, whoever leaves has left."""
        if not has_the_secret(browser):
            raise HTTPException(403, ELSEWHERE)
        written = self._site.accounts.sign_out(browser.request.cookies.get(COOKIE, ""))
        response = self._site.go(browser, "/sign-in", "signed_out" if written else "signed_out_unwritten")
        response.delete_cookie(COOKIE)
        return response

    async def resume(self, browser: Browser) -> Response:
        """Let somebody in whose session ended in the middle of a form, and hand the form back, if it was theirs."""
        path, kept = _own(browser.form["resume_path"]), browser.form["resume_fields"]
        fields = form_of(kept.encode())
        try:
            token, session = await asyncio.to_thread(
                self._site.accounts.sign_in, browser.form["name"], browser.form["secret"], browser.address
            )
        except NotLetIn as refusal:
            return self._not_resumed(browser, why_not(refusal, browser.language), kept, path)
        if not session.filled_in(fields[CSRF]):
            self._site.accounts.sign_out(token)
            return self._not_resumed(browser, texts.text("web.ended.of_another", browser.language), kept, path)
        browser.session = session
        return browser.keep(self._site.page(browser, "resume.html", fields=fields.pairs(), action=path), COOKIE, token)

    def _not_resumed(self, browser: Browser, problem: str, kept: str, path: str) -> Response:
        return self._site.page(browser, "session_ended.html", 403, problem=problem, fields=kept, action=path)

    async def first_form(self, browser: Browser, problem: str = "", field: str = "") -> Response:
        """Ask for the code of the first administrator."""
        if self._site.accounts.has_administrator():
            return self._site.go(browser, "/sign-in")
        values = {name: browser.form[name] for name in ("code", "name")}
        status = 403 if problem else 200
        there = kiosks(self._site.live.now)
        return self._site.page(browser, "first.html", status, problem=problem, field=field, given=values, kiosks=there)

    async def first(self, browser: Browser) -> Response:
        """Make the first administrator."""
        form = browser.form
        if form["password"] != form["again"]:
            return await self.first_form(browser, texts.text("web.account.not_the_same", browser.language), "again")
        try:
            token, _ = await asyncio.to_thread(
                self._site.accounts.claim, form["code"], form["name"], form["password"], browser.address
            )
        except NotLetIn as refusal:
            return await self.first_form(browser, why_not(refusal, browser.language), "code")
        except NotAccepted as refusal:
            said = texts.text(f"web.account.{refusal.field}_{refusal.code}", browser.language)
            return await self.first_form(browser, said, refusal.field)
        return self._in(browser, token)

    async def demonstrate(self, browser: Browser) -> Response:
        """Sign in as one of the demonstration's people."""
        accounts = self._site.accounts
        try:
            role = Role(browser.form["role"])
        except ValueError:
            return await self.form(browser)
        name = DEMONSTRATORS[role]
        secret = f"demonstration of {role}"
        if accounts.person(name) is None:
            with suppress(NotAccepted):  # another visitor made them in this moment
                await asyncio.to_thread(lambda: accounts.add(name, role, password=secret))
        try:
            token, _ = await asyncio.to_thread(accounts.sign_in, name, secret, browser.address)
        except NotLetIn as refusal:
            return await self.form(browser, why_not(refusal, browser.language))
        return self._in(browser, token)

    async def language(self, browser: Browser) -> Response:
        """Change the language of this browser."""
        chosen = browser.form["to"]
        came_from = parts_of(browser.request.headers.get("referer", ""))
        back = (_own(came_from.path) if came_from else "") or "/"
        response = self._site.go(browser, back)
        if chosen in LANGUAGES:
            browser.keep(response, LANGUAGE, chosen, YEAR_SECONDS)
        return response

    def _in(self, browser: Browser, token: str) -> Response:
        browser.session = self._site.accounts.session(token)
        response = self._site.go(browser, _own(browser.form["then"]) or self._site.home(browser))
        return browser.keep(response, COOKIE, token)


def why_not(refusal: NotLetIn, language: str) -> str:
    """Return in words why somebody is not let in; never whether the name or the secret was wrong."""
    key = "wait" if refusal.code == "wait" else "wrong"
    return texts.text(f"web.let_in.{key}", language, minutes=-(-refusal.wait_ms // 60_000))


def _own(path: str) -> str:
    """Return a path of ours, or nothing: nobody is sent elsewhere by a link that looks like ours."""
    fits = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if fits else ""
