"""What another system knows of an applicant: asked for, shown to the officer who serves them, kept nowhere.

It is held in memory for that officer's page alone, while the citizen is at the counter.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
import secrets
from typing import Final

import msgspec
from starlette.exceptions import HTTPException
from starlette.responses import Response

from appliance import texts
from appliance.node.config import ConfigError
from appliance.node.daemon import Clock
from appliance.store.database import StorageFault
from appliance.store.webhooks.kept import is_address
from appliance.web.api.feed import Feed
from appliance.web.api.outgoing import NotSent, post
from appliance.web.api.signing import signed
from appliance.web.browser import Browser
from appliance.web.site import Said, Site
from appliance.wire.staff import StaffCounter

log = logging.getLogger(__name__)

SECONDS: Final = 4.0
MOST_ANSWER: Final = 8 * 1024
MOST_LINES: Final = 24
LONGEST_LABEL: Final = 60
LONGEST_TEXT: Final = 400
SETTLED_SECONDS: Final = 0.5
MOST_SHOWN: Final = 200
HELD_SECONDS: Final = 1800.0
_REFERENCE: Final = re.compile(r"[\w./-][\w./ -]{0,63}\Z")


class Found(msgspec.Struct, frozen=True):
    """What came of looking somebody up: lines of label and text, or why there are none.

    ``asking``: there is no answer yet. ``reason``: a key below ``api.reason``; ``status``: what stands in its sentence.
    ``quiet``: nobody asked for it, so nothing is said if there is nothing.
    """

    number: str
    lines: tuple[tuple[str, str], ...] = ()
    asking: bool = False
    reason: str = ""
    status: int | None = None
    quiet: bool = False


class Lookup:
    """Looks applicants up.

    Args:
        site: whose officers ask.
        feed: the log, in which a ticket's booking stands.
        clock: of this box, for where nobody knows the office's time.

    Raises:
        ConfigError: if nothing can be sent to the address.
    """

    def __init__(self, site: Site, feed: Feed, clock: Clock) -> None:
        self._site = site
        self._settings = site.settings.lookup
        if self._settings.address and not is_address(self._settings.address):
            raise ConfigError(
                "web.lookup.address: nothing can be sent there; write a whole address with http:// or https://, "
                "without a password in it"
            )
        self._feed = feed
        self._clock = clock
        self._shown: dict[tuple[str, str], Found] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def on(self) -> bool:
        """Whether there is anybody to ask."""
        return bool(self._settings.address)

    def shown(self, session: str, name: str, state: StaffCounter) -> Found | None:
        """Return what an officer is shown of the citizen at their counter; a booking is looked up at once.

        Args:
            session: the id of theirs.
            name: of the officer.
            state: of the counter.
        """
        self._forget_who_has_gone()
        ticket = state.ticket
        if not self.on or ticket is None or state.officer != name:
            return None
        key = (session, state.id)
        if key not in self._shown:
            self._begin(key, ticket.number, ticket.service, None)
        return self._shown.get(key)

    async def typed(self, browser: Browser) -> Response:
        """Look up the reference that an officer typed."""
        state = self._site.live.now.counters.get(browser.request.path_params["counter"])
        if state is None or browser.session is None:
            raise HTTPException(404)
        back, reference = f"/counter/{state.id}", browser.form["reference"]
        if not self.on or not _REFERENCE.fullmatch(reference):
            key = "lookup.reference_shape" if self.on else "reason.not_set_up"
            return self._site.refused(browser, Said(False, texts.text(f"api.{key}", browser.language)), back)
        if state.ticket is None or state.officer != browser.name:
            said = texts.text("web.refusal.nobody_called", browser.language)
            return self._site.refused(browser, Said(False, said), back)
        task = self._begin((browser.session.id, state.id), state.ticket.number, state.ticket.service, reference)
        if browser.wants_json:  # the page shows it when it comes
            return self._site.answer(Said(True, texts.text("web.said.looked_up", browser.language)))
        await task
        with contextlib.suppress(TimeoutError):  # what was made of the page before is not shown again
            async with asyncio.timeout(SETTLED_SECONDS):
                await self._site.live.change(self._site.live.version)
        return self._site.go(browser, back)

    def _begin(self, key: tuple[str, str], number: str, service: str, reference: str | None) -> asyncio.Task[None]:
        while len(self._shown) >= MOST_SHOWN:
            del self._shown[next(iter(self._shown))]
        asking = self._shown[key] = Found(number, asking=True, quiet=reference is None)
        task = asyncio.create_task(self._look_up(key, asking, service, reference))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _look_up(self, key: tuple[str, str], asking: Found, service: str, reference: str | None) -> None:
        found = await self._found(asking.number, service, reference)
        if self._shown.get(key) is not asking:
            return  # the citizen has gone, or something else was asked meanwhile
        self._shown[key] = found
        asyncio.get_running_loop().call_later(HELD_SECONDS, self._drop, key, found)
        self._site.live.changed()

    async def _found(self, number: str, service: str, reference: str | None) -> Found:
        asked = {"number": number, "service": service}
        try:
            if reference is not None:
                asked["reference"] = reference
            else:
                queue = self._site.live.now.queue
                day = queue.day if queue else ""
                code = await self._feed.ask(lambda reader: reader.booking_of(day, number))
                if code is None:
                    return Found(number, quiet=True)
                asked["code"] = code
            body = msgspec.json.encode(asked)
            answer = await post(self._settings.address, body, self._signature(body), seconds=SECONDS, most=MOST_ANSWER)
        except StorageFault:
            return Found(number, reason="not_in_log")
        except NotSent as error:
            return Found(number, reason=error.code)
        except Exception:
            log.exception("an applicant could not be looked up")
            return Found(number, reason="broken")
        return _read(number, answer.status, answer.body)

    def _signature(self, body: bytes) -> dict[str, str]:
        if not self._settings.secret:
            return {}
        now = self._site.live.clock.office_ms() or self._clock.office_ms()
        return signed(self._settings.secret, f"lookup.{secrets.token_hex(8)}", now // 1000, body)

    def _forget_who_has_gone(self) -> None:
        counters = self._site.live.now.counters
        for key, found in list(self._shown.items()):
            state = counters.get(key[1])
            if state is None or state.ticket is None or state.ticket.number != found.number:
                del self._shown[key]

    def _drop(self, key: tuple[str, str], found: Found) -> None:
        if self._shown.get(key) is found:
            del self._shown[key]


def _read(number: str, status: int, body: bytes) -> Found:
    """Return what the other system answered: a small flat object of labels and texts, and nothing else."""
    if status == 404:
        return Found(number)
    if not 200 <= status < 300:
        return Found(number, reason="redirect" if 300 <= status < 400 else "status", status=status)
    try:
        told = msgspec.json.decode(body, type=dict[str, str | int | float | bool | None])
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return Found(number, reason="not_json")
    lines = tuple((_clean(label), _clean(_text(text))) for label, text in told.items() if text is not None)
    fits = all(0 < len(label) <= LONGEST_LABEL and len(text) <= LONGEST_TEXT for label, text in lines)
    if len(lines) > MOST_LINES or not fits:
        return Found(number, reason="not_json")
    return Found(number, lines)


def _text(value: object) -> str:
    return {True: "✓", False: "✗"}[value] if isinstance(value, bool) else str(value)


def _clean(text: str) -> str:
    """Return a text without signs that nobody sees."""
    return "".join(sign if sign.isprintable() else " " for sign in text).strip()
