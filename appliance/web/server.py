"""The server around the pages: sessions, permissions, forms that are ours, and an answer to everything that fails."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Final
from urllib.parse import quote, urlencode

import msgspec
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from appliance import texts
from appliance.node import trace
from appliance.pages.headers import SafeHeaders
from appliance.pages.shell import assets
from appliance.store.accounts import NotLetIn, Session
from appliance.store.database import StorageFault
from appliance.web.access import CSRF, ELSEWHERE, SECRET_AGAIN, Page, allowed, from_our_own_page, has_the_secret
from appliance.web.browser import COOKIE, Browser, NotAForm, Strangers, TooLarge
from appliance.web.proxies import BehindProxies
from appliance.web.signing_in import why_not
from appliance.web.site import Said, Site

log = logging.getLogger(__name__)

LEAST_TO_PACK: Final = 1_000
PACKED: Final = 4
"""gzip's level: three quarters of what it can, in a fifth of the time. Streams are never packed."""

_REASONS: Final = {403: "not_allowed", 404: "not_found", 405: "not_found", 503: "no_office"}
"""Keys of the sentences, below ``web.reason``."""


class Server:
    """Answers browsers.

    Args:
        site: what pages stand on.
        pages: all of them.
        others: routes that see to their visitors themselves, such as those of other systems.
    """

    def __init__(self, site: Site, pages: Sequence[Page], others: Sequence[BaseRoute] = ()) -> None:
        self._site = site
        self._strangers = Strangers()
        routes: list[BaseRoute] = [Route(page.path, self._serving(page), methods=[page.method]) for page in pages]
        routes += [Route("/static/{name}", _asset, methods=["GET"]), *others]
        pages_alone = Starlette(routes=routes, exception_handlers={HTTPException: self._no_such_page})
        packed = GZipMiddleware(pages_alone, minimum_size=LEAST_TO_PACK, compresslevel=PACKED)
        self.app = BehindProxies(SafeHeaders(packed), site.settings.trusted_proxies)

    def _serving(self, page: Page) -> Callable[[Request], Awaitable[Response]]:
        async def serve(request: Request) -> Response:
            browser = Browser(request, None, self._strangers)
            browser.arrived = trace.now()
            try:
                browser.session = self._session(browser, page)
                return await self._answer(page, browser)
            except TooLarge:
                return self._refuse(browser, 413, "too_large")
            except NotAForm:
                return self._refuse(browser, 400, "not_a_form")
            except msgspec.ValidationError:
                return self._refuse(browser, 422, "field")
            except HTTPException as error:
                return self._refuse(browser, error.status_code, _reason(error))
            except StorageFault as error:
                log.critical("%s", error)
                return self._refuse(browser, 507, "storage")
            except Exception:
                log.exception("%s %s failed", page.method, page.path)
                return self._refuse(browser, 500, "error")

        return serve

    def _session(self, browser: Browser, page: Page) -> Session | None:
        """Return the session that a browser brings; None also if it cannot be read and the page does without."""
        try:
            return self._site.accounts.session(browser.request.cookies.get(COOKIE, ""))
        except StorageFault:
            if page.need == "anybody":
                return None
            raise

    async def _answer(self, page: Page, browser: Browser) -> Response:
        if page.method == "POST":
            if not from_our_own_page(browser.request, self._site.settings.addresses):
                return self._refuse(browser, 403, ELSEWHERE)
            await browser.read_form(page.most_bytes)
            if page.need != "anybody" and browser.session is not None and not has_the_secret(browser):
                return self._refuse(browser, 403, ELSEWHERE)
        match allowed(page, browser):
            case "sign_in":
                return self._sign_in_first(browser)
            case "no":
                return self._refuse(browser, 403, "not_allowed")
            case "confirm":
                problem = await self._confirmed(browser)
                if problem is not None:
                    return self._confirm_first(browser, problem)
        return await page.handler(browser)

    async def _confirmed(self, browser: Browser) -> str | None:
        """Take the secret that came with a form; return None if it is the person's, else what is wrong."""
        secret = browser.form[SECRET_AGAIN]
        if not secret:
            return ""
        token = browser.request.cookies.get(COOKIE, "")
        try:
            await asyncio.to_thread(self._site.accounts.confirm, token, secret, browser.address)
        except NotLetIn as refusal:
            return why_not(refusal, browser.language)
        return None

    def _confirm_first(self, browser: Browser, problem: str) -> Response:
        """Ask for the secret once more; what was filled in stays."""
        if browser.wants_json:
            return self._site.answer(Said(ok=False, text=texts.text("web.confirm.title", browser.language)), 403)
        fields = [(name, value) for name, value in browser.form.pairs() if name not in (CSRF, SECRET_AGAIN)]
        path = browser.request.url.path
        return self._site.page(browser, "confirm.html", 403, problem=problem, fields=fields, action=path)

    def _sign_in_first(self, browser: Browser) -> Response:
        """Ask who it is; what was typed into a form is kept by the page's script, or shown again to be sent."""
        if browser.wants_json:
            return self._site.answer(Said(ok=False, text="", go=f"/sign-in?then={quote(_back_to(browser))}"), 401)
        if browser.request.method == "POST":
            fields = urlencode(browser.form.pairs())
            path = browser.request.url.path
            return self._site.page(browser, "session_ended.html", 401, problem="", fields=fields, action=path)
        return self._site.go(browser, f"/sign-in?then={quote(_back_to(browser))}")

    def _refuse(self, browser: Browser, status: int, reason: str) -> Response:
        if browser.wants_json:
            text = self._site.piece("reason.txt", browser.language, reason=reason)
            return self._site.answer(Said(ok=False, text=text), status)
        return self._site.page(browser, "failed.html", status, reason=reason)

    async def _no_such_page(self, request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        browser = Browser(request, None)
        try:
            browser.session = self._site.accounts.session(request.cookies.get(COOKIE, ""))
        except StorageFault as fault:
            log.critical("%s", fault)
            return self._refuse(browser, 507, "storage")
        return self._refuse(browser, status, _REASONS.get(status, "error"))


def _reason(error: HTTPException) -> str:
    return ELSEWHERE if error.detail == ELSEWHERE else _REASONS.get(error.status_code, "error")


def _back_to(browser: Browser) -> str:
    request = browser.request
    if request.method == "GET":
        return request.url.path + (f"?{request.url.query}" if request.url.query else "")
    referer = request.headers.get("referer", "")
    host = request.headers.get("host", "")
    return referer.partition(host)[2] or "/" if host and host in referer else "/"


async def _asset(request: Request) -> Response:
    found = next((asset for asset in assets().values() if asset.path == request.url.path), None)
    if found is None:
        raise HTTPException(404)
    headers = {"cache-control": "public, max-age=31536000, immutable"}
    return Response(found.content, media_type=found.kind, headers=headers)
