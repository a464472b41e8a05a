"""What the tests of open data share: a world of everything."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from pledges.open_data.resource import resources
from tests.pages.world import make_world

NAMES = [resource.name for resource in resources()]
Fetch = Callable[..., dict[str, Any]]


@pytest.fixture
def world(db: None, settings: Settings) -> None:
    """Make something of everything, read without kept pages."""
    settings.PUBLIC_PAGES_MB = 0
    make_world()


@pytest.fixture
def fetch() -> Fetch:
    """Give a function that returns a page of a resource."""
    client = Client()

    def get(name: str, **asked: str) -> dict[str, Any]:
        response = client.get(f"/api/v1/{name}.json", asked)
        assert response.status_code == 200, response.content
        page: dict[str, Any] = json.loads(response.content)
        return page

    return get
