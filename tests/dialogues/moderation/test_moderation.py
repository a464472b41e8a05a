"""Moderators decide what is shown, and say why; appeals go to another."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.db import DatabaseError
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks

from dialogues.comments import complaints
from dialogues.comments import rules as comment_rules
from dialogues.comments.rules import About, NewComment
from dialogues.models import Comment, CommentReport, CommentSender, ModerationDecision
from dialogues.moderation import rules as moderation_rules
from pledge_portal.accounts.models import Role, User
from pledge_portal.pages.refusals import Refused
from pledges.models import Municipality, Pledge
from tests.builders import a_comment, a_municipality, a_person, a_pledge, give_role
from tests.dialogues.conftest import words
from tests.dialogues.open_form import send
from tests.pages.conftest import Reader

pytestmark = pytest.mark.django_db

QUEUE = "/arbetsyta/granskning/"
LIST = "/alvsbyn/2023-2025/kommentarer/"


@pytest.fixture
def moderator(client: Client, place: Municipality) -> User:
    person = a_person(role=Role.MODERATOR, place=place, first_name="Karin", last_name="Ek")
    client.force_login(person)
    return person


def written(
    pledge: Pledge, place: Municipality, text: str = "Dåligt löfte", email: str = ""
) -> str:
    """Send a comment; return the address of its private page."""
    about = About(place, Pledge.objects.with_standing().get(pk=pledge.pk))
    secret = comment_rules.submit(about, NewComment(text, email=email), uuid4(), timezone.now())
    CommentSender.objects.exclude(email="").update(confirmed_at=timezone.now())
    return f"/kommentar/{secret}/"


def decide(client: Client, row: Comment, **fields: Any) -> Any:
    """Send the decision's form as the queue does."""
    awaited = Comment.objects.get(pk=row.pk).awaits
    return client.post(f"{QUEUE}{row.uid}/", {"read": row.text, "awaited": awaited, **fields})


def hide(client: Client, row: Comment, reason: str = "insult", note: str = "") -> Any:
    return decide(client, row, shows="", reason=reason, note=note)


def test_the_queue_shows_who_has_waited_longest_first(
    client: Client, moderator: User, pledge: Pledge, place: Municipality
) -> None:
    a_comment(pledge, "Visas redan")
    written(pledge, place, "Nyss")
    Comment.objects.filter(text="Nyss").update(awaits_since=timezone.now() - timedelta(hours=1))
    written(pledge, place, "I går")
    Comment.objects.filter(text="I går").update(awaits_since=timezone.now() - timedelta(days=1))
    text = words(client.get(QUEUE))
    assert text.index("I går") < text.index("Nyss")
    assert "Visas redan" not in text
    assert "2 kommentarer väntar. Den första har väntat 1 dag." in text.replace("\xa0", " ")
    # The comment itself, and the first page, say the same.
    Comment.objects.filter(text="I går").update(awaits_since=timezone.now() - timedelta(days=10))
    text = words(client.get(QUEUE))
    assert "Den första har väntat 10 dagar." in text
    assert "väntat 10 dagar. " in text.split("kommentarer väntar.", 1)[1]
    assert "Den första har väntat 10 dagar." in words(client.get("/arbetsyta/"))


def test_published_from_the_queue_it_is_shown_and_gone_from_it(
    client: Client, reader: Reader, moderator: User, pledge: Pledge, place: Municipality
) -> None:
    own = written(pledge, place)
    response = decide(client, Comment.objects.get(), shows="1")
    assert response.headers["Location"] == QUEUE
    text = words(client.get(QUEUE))
    assert "Kommentaren visas för alla." in text
    assert "Ingenting väntar på granskning." in text
    assert "Dåligt löfte" in reader.text(LIST)
    assert "Kommentaren visas för alla." in words(client.get(own))


def test_a_comment_of_several_lines_is_decided_about_as_browsers_send_it(
    client: Client, moderator: User, pledge: Pledge, place: Municipality
) -> None:
    written(pledge, place, "Dåligt löfte\nför alla")
    comment = Comment.objects.get()
    # Browsers send two signs for each end of a line.
    response = decide(client, comment, shows="1", read="Dåligt löfte\r\nför alla")
    assert response.headers.get("Location") == QUEUE
    comment.refresh_from_db()
    assert comment.is_shown


