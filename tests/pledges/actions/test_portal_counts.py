"""What the portal itself does counts by itself, and once."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from pledge_portal.accounts.models import Role
from pledges.actions import recording
from pledges.actions.portal_counts import Disagreement, disagreements
from pledges.actions.presentation import disagreement_text
from pledges.actions.recording import faults
from pledges.actions.tallies import counted_tallies, public_tallies_of, reported_in_public
from pledges.lifecycle import standing
from pledges.models import Commitment, CompletedAction, PublishedRound
from pledges.progress import Verdict
from pledges.surveys import publishing
from tests.builders import (
    a_follow_up,
    a_municipality,
    a_person,
    a_pledge,
    a_survey_round,
    an_action,
    an_entry,
)
from tests.pledges.actions.test_recording_pages import words
from tests.pledges.decisions.test_correcting import corrected

pytestmark = pytest.mark.django_db

TODAY = date(2025, 10, 20)
A_SURVEY = {
    "kind": "drug_habit_survey",
    "target_amount": 1,
    "target_period": "school_year",
    "target_unit": "undersökning",
}
A_FOLLOW_UP = {
    "kind": "follow_up",
    "target_amount": 2,
    "target_period": "year",
    "target_unit": "uppföljningar",
}


def the_commitment(**fields: Any) -> Commitment:
    pledge = a_pledge(commitments=1, commitment=fields)
    return pledge.commitments.select_related("pledge").get()


def a_published_round(
    commitment: Commitment, school_year: int, published_on: date, **fields: Any
) -> PublishedRound:
    survey_round = a_survey_round(commitment, school_year=school_year, **fields)
    at = datetime.combine(published_on, time(12), UTC)
    return publishing.publish(survey_round, is_sure=True, by=None, at=at, today=published_on)


def sums(commitment: Commitment, on: date = TODAY) -> list[tuple[date, int]]:
    """Return the days and amounts that the public counts."""
    tallies = public_tallies_of([commitment.pledge], on).get(commitment.pk, [])
    return sorted((tally.first, tally.amount) for tally in tallies)


# Surveys


def test_a_published_round_counts_in_its_school_year_from_the_day_it_is_published() -> None:
    survey = the_commitment(**A_SURVEY)
    a_published_round(survey, 2024, date(2025, 3, 10))
    assert sums(survey, date(2025, 3, 9)) == []
    assert sums(survey, date(2025, 3, 10)) == [(date(2025, 3, 10), 1)]
    so_far = reported_in_public([survey.pledge], TODAY).progress(
        survey, standing(survey.pledge, TODAY)
    )
    row = next(row for row in so_far.rows if row.span.first == date(2024, 8, 1))
    assert (row.done, row.verdict) == (1, Verdict.REACHED)
    assert counted_tallies([survey.pledge])[survey.pk][0].amount == 1


def test_one_published_after_its_school_year_counts_on_the_years_last_day() -> None:
    survey = the_commitment(**A_SURVEY)
    a_published_round(survey, 2023, date(2024, 11, 1))
    assert sums(survey) == [(date(2024, 7, 31), 1)]


def test_a_draft_round_counts_nothing() -> None:
    survey = the_commitment(**A_SURVEY)
    a_survey_round(survey)
    assert sums(survey) == []
    assert counted_tallies([survey.pledge]) == {}


def test_a_round_from_before_the_pledge_counts_nothing() -> None:
    survey = the_commitment(**A_SURVEY)
    a_published_round(survey, 2021, date(2023, 2, 1))
    assert sums(survey) == []


@pytest.mark.parametrize(("promised", "counted"), [(1, 1), (2, 2)])
def test_two_years_of_school_are_one_survey_unless_more_are_promised(
    promised: int, counted: int
) -> None:
    survey = the_commitment(**{**A_SURVEY, "target_amount": promised})
    a_published_round(survey, 2024, date(2025, 3, 10))
    a_published_round(survey, 2024, date(2025, 4, 10), grade="upper_2")
    assert sums(survey) == [(date(2025, 3, 10), counted)]


@pytest.mark.parametrize(
    ("target", "counted"),
    [
        ({"target_amount": 3, "target_period": "whole"}, [1, 1, 1]),
        ({"target_amount": 6, "target_period": "whole"}, [2, 2, 2]),
        (
            {
                "target_amount": 2,
                "target_period": "own",
                "target_first": date(2023, 8, 1),
                "target_last": date(2025, 7, 31),
            },
            [1, 1, 1],
        ),
    ],
)
def test_three_surveys_in_three_years_are_three_however_many_years_of_school_each_asked(
    target: dict[str, Any], counted: list[int]
) -> None:
    survey = the_commitment(**A_SURVEY)
    for year in (2022, 2023, 2024):
        for grade in ("grade_9", "upper_2"):
            a_published_round(survey, year, date(year + 1, 3, 10), grade=grade)
    assert [amount for _day, amount in sums(survey)] == [1, 1, 1]
    corrected(survey, **target, corrected_on=date(2025, 9, 1))
    assert [amount for _day, amount in sums(survey)] == counted


def test_rounds_count_against_the_target_that_was_corrected() -> None:
    survey = the_commitment(**{**A_SURVEY, "target_amount": 2})
    a_published_round(survey, 2024, date(2025, 3, 10))
    a_published_round(survey, 2024, date(2025, 4, 10), grade="upper_2")
    corrected(survey, target_amount=1, corrected_on=date(2025, 9, 1))
    assert sums(survey, date(2025, 8, 31)) == [(date(2025, 3, 10), 2)]
    assert sums(survey) == [(date(2025, 3, 10), 1)]


def test_follow_ups_count_when_the_target_was_corrected_to_what_is_counted() -> None:
    shared = {
        "target_shape": "coverage",
        "target_of": 4,
        "target_period": "",
        "target_amount": None,
    }
    follows_up = the_commitment(**{**A_FOLLOW_UP, **shared})
    a_follow_up(follows_up.pledge)
    assert sums(follows_up) == []
    counted = {**A_FOLLOW_UP, "target_shape": "count", "target_of": None}
    del counted["kind"]
    corrected(follows_up, **counted, corrected_on=date(2025, 9, 1))
    assert [amount for _day, amount in sums(follows_up)] == [1]


def test_a_round_and_an_action_of_the_same_school_year_count_once() -> None:
    survey = the_commitment(**A_SURVEY)
    an_action(survey, done_on=date(2024, 10, 1), amount=2)
    an_action(survey, done_on=date(2024, 3, 1))
    assert sums(survey) == [(date(2024, 3, 1), 1), (date(2024, 10, 1), 2)]
    a_published_round(survey, 2024, date(2025, 3, 10))
    assert sums(survey) == [(date(2024, 3, 1), 1), (date(2025, 3, 10), 1)]


def test_the_survey_of_another_municipality_takes_nothing_from_ones_own() -> None:
    both = [a_municipality(), a_municipality("Piteå")]
    pledge = a_pledge(both, commitments=1, commitment=A_SURVEY)
    survey = pledge.commitments.select_related("pledge").get()
    an_action(survey, done_on=date(2024, 10, 1), municipality=both[1])
    a_published_round(survey, 2024, date(2025, 3, 10), municipality=both[0])
    assert sums(survey) == [(date(2024, 10, 1), 1), (date(2025, 3, 10), 1)]


def test_a_survey_over_two_school_years_is_to_be_split() -> None:
    survey = the_commitment(**{**A_SURVEY, "target_period": "whole"})
    entry = an_entry(survey, done_on=date(2024, 6, 1), last_day=date(2024, 9, 1))
    assert "31 juli 2024" in faults(entry, TODAY)["last_day"]


# Follow-ups


def test_a_follow_up_counts_by_the_time_that_it_is_about_and_a_draft_not_at_all() -> None:
    following = the_commitment(**A_FOLLOW_UP)
    a_follow_up(following.pledge)
    draft = {"first_day": date(2025, 1, 1), "last_day": date(2025, 6, 30)}
    a_follow_up(following.pledge, published=False, meeting_on=date(2025, 8, 20), **draft)
    assert sums(following) == [(date(2024, 12, 31), 1)]
    assert len(counted_tallies([following.pledge])[following.pk]) == 1


@pytest.mark.parametrize("days", [(date(2025, 2, 12), None), (date(2025, 2, 1), date(2025, 2, 28))])
def test_a_follow_up_and_an_action_of_its_meeting_count_once(
    days: tuple[date, date | None],
) -> None:
    following = the_commitment(**A_FOLLOW_UP)
    an_action(following, done_on=days[0], last_day=days[1])
    an_action(following, done_on=date(2024, 10, 3))
    a_follow_up(following.pledge)
    assert sums(following) == [(date(2024, 10, 3), 1), (date(2024, 12, 31), 1)]


def test_a_follow_up_counts_from_the_day_that_it_is_published() -> None:
    following = the_commitment(**A_FOLLOW_UP)
    a_follow_up(following.pledge)
    assert sums(following, date(2025, 9, 30)) == []
    assert sums(following, date(2025, 10, 1)) == [(date(2024, 12, 31), 1)]


# Both


@pytest.mark.parametrize("kind", ["cooperation", "other", "drug_dog_search"])
def test_commitments_of_other_kinds_count_neither(kind: str) -> None:
    other = the_commitment(**{**A_FOLLOW_UP, "kind": kind})
    a_follow_up(other.pledge)
    assert sums(other) == []


@pytest.mark.parametrize("shape", ["on_demand", "coverage"])
def test_a_share_of_a_whole_is_not_known_to_the_portal(shape: str) -> None:
    unit = {"target_unit": "klasser"} if shape == "coverage" else {}
    survey = the_commitment(kind="drug_habit_survey", target_shape=shape, **unit)
    a_published_round(survey, 2024, date(2025, 3, 10))
    assert sums(survey) == []


def test_it_is_all_one_query() -> None:
    survey = the_commitment(**A_SURVEY)
    a_published_round(survey, 2024, date(2025, 3, 10))
    an_action(survey, done_on=date(2023, 10, 1))
    with CaptureQueriesContext(connection) as queries:
        public_tallies_of([survey.pledge], TODAY)
    assert len(queries) == 1


def test_whoever_records_is_told_where_the_numbers_differ(client: Client) -> None:
    survey = the_commitment(**A_SURVEY)
    an_action(survey, done_on=date(2024, 10, 1), amount=2)
    an_action(survey, done_on=date(2023, 10, 1), amount=1)
    assert disagreements([survey]) == []
    a_published_round(survey, 2024, date(2025, 3, 10))
    a_published_round(survey, 2023, date(2024, 3, 10))
    assert disagreements([survey]) == [Disagreement(survey, 2024, None, 1, 2)]
    coordinator = a_person(
        "samordnare@example.se", Role.COORDINATOR, survey.pledge.municipalities.get()
    )
    client.force_login(coordinator)
    page = words(client.get("/arbetsyta/"))
    sentence = "läsåret 2024/25 räknas som 1, men insatserna säger 2. Omgångens antal gäller"
    assert sentence in page
    action = CompletedAction.objects.get(amount=2)
    recording.strike_out(action, version=1, reason="Dubbelt", by=None, at=timezone.now())
    assert sentence not in words(client.get("/arbetsyta/"))


def test_whoever_records_is_told_where_a_meeting_was_counted_twice() -> None:
    following = the_commitment(**A_FOLLOW_UP)
    an_action(following, done_on=date(2025, 2, 12), amount=2)
    a_follow_up(following.pledge)
    [disagreement] = disagreements([following])
    assert disagreement == Disagreement(following, 2024, date(2025, 2, 12), 1, 2)
    assert "Uppföljningen den 12 februari 2025 räknas som 1" in disagreement_text(disagreement)


def test_the_form_says_what_counts_by_itself(client: Client) -> None:
    survey = the_commitment(**A_SURVEY)
    client.force_login(a_person("polis@example.se", Role.OFFICER, survey.pledge.police_area))
    page = words(client.get(f"/arbetsyta/insatser/ny/{survey.pk}/"))
    assert "En publicerad omgång av drogvaneundersökningen räknas av sig själv." in page
