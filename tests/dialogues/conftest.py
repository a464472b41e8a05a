"""What the tests of dialogues share."""

from __future__ import annotations

import html
import re

import pytest
from django.core.cache import cache
from django.http import HttpResponse

from tests.pages.conftest import reader  # noqa: F401  (a fixture)
from tests.pledges.actions.conftest import _pages_are_made_anew  # noqa: F401  (used by every test)


@pytest.fixture(autouse=True)
def _nobody_has_sent(db: None) -> None:
    cache.clear()


def words(response: HttpResponse) -> str:
    """Return the words of a page, tags taken away and spaces made single."""
    body = re.sub(r"<(title|svg)\b.*?</\1>", " ", response.content.decode(), flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())
