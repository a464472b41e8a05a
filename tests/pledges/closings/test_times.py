"""What published follow-ups close, and what they leave open."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from pledge_portal.database.acting import as_public
from pledge_portal.pages.refusals import Refused
from pledges.closings.times import closed_by, closed_times
from pledges.follow_ups import rules as follow_up_rules
from pledges.models import Assessment, FollowUp, Pledge
from pledges.progress import ClosedTime
from tests.builders import a_follow_up, a_pledge

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 23)
OTHER = {"kind": "other"}
FIRST_HALF = {
    "first_day": date(2025, 1, 1),
    "last_day": date(2025, 6, 30),
    "meeting_on": date(2025, 9, 17),
}


def stretches(pledge: Pledge, on: date = TODAY) -> dict[int, list[tuple[date, date]]]:
    """Return the closed time of each commitment, by its number."""
    times = closed_times([pledge], on)
    return {
        commitment.number: [(time.first, time.last) for time in times[commitment.pk]]
        for commitment in pledge.commitments.all()
        if commitment.pk in times
    }


def left(pledge: Pledge, *numbers: int) -> FollowUp:
    """Begin a follow-up in which only these commitments are assessed."""
    at = datetime(2025, 10, 1, 12, tzinfo=UTC)
    follow_up = follow_up_rules.open_follow_up(pledge, **FIRST_HALF, by=None, at=at)
    texts = dict.fromkeys(follow_up_rules.TEXTS, "") | {"verdict": "kept"}
    for assessment in follow_up.assessments.filter(commitment__number__in=numbers):
        follow_up_rules.assess(assessment, texts, version=1)
    follow_up_rules.leave_the_rest(follow_up)
    return follow_up


def test_a_published_follow_up_closes_its_time_and_a_draft_none() -> None:
    pledge = a_pledge(commitments=2, commitment=OTHER)
    a_follow_up(pledge)
    a_follow_up(pledge, published=False, **FIRST_HALF)
    half = [(date(2024, 7, 1), date(2024, 12, 31))]
    assert stretches(pledge) == {1: half, 2: half}
    with as_public():
        assert stretches(pledge) == {1: half, 2: half}


def test_what_is_not_assessed_stays_open() -> None:
    pledge = a_pledge(commitments=3, commitment=OTHER)
    a_follow_up(pledge, verdict="not_assessed")
    assert stretches(pledge) == {}


def test_it_is_closed_from_the_day_that_it_was_published() -> None:
    pledge = a_pledge(commitments=1, commitment=OTHER)
    a_follow_up(pledge)
    assert stretches(pledge, date(2025, 9, 30)) == {}
    [[time]] = closed_times([pledge], date(2025, 10, 1)).values()
    assert time == ClosedTime(
        date(2024, 7, 1),
        date(2024, 12, 31),
        date(2025, 10, 1),
        "uppföljningen den 12 februari 2025",
        is_by_follow_up=True,
    )


def test_no_day_is_closed_before_it_is_over() -> None:
    follow_up = FollowUp(
        first_day=date(2025, 1, 1), last_day=date(2025, 6, 30), meeting_on=date(2025, 6, 30)
    )
    time = closed_by(follow_up, date(2025, 6, 30))
    assert time is not None
    assert time.last == date(2025, 6, 29)
    assert closed_by(follow_up, date(2025, 1, 1)) is None


def test_all_pledges_cost_two_queries(django_assert_num_queries: object) -> None:
    pledges = [
        a_pledge(commitment=OTHER),
        a_pledge(
            period="2026-2028",
            valid_from=date(2026, 1, 1),
            valid_to=date(2028, 12, 31),
            commitment=OTHER,
        ),
    ]
    for pledge in pledges[:1]:
        a_follow_up(pledge)
    with django_assert_num_queries(2):  # type: ignore[operator]
        closed_times(pledges, TODAY)


# A follow-up about some of the commitments


def test_the_rest_is_left_for_another_time_by_one_click() -> None:
    pledge = a_pledge(commitments=3, commitment=OTHER)
    follow_up = left(pledge, 2)
    assert list(follow_up.assessments.values_list("verdict", flat=True)) == [
        "not_assessed",
        "kept",
        "not_assessed",
    ]
    assert follow_up_rules.lacking(follow_up, TODAY) == []
    follow_up_rules.submit(follow_up, datetime(2025, 10, 1, 12, tzinfo=UTC))
    with pytest.raises(Refused, match="granskas"):
        follow_up_rules.leave_the_rest(follow_up)


# Secret kinds


def test_nothing_is_said_of_a_secret_kind_while_its_period_runs() -> None:
    pledge = a_pledge(commitments=1)
    a_follow_up(pledge, **FIRST_HALF)
    assert Assessment.objects.get().verdict == "not_assessed"
    assert Assessment.objects.get().figures is None
    assert stretches(pledge) == {}


def test_a_secret_kind_can_not_be_assessed_after_all_in_its_running_period() -> None:
    pledge = a_pledge(commitments=1)
    follow_up = left(pledge)
    Assessment.objects.update(verdict="kept")
    with pytest.raises(Refused, match="hemligt tills dess period är slut"):
        follow_up_rules.submit(follow_up, datetime(2025, 12, 31, 12, tzinfo=UTC))
    follow_up_rules.submit(follow_up, datetime(2026, 1, 1, 12, tzinfo=UTC))


def test_a_secret_kind_is_assessed_once_its_period_is_over() -> None:
    pledge = a_pledge(commitments=1)
    a_follow_up(pledge, verdict="not_kept", reason="Hunden var sjuk")
    assert Assessment.objects.get().verdict == "not_kept"
    assert stretches(pledge) == {1: [(date(2024, 7, 1), date(2024, 12, 31))]}
