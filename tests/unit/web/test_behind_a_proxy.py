"""Who asks when a proxy stands in between: it is believed only if the office has named it, and nobody else is."""

from __future__ import annotations

import asyncio
import json

import pytest
from pages_bench import Office

from appliance.node.config import ConfigError, load
from appliance.tools.office.visitor import Visitor
from appliance.web.proxies import BehindProxies
from appliance.web.settings import WebSettings

NAME, RIGHT = "Budi Santoso", "demonstration of desk"
WAIT = "menit"


@pytest.fixture(scope="module")
def behind(tmp_path_factory):
    office = Office(tmp_path_factory.mktemp("behind"), trusted_proxies=("127.0.0.1", "10.0.0.2"))
    Visitor(office.address).post("/demonstrate", {"role": "desk"})
    yield office
    office.stop()


@pytest.fixture(scope="module")
def alone(tmp_path_factory):
    office = Office(tmp_path_factory.mktemp("alone"))
    Visitor(office.address).post("/demonstrate", {"role": "desk"})
    yield office
    office.stop()


@pytest.fixture(autouse=True)
def _nobody_has_tried(behind, alone):
    for office in (behind, alone):
        office.pass_minutes(61)


def tries(office, origin, secret=RIGHT):
    """Return what comes of signing in, through a proxy that says so of where it came from."""
    return Visitor(office.address).post("/sign-in", {"name": NAME, "secret": secret}, {"x-forwarded-for": origin})


def guesses(office, *origins):
    for origin in origins:
        assert tries(office, origin, "bukan ini").status == 403


def test_whoever_guesses_behind_a_trusted_proxy_locks_out_their_own_address_alone(behind):
    guesses(behind, *["192.168.1.66"] * 6)
    assert WAIT in tries(behind, "192.168.1.66").text
    assert tries(behind, "192.168.1.12").status == 303


def test_an_address_that_a_browser_makes_up_frees_nobody_from_waiting(behind):
    guesses(behind, *(f"172.16.0.{n}, 192.168.1.66" for n in range(6)))
    assert WAIT in tries(behind, "172.16.0.99, 192.168.1.66").text


def test_without_a_proxy_that_is_named_the_header_has_no_effect(alone):
    guesses(alone, *(f"172.16.0.{n}" for n in range(6)))
    assert WAIT in tries(alone, "172.16.0.99").text


@pytest.mark.parametrize(
    ("said", "origin"),
    [
        ("192.168.1.12", "192.168.1.12"),
        ("8.8.8.8, 192.168.1.12", "192.168.1.12"),
        ("192.168.1.12, 10.0.0.2", "192.168.1.12"),
        ("::ffff:192.168.1.12, ::ffff:10.0.0.2", "192.168.1.12"),
        ("8.8.8.8, 192.168.1.12, 10.0.0.2, 127.0.0.1", "192.168.1.12"),
        ("fd00::12", "fd00::12"),
        ("10.0.0.2", "10.0.0.2"),
        ("unknown", "::ffff:127.0.0.1"),
        ("8.8.8.8, unknown, 10.0.0.2", "10.0.0.2"),
        ("192.168.1.12,", "::ffff:127.0.0.1"),
        ("", "::ffff:127.0.0.1"),
        ("9" * 5_000, "::ffff:127.0.0.1"),
    ],
)
def test_the_last_hop_that_is_no_proxy_of_ours_is_who_asks(said, origin):
    assert told([(b"x-forwarded-for", said.encode())])["client"][0] == origin


def test_of_several_headers_the_last_one_was_written_last():
    said = [(b"x-forwarded-for", b"8.8.8.8"), (b"x-forwarded-for", b"192.168.1.12, 10.0.0.2")]
    assert told(said)["client"][0] == "192.168.1.12"
    assert told(said, client=None)["client"] is None  # of a socket that has no address


def told(headers, client=("::ffff:127.0.0.1", 5)):
    """Return what the pages are told of a request that a proxy hands on."""
    seen = []

    async def pages(scope, _receive, _send):
        seen.append(scope)

    scope = {"type": "http", "scheme": "http", "client": client, "headers": headers}
    asyncio.run(BehindProxies(pages, ("127.0.0.1", "10.0.0.2"))(scope, None, None))
    return seen[0]


@pytest.mark.parametrize(
    ("proto", "scheme"),
    [
        ("https", "https"),
        ("HTTPS", "https"),
        ("http, https", "https"),
        ("https, http", "http"),
        ("ws", "http"),
        ("", "http"),
    ],
)
def test_how_a_browser_came_is_what_the_nearest_proxy_says(proto, scheme):
    assert told([(b"x-forwarded-proto", proto.encode())])["scheme"] == scheme


def test_cookies_go_over_https_alone_if_the_browser_came_by_it(behind):
    assert cookies(behind, "https") == {"giliran": True, "language": True, "said": True}
    assert not any(cookies(behind, "http").values())


def test_a_proxy_that_nobody_has_named_makes_no_cookie_secure(alone):
    assert not any(cookies(alone, "https").values())


def cookies(office, proto):
    """Return which cookies are set on the way in and out, and whether each is for https alone."""
    visitor, headers = Visitor(office.address), {"x-forwarded-proto": proto}
    visitor.post("/demonstrate", {"role": "desk"}, headers)
    visitor.get("/me")
    visitor.post("/language", {"to": "en"}, headers)
    visitor.post("/sign-out", {}, headers)
    kept = [line for line in visitor.set_cookies if "max-age=0" not in line.lower()]
    return {line.partition("=")[0]: "; secure" in line.lower() for line in kept}


@pytest.mark.parametrize("proxies", [["localhost"], ["10.0.0.0/8"], [""], ["127.0.0.1", "x"]])
def test_what_is_no_address_is_no_proxy(tmp_path, proxies):
    file = tmp_path / "giliran.toml"
    file.write_text(f"[web]\ntrusted_proxies = {json.dumps(proxies)}\n")
    with pytest.raises(ConfigError, match=r"web: .*trusted_proxies: '.*' is no address such as 127.0.0.1"):
        load(file).section("web", WebSettings)
