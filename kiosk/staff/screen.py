"""The staff's screen at the kiosk: behind a hidden gesture and a PIN."""

from __future__ import annotations

import datetime as dt
import logging
import zoneinfo
from pathlib import Path
from typing import Final, Protocol

from msgspec.structs import replace
from PySide6.QtCore import Property, QObject, Signal, Slot

from appliance import texts
from appliance.node import durable_file
from appliance.node.daemon import Clock, HubClock
from appliance.node.link import Link
from appliance.node.local import local_time
from appliance.node.pin import LONGEST, MEMORY, Door
from appliance.ui import bridge
from appliance.ui.bridge import Bridge
from appliance.ui.values import Rows, Values
from appliance.wire.messages import AnyReply, Part, Refused, Vouch
from kiosk.printer.spooler import PrintDesk, Printing
from kiosk.settings import KioskSettings
from kiosk.staff import pages
from kiosk.visit import guidance, screen_text
from kiosk.visit.narrator import Speaker, Speech

log = logging.getLogger(__name__)

IDLE_MS: Final = 90_000
ANSWER_SECONDS: Final = 5.0
VOLUME_STEP: Final = 10
LONGEST_NAME: Final = 64
LONGEST_SECRET: Final = 32
STEPS: Final = ("time", "officer", "pin")
"""What is asked, one after the other, of whoever vouches for the time of day."""


class Box(Protocol):
    """What staff can see and do, beside printing: the running kiosk."""

    def parts(self) -> list[Part]:
        """Return the health of everything."""

    def latest(self) -> list[Printing]:
        """Return the latest tickets, the last one first."""

    def language(self) -> str:
        """Return the language of the screen."""

    def restart(self) -> None:
        """End the program, to be started anew."""


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
        self._officer = self._secret = ""
        self._set: dt.datetime | None = None
        self._touched_ms = 0
        self._bridge = Bridge()
        self.texts = Values(bridge.table("staff", texts.DEFAULT), self)
        self.values = Values(
            {"typed": "", "note": "", "good": True, "rows": [], "volume": 0, "voice": speaker is not None, "node": "",
             "step": ""},
            self,
        )  # fmt: skip
        self.parts = Rows(pages.PART_ROW, self)
        if speaker is not None:
            speaker.volume = self._kept_volume()

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
        elif self._page == "pin" and self._door.wrong:
            self._say_wait(now)
        elif self._page == "health":
            self._show_health()

    # -- touches ---------------------------------------------------------------------------------------------------

    @Slot()
    def open(self) -> None:
        """The hidden gesture was made."""
        if not self._settings.staff_pin:
            log.info("the staff screen was asked for, but [kiosk] has no staff_pin")
            return
        self.opened.emit()
        self.texts.set(bridge.table("staff", self._box.language()))
        node = texts.text("staff.node", self._box.language(), node=self._settings.node, version=self._version)
        self.values.set({"node": node})
        self._go("pin")

    @Slot()
    def touched(self) -> None:
        """Somebody is there."""
        self._touched_ms = self._clock.monotonic_ms()

    @Slot(str)
    def type(self, sign: str) -> None:
        """One more sign of what is being typed."""
        longest = LONGEST if self._page == "pin" else LONGEST_NAME if self._step == "officer" else LONGEST_SECRET
        self._write((self._typed + sign)[:longest])

    @Slot()
    def erase(self) -> None:
        """One sign less."""
        self._write(self._typed[:-1])

    @Slot()
    def enter(self) -> None:
        """What was typed is complete."""
        if self._page == "pin":
            self._knock()
        elif self._page == "clock":
            self._next_step()

    @Slot(str)
    def go(self, page: str) -> None:
        """Open a page; those behind the PIN from the menu only."""
        if self._page in {"", "pin"}:
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
            self._keep_volume(self._speaker.volume)

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
        if page == "tickets":
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
        secret = self._page == "pin" or self._step == "pin"
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
            self._to_step("officer")
        elif self._step == "pin" and len(self._typed) >= 4:
            self._secret = self._typed
            self._vouch(sure=False)
        elif self._step == "sure":
            self._vouch(sure=True)

    def _vouch(self, *, sure: bool) -> None:
        if self._set is None:
            return
        at = int(self._set.astimezone(zoneinfo.ZoneInfo("UTC")).timestamp() * 1000)
        log.warning("%s vouches for the time of day: %s", self._officer, self._set.isoformat())

        def answer(reply: AnyReply | None) -> None:
            self._bridge.call(self._take_answer, (reply,))

        self._to_step("answer")
        self._note(self._text("vouching"))
        if self._link.request(Vouch(at, self._officer, self._secret, sure), answer, deadline=ANSWER_SECONDS) is None:
            self._take_answer((None,))

    def _take_answer(self, answer: tuple[AnyReply | None]) -> None:
        reply = answer[0]
        if reply is None:
            self._note(self._text("vouch_away"), good=False)
        elif isinstance(reply, Refused):
            self._note(pages.vouch_refusal(reply, self._hub_clock.rate, self._box.language()), good=False)
            if reply.code == "time_far":
                self._to_step("sure")
        else:
            self._note(self._text("vouched"))

    # -- what is kept ----------------------------------------------------------------------------------------------

    @property
    def _volume_file(self) -> Path:
        return Path(self._settings.folder) / "volume"

    def _kept_volume(self) -> int:
        try:
            kept = durable_file.read(self._volume_file)
            return self._settings.guidance.volume if kept is None else max(0, min(100, int(kept.decode("ascii"))))
        except (durable_file.Unreadable, ValueError):
            return self._settings.guidance.volume

    def _keep_volume(self, volume: int) -> None:
        try:
            durable_file.save(self._volume_file, str(volume).encode())
        except OSError as error:
            log.warning("the volume lasts until the next start only: %s", error)
