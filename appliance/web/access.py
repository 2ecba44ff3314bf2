"""Who may ask for what: the session, the permission, and whether the question comes from a page of ours.

A form is believed if it carries the session's own secret (which no other site can read) and comes from our own origin.
``Sec-Fetch-Site`` is absent over plain http, so ``Origin`` is looked at as well.
"""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable
from typing import Final, Literal
from urllib.parse import SplitResult, urlsplit

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from appliance.people import Permission
from appliance.web.browser import MOST_BYTES, SMALL_BYTES, Browser

ELSEWHERE: Final = "elsewhere"
"""Why a form is refused that did not come from a page of ours."""
CSRF: Final = "csrf"
"""The field of every form, and the header of the script, that carries the session's secret."""
SECRET_AGAIN: Final = "confirm_secret"  # noqa: S105  # a field's name
"""The field in which a dangerous act's form brings the person's secret once more."""
Need = Permission | Literal["anybody", "signed_in"]
Handler = Callable[[Browser], Awaitable[Response]]


class Page(msgspec.Struct, frozen=True):
    """One thing that can be asked for. The table of them is the whole of what the server answers.

    Args:
        method: GET or POST.
        path: with its parameters in braces.
        need: who may.
        handler: answers.
        again: whether the person's secret is asked for once more, for the act is dangerous.
        hands_on: whether another page's form comes with it, which may be as large as any.
    """

    method: Literal["GET", "POST"]
    path: str
    need: Need
    handler: Handler
    again: bool = False
    hands_on: bool = False

    @property
    def most_bytes(self) -> int:
        """How large its form may be: what anybody may send is small."""
        return SMALL_BYTES if self.need == "anybody" and not self.hands_on else MOST_BYTES


def from_our_own_page(request: Request, addresses: tuple[str, ...] = ()) -> bool:
    """Tell whether a browser says that the question came from a page of ours.

    Args:
        request: that changes something.
        addresses: under which we are known; any name, without one.
    """
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    host = request.headers.get("host", "")
    if addresses and host not in addresses:
        return False
    origin = request.headers.get("origin")
    if origin is None:
        return True  # a browser that sends none: the form's own secret decides
    parts = parts_of(origin)
    return parts is not None and parts.netloc == host


def parts_of(address: str) -> SplitResult | None:
    """Return the parts of an address that a browser sent, None if it is none."""
    try:
        return urlsplit(address)
    except ValueError:  # such as http://[
        return None


def has_the_secret(browser: Browser) -> bool:
    """Tell whether a form, or the script's header, carries the secret of the browser's session."""
    if browser.session is None:
        return True
    given = browser.form[CSRF] or browser.request.headers.get("x-csrf", "")
    return hmac.compare_digest(given.encode(), browser.session.csrf.encode())


def allowed(page: Page, browser: Browser) -> Literal["yes", "sign_in", "no", "confirm"]:
    """Tell whether a browser may ask for a page, and what it lacks."""
    if page.need == "anybody":
        return "yes"
    if browser.session is None:
        return "sign_in"
    if page.need != "signed_in" and not browser.may(page.need):
        return "no"
    if page.again and not browser.session.confirmed:
        return "confirm"
    return "yes"
