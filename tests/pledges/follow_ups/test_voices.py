"""What is reported and what the council says, side by side everywhere."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from unittest.mock import patch

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from django.utils.html import strip_tags

from pledge_portal.accounts.models import Role
from pledge_portal.pages.refusals import Refused
from pledges.actions.tallies import reported_in_public
from pledges.follow_ups import rules as follow_up_rules
from pledges.follow_ups.document import follow_up_pdf
from pledges.follow_ups.voices import council_words, differences, promises
from pledges.lifecycle import standing
from pledges.models import Assessment, Commitment, FollowUp, FollowUpPlan, Pledge
from pledges.presentation.voices import fulfilment, voices_differ
from pledges.progress import Verdict
from tests.builders import a_follow_up, a_person, a_pledge, an_action
from tests.pages.conftest import Reader
from tests.pledges.actions.conftest import Work, some_work
from tests.pledges.actions.test_recording_pages import words
from tests.pledges.decisions.test_correcting import corrected

pytestmark = pytest.mark.django_db

PLEDGE = "/alvsbyn/2023-2025/"
OTHER = {"kind": "other"}
TODAY = date(2026, 11, 23)
YEAR = {
    "first_day": date(2024, 1, 1),
    "last_day": date(2024, 12, 31),
    "meeting_on": date(2025, 2, 12),
}
NEXT_HALF = {
    "first_day": date(2025, 1, 1),
    "last_day": date(2025, 6, 30),
    "meeting_on": date(2025, 9, 17),
}


def the_pledge(commitments: int = 1, **fields: Any) -> Pledge:
    return a_pledge(commitments=commitments, commitment={**OTHER, **fields})


def said(pledge: Pledge, on: date = TODAY) -> str:
    """Return the first sentences of a pledge."""
    fetched = Pledge.objects.with_standing().prefetch_related("commitments").get(pk=pledge.pk)
    standing_then = standing(fetched, on)
    every = follow_up_rules.plan_of(fetched).every
    return str(fulfilment(promises(fetched, standing_then).values(), standing_then, every))


# When they differ


@pytest.mark.parametrize(
    ("word", "reported", "differ"),
    [
        ("kept", Verdict.MISSED, True),
        ("kept", Verdict.PARTLY, True),
        ("kept", Verdict.REACHED, False),
        ("kept", Verdict.UNREPORTED, False),
        ("kept", None, False),
        ("not_kept", Verdict.REACHED, True),
        ("partly_kept", Verdict.REACHED, True),
        ("partly_kept", Verdict.MISSED, False),
        ("not_kept", Verdict.NOTHING_YET, False),
        ("under_way", Verdict.REACHED, False),
        ("under_way", Verdict.MISSED, False),
        ("not_started", Verdict.REACHED, False),
    ],
)
def test_they_differ_when_one_says_kept_and_the_other_not(
    word: str, reported: Verdict | None, differ: bool
) -> None:
    assert voices_differ(word, reported) == differ


def test_the_page_says_so_plainly_and_shows_both(reader: Reader) -> None:
    pledge = the_pledge()
    a_follow_up(pledge, difference="Två kontroller räknades inte av misstag.", **YEAR)
    for page in (PLEDGE, f"{PLEDGE}ataganden/1/"):
        text = reader.text(page)
        assert "Redovisat Målet är inte nått" in text
        assert "Rådets bedömning Uppfyllt Mötet 12 februari 2025, om hela 2024." in text
        assert "Rådet och siffrorna säger olika om samma tid." in text
        assert "Två kontroller räknades inte av misstag." in text
    assert "säger rådet och siffrorna olika" in reader.text("/alvsbyn/")
    text = reader.text(f"{PLEDGE}uppfoljningar/2025-02-12/")
    assert "Rådet och siffrorna säger olika om samma tid." in text
    assert "The council and the figures disagree" in reader.text(f"/en{PLEDGE}")


def test_the_archive_and_the_numbers_file_have_both_voices(reader: Reader) -> None:
    pledge = the_pledge(commitments=2)
    follow_up = a_follow_up(pledge, published=False, **YEAR)
    Assessment.objects.filter(commitment__number=2).update(verdict="not_assessed")
    published(follow_up)
    text = reader.text("/alvsbyn/loften/")
    assert "Rådet den 12 februari 2025: 1 av 2 åtaganden uppfyllda och 1 inte bedömt." in text
    assert "Redovisat: 2 åtaganden: " in text
    content = reader.get(f"{PLEDGE}diagram/mal.csv").content.decode("utf-8-sig")
    heading, first, second = content.splitlines()[:3]
    assert heading.endswith("Rådets bedömning")
    assert first.endswith("Uppfyllt")
    assert second.endswith("Ej bedömt")


def test_a_number_of_another_time_differs_from_nothing(reader: Reader) -> None:
    pledge = the_pledge()
    commitment = Commitment.objects.select_related("pledge").get()
    an_action(commitment, done_on=date(2024, 5, 1), amount=2)
    a_follow_up(pledge, verdict="not_kept", reason="Inget i år", **NEXT_HALF)
    assert "säger olika" not in reader.text(PLEDGE)


def test_who_assessed_is_named_wherever_it_is_no_council(reader: Reader) -> None:
    pledge = the_pledge(commitments=2)
    a_follow_up(pledge, assessed_by="styrgruppen", reason="Läget.", **YEAR)
    a_follow_up(pledge, assessed_by="styrgruppen", verdict="not_assessed", **NEXT_HALF)
    follow_up = FollowUp.objects.select_related("pledge").earliest("meeting_on")
    paths = (
        *(PLEDGE, "/alvsbyn/", "/alvsbyn/loften/", f"{PLEDGE}ataganden/1/", f"{PLEDGE}insatser/"),
        *(f"{PLEDGE}uppfoljningar/", f"{PLEDGE}uppfoljningar/2025-02-12/"),
    )
    for path in paths:
        text = reader.text(path)
        assert "tyrgruppen" in text, path
        assert "ådet" not in text.replace("området", ""), path
    assert "Styrgruppen och siffrorna säger olika om samma tid." in reader.text(PLEDGE)
    assert "Bedömning av styrgruppen" in reader.text(PLEDGE)
    assert "Så har det bedömts" in reader.text(f"{PLEDGE}ataganden/1/")
    content = reader.get(f"{PLEDGE}diagram/mal.csv").content.decode("utf-8-sig")
    assert content.splitlines()[0].endswith("Bedömning av styrgruppen")
    with patch("pledges.follow_ups.document.accessible_pdf") as made:
        follow_up_pdf(follow_up, timezone.now())
    html = made.call_args[0][0]
    assert "Bedömning av styrgruppen" in html
    assert "ådet" not in html.replace("området", "")


def test_an_explanation_stands_when_the_targets_shape_has_changed(reader: Reader) -> None:
    commitment = the_pledge().commitments.select_related("pledge").get()
    a_follow_up(commitment.pledge, verdict="not_kept", reason="Sjukdom", **YEAR)
    a_follow_up(commitment.pledge, verdict="kept", **NEXT_HALF)
    address = f"{PLEDGE}ataganden/1/"
    assert "Målet är inte nått Ej uppfyllt Skäl: Sjukdom" in reader.text(address)
    corrected(commitment, target_period="whole", target_amount=Decimal(6))
    text = reader.text(address)
    assert "Förklaring, om hela 2024: Sjukdom" in text
    assert "ingen förklaring" not in text


def test_the_workspace_judges_as_the_public_page_does(client: Client, reader: Reader) -> None:
    commitment = the_pledge().commitments.select_related("pledge__police_area").get()
    for year in (2023, 2025, 2026):
        an_action(commitment, done_on=date(year, 3, 3), amount=2)
    for year in (2023, 2024):
        time = {"first_day": date(year, 1, 1), "last_day": date(year, 12, 31)}
        a_follow_up(commitment.pledge, meeting_on=date(year + 1, 2, 12), reason="Läget.", **time)
    partly = "Målet är bara delvis nått"
    assert f"Redovisat {partly}" in reader.text(PLEDGE)
    client.force_login(a_person("polis@example.se", Role.OFFICER, commitment.pledge.police_area))
    text = words(client.get("/arbetsyta/"))
    assert partly in text
    assert "Målet är nått" not in text


def test_half_a_year_tells_of_no_year(reader: Reader) -> None:
    a_follow_up(the_pledge())
    text = reader.text(PLEDGE)
    assert "säger olika" not in text
    assert "Mötet 12 februari 2025, om andra halvåret 2024." in text


def test_without_a_follow_up_the_second_voice_is_silent(reader: Reader) -> None:
    the_pledge()
    assert "Rådets bedömning Inte bedömt än." in reader.text(PLEDGE)


def test_the_newest_word_that_assesses_stands_with_its_own_day_and_time() -> None:
    pledge = the_pledge()
    a_follow_up(pledge, verdict="not_kept", reason="Sjukdom", **YEAR)
    a_follow_up(pledge, verdict="not_assessed", **NEXT_HALF)
    [assessments] = reported_in_public([pledge], TODAY).assessments.values()
    [word] = council_words(assessments)
    assert (word.verdict, word.meeting_on, word.period) == (
        "not_kept",
        date(2025, 2, 12),
        "hela 2024",
    )
    assert reported_in_public([pledge], date(2025, 9, 30)).assessments == {}


def test_where_there_is_no_council_whoever_assessed_is_named(reader: Reader) -> None:
    pledge = the_pledge()
    a_follow_up(pledge, assessed_by="Kommunen och Polisen", **YEAR)
    assert "Bedömning av Kommunen och Polisen Uppfyllt" in reader.text(PLEDGE)
    assert "Av Kommunen och Polisen, om hela 2024" in reader.text(
        f"{PLEDGE}uppfoljningar/2025-02-12/"
    )
    assert said(pledge).startswith("Kommunen och Polisen den 12 februari 2025: 1 av 1")


def test_what_is_done_differs_from_what_is_said_not_to_be_begun(reader: Reader) -> None:
    pledge = the_pledge(target_amount=Decimal(50))
    an_action(pledge.commitments.get(), amount=47)
    with pytest.raises(Refused, match="Åtagande 1 är bedömt som ej påbörjat, men något är"):
        a_follow_up(pledge, verdict="not_started", **YEAR)
    draft = FollowUp.objects.get()
    draft.assessments.update(difference="Det gjordes inom ett annat uppdrag.")
    published(draft)
    assert "För 1 åtagande säger rådet och siffrorna olika om samma tid." in said(pledge)
    for page in (PLEDGE, f"{PLEDGE}ataganden/1/", f"{PLEDGE}uppfoljningar/2025-02-12/"):
        text = reader.text(page)
        assert "Rådet och siffrorna säger olika om samma tid." in text
        assert "Det gjordes inom ett annat uppdrag." in text


def test_nothing_done_agrees_with_not_begun() -> None:
    pledge = the_pledge()
    an_action(pledge.commitments.get(), done_on=date(2023, 5, 1))
    a_follow_up(pledge, verdict="not_started", **YEAR)
    assert "säger rådet och siffrorna olika" not in said(pledge)


def test_a_meeting_before_the_period_was_over_is_told(reader: Reader) -> None:
    pledge = the_pledge()
    a_follow_up(pledge, **{**YEAR, "meeting_on": date(2024, 12, 20)})
    assert (
        "Bedömningarna gäller hela 2024. Vid mötet den 20 december 2024 var perioden inte slut."
    ) in said(pledge)
    meeting = f"{PLEDGE}uppfoljningar/2024-12-20/"
    for page in (PLEDGE, f"{PLEDGE}ataganden/1/", f"{PLEDGE}uppfoljningar/", meeting):
        assert "hela 2024 (vid mötet var perioden inte slut)" in reader.text(page), page
    html = follow_up_pdf_html()
    # The first page answers: how it goes, in a sentence, and each promise by its name.
    answer = html.split("<h2>Bedömningar</h2>")[0]
    assert "1 av 1 åtagande uppfyllt." in answer
    assert re.search(r"1\. \w.*: <span class=\"state\">Uppfyllt</span>", answer)
    assert "Gäller hela 2024 (vid mötet var perioden inte slut)." in html
    assert "(the period was not over at the meeting)" in reader.text(f"/en{PLEDGE}")


def follow_up_pdf_html() -> str:
    follow_up = FollowUp.objects.select_related("pledge__police_area").get()
    with patch("pledges.follow_ups.document.accessible_pdf", lambda html, _id: html.encode()):
        return follow_up_pdf(follow_up, timezone.now()).decode()


def test_a_time_is_judged_by_the_one_rule() -> None:
    pledge = the_pledge(target_shape="done", target_last=date(2023, 6, 1), target_every_year=True)
    an_action(pledge.commitments.get(), done_on=date(2024, 8, 1))
    a_follow_up(pledge, **YEAR)
    # Late in 2024 is reached in part, as the page says, and so it isn't kept.
    assert Assessment.objects.get().figures["verdict"] == Verdict.PARTLY
    assert "För 1 åtagande säger rådet och siffrorna olika om samma tid." in said(pledge)


# The coordinator sees it before handing over


def test_the_coordinator_sees_the_difference_and_may_explain_it(client: Client) -> None:
    work: Work = some_work(kind="other")
    client.force_login(work.coordinator)
    draft = a_follow_up(work.pledge, published=False, **YEAR)
    page = f"/arbetsyta/uppfoljningar/{draft.uid}/"
    text = words(client.get(page))
    assert "Bedömningen skiljer sig från det som är redovisat" in text
    assert "Åtagande 1: Uppfyllt. Redovisat: 0 av 2 lovade hundsök under 2024." in text
    assert "Det är inte förklarat än." in text
    texts = dict.fromkeys(follow_up_rules.TEXTS, "") | {
        "verdict": "kept",
        "difference": "Allt är inte registrerat.",
        "version": "2",
    }
    client.post(f"{page}ataganden/1/", texts)
    assert "Det är förklarat." in words(client.get(page))
    draft.pledge = Pledge.objects.with_standing().get()
    [difference] = differences(draft, TODAY)
    assert difference.is_explained


# The first sentence


def test_the_council_answers_first_and_what_is_reported_beside_it() -> None:
    pledge = the_pledge(commitments=3)
    follow_up = a_follow_up(pledge, published=False, **YEAR)
    Assessment.objects.filter(commitment__number=2).update(verdict="not_kept", reason="Sjukdom")
    Assessment.objects.filter(commitment__number=3).update(verdict="not_assessed")
    published(follow_up)
    sentences = said(pledge)
    assert sentences.startswith(
        "Rådet den 12 februari 2025: 1 av 3 åtaganden uppfyllda, 1 inte uppfyllt och "
        "1 inte bedömt. Bedömningarna gäller hela 2024. 2023, 2025 och första halvåret 2026 är "
        "inte bedömda. Redovisat: 3 åtaganden: "
    )
    assert "För 1 åtagande säger rådet och siffrorna olika om samma tid." in sentences


def test_only_what_its_rhythm_follows_up_is_said_not_to_be_assessed() -> None:
    pledge = the_pledge()
    a_follow_up(pledge, **YEAR)
    assert "2023, 2025 och första halvåret 2026 är inte bedömda." in said(pledge)
    plan = FollowUpPlan.objects.create(pledge=pledge, every="year")
    assert "2023 och 2025 är inte bedömda." in said(pledge)
    plan.every = "quarter"
    plan.save()
    assert "2023, 2025 och 1 januari 2026 – 30 september 2026 är inte bedömda." in said(pledge)


def test_half_a_year_that_is_assessed_is_not_called_reported_in_full(reader: Reader) -> None:
    pledge = the_pledge()
    a_follow_up(pledge, verdict="under_way")
    page = f"{PLEDGE}ataganden/1/"
    assert "Färdigredovisat" not in reader.text(page)
    first_half = {"first_day": date(2024, 1, 1), "last_day": date(2024, 6, 30)}
    a_follow_up(pledge, verdict="under_way", meeting_on=date(2025, 3, 1), **first_half)
    text = reader.text(page)
    assert "Färdigredovisat: första halvåret 2024 (uppföljningen den 1 mars 2025); andra" in text


def test_several_meetings_name_the_span_of_their_days() -> None:
    pledge = the_pledge(commitments=2)
    a_follow_up(pledge, verdict="under_way", **YEAR)
    follow_up = a_follow_up(pledge, published=False, **NEXT_HALF)
    Assessment.objects.filter(follow_up=follow_up, commitment__number=1).update(
        verdict="not_assessed"
    )
    published(follow_up)
    assert said(pledge).startswith(
        "Rådet mellan den 12 februari 2025 och den 17 september 2025: "
        "1 av 2 åtaganden uppfyllda och 1 pågår."
    )
    assert (
        "Bedömningarna gäller 1 januari 2024 – 30 juni 2025, olika tider för olika åtaganden."
    ) in said(pledge)


def test_without_a_word_or_a_report_it_says_since_when_one_is_missing() -> None:
    pledge = the_pledge(commitments=2)
    assert said(pledge, date(2023, 6, 1)) == "Inget är redovisat än."
    assert (
        said(pledge, date(2025, 6, 1))
        == "Inget är redovisat än. Redovisningen har saknats sedan den 1 januari 2024."
    )


def test_it_is_what_search_engines_quote(reader: Reader) -> None:
    a_follow_up(the_pledge(), **YEAR)
    sentence = "Rådet den 12 februari 2025: 1 av 1 åtagande uppfyllt."
    for page in (PLEDGE, "/alvsbyn/"):
        assert f'<meta name="description" content="{sentence}' in reader.get(page).content.decode()
        assert sentence in reader.text(page)


# Figures and reasons of their own time


def test_figures_beside_an_assessment_are_of_its_own_time() -> None:
    pledge = the_pledge()
    commitment = Commitment.objects.select_related("pledge").get()
    an_action(commitment, done_on=date(2024, 3, 1))
    an_action(commitment, done_on=date(2024, 10, 1))
    an_action(commitment, done_on=date(2025, 3, 1))
    a_follow_up(pledge)
    figures = Assessment.objects.get().figures
    assert figures["sv"] == ("1 hundsök under andra halvåret 2024. Lovat: Minst 2 hundsök per år.")
    assert figures["verdict"] == ""


def test_what_was_counted_in_other_units_is_not_called_by_the_targets() -> None:
    pledge = the_pledge()
    commitment = Commitment.objects.select_related("pledge").get()
    an_action(commitment, done_on=date(2024, 10, 1))
    an_action(commitment, done_on=date(2024, 11, 1), amount=2, unit="möten")
    a_follow_up(pledge)
    figures = Assessment.objects.get().figures
    assert "2 möten, 1 hundsök under andra halvåret 2024." in strip_tags(figures["sv"])


def test_a_reason_stands_with_the_period_that_it_was_given_for(reader: Reader) -> None:
    pledge = the_pledge()
    a_follow_up(pledge, verdict="not_kept", reason="Hunden var sjuk", **YEAR)
    a_follow_up(pledge, verdict="kept", **NEXT_HALF)
    text = reader.text(f"{PLEDGE}ataganden/1/")
    assert "2024 2 0 Målet är inte nått Ej uppfyllt Skäl: Hunden var sjuk" in text
    assert "Ingen förklaring är lämnad." not in text


def test_both_voices_cost_the_same_for_forty(django_assert_num_queries: Any) -> None:
    for pledge in (the_pledge(),):
        a_follow_up(pledge, **YEAR)
        fetched = Pledge.objects.with_standing().prefetch_related("commitments").get()
        standing_then = standing(fetched, TODAY)
        with django_assert_num_queries(4):
            promises(fetched, standing_then)


@pytest.mark.parametrize("day", [date(2024, 8, 1), date(2026, 11, 23)])
def test_nothing_of_a_secret_kind_is_said_by_either_voice(reader: Reader, day: date) -> None:
    pledge = a_pledge(commitments=1, valid_to=date(2026, 12, 31))
    commitment = Commitment.objects.select_related("pledge").get()
    with time_machine.travel(day):
        before = reader.text(PLEDGE)
        an_action(commitment, done_on=date(day.year, 3, 1), amount=2)
        draft = follow_up_rules.open_follow_up(
            pledge,
            first_day=date(day.year, 1, 1),
            last_day=date(day.year, 6, 30),
            meeting_on=day,
            by=None,
            at=timezone.now(),
        )
        published(draft, timezone.now())
        assert reader.text(PLEDGE) == before
    assert follow_up_pdf(FollowUp.objects.get(), timezone.now())


def published(follow_up: FollowUp, at: datetime = datetime(2025, 10, 1, 12, tzinfo=UTC)) -> None:
    follow_up_rules.submit(follow_up, at)
    follow_up = FollowUp.objects.select_related("pledge__police_area").get(pk=follow_up.pk)
    for party in follow_up_rules.awaited_parties(follow_up):
        digest = follow_up_rules.content_digest(follow_up)
        follow_up_rules.approve(follow_up, party, digest=digest, by=None, at=at)
    follow_up_rules.publish(follow_up, at)
