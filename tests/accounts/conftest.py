"""The organisation's own provider, and one whom it knows."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django.fixtures import Settings

from pledge_portal.accounts.models import Role, User
from tests.accounts.openid_provider import Provider, serving_provider
from tests.accounts.organisation_login import EMAIL, use_provider
from tests.builders import a_municipality, a_person


@pytest.fixture
def provider(settings: Settings) -> Iterator[Provider]:
    """Return a provider that says that Karin logged in, with its settings."""
    with serving_provider() as serving:
        use_provider(settings, serving.url)
        serving.person = {"sub": "karin-1", "email": EMAIL, "email_verified": True}
        yield serving


@pytest.fixture
def karin() -> User:
    return a_person(EMAIL, Role.EDITOR, a_municipality())
