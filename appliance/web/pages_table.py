"""All pages of the office: one table, so that none is without a permission and none is forgotten by a test."""

from __future__ import annotations

from appliance.web.access import Page
from appliance.web.console import Console
from appliance.web.desk import Desk
from appliance.web.log_pages import Log
from appliance.web.nodes import Nodes
from appliance.web.signing_in import SigningIn
from appliance.web.site import Site
from appliance.web.wall import Wall


def pages_of(site: Site) -> list[Page]:
    """Return every page that the web answers."""
    return [
        *SigningIn(site).pages(),
        *Console(site).pages(),
        *Desk(site).pages(),
        *Wall(site).pages(),
        *Nodes(site).pages(),
        *Log(site).pages(),
    ]
