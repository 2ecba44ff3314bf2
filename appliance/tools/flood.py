"""A box that went mad: a process that publishes garbage as its commands as fast as a socket takes it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from appliance.tools.rig import HOST, Rig
from appliance.wire import topics

CONNECT: Final = 0x10
CONNACK: Final = 0x20
PUBLISH: Final = 0x30
"""Packet types of MQTT 5.0 (OASIS, section 2.1.2), without flags: quality of service 0."""
CLEAN_WITH_NAME_AND_PASSWORD: Final = 0xC2
AT_ONCE: Final = 64_000
"""Bytes handed to the socket in one go, at least one packet."""
NICE: Final = 15
"""In an office it has a processor of its own, and takes none of the hub's time."""


@contextmanager
def flood(rig: Rig, node: str, payload: bytes) -> Iterator[subprocess.Popen[bytes]]:
    """Have ``node`` publish ``payload`` as commands without a pause, in a process of its own, until the end."""
    arguments = [sys.executable, "-m", __name__, str(rig.port), node, payload.hex()]
    with subprocess.Popen(arguments, stdin=subprocess.PIPE) as process:
        assert process.stdin is not None  # noqa: S101  # it was asked for
        process.stdin.write(rig.password(node).encode())
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


def main(port: int, node: str, password: str, payload: bytes) -> None:
    """Connect and publish until somebody kills this."""
    os.nice(NICE)
    hello = text("MQTT") + bytes([5, CLEAN_WITH_NAME_AND_PASSWORD, 0, 0, 0]) + text("") + text(node) + text(password)
    garbage = packet(PUBLISH, text(topics.command(node)) + b"\0" + payload)
    with socket.create_connection((HOST, port)) as connection:
        connection.sendall(packet(CONNECT, hello))
        if connection.recv(1)[0] != CONNACK:
            raise SystemExit("the broker does not let it in")
        while True:
            connection.sendall(garbage * max(1, AT_ONCE // len(garbage)))


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], sys.stdin.read(), bytes.fromhex(sys.argv[3]))
