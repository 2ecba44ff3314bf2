"""A kiosk that kills itself (SIGKILL) at one step of giving a number alone or of handing it over.

``python killed_kiosk.py STEP FOLDER-OF-CONFIG/giliran.toml``. Nothing of this is in the product.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from unittest.mock import patch

from appliance.node.link import Link
from appliance.wire.messages import MergeOffline
from kiosk import __main__ as kiosk
from kiosk.alone.desk import OfflineDesk
from kiosk.alone.journal import Journal
from kiosk.alone.ledger import Issued, Sent, Taken
from kiosk.printer.device import EscposPrinter
from kiosk.printer.transport import SerialTransport


def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)


def around(owner, name, *, before=None, after=None):
    """Have ``before(*arguments)`` and ``after(*arguments)`` called around a method."""
    real = getattr(owner, name)

    def wrapped(*arguments, **named):
        if before is not None:
            before(*arguments, **named)
        result = real(*arguments, **named)
        if after is not None:
            after(*arguments, **named)
        return result

    patch.object(owner, name, wrapped).start()


def if_kept(kind):
    return lambda _journal, record: die() if isinstance(record, kind) else None


def half_written():
    """Die with half a line in the journal."""
    write = os.pwrite

    def halves(file, content, at):
        if b"AX" in content:
            write(file, content[: len(content) // 2], at)
            die()
        return write(file, content, at)

    patch("os.pwrite", halves).start()


def before_sync():
    """Die with the line written, but not told to the disk."""
    write = os.pwrite

    def then_die(file, content, at):
        write(file, content, at)
        if b"AX" in content:
            die()
        return len(content)

    patch("os.pwrite", then_die).start()


def while_printing():
    """Die with some bytes of the ticket in the printer."""
    real = SerialTransport.write

    def some(transport, data, deadline):
        if b"Terima kasih" in data:
            real(transport, data[: len(data) // 2], deadline)
            die()
        real(transport, data, deadline)

    patch.object(SerialTransport, "write", some).start()


def if_merging(_link, body, *_arguments, **_named):
    if isinstance(body, MergeOffline):
        die()


def if_accepted(_desk, _request_id, reply):
    if reply is not None and getattr(reply, "code", "") != "stale":
        die()


STEPS = {
    "before the journal": lambda: around(Journal, "append", before=if_kept(Issued)),
    "half a line written": half_written,
    "before the sync": before_sync,
    "after the sync": lambda: around(Journal, "append", after=if_kept(Issued)),
    "before printing": lambda: around(EscposPrinter, "print", before=die),
    "while printing": while_printing,
    "after printing": lambda: around(EscposPrinter, "print", after=die),
    "before the batch is kept": lambda: around(Journal, "append", before=if_kept(Sent)),
    "before sending": lambda: around(Link, "request", before=if_merging),
    "while sending": lambda: around(Link, "request", after=if_merging),
    "after the reply": lambda: around(OfflineDesk, "answered", before=if_accepted),
    "before the reply is kept": lambda: around(Journal, "append", before=if_kept(Taken)),
    "after the reply is kept": lambda: around(Journal, "append", after=if_kept(Taken)),
}

if __name__ == "__main__":
    STEPS[sys.argv[1]]()
    sys.exit(kiosk.main(Path(sys.argv[2])))
