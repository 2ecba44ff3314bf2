"""The office's pages in every state: who looks, where, and what has happened before."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from appliance.node.asker import Asker
from appliance.node.polling import until
from appliance.people import Role
from appliance.store.reports import summing
from appliance.tools.office import chromium, past
from appliance.tools.office.rig import Rig
from appliance.tools.office.sample_office import SERVICES, OfficeTime, SampleOffice
from appliance.wire import messages as m

LANGUAGES: Final = ("id", "en")
SIZES: Final = ((360, 740), (1366, 768), (3840, 2160))
SCHEMES: Final = ("light", "dark")
HALF_PAST_NINE: Final = 9.5 * 3600
LONG: Final = "Pelayanan Pengukuran dan Pemetaan Kadastral Terpadu untuk Masyarakat Hukum Adat"
"""A name of eighty letters."""
SETTLE_MS: Final = 350
PAST: Final = 10_000
"""Tickets of the days before, for the reports."""
SITTER: Final = "Dewi Anggraini"

ALL: Final[dict[str, tuple[Role | None, str]]] = {
    "sign-in": (None, "/sign-in"),
    "not-found": (Role.OFFICER, "/nothing-here"),
    "not-allowed": (Role.OFFICER, "/admin"),
    "counters": (Role.OFFICER, "/counter"),
    "counter-free": (Role.OFFICER, "/counter/1"),
    "counter-called": (Role.OFFICER, "/counter/2"),
    "counter-serving": (Role.OFFICER, "/counter/3"),
    "counter-paused": (Role.OFFICER, "/counter/4"),
    "counter-closed": (Role.OFFICER, "/counter/5"),
    "counter-taken": (Role.OFFICER, "/counter/6"),
    "desk": (Role.DESK, "/desk"),
    "desk-found": (Role.DESK, "/desk/find?number=A001"),
    "desk-not-found": (Role.DESK, "/desk/find?number=Z999"),
    "wall": (Role.HEAD, "/wall"),
    "wall-screen": (Role.VIEWER, "/wall?screen=1"),
    "wall-limits": (Role.HEAD, "/wall/limits"),
    "nodes": (Role.TECHNICIAN, "/nodes"),
    "node": (Role.TECHNICIAN, "/nodes/kiosk-1"),
    "log": (Role.HEAD, "/log"),
    "reports": (Role.HEAD, "/reports"),
    "reports-month": (Role.HEAD, "/reports?span=2026-04&by=hour"),
    "reports-none": (Role.HEAD, "/reports?span=2019"),
    "reports-tickets": (Role.HEAD, "/reports/tickets?span=2026-04-03"),
    "reports-definitions": (Role.HEAD, "/reports/definitions"),
    "reports-what-if": (Role.HEAD, "/reports/what-if"),
    "reports-mine": (Role.OFFICER, "/reports/mine"),
    "admin": (Role.ADMINISTRATOR, "/admin"),
    "admin-services": (Role.ADMINISTRATOR, "/admin/services"),
    "admin-service": (Role.ADMINISTRATOR, f"/admin/services/{SERVICES[0]['id']}"),
    "admin-counters": (Role.ADMINISTRATOR, "/admin/counters"),
    "admin-counter": (Role.ADMINISTRATOR, "/admin/counters/1"),
    "admin-hours": (Role.ADMINISTRATOR, "/admin/hours"),
    "admin-holidays": (Role.ADMINISTRATOR, "/admin/holidays"),
    "admin-rules": (Role.ADMINISTRATOR, "/admin/rules"),
    "admin-journeys": (Role.ADMINISTRATOR, "/admin/journeys"),
    "admin-office": (Role.ADMINISTRATOR, "/admin/office"),
    "admin-kiosks": (Role.ADMINISTRATOR, "/admin/kiosks"),
    "admin-texts": (Role.ADMINISTRATOR, "/admin/texts"),
    "admin-lobby": (Role.ADMINISTRATOR, "/admin/lobby"),
    "admin-day": (Role.ADMINISTRATOR, "/admin/day"),
    "admin-file": (Role.ADMINISTRATOR, "/admin/file"),
    "admin-versions": (Role.ADMINISTRATOR, "/admin/versions"),
    "admin-people": (Role.ADMINISTRATOR, "/admin/people"),
    "admin-tokens": (Role.ADMINISTRATOR, "/admin/tokens"),
    "admin-webhooks": (Role.ADMINISTRATOR, "/admin/webhooks"),
    "me": (Role.OFFICER, "/me"),
    "api": (Role.ADMINISTRATOR, "/api/1/"),
}
"""Every page: whose work it is, and where."""


class WebAlbum:
    """Takes and checks the pictures.

    Args:
        out: their folder.
        address: of the pages.
        browser: a real one.
        quick: a phone and a PC, by day, in one language.
    """

    def __init__(self, out: Path, address: str, browser: Any, *, quick: bool) -> None:
        self.failures: list[str] = []
        self.count = 0
        self._out = out
        self._address = address
        self._browser = browser
        self._walks = [
            (language, size, scheme)
            for language in (LANGUAGES[:1] if quick else LANGUAGES)
            for size in (SIZES[:2] if quick else SIZES)
            for scheme in (SCHEMES[:1] if quick else SCHEMES)
        ]

    def take(self, states: dict[str, tuple[Role | None, str]], after: str = "") -> None:
        """Picture these pages in every language, size and scheme; ``after`` is put behind their names."""
        for language, (width, height), scheme in self._walks:
            for role in dict.fromkeys(role for role, _ in states.values()):
                context = self._browser.new_context(
                    locale="id-ID" if language == "id" else "en-GB",
                    viewport={"width": width, "height": height},
                    color_scheme=scheme,
                    reduced_motion="reduce",
                )
                page = context.new_page()
                page.set_default_timeout(chromium.MILLISECONDS)
                complaints = chromium.Complaints(page, self._address)
                if role is not None:
                    page.goto(f"{self._address}/sign-in")
                    page.click(f"button[value={role}]")
                    page.wait_for_selector("nav")
                for name, path in ((n, p) for n, (r, p) in states.items() if r is role):
                    self._one(page, complaints, f"{name}{after}", path, f"{width}x{height}", f"{language}.{scheme}")
                context.close()

    def _one(self, page: Any, complaints: chromium.Complaints, name: str, path: str, size: str, mode: str) -> None:
        page.goto(f"{self._address}{path}")
        page.wait_for_selector("main")
        page.wait_for_timeout(SETTLE_MS)
        file = self._out / "web" / size / f"{name}.{mode}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=file, full_page=True)
        self.count += 1
        known = ("404", "403", "409")
        found = [text for text in complaints.found if not any(f"status of {code}" in text for code in known)]
        complaints.found.clear()
        checks = (chromium.a11y(page), chromium.overflow(page), chromium.small_targets(page))
        self.failures += [f"{file}: {problem}" for problem in [*found, *(text for check in checks for text in check)]]


def tell(rig: Rig, office: SampleOffice, album_of: Callable[[str], WebAlbum]) -> WebAlbum:
    """Let a busy morning be, and picture every page in it; then without the hub, and with an emergency.

    Args:
        rig: of the office.
        office: not yet running.
        album_of: makes the album for the pages at an address.
    """
    office.database.parent.mkdir(parents=True, exist_ok=True)
    past.make(office.database, PAST)
    summing.sum_up(office.database, rig.directory / "web-1" / "reports.db")
    office.hub(changes=_crowded())
    office.web(demonstration=True)
    album = album_of(office.pages_at())
    with _asker(rig, "kiosk-2") as kiosk, _asker(rig, "web-2") as staff:
        _busy(kiosk, staff)
        album.take(ALL)
        staff.ask(m.RaiseEmergency({"id": "Keluar lewat pintu utara.", "en": "Leave by the north door."}, SITTER))
        album.take({name: ALL[name] for name in ("counter-free", "desk", "wall")}, "-emergency")
        staff.ask(m.EndEmergency(SITTER))
        rig.process("hub-1").stop()
        office.hub("crowd", _CROWD)
        if not kiosk.wait_for_hub(chromium.MILLISECONDS / 1000, after=kiosk.clock.seen().boot):
            raise RuntimeError("the crowd's hub did not come up")
        for place in range(200):
            kiosk.ask(m.Issue(m.ServiceId(f"s{place % 40}"), priority=place % 7 == 0))
        for counter in range(1, 15):
            staff.ask(m.CallNext(m.CounterId(str(counter)), officer=f"{SITTER} {counter}"))
        states = ("counters", "counter-called", "desk", "wall", "nodes", "log", "admin-services", "admin-counters")
        album.take({name: ALL[name] for name in states}, "-crowd")
    rig.process("hub-1").stop()
    album.take({name: ALL[name] for name in ("counters", "counter-serving", "desk", "wall", "nodes")}, "-away")
    return album


def _crowded() -> dict[str, Any]:
    """Return an office with a long name, outcomes to note, and a service that is out of the ordinary."""
    services = [*SERVICES, {**SERVICES[1], "id": "ukur", "prefix": "D", "names": {"id": LONG, "en": LONG}}]
    every = [service["id"] for service in services]
    counters = [
        {"id": str(n), "names": {"id": f"Loket {n}", "en": f"Counter {n}"}, "services": every} for n in range(1, 7)
    ]
    outcomes = [
        {"id": "selesai", "names": {"id": "Berkas lengkap", "en": "Papers complete"}},
        {"id": "kurang", "names": {"id": "Berkas kurang", "en": "Papers missing"}},
    ]
    rules = {"seconds_between_calls": 0, "promise_minutes": 30, "outcomes": outcomes}
    return {"services": services, "counters": counters, "rules": rules}


_CROWD: Final[dict[str, Any]] = {
    "services": [
        {
            "id": f"s{n}",
            "prefix": f"{chr(65 + n // 20)}{chr(65 + n % 20)}",
            "names": {"id": f"{LONG[: 20 + 2 * (n % 30)]} {n}", "en": f"Service {n} with a name that goes on and on"},
        }
        for n in range(40)
    ],
    "counters": [
        {"id": str(n), "names": {"id": f"Loket {n}", "en": f"Counter {n}"}, "services": [f"s{s}" for s in range(40)]}
        for n in range(1, 21)
    ],
    "rules": {"seconds_between_calls": 0},
}
"""Forty services, twenty counters."""


def _busy(kiosk: Asker, staff: Asker) -> None:
    services = [str(service["id"]) for service in (*SERVICES, {"id": "ukur"})]
    for place in range(24):
        kiosk.ask(m.Issue(m.ServiceId(services[place % len(services)]), priority=place % 5 == 0))

    def at(kind: type[m.AtCounter], counter: str, **fields: Any) -> None:
        staff.ask(kind(m.CounterId(counter), officer=SITTER, **fields))

    for counter in ("2", "3", "6"):
        at(m.CallNext, counter)
    at(m.Start, "3")
    at(m.NoShow, "2")
    at(m.PauseCounter, "4", reason="break")
    at(m.CloseCounter, "5")
    at(m.OpenCounter, "6")
    at(m.RaiseAlarm, "6")
    staff.ask(m.SetNote(m.TicketNumber("A001"), "Menunggu kuasa hukum \u202eabc", SITTER))
    staff.ask(m.Stop("Server pusat sedang gangguan", m.ServiceId("konsultasi"), SITTER))
    staff.ask(m.Broadcast({"id": "Jaringan lambat, mohon bersabar.", "en": "The network is slow."}, 60, SITTER))


@contextmanager
def _asker(rig: Rig, node: str) -> Iterator[Asker]:
    asker = rig.asker(node)
    try:
        if not until(asker.ready):
            raise RuntimeError(f"{node} does not find the hub")
        yield asker
    finally:
        asker.close()


def nodes() -> list[str]:
    """Return the names that the broker must know."""
    return [*SampleOffice.nodes(2), "kiosk-2", "web-2"]


def time_of_day() -> OfficeTime:
    """Return the office's clock of the pictures."""
    return OfficeTime.starting(HALF_PAST_NINE, 1.0)
