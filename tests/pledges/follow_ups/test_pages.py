"""The pages of follow-ups, in the workspace and for everyone."""

from __future__ import annotations

import re
from datetime import date

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from pledge_portal.accounts.models import Role
from pledges.follow_ups import rules as follow_up_rules
from pledges.models import FollowUp, FollowUpPlan, Pledge
from tests.builders import a_follow_up, a_person, a_pledge, an_action
from tests.pages.conftest import TODAY, Reader
from tests.pages.test_public_answers import queries
from tests.pledges.actions.conftest import Work, some_work
from tests.pledges.actions.test_recording_pages import words
from tests.pledges.signing.conftest import logged_in

pytestmark = pytest.mark.django_db

PLEDGE = "/alvsbyn/2023-2025/"
LIST = f"{PLEDGE}uppfoljningar/"
ONE = f"{LIST}2025-02-12/"


@pytest.fixture
def work() -> Work:
    return some_work()


@pytest.fixture
def coordinator(work: Work, client: Client) -> Client:
    client.force_login(work.coordinator)
    return client


def typed(**fields: object) -> dict[str, object]:
    return {**dict.fromkeys(follow_up_rules.TEXTS, ""), "verdict": "kept", "version": 1, **fields}


# For everyone


def test_a_published_follow_up_is_read_by_everyone(reader: Reader) -> None:
    a_follow_up(a_pledge(), verdict="not_kept", reason="Hunden var sjuk", decision="Ny hund")
    text = reader.text(ONE)
    assert "Uppföljning den 12 februari 2025" in text
    assert "andra halvåret 2024" in text
    assert "Ej uppfyllt" in text
    assert "Skäl Hunden var sjuk" in text
    assert "Vad ska göras nu? Ny hund" in text
    assert "Älvsbyns kommun" in text
    assert "Polisen, lokalpolisområde Piteå älvdal" in text


def test_the_whole_pledge_is_seen_at_a_glance(reader: Reader) -> None:
    pledge = a_pledge(commitments=2, commitment={"kind": "other"})
    FollowUpPlan.objects.create(pledge=pledge)
    a_follow_up(pledge)
    a_follow_up(
        pledge,
        verdict="under_way",
        first_day=date(2025, 1, 1),
        last_day=date(2025, 6, 30),
        meeting_on=date(2025, 9, 17),
    )
    text = reader.text(LIST)
    # The latest meeting stands first, where a phone shows it; a drawing goes as time does.
    assert "Uppföljningen 17 september 2025 Uppföljningen 12 februari 2025" in text
    assert re.search(r"1\. Polisen söker .*? Pågår Uppfyllt 2\. Polisen", text)
    table = reader.get(f"{PLEDGE}diagram/uppfoljningar.csv").content.decode()
    assert "12 februari 2025;17 september 2025" in table
    html = reader.get(LIST).content.decode()
    assert '<th scope="row">' in html
    assert "Uppföljningen av andra halvåret 2025 är försenad." in text


def test_nothing_is_late_of_a_pledge_whose_parties_have_set_no_plan(reader: Reader) -> None:
    pledge = a_pledge()
    text = reader.text(LIST)
    assert "Det är inte angett här när löftet ska följas upp nästa gång." in text
    assert "Ingen uppföljning är publicerad här än." in text
    a_pledge(pledge.municipalities.get(), period="2018", valid_from=date(2018, 1, 1),
             valid_to=date(2018, 12, 31), until_replaced=False)  # fmt: skip
    text += reader.text("/alvsbyn/2018/uppfoljningar/")
    assert "Ingen uppföljning av tiden från 1 januari 2018 är publicerad här." in text
    for word in ("försenad", "ska vara klar", "skulle ha varit", "följdes inte upp"):
        assert word not in text


def test_it_says_when_the_next_is_due_before_it_is_late(reader: Reader) -> None:
    pledge = a_pledge()
    a_follow_up(pledge)
    FollowUpPlan.objects.create(pledge=pledge, every="half_year", next_meeting_on="2025-08-20")
    with time_machine.travel(date(2025, 8, 1)):
        text = reader.text(LIST)
    assert (
        "Nästa uppföljning gäller första halvåret 2025 och ska vara klar senast 14 augusti 2025."
        " Rådets nästa möte är 20 augusti 2025." in text
    )


