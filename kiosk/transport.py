"""Ways to a printer. Every one hands over bytes within a deadline, or says why not; none waits for ever.

python-escpos has transports too, but its serial and USB ones know no time-out for writing, so a stalled printer would
stop the kiosk. Here a deadline is a moment on ``time.monotonic()``.
"""

from __future__ import annotations

import array
import contextlib
import fcntl
import ipaddress
import math
import os
import select
import socket
import stat
import struct
import termios
import time
from collections.abc import Iterator
from typing import Any, Final, Literal, Protocol

import serial
import usb.core
import usb.util

from appliance.node.config import ConfigError
from kiosk.settings_printer import PrinterSettings

Code = Literal["missing", "stalled", "lost"]
CHUNK: Final = 512
"""Bytes in one USB transfer: small enough that a stalled device is noticed with most of the ticket in our hands."""
READ_BYTES: Final = 64
LOOK_S: Final = 0.005
"""How often the kernel is asked whether everything has left."""
BITS_PER_BYTE: Final = 10
"""On a serial line: eight, a start and a stop."""
USB_PRINTER_CLASS: Final = 7
"""bInterfaceClass of printers (USB Device Class Definition for Printing Devices 1.1)."""


class TransportError(Exception):
    """The way to the printer failed: ``missing`` (not there), ``stalled`` (deadline passed) or ``lost`` (went away)."""

    def __init__(self, code: Code, detail: str) -> None:
        super().__init__(detail)
        self.code: Code = code


class Transport(Protocol):
    """One way to one printer. All deadlines are moments on ``time.monotonic()``; errors are ``TransportError``."""

    one_job: bool
    """Close after each ticket, because the device serves one connection at a time."""
    two_way: bool
    """The printer can answer. Known once it is open."""
    bytes_per_second: float
    """How fast the way itself is; infinite where nobody needs to wait for it."""

    @property
    def is_open(self) -> bool:
        """Tell whether there is a connection."""

    def open(self, deadline: float) -> None:
        """Connect."""

    def write(self, data: bytes, deadline: float) -> None:
        """Hand over all of ``data``."""

    def read(self, deadline: float) -> int | None:
        """Return the next byte from the printer, or None if none has come by the deadline or none can come."""

    def discard_input(self) -> None:
        """Forget bytes that have come and that nobody asked for now."""

    def flush(self, deadline: float) -> None:
        """Wait until what was written has left this machine, as far as it can be known: ``stalled`` if it does not."""

    def close(self) -> None:
        """Disconnect; what has not been sent is dropped, so that it cannot print at some later time."""


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
        return UsbTransport(settings.vendor, settings.product)
    if not settings.device:
        raise ConfigError(f"kiosk.printer.device: a {settings.kind} printer needs its device file")
    if settings.kind == "file":
        return FileTransport(settings.device)
    return SerialTransport(settings.device, settings.baud, settings.flow)


class _Descriptor:
    """What serial lines, device files and sockets share: a non-blocking file descriptor."""

    one_job = False
    bytes_per_second = math.inf

    def __init__(self, where: str) -> None:
        self._where = where
        self._descriptor = -1
        self._waiting = bytearray()
        self.two_way = True

    @property
    def is_open(self) -> bool:
        """Tell whether there is a connection."""
        return self._descriptor >= 0

    def write(self, data: bytes, deadline: float) -> None:
        """Hand over all of ``data``."""
        sent = 0
        while sent < len(data):
            self._wait(select.POLLOUT, deadline)
            try:
                sent += os.write(self._descriptor, data[sent:])
            except BlockingIOError:
                continue
            except OSError as error:
                raise TransportError("lost", f"{self._where}: {error.strerror}") from error

    def read(self, deadline: float) -> int | None:
        """Return the next byte, or None if none came."""
        if not self.two_way:
            return None
        while not self._waiting:
            try:
                self._wait(select.POLLIN, deadline)
                heard = os.read(self._descriptor, READ_BYTES)
            except BlockingIOError:
                continue
            except OSError as error:
                raise TransportError("lost", f"{self._where}: {error.strerror}") from error
            except TransportError as error:
                if error.code == "stalled":
                    return None
                raise
            if not heard:
                raise TransportError("lost", f"{self._where}: closed by the other side")
            self._waiting += heard
        return self._waiting.pop(0)

    def discard_input(self) -> None:
        """Forget what has come unasked."""
        self._waiting.clear()
        with contextlib.suppress(BlockingIOError, OSError):
            while self.two_way and os.read(self._descriptor, READ_BYTES):
                pass

    def flush(self, deadline: float) -> None:
        """Wait until the kernel holds nothing back: a ticket left there would print when the printer wakes up."""
        self._wait(select.POLLOUT, deadline)
        while held := self._held():
            if time.monotonic() >= deadline:
                raise TransportError("stalled", f"{self._where}: {held} bytes are held back")
            time.sleep(LOOK_S)

    def _held(self) -> int:
        """Return the bytes that the kernel has taken and not passed on; 0 where it does not say."""
        held = array.array("i", [0])
        try:
            fcntl.ioctl(self._descriptor, termios.TIOCOUTQ, held)
        except OSError:
            return 0
        return held[0]

    def _wait(self, event: int, deadline: float) -> None:
        # poll, not select: a long-lived kiosk may have descriptors beyond 1023.
        poller = select.poll()
        poller.register(self._descriptor, event)
        remaining = max(0.0, deadline - time.monotonic())
        happened = poller.poll(remaining * 1000)
        if not happened:
            raise TransportError("stalled", f"{self._where}: takes no more data")
        if happened[0][1] & (select.POLLHUP | select.POLLERR | select.POLLNVAL):
            raise TransportError("lost", f"{self._where}: disconnected")


