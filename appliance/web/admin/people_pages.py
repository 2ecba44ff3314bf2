"""Who works here: people, their roles and secrets, where they are signed in; and everybody's own account."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.responses import Response

from appliance import texts
from appliance.people import GRANTS, Permission, Role
from appliance.store.accounts import NotAccepted, NotLetIn, Person
from appliance.web.access import Page
from appliance.web.browser import COOKIE, Browser
from appliance.web.signing_in import why_not
from appliance.web.site import Site

HERE: Final = "/admin/people"
MAY: Final = Permission.PEOPLE_MANAGE


class People:
    """The pages of people.

    Args:
        site: what pages stand on.
    """

    def __init__(self, site: Site) -> None:
        self._site = site

    def pages(self) -> list[Page]:
        """Return what is answered here."""
        one = HERE + "/{number}"
        return [
            Page("GET", HERE, MAY, self.index),
            Page("GET", f"{HERE}/new", MAY, self.new),
            Page("POST", f"{HERE}/new", MAY, self.add, again=True),
            Page("GET", one, MAY, self.one),
            Page("POST", f"{one}/role", MAY, self.role, again=True),
            Page("POST", f"{one}/secret", MAY, self.secret, again=True),
            Page("POST", f"{one}/active", MAY, self.active, again=True),
            Page("POST", f"{one}/end-sessions", MAY, self.end_sessions),
            Page("GET", "/me", "signed_in", self.me),
            Page("POST", "/me", "signed_in", self.change_me),
        ]

    # -- everybody -------------------------------------------------------------------------------------------------

    async def index(self, browser: Browser) -> Response:
        """Show everybody."""
        people = sorted(self._site.accounts.people(), key=lambda person: not person.active)
        places = {person.name: len(self._site.accounts.sessions(person.name)) for person in people}
        return self._site.page(browser, "admin_people.html", people=people, places_of=places)

    async def new(self, browser: Browser) -> Response:
        """Show an empty form."""
        return self._new(browser)

    def _new(self, browser: Browser, problem: NotAccepted | None = None) -> Response:
        given = {name: browser.form[name] for name in ("name", "role")}
        return self._site.page(
            browser,
            "admin_person_new.html",
            422 if problem else 200,
            given=given,
            problem=_sentence(problem, browser.language),
            field=problem.field if problem else "",
            roles=_roles(browser.language),
        )

    async def add(self, browser: Browser) -> Response:
        """Add somebody."""
        form = browser.form
        try:
            role = Role(form["role"])
            _one_of(form["password"], form["pin"])
            person = await asyncio.to_thread(
                lambda: self._site.accounts.add(form["name"], role, password=form["password"], pin=form["pin"])
            )
        except ValueError:
            return self._new(browser, NotAccepted("role", "unknown"))
        except NotAccepted as problem:
            return self._new(browser, problem)
        return self._site.go(browser, f"{HERE}/{person.number}", "person_added")

    # -- one of them -----------------------------------------------------------------------------------------------

    async def one(self, browser: Browser) -> Response:
        """Show one person."""
        return self._one(browser)

    def _one(self, browser: Browser, problem: NotAccepted | None = None) -> Response:
        person = self._person(browser)
        return self._site.page(
            browser,
            "admin_person.html",
            422 if problem else 200,
            person=person,
            sessions=self._site.accounts.sessions(person.name),
            problem=_sentence(problem, browser.language),
            field=problem.field if problem else "",
            roles=_roles(browser.language),
            self_=person.name == browser.name,
        )

    async def role(self, browser: Browser) -> Response:
        """Give somebody another role; their sessions end."""
        wanted = browser.form["role"]
        if wanted not in set(Role):
            return self._one(browser, NotAccepted("role", "unknown"))
        return await self._change(
            browser, lambda name: self._site.accounts.change(name, role=Role(wanted)), "person_changed"
        )

    async def secret(self, browser: Browser) -> Response:
        """Give somebody a new password, a new PIN, or both."""
        password, pin = browser.form["password"], browser.form["pin"]
        try:
            _one_of(password, pin)
        except NotAccepted as problem:
            return self._one(browser, problem)
        return await self._change(
            browser,
            lambda name: self._site.accounts.change(name, password=password or None, pin=pin or None),
            "secret_changed",
        )

    async def active(self, browser: Browser) -> Response:
        """Let somebody enter no more, or again."""
        wanted = browser.form["active"] == "yes"
        said = "person_back" if wanted else "person_gone"
        return await self._change(browser, lambda name: self._site.accounts.change(name, active=wanted), said)

    async def end_sessions(self, browser: Browser) -> Response:
        """Sign somebody out everywhere."""
        return await self._change(browser, self._site.accounts.end_sessions, "sessions_ended")

    async def _change(self, browser: Browser, change: Callable[[str], Any], said: str) -> Response:
        person = self._person(browser)
        try:
            await asyncio.to_thread(change, person.name)
        except NotAccepted as problem:
            return self._one(browser, problem)
        return self._site.go(browser, f"{HERE}/{person.number}", said)

    def _person(self, browser: Browser) -> Person:
        number = browser.request.path_params["number"]
        found = next((person for person in self._site.accounts.people() if person.number == number), None)
        if found is None:
            raise HTTPException(404)
        return found

    # -- oneself ---------------------------------------------------------------------------------------------------

    async def me(self, browser: Browser) -> Response:
        """Show one's own account."""
        return self._me(browser)

    def _me(self, browser: Browser, problem: str = "", field: str = "") -> Response:
        status = 422 if problem else 200
        return self._site.page(browser, "me.html", status, problem=problem, field=field)

    async def change_me(self, browser: Browser) -> Response:
        """Give oneself a new password or PIN: all other sessions end, this one goes on."""
        form, accounts, name = browser.form, self._site.accounts, browser.name
        token = browser.request.cookies.get(COOKIE, "")
        if form["password"] != form["again"]:
            return self._me(browser, texts.text("web.account.not_the_same", browser.language), "again")
        try:
            _one_of(form["password"], form["pin"])
            await asyncio.to_thread(accounts.confirm, token, form["secret"], browser.address)
            await asyncio.to_thread(
                lambda: accounts.change(name, password=form["password"] or None, pin=form["pin"] or None)
            )
            secret = form["password"] or form["pin"]
            token, _ = await asyncio.to_thread(accounts.sign_in, name, secret, browser.address)
        except NotLetIn as refusal:
            return self._me(browser, why_not(refusal, browser.language), "secret")
        except NotAccepted as problem:
            return self._me(browser, _sentence(problem, browser.language), problem.field)
        return browser.keep(self._site.go(browser, "/me", "secret_changed"), COOKIE, token)


def _one_of(password: str, pin: str) -> None:
    if not password and not pin:
        raise NotAccepted("password", "none")


def _sentence(problem: NotAccepted | None, language: str) -> str:
    if problem is None:
        return ""
    key = f"web.account.{problem.field}_{problem.code}"
    return texts.find(key, language) or texts.text("admin.people.not_accepted", language)


def _roles(language: str) -> list[dict[str, str]]:
    return [
        {
            "role": role.value,
            "name": texts.text(f"web.role.{role.value}", language),
            "what": texts.text(f"admin.role.{role.value}", language),
        }
        for role in GRANTS
    ]
