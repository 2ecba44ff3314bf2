"""The officer's console: one counter, its citizen, and the next sensible thing as one large button."""

from __future__ import annotations

from typing import Any, Final

import msgspec
from starlette.exceptions import HTTPException
from starlette.responses import Response

from appliance.people import Permission
from appliance.web.access import Page
from appliance.web.api.api import Api
from appliance.web.browser import Browser
from appliance.web.office_view import OfficeView
from appliance.web.site import Site
from appliance.web.stream import Regions, View
from appliance.wire import messages as m
from appliance.wire.staff import StaffCounter

SERVE: Final = Permission.COUNTER_SERVE
FREE: Final = Permission.QUEUE_STOP
"""Who may end the session of somebody who has gone home: whoever may stop the queue."""
LISTED: Final = 40
"""So many of those who wait are named; the others are counted."""


class Action(msgspec.Struct, frozen=True):
    """One thing an officer can do: its name (the command's), its key on the keyboard, its icon."""

    name: str
    key: str
    icon: str


QUIET: Final = (
    Action("recall", "r", "loudspeaker"),
    Action("start", "s", "check"),
    Action("finish", "f", "door"),
    Action("no_show", "n", "close"),
    Action("park", "p", "cup"),
)
KEYS: Final = {action.name: action.key for action in QUIET} | {"call_next": "c"}
BODIES: Final[dict[str, type[m.AtCounter]]] = {
    "call_next": m.CallNext,
    "recall": m.Recall,
    "start": m.Start,
    "finish": m.Finish,
    "no_show": m.NoShow,
    "park": m.Park,
    "undo": m.Undo,
    "open_counter": m.OpenCounter,
    "close_counter": m.CloseCounter,
    "reprint": m.Reprint,
}
"""What is asked with nothing but the counter."""
WITH_OUTCOMES: Final = (m.CallNext, m.Finish)
"""What may end a visit, and then says what came of it."""


