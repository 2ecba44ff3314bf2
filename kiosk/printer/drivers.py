"""How the settings become a driver: the one place that knows them all."""

from __future__ import annotations

from appliance.node.config import ConfigError
from kiosk.printer.port import NoPrinter, Printer
from kiosk.printer.settings import PrinterSettings
from kiosk.printer.transport import FileTransport, NetworkTransport, SerialTransport, Transport


def build(settings: PrinterSettings) -> Printer:
    """Return the printer that the settings describe; it need not be there yet.

    Raises:
        ConfigError: if the settings cannot be meant.
    """
    if settings.kind == "none":
        return NoPrinter()
    # Only a kiosk with a printer pays for its libraries.
    from kiosk.printer.cups import CupsPrinter
    from kiosk.printer.device import EscposPrinter
    from kiosk.printer.escpos_lines import Renderer

    if settings.kind == "cups":
        if not settings.queue:
            raise ConfigError("kiosk.printer.queue: write the queue's name, as `lpstat -e` shows it")
        return CupsPrinter(Renderer(settings), settings.queue, settings.deadline_s)
    return EscposPrinter(Renderer(settings), transport_for(settings), settings.deadline_s)


def transport_for(settings: PrinterSettings) -> Transport:
    """Return the way that the settings describe.

    Raises:
        ConfigError: if they cannot be meant.
    """
    if settings.kind == "network":
        try:
            return NetworkTransport(settings.host, settings.port)
        except ValueError as error:
            raise ConfigError(f"kiosk.printer.host: {settings.host!r} is not an IP address") from error
    if settings.kind == "usb":
        if not settings.vendor or not settings.product:
            raise ConfigError("kiosk.printer.vendor and product: write the two numbers that lsusb shows")
        from kiosk.printer.transport_usb import UsbTransport  # only a kiosk with such a printer pays for libusb

        return UsbTransport(settings.vendor, settings.product)
    if not settings.device:
        raise ConfigError(f"kiosk.printer.device: a {settings.kind} printer needs its device file")
    if settings.kind == "file":
        return FileTransport(settings.device)
    if settings.flow == "dsrdtr":
        raise ConfigError(
            'kiosk.printer.flow: Linux has no "dsrdtr" and would send without waiting. Write "rtscts" and use a cable '
            "that brings the printer's DTR (pin 20 of 25, 4 of 9) to our CTS (pin 8 of 9), or set the printer to "
            'XON/XOFF and write "xonxoff"'
        )
    return SerialTransport(settings.device, settings.baud, settings.flow)
