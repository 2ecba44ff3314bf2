"""A serial line on a pseudo terminal, with a plug that can be pulled: for boards and keypads that are not here."""

from __future__ import annotations

import contextlib
import os
import select
import tty
from pathlib import Path


class FakeSerialLine:
    """The far end of a serial line; the near end is the device file ``path``, present while it is plugged in.

    Args:
        path: a link that is made when the plug goes in, and removed when it comes out.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.received = b""
        """Everything that has arrived since the plug went in, as far as it was read."""
        self._far = -1
        self.plug_in()

    def plug_in(self) -> None:
        """Put the plug in; nothing of before is remembered."""
        self._far, near = os.openpty()
        tty.setraw(near)
        name = os.ttyname(near)
        os.close(near)
        self.received = b""
        self.path.symlink_to(name)

    def pull_out(self) -> None:
        """Pull the plug: whoever has the near end open finds it dead."""
        self.path.unlink(missing_ok=True)
        self.close()

    def send(self, data: bytes) -> None:
        """Send ``data`` to the near end."""
        os.write(self._far, data)

    def read(self) -> bytes:
        """Take in what has arrived; return everything since the plug went in."""
        while self._far >= 0 and select.select([self._far], [], [], 0)[0]:
            try:
                self.received += os.read(self._far, 4096)
            except OSError:  # nobody has the near end open
                break
        return self.received

    def close(self) -> None:
        """End it."""
        far, self._far = self._far, -1
        if far >= 0:
            with contextlib.suppress(OSError):
                os.close(far)