def test_a_commitment_shows_its_assessments_and_why_it_was_missed(
    reader: Reader,
) -> None:
    a_follow_up(a_pledge(commitments=1), verdict="partly_kept", reason="Hunden var sjuk")
    text = reader.text(f"{PLEDGE}ataganden/1/")
    assert "Förklaring: Hunden var sjuk" in text
    assert "Så har rådet bedömt det" in text
    assert "12 februari 2025" in text
    assert "inte lämnat någon förklaring" not in text


def test_a_draft_leaves_no_trace(reader: Reader) -> None:
    pledge = a_pledge()
    pages = [PLEDGE, LIST, f"{PLEDGE}ataganden/1/", "/alvsbyn/", "/sitemap.xml"]
    before = [reader.get(page).content for page in pages]
    draft = a_follow_up(pledge, published=False, reason="HEMLIGT")
    follow_up_rules.submit(draft, TODAY)
    assert [reader.get(page).content for page in pages] == before
    assert reader.get(ONE).status_code == 404
    assert reader.get(f"{ONE}uppfoljning.pdf").status_code == 404


def test_a_correction_stands_beside(reader: Reader) -> None:
    follow_up = a_follow_up(a_pledge())
    first = follow_up.pledge.commitments.first()
    follow_up_rules.correct(follow_up, "Det var tre sök.", commitment=first, by=None, at=TODAY)
    name = "Polisen söker efter narkotika med hund i skolan (1)"
    assert f"23 november 2026, {name} Det var tre sök." in reader.text(ONE)


def test_a_correction_is_in_both_languages_and_its_form_names_what_is_wrong(
    reader: Reader,
) -> None:
    follow_up = a_follow_up(a_pledge(commitments=1))
    here = follow_up.pledge.municipalities.get()
    writer = logged_in(a_person("karin@example.se", Role.COORDINATOR, here))
    page = f"/arbetsyta/uppfoljningar/{follow_up.uid}/ratta/"
    for typed, fault in (
        ({"text_sv": " "}, "Skriv vad som var fel och vad som är rätt."),
        ({"text_sv": "Fel", "commitment": "0"}, "Välj ett av löftets åtaganden"),
        (
            {"text_sv": "Fel", "text_en": "x" * 2001},
            "På engelska: Texten får ha högst 2000 tecken. Den har 2001.",
        ),
        ({"text_sv": "Fel", "text_en": "\ue000"}, "U+E000"),
    ):
        answer = writer.post(page, typed)
        assert answer.status_code == 422
        assert fault in words(answer), words(answer)
    right = {"text_sv": "Det var tre sök.", "text_en": "There were three searches."}
    assert writer.post(page, right).status_code == 302
    assert "Det var tre sök." in reader.text(ONE)
    assert "There were three searches." in reader.text(f"/en{ONE}")
    assert "Det var tre sök." not in reader.text(f"/en{ONE}")
    follow_up_rules.correct(follow_up, "Och två möten.", commitment=None, by=None, at=TODAY)
    assert '<p lang="sv">Och två möten.</p>' in reader.get(f"/en{ONE}").content.decode()


def test_english_pages_mark_what_is_swedish(reader: Reader) -> None:
    a_follow_up(a_pledge(), verdict="not_kept", reason="Hunden var sjuk")
    html = reader.get(f"/en{ONE}").content.decode()
    assert '<dd lang="sv">Hunden var sjuk</dd>' in html
    assert "Not kept" in html
    assert reader.get(f"/en{LIST}").status_code == 200


def test_the_document_is_served_as_stored_and_again_as_unchanged(
    reader: Reader,
) -> None:
    a_follow_up(a_pledge())
    response = reader.get(f"{ONE}uppfoljning.pdf")
    assert response.headers["Content-Type"] == "application/pdf"
    again = reader.get(f"{ONE}uppfoljning.pdf", HTTP_IF_NONE_MATCH=response.headers["ETag"])
    assert again.status_code == 304


@pytest.mark.parametrize("day", ["2025-02-30", "2025-13-01", "2025-02-13", "0000-00-00"])
def test_a_day_without_a_follow_up_is_not_found(reader: Reader, day: str) -> None:
    a_follow_up(a_pledge())
    assert reader.get(f"{LIST}{day}/").status_code == 404


