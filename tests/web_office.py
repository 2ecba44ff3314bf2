"""An office with its pages: real broker, hub and web, and people who may sign in."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from appliance.node.asker import Asker
from appliance.node.daemon import SystemClock
from appliance.node.polling import until
from appliance.people import Role
from appliance.store.accounts import Accounts
from appliance.tools.office.rig import Rig
from appliance.tools.office.sample_office import SERVICES, OfficeTime, SampleOffice
from appliance.tools.office.visitor import Visitor
from appliance.wire import messages as m

SECRET: Final = "kucing hitam lewat"  # noqa: S105  # of nobody
NAMES: Final = {role: f"{role.capitalize()} Satu" for role in Role}
NINE: Final = 9 * 3600
SECONDS: Final = 20.0


class WebOffice:
    """What tests do with it."""

    def __init__(self, rig: Rig, office: SampleOffice, address: str, kiosk: Asker) -> None:
        self.rig = rig
        self.office = office
        self.address = address
        self.kiosk = kiosk

    def visitor(self, role: Role | None = None) -> Visitor:
        """Return a browser, signed in as somebody of this role if one is named."""
        visitor = Visitor(self.address)
        if role is not None:
            answer = visitor.sign_in(NAMES[role], SECRET)
            assert answer.status == 303, answer.text
        return visitor

    def issue(self, count: int = 1, service: int = 0, *, priority: bool = False) -> list[str]:
        """Take numbers at a kiosk."""
        body = m.Issue(m.ServiceId(str(SERVICES[service]["id"])), priority)
        replies = [self.kiosk.ask(body) for _ in range(count)]
        return [reply.number or "" for reply in replies if isinstance(reply, m.Accepted)]

    def send_everybody_home(self) -> None:
        """Cancel at the desk whoever waits, so that what a test finds is what it made."""
        if not self._waiting():
            return
        clerk = self.visitor(Role.DESK)
        clerk.get("/desk")

        def nobody_waits() -> bool:
            """A test may have left the web without the hub for a moment: then it is asked again."""
            for number in self._waiting():
                clerk.press("/desk/cancel", number=number)
            return not self._waiting()

        assert until(nobody_waits, SECONDS), self._waiting()

    def _waiting(self) -> list[str]:
        with contextlib.closing(sqlite3.connect(self.rig.directory / "hub-1" / "giliran.db")) as connection:
            return [number for (number,) in connection.execute("SELECT number FROM ticket WHERE state = 'waiting'")]


def add_people(accounts_file: Path) -> None:
    """Make one account for each role."""
    accounts = Accounts(accounts_file, SystemClock().monotonic_ms)
    for role in Role:
        accounts.add(NAMES[role], role, password=SECRET)
    accounts.close()


@contextmanager
def web_office(directory: Path, counters: int = 2, rate: float = 1.0, **settings: Any) -> Iterator[WebOffice]:
    """Run an office with pages; ``settings`` are those of ``[web]``."""
    nodes = [*SampleOffice.nodes(counters), "kiosk-2"]
    with Rig(directory / "office", nodes) as rig:
        time = OfficeTime.starting(NINE, rate)
        office = SampleOffice(rig, counters, time, seconds_between_calls=0, no_show_min_seconds=2)
        folder = rig.directory / "web-1"
        folder.mkdir(parents=True)
        add_people(folder / "accounts.db")
        office.hub(changes={"follow_url": "https://antrean.example/t/"})
        office.web(**settings)
        kiosk = rig.asker("kiosk-2")
        try:
            assert kiosk.wait_for_hub(20)
            yield WebOffice(rig, office, office.pages_at(), kiosk)
        finally:
            kiosk.close()
