"""A published quote that is taken away leaves a dated mark without words."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from dialogues.models import Dialogue, DisposalPlan, Quote, RemovedQuote, Submission, Theme
from dialogues.retention.rules import dispose
from dialogues.thread import rules
from pledge_portal.accounts.models import Role
from pledge_portal.pages.refusals import Refused
from pledges.models import Pledge
from pledges.presentation import day
from tests.builders import a_dialogue, a_person, a_pledge, a_submission, a_theme
from tests.dialogues.conftest import words
from tests.pages.conftest import Reader

pytestmark = pytest.mark.django_db

THREAD = "/alvsbyn/2023-2025/fran-ord-till-handling/"
COMMITMENT = "/alvsbyn/2023-2025/ataganden/2/"
BEFORE = {"opens_on": date(2022, 9, 1), "closes_on": date(2022, 10, 15)}


@pytest.fixture
def pledge() -> Pledge:
    return a_pledge()


@pytest.fixture
def theme(pledge: Pledge) -> Theme:
    return a_theme()


@pytest.fixture
def quoted(theme: Theme) -> Submission:
    text = "Fler lampor,\u00a0tack"
    submission = a_submission(a_dialogue(**BEFORE), text, may_quote=True, ranked=(theme.pk,))
    rules.quote(submission, theme, "lampor, tack")
    return submission


def marks() -> list[tuple[str, str]]:
    return list(RemovedQuote.objects.values_list("removed_by", "reason"))


def execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def test_staff_say_why_and_everyone_reads_that_it_went(
    client: Client, reader: Reader, pledge: Pledge, theme: Theme, quoted: Submission
) -> None:
    no_reason: dict[str, str | None] = {"reason_sv": "", "reason_en": None}
    rules.answer_theme(pledge, theme, pledge.commitments.filter(number=2), no_reason)
    client.force_login(a_person("redaktor@example.se", Role.EDITOR, pledge.municipalities.get()))
    quoting = f"/arbetsyta/dialoger/svar/{quoted.uid}/citera/"
    address = f"{quoting}ta-bort/"
    assert "Narkotika: ”lampor, tack”" in words(client.get(address))
    assert client.post(address, {"reason": "x"}).status_code == 422
    assert Quote.objects.exists()
    back = client.post(address, {"reason": "mistake"}, follow=True)
    assert "Citatet är borttaget." in words(back)
    assert marks() == [("municipality", "mistake")]
    today = day(timezone.localdate(RemovedQuote.objects.get().removed_at))
    for page in (THREAD, COMMITMENT):
        text = reader.text(page)
        assert (
            f"Ett citat togs bort av kommunen den {today}. Det var publicerat av misstag." in text
        )
        assert "lampor, tack" not in text
        english = reader.text(f"/en{page}")
        assert "A quotation was removed by the municipality on" in english
        assert "It was published by mistake." in english
    assert client.get(address).status_code == 302
    client.post(quoting, {"text": "lampor, tack", "theme": theme.pk})
    text = reader.text(THREAD)
    assert "”lampor, tack”" in text
    assert "Ett citat togs bort av kommunen" in text


@pytest.mark.parametrize(
    "change",
    [
        "may_quote = false",
        "withdrawn_at = now()",
        "changed_at = now(), text = 'Fler lampor'",
    ],
)
def test_a_writer_who_takes_it_back_is_said_to(
    reader: Reader, quoted: Submission, change: str
) -> None:
    execute(f"UPDATE dialogues_submission SET {change}")
    rules.delete_disallowed_quotes(Submission.objects.get())
    assert marks() == [("writer", "")]
    assert "Ett citat togs bort av den som skrev det, den " in reader.text(THREAD)
    assert "A quotation was removed by its writer on " in reader.text(f"/en{THREAD}")


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM dialogues_quote",
        "UPDATE dialogues_submission SET changed_at = now(); DELETE FROM dialogues_quote",
        "SET LOCAL pledge_portal.erasing = 'yes'; DELETE FROM dialogues_quote",
    ],
)
def test_no_way_of_deleting_is_silent(quoted: Submission, statement: str) -> None:
    execute(statement)
    assert not Quote.objects.exists()
    assert marks() == [("municipality", "")]


def test_an_answer_deleted_without_a_plan_leaves_the_mark(quoted: Submission) -> None:
    Submission.objects.all().delete()
    assert marks() == [("municipality", "")]


def test_a_reason_is_of_one_removal(theme: Theme, quoted: Submission) -> None:
    rules.remove_quotes(quoted, "asked")
    with pytest.raises(Refused, match="Inget citat"):
        rules.remove_quotes(quoted, "asked")
    rules.quote(quoted, theme, "lampor")
    Quote.objects.all().delete()
    assert marks() == [("municipality", "asked"), ("municipality", "")]


def test_what_the_plan_destroys_has_its_own_record(theme: Theme, quoted: Submission) -> None:
    plan = DisposalPlan.objects.create(
        municipality=theme.municipality, submissions_years=2, decision="KF § 1"
    )
    assert dispose(plan, date(2024, 10, 16)) == 1
    assert not Quote.objects.exists()
    assert marks() == []
    # A record of what is destroyed hides nothing of a dialogue that isn't old enough for it.
    later = a_submission(a_dialogue(), "Fler lampor", may_quote=True)
    rules.quote(later, theme, "lampor")
    rules.remove_quotes(later)
    assert marks() == [("municipality", "")]


def test_a_quote_that_nobody_could_read_leaves_none(theme: Theme, quoted: Submission) -> None:
    Dialogue.objects.update(announced_at=None, number=None)
    Quote.objects.all().delete()
    assert marks() == []
