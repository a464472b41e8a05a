"""What tests of the action log share: a signed pledge and its people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from pledge_portal.accounts.models import Role, User
from pledges.models import Commitment, Municipality, Place, Pledge
from tests.builders import a_person, a_place, a_pledge


@dataclass
class Work:
    """A pledge with one commitment, a school and the people of both sides."""

    pledge: Pledge
    commitment: Commitment
    municipality: Municipality
    school: Place
    officer: User
    coordinator: User

    def address(self) -> str:
        return f"/arbetsyta/insatser/ny/{self.commitment.pk}/"

    def typed(self, **fields: Any) -> dict[str, Any]:
        """Return what a filled-in form sends."""
        return {
            "submission": "6f1f0c9e-6d5f-4d0e-9d0a-0d9a6a3c1b11",
            "municipality": self.municipality.pk,
            "done_on": "2025-04-03",
            "place": "älvåkraskolan",
            "amount": 1,
            "outcome": "as_planned",
            "public_note": "",
            "internal_note": "",
            "is_public": "on",
            **fields,
        }


def some_work(**commitment: Any) -> Work:
    pledge = a_pledge(commitments=1, commitment=commitment)
    municipality = pledge.municipalities.get()
    return Work(
        pledge,
        pledge.commitments.select_related("pledge__police_area").get(),
        municipality,
        a_place(),
        a_person("polis@example.se", Role.OFFICER, pledge.police_area),
        a_person("samordnare@example.se", Role.COORDINATOR, municipality),
    )


@pytest.fixture
def work() -> Work:
    return some_work()


@pytest.fixture
def officer(work: Work, client: Client) -> Client:
    """Return the browser of an officer who is logged in."""
    client.force_login(work.officer)
    return client


@pytest.fixture(autouse=True)
def _pages_are_made_anew(settings: Settings) -> None:
    """No page is kept, so that how many have changed is never asked for."""
    settings.PUBLIC_PAGES_MB = 0
