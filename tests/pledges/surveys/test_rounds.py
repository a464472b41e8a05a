"""What can be so of a round, and what is stored of it."""

from __future__ import annotations

from typing import Any

import pytest

from pledge_portal.pages.refusals import ChangedMeanwhile, Refused
from pledges.models import Commitment, SurveyCount, SurveyGroup, SurveyRound
from pledges.surveys import rounds
from pledges.surveys.rounds import QuestionsLeft
from tests.builders import a_municipality, a_pledge, some_sums
from tests.pledges.surveys.conftest import NOW, Place, published

pytestmark = pytest.mark.django_db

ALL = {"answered": {"all": 77}, "smoking": {}, "alcohol": {}, "narcotics_ever": {},
       "narcotics_30_days": {}}  # fmt: skip


def save(place: Place, *, is_sure: bool = False, **fields: Any) -> SurveyRound:
    return rounds.save(place.entry(**fields), is_sure=is_sure, by=None, at=NOW)


def refusal(place: Place, **fields: Any) -> dict[str, str]:
    with pytest.raises(Refused) as refused:
        save(place, **fields)
    assert not SurveyRound.objects.exists()
    return refused.value.faults


def test_a_round_is_stored_with_its_sums(place: Place) -> None:
    stored = save(place, note="  Svarsfrekvensen är hög. ")
    survey_round = SurveyRound.objects.with_sums().get(pk=stored.pk)
    assert rounds.sums_of(survey_round) == some_sums()
    assert survey_round.note == "Svarsfrekvensen är hög."
    assert (survey_round.version, survey_round.invited) == (1, 84)


def test_all_pupils_together_are_enough(place: Place) -> None:
    stored = save(place, sums=some_sums(**{**ALL, "snus": {"all": 20}}))
    assert rounds.sums_of(stored).total == 77
    assert SurveyCount.objects.get().yes == 20


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"answered": {}}, "answered-girls", "Fyll i hur många som svarade: flickor och pojkar"),
        ({"answered": {"girls": 38}}, "answered-boys", "Svarade, pojkar: fyll i hur många"),
        (
            {"answered": {"girls": 38, "boys": 39, "all": 77}},
            "answered-all",
            "Fyll i svaren efter kön eller bara kolumnen Alla, inte båda.",
        ),
        (
            {"smoking": {"girls": 39, "boys": 6}},
            "smoking-girls",
            "Röker, flickor: 39 är fler än de 38 som svarade.",
        ),
        ({"snus": {"girls": 4}}, "snus-boys", "Snusar, pojkar: talet saknas."),
        (
            {"snus": {"girls": 4, "boys": 5, "other": 1}},
            "snus-other",
            "Snusar, annat eller inte uppgett: raden Svarade är tom i den kolumnen.",
        ),
        (
            {"narcotics_30_days": {"girls": 13, "boys": 7}},
            "narcotics_30_days-girls",
            "Har använt narkotika de senaste 30 dagarna, flickor: 13 är fler än de 12 på raden "
            "”Har någon gång använt narkotika”.",
        ),
        (
            {"answered": {"girls": 45, "boys": 40}},
            "invited",
            "85 svarade, men det fanns bara 84 elever i årskursen.",
        ),
        (
            {"answered": {"girls": 38, "boys": 1_000_000}},
            "answered-boys",
            "Svarade, pojkar: skriv ett tal från 0 till 100000.",
        ),
        ({"smoking": {"girls": -1, "boys": 6}}, "smoking-girls", "Röker, flickor: skriv ett tal"),
    ],
)
def test_numbers_that_cannot_be_are_named_by_row_and_column(
    place: Place, changes: dict[str, dict[str, int]], field: str, sentence: str
) -> None:
    assert refusal(place, sums=some_sums(**changes))[field].startswith(sentence)


def test_a_round_without_any_question_is_refused(place: Place) -> None:
    assert "minst en fråga" in refusal(place, sums=some_sums(**ALL))[""]


@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [
        ({"school_year": 2026}, "school_year", "Läsåret har inte börjat än."),
        ({"school_year": 1989}, "school_year", "Läsåret ska vara 1990/91 eller senare."),
        ({"grade": "grade_4"}, "grade", "Välj en årskurs."),
        ({"invited": 0}, "invited", "Antalet elever ska vara från 1 till 100000."),
    ],
)
def test_a_round_of_no_possible_pupils_is_refused(
    place: Place, fields: dict[str, Any], field: str, sentence: str
) -> None:
    assert refusal(place, **fields)[field] == sentence


def test_the_running_school_year_begins_in_august(place: Place) -> None:
    assert save(place, school_year=2025).school_year == 2025


