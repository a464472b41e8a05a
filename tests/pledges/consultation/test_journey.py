"""A draft is published, residents comment on it, and hear what came of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from dialogues.models import Comment
from dialogues.moderation import rules as moderation_rules
from pledge_portal.accounts.models import Role, User
from pledge_portal.pages.refusals import Refused
from pledges import lifecycle
from pledges.consultation import rules as consultation_rules
from pledges.models import Consultation, Municipality, Pledge, Remark
from pledges.writing import editing
from pledges.writing.parts import FRONT, contents_of, part_of
from tests.builders import a_comment, a_consultation, a_person, a_pledge, sign
from tests.dialogues.conftest import words
from tests.dialogues.open_form import fetched, hidden, send
from tests.pages.conftest import TODAY, Reader

LIST = "/alvsbyn/samrad/"
PAGE = f"{LIST}2027-2029/"
TALK = f"{PAGE}1/"
FORM = f"{TALK}kommentera/"


def prepared(staff: Client, draft: Pledge, **typed: str) -> dict[str, str]:
    """Return the form for publishing a draft, filled in."""
    address = f"/arbetsyta/samrad/utkast/{draft.pk and draft.uid}/"
    return {
        **hidden(staff.get(address)),
        "introduction_sv": "Är det här rätt saker att lova?",
        "closes_on": (timezone.localdate() + timedelta(days=14)).isoformat(),
        **typed,
    }


def let_through(row: Comment) -> None:
    moderator = a_person("moderator@example.se", Role.MODERATOR, row.municipality)
    moderation_rules.decide(row, shows=True, by=moderator, at=timezone.now(), read=row.text)


def test_from_draft_to_signed_pledge_with_what_residents_said(
    staff: Client, reader: Reader, client: Client, draft: Pledge, editor: User
) -> None:
    Remark.objects.create(
        pledge=draft, part="front", text="Vågar vi lova det?", written_by=editor, written_at=TODAY
    )
    assert "Samråd" in words(staff.get("/arbetsyta/"))
    assert "Utkastet har inte varit på samråd." in words(staff.get("/arbetsyta/samrad/"))
    address = f"/arbetsyta/samrad/utkast/{draft.uid}/"
    preview = words(staff.get(address))
    assert "Polisen söker efter narkotika med hund i skolan (1)" in preview
    assert "Vågar vi lova det?" not in preview
    published = staff.post(address, prepared(staff, draft))
    row = Consultation.objects.get()
    work = f"/arbetsyta/samrad/{row.uid}/"
    assert published.headers["Location"] == work

    page = reader.text(PAGE)
    assert "Förslag, inte beslutat" in page
    assert "Är det här rätt saker att lova?" in page
    assert "Du kan lämna synpunkter till och med den 7 december 2026." in page
    assert "Polisen söker efter narkotika med hund i skolan (3)" in page
    assert "Vågar vi lova det?" not in page
    assert "Johan Dahlqvist" not in page  # who is to sign is nothing to comment on
    assert "<title>Förslag, inte beslutat" in reader.get(PAGE).content.decode()
    assert "Medborgarlöfte 2027-2029" in reader.text("/alvsbyn/")

    response = send(client, f"{FORM}?atagande=2", text="Två gånger om året räcker inte", name="Siv")
    own = str(response.headers["Location"]).partition("?")[0]
    assert "räcker inte" not in reader.text(PAGE)
    moderator = Client()
    moderator.force_login(a_person("mod@example.se", Role.MODERATOR, row.municipalities.get()))
    queue = words(moderator.get("/arbetsyta/granskning/"))
    assert "Älvsbyns kommun, 2027-2029, samråd, omgång 1, åtagande 2" in queue
    comment = Comment.objects.get()
    decided = {"read": comment.text, "awaited": comment.awaits, "shows": "1"}
    moderator.post(f"/arbetsyta/granskning/{comment.uid}/", decided)
    for shown in (PAGE, f"{TALK}kommentarer/", f"{TALK}kommentarer/?atagande=2"):
        about = "Om Polisen söker efter narkotika med hund i skolan (2) Två gånger om året räcker"
        assert about in reader.text(shown)
    assert "räcker inte" not in reader.text(f"{TALK}kommentarer/?atagande=1")
    thread = f"{TALK}kommentarer/{comment.uid}/"
    assert "räcker inte" in reader.text(thread)
    assert thread in client.get(own).content.decode()
    assert "Tack" in words(send(client, f"{thread}anmal/", reason="spam"))
    assert comment.reports.count() == 1
    counted = words(staff.get(work))
    assert "Åtagande 2 : Polisen söker efter narkotika med hund i skolan (2) 1 0" in counted

    assert "Samrådet är avslutat." in words(staff.post(f"{work}avsluta/", follow=True))
    assert "Samrådet avslutades den 23 november 2026." in reader.text(PAGE)
    assert "Skriv en kommentar" not in reader.text(PAGE)
    outcome = {"outcome_sv": "Vi lovar fyra hundsök. Mer finns det inte folk till."}
    previewed = words(staff.post(f"{work}resultat/", outcome))
    assert "Texten går inte att ändra när den är publicerad." in previewed
    assert "fyra hundsök" not in reader.text(PAGE)
    staff.post(f"{work}resultat/", {**outcome, "publicera": "1"})
    assert "Så påverkade synpunkterna löftet Vi lovar fyra hundsök." in reader.text(PAGE)

    draft.refresh_from_db()
    assert draft.stage == Pledge.Stage.DRAFT
    lifecycle.adopt(draft, TODAY, b"%PDF")
    sign(Pledge.objects.get(pk=draft.pk), 2)
    assert 'href="/alvsbyn/2027-2029/"' in reader.get(PAGE).content.decode()
    pledge = reader.get("/alvsbyn/2027-2029/").content.decode()
    assert "Så togs löftet fram" in pledge
    assert f'href="{TALK}"' in pledge
    # What was said of the draft is not said of the pledge.
    assert "räcker inte" not in pledge


def test_what_is_sent_too_late_is_kept_on_the_page_and_told_of(
    client: Client, reader: Reader, draft: Pledge
) -> None:
    row = a_consultation(draft, closes_on=timezone.localdate())
    with time_machine.travel(TODAY.replace(hour=22, minute=50), tick=False):
        sent = {**fetched(client, FORM), "text": "Bra, men lova mer"}
    # Ten past midnight in Sweden.
    with time_machine.travel(TODAY.replace(hour=23, minute=10), tick=False):
        response = client.post(FORM, sent)
        assert response.status_code == 422
        text = words(response)
        assert "Samrådet är avslutat. Det går inte att lämna synpunkter längre." in text
        assert "Bra, men lova mer" in text
        assert "Samrådet är avslutat" in words(client.get(FORM))
        assert "Det gick att lämna synpunkter till och med den 23 november 2026." in words(
            client.get(PAGE)
        )
        assert "Avslutade Medborgarlöfte 2027-2029" in words(client.get(LIST))
    assert not Comment.objects.exists()
    assert row.is_open(timezone.localdate())


def test_residents_answer_each_other_and_can_take_theirs_back(
    client: Client, reader: Reader, draft: Pledge, place: Municipality
) -> None:
    row = a_consultation(draft)
    typed = a_comment(draft, "Fler lampor", consultation=row, consultation_commitment=1)
    response = send(client, f"{FORM}?svar={typed.uid}", text="Håller med")
    reply = Comment.objects.get(text="Håller med")
    assert (reply.parent, reply.consultation, reply.consultation_commitment) == (typed, row, 1)
    let_through(reply)
    assert "Håller med" in reader.text(f"{TALK}kommentarer/")
    own = str(response.headers["Location"]).partition("?")[0]
    client.post(f"{own}ta-tillbaka/")
    assert "Håller med" not in reader.text(f"{TALK}kommentarer/")
    officer = Client()
    officer.force_login(a_person("polis@example.se", Role.OFFICER, draft.police_area))
    assert "Fler lampor" in words(officer.get("/arbetsyta/kommentarer/"))
    address = f"/arbetsyta/kommentarer/{typed.uid}/"
    officer.post(address, {"text": "Lamporna är kommunens sak.", "party": "0"})
    assert "Lamporna är kommunens sak." in reader.text(PAGE)


def test_the_pages_speak_english(reader: Reader, draft: Pledge) -> None:
    a_consultation(draft, introduction_en="Is this the right promise?")
    page = reader.get(f"/en{PAGE}").content.decode()
    assert "Is this the right promise?" in page
    assert '<h1 lang="sv">Medborgarlöfte 2027-2029</h1>' in page
    assert reader.get(f"/en{LIST}").status_code == 200
    assert "A proposal, not decided" in page
    assert "You can comment until 7 December 2026." in reader.text(f"/en{PAGE}")
    assert reader.get(f"/en{FORM}").status_code == 200


def test_reading_asks_few_questions_and_sets_no_cookie(
    reader: Reader, draft: Pledge, place: Municipality, django_assert_num_queries
) -> None:
    first = a_consultation(draft)
    consultation_rules.close(first, by=a_person(), at=timezone.now())
    a_consultation(draft)
    for number in range(3):
        other = a_pledge(place, signed=False, period=f"204{number}")
        a_consultation(other)
    # The municipality, its consultations, and what its pages end with.
    with django_assert_num_queries(3):
        response = reader.get(LIST)
    assert response.content.decode().count("samrad/204") == 3
    for address in (LIST, PAGE, TALK, f"{TALK}kommentarer/", FORM):
        assert not reader.get(address).cookies
    assert f"{PAGE}</loc>" in reader.get("/sitemap.xml").content.decode()


def test_the_latest_round_stands_at_the_address_and_earlier_ones_beside(
    reader: Reader, draft: Pledge, editor: User
) -> None:
    first = a_consultation(draft)
    with pytest.raises(Refused, match="redan öppet"):
        a_consultation(draft)
    consultation_rules.close(first, by=editor, at=timezone.now())
    draft.commitments.filter(number=1).update(text_sv="Polisen cyklar mer.")
    a_consultation(draft)
    assert "Polisen cyklar mer." in reader.text(PAGE)
    assert "Medborgarlöfte 2027-2029, omgång 2" in reader.text(TALK)
    assert "Polisen cyklar mer." not in reader.text(TALK)
    assert reader.get(f"{PAGE}3/").status_code == 404


def test_what_is_wrong_is_said_and_what_was_typed_is_kept(
    staff: Client, draft: Pledge, editor: User
) -> None:
    address = f"/arbetsyta/samrad/utkast/{draft.uid}/"
    typed = prepared(staff, draft, introduction_sv="Fråga 811228-9874", closes_on="2020-01-01")
    response = staff.post(address, typed)
    assert response.status_code == 422
    assert "Ta bort personnumret: ”811228-9874”." in words(response)
    typed["introduction_sv"] = "Vad tycker du?"
    response = staff.post(address, typed)
    assert "Sista dagen har redan passerat." in words(response)
    assert "Vad tycker du?" in words(response)
    # A colleague writes on while the form is open.
    typed = prepared(staff, draft)
    values = part_of(contents_of(draft), FRONT)
    assert values is not None
    first = editing.latest_version(draft, timezone.now())
    editing.save(
        draft,
        FRONT,
        {**values, "summary_sv": "Nytt och oläst."},
        base=first.number,
        by=editor,
        at=timezone.now(),
    )
    response = staff.post(address, typed)
    assert "Utkastet har ändrats sedan du läste det." in words(response)
    assert "Nytt och oläst." in words(response)
    assert not Consultation.objects.exists()
    assert staff.post(address, {**typed, **hidden(response)}).status_code == 302


def test_an_adopted_pledge_is_not_put_on_consultation(staff: Client, place: Municipality) -> None:
    adopted = a_pledge(place, signed=False, adopted=True)
    with pytest.raises(Refused, match="antaget"):
        a_consultation(adopted)
    page = words(staff.get(f"/arbetsyta/samrad/utkast/{adopted.uid}/"))
    assert "Löftet är antaget. Det går inte att ha samråd om det längre." in page
