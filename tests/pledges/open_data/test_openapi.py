"""What the OpenAPI document says holds, whatever is asked.

API_REQUESTS=50 asks so many of each address, as `make soak` does.
"""

from __future__ import annotations

import json
import os
from typing import Any

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings
from pytest_django.fixtures import Settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from pledges.models import Pledge
from pledges.open_data.openapi import openapi_document
from pledges.open_data.resource import resources
from tests.builders import a_pledge, an_action

pytestmark = pytest.mark.django_db
REQUESTS = int(os.environ.get("API_REQUESTS", "1"))
SECRET = "HEMLIGT-4711"
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


def as_the_test_client(environ: dict[str, Any], start_response: Any) -> Any:
    """Answer as a server does, in the test's own transaction."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    try:
        response = WSGIHandler()(environ, start_response)
        content = b"".join(response)
        response.close()
        return [content]
    finally:
        for signal in (request_started, request_finished):
            signal.connect(close_old_connections)


def test_it_is_valid_and_the_same_wherever_it_is_read() -> None:
    content = json.loads(Client().get("/api/v1/openapi.json").content)
    assert content == json.loads(json.dumps(openapi_document(resources())))
    assert content["openapi"] == "3.1.0"
    schemathesis.openapi.from_dict(content).validate()


def test_generated_requests_break_nothing_and_find_nothing_secret(
    world: None, settings: Settings
) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    a_pledge(period="2019", signed=1, title=SECRET, commitment={"text": SECRET})
    pledge = Pledge.objects.get(period="2023-2025", parties__municipality__code="2560")
    an_action(pledge.commitments.get(number=1), public_note=SECRET, is_public=False)
    schema = schemathesis.openapi.from_dict(openapi_document(resources()))
    schema.app = as_the_test_client
    answered = []
    for result in schema.get_all_operations():
        operation = result.ok()
        for mode in schemathesis.GenerationMode:
            strategy = operation.as_strategy(generation_mode=mode)

            @hypothesis_settings(
                max_examples=REQUESTS,
                deadline=None,
                derandomize="API_REQUESTS" not in os.environ,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            )
            @given(case=strategy)
            def ask(case: Any) -> None:
                response = case.call(app=schema.app)
                case.validate_response(response, checks=CHECKS)
                assert SECRET.encode() not in response.content
                assert "set-cookie" not in response.headers
                answered.append(response.status_code)

            ask()
    assert {200, 400} <= set(answered) <= {200, 400, 404, 405}
