"""What residents leave is kept as long as the privacy page says.

A person is told what is held of them, or forgotten.
"""

from __future__ import annotations

import json
from datetime import date, timedelta
from io import StringIO
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError
from django.test import Client
from django.utils import timezone

from dialogues.answers import rules as answer_rules
from dialogues.answers.rules import Answer
from dialogues.comments import complaints
from dialogues.comments import rules as comment_rules
from dialogues.comments.rules import About, NewComment
from dialogues.models import (
    Comment,
    CommentReport,
    CommentSender,
    ContactDetails,
    Dialogue,
    Disposal,
    DisposalPlan,
    Letter,
    Quote,
    Submission,
)
from dialogues.moderation import rules as moderation_rules
from dialogues.retention.rules import SCHEDULE, erase_due
from pledge_portal.accounts.models import Role
from pledges.models import Municipality, Pledge
from tests.builders import (
    a_comment,
    a_dialogue,
    a_municipality,
    a_person,
    a_submission,
    a_theme,
)
from tests.dialogues.conftest import words
from tests.pages.conftest import Reader

pytestmark = pytest.mark.django_db

EMAIL = "nils@example.se"
TODAY = date(2026, 11, 23)


def a_sent_comment(pledge: Pledge, place: Municipality, text: str = "Bra löfte") -> str:
    """Send a comment with an address; return its private link."""
    about = About(place, Pledge.objects.with_standing().get(pk=pledge.pk))
    comment = NewComment(text, email=EMAIL, name="Skogsmullen")
    return f"/kommentar/{comment_rules.submit(about, comment, uuid4(), timezone.now())}/"


def a_sent_answer(dialogue: Dialogue, **fields: Any) -> str:
    """Send an answer with contact details; return its private link."""
    answer = Answer(text="Fler lampor", email=EMAIL, may_quote=True, **fields)
    return f"/svar/{answer_rules.submit(dialogue, answer, uuid4(), timezone.now())}/"


def after(days: int) -> int:
    return erase_due(timezone.localdate() + timedelta(days=days))


def test_the_privacy_page_tells_every_line_of_the_schedule(client: Client) -> None:
    text = words(client.get("/personuppgifter/"))
    for rule in SCHEDULE:
        assert f"{rule.subject} {rule.time} {rule.since}. {rule.why}" in text


def test_an_address_that_nobody_confirms_is_kept_for_a_month(
    pledge: Pledge, place: Municipality
) -> None:
    a_sent_comment(pledge, place)
    after(30)
    assert CommentSender.objects.get().email == EMAIL
    after(32)
    assert CommentSender.objects.get().email == ""
    assert not Letter.objects.exists()


def test_the_daily_chore_of_pledges_erases_what_residents_leave_too(place: Municipality) -> None:
    a_sent_answer(a_dialogue(place))
    call_command("erase_old_data")
    assert ContactDetails.objects.exists()
    ContactDetails.objects.update(erase_on=timezone.localdate())
    call_command("erase_old_data")
    assert not ContactDetails.objects.exists()


def test_a_confirmed_address_is_kept_for_a_year(pledge: Pledge, place: Municipality) -> None:
    a_sent_comment(pledge, place)
    CommentSender.objects.update(confirmed_at=timezone.now())
    after(364)
    assert CommentSender.objects.get().email == EMAIL
    after(367)
    assert CommentSender.objects.get().email == ""


def test_private_links_end_and_what_was_written_stays(
    client: Client, pledge: Pledge, place: Municipality
) -> None:
    dialogue = a_dialogue(place)
    comment, answer = a_sent_comment(pledge, place), a_sent_answer(dialogue)
    after(729)
    assert client.get(comment).status_code == 200
    after(732)
    assert client.get(comment).status_code == 404
    assert client.get(answer).status_code == 200
    erase_due(dialogue.closes_on + timedelta(days=4 * 365 + 1))
    assert client.get(answer).status_code == 404
    assert Comment.objects.exists()
    assert Submission.objects.exists()


