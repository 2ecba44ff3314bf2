"""The kiosk's states, one after the other, for its pictures: tapped, scanned and typed, never told."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Final

from msgspec.structs import replace

from appliance import texts
from appliance.tools.office.finger import Finger
from appliance.tools.office.stand_in_hub import NINE_41, StandInHub
from appliance.tools.shots import scenes
from appliance.tools.shots.album import Album, Size
from appliance.wire.messages import Accepted, AnyReply, Identified, Office, Refused, Request, ServiceState
from kiosk.workshop.fake_printer import PtyPrinter

SIZES: Final[Sequence[Size]] = (
    (1024, 600, 10.1), (800, 480, 7.0), (1024, 600, 7.0), (1280, 800, 10.1), (1920, 1080, 21.5), (1080, 1920, 21.5),
)  # fmt: skip
MODES: Final[Sequence[tuple[str, ...]]] = ((), ("large",), ("low",), ("contrast",), ("low", "large", "contrast"))
LANGUAGES: Final = ("id", "en", "jv")
PIN: Final = "246810"
RATINGS: Final = (
    ("rating-faces", "survey.question.requirements"),
    ("rating-long", "survey.question.product"),
    ("rating-two", "survey.about.sex"),
    ("rating-six", "survey.about.occupation"),
)
"""Pictures of questions: four faces, long words, two and six answers."""
STILL_SECONDS: Final = 0.12
"""Nothing moves on a kiosk without motion; this is for the drawing."""
TICKET: Final = "http://antrean.kantor.local/t/{number}-0123456789ab"


class KioskStory:
    """Walks through the kiosk's screens.

    Args:
        hub: scripted.
        finger: on the kiosk.
        album: takes the pictures.
        printer: of the kiosk.
        language: of this walk.
        modes: what its visitors switch on.
    """

    def __init__(
        self, hub: StandInHub, finger: Finger, album: Album, printer: PtyPrinter, language: str, modes: tuple[str, ...]
    ) -> None:
        self._hub = hub
        self._finger = finger
        self._album = album
        self._printer = printer
        self._language = language
        self._modes = modes
        self._seq = int(time.monotonic() * 1000)
        album.modes = modes

    def tell(self, *, slow: bool) -> None:
        """Picture every screen; ``slow`` takes those as well that need many seconds to come up."""
        self._first_screens()
        self._usual_visit()
        self._no_paper()
        self._many_services()
        self._telephone()
        self._rating()
        self._codes()
        self._closed()
        if slow:
            self._silent()

    def _rating(self) -> None:
        """Picture somebody who says what they think of the service, and one who cannot."""
        finger = self._finger
        self._offer(scenes.USUAL, scenes.RATED)
        self._hub.script = lambda request: Accepted(1, request.id, 1)
        finger.wait_screen("attract")
        self._prepare()
        finger.wait_for("rate")
        self._take("attract-rate")
        finger.tap("rate")
        finger.wait_screen("rate")
        self._take("rate")
        for sign in "A12":
            self._type(sign)
        finger.tap("rate-give")
        for at, (name, asked) in enumerate(RATINGS):
            finger.wait_text(texts.text(asked, finger.screen()["language"]))
            self._take(name)
            if not at:
                finger.tap("answer-3")
                finger.tap("back")
                self._take(f"{name}-answered")
                finger.tap("answer-4")
                time.sleep(STILL_SECONDS)
            while asked != RATINGS[-1][1] and texts.text(RATINGS[at + 1][1], self._language) not in finger.texts():
                finger.tap("rate-skip")
                time.sleep(STILL_SECONDS)
        finger.tap("rate-send")
        finger.wait_screen("thanks")
        self._take("thanks")
        finger.tap("done")
        self._hub.script = lambda request: Refused(1, request.id, "not_rateable")
        finger.wait_screen("attract")
        self._prepare()
        finger.tap("rate")
        for sign in "A12":
            self._type(sign)
        finger.tap("rate-give")
        finger.wait_screen("refused")
        self._take("rate-refused")
        finger.tap("done")
        self._hub.script = self._hub.issue
        self._offer(scenes.USUAL)
        finger.wait_screen("attract")

    def away(self) -> None:
        """Picture the hub's absence."""
        self._finger.wait_screen("trouble")
        self._prepare()
        self._take("trouble-away")

    def lend(self) -> None:
        """Let the kiosk give numbers alone from now on."""
        self._seq += 1
        self._hub.say(scenes.catalogue(self._seq, scenes.USUAL, lease=scenes.LEASE))

    def alone(self) -> None:
        """Picture a visit while the hub is away and nobody need know."""
        self._begin()
        self._take("services-alone")
        self._confirm("s0", "confirm-alone")
        self._ticket("ticket-alone", "printed")

    def starting(self) -> None:
        """Picture the first seconds, before the hub has said anything."""
        self._finger.wait_screen("starting")
        self._take("starting")

    def staff(self) -> None:
        """Picture what is behind the hidden gesture."""
        finger = self._finger
        self._offer(scenes.USUAL)
        finger.wait_screen("attract")
        self._to_pin()
        self._take("staff-pin")
        for digit in PIN:
            finger.tap(f"key-{digit}")
        finger.tap("staff-enter")
        finger.wait_screen("staff-menu")
        self._take("staff-menu")
        for page in ("tickets", "health", "touch", "sound", "clock", "restart"):
            finger.tap(f"staff-{page}")
            finger.wait_screen(f"staff-{page}")
            self._take(f"staff-{page}")
            if page == "clock":
                finger.tap("staff-enter")
                self._take("staff-clock-officer")
            finger.tap("staff-back")
            finger.wait_screen("staff-menu")
        finger.tap("staff-back")
        finger.wait_screen("attract")
        self._staff_by_number()

    def _staff_by_number(self) -> None:
        """Picture the door where everybody has a number and a PIN of their own, and the menu of who may set no time."""
        finger = self._finger
        self._seq += 1
        self._hub.say(replace(scenes.catalogue(self._seq, scenes.USUAL), staff_numbers=True))
        self._hub.script = _identify
        self._to_pin()
        while texts.text("staff.number", finger.screen()["language"]) not in finger.texts():
            finger.tap("staff-back")  # the kiosk has not heard of it yet
            finger.wait_screen("attract")
            self._to_pin()
        self._take("staff-number")
        for digit in "10":
            finger.tap(f"key-{digit}")
        finger.tap("staff-enter")
        self._take("staff-number-pin")
        for digit in PIN:
            finger.tap(f"key-{digit}")
        finger.tap("staff-enter")
        finger.wait_screen("staff-menu")
        self._take("staff-menu-desk")
        finger.tap("staff-back")
        finger.wait_screen("attract")
        self._hub.script = self._hub.issue
        self._offer(scenes.USUAL)

    def _to_pin(self) -> None:
        width = self._finger.screen()["width"]
        for _ in range(5):
            self._finger.tap_at(width - 30, 30)
        self._finger.wait_screen("staff-pin")

    # -- chapters --------------------------------------------------------------------------------------------------

    def _first_screens(self) -> None:
        self._offer(scenes.USUAL)
        self._begin()
        self._take("services")
        self._finger.tap("access")
        self._take("access")
        self._finger.tap("close")
        self._home()
        self._finger.wait_screen("attract")
        self._prepare()
        self._take("attract")
        self._offer(scenes.USUAL, scenes.TRAINING)
        self._begin()
        self._take("services-training")
        self._confirm("s0", "confirm-training")
        self._home()
        self._offer(scenes.STOPPED)
        self._begin()
        self._take("services-stopped")
        self._home()

    def _usual_visit(self) -> None:
        self._offer(scenes.USUAL)
        self._begin()
        self._confirm("s0", "confirm")
        self._ticket("ticket-printed", "printed")
        self._offer(scenes.LONG)
        self._begin()
        self._take("services-long")
        self._confirm("s0", "confirm-long", priority=True)
        self._ticket("ticket-long", "printed")
        self._offer(scenes.MANY_PAPERS)
        self._begin()
        self._confirm("s0", "confirm-many-papers")
        self._home()
        self._offer(scenes.LONG)
        self._hub.script = lambda request: Refused(1, request.id, "service_closed")
        self._begin()
        self._confirm("s0", "")
        self._finger.tap("take")
        self._finger.wait_screen("refused")
        self._take("refused")
        self._finger.tap("done")
        self._hub.script = self._hub.issue

    def _no_paper(self) -> None:
        self._printer.paper_out = True
        self._offer(scenes.USUAL)
        self._begin()
        self._confirm("s0", "")
        self._ticket("ticket-no-paper", "failed")
        self._printer.paper_out = False

    def _many_services(self) -> None:
        self._offer(scenes.MANY)
        self._begin()
        self._take("services-40")
        self._finger.tap("page-next")
        self._take("services-40-page-2")
        self._home()
        self._offer(scenes.GROUPED)
        self._begin()
        self._take("services-groups")
        self._finger.tap("group-Pertanahan")
        self._take("services-of-a-group")
        self._home()
        self._offer(scenes.USUAL[:2])
        self._begin()
        self._take("services-2")
        self._home()

    def _telephone(self) -> None:
        finger = self._finger
        self._offer(scenes.USUAL, scenes.MESSAGES)
        self._begin()
        self._confirm("s0", "confirm-messages")
        finger.tap("phone")
        finger.wait_screen("phone")
        self._take("phone")
        for digit in "081234567890":
            self._type(digit)
        self._take("phone-typed")
        finger.tap("phone-give")
        finger.wait_screen("confirm")
        self._take("confirm-phone")
        self._ticket("ticket-phone", "printed")
        self._offer(scenes.USUAL)

    def _codes(self) -> None:
        finger = self._finger
        self._offer(scenes.USUAL)
        self._hub.say(scenes.WAITING)
        self._hub.say(scenes.CALLED)
        finger.wait_screen("attract")
        self._prepare()
        finger.tap("booking")
        finger.wait_screen("check_in")
        self._take("check-in")
        for sign in "XK42":
            self._type(sign)
        self._take("check-in-typed")
        self._home()
        for name, code in (
            ("turn", "A012"), ("turn-next", "A009"), ("turn-now", "A008"), ("turn-was", "B002"),
            ("turn-elsewhere", "C001"),
        ):  # fmt: skip
            self._finger.wait_screen("attract")
            self._prepare()
            finger.scan(TICKET.format(number=code))
            finger.wait_screen("turn")
            self._take(name)
            finger.tap("done")
        finger.wait_screen("attract")
        self._prepare()
        finger.scan("?!")
        finger.wait_screen("turn")
        self._take("turn-unreadable")
        finger.tap("done")

    def _closed(self) -> None:
        for phase, office in scenes.CLOSED.items():
            self._finger.wait_screen("attract", "closed")
            if phase == "closed":
                self._hub.at = None
                self._hub.clock()
            self._offer(scenes.USUAL, office)
            self._finger.wait_screen("closed")
            self._prepare()
            self._take(f"closed-{phase}")
        self._hub.at = NINE_41
        self._offer(scenes.USUAL)
        self._finger.wait_screen("attract")

    def _silent(self) -> None:
        self._hub.script = lambda _request: None
        self._begin()
        self._confirm("s0", "")
        self._finger.tap("take")
        self._finger.wait_screen("issuing")
        self._take("issuing")
        self._finger.wait_screen("trouble", deadline=15)
        self._take("trouble-unanswered")
        self._hub.script = self._hub.issue
        self._finger.tap("retry")
        self._finger.wait_screen("ticket")
        self._finger.tap("done")
        self._finger.wait_screen("attract")

    # -- steps -----------------------------------------------------------------------------------------------------

    def _take(self, name: str) -> None:
        if name:
            self._album.take(name, self._language)

    def _offer(self, services: list[ServiceState], office: Office = scenes.OFFICE) -> None:
        self._seq += 1
        self._hub.clock()
        self._hub.say(scenes.catalogue(self._seq, services, office))

    def _prepare(self) -> None:
        """Choose the language and the modes, as a visitor would."""
        finger = self._finger
        if finger.screen()["language"] != self._language:
            finger.tap(f"language-{self._language}")
        wrong = set(self._modes) ^ set(finger.screen()["modes"])
        if wrong:
            finger.tap("access")
            for mode in sorted(wrong):
                finger.tap(f"mode-{mode}")
            finger.tap("close")
            time.sleep(STILL_SECONDS)

    def _home(self) -> None:
        while self._finger.screen()["screen"] != "attract":
            self._finger.tap("back")
            time.sleep(0.1)

    def _begin(self) -> None:
        self._finger.wait_screen("attract")
        self._prepare()
        self._finger.tap("start")
        self._finger.wait_screen("services")

    def _confirm(self, service: str, name: str, *, priority: bool = False) -> None:
        finger = self._finger
        finger.tap(f"service-{service}")
        finger.wait_screen("confirm")
        if set(self._modes) & {"low", "large"}:
            self._papers(name)
            finger.wait_for("priority-yes")
            self._take(name and f"{name}-priority")
            finger.tap("priority-yes" if priority else "priority-no")
            finger.wait_for("take")
        elif priority:
            finger.tap("priority-yes")
        self._take(name)
        if name and finger.wait_for("take") and finger.find("papers"):
            finger.tap("papers")
            self._papers(name)
            finger.wait_for("take")

    def _papers(self, name: str) -> None:
        """Read all pages of what is to be brought, and go on."""
        finger = self._finger
        way = finger.wait_for_one("proceed", "page-next")
        self._take(name and f"{name}-papers")
        if way == "page-next":
            finger.tap(way)
            self._take(name and f"{name}-papers-page-2")
        while (way := finger.wait_for_one("proceed", "page-next")) == "page-next":  # other sizes have other pages
            finger.tap(way)
        finger.tap(way)

    def _ticket(self, name: str, outcome: str) -> None:
        self._finger.tap("take")
        self._finger.wait_screen("ticket")
        self._finger.wait_slip(outcome)
        self._take(name)
        if self._finger.screen()["screen"] == "ticket":
            self._finger.tap("done")
        self._finger.wait_screen("attract")

    def _type(self, sign: str) -> None:
        """Type a sign of a code, on whichever keys there are."""
        finger = self._finger
        keys = [item["name"] for item in finger.items()]
        bunch = next((key for key in keys if _holds(key, sign)), "")
        if bunch:
            finger.tap(bunch)
        elif f"key-{sign}" not in keys:
            finger.tap("signs")
        finger.tap(f"key-{sign}")


def _holds(key: str, sign: str) -> bool:
    signs = key.removeprefix("key-")
    return key.startswith("key-") and sign in signs and len(signs) > 1 and signs != "erase"


def _identify(request: Request) -> AnyReply:
    """Answer as the hub does to somebody of the front desk."""
    return Accepted(1, request.id, 1, person=Identified("Siti Aminah", ["kiosk:staff"]))
