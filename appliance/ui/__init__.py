"""What kiosk and display share: the design system in QML, the way from the bus to the screen, the application."""

from __future__ import annotations

import ctypes
import sys
from typing import Final

_PLENTY: Final = 1 << 40


def _hold_singletons() -> None:
    """Keep Python 3.11 alive under PySide6 6.12.

    That release is built for interpreters in which None, True and False are immortal (3.12, PEP 683): it returns them
    without counting the reference. An older interpreter loses one reference at each ``emit`` and at each call that
    returns nothing, and ends with "deallocating None" after some minutes. A count that no process can use up mends it.
    """
    if sys.version_info >= (3, 12) or sys.implementation.name != "cpython":
        return
    for singleton in (None, True, False):
        # The reference count is the first word of an object (CPython 3.11, Include/object.h).
        count = ctypes.c_ssize_t.from_address(id(singleton))
        if count.value < _PLENTY:
            count.value += _PLENTY


_hold_singletons()
