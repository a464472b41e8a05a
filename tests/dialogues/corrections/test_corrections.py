"""What everyone reads of dialogues stands, with corrections beside it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from dialogues.calendar.rules import sum_up
from dialogues.corrections.rules import Subject, correct
from dialogues.models import Heard, Quote, Submission, TextCorrection, ThemeAnswer
from dialogues.thread import rules as thread_rules
from pledge_portal.accounts.models import Role
from pledge_portal.database.history import history_of
from pledge_portal.pages.refusals import Refused
from pledges.erasing import rules as erasing
from pledges.models import Municipality, Pledge
from tests.builders import a_dialogue, a_municipality, a_person, a_submission, a_theme
from tests.dialogues.conftest import words
from tests.pages.conftest import Reader

pytestmark = pytest.mark.django_db

THREAD = "/alvsbyn/2023-2025/fran-ord-till-handling/"
DIALOGUE = "/alvsbyn/dialoger/1/"
BEFORE = {"opens_on": date(2022, 9, 1), "closes_on": date(2022, 10, 15)}
AT = datetime(2026, 3, 2, 12, tzinfo=ZoneInfo("Europe/Stockholm"))


@pytest.fixture
def subjects(pledge: Pledge) -> dict[str, Subject]:
    """Publish a summary, why a theme led to nothing, and a quote."""
    theme = a_theme()
    submission = a_submission(
        a_dialogue(**BEFORE), "Fler lampor, tack", may_quote=True, ranked=(theme.pk,)
    )
    quote = thread_rules.quote(submission, theme, "Fler lampor")
    heard = sum_up(submission.dialogue, {"text_sv": "Lampor."}, AT, publishes=True)
    thread_rules.answer_theme(pledge, theme, [], {"reason_sv": "Det görs ändå."})
    return {"hort": heard, "svar": ThemeAnswer.objects.get(), "citat": quote}


@pytest.mark.parametrize(
    ("kind", "page"), [("hort", DIALOGUE), ("svar", THREAD), ("citat", THREAD)]
)
def test_staff_correct_beside_what_stands(
    client: Client, reader: Reader, subjects: dict[str, Any], kind: str, page: str
) -> None:
    """The page, the English page, and the history have it."""
    place = Municipality.objects.get()
    address = f"/arbetsyta/dialoger/ratta/{kind}/{subjects[kind].pk}/"
    client.force_login(a_person("arvika@example.se", Role.EDITOR, a_municipality("Arvika")))
    assert client.get(address).status_code == 404
    person = a_person("redaktor@example.se", Role.EDITOR, place)
    client.force_login(person)
    assert client.post(address, {"text_sv": " "}).status_code == 422
    refused = client.post(address, {"text_sv": "Nils 811218-9876 sa så."})
    assert "Ta bort personnumret" in words(refused)
    texts = {"text_sv": "Det var tre.", "text_en": "It was three."}
    back = client.post(address, texts, follow=True)
    assert "Rättelsen är publicerad." in words(back)
    assert "Det var tre." in words(client.get(address))
    correction = TextCorrection.objects.get()
    assert correction.corrected_by == person
    day = timezone.localdate().strftime("%-d")
    shown = reader.text(page)
    assert "Det var tre." in shown
    assert f"{day} " in shown.partition("Det var tre.")[0][-20:]
    assert "It was three." in reader.text(f"/en{page}")
    history = history_of(TextCorrection)
    assert history is not None
    event = history.events.objects.get()
    assert (event.text_sv, event.pgh_context["person"]) == ("Det var tre.", person.pk)


def test_what_is_published_is_corrected_where_it_was_changed(
    client: Client, subjects: dict[str, Any]
) -> None:
    heard, answer = subjects["hort"], subjects["svar"]
    client.force_login(a_person("redaktor@example.se", Role.EDITOR, Municipality.objects.get()))
    for address, kind in (
        (f"/arbetsyta/dialoger/{heard.dialogue_id}/hort/", "hort"),
        (f"/arbetsyta/dialoger/tradar/{answer.pledge_id}/{answer.theme_id}/", "svar"),
    ):
        response = client.post(address, {"text_sv": "Annat", "reason_sv": "Annat"})
        assert response["Location"] == f"/arbetsyta/dialoger/ratta/{kind}/{subjects[kind].pk}/"
    themes = client.get(f"/arbetsyta/dialoger/tradar/{answer.pledge_id}/")
    assert f"Skriv en rättelse {answer.theme.name}" in words(themes)
    quoting = f"/arbetsyta/dialoger/svar/{Submission.objects.get().uid}/citera/"
    response = client.post(quoting, {"text": "tack", "theme": answer.theme_id})
    assert "Citatet är publicerat och ändras inte." in words(response)
    assert f"/arbetsyta/dialoger/ratta/citat/{subjects['citat'].pk}/" in response.content.decode()
    assert client.get("/arbetsyta/dialoger/ratta/annat/1/").status_code == 404


def test_further_commitments_can_be_added_to_what_a_theme_led_to(
    client: Client, pledge: Pledge
) -> None:
    theme, commitments = a_theme(), pledge.commitments
    thread_rules.answer_theme(pledge, theme, commitments.filter(number=1), {})
    thread_rules.answer_theme(pledge, theme, commitments.filter(number__lt=3), {})
    for chosen, reason in ((commitments.filter(number=2), ""), ([], ""), ([], "Nej")):
        with pytest.raises(Refused, match="Skriv en rättelse"):
            thread_rules.answer_theme(pledge, theme, chosen, {"reason_sv": reason})
    assert ThemeAnswer.objects.count() == 2
    client.force_login(a_person("redaktor@example.se", Role.EDITOR, Municipality.objects.get()))
    page = client.get(f"/arbetsyta/dialoger/tradar/{pledge.pk}/{theme.pk}/").content.decode()
    assert page.count("/arbetsyta/dialoger/ratta/svar/") == 2


def test_drafts_are_changed_and_not_corrected(pledge: Pledge) -> None:
    draft = sum_up(a_dialogue(), {"text_sv": "Lampor."}, AT, publishes=False)
    sum_up(draft.dialogue, {"text_sv": "Bänkar."}, AT, publishes=False)
    assert Heard.objects.get().text == "Bänkar."
    with pytest.raises(Refused, match="inte publicerat"):
        correct(draft, {"text_sv": "Fel"}, by=None, at=AT)


def test_a_quote_and_its_corrections_go_when_its_writer_wants_so(
    reader: Reader, subjects: dict[str, Any]
) -> None:
    quote = subjects["citat"]
    with pytest.raises(Refused, match="Upprepa inte citatet"):
        correct(quote, {"text_sv": "De sa ”fler  lampor”."}, by=None, at=AT)
    correct(quote, {"text_sv": "Det gällde Vidsel."}, by=None, at=AT)
    correct(subjects["hort"], {"text_sv": "Fem."}, by=None, at=AT)
    submission = Submission.objects.get()
    submission.may_quote = False
    submission.save()
    thread_rules.delete_disallowed_quotes(submission)
    assert not Quote.objects.exists()
    assert TextCorrection.objects.get().text == "Fem."
    assert "Vidsel" not in reader.text(THREAD)


def test_an_answer_that_is_destroyed_takes_its_quote_along(subjects: dict[str, Any]) -> None:
    correct(subjects["citat"], {"text_sv": "Det gällde Vidsel."}, by=None, at=AT)
    Submission.objects.all().delete()
    assert not Quote.objects.exists()
    assert not TextCorrection.objects.exists()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE dialogues_heard SET text_sv = 'x'",
        "DELETE FROM dialogues_heard",
        "UPDATE dialogues_themeanswer SET reason_sv = 'x'",
        "UPDATE dialogues_quote SET text = 'x'",
        "UPDATE dialogues_textcorrection SET text_sv = 'x'",
        "DELETE FROM dialogues_textcorrection WHERE quote_id IS NOT NULL",
        "DELETE FROM dialogues_textcorrection WHERE heard_id IS NOT NULL",
        "SET pledge_portal.erasing = 'yes'; UPDATE dialogues_quote SET text = 'x'",
    ],
)
def test_the_database_refuses_every_change(subjects: dict[str, Any], statement: str) -> None:
    for kind in ("hort", "citat"):
        correct(subjects[kind], {"text_sv": "Fel"}, by=None, at=AT)
    with (
        pytest.raises(IntegrityError),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_a_personal_detail_goes_from_what_is_published(
    reader: Reader, subjects: dict[str, Any], pledge: Pledge
) -> None:
    for subject in subjects.values():
        correct(subject, {"text_sv": "Det var Pajkula."}, by=None, at=AT)
    person = a_person()
    detail = erasing.Detail(
        "Pajkula", pledge.municipalities.get(), "KS 2026/1", date(2026, 3, 1), "Namn"
    )
    for words_of in ("Fler", "Lampor", "Det görs", "Pajkula"):
        one = erasing.Detail(**{**detail.__dict__, "words": words_of})
        seen = erasing.preview(one, by=person, at=AT)
        assert not seen.standing
        erasing.erase(one, seen.digest(one), is_sure=True, by=person, at=AT)
    shown = reader.text(THREAD) + reader.text(DIALOGUE)
    assert not any(word in shown for word in ("Lampor", "Det görs", "Fler", "Pajkula"))
