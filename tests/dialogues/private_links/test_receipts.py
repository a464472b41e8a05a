"""What one's own page says after sending, and the private link by e-mail."""

from __future__ import annotations

import json
from datetime import timedelta
from uuid import uuid4

from django.core import mail
from django.db import connection
from django.test import Client
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django.fixtures import Settings

from dialogues.models import Comment, Heard, ModerationDecision, PageReport
from dialogues.private_links import mailing
from dialogues.waiting_times import wait_for_mending, wait_for_moderator
from pledges.models import Municipality, Pledge
from tests.builders import a_comment, a_dialogue, a_municipality
from tests.dialogues.conftest import words
from tests.dialogues.open_form import fetched, send

COMMENT_FORM = "/alvsbyn/2023-2025/kommentera/"


def own_page(client: Client, form: str) -> str:
    """Send something; return the address of one's own page."""
    return str(send(client, form, text="Fler lampor").headers["Location"]).partition("?")[0]


def moderated(pledge: Pledge, *hours: float) -> None:
    """Make comments that waited so many hours for a moderator, until now."""
    for number, waited in enumerate(hours):
        ModerationDecision.objects.create(
            comment=a_comment(pledge, f"Nummer {number}"),
            verdict=ModerationDecision.Verdict.PUBLISHED,
            waited_for=Comment.Awaits.NEW,
            waited=timedelta(hours=waited),
            decided_at=timezone.now(),
        )


def test_a_comments_receipt_says_what_it_is_about_what_happens_and_how_long_it_takes(
    client: Client, pledge: Pledge
) -> None:
    moderated(pledge, 1, 2, 2.5, 30)
    response = send(client, COMMENT_FORM, text="Fler lampor")
    page = client.get(response.headers["Location"])
    assert 'class="notice notice-done" data-receipt tabindex="-1" autofocus' in (
        page.content.decode()
    )
    text = words(page)
    assert f"Din kommentar handlar om: {pledge.title_sv}" in text
    assert "En moderator läser kommentaren och avgör om den ska visas." in text
    assert "senaste" not in text, "four say too much of each"
    moderated(pledge, 80)
    own = str(response.headers["Location"]).partition("?")[0]
    sentence = "Av de 5 senaste var hälften klara inom 3 timmar och alla inom 4 dagar."
    assert sentence in words(client.get(own))
    assert "autofocus" not in client.get(own).content.decode()


def test_times_are_of_ones_own_municipality_and_of_late(pledge: Pledge) -> None:
    moderated(pledge, *range(1, 6))
    now, new = timezone.now(), [Comment.Awaits.NEW]
    place = pledge.municipalities.get()
    assert wait_for_moderator(place, new, now)
    assert wait_for_moderator(place, [Comment.Awaits.REPORT], now) == ""
    assert wait_for_moderator(place, new, now + timedelta(days=91)) == ""
    assert wait_for_moderator(a_municipality("Arvika"), new, now) == ""
    for _ in range(5):
        PageReport.objects.create(
            municipality=place,
            text="Fel år",
            sending=uuid4(),
            reported_at=now - timedelta(hours=5),
            handled_at=now,
        )
    assert "alla inom 5 timmar" in wait_for_mending(place, now)
    assert wait_for_mending(None, now) == ""


def test_an_answers_receipt_says_when_it_is_summed_up_and_how_soon_lately(
    client: Client, place: Municipality
) -> None:
    dialogue = a_dialogue(place)
    form = f"/alvsbyn/dialoger/{dialogue.number}/svara/"
    own = own_page(client, form)
    text = words(client.get(f"{own}?tack"))
    assert f"Ditt svar handlar om: {dialogue.title}" in text
    assert "Dialogen är öppen till och med den 31 december 2027." in text
    assert "senaste" not in text
    now = timezone.now()
    earlier = a_dialogue(place, closes_on=timezone.localdate(now) - timedelta(days=12))
    Heard.objects.create(dialogue=earlier, text="Lampor", published_at=now)
    sentence = "Den senaste sammanfattningen kom 12 dagar efter att dialogen var slut."
    assert sentence in words(client.get(own))
    Heard.objects.create(dialogue=dialogue, text="Fler lampor", published_at=now)
    assert "Kommunen har skrivit ihop vad som kom fram." in words(client.get(own))


def test_a_private_link_is_mailed_and_the_address_kept_nowhere(
    client: Client, pledge: Pledge, settings: Settings
) -> None:
    own = own_page(client, COMMENT_FORM)
    sent = {**fetched(client, f"{own}mejla/"), "email": "nils@example.se"}
    answer = client.post(f"{own}mejla/", sent)
    assert answer.headers["Location"] == f"{own}?tack=mailed"
    assert client.post(f"{own}mejla/", sent).status_code == 302, "the same once more"
    (letter,) = mail.outbox
    assert letter.to == ["nils@example.se"]
    assert settings.SITE_URL + own in letter.body
    assert "Fler lampor" not in letter.body, "nobody is sent a stranger's words"
    receipt = client.get(answer.headers["Location"])
    assert "Länken mejlas till adressen." in words(receipt)
    assert "nils@" not in receipt.content.decode()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM dialogues_commentsender t WHERE t::text ~ 'nils@'")
        assert cursor.fetchone() == (0,)
    jobs = ProcrastinateJob.objects.values_list("args", flat=True)
    assert "nils@" not in json.dumps(list(jobs))


def test_no_address_and_no_network_is_sent_heaps_and_nothing_tells_of_earlier_ones(
    client: Client, pledge: Pledge
) -> None:
    own = own_page(client, COMMENT_FORM)
    answers = {
        send(client, f"{own}mejla/", email="Nils@example.se").headers["Location"] for _ in range(5)
    }
    assert len(mail.outbox) == mailing.MOST_A_DAY
    assert answers == {f"{own}?tack=mailed"}
    refused = send(client, f"{own}mejla/", email="")
    assert refused.status_code == 422
    assert "Skriv din e-postadress." in words(refused)
    other = own_page(client, COMMENT_FORM)
    send(client, f"{other}mejla/", email="nils@example.se")
    assert len(mail.outbox) == mailing.MOST_A_DAY, "the address has had its share"
    for _ in range(mailing.MOST_AN_HOUR):
        last = send(client, f"{other}mejla/", email=f"{uuid4().hex}@example.se")
    assert last.status_code == 429
    assert "Försök om en timme." in words(last)
    assert client.get("/kommentar/finns-inte/mejla/").status_code == 404
