"""What citizens come for: the list, one of them with pictures of its card and ticket, its place in the list."""

from __future__ import annotations

from typing import Any

from starlette.responses import HTMLResponse, Response

from appliance.web.access import Page
from appliance.web.admin import typed
from appliance.web.admin.changes import Office
from appliance.web.admin.items import Item, Items
from appliance.web.admin.keeper import Shown
from appliance.web.admin.section import LOOK, named
from appliance.web.browser import Browser


class Services(Items):
    """The pages of services."""

    kind = "services"
    one_name = "service"
    new_item = {  # noqa: RUF012  # a constant of the class
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

    def pages(self) -> list[Page]:
        """Return what is answered here."""
        return [Page("POST", f"{self.here}/preview", LOOK, self.preview), *super().pages()]

    async def preview(self, browser: Browser) -> Response:
        """Return pictures of the card and the ticket of what is typed."""
        service = self.typed_item(browser, self.keeper.current().office)
        values = {"service": service, "office": self.site.office_names(), "own": self.site.office_words()}
        return HTMLResponse(self.site.piece("admin_preview.html", browser.language, **values))

    def beside_list(self, shown: Shown) -> dict[str, Any]:
        """Return at how many counters each service is served."""
        counters = shown.office["counters"]
        return {
            "served_at": {
                service["id"]: sum(service["id"] in (*x["services"], *x.get("helps", ())) for x in counters)
                for service in shown.office["services"]
            }
        }

    def beside_form(self, browser: Browser, shown: Shown, item: Item) -> dict[str, Any]:  # noqa: ARG002  # as all have it
        """Return the groups that there are, and how the office words a ticket."""
        named_groups = {s["group"]["id"] for s in shown.office["services"] if s.get("group", {}).get("id")}
        return {"groups": sorted(named_groups), "own": self.site.office_words()}

    def typed_item(self, browser: Browser, office: Office) -> Item:
        """Return the service that a form describes."""
        form = browser.form
        key = self.key(browser) or form["service_id"]
        before = self.find(office, key) or self.new_item
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

    def put_elsewhere(self, browser: Browser, office: Office, key: str) -> None:
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

    def forget_elsewhere(self, office: Office, key: str) -> None:
        """Take a removed service out of counters and journeys."""
        for item in (*office["counters"], *office["journeys"]):
            for field in ("services", "helps"):
                if field in item:
                    item[field] = [service for service in item[field] if service != key]
