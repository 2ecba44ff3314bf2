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
from typing import Any, Final, Literal, Protocol

import serial

Code = Literal["missing", "stalled", "lost"]
READ_BYTES: Final = 64
MOST_DISCARDED: Final = 65_536
LOOK_S: Final = 0.005
"""How often the kernel is asked whether everything has left."""
BITS_PER_BYTE: Final = 10
"""On a serial line: eight, a start and a stop."""


class TransportError(Exception):
    """The way to the printer failed: ``missing`` (not there), ``stalled`` (deadline passed) or ``lost`` (went away).

    ``sent``: bytes of what was to be written that had been handed over by then.
    """

    def __init__(self, code: Code, detail: str, sent: int = 0) -> None:
        super().__init__(detail)
        self.code: Code = code
        self.sent = sent


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


class _Descriptor:
    """What serial lines, device files and sockets share: a non-blocking file descriptor."""

    one_job = False
    bytes_per_second = math.inf
    _tells_held = False
    """The kernel always says what it holds back, as long as the device is there."""

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
        try:
            while sent < len(data):
                self._wait(select.POLLOUT, deadline)
                try:
                    sent += os.write(self._descriptor, data[sent:])
                except BlockingIOError:
                    self._rest(deadline)  # usblp says that it is ready when it has no paper
        except TransportError as error:
            error.sent = sent
            raise
        except OSError as error:
            raise TransportError("lost", f"{self._where}: {error.strerror}", sent) from error

    def read(self, deadline: float) -> int | None:
        """Return the next byte, or None if none came."""
        if not self.two_way:
            return None
        try:
            while not self._waiting:
                self._wait(select.POLLIN, deadline)
                if heard := self._take():
                    self._waiting += heard
                else:
                    self._rest(deadline)
        except OSError as error:
            raise TransportError("lost", f"{self._where}: {error.strerror}") from error
        except TransportError as error:
            if error.code == "stalled":
                return None
            raise
        return self._waiting.pop(0)

    def discard_input(self) -> None:
        """Forget what has come unasked."""
        self._waiting.clear()
        with contextlib.suppress(OSError, TransportError):
            for _ in range(MOST_DISCARDED // READ_BYTES):  # a device that never ends talking stops nobody
                if not self.two_way or not self._take():
                    return

    def flush(self, deadline: float) -> None:
        """Wait until the kernel holds nothing back: a ticket left there would print when the printer wakes up.

        That the printer has gone meanwhile does not matter to a ticket that had left before.
        """
        try:
            self._wait(select.POLLOUT, deadline)
        except TransportError as error:
            if error.code == "lost" and self._held() == 0:
                return
            raise
        while held := self._held():
            if time.monotonic() >= deadline:
                raise TransportError("stalled", f"{self._where}: {held} bytes are held back")
            time.sleep(LOOK_S)
        if held is None and self._tells_held:
            raise TransportError("lost", f"{self._where}: went away with some of the ticket")

    def _take(self) -> bytes:
        """Return what has come; nothing if it was nothing yet: usblp hands on the empty transfers of a printer."""
        try:
            return os.read(self._descriptor, READ_BYTES)
        except BlockingIOError:
            return b""

    def _held(self) -> int | None:
        """Return the bytes that the kernel has taken and not passed on; None where it does not say."""
        held = array.array("i", [0])
        try:
            fcntl.ioctl(self._descriptor, termios.TIOCOUTQ, held)
        except OSError:
            return None
        return held[0]

    def _rest(self, deadline: float) -> None:
        """Let a moment go by with a device that is ready for nothing."""
        if time.monotonic() >= deadline:
            raise TransportError("stalled", f"{self._where}: says that it is ready and is not")
        time.sleep(LOOK_S)

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

    _tells_held = True

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
            except (OSError, ValueError) as error:  # ValueError: a name with a zero byte
                if mode == os.O_WRONLY:
                    raise TransportError("missing", f"{self._device}: {error}") from error
            else:
                self.two_way = mode == os.O_RDWR and stat.S_ISCHR(os.fstat(self._descriptor).st_mode)
                return

    def close(self) -> None:
        """Close the file."""
        if self.is_open:
            with contextlib.suppress(OSError):
                os.close(self._descriptor)
        self._descriptor = -1
        self._waiting.clear()


class NetworkTransport(_Descriptor):
    """A printer with a raw TCP port, usually 9100. It serves one connection, so each ticket makes its own."""

    one_job = True
    _tells_held = True

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
        self._socket, self._descriptor = connection, connection.fileno()
        connection.setblocking(False)
        with contextlib.suppress(OSError):  # it may have hung up already, which the first question will tell
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def _take(self) -> bytes:
        """Return what has come; a connection that has nothing more to give has ended."""
        try:
            heard = os.read(self._descriptor, READ_BYTES)
        except BlockingIOError:
            return b""
        if not heard:
            raise TransportError("lost", f"{self._where}: closed by the other side")
        return heard

    def close(self) -> None:
        """Close; what the printer has not taken is thrown away, or the kernel would go on trying for minutes."""
        if self._socket is not None:
            if self._held():
                with contextlib.suppress(OSError):
                    self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self._socket.close()
        self._socket, self._descriptor = None, -1
        self._waiting.clear()