def test_letters_and_handled_reports_go_and_open_ones_stay(pledge: Pledge) -> None:
    row = a_comment(pledge)
    complaints.report(row, "spam", "Öppen", uuid4(), timezone.now())
    complaints.report(row, "spam", "Hanterad", uuid4(), timezone.now())
    CommentReport.objects.filter(text="Hanterad").update(handled_at=timezone.now())
    Letter.objects.create(sender=row.sender, sort="decision", made_at=timezone.now())
    after(89)
    assert Letter.objects.exists()
    after(92)
    assert not Letter.objects.exists()
    after(367)
    assert [report.text for report in CommentReport.objects.all()] == ["Öppen"]


def test_without_a_plan_nothing_that_was_written_is_destroyed(
    pledge: Pledge, place: Municipality
) -> None:
    a_sent_answer(a_dialogue(place))
    a_comment(pledge)
    after(100 * 365)
    assert Submission.objects.count() == Comment.objects.count() == 1
    assert not Disposal.objects.exists()


def test_the_plan_destroys_what_is_old_enough_and_writes_it_down(
    pledge: Pledge, place: Municipality
) -> None:
    early = a_dialogue(place, opens_on=date(2018, 1, 1), closes_on=date(2018, 2, 1))
    a_submission(early, "Gammalt")
    a_submission(a_dialogue(place), "Nytt")
    elsewhere = a_dialogue(
        a_municipality("Arvika"), opens_on=date(2018, 1, 1), closes_on=date(2018, 2, 1)
    )
    a_submission(elsewhere, "Deras")
    DisposalPlan.objects.create(municipality=place, submissions_years=5, decision="KS 2020 § 1")
    assert erase_due(TODAY) == 1
    assert set(Submission.objects.values_list("text", flat=True)) == {"Nytt", "Deras"}
    done = Disposal.objects.get()
    assert (done.what, done.number, done.decision) == ("submissions", 1, "KS 2020 § 1")
    assert erase_due(TODAY) == 0
    with pytest.raises(DatabaseError):
        done.save()


def test_a_thread_goes_when_its_last_reply_may_and_hidden_ones_by_their_own_years(
    pledge: Pledge, place: Municipality
) -> None:
    def at(year: int) -> Any:
        return timezone.make_aware(timezone.datetime(year, 1, 1))

    old = a_comment(pledge, "Gammal", submitted_at=at(2019))
    a_comment(pledge, "Gammalt svar", submitted_at=at(2020), parent=old)
    living = a_comment(pledge, "Levande", submitted_at=at(2019))
    a_comment(pledge, "Nytt svar", submitted_at=at(2026), parent=living)
    a_comment(pledge, "Dold", submitted_at=at(2024), shown=False, state="hidden", awaits="",
              awaits_since=None)  # fmt: skip
    a_comment(pledge, "Väntar", submitted_at=at(2019), shown=False)
    DisposalPlan.objects.create(
        municipality=place, comments_years=5, hidden_years=2, decision="KS 2020 § 1"
    )
    erase_due(TODAY)
    assert set(Comment.objects.values_list("text", flat=True)) == {
        "Levande", "Nytt svar", "Väntar",
    }  # fmt: skip


def test_the_plan_is_set_with_its_decision_and_shown_to_everyone(
    client: Client, reader: Reader, place: Municipality
) -> None:
    client.force_login(a_person(role=Role.COORDINATOR, place=place))
    address = f"/arbetsyta/dialoger/gallring/{place.pk}/"
    response = client.post(address, {"submissions_years": "5"})
    assert response.status_code == 422
    assert "Inget får gallras utan beslut." in words(response)
    assert client.post(address, {"submissions_years": "0"}).status_code == 422
    client.post(address, {"submissions_years": "5", "decision": "KS 2020 § 1"})
    assert "Inget är gallrat." in words(client.get(address))
    sentence = "svar på dialoger, år: 5; kommentarer, år: bevaras"
    assert sentence in reader.text("/personuppgifter/")
    assert "KS 2020 § 1" in reader.text("/personuppgifter/")


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("personal_data", *arguments, stdout=out)
    return out.getvalue()


