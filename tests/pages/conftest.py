"""What the tests of public pages share."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client
from pytest_django.fixtures import Settings

from pledge_portal.pages import middleware
from tests.pages.kept_site import PATIENCE, MovedVersions, Site
from tests.pages.world import make_world

TODAY = datetime(2026, 11, 23, 12, tzinfo=UTC)


class Reader:
    """Someone who reads public pages."""

    def __init__(self) -> None:
        self.client = Client()

    def get(self, path: str, **options: object) -> HttpResponse:
        """Return the answer to GET."""
        return self.client.get(path, **options)

    def head(self, path: str, **options: object) -> HttpResponse:
        """Return the answer to HEAD."""
        return self.client.head(path, **options)

    def text(self, path: str, status: int = 200) -> str:
        """Return the words of a page, tags taken away and spaces made single."""
        response = self.client.get(path)
        assert response.status_code == status
        body = re.sub(r"<(title|svg)\b.*?</\1>", " ", response.content.decode(), flags=re.DOTALL)
        body = re.sub(r"</?(a|em|span|strong|time)\b[^>]*>", "", body)
        return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())


@pytest.fixture
def reader(settings: Settings) -> Iterator[Reader]:
    """Give someone who reads on 23 November 2026.

    Every page is made anew.
    """
    settings.PUBLIC_PAGES_MB = 0
    with time_machine.travel(TODAY, tick=False):
        yield Reader()


@pytest.fixture
def versions(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> MovedVersions:
    """Give the versions, of which none is in the database."""
    settings.PUBLIC_PAGES_MB = 10
    settings.PUBLIC_PAGE_CHECK_SECONDS = 0
    settings.ROOT_URLCONF = settings.ROOT_URLCONF
    reader = MovedVersions()
    monkeypatch.setattr(middleware, "current_versions", reader)
    return reader


@pytest.fixture
def site(versions: MovedVersions, monkeypatch: pytest.MonkeyPatch) -> Site:
    """Give a site of pages that show what they are made of.

    Its readers have patience, however busy the machine is.
    """
    monkeypatch.setattr(middleware, "_MAX_WAIT_SECONDS", PATIENCE)
    return Site(versions)


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    """Give twenty readers at once."""
    with ThreadPoolExecutor(20) as pool:
        yield pool


@pytest.fixture
def world(db: None) -> None:
    """Make something of everything that the public may read.

    Beside it there is what the public may not read.
    """
    make_world()