def test_the_pages_ask_no_more_for_many(reader: Reader) -> None:
    def filled(pledge: Pledge, *years: int) -> None:
        for year in years:
            a_follow_up(
                pledge,
                first_day=date(year, 1, 1),
                last_day=date(year, 6, 30),
                meeting_on=date(year, 9, 17),
            )

    a_pledge(commitments=1)
    filled(Pledge.objects.get(), 2023)
    pages = [LIST, f"{LIST}2023-09-17/", f"{PLEDGE}ataganden/1/"]
    before = [queries(reader, page)[1] for page in pages]
    several = a_pledge(period="2022-2030", commitments=9, valid_from=date(2020, 1, 1),
                       municipality=[*Pledge.objects.get().municipalities.all()])  # fmt: skip
    filled(several, 2020, 2021, 2022)
    of_several = [
        page.replace("2023-2025", "2022-2030").replace("2023-09-17", "2022-09-17") for page in pages
    ]
    after = [queries(reader, page)[1] for page in of_several]
    assert after == before


# In the workspace


def test_a_follow_up_is_opened_with_the_days_that_are_next(coordinator: Client, work: Work) -> None:
    address = f"/arbetsyta/uppfoljningar/ny/{work.pledge.pk}/"
    html = coordinator.get(address).content.decode()
    assert 'value="2023-01-01"' in html
    assert 'value="2023-06-30"' in html
    days = {"first_day": "2023-01-01", "last_day": "2023-06-30", "meeting_on": "2023-09-20"}
    assert "Uppföljningen är påbörjad." in words(coordinator.post(address, days, follow=True))
    again = coordinator.post(address, {**days, "meeting_on": "2023-10-20"})
    assert "redan en påbörjad uppföljning" in words(again)


def test_a_meeting_before_the_end_of_what_it_judges_is_asked_about(
    coordinator: Client, work: Work
) -> None:
    address = f"/arbetsyta/uppfoljningar/ny/{work.pledge.pk}/"
    tick = "Mötet var innan perioden var slut."
    assert tick not in coordinator.get(address).content.decode()
    days = {"first_day": "2024-01-01", "last_day": "2024-12-31", "meeting_on": "2024-12-20"}
    text = words(coordinator.post(address, days))
    assert tick in text
    assert "Mötet var innan periodens sista dag, den 31 december 2024." in text
    assert not FollowUp.objects.exists()
    coordinator.post(address, {**days, "is_before_the_end": "on"})
    assert FollowUp.objects.get().meeting_on == date(2024, 12, 20)


def test_a_pledge_that_is_over_is_late_with_nothing(coordinator: Client, work: Work) -> None:
    place = work.pledge.municipalities.get()
    a_pledge(place, period="2018", valid_from=date(2018, 1, 1), valid_to=date(2018, 12, 31),
             until_replaced=False)  # fmt: skip
    text = words(coordinator.get("/arbetsyta/uppfoljningar/"))
    assert "Första halvåret 2018 följdes inte upp." in text
    assert "Uppföljningen av första halvåret 2018 är försenad" not in text


def test_who_assessed_last_is_who_assesses_next(coordinator: Client, work: Work) -> None:
    a_follow_up(work.pledge, assessed_by="Styrgruppen")
    html = coordinator.get(f"/arbetsyta/uppfoljningar/ny/{work.pledge.pk}/").content.decode()
    assert 'name="assessed_by" value="Styrgruppen"' in html