def test_hidden_it_needs_a_reason_and_the_writer_is_told_with_the_law(
    client: Client,
    moderator: User,
    pledge: Pledge,
    place: Municipality,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    own = written(pledge, place, email="nils@example.se")
    row = Comment.objects.get()
    response = decide(client, row, shows="", note="Hälsning")
    assert response.status_code == 422
    assert "Välj ett skäl." in words(response)
    assert "Hälsning" in response.content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        hide(client, row, "threat", "Ta bort sista meningen.")
    text = words(client.get(own))
    for part in ("Hot", "elektroniska anslagstavlor, 5 §", "Ta bort sista meningen."):
        assert part in text
        assert part in mail.outbox[0].body
    assert "Begär omprövning" in text


@pytest.mark.parametrize("reason", ["", "criticism", "x" * 100])
def test_only_the_reasons_of_the_list_are_reasons(
    client: Client, moderator: User, pledge: Pledge, place: Municipality, reason: str
) -> None:
    written(pledge, place)
    row = Comment.objects.get()
    assert hide(client, row, reason).status_code == 422
    assert Comment.objects.get().state == Comment.State.PENDING


def test_what_was_changed_meanwhile_is_read_again(
    client: Client, moderator: User, pledge: Pledge, place: Municipality
) -> None:
    written(pledge, place)
    row = Comment.objects.get()
    Comment.objects.update(text="Något helt annat")
    response = decide(client, row, shows="1")
    assert response.status_code == 422
    text = words(response)
    assert "Kommentaren har ändrats. Läs den igen." in text
    assert "Något helt annat" in text
    assert Comment.objects.get().state == Comment.State.PENDING
    row.refresh_from_db()
    assert 'value="Något helt annat"' in response.content.decode()
    assert decide(client, row, shows="1").status_code == 302


def test_what_was_decided_meanwhile_is_not_decided_otherwise_unseen(
    client: Client, moderator: User, pledge: Pledge, place: Municipality
) -> None:
    written(pledge, place)
    row = Comment.objects.get()
    assert f'name="awaited" value="{row.awaits}"' in client.get(QUEUE).content.decode()
    decide(client, row, shows="1")
    response = decide(client, row, shows="", reason="insult", awaited=row.awaits)
    assert response.status_code == 422
    assert "Det har redan beslutats om kommentaren" in words(response)
    assert Comment.objects.get().state == Comment.State.PUBLISHED
    assert 'name="awaited" value="new"' not in response.content.decode()
    # Whoever has read what was decided may decide otherwise.
    assert hide(client, row).status_code == 302
    assert Comment.objects.get().state == Comment.State.HIDDEN


def test_what_was_taken_back_meanwhile_stays_so(
    client: Client, moderator: User, pledge: Pledge, place: Municipality
) -> None:
    own = written(pledge, place)
    client.post(f"{own}ta-tillbaka/")
    row = Comment.objects.get()
    assert decide(client, row, shows="1").status_code == 422
    assert Comment.objects.get().state == Comment.State.WITHDRAWN
    assert "Ingenting väntar" in words(client.get(QUEUE))


def test_an_appeal_is_judged_by_somebody_else(
    client: Client, reader: Reader, moderator: User, pledge: Pledge, place: Municipality
) -> None:
    own = written(pledge, place)
    row = Comment.objects.get()
    hide(client, row)
    send(client, f"{own}omprova/", text="Det är ju kritik")
    assert "Du har begärt omprövning." in words(client.get(own))
    assert client.get(f"{own}omprova/").status_code == 302, "it is asked for once"
    text = words(client.get(QUEUE))
    assert "Begäran om omprövning" in text
    assert "Den som skrev: ”Det är ju kritik”" in text
    response = decide(client, row, shows="1")
    assert response.status_code == 422
    assert "Någon annan måste ompröva det." in words(response)
    other = a_person("samordnare@example.se", Role.COORDINATOR, place)
    client.force_login(other)
    decide(client, row, shows="1")
    assert "Dåligt löfte" in reader.text(LIST)
    verdicts = list(ModerationDecision.objects.order_by("pk").values_list("verdict", "decided_by"))
    assert verdicts == [("hidden", moderator.pk), ("restored", other.pk)]


def test_an_appeal_turned_down_says_so_and_ends_there(
    client: Client, moderator: User, pledge: Pledge, place: Municipality
) -> None:
    own = written(pledge, place)
    row = Comment.objects.get()
    hide(client, row)
    send(client, f"{own}omprova/", text="")
    client.force_login(a_person("samordnare@example.se", Role.COORDINATOR, place))
    hide(client, row, "spam")
    text = words(client.get(own))
    assert "En annan moderator har omprövat beslutet." in text
    assert "Begär omprövning" not in text


def test_a_reported_comment_can_be_left_standing(
    client: Client, reader: Reader, moderator: User, pledge: Pledge
) -> None:
    row = a_comment(pledge, "Dåligt löfte")
    complaints.report(row, "insult", "", uuid4(), timezone.now())
    assert "Låt stå" in words(client.get(f"{QUEUE}?slag=report"))
    decide(client, row, shows="1")
    assert "Dåligt löfte" in reader.text(LIST)
    assert not CommentReport.objects.filter(handled_at=None).exists()
    assert ModerationDecision.objects.get().verdict == "left"
    assert "Ingenting väntar" in words(client.get(QUEUE))


def test_a_report_of_what_is_hidden_already_changes_nothing(pledge: Pledge) -> None:
    row = a_comment(pledge, shown=False)
    with pytest.raises(Refused, match="inget att anmäla"):
        complaints.report(row, "insult", "", uuid4(), timezone.now())
    assert not CommentReport.objects.exists()


def test_hiding_can_be_undone_from_what_was_decided(
    client: Client, reader: Reader, moderator: User, pledge: Pledge
) -> None:
    row = a_comment(pledge, "Dåligt löfte")
    hide(client, row)
    handled = client.get(f"{QUEUE}beslut/")
    assert "dold (Förolämpning), Karin Ek" in words(handled)
    assert f"{QUEUE}{row.uid}/" in handled.content.decode()
    assert "Dåligt löfte" not in reader.text(LIST)
    decide(client, row, shows="1")
    assert "Dåligt löfte" in reader.text(LIST)


def test_statistics_tell_how_long_people_waited(
    client: Client, moderator: User, pledge: Pledge, place: Municipality
) -> None:
    for number, hours in enumerate([1, 3, 100]):
        written(pledge, place, f"Kommentar {number}")
        row = Comment.objects.get(text=f"Kommentar {number}")
        Comment.objects.filter(pk=row.pk).update(
            awaits_since=timezone.now() - timedelta(hours=hours)
        )
        hide(client, row, "spam") if number else decide(client, row, shows="1")
    text = words(client.get(f"{QUEUE}beslut/"))
    assert "Beslut 3 Dolda 2 Publicerade efter omprövning 0" in text
    assert "Väntetid, hälften kortare än 3 timmar" in text
    assert "Väntetid i medeltal 34 timmar" in text
    assert "Längsta väntetid 4 dagar" in text
    assert re.search(r"Reklam eller samma sak många gånger 2", text)


def test_a_moderator_sees_only_the_own_municipality(client: Client, moderator: User) -> None:
    elsewhere = a_comment(a_pledge(a_municipality("Arvika")), "Hemligt i Arvika", shown=False)
    assert "Hemligt i Arvika" not in words(client.get(QUEUE))
    assert client.get(f"{QUEUE}{elsewhere.uid}/").status_code == 404
    assert decide(client, elsewhere, shows="1").status_code == 404
    assert "Hemligt i Arvika" not in words(client.get(f"{QUEUE}beslut/"))


def test_the_queue_asks_a_fixed_number_of_questions(
    client: Client,
    moderator: User,
    pledge: Pledge,
    place: Municipality,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    written(pledge, place, "Första")
    client.get(QUEUE)
    with django_assert_num_queries(11):
        client.get(QUEUE)
    for number in range(25):
        written(pledge, place, f"Kommentar {number}")
    for row in Comment.objects.all():
        CommentReport.objects.create(
            comment=row, sending=uuid4(), reason="spam", reported_at=timezone.now()
        )
    with django_assert_num_queries(11):
        client.get(QUEUE)


def test_who_answers_for_both_says_for_whom(
    client: Client, reader: Reader, pledge: Pledge, place: Municipality
) -> None:
    person = a_person(role=Role.EDITOR, place=place)
    give_role(person, Role.OFFICER, pledge.police_area)
    client.force_login(person)
    row = a_comment(pledge, "Var är hundarna?")
    address = f"/arbetsyta/kommentarer/{row.uid}/"
    assert "Ni svarar som Älvsbyns kommun Polisen, lokalpolisområde Piteå älvdal" in words(
        client.get(address)
    )
    assert client.post(address, {"text": "I skolan."}).status_code == 422
    assert client.post(address, {"text": "I skolan.", "party": "7"}).status_code == 422
    client.post(address, {"text": "I skolan.", "party": "1"})
    assert "Polisen, lokalpolisområde Piteå älvdal Officiellt svar" in reader.text(LIST)
    assert "Inga kommentarer väntar på svar." in words(client.get("/arbetsyta/kommentarer/"))
    assert "Var är hundarna?" in words(client.get("/arbetsyta/kommentarer/?visa=alla"))


def test_an_answer_is_taken_back_by_those_whom_it_speaks_for(
    client: Client, reader: Reader, pledge: Pledge, place: Municipality
) -> None:
    row = a_comment(pledge, "Var är hundarna?")
    ours = moderation_rules.answer(row, "I skolan.", place, by=None, at=timezone.now())
    theirs = moderation_rules.answer(row, "På väg.", pledge.police_area, by=None, at=timezone.now())
    client.force_login(a_person(role=Role.EDITOR, place=place))
    address = f"/arbetsyta/kommentarer/{row.uid}/"
    page = client.get(address).content.decode()
    assert f'value="{ours.uid}"' in page
    assert f'value="{theirs.uid}"' not in page
    client.post(address, {"ta-bort": str(theirs.uid)})
    assert "På väg." in reader.text(LIST)
    assert "Svaret är borttaget." in words(
        client.post(address, {"ta-bort": str(ours.uid)}, follow=True)
    )
    assert "I skolan." not in reader.text(LIST)


def test_taking_an_answer_back_keeps_the_one_that_is_being_written(
    client: Client, reader: Reader, pledge: Pledge, place: Municipality
) -> None:
    row = a_comment(pledge, "Var är hundarna?")
    ours = moderation_rules.answer(row, "I skolan.", place, by=None, at=timezone.now())
    client.force_login(a_person(role=Role.EDITOR, place=place))
    typed = {"text": "I skolan och i parken.", "party": "0", "ta-bort": str(ours.uid)}
    page = client.post(f"/arbetsyta/kommentarer/{row.uid}/", typed)
    assert page.context["form"]["text"].value() == "I skolan och i parken."
    assert "Svaret är borttaget." in words(page)
    assert reader.text(LIST).count("Officiellt svar") == 0


def test_an_answer_with_an_identity_number_is_refused(
    client: Client, pledge: Pledge, place: Municipality
) -> None:
    client.force_login(a_person(role=Role.EDITOR, place=place))
    row = a_comment(pledge)
    response = client.post(
        f"/arbetsyta/kommentarer/{row.uid}/", {"text": "Det var 811228-9874", "party": "0"}
    )
    assert response.status_code == 422
    assert "Ta bort personnumret" in words(response)
    assert not Comment.objects.official().exists()


def test_what_is_hidden_or_waits_cannot_be_answered(
    client: Client, pledge: Pledge, place: Municipality
) -> None:
    client.force_login(a_person(role=Role.EDITOR, place=place))
    row = a_comment(pledge, shown=False)
    assert client.get(f"/arbetsyta/kommentarer/{row.uid}/").status_code == 404


def test_the_first_page_says_what_waits(
    client: Client, moderator: User, pledge: Pledge, place: Municipality
) -> None:
    assert "väntar på granskning" not in words(client.get("/arbetsyta/"))
    written(pledge, place)
    assert "Kommentarer väntar på granskning." in words(client.get("/arbetsyta/"))
    client.force_login(a_person("red@example.se", Role.EDITOR, place))
    assert "inget svar än" not in words(client.get("/arbetsyta/"))
    a_comment(pledge)
    assert "En kommentar har inget svar än." in words(client.get("/arbetsyta/"))


def test_decisions_are_never_changed(moderator: User, pledge: Pledge) -> None:
    row = a_comment(pledge)
    decision = moderation_rules.decide(
        row, shows=False, by=moderator, at=timezone.now(), read=row.text, reason="spam"
    )
    decision.reason = "threat"
    with pytest.raises(DatabaseError):
        decision.save()
