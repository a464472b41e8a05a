"""What reaches the public of a round, and what never does."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from pytest_django.fixtures import Settings

from pledge_portal.database.acting import as_public
from pledge_portal.pages.refusals import ChangedMeanwhile, Refused
from pledges.models import PublishedRound, PublishedShare, SurveyPublication, SurveyRound
from pledges.surveys import presentation as survey_presentation
from pledges.surveys import publishing, rounds
from pledges.surveys.disclosure_rule import HiddenReason
from pledges.surveys.publishing import State
from pledges.surveys.rounds import QuestionsLeft
from pledges.surveys.sums import Sums
from pledges.surveys.thresholds import apply_thresholds
from tests.builders import a_survey_round, some_sums
from tests.pledges.surveys.conftest import NOW, TODAY, Place, published

pytestmark = pytest.mark.django_db


def reread(survey_round: SurveyRound) -> SurveyRound:
    return publishing.with_publications(SurveyRound.objects.all()).get(uid=survey_round.uid)


def change(place: Place, survey_round: SurveyRound, **fields: Any) -> SurveyRound:
    now = reread(survey_round)
    return rounds.save(
        place.entry(**fields), changes=now, version=now.version, is_sure=True, by=None, at=NOW
    )


def public_content() -> tuple[Any, ...]:
    """Return all that the public can read of surveys, as its own role."""
    with as_public():
        round_rows = list(PublishedRound.objects.public().values())
        shares = sorted(
            PublishedShare.objects.values_list("measure", "group", "answered", "percent"),
            key=str,
        )
    return round_rows, shares


def state(survey_round: SurveyRound) -> State:
    return publishing.state(reread(survey_round))


def test_the_public_reads_what_the_preview_showed(place: Place) -> None:
    survey_round = reread(a_survey_round(place.commitment))
    current = publishing.preview(survey_round)
    assert current.published is not None
    row, shares = publishing.public_part(survey_round, current.published)
    published(survey_round)
    with as_public():
        public = PublishedRound.objects.public().get()
        stored = list(public.shares.all())
    assert survey_presentation.shares_view(stored) == survey_presentation.shares_view(shares)
    assert (public.answered, public.response_rate) == (row.answered, row.response_rate) == (77, 92)
    assert (public.published_on, public.corrected_on) == (TODAY, None)
    percent_by_cell = {(s.measure, s.group): s.percent for s in stored}
    assert percent_by_cell["smoking", "girls"] == 18
    assert percent_by_cell["smoking", "all"] == 17


def test_who_is_in_no_group_that_is_shown_changes_nothing_that_is_public(place: Place) -> None:
    survey_round = a_survey_round(place.commitment)
    published(survey_round)
    before = public_content()
    for others in ({"other": 1}, {"other": 7}):
        rows = {"answered": others, "smoking": {"other": 1}, "alcohol": {"other": 1},
                "narcotics_ever": {"other": 1}, "narcotics_30_days": {"other": 0}}  # fmt: skip
        base = some_sums().as_json()
        merged = {
            name: {**(base["answered"] if name == "answered" else base["yes"][name]), **extra}
            for name, extra in rows.items()
        }
        change(place, survey_round, sums=some_sums(**merged))
        published(survey_round)
        assert public_content() == before


def test_a_hidden_number_that_is_changed_changes_nothing_that_is_public(place: Place) -> None:
    few = {"smoking": {"girls": 2, "boys": 20}}
    survey_round = a_survey_round(place.commitment, sums=some_sums(**few))
    published(survey_round)
    before = public_content()
    assert ("smoking", "girls", 38, None) in before[1]
    change(place, survey_round, sums=some_sums(smoking={"girls": 3, "boys": 19}))
    published(survey_round)
    assert public_content() == before
    assert SurveyPublication.objects.count() == 2
    assert state(survey_round) == State.PUBLISHED


def test_a_change_is_public_when_it_is_published_again_with_a_reason(place: Place) -> None:
    survey_round = a_survey_round(place.commitment)
    published(survey_round)
    before = public_content()
    change(place, survey_round, sums=some_sums(smoking={"girls": 20, "boys": 6}))
    assert state(survey_round) == State.CHANGED
    assert public_content() == before
    with pytest.raises(Refused, match="Skriv varför"):
        published(survey_round, reason="  ")
    public = published(survey_round, reason="Två klasser saknades i summan")
    assert (public.corrected_on, public.correction) == (TODAY, "Två klasser saknades i summan")
    assert PublishedShare.objects.get(measure="smoking", group="girls").percent == 53
    assert state(survey_round) == State.PUBLISHED


def test_the_first_time_needs_no_reason_and_keeps_none(place: Place) -> None:
    published(a_survey_round(place.commitment), reason="Spelar ingen roll")
    assert SurveyPublication.objects.get().reason == ""
    assert PublishedRound.objects.get().correction == ""


def test_a_comment_alone_is_a_change_too(place: Place) -> None:
    survey_round = a_survey_round(place.commitment)
    published(survey_round)
    change(place, survey_round, note="Enkäten gjordes i mars.")
    assert state(survey_round) == State.CHANGED
    published(survey_round)
    assert PublishedRound.objects.get().note == "Enkäten gjordes i mars."


def test_publishing_what_is_published_does_nothing(place: Place) -> None:
    survey_round = a_survey_round(place.commitment)
    published(survey_round)
    before = public_content()
    published(survey_round, reason="")
    assert public_content() == before
    assert SurveyPublication.objects.count() == 1


def test_a_few_answers_more_or_less_cannot_be_published(place: Place) -> None:
    survey_round = a_survey_round(place.commitment)
    published(survey_round)
    before = public_content()
    change(place, survey_round, sums=some_sums(answered={"girls": 41, "boys": 39}))
    current = publishing.preview(reread(survey_round))
    assert current.published is None
    assert current.refused is not None
    sentences = survey_presentation.refusal_sentences(current.refused)
    assert sentences[0] == "Antalet svar (flickor) har ändrats från 38 till 41."
    assert "Sätt tillbaka antalet svar" in sentences[-1]
    with pytest.raises(Refused):
        published(survey_round)
    assert public_content() == before
    assert SurveyPublication.objects.count() == 1


def test_what_was_told_counts_even_after_it_is_taken_back(place: Place) -> None:
    hidden = some_sums(smoking={"girls": 2, "boys": 20})
    survey_round = a_survey_round(place.commitment, sums=hidden)
    first = published(survey_round)
    publishing.withdraw(reread(survey_round), reason="Fel underlag", by=None, at=NOW)
    assert public_content() == ([], [])
    assert state(survey_round) == State.TAKEN_BACK
    change(place, survey_round, sums=some_sums(smoking={"girls": 12, "boys": 20}))
    with pytest.raises(Refused, match="Skriv varför"):
        published(survey_round, reason="")
    again = published(survey_round, reason="Nytt underlag")
    assert again.uid != first.uid
    assert again.published_on == TODAY
    assert PublishedShare.objects.get(measure="smoking", group="girls").percent is None
    current = publishing.preview(reread(survey_round)).published
    assert current is not None
    assert survey_presentation.reasons(current)["smoking", "girls"] == (
        "Andelen var dold när omgången publicerades förut."
    )
    change(place, survey_round, sums=some_sums(answered={"girls": 37, "boys": 39}))
    with pytest.raises(Refused):
        published(survey_round)


def test_withdrawing_needs_a_reason_and_something_published(place: Place) -> None:
    survey_round = a_survey_round(place.commitment)
    with pytest.raises(Refused, match="inte publicerad"):
        publishing.withdraw(survey_round, reason="Fel", by=None, at=NOW)
    published(survey_round)
    with pytest.raises(Refused, match="Skriv varför"):
        publishing.withdraw(survey_round, reason=" ", by=None, at=NOW)
    assert PublishedRound.objects.exists()


def test_of_too_few_answers_only_that_the_survey_was_made_is_told(place: Place) -> None:
    few = {"answered": {"girls": 5, "boys": 4}, "smoking": {"girls": 4, "boys": 4},
           "alcohol": {}, "narcotics_ever": {}, "narcotics_30_days": {}}  # fmt: skip
    survey_round = a_survey_round(place.commitment, invited=20, sums=some_sums(**few))
    public = published(survey_round)
    assert (public.answered, public.response_rate, public.invited) == (None, None, 20)
    assert not PublishedShare.objects.exists()
    assert state(survey_round) == State.PUBLISHED


def test_a_stricter_setting_hides_more_at_once(place: Place, settings: Settings) -> None:
    """Also where sums were changed since; without a mark of correction."""
    survey_round = a_survey_round(place.commitment)
    published(survey_round)
    change(place, survey_round, sums=some_sums(smoking={"girls": 20, "boys": 6}), note="Ny text")
    settings.SURVEY_SMALLEST_GROUP = 39
    assert not publishing.is_as_published(
        reread(survey_round), publishing.preview(reread(survey_round))
    )
    assert public_content()[0] == []
    call_command("apply_survey_thresholds")
    (public,), shares = public_content()
    assert {group for _measure, group, _answered, _percent in shares} == {"all"}
    assert ("smoking", "all", 77, 17) in shares
    assert (public["note"], public["corrected_on"], public["correction"]) == ("", None, "")
    assert SurveyPublication.objects.get(number=2).published_figures["groups"] == {"all": 77}
    assert state(survey_round) == State.CHANGED
    assert apply_thresholds(NOW) == 0
    settings.SURVEY_SMALLEST_GROUP = 78
    assert apply_thresholds(NOW) == 1
    assert public_content()[0][0]["answered"] is None
    settings.SURVEY_SMALLEST_GROUP = 10
    published(survey_round)
    assert {share.group for share in PublishedShare.objects.all()} == {"all"}


def test_a_stricter_setting_hides_all_where_a_group_that_was_told_is_too_small(
    place: Place, settings: Settings
) -> None:
    """Left out of the sum of all, it could be worked out."""
    sums = some_sums(
        answered={"girls": 38, "boys": 39, "other": 12},
        smoking={"girls": 7, "boys": 6, "other": 6},
        alcohol={},
        narcotics_ever={},
        narcotics_30_days={},
    )
    published(a_survey_round(place.commitment, invited=95, sums=sums))
    settings.SURVEY_SMALLEST_GROUP = 20
    apply_thresholds(NOW)
    assert public_content()[1] == [("smoking", "all", 89, None)]


FEW: dict[str, dict[str, int]] = {"alcohol": {}, "narcotics_ever": {}, "narcotics_30_days": {}}


@pytest.mark.parametrize(
    ("label", "before", "now", "sentence"),
    [
        ({"grade": "upper_2"}, (38, 7), (38, 7), ""),
        (
            {"grade": "upper_2"},
            (38, 7),
            (39, 8),
            "Antalet svar (flickor) har ändrats från 38 till 39.",
        ),
        (
            {"school_year": 2015},
            (38, 7),
            (38, 8),
            "Röker (flickor): antalet ja har ändrats från 7 till 8.",
        ),
        (
            {"school_year": 2023},
            (38, 4),
            (38, 5),
            "Röker (alla): antalet ja har ändrats från 20 till 21.",
        ),
        ({"school_year": 2023}, (38, 4), (38, 9), "dold"),
        # A class that was forgotten is told of when it is large enough by itself, else not.
        ({"grade": "upper_2"}, (38, 7), (58, 17), ""),
        ({"grade": "upper_2"}, (38, 7), (58, 8), "dold"),
    ],
)
def test_pupils_published_as_another_round_and_taken_back_are_the_same(
    place: Place,
    label: dict[str, Any],
    before: tuple[int, int],
    now: tuple[int, int],
    sentence: str,
) -> None:
    def sums(girls: tuple[int, int]) -> Sums:
        answered, smoking = girls
        return some_sums(
            answered={"girls": answered, "boys": 39}, smoking={"girls": smoking, "boys": 16}, **FEW
        )

    wrong = a_survey_round(place.commitment, sums=sums(before), **label)
    published(wrong)
    publishing.withdraw(reread(wrong), reason="Fel årskurs", by=None, at=NOW)
    anew = a_survey_round(place.commitment, invited=120, sums=sums(now))
    current = publishing.preview(reread(anew))
    if current.refused:
        sentences = survey_presentation.refusal_sentences(current.refused)
        assert sentences[0].startswith("Jämfört med en omgång som är tillbakadragen: Älvsbyns ko")
        assert sentences[1] == sentence
        with pytest.raises(Refused):
            published(anew)
        return
    published(anew)
    assert sentence in {"", "dold"}
    share = PublishedShare.objects.get(measure="smoking", group="girls")
    assert (share.percent is None) == (sentence == "dold")
    # What was published once can be published again, whatever else was taken back.
    change(place, anew, invited=120, sums=sums(now), note="Ny text")
    assert published(anew).note == "Ny text"


def test_other_pupils_of_a_round_that_was_taken_back_are_no_matter(place: Place) -> None:
    wrong = a_survey_round(place.commitment, school_year=2023)
    published(wrong)
    publishing.withdraw(reread(wrong), reason="Fel underlag", by=None, at=NOW)
    others = some_sums(
        answered={"girls": 36, "boys": 41},
        smoking={"girls": 15, "boys": 14},
        alcohol={"girls": 8, "boys": 26},
        narcotics_ever={"girls": 12, "boys": 13},
    )
    published(a_survey_round(place.commitment, sums=others))
    assert PublishedShare.objects.get(measure="narcotics_ever", group="girls").percent == 33


def test_whether_pupils_are_those_of_another_public_round_is_asked(place: Place) -> None:
    first = a_survey_round(place.commitment)
    published(first)
    late = some_sums(answered={"girls": 39, "boys": 39}, smoking={"girls": 8, "boys": 6})
    anew = a_survey_round(place.commitment, grade="upper_2", sums=late)
    assert publishing.preview(reread(anew)).alike == (first,)
    with pytest.raises(QuestionsLeft, match=r"årskurs 9 2024/25\. Är det samma elever, ta"):
        publishing.publish(anew, by=None, at=NOW, today=TODAY)
    published(anew)
    # They were said to be others; what is taken back afterwards doesn't change that.
    publishing.withdraw(reread(first), reason="Fel", by=None, at=NOW)
    change(place, anew, grade="upper_2", sums=late, note="Ny text")
    assert published(anew).note == "Ny text"
    far_away = a_survey_round(place.commitment, school_year=2010, sums=late, grade="upper_2")
    assert publishing.preview(reread(far_away)).alike == ()


def test_another_version_than_the_one_previewed_is_not_published(place: Place) -> None:
    survey_round = a_survey_round(place.commitment)
    change(place, survey_round, invited=90)
    with pytest.raises(ChangedMeanwhile):
        publishing.publish(survey_round, version=1, by=None, at=NOW, today=TODAY)
    assert not PublishedRound.objects.exists()


def test_every_reason_has_its_words(settings: Settings) -> None:
    settings.SURVEY_SMALLEST_CELL = 7
    words = [survey_presentation.reason_text(reason) for reason in HiddenReason]
    assert len(set(words)) == len(words)
    assert "Färre än 7 svarade ja." in words


@pytest.mark.django_db(transaction=True)
def test_two_who_publish_at_once_publish_once() -> None:
    survey_round = a_survey_round()
    uids: list[Any] = []

    def publish() -> None:
        try:
            uids.append(
                publishing.publish(survey_round, version=1, by=None, at=NOW, today=TODAY).uid
            )
        finally:
            connection.close()

    threads = [threading.Thread(target=publish) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(uids) == 6
    assert len(set(uids)) == 1
    assert SurveyPublication.objects.count() == PublishedRound.objects.count() == 1


def test_the_same_correction_is_not_written_twice_on_a_day(place: Place) -> None:
    survey_round = a_survey_round(place.commitment)
    published(survey_round)
    SurveyRound.objects.update(note="Ett")
    published(survey_round, reason="Fel not")
    SurveyRound.objects.update(note="Två")
    with pytest.raises(Refused, match="Så står det redan"):
        published(survey_round, reason="Fel not")
    published(survey_round, reason="Också fel not")
    assert PublishedRound.objects.get().note == "Två"
