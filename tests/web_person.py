"""One person at one real browser, signed in by the form as people do."""

from __future__ import annotations

from typing import Any, Final

from appliance.people import Role
from appliance.tools.office import chromium
from appliance.tools.office.chromium import Complaints
from tests.web_office import NAMES, SECRET

SHOWS: Final = "text => (document.querySelector('main') || document.body).innerText.includes(text)"
"""Between two pages there is no ``main`` for a moment."""
PC: Final = {"width": 1366, "height": 768}


class Person:
    """What tests do as somebody.

    Args:
        address: of the office's pages.
        browser: a running one.
        role: of the person.
        options: of the browser's context, such as its size, language and light.
    """

    def __init__(self, address: str, browser: Any, role: Role, **options: Any) -> None:
        self.address = address
        self.context = browser.new_context(**{"locale": "id-ID", "viewport": PC, **options})
        self.page = self.context.new_page()
        self.page.set_default_timeout(chromium.MILLISECONDS)
        self.complaints = Complaints(self.page, address)
        self.page.goto(f"{address}/sign-in")
        self.page.wait_for_function("document.activeElement.name === 'name'")
        self.page.keyboard.type(NAMES[role])
        self.page.keyboard.press("Tab")
        self.page.keyboard.type(SECRET)
        self.page.keyboard.press("Enter")
        self.page.wait_for_url(lambda url: "sign-in" not in url)

    def go(self, path: str) -> Person:
        """Open a page."""
        self.page.goto(self.address + path)
        return self

    def shows(self, text: str) -> None:
        """Wait until the page shows a text."""
        self.page.wait_for_function(SHOWS, arg=text)

    def press(self, key: str) -> None:
        """Press a key."""
        self.page.keyboard.press(key)

    # -- at a counter ----------------------------------------------------------------------------------------------

    def at_counter(self, counter: str) -> Person:
        """Choose a counter from the list."""
        self.page.click(f"#counter-{counter} button, #counter-{counter} .button.primary")
        self.page.wait_for_selector("button.main")
        return self

    def number(self) -> str:
        """Return the number at the counter."""
        return str(self.page.inner_text("#ticket .number"))

    def wait_number(self, number: str) -> None:
        """Wait until this number is at the counter."""
        wanted = "number => document.querySelector('#ticket .number').innerText === number"
        self.page.wait_for_function(wanted, arg=number)

    def serves(self) -> None:
        """Wait until the citizen at the counter is being served."""
        self.page.wait_for_selector("#status .state-serving")
        self.page.wait_for_selector("[data-key~=f]:not([aria-disabled])")

    def finish(self) -> None:
        """Serve whoever was called, and finish, so that the counter is free."""
        self.page.wait_for_selector("[data-key~=s]:not([aria-disabled])")
        self.press("s")
        self.serves()
        self.press("f")
        self.page.wait_for_selector("#ticket .number.none")
