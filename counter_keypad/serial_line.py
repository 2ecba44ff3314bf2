"""A serial line for this program alone."""

from __future__ import annotations

from typing import Any

import serial
from serial.rs485 import RS485Settings


def open_line(path: str, baud: int, bits: int, parity: str, *, rs485: bool = False, **more: Any) -> serial.Serial:
    """Open a serial line for this program alone; ``more`` goes to pyserial.

    Raises:
        OSError: if it is not there, or cannot be set up so.
    """
    port: serial.Serial | None = None
    try:
        port = serial.Serial(path, baud, bits, parity, exclusive=True, **more)
        if rs485:
            port.rs485_mode = RS485Settings()
    except ValueError as error:  # so pyserial says what a driver cannot do: a speed, a transceiver's direction
        if port is not None:
            port.close()
        raise OSError(str(error)) from error
    return port
