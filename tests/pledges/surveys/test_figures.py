"""Figures of surveys and their words agree, and say what they leave out."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from pledges.charts.kinds import LineChart
from pledges.charts.table import table
from pledges.charts.values import Hidden, Missing
from pledges.models.survey import Grade
from pledges.statistics.analysis.rates import Share
from pledges.surveys import presentation
from pledges.surveys.answer_chains import Answers, Group
from pledges.surveys.charts import gender_charts, survey_charts
from pledges.surveys.disclosure_rule import HiddenReason, Rule
from pledges.surveys.reading import published_rounds
from pledges.surveys.statistical_disclosure import publish
from tests.builders import a_survey_round, some_sums
from tests.pledges.surveys.conftest import Place, published

PAGE = "/alvsbyn/statistik/"


def charts_of(place: Place) -> list[LineChart]:
    return survey_charts(published_rounds(place.municipality))


def words(client: Client, page: str) -> str:
    content = client.get(page).content.decode()
    return " ".join(re.sub(r"<[^>]+>", " ", content).split()).replace("\xa0", " ")


@pytest.mark.django_db
def test_the_chart_draws_the_uncertainty_that_its_sentence_uses(place: Place) -> None:
    published(a_survey_round(place.commitment))
    chart = next(chart for chart in charts_of(place) if chart.key.endswith("narkotika"))
    (point,) = chart.series[0].points
    interval = Share.of_percent(32, 77).interval
    assert interval is not None
    assert point.value == 32
    assert (point.low, point.high) == (
        pytest.approx(100 * interval.lower),
        pytest.approx(100 * interval.upper),
    )
    assert "32 % av 77 elever" in chart.finding
    assert chart.interval == "osäkerhet (95 %)"


@pytest.mark.django_db
def test_a_chart_without_any_shown_share_is_not_drawn(place: Place, client: Client) -> None:
    few = {"girls": 1, "boys": 2}
    sums = some_sums(narcotics_ever=few, narcotics_30_days={"girls": 0, "boys": 1})
    published(a_survey_round(place.commitment, sums=sums))
    keys = {chart.key for chart in charts_of(place)}
    assert "drogvanor-arskurs-9-alkohol" in keys
    assert not any(key.endswith("narkotika") for key in keys)
    assert client.get(f"{PAGE}diagram/drogvanor-arskurs-9-narkotika.svg").status_code == 404
    by_gender = gender_charts(published_rounds(place.municipality), Grade.NINE)
    assert not any("narcotics" in chart.key for chart in by_gender)


@pytest.mark.django_db
def test_a_round_of_which_nothing_is_shown_has_words_and_no_chart(
    place: Place, client: Client
) -> None:
    few: dict[str, Any] = {
        "answered": {"girls": 4, "boys": 3},
        "smoking": {"girls": 1, "boys": 1},
        **{name: {} for name in ("alcohol", "narcotics_ever", "narcotics_30_days")},
    }
    published(a_survey_round(place.commitment, sums=some_sums(**few), invited=20))
    assert charts_of(place) == []
    assert "Ingen andel kan visas utan att peka ut någon" in words(client, PAGE)


@pytest.mark.django_db
def test_what_is_hidden_and_what_was_not_asked_say_so(place: Place) -> None:
    published(a_survey_round(place.commitment, school_year=2022, sums=some_sums(alcohol={})))
    few = {"narcotics_30_days": {"girls": 1, "boys": 2}}
    published(a_survey_round(place.commitment, sums=some_sums(**few)))
    charts = {chart.key.rpartition("-")[2]: chart for chart in charts_of(place)}
    first, second = charts["alkohol"].series[0].points
    assert first.value == Missing("inte frågat")
    assert isinstance(charts["narkotika"].series[1].points[1].value, Hidden)
    assert str(table(charts["alkohol"]).rows[0][1]) == "inte frågat"
    assert second.low is not None


@pytest.mark.django_db
def test_the_response_rate_says_that_it_is_the_least(place: Place, client: Client) -> None:
    """Pupils of another gender are counted only when they are enough."""
    published(a_survey_round(place.commitment))
    text = words(client, f"{PAGE}drogvanor/")
    assert "Minst 77 av 84 elever i årskursen svarade (92 procent)." in text
    assert "De som svarade annat eller inte uppgav kön räknas inte in när de är för få" in text
    assert "annat eller inte uppgett kön, när de är för få" in client.get(
        f"{PAGE}drogvanor.csv"
    ).content.decode("utf-8-sig")


@pytest.mark.django_db
def test_the_response_rate_of_all_together_is_told_as_it_is(place: Place, client: Client) -> None:
    rows = {
        name: {"all": number}
        for name, number in (("answered", 70), ("smoking", 20), ("alcohol", 30))
    }
    sums = some_sums(**rows, narcotics_ever={}, narcotics_30_days={})
    published(a_survey_round(place.commitment, sums=sums))
    assert "70 av 84 elever i årskursen svarade (83 procent)." in words(client, f"{PAGE}drogvanor/")
    assert "Minst 70" not in words(client, f"{PAGE}drogvanor/")


def reason(answered: int, ever: int, lately: int, question: str) -> HiddenReason | None:
    answers = Answers(
        {Group.ALL: answered},
        {"ever": {Group.ALL: ever}, "lately": {Group.ALL: lately}},
        (("ever", "lately"),),
    )
    return publish(answers, Rule(10, 5)).shares[question, Group.ALL].reason


@pytest.mark.parametrize(
    ("numbers", "question", "expected"),
    [
        ((30, 10, 3), "lately", HiddenReason.FEW_YES),
        ((30, 10, 8), "lately", HiddenReason.FEW_BETWEEN),
        ((15, 6, 6), "lately", HiddenReason.NONE_BETWEEN),
        ((30, 27, 10), "ever", HiddenReason.FEW_NO),
        ((30, 27, 10), "lately", HiddenReason.WIDER_HIDDEN),
        ((15, 0, 0), "ever", HiddenReason.ALL_ALIKE),
        ((30, 10, 5), "ever", None),
    ],
)
def test_each_reason_is_the_real_one(
    numbers: tuple[int, int, int], question: str, expected: HiddenReason | None
) -> None:
    assert reason(*numbers, question) == expected


def test_every_reason_has_its_words() -> None:
    texts = {presentation.reason_text(reason) for reason in HiddenReason}
    assert len(texts) == len(HiddenReason)
