"""The front desk: numbers for whoever cannot get one, tickets found and changed, the lobby spoken to, stops."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from msgspec.structs import replace
from starlette.exceptions import HTTPException
from starlette.responses import Response

from appliance.people import Permission
from appliance.web import paper
from appliance.web.access import Page
from appliance.web.browser import Browser
from appliance.web.office_view import OfficeView
from appliance.web.site import Said, Site
from appliance.web.stream import Regions, View
from appliance.wire import messages as m
from appliance.wire import topics

ISSUE: Final = Permission.DESK_ISSUE
STOP: Final = Permission.QUEUE_STOP
SPEAK: Final = Permission.LOBBY_SPEAK
LISTED: Final = 200
PAPER_SECONDS: Final = 3.0
"""So long a number that was just given may be unknown; a mistyped one is told as such after it."""
BACKS: Final = ("/desk", "/wall")
"""Pages on which the desk's forms stand; the first one is its own."""


class Desk:
    """The pages of the front desk.

    Args:
        site: what they stand on.
    """

    def __init__(self, site: Site) -> None:
        self._site = site

    def pages(self) -> list[Page]:
        """Return what is answered here."""
        return [
            Page("GET", "/desk", ISSUE, self.desk),
            Page("GET", "/desk/live", ISSUE, self.desk_live),
            Page("GET", "/desk/find", ISSUE, self.find),
            Page("GET", "/desk/find/live", ISSUE, self.find_live),
            Page("POST", "/desk/change", ISSUE, self.change),
            Page("GET", "/desk/paper", ISSUE, self.paper),
            Page("POST", "/desk/issue", ISSUE, self.issue),
            Page("POST", "/desk/check-in", ISSUE, self.check_in),
            Page("POST", "/desk/cancel", ISSUE, self.cancel),
            Page("POST", "/desk/return", ISSUE, self.give_back),
            Page("POST", "/desk/reprint", ISSUE, self.reprint),
            Page("POST", "/desk/quick", ISSUE, self.quick),
            Page("POST", "/desk/note", ISSUE, self.note),
            Page("POST", "/desk/page", SPEAK, self.page),
            Page("POST", "/desk/broadcast", SPEAK, self.broadcast),
            Page("POST", "/desk/end-broadcast", SPEAK, self.end_broadcast),
            Page("POST", "/desk/end-alarm", ISSUE, self.end_alarm),
            Page("POST", "/desk/stop", STOP, self.stop),
            Page("POST", "/desk/resume", STOP, self.resume),
        ]

    async def desk(self, browser: Browser) -> Response:
        """Show the desk."""
        return self._site.page(
            browser,
            "desk.html",
            regions=self._site.streams.regions(self._view(browser)),
            view=OfficeView(self._site.live.now),
            **self._kiosks(browser),
            **self._given(browser),
        )

    def _given(self, browser: Browser) -> dict[str, Any]:
        """Return what was given just now, and how it gets onto paper, as the address of a page without script says."""
        query = browser.request.query_params
        given, kiosk = _number(query.get("given", "")), query.get("kiosk", "")
        printed = paper.Printed(kiosk, paper.outlook(self._site.live.now, kiosk)) if given and kiosk else None
        return {"given": given, "printed": printed, "token": ""}

    async def desk_live(self, browser: Browser) -> Response:
        """Tell what changes."""
        return self._site.stream(browser, self._view(browser))

    def _view(self, browser: Browser) -> View:
        language, csrf = browser.language, browser.session.csrf if browser.session else ""
        may_stop = browser.may(STOP)

        def regions() -> Regions:
            view = OfficeView(self._site.live.now)
            values: dict[str, Any] = {"view": view, "csrf": csrf, "listed": LISTED, "may_stop": may_stop}
            pieces = ("status", "services", "people", "alarms")
            return {f"desk-{piece}": self._site.piece(f"desk_{piece}.html", language, **values) for piece in pieces}

        return View(("desk", language, csrf, may_stop), regions)

    def _kiosks(self, browser: Browser) -> dict[str, Any]:
        there = paper.kiosks(self._site.live.now)
        return {"kiosks": there, "chosen": paper.chosen(browser, there)}

    async def find(self, browser: Browser) -> Response:
        """Find a ticket by its number."""
        view = self._found(browser)
        return self._site.page(
            browser, "found.html", number=self._wanted(browser), regions=self._site.streams.regions(view)
        )

    async def find_live(self, browser: Browser) -> Response:
        """Tell what becomes of one ticket."""
        return self._site.stream(browser, self._found(browser))

    def _wanted(self, browser: Browser) -> str:
        return _meant(_number(browser.request.query_params.get("number", "")), OfficeView(self._site.live.now).tickets)

    def _found(self, browser: Browser) -> View:
        language, number = browser.language, self._wanted(browser)
        csrf = browser.session.csrf if browser.session else ""
        chosen = self._kiosks(browser)["chosen"]

        def regions() -> Regions:
            view = OfficeView(self._site.live.now)
            values = {"view": view, "number": number, "ticket": view.ticket(number), "csrf": csrf, "chosen": chosen}
            there = paper.kiosks(self._site.live.now)
            return {"found": self._site.piece("found_ticket.html", language, **values, kiosks=there)}

        return View(("found", number, language, csrf, chosen), regions)

    async def paper(self, browser: Browser) -> Response:
        """Show a ticket as a sheet for the desk's own printer; the browser prints it."""
        number, query = self._wanted(browser), browser.request.query_params
        live = self._site.live
        # The hub answers whoever asked for a number before it tells staff of it, and the desk is quicker than a second.
        there = await live.until(lambda: OfficeView(live.now).ticket(number) is not None, PAPER_SECONDS)
        view = OfficeView(live.now)
        ticket = view.ticket(number)
        if not there or ticket is None:
            raise HTTPException(404)
        offer = view.offer(ticket.service)
        return self._site.page(
            browser,
            "paper_ticket.html",
            number=number,
            view=view,
            ticket=ticket,
            ahead=view.ahead_of(number),
            bring=offer.bring.get(browser.language) or offer.bring.get("id", []) if offer else [],
            own=self._site.office_words(),
            qr=paper.code_of(self._site.live.now, number, query.get("token", "")),
        )

    async def change(self, browser: Browser) -> Response:
        """Change what a ticket is for, or its class, before it is called."""
        number, form = _number(browser.form["number"]), browser.form
        priority = {"1": True, "0": False}.get(form["priority"])
        body = self._site.made(
            m.ChangeTicket, browser, number=number, service=form["service"] or None, priority=priority
        )
        return await self._site.act(browser, body, f"/desk/find?number={number}", "changed")

    async def issue(self, browser: Browser) -> Response:
        """Give a number, and have it printed if a kiosk is named."""
        form = browser.form
        phone = form["phone"].replace(" ", "").replace("-", "") if form["consent"] else ""
        body = self._site.made(
            m.Issue, browser, service=form["service"], priority=bool(form["priority"]), phone=phone or None
        )
        return await self._give(browser, body)

    async def check_in(self, browser: Browser) -> Response:
        """Take in the holder of a booking."""
        body = self._site.made(m.CheckIn, browser, code=browser.form["code"].upper().replace(" ", ""))
        return await self._give(browser, body)

    async def _give(self, browser: Browser, body: m.AnyBody) -> Response:
        kiosk = paper.wanted(browser, self._site.live.now)  # what is refused is refused before a number is given
        reply = await self._site.ask(browser, body)
        said = self._site.told(browser, reply, "issued")
        if not isinstance(reply, m.Accepted) or not reply.number:
            return self._site.refused(browser, said, "/desk")
        printed = await paper.print_given(self._site, browser, reply.number, kiosk) if kiosk else None
        if browser.wants_json:
            token = topics.ticket_token(reply.number, self._site.id_of(browser)) if reply.ticket else ""
            values = {"number": reply.number, "printed": printed, "token": token}
            big = self._site.piece("given.html", browser.language, **values)
            text = printed.sentence(reply.number, browser.language) if printed else said.text
            return paper.remember(browser, self._site.answer(replace(said, big=big, text=text)))
        at = f"&kiosk={kiosk}" if kiosk else ""
        return paper.remember(browser, self._site.go(browser, f"/desk?given={reply.number}{at}"))

    async def cancel(self, browser: Browser) -> Response:
        """Withdraw a ticket."""
        body = self._site.made(m.Cancel, browser, number=_number(browser.form["number"]))
        return await self._site.act(browser, body, "/desk", "cancelled")

    async def give_back(self, browser: Browser) -> Response:
        """Let a parked or absent citizen wait again."""
        body = self._site.made(m.Return, browser, number=_number(browser.form["number"]))
        return await self._site.act(browser, body, "/desk", "returned")

    async def reprint(self, browser: Browser) -> Response:
        """Have a ticket printed: at the kiosk that is named, or once more where it was printed."""
        number = _number(browser.form["number"])
        back, kiosk = f"/desk/find?number={number}", browser.form["kiosk"]
        body = self._site.made(m.ReprintNumber, browser, number=number, kiosk=kiosk or None)
        if not kiosk:
            return await self._site.act(browser, body, back, "reprinted")
        expected = paper.Printed(kiosk, paper.outlook(self._site.live.now, kiosk))
        if expected.code == "away":
            said = Said(ok=False, text=expected.sentence(number, browser.language))
            return paper.remember(browser, self._site.refused(browser, said, back))
        said = self._site.told(browser, await self._site.ask(browser, body))
        if said.ok:
            said = replace(said, text=expected.sentence(number, browser.language))
        if not said.ok or browser.wants_json:
            return paper.remember(browser, self._site.refused(browser, said, back))
        return paper.remember(browser, self._site.go(browser, back, f"printed_{expected.code}", number))

    async def page(self, browser: Browser) -> Response:
        """Have a text spoken in the lobby."""
        body = self._site.made(m.Page, browser, text=spoken(browser))
        return await self._site.act(browser, body, _back(browser), "paged")

    async def quick(self, browser: Browser) -> Response:
        """Count somebody who was helped at once and needs no number."""
        body = self._site.made(m.QuickServe, browser, service=browser.form["service"])
        return await self._site.act(browser, body, "/desk", "quick")

    async def note(self, browser: Browser) -> Response:
        """Write something about a citizen for a colleague."""
        number = _number(browser.form["number"])
        body = self._site.made(m.SetNote, browser, number=number, text=browser.form["note"])
        return await self._site.act(browser, body, f"/desk/find?number={number}", "noted")

    async def broadcast(self, browser: Browser) -> Response:
        """Tell something to everybody who waits: spoken once, and on the screens for a while."""
        typed = browser.form["minutes"]
        minutes = int(typed) if typed.isdecimal() and len(typed) < 6 else 0
        body = self._site.made(m.Broadcast, browser, text=spoken(browser), minutes=minutes)
        return await self._site.act(browser, body, _back(browser), "broadcast")

    async def end_broadcast(self, browser: Browser) -> Response:
        """Take it off the screens."""
        return await self._site.act(
            browser, self._site.made(m.EndBroadcast, browser), _back(browser), "broadcast_ended"
        )

    async def end_alarm(self, browser: Browser) -> Response:
        """Say that help has come to a counter."""
        body = self._site.made(m.EndAlarm, browser, counter=browser.form["counter"])
        return await self._site.act(browser, body, _back(browser), "alarm_ended")

    async def stop(self, browser: Browser) -> Response:
        """Give no more numbers, of one service or of all."""
        service = browser.form["service"] or None
        body = self._site.made(m.Stop, browser, reason=browser.form["reason"], service=service)
        return await self._site.act(browser, body, _back(browser), "stopped")

    async def resume(self, browser: Browser) -> Response:
        """Give numbers again."""
        body = self._site.made(m.Resume, browser, service=browser.form["service"] or None)
        return await self._site.act(browser, body, _back(browser), "resumed")


def _number(typed: str) -> str:
    return typed.upper().replace(" ", "").replace("-", "")[:16]


def _back(browser: Browser) -> str:
    """Return the page on which a form stood."""
    return browser.form["back"] if browser.form["back"] in BACKS else BACKS[0]


def _meant(typed: str, there: Iterable[str]) -> str:
    """Return the number of the office that somebody means who leaves its noughts out, else what was typed."""
    prefix = typed.rstrip("0123456789")
    digits = typed[len(prefix) :]
    same = (number for number in there if number.startswith(prefix) and number[len(prefix) :].lstrip("0") == digits)
    return next(same, typed) if prefix and digits else typed


def spoken(browser: Browser) -> dict[str, str]:
    """Return what was written for the lobby, by language, of those that were filled in."""
    texts = {"id": browser.form["text"], "en": browser.form["text_en"]}
    return {language: text for language, text in texts.items() if text}
