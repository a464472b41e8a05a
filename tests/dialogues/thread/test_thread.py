"""From word to deed: what themes led to, in whose words, said by how many."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from dialogues.analysis import counting
from dialogues.answers import rules as answer_rules
from dialogues.answers.rules import Answer
from dialogues.calendar import rules as calendar_rules
from dialogues.models import HeardCount, Quote, Submission, Theme, ThemeAnswer
from dialogues.thread import rules as thread_rules
from pledge_portal.accounts.models import Role, User
from pledge_portal.pages.refusals import Refused
from pledges.models import Pledge
from tests.builders import (
    a_dialogue,
    a_municipality,
    a_person,
    a_pledge,
    a_submission,
    a_theme,
)
from tests.dialogues.conftest import words
from tests.pages.conftest import Reader

pytestmark = pytest.mark.django_db

THREAD = "/alvsbyn/2023-2025/fran-ord-till-handling/"
BEFORE = {"opens_on": date(2022, 9, 1), "closes_on": date(2022, 10, 15)}
NO_REASON: dict[str, str | None] = {"reason_sv": "", "reason_en": None}


@pytest.fixture
def pledge() -> Pledge:
    return a_pledge()


@pytest.fixture
def theme(pledge: Pledge) -> Theme:
    return a_theme()


@pytest.fixture
def editor(client: Client, pledge: Pledge) -> User:
    person = a_person("redaktor@example.se", Role.EDITOR, pledge.municipalities.get())
    client.force_login(person)
    return person


def heard(theme: Theme, number: int, **fields: object) -> None:
    """Let so many name the theme at an earlier dialogue, and publish it."""
    dialogue = a_dialogue(**{**BEFORE, **fields})
    for n in range(number):
        a_submission(dialogue, f"Fler lampor {n}", ranked=(theme.pk,), may_quote=True)
    calendar_rules.sum_up(dialogue, {"text_sv": "Lampor."}, timezone.now(), publishes=True)


def test_a_commitment_shows_the_words_that_led_to_it_and_the_thread_the_way_back(
    reader: Reader, pledge: Pledge, theme: Theme
) -> None:
    heard(theme, 6)
    thread_rules.quote(Submission.objects.earliest("pk"), theme, "Fler lampor 0")
    thread_rules.answer_theme(pledge, theme, pledge.commitments.filter(number=2), NO_REASON)
    commitment = reader.text("/alvsbyn/2023-2025/ataganden/2/")
    assert "Narkotika: 6 svar (Vad är viktigt?)" in commitment
    assert "”Fler lampor 0”" in commitment
    assert "Orden bakom" not in reader.text("/alvsbyn/2023-2025/ataganden/1/")
    whole = reader.text(THREAD)
    assert "6 svar, Vad är viktigt? (2022) ”Fler lampor 0”" in whole
    assert "Det ledde till 2. Polisen söker efter narkotika" in whole
    assert f'href="{THREAD}"' in reader.get("/alvsbyn/2023-2025/").content.decode()


def test_a_theme_without_a_commitment_has_its_reason(
    reader: Reader, pledge: Pledge, theme: Theme
) -> None:
    heard(theme, 5)
    assert "Kommunen och Polisen har inte svarat på det." in reader.text(THREAD)
    reasons = {"reason_sv": "Det görs ändå.", "reason_en": "It is done anyway."}
    thread_rules.answer_theme(pledge, theme, [], reasons)
    assert "Inget åtagande. Det görs ändå." in reader.text(THREAD)
    assert "No commitment. It is done anyway." in reader.text("/en" + THREAD)


@pytest.mark.parametrize(
    ("number", "told"), [(1, "Färre än 5 svar"), (4, "Färre än 5 svar"), (5, "5 svar")]
)
def test_few_are_not_told_in_numbers(
    reader: Reader, pledge: Pledge, theme: Theme, number: int, told: str
) -> None:
    heard(theme, number)
    assert f"{told}, Vad är viktigt?" in reader.text(THREAD)
    stored = HeardCount.objects.get().number
    assert stored == (number if number >= counting.MIN_DISCLOSED else None)


def test_the_numbers_are_those_of_the_day_the_summary_was_published(
    pledge: Pledge, theme: Theme
) -> None:
    heard(theme, 5)
    dialogue = Submission.objects.earliest("pk").dialogue
    a_submission(dialogue, "En till", ranked=(theme.pk,))
    assert HeardCount.objects.get().number == 5
    with pytest.raises(Refused, match="Skriv en rättelse"):
        calendar_rules.sum_up(dialogue, {"text_sv": "Lampor."}, timezone.now(), publishes=True)
    assert HeardCount.objects.get().number == 5


def test_dialogues_of_another_pledge_or_municipality_are_not_in_the_thread(
    reader: Reader, pledge: Pledge, theme: Theme
) -> None:
    heard(theme, 5, title="Efter löftet", opens_on=date(2023, 2, 1), closes_on=date(2023, 3, 1))
    other = a_theme("Narkotika", a_municipality("Arvika"))
    heard(other, 5, title="I Arvika", municipality=other.municipality)
    text = reader.text(THREAD)
    assert "Efter löftet" not in text
    assert "I Arvika" not in text
    assert "Det finns inga dialoger att följa tråden från." in text


def test_a_draft_pledges_thread_is_nowhere(reader: Reader, theme: Theme) -> None:
    draft = a_pledge(
        signed=False, period="2027-2029", valid_from=date(2027, 1, 1), valid_to=date(2029, 12, 31)
    )
    thread_rules.answer_theme(draft, theme, [], {"reason_sv": "HEMLIGT", "reason_en": None})
    assert reader.get("/alvsbyn/2027-2029/fran-ord-till-handling/").status_code == 404
    assert "HEMLIGT" not in reader.text(THREAD)


def test_more_themes_ask_no_more_questions(
    reader: Reader,
    pledge: Pledge,
    theme: Theme,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    heard(theme, 5)
    thread_rules.answer_theme(pledge, theme, pledge.commitments.all(), NO_REASON)
    reader.get(THREAD)
    with django_assert_num_queries(20, exact=False) as few:
        reader.get(THREAD)
    for number in range(10):
        more = a_theme(f"Tema {number}")
        heard(more, 5)
        thread_rules.answer_theme(pledge, more, pledge.commitments.all(), NO_REASON)
    with django_assert_num_queries(len(few)):
        reader.get(THREAD)


# Rules


def test_an_answer_is_commitments_or_a_reason(theme: Theme) -> None:
    pledge = a_pledge(
        signed=False, period="2027-2029", valid_from=date(2027, 1, 1), valid_to=date(2029, 12, 31)
    )
    both = {"reason_sv": "Nej", "reason_en": None}
    with pytest.raises(Refused, match="Det ena eller det andra"):
        thread_rules.answer_theme(pledge, theme, pledge.commitments.all(), both)
    thread_rules.answer_theme(pledge, theme, pledge.commitments.filter(number__lt=3), NO_REASON)
    thread_rules.answer_theme(pledge, theme, pledge.commitments.filter(number__gt=1), NO_REASON)
    assert [answer.commitment.number for answer in ThemeAnswer.objects.for_pledge(pledge)] == [2, 3]
    thread_rules.answer_theme(pledge, theme, [], both)
    assert [answer.commitment for answer in ThemeAnswer.objects.all()] == [None]
    thread_rules.answer_theme(pledge, theme, [], NO_REASON)
    assert not ThemeAnswer.objects.exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        ThemeAnswer.objects.create(pledge=pledge, theme=theme, reason_sv="")


def test_nothing_of_another_municipality_is_tied(pledge: Pledge) -> None:
    stranger = a_theme("Trafik", a_municipality("Arvika"))
    with pytest.raises(Refused):
        thread_rules.answer_theme(pledge, stranger, pledge.commitments.all(), NO_REASON)


@pytest.mark.parametrize(
    ("text", "quoted", "may_quote", "sentence"),
    [
        ("Fler lampor", "Fler lampor", False, "inte sagt ja"),
        ("Fler lampor", "Fler bilar", True, "ordagrant"),
        ("Fler lampor", " ", True, "ordagrant"),
        ("Ring 070-123 45 67", "Ring 070-123 45 67", True, "personuppgifter"),
    ],
)
def test_only_what_may_be_quoted_is(
    theme: Theme, text: str, quoted: str, may_quote: bool, sentence: str
) -> None:
    submission = a_submission(a_dialogue(), text, may_quote=may_quote)
    with pytest.raises(Refused, match=sentence):
        thread_rules.quote(submission, theme, quoted)
    assert not Quote.objects.exists()


def test_who_takes_their_words_back_is_quoted_no_more(theme: Theme) -> None:
    dialogue = a_dialogue()

    def quoted(answer: Answer) -> str:
        sending = uuid4()
        secret = answer_rules.submit(dialogue, answer, sending, timezone.now())
        thread_rules.quote(Submission.objects.get(sending=sending), theme, "Fler lampor")
        return secret

    allowed = Answer(text="Fler lampor, tack", may_quote=True)
    answer_rules.withdraw(quoted(allowed), timezone.now())
    assert not Quote.objects.exists()
    answer_rules.change(quoted(allowed), Answer(text="Fler lampor, tack"), timezone.now())
    assert not Quote.objects.exists()
    other = Answer(text="Fler bänkar", may_quote=True)
    answer_rules.change(quoted(allowed), other, timezone.now())
    assert not Quote.objects.exists()
    same = Answer(text="Fler lampor och bänkar", may_quote=True)
    answer_rules.change(quoted(allowed), same, timezone.now())
    assert Quote.objects.get().text == "Fler lampor"


def test_the_private_link_shows_what_became_of_ones_words(
    client: Client, pledge: Pledge, theme: Theme
) -> None:
    dialogue = a_dialogue()
    answer = Answer(text="Fler lampor", ranked=(theme.pk,), ticked=(a_theme("Trafik").pk,))
    secret = answer_rules.submit(dialogue, answer, uuid4(), timezone.now())
    assert "Det här blev det av dina ord" not in words(client.get(f"/svar/{secret}/"))
    type(dialogue).objects.update(**BEFORE)
    thread_rules.answer_theme(pledge, theme, pledge.commitments.filter(number=2), NO_REASON)
    text = words(client.get(f"/svar/{secret}/"))
    assert "Medborgarlöfte 2023-2025 Narkotika: 2. Polisen söker efter narkotika" in text
    assert "Trafik: Kommunen och Polisen har inte svarat på det." in text


# The staff's pages


def test_staff_answer_a_theme(client: Client, editor: User, pledge: Pledge, theme: Theme) -> None:
    heard(theme, 6)
    assert pledge.title in words(client.get("/arbetsyta/dialoger/tradar/"))
    work = f"/arbetsyta/dialoger/tradar/{pledge.pk}/"
    assert "Narkotika Vad är viktigt?: 6 svar Inte besvarat" in words(client.get(work))
    chosen = [str(commitment.pk) for commitment in pledge.commitments.filter(number__in=(1, 3))]
    client.post(f"{work}{theme.pk}/", {"commitments": chosen})
    assert [answer.commitment.number for answer in ThemeAnswer.objects.for_pledge(pledge)] == [1, 3]
    page = client.get(f"{work}{theme.pk}/").content.decode()
    assert page.count(" checked") == 2
    response = client.post(f"{work}{theme.pk}/", {"commitments": chosen, "reason_sv": "Nej"})
    assert response.status_code == 422
    assert "Det ena eller det andra." in words(response)
    response = client.post(f"{work}{theme.pk}/", {"commitments": ["999999"]})
    assert response.status_code == 422
    client.post(f"{work}{a_theme('Trafik').pk}/", {"reason_sv": "Det görs ändå."})
    assert "Inget åtagande. Det görs ändå." in words(client.get(work))


def test_staff_quote_and_take_the_quote_away(client: Client, editor: User, theme: Theme) -> None:
    submission = a_submission(a_dialogue(), "Fler lampor, tack", may_quote=True, ranked=(theme.pk,))
    listed = f"/arbetsyta/dialoger/{submission.dialogue_id}/svar/"
    address = f"/arbetsyta/dialoger/svar/{submission.uid}/citera/"
    assert address in client.get(listed).content.decode()
    assert "Fler lampor, tack" in client.get(address).content.decode()
    response = client.post(address, {"text": "Fler bilar", "theme": theme.pk})
    assert "Citera ordagrant" in words(response)
    client.post(address, {"text": "Fler lampor", "theme": theme.pk})
    assert Quote.objects.get().text == "Fler lampor"
    assert "Visas under Narkotika: ”Fler lampor”" in words(client.get(address))
    assert f'href="{address}ta-bort/"' in client.get(address).content.decode()
    client.post(f"{address}ta-bort/")
    assert not Quote.objects.exists()