def test_a_person_is_told_of_all_that_is_held(pledge: Pledge, place: Municipality) -> None:
    a_sent_comment(pledge, place)
    a_sent_answer(a_dialogue(place), phone="070-1")
    a_submission(a_dialogue(place), "Någon annans", email="annan@example.se")
    a_person(EMAIL, Role.EDITOR, place)
    row = Comment.objects.get()
    moderator = a_person("m@example.se", Role.MODERATOR, place)
    moderation_rules.decide(
        row, shows=False, by=moderator, at=timezone.now(), read=row.text, reason="spam", note="Nej"
    )
    held = json.loads(run("--email", "NILS@example.se"))
    assert held["kommentarer"][0]["text"] == "Bra löfte"
    assert held["kommentarer"][0]["beslut"][0]["halsning"] == "Nej"
    assert held["svar_pa_dialoger"][0]["kontaktuppgifter"]["telefon"] == "070-1"
    assert held["konton"][0]["roller"] == [{"roll": "redaktör", "for": "Älvsbyns kommun"}]
    assert "Någon annans" not in json.dumps(held, ensure_ascii=False)


def test_a_private_link_says_who_it_is_about_too(pledge: Pledge, place: Municipality) -> None:
    comment = a_sent_comment(pledge, place)
    answer = a_sent_answer(a_dialogue(place))
    assert len(json.loads(run("--link", f"https://x.se{comment}"))["kommentarer"]) == 1
    assert len(json.loads(run("--link", answer))["svar_pa_dialoger"]) == 1
    for wrong in ("", "https://x.se/", "/svar/" + "A" * 43 + "/"):
        with pytest.raises(CommandError):
            run("--link", wrong)


def test_erasing_leaves_no_way_to_the_person_and_the_record_stands(
    client: Client, pledge: Pledge, place: Municipality
) -> None:
    comment = a_sent_comment(pledge, place)
    a_sent_answer(a_dialogue(place))
    run("--email", EMAIL, "--erase", "--yes")
    assert not ContactDetails.objects.exists()
    assert not CommentSender.objects.exclude(email="").exists()
    assert client.get(comment).status_code == 404
    assert Comment.objects.get().state == Comment.State.PENDING
    assert Submission.objects.get().withdrawn_at is None
    with pytest.raises(CommandError):
        run("--email", EMAIL)


def test_what_the_person_wrote_can_be_taken_back_as_well(
    reader: Reader, pledge: Pledge, place: Municipality
) -> None:
    dialogue = a_dialogue(place)
    a_sent_comment(pledge, place)
    a_sent_answer(dialogue)
    row = Submission.objects.get()
    Quote.objects.create(submission=row, dialogue=dialogue, theme=a_theme(), text="Fler lampor")
    Comment.objects.update(state="published", published_at=timezone.now())
    done = json.loads(run("--email", EMAIL, "--erase", "--withdraw", "--yes"))
    assert done["aterkallade"] == 2
    assert "Bra löfte" not in reader.text("/alvsbyn/2023-2025/kommentarer/")
    assert not Quote.objects.exists()
    assert Submission.objects.get().text == "Fler lampor"


def test_nothing_is_erased_without_a_yes(
    pledge: Pledge, place: Municipality, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_sent_comment(pledge, place)
    monkeypatch.setattr("builtins.input", lambda _question: "nej")
    with pytest.raises(CommandError, match="Inget är raderat"):
        run("--email", EMAIL, "--erase")
    with pytest.raises(CommandError, match="--withdraw"):
        run("--email", EMAIL, "--withdraw")
    assert CommentSender.objects.get().email == EMAIL
