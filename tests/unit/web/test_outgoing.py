"""What is sent to other systems: one answer within a time and a size, whatever the other side does."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import time
from collections.abc import Awaitable, Callable

import pytest

from appliance.web.api.outgoing import NotSent, Sent, post
from appliance.web.api.signing import signed

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def sent_to(talk: Talk, *, seconds: float = 5.0, most: int = 1000, path: str = "/a?b=c") -> Sent:
    async def run() -> Sent:
        server = await asyncio.start_server(talk, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        try:
            return await post(f"http://127.0.0.1:{port}{path}", b'{"a":1}', {"x-a": "b"}, seconds=seconds, most=most)
        finally:
            server.close()

    return asyncio.run(run())


def saying(answer: bytes, *, slowly: float = 0.0, close: bool = True) -> Talk:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b'{"a":1}')
        try:
            for byte in [answer[i : i + 1] for i in range(len(answer))] if slowly else [answer]:
                writer.write(byte)
                await writer.drain()
                await asyncio.sleep(slowly)
            if not close:
                await asyncio.sleep(60)
        except ConnectionError:
            pass
        finally:
            writer.close()

    return talk


def test_the_question_is_whole_and_the_answer_is_read() -> None:
    heard: list[bytes] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.readuntil(b'{"a":1}'))
        writer.write(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n")
        writer.close()

    assert sent_to(talk) == Sent(200, b"abc")
    head = heard[0].lower()
    assert head.startswith(b"post /a?b=c http/1.1\r\nhost: 127.0.0.1:")
    assert b"\r\nx-a: b\r\n" in head
    assert b"\r\ncontent-length: 7\r\n" in head


def test_an_answer_without_a_length_ends_with_the_connection() -> None:
    assert sent_to(saying(b"HTTP/1.0 200 OK\r\n\r\nabc")) == Sent(200, b"abc")


def test_a_redirect_is_an_answer_and_is_not_followed() -> None:
    answer = b"HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n"
    assert sent_to(saying(answer)).status == 302


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (b"", "broken"),
        (b"nonsense\r\n\r\n", "broken"),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nabc", "broken"),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 2000\r\n\r\n" + b"a" * 2000, "too_large"),
        (b"HTTP/1.1 200 OK\r\nx: " + b"a" * 100_000 + b"\r\n\r\n", "broken"),
    ],
)
def test_what_is_no_answer_says_so(answer: bytes, code: str) -> None:
    with pytest.raises(NotSent) as raised:
        sent_to(saying(answer))
    assert raised.value.code == code


@pytest.mark.parametrize("talk", [saying(b"", close=False), saying(b"HTTP/1.1 200 OK\r\n" * 100, slowly=0.02)])
def test_whoever_hangs_or_drips_is_left_in_time(talk: Talk) -> None:
    began = time.monotonic()
    with pytest.raises(NotSent) as raised:
        sent_to(talk, seconds=0.3)
    assert raised.value.code == "timeout"
    assert time.monotonic() - began < 5


def test_a_talker_of_another_language_than_tls_is_found_out() -> None:
    async def run() -> None:
        server = await asyncio.start_server(saying(b"hello"), "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        try:
            await post(f"https://127.0.0.1:{port}/", b"{}", {}, seconds=2, most=10)
        finally:
            server.close()

    with pytest.raises(NotSent) as raised:
        asyncio.run(run())
    assert raised.value.code in ("tls", "timeout")


@pytest.mark.parametrize("address", ["http://127.0.0.1:9/", "http://name.invalid/", f"http://{'a' * 70}.example/"])
def test_who_is_not_there_cannot_be_reached(address: str) -> None:
    with pytest.raises(NotSent) as raised:
        asyncio.run(post(address, b"{}", {}, seconds=5, most=10))
    assert raised.value.code in ("connect", "timeout")


def test_the_signature_is_that_of_standard_webhooks() -> None:
    # The example of https://github.com/standard-webhooks/standard-webhooks, checked with its own formula.
    secret, body = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", b'{"test": 2432232314}'
    headers = signed(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body)
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    key = base64.b64decode(secret.removeprefix("whsec_"))
    content = b"msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330." + body
    assert headers["webhook-signature"][3:].encode() == base64.b64encode(
        hmac.new(key, content, hashlib.sha256).digest()
    )
