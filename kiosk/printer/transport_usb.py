"""A USB printer without a kernel driver, through libusb."""

from __future__ import annotations

import contextlib
import math
import time
from collections.abc import Iterator
from typing import Any, Final

import usb.core
import usb.util

from kiosk.printer.transport import TransportError

CHUNK: Final = 512
"""Bytes in one USB transfer: small enough that a stalled device is noticed with most of the ticket in our hands."""
USB_PRINTER_CLASS: Final = 7
"""bInterfaceClass of printers (USB Device Class Definition for Printing Devices 1.1)."""


class UsbTransport:
    """A USB printer without a kernel driver, through libusb: its bulk endpoints with a time-out on each transfer."""

    one_job = False
    two_way = True
    bytes_per_second = math.inf

    def __init__(self, vendor: int, product: int) -> None:
        self._vendor, self._product = vendor, product
        self._where = f"USB {vendor:04x}:{product:04x}"
        self._device: Any = None
        self._out: Any = None
        self._in: Any = None
        self._waiting: list[int] = []
        self._late = False

    @property
    def is_open(self) -> bool:
        """Tell whether the device has been claimed."""
        return self._device is not None

    def open(self, deadline: float) -> None:  # noqa: ARG002  # control transfers have libusb's own second
        """Find the device anew (it has another address after re-plugging) and claim its printer interface."""
        try:
            device = usb.core.find(idVendor=self._vendor, idProduct=self._product)
            if device is None:
                raise TransportError("missing", f"{self._where}: not plugged in")
            interface = next(_printer_interfaces(device), None)
            if interface is None:
                raise TransportError("missing", f"{self._where}: has no bulk output")
            number = interface.bInterfaceNumber
            with contextlib.suppress(NotImplementedError):
                if device.is_kernel_driver_active(number):
                    device.detach_kernel_driver(number)
            usb.util.claim_interface(device, number)
        except (usb.core.NoBackendError, usb.core.USBError, ValueError) as error:
            raise TransportError("missing", f"{self._where}: {error}") from error
        self._device, self._waiting, self._late = device, [], True
        self._out = _bulk(interface, usb.util.ENDPOINT_OUT)
        self._in = _bulk(interface, usb.util.ENDPOINT_IN)
        self.two_way = self._in is not None

    def write(self, data: bytes, deadline: float) -> None:
        """Hand over all of ``data``."""
        sent = 0
        while sent < len(data):
            remaining = int((deadline - time.monotonic()) * 1000)
            if remaining <= 0:
                raise TransportError("stalled", f"{self._where}: takes no more data", sent)
            try:
                sent += self._out.write(data[sent : sent + CHUNK], remaining)
            except usb.core.USBTimeoutError as error:
                raise TransportError("stalled", f"{self._where}: takes no more data", sent) from error
            except usb.core.USBError as error:
                raise TransportError("lost", f"{self._where}: {error}", sent) from error

    def read(self, deadline: float) -> int | None:
        """Return the next byte, or None if none came."""
        while not self._waiting and self._in is not None:
            remaining = int((deadline - time.monotonic()) * 1000)
            self._late = remaining <= 0
            if self._late:
                return None
            try:
                # A transfer may bring several bytes, and none if the printer has nothing to say.
                self._waiting = list(self._in.read(self._in.wMaxPacketSize, remaining))
            except usb.core.USBTimeoutError:
                self._late = True
                return None
            except usb.core.USBError as error:
                raise TransportError("lost", f"{self._where}: {error}") from error
        return self._waiting.pop(0) if self._waiting else None

    def discard_input(self) -> None:
        """Forget what has come unasked, or too late."""
        self._waiting.clear()
        if self._late and self._in is not None:
            with contextlib.suppress(usb.core.USBError):
                self._in.read(self._in.wMaxPacketSize, 1)

    def flush(self, deadline: float) -> None:
        """Return at once: a transfer has ended when the printer has taken it."""

    def close(self) -> None:
        """Let go of the device."""
        if self._device is not None:
            with contextlib.suppress(usb.core.USBError):
                usb.util.dispose_resources(self._device)
        self._device = self._out = self._in = None


def _printer_interfaces(device: Any) -> Iterator[Any]:
    """Yield the interfaces that one can print through, declared printers first."""
    interfaces = list(device.get_active_configuration())
    for interface in sorted(interfaces, key=lambda each: each.bInterfaceClass != USB_PRINTER_CLASS):
        if _bulk(interface, usb.util.ENDPOINT_OUT) is not None:
            yield interface


def _bulk(interface: Any, direction: int) -> Any:
    return next(
        (
            endpoint
            for endpoint in interface
            if usb.util.endpoint_direction(endpoint.bEndpointAddress) == direction
            and usb.util.endpoint_type(endpoint.bmAttributes) == usb.util.ENDPOINT_TYPE_BULK
        ),
        None,
    )
