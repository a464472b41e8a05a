"""What public pages read: series, a file, and the demonstration."""

from __future__ import annotations

import subprocess
import sys

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pledge_portal.database.acting import as_public
from pledges.demonstration import surveys as demonstration_surveys
from pledges.models import PublishedRound, PublishedShare, SurveyRound
from pledges.models.survey import AnsweringGroup, Grade, Measure
from pledges.surveys.reading import (
    FIGURES_HEADINGS,
    TrendPoint,
    Visibility,
    figures_file,
    published_rounds,
    trends,
)
from tests.builders import a_survey_round, some_sums
from tests.pledges.surveys.conftest import Place, published
from tests.served import environment_for

GIRLS, ALL = AnsweringGroup.GIRLS, AnsweringGroup.ALL


def rounds_of_three_years(place: Place) -> None:
    for year, sums in {
        2024: some_sums(smoking={"girls": 19, "boys": 13}),
        2022: some_sums(smoking={"girls": 2, "boys": 20}),
        2023: some_sums(smoking={}),
    }.items():
        published(a_survey_round(place.commitment, school_year=year, sums=sums))
    few = some_sums(
        answered={"all": 8}, smoking={}, alcohol={"all": 4}, narcotics_ever={}, narcotics_30_days={}
    )
    published(a_survey_round(place.commitment, school_year=2021, invited=20, sums=few))


@pytest.mark.django_db
def test_a_trend_goes_over_the_years_with_what_is_hidden_and_what_was_not_asked(
    place: Place,
) -> None:
    rounds_of_three_years(place)
    with as_public():
        result = trends(reversed(published_rounds(place.municipality)))
    assert [trend.measure for trend in result] == [
        Measure.SMOKING,
        Measure.ALCOHOL,
        Measure.NARCOTICS_EVER,
        Measure.NARCOTICS_30_DAYS,
    ]
    smoking = result[0]
    assert smoking.grade == Grade.NINE
    assert list(smoking.series) == [ALL, GIRLS, AnsweringGroup.BOYS]
    assert smoking.series[GIRLS] == [
        TrendPoint(2021, Visibility.HIDDEN),
        TrendPoint(2022, Visibility.HIDDEN, None, 38),
        TrendPoint(2023, Visibility.ABSENT),
        TrendPoint(2024, Visibility.SHOWN, 50, 38),
    ]
    assert smoking.series[ALL][1] == TrendPoint(2022, Visibility.SHOWN, 29, 77)


@pytest.mark.django_db
def test_a_file_says_of_hidden_shares_that_they_are_not_shown(place: Place) -> None:
    rounds_of_three_years(place)
    rows = [dict(zip(FIGURES_HEADINGS, row, strict=True)) for row in _rows(place)]
    first = rows[0]
    assert (first["lasar"], first["fraga"], first["andel_procent"]) == ("2021/22", "", "visas inte")
    hidden = [row for row in rows if row["lasar"] == "2022/23" and row["fraga"] == "röker"]
    assert [(row["grupp"], row["andel_procent"]) for row in hidden] == [
        ("alla", 29),
        ("flickor", "visas inte"),
        ("pojkar", "visas inte"),
    ]
    assert hidden[0]["svarsfrekvens_procent"] == 92


def _rows(place: Place) -> list[list[object]]:
    return list(figures_file(published_rounds(place.municipality)))


@pytest.mark.django_db
def test_reading_takes_two_questions_however_many_rounds(place: Place) -> None:
    rounds_of_three_years(place)
    with as_public(), CaptureQueriesContext(connection) as captured:
        result = published_rounds(place.municipality)
        list(figures_file(result))
        trends(result)
    assert len([query for query in captured if query["sql"].startswith('SELECT "')]) == 2


@pytest.mark.django_db
def test_the_demonstration_is_loaded_once_and_hides_some(place: Place) -> None:
    pledge = place.commitment.pledge
    assert demonstration_surveys.load_surveys(pledge, place.coordinator) == 6
    assert demonstration_surveys.load_surveys(pledge, place.coordinator) == 0
    assert SurveyRound.objects.filter(is_demonstration=True).count() == 6
    assert PublishedRound.objects.filter(is_demonstration=True, correction="").count() == 6
    hidden = PublishedShare.objects.filter(percent=None).count()
    assert 5 < hidden < PublishedShare.objects.count() / 3
    rows = [dict(zip(FIGURES_HEADINGS, row, strict=True)) for row in _rows(place)]
    assert {row["demonstration"] for row in rows} == {"ja"}
    newest = PublishedRound.objects.get(school_year=2025, grade="upper_2")
    assert {share.group for share in newest.shares.all()} == {"all"}
    assert newest.published_on.isoformat() == "2026-06-12"


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("SURVEY_SMALLEST_GROUP", "9", "SURVEY_SMALLEST_GROUP får vara lägst 10"),
        ("SURVEY_SMALLEST_CELL", "4", "SURVEY_SMALLEST_CELL får vara lägst 5"),
        ("SURVEY_SMALLEST_CELL", "11", "högst lika stort som SURVEY_SMALLEST_GROUP"),
        ("SURVEY_SMALLEST_GROUP", "20", ""),
    ],
)
def test_thresholds_can_be_raised_and_never_lowered(
    tmp_path: object, name: str, value: str, sentence: str
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import pledge_portal.settings"],
        cwd=settings.BASE_DIR,
        env=environment_for(tmp_path, **{name: value}),  # type: ignore[arg-type]
        capture_output=True,
        text=True,
        check=False,
    )
    assert (sentence in done.stderr) if sentence else done.returncode == 0, done.stderr
    assert bool(done.returncode) == bool(sentence)
