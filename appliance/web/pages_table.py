"""All pages of the office: one table, so that none is without a permission and none is forgotten by a test."""

from __future__ import annotations

from appliance.web.access import Page
from appliance.web.admin.administration import Administration
from appliance.web.api.api import Api
from appliance.web.api.tokens_page import TokensPage
from appliance.web.api.webhooks_page import WebhooksPage
from appliance.web.console import Console
from appliance.web.contingency import Contingency
from appliance.web.desk import Desk
from appliance.web.desk_survey import DeskSurvey
from appliance.web.first_code import FirstCode
from appliance.web.log_pages import Log
from appliance.web.nodes import Nodes
from appliance.web.reports.downloads import Downloads
from appliance.web.reports.pages import Reports
from appliance.web.reports.parallel import Parallel, TrialDesk
from appliance.web.reports.satisfaction import SatisfactionPages
from appliance.web.reports.weighing import Weighing
from appliance.web.reports.what_if import WhatIf
from appliance.web.signing_in import SigningIn
from appliance.web.site import Site
from appliance.web.wall import Wall


def pages_of(site: Site, api: Api) -> list[Page]:
    """Return every page that the web answers.

    Args:
        site: what they stand on.
        api: the interface for other systems, whose tokens and webhooks have pages.
    """
    trial = TrialDesk(site)
    pages = [
        *SigningIn(site).pages(),
        *FirstCode(site).pages(),
        *Console(site, api).pages(),
        *Desk(site).pages(),
        *DeskSurvey(site).pages(),
        *Contingency(site).pages(),
        *Wall(site).pages(),
        *Nodes(site).pages(),
        *Reports(site).pages(),
        *Log(site).pages(),
        *Downloads(site).pages(),
        *WhatIf(site).pages(),
        *SatisfactionPages(site).pages(),
        *Parallel(trial).pages(),
        *Weighing(trial).pages(),
        *TokensPage(site).pages(),
        *WebhooksPage(site, api).pages(),
    ]
    return [*pages, *Administration(site, {page.path for page in pages}).pages()]
