"""``/admin/webhooks``: where other systems are told what happens, and what came of each delivery."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any, Final, get_args

from starlette.exceptions import HTTPException
from starlette.responses import Response

from appliance import texts
from appliance.engine.events import Event
from appliance.people import Permission
from appliance.store.database import StorageFault
from appliance.store.webhooks import Hook, NotAccepted
from appliance.web.access import Page
from appliance.web.api.api import Api
from appliance.web.browser import Browser
from appliance.web.site import Site

NEED: Final = Permission.TOKENS_MANAGE
PATH: Final = "/admin/webhooks"
SHOWN: Final = 100
KINDS: Final = tuple(kind.__name__ for kind in get_args(Event))
OFTEN: Final = (
    *("TicketIssued", "TicketCalled", "ServiceStarted", "ServiceFinished"),
    *("TicketNotShown", "TicketCancelled"),
)
"""What most systems want; offered first."""


class WebhooksPage:
    """The pages of webhooks.

    Args:
        site: what they stand on.
        api: has the webhooks, and sends.
    """

    def __init__(self, site: Site, api: Api) -> None:
        self._site = site
        self._api = api

    def pages(self) -> list[Page]:
        """Return what is answered here."""
        one = f"{PATH}/{{id}}"
        return [
            Page("GET", PATH, NEED, self.show),
            Page("POST", PATH, NEED, self.add, again=True),
            Page("GET", one, NEED, self.fate),
            Page("POST", f"{one}/on", NEED, self.turn_on),
            Page("POST", f"{one}/off", NEED, self.turn_off),
            Page("POST", f"{one}/test", NEED, self.test),
            Page("POST", f"{one}/again", NEED, self.again),
            Page("POST", f"{one}/remove", NEED, self.remove, again=True),
        ]

    async def show(self, browser: Browser, problem: str = "", field: str = "") -> Response:
        """Show all webhooks, and a form for a new one."""
        return self._site.page(
            browser,
            "webhooks.html",
            422 if problem else 200,
            hooks=await asyncio.to_thread(self._api.webhooks.hooks),
            waiting=await asyncio.to_thread(self._api.webhooks.waiting),
            often=OFTEN,
            others=[kind for kind in KINDS if kind not in OFTEN],
            readable=self._api.feed.readable,
            problem=problem,
            field=field,
            given=browser.form,
            chosen=browser.form.all("kind"),
        )

    async def add(self, browser: Browser) -> Response:
        """Add a webhook and show its secret, this once."""
        form = browser.form
        kinds = [kind for kind in form.all("kind") if kind in KINDS]
        try:
            newest = await self._api.feed.newest()
        except StorageFault:
            return await self.show(browser, texts.text("api.webhooks.unreadable", browser.language))
        try:
            hook = await asyncio.to_thread(
                self._api.webhooks.add, form["label"], form["address"], kinds, browser.name, newest
            )
        except NotAccepted as refusal:
            said = texts.text(f"api.webhooks.{refusal.field}_{refusal.code}", browser.language)
            return await self.show(browser, said, refusal.field)
        return self._site.page(browser, "webhook_made.html", hook=hook)

    async def fate(self, browser: Browser) -> Response:
        """Show what came of the deliveries of one webhook."""
        hook = await self._hook(browser)
        fates = await asyncio.to_thread(self._api.webhooks.fates, hook.id, SHOWN)
        return self._site.page(browser, "webhook.html", hook=hook, fates=fates, last=self._api.feed.last)

    async def turn_on(self, browser: Browser) -> Response:
        """Tell it again what happens, from now on."""
        newest = await self._api.feed.newest()
        switch = partial(self._api.webhooks.switch, active=True, cursor=newest)
        return await self._do(browser, "webhook_on", switch)

    async def turn_off(self, browser: Browser) -> Response:
        """Tell it nothing more."""
        switch = partial(self._api.webhooks.switch, active=False, cursor=0)
        return await self._do(browser, "webhook_off", switch)

    async def test(self, browser: Browser) -> Response:
        """Send something that did not happen."""
        return await self._do(browser, "webhook_test", self._api.webhooks.test)

    async def again(self, browser: Browser) -> Response:
        """Send now what waits, or one that was given up."""
        seq = browser.form["seq"]
        number = int(seq) if seq.lstrip("-").isascii() and seq.lstrip("-").isdigit() and len(seq) < 18 else None
        return await self._do(browser, "webhook_again", lambda id_: self._api.webhooks.again(id_, number))

    async def remove(self, browser: Browser) -> Response:
        """Forget a webhook."""
        hook = await self._hook(browser)
        await asyncio.to_thread(self._api.webhooks.remove, hook.id)
        return self._site.go(browser, PATH, "webhook_removed")

    async def _do(self, browser: Browser, said: str, act: Callable[[str], Any]) -> Response:
        hook = await self._hook(browser)
        await asyncio.to_thread(act, hook.id)
        self._api.deliveries.wake(hook.id)
        return self._site.go(browser, f"{PATH}/{hook.id}", said)

    async def _hook(self, browser: Browser) -> Hook:
        wanted = browser.request.path_params["id"]
        found = next((hook for hook in await asyncio.to_thread(self._api.webhooks.hooks) if hook.id == wanted), None)
        if found is None:
            raise HTTPException(404)
        return found
