"""A real browser: Debian's chromium, driven by playwright, for journeys, pictures and the demonstration."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PROGRAMS: Final = ("chromium-headless-shell", "chromium", "chromium-browser")
"""The first is the browser without its own windows, a third as heavy."""
FLAGS: Final = ("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--font-render-hinting=none")
"""Without a sandbox, since root runs it in a bare Debian of one's own; it only sees pages of ours."""
AXE_RULES: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
MILLISECONDS: Final = 20_000.0


def program() -> str | None:
    """Return where the browser is; None if it is not installed."""
    return next((found for name in PROGRAMS if (found := shutil.which(name))), None)


@contextmanager
def browsing() -> Iterator[Browser]:
    """Run a browser without a screen. Raises ``FileNotFoundError`` if there is none."""
    from playwright.sync_api import sync_playwright

    found = program()
    if found is None:
        raise FileNotFoundError("chromium is not installed: apt-get install chromium-headless-shell")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()


class Complaints:
    """What a page complains about: messages of its console, errors of its script, requests that leave the machine.

    Args:
        page: to listen to, before it goes anywhere.
        address: of the office's pages; whatever else is asked for leaves them.
    """

    def __init__(self, page: Page, address: str) -> None:
        self.found: list[str] = []
        self._address = address
        page.on("console", lambda message: self._note("console", message.text))
        page.on("pageerror", lambda error: self._note("error", str(error)))
        page.on("request", self._asked)

    def _note(self, kind: str, text: str) -> None:
        self.found.append(f"{kind}: {text}")

    def _asked(self, request: Any) -> None:
        if not request.url.startswith((self._address, "data:", "blob:")):
            self.found.append(f"leaves the office: {request.url}")


def a11y(page: Page) -> list[str]:
    """Return what axe-core finds wrong with a page for people who hear it, zoom it or use no mouse."""
    from axe_playwright_python.sync_playwright import Axe

    report = Axe().run(
        page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
    )
    return [
        f"{found['id']}: {node['target']} {node['html'][:160]}"
        for found in report.response["violations"]
        for node in found["nodes"]
    ]


def overflow(page: Page) -> list[str]:
    """Return what is wider than the page, so that one would have to scroll sideways."""
    script = """() => {
        const wide = document.documentElement.clientWidth;
        return [...document.querySelectorAll('body *')].filter(e => {
            if (e.closest('.scroll, nav, .unseen, .skip, svg')) return false;
            if (getComputedStyle(e).position === 'fixed') return false;
            return e.getBoundingClientRect().right > wide + 1;
        }).slice(0, 5).map(e => e.tagName + '.' + e.className + ' ' + e.textContent.trim().slice(0, 60));
    }"""
    found: list[str] = page.evaluate(script)
    return found


def small_targets(page: Page) -> list[str]:
    """Return what is to be touched and is smaller than 24 × 24 px (WCAG 2.2, 2.5.8) or a button below 44 px."""
    script = """() => [...document.querySelectorAll(
        'button, summary, select, input:not([type=hidden]), .button')].filter(e => {
        const r = e.getBoundingClientRect();
        if (!r.width || getComputedStyle(e).opacity === '0' || e.closest('.unseen')) return false;
        const least = e.matches('[type=checkbox], [type=radio]') ? 20 : 44;
        return r.height < least - 0.5 || r.width < Math.min(least, 40) - 0.5;
    }).map(e => e.outerHTML.slice(0, 120))"""
    found: list[str] = page.evaluate(script)
    return found
