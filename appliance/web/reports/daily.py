"""The daily report, made by itself when a day has closed: PDF, closing slip and mail, none of them in the queue's way.

What was done for which day is kept in a file beside the reports, so that nothing is sent or printed twice, also not
after a restart, and a box that was off at closing time makes up for it.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Final, Literal

import msgspec

from appliance.node import durable_file
from appliance.node.local import local_time
from appliance.people import HOUSE
from appliance.reports.files import closing_orders, mail
from appliance.reports.files.closing_orders import DayMade, Done, Request
from appliance.reports.files.mail import Letter, NotSent, PerhapsSent
from appliance.reports.files.orders import Failed
from appliance.texts import text
from appliance.web.bus import Bus
from appliance.web.jobs import Job, Kind
from appliance.web.live import Live
from appliance.web.settings import WebSettings
from appliance.wire import messages as m

log = logging.getLogger(__name__)

LOOK_SECONDS: Final = 600.0
"""So often it is looked for days that have closed, besides at each change of the office's day."""
AGAIN_SECONDS: Final = (30.0, 60.0, 120.0, 300.0, 600.0, 1800.0)
"""After the first failure, the second, …; then always the last one."""
REST_SECONDS: Final = 0.2
STATE: Final = "made.json"
CLOSING: Final = Kind(
    "appliance.reports.files.closing", closing_orders.decoder, (Done,), failed=lambda why: Done([], Failed(why))
)
Step = Literal["off", "waiting", "sending", "done", "unknown"]
"""Of a mail or a slip. ``sending``: noted before it goes; ``unknown``: it may have gone, and does not go again."""


class DayDone(msgspec.Struct):
    """What was done for one day. ``why``: the last failure of its mail; ``slip_why``: of its slip."""

    day: str
    closed_at: int
    mail: Step
    slip: Step
    subject: str = ""
    body: str = ""
    lines: list[tuple[str, str]] = []
    tries: int = 0
    why: str = ""
    slip_why: str = ""


class Kept(msgspec.Struct):
    """What the file holds."""

    days: dict[str, DayDone] = {}


