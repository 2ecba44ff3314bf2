"""Tickets on the paper of a kiosk: which kiosks can print, which one was chosen last, and what came of the wish."""

from __future__ import annotations

import re
from collections.abc import Iterator
from hashlib import sha256
from itertools import groupby
from typing import Final, Literal

import msgspec
import qrcode
from markupsafe import Markup
from starlette.responses import Response

from appliance import texts
from appliance.web.browser import Browser
from appliance.web.live import Present
from appliance.web.site import ID_LENGTH, Site
from appliance.wire import messages as m
from appliance.wire import topics

KIOSK: Final = "print_at"
"""The cookie in which a browser keeps the kiosk that was chosen last; ``NOWHERE`` if none was."""
NOWHERE: Final = "-"
A_YEAR: Final = 365 * 24 * 3600
_NAME: Final = re.compile(r"kiosk-[a-z0-9]{1,16}")
Code = Literal["asked", "away", "trouble", "refused"]


class KioskNow(msgspec.Struct, frozen=True):
    """One kiosk. ``trouble``: its printer says that something is wrong, or nothing; it may print all the same."""

    name: str
    state: Literal["ready", "away", "trouble"]


class Printed(msgspec.Struct, frozen=True):
    """What came of the wish to print. ``why``: the hub's refusal, in words."""

    kiosk: str
    code: Code
    why: str = ""

    def sentence(self, number: str, language: str) -> str:
        """Return it in words."""
        return texts.text(f"front.printed.{self.code}", language, number=number, kiosk=self.kiosk, why=self.why)


def kiosks(now: Present) -> list[KioskNow]:
    """Return all kiosks that have ever been on the bus, by name."""
    found = []
    for name, told in sorted(now.nodes.items()):
        if _NAME.fullmatch(name):
            printers = [part.state for part in told.parts if part.name == "printer"]
            prints = printers and not set(printers) & {"fault", "missing"}
            found.append(KioskNow(name, "away" if told.state != "online" else "ready" if prints else "trouble"))
    return found


def chosen(browser: Browser, there: list[KioskNow]) -> str:
    """Return the kiosk that is offered first: the one of the last time, else one that can print; empty for none."""
    kept = browser.request.cookies.get(KIOSK, "")
    if kept == NOWHERE or kept in [kiosk.name for kiosk in there]:
        return "" if kept == NOWHERE else kept
    return next((kiosk.name for kiosk in there if kiosk.state == "ready"), "")


def wanted(browser: Browser, now: Present) -> str:
    """Return the kiosk that a form names; where it does not ask, the one of the last time. Empty for none.

    Raises:
        msgspec.ValidationError: if it names something else.
    """
    if "kiosk" not in browser.form:
        return chosen(browser, kiosks(now))
    named = browser.form["kiosk"]
    if named and not _NAME.fullmatch(named):
        raise msgspec.ValidationError("kiosk: there is no such name")
    return named


def remember(browser: Browser, response: Response) -> Response:
    """Have the browser keep the kiosk that its form named."""
    if "kiosk" in browser.form:
        kept = browser.form["kiosk"] or NOWHERE
        browser.keep(response, KIOSK, kept, A_YEAR)
    return response


def outlook(now: Present, kiosk: str) -> Code:
    """Return what is to be expected of a wish that the hub has accepted, or would."""
    found = next((one for one in kiosks(now) if one.name == kiosk), None)
    if found is None or found.state == "away":
        return "away"
    return "trouble" if found.state == "trouble" else "asked"


async def print_given(site: Site, browser: Browser, number: str, kiosk: str) -> Printed:
    """Have a number printed that a form has just got: once, however often that form is sent.

    A kiosk that is away is not asked: nobody prints it later, and the next paper would be called a copy.
    """
    code = outlook(site.live.now, kiosk)
    if code == "away":
        return Printed(kiosk, code)
    body = site.made(m.ReprintNumber, browser, number=number, kiosk=kiosk)
    request_id = sha256(f"print {site.id_of(browser)}".encode()).hexdigest()[:ID_LENGTH]
    said = site.told(browser, await site.ask(browser, body, request_id))
    return Printed(kiosk, code) if said.ok else Printed(kiosk, "refused", said.text)


def code_of(now: Present, number: str, token: str) -> Markup | None:
    """Return the QR code under which a ticket is followed; None if the office has no such address, or it is another's.

    Args:
        now: the present, with the office's address.
        number: of the ticket.
        token: what stands behind the address, as ``topics.ticket_token`` makes it.
    """
    address = now.board.office.follow_url if now.board else ""
    if not address or topics.number_in_token(token) != number:
        return None
    return drawn(address + token)


def drawn(text: str, mask: int | None = None) -> Markup:
    """Return a QR code as a picture.

    Args:
        text: what it says.
        mask: which of its eight patterns; None for the one that is read best, which takes three times as long to find.
    """
    code = qrcode.QRCode(border=1, mask_pattern=mask)
    code.add_data(text)
    code.make()
    rows = code.get_matrix()
    # Each run of dark modules is one rectangle: a tenth of the library's own picture in bytes and in time.
    dark = [(y, *run) for y, row in enumerate(rows) for run in _runs(row)]
    path = "".join(f"M{x} {y}h{length}v1h-{length}z" for y, x, length in dark)
    size = len(rows)
    return Markup('<svg viewBox="0 0 {0} {0}" shape-rendering="crispEdges"><path d="{1}"/></svg>').format(size, path)


def _runs(row: list[bool]) -> Iterator[tuple[int, int]]:
    """Yield where each run of dark modules begins, and how long it is."""
    at = 0
    for dark, run in groupby(row):
        length = sum(1 for _ in run)
        if dark:
            yield at, length
        at += length