def test_a_round_belongs_to_a_survey_in_a_signed_pledge_of_its_municipality(place: Place) -> None:
    elsewhere = a_municipality("Arvika")
    assert "target" in refusal(place, municipality=elsewhere)
    surveying = {"kind": "drug_habit_survey", "target_shape": "none"}
    draft = a_pledge(elsewhere, signed=False, period="2030", commitment=surveying)
    unsigned = draft.commitments.first()
    assert "target" in refusal(place, municipality=elsewhere, commitment=unsigned)
    other = a_pledge(elsewhere).commitments.first()
    assert "target" in refusal(place, municipality=elsewhere, commitment=other)
    assert Commitment.objects.filter(kind="drug_habit_survey").count() > 1


def test_pupils_are_asked_once(place: Place) -> None:
    save(place)
    with pytest.raises(Refused) as refused:
        save(place)
    assert refused.value.faults == {
        "school_year": "Det finns redan en omgång för årskurs 9 läsåret 2024/25. Ändra den i "
        "stället."
    }


@pytest.mark.parametrize(
    ("fields", "question"),
    [
        ({"invited": 300}, "Bara 77 av 300 elever svarade, färre än en tredjedel."),
        (
            {"sums": some_sums(narcotics_ever={"girls": 23, "boys": 13})},
            "Har någon gång använt narkotika, flickor: 61 % är ovanligt mycket.",
        ),
    ],
)
def test_what_is_likely_wrong_is_asked_about(
    place: Place, fields: dict[str, Any], question: str
) -> None:
    with pytest.raises(QuestionsLeft) as refused:
        save(place, **fields)
    assert refused.value.questions == [question]
    assert not SurveyRound.objects.exists()
    assert save(place, is_sure=True, **fields)


def test_just_a_third_and_just_sixty_per_cent_are_not_asked_about(place: Place) -> None:
    half = {"answered": {"girls": 40, "boys": 40}, "narcotics_ever": {"girls": 24, "boys": 24}}
    assert save(place, invited=240, sums=some_sums(**half))


def test_a_change_keeps_what_stays_and_takes_away_what_is_gone(place: Place) -> None:
    stored = save(place)
    girls = SurveyGroup.objects.get(group="girls")
    stored_count = SurveyCount.objects.get(group=girls, measure="smoking")
    sums = some_sums(alcohol={}, snus={"girls": 9, "boys": 9})
    changed = rounds.save(
        place.entry(sums=sums), changes=stored, version=1, is_sure=False, by=None, at=NOW
    )
    assert changed.version == 2
    assert rounds.sums_of(SurveyRound.objects.with_sums().get()) == sums
    assert SurveyCount.objects.get(group=girls, measure="smoking").pk == stored_count.pk
    assert not SurveyCount.objects.filter(measure="alcohol").exists()
    together = some_sums(**{**ALL, "snus": {"all": 20}})
    rounds.save(
        place.entry(sums=together), changes=stored, version=2, is_sure=False, by=None, at=NOW
    )
    assert rounds.sums_of(SurveyRound.objects.with_sums().get()) == together


def test_saving_the_same_changes_nothing(place: Place) -> None:
    stored = save(place)
    again = rounds.save(place.entry(), changes=stored, version=1, is_sure=False, by=None, at=NOW)
    assert again.version == 1


def test_a_change_of_what_somebody_else_has_changed_is_refused(place: Place) -> None:
    stored = save(place)
    rounds.save(place.entry(invited=90), changes=stored, version=1, is_sure=False, by=None, at=NOW)
    with pytest.raises(ChangedMeanwhile):
        rounds.save(
            place.entry(invited=95), changes=stored, version=1, is_sure=False, by=None, at=NOW
        )
    assert SurveyRound.objects.get().invited == 90


def test_a_round_never_published_can_be_deleted(place: Place) -> None:
    rounds.delete(save(place), version=1)
    assert not SurveyRound.objects.exists()
    assert not SurveyCount.objects.exists()


def test_a_round_that_was_published_stays_what_it_is_of(place: Place) -> None:
    stored = save(place)
    published(stored)
    with pytest.raises(Refused, match="kan inte kastas"):
        rounds.delete(stored, version=1)
    for fields, field in (
        ({"school_year": 2023}, "school_year"),
        ({"grade": "upper_2"}, "grade"),
    ):
        with pytest.raises(Refused) as refused:
            rounds.save(
                place.entry(**fields), changes=stored, version=1, is_sure=False, by=None, at=NOW
            )
        assert "Omgången har varit publicerad" in refused.value.faults[field]
