"""What citizens come for: the list, one of them with pictures of its card and ticket, its place in the list."""

from __future__ import annotations

from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, Response

from appliance.web.access import Page
from appliance.web.admin import typed
from appliance.web.admin.changes import Office
from appliance.web.admin.keeper import Shown
from appliance.web.admin.section import CHANGE, LOOK, Section, item_of, move, named, put
from appliance.web.browser import Browser

HERE: Final = "/admin/services"
NEW: Final[dict[str, Any]] = {
    "id": "",
    "prefix": "",
    "names": {},
    "digits": 3,
    "minutes": 5.0,
    "bring": {},
    "quota": None,
    "last_ticket": None,
    "group": {},
    "at_kiosk": True,
}


class Services(Section):
    """The pages of services."""

    def pages(self) -> list[Page]:
        """Return what is answered here."""
        return [
            Page("GET", HERE, LOOK, self.index),
            Page("POST", f"{HERE}/preview", LOOK, self.preview),
            Page("GET", f"{HERE}/new", LOOK, self.new),
            Page("POST", f"{HERE}/new", CHANGE, self.save),
            Page("GET", HERE + "/{service}", LOOK, self.one),
            Page("POST", HERE + "/{service}", CHANGE, self.save),
            Page("POST", HERE + "/{service}/move", CHANGE, self.move),
            Page("POST", HERE + "/{service}/remove", CHANGE, self.remove),
        ]

    async def index(self, browser: Browser) -> Response:
        """Show all services in their order."""
        return await self._list(browser, self.keeper.shown())

    async def _list(self, browser: Browser, shown: Shown) -> Response:
        counters = {
            service["id"]: sum(service["id"] in (*x["services"], *x.get("helps", ())) for x in shown.office["counters"])
            for service in shown.office["services"]
        }
        return self.page(browser, "admin_services.html", shown, served_at=counters)

    async def new(self, browser: Browser) -> Response:
        """Show an empty form."""
        return await self._form(browser, self.keeper.shown(), NEW)

    async def one(self, browser: Browser) -> Response:
        """Show one service."""
        shown = self.keeper.shown()
        service = item_of(shown.office, "services", _key(browser))
        if service is None:
            raise HTTPException(404)
        return await self._form(browser, shown, service)

    async def save(self, browser: Browser) -> Response:
        """Save one service, a new one with a new id."""
        made: dict[str, Any] = {}

        def change(office: Office) -> None:
            made.update(service_of(browser, office))
            put(office["services"], made)
            _let_counters(browser, office, made["id"])

        async def again(shown: Shown) -> Response:
            return await self._form(browser, shown, made)

        return await self.keeper.save(browser, change, again, HERE)

    async def move(self, browser: Browser) -> Response:
        """Move a service up or down."""
        places = -1 if browser.form["to"] == "up" else 1

        def change(office: Office) -> None:
            move(office["services"], _key(browser), places)

        return await self.keeper.save(browser, change, lambda shown: self._list(browser, shown), HERE, "moved")

    async def remove(self, browser: Browser) -> Response:
        """Take a service away, also from counters and journeys."""
        key = _key(browser)

        def change(office: Office) -> None:
            office["services"] = [service for service in office["services"] if service["id"] != key]
            for item in (*office["counters"], *office["journeys"]):
                for field in ("services", "helps"):
                    if field in item:
                        item[field] = [service for service in item[field] if service != key]

        return await self.keeper.save(browser, change, lambda shown: self._list(browser, shown), HERE, "removed")

    async def preview(self, browser: Browser) -> Response:
        """Return pictures of the card and the ticket of what is typed."""
        service = service_of(browser, self.keeper.current().office)
        html = self.site.piece("admin_preview.html", browser.language, service=service, office=self.site.office_names())
        return HTMLResponse(html)

    async def _form(self, browser: Browser, shown: Shown, service: dict[str, Any]) -> Response:
        is_new = "service" not in browser.request.path_params
        return self.page(
            browser,
            "admin_service.html",
            shown,
            service=service,
            at=f"services.{service['id']}",
            is_new=is_new,
            groups=sorted({s["group"]["id"] for s in shown.office["services"] if s.get("group", {}).get("id")}),
            action=f"{HERE}/new" if is_new else f"{HERE}/{service['id']}",
        )


def service_of(browser: Browser, office: Office) -> dict[str, Any]:
    """Return the service that a form describes."""
    form = browser.form
    key = browser.request.path_params.get("service", form["service_id"])
    before = item_of(office, "services", key) or NEW
    names = named(browser, "names", before["names"])
    taken = {item["id"] for kind in ("services", "journeys") for item in office[kind]}
    bring = {language: typed.lines(form[f"bring.{language}"]) for language in typed.LANGUAGES}
    kept = {language: said for language, said in before.get("bring", {}).items() if language not in typed.LANGUAGES}
    return {
        **before,
        "id": before["id"] or typed.new_id(names.get("id") or names.get("en") or "", taken, "service"),
        "prefix": form["prefix"].upper(),
        "names": names,
        "digits": typed.number(form["digits"], 3),
        "minutes": typed.number(form["minutes"], 5.0),
        "group": named(browser, "group", before.get("group", {})),
        "bring": {**{language: said for language, said in bring.items() if said}, **kept},
        "quota": typed.number(form["quota"]),
        "last_ticket": typed.time_of_day(form["last_ticket"]),
        "at_kiosk": form["at_kiosk"] == "yes",
    }


def _let_counters(browser: Browser, office: Office, key: str) -> None:
    """Have the counters serve a service that were chosen in its form."""
    if "counters_asked" not in browser.form:
        return
    chosen = browser.form.all("counter")
    for counter in office["counters"]:
        serves = key in (*counter["services"], *counter.get("helps", ()))
        if counter["id"] in chosen and not serves:
            counter["services"] = [*counter["services"], key]
        elif counter["id"] not in chosen and serves:
            for field in ("services", "helps"):
                counter[field] = [service for service in counter.get(field, ()) if service != key]


def _key(browser: Browser) -> str:
    return str(browser.request.path_params["service"])
