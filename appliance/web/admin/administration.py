"""All pages of the administration."""

from __future__ import annotations

from collections.abc import Collection

from appliance.web.access import Page
from appliance.web.admin.counters import Counters
from appliance.web.admin.general import General
from appliance.web.admin.hours import Hours
from appliance.web.admin.journeys import Journeys
from appliance.web.admin.keeper import Keeper
from appliance.web.admin.lobby import Lobby
from appliance.web.admin.one_file import OneFile
from appliance.web.admin.own_words import OwnWords
from appliance.web.admin.people_pages import People
from appliance.web.admin.rules import RulesPages
from appliance.web.admin.services import Services
from appliance.web.admin.start import Start
from appliance.web.admin.versions import Versions
from appliance.web.site import Site


class Administration:
    """The administration.

    Args:
        site: what pages stand on.
        elsewhere: paths of other pages, to which its first page leads if they are there.
    """

    def __init__(self, site: Site, elsewhere: Collection[str] = ()) -> None:
        self._site = site
        self._keeper = Keeper(site)
        self._elsewhere = elsewhere

    def pages(self) -> list[Page]:
        """Return what is answered here."""
        site, keeper = self._site, self._keeper
        parts = [Services, Counters, Journeys, Hours, RulesPages, General, OwnWords, Lobby, OneFile, Versions]
        pages = [page for part in parts for page in part(site, keeper).pages()]
        pages += People(site).pages()
        known = {page.path for page in pages} | set(self._elsewhere)
        return [*pages, *Start(site, keeper, known).pages()]
