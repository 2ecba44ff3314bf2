"""All pages of the office: one table, so that none is without a permission and none is forgotten by a test."""

from __future__ import annotations

from pathlib import Path

from appliance.web.access import Page
from appliance.web.console import Console
from appliance.web.desk import Desk
from appliance.web.nodes import Nodes
from appliance.web.signing_in import SigningIn
from appliance.web.site import Site
from appliance.web.wall import Wall
from appliance.web.watch import FILE, Watch


def pages_of(site: Site) -> list[Page]:
    """Return every page that the web answers."""
    watch = Watch(Path(site.settings.accounts).with_name(FILE), site.live)
    site.tasks.append(watch.keep)
    return [
        *SigningIn(site).pages(),
        *Console(site).pages(),
        *Desk(site).pages(),
        *Wall(site, watch).pages(),
        *Nodes(site, watch).pages(),
    ]
