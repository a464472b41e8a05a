"""Residents comment without an account, by a private link."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks
from pytest_django.fixtures import Settings

from dialogues.comments import letters
from dialogues.comments import rules as comment_rules
from dialogues.comments.rules import About
from dialogues.models import Comment, CommentReport, CommentSender, Letter, Reception
from dialogues.moderation import rules as moderation_rules
from pledge_portal.accounts.models import Role
from pledge_portal.pages.refusals import Refused
from pledges.follow_ups import rules as follow_up_rules
from pledges.models import Commitment, FollowUp, Municipality, Pledge
from pledges.models.follow_up import approving_parties
from tests.builders import a_comment, a_follow_up, a_municipality, a_person, a_pledge, a_police_area
from tests.dialogues.conftest import words
from tests.dialogues.open_form import fetched, hidden, send
from tests.pages.conftest import Reader

pytestmark = pytest.mark.django_db

PLEDGE = "/alvsbyn/2023-2025/"
FORM = f"{PLEDGE}kommentera/"
LIST = f"{PLEDGE}kommentarer/"
IDENTITY_NUMBER = "811228-9874"


@pytest.fixture
def commitment(pledge: Pledge) -> Commitment:
    first = pledge.commitments.order_by("number").first()
    assert first is not None
    return first


def own_page(response: Any) -> str:
    assert response.status_code == 302, words(response)
    return str(response.headers["Location"]).partition("?")[0]


def let_through(row: Comment) -> None:
    moderator = a_person("moderator@example.se", Role.MODERATOR, row.municipality)
    moderation_rules.decide(row, shows=True, by=moderator, at=timezone.now(), read=row.text)


def test_a_comment_waits_for_a_moderator_and_is_shown_then(
    client: Client, reader: Reader, pledge: Pledge
) -> None:
    response = send(client, FORM, text="Bra löfte, men var är hundarna?", name="Skogsmullen")
    receipt = words(client.get(response.headers["Location"]))
    assert "Tack! Kommentaren har kommit in. Den visas när en moderator har läst den." in receipt
    assert "Bra löfte, men var är hundarna?" in receipt
    for address in (PLEDGE, LIST):
        assert "hundarna" not in reader.text(address)
    let_through(Comment.objects.get())
    for address in (PLEDGE, LIST):
        assert "Skogsmullen" in reader.text(address)
        assert "Bra löfte, men var är hundarna?" in reader.text(address)
    assert "Kommentaren visas för alla." in words(client.get(own_page(response)))


def test_sent_twice_it_is_there_once_and_the_link_is_the_same(
    client: Client, pledge: Pledge
) -> None:
    sent = {**fetched(client, FORM), "text": "Bra löfte"}
    assert own_page(client.post(FORM, sent)) == own_page(client.post(FORM, sent))
    assert Comment.objects.count() == 1


def test_sent_again_with_other_words_both_are_shown_and_one_is_kept_on_purpose(
    client: Client, pledge: Pledge
) -> None:
    sent = {**fetched(client, FORM), "text": "Bra löfte", "email": "Nils@example.se"}
    own = own_page(client.post(FORM, sent))
    assert own_page(client.post(FORM, sent)) == own, "the size of an address's letters is nothing"
    response = client.post(FORM, {**sent, "text": "Dåligt löfte"})
    assert response.status_code == 422
    assert "Det här kom in först Bra löfte" in words(response)
    assert "Dåligt löfte" in words(response)
    assert own in response.content.decode()
    assert Comment.objects.get().text == "Bra löfte"
    replacing = {**sent, **hidden(response), "text": "Dåligt löfte", "byt": "1"}
    assert own_page(client.post(FORM, replacing)) == own
    assert Comment.objects.get().text == "Dåligt löfte"
    with time_machine.travel(timezone.now() + timedelta(minutes=61), tick=False):
        response = client.post(FORM, {**sent, "text": "Nja"})
    assert "byts inte ut här" in words(response)
    assert hidden(response)["sending"] != sent["sending"]
    assert Comment.objects.get().text == "Dåligt löfte"


def test_a_report_and_an_appeal_sent_again_with_other_words_are_asked_about(
    client: Client, pledge: Pledge
) -> None:
    own = own_page(send(client, FORM, text="Bra löfte"))
    row = Comment.objects.get()
    let_through(row)
    form = f"{LIST}{row.uid}/anmal/"
    sent = {**fetched(client, form), "reason": "spam", "text": "Reklam"}
    assert client.post(form, sent).status_code == client.post(form, sent).status_code == 200
    other = {**sent, "reason": "insult", "text": "Elakt"}
    response = client.post(form, other)
    assert response.status_code == 422
    assert "Reklam" in words(response)
    assert "Elakt" in words(response)
    assert CommentReport.objects.get().text == "Reklam"
    assert client.post(form, {**other, "byt": "1"}).status_code == 200
    assert [(r.reason, r.text) for r in CommentReport.objects.all()] == [("insult", "Elakt")]

    moderator = a_person("andra@example.se", Role.MODERATOR, row.municipality)
    at = timezone.now()
    moderation_rules.decide(row, shows=False, by=moderator, at=at, read=row.text, reason="insult")
    form = f"{own}omprova/"
    sent = {**fetched(client, form), "text": "Det är kritik"}
    assert client.post(form, sent).status_code == client.post(form, sent).status_code == 302
    response = client.post(form, {**sent, "text": "Det är satir"})
    assert response.status_code == 422
    assert "Det här kom in först Det är kritik" in words(response)
    assert "Det är satir" in words(response)
    client.post(form, {**sent, "text": "Det är satir", "byt": "1"})
    assert CommentSender.objects.get().appeal == "Det är satir"


def test_the_same_text_from_somebody_else_is_told_of(client: Client, pledge: Pledge) -> None:
    text = "Bra löfte, men varför är det så få hundsök i skolorna?"
    send(client, FORM, text=text)
    response = send(client, FORM, text=text)
    assert response.status_code == 422
    assert "Precis samma text har redan kommit in." in words(response)
    for _number in range(2):
        own_page(send(client, FORM, text="Håller med"))


def test_personal_data_is_asked_about_and_can_be_mended(client: Client, pledge: Pledge) -> None:
    sent = {
        **fetched(client, FORM),
        "text": f"Det var {IDENTITY_NUMBER} som gjorde det",
        "name": "A",
    }
    response = client.post(FORM, sent)
    assert response.status_code == 422
    text = words(response)
    assert f"Det här ser ut som personuppgifter: ”{IDENTITY_NUMBER}”. Ta gärna bort dem." in text
    assert f"Det var {IDENTITY_NUMBER} som gjorde det" in text
    assert not Comment.objects.exists()
    own_page(client.post(FORM, {**sent, "text": "Det var någon som gjorde det"}))
    assert Comment.objects.get().text == "Det var någon som gjorde det"


@pytest.mark.parametrize("field", ["text", "name"])
def test_personal_data_kept_on_purpose_always_waits_and_is_marked(
    client: Client, pledge: Pledge, place: Municipality, field: str
) -> None:
    Reception.objects.create(municipality=place, publishes_at_once=True)
    fields = {"text": "Ring mig", field: "Ring mig på 070-123 45 67", "texts_are_fine": "on"}
    send(client, FORM, **fields)
    assert Comment.objects.get().state == Comment.State.PENDING
    client.force_login(a_person(role=Role.MODERATOR, place=place))
    text = words(client.get("/arbetsyta/granskning/"))
    assert "Kan innehålla personuppgifter : 070-123 45 67" in text


@pytest.mark.parametrize(
    "name",
    [
        "Älvsbyns Kommun",
        # The first letters are Cyrillic.
        "\u0420\u043elisen",
        "P o l i s e n",
        "P0l1sen",
        "Ｐolisen",
        "Po\u0301lisen",
        "Ha\u0308ndläggare",
    ],
)
def test_who_calls_themselves_the_police_waits_for_a_moderator(
    client: Client, pledge: Pledge, place: Municipality, name: str
) -> None:
    Reception.objects.create(municipality=place, publishes_at_once=True)
    send(client, FORM, text="Vi lovar mer", name=name)
    assert Comment.objects.get().state == Comment.State.PENDING
    client.force_login(a_person(role=Role.MODERATOR, place=place))
    text = words(client.get("/arbetsyta/granskning/"))
    assert "Namnet kan tas för kommunens eller Polisens" in text


def test_a_tip_gets_directions(client: Client, pledge: Pledge) -> None:
    response = send(client, FORM, text="Min granne säljer knark just nu")
    assert response.status_code == 422
    assert "Det här låter som något som Polisen behöver få veta." in words(response)
    assert 'href="tel:11414"' in response.content.decode()


def test_a_municipality_may_show_comments_at_once_and_read_them_afterwards(
    client: Client, reader: Reader, pledge: Pledge, place: Municipality
) -> None:
    Reception.objects.create(municipality=place, publishes_at_once=True)
    assert "Kommentaren visas genast för alla, och granskas sedan." in words(client.get(FORM))
    send(client, FORM, text="Bra löfte")
    assert "Bra löfte" in reader.text(LIST)
    client.force_login(a_person(role=Role.MODERATOR, place=place))
    assert "Publicerad direkt" in words(client.get("/arbetsyta/granskning/"))


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"text": ""}, "Skriv din kommentar."),
        ({"text": "x" * 3001}, "har som mest 3000 tecken"),
        ({"text": "Bra", "name": "x" * 61}, "har som mest 60 tecken"),
        ({"text": "Bra", "email": "nils@"}, "giltig e-postadress"),
        ({"text": "http://a.se http://b.se www.c.se"}, "Skriv högst 2 länkar."),
    ],
)
def test_what_is_wrong_is_told_and_what_was_typed_stays(
    client: Client, pledge: Pledge, fields: dict[str, str], sentence: str
) -> None:
    response = send(client, FORM, **{"name": "Skogsmullen", **fields})
    assert response.status_code == 422
    assert sentence in words(response)
    page = response.content.decode()
    assert fields.get("email", "") in page
    assert fields.get("name", "Skogsmullen") in page


def test_comments_lie_where_they_were_written(
    client: Client, reader: Reader, pledge: Pledge, commitment: Commitment
) -> None:
    report = a_follow_up(pledge)
    day = report.meeting_on.isoformat()
    number = commitment.number
    a_comment(pledge, "Om löftet")
    a_comment(pledge, "Om åtagandet", commitment=commitment)
    a_comment(pledge, "Om uppföljningen", follow_up=report)
    on_commitment = reader.text(f"{PLEDGE}ataganden/{number}/")
    on_follow_up = reader.text(f"{PLEDGE}uppfoljningar/{day}/")
    assert all(text in reader.text(PLEDGE) for text in ("Om uppföljningen", "Om åtagandet"))
    assert "Om löftet" in reader.text(LIST)
    assert "Om åtagandet" in on_commitment
    assert "Om löftet" not in on_commitment
    assert "Om uppföljningen" in on_follow_up
    assert "Om löftet" not in on_follow_up
    assert "Om åtagandet" in reader.text(f"{LIST}?atagande={number}")
    assert "Om löftet" not in reader.text(f"{LIST}?uppfoljning={day}")
    send(client, f"{FORM}?atagande={number}", text="Nytt om åtagandet")
    send(client, f"{FORM}?uppfoljning={day}", text="Nytt om uppföljningen")
    assert Comment.objects.get(text="Nytt om åtagandet").commitment == commitment
    assert Comment.objects.get(text="Nytt om uppföljningen").follow_up == report


@pytest.mark.parametrize(
    "query", ["atagande=99", "atagande=x", "uppfoljning=2020-01-01", "uppfoljning=x", "atagande=-1"]
)
def test_what_is_not_there_cannot_be_commented_on(
    client: Client, pledge: Pledge, query: str
) -> None:
    assert client.get(f"{FORM}?{query}").status_code == 404
    assert client.get(f"{LIST}?{query}").status_code == 404


def test_only_what_everyone_may_read_can_be_commented_on(client: Client, pledge: Pledge) -> None:
    draft = a_follow_up(pledge, published=False)
    assert client.get(f"{FORM}?uppfoljning={draft.meeting_on}").status_code == 404
    a_pledge(a_municipality("Arvika"), signed=False)
    assert client.get("/arvika/2023-2025/kommentera/").status_code == 404


def test_replies_stand_one_level_down_and_stay_when_what_they_answer_goes(
    client: Client, reader: Reader, pledge: Pledge
) -> None:
    first = a_comment(pledge, "Bra löfte", name="Nils")
    response = send(client, f"{FORM}?svar={first.uid}", text="Håller med", name="Karin")
    reply = Comment.objects.get(text="Håller med")
    assert reply.parent == first
    let_through(reply)
    page = reader.get(LIST).content.decode()
    assert re.search(r'<ul class="replies">.*Håller med', page, re.DOTALL)
    # A reply to a reply joins the same thread.
    send(client, f"{FORM}?svar={reply.uid}", text="Jag också")
    assert Comment.objects.get(text="Jag också").parent == first
    moderator = a_person("andra@example.se", Role.MODERATOR, first.municipality)
    moderation_rules.decide(
        first, shows=False, by=moderator, at=timezone.now(), read=first.text, reason="insult"
    )
    shown = reader.text(LIST)
    assert "En moderator har dolt kommentaren." in shown
    assert "Håller med" in shown
    assert "Bra löfte" not in shown
    assert "Nils" not in shown
    assert "Håller med" in reader.text(f"{LIST}{reply.uid}/")
    assert reader.get(f"{LIST}{first.uid}/").status_code == 404
    assert client.get(f"{FORM}?svar={first.uid}").status_code == 404
    assert "Visa kommentaren som alla ser den" in words(client.get(own_page(response)))
    # What waited for a moderator is shown there too; nobody answers the mark itself.
    late = Comment.objects.get(text="Jag också")
    moderation_rules.decide(late, shows=True, by=moderator, at=timezone.now(), read=late.text)
    assert "Jag också" in reader.text(LIST)
    mark = Comment.objects.exclude(removed_by="").get()
    refused = send(client, f"{FORM}?svar={mark.uid}", text="Nej")
    assert "Kommentaren som du svarar på visas inte längre." in words(refused)
    moderation_rules.decide(first, shows=True, by=moderator, at=timezone.now(), read=first.text)
    shown = reader.text(LIST)
    assert all(text in shown for text in ("Bra löfte", "Håller med", "Jag också"))
    assert "En moderator har dolt kommentaren." not in shown
    assert not Comment.objects.exclude(removed_by="").exists()


def test_within_an_hour_it_can_be_changed_and_is_read_again(
    client: Client, reader: Reader, pledge: Pledge
) -> None:
    own = own_page(send(client, FORM, text="Bra löfte"))
    let_through(Comment.objects.get())
    send(client, f"{own}andra/", text="Bra löfte, tack")
    comment = Comment.objects.get()
    assert (comment.state, comment.text) == (Comment.State.PENDING, "Bra löfte, tack")
    assert "Bra löfte" not in reader.text(LIST)


def test_after_an_hour_or_an_answer_it_stands(client: Client, pledge: Pledge) -> None:
    own = own_page(send(client, FORM, text="Bra löfte"))
    sent = {**fetched(client, f"{own}andra/"), "text": "Dåligt löfte"}
    with time_machine.travel(timezone.now() + timedelta(minutes=61), tick=False):
        response = client.post(f"{own}andra/", sent)
        assert response.status_code == 422
        assert "Det går inte längre att ändra kommentaren." in words(response)
        assert client.get(f"{own}andra/").status_code == 302
    assert Comment.objects.get().text == "Bra löfte"
    row = Comment.objects.get()
    let_through(row)
    officer = a_person("polis@example.se", Role.OFFICER, pledge.police_area)
    moderation_rules.answer(row, "Tack", pledge.police_area, by=officer, at=timezone.now())
    assert client.get(f"{own}andra/").status_code == 302


def test_taken_back_it_and_its_address_are_gone_and_its_replies_stand_below_a_mark(
    client: Client, reader: Reader, pledge: Pledge
) -> None:
    own = own_page(send(client, FORM, text="Bra löfte", email="nils@example.se"))
    row = Comment.objects.get()
    let_through(row)
    a_comment(pledge, "Håller med", parent=row)
    assert "Det går inte att ångra." in words(client.get(f"{own}ta-tillbaka/"))
    assert Comment.objects.get(pk=row.pk).state == Comment.State.PUBLISHED
    client.post(f"{own}ta-tillbaka/")
    assert "Kommentaren är återtagen." in words(client.get(own))
    for address in (LIST, PLEDGE):
        shown = reader.text(address)
        assert "Bra löfte" not in shown
        assert "Den som skrev kommentaren har tagit tillbaka den." in shown
        assert "Håller med" in shown
    assert not CommentSender.objects.exclude(email="").exists()
    assert not Letter.objects.exists()
    client.post(f"{own}ta-tillbaka/")
    assert Comment.objects.filter(pk=row.pk).exists()
    # The last reply takes the mark with it.
    moderator = a_person("andra@example.se", Role.MODERATOR, row.municipality)
    reply = Comment.objects.get(text="Håller med")
    moderation_rules.decide(
        reply, shows=False, by=moderator, at=timezone.now(), read=reply.text, reason="insult"
    )
    assert "tagit tillbaka" not in reader.text(LIST)
    assert Comment.objects.get(pk=reply.pk).parent == row


def test_taken_back_without_replies_it_leaves_no_mark(
    client: Client, reader: Reader, pledge: Pledge
) -> None:
    own = own_page(send(client, FORM, text="Bra löfte"))
    let_through(Comment.objects.get())
    client.post(f"{own}ta-tillbaka/")
    assert "tagit tillbaka" not in reader.text(LIST)
    assert Comment.objects.count() == 1


@pytest.mark.parametrize("secret", ["x", "A" * 43, "kommentar", "..", "%00"])
def test_a_made_up_link_leads_to_nothing(client: Client, pledge: Pledge, secret: str) -> None:
    send(client, FORM, text="Bra löfte")
    for page in ("", "andra/", "ta-tillbaka/", "omprova/"):
        assert client.get(f"/kommentar/{secret}/{page}").status_code == 404
    assert client.get(f"/kommentar/brev/{secret}/").status_code == 404
    assert client.post(f"/kommentar/brev/{secret}/av/").status_code == 404


def test_the_link_of_an_answer_opens_no_comment(client: Client, pledge: Pledge) -> None:
    own = own_page(send(client, FORM, text="Bra löfte"))
    assert client.get(own.replace("/kommentar/", "/svar/")).status_code == 404


def test_private_pages_are_kept_by_nobody(client: Client, pledge: Pledge) -> None:
    response = client.get(own_page(send(client, FORM, text="Bra löfte")))
    assert response.headers["Cache-Control"] == "no-store"
    assert "noindex" in response.headers["X-Robots-Tag"]


def test_another_site_cannot_send(client: Client, pledge: Pledge) -> None:
    own = own_page(send(client, FORM, text="Bra löfte"))
    row = a_comment(pledge)
    for address in (FORM, f"{own}ta-tillbaka/", f"{own}andra/", f"{LIST}{row.uid}/anmal/"):
        response = client.post(address, {"text": "x"}, headers={"Sec-Fetch-Site": "cross-site"})
        assert response.status_code == 403
    assert Comment.objects.filter(state=Comment.State.WITHDRAWN).count() == 0


def test_who_asks_for_it_gets_the_answer_by_letter(
    client: Client,
    pledge: Pledge,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        own_page(send(client, FORM, text="Bra löfte", email="Nils@example.se"))
    (question,) = mail.outbox
    assert question.to == ["nils@example.se"]
    assert "Bra löfte" not in question.body
    row = Comment.objects.get()
    let_through(row)
    assert not Letter.objects.filter(sort="decision").exists(), "nobody has confirmed it yet"
    confirm = re.search(r"https?://[^/]+(/kommentar/brev/[^\s]+)", question.body)
    assert confirm
    assert "Ska svar på kommentaren mejlas till nils@example.se?" in words(client.get(confirm[1]))
    assert CommentSender.objects.get().confirmed_at is None
    assert "Adressen är bekräftad." in words(client.post(confirm[1]))
    officer = a_person("polis@example.se", Role.OFFICER, pledge.police_area)
    with django_capture_on_commit_callbacks(execute=True):
        moderation_rules.answer(
            row, "Det blir hundar.", pledge.police_area, by=officer, at=timezone.now()
        )
    answer = mail.outbox[1]
    assert answer.subject == "Din kommentar har fått svar"
    assert "Det blir hundar." in answer.body
    assert f"{LIST}{row.uid}/" in answer.body
    off = answer.extra_headers["List-Unsubscribe"].strip("<>").partition("8000")[2]
    assert answer.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "Vill du inte få fler mejl" in words(client.get(off))
    # As a mail program sends it: no origin, no cookie.
    assert client.post(off, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert CommentSender.objects.get().email == ""
    with django_capture_on_commit_callbacks(execute=True):
        moderation_rules.answer(
            row, "En gång till.", pledge.police_area, by=officer, at=timezone.now()
        )
    assert len(mail.outbox) == 2
    assert client.get(off).status_code == 404


def test_letters_are_in_the_language_that_was_written_in(
    client: Client,
    pledge: Pledge,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        send(client, f"/en{FORM}", text="Good pledge", email="n@example.se")
    assert mail.outbox[0].subject == "Do you want the replies to your comment sent here?"


def test_a_letter_that_cannot_be_sent_is_sent_later(
    client: Client,
    pledge: Pledge,
    settings: Settings,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    settings.EMAIL_DELIVERY_BACKEND = "tests.dialogues.comments.test_comments.NoPostOffice"
    with django_capture_on_commit_callbacks(execute=True):
        own_page(send(client, FORM, text="Bra löfte", email="nils@example.se"))
    assert (Letter.objects.get().sent_at, Letter.objects.get().tries) == (None, 1)
    with pytest.raises(OSError, match="shut"):
        letters.send_letters()
    settings.EMAIL_DELIVERY_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    call_command("send_letters")
    call_command("send_letters")
    assert len(mail.outbox) == 1


class NoPostOffice:
    def __init__(self, *_args: object, **_options: object) -> None:
        pass

    def send_messages(self, _messages: object) -> int:
        raise OSError("shut")


def test_nobody_is_flooded_with_questions(client: Client, pledge: Pledge) -> None:
    for number in range(5):
        send(client, FORM, text=f"Bra löfte {number}", email="victim@example.se")
    assert Comment.objects.count() == 5
    assert Letter.objects.count() == 3


@pytest.mark.parametrize(
    "email", ["a@b.se\nBcc: c@d.se", "a@b.se\r\nSubject: x", "a@b.se, c@d.se", "<a@b.se>"]
)
def test_no_header_gets_into_a_letter(
    client: Client,
    pledge: Pledge,
    email: str,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        response = send(client, FORM, text="Bra", name="A\r\nBcc: c@d.se", email=email)
    assert response.status_code == 422
    assert not mail.outbox


def test_hours_and_the_emergency_stop_count_for_comments_too(
    client: Client, pledge: Pledge, place: Municipality
) -> None:
    sent = {**fetched(client, FORM), "text": "Bra löfte"}
    Reception.objects.create(
        municipality=place, is_stopped=True, stopped_because="Vi har driftstopp."
    )
    assert "Vi har driftstopp." in words(client.get(FORM))
    response = client.post(FORM, sent)
    assert response.status_code == 422
    assert "Vi har driftstopp." in words(response)
    assert "Bra löfte" in response.content.decode()


def test_a_pledge_long_ended_is_commented_on_no_longer(client: Client, pledge: Pledge) -> None:
    a_pledge(
        Municipality.objects.get(name="Älvsbyn"),
        period="2020",
        valid_from=date(2020, 1, 1),
        valid_to=date(2020, 12, 31),
        until_replaced=False,
    )
    text = words(client.get("/alvsbyn/2020/kommentera/"))
    assert "Löftet har inte gällt på över ett år." in text


def test_a_comment_is_reported_once_and_lands_in_the_queue(
    client: Client, pledge: Pledge, place: Municipality
) -> None:
    row = a_comment(pledge, "Din idiot")
    address = f"{LIST}{row.uid}/anmal/"
    sent = {**fetched(client, address), "reason": "insult", "text": "Elakt"}
    assert "Tack. En moderator tittar på kommentaren." in words(client.post(address, sent))
    client.post(address, sent)
    assert CommentReport.objects.count() == 1
    client.force_login(a_person(role=Role.MODERATOR, place=place))
    text = words(client.get("/arbetsyta/granskning/"))
    assert "Anmäld: Förolämpning. ”Elakt”" in text
    assert "Din idiot" in text


def test_a_report_needs_a_reason(client: Client, pledge: Pledge) -> None:
    address = f"{LIST}{a_comment(pledge).uid}/anmal/"
    response = send(client, address, text="Elakt")
    assert response.status_code == 422
    assert "Välj vad som är fel." in words(response)
    assert "Elakt" in words(response)


def test_an_objection_stands_beside_the_assessment_and_is_answered_first(
    client: Client, reader: Reader, pledge: Pledge, place: Municipality, commitment: Commitment
) -> None:
    report = a_follow_up(pledge)
    day = report.meeting_on
    page = f"{PLEDGE}uppfoljningar/{day}/"
    link = f"{FORM}?atagande={commitment.number}&uppfoljning={day}&invandning=1"
    assert link.replace("&", "&amp;") in reader.get(page).content.decode()
    send(client, link, text="Löftet är inte infriat")
    row = Comment.objects.get()
    assert row.is_objection
    draft = a_follow_up(pledge, published=False, meeting_on=date(2026, 2, 11))
    approve(draft)
    assert follow_up_rules.stage(draft, timezone.localdate()).hindered
    with pytest.raises(Refused, match="1 invändning"):
        follow_up_rules.publish(draft, timezone.now())
    let_through(row)
    for shown in (page, f"{PLEDGE}ataganden/{commitment.number}/"):
        text = reader.text(shown)
        assert "Invändningar från invånare" in text
        assert "Löftet är inte infriat" in text
    coordinator = a_person(role=Role.COORDINATOR, place=place)
    client.force_login(coordinator)
    text = words(client.get(f"/arbetsyta/uppfoljningar/{draft.uid}/"))
    assert "1 invändning mot en tidigare bedömning väntar på svar." in text
    assert "Löftet är inte infriat" in words(
        client.get("/arbetsyta/kommentarer/?visa=invandningar")
    )
    client.post(f"/arbetsyta/kommentarer/{row.uid}/", {"text": "Vi gör om den.", "party": "0"})
    assert not follow_up_rules.stage(draft, timezone.localdate()).hindered
    follow_up_rules.publish(draft, timezone.now())
    assert "Vi gör om den." in reader.text(page)


def approve(draft: FollowUp) -> None:
    follow_up_rules.submit(draft, timezone.now())
    draft.refresh_from_db()
    digest = follow_up_rules.content_digest(draft)
    for party in approving_parties(draft.pledge):
        follow_up_rules.approve(draft, party, digest=digest, by=None, at=timezone.now())


def test_a_comment_is_no_objection_without_an_assessment(client: Client, pledge: Pledge) -> None:
    send(client, f"{FORM}?invandning=1", text="Fel")
    assert not Comment.objects.get().is_objection


def test_pages_follow_one_another_and_can_be_turned_around(reader: Reader, pledge: Pledge) -> None:
    # Many at the same moment: the order must still be told apart.
    for number in range(45):
        a_comment(pledge, f"Kommentar nummer {number:02}")

    def walk(query: str) -> list[str]:
        seen: list[str] = []
        address = f"{LIST}{query}"
        for _page in range(5):
            html = reader.get(address).content.decode()
            seen += re.findall(r"Kommentar nummer (\d\d)</p>", html)
            following = re.search(r'href="(\?[^"]*)" rel="next"', html)
            if following is None:
                return seen
            address = LIST + following[1].replace("&amp;", "&")
        raise AssertionError("no end")

    numbers = [f"{number:02}" for number in range(45)]
    assert walk("?ordning=aldst") == numbers
    assert walk("") == numbers[::-1]
    assert "Det finns inga fler" not in reader.text(f"{LIST}?efter=x")
    assert len(re.findall("Kommentar nummer", reader.text(f"{LIST}?efter={uuid4()}"))) == 20


def test_those_answered_can_be_read_alone(reader: Reader, pledge: Pledge) -> None:
    first, _second = a_comment(pledge, "Bra löfte"), a_comment(pledge, "Dåligt löfte")
    area = a_police_area()
    moderation_rules.answer(first, "Tack!", area, by=None, at=timezone.now())
    text = reader.text(f"{LIST}?visa=besvarade")
    assert "Bra löfte" in text
    assert "Polisen, lokalpolisområde Piteå älvdal Officiellt svar" in text
    assert "Dåligt löfte" not in text


def test_lists_ask_a_fixed_number_of_questions(
    reader: Reader,
    pledge: Pledge,
    commitment: Commitment,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    row = a_comment(pledge, commitment=commitment)
    a_comment(pledge, "Svar", parent=row)
    reader.get(LIST)
    with django_assert_num_queries(9):
        reader.get(LIST)
    for number in range(30):
        more = a_comment(pledge, f"Bra {number}", commitment=commitment)
        for reply in range(3):
            a_comment(pledge, f"Svar {number} {reply}", parent=more)
    with django_assert_num_queries(9):
        reader.get(LIST)


def test_the_place_and_the_pledge_must_fit(client: Client, pledge: Pledge) -> None:
    other = a_pledge(a_municipality("Arvika"))
    row = a_comment(other)
    assert client.get(f"{LIST}{row.uid}/").status_code == 404
    assert client.get(f"{FORM}?svar={row.uid}").status_code == 404
    assert comment_rules.shown_comment(About(row.municipality, other), row.uid) == (row, row)