def test_a_commitment_is_assessed_with_what_was_done_beside(
    coordinator: Client, work: Work
) -> None:
    an_action(work.commitment, done_on=date(2024, 10, 1), place=work.school)
    an_action(work.commitment, done_on=date(2024, 3, 1), amount=4)
    follow_up = follow_up_rules.open_follow_up(
        work.pledge, first_day=date(2024, 7, 1), last_day=date(2024, 12, 31),
        meeting_on=date(2025, 2, 12), by=None, at=TODAY,
    )  # fmt: skip
    address = f"/arbetsyta/uppfoljningar/{follow_up.uid}/ataganden/1/"
    text = words(coordinator.get(address))
    # What is done is of that time alone; the whole pledge's is told for what it is.
    assert "Gjort under andra halvåret 2024 1 hundsök under andra halvåret 2024." in text
    assert "Hela löftet hittills: " in text
    assert "1 oktober 2024, Älvåkraskolan" in text
    refused = coordinator.post(address, typed(verdict="not_kept", output_text="Kvar i fältet"))
    assert refused.status_code == 422
    assert "Skriv varför åtagandet inte är helt uppfyllt." in words(refused)
    assert "Kvar i fältet" in refused.content.decode()
    assert "Välj en bedömning." in words(coordinator.post(address, typed(verdict="")))
    number = coordinator.post(address, typed(output_text="Elev 121212-1212"))
    assert "Ta bort personnumret" in words(number)
    coordinator.post(address, typed(output_text="Två sök"))
    behind = coordinator.post(address, typed(output_text="Tre sök"))
    assert behind.status_code == 422
    assert "Två sök" in words(behind)
    assert "Tre sök" in behind.content.decode()


def test_only_what_every_party_has_approved_is_published(
    client: Client, coordinator: Client, work: Work
) -> None:
    draft = a_follow_up(work.pledge, published=False)
    address = f"/arbetsyta/uppfoljningar/{draft.uid}/"
    coordinator.post(f"{address}lamna/")
    digest = follow_up_rules.content_digest(draft)
    coordinator.post(f"{address}godkann/", {"digest": digest})
    text = words(coordinator.post(f"{address}godkann/", {"digest": digest}, follow=True))
    assert "Du kan inte godkänna uppföljningen nu." in text
    assert "Alla parter har inte godkänt" in words(
        coordinator.post(f"{address}publicera/", follow=True)
    )
    client.force_login(work.officer)
    assert client.post(f"{address}publicera/").status_code == 403
    client.post(f"{address}godkann/", {"digest": digest})
    client.force_login(work.coordinator)
    assert "Uppföljningen är publicerad." in words(client.post(f"{address}publicera/", follow=True))
    assert FollowUp.objects.public().count() == 1


def test_the_list_asks_no_more_for_many_pledges(coordinator: Client, work: Work) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as questions:
            assert coordinator.get("/arbetsyta/uppfoljningar/").status_code == 200
        return len(questions)

    a_follow_up(work.pledge)
    queries()
    before = queries()
    for year in range(2010, 2015):
        pledge = a_pledge(
            period=str(year), valid_from=date(year, 1, 1), valid_to=date(year, 12, 31)
        )
        a_follow_up(
            pledge,
            first_day=date(year, 1, 1),
            last_day=date(year, 6, 30),
            meeting_on=date(year, 9, 1),
        )
    assert queries() == before


def test_the_plan_is_set(coordinator: Client, work: Work) -> None:
    address = f"/arbetsyta/uppfoljningar/plan/{work.pledge.pk}/"
    coordinator.post(address, {"every": "year", "days_until_due": 30, "next_meeting_on": ""})
    assert FollowUpPlan.objects.get().every == "year"
    refused = coordinator.post(address, {"every": "ibland", "days_until_due": 999})
    assert refused.status_code == 422


# About some of the commitments only


def test_the_coordinator_leaves_the_rest_for_another_time(work: Work, coordinator: Client) -> None:
    draft = a_follow_up(work.pledge, published=False, verdict="")
    page = f"/arbetsyta/uppfoljningar/{draft.uid}/"
    assert "Bedöm inte övriga den här gången" in words(coordinator.get(page))
    coordinator.post(f"{page}ovriga/")
    text = words(coordinator.get(page))
    assert "Inte bedömt den här gången" in text
    assert "Bedöm inte övriga den här gången" not in text
    assert "Lämna till parterna för granskning" in text


def test_an_earlier_assessment_stands_when_a_later_follow_up_passes_it_by(reader: Reader) -> None:
    pledge = a_pledge(commitments=1, commitment={"kind": "other"})
    a_follow_up(pledge, verdict="not_kept", reason="Hunden var sjuk")
    a_follow_up(
        pledge,
        verdict="not_assessed",
        first_day=date(2025, 1, 1),
        last_day=date(2025, 6, 30),
        meeting_on=date(2025, 9, 17),
    )
    text = reader.text(f"{PLEDGE}ataganden/1/")
    assert "Inte bedömt den här gången" in text
    assert "Förklaring: Hunden var sjuk" in text
