"""A browser without script: it keeps cookies, follows redirects, reads forms and sends them as they stand."""

from __future__ import annotations

import urllib.error
import urllib.parse
import urllib.request
from html.parser import HTMLParser
from http.cookiejar import CookieJar
from typing import Any


class Page(HTMLParser):
    """One page: its text, and the fields of its forms by their action."""

    def __init__(self, html: str, address: str, status: int) -> None:
        super().__init__()
        self.html, self.address, self.status = html, address, status
        self.forms: list[tuple[str, list[tuple[str, str]]]] = []
        self.links: list[str] = []
        self._words: list[str] = []
        self._area: list[str] | None = None
        self._select: str | None = None
        self._silent = False
        self.feed(html)
        self.text = " ".join(" ".join(self._words).split())

    def fields(self, action: str) -> dict[str, Any]:
        """Return the fields of the form that is sent to ``action``; a list where a name comes several times."""
        found = next(fields for to, fields in self.forms if to == action)
        told: dict[str, Any] = {}
        for name, value in found:
            told[name] = [*_listed(told[name]), value] if name in told else value
        return told

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name, value = given.get("name") or "", given.get("value") or ""
        if tag == "form":
            self.forms.append((given.get("action") or "", []))
        elif tag == "a" and given.get("href"):
            self.links.append(given["href"] or "")
        elif tag == "input" and name and self.forms:
            ticked = given.get("type") not in ("checkbox", "radio") or "checked" in given
            if ticked:
                self.forms[-1][1].append((name, value))
        elif tag == "textarea" and self.forms:
            self._area = []
            self.forms[-1][1].append((name, ""))
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and self.forms:
            here = [at for at, (known, _) in enumerate(self.forms[-1][1]) if known == self._select]
            if "selected" in given:
                self.forms[-1][1].append((self._select, value))
            elif not here and not value:
                pass
        elif tag in ("script", "style"):
            self._silent = True

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._area is not None:
            name, _ = self.forms[-1][1].pop()
            self.forms[-1][1].append((name, "".join(self._area)))
            self._area = None
        elif tag == "select":
            self._select = None
        elif tag in ("script", "style"):
            self._silent = False

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self._area.append(data)
        elif not self._silent:
            self._words.append(data)


class PlainBrowser:
    """One person's browser at ``at`` (http://host:port)."""

    def __init__(self, at: str, language: str = "id") -> None:
        self._at = at
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        self._opener.addheaders = [("accept-language", language)]

    def get(self, path: str) -> Page:
        return self._ask(path, None)

    def post(self, path: str, fields: dict[str, Any]) -> Page:
        pairs = [(name, one) for name, value in fields.items() for one in _listed(value)]
        return self._ask(path, urllib.parse.urlencode(pairs).encode())

    def send(self, page: Page, action: str, **changes: Any) -> Page:
        """Send a page's form with some fields filled in anew; None leaves one out."""
        fields = {**page.fields(action), **{name.replace("__", "."): value for name, value in changes.items()}}
        return self.post(action, {name: value for name, value in fields.items() if value is not None})

    def demonstrate(self, role: str) -> Page:
        """Come in by the demonstration's door."""
        return self.post("/demonstrate", {"role": role})

    def _ask(self, path: str, body: bytes | None) -> Page:
        request = urllib.request.Request(self._at + path, body)  # noqa: S310  # our own server
        try:
            with self._opener.open(request, timeout=30) as answer:
                return Page(answer.read().decode(), answer.url, answer.status)
        except urllib.error.HTTPError as error:
            return Page(error.read().decode(), error.url, error.code)


def _listed(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]
