"""A network cable between one box and the broker that can be cut, or go dead without either end hearing of it."""

from __future__ import annotations

import contextlib
import select
import socket
import threading

HOST = "127.0.0.1"


class Cable:
    """Listens on ``port`` and hands everything over to the broker, both ways. Use it as a context manager.

    Args:
        broker: the broker's port.
    """

    def __init__(self, broker):
        self._broker = broker
        self._listener = socket.create_server((HOST, 0))
        self.port = self._listener.getsockname()[1]
        self._whole, self._alive = threading.Event(), threading.Event()
        self._whole.set()
        self._alive.set()
        self._pairs = []
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._serve, daemon=True)]

    def __enter__(self):
        self._threads[0].start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        self.cut()
        self._listener.close()

    def cut(self):
        """Pull the plug: connections end, and new ones are refused at once."""
        self._whole.clear()
        for pair in self._pairs:
            for end in pair:
                with contextlib.suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)
        self._pairs.clear()

    def numb(self):
        """Carry nothing any more, without ending anything; what is sent comes when it is mended."""
        self._alive.clear()

    def mend(self):
        """All is well again."""
        self._alive.set()
        self._whole.set()

    def _serve(self):
        while not self._stop.is_set():
            with contextlib.suppress(OSError):
                if not select.select([self._listener], [], [], 0.05)[0]:
                    continue
                near, _ = self._listener.accept()
                if not self._whole.is_set():
                    near.close()
                    continue
                far = socket.create_connection((HOST, self._broker))
                for end in (near, far):
                    end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self._pairs.append((near, far))
                for one, other in ((near, far), (far, near)):
                    threading.Thread(target=self._carry, args=(one, other), daemon=True).start()

    def _carry(self, one, other):
        with contextlib.suppress(OSError):
            while data := one.recv(65536):
                while not self._alive.wait(0.5):
                    if self._stop.is_set():
                        return
                other.sendall(data)
        with contextlib.suppress(OSError):
            other.shutdown(socket.SHUT_RDWR)
