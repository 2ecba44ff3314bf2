"""All pages of the office: one table, so that none is without a permission and none is forgotten by a test."""

from __future__ import annotations

from appliance.web.access import Page
from appliance.web.admin.administration import Administration
from appliance.web.console import Console
from appliance.web.desk import Desk
from appliance.web.first_code import FirstCode
from appliance.web.signing_in import SigningIn
from appliance.web.site import Site


def pages_of(site: Site) -> list[Page]:
    """Return every page that the web answers."""
    pages = [*SigningIn(site).pages(), *FirstCode(site).pages(), *Console(site).pages(), *Desk(site).pages()]
    return [*pages, *Administration(site, {page.path for page in pages}).pages()]
