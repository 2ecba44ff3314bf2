"""The ticket kiosk: a touch screen and a printer, on the bus."""

from __future__ import annotations

import io
import logging
import queue
import sys
import threading
from importlib.metadata import version
from pathlib import Path
from typing import Final

from appliance.node import config, daemon, logs, trace
from appliance.node.config import BrokerSettings
from appliance.node.daemon import HubClock, SystemClock
from appliance.node.link import Link
from appliance.ui.app import App
from appliance.ui.bridge import local_time
from appliance.wire.messages import Catalogue, IssuedTicket, Part
from kiosk import printer, printer_escpos
from kiosk.printer import Printer, PrintFailed
from kiosk.settings import KioskSettings
from kiosk.slip import slip
from kiosk.visit import Outcome, Visit

log = logging.getLogger(__name__)

QML: Final = Path(__file__).with_name("qml") / "Main.qml"
TICK_MS: Final = 200
HEALTH_MS: Final = 2000
QR_WIDTH: Final = 400
Job = tuple[str, IssuedTicket, Catalogue, Outcome]


def main(config_path: Path = config.DEFAULT_FILE) -> int:
    """Run the kiosk until it is told to stop; return the exit code."""
    code = daemon.EXIT_OK

    def run() -> None:
        nonlocal code
        code = _run(config_path)

    return daemon.run(run) or code


def _run(config_path: Path) -> int:
    settings_of = config.load(config_path)
    settings = settings_of.section("kiosk", KioskSettings)
    broker = settings_of.section("broker", BrokerSettings)
    logs.set_up(settings.node)
    stop = daemon.Stop()

    hub_clock = HubClock(SystemClock())
    link = Link(settings.node, config.password_of(settings.node, broker), broker, version("giliran"), hub_clock)
    desk = PrintDesk(printer.build(settings.printer), hub_clock, settings.languages)
    visit = Visit(settings, link, hub_clock, desk.print, _qr_png)
    context = {"ui": visit.values.map, "tr": visit.texts.map, "services": visit.rows, "act": visit}
    app = App(QML, settings.screen, context)
    screen = Part("screen", "ok", f"{app.window.width()} x {app.window.height()}")
    app.every(TICK_MS, visit.tick)
    app.every(HEALTH_MS, lambda: link.set_parts([screen, *desk.parts()]))
    watchdog = daemon.Watchdog(lambda: link.dead_part() or desk.dead_part())

    desk.start()
    link.set_parts([screen, *desk.parts()])
    link.start()
    try:
        return app.run(stop, watchdog)
    finally:
        link.stop()
        desk.stop()


class PrintDesk:
    """Prints on one thread of its own, one ticket at a time; no job waits behind a dead printer.

    Args:
        device: the printer.
        hub_clock: for the office's time zone and the pace of time-outs.
        languages: of the ticket, the main one first.
    """

    def __init__(self, device: Printer, hub_clock: HubClock, languages: tuple[str, ...]) -> None:
        self._device = device
        self._clock = hub_clock
        self._languages = languages
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="printer", daemon=True)

    def start(self) -> None:
        """Begin to take jobs."""
        self._thread.start()

    def stop(self) -> None:
        """Finish the present job, within its own deadline, and let go of the printer."""
        self._jobs.put(None)
        self._thread.join(10.0)
        self._device.close()

    def print(self, request_id: str, ticket: IssuedTicket, catalogue: Catalogue, told: Outcome) -> None:
        """Print a ticket soon; ``told`` hears the outcome on the printer's thread."""
        self._jobs.put((request_id, ticket, catalogue, told))

    def parts(self) -> list[Part]:
        """Return the printer's health."""
        return self._device.parts()

    def dead_part(self) -> str | None:
        """Return the name of the part that has died, if any."""
        return None if self._thread.is_alive() else "the thread that prints"

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            request_id, ticket, catalogue, told = job
            told(request_id, self._print(request_id, ticket, catalogue))

    def _print(self, request_id: str, ticket: IssuedTicket, catalogue: Catalogue) -> str:
        service = next((s for s in catalogue.services if s.id == ticket.service), None)
        try:
            lines = slip(
                ticket,
                service_names=service.names if service else {},
                office=catalogue.office,
                at=local_time(ticket.issued_at, self._clock.zone),
                token=request_id,
                bring=service.bring if service else {},
                languages=self._languages,
                width=self._device.width,
            )
            result = self._device.print(lines)
        except PrintFailed as failure:
            log.warning("%s is not on paper: %s", ticket.number, failure)
            return failure.code
        except Exception:  # the citizen has a number: whatever is wrong here, it goes on the screen
            log.exception("%s could not be printed", ticket.number)
            return "error"
        trace.mark("printed", request_id)
        return "" if result.printed else "none"


def _qr_png(content: str) -> bytes:
    target = io.BytesIO()
    printer_escpos.qr_picture(content, 1, QR_WIDTH).save(target, "PNG")
    return target.getvalue()


if __name__ == "__main__":
    sys.exit(main())
