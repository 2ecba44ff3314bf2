"""The staff's screen at the kiosk: behind a hidden gesture and a PIN."""

from __future__ import annotations

import datetime as dt
import logging
import zoneinfo
from pathlib import Path
from typing import Final

from msgspec.structs import replace
from PySide6.QtCore import Property, QObject, Signal, Slot

from appliance import texts
from appliance.node.daemon import Clock, HubClock
from appliance.node.link import Link
from appliance.node.local import local_time
from appliance.node.pin import LONGEST, MEMORY, SHORTEST, Door
from appliance.ui import bridge
from appliance.ui.bridge import Bridge
from appliance.ui.values import Rows, Values
from appliance.wire.messages import Accepted, AnyReply, Identified, Identify, Refused, Vouch
from kiosk.printer.spooler import PrintDesk
from kiosk.settings import KioskSettings
from kiosk.staff import pages, volume
from kiosk.staff.box import Box
from kiosk.visit import guidance, screen_text
from kiosk.visit.narrator import Speaker, Speech

log = logging.getLogger(__name__)

IDLE_MS: Final = 90_000
ANSWER_SECONDS: Final = 5.0
VOLUME_STEP: Final = 10
LONGEST_NAME: Final = 64
LONGEST_SECRET: Final = 32
STEPS: Final = ("time", "officer", "pin")
"""What is asked, one after the other, of whoever vouches for the time of day; no name of whom is known by number."""
SHORTEST_NUMBER: Final = 2
LONGEST_NUMBER: Final = 4
VOUCH: Final = "clock:vouch"


