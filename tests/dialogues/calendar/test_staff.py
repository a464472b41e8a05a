"""Staff announce dialogues, write in what was said and sum it up."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from dialogues.models import Dialogue, District, Heard, Reception, Submission, Theme
from pledge_portal.accounts.models import Role, User
from pledges.models import Municipality
from tests.builders import (
    a_dialogue,
    a_municipality,
    a_person,
    a_police_area,
    a_submission,
    a_theme,
)
from tests.dialogues.conftest import words
from tests.dialogues.open_form import hidden

pytestmark = pytest.mark.django_db

LIST = "/arbetsyta/dialoger/"
SAID: dict[str, Any] = {
    "kind": "meeting",
    "title_sv": "Möte i Vidsel",
    "question_sv": "Vad är viktigt?",
    "audience_sv": "Alla",
    "begins_at": "2027-01-12T18:00",
    "ends_at": "2027-01-12T20:00",
    "place": "Bygdegården",
    "opens_on": "2027-01-12",
    "closes_on": "2027-01-31",
}


@pytest.fixture
def place() -> Municipality:
    return a_municipality()


@pytest.fixture
def editor(client: Client, place: Municipality) -> User:
    person = a_person("redaktor@example.se", Role.EDITOR, place)
    client.force_login(person)
    return person


def test_a_dialogue_from_draft_to_announced(client: Client, editor: User) -> None:
    assert "Det finns inga dialoger än." in words(client.get(LIST))
    response = client.post(f"{LIST}ny/", SAID)
    draft = Dialogue.objects.get()
    assert response.headers["Location"] == f"{LIST}{draft.pk}/"
    assert client.get("/alvsbyn/dialoger/1/").status_code == 404
    assert "Utkast" in words(client.get(f"{LIST}{draft.pk}/"))
    for _time in range(2):
        client.post(f"{LIST}{draft.pk}/annonsera/")
    text = words(client.get("/alvsbyn/dialoger/1/"))
    assert "12 januari 2027 klockan 18.00–20.00" in text
    assert "Bygdegården" in text


def test_it_is_changed_with_what_it_says_in_the_form(client: Client, editor: User) -> None:
    client.post(f"{LIST}ny/", SAID)
    draft = Dialogue.objects.get()
    page = client.get(f"{LIST}{draft.pk}/andra/").content.decode()
    assert 'value="2027-01-12T18:00"' in page
    assert 'value="Möte i Vidsel"' in page
    client.post(f"{LIST}{draft.pk}/andra/", {**SAID, "title_en": "Meeting in Vidsel"})
    client.post(f"{LIST}{draft.pk}/annonsera/")
    assert "Meeting in Vidsel" in words(client.get("/en/alvsbyn/dialoger/1/"))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"begins_at": ""}, "Skriv när ni träffas."),
        ({"place": ""}, "Skriv var ni träffas."),
        ({"ends_at": "2027-01-12T17:00"}, "Slutet måste komma efter början."),
        ({"closes_on": "2027-01-01"}, "Sista dagen måste komma efter den första."),
        ({"title_sv": ""}, "Rubrik"),
        ({"opens_on": "12/1"}, "datum"),
        ({"kind": "fest"}, "fest"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    client: Client, editor: User, changes: dict[str, str], sentence: str
) -> None:
    response = client.post(f"{LIST}ny/", {**SAID, **changes})
    assert response.status_code == 422
    assert sentence in words(response)
    assert "Vad är viktigt?" in response.content.decode()
    assert not Dialogue.objects.exists()


def test_one_that_is_past_is_not_announced(client: Client, editor: User) -> None:
    draft = a_dialogue(announced=False, closes_on=date(2025, 2, 1))
    response = client.post(f"{LIST}{draft.pk}/annonsera/", follow=True)
    assert "Sista dagen att svara har passerat." in words(response)
    assert not Dialogue.objects.get().is_announced


def test_one_is_called_off_with_a_reason(client: Client, editor: User) -> None:
    dialogue = a_dialogue()
    assert client.post(f"{LIST}{dialogue.pk}/stall-in/", {"reason": " "}).status_code == 422
    client.post(f"{LIST}{dialogue.pk}/stall-in/", {"reason": "Snöstorm"})
    assert "Dialogen är inställd. Snöstorm" in words(client.get("/alvsbyn/dialoger/1/"))
    response = client.post(f"{LIST}{dialogue.pk}/andra/", SAID)
    assert "En inställd dialog ändras inte." in words(response)


def test_only_a_draft_that_nobody_has_answered_is_thrown_away(client: Client, editor: User) -> None:
    draft, answered, announced = (
        a_dialogue(announced=False),
        a_dialogue(announced=False),
        a_dialogue(),
    )
    a_submission(answered)
    for dialogue in (draft, answered, announced):
        client.post(f"{LIST}{dialogue.pk}/kasta/")
    assert set(Dialogue.objects.all()) == {answered, announced}


def test_papers_are_written_in_one_after_the_other(
    client: Client, editor: User, place: Municipality
) -> None:
    dialogue, theme = a_dialogue(), a_theme()
    address = f"{LIST}{dialogue.pk}/svar/nytt/"
    sending = "6f1f0c9e-6d5f-4d0e-9d0a-0d9a6a3c1b11"
    fields = {
        "sending": sending,
        "text": "Fler lampor",
        "first": theme.pk,
        "group": "pupil",
        "source": "spoken",
    }
    response = client.post(address, fields)
    assert response.status_code == 302
    page = client.get(response.headers["Location"])
    assert "Sparat. Inskrivna svar: 1." in words(page)
    assert "Fler lampor" not in page.content.decode()
    checked = re.search(r'<input[^>]*value="spoken"[^>]*checked', page.content.decode())
    assert checked, "what was chosen for the last paper stays chosen"
    client.post(address, fields)
    submission = Submission.objects.get()
    assert (submission.text, submission.group, submission.source) == (
        "Fler lampor",
        "pupil",
        "spoken",
    )
    assert submission.entered_by == editor
    assert submission.link == ""
    # Back in the browser, and another paper in the same form: told, and saved by itself.
    other = {**fields, "text": "Fler bänkar"}
    response = client.post(address, other)
    assert response.status_code == 422
    assert f"Det här kom in först {theme.name} Fler lampor" in words(response)
    assert "Fler bänkar" in words(response)
    assert Submission.objects.get().text == "Fler lampor"
    assert client.post(address, other | hidden(response)).status_code == 302
    assert set(Submission.objects.values_list("text", flat=True)) == {"Fler lampor", "Fler bänkar"}


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({}, "Kryssa för minst ett tema"),
        ({"text": "Ring 070-123 45 67"}, "Det här ser ut som personuppgifter"),
        ({"text": "811218-9876"}, "Ta bort personnumret"),
    ],
)
def test_a_paper_with_something_wrong_is_not_saved(
    client: Client, editor: User, fields: dict[str, str], sentence: str
) -> None:
    address = f"{LIST}{a_dialogue().pk}/svar/nytt/"
    sending = "6f1f0c9e-6d5f-4d0e-9d0a-0d9a6a3c1b11"
    response = client.post(address, {"sending": sending, "source": "paper", **fields})
    assert response.status_code == 422
    assert sentence in words(response)
    assert not Submission.objects.exists()


def test_answers_are_read_by_theme_and_marked(
    client: Client, editor: User, place: Municipality
) -> None:
    dialogue, drugs, traffic = a_dialogue(), a_theme(), a_theme("Trafik")
    a_submission(dialogue, "Om droger", ranked=(drugs.pk,), name="Nils", email="n@example.se")
    a_submission(dialogue, "Om trafik, ring 070-123 45 67", ticked=(traffic.pk,))
    everything = words(client.get(f"{LIST}{dialogue.pk}/svar/"))
    assert "Om droger" in everything
    assert "Kontakt: Nils n@example.se" in everything
    assert "Kan innehålla personuppgifter" in everything
    some = words(client.get(f"{LIST}{dialogue.pk}/svar/?tema={drugs.pk}"))
    assert "Om droger" in some
    assert "Om trafik" not in some
    for odd in ("x", "99999999999999999999", "-1", "%00"):
        assert client.get(f"{LIST}{dialogue.pk}/svar/?tema={odd}&sida=abc").status_code == 200


def test_what_was_taken_back_is_not_read(client: Client, editor: User) -> None:
    dialogue = a_dialogue()
    taken = a_submission(dialogue, "Ångrat")
    Submission.objects.filter(pk=taken.pk).update(withdrawn_at=taken.submitted_at)
    assert "Ångrat" not in words(client.get(f"{LIST}{dialogue.pk}/svar/"))
    assert "Inkomna svar 0" in words(client.get(f"{LIST}{dialogue.pk}/"))


def test_what_was_heard_is_saved_and_published(client: Client, editor: User) -> None:
    dialogue = a_dialogue()
    address = f"{LIST}{dialogue.pk}/hort/"
    client.post(address, {"text_sv": "Många sa lampor."})
    assert Heard.objects.get().published_at is None
    assert "Många sa lampor." in client.get(address).content.decode()
    response = client.post(address, {"text_sv": "Nils 811218-9876 sa lampor."})
    assert "Ta bort personnumret" in words(response)
    client.post(address, {"text_sv": "Nästan alla sa lampor.", "publicera": "1"})
    assert "Nästan alla sa lampor." in words(client.get("/alvsbyn/dialoger/1/"))


def test_the_first_page_says_which_dialogues_wait_for_a_summary(
    client: Client, editor: User
) -> None:
    today = timezone.localdate()
    over = {"opens_on": today - timedelta(days=30), "closes_on": today - timedelta(days=1)}
    a_dialogue(title="Pågår")
    waiting = a_dialogue(title="Slut", **over)
    a_dialogue(title="Utkast", announced=False, **over)
    a_dialogue(title="Gammal", opens_on=date(2020, 1, 1), closes_on=date(2020, 2, 1))
    text = words(client.get("/arbetsyta/"))
    assert "Dialogen ”Slut” är slut. Invånarna väntar på att få veta vad ni hörde." in text
    assert all(f"”{title}”" not in text for title in ("Pågår", "Utkast", "Gammal"))
    address = f"{LIST}{waiting.pk}/hort/"
    client.post(address, {"text_sv": "Lampor."})
    assert "”Slut”" in words(client.get("/arbetsyta/"))
    client.post(address, {"text_sv": "Lampor.", "publicera": "1"})
    assert "”Slut”" not in words(client.get("/arbetsyta/"))


def test_the_lists_are_kept_and_what_was_chosen_stays(
    client: Client, editor: User, place: Municipality
) -> None:
    address = f"{LIST}listor/{place.pk}/"
    client.post(address, {"themes": "Narkotika; Drugs\nTrafik\n\n", "districts": "Vidsel"})
    drugs = Theme.objects.get(name="Narkotika")
    assert drugs.name_en == "Drugs"
    assert "Narkotika; Drugs\nTrafik" in client.get(address).content.decode()
    dialogue = a_dialogue(place)
    a_submission(dialogue, "Om droger", ranked=(drugs.pk,))
    client.post(address, {"themes": "Trafik", "districts": ""})
    assert [theme.name for theme in Theme.objects.in_use()] == ["Trafik"]
    assert not District.objects.in_use().exists()
    assert "Narkotika Om droger" in words(client.get(f"{LIST}{dialogue.pk}/svar/"))
    client.post(address, {"themes": "narkotika\nTrafik"})
    assert Theme.objects.in_use().count() == 2
    assert Theme.objects.get(pk=drugs.pk).name == "narkotika"


@pytest.mark.parametrize(
    ("themes", "sentence"),
    [
        ("Trafik\ntrafik", "Samma namn står två gånger: trafik"),
        ("a" * 81, "Skriv högst 80 tecken på varje rad"),
        ("; Drugs", "En rad saknar namn."),
        ("\n".join(map(str, range(61))), "Skriv högst 60 rader."),
    ],
)
def test_a_faulty_list_is_not_saved(
    client: Client, editor: User, place: Municipality, themes: str, sentence: str
) -> None:
    response = client.post(f"{LIST}listor/{place.pk}/", {"themes": themes})
    assert response.status_code == 422
    assert sentence in words(response)
    assert not Theme.objects.exists()


def test_the_emergency_stop_has_a_reason(client: Client, editor: User, place: Municipality) -> None:
    address = f"{LIST}mottagning/{place.pk}/"
    response = client.post(address, {"is_stopped": "on"})
    assert "Skriv varför, så att invånarna förstår." in words(response)
    response = client.post(address, {"opens": "08:00"})
    assert "Skriv båda tiderna eller ingen." in words(response)
    client.post(address, {"is_stopped": "on", "stopped_because": "Vi är överösta."})
    assert Reception.objects.get().is_stopped
    client.post(address, {"opens": "08:00", "closes": "16:30"})
    reception = Reception.objects.get()
    assert (reception.is_stopped, str(reception.closes)) == (False, "16:30:00")


def test_the_police_areas_people_do_not_read_what_residents_said(
    client: Client, place: Municipality
) -> None:
    area = a_police_area(municipalities=[place])
    client.force_login(a_person("polis@example.se", Role.OFFICER, area))
    dialogue = a_dialogue(place)
    for address in (LIST, f"{LIST}{dialogue.pk}/", f"{LIST}{dialogue.pk}/svar/"):
        assert client.get(address).status_code in {403, 404}


def test_more_rows_ask_no_more_questions(
    client: Client, editor: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    dialogue, theme = a_dialogue(), a_theme()
    a_submission(dialogue, "Ett", ranked=(theme.pk,), name="Nils")
    addresses = (LIST, f"{LIST}{dialogue.pk}/svar/")
    with django_assert_num_queries(100, exact=False) as few:
        for address in addresses:
            client.get(address)
    for number in range(30):
        a_dialogue()
        a_submission(dialogue, f"Fler {number}", ranked=(theme.pk,), name="Nils")
    with django_assert_num_queries(len(few)):
        for address in addresses:
            client.get(address)
