"""The ticket kiosk: a touch screen and a printer, on the bus."""

from __future__ import annotations

import io
import sys
import uuid
from importlib.metadata import version
from pathlib import Path
from typing import Final

from appliance import texts
from appliance.node import config, daemon, logs, pin
from appliance.node.config import BrokerSettings, ConfigError
from appliance.node.daemon import SystemClock
from appliance.node.link import Link
from appliance.ui.app import App
from appliance.wire import topics
from appliance.wire.messages import Part, SlipToPrint
from kiosk import health
from kiosk.alone.worker import KioskClock, OfflineWorker
from kiosk.printer import drivers
from kiosk.printer import pictures as printer_pictures
from kiosk.printer.slips import Slips
from kiosk.printer.spooler import PrintDesk, Printing
from kiosk.settings import KioskSettings
from kiosk.staff.screen import StaffScreen
from kiosk.ticket.template_file import TicketFile
from kiosk.visit.keys import KeyWatch
from kiosk.visit.narrator import Guide, Speaker
from kiosk.visit.scanner import SerialScanner
from kiosk.visit.screen import VisitScreen

QML: Final = Path(__file__).with_name("qml") / "Main.qml"
TICK_MS: Final = 200
HEALTH_MS: Final = 2000
QR_WIDTH: Final = 400


def main(config_path: Path = config.DEFAULT_FILE) -> int:
    """Run the kiosk until it is told to stop; return the exit code."""
    code = daemon.EXIT_OK

    def run() -> None:
        nonlocal code
        code = Kiosk(config_path).run()

    return daemon.run(run) or code


class Kiosk:
    """All parts of one kiosk, and how they hang together.

    Args:
        config_path: of the configuration file.

    Raises:
        ConfigError: if it cannot be meant.
    """

    def __init__(self, config_path: Path) -> None:
        tables = config.load(config_path)
        self._settings = settings = tables.section("kiosk", KioskSettings)
        broker = tables.section("broker", BrokerSettings)
        check(settings)
        logs.set_up(settings.node)
        self._stop = daemon.Stop()
        clock, release = SystemClock(), version("giliran")

        hub_clock = KioskClock(clock)
        password = config.password_of(settings.node, broker)
        self._link = link = Link(settings.node, password, broker, release, hub_clock)
        layout = TicketFile(settings.printer.template, config_path.parent)
        printer = drivers.build(settings.printer)
        self._desk = PrintDesk(printer, hub_clock, settings.languages, layout)
        link.on(topics.slip(settings.node), SlipToPrint, Slips(self._desk, printer.width).take)
        folder = Path(settings.folder)
        self._offline = OfflineWorker(settings.node, folder, link, hub_clock, lambda: uuid.uuid4().hex)
        self._visit = VisitScreen(
            settings, link, hub_clock, self._desk.print, self._desk.expect, _qr_png, self._offline
        )
        self._speaker = Speaker(settings.guidance) if settings.guidance.outputs else None
        self._guide = Guide(settings.guidance, self._speaker, self._visit.begin_guidance)
        self._keys = KeyWatch(self._visit.scanned if settings.scanner.kind == "keyboard" else None)
        self._scanner = _scanner(settings, self._visit)
        self._staff = StaffScreen(settings, release, self, self._desk, self._speaker, link, hub_clock, clock)
        context = {
            "ui": self._visit.values.map,
            "tr": self._visit.texts.map,
            "services": self._visit.rows,
            "act": self._visit,
            "keys": self._keys,
            "guide": self._guide,
            "staff": self._staff,
            "st": self._staff.texts.map,
            "su": self._staff.values.map,
            "parts": self._staff.parts,
        }
        self._app = App(QML, settings.screen, context)

    def run(self) -> int:
        """Serve citizens until asked to end; return the exit code."""
        app, visit = self._app, self._visit
        app.window.installEventFilter(self._keys)
        self._keys.pressed.connect(self._guide.pressed)
        self._staff.opened.connect(visit.closeAccess)
        self._staff.opened.connect(visit.done)
        visit.changed.connect(lambda: self._guide.follow(visit.values.all, visit.rows.rowCount()))
        app.every(TICK_MS, visit.tick)
        app.every(TICK_MS, self._staff.tick)
        app.every(HEALTH_MS, self._tell_health)
        watchdog = daemon.Watchdog(self._dead_part)
        running = [part for part in (self._desk, self._offline, self._speaker, self._scanner) if part is not None]
        for part in running:
            part.start()
        self._tell_health()
        self._link.start()
        try:
            return app.run(self._stop, watchdog)
        finally:
            self._link.stop()
            for part in reversed(running):
                part.stop()

    # -- what staff may see and do ---------------------------------------------------------------------------------

    def parts(self) -> list[Part]:
        """Return the health of everything."""
        window = self._app.window
        screen = Part("screen", "ok", "size", {"width": str(window.width()), "height": str(window.height())})
        box = health.parts(Path(self._settings.folder), self._visit.latency_ms)
        more = [part for one in (self._speaker, self._scanner) if one is not None for part in one.parts()]
        return [screen, *self._desk.parts(), *self._offline.parts(), *more, *box]

    def latest(self) -> list[Printing]:
        """Return the latest tickets, the last one first."""
        return self._visit.printed

    def language(self) -> str:
        """Return the language of the screen."""
        return self._visit.flow.language

    def staff_numbers(self) -> bool:
        """Tell whether the hub knows staff by numbers and PINs of their own, and is there to ask."""
        return self._visit.staff_numbers

    def restart(self) -> None:
        """End the program; systemd starts it anew."""
        self._app.end()

    # -- inside ----------------------------------------------------------------------------------------------------

    def _tell_health(self) -> None:
        self._link.set_parts(self.parts())

    def _dead_part(self) -> str | None:
        watched = (self._link, self._desk, self._offline, self._speaker, self._scanner)
        return next((dead for part in watched if part is not None and (dead := part.dead_part())), None)


def check(settings: KioskSettings) -> None:
    """See whether settings that can be read can be meant.

    Raises:
        ConfigError: if not; the sentence names the key and what to do.
    """
    try:
        pin.check(settings.staff_pin)
    except ValueError as error:
        raise ConfigError(f"kiosk.staff_pin: {error}") from error
    for language in settings.languages:
        if not texts.keys(language):
            raise ConfigError(f"kiosk.languages: there are no texts in {language!r}; each is a file in appliance/texts")
    if settings.scanner.kind == "serial" and not settings.scanner.device:
        raise ConfigError("kiosk.scanner.device: a serial scanner needs its device file")


def _scanner(settings: KioskSettings, visit: VisitScreen) -> SerialScanner | None:
    if settings.scanner.kind != "serial":
        return None
    return SerialScanner(settings.scanner.device, settings.scanner.baud, visit.scanned)


def _qr_png(content: str) -> bytes:
    target = io.BytesIO()
    printer_pictures.qr_picture(content, 1, QR_WIDTH).save(target, "PNG")
    return target.getvalue()


if __name__ == "__main__":
    sys.exit(main())