class StaffScreen(QObject):
    """Everything behind the PIN.

    Args:
        settings: of this kiosk.
        version: of the software.
        box: the running kiosk.
        desk: prints.
        speaker: None if the kiosk does not speak.
        link: to the hub.
        hub_clock: the time of day, if it is known.
        clock: the machine's own.
    """

    page_changed = Signal()
    opened = Signal()
    """Nobody visits the kiosk now: staff do."""

    def __init__(
        self,
        settings: KioskSettings,
        version: str,
        box: Box,
        desk: PrintDesk,
        speaker: Speaker | None,
        link: Link,
        hub_clock: HubClock,
        clock: Clock,
    ) -> None:
        super().__init__()
        self._settings = settings
        self._version = version
        self._box = box
        self._desk = desk
        self._speaker = speaker
        self._link = link
        self._hub_clock = hub_clock
        self._clock = clock
        self._door = Door(settings.staff_pin, Path(settings.folder) / MEMORY, clock.monotonic_ms())
        self._page = ""
        self._typed = ""
        self._step = ""
        self._officer = self._secret = self._number = ""
        self._person: Identified | None = None
        """Who opened the screen; nobody knows where it was the kiosk's own PIN that did."""
        self._set: dt.datetime | None = None
        self._touched_ms = 0
        self._bridge = Bridge()
        self.texts = Values(bridge.table("staff", texts.DEFAULT), self)
        self.values = Values(
            {"typed": "", "note": "", "good": True, "rows": [], "volume": 0, "voice": speaker is not None, "node": "",
             "step": "", "vouches": True, "known": False},
            self,
        )  # fmt: skip
        self.parts = Rows(pages.PART_ROW, self)
        if speaker is not None:
            speaker.volume = volume.kept(Path(settings.folder), settings.guidance.volume)

    @Property(str, notify=page_changed)
    def page(self) -> str:
        """Which page is open; empty while the screen is the citizens'."""
        return self._page

    def tick(self) -> None:
        """Close by itself what nobody touches any more."""
        if not self._page:
            return
        now = self._clock.monotonic_ms()
        if now - self._touched_ms >= IDLE_MS:
            self._go("")
        elif self._page == "pin" and not self._step and self._door.wrong:
            self._say_wait(now)
        elif self._page == "health":
            self._show_health()

    # -- touches ---------------------------------------------------------------------------------------------------

    @Slot()
    def open(self) -> None:
        """The hidden gesture was made."""
        if not self._settings.staff_pin and not self._box.staff_numbers():
            log.info("the staff screen was asked for, but [kiosk] has no staff_pin, and nobody has a number at the hub")
            return
        self.opened.emit()
        self.texts.set(bridge.table("staff", self._box.language()))
        self._admit(None)
        self._go("pin")

    @Slot()
    def touched(self) -> None:
        """Somebody is there."""
        self._touched_ms = self._clock.monotonic_ms()

    @Slot(str)
    def type(self, sign: str) -> None:
        """One more sign of what is being typed."""
        if self._step != "answer":
            self._write((self._typed + sign)[: self._longest])

    @Slot()
    def erase(self) -> None:
        """One sign less."""
        self._write(self._typed[:-1])

    @Slot()
    def enter(self) -> None:
        """What was typed is complete."""
        if self._page == "pin":
            {"": self._knock, "number": self._take_number, "own": self._identify}.get(self._step, lambda: None)()
        elif self._page == "clock":
            self._next_step()

    @Slot(str)
    def go(self, page: str) -> None:
        """Open a page; those behind the PIN from the menu only."""
        if self._page in {"", "pin"} or (page == "clock" and not self._may_vouch):
            return
        self._go(page)

    @Slot()
    def back(self) -> None:
        """One page back."""
        self._go("" if self._page in {"pin", "menu"} else "menu")

    @Slot()
    def testPage(self) -> None:  # noqa: N802  # QML's style
        """Print a test page."""
        self._note(self._text("printing"))
        lines = pages.test_page(self._settings.node, self._version, self._now_in_words(), self._box.language())
        self._desk.test(lines, self._printed)

    @Slot(str)
    def reprint(self, visit: str) -> None:
        """Print the ticket of one visit once more, marked as a copy. Its place in the list may be another by now."""
        wanted = next((one for one in self._box.latest() if one.request_id == visit), None)
        if wanted is None:  # the day, or the practice, has ended while the page was open
            self._go("tickets")
            return
        log.info("staff print %s again", wanted.ticket.number)
        self._note(self._text("printing"))
        self._desk.print(replace(wanted, request_id="reprint", reprinted=True), self._printed)

    @Slot(int)
    def louder(self, steps: int) -> None:
        """Change the volume of the guidance, and keep it."""
        if self._speaker is not None:
            self._speaker.volume = max(0, min(100, self._speaker.volume + steps * VOLUME_STEP))
            self.values.set({"volume": self._speaker.volume})
            volume.keep(Path(self._settings.folder), self._speaker.volume)

    @Slot(str)
    def testSound(self, output: str) -> None:  # noqa: N802  # QML's style
        """Say a sample sentence."""
        if self._speaker is not None and output in self._settings.guidance.outputs:
            language = guidance.language_of(self._box.language())
            self._speaker.say(Speech((texts.text("staff.sound_sample", language),), language, output))

    @Slot(str, int)
    def turn(self, unit: str, by: int) -> None:
        """Change one part of the time that is being set."""
        if self._set is not None:
            self._set = pages.turned(self._set, unit, by)
            self._show_time()

    @Slot()
    def restart(self) -> None:
        """End the program; systemd starts it anew."""
        if self._page == "restart":
            log.warning("staff restart this kiosk")
            self._box.restart()

    # -- inside ----------------------------------------------------------------------------------------------------

    def _text(self, key: str, **values: object) -> str:
        return texts.text(f"staff.{key}", self._box.language(), **values)

    def _go(self, page: str) -> None:
        self._page = page
        self._step = self._secret = ""
        self.touched()
        self._write("")
        self._note("")
        if page == "pin":
            self._to_step("number" if self._box.staff_numbers() else "")
        elif page == "tickets":
            latest, zone = self._box.latest(), self._hub_clock.zone
            self.values.set({"rows": pages.ticket_rows(latest, zone, self._box.language())})
        elif page == "health":
            self._show_health()
        elif page == "sound" and self._speaker is not None:
            self.values.set({"volume": self._speaker.volume})
        elif page == "clock":
            now = self._hub_clock.office_ms() or self._clock.office_ms()
            self._set = local_time(now, self._hub_clock.zone).replace(second=0, microsecond=0)
            self._to_step(STEPS[0])
            self._show_time()
        self.page_changed.emit()

    def _write(self, typed: str) -> None:
        self.touched()
        self._typed = typed
        secret = self._step in {"pin", "own"} or (self._page == "pin" and not self._step)
        self.values.set({"typed": "●" * len(typed) if secret else typed})

    def _note(self, note: str, *, good: bool = True) -> None:
        self.values.set({"note": note, "good": good})

    def _knock(self) -> None:
        now = self._clock.monotonic_ms()
        answer = self._door.knock(self._typed, now)
        self._write("")
        if answer == "open":
            log.info("staff opened the service screen")
            self._go("menu")
        elif answer == "wrong":
            log.warning("a wrong staff PIN was typed (%d in a row)", self._door.wrong)
            self._say_wait(now)

    def _say_wait(self, now: int) -> None:
        left = -(-self._door.wait_ms(now) // 1000)
        wait = " " + self._text("wait", seconds=left) if left else ""
        self._note(self._text("wrong") + wait, good=False)

    # -- who it is -------------------------------------------------------------------------------------------------

    @property
    def _longest(self) -> int:
        if self._page == "pin":
            return LONGEST_NUMBER if self._step == "number" else LONGEST
        return LONGEST_NAME if self._step == "officer" else LONGEST_SECRET

    @property
    def _may_vouch(self) -> bool:
        return self._person is None or VOUCH in self._person.may

    def _admit(self, person: Identified | None) -> None:
        """Show what this person may do; None: whoever knows the kiosk's own PIN."""
        self._person = person
        node = self._text("node", node=self._settings.node, version=self._version)
        self.values.set(
            {
                "node": f"{person.name} · {node}" if person else node,
                "vouches": self._may_vouch,
                "known": person is not None,
            }
        )

    def _take_number(self) -> None:
        if len(self._typed) >= SHORTEST_NUMBER:
            self._number = self._typed
            self._note("")
            self._to_step("own")

    def _identify(self) -> None:
        body, long_enough = Identify(self._number, self._typed), len(self._typed) >= SHORTEST

        def answer(reply: AnyReply | None) -> None:
            self._bridge.call(self._take_identity, (reply,))

        self._to_step("answer")
        self._note(self._text("vouching"))
        if not long_enough:
            self._take_identity((Refused(1, "", "wrong_number"),))
        elif self._link.request(body, answer, deadline=ANSWER_SECONDS) is None:
            self._take_identity((None,))

    def _take_identity(self, answer: tuple[AnyReply | None]) -> None:
        reply = answer[0]
        if self._page != "pin" or self._step != "answer":
            return  # they have left
        if isinstance(reply, Accepted) and reply.person is not None:
            log.info("%s opened the service screen", reply.person.name)
            self._admit(reply.person)
            self._go("menu")
            return
        self._go("pin")
        language = self._box.language()
        refusal = pages.refusal(reply, self._hub_clock.rate, language) if isinstance(reply, Refused) else ""
        self._note(refusal or self._text("vouch_away"), good=False)

    def _printed(self, _request_id: str, failure: str) -> None:
        self._bridge.call(self._take_printed, failure)

    def _take_printed(self, failure: str) -> None:
        reason = screen_text.failure(failure, self._box.language())
        self._note(self._text("not_printed", reason=reason) if failure else self._text("printed"), good=not failure)

    def _show_health(self) -> None:
        self.parts.set(pages.part_rows(self._box.parts(), self._box.language()))

    # -- the time of day -------------------------------------------------------------------------------------------

    def _now_in_words(self) -> str:
        office_ms, language = self._hub_clock.office_ms(), self._box.language()
        day = bridge.date(office_ms, self._hub_clock.zone, language)
        return f"{day}  {bridge.time_of_day(office_ms, self._hub_clock.zone, language)}".strip()

    def _show_time(self) -> None:
        if self._set is not None:
            self.values.set({"rows": pages.time_rows(self._set, self._box.language())})
            self.touched()

    def _to_step(self, step: str) -> None:
        self._step = step
        self.values.set({"step": step})
        self._write("")

    def _next_step(self) -> None:
        if self._step == "officer" and self._typed:
            self._officer = self._typed.lower()
            self._to_step("pin")
        elif self._step == "time":
            self._to_step("pin" if self._person else "officer")
        elif self._step == "pin" and len(self._typed) >= 4:
            self._secret = self._typed
            self._vouch(sure=False)
        elif self._step == "sure":
            self._vouch(sure=True)

    def _vouch(self, *, sure: bool) -> None:
        if self._set is None:
            return
        at = int(self._set.astimezone(zoneinfo.ZoneInfo("UTC")).timestamp() * 1000)
        officer, number = ("", self._number) if self._person else (self._officer, None)
        who = self._person.name if self._person else officer
        log.warning("%s vouches for the time of day: %s", who, self._set.isoformat())

        def answer(reply: AnyReply | None) -> None:
            self._bridge.call(self._take_answer, (reply,))

        self._to_step("answer")
        self._note(self._text("vouching"))
        body = Vouch(at, officer, self._secret, sure, number)
        if self._link.request(body, answer, deadline=ANSWER_SECONDS) is None:
            self._take_answer((None,))

    def _take_answer(self, answer: tuple[AnyReply | None]) -> None:
        reply = answer[0]
        if reply is None:
            self._note(self._text("vouch_away"), good=False)
        elif isinstance(reply, Refused):
            self._note(pages.refusal(reply, self._hub_clock.rate, self._box.language()), good=False)
            if reply.code == "time_far":
                self._to_step("sure")
        else:
            self._note(self._text("vouched"))
