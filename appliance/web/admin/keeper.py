"""The office as it is defined: every page's change of it goes through here, and nothing is overwritten blindly."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from copy import deepcopy
from pathlib import Path
from typing import Any, Final

import msgspec
from starlette.exceptions import HTTPException
from starlette.responses import Response

from appliance import texts
from appliance.engine.soundness import Problem
from appliance.people import Permission
from appliance.store.database import StorageFault
from appliance.store.reader import LAST, Defined, LogReader
from appliance.web.admin import checks
from appliance.web.admin.changes import MINE, THEIRS, Merge, Office, differences, merge
from appliance.web.admin.wording import Wording
from appliance.web.browser import Browser
from appliance.web.bus import NoAnswer
from appliance.web.site import Said, Site
from appliance.wire import messages as m

KEPT: Final = 30
"""Versions in memory: those from which forms that are open may have been made."""
SEEN_SECONDS: Final = 3.0
"""So long a page waits for the hub to tell what it has just accepted."""
Change = Callable[[Office], None]


class Shown(msgspec.Struct, frozen=True):
    """What a page of the office shows: as it is, or as somebody typed it and it could not be saved.

    ``base``: the version from which it was made. ``note``: a sentence about all of it.
    """

    office: Office
    base: int
    problems: tuple[Problem, ...] = ()
    note: str = ""
    status: int = 200

    def at(self, *paths: str) -> tuple[Problem, ...]:
        """Return what is wrong at a path or below it, at any of several."""
        return tuple(
            problem
            for problem in self.problems
            if any(problem.path == path or problem.path.startswith(f"{path}.") for path in paths)
        )


Again = Callable[[Shown], Awaitable[Response]]


class Keeper:
    """Reads and changes the definition.

    Args:
        site: what pages stand on.
    """

    def __init__(self, site: Site) -> None:
        self._site = site
        self._known: dict[int, Defined] = {}

    def current(self) -> Defined:
        """Return the office as it is now. Raises ``HTTPException`` (503) while the hub has not told it."""
        told = self._site.live.now.office
        if told is None:
            raise HTTPException(503)
        found = Defined(told.defined, told.at, told.officer, told.office)
        if self._known.get(told.defined) != found:  # also in a log that was restored, where the number is another's
            self._known[told.defined] = found
            if len(self._known) > KEPT:
                del self._known[min(self._known)]
        return found

    def shown(self) -> Shown:
        """Return the office for a page that shows it as it is."""
        now = self.current()
        return Shown(now.office, now.seq)

    def versions(self, most: int, up_to: int = LAST) -> list[Defined]:
        """Return the versions, the newest first, from the hub's log. Raises ``StorageFault``."""
        reader = LogReader(Path(self._site.settings.database))
        try:
            return reader.definitions(most, up_to)
        finally:
            reader.close()

    def version(self, seq: int) -> Defined | None:
        """Return one version; None if nobody knows it any more."""
        known = self._known.get(seq)
        if known is not None:
            return known
        with contextlib.suppress(StorageFault):
            found = self.versions(1, seq)
            if found and found[0].seq == seq:
                with contextlib.suppress(msgspec.ValidationError):
                    return msgspec.structs.replace(found[0], office=checks.whole(found[0].office))
                return found[0]
        return None

    # -- changing one part of it -----------------------------------------------------------------------------------

    async def save(
        self,
        browser: Browser,
        change: Change,
        again: Again,
        back: str,
        said: str = "saved",
    ) -> Response:
        """Change the office as a form says.

        Args:
            browser: that sent it; its field ``base`` is the version from which it was made.
            change: makes the change in a copy of that version.
            again: shows the form as it was filled in, with what is wrong.
            back: the page to go to when it is done.
            said: key of the sentence then.
        """
        now = self.current()
        known = self.version(_seq(browser.form["base"]))
        base = known or now
        mine = deepcopy(base.office)
        change(mine)
        wrong = checks.office_problems(mine)
        if wrong:
            return await again(Shown(mine, base.seq, tuple(wrong), status=422))
        if known is None:  # what was changed since cannot be told, so all that would change is shown first
            return self.review(browser, now, mine, back, "meanwhile")
        if base.seq != now.seq:
            return await self._merged(browser, base, mine, back, said)
        if not differences(base.office, mine):
            return self._site.go(browser, back, said)
        reply = await self._define(browser, mine, now.seq)
        if isinstance(reply, m.Accepted):
            return self._site.go(browser, back, said)
        if isinstance(reply, m.Refused) and reply.code == "changed_meanwhile":
            await self._seen(now.seq + 1)
            return await self._merged(browser, base, mine, back, said)
        note = self._site.told(browser, reply)
        problems = _of_reply(reply)
        return await again(Shown(mine, base.seq, problems, "" if problems else note.text, 409))

    async def _merged(self, browser: Browser, base: Defined, mine: Office, back: str, said: str) -> Response:
        """Show what others did meanwhile; if they did the same, there is nothing left to do."""
        now = self.current()
        both = merge(base.office, mine, now.office, {})
        if not both.collisions and not differences(now.office, both.office):
            return self._site.go(browser, back, said)
        return self.review(browser, base, mine, back, "meanwhile")

    # -- changing all of it ----------------------------------------------------------------------------------------

    def review(
        self,
        browser: Browser,
        base: Defined,
        mine: Office,
        back: str,
        why: str,
        taken: dict[str, str] | None = None,
        shown: Shown | None = None,
    ) -> Response:
        """Show what would change before it is saved, and what others changed meanwhile.

        Args:
            browser: that asks.
            base: from which ``mine`` was made.
            mine: the office that somebody wants.
            back: the page to go to then.
            why: ``meanwhile``, ``file`` or ``version``: what the page is called.
            taken: choices between what collides.
            shown: what is wrong with it.
        """
        now = self.current()
        both = merge(base.office, mine, now.office, taken or {})
        wording = Wording(browser.language, now.office, both.office, base.office)
        return self._site.page(
            browser,
            "admin_review.html",
            status=shown.status if shown else 200 if why != "meanwhile" else 409,
            why=why,
            others=differences(base.office, now.office) if base.seq != now.seq else [],
            by=now,
            both=both,
            changes=differences(now.office, both.office),
            words=wording,
            mine=msgspec.json.encode(mine).decode(),
            base=base.seq,
            now_seq=now.seq,
            back=back,
            shown=shown or Shown(both.office, now.seq),
            can=browser.may(Permission.OFFICE_DEFINE),
        )

    async def save_whole(self, browser: Browser) -> Response:
        """Save what ``review`` showed; if the office has changed since, show it anew."""
        form, now = browser.form, self.current()
        base = self.version(_seq(form["base"])) or now
        back = form["back"] if form["back"].startswith("/admin") else "/admin"
        why = form["why"] if form["why"] in ("meanwhile", "file", "version") else "meanwhile"
        mine = _office(form["mine"])
        both = merge(base.office, mine, now.office, _taken(form.pairs()))
        taken = {collision.key: collision.taken for collision in both.collisions if collision.taken}
        if both.open or form["now"] != str(now.seq):
            return self.review(browser, base, mine, back, why, taken)
        wrong = checks.office_problems(both.office)
        if wrong:
            return self.review(
                browser, base, mine, back, why, taken, Shown(both.office, now.seq, tuple(wrong), status=422)
            )
        if not differences(now.office, both.office):
            return self._site.go(browser, back, "saved")
        return await self._save_both(browser, base, mine, both, back, why, taken)

    async def _save_both(
        self, browser: Browser, base: Defined, mine: Office, both: Merge, back: str, why: str, taken: dict[str, str]
    ) -> Response:
        now = self.current()
        reply = await self._define(browser, both.office, now.seq)
        if isinstance(reply, m.Accepted):
            return self._site.go(browser, back, "brought_back" if why == "version" else "saved")
        if isinstance(reply, m.Refused) and reply.code == "changed_meanwhile":
            await self._seen(now.seq + 1)
            return self.review(browser, base, mine, back, why, taken)
        problems, said = _of_reply(reply), self._site.told(browser, reply)
        shown = Shown(both.office, now.seq, problems, "" if problems else said.text, 409)
        return self.review(browser, base, mine, back, why, taken, shown)

    # -- the hub ---------------------------------------------------------------------------------------------------

    async def _define(self, browser: Browser, office: Office, expects: int) -> m.AnyReply | NoAnswer:
        reply = await self._site.ask(browser, self._site.made(m.Define, browser, office=office, expects=expects))
        if isinstance(reply, m.Accepted):
            await self._seen(reply.seq)
        return reply

    async def _seen(self, seq: int) -> None:
        """Wait until the hub has told a version at least so new, for the next page shows it; but not for long."""
        live = self._site.live
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(SEEN_SECONDS):
                while live.now.office is None or live.now.office.defined < seq:
                    await live.change(live.version)

    def refusal(self, browser: Browser, key: str) -> Said:
        """Return a refusal of our own in words."""
        return Said(ok=False, text=texts.text(f"admin.{key}", browser.language))


class _Outline(msgspec.Struct):
    """What an office is at least, so that two of them can be compared."""

    services: list[_Item]
    counters: list[_Item]
    journeys: list[_Item] = []
    holidays: list[str] = []


class _Item(msgspec.Struct):
    id: str


def _seq(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0


def _office(text: str) -> Office:
    """Return the office that a page carried. Raises ``msgspec.ValidationError`` if that is none of ours."""
    try:
        office = msgspec.json.decode(text, type=dict[str, Any])
    except (msgspec.DecodeError, RecursionError) as error:
        raise msgspec.ValidationError(str(error)) from error
    msgspec.convert(office, _Outline)
    return office


def _taken(pairs: list[tuple[str, str]]) -> dict[str, str]:
    prefix = "take."
    return {name[len(prefix) :]: value for name, value in pairs if name.startswith(prefix) and value in (MINE, THEIRS)}


def _of_reply(reply: m.AnyReply | NoAnswer) -> tuple[Problem, ...]:
    told = reply.problems if isinstance(reply, m.Refused) else []
    return tuple(Problem(one.path, one.code, one.advice, one.values) for one in told)
