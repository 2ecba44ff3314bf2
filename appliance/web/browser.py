"""One question of a browser: who asks, in which language, with what in the form."""

from __future__ import annotations

import secrets
from typing import Final
from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from appliance.pages.shell import LANGUAGES
from appliance.people import Permission, may
from appliance.store.accounts import Session

MOST_BYTES: Final = 512 * 1024
"""Of a form: an office of forty services with their lists is a tenth of it."""
SMALL_BYTES: Final = 16 * 1024
"""Of a form that anybody may send, such as the one by which people sign in."""
STRANGERS_BYTES: Final = 16 * 1024 * 1024
"""Of all larger forms together that come at one time from nobody we know: what a person typed before their session
ended is among them, and so is what would fill the memory."""
MOST_FIELDS: Final = 5_000
COOKIE: Final = "giliran"
"""The cookie in which a browser keeps its session's token."""
LANGUAGE: Final = "language"
"""The cookie in which a browser keeps its language."""
UNSEEN: Final = dict.fromkeys([*range(32), 127], None)
del UNSEEN[9], UNSEEN[10], UNSEEN[13]


class TooLarge(Exception):
    """A form is larger than anything a page of ours sends."""


class NotAForm(Exception):
    """What was sent is not what a page of ours sends."""


class Strangers:
    """Counts the bytes that are held of the larger forms of those who are not signed in."""

    held = 0


class Form:
    """What somebody filled in: every field a text, trimmed, without signs that no keyboard has."""

    def __init__(self, fields: list[tuple[str, str]]) -> None:
        self._fields: dict[str, list[str]] = {}
        for name, value in fields:
            self._fields.setdefault(name, []).append(value.translate(UNSEEN).strip())

    def __contains__(self, name: str) -> bool:
        """Tell whether there is such a field."""
        return name in self._fields

    def __getitem__(self, name: str) -> str:
        """Return a field's text; empty if it is not there."""
        return self._fields.get(name, [""])[-1]

    def set(self, name: str, value: str) -> None:
        """Fill in a field."""
        self._fields[name] = [value]

    def all(self, name: str) -> list[str]:
        """Return every text that was given under one name."""
        return list(self._fields.get(name, []))

    def pairs(self) -> list[tuple[str, str]]:
        """Return all fields with all their texts."""
        return [(name, value) for name, values in self._fields.items() for value in values]


class Browser:
    """Whoever asks for a page.

    Args:
        request: of the server.
        session: of the person who is signed in; None if nobody is.
        strangers: count what those send who are not.
    """

    def __init__(self, request: Request, session: Session | None, strangers: Strangers | None = None) -> None:
        self.request = request
        self.session = session
        self._strangers = strangers or Strangers()
        self.form = Form([])
        self.arrived = 0
        """When its question came, as ``trace`` counts; 0 if nobody measures."""

    @property
    def language(self) -> str:
        """The language that this browser chose, else the one that it prefers, else Indonesian."""
        chosen = self.request.cookies.get(LANGUAGE, "")
        if chosen in LANGUAGES:
            return chosen
        preferred = self.request.headers.get("accept-language", "")
        for part in preferred.split(","):
            tag = part.partition(";")[0].strip().partition("-")[0].lower()
            if tag in LANGUAGES:
                return tag
        return LANGUAGES[0]

    @property
    def name(self) -> str:
        """The name under which acts stand in the log; empty if nobody is signed in."""
        return self.session.person.name if self.session else ""

    @property
    def address(self) -> str:
        """From where it asks."""
        return self.request.client.host if self.request.client else ""

    @property
    def wants_json(self) -> bool:
        """Tell whether the page's script asks, and not the browser itself."""
        return "application/json" in self.request.headers.get("accept", "")

    def keep(self, response: Response, name: str, value: str, seconds: int | None = None) -> Response:
        """Have it keep a cookie, which no script reads, and which goes over https alone if it came by https.

        Args:
            response: that carries it; returned.
            name: of the cookie.
            value: to be kept.
            seconds: for how long; until the browser is closed, without.
        """
        secure = self.request.url.scheme == "https"
        response.set_cookie(name, value, max_age=seconds, httponly=True, samesite="lax", secure=secure)
        return response

    def may(self, permission: Permission) -> bool:
        """Tell whether whoever is signed in may do this."""
        return self.session is not None and may(self.session.person.role, permission)

    async def read_form(self, most: int = MOST_BYTES) -> None:
        """Read what was filled in, as a browser encodes it, of at most so many bytes.

        Raises:
            TooLarge: and the rest is not read.
            NotAForm: it is no form, or not in UTF-8.
        """
        self.form = form_of(await self.read_body(most))

    async def read_body(self, most: int = MOST_BYTES) -> bytes:
        """Return what was sent. Raises ``TooLarge``, also while strangers send too much at once, and ``NotAForm``."""
        body, counted = bytearray(), 0
        try:
            async for piece in self.request.stream():
                body += piece
                if self.session is None and len(body) > SMALL_BYTES:
                    self._strangers.held += len(body) - counted
                    counted = len(body)
                if len(body) > most or (counted and self._strangers.held > STRANGERS_BYTES):
                    raise TooLarge
        except ClientDisconnect as error:
            raise NotAForm("it ended early") from error
        finally:
            self._strangers.held -= counted
        return bytes(body)


def form_of(body: bytes) -> Form:
    """Return what was filled in. Raises ``NotAForm``."""
    try:
        fields = parse_qsl(body.decode(), keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS)
    except ValueError as error:  # UnicodeDecodeError is one
        raise NotAForm(str(error)) from error
    return Form(fields)


def fresh_id() -> str:
    """Return an id for a form: sent twice, it has the effect of once."""
    return secrets.token_hex(16)
