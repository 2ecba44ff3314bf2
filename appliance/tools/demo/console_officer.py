"""An officer who works a counter in a real browser, as others do with a keypad; and pictures of the office's pages."""

from __future__ import annotations

import contextlib
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from appliance.people import Role
from appliance.tools.office import chromium

SIZE: Final[Any] = {"width": 1366, "height": 768}
SECONDS: Final = 10.0
SETTLE_MS: Final = 400
"""A page that has just changed is looked at when its fade is over."""
PAGES: Final = {
    Role.DESK: {"desk": "/desk"},
    Role.HEAD: {"wall": "/wall", "admin": "/admin"},
    Role.ADMINISTRATOR: {"admin-service": "/admin/services/pendaftaran", "admin-holidays": "/admin/holidays"},
    Role.TECHNICIAN: {"nodes": "/nodes", "log": "/log"},
}


class ConsoleOfficer:
    """Sits at one counter. To be used on the thread that made it.

    Args:
        address: of the office's pages.
        counter: where they work.
        out: where pictures go.
    """

    def __init__(self, address: str, counter: str, out: Path) -> None:
        self._out = out
        self._taken: set[str] = set()
        self._open = contextlib.ExitStack()
        browser = self._open.enter_context(chromium.browsing())
        self._page = browser.new_page(viewport=SIZE, locale="id-ID")
        self._page.set_default_timeout(SECONDS * 1000)
        self._page.goto(f"{address}/sign-in")
        self._picture("sign-in")
        self._page.click(f"button[value={Role.OFFICER}]")
        self._page.wait_for_selector(f"#counter-{counter}")
        self._picture("counters")
        self._page.click(f"#counter-{counter} button, #counter-{counter} .button")
        self._page.wait_for_selector("button.main")
        self._picture("counter-free")

    def push(self, button: str) -> None:
        """Press what a keypad's button would: ``call_next``, and then that the citizen has come; or ``finish``."""
        if button == "finish":
            self._page.keyboard.press("f")
            self._page.wait_for_selector("#ticket .number.none")
            return
        before = self._page.inner_text("#ticket .number")
        self._page.keyboard.press("Enter")
        changed = (
            "before => { const n = document.querySelector('#ticket .number'); return n && n.innerText !== before; }"
        )
        self._page.wait_for_function(changed, arg=before)
        self._picture("counter-called")
        self._page.keyboard.press("Enter")
        self._page.wait_for_selector("#status .state-serving")
        self._picture("counter-serving")

    def close(self) -> None:
        """Go home."""
        self._open.close()

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        """Go home."""
        self.close()

    def _picture(self, name: str) -> None:
        if name not in self._taken:
            self._taken.add(name)
            self._page.wait_for_timeout(SETTLE_MS)
            self._page.screenshot(path=self._out / f"web-{name}.png")


def photograph(address: str, out: Path) -> None:
    """Take a picture of each page, as the person whose work it is, and of the console on a telephone at night.

    Args:
        address: of the office's pages.
        out: where pictures go.
    """
    with chromium.browsing() as browser:
        for role, pages in PAGES.items():
            context = browser.new_context(viewport=SIZE, locale="id-ID")
            page = _signed_in(context, address, role)
            for name, path in pages.items():
                _take(page, f"{address}{path}", out / f"web-{name}.png")
            context.close()
        phone = browser.new_context(viewport={"width": 360, "height": 740}, locale="id-ID", color_scheme="dark")
        _take(_signed_in(phone, address, Role.OFFICER), f"{address}/counter", out / "web-counters-phone.png")


def _signed_in(context: Any, address: str, role: Role) -> Any:
    page = context.new_page()
    page.goto(f"{address}/sign-in")
    page.click(f"button[value={role}]")
    page.wait_for_selector("nav")
    return page


def _take(page: Any, address: str, file: Path) -> None:
    page.goto(address)
    page.wait_for_selector("main")
    page.wait_for_timeout(SETTLE_MS)
    page.screenshot(path=file)
