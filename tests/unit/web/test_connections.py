"""Connections that send nothing, or too little, take nobody's place: the real server, real sockets."""

from __future__ import annotations

import contextlib
import resource
import socket
import urllib.parse

import pytest
from pages_bench import Office, Visitor

from appliance.node.polling import until
from appliance.web import connections
from appliance.web.connections import Connection

HEAD = b"POST /sign-in HTTP/1.1\r\nhost: a\r\ncontent-type: application/x-www-form-urlencoded\r\n"


@pytest.fixture
def office(tmp_path):
    office = Office(tmp_path)
    yield office
    office.stop()


def connected(office):
    where = urllib.parse.urlsplit(office.address)
    return socket.create_connection((where.hostname, where.port), timeout=10)


def is_open(connection):
    connection.settimeout(0.01)
    try:
        return connection.recv(1) != b""
    except TimeoutError:
        return True
    except ConnectionError:
        return False


@pytest.mark.parametrize(
    "sent",
    [b"", b"GET / HT", HEAD + b"content-length: 9\r\n\r\nname", b"GET /static/x HTTP/1.1\r\nhost: a\r\n\r\nGET /"],
)
def test_a_request_that_never_arrives_is_waited_for_only_so_long(office, monkeypatch, sent):
    monkeypatch.setattr(Connection, "request_seconds", 0.3)
    with contextlib.closing(connected(office)) as connection:
        connection.sendall(sent)
        while sent.startswith(b"GET /static") and connection.recv(4096)[-1:] != b">":
            pass  # the answer to the first one
        assert until(lambda: not is_open(connection), 5)


def test_a_page_that_stays_open_is_no_request_that_is_late(office, monkeypatch):
    monkeypatch.setattr(Connection, "request_seconds", 0.3)
    office.open()
    viewer = Visitor(office.address, "viewer")
    with contextlib.closing(connected(office)) as stream:
        stream.sendall(f"GET /wall/live HTTP/1.1\r\nhost: a\r\ncookie: {viewer.cookie()}\r\n\r\n".encode())
        told = b""
        while told.count(b"\n\n") < 2:  # the second one comes with the beat, long after that
            told += stream.recv(65536)
        assert told.startswith(b"HTTP/1.1 200")


def test_files_are_left_for_databases_however_many_connect(office, monkeypatch):
    monkeypatch.setattr(connections, "most_connections", lambda: 5)
    held = [connected(office) for _ in range(8)]
    try:
        assert until(lambda: sum(map(is_open, held)) <= 5, 5)
        held.pop(0).close()
        assert until(lambda: not is_open(held[-1]), 5)
    finally:
        for connection in held:
            connection.close()
    assert until(lambda: Visitor(office.address).get("/sign-in")[0] == 200, 5)
    assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] > connections.most_connections()