class DailyReports:
    """Sees to it that each closed day has its report.

    Args:
        settings: of the web.
        live: the present.
        bus: the hub, which has the slip printed.
    """

    def __init__(self, settings: WebSettings, live: Live, bus: Bus) -> None:
        self._settings = settings
        self._daily = settings.daily
        self._live = live
        self._bus = bus
        self.say: Callable[[m.Part], None] = lambda _: None
        """Is told what the box's presence says of it."""
        self._job: Job[Done] = Job(CLOSING, live)
        self.folder = Path(settings.daily.folder or Path(settings.accounts).with_name("daily"))
        self._kept = self._load()
        self.problem: Failed | None = None
        """Why the last day that was to be made was not; None if it was."""
        self.making = False
        self.next_try_at: float | None = None
        """When what failed is tried again, on the loop's clock."""
        self._tries = 0
        self._seen: object = None

    def days(self) -> list[DayDone]:
        """Return the days that have a report, the newest first."""
        found = sorted(self._kept.days.values(), key=lambda one: one.day, reverse=True)
        return [one for one in found if self.file(one.day)]

    def file(self, day: str) -> Path | None:
        """Return the PDF of a day; None if there is none."""
        file = self.folder / f"{day}.pdf"
        return file if file.is_file() else None

    async def keep(self) -> None:
        """See to it, for ever."""
        if not self._daily.made:
            return
        loop = asyncio.get_running_loop()
        looked_at = -LOOK_SECONDS
        while True:
            await self._something(looked_at + LOOK_SECONDS - loop.time())
            present = self._present()
            due = present != self._seen or loop.time() >= looked_at + LOOK_SECONDS or self._is_due(loop.time())
            if not due or self._live.clock.office_ms() is None:
                continue
            looked_at, self._seen = loop.time(), present
            try:
                await self.see_to_it()
            except Exception:
                log.exception("the daily report failed; it is tried again")
                self._failed(Failed("error"))
                self._tell()

    async def see_to_it(self) -> None:
        """Make what is missing, print and send it, and say what came of it."""
        self.next_try_at = None
        await self._make()
        for done in list(self._kept.days.values()):
            await self._print(done)
            await self._mail(done)
        self._forget_old()
        self._tell()

    # -- making ----------------------------------------------------------------------------------------------------

    async def _make(self) -> None:
        known = {done.day: done.closed_at for done in self._kept.days.values() if self.file(done.day)}
        request = Request(
            self._settings.database,
            str(Path(self._settings.accounts).with_name("reports.db")),
            str(self.folder),
            self._live.clock.office_ms() or 0,
            known,
            min(known, default=""),
            self._daily.language,
            self._daily.logo,
        )
        self.making = True
        self._live.changed()
        try:
            failed = await self._run(request)
        finally:
            self.making = False
            self._live.changed()
        if failed is None:
            self.problem, self._tries = None, 0
        else:
            self._failed(failed)

    async def _run(self, request: Request) -> Failed | None:
        """Run the process that makes them; return why it failed, if it did."""
        self._job.start("", msgspec.json.encode(request).decode())
        try:
            await self._job.over()
        finally:
            self._job.stop()
        done = self._job.last.told if self._job.last else None
        if done is None:
            return Failed("stopped")
        for made in done.days:
            self._take(made)
        return done.failed

    def _take(self, made: DayMade) -> None:
        """Note that a day has its report. One that was closed once more is neither mailed nor printed again."""
        before = self._kept.days.get(made.day)
        today = local_time(self._live.clock.office_ms() or 0, self._live.now.zone).date().isoformat()
        newest = max((day for day in self._kept.days if day <= today), default="")  # a wrong clock made later ones
        if before is not None:
            before.closed_at = made.closed_at
        else:
            post: Step = "waiting" if self._settings.mail.host else "off"
            slip: Step = "waiting" if self._daily.kiosk and made.day >= newest else "off"
            self._kept.days[made.day] = DayDone(
                made.day, made.closed_at, post, slip, made.subject, made.body, made.slip
            )
            for older in self._kept.days.values():
                if older.slip == "waiting" and older.day < made.day:
                    older.slip, older.slip_why = "off", "late"
        log.info("the daily report of %s is made", made.day)
        self._save()

    def _failed(self, failed: Failed) -> None:
        self.problem = failed
        log.warning("the daily report of %s is not made: %s", failed.values.get("day", "?"), failed.problem)
        self._again(self._tries)
        self._tries += 1

    # -- paper and mail --------------------------------------------------------------------------------------------

    async def _print(self, done: DayDone) -> None:
        """Have the closing slip printed, once. A kiosk that is away is waited for until the next day's slip."""
        if done.slip != "waiting":
            return
        kiosk = self._live.now.nodes.get(self._daily.kiosk)
        if not self._live.now.hub_is_there or kiosk is None or kiosk.state != "online":
            done.slip_why = "away"
            self._again(len(AGAIN_SECONDS))  # when it is back that is seen at once (``_present``)
            return
        lines = tuple(msgspec.convert({"show": show, "text": said}, m.SlipLine) for show, said in done.lines)
        ident = sha256(f"closing slip {done.day} {self._daily.kiosk}".encode()).hexdigest()[:32]
        body = m.PrintSlip(self._daily.kiosk, m.Slip("closing", lines), HOUSE)
        reply = await self._bus.ask(body, ident)  # under the same id it is printed once, however often it is asked
        if isinstance(reply, m.Accepted):
            done.slip, done.slip_why = "done", ""
        elif isinstance(reply, m.Refused):
            done.slip, done.slip_why = "off", reply.code
        else:
            done.slip_why = "no_answer"
            self._again(0)
        self._save()

    async def _mail(self, done: DayDone) -> None:
        """Send the report, once."""
        file = self.file(done.day)
        if done.mail != "waiting" or file is None:
            return
        done.mail = "sending"
        try:
            self._save()  # before: who sees "sending" after a power cut does not send it again
        except OSError:
            done.mail = "waiting"  # nothing was sent: when the disk has room again it goes
            raise
        at, zone = self._live.clock.office_ms() or 0, self._live.now.zone
        ident = f"giliran-daily-{done.day}-{self._settings.node}"
        letter = Letter(ident, done.subject, done.body, str(file), at, zone)
        try:
            refused = await asyncio.to_thread(mail.send, self._settings.mail, letter)
        except NotSent as error:
            done.mail, done.why = "waiting", str(error)
            log.warning("the daily report of %s is not mailed: %s", done.day, error)
            self._again(done.tries)
            done.tries += 1
        except PerhapsSent as error:
            done.mail, done.why = "unknown", str(error)
            log.warning("whether the daily report of %s was mailed is not known: %s", done.day, error)
        else:
            done.mail, done.why = "done", "; ".join(refused)
        self._save()

    # -- inside ----------------------------------------------------------------------------------------------------

    def _present(self) -> object:
        now = self._live.now
        board, kiosk = now.board, now.nodes.get(self._daily.kiosk)
        waits = any(one.slip == "waiting" for one in self._kept.days.values())
        prints = waits and kiosk is not None and kiosk.state == "online"
        return (board.day if board else "", board.office.phase if board else "", now.hub_is_there, prints)

    async def _something(self, seconds: float) -> None:
        """Wait for a change of the present, for what is due, or so long."""
        if self.next_try_at is not None:
            seconds = min(seconds, self.next_try_at - asyncio.get_running_loop().time())
        with contextlib.suppress(TimeoutError):
            # ``wait_for`` of Python 3.11 may lose a cancellation that comes with the change.
            async with asyncio.timeout(max(REST_SECONDS, seconds)):
                await self._live.change(self._live.version)

    def _is_due(self, now: float) -> bool:
        return self.next_try_at is not None and now >= self.next_try_at

    def _again(self, tries: int) -> None:
        at = asyncio.get_running_loop().time() + AGAIN_SECONDS[min(tries, len(AGAIN_SECONDS) - 1)]
        self.next_try_at = at if self.next_try_at is None else min(at, self.next_try_at)

    def _forget_old(self) -> None:
        for day in sorted(self._kept.days, reverse=True)[self._daily.keep_days :]:
            (self.folder / f"{day}.pdf").unlink(missing_ok=True)
            del self._kept.days[day]
            self._save()

    def _tell(self) -> None:
        """Say in the presence what there is to say."""
        waiting = next((one for one in self.days() if one.mail == "waiting" and one.why), None)
        if self.problem is not None:
            values = {"day": self.problem.values.get("day", "?"), "why": self.problem.problem}
            self.say(m.Part("daily_report", "fault", "failed", values))
        elif waiting is not None:
            self.say(m.Part("daily_report", "fault", "mail", {"day": waiting.day, "why": waiting.why}))
        else:
            newest = next(iter(self.days()), None)
            self.say(
                m.Part("daily_report", "ok", "made", {"day": newest.day}) if newest else m.Part("daily_report", "ok")
            )
        self._live.changed()

    def _load(self) -> Kept:
        try:
            kept = durable_file.load(self.folder / STATE, Kept) or Kept()
        except durable_file.Unreadable as error:
            log.warning("%s; daily reports begin anew with the last closed day", error)
            return Kept()
        for done in kept.days.values():
            if done.mail == "sending":
                done.mail, done.why = "unknown", "the box was switched off meanwhile"
        return kept

    def _save(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        for done in self._kept.days.values():
            if done.mail in ("done", "unknown", "off") and done.slip != "waiting":
                done.subject, done.body, done.lines = "", "", []
        durable_file.save(self.folder / STATE, msgspec.json.encode(self._kept))


def why_in_words(failed: Failed, language: str) -> str:
    """Return why a report could not be made."""
    if not failed.code:
        return failed.problem
    return text(f"forms.making.{failed.code}", language, **failed.values)
