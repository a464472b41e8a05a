"""Two pledges that would collide are told at adopting.

Not when all have signed.
"""

from datetime import UTC, date, datetime

import pytest
from django.db import transaction

from pledge_portal.pages.refusals import Refused
from pledges import lifecycle
from pledges.models import Pledge
from pledges.writing import editing
from pledges.writing.adoption_checklist import Point, check
from tests.builders import a_municipality, a_pledge, sign

pytestmark = pytest.mark.django_db
NOW = datetime(2025, 12, 1, 9, tzinfo=UTC)


def points(pledge: Pledge) -> list[Point]:
    version = editing.latest_version(pledge, NOW)
    checked = check(pledge, version.contents, version.number, date(2025, 12, 1))
    return [point for point in [*checked.stops, *checked.notes] if "samma dag" in point.sentence]


def adopt(pledge: Pledge) -> None:
    with transaction.atomic():
        lifecycle.adopt(pledge, NOW, b"%PDF")


def two_drafts(*municipalities: object) -> tuple[Pledge, Pledge]:
    days = {"valid_from": date(2026, 1, 1), "valid_to": date(2026, 12, 31), "signed": False}
    first = a_pledge(municipalities[0], period="2026", title="Det ena", **days)
    return first, a_pledge(municipalities[-1], period="2026-2", title="Det andra", **days)


def test_the_second_of_two_drafts_is_told_before_anybody_signs() -> None:
    first, second = two_drafts(a_municipality())
    assert [(point.stops, "Det andra (2026-2)" in point.sentence) for point in points(first)] == [
        (False, True)
    ]
    adopt(first)
    assert [(point.stops, "Det ena (2026)" in point.sentence) for point in points(second)] == [
        (True, True)
    ]
    with pytest.raises(Refused, match="Det är Det ena"):
        adopt(second)
    lifecycle.take_back_adoption(first)
    adopt(second)
    sign(second, 2)
    with pytest.raises(Refused, match="Det är Det andra"):
        adopt(first)
    # One that was annulled before it began leaves the day free.
    lifecycle.annul(second, date(2025, 12, 20), "Fel text.", on=date(2025, 12, 20))
    adopt(first)
    sign(first, 2)
    assert first in Pledge.objects.in_force(date(2026, 3, 1))


def test_pledges_of_other_places_or_days_are_no_rivals() -> None:
    alvsbyn, pitea = a_municipality(), a_municipality("Piteå")
    first, second = two_drafts(alvsbyn, pitea)
    assert points(first) == []
    adopt(first)
    adopt(second)
    later = a_pledge(
        alvsbyn,
        signed=False,
        period="2027",
        valid_from=date(2026, 1, 2),
        valid_to=date(2027, 12, 31),
    )
    assert points(later) == []
    adopt(later)
