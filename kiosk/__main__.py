"""The ticket kiosk: a touch screen and a printer, on the bus."""

from __future__ import annotations

import io
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Final

from appliance.node import config, daemon, logs
from appliance.node.config import BrokerSettings
from appliance.node.daemon import HubClock, SystemClock
from appliance.node.link import Link
from appliance.ui.app import App
from appliance.wire.messages import Part
from kiosk import printer, printer_pictures
from kiosk.print_desk import PrintDesk
from kiosk.settings import KioskSettings
from kiosk.visit import Visit

QML: Final = Path(__file__).with_name("qml") / "Main.qml"
TICK_MS: Final = 200
HEALTH_MS: Final = 2000
QR_WIDTH: Final = 400


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


def _qr_png(content: str) -> bytes:
    target = io.BytesIO()
    printer_pictures.qr_picture(content, 1, QR_WIDTH).save(target, "PNG")
    return target.getvalue()


if __name__ == "__main__":
    sys.exit(main())
