"""A draft that residents are asked about, and who asks them."""

from __future__ import annotations

import pytest
from django.test import Client

from pledge_portal.accounts.models import Role, User
from pledges.models import Municipality, Pledge
from tests.builders import a_person, a_pledge
from tests.dialogues.conftest import _nobody_has_sent  # noqa: F401  (used by every test)
from tests.pages.conftest import reader  # noqa: F401  (a fixture)
from tests.pledges.actions.conftest import _pages_are_made_anew  # noqa: F401  (used by every test)


@pytest.fixture
def draft(db: None) -> Pledge:
    return a_pledge(signed=False, period="2027-2029")


@pytest.fixture
def place(draft: Pledge) -> Municipality:
    return draft.municipalities.get()


@pytest.fixture
def editor(place: Municipality) -> User:
    return a_person("eva@example.se", Role.EDITOR, place)


@pytest.fixture
def staff(editor: User) -> Client:
    """Return the editor at work."""
    client = Client()
    client.force_login(editor)
    return client
