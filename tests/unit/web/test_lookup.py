"""What another system answers about an applicant: a short flat list is shown, and nothing else."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest

from appliance.node.config import ConfigError
from appliance.web.api.lookup import LONGEST_LABEL, LONGEST_TEXT, MOST_LINES, Found, Lookup, _read
from appliance.web.settings import LookupSettings, WebSettings


def test_an_address_to_which_nothing_can_be_sent_is_a_mistake_in_the_configuration() -> None:
    site: Any = SimpleNamespace(settings=WebSettings(lookup=LookupSettings(address="berkas.kantor.example")))
    nothing: Any = None
    with pytest.raises(ConfigError, match=r"web\.lookup\.address"):
        Lookup(site, nothing, nothing)


def read(told: Any, status: int = 200) -> Found:
    return _read("A001", status, json.dumps(told).encode())


def test_labels_and_texts_are_shown_in_their_order() -> None:
    told = {"Nama": " Sri\u200b\nWahyuni ", "Berkas": 117, "Lunas": True, "Sengketa": False, "Kosong": None}
    assert read(told).lines == (("Nama", "Sri  Wahyuni"), ("Berkas", "117"), ("Lunas", "✓"), ("Sengketa", "✗"))


def test_nothing_found_is_no_trouble() -> None:
    assert read({}) == Found("A001")
    assert read("not even JSON counts", 404) == Found("A001")


@pytest.mark.parametrize(
    "told",
    [
        *([], "x", 7, None, {"a": {"b": 1}}, {"a": ["b"]}, {"": "x"}),
        *(
            {"a" * (LONGEST_LABEL + 1): "x"},
            {"a": "x" * (LONGEST_TEXT + 1)},
            {str(n): "x" for n in range(MOST_LINES + 1)},
        ),
    ],
)
def test_what_is_no_short_flat_list_is_not_shown(told: Any) -> None:
    assert read(told) == Found("A001", reason="not_json")


@pytest.mark.parametrize("body", [b"", b"<html>", b"\xff", b"[" * 8000, b'{"a":' * 2000])
def test_what_is_no_json_is_not_shown(body: bytes) -> None:
    assert _read("A001", 200, body).reason == "not_json"


@pytest.mark.parametrize(("status", "reason"), [(500, "status"), (401, "status"), (301, "redirect")])
def test_an_error_is_named(status: int, reason: str) -> None:
    assert read({"a": "b"}, status) == Found("A001", reason=reason, status=status)
