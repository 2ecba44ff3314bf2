"""A browser without a screen: asks the web for pages, keeps cookies, follows nothing by itself."""

from __future__ import annotations

import http.client
import json
import re
from collections.abc import Iterator, Mapping
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import urlencode, urlsplit

import msgspec

SECONDS: Final = 20.0
_CSRF: Final = re.compile(r'name="csrf" value="([^"]*)"')


class Answer(msgspec.Struct, frozen=True):
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode()

    def json(self) -> Any:
        """Return the body, read as JSON."""
        return json.loads(self.body)


class Visitor:
    """One browser.

    Args:
        address: of the web, as ``http://host:port``.
    """

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        self.host, self.port = parts.hostname or "", parts.port or 80
        self.cookies: dict[str, str] = {}
        self.csrf = ""
        self.set_cookies: list[str] = []
        """Every ``Set-Cookie`` line that came, with its attributes."""

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        """Nothing stays open."""

    def get(self, path: str, headers: Mapping[str, str] = {}) -> Answer:  # never changed
        """Ask for a page; a secret for forms that it carries is remembered."""
        answer = self.ask("GET", path, None, headers)
        if found := _CSRF.search(answer.body.decode("utf-8", "replace")):
            self.csrf = found[1]
        return answer

    def post(self, path: str, fields: Mapping[str, Any], headers: Mapping[str, str] = {}) -> Answer:  # as above
        """Send a form, with the secret that the last page carried."""
        body = urlencode({"csrf": self.csrf, **fields}, doseq=True).encode()
        return self.ask("POST", path, body, {"content-type": "application/x-www-form-urlencoded", **headers})

    def press(self, path: str, **fields: Any) -> Any:
        """Send a form as the page's script does; return what it is told."""
        return self.post(path, fields, {"accept": "application/json"}).json()

    def ask(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Answer:
        """Ask for anything."""
        connection = http.client.HTTPConnection(self.host, self.port, timeout=SECONDS)
        try:
            cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
            connection.request(method, path, body, {**({"cookie": cookies} if cookies else {}), **headers})
            response = connection.getresponse()
            answer = Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
            for name, value in response.getheaders():
                if name.lower() == "set-cookie":
                    self._keep(value)
            return answer
        finally:
            connection.close()

    def stream(self, path: str) -> Iterator[dict[str, Any]]:
        """Yield what a stream tells, until it ends; close the generator to leave it."""
        connection = http.client.HTTPConnection(self.host, self.port, timeout=SECONDS)
        try:
            cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
            connection.request("GET", path, headers={"cookie": cookies})
            response = connection.getresponse()
            for line in response:
                if line.startswith(b"data: "):
                    yield json.loads(line[6:])
        finally:
            connection.close()

    def sign_in(self, name: str, secret: str) -> Answer:
        """Come in, and learn the secret of the session's forms."""
        answer = self.post("/sign-in", {"name": name, "secret": secret})
        if answer.status == 303:
            self.get(answer.headers["location"])
        return answer

    def _keep(self, cookie: str) -> None:
        self.set_cookies.append(cookie)
        name, _, value = cookie.partition(";")[0].partition("=")
        if "max-age=0" in cookie.lower() or value in ('""', ""):
            self.cookies.pop(name, None)
        else:
            self.cookies[name] = value