class Console:
    """The pages of a counter.

    Args:
        site: what they stand on.
        api: knows who can be asked about the applicant.
    """

    def __init__(self, site: Site, api: Api) -> None:
        self._site = site
        self._api = api

    def pages(self) -> list[Page]:
        """Return what is answered here."""
        return [
            Page("GET", "/counter", SERVE, self.choose),
            Page("GET", "/counters/live", SERVE, self.choose_live),
            Page("GET", "/counter/{counter}/free", FREE, self.ask_free),
            Page("POST", "/counter/{counter}/free", FREE, self.free),
            Page("GET", "/counter/{counter}", SERVE, self.console),
            Page("GET", "/counter/{counter}/live", SERVE, self.console_live),
            Page("POST", "/counter/{counter}/begin", SERVE, self.begin),
            Page("POST", "/counter/{counter}/do/{action}", SERVE, self.do),
            Page("POST", "/counter/{counter}/call-number", SERVE, self.call_number),
            Page("POST", "/counter/{counter}/transfer", SERVE, self.transfer),
            Page("POST", "/counter/{counter}/note", SERVE, self.note),
            Page("POST", "/counter/{counter}/alarm", SERVE, self.alarm),
            Page("POST", "/counter/{counter}/outcomes", SERVE, self.outcomes),
            Page("POST", "/counter/{counter}/pause", SERVE, self.pause),
            Page("POST", "/counter/{counter}/return", SERVE, self.give_back),
            Page("POST", "/counter/{counter}/look-up", SERVE, self.look_up),
        ]

    # -- which counter ---------------------------------------------------------------------------------------------

    async def choose(self, browser: Browser) -> Response:
        """Show the counters, and who is at each."""
        return self._site.page(browser, "counters.html", regions=self._site.streams.regions(self._choice(browser)))

    async def choose_live(self, browser: Browser) -> Response:
        """Tell when one is taken or left."""
        return self._site.stream(browser, self._choice(browser))

    def _choice(self, browser: Browser) -> View:
        language, name, csrf, may_free = browser.language, browser.name, self._csrf(browser), browser.may(FREE)

        def regions() -> Regions:
            values = {"view": OfficeView(self._site.live.now), "me": name, "csrf": csrf, "may_free": may_free}
            return {"counters": self._site.piece("counters_list.html", language, **values)}

        return View(("counters", language, csrf, may_free), regions)

    # -- one counter -----------------------------------------------------------------------------------------------

    async def console(self, browser: Browser) -> Response:
        """Show one counter."""
        view = self._console(browser)
        return self._site.page(
            browser, "counter.html", counter=self._counter(browser), regions=self._site.streams.regions(view)
        )

    async def console_live(self, browser: Browser) -> Response:
        """Tell what changes at one counter."""
        return self._site.stream(browser, self._console(browser))

    def _console(self, browser: Browser) -> View:
        language, name, csrf, may_free = browser.language, browser.name, self._csrf(browser), browser.may(FREE)
        session = browser.session.id if browser.session else ""
        counter = browser.request.path_params["counter"]

        def regions() -> Regions:
            now = self._site.live.now
            state = now.counters.get(counter)
            if state is None:
                return {"status": self._site.piece("status.html", language, view=OfficeView(now))}
            view = OfficeView(now)
            values: dict[str, Any] = {
                "view": view,
                "state": state,
                "me": name,
                "csrf": csrf,
                "may_free": may_free,
                "main": main_action(state),
                "main_key": KEYS.get(main_action(state), ""),
                "quiet": QUIET,
                "listed": LISTED,
                "at": self._site.live.clock.office_ms() or 0,
                "lookup_on": self._api.lookup.on,
                "found": self._api.lookup.shown(session, name, state),
            }
            pieces = ("status", "ticket", "lookup", "queue")
            return {piece: self._site.piece(f"counter_{piece}.html", language, **values) for piece in pieces}

        return View(("counter", counter, language, csrf, may_free), regions)

    async def begin(self, browser: Browser) -> Response:
        """Take the counter over: its session is this officer's from now on."""
        said = self._site.told(browser, await self._site.ask(browser, self._made(m.OpenCounter, browser)))
        if not said.ok and said.code != "counter_open":
            return self._site.refused(browser, said, "/counter")
        return self._site.go(browser, self._back(browser))

    async def do(self, browser: Browser) -> Response:
        """Carry out one press."""
        kind = BODIES.get(browser.request.path_params["action"])
        if kind is None:
            raise HTTPException(404)
        done = "counter_left" if kind is m.CloseCounter else ""
        serving = self._counter(browser).state == "serving"
        outcomes = {"outcomes": browser.form.all("outcome")} if kind in WITH_OUTCOMES and serving else {}
        return await self._site.act(browser, self._made(kind, browser, **outcomes), self._back(browser), done)

    async def call_number(self, browser: Browser) -> Response:
        """Call a particular number, for a reason."""
        number = m.TicketNumber(browser.form["number"].upper().replace(" ", ""))
        outcomes = browser.form.all("outcome")
        body = self._made(m.CallNumber, browser, number=number, reason=browser.form["reason"], outcomes=outcomes)
        return await self._site.act(browser, body, self._back(browser))

    async def transfer(self, browser: Browser) -> Response:
        """Send the citizen on: to another service, to one counter, or both."""
        form = browser.form
        body = self._made(
            m.Transfer, browser, service=form["service"] or None, to=form["to"] or None, note=form["note"]
        )
        return await self._site.act(browser, body, self._back(browser), "transferred")

    async def note(self, browser: Browser) -> Response:
        """Write something about a citizen for a colleague; an empty text takes it back."""
        body = self._site.made(m.SetNote, browser, number=browser.form["number"], text=browser.form["note"])
        return await self._site.act(browser, body, self._back(browser), "noted")

    async def alarm(self, browser: Browser) -> Response:
        """Ask for help without a sound in the lobby, or say that it has come."""
        raised = OfficeView(self._site.live.now).alarm_of(self._id(browser))
        kind, said = (m.EndAlarm, "alarm_ended") if raised else (m.RaiseAlarm, "alarm")
        return await self._site.act(browser, self._made(kind, browser), self._back(browser), said)

    async def outcomes(self, browser: Browser) -> Response:
        """Note what was done, also after the citizen has gone."""
        form = browser.form
        body = self._made(m.NoteOutcomes, browser, number=form["number"], outcomes=form.all("outcome"))
        return await self._site.act(browser, body, self._back(browser), "outcomes_noted")

    async def pause(self, browser: Browser) -> Response:
        """Call nobody for a while."""
        return await self._site.act(
            browser, self._made(m.PauseCounter, browser, reason=browser.form["reason"]), self._back(browser)
        )

    async def give_back(self, browser: Browser) -> Response:
        """Let a parked or absent citizen wait again."""
        body = self._site.made(m.Return, browser, number=browser.form["number"])
        return await self._site.act(browser, body, self._back(browser), "returned")

    async def look_up(self, browser: Browser) -> Response:
        """Ask another system about the applicant."""
        return await self._api.lookup.typed(browser)

    async def ask_free(self, browser: Browser) -> Response:
        """Ask whether somebody else's session is to be ended, and say what becomes of whoever is at the counter."""
        return self._site.page(browser, "free.html", state=self._counter(browser), back=self._after_freeing(browser))

    async def free(self, browser: Browser) -> Response:
        """End a session that was forgotten."""
        body = self._made(m.FreeCounter, browser, sure=bool(browser.form["sure"]))
        return await self._site.act(browser, body, self._after_freeing(browser), "freed")

    def _after_freeing(self, browser: Browser) -> str:
        return "/counter" if browser.may(SERVE) else "/desk"

    def _made(self, kind: type[m.AtCounter], browser: Browser, **fields: Any) -> m.AtCounter:
        return self._site.made(kind, browser, counter=self._id(browser), **fields)

    def _id(self, browser: Browser) -> m.CounterId:
        return m.CounterId(browser.request.path_params["counter"])

    def _back(self, browser: Browser) -> str:
        return f"/counter/{self._id(browser)}"

    def _counter(self, browser: Browser) -> StaffCounter:
        state = self._site.live.now.counters.get(self._id(browser))
        if state is None:
            raise HTTPException(404)
        return state

    def _csrf(self, browser: Browser) -> str:
        assert browser.session is not None  # noqa: S101  # these pages need a permission
        return browser.session.csrf


def main_action(state: StaffCounter) -> str:
    """Return the next sensible thing at a counter: the name of a command."""
    match state.state:
        case "closed" | "paused":
            return "open_counter"
        case "called":
            return "start"
        case "serving":
            return "call_next" if state.waiting else "finish"
        case _:
            return "call_next"
