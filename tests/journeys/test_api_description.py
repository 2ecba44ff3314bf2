"""The interface against its own description: schemathesis asks what nobody thought of, of a real hub and web."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from appliance.node.polling import until
from tests.api_client import Client
from tests.web_office import WebOffice, web_office

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    unsupported_method,
]
EXAMPLES = 3
"""Of each operation."""
ENDLESS = "/events"


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebOffice]:
    with web_office(tmp_path_factory.mktemp("api"), api_per_second=10_000) as office:
        yield office


@pytest.fixture(scope="module")
def client(town: WebOffice) -> Client:
    client = Client(town)
    assert until(lambda: client.ask("GET", "/queue").status == 200, 20)
    return client


def ask_at_random(operation: Any, client: Client, mode: GenerationMode) -> None:
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case: Any) -> None:
        headers = {"Authorization": f"Bearer {client.secret}"}
        case.call_and_validate(base_url=f"{client.town.address}/api/1", headers=headers, checks=CHECKS)

    ask()


def with_what_there_is(description: dict[str, Any], numbers: list[str]) -> dict[str, Any]:
    """Have places filled with what the office has: whoever asks for nothing that is there only reads 404."""
    there = {
        "service": ["pendaftaran", "konsultasi"],
        "counter": ["1", "2"],
        "number": numbers,
        "node": ["hub-1"],
        "kiosk": ["kiosk-2"],
    }
    for operations in description["paths"].values():
        for operation in operations.values():
            for parameter in operation["parameters"]:
                if parameter["in"] == "path" and parameter["name"] in there:
                    parameter["schema"] = {"enum": there[parameter["name"]]}
    return description


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["right", "wrong"])
def test_whatever_is_asked_is_answered_as_described(town: WebOffice, client: Client, mode: GenerationMode) -> None:
    described = client.visitor.get("/api/1/openapi.json").json()
    if mode is GenerationMode.POSITIVE:
        described = with_what_there_is(described, town.issue(3))
    operations = [found.ok() for found in schemathesis.openapi.from_dict(described).get_all_operations()]
    asked = [operation for operation in operations if operation.path != ENDLESS]
    assert len(asked) > 35
    failures = []
    for operation in asked:
        try:
            ask_at_random(operation, client, mode)
        except Exception as error:  # noqa: BLE001  # all of them are told
            failures.append(f"{operation.label}: {error}")
    assert not failures, "\n\n".join(failures)
