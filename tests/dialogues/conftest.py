"""What the tests of dialogues share."""

from __future__ import annotations

import html
import re

import pytest
from django.core.cache import cache
from django.http import HttpResponse

from pledges.models import Municipality, Pledge
from tests.builders import a_pledge
from tests.pages.conftest import reader  # noqa: F401  (a fixture)
from tests.pledges.actions.conftest import _pages_are_made_anew  # noqa: F401  (used by every test)


@pytest.fixture(autouse=True)
def _nobody_has_sent(db: None) -> None:
    cache.clear()


@pytest.fixture
def pledge(db: None) -> Pledge:
    """Give a signed pledge of Älvsbyn."""
    return a_pledge()


@pytest.fixture
def place(pledge: Pledge) -> Municipality:
    """Give the municipality of the pledge."""
    return pledge.municipalities.get()


def words(response: HttpResponse) -> str:
    """Return the words of a page, tags taken away and spaces made single."""
    body = re.sub(r"<(title|svg)\b.*?</\1>", " ", response.content.decode(), flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())
