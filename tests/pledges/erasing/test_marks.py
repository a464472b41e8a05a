"""The mark of an erased detail: its language, and who is told of it."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from dialogues.calendar import rules as calendar
from dialogues.models import Comment, Dialogue
from pledge_portal.accounts.models import Role, User
from pledge_portal.pages.erasure_marks import erased_in
from pledges.follow_ups.publishing import texts_of
from pledges.models import FollowUp, Pledge, PledgeVersion, Section
from pledges.writing import editing
from pledges.writing.adoption_checklist import check
from tests.builders import (
    SURVEYING,
    a_comment,
    a_dialogue,
    a_follow_up,
    a_person,
    a_pledge,
    a_survey_round,
)
from tests.pledges.actions.test_recording_pages import words
from tests.pledges.erasing.test_erasing import MARK, NAME, NOW, erased
from tests.pledges.signing.conftest import logged_in

pytestmark = pytest.mark.django_db

ENGLISH_MARK = "[personal detail removed 2026-11-30, decision KS 2026/112]"
ASKED = "Går meningen att läsa ändå?"


@pytest.fixture
def draft() -> Pledge:
    """Give a draft with a name in a section, in both languages."""
    draft = a_pledge(
        signed=False,
        commitments=1,
        commitment={"kind": "other"},
        valid_from=date(2027, 1, 1),
        valid_to=date(2028, 12, 31),
    )
    section = draft.sections.first()
    assert section is not None
    Section.objects.filter(pk=section.pk).update(
        text_sv=f"{NAME} bad om det. {NAME}s granne också.",
        text_en=f"{NAME} asked for it. So did {NAME}s neighbour.",
    )
    return draft


@pytest.fixture
def coordinator(draft: Pledge) -> User:
    return a_person("karin@example.se", Role.COORDINATOR, draft.municipalities.get())


def test_the_mark_is_in_the_language_of_the_text(draft: Pledge, coordinator: User) -> None:
    editing.latest_version(draft, NOW)
    a_comment(draft, f"{NAME} lives here", language="en")
    a_comment(draft, f"{NAME} bor här")
    dialogue = a_dialogue(
        draft.municipalities.get(), announced=False, title_en=f"{NAME} and {NAME} " + "x" * 80
    )
    erased(draft, coordinator)
    section = Section.objects.get(pk=draft.sections.values("pk")[:1])
    english = f"{ENGLISH_MARK} asked for it. So did {ENGLISH_MARK} neighbour."
    assert section.text_en == english
    assert section.text_sv == f"{MARK} bad om det. {MARK} granne också."
    (row,) = [
        row for row in PledgeVersion.objects.get().contents["sections"] if row["id"] == section.pk
    ]
    assert (row["text_en"], row["text_sv"]) == (english, section.text_sv)
    assert {comment.text for comment in Comment.objects.all()} == {
        f"{ENGLISH_MARK} lives here",
        f"{MARK} bor här",
    }
    # Where the mark has no room a shorter one stands.
    title = Dialogue.objects.get(pk=dialogue.pk).title_en
    assert title is not None
    assert title.startswith("[removed] and [removed]")


def test_a_draft_with_a_mark_is_not_adopted_without_a_word(
    draft: Pledge, coordinator: User
) -> None:
    erased(draft, coordinator)
    version = editing.latest_version(draft, NOW)
    notes = check(draft, version.contents, version.number, NOW.date()).notes
    section = draft.sections.first()
    assert section is not None
    about = [note for note in notes if ASKED in note.sentence]
    assert [note.part and note.part.key for note in about] == [section.pk, section.pk]
    assert f"”… {MARK} bad om det." in about[0].sentence
    assert ENGLISH_MARK in about[1].sentence


def test_whatever_is_published_from_a_draft_tells_where_a_mark_stands(
    draft: Pledge, coordinator: User
) -> None:
    client = logged_in(coordinator)
    signed = a_pledge(
        draft.municipalities.get(), period="2023", commitments=1, commitment=SURVEYING
    )
    follow_up = a_follow_up(signed, published=False, reason=f"{NAME} slutade")
    dialogue = a_dialogue(
        draft.municipalities.get(), announced=False, question=f"Vad tycker {NAME}?"
    )
    survey = a_survey_round(signed.commitments.get(), note=f"Tack till {NAME}")
    pages = [
        reverse("consultation_of_draft", args=[draft.uid]),
        reverse("publish_follow_up", args=[follow_up.uid]),
        reverse("approve_follow_up", args=[follow_up.uid]),
        reverse("dialogue_detail", args=[dialogue.pk]),
        reverse("preview_survey_round", args=[survey.uid]),
    ]
    for page in pages:
        assert ASKED not in words(client.get(page)), page
    erased(draft, coordinator)
    for page in pages:
        shown = words(client.get(page))
        assert ASKED in shown, page
        assert MARK in shown, page
    assert f"{MARK} slutade" in " ".join(texts_of(FollowUp.objects.get()))


def test_a_form_that_publishes_asks_about_a_mark(draft: Pledge, coordinator: User) -> None:
    dialogue = a_dialogue(draft.municipalities.get())
    calendar.sum_up(dialogue, {"text_sv": f"{NAME} sade det."}, NOW, publishes=False)
    erased(draft, coordinator)
    client = logged_in(coordinator)
    page = reverse("sum_up_dialogue", args=[dialogue.pk])
    typed = {"text_sv": f"{MARK} sade det.", "text_en": "", "publicera": "ja"}
    asked = client.post(page, typed)
    assert asked.status_code == 422
    assert ASKED in words(asked)
    assert client.post(page, {**typed, "texts_are_fine": "on"}).status_code == 302


def test_every_mark_is_known_and_nothing_else() -> None:
    assert (
        len(erased_in(f"a {MARK} b", f"{ENGLISH_MARK}", "[borttaget]", "[removed] [removed]")) == 5
    )
    assert erased_in("[…] [personuppgift] personuppgift borttagen", None, "") == []