class SerialTransport(_Descriptor):
    """A serial line, a USB-serial adapter or a pseudo terminal, set up by pyserial, written to by us."""

    def __init__(self, device: str, baud: int, flow: str) -> None:
        super().__init__(device)
        self.bytes_per_second = baud / BITS_PER_BYTE
        self._device, self._baud, self._flow = device, baud, flow
        self._port: Any = None

    def open(self, deadline: float) -> None:  # noqa: ARG002  # opening a serial line does not wait
        """Open the line for us alone."""
        try:
            self._port = serial.Serial(
                self._device,
                self._baud,
                timeout=0,
                write_timeout=0,
                exclusive=True,
                rtscts=self._flow == "rtscts",
                dsrdtr=self._flow == "dsrdtr",
                xonxoff=self._flow == "xonxoff",
            )
        except (serial.SerialException, OSError, ValueError, termios.error) as error:
            raise TransportError("missing", f"{self._device}: {error}") from error
        self._descriptor = self._port.fileno()

    def close(self) -> None:
        """Drop what is unsent and close: Linux would else hold up closing a stalled line for half a minute."""
        if self._port is not None:
            with contextlib.suppress(OSError, termios.error, serial.SerialException):
                termios.tcflush(self._descriptor, termios.TCOFLUSH)
            with contextlib.suppress(OSError, termios.error, serial.SerialException):
                self._port.close()
        self._port, self._descriptor = None, -1
        self._waiting.clear()


class FileTransport(_Descriptor):
    """A printer's device file such as ``/dev/usb/lp0``, or an existing plain file that collects what is printed."""

    def __init__(self, device: str) -> None:
        super().__init__(device)
        self._device = device

    def open(self, deadline: float) -> None:  # noqa: ARG002  # a non-blocking open does not wait
        """Open without ever creating a file: a printer that is not there must not become a plain file in ``/dev``."""
        flags = os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC | os.O_APPEND
        for mode in (os.O_RDWR, os.O_WRONLY):  # some devices may only be written to
            try:
                self._descriptor = os.open(self._device, flags | mode)
            except OSError as error:
                if mode == os.O_WRONLY:
                    raise TransportError("missing", f"{self._device}: {error.strerror}") from error
            else:
                self.two_way = mode == os.O_RDWR and stat.S_ISCHR(os.fstat(self._descriptor).st_mode)
                return

    def close(self) -> None:
        """Close the file."""
        if self.is_open:
            os.close(self._descriptor)
        self._descriptor = -1
        self._waiting.clear()


class NetworkTransport(_Descriptor):
    """A printer with a raw TCP port, usually 9100. It serves one connection, so each ticket makes its own."""

    one_job = True

    def __init__(self, host: str, port: int) -> None:
        super().__init__(f"{host}:{port}")
        self._address = (str(ipaddress.ip_address(host)), port)
        self._socket: socket.socket | None = None

    def open(self, deadline: float) -> None:
        """Connect."""
        try:
            connection = socket.create_connection(self._address, timeout=max(0.01, deadline - time.monotonic()))
        except OSError as error:
            raise TransportError("missing", f"{self._where}: {error}") from error
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.setblocking(False)
        self._socket, self._descriptor = connection, connection.fileno()

    def close(self) -> None:
        """Close; what the printer has not taken is thrown away, or the kernel would go on trying for minutes."""
        if self._socket is not None:
            if self._held():
                with contextlib.suppress(OSError):
                    self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self._socket.close()
        self._socket, self._descriptor = None, -1
        self._waiting.clear()


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
                raise TransportError("stalled", f"{self._where}: takes no more data")
            try:
                sent += self._out.write(data[sent : sent + CHUNK], remaining)
            except usb.core.USBTimeoutError as error:
                raise TransportError("stalled", f"{self._where}: takes no more data") from error
            except usb.core.USBError as error:
                raise TransportError("lost", f"{self._where}: {error}") from error

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
