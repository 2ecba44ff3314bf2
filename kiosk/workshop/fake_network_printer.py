"""The double of a printer on the network: a raw TCP port before the same printer that the pseudo terminal has."""

from __future__ import annotations

import contextlib
import select
import socket
import threading
from types import TracebackType

from kiosk.workshop.fake_printer import READ_BYTES, PtyPrinter


class TcpPrinter(PtyPrinter):
    """A printer on a TCP port of this machine; one connection at a time, as such printers have it.

    Use it as a context manager; the faults that need a pseudo terminal (cable, speed) do not apply.
    """

    closes_after_cut = False
    """It answers, prints, and closes the connection as soon as the paper is cut, whatever is asked behind it."""
    hangs_up = False
    """It takes a connection and closes it at once."""
    connections = 0

    def __enter__(self) -> TcpPrinter:
        """Start."""
        super().__enter__()
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._server.getsockname()[1]
        self._connection: socket.socket | None = None
        self._listener = threading.Thread(target=self._listen, name="fake-network-printer", daemon=True)
        self._listener.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Stop."""
        super().__exit__(kind, error, traceback)
        self._listener.join(10)
        self._server.close()

    def _listen(self) -> None:
        while not self._stop.is_set():
            if not select.select([self._server], [], [], 0.05)[0]:
                continue
            connection, _ = self._server.accept()
            self.connections += 1
            with connection:
                if self.hangs_up:
                    continue
                self._connection = connection
                with contextlib.suppress(OSError):
                    self._serve_connection(connection)
                self._connection = None

    def _serve_connection(self, connection: socket.socket) -> None:
        printed = len(self.tickets())
        while not self._stop.is_set() and not (self.closes_after_cut and len(self.tickets()) > printed):
            if select.select([connection], [], [], 0.05)[0]:
                data = connection.recv(READ_BYTES)
                if not data:
                    return
                self._take(data)

    def _write(self, data: bytes) -> None:
        if self._connection is not None:
            self._connection.sendall(data)
