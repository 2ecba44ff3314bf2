"""A box that went mad: a process that publishes garbage as its commands as fast as a socket takes it."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from typing import Final

from appliance.tools.office.rig import HOST, Rig
from appliance.wire import topics

CONNECT: Final = 0x10
CONNACK: Final = 0x20
PUBLISH: Final = 0x30
SUBSCRIBE: Final = 0x82
"""Packet types of MQTT 5.0 (OASIS, section 2.1.2); PUBLISH without its flags."""
CLEAN_WITH_NAME_AND_PASSWORD: Final = 0xC2
LONGEST_ANSWER: Final = 1_024
AT_ONCE: Final = 64_000
"""Bytes handed to the socket in one go, at least one packet."""
NICE: Final = 15
"""In an office it has a processor of its own, and takes none of the hub's time."""


@contextlib.contextmanager
def flood(rig: Rig, node: str, payload: bytes, qos: int = 0) -> Iterator[subprocess.Popen[bytes]]:
    """Have ``node`` publish ``payload`` as commands without a pause, in a process of its own, until the end."""
    arguments = [sys.executable, "-m", __name__, str(rig.port), node, str(qos)]
    with subprocess.Popen(arguments, stdin=subprocess.PIPE) as process:
        assert process.stdin is not None  # noqa: S101  # it was asked for
        process.stdin.write(f"{rig.password(node)}\n".encode() + payload)
        process.stdin.close()
        try:
            yield process
        finally:
            process.kill()


def packet(kind: int, body: bytes) -> bytes:
    """Return an MQTT packet: its type, the length as a variable byte integer (section 1.5.5), and the body."""
    length, left = b"", len(body)
    while True:
        left, digit = divmod(left, 128)
        length = bytes([*length, digit | (0x80 if left else 0)])
        if not left:
            return bytes([kind]) + length + body


def text(words: str) -> bytes:
    """Return a string as MQTT writes it: two bytes of length, then UTF-8 (section 1.5.4)."""
    return len(words.encode()).to_bytes(2, "big") + words.encode()


def enter(port: int, node: str, password: str) -> socket.socket:
    """Connect as ``node``, with no sign of life due and no TLS; raises ``ConnectionError`` if the broker goes away."""
    connection = socket.create_connection((HOST, port))
    hello = text("MQTT") + bytes([5, CLEAN_WITH_NAME_AND_PASSWORD, 0, 0, 0]) + text("") + text(node) + text(password)
    connection.sendall(packet(CONNECT, hello))
    answer = connection.recv(LONGEST_ANSWER)
    if answer and answer[0] != CONNACK:
        raise SystemExit("the broker does not let it in")
    return connection


def command(node: str, payload: bytes, qos: int = 0) -> bytes:
    """Return the packet by which ``node`` publishes ``payload`` as a command."""
    number = b"\0\1" if qos else b""  # always the same one: it is acknowledged before the next one is looked at
    return packet(PUBLISH | qos << 1, text(topics.command(node)) + number + b"\0" + payload)


def main(port: int, node: str, qos: int, password: str, payload: bytes) -> None:
    """Publish until somebody kills this; connect again whenever the broker has had enough of it."""
    os.nice(NICE)
    garbage = command(node, payload, qos)
    garbage *= max(1, AT_ONCE // len(garbage))
    while True:
        with contextlib.suppress(ConnectionError), enter(port, node, password) as connection:
            threading.Thread(target=_drain, args=[connection], daemon=True).start()
            while True:
                connection.sendall(garbage)


def _drain(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while connection.recv(AT_ONCE):
            pass


if __name__ == "__main__":
    secret, _, what = sys.stdin.buffer.read().partition(b"\n")
    main(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), secret.decode(), what)
