"""A draft that two people write on, and somebody of each party."""

from datetime import UTC, date, datetime

import pytest

from pledge_portal.accounts.models import Role, User
from pledges.models import Pledge
from tests.builders import a_person, a_pledge

NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)


@pytest.fixture
def draft() -> Pledge:
    return a_pledge(
        signed=False,
        period="2026-2028",
        valid_from=date(2026, 1, 1),
        valid_to=date(2028, 12, 31),
    )


@pytest.fixture
def editor(draft: Pledge) -> User:
    return a_person(
        "eva@example.se", Role.EDITOR, draft.municipalities.get(), first_name="Eva", last_name="Ek"
    )


@pytest.fixture
def officer(draft: Pledge) -> User:
    return a_person(
        "olle@example.se", Role.OFFICER, draft.police_area, first_name="Olle", last_name="Ost"
    )
