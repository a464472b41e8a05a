"""What the tests of surveys share.

A pledge with a survey, and people of both sides.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from pledge_portal.accounts.models import Role, User
from pledges.models import Commitment, Municipality, SurveyRound
from pledges.surveys import publishing
from pledges.surveys.rounds import RoundEntry
from pledges.surveys.sums import Sums
from tests.builders import SURVEYING, a_person, a_pledge, some_sums

NOW = datetime(2025, 9, 1, 12, tzinfo=UTC)
TODAY = date(2025, 9, 1)


@dataclass
class Place:
    """A municipality with a commitment about surveys, and its people."""

    commitment: Commitment
    municipality: Municipality
    coordinator: User
    editor: User
    officer: User

    def entry(self, **fields: Any) -> RoundEntry:
        """Return what a person says of a round: year 9 of 2024/25, 84 pupils."""
        defaults: dict[str, Any] = {
            "commitment": self.commitment,
            "municipality": self.municipality,
            "school_year": 2024,
            "grade": "grade_9",
            "invited": 84,
            "sums": some_sums(),
        }
        return RoundEntry(**{**defaults, **fields})

    def typed(self, sums: Sums | None = None, **fields: Any) -> dict[str, Any]:
        """Return what a filled-in form sends."""
        return {
            "version": 1,
            "target": f"{self.commitment.pk}-{self.municipality.pk}",
            "school_year": 2024,
            "grade": "grade_9",
            "invited": 84,
            "method": "web_at_school",
            "instrument": "",
            "note": "",
            **(sums or some_sums()).cells(),
            **fields,
        }


def published(survey_round: SurveyRound, reason: str = "Rättat") -> Any:
    """Publish a round on the tests' day, of other pupils than any alike."""
    return publishing.publish(
        survey_round, reason=reason, is_sure=True, by=None, at=NOW, today=TODAY
    )


@pytest.fixture
def place() -> Place:
    pledge = a_pledge(commitments=1, commitment=SURVEYING)
    municipality = pledge.municipalities.get()
    return Place(
        pledge.commitments.get(),
        municipality,
        a_person("samordnare@example.se", Role.COORDINATOR, municipality),
        a_person("redaktor@example.se", Role.EDITOR, municipality),
        a_person("polis@example.se", Role.OFFICER, pledge.police_area),
    )


@pytest.fixture
def coordinator(place: Place, client: Client) -> Client:
    """Return the browser of a coordinator who is logged in."""
    client.force_login(place.coordinator)
    return client


@pytest.fixture(autouse=True)
def _pages_are_made_anew(settings: Settings) -> None:
    settings.PUBLIC_PAGES_MB = 0
