"""The table ``[web]``."""

from __future__ import annotations

import ipaddress
from typing import Annotated, Literal

import msgspec

from appliance.reports.files.mail import MailSettings


class LookupSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``[web.lookup]``: who is asked about the applicant at a counter; [api.md](api.md)."""

    address: str = ""
    """An http or https address. Empty: nobody is."""
    secret: str = ""
    """With which questions are signed, as webhooks are."""


class DailySettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``[web.daily]``: the report that is made by itself when a day has closed; [reports.md](reports.md)."""

    made: bool = True
    """Whether it is made at all."""
    folder: str = ""
    """Of the PDFs; empty for ``daily`` beside the accounts."""
    keep_days: Annotated[int, msgspec.Meta(ge=1, le=4_000)] = 400
    """Older ones are thrown away; they can be made again as long as the log is there."""
    language: Literal["id", "en"] = "id"
    """Of the report, its mail and the closing slip."""
    logo: str = ""
    """File of a picture (PNG, JPEG, SVG) for the letterhead of every report."""
    kiosk: str = ""
    """The kiosk whose printer gives the closing slip, such as ``kiosk-1``; none without one."""


class WebSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the office's pages need to be served."""

    node: str = "web-1"
    host: str = "0.0.0.0"  # noqa: S104  # office PCs reach it from their own machines
    """Address to listen on: 127.0.0.1 for this box alone."""
    port: Annotated[int, msgspec.Meta(ge=0, le=65535)] = 8080
    """0: any free one, which the log then names."""
    accounts: str = "/var/lib/giliran-accounts/accounts.db"
    """File of the people, their sessions and tokens."""
    database: str = "/var/lib/giliran/giliran.db"
    """The hub's file, which is only read: the log and the figures of past days."""
    addresses: tuple[str, ...] = ()
    """Under which names browsers reach it, as ``host`` or ``host:port``; any, without one."""
    trusted_proxies: tuple[str, ...] = ()
    """Addresses of the proxies in front of it, such as ``127.0.0.1``: they alone are believed from where a browser asks
    (``X-Forwarded-For``), and whether by https (``X-Forwarded-Proto``)."""
    lookup: LookupSettings = LookupSettings()
    """Who is asked about the applicant at a counter."""
    daily: DailySettings = DailySettings()
    """The report that is made by itself when a day has closed."""
    mail: MailSettings = MailSettings()
    """By which server it is sent."""
    api_per_second: Annotated[float, msgspec.Meta(gt=0, le=10_000)] = 20.0
    """Requests of each token of another system, in the long run; three times as many at once."""
    demonstration: bool = False
    """One click signs in as each kind of person. Never in an office."""

    def __post_init__(self) -> None:
        """See whether what can be read can be meant."""
        for proxy in self.trusted_proxies:
            try:
                ipaddress.ip_address(proxy)
            except ValueError as error:
                raise ValueError(f"trusted_proxies: {proxy!r} is no address such as 127.0.0.1") from error
